"""Show an order's tracking page: what a stranger who has its address may see of its parcels, and nothing else.

It runs at a public address, in a function that must start fast: it loads neither the connection's model nor the ports,
which stand here as types only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol

from shared.domain.milestones import Milestone
from shared.domain.page import Page, is_page_id
from shared.domain.parcel import ParcelEvent, Watch, in_order

if TYPE_CHECKING:
    from shared.ports import Clock

MOST_PARCELS = 50
"""Parcels that a page shows with their ways; it says how many more there are."""


class KnowsPages(Protocol):
    """The part of the store that is needed here."""

    def get(self, page: str) -> Page | None: ...

    def parcel(self, carrier: str, number: str, connection: str) -> tuple[Watch | None, tuple[ParcelEvent, ...]]: ...


@dataclass(frozen=True, slots=True)
class Stop:
    """One step of a parcel's way: the time on the wall where it is known, else the instant; the carrier's words, or
    our milestone where it says none; the town and the country alone."""

    local: datetime | None
    at: datetime | None
    words: str
    milestone: Milestone | None
    place: str


@dataclass(frozen=True, slots=True)
class Way:
    """A parcel as it is shown: `url` is its page at the carrier, `expected` its day of arrival while it is on its way,
    `stops` are its steps, the latest first."""

    number: str
    url: str
    milestone: Milestone
    expected: date | None = None
    delivered: date | None = None
    stops: tuple[Stop, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """A page: the order's number, its parcels, and how many more parcels it has."""

    document: str
    ways: tuple[Way, ...]
    more: int = 0


def show_page(pages: KnowsPages, clock: Clock, page: str) -> Shown | None:
    """Return what stands at an address; None alike for one that never was, that has ended, and that was revoked."""
    found = pages.get(page) if is_page_id(page) else None
    if found is None or found.purpose != "tracking" or not found.is_open(clock.now()):
        return None
    shown = found.parcels[:MOST_PARCELS]
    ways = tuple(
        _way(found, each.number, each.url, *pages.parcel(each.carrier, each.number, found.connection)) for each in shown
    )
    return Shown(found.document, ways, len(found.parcels) - len(shown))


def _way(page: Page, number: str, url: str, watch: Watch | None, events: tuple[ParcelEvent, ...]) -> Way:
    """The parcel as far as it is this order's: a carrier gives a number to another parcel, years later."""
    if watch is None or watch.order != page.order:
        return Way(number, url, Milestone.LABEL_CREATED)
    facts = watch.facts
    told = [each.event for each in in_order(events) if not each.is_fact]
    stops = [Stop(e.local, e.at, e.description, e.milestone, _town(e.place.city, e.place.country)) for e in told]
    under_way = facts.milestone not in (Milestone.DELIVERED, Milestone.RETURNED, Milestone.VOIDED)
    return Way(
        number,
        url,
        facts.milestone or Milestone.LABEL_CREATED,
        expected=facts.expected if under_way else None,
        delivered=facts.delivered,
        stops=tuple(reversed(stops)),
    )


def _town(city: str, country: str) -> str:
    return ", ".join(part for part in (city, country) if part)
