"""The deployment's item in the table: its short id, with which every reference at a carrier begins, and the name of the
table, by which a restored copy is known."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from shared.aws.wire import FORMAT, Item, from_wire, readable, to_wire
from shared.ports.services import Clock

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_KEY = {"pk": {"S": "DEPLOYMENT"}, "sk": {"S": "DEPLOYMENT"}}


def deployment_of(client: DynamoDBClient, table: str, proposed: str) -> str:
    """The id that the table has; the first caller's proposal becomes it.

    The table outlives its stack, so a new stack on an old table goes on with the old id.
    """
    kept = _kept(client, table)
    if kept is None:
        try:
            client.put_item(
                TableName=table,
                Item={**_KEY, "v": {"N": str(FORMAT)}, "id": {"S": proposed}, "of": {"S": table}},
                ConditionExpression="attribute_not_exists(pk)",
            )
        except client.exceptions.ConditionalCheckFailedException:
            return deployment_of(client, table, proposed)
        return proposed
    return str(readable(kept, "deployment")["id"])


class RestoredTable:
    """Knows whether the table is a copy that was restored from a backup, and that no person has accepted yet.

    A backup can only be restored under another name, and the item has the name of the table that it was written in. An
    item of a release that wrote no name is taken for the table's own, and gets it.
    """

    def __init__(self, client: DynamoDBClient, table: str, clock: Clock) -> None:
        self._client, self._table, self._clock = client, table, clock
        self._is_own = False

    def since(self) -> datetime | None:
        """When the copy was noticed, None for a table that is not one; that never changes, and is asked once."""
        if self._is_own:
            return None
        kept: Item = _kept(self._client, self._table) or {}
        if kept and not kept.get("of"):
            self._note("SET #of = :table", "attribute_not_exists(#of)", {":table": self._table})
        if kept.get("of", self._table) == self._table:
            self._is_own = True
            return None
        if kept.get("copied_to") == self._table:
            return datetime.fromisoformat(kept["noticed"])
        now = self._clock.now()
        values = {":table": self._table, ":now": now.isoformat(), ":of": kept["of"]}
        self._note("SET copied_to = :table, noticed = :now", "#of = :of", values)
        return now

    def accept(self) -> bool:
        """Takes the copy as the table; False when it is that already."""
        if self.since() is None:
            return False
        self._note("SET #of = :table REMOVE copied_to, noticed", "attribute_exists(#of)", {":table": self._table})
        return True

    def _note(self, update: str, condition: str, values: dict[str, Any]) -> None:
        """Quiet where another one was first, and where a reader may not write: a function does it then."""
        try:
            self._client.update_item(
                TableName=self._table,
                Key=_KEY,
                UpdateExpression=update,
                ConditionExpression=condition,
                ExpressionAttributeNames={"#of": "of"},
                ExpressionAttributeValues=to_wire(values),
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return
        except ClientError as error:
            if error.response["Error"]["Code"] != "AccessDeniedException" or " REMOVE " in update:
                raise


def _kept(client: DynamoDBClient, table: str) -> Item | None:
    item = client.get_item(TableName=table, Key=_KEY, ConsistentRead=True).get("Item")
    return from_wire(item) if item else None
