"""The work that is due on an order beside its head: found in the index by kind, put off in its item."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from shared.aws.index import due_pages
from shared.aws.items import key_of, partition
from shared.aws.keys import SHARDS, stamp_of
from shared.aws.wire import FORMAT, OLD_ENOUGH, Item, from_wire, readable, to_wire
from shared.errors import NewerFormat
from shared.log import count, trouble
from shared.ports.orders import Due

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_READ = {"#pk": "pk", "#sk": "sk", "#v": "v", "#due": "due_sk"}


def due_of(client: DynamoDBClient, table: str, kind: str, now: datetime, limit: int) -> list[Due]:
    """At most `limit` of a kind, oldest first within each shard. One of a newer release is left out, with an alarm, and
    hides none of the others."""
    share = -(-limit // SHARDS)
    found = [each for shard in range(SHARDS) for each in _due_in(client, table, (kind, shard), now, share)]
    return sorted(found, key=lambda each: (each.due_at, each.key))[:limit]


def put_off(client: DynamoDBClient, table: str, due: Due, until: datetime) -> None:
    """Moves what is still due as it was read; silent otherwise."""
    values = {":until": stamp_of(until), ":seen": stamp_of(due.due_at), ":v": FORMAT}
    try:
        client.update_item(
            TableName=table,
            Key=to_wire({"pk": partition(due.key), "sk": due.place}),
            UpdateExpression="SET due_sk = :until",
            ConditionExpression=f"{OLD_ENOUGH} AND due_sk = :seen",
            ExpressionAttributeValues=to_wire(values),
        )
    except client.exceptions.ConditionalCheckFailedException:
        return  # a step followed meanwhile: it has set its own time


def _due_in(client: DynamoDBClient, table: str, shard: tuple[str, int], now: datetime, share: int) -> list[Due]:
    """Return at least `share` entries of a shard, or all where it has fewer."""
    found: list[Due] = []
    for page in due_pages(client, table, shard, now, share):
        read = (_due(shard[0], item) for item in _batch(client, table, [(each["pk"], each["sk"]) for each in page]))
        found += [each for each in read if each and each.due_at <= now]
        if len(found) >= share:
            break
    return found


def _batch(client: DynamoDBClient, table: str, places: list[tuple[str, str]]) -> Iterator[Item]:
    """The items as they are now; the index may be late."""
    for start in range(0, len(places), 100):
        wanted: Any = [to_wire({"pk": pk, "sk": sk}) for pk, sk in places[start : start + 100]]
        while wanted:
            asked: Any = {
                "Keys": wanted,
                "ConsistentRead": True,
                "ProjectionExpression": ", ".join(_READ),
                "ExpressionAttributeNames": _READ,
            }
            answer = client.batch_get_item(RequestItems={table: asked})
            yield from map(from_wire, answer["Responses"].get(table, []))
            left: Any = answer.get("UnprocessedKeys", {})
            wanted = left.get(table, {}).get("Keys", [])


def _due(kind: str, item: Item) -> Due | None:
    if "due_sk" not in item:
        return None
    try:
        readable(item, kind)
    except NewerFormat as error:
        trouble("newer_format", order=key_of(item["pk"]), why=str(error))
        count("NewerFormats")
        return None
    return Due(kind, key_of(item["pk"]), datetime.fromisoformat(item["due_sk"]), item["sk"])
