"""One step of a purchase order at a warehouse: the record's next version with its audit entry and receipts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, TypedDict, Unpack

from shared import log
from shared.domain.hints import Action, Advice, Hint, do
from shared.domain.inbound_parcel import InboundParcel
from shared.domain.receiving import (
    GONE,
    Hold,
    InboundEntry,
    InboundLine,
    InboundOrder,
    InboundStep,
    Receipt,
    Stage,
    may_follow,
)
from shared.ports import Ports
from shared.workflow.orders.step import LEASE, SYSTEM

AGAIN = timedelta(hours=1)
"""After this a refused order is tried again, and the ERP's document of one that rests is read again."""
MOST_TRIES = 8
"""Calls after which a receipt waits for a person."""

HINTS: dict[Hold, Hint] = {
    Hold.CHANGED: Hint(
        "change it at the warehouse as the ERP has it, then {0}", (do(Action.REPLAY_RECEIPT), do(Action.CORRECT_IN_ERP))
    ),
    Hold.CANCELLED: Hint("close it where it is still open, then {0}", (do(Action.REPLAY_RECEIPT),)),
    Hold.DIFFERS: Hint("correct it at the warehouse, then {0}", (do(Action.REPLAY_RECEIPT),)),
    Hold.FALLEN: Hint("take back in the ERP by hand what was booked too much, then {0}", (do(Action.REPLAY_RECEIPT),)),
    Hold.LINES: Hint("correct the line in the ERP: it is read again by itself", (do(Action.CORRECT_IN_ERP),)),
    Hold.REFUSED: Hint("correct what is named; it is tried again each hour, or {0}", (do(Action.REPLAY_RECEIPT),)),
    Hold.RETRIES: Hint("look what the ERP says, then {0}", (do(Action.REPLAY_RECEIPT),)),
    Hold.TWICE: Hint("cancel one of them at the warehouse, then {0}", (do(Action.REPLAY_RECEIPT),)),
    Hold.UNKNOWN: Hint(
        "look for it at the warehouse: {0} where it is there, {1} where it is not",
        (do(Action.ADOPT_PURCHASE), do(Action.DECLARE_NOT_MADE)),
    ),
    Hold.WAREHOUSE: Hint("name the warehouse in the connection file", (do(Action.EDIT_FILE),)),
}


class InboundChange(TypedDict, total=False):
    """The facts of a record that a step may set; the marks of a hold are set by `held` and taken off with FREE."""

    stage: Stage
    supplier: str
    lines: tuple[InboundLine, ...]
    terms: str
    wanted: str
    told: str
    confirmed: bool
    expected: date | None
    remote_id: str
    remote_number: str
    received: tuple[tuple[str, int], ...]
    receipts_made: int
    open_receipts: int
    held_receipts: int
    attempt: int
    called: datetime | None
    tries: int
    due: datetime | None
    looked: datetime | None
    parcels: tuple[InboundParcel, ...]
    advised: bool
    fell: tuple[tuple[str, int], ...]
    foreign: tuple[tuple[str, int], ...]
    acknowledged: tuple[tuple[str, int], ...]


def step(
    ports: Ports,
    order: InboundOrder,
    what: InboundStep,
    *,
    why: str = "",
    who: str = SYSTEM,
    receipts: Sequence[Receipt] = (),
    request_ids: Sequence[str] = (),
    **changes: Unpack[InboundChange],
) -> InboundOrder:
    """Writes the next version, all or nothing. `changes` are fields of the record. Raises Conflict."""
    now = ports.clock.now()
    after = replace(order, **changes, version=order.version + 1, changed=now, token=ports.unique())
    if not may_follow(order.stage, after.stage):
        raise ValueError(f"purchase order {order.key}: no step {what} leads from {order.stage} to {after.stage}")
    number = receipts[0].number if len(receipts) == 1 else 0
    entry = InboundEntry(after.version, now, who, what, after.stage, why[:500], number, tuple(request_ids))
    ports.receiving.step(after, entry, receipts)
    log.step(f"inbound_{what}", order=order.key, connection=order.connection, stage=str(after.stage), why=why[:200])
    return after


def held(
    ports: Ports,
    order: InboundOrder,
    reason: Hold,
    why: str,
    *,
    field: str = "",
    hint: Advice = "",
    what: InboundStep = InboundStep.HELD,
    **changes: Unpack[InboundChange],
) -> InboundOrder:
    """Holds the record for a person; a hold for the same words is not written again."""
    if (order.hold, order.sentence) == (reason, why) and not changes:
        return order
    log.trouble("inbound_held", order=order.key, connection=order.connection, reason=str(reason), why=why[:200])
    log.count("ReceivingHeld", connection=order.connection)
    marks: dict[str, Any] = {"hold": str(reason), "sentence": why[:1000], "field": field, "hint": hint or HINTS[reason]}
    return step(ports, order, what, why=f"{reason}: {why}", **marks, **changes)


FREE: dict[str, Any] = {"hold": "", "sentence": "", "field": "", "hint": "", "fell": (), "foreign": ()}
"""The marks of a record for which nobody is asked."""


def answered(order: InboundOrder) -> dict[str, Any]:
    """The marks of a record once the question of its hold is answered. A change in the ERP is asked for again where
    that question had come over it: else the order would go on as if nobody had changed it."""
    if order.stage != Stage.OPEN or order.hold in (Hold.CHANGED, Hold.CANCELLED) or order.wanted in ("", order.terms):
        return FREE
    gone = order.wanted == GONE
    if gone and not outstanding(order):
        return FREE
    reason, why = (Hold.CANCELLED, GONE_WHILE_OPEN) if gone else (Hold.CHANGED, CHANGED_WHILE_OPEN)
    marks = {"hold": str(reason), "sentence": why.format(order.document), "hint": HINTS[reason]}
    return {**FREE, **marks}


def outstanding(order: InboundOrder) -> bool:
    """Tell if fewer pieces of a SKU came in than were to come."""
    came = order.came
    return any(came.get(sku, 0) < pieces for sku, pieces in order.skus.items())


CHANGED_WHILE_OPEN = "order {} was changed in the ERP after it was opened at the warehouse"
GONE_WHILE_OPEN = "order {} was closed in the ERP, and the warehouse still expects goods for it"


def settles_after(settle: timedelta) -> timedelta:
    """The time after which whoever called is surely dead, and what was called for is surely seen."""
    return LEASE + settle
