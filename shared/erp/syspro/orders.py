"""A document's rows as an order (facts/syspro.md, section 5). Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from shared.domain.address import Address, Party
from shared.domain.borders import is_abroad
from shared.domain.countries import meant_by
from shared.domain.order import Order
from shared.erp.syspro.answers import Row, said, shown
from shared.erp.syspro.changes import INVOICED, stamp_of
from shared.erp.syspro.goods import goods_of, with_customs
from shared.erp.syspro.settings import SysproSettings
from shared.erp.syspro.sources import DISPATCH, PURCHASE, SUPPLIER_ADDRESS, Map
from shared.errors import Refused

NO_POSTCODE = frozenset(
    {"AE", "AG", "AO", "BS", "BZ", "CM", "FJ", "GH", "HK", "IE", "JM", "KE", "MO", "QA", "UG", "ZW"}
)
"""Countries whose addresses have no postcode, or need none."""


@dataclass(frozen=True, slots=True)
class Found:
    """The rows of a document: its head, its lines, the sales orders behind it, stock codes by their code in capitals,
    and its customer. `standing` is what the field of our numbers holds."""

    head: Row
    lines: Sequence[Row]
    orders: Sequence[Row]
    items: Mapping[str, Row] = field(default_factory=dict)
    customer: Row = field(default_factory=dict)
    standing: str = ""


def is_cancelled(settings: SysproSettings, row: Row) -> bool:
    """True where a document is cancelled, by its own row."""
    return said(row, settings.source.status) in settings.source.cancelled or said(row, "CancelledFlag") == "Y"


def is_ready(settings: SysproSettings, row: Row, invoiced_since: str) -> bool:
    """True where the selection wants the document, by its own row. `invoiced_since` is a day."""
    branches = settings.select.branch
    if branches and said(row, "Branch") not in branches:
        return False
    if not settings.source.status:
        types = settings.select.document_type
        return not types or said(row, "DocumentType") in types
    status = said(row, settings.source.status)
    if status in settings.statuses:
        return True
    lately = settings.source is DISPATCH and bool(settings.part.also_invoiced_days)
    return lately and status == INVOICED and said(row, "InvoiceCreatedDate") >= invoiced_since


def service_of(settings: SysproSettings, found: Found) -> str:
    """The carrier code: that of the sales orders, else the note's own text. Raises Refused where orders of one note
    have different ones."""
    codes = {said(row, "ShippingInstrsCod") for row in found.orders} - {""}
    if len(codes) > 1:
        raise Refused(
            "service",
            f"the sales orders of {shown(said(found.head, settings.source.key))} go by {', '.join(sorted(codes))}",
            field="ShippingInstrsCod",
            hint="a note of several orders needs one carrier: correct the orders' shipping instructions",
        )
    return next(iter(codes), "") or said(found.head, "ShippingInstrs")


def order_of(settings: SysproSettings, document: str, found: Found) -> Order | None:
    """The document as an order, None where the selection does not want it. Raises Refused where nothing is to be
    shipped, or where it does not say where to."""
    service = service_of(settings, found)
    if settings.select.ship_via and service not in settings.select.ship_via:
        return None
    lines, skipped, warehouses = goods_of(settings, document, found.lines, found.items)
    if not lines:
        elsewhere = [each for each in skipped if each.reason.startswith("warehouse ")]
        if elsewhere and len(elsewhere) == len(skipped):
            return None
        raise Refused("lines", f"{document} has nothing to ship", field="lines")
    if settings.source is PURCHASE:
        warehouse = said(found.head, "Warehouse") or warehouses[0]
        ship_from, noted = _supplier(settings, document, found)
        ship_to, notes = _delivered_to(settings, document, found, warehouse)
        notes = (*noted, *notes)
    else:
        ship_from, warehouse = _ship_from(settings, document, warehouses)
        ship_to, notes = _ship_to(settings, document, found)
    if settings.customs and is_abroad(ship_from.address, ship_to.address):
        lines = with_customs(lines, found.items)
    return Order(
        system=settings.system,
        company=settings.part.company,
        document=document,
        delivery="",
        flow=settings.flow,
        status=said(found.head, settings.source.status),
        changed=stamp_of(found.head),
        ship_from=ship_from,
        ship_to=ship_to,
        lines=lines,
        service=service,
        supplier=said(found.head, "Supplier") if settings.source is PURCHASE else "",
        warehouse=warehouse,
        needed=_day(said(found.head, settings.source.needed)),
        skipped=skipped,
        notes=notes,
        extra=_hazards(settings, found),
        customer=shown(said(found.head, "Customer")),
        shipped_as=found.standing,
    )


def cancelled_order(settings: SysproSettings, document: str) -> Order:
    """A document that is cancelled or gone."""
    nobody = Party("", Address((), "", "", "", ""))
    company, flow = settings.part.company, settings.flow
    return Order(settings.system, company, document, "", flow, "*", "", nobody, nobody, (), cancelled=True)


def _hazards(settings: SysproSettings, found: Found) -> tuple[tuple[str, str], ...]:
    rule = settings.hazard
    codes = {said(row, "MStockCode") for row in found.lines}
    hazardous = [
        code
        for code in sorted(codes)
        if rule.column and rule.says(said(found.items.get(code.upper(), {}), rule.column))
    ]
    return tuple(("hazard", code) for code in hazardous)


def _ship_from(settings: SysproSettings, document: str, warehouses: Sequence[str]) -> tuple[Party, str]:
    """The warehouse's place in the connection file, else the shipper's; and the warehouse."""
    codes = list(dict.fromkeys(warehouses)) or [""]
    places = {code: settings.places.get(code, settings.sender) for code in codes}
    if len({str(place.address) if place else "" for place in places.values()}) > 1:
        raise Refused(
            "ship_tos",
            f"the goods of {document} lie in warehouses {', '.join(codes)}, which are different places",
            field="MWarehouse",
            hint="dispatch each warehouse by a note of its own",
        )
    place = places[codes[0]]
    return place or Party(codes[0], Address((), "", "", "", "")), codes[0]


def _supplier(settings: SysproSettings, document: str, found: Found) -> tuple[Party, tuple[str, ...]]:
    """The supplier's place in the connection file, else its address in SYSPRO."""
    code = said(found.head, "Supplier")
    if code in settings.places:
        return settings.places[code], ()
    party, notes = _party(settings, document, found, SUPPLIER_ADDRESS)
    return replace(party, name=party.name or code), notes


def _delivered_to(
    settings: SysproSettings, document: str, found: Found, warehouse: str
) -> tuple[Party, tuple[str, ...]]:
    """The delivery address of a purchase order; where it has none, the place of its warehouse."""
    columns = (each for part in ("line1", "line2", "city", "postcode") for each in settings.address[part])
    if warehouse in settings.places and not any(said(found.head, each) for each in columns):
        return settings.places[warehouse], ()
    party, notes = _party(settings, document, found, settings.address)
    return replace(party, name=party.name or warehouse, phone=settings.part.phone), notes


def _ship_to(settings: SysproSettings, document: str, found: Found) -> tuple[Party, tuple[str, ...]]:
    """The receiver by the address map, by its name in SYSPRO where the document has none."""
    party, notes = _party(settings, document, found, settings.address)
    name = party.name or said(found.customer, "Name") or shown(said(found.head, "Customer"))
    return replace(party, name=name), notes


def _party(settings: SysproSettings, document: str, found: Found, address: Map) -> tuple[Party, tuple[str, ...]]:
    """A party by a map of its address. Raises Refused with all lines where city or postcode stays blank."""
    head, at = found.head, {part: _first(found.head, columns) for part, columns in address.items()}
    street = tuple(each for each in (at["line1"], at["line2"], at["line3"]) if each)
    country, notes = _country(settings, at["country"])
    if not at["city"] or not (at["postcode"] or country in NO_POSTCODE):
        columns = dict.fromkeys(column for part in address.values() for column in part)
        lines = "; ".join(f"{column} {said(head, column)!r}" for column in columns)
        ours = address is SUPPLIER_ADDRESS
        raise Refused(
            "address",
            f"{document} has no {'postcode' if at['city'] else 'city'} in its address: {lines}",
            field="ship_from.address" if ours else "ship_to.address",
            hint="name the supplier's code under locations, or correct its address in SYSPRO"
            if ours
            else "correct the address in SYSPRO, or say under erp.address which line has what",
        )
    phone = said(found.customer, "Telephone") or settings.part.phone
    return Party(at["name"], Address(street, at["city"], at["state"], at["postcode"], country), "", phone), notes


def _country(settings: SysproSettings, written: str) -> tuple[str, tuple[str, ...]]:
    """The country by its code or name; the connection's own for none, and for what is no country, which is noted."""
    found = meant_by(written) if written else ""
    if found:
        return found, ()
    default = settings.part.default_country
    return default, (f"{written!r} is no country: {default} is taken",) if written else ()


def _first(row: Row, columns: Sequence[str]) -> str:
    return next((said(row, column) for column in columns if said(row, column)), "")


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written[:10]) if written else None
    except ValueError:
        return None
