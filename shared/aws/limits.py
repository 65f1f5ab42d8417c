"""The purchases of a connection in a day, counted in the transaction that buys."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shared.aws.wire import FORMAT, OLD_ENOUGH, from_wire, readable, to_wire
from shared.domain.windows import Window, check_limits, counted, is_limited, spend_window
from shared.ports import Conflict, LimitReached, Spend

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEPT = timedelta(days=40)


def limit_update(spend: Spend) -> dict[str, Any]:
    """The update of the day's counters: refused by its condition when a limit would be broken. Raises LimitReached."""
    _, hour = spend_window(spend.at)
    labels, amount = counted(spend)
    values = {
        ":step": labels,
        ":price": amount,
        ":expires": int((spend.at + KEPT).timestamp()),
        ":v": FORMAT,
    }
    update: dict[str, Any] = {
        "Key": _key(spend),
        "UpdateExpression": "SET expires = :expires, v = :v ADD labels :step, amount :price, #hour :step",
        "ConditionExpression": OLD_ENOUGH,
        "ExpressionAttributeNames": {"#hour": f"h{hour:02}"},
    }
    if is_limited(spend):
        alone = check_limits(Window(), spend)
        if alone:
            raise LimitReached(*alone)
        values |= {
            ":per_day": spend.labels_per_day,
            ":per_hour": spend.labels_per_hour,
            ":room": spend.amount_per_day.amount - spend.price.amount,
        }
        update["ConditionExpression"] += (
            " AND (attribute_not_exists(labels) OR labels < :per_day) AND "
            "(attribute_not_exists(#hour) OR #hour < :per_hour) AND "
            "(attribute_not_exists(amount) OR amount <= :room)"
        )
    update["ExpressionAttributeValues"] = to_wire(values)
    return update


def limit_reached(client: DynamoDBClient, table: str, spend: Spend) -> LimitReached | Conflict:
    """Which limit refused the purchase; a Conflict when by now none would. Raises NewerFormat."""
    answer = client.get_item(TableName=table, Key=_key(spend), ConsistentRead=True)
    item = from_wire(answer.get("Item", {}))
    readable(item or {"v": FORMAT}, "limits")
    _, hour = spend_window(spend.at)
    window = Window(int(item.get("labels", 0)), {hour: int(item.get(f"h{hour:02}", 0))}, Decimal(item.get("amount", 0)))
    reached = check_limits(window, spend)
    return LimitReached(*reached) if reached else Conflict(spend.connection)


def _key(spend: Spend) -> dict[str, Any]:
    day, _ = spend_window(spend.at)
    return {"pk": {"S": f"CONNECTION#{spend.connection}"}, "sk": {"S": f"BOUGHT#{day}"}}
