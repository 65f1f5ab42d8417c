"""A purchase order as M3 has it now: head, lines, supplier, ship-tos and items become its parcel groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypedDict

from shared.domain.address import Party
from shared.domain.borders import is_abroad
from shared.domain.customs import CustomsData
from shared.domain.order import Flow, Order, OrderLine, Skipped
from shared.domain.state import Reason
from shared.erp.infor.client import M3Client, Record
from shared.erp.infor.contents import Contents, contents_of
from shared.erp.infor.groups import ParcelGroup, parcel_groups
from shared.erp.infor.lines import PoLine, day_of, net_weight_of, po_line, value_of
from shared.erp.infor.master import MasterFiles
from shared.erp.infor.parties import NOBODY, has_address, party_of
from shared.erp.infor.selection import closed, head_wanted, order_wanted, warehouse_wanted
from shared.erp.infor.settings import InforSettings
from shared.erp.infor.ship_from import ship_from
from shared.erp.infor.ship_to import ShipTos
from shared.errors import Refused
from shared.ports import Clock


class _Identity(TypedDict):
    """The values that an order has whether it lives or is cancelled."""

    system: str
    company: str
    document: str
    delivery: str
    flow: Flow
    changed: str
    freight_terms: str
    supplier: str
    order_type: str
    customer: str
    cost_centre: str


@dataclass(frozen=True, slots=True)
class _Facts:
    """The values that all parcel groups of an order share."""

    document: str
    head: Record
    status: str
    service: str
    ship_from: Party
    notes: tuple[str, ...]
    changed: str
    bill_to: Party | None = None


class PurchaseOrders:
    """Reads orders by number, in as few calls as the order needs: what can be decided early is."""

    def __init__(
        self, client: M3Client, master: MasterFiles, settings: InforSettings, clock: Clock, system: str
    ) -> None:
        self._client, self._master, self._settings = client, master, settings
        self._clock, self._system = clock, system

    def read(self, document: str, changed: str = "") -> tuple[Order, ...]:
        """See Erp.read. Raises Refused `lines` (none at all)."""
        head = self._client.record("po.head", {"po_number": document})
        if head is None:
            return (self._cancelled(document, {}, changed, "M3 has no such order any more"),)
        if not head_wanted(head, self._settings):
            return ()
        lines = self._lines(document)
        living = [line for line in lines if not closed(line, self._settings)]
        if not living:
            return (self._cancelled(document, head, changed, "all its lines are closed or deleted"),)
        status = min(line.status for line in living)
        service, notes = self._service(head)
        if not order_wanted(status, service, self._settings.selection):
            return ()
        facts = _Facts(document, head, status, service, NOBODY, tuple(notes), changed)
        contents = contents_of(lines, head.get("order_type", ""), self._master, self._settings)
        return self._orders(facts, contents) if contents.shipped else (self._nothing_left(facts, contents),)

    def _orders(self, facts: _Facts, contents: Contents) -> tuple[Order, ...]:
        """An order for each parcel group that the selection wants."""
        if not warehouse_wanted(contents.shipped, self._settings.selection):
            return ()
        origin, why = ship_from(facts.head, self._master, self._settings, self._clock.now().date())
        billed = self._master.invoice_receiver(facts.head.get("invoicing_address", ""), facts.document)
        bill_to = party_of(billed) if has_address(billed) and billed else None
        facts = replace(facts, ship_from=origin, notes=(*facts.notes, *why), bill_to=bill_to)
        places = ShipTos(self._client, self._master, self._settings.flow)
        found = places.of(facts.document, [each.of for each in contents.shipped], facts.head)
        groups = parcel_groups(contents.shipped, found, by_day=self._settings.by_day)
        wanted = [each for each in groups if warehouse_wanted(each.contents, self._settings.selection)]
        skipped = (*contents.skipped, *_left_to_others(groups, wanted))
        return tuple(self._order(facts, each, () if n else skipped) for n, each in enumerate(wanted))

    def _lines(self, document: str) -> list[PoLine]:
        rows = self._client.records("po.lines", {"po_number": document})
        if not rows:
            hint = "add lines to the order in M3, or delete it"
            raise Refused(Reason.LINES, f"order {document} has no lines", field="lines", value=document, hint=hint)
        return [po_line(row) for row in rows]

    def _service(self, head: Record) -> tuple[str, list[str]]:
        """The order's delivery method; where it has none, the supplier's (M3 copies it when an order is entered)."""
        if head.get("delivery_method"):
            return head["delivery_method"], []
        supplier = self._master.supplier(head["supplier"]) or {}
        method = supplier.get("delivery_method", "")
        return method, [f"delivery method {method} is the supplier's, the order has none"] if method else []

    def _order(self, facts: _Facts, group: ParcelGroup, skipped: tuple[Skipped, ...]) -> Order:
        """Build the order of one parcel group. The price of its lines is read only where a value is declared, or where
        the goods cross a border."""
        abroad = is_abroad(facts.ship_from.address, group.ship_to.address)
        valued, declared = self._settings.declared or abroad, self._settings.customs and abroad
        currency = facts.head.get("currency", "") if valued else ""
        return Order(
            **self._identity(facts.document, facts.head, facts.changed, group.delivery),
            status=facts.status,
            ship_from=facts.ship_from,
            ship_to=group.ship_to,
            lines=tuple(
                replace(
                    each.line,
                    value=value_of(each.of, currency),
                    customs=self._customs(group.warehouse, each.line) if declared else None,
                )
                for each in group.contents
            ),
            service=facts.service,
            warehouse=group.warehouse,
            needed=group.needed or day_of(facts.head.get("requested_delivery", "")),
            skipped=skipped,
            bill_to=facts.bill_to,
            notes=(*facts.notes, *group.notes),
            extra=tuple(("hazard", each.hazard) for each in group.contents if each.hazard),
            confirmed=not self._settings.confirmed or all(each.of.confirmed for each in group.contents),
            accessorials=tuple(facts.head.get("accessorials", "").split()),
        )

    def _customs(self, warehouse: str, line: OrderLine) -> CustomsData:
        """Return the item's customs data: of its facility, and its net weight where the line counts basic units."""
        found, item = self._master.customs(warehouse, line.item) or {}, self._master.item(line.item) or {}
        return CustomsData(
            commodity_code=found.get("commodity_code", ""),
            origin=found.get("origin", ""),
            net_weight=net_weight_of(item, line, self._settings.weight_unit),
        )

    def _nothing_left(self, facts: _Facts, contents: Contents) -> Order:
        return Order(
            **self._identity(facts.document, facts.head, facts.changed),
            status=facts.status,
            ship_from=NOBODY,
            ship_to=NOBODY,
            lines=(),
            service=facts.service,
            warehouse=facts.head.get("warehouse", ""),
            needed=day_of(facts.head.get("requested_delivery", "")),
            skipped=contents.skipped,
            notes=facts.notes,
        )

    def _cancelled(self, document: str, head: Record, changed: str, why: str) -> Order:
        return Order(
            **self._identity(document, head, changed),
            status="99",
            ship_from=NOBODY,
            ship_to=NOBODY,
            lines=(),
            service=head.get("delivery_method", ""),
            warehouse=head.get("warehouse", ""),
            notes=(why,),
            cancelled=True,
        )

    def _identity(self, document: str, head: Record, changed: str, delivery: str = "") -> _Identity:
        return _Identity(
            system=self._system,
            company=self._settings.cono,
            document=document,
            delivery=delivery,
            flow=self._settings.flow,
            changed=changed,
            freight_terms=head.get("freight_terms", ""),
            supplier=head.get("supplier", ""),
            order_type=head.get("order_type", ""),
            customer=head.get("customer", ""),
            cost_centre=head.get("cost_centre", ""),
        )


def _left_to_others(groups: Sequence[ParcelGroup], wanted: Sequence[ParcelGroup]) -> tuple[Skipped, ...]:
    """The lines of groups for warehouses that this connection does not select."""
    return tuple(
        Skipped(each.line.number, f"for warehouse {each.of.warehouse}, which this connection does not select")
        for group in groups
        if group not in wanted
        for each in group.contents
    )
