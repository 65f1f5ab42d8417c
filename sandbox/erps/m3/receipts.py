"""PPS001MI.Receipt and AdviseLine, and the transactions that PPS330MI lists: each call is kept in a ledger.

No key makes any of them idempotent, and a receipt returns nothing (facts/infor.md, section 3): the same call again
books again. What a real M3 checks and no document tells is checked here all the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from sandbox.erps.m3.catalogue import nok
from sandbox.erps.m3.tenant import Booking, PurchaseOrder, Row, Tenant

Record = Mapping[str, str]
_PRELIMINARY, _CLOSED = "15", "85"
_ADVISED, _RECEIVED = "40", "50"


def receive(tenant: Tenant, record: Record, who: str) -> Iterable[Row]:
    """Books a quantity of one line, in its purchase unit, and puts it into stock. A surplus is taken unless the tenant
    refuses it; the finish mark (OEND) ends a line that is short."""
    order = _order(tenant, record)
    _unlocked(tenant, record["PUNO"])
    _person(tenant, record["RESP"].strip())
    line = _line(order, record)
    quantity = _quantity(record["RVQA"], "RVQA")
    _fits(line, record.get("WHLO", "").strip())
    location = record.get("WHSL", "").strip() or tenant.dock
    if location not in tenant.locations:
        raise nok("WWS0103", f"Location {location} does not exist", "WHSL")
    booked = Decimal(line["RVQA"]) + quantity
    if tenant.over_receipts == "refused" and booked > Decimal(line["ORQA"]):
        raise nok("PP00150", "Received quantity exceeds the ordered quantity", "RVQA")
    tenant.touch(record["PUNO"])
    line["RVQA"] = f"{booked.normalize():f}"
    line["PUST"] = max(line["PUST"], _RECEIVED)
    if booked >= Decimal(line["ORQA"]) or record.get("OEND", "").strip() == "1":
        line["PUSL"] = _RECEIVED
    tenant.bookings.append(_booking(tenant, record, who, line, quantity))
    tenant.put_away(line["WHLO"], line["ITNO"], location, quantity * _ratio(line))
    return ()


def advise(tenant: Tenant, record: Record, who: str) -> Iterable[Row]:
    """Tells that so much of a line is on its way. It is no stock."""
    order = _order(tenant, record)
    _unlocked(tenant, record["PUNO"])
    line = _line(order, record)
    quantity = _quantity(record.get("ADQA", "").strip() or "0", "ADQA")
    tenant.touch(record["PUNO"])
    line["ADQA"] = f"{(Decimal(line['ADQA']) + quantity).normalize():f}"
    line["PUST"] = max(line["PUST"], _ADVISED)
    if Decimal(line["ADQA"]) >= Decimal(line["ORQA"]):
        line["PUSL"] = max(line["PUSL"], _ADVISED)
    tenant.advices.append(_booking(tenant, record, who, line, quantity, _ADVISED))
    return ()


def list_transactions_of_order(tenant: Tenant, record: Record) -> Iterable[Row]:
    """PPS330MI.ListPOTrans: what was done to an order, of one line, sub-line and status where they are named."""
    order = _order(tenant, record)
    line, sub = (_number(record, name) for name in ("PNLI", "PNLS"))
    status = record.get("PUOS", "").strip()
    rows = {row["PNLI"]: row for row in order.lines}
    for each in (*tenant.advices, *tenant.bookings):
        row = rows.get(each.line)
        if each.document != record["PUNO"] or row is None or line not in ("", each.line):
            continue
        if sub in ("", row["PNLS"]) and status in ("", each.status):
            yield {
                "PUNO": each.document,
                "PNLI": each.line,
                "PNLS": row["PNLS"],
                "PUOS": each.status,
                "WHLO": row["WHLO"],
                "REPN": each.number if each.status == _RECEIVED else "0",
                "SUDO": each.mark,
                "ITNO": row["ITNO"],
                "SUNO": order.head["SUNO"],
                "TRDT": each.day,
                "RPQA": f"{each.quantity.normalize():f}",
                "RPQT": f"{(each.quantity * _ratio(row)).normalize():f}",
                "PUUN": row["PUUN"],
                "CARN": each.carrier,
                "NOPK": "0",
                "RESP": each.who[:10],
                "OEND": "0",
            }


def _booking(
    tenant: Tenant, record: Record, who: str, line: Row, quantity: Decimal, status: str = _RECEIVED
) -> Booking:
    return Booking(
        at=tenant.now(),
        who=who,
        document=record["PUNO"],
        line=line["PNLI"],
        quantity=quantity,
        mark=record.get("SUDO", "").strip(),
        number=f"{len(tenant.bookings) + 1:010}",
        day=record.get("TRDT", record.get("SMDT", "")),
        status=status,
        carrier=record.get("CARN", "").strip(),
    )


def _order(tenant: Tenant, record: Record) -> PurchaseOrder:
    number = record["PUNO"]
    if number not in tenant.orders:
        raise nok("WPU0803", f"Purchase order number {number} does not exist", "PUNO")
    return tenant.orders[number]


def _unlocked(tenant: Tenant, key: str) -> None:
    left = tenant.locked.get(key, 0)
    if left:
        tenant.locked[key] = left - 1
        raise nok("XUP0001", "The record is locked by user BUYER01")


def _person(tenant: Tenant, user: str) -> None:
    if user not in tenant.users:
        raise nok("WUS0103", f"User {user} does not exist", "RESP")


def _line(order: PurchaseOrder, record: Record) -> Row:
    number, sub = _number(record, "PNLI"), _number(record, "PNLS") or "0"
    found = next((row for row in order.lines if row["PNLI"] == number and row["PNLS"] == sub), None)
    if found is None:
        raise nok("WPN0103", f"Purchase order line {number} does not exist", "PNLI")
    if not _PRELIMINARY <= found["PUSL"] < _CLOSED:
        raise nok("PP00120", f"Purchase order line {number} has status {found['PUSL']}", "PNLI")
    return found


def _number(record: Record, name: str) -> str:
    """A whole number without leading zeros, "" for none."""
    given = record.get(name, "").strip()
    if given and not given.isdecimal():
        raise nok("XNU0000", "Numeric error", name)
    return str(int(given)) if given else ""


def _quantity(text: str, name: str) -> Decimal:
    quantity = Decimal(text)
    if quantity <= 0:
        raise nok("WRV0102", "Quantity must be entered", name)
    if -int(quantity.as_tuple().exponent) > 6:
        raise nok("XNU0002", "Too many decimals", name)
    return quantity


def _fits(line: Row, warehouse: str) -> None:
    if warehouse not in ("", line["WHLO"]):
        raise nok("PP00140", f"Line {line['PNLI']} is for warehouse {line['WHLO']}", "WHLO")


def _ratio(line: Row) -> Decimal:
    """Basic units in one purchase unit, as the line has it."""
    ordered = Decimal(line["ORQA"])
    return Decimal(line["ORQT"]) / ordered if ordered and Decimal(line["ORQT"]) else Decimal(1)
