"""Leases on DynamoDB. A lease stands in the item that it guards, so that the condition of a write can ask for it.

Its attributes are `lease_owner` and `lease_until`. One that an earlier release took is respected, and ends by its time.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from shared.aws.wire import FORMAT, OLD_ENOUGH, from_wire, readable, to_wire
from shared.ports.leases import Lease, LeaseKind
from shared.ports.services import Clock

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

HELD = "lease_owner = :owner"
"""The condition of a write under a lease."""

_FREE = f"attribute_not_exists(lease_owner) OR {HELD} OR lease_until <= :now"
_TAKEN = "SET lease_owner = :owner, lease_until = :until, v = :v"
_ITEMS: Mapping[LeaseKind, tuple[str, str]] = {
    "poll": ("CONNECTION", "POLL"),
    "document": ("DOCUMENT", "DOCUMENT"),
    "token": ("TOKEN", "TOKEN"),
    "session": ("SESSION", "SESSION"),
    "account": ("READING", "READING"),
}
"""The item of each kind: what its partition begins with, and its sort key."""


class DynamoLeases:
    """The leases of one deployment, by the clock of this process."""

    def __init__(self, client: DynamoDBClient, table: str, clock: Clock) -> None:
        self._client, self._table, self._clock = client, table, clock

    def take(self, lease: Lease, owner: str, span: timedelta) -> bool:
        now = self._clock.now()
        times = {":until": (now + span).isoformat(), ":now": now.isoformat()}
        return self._update(lease, _TAKEN, f"({_FREE})", {":owner": owner, **times}) or self._refused(lease)

    def renew(self, lease: Lease, owner: str, span: timedelta) -> bool:
        until = (self._clock.now() + span).isoformat()
        return self._update(lease, _TAKEN, HELD, {":owner": owner, ":until": until})

    def release(self, lease: Lease, owner: str) -> None:
        self._update(lease, "REMOVE lease_owner, lease_until", HELD, {":owner": owner})

    def _update(self, lease: Lease, update: str, condition: str, values: dict[str, Any]) -> bool:
        """Update the lease, and tell if the condition held. A newer format is left alone."""
        try:
            self._client.update_item(
                TableName=self._table,
                Key=_key(lease),
                UpdateExpression=update,
                ConditionExpression=f"{OLD_ENOUGH} AND {condition}",
                ExpressionAttributeValues=to_wire({**values, ":v": FORMAT}),
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def _refused(self, lease: Lease) -> bool:
        """False: another owner has it. Raises NewerFormat where that is not the reason."""
        answer = self._client.get_item(TableName=self._table, Key=_key(lease), ConsistentRead=True)
        readable(from_wire(answer.get("Item", {"v": {"N": str(FORMAT)}})), lease.kind)
        return False


def _key(lease: Lease) -> dict[str, Any]:
    partition, sort = _ITEMS[lease.kind]
    return to_wire({"pk": f"{partition}#{lease.of}", "sk": sort})
