"""A pickup that a carrier is asked for: at a place, on a day, with a number of its own. It costs money. Pure."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from shared.domain.address import Party
from shared.domain.measures import Weight
from shared.domain.money import Money


@dataclass(frozen=True, slots=True)
class Pieces:
    """Parcels of one service that go to one country."""

    service: str
    country: str
    quantity: int


@dataclass(frozen=True, slots=True)
class PickupOrder:
    """The driver's task: from when until when, by the clock of the place. `heaviest` is the heaviest parcel."""

    place: Party
    day: date
    ready: time
    close: time
    pieces: tuple[Pieces, ...]
    weight: Weight
    heaviest: Weight
    reference: str


class PickupState(StrEnum):
    """Where a pickup stands. ASKED and CANCELLING are intents: the carrier may have heard of them or not."""

    ASKED = "asked"
    MADE = "made"
    NOT_MADE = "not_made"
    CANCELLING = "cancelling"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Pickup:
    """The pickup of an account at a place on a day. `number` is the carrier's, `cost` what it said it costs, None where
    it did not say. While `busy_until` somebody is asking the carrier. `token` names the last write."""

    account: str
    connection: str
    location: str
    order: PickupOrder
    state: PickupState
    version: int
    token: str
    busy_until: datetime
    at: datetime
    by: str
    number: str = ""
    cost: Money | None = None
    problem: str = ""

    @property
    def key(self) -> str:
        return key_of(self.order.place, self.order.day)


@dataclass(frozen=True, slots=True)
class MadePickup:
    """The carrier's answer: its number for the pickup, and the cost where it tells one."""

    number: str
    cost: Money | None


@dataclass(frozen=True, slots=True)
class PendingPickup:
    """A pickup that the carrier says is not done yet."""

    number: str
    day: date | None
    reference: str
    status: str


def key_of(place: Party, day: date) -> str:
    """The name of a pickup among those of its account: the day, then the address."""
    at = place.address
    written = "|".join(" ".join(each.upper().split()) for each in (*at.lines, at.city, at.postcode, at.country))
    return f"{day.isoformat()}#{hashlib.sha256(written.encode()).hexdigest()[:16]}"
