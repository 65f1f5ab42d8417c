"""The units that DynamoDB bills for writes, worked out from the items themselves.

By AWS's documentation ("DynamoDB read and write operations", "Item sizes and formats"): a write takes 1 unit for each
started KB of the larger of the item before and after it, 2 in a transaction. An index entry is written apart, never in
the transaction: 1 unit a started KB where it appears, goes or changes in place, 2 where its key changes (the old one is
deleted, the new one put). Emulators report other figures, so nothing they report is used.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

KB = 1024
INDEXES = ("listing", "due")
KEYS = ("pk", "sk")
KINDS = {
    "LEDGER": "ledger",
    "OPEN": "open document",
    "TOKEN": "token",
    "PARCEL": "parcel",
    "READING": "account",
    "CONNECTIONS": "connection",
    "DEPLOYMENT": "deployment",
}

WireItem = Mapping[str, Any]


def size_of(item: WireItem) -> int:
    """Bytes of an item in the low-level client's form, names included, as DynamoDB counts them."""
    return sum(len(name.encode()) + _size(value) for name, value in item.items())


def _size(value: Mapping[str, Any]) -> int:
    ((kind, content),) = value.items()
    if kind == "S":
        return len(content.encode())
    if kind == "B":
        return len(bytes(content))
    if kind == "N":
        number = Decimal(content).normalize().as_tuple()
        return (len(number.digits) + 1) // 2 + 1 + number.sign
    if kind == "L":
        return 3 + sum(1 + _size(each) for each in content)
    if kind == "M":
        return 3 + sum(1 + len(name.encode()) + _size(each) for name, each in content.items())
    return 1 if kind in ("BOOL", "NULL") else sum(_size({kind[0]: each}) for each in content)


def units_of(*sizes: int) -> int:
    """Units of one plain write whose item had these sizes before and after."""
    return max(1, -(-max(sizes) // KB))


def kind_of(item: WireItem) -> str:
    """Return the kind of an item, by its key: "order HEAD", "limits", "poll", "ledger" ..."""
    first, second = item["pk"]["S"].partition("#")[0], item["sk"]["S"].partition("#")[0]
    if first == "CONNECTION":
        return {"BOUGHT": "limits", "POLL": "poll", "RUN": "run"}.get(second, "connection")
    return f"order {second}" if first == "ORDER" else KINDS[first]


def index_units(before: WireItem, after: WireItem) -> Counter[str]:
    """Units of the index entries that follow a write of the table. They hold keys only, so a KB is never exceeded."""
    units: Counter[str] = Counter()
    for index in INDEXES:
        names = (f"{index}_pk", f"{index}_sk")
        old, new = [[item[name] for name in names if name in item] for item in (before, after)]
        if old != new:
            units[f"index {index}"] += (len(old) == 2) + (len(new) == 2)
    return units


@dataclass
class CountingClient:
    """A DynamoDB client that adds up what its writes are billed, also of those that a condition refused."""

    client: Any
    units: Counter[str] = field(default_factory=Counter)
    calls: Counter[str] = field(default_factory=Counter)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.client, name)

    def transact_write_items(self, **request: Any) -> Any:
        writes = [content for each in request["TransactItems"] for content in each.values()]
        return self._counted("transact_write_items", request, [_place(each) for each in writes], factor=2)

    def put_item(self, **request: Any) -> Any:
        return self._counted("put_item", request, [_place(request)])

    def update_item(self, **request: Any) -> Any:
        return self._counted("update_item", request, [_place(request)])

    def batch_write_item(self, **request: Any) -> Any:
        places = [
            (table, _key(put["PutRequest"]["Item"])) for table, puts in request["RequestItems"].items() for put in puts
        ]
        return self._counted("batch_write_item", request, places)

    def _counted(self, call: str, request: Any, places: list[tuple[str, WireItem]], factor: int = 1) -> Any:
        self.calls[call] += 1
        before = [self._read(*place) for place in places]
        try:
            return getattr(self.client, call)(**request)
        finally:
            for place, old in zip(places, before, strict=True):
                new = self._read(*place)
                self.units[kind_of(place[1])] += factor * units_of(size_of(old), size_of(new))
                self.units += index_units(old, new)

    def _read(self, table: str, key: WireItem) -> WireItem:
        found: WireItem = self.client.get_item(TableName=table, Key=key, ConsistentRead=True).get("Item", {})
        return found


def _place(write: Mapping[str, Any]) -> tuple[str, WireItem]:
    return write["TableName"], _key(write.get("Key") or write["Item"])


def _key(item: WireItem) -> WireItem:
    return {name: item[name] for name in KEYS}


def lines_of(units: Mapping[str, int]) -> Iterator[str]:
    """A line each, the largest first."""
    for kind, count in sorted(units.items(), key=lambda each: (-each[1], each[0])):
        yield f"{kind:<16} {count:>4}"
