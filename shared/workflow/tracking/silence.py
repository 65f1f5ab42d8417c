"""Connections whose parcels are not heard of: pushes that do not come and polls that fail do not say so themselves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from shared.domain.milestones import FINAL, Milestone
from shared.domain.parcel import Watch
from shared.ports import Ports, StoredConnection

_WAITING = (None, Milestone.LABEL_CREATED)


def unheard_since(ports: Ports, stored: StoredConnection, now: datetime) -> datetime | None:
    """Since when no parcel of a connection has had an event, though some should have had one; None otherwise.

    It is none of a closed connection, which has an alarm of its own. Parcels that a person is shown for their own
    silence do not count.
    """
    if stored.status == "closed":
        return None
    limit = now - timedelta(hours=stored.connection.tracking.silent_hours)
    last: datetime | None = None
    for watch in _live(ports, stored.connection.id):
        heard = watch.facts.heard
        if heard and heard > limit:
            return None
        if _should_be_heard_of(watch, limit):
            told = heard or watch.since
            last = max(last or told, told)
    return last


def _live(ports: Ports, connection: str) -> Iterator[Watch]:
    for bucket in ("moving", "exception"):
        yield from ports.tracking.listing(connection, bucket)


def _should_be_heard_of(watch: Watch, limit: datetime) -> bool:
    """A parcel that moves; one that waits for its pickup only where the carrier did not answer either. One that is held
    up can be so for long."""
    if watch.facts.milestone in {*FINAL, Milestone.EXCEPTION}:
        return False
    if watch.facts.milestone in _WAITING:
        return (watch.polled_at or watch.since) < limit
    return watch.since < limit
