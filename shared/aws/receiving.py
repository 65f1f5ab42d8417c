"""ReceivingStore on DynamoDB: a step is one transaction of the record at its version, its audit entry and receipts.

A record's items share a partition: HEAD, AUDIT#sequence, RECEIPT#number. Suppliers stand in a partition of their
connection's.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from shared.aws.keys import stamp_of
from shared.aws.transactions import MOST, transact
from shared.aws.wire import FORMAT, Item, from_wire, readable, to_wire
from shared.domain.receiving import InboundEntry, InboundOrder, Receipt
from shared.domain.stock import StockScan
from shared.domain.supplier_mark import SupplierMark
from shared.errors import NewerFormat, Refused
from shared.ports import Conflict

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

LARGEST = 100 * 1024
"""Bytes that no item may exceed, as those of orders."""
_NEW = "attribute_not_exists(pk)"
_T = TypeVar("_T")
_ORDER, _RECEIPT = TypeAdapter(InboundOrder), TypeAdapter(Receipt)
_ENTRY, _SUPPLIER, _SCAN = TypeAdapter(InboundEntry), TypeAdapter(SupplierMark), TypeAdapter(StockScan)


class DynamoReceivingStore:
    """The purchase orders at warehouses of one deployment, in its table."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client, self._table = client, table

    def get(self, key: str) -> InboundOrder | None:
        item = self._item(_partition(key), "HEAD")
        return _read(_ORDER, item, "RECEIVING") if item else None

    def create(self, order: InboundOrder, entry: InboundEntry) -> bool:
        writes = [self._put(_head(order), _NEW), self._put(_entry(order.key, entry), _NEW)]
        return not transact(self._client, writes) or self._is_ours(order)

    def step(self, after: InboundOrder, entry: InboundEntry, receipts: Sequence[Receipt] = ()) -> None:
        if len(receipts) > MOST - 2:
            raise ValueError(f"a step has {len(receipts)} receipts, {MOST - 2} fit into one")
        writes = [
            self._put(_head(after), "version = :before", after.version - 1),
            self._put(_entry(after.key, entry), _NEW),
            *(self._put(_receipt(after.key, each)) for each in receipts),
        ]
        if transact(self._client, writes) and not self._is_ours(after):
            raise Conflict(after.key)

    def note_look(self, order: InboundOrder) -> None:
        try:
            self._client.put_item(
                TableName=self._table,
                Item=to_wire(_head(order)),
                ConditionExpression="version = :before",
                ExpressionAttributeValues=to_wire({":before": order.version}),
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return  # a step came between: it has looked itself

    def receipts(self, key: str) -> tuple[Receipt, ...]:
        return tuple(_read(_RECEIPT, item, "RECEIPT") for item in self._range(key, "RECEIPT#"))

    def audit(self, key: str) -> tuple[InboundEntry, ...]:
        return tuple(_read(_ENTRY, item, "AUDIT") for item in self._range(key, "AUDIT#"))

    def listing(self, connection: str, bucket: str) -> Iterator[str]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            IndexName="listing",
            KeyConditionExpression="listing_pk = :of AND begins_with(listing_sk, :bucket)",
            ExpressionAttributeValues=to_wire({":of": _listed(connection), ":bucket": f"{bucket}#"}),
        )
        for page in pages:
            for item in page["Items"]:
                yield from_wire(item)["pk"].removeprefix(_PREFIX)

    def supplier(self, connection: str, number: str) -> SupplierMark | None:
        item = self._item(_listed(connection), f"SUPPLIER#{number}")
        return _read(_SUPPLIER, item, "SUPPLIER") if item else None

    def keep_supplier(self, mark: SupplierMark) -> bool:
        content = _SUPPLIER.dump_json(mark).decode()
        kept = self._keep(mark.connection, f"SUPPLIER#{mark.number}", mark.version, content)
        return kept or self.supplier(mark.connection, mark.number) == mark

    def scan(self, connection: str) -> StockScan | None:
        item = self._item(_listed(connection), "STOCK")
        return _read(_SCAN, item, "STOCK") if item else None

    def keep_scan(self, scan: StockScan) -> bool:
        content = _SCAN.dump_json(scan, exclude_defaults=True).decode()
        return self._keep(scan.connection, "STOCK", scan.version, content) or self.scan(scan.connection) == scan

    def _keep(self, connection: str, sk: str, version: int, content: str) -> bool:
        """Puts an item of a connection as the version after the one before it."""
        item = {"pk": _listed(connection), "sk": sk, "v": FORMAT, "version": version, "content": content}
        put = self._put(item, _NEW) if version == 1 else self._put(item, "version = :before", version - 1)
        return not transact(self._client, [put])

    def _is_ours(self, order: InboundOrder) -> bool:
        """Tell if what stands there was written by this very call, whose first answer was lost."""
        kept = self.get(order.key)
        return kept is not None and (kept.version, kept.token) == (order.version, order.token)

    def _put(self, item: Item, condition: str = "", before: int | None = None) -> dict[str, Any]:
        put: dict[str, Any] = {"TableName": self._table, "Item": to_wire(item)}
        if condition:
            put["ConditionExpression"] = condition
        if before is not None:
            put["ExpressionAttributeValues"] = to_wire({":before": before})
        return {"Put": put}

    def _item(self, pk: str, sk: str) -> Item | None:
        answer = self._client.get_item(TableName=self._table, Key=to_wire({"pk": pk, "sk": sk}), ConsistentRead=True)
        return from_wire(answer["Item"]) if "Item" in answer else None

    def _range(self, key: str, beginning: str) -> Iterator[Item]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :sk)",
            ExpressionAttributeValues=to_wire({":pk": _partition(key), ":sk": beginning}),
            ConsistentRead=True,
        )
        return (from_wire(item) for page in pages for item in page["Items"])


_PREFIX = "RECEIVING#"


def _partition(key: str) -> str:
    return f"{_PREFIX}{key}"


def _listed(connection: str) -> str:
    """Where a connection's records are listed: apart from its orders."""
    return f"{_PREFIX}{connection}"


def _head(order: InboundOrder) -> Item:
    """The record, compressed. Raises Refused for one that is too large to be kept."""
    content = zlib.compress(_ORDER.dump_json(order, exclude_defaults=True), level=6)
    if len(content) > LARGEST - 1024:
        raise Refused("lines", f"order {order.document} takes {len(content)} bytes, {LARGEST} can be kept")
    return {
        "pk": _partition(order.key),
        "sk": "HEAD",
        "v": FORMAT,
        "version": order.version,
        "content": content,
        "listing_pk": _listed(order.connection),
        "listing_sk": f"{order.bucket}#{stamp_of(order.created)}#{order.key}",
    }


def _entry(key: str, entry: InboundEntry) -> Item:
    content = _ENTRY.dump_json(entry, exclude_defaults=True).decode()
    return {"pk": _partition(key), "sk": f"AUDIT#{entry.sequence:06}", "v": FORMAT, "content": content}


def _receipt(key: str, receipt: Receipt) -> Item:
    content = _RECEIPT.dump_json(receipt, exclude_defaults=True).decode()
    return {"pk": _partition(key), "sk": f"RECEIPT#{receipt.number:06}", "v": FORMAT, "content": content}


def _read(kind: TypeAdapter[_T], item: Item, what: str) -> _T:
    """The record of an item. Raises NewerFormat, also for one that is otherwise unreadable."""
    readable(item, what)
    content = item["content"]
    try:
        return kind.validate_json(content if isinstance(content, str) else zlib.decompress(bytes(content)))
    except ValidationError as error:
        where = "; ".join(".".join(map(str, each["loc"])) for each in error.errors(include_input=False))
    raise NewerFormat(f"{what} of {item['pk']} is not what this release reads: {where}")
