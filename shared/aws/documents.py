"""DocumentStore on DynamoDB: one item a document that was ever split or written by several."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from shared.aws.leases import HELD
from shared.aws.wire import FORMAT, OLD_ENOUGH, from_wire, readable, to_wire
from shared.ports import DocumentGroups

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoDocumentStore:
    """The documents of one deployment. Raises NewerFormat for an item that a newer release has written."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client, self._table = client, table

    def groups(self, document: str) -> DocumentGroups:
        answer = self._client.get_item(TableName=self._table, Key=_key(document), ConsistentRead=True)
        item = readable(from_wire(answer["Item"]), "document") if "Item" in answer else {}
        return DocumentGroups(tuple(sorted(item.get("groups", ()))), frozenset(item.get("lines", ())))

    def add_groups(self, document: str, owner: str, groups: Iterable[str], lines: Iterable[str]) -> bool:
        """Sets of strings: adding twice adds once. An empty set is none to DynamoDB, so it is left out."""
        sets = {name: found for name, found in (("groups", set(groups)), ("lines", set(lines))) if found}
        names = {f"#{name}": name for name in sets}
        added = " ADD " + ", ".join(f"#{name} :{name}" for name in sets) if sets else ""
        values = {":owner": owner, ":v": FORMAT, **{f":{name}": found for name, found in sets.items()}}
        request: dict[str, Any] = {"ExpressionAttributeNames": names} if names else {}
        try:
            self._client.update_item(
                TableName=self._table,
                Key=_key(document),
                UpdateExpression="SET v = :v" + added,
                ConditionExpression=f"{OLD_ENOUGH} AND {HELD}",
                ExpressionAttributeValues=to_wire(values),
                **request,
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True


def _key(document: str) -> dict[str, Any]:
    return to_wire({"pk": f"DOCUMENT#{document}", "sk": "DOCUMENT"})
