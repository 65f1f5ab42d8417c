"""Bills on DynamoDB. An invoice's partition has its head and the charges that no order of ours had; charges of a
parcel stand in the parcel's partition. What is written of an edition counts once the head names it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from shared.aws.wire import FORMAT, Item, from_wire, readable, to_wire
from shared.domain.billing import Charge, Invoice
from shared.errors import NewerFormat, Retry
from shared.ports.billing import Kept, KeptCharges

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

AT_MOST = 100
"""Charges of one item: about 30 KB at their longest, far below what an item may have."""
_LISTING = "INVOICES"
_INVOICE, _CHARGES = TypeAdapter(Invoice), TypeAdapter(tuple[Charge, ...])


class DynamoBills:
    """The bills of one deployment, in its table."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client, self._table = client, table

    def invoice(self, carrier: str, account: str, number: str) -> Invoice | None:
        key = to_wire({"pk": _invoice(carrier, account, number), "sk": "HEAD"})
        answer = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        return _read_head(from_wire(answer["Item"])) if "Item" in answer else None

    def invoices(self) -> Iterator[Invoice]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            IndexName="listing",
            KeyConditionExpression="listing_pk = :pk",
            ExpressionAttributeValues=to_wire({":pk": _LISTING}),
            ScanIndexForward=False,
        )
        for item in (from_wire(each) for page in pages for each in page["Items"]):
            _, carrier, account, number = item["pk"].split("#", 3)
            found = self.invoice(carrier, account, number)
            if found:
                yield found

    def keep(self, invoice: Invoice, kept: Sequence[Kept]) -> None:
        items = [item for each in kept for part in _parts(each) for item in _items(invoice, part)]
        for start in range(0, len(items), 25):
            self._write(invoice, [{"PutRequest": {"Item": to_wire(item)}} for item in items[start : start + 25]])

    def _write(self, invoice: Invoice, wanted: Any) -> None:
        for attempt in range(8):
            answer = self._client.batch_write_item(RequestItems={self._table: wanted})
            wanted = answer.get("UnprocessedItems", {}).get(self._table, [])
            if not wanted:
                return
            time.sleep(0.05 * 2**attempt)
        raise Retry(f"the table did not take {len(wanted)} items of invoice {invoice.number}: nothing of it counts yet")

    def commit(self, invoice: Invoice) -> None:
        item = {
            "pk": _invoice(*invoice.key),
            "sk": "HEAD",
            "v": FORMAT,
            "listing_pk": _LISTING,
            "listing_sk": f"{invoice.day.isoformat()}#{'#'.join(invoice.key)}",
            "content": _INVOICE.dump_json(invoice).decode(),
        }
        self._client.put_item(TableName=self._table, Item=to_wire(item))

    def at(self, carrier: str, number: str) -> tuple[KeptCharges, ...]:
        return tuple(
            KeptCharges(item["account"], item["invoice"], item["edition"], _read_charges(item))
            for item in self._range(_parcel(carrier, number), "BILL#")
        )

    def others(self, invoice: Invoice) -> Iterator[Kept]:
        for item in self._range(_invoice(*invoice.key), f"OTHER#{invoice.edition}#"):
            yield Kept(item["number"], _read_charges(item), ours=False)

    def _range(self, pk: str, beginning: str) -> Iterator[Item]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :sk)",
            ExpressionAttributeValues=to_wire({":pk": pk, ":sk": beginning}),
            ConsistentRead=True,
        )
        return (from_wire(item) for page in pages for item in page["Items"])


def _parts(kept: Kept) -> Iterator[Kept]:
    """The charges in pieces that an item holds."""
    for start in range(0, len(kept.charges), AT_MOST):
        yield Kept(kept.number, kept.charges[start : start + AT_MOST], kept.ours)


def _items(invoice: Invoice, kept: Kept) -> Iterator[Item]:
    place = f"{invoice.edition}#{kept.charges[0].row:07}"
    facts: Item = {
        "v": FORMAT,
        "account": invoice.account,
        "invoice": invoice.number,
        "edition": invoice.edition,
        "number": kept.number,
        "content": _CHARGES.dump_json(kept.charges, exclude_defaults=True).decode(),
    }
    if kept.number:
        sort = f"BILL#{invoice.account}#{invoice.number}#{place}"
        yield {"pk": _parcel(invoice.carrier, kept.number), "sk": sort, **facts}
    if not kept.ours:
        yield {"pk": _invoice(*invoice.key), "sk": f"OTHER#{place}", **facts}


def _invoice(carrier: str, account: str, number: str) -> str:
    return f"INVOICE#{carrier}#{account}#{number}"


def _parcel(carrier: str, number: str) -> str:
    return f"PARCEL#{carrier}:{number}"


def _read_head(item: Item) -> Invoice:
    """The invoice of an item. Raises NewerFormat, also for one that is otherwise unreadable."""
    readable(item, "INVOICE")
    try:
        return _INVOICE.validate_json(item["content"])
    except ValidationError as error:
        raise NewerFormat(f"INVOICE of {item['pk']} is not what this release reads") from error


def _read_charges(item: Item) -> tuple[Charge, ...]:
    """The charges of an item. Raises NewerFormat."""
    readable(item, "BILL")
    try:
        return _CHARGES.validate_json(item["content"])
    except ValidationError as error:
        raise NewerFormat(f"{item['sk']} of {item['pk']} is not what this release reads") from error
