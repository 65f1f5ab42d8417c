"""ReceivingStore in dictionaries: for the simulation and the tests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from shared.domain.receiving import InboundEntry, InboundOrder, Receipt
from shared.domain.stock import StockScan
from shared.domain.supplier_mark import SupplierMark
from shared.ports import Conflict


class MemoryReceivingStore:
    """Passes the same contract suite as the store on DynamoDB."""

    def __init__(self) -> None:
        self._orders: dict[str, InboundOrder] = {}
        self._audit: dict[str, list[InboundEntry]] = {}
        self._receipts: dict[str, dict[int, Receipt]] = {}
        self._suppliers: dict[tuple[str, str], SupplierMark] = {}
        self._scans: dict[str, StockScan] = {}

    def get(self, key: str) -> InboundOrder | None:
        return self._orders.get(key)

    def create(self, order: InboundOrder, entry: InboundEntry) -> bool:
        kept = self._orders.setdefault(order.key, order)
        if kept is order:
            self._audit[order.key] = [entry]
        return (kept.version, kept.token) == (order.version, order.token)

    def step(self, after: InboundOrder, entry: InboundEntry, receipts: Sequence[Receipt] = ()) -> None:
        kept = self._orders[after.key]
        if (kept.version, kept.token) == (after.version, after.token):
            return
        if kept.version != after.version - 1 or entry.sequence != after.version:
            raise Conflict(after.key)
        self._orders[after.key] = after
        self._audit[after.key].append(entry)
        self._receipts.setdefault(after.key, {}).update({each.number: each for each in receipts})

    def note_look(self, order: InboundOrder) -> None:
        if self._orders[order.key].version == order.version:
            self._orders[order.key] = order

    def receipts(self, key: str) -> tuple[Receipt, ...]:
        kept = self._receipts.get(key, {})
        return tuple(kept[number] for number in sorted(kept))

    def audit(self, key: str) -> tuple[InboundEntry, ...]:
        return tuple(self._audit.get(key, ()))

    def listing(self, connection: str, bucket: str) -> Iterator[str]:
        own = [each for each in self._orders.values() if each.connection == connection and each.bucket == bucket]
        return iter([each.key for each in sorted(own, key=lambda each: (each.created, each.key))])

    def supplier(self, connection: str, number: str) -> SupplierMark | None:
        return self._suppliers.get((connection, number))

    def keep_supplier(self, mark: SupplierMark) -> bool:
        kept = self._suppliers.get((mark.connection, mark.number))
        if kept == mark:
            return True
        if mark.version != (kept.version if kept else 0) + 1:
            return False
        self._suppliers[mark.connection, mark.number] = mark
        return True

    def scan(self, connection: str) -> StockScan | None:
        return self._scans.get(connection)

    def keep_scan(self, scan: StockScan) -> bool:
        before = self._scans.get(scan.connection)
        if scan != before and scan.version != (before.version if before else 0) + 1:
            return False
        self._scans[scan.connection] = scan
        return True
