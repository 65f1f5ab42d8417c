"""The eight milestones of a parcel: how its events fold into one, and how several parcels roll up into one. Pure.

A fold depends neither on the order of the events nor on how often each is told: carriers repeat and reorder them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum


class Milestone(StrEnum):
    """Where a parcel is, in our words. Declared in the order of their rank."""

    LABEL_CREATED = "label_created"
    PICKED_UP = "picked_up"
    IN_TRANSIT = "in_transit"
    OUT_FOR_DELIVERY = "out_for_delivery"
    EXCEPTION = "exception"
    DELIVERED = "delivered"
    RETURNED = "returned"
    VOIDED = "voided"


RANK = {milestone: rank for rank, milestone in enumerate(Milestone)}
FINAL = frozenset({Milestone.DELIVERED, Milestone.RETURNED, Milestone.VOIDED})
"""The milestones that no scan ends: a parcel leaves one of these only for one of a higher rank."""
_ON_THE_WAY = frozenset({Milestone.PICKED_UP, Milestone.IN_TRANSIT, Milestone.OUT_FOR_DELIVERY})
_NO_TIME = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Reached:
    """A milestone that an event tells of. `at` is None without an instant: it counts as earliest."""

    milestone: Milestone
    at: datetime | None = None


def fold(events: Iterable[Reached]) -> Milestone | None:
    """The milestone of one parcel after all its events; None for no event.

    A final milestone stands whatever is told beside it. An exception stands until a later scan on the way; of the same
    instant the exception counts. Otherwise the highest rank that was reached stands: a scan never takes it back.
    """
    latest: dict[Milestone, datetime] = {}
    for event in events:
        latest[event.milestone] = max(latest.get(event.milestone, _NO_TIME), event.at or _NO_TIME)
    if not latest:
        return None
    final = FINAL & latest.keys()
    if final:
        return max(final, key=RANK.__getitem__)
    moved = max((latest[each] for each in _ON_THE_WAY & latest.keys()), default=None)
    stopped = latest.pop(Milestone.EXCEPTION, None)
    if stopped is not None and (moved is None or moved <= stopped):
        return Milestone.EXCEPTION
    return max(latest, key=RANK.__getitem__)


def follows(before: Milestone | None, after: Milestone) -> bool:
    """Tell if `after` is news for a parcel that stands at `before`: never a step back, never the same once more."""
    if before is None:
        return True
    if before in FINAL:
        return after in FINAL and RANK[after] > RANK[before]
    if before == Milestone.EXCEPTION:
        return after not in (Milestone.EXCEPTION, Milestone.LABEL_CREATED)
    return RANK[after] > RANK[before]


def roll_up(parcels: Collection[Milestone]) -> Milestone | None:
    """The milestone of several parcels as one shipment; None for no parcel. Voided ones count only where all are.

    One exception makes the whole an exception. The first parcel that is picked up or in transit speaks for all;
    out for delivery, delivered and returned are told once they hold for every parcel. So the whole never goes back
    while its parcels go on.
    """
    live = [each for each in parcels if each != Milestone.VOIDED]
    if not live:
        return Milestone.VOIDED if parcels else None
    if Milestone.EXCEPTION in live:
        return Milestone.EXCEPTION
    furthest, last = max(live, key=RANK.__getitem__), min(live, key=RANK.__getitem__)
    if last in FINAL:
        return furthest
    return max(last, min(furthest, Milestone.IN_TRANSIT, key=RANK.__getitem__), key=RANK.__getitem__)
