"""Tracking: the scans of a parcel with their time and place, in the carrier's own codes; and the subscription by which
a carrier pushes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from shared.domain.milestones import Milestone


@dataclass(frozen=True, slots=True)
class Place:
    """Where a scan was made, as far as the carrier says; blank is unknown, `country` is ISO 3166 alpha-2."""

    city: str = ""
    state: str = ""
    postcode: str = ""
    country: str = ""

    def __str__(self) -> str:
        return ", ".join(part for part in (self.city, f"{self.state} {self.postcode}".strip(), self.country) if part)


@dataclass(frozen=True, slots=True)
class TrackingEvent:
    """One scan. `type`, `code` and `status_code` are the carrier's, `description` its words.

    `at` is the instant in UTC, None when the carrier gives no way to know it. `local` is the time on the wall at the
    place: with its offset, without one (tzinfo None) when the carrier names none, None when it names no time.
    `milestone` is what the carrier's codes mean, None for a step that moves nothing and for codes that are not known.
    `expected` is the day of arrival that the event promises, `received_by` who took the parcel. `returning` says that
    the parcel is on its way back to its sender: where it is delivered later, it was returned.
    """

    at: datetime | None
    local: datetime | None
    type: str
    code: str
    status_code: str
    description: str
    place: Place
    milestone: Milestone | None = None
    expected: date | None = None
    received_by: str = ""
    returning: bool = False


@dataclass(frozen=True, slots=True)
class TrackedParcel:
    """A parcel's events, in the carrier's order, and its days at the place of delivery.

    `expected` is the latest promise, `delivered` the day of delivery, `received_by` who took it. `references` are the
    shipper's, of both levels.
    """

    tracking_number: str
    events: tuple[TrackingEvent, ...]
    expected: date | None = None
    delivered: date | None = None
    received_by: str = ""
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AccountEvents:
    """A page of what a carrier tells of all parcels of an account: events, each with its tracking number.

    `page` names the next page, "" where the carrier names none: that says nothing of what comes later.
    """

    events: tuple[tuple[str, TrackingEvent], ...]
    page: str = ""


PATIENCE = 3
"""Readings of an account that may fail in a row before a person is told."""


@dataclass(frozen=True, slots=True)
class AccountReading:
    """Where the reading of an account's events stands.

    `due_at` is when it is read next, None before the first time. `read_until` is when the last reading that came to
    its end began. `began`, `since` and `page` are of a reading under way: when it began, from when on it asks, and
    its next page. `failed` counts readings that failed in a row, `why` is what the last one met.
    """

    due_at: datetime | None = None
    read_until: datetime | None = None
    began: datetime | None = None
    since: datetime | None = None
    page: str = ""
    failed: int = 0
    why: str = ""

    @property
    def needs_a_person(self) -> bool:
        """Tell if it has failed so often in a row that somebody should know."""
        return self.failed >= PATIENCE


@dataclass(frozen=True, slots=True)
class PushTarget:
    """Where a carrier sends its events: the address of the connection's webhook, and the credential that it names.

    `credential` is "" where the carrier gets its credential by another way (it is set up in the carrier's portal).
    """

    url: str
    credential: str = ""


@dataclass(frozen=True, slots=True)
class Pointer:
    """The resource that a carrier's event names where it tells nothing itself, without any host."""

    resource: str


@dataclass(frozen=True, slots=True)
class Pointed:
    """The labels that a carrier's pointer leads to: their tracking numbers, and the references that they have."""

    numbers: tuple[str, ...] = ()
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Subscribed:
    """The answer to a subscription: the numbers that were taken, until when, and why the others were not; and the
    public keys by which the carrier signs (id → modulus), where it does."""

    taken: tuple[str, ...]
    until: datetime
    refused: Mapping[str, str] = field(default_factory=dict)
    keys: Mapping[str, str] = field(default_factory=dict)
