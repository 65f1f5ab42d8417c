"""One step of an order: the head, its audit entry and the rules that both obey."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Unpack

from shared import log
from shared.domain.backoff import GIVE_UP, failing_since, next_try
from shared.domain.hints import Advice
from shared.domain.record import AuditEntry, Head, Snapshot, Stray
from shared.domain.state import OPEN, Reason, State, may_follow
from shared.domain.steps import Step
from shared.domain.telling import NO_FAILURE, ActionRecord, Telling, may_be_told, with_news
from shared.ports import Ports, ShippedPackage, Spend
from shared.workflow.orders.change import HeadChange, StepChange, changes_between
from shared.workflow.orders.due import due_at_rest
from shared.workflow.orders.standing import kept_snapshot

SYSTEM = "parcelbridge"
"""Who is named in the audit when no person acted."""

HEAL = timedelta(minutes=15)
"""The time without a step after which the sweep looks: its message was lost, or its worker died."""

LEASE = timedelta(minutes=5)
"""How long an INTENT is left alone: longer than the function's timeout, so that its owner is surely dead."""

STALE = "stale"
"""The content of an order that the ERP changed while its create was in doubt: unlike whatever is read next."""


def move(  # noqa: PLR0913 - one call writes all that a step is
    ports: Ports,
    head: Head,
    state: State,
    *,
    what: Step,
    who: str = SYSTEM,
    why: str = "",
    reason: str = "",
    field: str = "",
    request_ids: Sequence[str] = (),
    snapshot: Snapshot | None = None,
    packages: Sequence[ShippedPackage] = (),
    spend: Spend | None = None,
    strays: Sequence[Stray] = (),
    telling: Telling | None = None,
    action: ActionRecord | None = None,
    **facts: Unpack[HeadChange],
) -> Head:
    """Writes the next version of `head` with its audit entry. `facts` are fields of the head.

    A `telling` that is due gets its message. Raises Conflict when somebody else was first, LimitReached when `spend`
    breaks a limit.
    """
    after = _after(ports, replace(head, state=state, reason=reason, field=field), head, facts)
    tells = telling is not None and may_be_told(head) and after.position == head.position
    if not (tells or may_follow(head.position, after.position)):
        raise ValueError(f"order {head.key}: no step {what} leads from {head.position} to {after.position}")
    entry = replace(
        _entry(head, after, what),
        who=who,
        why=why or reason,
        request_ids=tuple(request_ids),
        strays=tuple(sorted(strays)),
    )
    telling = telling or _cleared(ports, head, after)
    ports.orders.transition(
        after, entry, snapshot=snapshot, packages=packages, spend=spend, telling=telling, action=action
    )
    told = {"state": str(state), "why": entry.why, "request_ids": " ".join(request_ids)}
    log.step(what, order=head.key, connection=head.connection, **told)
    _measure(head, after, what)
    if telling and telling.due_at and telling.due_at <= after.updated_at:
        ports.write_back_queue.send(head.connection, [head.key], "order")
    return after


_FIGURES = {
    Step.WRITTEN_BACK: "WriteBacks",
    Step.WRITTEN_BACK_AGAIN: "WriteBacks",
    Step.WITHDRAWN: "WriteBacks",
    Step.ERP_TOLD: "WriteBacks",
}


def _measure(before: Head, after: Head, what: Step) -> None:
    """The figures of a step that was made."""
    with log.about(order=after.key, connection=after.connection):
        if what in _FIGURES:
            log.measure(_FIGURES[what])
        if after.state == State.DONE and before.state != State.DONE:
            log.measure("OrdersDone")
        if after.state == State.HELD and (before.state, before.reason) != (State.HELD, after.reason):
            log.measure("HeldByReason", reason=after.reason)
        if after.shipment_id and not before.shipment_id and after.cost:
            log.measure("LabelAmounts", float(after.cost.amount), unit=log.NO_UNIT, currency=after.cost.currency)


def _entry(head: Head, after: Head, what: Step) -> AuditEntry:
    """The audit entry of a step, as far as both heads tell it."""
    changes = changes_between(head, after)
    return AuditEntry(after.version, after.updated_at, SYSTEM, what, after.state, "", after.field, (), changes)


def _after(ports: Ports, moved: Head, head: Head, facts: HeadChange) -> Head:
    """The head after a step, with its times: `moved` has its state already."""
    now = ports.clock.now()
    flagged = head.flagged and (moved.state, moved.reason) == (State.HELD, head.reason)
    facts = {"lease_until": None, "not_before": None, "flagged": flagged, **facts}
    after = replace(moved, version=head.version + 1, updated_at=now, token=ports.unique(), swept=0, **facts)
    if "due_at" in facts:
        return after
    due = after.not_before or _due_at(ports, head, after)
    return replace(after, due_at=due) if due != after.due_at else after


def held(  # noqa: PLR0913 - as `move`
    ports: Ports,
    head: Head,
    reason: str,
    message: str,
    *,
    what: Step = Step.HELD,
    field: str = "",
    hint: Advice = "",
    told: str = "",
    snapshot: Snapshot | None = None,
    **facts: Unpack[StepChange],
) -> Head:
    """Hands the order to a person, with the whole sentence in the snapshot and its reason in the listing.

    `told` is the digest of what the sentence tells, for a hold that another look would tell again.
    """
    snapshot = snapshot or kept_snapshot(ports, head.key, head.generation)
    facts = {**_flag(ports, head, reason), **facts}
    log.trouble("order_held", order=head.key, connection=head.connection, reason=str(reason), field=field)
    log.count("OrdersHeld", connection=head.connection)
    if reason == Reason.UNKNOWN:
        log.count("LabelsUnknown", connection=head.connection)
    return move(
        ports,
        head,
        State.HELD,
        what=what,
        snapshot=replace(snapshot, problem=message, hint=hint, told=told) if snapshot else None,
        reason=str(reason),
        field=field,
        **facts,
    )


def stay(ports: Ports, head: Head, *, what: Step, **facts: Unpack[StepChange]) -> Head:
    """A step that leaves the order in its state, for its reason, until its time."""
    facts = {"not_before": head.not_before, "due_at": head.due_at, **facts}
    return move(ports, head, head.state, what=what, reason=head.reason, field=head.field, **facts)


def _flag(ports: Ports, head: Head, reason: str) -> StepChange:
    """Return the telling of a hold without a label, for its step: a field mapped to failures tells the ERP why."""
    wanted = ports.connections.revision(head.connection, head.revision).write_back
    if head.shipment_id or reason in NO_FAILURE or not (wanted.enabled and wanted.writes("failure")):
        return {}
    telling = ports.orders.telling(head.key) or Telling(head.generation)
    now = replace(telling.now, failure=str(reason))
    return {"flagged": True, "telling": with_news(telling, now, ports.clock.now())}


def _cleared(ports: Ports, head: Head, after: Head) -> Telling | None:
    """A hold that the ERP is told of has ended: it is told so."""
    telling = ports.orders.telling(head.key) if head.flagged and not after.flagged else None
    return with_news(telling, replace(telling.now, failure=""), after.updated_at) if telling else None


def again_later(  # noqa: PLR0913 - as `move`
    ports: Ports,
    head: Head,
    why: str,
    after: float | None,
    *,
    state: State,
    what: Step | None = None,
    reason: str = "retry",
    gives_up: Reason = Reason.RETRIES,
    spend: Spend | None = None,
    **facts: Unpack[HeadChange],
) -> Head:
    """Back into `state` until the backoff is over, and `after` seconds at least; once a day of tries has failed, or
    would have before the next one, it is held, for `gives_up`."""
    now = ports.clock.now()
    first = failing_since(head.first_try_at, head.last_try_at, now) if head.first_try_at else now
    if now - first + timedelta(seconds=after or 0.0) > GIVE_UP:
        message = f"tried {head.tries + 1} times since {first:%Y-%m-%d %H:%M} UTC: {why}"
        return held(ports, head, gives_up, message, what=what or Step.HELD, spend=spend, **facts)
    until = next_try(head.key, head.tries, now, after)
    facts |= {"not_before": until, "tries": head.tries + 1, "first_try_at": first, "last_try_at": now}
    return move(ports, head, state, what=what or Step.TRY_AGAIN, why=why, reason=reason, spend=spend, **facts)


def waits(head: Head, now: datetime) -> bool:
    """Tell if the order waits on purpose (backoff, limit, settling): a message that comes earlier is only a hint."""
    return head.not_before is not None and head.not_before > now


def _due_at(ports: Ports, head: Head, after: Head) -> datetime | None:
    """When the sweep shall look. A due_at that still serves is kept: its index entry then costs no write."""
    now = after.updated_at
    if after.state in OPEN:
        serves = head.due_at is not None and now + LEASE <= head.due_at <= now + HEAL
        return head.due_at if serves else now + HEAL
    return due_at_rest(ports, head, after, now + HEAL)
