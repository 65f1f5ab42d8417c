"""Budgets on DynamoDB: an item a window, one conditional write a use, and an item for the pause of a key."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from shared.aws.wire import FORMAT, OLD_ENOUGH, Item, from_wire, readable, to_wire
from shared.domain.budget import Budget
from shared.errors import Retry
from shared.ports.services import Clock

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_ALLOWED = "(attribute_not_exists(requests) OR requests < :free OR (requests < :most AND last_at <= :paced))"
_LONGER = "(attribute_not_exists(paused_until) OR paused_until < :until)"
_KEPT = timedelta(days=2)
"""The time after which the item of a window or a pause is deleted."""


class DynamoBudgets:
    """The budgets of one deployment, by the clock of this process."""

    def __init__(self, client: DynamoDBClient, table: str, clock: Clock) -> None:
        self._client, self._table, self._clock = client, table, clock

    def spend(self, key: str, budget: Budget) -> int:
        """Raises NewerFormat for an item that a newer release has written, and what the port raises."""
        now = self._clock.now()
        self._check_pause(key, now)
        place = _place(key, budget, now)
        values = {
            ":one": 1,
            ":zero": 0,
            ":free": budget.free,
            ":most": budget.most,
            ":now": now.isoformat(),
            ":paced": (now - budget.pace).isoformat(),
            ":v": FORMAT,
            ":expires": int((now + _KEPT).timestamp()),
        }
        try:
            answer = self._client.update_item(
                TableName=self._table,
                Key=place,
                UpdateExpression=(
                    "SET requests = if_not_exists(requests, :zero) + :one, last_at = :now, v = :v, expires = :expires"
                ),
                ConditionExpression=f"{OLD_ENOUGH} AND {_ALLOWED}",
                ExpressionAttributeValues=to_wire(values),
                ReturnValues="UPDATED_NEW",
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            raise self._spent(place, budget, now) from None
        return int(from_wire(answer["Attributes"])["requests"])

    def pause(self, key: str, span: timedelta) -> None:
        until = self._clock.now() + span
        values = {":until": until.isoformat(), ":v": FORMAT, ":expires": int((until + _KEPT).timestamp())}
        try:
            self._client.update_item(
                TableName=self._table,
                Key=_pause(key),
                UpdateExpression="SET paused_until = :until, v = :v, expires = :expires",
                ConditionExpression=f"{OLD_ENOUGH} AND {_LONGER}",
                ExpressionAttributeValues=to_wire(values),
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return  # somebody was asked to wait longer

    def _check_pause(self, key: str, now: datetime) -> None:
        until = self._item(_pause(key), "pause").get("paused_until")
        wait = datetime.fromisoformat(until) - now if until else timedelta(0)
        if wait > timedelta(0):
            raise Retry(f"{key} is paused until {until}: the other side asked for it", after=wait.total_seconds())

    def _spent(self, place: dict[str, Any], budget: Budget, now: datetime) -> Retry:
        """Why the use was not allowed. Raises NewerFormat."""
        item = self._item(place, budget.of)
        used, last = int(item.get("requests", budget.most)), item.get("last_at")
        wait = budget.wait(used, datetime.fromisoformat(last) if last else now, now)
        return Retry(budget.said(used, now), after=wait.total_seconds())

    def _item(self, place: dict[str, Any], kind: str) -> Item:
        answer = self._client.get_item(TableName=self._table, Key=place, ConsistentRead=True)
        return readable(from_wire(answer["Item"]), kind) if "Item" in answer else {}


def _place(key: str, budget: Budget, now: datetime) -> dict[str, Any]:
    """The item of a window. A day's token requests stand beside the token."""
    if budget.of == "tokens":
        return to_wire({"pk": f"TOKEN#{key}", "sk": f"REQUESTS#{now:%Y%m%d}"})
    return to_wire({"pk": f"BUDGET#{key}", "sk": f"{budget.of}#{budget.begin(now):%Y%m%dT%H%M%S}"})


def _pause(key: str) -> dict[str, Any]:
    return to_wire({"pk": f"BUDGET#{key}", "sk": "PAUSE"})
