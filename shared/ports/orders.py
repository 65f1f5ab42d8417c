"""The store of orders, and what one write of it may refuse."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from shared.domain.money import Money
from shared.domain.record import AuditEntry, Head, Snapshot
from shared.domain.telling import ActionRecord, Telling
from shared.domain.windows import Window


class Conflict(Exception):
    """The order is no longer at the version that was read. Read it again: somebody else was first."""


class LimitReached(Exception):
    """The connection may buy no more for now; nothing was written. `until` is when the window ends."""

    def __init__(self, message: str, until: datetime) -> None:
        super().__init__(message)
        self.until = until


@dataclass(frozen=True, slots=True)
class Spend:
    """A change of a connection's purchase counters, made in the same transaction as a transition.

    Buying counts one label and its price in the windows of `at`; `refund` takes them back after a proof that nothing
    was made. `correction` counts no label and its price alone, which may be below zero: what a label cost more or less
    than was counted for it, whatever the limits say, for it is bought. The maxima are the connection's `limits`.
    """

    connection: str
    at: datetime
    price: Money
    labels_per_hour: int
    labels_per_day: int
    amount_per_day: Money
    refund: bool = False
    correction: bool = False


@dataclass(frozen=True, slots=True)
class ShippedPackage:
    """One package of a generation, as the carrier numbered it; `label` is the image's place, "" while it has none.

    `voided` says that the carrier cancelled it. `carrier` is the carrier's kind, named when the number is new: the
    order is then found by it (`order_of_parcel`). It is not kept with the package.
    """

    number: int
    tracking_number: str
    label: str = ""
    voided: bool = False
    carrier: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Parcel:
    """The package that a tracking number belongs to, of one generation of an order."""

    order: str
    generation: int
    package: int


@dataclass(frozen=True, slots=True)
class Due:
    """Something of an order that is due since `due_at` and is not its head; `place` is where the store has it."""

    kind: str
    key: str
    due_at: datetime
    place: str = ""


class OrderStore(Protocol):
    """The orders: a head each, its snapshots, packages and audit trail."""

    def head(self, key: str) -> Head | None: ...

    def heads(self, keys: Sequence[str]) -> list[Head]:
        """The heads of those keys that exist, in the order of `keys`."""
        ...

    def snapshot(self, key: str, generation: int) -> Snapshot:
        """Raises Refused once the personal data of the order has expired (`retention`)."""
        ...

    def packages(self, key: str, generation: int) -> tuple[ShippedPackage, ...]: ...

    def order_of_parcel(self, carrier: str, number: str) -> Parcel | None:
        """The package that a tracking number of this kind of carrier is of, also one that was voided since.

        None for a number that no order of ours had. A number that two orders had stays with the first of them."""
        ...

    def telling(self, key: str) -> Telling | None:
        """Return the values that the ERP is told of the order beyond its label; None while there were none."""
        ...

    def actions(self, key: str) -> tuple[ActionRecord, ...]:
        """The actions at the ERP that were intended for the order, by name."""
        ...

    def audit(self, key: str) -> list[AuditEntry]:
        """The whole trail, ascending, without a gap."""
        ...

    def create(self, head: Head, snapshot: Snapshot, entry: AuditEntry) -> bool:
        """Claims the order; False when it is claimed already (also by another connection)."""
        ...

    def transition(
        self,
        after: Head,
        entry: AuditEntry,
        *,
        snapshot: Snapshot | None = None,
        packages: Sequence[ShippedPackage] = (),
        spend: Spend | None = None,
        telling: Telling | None = None,
        action: ActionRecord | None = None,
    ) -> None:
        """Writes `after` over the head at version `after.version - 1` together with its audit entry: all or nothing.

        Raises Conflict or LimitReached."""
        ...

    def bought(self, connection: str, first: date, last: date) -> dict[date, Window]:
        """The purchases of a connection by UTC day from `first` to `last`, ascending; days without any are left out,
        and those that are longer ago than they are kept."""
        ...

    def due(self, now: datetime, limit: int) -> list[Head]:
        """Heads whose due_at has come, oldest first within each of the 8 shards, at most `limit`.

        What is due and no order stands in an index of its own kind: it is never looked up as an order."""
        ...

    def postpone(self, head: Head, until: datetime | None, *, count: bool = True) -> None:
        """Moves due_at of a head that nobody changed meanwhile; silent when somebody did. No transition, no audit.

        None takes it off: the sweep looks no more. `count` adds one to its `swept`, which any transition sets back."""
        ...

    def due_of(self, kind: str, now: datetime, limit: int) -> list[Due]:
        """Return at most `limit` due entries of a kind ("telling"), oldest first within each of the 8 shards."""
        ...

    def put_off(self, due: Due, until: datetime) -> None:
        """Moves the time of what is due as it was read; silent when a step moved it meanwhile. No audit."""
        ...

    def listing(
        self, connection: str, bucket: str, newest_first: bool = True, after: tuple[datetime, str] | None = None
    ) -> Iterator[str]:
        """Keys of a connection's orders in a bucket ("open", "held", "done", "cancelled") by time of creation, of one
        time by key; those beyond the time and key `after` only, whether an order stands there still or not."""
        ...
