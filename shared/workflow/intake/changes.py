"""Orders that are known follow their ERP until their label; what changes after it is for a person."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from shared.domain.digest import content_of, fingerprint_of, is_content
from shared.domain.order import Order
from shared.domain.record import Head, Snapshot
from shared.domain.state import DISMISSED, WAITS, Reason, State
from shared.domain.steps import Step
from shared.errors import Refused
from shared.ports import Conflict, Ports
from shared.workflow.intake.run import Poll, snapshot_of
from shared.workflow.orders.after_label import follow_shipped
from shared.workflow.orders.change import HeadChange
from shared.workflow.orders.due import may_have_stray
from shared.workflow.orders.step import STALE, held, move, stay
from shared.workflow.planning.approval import with_approval
from shared.workflow.planning.fixes import carried
from shared.workflow.planning.timing import READ_AGAIN

BEFORE_LABEL = frozenset({State.RECEIVED, State.READY, State.HELD, State.CANCELLED})
"""The states in which an order follows its ERP: nothing of it was bought, unless its head says so."""


def follow(running: Poll, head: Head, order: Order, fault: Refused | None) -> bool:
    """An order that is known: cancelled or changed before its label, it follows; in doubt, it is looked at later.

    What another connection has stays with it until that one lets go: two files never work at one order.
    """
    ports, changed = running.ports, not is_content(head.content, order)
    if head.in_doubt or head.state in (State.INTENT, State.UNKNOWN):
        if order.cancelled or changed:
            note_change(ports, head)
        return False
    if head.shipment_id or head.state not in BEFORE_LABEL:
        return _follow_shipped(running, head, order, fault)
    if _stays_dismissed(head, order):
        return fault is None
    if _beside_stray(head) or (head.connection != running.stored.connection.id and head.state != State.CANCELLED):
        return False
    try:
        if order.cancelled:
            if head.state != State.CANCELLED:
                move(
                    ports,
                    head,
                    State.CANCELLED,
                    what=Step.CANCELLED,
                    why=f"status {order.status} in the ERP",
                )
        elif changed or head.state == State.CANCELLED or _may_go_otherwise(running, head, fault):
            _renew(running, head, order, fault)
    except Conflict:
        return False
    return True


def _follow_shipped(running: Poll, head: Head, order: Order, fault: Refused | None) -> bool:
    """An order with a label: what its ERP changes now is for a person. What could not be read changes nothing."""
    if fault or head.connection != running.stored.connection.id:
        return True
    try:
        follow_shipped(running.ports, head, (order,))
    except Conflict:
        return False
    return True


def note_change(ports: Ports, head: Head) -> None:
    """Mark an order in doubt whose document changed: it is left alone, but is never bought again as it was."""
    if not is_doubted(head) or head.content == STALE:
        return
    with suppress(Conflict):
        stay(ports, head, what=Step.CHANGED_MEANWHILE, content=STALE)


def is_doubted(head: Head) -> bool:
    """In doubt, and not just being asked for: looked up by itself, or left to a person."""
    return head.state == State.UNKNOWN or (head.state == State.HELD and head.in_doubt)


def _beside_stray(head: Head) -> bool:
    """Tell if a label lives that nobody recorded: changes in the ERP count once a person has settled that."""
    return head.state == State.HELD and head.reason == Reason.STRAY


def _stays_dismissed(head: Head, order: Order) -> bool:
    """Tell if a person's dismissal still speaks of this order: nothing that counts as a change was changed.

    Of one that could not be read, or that has nothing to ship, nobody knows of a change.
    """
    dismissed = head.state == State.CANCELLED and head.reason == DISMISSED
    return dismissed and (not order.lines or fingerprint_of(order) == head.fingerprint)


def _may_go_otherwise(running: Poll, head: Head, fault: Refused | None) -> bool:
    """Tell if the same content now ends in another way: another fault than before, or a newer file that may lift a hold
    or move a ship date."""
    if fault and (head.state, head.reason) != (State.HELD, fault.reason):
        return True
    if head.reason == Reason.ALREADY_SHIPPED and not fault:
        return True
    if (head.state, head.reason) == (State.READY, READ_AGAIN):
        return True
    waits_by_file = head.state == State.HELD or (head.state == State.READY and head.reason in WAITS)
    return waits_by_file and head.revision != running.stored.revision


def _renew(running: Poll, head: Head, order: Order, fault: Refused | None) -> None:
    """Replace the former reading by the present one, and prepare the order anew."""
    ports = running.ports
    snapshot, dropped = _with_what_people_said(ports, head, snapshot_of(running, head.generation, order), fault)
    facts: HeadChange = {
        "content": content_of(order),
        "fingerprint": fingerprint_of(order),
        "connection": running.stored.connection.id,
        "revision": running.stored.revision,
    }
    if head.state == State.CANCELLED:
        again: HeadChange = {**facts, "tries": 0, "first_try_at": None}
        head = move(ports, head, State.RECEIVED, what=Step.SELECTED_AGAIN, why=dropped, snapshot=snapshot, **again)
    if fault:
        held(ports, head, fault.reason, str(fault), field=fault.field, hint=fault.hint, snapshot=snapshot, **facts)
        return
    if head.state != State.RECEIVED or not is_content(head.content, order):
        begin: HeadChange = {**facts, "tries": 0, "first_try_at": None}
        move(ports, head, State.RECEIVED, what=Step.READ_AGAIN, why=dropped, snapshot=snapshot, **begin)
    running.to_send.append(head.key)


def _with_what_people_said(ports: Ports, head: Head, read: Snapshot, fault: Refused | None) -> tuple[Snapshot, str]:
    """Return the reading under a person's fixes and approval, for the lines that a person named; and which fixes ended.

    A fix ends when the ERP changes its field. Where the order could not be read well, that is left for later. Whether
    the approval covers what the order comes to now is for its preparation.
    """
    try:
        kept = ports.orders.snapshot(head.key, head.generation)
    except Refused:
        if head.generation > 1:
            raise Conflict(head.key) from None  # which lines a person named is not known any more: not all of them
        return read, ""
    fixes, ended = (kept.fixes, ()) if fault else carried(kept.fixes, read.order)
    dropped = f"the fix of {', '.join(ended)} ended: the ERP changed it" if ended else ""
    notes = (*read.notes, dropped) if dropped else read.notes
    order = replace(read.order, notes=notes)
    after = replace(read, order=order, notes=notes, fixes=fixes, only_lines=kept.only_lines)
    if may_have_stray(head):  # what was asked for is what a look for it needs, until something else is asked for
        after = replace(after, plan=kept.plan)
    return with_approval(kept, after) if head.approved_by else after, dropped
