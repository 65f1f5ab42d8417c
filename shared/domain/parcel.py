"""One parcel under way: its events as they are kept, what they amount to, and how it is watched. Pure.

What the events amount to depends neither on their order nor on how often each was told: carriers push them late, twice
or not at all, and their lists are not in the order of time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from shared.domain.milestones import Milestone, Reached, fold
from shared.domain.tracking import TrackingEvent


class Source(StrEnum):
    """How an event reached us."""

    PUSH = "push"
    POLL = "poll"
    BULK = "bulk"


@dataclass(frozen=True, slots=True)
class ParcelEvent:
    """An event of a parcel as it is kept: by which way and for which connection it came, and when."""

    event: TrackingEvent
    source: Source
    connection: str
    received_at: datetime

    @property
    def is_fact(self) -> bool:
        """Tell if it is no scan: an answer told of the parcel as a whole, such as a new day of arrival."""
        return not (self.event.type or self.event.code or self.event.status_code)

    @property
    def id(self) -> str:
        """Names the event among those of its parcel: the same scan told twice has one id.

        Several scans share a second, so the codes are part of it. The connection is, too: what is told for one
        connection never stands in for what another one is told.
        """
        told = self.event
        when = told.at.astimezone(UTC).isoformat() if told.at else f"local {told.local}"
        fact = f"{told.expected} {told.received_by}" if self.is_fact else ""
        facts = (self.connection, when, told.type, told.code, told.status_code, fact)
        return hashlib.sha256("\n".join(facts).encode()).hexdigest()[:20]


TAKEN_OFF = "taken off"
"""The end of a watch whose number a person had named by mistake: the number is free for the order that it is of."""
_FIRST = datetime.min.replace(tzinfo=UTC)
_LATE = timedelta(days=2)
"""A promise that had passed longer ago when it was told is an old one that nobody took out."""


_ON_THE_WAY_BACK: Mapping[Milestone, Milestone | None] = {
    Milestone.PICKED_UP: None,
    Milestone.IN_TRANSIT: None,
    Milestone.OUT_FOR_DELIVERY: None,
    Milestone.DELIVERED: Milestone.RETURNED,
}


@dataclass(frozen=True, slots=True)
class Promise:
    """A day of arrival, and when the carrier told it."""

    day: date
    told: datetime | None


@dataclass(frozen=True, slots=True)
class ParcelFacts:
    """The state of a parcel, as its events tell it.

    `at` is the instant of the event that reached the milestone. `promises` are the days of arrival that were told, each
    change once, the last one counts. `problem` is the carrier's words for an exception that stands. `delivered` is the
    day at the place of delivery. `heard` is the instant of the latest event.
    """

    milestone: Milestone | None = None
    at: datetime | None = None
    promises: tuple[Promise, ...] = ()
    problem: str = ""
    delivered: date | None = None
    received_by: str = ""
    place: str = ""
    heard: datetime | None = None

    @property
    def expected(self) -> date | None:
        """The latest promise; None while there is none."""
        return self.promises[-1].day if self.promises else None


def in_order(events: Iterable[ParcelEvent]) -> list[ParcelEvent]:
    """By time, each once; of the same instant by rank, then by codes: one order, whatever the order of the input."""
    once = {each.id: each for each in sorted(events, key=_earliest, reverse=True)}
    return sorted(once.values(), key=_place_in_time)


def _earliest(each: ParcelEvent) -> tuple[datetime, str, str]:
    return (each.received_at, str(each.source), repr(each.event))


def _place_in_time(each: ParcelEvent) -> tuple[datetime, int, str, str, str]:
    told = each.event
    ranks = list(Milestone)
    rank = ranks.index(told.milestone) if told.milestone else -1
    return (_instant(told), rank, told.code, told.status_code, each.id)


def _instant(event: TrackingEvent) -> datetime:
    """Where an event stands among others: without an instant, at its time on the wall; without any time, first.

    It is for the order of a list alone: no instant is made up for what is kept or shown.
    """
    if event.at:
        return event.at
    return event.local.replace(tzinfo=UTC) if event.local else _FIRST


def facts_of(events: Iterable[ParcelEvent]) -> ParcelFacts:
    """Sum up the events of one parcel; their order does not matter, nor how often each was told."""
    kept = in_order(events)
    told = _as_meant([each.event for each in kept])
    milestone = fold(Reached(each.milestone, _instant(each)) for each in told if each.milestone)
    reached = [each for each in told if each.milestone and each.milestone == milestone]
    last = reached[-1] if reached else None
    given = [each for each in told if each.milestone == Milestone.DELIVERED]
    delivery = given[-1] if given else None
    takers = [each.received_by for each in told if each.received_by]
    places = [str(each.place) for each in told if str(each.place)]
    return ParcelFacts(
        milestone=milestone,
        at=last.at if last else None,
        promises=_promises(told),
        problem=last.description if last and milestone == Milestone.EXCEPTION else "",
        delivered=delivery.local.date() if delivery and delivery.local else None,
        received_by=takers[-1] if takers else "",
        place=places[-1] if places else "",
        heard=max((each.event.at for each in kept if each.event.at and not each.is_fact), default=None),
    )


def _as_meant(told: Sequence[TrackingEvent]) -> list[TrackingEvent]:
    """The events with the milestones that they have for a parcel that turned back: a delivery after the turn was one
    to the sender, and no scan on the way after it ends the exception."""
    turned = min((_instant(each) for each in told if each.returning), default=None)
    if turned is None:
        return list(told)
    return [
        replace(each, milestone=_ON_THE_WAY_BACK.get(each.milestone, each.milestone))
        if each.milestone and _instant(each) > turned
        else each
        for each in told
    ]


def _promises(told: Iterable[TrackingEvent]) -> tuple[Promise, ...]:
    """Each change of the promised day, in the order of time; one that was long past when it was told is none."""
    found: list[Promise] = []
    for each in told:
        stale = each.at is not None and each.expected is not None and each.expected < (each.at - _LATE).date()
        if each.expected and not stale and (not found or found[-1].day != each.expected):
            found.append(Promise(each.expected, each.at))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Watch:
    """How one parcel is watched, from its label on until it is finished.

    `since` is when its watch began. `subscribed_until` ends the carrier's promise to push its events, None without one;
    `refused` is the carrier's reason for not pushing this number, `tries` counts subscriptions that failed in a row.
    `subscribe_at` and `poll_at` are when it is subscribed to and asked for next, None for no more; `due_at` is the next
    look for either, moved while a message for it is on its way. `polled_at` is the last poll that was answered.
    `finished` is why it is watched no more: a final milestone, "voided", "too old" or TAKEN_OFF. `facts` are what its
    events amount to, so that a listing reads no event; `silent` says that a person is shown its silence.
    """

    carrier: str
    number: str
    connection: str
    order: str
    generation: int
    package: int
    since: datetime
    due_at: datetime | None
    facts: ParcelFacts = ParcelFacts()
    subscribe_at: datetime | None = None
    poll_at: datetime | None = None
    subscribed_until: datetime | None = None
    refused: str = ""
    tries: int = 0
    polled_at: datetime | None = None
    polls_failed: int = 0
    silent: bool = False
    finished: str = ""
    version: int = 1

    @property
    def bucket(self) -> str:
        """Under which heading it is listed."""
        if self.facts.milestone == Milestone.EXCEPTION:
            return "exception"
        if self.silent and not self.finished:
            return "silent"
        return "finished" if self.finished else "moving"
