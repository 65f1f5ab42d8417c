"""PPS001MI.Receipt and the transactions that PPS330MI lists: what was booked, each booking kept in the ledger.

No key makes a receipt idempotent, and it returns nothing (facts/infor.md, section 3): the same call again books again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from sandbox.erps.m3.catalogue import nok
from sandbox.erps.m3.tenant import Booking, PurchaseOrder, Row, Tenant

Record = Mapping[str, str]
_CLOSED = "85"


def receive(tenant: Tenant, record: Record, who: str) -> Iterable[Row]:
    """Books a quantity of one line, in its purchase unit. A surplus is taken unless the tenant refuses it."""
    number = record["PUNO"]
    order = tenant.orders.get(number)
    if order is None:
        raise nok("WPU0803", f"Purchase order number {number} does not exist", "PUNO")
    left = tenant.locked.get(number, 0)
    if left:
        tenant.locked[number] = left - 1
        raise nok("XUP0001", "The record is locked by user BUYER01")
    line = _line(order, record)
    quantity = Decimal(record["RVQA"])
    if quantity <= 0:
        raise nok("WRV0102", "Received quantity must be entered", "RVQA")
    if line["PUSL"] >= _CLOSED:
        raise nok("PP00120", f"Purchase order line {line['PNLI']} has status {line['PUSL']}", "PNLI")
    booked = Decimal(line["RVQA"]) + quantity
    if tenant.over_receipts == "refused" and booked > Decimal(line["ORQA"]):
        raise nok("PP00150", "Received quantity exceeds the ordered quantity", "RVQA")
    tenant.touch(number)
    line["RVQA"] = f"{booked.normalize():f}"
    line["PUST"] = "50"
    if booked >= Decimal(line["ORQA"]):
        line["PUSL"] = "50"
    tenant.bookings.append(
        Booking(
            at=tenant.now(),
            who=who,
            document=number,
            line=line["PNLI"],
            quantity=quantity,
            mark=record.get("SUDO", "").strip(),
            number=f"{len(tenant.bookings) + 1:010}",
            day=record["TRDT"],
        )
    )
    return ()


def list_transactions_of_order(tenant: Tenant, record: Record) -> Iterable[Row]:
    """PPS330MI.ListPOTrans: the bookings of an order, of one line where it is named."""
    number = record["PUNO"]
    order = tenant.orders.get(number)
    if order is None:
        raise nok("WPU0803", f"Purchase order number {number} does not exist", "PUNO")
    wanted = str(int(record["PNLI"])) if record.get("PNLI", "").strip() else ""
    units = {row["PNLI"]: row for row in order.lines}
    for each in tenant.bookings:
        if each.document == number and wanted in ("", each.line):
            row = units[each.line]
            yield {
                "PUNO": number,
                "PNLI": each.line,
                "PNLS": row["PNLS"],
                "PUOS": "50",
                "WHLO": row["WHLO"],
                "REPN": each.number,
                "SUDO": each.mark,
                "ITNO": row["ITNO"],
                "TRDT": each.day,
                "RPQA": f"{each.quantity.normalize():f}",
                "PUUN": row["PUUN"],
            }


def _line(order: PurchaseOrder, record: Record) -> Row:
    number, sub = str(int(record["PNLI"])), str(int(record["PNLS"]))
    found = next((row for row in order.lines if row["PNLI"] == number and row["PNLS"] == sub), None)
    if found is None:
        raise nok("WPN0103", f"Purchase order line {number} does not exist", "PNLI")
    return found
