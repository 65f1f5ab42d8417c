"""RECEIVED: an order is checked, planned, rated and permitted, and ends READY, or HELD with the reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from shared.domain.digest import hash_of
from shared.domain.hints import NEXT_POLL, Action, Hint, do
from shared.domain.problem import Unshippable
from shared.domain.record import Head, Snapshot
from shared.domain.state import Reason, State
from shared.domain.steps import Step
from shared.errors import Refused, Retry
from shared.ports import Ports, StoredConnection
from shared.workflow.orders.change import HeadChange
from shared.workflow.orders.step import STALE, again_later, held, move
from shared.workflow.planning.approval import RESTORED, precedes_restore, still_asked
from shared.workflow.planning.fixes import confirmed, order_of, outgrown
from shared.workflow.planning.prepare import AddressDoubted, Prepared, prepared

UNREAD = frozenset({"", STALE})
"""The content of an order whose ERP is to be read before anything goes on: a person alone cannot free it."""

_UNREAD = "the ERP may have changed the order since it was read"
_OUTGROWN_HINT = Hint("{0} works it out anew, or {1}", (do(Action.SHIP), do(Action.DISMISS)))


def quote(ports: Ports, head: Head, stored: StoredConnection) -> Head | None:
    """Validates and rates; ends READY (to be bought now, or when its day has come), or HELD with the reason."""
    snapshot, now = ports.orders.snapshot(head.key, head.generation), ports.clock.now()
    if _is_overtaken_in_erp(ports, head, snapshot):
        return None
    connection = stored.connection
    try:
        trusted = confirmed(snapshot.fixes)
        with ports.carrier(connection) as carrier:
            found = prepared(carrier, order_of(snapshot), connection, now, address_as_is=trusted)
    except Unshippable as problem:
        held(ports, head, problem.reason, str(problem), field=problem.field, snapshot=snapshot)
        return None
    except Refused as error:
        if isinstance(error, AddressDoubted):
            snapshot = replace(snapshot, address_check=error.check)
        held(ports, head, error.reason, str(error), field=error.field, hint=error.hint, snapshot=snapshot)
        return None
    except Retry as error:
        again_later(ports, head, str(error), error.after, state=State.RECEIVED)
        return None
    wanted = found.ask or (RESTORED if stored.restored else "")
    asked = replace(head, approved_by="") if precedes_restore(head, snapshot, stored.restored) else head
    ask = still_asked(wanted, asked, snapshot, found.plan, found.quote, now)
    approved = bool(wanted and not ask)
    facts: HeadChange = {
        "quote": found.quote.price,
        "service": found.quote.service,
        "revision": stored.revision,
        "plan_hash": hash_of(found.plan),
        "approved_by": head.approved_by if approved else "",
    }
    kept = _prepared_snapshot(snapshot, found, now, approved=approved)
    if ask:
        held(ports, head, Reason.APPROVAL, ask, snapshot=kept, **facts)
        return None
    if not head.attempt:  # what could not be bought yesterday is priced anew, and has still failed since yesterday
        facts |= {"tries": 0, "first_try_at": None}
    why, reason = (found.wait.why, found.wait.reason) if found.wait else ("", "")
    if found.wait:
        facts["not_before"] = found.wait.until
    return move(ports, head, State.READY, what=Step.QUOTED, why=why, reason=reason, snapshot=kept, **facts)


def _is_overtaken_in_erp(ports: Ports, head: Head, snapshot: Snapshot) -> bool:
    """Holds what is not to go as it was read or named, whatever a person said meanwhile."""
    if head.content in UNREAD:
        held(ports, head, Reason.RETRIES, _UNREAD, hint=NEXT_POLL, snapshot=snapshot)
        return True
    named = outgrown(snapshot.fixes, snapshot.order)
    if named:
        said = f"{named.value} of {named.over} open were to go, and the ERP has another quantity open now"
        held(ports, head, Reason.REMAINING, said, field=named.field, hint=_OUTGROWN_HINT, snapshot=snapshot)
    return named is not None


def _prepared_snapshot(snapshot: Snapshot, found: Prepared, now: datetime, *, approved: bool) -> Snapshot:
    return replace(
        snapshot,
        plan=found.plan,
        quote=found.quote,
        quoted_at=now,
        address_check=found.check,
        problem="",
        hint="",
        notes=found.notes,
        approved_at=snapshot.approved_at if approved else None,
        approved_price=snapshot.approved_price if approved else None,
    )
