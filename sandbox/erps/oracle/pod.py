"""The data of one pod, what its users do, and the ledger by which an adapter is judged."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from sandbox.erps.oracle.manners import Manners
from sandbox.erps.oracle.tables import RESOURCES, Node

Values = dict[str, Any]
FIRST_ID = 300000025000000
LONG_ID = 3000000000025000000
"""Ids of the interface and of shipments have 19 digits."""


@dataclass
class Row:
    """One row as the database has it. `version` moves with every change; `children` are rows by the child's name."""

    id: int
    values: Values
    version: int = 0
    children: dict[str, list[Row]] = field(default_factory=dict)

    def child(self, name: str) -> list[Row]:
        return self.children.setdefault(name, [])


@dataclass
class Change:
    """The change order of an order: who opened it, how far it is, what it would change in header and flexfield.
    `decided` is when its approval ends, `until` when its user submits a draft and has it approved at once."""

    who: str
    status: str = "DRAFT"
    values: Values = field(default_factory=dict)
    flexfield: Values = field(default_factory=dict)
    flexfield_version: int = 0
    decided: datetime | None = None
    until: datetime | None = None
    joined: bool = False


@dataclass(frozen=True)
class Write:
    """One value that was written through the API: `resource` and `id` of the row, the order or advice by its number,
    and what stood there."""

    at: datetime
    resource: str
    id: int
    document: str
    field: str
    old: Any
    new: Any


@dataclass
class Pod:
    """Rows by resource; orders are in `orders` and shown by several resources, `advised` has the advices of each.

    `privileges` are refused by name: a resource's is "<resource>.read" or "<resource>.write" (403). `data_access` off
    is 200 and empty. `client_user` is whether Fusion has a user of the client's name. `absent` are fields that this pod
    does not have, `not_queryable` those that it does not filter, both as "<resource>.<Field>" (children: "a/b.Field").
    `added` are fields beside those of the reference, of resources whose fields no reference lists in whole.
    `segments` are the flexfield's segments with their lengths. `facts` is the ledger of everything that is no value:
    receipts, invoices, revenue, put-aways, joined changes, approvals passed over. Changes of the orders of
    `rejected` are rejected, `submitted` counts those through the API. `between_reads` runs after each read
    of a collection, `afterwards` once, when an order or its advice was written to.
    """

    now: Callable[[], datetime]
    manners: Manners = field(default_factory=Manners)
    orders: dict[int, Row] = field(default_factory=dict)
    rows: dict[str, dict[int, Row]] = field(default_factory=dict)
    changes: dict[int, Change] = field(default_factory=dict)
    advised: dict[int, list[Row]] = field(default_factory=dict)
    receipts: list[tuple[int, Values]] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    data_access: bool = True
    client_user: bool = True
    absent: set[str] = field(default_factory=set)
    not_queryable: set[str] = field(default_factory=set)
    added: dict[str, tuple[str, ...]] = field(default_factory=dict)
    segments: dict[str, int] = field(default_factory=dict)
    writes: list[Write] = field(default_factory=list)
    facts: list[tuple[str, str]] = field(default_factory=list)
    rejected: set[str] = field(default_factory=set)
    submitted: Counter[str] = field(default_factory=Counter)
    between_reads: list[Callable[[], object]] = field(default_factory=list)
    afterwards: dict[str, Callable[[], object]] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    _ids: int = 0
    _versions: int = 0

    def new_id(self, *, long: bool = False) -> int:
        self._ids += 1
        return (LONG_ID if long else FIRST_ID) + self._ids

    def table(self, resource: str) -> dict[int, Row]:
        return self.rows.setdefault(resource, {})

    def insert(self, resource: str, key: str, values: Mapping[str, Any], *, long: bool = False) -> Row:
        """A new row whose id is in the field `key`."""
        row = Row(self.new_id(long=long), {}, self.next_version())
        row.values = {key: row.id, **values}
        self.table(resource)[row.id] = row
        return row

    def next_version(self) -> int:
        self._versions += 1
        return self._versions

    def order(self, number: str) -> Row | None:
        """By the number that people know."""
        return self.orders.get(self.numbers.get(number, 0))

    def touch(self, row: Row, **values: Any) -> None:
        """A change of a row: a new version, and a new time where it has one."""
        row.values.update(values)
        if "LastUpdateDate" in row.values:
            row.values["LastUpdateDate"] = self.now()
        row.version = self.next_version()

    def advices(self) -> Iterable[Row]:
        return self.table("inboundShipments").values()

    def advices_of(self, order: Row) -> list[Row]:
        """Those that are not cancelled and have a line of the order."""
        return [each for each in self.advised.get(order.id, []) if lines_of(each, order.id)]

    def wrote(self, resource: str, row: Row, document: str, values: Mapping[str, Any], before: Values) -> None:
        for name, new in values.items():
            self.writes.append(Write(self.now(), resource, row.id, document, name, before.get(name), new))

    def stands(self, document: str) -> None:
        """Our values stand at these orders: whoever waited for it acts."""
        for name in document.split():
            self.afterwards.pop(name, lambda: None)()

    def node(self, root: str, resource: str) -> Node | None:
        return RESOURCES.get(root, {}).get(resource)


def lines_of(advice: Row, order: int) -> list[Row]:
    """The lines of an advice that are of the order and not cancelled."""
    live = [each for each in advice.child("shipmentLines") if each.values["ShipmentLineStatusCode"] != "CANCELLED"]
    return [each for each in live if each.values["_order"] == order]


def documents_of(pod: Pod, advice: Row) -> str:
    """The numbers of an advice's orders, separated by blanks."""
    orders = {each.values["_order"]: None for each in advice.child("shipmentLines")}
    return " ".join(str(pod.orders[each].values["OrderNumber"]) for each in orders if each in pod.orders)


@lru_cache(maxsize=1 << 16)
def hashed(resource: str, number: int) -> str:
    """A key as the pod makes it: nobody can build it."""
    text = hashlib.sha256(f"{resource}:{number}".encode()).hexdigest().upper()
    return f"00020000000EACED0005770800{text[:40]}"


def etag(resource: str, row: Row) -> str:
    text = hashlib.sha256(f"{resource}:{row.id}:{row.version}".encode()).hexdigest().upper()
    return f'"ACED0005737200{text[:40]}"'
