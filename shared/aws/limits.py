"""The purchases of a connection in a day, counted in the transaction that buys."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shared.aws.wire import FORMAT, OLD_ENOUGH, Item, from_wire, readable, to_wire
from shared.domain.windows import Window, check_limits, counted, is_limited, spend_window
from shared.ports import Conflict, LimitReached, Spend

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEPT = timedelta(days=400)
"""A year can be compared with the same month of the one before."""
_BOUGHT = "BOUGHT#"
_HOURS = tuple(f"h{hour:02}" for hour in range(24))


def limit_update(spend: Spend) -> dict[str, Any]:
    """The update of the day's counters: refused by its condition when a limit would be broken. Raises LimitReached."""
    _, hour = spend_window(spend.at)
    labels, amount = counted(spend)
    values = {
        ":step": labels,
        ":price": amount,
        ":expires": int((spend.at + KEPT).timestamp()),
        ":v": FORMAT,
        ":currency": spend.price.currency,
    }
    corrected = ", corrected :price" if spend.correction else ""
    update: dict[str, Any] = {
        "Key": _key(spend),
        "UpdateExpression": f"SET expires = :expires, v = :v, currency = :currency "
        f"ADD labels :step, amount :price, #hour :step{corrected}",
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
    reached = check_limits(_window(from_wire(answer.get("Item", {}))), spend)
    return LimitReached(*reached) if reached else Conflict(spend.connection)


def bought_between(client: DynamoDBClient, table: str, connection: str, first: date, last: date) -> dict[date, Window]:
    """The windows of these days, ascending; one item a day is read. Raises NewerFormat."""
    pages = client.get_paginator("query").paginate(
        TableName=table,
        KeyConditionExpression="pk = :pk AND sk BETWEEN :first AND :last",
        ExpressionAttributeValues={
            ":pk": {"S": _partition(connection)},
            ":first": {"S": f"{_BOUGHT}{first.isoformat()}"},
            ":last": {"S": f"{_BOUGHT}{last.isoformat()}"},
        },
        ConsistentRead=True,
    )
    found = (from_wire(item) for page in pages for item in page["Items"])
    return {date.fromisoformat(each["sk"].removeprefix(_BOUGHT)): _window(each) for each in found}


def _window(item: Item) -> Window:
    """A day's counters; none for no item. Raises NewerFormat."""
    readable(item or {"v": FORMAT}, "limits")
    return Window(
        int(item.get("labels", 0)),
        {hour: int(item[name]) for hour, name in enumerate(_HOURS) if name in item},
        Decimal(item.get("amount", 0)),
        Decimal(item.get("corrected", 0)),
        str(item.get("currency", "")),
    )


def _key(spend: Spend) -> dict[str, Any]:
    day, _ = spend_window(spend.at)
    return {"pk": {"S": _partition(spend.connection)}, "sk": {"S": f"{_BOUGHT}{day}"}}


def _partition(connection: str) -> str:
    return f"CONNECTION#{connection}"
