"""One step of an order: the head, its audit entry and the rules that both obey."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import MISSING, fields, replace
from datetime import datetime, timedelta
from typing import Any

from shared import log
from shared.domain.backoff import GIVE_UP, failing_since, next_try
from shared.domain.hints import Advice
from shared.domain.money import Money
from shared.domain.record import AuditEntry, Head, Snapshot
from shared.domain.state import OPEN, Reason, State, may_follow
from shared.domain.steps import Step
from shared.domain.telling import NO_FAILURE, ActionRecord, Telling, may_be_told, with_news
from shared.ports import Ports, ShippedPackage, Spend
from shared.workflow.orders.due import FIRST_LOOKS, may_have_stray, next_look
from shared.workflow.orders.label import next_reminder
from shared.workflow.orders.standing import kept_snapshot

SYSTEM = "parcelbridge"
"""Who is named in the audit when no person acted."""

HEAL = timedelta(minutes=15)
"""After so long without a step the sweep looks: its message was lost, or its worker died."""

LEASE = timedelta(minutes=5)
"""How long an INTENT is left alone: longer than the function's timeout, so that its owner is surely dead."""

STALE = "stale"
"""The content of an order that the ERP changed while its create was in doubt: unlike whatever is read next."""

_QUIET = frozenset({"key", "version", "token", "updated_at", "state", "field", "swept"})
"""Head fields that are not repeated among the audit's changes: they stand beside them or are bookkeeping."""
_TOLD = tuple(
    (each.name, None if each.default is MISSING else each.default) for each in fields(Head) if each.name not in _QUIET
)
"""The other fields, each with what a new order has there."""


def move(  # noqa: PLR0913 - one call writes all that a step is
    ports: Ports,
    head: Head,
    state: State,
    *,
    what: Step,
    who: str = SYSTEM,
    why: str = "",
    request_ids: Sequence[str] = (),
    snapshot: Snapshot | None = None,
    packages: Sequence[ShippedPackage] = (),
    spend: Spend | None = None,
    shipments: Sequence[tuple[str, str]] = (),
    telling: Telling | None = None,
    action: ActionRecord | None = None,
    **facts: Any,
) -> Head:
    """Writes the next version of `head` with its audit entry. `facts` are head fields; reason and field start blank.

    A `telling` that is due gets its message. Raises Conflict when somebody else was first, LimitReached when `spend`
    breaks a limit.
    """
    tells = telling is not None and state == head.state and may_be_told(head)
    if not (tells or may_follow(head.state, state)):
        raise ValueError(f"order {head.key}: no step leads from {head.state} to {state}")
    after = _after(ports, head, state, facts)
    entry = AuditEntry(
        sequence=after.version,
        at=after.updated_at,
        who=who,
        what=what,
        state=state,
        why=why or after.reason,
        field=after.field,
        request_ids=tuple(request_ids),
        changes=changes_between(head, after),
        shipments=tuple(sorted(shipments)),
    )
    telling = telling or _cleared(ports, head, after)
    kept: dict[str, Any] = {"snapshot": snapshot, "packages": packages, "spend": spend}
    ports.orders.transition(after, entry, **kept, telling=telling, action=action)
    log.step(what, order=head.key, connection=head.connection, state=str(state), why=why or after.reason)
    if telling and telling.due_at == after.updated_at:
        ports.write_back_queue.send(head.connection, [head.key], "order")
    return after


def _after(ports: Ports, head: Head, state: State, facts: dict[str, Any]) -> Head:
    """The head after a step, with its times."""
    now = ports.clock.now()
    facts = {"reason": "", "field": "", "lease_until": None, "not_before": None, **facts}
    facts = {"flagged": head.flagged and (state, facts["reason"]) == (State.HELD, head.reason), **facts}
    after = replace(head, state=state, version=head.version + 1, updated_at=now, token=ports.unique(), swept=0, **facts)
    if "due_at" in facts:
        return after
    due = after.not_before or _due_at(ports, head, after)
    return replace(after, due_at=due) if due != after.due_at else after


def held(
    ports: Ports, head: Head, reason: str, message: str, *, field: str = "", hint: Advice = "", **facts: Any
) -> Head:
    """Hands the order to a person, with the whole sentence in the snapshot and its reason in the listing."""
    snapshot = facts.pop("snapshot", None) or kept_snapshot(ports, head.key, head.generation)
    log.trouble("order_held", order=head.key, connection=head.connection, reason=str(reason), field=field)
    log.count("OrdersHeld", connection=head.connection)
    if reason == Reason.UNKNOWN:
        log.count("LabelsUnknown", connection=head.connection)
    return move(
        ports,
        head,
        State.HELD,
        what=facts.pop("what", Step.HELD),
        snapshot=replace(snapshot, problem=message, hint=hint) if snapshot else None,
        reason=str(reason),
        field=field,
        **{**_flag(ports, head, reason), **facts},
    )


def stay(ports: Ports, head: Head, *, what: Step, **facts: Any) -> Head:
    """A step that leaves the order in its state, for its reason, until its time."""
    kept: dict[str, Any] = {name: getattr(head, name) for name in ("reason", "field", "not_before", "due_at")}
    return move(ports, head, head.state, what=what, **{**kept, **facts})


def _flag(ports: Ports, head: Head, reason: str) -> dict[str, Any]:
    """What a hold without a label adds to the step where a field of the ERP is mapped to it: the ERP is told why."""
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


def again_later(
    ports: Ports,
    head: Head,
    why: str,
    after: float | None,
    *,
    state: State,
    reason: str = "retry",
    gives_up: Reason = Reason.RETRIES,
    **facts: Any,
) -> Head:
    """Back into `state` until the backoff is over, and `after` seconds at least; once a day of tries has failed, or
    would have before the next one, it is held, for `gives_up`."""
    now = ports.clock.now()
    first = failing_since(head.first_try_at, head.last_try_at, now) if head.first_try_at else now
    if now - first + timedelta(seconds=after or 0.0) > GIVE_UP:
        message = f"tried {head.tries + 1} times since {first:%Y-%m-%d %H:%M} UTC: {why}"
        return held(ports, head, gives_up, message, **facts)
    return move(
        ports,
        head,
        state,
        what=facts.pop("what", Step.TRY_AGAIN),
        why=why,
        reason=reason,
        not_before=next_try(head.key, head.tries, now, after),
        tries=head.tries + 1,
        first_try_at=first,
        last_try_at=now,
        **facts,
    )


def waits(head: Head, now: datetime) -> bool:
    """Whether the order waits on purpose (backoff, limit, settling): a message that comes earlier is only a hint."""
    return head.not_before is not None and head.not_before > now


def changes_between(before: Head | None, after: Head) -> tuple[tuple[str, str], ...]:
    """The head's facts that a step set, as texts by name, so that the audit alone replays to the state."""
    changed = {}
    for name, default in _TOLD:
        new = getattr(after, name)
        old = getattr(before, name) if before else default
        if new != old:
            changed[name] = text_of(new)
    return tuple(sorted(changed.items()))


def text_of(value: Any) -> str:
    """A head's fact as the audit writes it."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Money):
        return f"{value.amount} {value.currency}"
    return "" if value is None else str(value)


def _due_at(ports: Ports, head: Head, after: Head) -> datetime | None:
    """When the sweep shall look. A due_at that still serves is kept: its index entry then costs no write.

    An order that rests is looked at when something of it is in doubt, if only once more when the times for it are over.
    """
    now = after.updated_at
    if after.state in OPEN:
        serves = head.due_at is not None and now + LEASE <= head.due_at <= now + HEAL
        return head.due_at if serves else now + HEAL
    if not may_have_stray(after):
        return next_reminder(after, now)
    due = next_look(after, ports.connections.revision(after.connection, after.revision), now) or now + HEAL
    return min(due, _owed_look(head, after) or due)


def _owed_look(head: Head, after: Head) -> datetime | None:
    """When a look is made up for whose time has come and that may not have been made: its worker died, or the order did
    not rest then. A look that was made says so (`looked`)."""
    if not may_have_stray(head):
        return None
    if head.state not in OPEN and head.reason != Reason.VOID:
        return head.due_at
    now = after.updated_at
    return now + HEAL if after.intent_at and after.intent_at + FIRST_LOOKS[0] < now else None
