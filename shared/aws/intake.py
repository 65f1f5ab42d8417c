"""The intake's memory of documents, on DynamoDB: which were taken in, and with which it is not done."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from shared.aws.wire import FORMAT, OLD_ENOUGH, Item, from_wire, readable, to_wire
from shared.errors import NewerFormat, Retry
from shared.log import count, trouble
from shared.ports import Change, OpenDocument

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_FORGOTTEN = timedelta(days=1)
"""The time after which the item of a closed document is deleted; functions themselves delete nothing."""


class Intake:
    """The ledger and the open documents of all connections."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client, self._table = client, table

    def seen(self, connection_id: str, documents: Sequence[str]) -> dict[str, str]:
        found: dict[str, str] = {}
        keys = [to_wire({"pk": _ledger(connection_id), "sk": document}) for document in dict.fromkeys(documents)]
        for start in range(0, len(keys), 100):
            wanted = keys[start : start + 100]
            while wanted:
                answer = self._client.batch_get_item(
                    RequestItems={self._table: {"Keys": wanted, "ConsistentRead": True}}
                )
                for wire in answer["Responses"].get(self._table, []):
                    item = readable(from_wire(wire), "ledger")
                    found[item["sk"]] = item["stamp"]
                left: Any = answer.get("UnprocessedKeys", {})
                wanted = left.get(self._table, {}).get("Keys", [])
        return found

    def mark_seen(self, connection_id: str, changes: Iterable[Change], expires: datetime) -> None:
        latest = {change.document: change.stamp for change in changes}
        base = {"pk": _ledger(connection_id), "v": FORMAT, "expires": int(expires.timestamp())}
        puts = [{"PutRequest": {"Item": to_wire({**base, "sk": d, "stamp": s})}} for d, s in latest.items()]
        for start in range(0, len(puts), 25):
            wanted: Any = puts[start : start + 25]
            for attempt in range(8):
                answer = self._client.batch_write_item(RequestItems={self._table: wanted})
                wanted = answer.get("UnprocessedItems", {}).get(self._table, [])
                if not wanted:
                    break
                time.sleep(0.05 * 2**attempt)
            else:  # a note that a document is older than the line must not be lost: it would be bought a label for
                raise Retry(f"the ledger of {connection_id} did not take {len(wanted)} of its notes")

    def open_documents(self, connection_id: str) -> list[OpenDocument]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues=to_wire({":pk": _open(connection_id)}),
            ConsistentRead=True,
        )
        items = (from_wire(item) for page in pages for item in page["Items"])
        read = (_read(item) for item in items if "due" in item)
        return [each for each in read if each]

    def keep_open(self, connection_id: str, document: OpenDocument, before: OpenDocument | None) -> None:
        values = {each.name: getattr(document, each.name) for each in fields(OpenDocument)}
        facts = {name: _plain(value) for name, value in values.items() if value not in (None, "", 0)}
        facts["sk"] = facts.pop("document")
        condition = "due = :due" if before else "attribute_not_exists(due)"
        seen = {":due": before.due.isoformat()} if before else {}
        try:
            self._client.put_item(
                TableName=self._table,
                Item=to_wire({"pk": _open(connection_id), "v": FORMAT, **facts}),
                ConditionExpression=f"{OLD_ENOUGH} AND {condition}",
                ExpressionAttributeValues=to_wire({":v": FORMAT, **seen}),
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return

    def close_document(self, connection_id: str, before: OpenDocument) -> None:
        expires = int((before.due + _FORGOTTEN).timestamp())
        try:
            self._client.update_item(
                TableName=self._table,
                Key=to_wire({"pk": _open(connection_id), "sk": before.document}),
                UpdateExpression="SET expires = :expires REMOVE due, stamp, tries, why, #until, #read",
                ConditionExpression=f"{OLD_ENOUGH} AND due = :due",
                ExpressionAttributeNames={"#until": "until", "#read": "read"},
                ExpressionAttributeValues=to_wire({":v": FORMAT, ":due": before.due.isoformat(), ":expires": expires}),
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return

    def ask_for(self, connection_id: str, document: str, at: datetime, why: str, until: datetime | None) -> None:
        given = {"why": why, "until": until.isoformat() if until else ""}
        sets = {"since": "if_not_exists(#since, :due)", **{name: f":{name}" for name, said in given.items() if said}}
        values = {f":{name}": said for name, said in given.items() if said}
        self._client.update_item(
            TableName=self._table,
            Key=to_wire({"pk": _open(connection_id), "sk": document}),
            UpdateExpression="SET due = :due, v = :v"
            + "".join(f", #{name} = {value}" for name, value in sets.items())
            + " REMOVE expires",
            ExpressionAttributeNames={f"#{name}": name for name in sets},
            ExpressionAttributeValues=to_wire({":due": at.isoformat(), ":v": FORMAT, **values}),
        )


def _ledger(connection_id: str) -> str:
    return f"LEDGER#{connection_id}"


def _open(connection_id: str) -> str:
    return f"OPEN#{connection_id}"


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _read(item: Item) -> OpenDocument | None:
    """The document of an item; None for one that a newer release has written, which that release will read."""
    try:
        readable(item, "open document")
    except NewerFormat as error:
        trouble("newer_format", document=item["sk"], why=str(error))
        count("NewerFormats")
        return None
    times = {name: datetime.fromisoformat(item[name]) for name in ("since", "due", "read", "until") if name in item}
    return OpenDocument(
        document=item["sk"],
        since=times["since"],
        due=times["due"],
        read=times.get("read"),
        stamp=item.get("stamp", ""),
        tries=int(item.get("tries", 0)),
        why=item.get("why", ""),
        until=times.get("until"),
    )
