"""The poll schedules of connections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from shared.connection import Connection


class PollSchedules(Protocol):
    """A schedule for each connection, by which its polls are called. All calls may be repeated."""

    def converge(self, connection: Connection, *, running: bool) -> str:
        """Makes the schedule what it should be; says "created", "updated" or "unchanged"."""
        ...

    def drift(self, connection: Connection, *, running: bool) -> list[str]:
        """Return how the schedule differs from what it should be, a line for each difference; empty for none."""
        ...
