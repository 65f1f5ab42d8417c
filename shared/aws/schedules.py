"""The poll schedule of each connection, in the stack's own group: made, changed and checked here, run by the stack."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_scheduler import EventBridgeSchedulerClient

    from shared.connection import Connection


@dataclass(frozen=True, slots=True)
class ScheduleGroup:
    """PollSchedules on EventBridge Scheduler. A schedule is disabled while its connection does not run.

    Its message to the polls queue is `{"connection": id}`; what cannot be delivered goes to the dead letters.
    """

    client: EventBridgeSchedulerClient
    group: str
    role_arn: str
    queue_arn: str
    dead_letters_arn: str

    def converge(self, connection: Connection, *, running: bool) -> str:
        wanted = self.wanted(connection, running=running)
        standing = self._standing(connection)
        if standing is None:
            self.client.create_schedule(**wanted)
            return "created"
        if _differences(wanted, standing):
            self.client.update_schedule(**wanted)
            return "updated"
        return "unchanged"

    def drift(self, connection: Connection, *, running: bool) -> list[str]:
        standing = self._standing(connection)
        if standing is None:
            return [f"there is no schedule {schedule_name(connection.id)} in {self.group}"]
        return _differences(self.wanted(connection, running=running), standing)

    def wanted(self, connection: Connection, *, running: bool) -> dict[str, Any]:
        """The schedule as it should be, in the words of CreateSchedule."""
        return {
            "Name": schedule_name(connection.id),
            "GroupName": self.group,
            "Description": f"polls the ERP of connection {connection.id}",
            "ScheduleExpression": connection.schedule,
            "ScheduleExpressionTimezone": connection.timezone,
            "State": "ENABLED" if running else "DISABLED",
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "Target": {
                "Arn": self.queue_arn,
                "RoleArn": self.role_arn,
                "Input": json.dumps({"connection": connection.id}),
                "DeadLetterConfig": {"Arn": self.dead_letters_arn},
                # A poll that is late is made up for by the next one.
                "RetryPolicy": {"MaximumEventAgeInSeconds": 300, "MaximumRetryAttempts": 3},
            },
        }

    def _standing(self, connection: Connection) -> dict[str, Any] | None:
        try:
            return dict(self.client.get_schedule(GroupName=self.group, Name=schedule_name(connection.id)))
        except self.client.exceptions.ResourceNotFoundException:
            return None


def schedule_name(connection_id: str) -> str:
    return f"poll-{connection_id}"


def _differences(wanted: dict[str, Any], standing: dict[str, Any], above: str = "") -> list[str]:
    """Return a line for each value that differs from the wanted one; values that AWS adds of its own are left alone."""
    found: list[str] = []
    for key, value in wanted.items():
        there = standing.get(key)
        if isinstance(value, dict):
            found += _differences(value, there if isinstance(there, dict) else {}, f"{above}{key}.")
        elif there != value:
            found.append(f"{above}{key} is {there}, should be {value}")
    return found
