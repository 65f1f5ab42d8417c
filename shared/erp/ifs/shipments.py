"""A shipment's row, its lines and its handling units as an order (facts/ifs.md, sections 4 and 5)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

from shared.domain.address import Address, Party
from shared.domain.borders import is_abroad
from shared.domain.measures import Weight
from shared.domain.money import Money
from shared.domain.order import Order, OrderLine, Skipped
from shared.domain.shipment import Package
from shared.erp.ifs.client import Row, plain
from shared.erp.ifs.settings import IfsSettings
from shared.errors import Refused

CANCELLED, CLOSED = "Cancelled", "Closed"
NORMAL = "Normal"
_LEFT, _IN_PART = frozenset({"Delivered", "Invoiced", CANCELLED}), "PartiallyDelivered"
GONE_LINES = _LEFT | {_IN_PART}
"""States of an order's line that is not to be sent any more, or of which a part has left."""


def is_wanted(settings: IfsSettings, row: Row, *, any_state: bool = False) -> bool:
    """Tell if the selection wants the row, by the values that no filter compares, or must not compare."""
    part, select = settings.part, settings.select
    state, site = said(settings, row, "Objstate"), said(settings, row, "Contract")
    forwarder = plain(row.get(part.service_field))
    receiver = said(settings, row, "ReceiverType")
    return (
        (any_state or not select.state or state in select.state)
        and (not select.site or site in select.site)
        and (not select.forwarder or forwarder in select.forwarder)
        and said(settings, row, "ShipmentCategory") in ("", NORMAL)
        and (not receiver or receiver in part.receivers)
        and not (part.approved_only and said(settings, row, "ApproveBeforeDelivery") == "true")
    )


def said(settings: IfsSettings, row: Row, name: str) -> str:
    """A property by our name of it, "" for none."""
    return plain(row.get(settings.name(name)))


def moment(settings: IfsSettings, row: Row, name: str) -> datetime | None:
    """A moment in UTC. The Z at its end says nothing: it is the time on the wall of the site (facts 3)."""
    written = said(settings, row, name)
    try:
        found = datetime.fromisoformat(written) if written else None
    except ValueError:
        return None
    if found is None:
        return None
    return found.replace(tzinfo=settings.zone_of(said(settings, row, "Contract"))).astimezone(UTC)


def order_of(
    settings: IfsSettings, system: str, row: Row, lines: Iterable[Row], units: Sequence[Package], stamp: str
) -> Order:
    """The shipment as an order. Raises Refused for a member of a consolidated shipment, and for one without an address
    or without lines."""
    document = said(settings, row, "ShipmentId")
    if said(settings, row, "ParentConsolShipmentId") and settings.part.consolidated == "hold":
        raise Refused(
            "ship_tos",
            f"shipment {document} is part of consolidated shipment {said(settings, row, 'ParentConsolShipmentId')}",
            field="ParentConsolShipmentId",
            hint="ship the consolidated shipment by hand, or set erp.consolidated: each",
        )
    ship_from, ship_to = _ship_from(settings, row, said(settings, row, "Contract")), _ship_to(settings, row, document)
    valued = settings.customs and is_abroad(ship_from.address, ship_to.address)
    currency = said(settings, row, "CustomsValueCurrency") if valued else ""
    shipped, skipped = _lines_of(settings, document, lines, currency)
    if not shipped:
        raise Refused("lines", f"{settings.source.noun} {document} has nothing to ship", field="lines")
    site = said(settings, row, "Contract")
    needed = moment(settings, row, "PlannedDeliveryDate") or moment(settings, row, "PlannedShipDate")
    return Order(
        system=system,
        company=settings.part.company,
        document=document,
        delivery="",
        flow=settings.flow,
        status=said(settings, row, "Objstate"),
        changed=stamp,
        ship_from=ship_from,
        ship_to=ship_to,
        lines=shipped,
        service=plain(row.get(settings.part.service_field)),
        warehouse=site,
        needed=needed.astimezone(settings.zone_of(site)).date() if needed else None,
        skipped=skipped,
        customer=said(settings, row, "ReceiverId"),
        cost_centre=plain(row.get(settings.part.cost_centre_field)) if settings.part.cost_centre_field else "",
        handling_units=tuple(units),
        shipped_as=_standing_number(settings, row),
    )


def _standing_number(settings: IfsSettings, row: Row) -> str:
    """Return the present value of the field that our numbers go to."""
    target = settings.targets.get("tracking_numbers")
    return plain(row.get(target.field)) if target else ""


def _ship_to(settings: IfsSettings, row: Row, document: str) -> Party:
    address = _address(settings, row, "Receiver")
    if not (address.lines or address.city or address.country):
        raise Refused(
            "address",
            f"{settings.source.noun} {document} has no address on it",
            field="ship_to.address",
            hint=f"enter it on the {settings.source.noun} in IFS, or name its properties in erp.fields",
        )
    phone = plain(row.get(settings.part.phone_field)) if settings.part.phone_field else ""
    name, attention = said(settings, row, "ReceiverAddressName"), said(settings, row, "ReceiverReference")
    return Party(name or said(settings, row, "ReceiverId"), address, attention, phone or settings.part.phone)


def _ship_from(settings: IfsSettings, row: Row, site: str) -> Party:
    """The site's place in the connection file; else the sender on the shipment."""
    if site in settings.places:
        return settings.places[site][0]
    return Party(said(settings, row, "SenderName") or site, _address(settings, row, "Sender"))


def _address(settings: IfsSettings, row: Row, side: str) -> Address:
    lines = (said(settings, row, f"{side}Address{number}") for number in range(1, 7))
    return Address(
        tuple(each for each in lines if each),
        said(settings, row, f"{side}City"),
        said(settings, row, f"{side}State"),
        said(settings, row, f"{side}ZipCode"),
        said(settings, row, f"{side}Country").upper(),
    )


def _lines_of(
    settings: IfsSettings, document: str, rows: Iterable[Row], currency: str
) -> tuple[tuple[OrderLine, ...], tuple[Skipped, ...]]:
    """The lines to ship; one of quantity 0 is skipped, not refused. With a currency they have their customs values."""
    lines, skipped = list[OrderLine](), list[Skipped]()
    for row in rows:
        number = "-".join(said(settings, row, key.name) for key in settings.source.line_keys)
        if state := _gone(settings, row, document, number):
            skipped.append(Skipped(number, state))
            continue
        picked, wanted = (
            decimal(row.get(settings.name(name)), document, f"line {number} {name}")
            for name in ("QtyPicked", "InventoryQty")
        )
        quantity = picked if picked > 0 else wanted
        if quantity <= 0:
            skipped.append(Skipped(number, "quantity 0"))
            continue
        item = said(settings, row, "SourcePartNo") or said(settings, row, "InventoryPartNo")
        words = said(settings, row, "SourcePartDescription")
        worth = (
            decimal(row.get(settings.name("CustomsValue")), document, f"line {number} CustomsValue") if currency else 0
        )
        value = Money(Decimal(worth), currency) if worth > 0 else None
        unit = said(settings, row, "SourceUnitMeas")
        lines.append(OrderLine(number, item, words or item, quantity, unit, value=value))
    return tuple(lines), tuple(skipped)


def _gone(settings: IfsSettings, row: Row, document: str, number: str) -> str:
    """Return the state of an order's line that is not to be sent any more, "" for others. A line of a shipment has no
    state. Raises Refused for a line of which a part has left: nothing says how much."""
    state = "" if settings.source.packed else said(settings, row, "Objstate")
    if state == _IN_PART:
        message = f"line {number} of {settings.source.noun} {document} is delivered in part"
        hint = "ship the rest by hand, or ship from shipments (erp.source)"
        raise Refused("lines", message, field=f"lines.{number}", value=state, hint=hint)
    return state if state in _LEFT else ""


def decimal(value: object, document: str, field: str) -> Decimal:
    """A number of a row; nothing is 0. Raises Refused for what is none, negative or not finite."""
    written = plain(value)
    try:
        found = Decimal(written or "0")
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or found < 0:
        raise Refused("missing", f"{field} of shipment {document} is {written!r}", field=field, value=written)
    return found


def weight_of(settings: IfsSettings, row: Row, document: str) -> Weight:
    """The gross weight of a handling unit by the first property that has one; zero counts as missing."""
    for name in settings.part.weight_fields:
        value = decimal(row.get(name), document, name)
        if value > 0:
            return Weight(value, settings.part.weight_unit)
    return Weight(Decimal(0), settings.part.weight_unit)
