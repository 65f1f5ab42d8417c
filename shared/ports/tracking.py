"""Tracking as the workflow needs it: what a carrier tells of parcels, and the store of parcels and their events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from shared.domain.parcel import ParcelEvent, Watch
from shared.domain.proof import Proof
from shared.domain.tracking import AccountEvents, AccountReading, Pointed, PushTarget, Subscribed, TrackedParcel
from shared.domain.webhook import Webhook

__all__ = [
    "AccountEvents",
    "AccountReading",
    "FollowsPointers",
    "GivesProof",
    "Pointed",
    "PushTarget",
    "SignsPushes",
    "Subscribed",
    "TellsOfAccount",
    "TrackingStore",
    "TracksParcels",
    "Webhooks",
]


@runtime_checkable
class TracksParcels(Protocol):
    """The side of a carrier that tells of parcels; an adapter has it beside `Carrier` where the carrier has it.

    All methods raise Retry, Refused or Misconfigured.
    """

    @property
    def most_numbers(self) -> int:
        """Tracking numbers at most in one subscription request."""
        ...

    def track(self, number: str) -> tuple[TrackedParcel, ...]:
        """The parcel of a number, with all others of its shipment that the carrier tells beside it; empty when it does
        not know the number, which says nothing about the parcel."""
        ...

    def subscribe(self, numbers: Sequence[str], target: PushTarget) -> Subscribed:
        """Has the events of these parcels pushed to `target`. May be repeated: that renews the subscription."""
        ...


@runtime_checkable
class TellsOfAccount(Protocol):
    """The side of a carrier that tells of all parcels of an account at once; an adapter has it where the carrier has
    it. A connection uses it where its file says so (`tracking.tells_of_account`)."""

    @property
    def account_reach(self) -> timedelta:
        """How far back it may be asked."""
        ...

    def account_events(self, since: datetime, page: str = "") -> AccountEvents:
        """The events from about `since` on; `page` is that of the answer before, "" for the first.

        The range is rough: carriers tell times without a zone. Raises Retry, Refused or Misconfigured."""
        ...


@runtime_checkable
class GivesProof(Protocol):
    """The side of a carrier that proves a delivery; an adapter has it where the carrier has it."""

    def proof(self, number: str) -> Proof | None:
        """The proof of a parcel, without documents while there are none; None for a number that it does not know.

        Raises Retry, Refused or Misconfigured."""
        ...


@runtime_checkable
class FollowsPointers(Protocol):
    """The side of a carrier whose events are pointers; an adapter has it where they are."""

    def follow(self, resource: str) -> Pointed:
        """The labels of a resource that an event named, asked of the carrier's own host; empty for one that tells of no
        label. Raises Retry, Refused or Misconfigured."""
        ...


@runtime_checkable
class SignsPushes(Protocol):
    """The side of a carrier that signs its events; an adapter has it where it does."""

    def signing_keys(self) -> Mapping[str, str]:
        """Its public keys as they are now, id → modulus. Raises Retry, Refused or Misconfigured."""
        ...


class TrackingStore(Protocol):
    """Parcels by carrier and tracking number: how each is watched, and its events.

    Events are kept for numbers that are not ours as well: a label may arrive after its first scan.
    """

    def keep(self, carrier: str, number: str, events: Sequence[ParcelEvent], *, expires: datetime | None) -> int:
        """Keeps those of the events that are not there yet, each once for good, and returns how many were new.

        `expires` ends the events of a number that nobody watches, None is for ever."""
        ...

    def events(self, carrier: str, number: str, connection: str) -> tuple[ParcelEvent, ...]:
        """All events of a watched parcel that were told for this connection; from then on none of them expires."""
        ...

    def begin(self, watch: Watch) -> bool:
        """Begins a watch; False when the number is watched already."""
        ...

    def watch(self, carrier: str, number: str) -> Watch | None: ...

    def watches(self, parcels: Sequence[tuple[str, str]]) -> list[Watch]:
        """The watches of those parcels (carrier, number) that have one, in this order."""
        ...

    def save(self, watch: Watch) -> None:
        """Writes the watch over that of version `watch.version - 1`. Raises Conflict when somebody else was first."""
        ...

    def due(self, now: datetime, limit: int) -> list[Watch]:
        """Watches whose due_at has come, oldest first within a shard, at most `limit`."""
        ...

    def postpone(self, watch: Watch, until: datetime) -> None:
        """Moves due_at of a watch that nobody changed meanwhile; silent when somebody did."""
        ...

    def listing(self, connection: str, bucket: str) -> Iterator[Watch]:
        """A connection's parcels of a bucket ("moving", "exception", "silent", "finished"), the latest first."""
        ...

    def reading(self, connection: str) -> AccountReading:
        """Where the reading of the account's events stands for a connection."""
        ...

    def save_reading(self, connection: str, owner: str, reading: AccountReading) -> bool:
        """Stores it, under the lease "account"; False when that was lost (nothing is written)."""
        ...

    def put_off_reading(self, connection: str, seen: AccountReading, until: datetime) -> bool:
        """Moves due_at of a reading that nobody moved since it was `seen`; False when somebody did."""
        ...


class Webhooks(Protocol):
    """The webhooks of connections: what the public side needs to know whom it lets in."""

    def get(self, webhook: str) -> Webhook | None:
        """The webhook of an id."""
        ...

    def of(self, connection: str) -> Webhook | None:
        """The webhook of a connection."""
        ...

    def begin(self, webhook: Webhook) -> bool:
        """Makes the webhook of a connection; False when it has another one."""
        ...

    def save(self, webhook: Webhook) -> bool:
        """Writes the webhook over that of version `webhook.version - 1`; False when somebody else was first."""
        ...
