"""Connections that run and yet read nothing: a schedule that does not fire, or polls that keep failing."""

from __future__ import annotations

from datetime import datetime

from shared.domain.schedule import quiet_since
from shared.ports import PollState, StoredConnection


def silent_since(stored: StoredConnection, poll: PollState, now: datetime) -> datetime | None:
    """Since when a running connection has had no poll that succeeded, None unless three are missing by its schedule.

    Nothing is missing of one that is paused or closed, nor before it could have polled three times since it was
    started, resumed or applied.
    """
    if stored.status != "running":
        return None
    connection = stored.connection
    due = quiet_since(connection.schedule, connection.timezone, now)
    known = [at for at in (poll.succeeded, stored.touched) if at]
    last = max(known, default=stored.start_from)
    return last if due and last < due else None
