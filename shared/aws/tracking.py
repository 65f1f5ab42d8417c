"""TrackingStore on DynamoDB: a partition a parcel, with its watch and its events."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from shared.aws.index import due_pages
from shared.aws.keys import SHARDS, stamp_of
from shared.aws.leases import HELD
from shared.aws.readings import read_reading, reading_facts, reading_key
from shared.aws.tracking_events import NEW, DynamoTrackingEvents
from shared.aws.tracking_items import (
    PARCELS,
    listing_partition,
    parcel_of,
    partition,
    read_event,
    read_watch,
    watch_item,
)
from shared.aws.wire import FORMAT, Item, from_wire, to_wire
from shared.domain.parcel import ParcelEvent, Watch
from shared.domain.tracking import AccountReading
from shared.errors import NewerFormat
from shared.log import count, trouble
from shared.ports.orders import Conflict


class DynamoTrackingStore(DynamoTrackingEvents):
    """The parcels of one deployment, in its one table."""

    def events(self, carrier: str, number: str, connection: str) -> tuple[ParcelEvent, ...]:
        found = [item for item in self._events(carrier, number) if item["connection"] == connection]
        for item in found:
            if "expires" in item:
                key = to_wire({"pk": item["pk"], "sk": item["sk"]})
                self._client.update_item(TableName=self._table, Key=key, UpdateExpression="REMOVE expires")
        return tuple(read_event(item) for item in found)

    def begin(self, watch: Watch) -> bool:
        return self._put(watch_item(watch), NEW)

    def watch(self, carrier: str, number: str) -> Watch | None:
        key = to_wire({"pk": partition(carrier, number), "sk": "WATCH"})
        answer = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        return read_watch(from_wire(answer["Item"])) if "Item" in answer else None

    def watches(self, parcels: Sequence[tuple[str, str]]) -> list[Watch]:
        found: dict[tuple[str, str], Watch] = {}
        wanted = list(dict.fromkeys(parcels))
        for start in range(0, len(wanted), 100):
            for item in self._batch(wanted[start : start + 100]):
                watch = _readable(item)
                if watch:
                    found[watch.carrier, watch.number] = watch
        return [found[each] for each in wanted if each in found]

    def save(self, watch: Watch) -> None:
        if not self._put(watch_item(watch), "version = :before", {":before": watch.version - 1}):
            raise Conflict(f"{watch.carrier}:{watch.number}")

    def due(self, now: datetime, limit: int) -> list[Watch]:
        share = -(-limit // SHARDS)
        found = [each for shard in range(SHARDS) for each in self._due_in(shard, now, share)]
        return sorted(found, key=lambda each: (each.due_at or now, each.number))[:limit]

    def postpone(self, watch: Watch, until: datetime) -> None:
        if watch.due_at is None:
            return
        try:
            self._client.update_item(
                TableName=self._table,
                Key=to_wire({"pk": partition(watch.carrier, watch.number), "sk": "WATCH"}),
                UpdateExpression="SET due_sk = :until",
                ConditionExpression="version = :version AND due_sk = :seen",
                ExpressionAttributeValues=to_wire(
                    {":until": stamp_of(until), ":version": watch.version, ":seen": stamp_of(watch.due_at)}
                ),
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return  # somebody looked meanwhile, and has set its next look

    def listing(self, connection: str, bucket: str) -> Iterator[Watch]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            IndexName="listing",
            KeyConditionExpression="listing_pk = :connection AND begins_with(listing_sk, :bucket)",
            ExpressionAttributeValues=to_wire({":connection": listing_partition(connection), ":bucket": f"{bucket}#"}),
            ScanIndexForward=False,
        )
        for page in pages:
            parcels = [parcel_of(from_wire(item)["pk"]) for item in page["Items"]]
            yield from (each for each in self.watches(parcels) if each.bucket == bucket)

    def reading(self, connection: str) -> AccountReading:
        answer = self._client.get_item(TableName=self._table, Key=reading_key(connection), ConsistentRead=True)
        return read_reading(from_wire(answer["Item"])) if "Item" in answer else AccountReading()

    def save_reading(self, connection: str, owner: str, reading: AccountReading) -> bool:
        facts = reading_facts(reading)
        sets = ", ".join(f"{name} = :{name}" for name, value in facts.items() if value)
        gone = ", ".join(name for name, value in facts.items() if not value)
        update = " ".join([*([f"SET {sets}"] if sets else []), *([f"REMOVE {gone}"] if gone else [])])
        values = {f":{name}": value for name, value in facts.items() if value} | {":owner": owner}
        return self._updated(connection, update, HELD, values)

    def put_off_reading(self, connection: str, seen: AccountReading, until: datetime) -> bool:
        values = {":until": until.isoformat(), ":v": FORMAT}
        if seen.due_at is None:
            condition = "attribute_not_exists(due_at)"
        else:
            condition, values[":seen"] = "due_at = :seen", seen.due_at.isoformat()
        return self._updated(connection, "SET due_at = :until, v = :v", condition, values)

    # --- the calls ---------------------------------------------------------------------------------------------------

    def _put(self, item: Item, condition: str, values: dict[str, Any] | None = None) -> bool:
        """Write the item, and tell if it was written: False when the condition does not hold."""
        more: dict[str, Any] = {"ExpressionAttributeValues": to_wire(values)} if values else {}
        try:
            self._client.put_item(TableName=self._table, Item=to_wire(item), ConditionExpression=condition, **more)
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def _updated(self, connection: str, update: str, condition: str, values: dict[str, Any]) -> bool:
        """Update a reading, and tell if it was updated: False when the condition does not hold."""
        try:
            self._client.update_item(
                TableName=self._table,
                Key=reading_key(connection),
                UpdateExpression=update,
                ConditionExpression=condition,
                ExpressionAttributeValues=to_wire(values),
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def _events(self, carrier: str, number: str) -> Iterator[Item]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)",
            ExpressionAttributeValues=to_wire({":pk": partition(carrier, number), ":prefix": "EVT#"}),
            ConsistentRead=True,
        )
        return (from_wire(item) for page in pages for item in page["Items"])

    def _batch(self, parcels: Sequence[tuple[str, str]]) -> Iterator[Item]:
        wanted = [to_wire({"pk": partition(*each), "sk": "WATCH"}) for each in parcels]
        while wanted:
            answer = self._client.batch_get_item(RequestItems={self._table: {"Keys": wanted, "ConsistentRead": True}})
            yield from (from_wire(item) for item in answer["Responses"].get(self._table, []))
            left: Any = answer.get("UnprocessedKeys", {})
            wanted = left.get(self._table, {}).get("Keys", [])

    def _due_in(self, shard: int, now: datetime, share: int) -> list[Watch]:
        """At least `share` due watches of a shard, if it has them: what cannot be read must not hide what can."""
        found: list[Watch] = []
        for page in due_pages(self._client, self._table, (PARCELS, shard), now, share):
            watches = self.watches([parcel_of(each["pk"]) for each in page])
            found += [each for each in watches if each.due_at and each.due_at <= now]
            if len(found) >= share:
                break
        return found


def _readable(item: Item) -> Watch | None:
    """The watch of an item; None, with an alarm, for one of a newer release, which keeps none of the others waiting."""
    try:
        return read_watch(item)
    except NewerFormat as error:
        trouble("newer_format", parcel=item["pk"], why=str(error))
        count("NewerFormats")
        return None
