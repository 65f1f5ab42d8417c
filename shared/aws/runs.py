"""The runs of polls, on DynamoDB: an item each beside their connection's poll, which ends by itself."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from shared.aws.wire import FORMAT, Item, from_wire, readable, to_wire
from shared.domain.run import Run, RunDocument, fate_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_RUN = "RUN#"
_COUNTS = ("listed", "known", "read", "taken", "more")


class Runs:
    """The runs of all connections, under the connection's partition by the time of their begin."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client, self._table = client, table

    def keep(self, run: Run, expires: datetime) -> None:
        counts = {name: value for name in _COUNTS if (value := getattr(run, name))}
        item = {
            "pk": _partition(run.connection),
            "sk": f"{_RUN}{run.name}",
            "v": FORMAT,
            "began": run.began.isoformat(),
            "ended": run.ended.isoformat(),
            "outcome": run.outcome,
            "expires": int(expires.timestamp()),
            **counts,
            **({"goes_on": True} if run.goes_on else {}),
            **({"documents": [_plain(each) for each in run.documents]} if run.documents else {}),
        }
        self._client.put_item(TableName=self._table, Item=to_wire(item))

    def newest(self, connection_id: str, limit: int) -> list[Run]:
        answer = self._client.query(
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :run)",
            ExpressionAttributeValues=to_wire({":pk": _partition(connection_id), ":run": _RUN}),
            ScanIndexForward=False,
            Limit=limit,
        )
        return [_run(connection_id, from_wire(item)) for item in answer["Items"]]

    def named(self, connection_id: str, name: str) -> Run | None:
        key = to_wire({"pk": _partition(connection_id), "sk": f"{_RUN}{name}"})
        answer = self._client.get_item(TableName=self._table, Key=key)
        return _run(connection_id, from_wire(answer["Item"])) if "Item" in answer else None


def _partition(connection_id: str) -> str:
    return f"CONNECTION#{connection_id}"


def _plain(document: RunDocument) -> list[str]:
    why = [document.why] if document.why else []
    return [document.document, str(document.fate), *why]


def _run(connection_id: str, item: Item) -> Run:
    """Raises NewerFormat."""
    readable(item, "run")
    documents = tuple(
        RunDocument(number, fate_of(fate), why[0] if why else "") for number, fate, *why in item.get("documents", ())
    )
    return Run(
        connection_id,
        datetime.fromisoformat(item["began"]),
        datetime.fromisoformat(item["ended"]),
        item["outcome"],
        documents=documents,
        goes_on=bool(item.get("goes_on")),
        **{name: int(item.get(name, 0)) for name in _COUNTS},
    )
