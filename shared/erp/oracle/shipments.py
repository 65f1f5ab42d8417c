"""Shipments of sales orders: their lines are listed and read, and become what goes out to customers (facts/oracle.md,
section 4, outbound).

The reference lists no address and no warehouse of a line: the connection file names the fields that have them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time

from shared.connection import Hazard
from shared.domain.address import Address, Party
from shared.domain.order import Order, Skipped
from shared.domain.parcel_group import by_line, line_group
from shared.erp.oracle.answers import NotOpen, Row, number, text
from shared.erp.oracle.changes import as_stamp, least_of, moment, window
from shared.erp.oracle.client import Client
from shared.erp.oracle.file import AddressPart
from shared.erp.oracle.items import Items, is_hazardous
from shared.erp.oracle.places import country_of
from shared.erp.oracle.query import segment
from shared.erp.oracle.query import text as quoted
from shared.erp.oracle.read import line_of
from shared.erp.oracle.schedules import Schedule
from shared.erp.oracle.selection import method_of
from shared.erp.oracle.settings import OracleSettings, is_carrier_of
from shared.erp.oracle.suppliers import NOBODY
from shared.errors import Refused
from shared.ports import Change, Listed

LINES, HEADERS = "shipmentLines", "shipments"
_LEFT = ("SHIPPED", "INTERFACED", "C", "I")
"""A line's status once it has left: the word, or the code."""
_CANCELLED = ("D", "CANCEL")
"""A line's status once it is cancelled: the code, or how the word begins."""


def changed(client: Client, cursor: str, floor: datetime, now: datetime) -> Sequence[Change]:
    """Shipments of which a line changed, as `changes.changed` has orders: by the time of the last one."""
    settings = client.settings
    least, until = least_of(settings, cursor, floor), now - settings.part.lag
    found = dict[str, str]()
    for row in rows(client, least, until):
        stamp, document = moment(row, "LastUpdateDate"), text(row.get(settings.part.shipment.document))
        if document and stamp and least <= stamp <= until:
            found[document] = max(found.get(document, ""), as_stamp(stamp))
    return [Change(document, stamp) for document, stamp in sorted(found.items(), key=lambda each: (each[1], each[0]))]


def listing(client: Client, day: date, floor: datetime, now: datetime) -> Iterator[Listed]:
    """See Erp.listing: shipments with a line that is ready, then those that have left on the day or since."""
    settings, reader = client.settings, Shipments(client, "")
    since = max(datetime.combine(day, time(), settings.zone), floor)
    ready, left = dict[str, str](), dict[str, str]()
    for row in rows(client, floor, now):
        document, status = text(row.get(settings.part.shipment.document)), status_of(settings, row)
        if not document or reader.unselected(row):
            continue
        if is_ready(settings, row):
            ready[document] = status
        elif status in _LEFT and (moment(row, "LastUpdateDate") or now) >= since:
            left[document] = status
    yield from (Listed(document, ready=True, status=status) for document, status in ready.items())
    yield from (Listed(document, ready=False, status=left[document]) for document in left if document not in ready)


def rows(client: Client, least: datetime, until: datetime, *, most: int = 0) -> Iterator[Row]:
    """The lines of a window."""
    where = window(client.settings.part.cursor, least, until)
    return client.rows(LINES, where, key="ShipmentLine", keyset=True, bare=True, most=most)


def lines_of(client: Client, document: str) -> list[Row]:
    """All lines of a shipment, or of an order. Raises Refused for a number that cannot be asked for."""
    hint = "name another field of the line in erp.shipment.document, or ship this one by hand"
    where = f"{client.settings.part.shipment.document} = {quoted(document, field='document', hint=hint)}"
    return list(client.rows(LINES, where, key="ShipmentLine"))


def status_of(settings: OracleSettings, row: Row) -> str:
    return text(row.get(settings.part.shipment.status)).upper()


def is_ready(settings: OracleSettings, row: Row) -> bool:
    """Return whether the line has one of the statuses that are shipped; capitals do not matter."""
    return status_of(settings, row) in [each.upper() for each in settings.part.shipment.statuses]


class Shipments:
    """Reads shipments for one connection."""

    def __init__(self, client: Client, system: str) -> None:
        self._client, self._settings, self._system = client, client.settings, system
        self._headers = dict[str, Row]()

    def read(self, document: str) -> tuple[Order, ...]:
        """See Erp.read. Raises Refused `address` for a ship-to that the connection cannot read."""
        found = lines_of(self._client, document)
        living = [row for row in found if not status_of(self._settings, row).startswith(_CANCELLED)]
        if not living:
            note = "all its lines are cancelled" if found else "Fusion has no such shipment, or shows none"
            return (self._order(document, {}, cancelled=True, notes=(note,)),)
        reasons = {text(row.get("ShipmentLine")): self.why_not(row) for row in living}
        going = [row for row in living if not reasons[text(row.get("ShipmentLine"))]]
        skipped = tuple(Skipped(line, reason) for line, reason in reasons.items() if reason)
        together = dict[tuple[Party, str, str], list[Row]]()
        for row in sorted(going, key=lambda each: by_line(text(each.get("ShipmentLine")))):
            service = self._settings.service_of(method_of(self._settings, row))
            warehouse = self._of(row, self._settings.part.shipment.organization)
            together.setdefault((self.ship_to(document, row), warehouse, service), []).append(row)
        items = Items(self._client)
        return tuple(
            self._group(document, party, members, items, () if place else skipped, alone=len(together) == 1)
            for place, ((party, _, _), members) in enumerate(together.items())
        )

    def why_not(self, row: Row) -> str:
        """Return why a line does not go, "" when it does."""
        status = status_of(self._settings, row)
        if not is_ready(self._settings, row):
            return f"its status is {status or 'unknown'}"
        return self.unselected(row)

    def unselected(self, row: Row) -> str:
        """Return why the selection does not want a line, whatever its status; "" when it does."""
        settings = self._settings
        select, method = settings.select, method_of(settings, row)
        warehouse, fields = self._of(row, settings.part.shipment.organization), select.field or {}
        reasons = {
            f"shipping method {method or 'none'}": bool(
                select.shipping_method and not any(is_carrier_of(code, method) for code in select.shipping_method)
            ),
            f"from {warehouse or 'an unknown warehouse'}": bool(
                select.organizations and warehouse not in select.organizations
            ),
            "its fields are not the selected ones": any(text(row.get(each)) != held for each, held in fields.items()),
            "no quantity": number(row, "RequestedQuantity", "a line") <= 0,
        }
        return next((reason for reason, holds in reasons.items() if holds), "")

    def _group(
        self, document: str, party: Party, members: Sequence[Row], items: Items, skipped: tuple[Skipped, ...],
        *, alone: bool,
    ) -> Order:  # fmt: skip
        hazard = self._settings.hazard or Hazard()
        known = [(each, items.of(each)) for each in map(self._schedule, members)]
        dangerous = [
            ("hazard", f"line {each.number}, item {each.item}")
            for each, item in known
            if is_hazardous(each, item, hazard.field or "", hazard.values, hazard.items)
        ]
        lines = tuple(items.weighed(line_of(each, {}, valued=False), each, item) for each, item in known)
        return replace(
            self._order(document, members[0], skipped=skipped),
            delivery="" if alone else line_group(known[0][0].number),
            ship_to=party,
            lines=lines,
            extra=tuple(dangerous),
        )

    def _schedule(self, row: Row) -> Schedule:
        """A line as what goes to one place. An item names its unit, a line has the unit's code."""
        code, quantity = text(row.get("RequestedQuantityUOMCode")), number(row, "RequestedQuantity", "a line")
        id_ = text(row.get("ShipmentLine"))
        unit = text(row.get("RequestedQuantityUOM")) or self._settings.part.shipment.units.get(code, code)
        line = {"Item": row.get("Item"), "Description": row.get("ItemDescription")}
        item = {"ItemId": row.get("InventoryItemId")}
        return Schedule(id_, id_, line, item, quantity, quantity, unit, code, None)

    def ship_to(self, document: str, row: Row) -> Party:
        """The receiver: a place of the connection file, else the fields that it names. Never guessed."""
        names = self._settings.part.shipment
        code = self._of(row, names.location)
        if code in self._settings.places:
            return self._settings.places[code]
        said = self.header(row) if names.address_on == "shipment" and names.address else row
        party = party_of(said, names.address)
        if party is None:
            said_of = f", whose place {code} is none of locations," if code else ""
            raise Refused(
                "address",
                f"line {text(row.get('ShipmentLine'))} of {document}{said_of} has no whole address that can be read",
                field="ship_to.address",
                value=code,
                hint="name the fields that have it in erp.shipment.address, or its place in erp.shipment.location and "
                "under locations",
            )
        return party

    def header(self, row: Row) -> Row:
        """The shipment of a line; nothing where it may not be seen."""
        shipment = text(row.get("Shipment"))
        if shipment and shipment not in self._headers:
            try:
                self._headers[shipment] = self._client.item(f"{HEADERS}/{segment(shipment)}") or {}
            except NotOpen:
                self._headers[shipment] = {}
        return self._headers.get(shipment, {})

    @staticmethod
    def _of(row: Row, name: str | None) -> str:
        return text(row.get(name)) if name else ""

    def _order(
        self, document: str, row: Row, *, cancelled: bool = False, notes: tuple[str, ...] = (),
        skipped: tuple[Skipped, ...] = (),
    ) -> Order:  # fmt: skip
        settings, names = self._settings, self._settings.part.shipment
        return Order(
            system=self._system,
            company=settings.part.company_code,
            document=document,
            delivery="",
            flow=settings.flow,
            status=text(row.get(names.status)),
            changed=text(row.get("LastUpdateDate")),
            ship_from=NOBODY,
            ship_to=NOBODY,
            lines=(),
            service=settings.service_of(method_of(settings, row)),
            warehouse=self._of(row, names.organization),
            skipped=skipped,
            notes=notes,
            cancelled=cancelled,
            customer=self._of(row, names.customer),
        )


def party_of(row: Row, names: Mapping[AddressPart, str]) -> Party | None:
    """The receiver by these fields, None for one without street, city or country."""
    has: dict[str, str] = {part: text(row.get(name)) for part, name in names.items()}
    lines = tuple(found for found in (has.get(f"line{place}", "") for place in (1, 2, 3)) if found)
    country = country_of(has.get("country", ""))
    if not (lines and has.get("city") and country):
        return None
    address = Address(lines, has["city"], has.get("state", ""), has.get("postcode", ""), country)
    return Party(has.get("name", ""), address, has.get("attention", ""), has.get("phone", ""))
