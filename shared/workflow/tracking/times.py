"""When a watched parcel is looked at: asked for when it was not heard of for a while, subscribed to before that ends.

The two go on beside each other: a push that never comes is made up for by the next poll.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from shared.domain.milestones import FINAL, Milestone
from shared.domain.parcel import Watch

TimeLeft = Callable[[], float]
CALL_SECONDS = 40.0
"""Time that must be left for a call of the carrier."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LONGEST = timedelta(days=120)
"""The time for which a parcel is watched: carriers keep its events no longer (facts/ups.md, section 7)."""
AFTER_END = timedelta(days=2)
"""The time after which a parcel that has arrived is asked for once more: the name of the receiver may come late."""
RENEW_BEFORE = timedelta(days=4)
"""The time before its end when a subscription is renewed: at day 10 of 14. A day before its end it counts as ended."""
LAST_CALL = DAY


def subscribed(watch: Watch, now: datetime) -> bool:
    """Tell if the carrier pushes the parcel's events, and will for a while."""
    return watch.subscribed_until is not None and now < watch.subscribed_until - LAST_CALL


def interval(watch: Watch, now: datetime) -> timedelta:
    """How long the carrier is not asked for a parcel that is not heard of: longer, the longer it is silent."""
    silence = now - (watch.facts.heard or watch.since)
    if subscribed(watch, now):
        return DAY if silence < 10 * DAY else 3 * DAY
    if watch.facts.milestone == Milestone.OUT_FOR_DELIVERY and silence < DAY:
        return HOUR
    if silence < 2 * DAY:
        return 4 * HOUR
    return 12 * HOUR if silence < 10 * DAY else DAY


def with_times(watch: Watch, now: datetime) -> Watch:
    """The watch after something was heard of its parcel, or it was asked for: with its next looks, or at its end."""
    why = _ended(watch, now)
    if why:
        return replace(watch, finished=why, subscribe_at=None, poll_at=None, due_at=None)
    if watch.facts.milestone in FINAL:
        last = max(watch.facts.at or now, watch.since) + AFTER_END
        return with_due(replace(watch, subscribe_at=None, poll_at=max(now, last)))
    return with_due(replace(watch, poll_at=now + interval(watch, now)))


def at_once(watch: Watch, now: datetime) -> Watch:
    """The watch of a parcel that the carrier is asked for now, unless it is finished or about to be asked for."""
    if watch.finished or (watch.poll_at and watch.poll_at <= now):
        return watch
    return with_due(replace(watch, poll_at=now))


def with_due(watch: Watch) -> Watch:
    """The watch with the earlier of its two next looks."""
    return replace(watch, due_at=min(filter(None, (watch.subscribe_at, watch.poll_at)), default=None))


def _ended(watch: Watch, now: datetime) -> str:
    """Why the parcel is watched no more, "" while it is."""
    if watch.facts.milestone == Milestone.VOIDED:
        return "voided"
    end = watch.facts.at or watch.facts.heard or watch.polled_at
    if watch.facts.milestone in FINAL and watch.polled_at and end and watch.polled_at >= end + AFTER_END:
        return str(watch.facts.milestone)
    return "too old" if now - watch.since > LONGEST else ""
