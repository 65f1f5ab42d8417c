"""OrderStore on DynamoDB: a transition is one transaction of the head at its version and the next audit entry."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from shared.aws import items
from shared.aws.due import due_of, put_off
from shared.aws.index import due_pages
from shared.aws.keys import ORDERS, SHARDS, stamp_of
from shared.aws.limits import bought_between, limit_reached, limit_update
from shared.aws.packages import package_items, read_packages, sort_of
from shared.aws.parcels import free_writes, lead_before, order_of_parcel, parcel_writes
from shared.aws.telling import read_action, read_telling, telling_items
from shared.aws.transactions import MET, MOST, transact
from shared.aws.wire import from_wire, to_wire
from shared.domain.record import AuditEntry, Head, Snapshot
from shared.domain.telling import ActionRecord, Telling
from shared.domain.windows import Window
from shared.errors import NewerFormat, Refused
from shared.log import count, trouble
from shared.ports import Conflict, Due, Parcel, ShippedPackage, Spend

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoOrderStore:
    """The orders of one deployment, in one table."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client, self._table = client, table

    def head(self, key: str) -> Head | None:
        item = self._get(key, "HEAD")
        return items.read_head(item) if item else None

    def heads(self, keys: Sequence[str]) -> list[Head]:
        found: dict[str, Head] = {}
        for start in range(0, len(keys), 100):
            for item in self._batch(list(dict.fromkeys(keys[start : start + 100]))):
                try:
                    found[items.key_of(item["pk"])] = items.read_head(item)
                except NewerFormat as error:
                    trouble("newer_format", order=items.key_of(item["pk"]), why=str(error))
                    count("NewerFormats")
        return [found[key] for key in keys if key in found]

    def snapshot(self, key: str, generation: int) -> Snapshot:
        item = self._get(key, f"SNAP#{generation:04}")
        if item is None:
            message = f"nothing is kept any more of generation {generation} of order {key}"
            raise Refused("expired", message, field="snapshot", hint="its personal data expired (retention)")
        return items.read_snapshot(item)

    def packages(self, key: str, generation: int) -> tuple[ShippedPackage, ...]:
        return read_packages(self._range(key, sort_of(generation)))

    def order_of_parcel(self, carrier: str, number: str) -> Parcel | None:
        return order_of_parcel(self._client, self._table, carrier, number)

    def telling(self, key: str) -> Telling | None:
        item = self._get(key, "TELLING")
        return read_telling(item) if item else None

    def actions(self, key: str) -> tuple[ActionRecord, ...]:
        return tuple(read_action(item) for item in self._range(key, "ACTION#"))

    def due_of(self, kind: str, now: datetime, limit: int) -> list[Due]:
        return due_of(self._client, self._table, kind, now, limit)

    def put_off(self, due: Due, until: datetime) -> None:
        put_off(self._client, self._table, due, until)

    def audit(self, key: str) -> list[AuditEntry]:
        return [items.read_audit(item) for item in self._range(key, "AUDIT#")]

    def create(self, head: Head, snapshot: Snapshot, entry: AuditEntry) -> bool:
        writes = [
            self._put(items.head_item(head), "attribute_not_exists(pk)"),
            self._put(items.audit_item(head.key, entry), "attribute_not_exists(pk)"),
            self._put(items.snapshot_item(head.key, snapshot)),
        ]
        reasons = transact(self._client, writes)
        if MET in reasons:
            raise Conflict(head.key)
        return not reasons or self._is_ours(head)

    def transition(
        self,
        after: Head,
        entry: AuditEntry,
        *,
        snapshot: Snapshot | None = None,
        packages: Sequence[ShippedPackage] = (),
        spend: Spend | None = None,
        telling: Telling | None = None,
        action: ActionRecord | None = None,
    ) -> None:
        writes = [
            self._put(items.head_item(after), "version = :before", {":before": after.version - 1}),
            self._put(items.audit_item(after.key, entry), "attribute_not_exists(pk)"),
        ]
        writes += [self._put(item) for item in telling_items(after.key, telling, action)]
        if snapshot:
            writes.append(self._put(items.snapshot_item(after.key, snapshot)))
        writes += [self._put(item) for item in self._package_items(after, packages)]
        last = [{"Update": {"TableName": self._table, **limit_update(spend)}}] if spend else []
        parcels = parcel_writes(self._table, after.key, after.generation, packages)
        if len(writes) + len(parcels) + len(last) > MOST:
            lead_before(self._client, parcels, after.key)
            parcels = []
        reasons = transact(self._client, [*writes, *parcels, *last])
        if not reasons or self._is_ours(after):
            return
        if set(reasons[: len(writes)] + reasons[len(writes) + len(parcels) :]) == {"None"}:
            refused = reasons[len(writes) : len(writes) + len(parcels)]
            reasons = transact(self._client, [*writes, *free_writes(parcels, refused, after.key), *last])
            if not reasons or self._is_ours(after):
                return
        if spend and reasons[0] == "None" and reasons[-1] == "ConditionalCheckFailed":
            raise limit_reached(self._client, self._table, spend)
        raise Conflict(after.key)

    def bought(self, connection: str, first: date, last: date) -> dict[date, Window]:
        return bought_between(self._client, self._table, connection, first, last)

    def due(self, now: datetime, limit: int) -> list[Head]:
        share = -(-limit // SHARDS)
        heads = [head for shard in range(SHARDS) for head in self._due_in(shard, now, share)]
        return sorted(heads, key=lambda head: (head.due_at or now, head.key))[:limit]

    def postpone(self, head: Head, until: datetime | None, *, count: bool = True) -> None:
        if head.due_at is None:
            return
        values: dict[str, Any] = {
            ":version": head.version,
            ":seen": stamp_of(head.due_at),
            ":one": int(count),
        }
        if until:
            values[":until"] = stamp_of(until)
        try:
            self._client.update_item(
                TableName=self._table,
                Key=to_wire({"pk": items.partition(head.key), "sk": "HEAD"}),
                UpdateExpression=f"{'SET due_sk = :until' if until else 'REMOVE due_pk, due_sk'} ADD swept :one",
                ConditionExpression="version = :version AND due_sk = :seen",
                ExpressionAttributeValues=to_wire(values),
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return  # a step followed meanwhile: it has set its own due_at

    def listing(
        self, connection: str, bucket: str, newest_first: bool = True, after: tuple[datetime, str] | None = None
    ) -> Iterator[str]:
        first, last = items.listing_between(bucket, newest_first, after)
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            IndexName="listing",
            KeyConditionExpression="listing_pk = :connection AND listing_sk BETWEEN :first AND :last",
            ExpressionAttributeValues=to_wire({":connection": connection, ":first": first, ":last": last}),
            ScanIndexForward=not newest_first,
        )
        for page in pages:
            keys = (items.key_of(from_wire(item)["pk"]) for item in page["Items"])
            yield from (key for key in keys if after is None or key != after[1])

    # --- the calls ---------------------------------------------------------------------------------------------------

    def _get(self, key: str, sort: str) -> dict[str, Any] | None:
        answer = self._client.get_item(
            TableName=self._table, Key=to_wire({"pk": items.partition(key), "sk": sort}), ConsistentRead=True
        )
        return from_wire(answer["Item"]) if "Item" in answer else None

    def _range(self, key: str, prefix: str) -> Iterator[dict[str, Any]]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)",
            ExpressionAttributeValues=to_wire({":pk": items.partition(key), ":prefix": prefix}),
            ConsistentRead=True,
        )
        return (from_wire(item) for page in pages for item in page["Items"])

    def _batch(self, keys: list[str]) -> Iterator[dict[str, Any]]:
        """Consistent reads of heads; what the table did not get to is asked for again."""
        wanted = [to_wire({"pk": items.partition(key), "sk": "HEAD"}) for key in keys]
        while wanted:
            answer = self._client.batch_get_item(RequestItems={self._table: {"Keys": wanted, "ConsistentRead": True}})
            yield from (from_wire(item) for item in answer["Responses"].get(self._table, []))
            left: Any = answer.get("UnprocessedKeys", {})
            wanted = left.get(self._table, {}).get("Keys", [])

    def _due_in(self, shard: int, now: datetime, share: int) -> list[Head]:
        """At least `share` due heads of a shard, if it has them: what cannot be read must not hide what can."""
        found: list[Head] = []
        for page in due_pages(self._client, self._table, (ORDERS, shard), now, share):
            keys = [items.key_of(each["pk"]) for each in page]
            found += [head for head in self.heads(keys) if head.due_at and head.due_at <= now]
            if len(found) >= share:
                break
        return found

    def _package_items(self, after: Head, packages: Sequence[ShippedPackage]) -> list[dict[str, Any]]:
        partition, kept = items.partition(after.key), partial(self._get, after.key)
        return package_items(partition, after.generation, packages, kept)

    def _put(self, item: dict[str, Any], condition: str = "", values: dict[str, Any] | None = None) -> dict[str, Any]:
        put: dict[str, Any] = {"TableName": self._table, "Item": to_wire(item)}
        if condition:
            put["ConditionExpression"] = condition
        if values:
            put["ExpressionAttributeValues"] = to_wire(values)
        return {"Put": put}

    def _is_ours(self, written: Head) -> bool:
        """Tell if the refused write had been made before: its answer was lost, and the client repeated it."""
        kept = self._get(written.key, "HEAD")
        return kept is not None and kept.get("token") == written.token
