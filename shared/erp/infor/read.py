"""A purchase order as M3 has it now: head, lines, supplier, ship-to and items become one parcel group."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from shared.domain.order import Flow, Order
from shared.domain.state import Reason
from shared.erp.infor.client import M3Client, Record
from shared.erp.infor.contents import Contents, contents_of
from shared.erp.infor.lines import PoLine, day_of, po_line
from shared.erp.infor.master import MasterFiles
from shared.erp.infor.parties import NOBODY
from shared.erp.infor.settings import InforSettings
from shared.erp.infor.ship_from import ship_from
from shared.erp.infor.ship_to import ShipTos
from shared.errors import Refused
from shared.ports import Clock


class _Identity(TypedDict):
    """What an order has whether it lives or is cancelled."""

    system: str
    company: str
    document: str
    delivery: str
    flow: Flow
    changed: str
    freight_terms: str
    supplier: str
    order_type: str


class PurchaseOrders:
    """Reads orders by number, in as few calls as the order needs: what can be decided early is."""

    def __init__(
        self, client: M3Client, master: MasterFiles, settings: InforSettings, clock: Clock, system: str
    ) -> None:
        self._client, self._master, self._settings = client, master, settings
        self._clock, self._system = clock, system

    def read(self, document: str, changed: str = "") -> tuple[Order, ...]:
        """See Erp.read. Raises Refused `lines` (none at all) and `ship_tos` (several)."""
        head = self._client.record("po.head", {"po_number": document})
        if head is None:
            return (self._cancelled(document, {}, changed, "M3 has no such order any more"),)
        if not self._head_wanted(head):
            return ()
        lines = self._lines(document)
        living = [line for line in lines if not self._closed(line)]
        if not living:
            return (self._cancelled(document, head, changed, "all its lines are closed or deleted"),)
        status = min(line.status for line in living)
        service, notes = self._service(head)
        if not self._wanted(status, service):
            return ()
        contents = contents_of(lines, self._master, self._settings)
        if contents.open_lines and not self._warehouse_wanted(contents.open_lines):
            return ()
        contents.notes[:0] = notes
        return (self._order(document, head, status, service, contents, changed),)

    def _head_wanted(self, head: Record) -> bool:
        settings = self._settings
        if settings.divi and head.get("division") and head["division"] != settings.divi:
            return False
        if settings.selection.suppliers and head["supplier"] not in settings.selection.suppliers:
            return False
        methods, method = settings.selection.delivery_methods, head.get("delivery_method", "")
        if methods and method and method not in methods:
            return False
        return head.get("freight_terms", "") not in settings.freight_not_ours

    def _lines(self, document: str) -> list[PoLine]:
        rows = self._client.records("po.lines", {"po_number": document})
        if not rows:
            hint = "add lines to the order in M3, or delete it"
            raise Refused(Reason.LINES, f"order {document} has no lines", field="lines", value=document, hint=hint)
        return [po_line(row) for row in rows]

    def _closed(self, line: PoLine) -> bool:
        return bool(line.status) and line.status >= self._settings.bindings["po.lines"].settings.get(
            "closed_from", "90"
        )

    def _service(self, head: Record) -> tuple[str, list[str]]:
        """The order's delivery method; where it has none, the supplier's (M3 copies it when an order is entered)."""
        if head.get("delivery_method"):
            return head["delivery_method"], []
        supplier = self._master.supplier(head["supplier"]) or {}
        method = supplier.get("delivery_method", "")
        return method, [f"delivery method {method} is the supplier's, the order has none"] if method else []

    def _wanted(self, status: str, service: str) -> bool:
        select = self._settings.selection
        low, high = select.status_from or "00", select.status_to or "99"
        in_range = not status or low <= status <= high
        return in_range and (not select.delivery_methods or service in select.delivery_methods)

    def _warehouse_wanted(self, lines: Sequence[PoLine]) -> bool:
        wanted = self._settings.selection.warehouses
        return not wanted or any(line.warehouse in wanted for line in lines)

    def _order(self, document: str, head: Record, status: str, service: str, contents: Contents, changed: str) -> Order:
        origin, destination = NOBODY, NOBODY
        if contents.shipped:
            origin, why = ship_from(head, self._master, self._settings, self._clock.now().date())
            contents.notes.extend(why)
            places = ShipTos(self._client, self._master, self._settings.flow)
            destination, why = places.of(document, contents.open_lines, head)
            contents.notes.extend(why)
        days = [line.needed for line in contents.open_lines if line.needed]
        return Order(
            **self._identity(document, head, changed),
            status=status,
            ship_from=origin,
            ship_to=destination,
            lines=tuple(contents.shipped),
            service=service,
            warehouse=contents.open_lines[0].warehouse if contents.open_lines else head.get("warehouse", ""),
            needed=min(days, default=day_of(head.get("requested_delivery", ""))),
            skipped=tuple(contents.skipped),
            notes=tuple(contents.notes),
            extra=tuple(contents.hazards),
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

    def _identity(self, document: str, head: Record, changed: str) -> _Identity:
        return _Identity(
            system=self._system,
            company=self._settings.cono,
            document=document,
            delivery="",
            flow=self._settings.flow,
            changed=changed,
            freight_terms=head.get("freight_terms", ""),
            supplier=head.get("supplier", ""),
            order_type=head.get("order_type", ""),
        )
