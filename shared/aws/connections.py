"""ConnectionStore on DynamoDB: what was applied, every revision of it, and where polling stands."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from shared.aws.deployment import RestoredTable
from shared.aws.intake import Intake
from shared.aws.leases import HELD
from shared.aws.runs import Runs
from shared.aws.wire import FORMAT, OLD_ENOUGH, from_wire, readable, to_wire
from shared.connection import Connection, Kinds, read_back
from shared.domain.hints import Advice, as_text, restored
from shared.domain.run import Run
from shared.ports import Change, Conflict, OpenDocument, PollState, StoredConnection

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_LIST = "CONNECTIONS"
_WITH_ALL = "paused with all others by "
"""How a release up to 0.1.0 noted in `why` that a connection was paused with all others."""


class DynamoConnectionStore:
    """The connections of one deployment. Revisions never change, so each is read once a process."""

    def __init__(self, client: DynamoDBClient, table: str, kinds: Kinds, restored: RestoredTable | None = None) -> None:
        self._client, self._table, self._kinds = client, table, kinds
        self._intake, self._runs = Intake(client, table), Runs(client, table)
        self._restored = restored
        self._revisions: dict[tuple[str, int], Connection] = {}

    def get(self, connection_id: str) -> StoredConnection | None:
        item = self._item(_LIST, connection_id)
        return self._stored(item) if item else None

    def all(self) -> list[StoredConnection]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues=to_wire({":pk": _LIST}),
            ConsistentRead=True,
        )
        return [self._stored(readable(from_wire(item), "connection")) for page in pages for item in page["Items"]]

    def accept_restored(self) -> bool:
        return self._restored.accept() if self._restored else False

    def revision(self, connection_id: str, revision: int) -> Connection:
        place = (connection_id, revision)
        if place not in self._revisions:
            item = self._item(_partition(connection_id), f"REV#{revision:06}")
            if item is None:
                raise KeyError(f"connection {connection_id} has no revision {revision}")
            self._revisions[place] = read_back(json.loads(item["content"]), self._kinds)
        return self._revisions[place]

    def first_applied(self, connection_id: str) -> datetime:
        item = self._item(_partition(connection_id), "REV#000001")
        if item is None:
            raise KeyError(f"connection {connection_id} was never applied")
        return datetime.fromisoformat(item["at"])

    def apply(self, connection: Connection, start_from: datetime, who: str, at: datetime) -> StoredConnection:
        before = self.get(connection.id)
        if before and before.connection == connection:
            return before
        stored = StoredConnection(
            connection,
            before.revision + 1 if before else 1,
            before.status if before else "paused",
            before.why if before else "applied, not started yet",
            before.start_from if before else start_from,
            at,
            before.hint if before else "",
            with_all=before.with_all if before else False,
        )
        try:
            self._client.transact_write_items(TransactItems=self._writes(stored, who, at))
        except ClientError as error:
            if error.response["Error"]["Code"] != "TransactionCanceledException":
                raise
            kept = self.get(connection.id)
            if kept and kept.connection == connection:
                return kept  # written before, and the answer was lost; or somebody else applied the very same file
            raise Conflict(connection.id) from None
        return stored

    def _writes(self, stored: StoredConnection, who: str, at: datetime) -> Any:
        """The revision and what is current, refused when another apply was first. A status set meanwhile stays."""
        name, note = stored.connection.id, {"v": FORMAT, "who": who, "at": at.isoformat()}
        content = stored.connection.model_dump_json(by_alias=True)
        revision = {"pk": _partition(name), "sk": f"REV#{stored.revision:06}", "content": content, **note}
        first = {"status": stored.status, "why": stored.why, "start_from": stored.start_from.isoformat()}
        sets = [f"#{each} = if_not_exists(#{each}, :{each})" for each in first]
        sets += [f"#{each} = :{each}" for each in ("revision", *note)]
        values = {"revision": stored.revision, **first, **note}
        current = {
            "TableName": self._table,
            "Key": to_wire({"pk": _LIST, "sk": name}),
            "UpdateExpression": f"SET {', '.join(sets)}",
            "ConditionExpression": "attribute_not_exists(pk) OR revision = :before",
            "ExpressionAttributeNames": {f"#{each}": each for each in values},
            "ExpressionAttributeValues": to_wire(
                {":before": stored.revision - 1, **{f":{each}": value for each, value in values.items()}}
            ),
        }
        condition = "attribute_not_exists(pk)"
        return [
            {"Put": {"TableName": self._table, "Item": to_wire(revision), "ConditionExpression": condition}},
            {"Update": current},
        ]

    def set_status(
        self,
        connection_id: str,
        status: str,
        why: str,
        who: str,
        at: datetime,
        hint: Advice = "",
        *,
        with_all: bool = False,
    ) -> None:
        values: dict[str, Any] = {
            ":status": status,
            ":why": why[:1000],
            ":who": who,
            ":at": at.isoformat(),
            ":v": FORMAT,
        }
        expression = "SET #status = :status, why = :why, who = :who, #at = :at"
        more = {"hint": as_text(hint) if hint else None, "with_all": with_all or None}
        for name, value in more.items():
            if value is not None:
                values[f":{name}"] = value
                expression += f", {name} = :{name}"
        gone = [name for name, value in more.items() if value is None]
        expression += f" REMOVE {', '.join(gone)}" if gone else ""
        try:
            self._client.update_item(
                TableName=self._table,
                Key=to_wire({"pk": _LIST, "sk": connection_id}),
                UpdateExpression=expression,
                ConditionExpression=f"attribute_exists(pk) AND {OLD_ENOUGH}",
                ExpressionAttributeNames={"#status": "status", "#at": "at"},
                ExpressionAttributeValues=to_wire(values),
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            self._item(_LIST, connection_id)
            raise KeyError(f"there is no connection {connection_id}") from None

    def save_poll(self, connection_id: str, owner: str, state: PollState) -> bool:
        facts = asdict(state)
        values = {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in facts.items()
            if value not in (None, ())
        }
        sets = ", ".join(f"#{name} = :{name}" for name in values)
        gone = [f"#{name}" for name in facts if name not in values]
        try:
            self._client.update_item(
                TableName=self._table,
                Key=to_wire({"pk": _partition(connection_id), "sk": "POLL"}),
                UpdateExpression=f"SET {sets} REMOVE {', '.join(gone)}" if gone else f"SET {sets}",
                ConditionExpression=HELD,
                ExpressionAttributeNames={f"#{name}": name for name in facts},
                ExpressionAttributeValues=to_wire({":owner": owner, **{f":{k}": v for k, v in values.items()}}),
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def poll_state(self, connection_id: str) -> PollState:
        item = self._item(_partition(connection_id), "POLL")
        return _poll_state(item) if item else PollState()

    def keep_run(self, run: Run, expires: datetime) -> None:
        self._runs.keep(run, expires)

    def runs(self, connection_id: str, limit: int) -> list[Run]:
        return self._runs.newest(connection_id, limit)

    def run(self, connection_id: str, name: str) -> Run | None:
        return self._runs.named(connection_id, name)

    def seen(self, connection_id: str, documents: Sequence[str]) -> dict[str, str]:
        return self._intake.seen(connection_id, documents)

    def mark_seen(self, connection_id: str, changes: Iterable[Change], expires: datetime) -> None:
        self._intake.mark_seen(connection_id, changes, expires)

    def open_documents(self, connection_id: str) -> list[OpenDocument]:
        return self._intake.open_documents(connection_id)

    def keep_open(self, connection_id: str, document: OpenDocument, before: OpenDocument | None) -> None:
        self._intake.keep_open(connection_id, document, before)

    def close_document(self, connection_id: str, before: OpenDocument) -> None:
        self._intake.close_document(connection_id, before)

    def ask_for(
        self, connection_id: str, document: str, at: datetime, why: str = "", until: datetime | None = None
    ) -> None:
        self._intake.ask_for(connection_id, document, at, why, until)

    def _item(self, pk: str, sk: str) -> dict[str, Any] | None:
        answer = self._client.get_item(TableName=self._table, Key=to_wire({"pk": pk, "sk": sk}), ConsistentRead=True)
        return readable(from_wire(answer["Item"]), "item") if "Item" in answer else None

    def _stored(self, item: dict[str, Any]) -> StoredConnection:
        revision = int(item["revision"])
        return StoredConnection(
            self.revision(item["sk"], revision),
            revision,
            item["status"],
            item["why"],
            datetime.fromisoformat(item["start_from"]),
            datetime.fromisoformat(item["at"]) if item.get("at") else None,
            restored(item.get("hint", "")),
            with_all=bool(item.get("with_all", str(item["why"]).startswith(_WITH_ALL))),
            restored=self._restored.since() if self._restored else None,
        )


def _partition(connection_id: str) -> str:
    return f"CONNECTION#{connection_id}"


def _poll_state(item: dict[str, Any]) -> PollState:
    facts = {f.name: item[f.name] for f in fields(PollState) if item.get(f.name) is not None}
    for name in ("rescanned", "polled", "succeeded", "shipped_since", "checked", "well"):
        if name in facts:
            facts[name] = datetime.fromisoformat(facts[name])
    facts["reading"] = tuple(Change(**each) for each in facts.get("reading", ()))
    return PollState(**facts)
