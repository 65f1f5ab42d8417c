"""Pickups on DynamoDB: a partition an account, an item a place and day."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from shared.aws.transactions import transact
from shared.aws.wire import FORMAT, Item, from_wire, readable, to_wire
from shared.domain.pickup import Pickup
from shared.errors import NewerFormat

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_PICKUP = TypeAdapter(Pickup)


class DynamoPickups:
    """The pickups of one deployment, in its table."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client, self._table = client, table

    def get(self, account: str, key: str) -> Pickup | None:
        place = to_wire({"pk": f"PICKUP#{account}", "sk": key})
        answer = self._client.get_item(TableName=self._table, Key=place, ConsistentRead=True)
        return _read(from_wire(answer["Item"])) if "Item" in answer else None

    def save(self, pickup: Pickup) -> bool:
        item = {
            "pk": f"PICKUP#{pickup.account}",
            "sk": pickup.key,
            "v": FORMAT,
            "version": pickup.version,
            "content": _PICKUP.dump_json(pickup).decode(),
        }
        put: dict[str, Any] = {"TableName": self._table, "Item": to_wire(item)}
        if pickup.version == 1:
            put["ConditionExpression"] = "attribute_not_exists(pk)"
        else:
            put["ConditionExpression"] = "version = :before"
            put["ExpressionAttributeValues"] = to_wire({":before": pickup.version - 1})
        # One that stands already may be this very one, whose answer was lost.
        return not transact(self._client, [{"Put": put}]) or self.get(pickup.account, pickup.key) == pickup

    def since(self, account: str, day: date) -> list[Pickup]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND sk >= :day",
            ExpressionAttributeValues=to_wire({":pk": f"PICKUP#{account}", ":day": day.isoformat()}),
            ConsistentRead=True,
        )
        return [_read(from_wire(item)) for page in pages for item in page["Items"]]


def _read(item: Item) -> Pickup:
    """The pickup of an item. Raises NewerFormat."""
    readable(item, "PICKUP")
    try:
        return _PICKUP.validate_json(item["content"])
    except ValidationError as error:
        raise NewerFormat(f"PICKUP of {item['pk']} is not what this release reads") from error
