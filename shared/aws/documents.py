"""DocumentStore on DynamoDB: one item a document that was ever split or written by several, with a lease in it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from shared.aws.wire import FORMAT, from_wire, readable, to_wire
from shared.ports import DocumentGroups

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoDocumentStore:
    """The documents of one deployment. Raises NewerFormat for an item that a newer release has written."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client, self._table = client, table

    def acquire(self, document: str, owner: str, now: datetime, until: datetime) -> bool:
        return self._update(
            document,
            "SET lease_owner = :owner, lease_until = :until, v = :v",
            "attribute_not_exists(lease_owner) OR lease_owner = :owner OR lease_until <= :now",
            {":owner": owner, ":until": until.isoformat(), ":now": now.isoformat()},
        )

    def release(self, document: str, owner: str) -> None:
        self._update(document, "SET v = :v REMOVE lease_owner, lease_until", "lease_owner = :owner", {":owner": owner})

    def groups(self, document: str) -> DocumentGroups:
        answer = self._client.get_item(TableName=self._table, Key=_key(document), ConsistentRead=True)
        item = readable(from_wire(answer["Item"]), "document") if "Item" in answer else {}
        return DocumentGroups(tuple(sorted(item.get("groups", ()))), frozenset(item.get("lines", ())))

    def add_groups(self, document: str, owner: str, groups: Iterable[str], lines: Iterable[str]) -> bool:
        """Sets of strings: adding twice adds once. An empty set is none to DynamoDB, so it is left out."""
        sets = {name: found for name, found in (("groups", set(groups)), ("lines", set(lines))) if found}
        names = {f"#{name}": name for name in sets}
        added = " ADD " + ", ".join(f"#{name} :{name}" for name in sets) if sets else ""
        values = {":owner": owner, **{f":{name}": found for name, found in sets.items()}}
        return self._update(document, "SET v = :v" + added, "lease_owner = :owner", values, names)

    def _update(
        self, document: str, update: str, condition: str, values: dict[str, Any], names: dict[str, str] | None = None
    ) -> bool:
        """Whether the condition held. A newer format is left alone."""
        request: dict[str, Any] = {"ExpressionAttributeNames": names} if names else {}
        try:
            self._client.update_item(
                TableName=self._table,
                Key=_key(document),
                UpdateExpression=update,
                ConditionExpression=f"(attribute_not_exists(v) OR v <= :v) AND ({condition})",
                ExpressionAttributeValues=to_wire({**values, ":v": FORMAT}),
                **request,
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True


def _key(document: str) -> dict[str, Any]:
    return to_wire({"pk": f"DOCUMENT#{document}", "sk": "DOCUMENT"})
