# ruff: noqa: N803 - the clients of AWS name their arguments so
"""A table of DynamoDB as workers meet it on a bad day: its indexes lag, transactions meet one another on an item, and
batches and pages come in parts. What it does is real DynamoDB's (AWS's documentation of the API), emulated in this
process; when it does so is the seed's."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from sandbox.simulation.choke import Choke, Choked
from sandbox.simulation.draws import Draws
from sandbox.simulation.scheduler import SECOND, Scheduler
from shared.aws.items import key_of

LAG = 90 * SECOND
"""The longest that an index does not know of a write. It is a second nearly always."""
MET = 25
"""One of so many transactions, and of so many single updates, meets another one and is not made."""
MOST_OF_A_PAGE = 10
Item = dict[str, Any]
Place = tuple[str, str]


def met(operation: str, reasons: Sequence[str] = ()) -> ClientError:
    """DynamoDB's refusal of a write while a transaction holds its item."""
    error: Any = {"Code": "TransactionCanceledException" if reasons else "TransactionConflictException", "Message": ""}
    answer: Any = {"Error": error}
    if reasons:
        answer["CancellationReasons"] = [{"Code": reason} for reason in reasons]
    return ClientError(answer, operation)


@dataclass
class HardTable:
    """The calls of a client over the table `name`; indexes are read of the table `lagging`, which is as late as they
    are. `writes` counts what was written, `due` has when each item is due, by its place, and `orders` the keys of all
    orders; `came_of_it` counts what went wrong."""

    client: Any
    name: str
    lagging: str
    scheduler: Scheduler
    draws: Draws
    writes: int = 0
    due: dict[Place, str] = field(default_factory=dict)
    orders: set[str] = field(default_factory=set)
    came_of_it: dict[str, int] = field(default_factory=dict)
    _shown: dict[Place, int] = field(default_factory=dict)

    def get_item(self, **request: Any) -> Any:
        return self.client.get_item(**request)

    def put_item(self, *, Item: Item, **request: Any) -> Any:
        return self._written([Item], self.client.put_item(Item=Item, **request))

    def update_item(self, *, Key: Item, **request: Any) -> Any:
        if self._happens("conflict", MET):
            raise met("UpdateItem")
        return self._written([Key], self.client.update_item(Key=Key, **request))

    def transact_write_items(self, *, TransactItems: Sequence[Mapping[str, Any]]) -> Any:
        if self._happens("conflict", MET):
            which = self.draws.below(len(TransactItems))
            reasons = ["TransactionConflict" if number == which else "None" for number in range(len(TransactItems))]
            raise met("TransactWriteItems", reasons)
        answer = self.client.transact_write_items(TransactItems=TransactItems)
        writes = [write for each in TransactItems for write in each.values()]
        return self._written([write.get("Key") or write["Item"] for write in writes], answer)

    def batch_write_item(self, *, RequestItems: Mapping[str, list[Any]]) -> Any:
        ((table, puts),) = RequestItems.items()
        made = self._part(puts)
        answer = self.client.batch_write_item(RequestItems={table: made})
        left = {"UnprocessedItems": {table: puts[len(made) :]} if len(made) < len(puts) else {}}
        return self._written([put["PutRequest"]["Item"] for put in made], {**answer, **left})

    def batch_get_item(self, *, RequestItems: Mapping[str, Any]) -> Any:
        ((table, asked),) = RequestItems.items()
        keys = asked["Keys"]
        read = self._part(keys)
        answer = self.client.batch_get_item(RequestItems={table: {**asked, "Keys": read}})
        left = {table: {**asked, "Keys": keys[len(read) :]}} if len(read) < len(keys) else {}
        return {**answer, "UnprocessedKeys": left}

    def query(self, **request: Any) -> Any:
        if "IndexName" in request:
            request["TableName"] = self.lagging
        most = request.pop("Limit", 0)
        page = 1 + self.draws.below(MOST_OF_A_PAGE) if self._happens("short page", 4) else 0
        limits = [each for each in (most, page) if each]
        return self.client.query(**request, **({"Limit": min(limits)} if limits else {}))

    def _part(self, whole: list[Any]) -> list[Any]:
        """All of it or, sometimes, its first part: never nothing, which DynamoDB answers with an error."""
        if len(whole) < 2 or not self._happens("partial batch", 3):
            return whole
        return whole[: 1 + self.draws.below(len(whole) - 1)]

    def _happens(self, what: str, one_of: int) -> bool:
        happens = self.draws.below(one_of) == 0
        self.came_of_it[what] = self.came_of_it.get(what, 0) + happens
        return happens

    def _written(self, keys: Sequence[Item], answer: Any) -> Any:
        """Each item that was written comes into the indexes later, and an older one never over a newer one."""
        self.writes += 1
        for key in keys:
            place = {name: key[name] for name in ("pk", "sk")}
            item = self.client.get_item(TableName=self.name, Key=place, ConsistentRead=True).get("Item", place)
            self._note(item)
            late = self.draws.below(LAG if self._happens("late index", 10) else SECOND)
            self.scheduler.at(self.scheduler.time + late, self._show(item, self.writes))
        return answer

    def _note(self, item: Item) -> None:
        at = item["pk"]["S"], item["sk"]["S"]
        self.due.pop(at, None)
        if at[1] == "HEAD":
            self.orders.add(key_of(at[0]))
        if "due_sk" in item:
            self.due[at] = item["due_sk"]["S"]

    def _show(self, item: Item, write: int) -> Callable[[], None]:
        """Items without a key of an index are in none; one that once was must go."""
        at = item["pk"]["S"], item["sk"]["S"]
        keys = {name: value for name, value in item.items() if name.startswith(("due_", "listing_"))}

        def show() -> None:
            if (keys or at in self._shown) and self._shown.get(at, 0) < write:
                self._shown[at] = write
                self.client.put_item(TableName=self.lagging, Item={"pk": item["pk"], "sk": item["sk"], **keys})

        return show


class Pages:
    """A client's paginator of the one operation whose pages the adapters turn."""

    query: Callable[..., Any]

    def get_paginator(self, _: str) -> Pages:
        return self

    def paginate(self, *, PaginationConfig: Mapping[str, int] | None = None, **request: Any) -> Iterator[Any]:
        if PaginationConfig:
            request["Limit"] = PaginationConfig["PageSize"]
        while True:
            page = self.query(**request)
            yield page
            if "LastEvaluatedKey" not in page:
                return
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"]


class HardClient(Choked, Pages):
    """A HardTable behind the choke, as the adapters ask a client."""

    def __init__(self, table: HardTable, choke: Choke) -> None:
        super().__init__(table, "table", choke)
        self.exceptions = table.client.exceptions
