"""Purchase orders that are received elsewhere, and their receipts: PPS001MI.Receipt, found by PPS330MI.ListPOTrans.

MI has no key that makes a receipt idempotent, and a receipt returns nothing: our mark in the delivery note number
(SUDO, 20 characters) is what it is found by (facts/infor.md, section 3).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from shared.domain.hints import Action, Hint, do
from shared.domain.purchase import PurchaseLine, PurchaseOrder
from shared.domain.receiving import InboundOrder, Receipt
from shared.domain.state import Reason
from shared.erp.infor.bindings import Binding
from shared.erp.infor.client import M3Client, Record
from shared.erp.infor.lines import PoLine, day_of, lacks_ratio, po_line, ratio_of, why_service
from shared.erp.infor.master import MasterFiles
from shared.erp.infor.parties import NOBODY
from shared.erp.infor.selection import closed, head_wanted, order_wanted
from shared.erp.infor.settings import InforSettings
from shared.erp.infor.ship_from import ship_from
from shared.errors import Misconfigured, Refused
from shared.ports import Clock

LISTED = "receipt.list"
_RESPONSIBLE = "BUYE"
"""The head's buyer: whoever is responsible for a receipt unless the entry names somebody."""


class Receiving:
    """Reads purchase orders as they are expected at a warehouse, and books what came in."""

    def __init__(
        self, client: M3Client, master: MasterFiles, settings: InforSettings, clock: Clock, system: str
    ) -> None:
        self._client, self._master, self._settings = client, master, settings
        self._clock, self._system = clock, system

    def purchase_order(self, document: str) -> PurchaseOrder | None:
        """See ReceivesGoods.purchase_order."""
        head = self._client.record("po.head", {"po_number": document})
        if head is None:
            return self._gone(document, {})
        if not head_wanted(head, self._settings):
            return None
        rows = self._client.records("po.lines", {"po_number": document})
        if not rows:
            hint = "add lines to the order in M3, or delete it"
            raise Refused(Reason.LINES, f"order {document} has no lines", field="lines", value=document, hint=hint)
        read = [(po_line(row), row) for row in rows]
        living = [(line, row) for line, row in read if not closed(line, self._settings)]
        if not living:
            return self._gone(document, head)
        if not order_wanted(min(line.status for line, _ in living), self._service(head), self._settings.selection):
            return None
        lines = tuple(filter(None, (self._line(line, row, head) for line, row in living)))
        return self._order(document, head, lines, [line for line, _ in living])

    def _order(
        self, document: str, head: Record, lines: tuple[PurchaseLine, ...], living: Sequence[PoLine]
    ) -> PurchaseOrder:
        days = [line.confirmed or line.needed for line in living if line.confirmed or line.needed]
        return PurchaseOrder(
            system=self._system,
            company=self._settings.cono,
            document=document,
            supplier=head["supplier"],
            seller=ship_from(head, self._master, self._settings, self._clock.now().date())[0],
            order_type=head.get("order_type", ""),
            lines=lines,
            expected=min(filter(None, days), default=day_of(head.get("requested_delivery", ""))),
        )

    def _gone(self, document: str, head: Record) -> PurchaseOrder:
        own = (self._system, self._settings.cono, document, head.get("supplier", ""), NOBODY)
        return PurchaseOrder(*own, head.get("order_type", ""), (), cancelled=True)

    def _service(self, head: Record) -> str:
        """The order's delivery method, else the supplier's."""
        supplier = self._master.supplier(head["supplier"]) or {}
        return head.get("delivery_method") or supplier.get("delivery_method", "")

    def _line(self, line: PoLine, row: Record, head: Record) -> PurchaseLine | None:
        """The line as goods are expected for it; None for a return, a text, a service or another warehouse's."""
        returns = self._settings.bindings["po.head"].codes("return_types")
        warehouses = self._settings.selection.warehouses
        if line.ordered <= 0 or not line.item or head.get("order_type", "") in returns:
            return None
        if warehouses and line.warehouse not in warehouses:
            return None
        if why_service(line, self._master.item(line.item), self._settings.bindings["item.basic"]):
            return None
        return PurchaseLine(
            number=line.number,
            sku=line.item,
            description=line.description,
            ordered=line.ordered,
            received=max(Decimal(row.get("received_qty") or 0), Decimal(0)),
            unit=line.unit,
            per_unit=self._ratio(line),
            warehouse=line.warehouse or head.get("warehouse", ""),
            confirmed=line.confirmed is not None,
        )

    def _ratio(self, line: PoLine) -> Decimal | None:
        """Basic units in one purchase unit: a warehouse counts those."""
        if line.unit == (line.basic_unit or line.unit):
            return Decimal(1)
        if not lacks_ratio(line):
            return line.basic / line.ordered
        return ratio_of(self._master.units(line.item), line.unit, self._settings.bindings["item.units"])

    # --- receipts --------------------------------------------------------------------------------------------------

    def find_receipt(self, order: InboundOrder, receipt: Receipt) -> str:
        """See ReceivesGoods.find_receipt: a list by line, compared by our mark."""
        line, _, sub = receipt.line.partition("/")
        rows = self._client.records(LISTED, {"po_number": order.document, "line": line, "subline": sub or "0"})
        found = next((row for row in rows if row["delivery_note"] == receipt.mark), None)
        if found is None:
            return ""
        number = found["receiving_number"]
        return number if number.strip("0") else receipt.mark  # an advice has none

    def post_receipt(self, order: InboundOrder, receipt: Receipt, day: date) -> None:
        """See ReceivesGoods.post_receipt."""
        binding = self._binding(receipt.job)
        line, _, sub = receipt.line.partition("/")
        quantity = f"{receipt.quantity.normalize():f}"
        field = next((name for name, text in binding.input.items() if text == "{quantity}"), "")
        longest = binding.length.get(field, len(quantity))
        if len(quantity) > longest:
            message = f"{quantity} {receipt.unit} has more than {longest} characters, which is all that a receipt takes"
            raise Refused(Reason.UNITS, message, field="quantity", value=quantity, hint=_BY_HAND)
        values = {
            "po_number": order.document,
            "line": line,
            "subline": sub or "0",
            "quantity": quantity,
            "delivery_note": receipt.mark,
            "receipt_date": f"{day:%Y%m%d}",
            "responsible": self._responsible(order, binding),
            "warehouse": order.warehouse,
            "supplier": order.supplier,
            "item": receipt.sku,
            "tracking_number": receipt.parcel,
        }
        self._client.write(receipt.job, binding.transaction, values, {})

    def _binding(self, job: str) -> Binding:
        found = self._settings.bindings.get(job)
        if found is None or found.kind != "write":
            place = f"erp.bindings.{job}"
            hint = "name the program and transaction of your tenant there, or another job under receipts.by_order_type"
            raise Misconfigured(f"no program is bound to {job}", field=place, hint=hint, general=False)
        return found

    def _responsible(self, order: InboundOrder, binding: Binding) -> str:
        """The user whom the entry names, else the order's buyer: M3 wants one."""
        named = binding.settings.get("responsible", "")
        if named or "responsible" not in binding.placeholders():
            return named
        head = self._client.record("po.head", {"po_number": order.document}, [_RESPONSIBLE]) or {}
        if not head.get(_RESPONSIBLE):
            place = f"erp.bindings.{_job_of(binding)}.settings.responsible"
            message = f"order {order.document} has no buyer, and a receipt wants somebody responsible"
            raise Refused(Reason.MISSING, message, field=place, hint=Hint("name an M3 user there", ()))
        return head[_RESPONSIBLE]


_BY_HAND = Hint("book it in M3 by hand, then dismiss it", (do(Action.CORRECT_IN_ERP),))


def _job_of(binding: Binding) -> str:
    return "receipt.post" if binding.transaction == "Receipt" else "receipt.inventory"
