"""Follow the ERP's changes to an order with a label: closed, changed, more of it. A person decides, never a poll.

Money first: while the ERP does not know of the parcel yet, the order is only marked, and is held once its number is
written. Which difference holds it is pure (domain/difference.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Unpack

from shared.domain.difference import Difference, difference
from shared.domain.digest import content_of, fingerprint_of, is_content
from shared.domain.hints import Action, Hint, do
from shared.domain.order import Order
from shared.domain.record import Head, Snapshot
from shared.domain.replayed import standing_before
from shared.domain.state import Reason, State
from shared.domain.steps import Step
from shared.errors import Refused
from shared.ports import Ports
from shared.workflow.orders.change import HeadChange, StepChange
from shared.workflow.orders.charged import charged_above
from shared.workflow.orders.step import STALE, SYSTEM, held, move, stay

AFTER_LABEL = frozenset({str(Reason.CHANGED), str(Reason.REMAINING), str(Reason.CANCELLED)})
"""Reasons of a hold that only the ERP's or a person's word ends; the parcel itself is in order."""

LET_PASS = AFTER_LABEL | {str(Reason.PRICE_RISE)}
"""Reasons of a hold that a person may let pass: also what the carrier charged, which no word of the ERP ends."""

DAY = timedelta(days=1)
LONG_WAIT = timedelta(days=6)
"""Between claim and label: within the week that the walk of what was shipped looks back (intake/reread.py)."""

_NOT_YET = "the ERP changed the order after its label was bought; the next poll tells what differs"
_NOT_YET_HINT = Hint("nothing: the next poll reads the order and says what differs, or lets it go", (do(Action.WAIT),))


def follow_shipped(ports: Ports, head: Head, readings: Sequence[Order]) -> None:
    """Compares what was shipped with what the ERP says now: `readings` are the document's orders with these lines.

    Quiet for progress, which makes open quantities smaller. Raises Conflict when somebody else was first.
    """
    if head.state == State.CANCELLED or not head.shipment_id or _seen_already(head, readings):
        return
    try:
        snapshot = ports.orders.snapshot(head.key, head.generation)
    except Refused:
        return
    found = difference(snapshot, readings)
    if head.state == State.DONE or (head.state == State.HELD and head.reason in AFTER_LABEL):
        _judge(ports, head, snapshot, readings, found)
    elif found and head.content != STALE:
        stay(ports, head, what=Step.CHANGED_MEANWHILE, why=found.reason, content=STALE)


def to_rest(
    ports: Ports, head: Head, *, what: Step, snapshot: Snapshot | None = None, **facts: Unpack[StepChange]
) -> Head:
    """DONE; or held, when a poll has met a change that could not be looked at before this, or when the carrier charged
    more than was approved."""
    if head.content == STALE:
        return held(ports, head, Reason.CHANGED, _NOT_YET, what=what, hint=_NOT_YET_HINT, snapshot=snapshot, **facts)
    if risen := charged_above(ports, head):
        return held(ports, head, Reason.PRICE_RISE, risen, what=what, field="cost", snapshot=snapshot, **facts)
    _have_followed(ports, head)
    return move(ports, head, State.DONE, what=what, snapshot=snapshot, **facts)


def _have_followed(ports: Ports, head: Head) -> None:
    """Has the ERP read daily for an order that waited long for its label: the walk of what was shipped lately goes by
    the time of the claim, and may end before it. Noted first: once it is done nobody else would."""
    now = ports.clock.now()
    if now - head.created_at < LONG_WAIT:
        return
    window = ports.connections.revision(head.connection, head.revision).void_window_days
    ports.connections.ask_for(head.connection, head.document, now + DAY, until=now + DAY * (window + 1))


def back(ports: Ports, head: Head, *, what: Step, why: str, who: str = SYSTEM) -> Head:
    """To where a held order stood before this hold."""
    before = standing_before(ports.orders.audit(head.key), head.reason)
    if before.state == State.DONE:
        return to_rest(ports, head, what=what, why=why, who=who)
    snapshot = None
    if before.state == State.HELD:
        snapshot = ports.orders.snapshot(head.key, head.generation)
        snapshot = replace(snapshot, problem=f"held for {before.reason}, as it was before", hint="")
    stood: StepChange = {"why": why, "who": who}
    reason, field = before.reason, before.field
    return move(ports, head, before.state, what=what, reason=reason, field=field, snapshot=snapshot, **stood)


def settle(ports: Ports, head: Head, who: str, why: str, *, what: Step = Step.ACCEPTED) -> Head:
    """A person lets pass what the ERP said after the label, or a stray: the same thing holds the order no more.

    Raises Refused for an order that is not held for it, or of which no poll has told the difference yet.
    """
    if head.state == State.HELD and head.reason == Reason.STRAY:
        return back(ports, head, what=what, why=why, who=who)
    if head.state == State.HELD and head.reason == Reason.PRICE_RISE and head.shipment_id:
        return to_rest(ports, head, what=what, why=why, who=who)
    if head.state != State.HELD or head.reason not in AFTER_LABEL or not head.shipment_id:
        raise Refused("state", f"order {head.document} is {head.state} {head.reason}: there is nothing to accept")
    snapshot = ports.orders.snapshot(head.key, head.generation)
    if snapshot.reading is None or head.content == STALE:
        acts = (do(Action.RESUME, connection=head.connection), do(Action.WAIT))
        hint = Hint("wait for the next poll, or {0}, if it is paused", acts)
        raise Refused("state", f"what differs on order {head.document} is not read yet", field="state", hint=hint)
    reading = snapshot.reading
    accepted = replace(snapshot, accepted=reading, problem="", hint="")
    told: HeadChange = {"content": content_of(reading), "fingerprint": fingerprint_of(reading)}
    return to_rest(ports, head, what=what, why=why, who=who, snapshot=accepted, **told)


def let_go(ports: Ports, head: Head) -> None:
    """The selection does not want the document any more, as happens to what was shipped: a mark alone holds nothing."""
    if head.state == State.HELD and head.reason == Reason.CHANGED and head.content == STALE:
        move(ports, head, State.DONE, what=Step.NO_LONGER_SELECTED, content=_own_content(ports, head))


def _seen_already(head: Head, readings: Sequence[Order]) -> bool:
    """Tell if this very content was read before: the usual case, which costs nothing."""
    return head.state == State.DONE and len(readings) == 1 and is_content(head.content, readings[0])


def _judge(ports: Ports, head: Head, snapshot: Snapshot, readings: Sequence[Order], found: Difference | None) -> None:
    """Holds what differs, says so once, and lets go of what differs no longer."""
    if found is None:
        if head.state == State.HELD:
            told = replace(snapshot, problem="", hint="", reading=None)
            move(ports, head, State.DONE, what=Step.AS_SHIPPED, content=content_of(readings[0]), snapshot=told)
        return
    if head.state == State.HELD and head.reason == found.reason and _is_told(head, snapshot, found):
        return
    told = replace(snapshot, reading=found.reading)
    held(
        ports,
        head,
        found.reason,
        found.message,
        what=Step.CHANGED_AFTER_LABEL,
        field=found.field,
        told=found.told,
        snapshot=told,
        content=head.content if head.content != STALE else _own_content(ports, head),
    )


def _is_told(head: Head, snapshot: Snapshot, found: Difference) -> bool:
    """Tell if the present hold names exactly this difference. Releases up to 0.1.0 kept the ERP's reading instead, by
    which the difference is told once more."""
    if snapshot.told is not None:
        return snapshot.told == found.told
    before = difference(snapshot, (snapshot.reading,)) if snapshot.reading and head.content != STALE else None
    return before is not None and before.told == found.told


def _own_content(ports: Ports, head: Head) -> str:
    snapshot = ports.orders.snapshot(head.key, head.generation)
    return content_of(snapshot.accepted or snapshot.order)
