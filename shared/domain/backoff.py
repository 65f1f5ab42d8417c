"""When to try again: capped exponential backoff with full jitter, at the one layer that retries."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

BASE = timedelta(seconds=20)
CAP = timedelta(hours=1)
GIVE_UP = timedelta(hours=24)
"""The time without success after which a person is asked."""

REST = timedelta(hours=3)
"""Longer than the longest backoff: an order without a try for this time was kept from it, by a pause for example."""


def failing_since(first: datetime, last: datetime | None, now: datetime) -> datetime:
    """Return the time since which an order has failed that was first tried at `first` and last at `last`. Rest is no
    failing, so the part of a break between two tries that is longer than REST is not counted."""
    return first + max(now - (last or now) - REST, timedelta(0))


def next_try(order: str, tries: int, now: datetime, after: float | None = None) -> datetime:
    """The time of the next try, `tries` having failed.

    Full jitter: anywhere between nothing and the exponential bound; drawn from the order and the number of tries, so
    that it differs between orders and is the same when the step runs twice. Never before `after` seconds (Retry-
    After).
    """
    bound = min(CAP, BASE * int(2 ** min(tries, 10)))
    drawn = int.from_bytes(hashlib.sha256(f"{order}#{tries}".encode()).digest()[:4]) / 2**32
    return now + max(bound * drawn, timedelta(seconds=after or 0.0), timedelta(seconds=1))
