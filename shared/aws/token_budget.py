"""The day's token requests of a credential, counted in the table: one conditional write each."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from shared.aws.wire import FORMAT, from_wire, readable, to_wire
from shared.domain.token_budget import TokenBudget
from shared.errors import Retry

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_ALLOWED = (
    "(attribute_not_exists(v) OR v <= :v) AND "
    "(attribute_not_exists(requests) OR requests < :free OR (requests < :most AND last_at <= :paced))"
)


def count_request(client: DynamoDBClient, table: str, credential: str, budget: TokenBudget, now: datetime) -> int:
    """Counts one request of the UTC day and returns its number.

    Raises Retry, with the wait, when none is due now, and NewerFormat for an item that a newer release has written.
    """
    key = to_wire({"pk": f"TOKEN#{credential}", "sk": f"REQUESTS#{now:%Y%m%d}"})
    values = {
        ":one": 1,
        ":zero": 0,
        ":free": budget.free,
        ":most": budget.most,
        ":now": now.isoformat(),
        ":paced": (now - budget.pace).isoformat(),
        ":v": FORMAT,
        ":expires": int((now + timedelta(days=2)).timestamp()),
    }
    try:
        answer = client.update_item(
            TableName=table,
            Key=key,
            UpdateExpression=(
                "SET requests = if_not_exists(requests, :zero) + :one, last_at = :now, v = :v, expires = :expires"
            ),
            ConditionExpression=_ALLOWED,
            ExpressionAttributeValues=to_wire(values),
            ReturnValues="UPDATED_NEW",
        )
    except client.exceptions.ConditionalCheckFailedException:
        raise _spent(client, table, key, budget, now) from None
    return int(from_wire(answer["Attributes"])["requests"])


def _spent(client: DynamoDBClient, table: str, key: dict[str, Any], budget: TokenBudget, now: datetime) -> Retry:
    """Why the count was not allowed. Raises NewerFormat."""
    answer = client.get_item(TableName=table, Key=key, ConsistentRead=True)
    item = readable(from_wire(answer["Item"]), "token requests") if "Item" in answer else {}
    asked, last = int(item.get("requests", budget.most)), item.get("last_at")
    wait = budget.wait(asked, datetime.fromisoformat(last) if last else now, now)
    return Retry(budget.said(asked), after=wait.total_seconds())
