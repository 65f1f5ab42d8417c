"""The public addresses of a deployment in its table: PAGE#{digest of the id}, and their ids with their orders.

Loads little, for the function that answers at them.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from shared.aws.tracking_items import partition, read_event, read_watch
from shared.aws.transactions import transact
from shared.aws.wire import FORMAT, Item, from_wire, readable, to_wire
from shared.domain.page import KEPT_AFTER, OnPage, Page, digest_of_id
from shared.domain.parcel import ParcelEvent, Watch
from shared.errors import NewerFormat
from shared.log import trouble

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_PLACE = "PAGE#"
_NEW = "attribute_not_exists(pk)"
_TEXTS = ("purpose", "connection", "order", "document")


class DynamoPages:
    """The pages of one deployment."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client, self._table = client, table

    def get(self, page: str) -> Page | None:
        answer = self._client.get_item(TableName=self._table, Key=to_wire(_key(page)), ConsistentRead=True)
        return read_page(page, from_wire(answer["Item"])) if "Item" in answer else None

    def of(self, order: str) -> list[Page]:
        ids = [readable(item, "page")["page"] for item in self._range(f"ORDER#{order}", _PLACE)]
        return [page for page in map(self.get, ids) if page]

    def begin(self, page: Page, former: str = "") -> bool:
        pointer = {**_pointer_key(page), "v": FORMAT, "page": page.id, **_expiry(page)}
        puts = [
            self._over(page_item(page), _NEW),
            self._over(pointer, "page = :before" if former else _NEW, former or None),
        ]
        # One that stands already may be this very one, whose answer was lost.
        return not transact(self._client, puts) or self.get(page.id) == page

    def save(self, page: Page) -> bool:
        pointer = {**_pointer_key(page), "v": FORMAT, "page": page.id, **_expiry(page)}
        puts = [
            self._over(page_item(page), "version = :before", page.version - 1),
            self._over(pointer, "page = :before", page.id),
        ]
        return not transact(self._client, puts)

    def parcel(self, carrier: str, number: str, connection: str) -> tuple[Watch | None, tuple[ParcelEvent, ...]]:
        """A parcel's watch, and its events that were told for this connection; what a newer release wrote is left
        out."""
        watch, events = None, []
        for item in self._range(partition(carrier, number)):
            try:
                if item["sk"] == "WATCH":
                    watch = read_watch(item)
                elif item["sk"].startswith("EVT#") and item["connection"] == connection:
                    events.append(read_event(item))
            except NewerFormat as error:
                trouble("newer_format", parcel=number, why=str(error))
        return watch, tuple(events)

    def _over(self, item: Item, condition: str, before: object = None) -> dict[str, Any]:
        """A write of a transaction, under a condition on what stands there."""
        values = {"ExpressionAttributeValues": to_wire({":before": before})} if before is not None else {}
        return {"Put": {"TableName": self._table, "Item": to_wire(item), "ConditionExpression": condition, **values}}

    def _range(self, partition_key: str, beginning: str = "") -> list[Item]:
        """The items of a partition, or those whose sort key begins so."""
        condition, values = "pk = :pk", {":pk": partition_key}
        if beginning:
            condition, values = f"{condition} AND begins_with(sk, :sk)", {**values, ":sk": beginning}
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression=condition,
            ExpressionAttributeValues=to_wire(values),
            ConsistentRead=True,
        )
        return [from_wire(item) for page in pages for item in page["Items"]]


def page_item(page: Page) -> Item:
    """The item of a page, under the digest of its id. It expires some time after the page's end."""
    item: Item = {
        **_key(page.id),
        "v": FORMAT,
        **{name: getattr(page, name) for name in _TEXTS},
        "ends": page.ends.isoformat(),
        "generation": page.generation,
        "package": page.package,
        "parcels": [list(each) for each in page.parcels],
        "version": page.version,
        **_expiry(page),
    }
    return {**item, "revoked": True} if page.revoked else item


def read_page(page: str, item: Item) -> Page:
    """The page of an id and its item. Raises NewerFormat."""
    readable(item, "page")
    texts: dict[str, Any] = {name: item[name] for name in _TEXTS}
    return Page(
        page,
        **texts,
        ends=datetime.fromisoformat(item["ends"]),
        generation=int(item["generation"]),
        package=int(item["package"]),
        parcels=tuple(OnPage(*each) for each in item["parcels"]),
        revoked=bool(item.get("revoked")),
        version=int(item["version"]),
    )


def _key(page: str) -> Item:
    return {"pk": f"PAGE#{digest_of_id(page)}", "sk": "PAGE"}


def _pointer_key(page: Page) -> Item:
    return {"pk": f"ORDER#{page.order}", "sk": f"{_PLACE}{page.place}"}


def _expiry(page: Page) -> Item:
    return {"expires": int((page.ends + KEPT_AFTER).timestamp())}
