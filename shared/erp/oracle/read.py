"""A purchase order as Fusion has it now: header, schedules, supplier, ship-tos and items become its parcel groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from shared.connection import Hazard
from shared.domain.address import Address, Party
from shared.domain.borders import is_abroad
from shared.domain.customs import CustomsData
from shared.domain.money import Money
from shared.domain.order import Order, OrderLine, Skipped
from shared.domain.parcel_group import by_line, line_group
from shared.erp.oracle.answers import Row, number, text
from shared.erp.oracle.charges import cost_centre_of
from shared.erp.oracle.client import Client, Item
from shared.erp.oracle.items import Items, is_hazardous
from shared.erp.oracle.oneline import split
from shared.erp.oracle.orders import find, lines_of, read_schedules
from shared.erp.oracle.places import Place, Places
from shared.erp.oracle.schedules import Schedule, ended, is_confirmed, left_out, why_skipped
from shared.erp.oracle.selection import is_ended, is_open, method_of, supplier_wanted, wanted
from shared.erp.oracle.suppliers import NOBODY, Suppliers, codes_of
from shared.errors import Refused

_Identity = tuple[str, Address, date | None]


@dataclass(frozen=True, slots=True)
class _Facts:
    """The facts that all parcel groups of an order have in common."""

    order: Item
    supplier: Row
    ship_from: Party
    bill_to: Party | None
    notes: tuple[str, ...]


class PurchaseOrders:
    """Reads orders for one connection."""

    def __init__(self, client: Client, system: str) -> None:
        self._client, self._settings, self._system = client, client.settings, system

    def read(self, document: str) -> tuple[Order, ...]:
        """See Erp.read. Raises Refused `lines` for an order without any, `address` for a ship-to that is none."""
        order = find(self._client, document)
        if order is None:
            return (self._order(document, None, cancelled=True, notes=("Fusion has no such order, or shows none",)),)
        if is_ended(order):
            return (self._order(document, order, cancelled=True),)
        if not is_open(order) or not wanted(self._client, order):
            return ()
        suppliers = Suppliers(self._client)
        supplier = suppliers.of(order)
        return self._living(document, order, supplier, suppliers) if supplier_wanted(self._settings, supplier) else ()

    def _living(self, document: str, order: Item, supplier: Row, suppliers: Suppliers) -> tuple[Order, ...]:
        """An order that the selection wants, by its schedules."""
        lines = lines_of(self._client, order)
        schedules = read_schedules(self._client, order, lines) if lines else []
        if not schedules:
            hint = "add lines to the order in Fusion, or cancel it"
            raise Refused("lines", f"order {document} has no lines", field="lines", value=document, hint=hint)
        if all(ended(each) for each in schedules):
            return (self._order(document, order, cancelled=True, notes=("all its schedules are closed",)),)
        if all(each.received or ended(each) for each in schedules):
            return ()
        return self._groups(document, order, supplier, suppliers, schedules)

    def _groups(
        self, document: str, order: Item, supplier: Row, suppliers: Suppliers, schedules: Sequence[Schedule]
    ) -> tuple[Order, ...]:
        select = self._settings.select
        reasons = {each.number: why_skipped(each, self._settings.flow, select.organizations) for each in schedules}
        shipped = [each for each in schedules if not reasons[each.number]]
        skipped = left_out(schedules, reasons)
        if not shipped:
            others = any("does not" in reason for reason in reasons.values())
            return () if others else (self._order(document, order, skipped=skipped, supplier=supplier),)
        origin, why = suppliers.ship_from(order, supplier)
        bill_to, unread = self._bill_to(order)
        facts = _Facts(order, supplier, origin, bill_to, (*why, *unread))
        places = Places(self._client)
        locations = {text(each.row.get("ShipToLocationId")) for each in schedules}
        alone = len(schedules) == 1 or (len(locations) == 1 and "" not in locations)
        found = {each.number: places.of(each, order, alone=alone) for each in shipped}
        groups = grouped(shipped, found, by_day=self._settings.part.group_by == "place_and_day")
        items = Items(self._client)
        return tuple(
            self._group(document, facts, members, found, items, () if place else skipped, alone=len(groups) == 1)
            for place, members in enumerate(groups)
        )

    def _group(
        self, document: str, facts: _Facts, members: Sequence[Schedule], found: dict[str, Place], items: Items,
        skipped: tuple[Skipped, ...], *, alone: bool,
    ) -> Order:  # fmt: skip
        settings = self._settings
        party, hazard = found[members[0].number][0], settings.hazard or Hazard()
        abroad = is_abroad(facts.ship_from.address, party.address)
        known = [(each, items.of(each)) for each in members]
        lines = [
            items.weighed(line_of(each, facts.order, valued=settings.declared or abroad), each, item)
            for each, item in known
        ]
        if settings.customs and abroad:
            origins = [text(each.row.get("CountryOfOriginCode")) for each in members]
            lines = [replace(line, customs=CustomsData(origin=of)) for line, of in zip(lines, origins, strict=True)]
        dangerous = [
            ("hazard", f"line {each.number}, item {each.item}")
            for each, item in known
            if is_hazardous(each, item, hazard.field or "", hazard.values, hazard.items)
        ]
        centre, unsure = cost_centre_of(self._client, facts.order, members) if settings.charged else ("", ())
        notes = [*facts.notes, *unsure, *(note for each in members for note in found[each.number][1])]
        return replace(
            self._order(document, facts.order, skipped=skipped, supplier=facts.supplier),
            delivery="" if alone else line_group(members[0].number),
            ship_from=facts.ship_from,
            ship_to=party,
            bill_to=facts.bill_to,
            lines=tuple(lines),
            warehouse=members[0].organization,
            needed=min((each.needed for each in members if each.needed), default=None),
            cost_centre=centre,
            confirmed=not settings.waits or all(is_confirmed(each, settings.part.confirmed_field) for each in members),
            notes=tuple(dict.fromkeys(notes)),
            extra=tuple(dangerous),
        )

    def _bill_to(self, order: Row) -> tuple[Party | None, tuple[str, ...]]:
        """The bill-to of one line, with a note where it is no address that can be split."""
        name = self._settings.part.billing_address
        line = text(order.get(name)) if name else ""
        if not line:
            return None, ()
        address, who = split(line), text(order.get("BillToBU")) or text(order.get("SoldToLegalEntity"))
        return (Party(who, address), ()) if address else (None, (f"bill-to as a text: {line}",))

    def _order(
        self, document: str, order: Row | None, *, cancelled: bool = False, notes: tuple[str, ...] = (),
        skipped: tuple[Skipped, ...] = (), supplier: Row | None = None,
    ) -> Order:  # fmt: skip
        head: Row = order or {}
        code, name, _ = codes_of(supplier or head)
        by_number = self._settings.part.supplier_id == "number"
        return Order(
            system=self._system,
            company=self._settings.part.company_code,
            document=document,
            delivery="",
            flow=self._settings.flow,
            status=text(head.get("StatusCode")) or text(head.get("Status")),
            changed=text(head.get("LastUpdateDate")),
            ship_from=NOBODY,
            ship_to=NOBODY,
            lines=(),
            service=self._settings.service_of(method_of(self._settings, head)),
            supplier=(code if by_number else "") or name,
            skipped=skipped,
            notes=notes,
            cancelled=cancelled,
        )


def line_of(schedule: Schedule, order: Row, *, valued: bool) -> OrderLine:
    """A schedule as a line that is shipped, with what it is worth where that is asked for."""
    currency = text(order.get("CurrencyCode")) or text(schedule.line.get("CurrencyCode"))
    price = number(schedule.line, "Price", f"line {schedule.number}") if valued and currency else 0
    return OrderLine(
        number=schedule.number,
        item=schedule.item or schedule.description,
        description=schedule.description,
        quantity=schedule.left,
        unit=schedule.unit,
        value=Money(price * schedule.left, currency) if price else None,
    )


def grouped(schedules: Sequence[Schedule], places: dict[str, Place], *, by_day: bool) -> list[list[Schedule]]:
    """Return what travels together: to one place, and for one day where days matter; ordered by lowest line."""
    together: dict[_Identity, list[Schedule]] = {}
    for each in sorted(schedules, key=lambda schedule: by_line(schedule.number)):
        party = places[each.number][0]
        together.setdefault((party.name, party.address, each.needed if by_day else None), []).append(each)
    return list(together.values())
