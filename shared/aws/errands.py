"""Errands in the deployment's table: ERRAND#{subject}, one item each, under its id. They expire by themselves."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from shared.aws.wire import FORMAT, Item, from_wire, readable, to_wire
from shared.domain.errand import KEPT, Errand, Result, Stage, Verb
from shared.domain.hints import as_text, restored
from shared.errors import NewerFormat
from shared.log import trouble

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_STAGE = "stage = :before"


class DynamoErrands:
    """The errands of one deployment."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client, self._table = client, table

    def add(self, errand: Errand) -> None:
        self._client.put_item(TableName=self._table, Item=to_wire(errand_item(errand)))

    def get(self, subject: str, name: str) -> Errand | None:
        key = to_wire({"pk": f"ERRAND#{subject}", "sk": name})
        answer = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        return read_errand(from_wire(answer["Item"])) if "Item" in answer else None

    def of(self, subject: str, limit: int) -> list[Errand]:
        answer = self._client.query(
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues=to_wire({":pk": f"ERRAND#{subject}"}),
            ScanIndexForward=False,
            ConsistentRead=True,
            Limit=limit,
        )
        found = []
        for item in map(from_wire, answer["Items"]):
            try:
                found.append(read_errand(item))
            except NewerFormat as error:
                trouble("newer_format", errand=item["sk"], why=str(error))
        return found

    def begin(self, errand: Errand, now: datetime) -> Errand | None:
        begun = replace(errand, stage=Stage.BEGUN, begun_at=now)
        return begun if self._over(begun, Stage.ASKED) else None

    def end(self, errand: Errand) -> bool:
        return self._over(errand, Stage.BEGUN)

    def _over(self, errand: Errand, before: Stage) -> bool:
        """Write the errand over the one at that stage, and tell if it stood there."""
        try:
            self._client.put_item(
                TableName=self._table,
                Item=to_wire(errand_item(errand)),
                ConditionExpression=_STAGE,
                ExpressionAttributeValues=to_wire({":before": before.value}),
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True


def errand_item(errand: Errand) -> Item:
    """The item of an errand. What is blank is left out."""
    result = errand.result
    item: dict[str, Any] = {
        "connection": errand.connection,
        "who": errand.who,
        "why": errand.why,
        "version": errand.version,
        "names": list(errand.names),
        "token": errand.token,
        "begun_at": errand.begun_at.isoformat() if errand.begun_at else "",
        "said": result.said,
        "columns": list(result.columns),
        "rows": [list(row) for row in result.rows],
        "result_token": result.token,
        "hint": as_text(result.hint),
    }
    return {
        "pk": f"ERRAND#{errand.subject}",
        "sk": errand.id,
        "v": FORMAT,
        "verb": errand.verb.value,
        "stage": errand.stage.value,
        "asked_at": errand.asked_at.isoformat(),
        "expires": int((errand.asked_at + KEPT).timestamp()),
        **{name: value for name, value in item.items() if value},
    }


def read_errand(item: Item) -> Errand:
    """The errand of an item. Raises NewerFormat."""
    readable(item, "errand")
    begun = item.get("begun_at")
    return Errand(
        subject=item["pk"].removeprefix("ERRAND#"),
        id=item["sk"],
        verb=Verb(item["verb"]),
        connection=item["connection"],
        who=item["who"],
        asked_at=datetime.fromisoformat(item["asked_at"]),
        why=item.get("why", ""),
        version=int(item.get("version", 0)),
        names=tuple(item.get("names", ())),
        token=item.get("token", ""),
        stage=Stage(item["stage"]),
        begun_at=datetime.fromisoformat(begun) if begun else None,
        result=Result(
            item.get("said", ""),
            tuple(item.get("columns", ())),
            tuple(tuple(row) for row in item.get("rows", ())),
            item.get("result_token", ""),
            restored(item.get("hint", "")),
        ),
    )
