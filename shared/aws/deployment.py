"""The deployment's short id, kept with the table: every reference at a carrier begins with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.aws.wire import FORMAT, from_wire, readable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_KEY = {"pk": {"S": "DEPLOYMENT"}, "sk": {"S": "DEPLOYMENT"}}


def deployment_of(client: DynamoDBClient, table: str, proposed: str) -> str:
    """The id that the table has; the first caller's proposal becomes it.

    The table outlives its stack, so a new stack on an old table goes on with the old id.
    """
    kept = client.get_item(TableName=table, Key=_KEY, ConsistentRead=True).get("Item")
    if kept is None:
        try:
            client.put_item(
                TableName=table,
                Item={**_KEY, "v": {"N": str(FORMAT)}, "id": {"S": proposed}},
                ConditionExpression="attribute_not_exists(pk)",
            )
        except client.exceptions.ConditionalCheckFailedException:
            return deployment_of(client, table, proposed)
        return proposed
    return str(readable(from_wire(kept), "deployment")["id"])
