"""The record of a purchase order at a carrier's warehouse, and of each receipt that is posted for it.

One record a purchase order and warehouse. It moves TAKEN → INTENT → DRAFT → OPEN → CLOSED, or to CANCELLED; what waits
for a person is marked by `hold` beside that, since goods may come in meanwhile.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from shared.domain.hints import Advice
from shared.domain.inbound_parcel import InboundParcel
from shared.domain.purchase import PurchaseLine

ADVISE = "shipment.advise"
"""The job of a receipt that is none yet: it tells the ERP of goods on their way."""


class Stage(StrEnum):
    """Where a purchase order stands at the warehouse. Values are stored."""

    TAKEN = "TAKEN"
    INTENT = "INTENT"
    DRAFT = "DRAFT"
    OPEN = "OPEN"
    CLOSED = "CLOSED"
    CANCELLED = "CANCELLED"


LIVE = frozenset({Stage.TAKEN, Stage.INTENT, Stage.DRAFT, Stage.OPEN})
"""The stages that a connection is not done with."""

_NEXT: Mapping[Stage, frozenset[Stage]] = {
    Stage.TAKEN: frozenset({Stage.TAKEN, Stage.INTENT, Stage.CANCELLED}),
    Stage.INTENT: frozenset({Stage.INTENT, Stage.TAKEN, Stage.DRAFT, Stage.OPEN, Stage.CLOSED, Stage.CANCELLED}),
    Stage.DRAFT: frozenset({Stage.DRAFT, Stage.OPEN, Stage.CLOSED, Stage.CANCELLED}),
    Stage.OPEN: frozenset({Stage.OPEN, Stage.CLOSED, Stage.CANCELLED}),
    Stage.CLOSED: frozenset({Stage.CLOSED}),
    Stage.CANCELLED: frozenset({Stage.CANCELLED, Stage.TAKEN}),
}


def may_follow(before: Stage, after: Stage) -> bool:
    """Tell if the workflow knows the step: an order that was made is never made again."""
    return after in _NEXT[before]


class InboundStep(StrEnum):
    """The steps of a record. Values are stored."""

    TAKEN = "taken"
    CHANGED = "changed"
    INTENT = "intent"
    MADE = "made"
    FOUND = "found"
    NOT_MADE = "not_made"
    UNKNOWN = "unknown"
    UPDATED = "updated"
    OPENED = "opened"
    CANCELLED = "cancelled"
    CLOSED = "closed"
    HELD = "held"
    FREED = "freed"
    RECEIVED = "received"
    RECEIPT_INTENT = "receipt_intent"
    RECEIPT_POSTED = "receipt_posted"
    RECEIPT_NOT_POSTED = "receipt_not_posted"
    RECEIPT_UNKNOWN = "receipt_unknown"
    RECEIPT_HELD = "receipt_held"
    REPLAYED = "replayed"
    PARCEL = "parcel"
    PARCEL_REMOVED = "parcel_removed"
    ARRIVED = "arrived"
    DISMISSED = "dismissed"


class Hold(StrEnum):
    """The reasons for which a person is asked. Values are stored."""

    CHANGED = "changed"
    CANCELLED = "cancelled"
    DIFFERS = "differs"
    FALLEN = "fallen"
    LINES = "lines"
    REFUSED = "refused"
    RETRIES = "retries"
    TWICE = "twice"
    UNKNOWN = "unknown"
    WAREHOUSE = "warehouse"


@dataclass(frozen=True, slots=True)
class InboundLine:
    """A line of the purchase order as the warehouse was told of it: `pieces` were to come beside what was received in
    the ERP before. `per_unit` pieces make one `unit` of the ERP's."""

    number: str
    sku: str
    pieces: int
    per_unit: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """One receipt that the ERP is to book: of one line, once. `mark` is how it is found there.

    `state` is waiting, intended (a call was made and its outcome is not known), posted or dismissed. `held` says why a
    person is asked, "" when nobody is. `tries` counts calls, `tried` is the last one's time. It came by `parcel`."""

    number: int
    line: str
    sku: str
    pieces: int
    quantity: Decimal
    unit: str
    mark: str
    job: str
    state: str
    made: datetime
    due: datetime
    tries: int = 0
    tried: datetime | None = None
    held: str = ""
    why: str = ""
    found: str = ""
    parcel: str = ""

    @property
    def is_open(self) -> bool:
        """Tell if it is neither booked nor dismissed."""
        return self.state in ("waiting", "intended")


@dataclass(frozen=True, slots=True)
class InboundOrder:
    """The record. `reference` is ours at the warehouse, `remote_id` the warehouse's own.

    `terms` is a digest of what the ERP wanted when the warehouse was told, `wanted` of what it wants now ("gone" when
    it wants nothing any more), `told` of all that the warehouse was told; `received` are the pieces of each SKU for
    which receipts exist. `called` is when the warehouse was last asked to make the order, `due` when something is tried
    next, `looked` when the ERP's document was read last. `hold` has its reason's `sentence`, `fell` totals below
    `received`, `foreign` totals of SKUs that it lacks, `acknowledged` those that a person has answered for. `advised`:
    the ERP hears that all of it is on its way."""

    key: str
    connection: str
    document: str
    warehouse: str
    supplier: str
    order_type: str
    stage: Stage
    version: int
    created: datetime
    changed: datetime
    reference: str
    lines: tuple[InboundLine, ...]
    terms: str
    wanted: str = ""
    told: str = ""
    confirmed: bool = False
    expected: date | None = None
    remote_id: str = ""
    remote_number: str = ""
    received: tuple[tuple[str, int], ...] = ()
    receipts_made: int = 0
    open_receipts: int = 0
    held_receipts: int = 0
    attempt: int = 0
    called: datetime | None = None
    tries: int = 0
    due: datetime | None = None
    looked: datetime | None = None
    hold: str = ""
    sentence: str = ""
    field: str = ""
    hint: Advice = ""
    token: str = ""
    parcels: tuple[InboundParcel, ...] = ()
    advised: bool = False
    fell: tuple[tuple[str, int], ...] = ()
    foreign: tuple[tuple[str, int], ...] = ()
    acknowledged: tuple[tuple[str, int], ...] = ()

    @property
    def bucket(self) -> str:
        """Where it is listed: what waits for a person, what goes on by itself, what is done."""
        if self.hold or self.held_receipts:
            return "held"
        return "open" if self.stage in LIVE or self.open_receipts else "done"

    @property
    def skus(self) -> dict[str, int]:
        """The pieces to come by SKU: lines of one SKU are one line at the warehouse."""
        found: dict[str, int] = {}
        for line in self.lines:
            found[line.sku] = found.get(line.sku, 0) + line.pieces
        return found

    @property
    def telling(self) -> str:
        """A digest of what the warehouse is to be told."""
        return _digest(self.terms, str(self.expected), *(f"{sku} {pieces}" for sku, pieces in self.skus.items()))

    @property
    def came(self) -> dict[str, int]:
        """The pieces by SKU that receipts exist for."""
        return dict(self.received)


GONE = "gone"
"""Stands for what the ERP wants where it wants nothing any more."""


@dataclass(frozen=True, slots=True)
class InboundEntry:
    """One entry of the record's audit, at the version that the step made."""

    sequence: int
    at: datetime
    who: str
    what: InboundStep
    stage: Stage
    why: str = ""
    receipt: int = 0
    request_ids: tuple[str, ...] = ()


def terms_of(supplier: str, lines: Sequence[PurchaseLine]) -> str:
    """A digest of what was agreed with the supplier: a receipt does not change it."""
    parts = [supplier, *(f"{n.number}|{n.sku}|{n.ordered.normalize():f}|{n.unit}|{n.per_unit}" for n in lines)]
    return _digest(*parts)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]
