"""An M3 tenant, in MI fields: suppliers, warehouses, items, purchase orders and the free fields beside them.

Every edit moves the order's change stamp (LMTS), as a user's edit in M3 does; writing free fields does not, since they
are records of their own (CUGEX1).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Literal

from sandbox.erps.m3.catalogue import Programs, programs

Row = dict[str, str]

CODES: Mapping[str, Mapping[str, str]] = {
    "MODL": {"UPS": "UPS Ground", "TRK": "Truck", "PIC": "Picked up"},
    "TEAF": {"COL": "Freight collect", "PPD": "Freight prepaid", "EXW": "Ex works"},
}
"""Two constants of the system table (CSYTAB): delivery methods and freight terms, each code with its description."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass
class Supplier:
    """A supplier with its references (contacts) and addresses."""

    basic: Row
    references: list[Row] = field(default_factory=list)
    addresses: list[Row] = field(default_factory=list)


@dataclass
class PurchaseOrder:
    """A head, its lines, and a delivery address for those lines (by PNLI) that have one.

    `stamp` is LMTS, `edits` the head's change number (CHNO).
    """

    head: Row
    lines: list[Row]
    deliveries: dict[str, Row] = field(default_factory=dict)
    stamp: int = 0
    edits: int = 1

    @property
    def lowest(self) -> str:
        return min((line["PUSL"] for line in self.lines), default=self.head.get("PUSL", "10"))

    @property
    def highest(self) -> str:
        return max((line["PUSL"] for line in self.lines), default=self.head.get("PUSL", "10"))


@dataclass(frozen=True)
class ExtensionKey:
    """A free-field record's key: the table it stands beside, and that table's key fields PK01 to PK08."""

    file: str
    keys: tuple[str, ...]


@dataclass(frozen=True)
class FieldWrite:
    """One free field that was written: by whom, over what. The ledger by which "never a field of others" is judged."""

    at: datetime
    who: str
    transaction: str
    file: str
    document: str
    field: str
    old: str
    new: str


@dataclass(frozen=True)
class Booking:
    """One goods receipt or advice (`status` 50 or 40): of which line, how much in its purchase unit, under which
    delivery note number (`mark`)."""

    at: datetime
    who: str
    document: str
    line: str
    quantity: Decimal
    mark: str
    number: str
    day: str
    status: str = "50"
    carrier: str = ""


@dataclass(frozen=True)
class StockCount:
    """One count of an item at a location: by whom, and what was there before and is now."""

    at: datetime
    who: str
    warehouse: str
    item: str
    location: str
    old: Decimal
    new: Decimal
    remark: str


@dataclass
class Tenant:
    """The whole tenant; `now` stamps what is edited, `ticks_per_second` is the unit of LMTS.

    `facilities` are items in a facility, by facility and item. `invoicing` are our own invoicing addresses by their
    code (PYAD). `programs` are its MI programs: releases and customers differ in them (releases.py).
    `afterwards` has what a user does to an order once its free fields were written,
    such as cancelling it although its parcel is on the way. `bookings` is the ledger of goods receipts,
    `advices` of what was told to be on its way, `counts` of counted stock. `balances` are approved quantities by
    warehouse, item and location, `inspected` those that wait for an inspection.
    """

    now: Callable[[], datetime]
    company: str = "100"
    ticks_per_second: int = 1000
    suppliers: dict[str, Supplier] = field(default_factory=dict)
    warehouses: dict[str, Row] = field(default_factory=dict)
    items: dict[str, Row] = field(default_factory=dict)
    units: dict[str, list[Row]] = field(default_factory=dict)
    facilities: dict[tuple[str, str], Row] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=lambda: {name: dict(each) for name, each in CODES.items()})
    invoicing: dict[str, Row] = field(default_factory=dict)
    orders: dict[str, PurchaseOrder] = field(default_factory=dict)
    extensions: dict[ExtensionKey, Row] = field(default_factory=dict)
    field_writes: list[FieldWrite] = field(default_factory=list)
    bookings: list[Booking] = field(default_factory=list)
    advices: list[Booking] = field(default_factory=list)
    counts: list[StockCount] = field(default_factory=list)
    balances: dict[tuple[str, str, str], Decimal] = field(default_factory=dict)
    inspected: dict[tuple[str, str], Decimal] = field(default_factory=dict)
    item_stamps: dict[str, int] = field(default_factory=dict)
    users: set[str] = field(default_factory=lambda: {"BUYER01", "DOCK01"})
    locations: set[str] = field(default_factory=lambda: {"RECV", "A-01"})
    dock: str = "RECV"
    inspects: bool = False
    over_receipts: Literal["taken", "refused"] = "taken"
    locked: dict[str, int] = field(default_factory=dict)
    afterwards: dict[str, Callable[[], object]] = field(default_factory=dict)
    programs: Programs = field(default_factory=lambda: {name: dict(entry) for name, entry in programs().items()})
    behaves_as: dict[str, str] = field(default_factory=dict)
    _last_stamp: int = 0

    def free_fields(self, document: str, file: str = "MPHEAD") -> Row:
        """The free fields beside an order; empty when there is no record."""
        return dict(self.extensions.get(ExtensionKey(file, (document,)), {}))

    def stamp(self) -> int:
        """A new change stamp: the time in ticks, and always above the last one."""
        ticks = (self.now() - _EPOCH) // timedelta(microseconds=1) * self.ticks_per_second // 1_000_000
        self._last_stamp = max(ticks, self._last_stamp + 1)
        return self._last_stamp

    def written(self, document: str) -> None:
        """The free fields of an order were written: a user who waited for it acts, once."""
        self.afterwards.pop(document, lambda: None)()

    def put_away(self, warehouse: str, item: str, location: str, quantity: Decimal) -> None:
        """Received goods: stock at once, or waiting for an inspection where the tenant has one."""
        if self.inspects:
            self.inspected[warehouse, item] = self.inspected.get((warehouse, item), Decimal(0)) + quantity
        else:
            place = (warehouse, item, location)
            self.balances[place] = self.balances.get(place, Decimal(0)) + quantity

    def on_hand(self, warehouse: str, item: str) -> Decimal:
        """Return the approved stock of a warehouse."""
        own = (at for (house, number, _), at in self.balances.items() if (house, number) == (warehouse, item))
        return sum(own, Decimal(0))

    # --- what users do ----------------------------------------------------------------------------------------------

    def touch(self, document: str) -> PurchaseOrder:
        """A new change stamp and nothing else."""
        order = self.orders[document]
        order.stamp = self.stamp()
        order.edits += 1
        return order

    def change_head(self, document: str, **fields: str) -> None:
        self.touch(document).head.update(fields)

    def change_line(self, document: str, line: str, **fields: str) -> None:
        """Sets MI fields of a line, such as ORQA="4" with ORQT="4"."""
        order = self.touch(document)
        next(row for row in order.lines if row["PNLI"] == line).update(fields)

    def change_delivery(self, document: str, line: str, address: Row | None) -> None:
        """Sets or (None) removes a line's delivery address, given in the fields of PPS200MI.GetDelAddress. Whether the
        order has several of them (MTDP) follows."""
        order = self.touch(document)
        order.deliveries.pop(line, None)
        if address is not None:
            order.deliveries[line] = address
        several = len({str(order.deliveries.get(row["PNLI"])) for row in order.lines}) > 1
        order.head["MTDP"] = "1" if several else "0"

    def change_item(self, item: str, **fields: str) -> None:
        """Sets MI fields of an item, such as GRWE="1.2". Orders do not notice: their stamps stay."""
        self.items[item].update(fields)
        self.item_stamps[item] = self.stamp()

    def stocks(self, warehouse: str, item: str, quantity: int | str, location: str = "A-01") -> None:
        """Sets what is on hand at a location, as a user's own movements leave it."""
        self.balances[warehouse, item, location] = Decimal(quantity)

    def set_status(self, document: str, status: str, line: str = "") -> None:
        """The status of one line, or of all."""
        for row in self.touch(document).lines:
            if line in ("", row["PNLI"]):
                row.update(PUSL=status, PUST=status)

    def cancel(self, document: str) -> None:
        """Deleted, by an order type that keeps deleted orders: all lines go to status 99."""
        self.set_status(document, "99")

    def delete(self, document: str) -> None:
        """Deleted without a trace, as most order types have it."""
        del self.orders[document]

    def lock(self, document: str, times: int = 1) -> None:
        """Another user holds the record: that many writes to it are refused."""
        self.locked[document] = times
