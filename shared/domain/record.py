"""The records of an order: its head, its snapshots and its audit trail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from shared.domain.hints import Advice
from shared.domain.money import Money
from shared.domain.order import Order
from shared.domain.shipment import AddressCheck, Quote, ShipmentPlan
from shared.domain.state import Position, State
from shared.domain.steps import Step


@dataclass(frozen=True, slots=True)
class Head:
    """Where an order stands. `version` counts its transitions and is the sequence number of the last audit entry.

    `content` digests everything that was read of the order, `fingerprint` what makes a change (ship-to, quantities,
    items, service). `due_at` is when the sweep brings an open order back, `not_before` until when it waits on purpose:
    the sweep moves the one, never the other. `token` names the last writer's write. `tries` counts failed tries of the
    present step, `attempt` the create calls of this generation, `swept` how often the sweep brought it back without any
    step following. `in_doubt` stands from the INTENT until it is settled what became of the call: meanwhile nothing is
    bought. `label` is the label's own status, which is not the order's: "waiting" to reach its supplier, then "sent";
    of a warehouse "" until a person printed it, then "printed". `flagged` stands while the ERP is told that the order
    is held (domain/telling.py).
    """

    key: str
    connection: str
    revision: int
    document: str
    state: State
    version: int
    generation: int
    created_at: datetime
    updated_at: datetime
    content: str
    fingerprint: str
    token: str
    reason: str = ""
    field: str = ""
    due_at: datetime | None = None
    not_before: datetime | None = None
    lease_until: datetime | None = None
    attempt: int = 0
    reference: str = ""
    plan_hash: str = ""
    intent_at: datetime | None = None
    in_doubt: bool = False
    tries: int = 0
    first_try_at: datetime | None = None
    last_try_at: datetime | None = None
    quote: Money | None = None
    approved_by: str = ""
    service: str = ""
    shipment_id: str = ""
    tracking_number: str = ""
    packages_made: int = 0
    cost: Money | None = None
    cost_estimated: bool = False
    written_back: bool = False
    swept: int = 0
    label: str = ""
    flagged: bool = False

    @property
    def position(self) -> Position:
        """As far as it decides which step may follow. A voided label has lost its tracking number."""
        label: Literal["", "live", "voided"] = "live" if self.tracking_number else "voided" if self.shipment_id else ""
        return Position(self.state, self.in_doubt, label, self.generation)


@dataclass(frozen=True, slots=True)
class Fix:
    """A person's correction of one field of an order: it lies over the ERP's value for as long as that is `over`.

    `field` is a path into the order (ship_to.phone, lines.1.unit_weight, service); `value` and `over` are as written.
    """

    field: str
    value: str
    over: str
    who: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The order of one generation as it was read and as it is shipped; personal data, expires by `retention`.

    `order` is what the ERP said; `fixes` lie over it. `only_lines` are those that a person named for this generation,
    empty for all. `plan` and `quote` are None until the order was prepared, `approved_at` until a person approved that
    quote, `approved_price` is what that one cost. `quoted_at` is when `quote` was asked for.
    `problem` is the whole sentence behind a hold, `told` the digest of what it tells, so that nobody is told the same
    again: "" for a hold that tells anew at each look, None where a release up to 0.1.0 held the order. `reading` is
    what the ERP said when the order was held after its label, `accepted` such a reading that a person let pass.
    `read_at` is when `order` was read, None where a release up to 0.2.0 read it.
    """

    generation: int
    order: Order
    plan: ShipmentPlan | None = None
    quote: Quote | None = None
    address_check: AddressCheck | None = None
    problem: str = ""
    hint: Advice = ""
    notes: tuple[str, ...] = ()
    expires_at: datetime | None = None
    fixes: tuple[Fix, ...] = ()
    only_lines: tuple[str, ...] = ()
    approved_at: datetime | None = None
    approved_price: Money | None = None
    quoted_at: datetime | None = None
    reading: Order | None = None
    accepted: Order | None = None
    told: str | None = None
    read_at: datetime | None = None


class Way(StrEnum):
    """The knowledge of a parcel's way at the time when it was told. The values are stored."""

    PICKED_UP = "picked_up"
    NOT_PICKED_UP = "not_picked_up"
    NOT_KNOWN = "not_known"
    NOT_TOLD = ""

    @classmethod
    def _missing_(cls, _: object) -> Way:
        """A word of another release."""
        return cls.NOT_KNOWN


@dataclass(frozen=True, slots=True, order=True)
class Stray:
    """A shipment with the order's reference beside the recorded one, by the carrier's id.

    Its way is not told where a release up to 0.1.0 told of it.
    """

    shipment_id: str
    way: Way = Way.NOT_TOLD


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One step of an order: who did what, when and why. Names fields and rules, never personal values.

    `sequence` equals the head's version after the step. `what` is a plain text only where another release named the
    step. `changes` has the head's facts that the step set, so that the
    trail alone replays to the state. `strays` are those that the step is about.
    """

    sequence: int
    at: datetime
    who: str
    what: Step | str
    state: State
    why: str = ""
    field: str = ""
    request_ids: tuple[str, ...] = ()
    changes: tuple[tuple[str, str], ...] = ()
    strays: tuple[Stray, ...] = ()
