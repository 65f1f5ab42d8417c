"""One document of the ERP is read, and each of its parcel groups is claimed, follows, or is let go."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace

from shared import log
from shared.connection import Connection
from shared.domain.address import Address, Party
from shared.domain.digest import content_of, fingerprint_of
from shared.domain.order import Order
from shared.domain.parcel_group import document_key
from shared.domain.record import AuditEntry, Head, Snapshot
from shared.domain.run import Fate
from shared.domain.state import State
from shared.domain.steps import Step
from shared.errors import Misconfigured, NewerFormat, Refused, Retry
from shared.ports import Conflict, Erp, Ports, StoredConnection
from shared.workflow.intake.changes import BEFORE_LABEL, follow, note_change
from shared.workflow.intake.groups import each_group, group_keys, take_groups
from shared.workflow.intake.run import Poll
from shared.workflow.intake.selection import stays_left
from shared.workflow.intake.shipped_elsewhere import shipped_elsewhere
from shared.workflow.orders.after_label import let_go
from shared.workflow.orders.change import changes_between
from shared.workflow.orders.closing import newer_format
from shared.workflow.orders.step import HEAL, SYSTEM, move


@dataclass(frozen=True, slots=True)
class Taken:
    """The outcome of reading one document. Not settled, it is read again: `why` names the failure, "" when another
    worker has it or its order is in doubt; `after` is the wait in seconds that the ERP asked for."""

    settled: bool
    why: str = ""
    after: float = 0.0


def take_one(running: Poll, document: str) -> Taken:
    """Reads one document and stores its parcel groups.

    What fails stays with its document, whatever it is, until others fail alike. Raises Misconfigured when it is the
    connection that is at fault.
    """
    with log.about(order=_bare(running, document).key):
        return _taken(running, document)


def _taken(running: Poll, document: str) -> Taken:
    noted = len(running.noted)
    try:
        settled = _read_one(running, document)
    except Retry as error:
        running.health.miss(throttled=error.after is not None)
        return _failed(running, document, str(error), error.after or 0.0)
    except Misconfigured as error:
        running.health.refuse(error)
        return _failed(running, document, str(error))
    except NewerFormat as error:
        newer_format(running.stored.connection.id, document, error)
        return _failed(running, document, str(error))
    except Exception as error:  # noqa: BLE001 - one poison document must not end every poll of its connection
        log.failed("document_failed", error, connection=running.stored.connection.id, document=document)
        running.health.miss()
        return _failed(running, document, f"{type(error).__name__}, see the log")
    running.was_read()
    if len(running.noted) == noted:
        running.note(document, Fate.FOLLOWED if settled else Fate.LATER, "" if settled else "another worker has it")
    return Taken(settled)


def _failed(running: Poll, document: str, why: str, after: float = 0.0) -> Taken:
    running.failed(document, why)
    return Taken(False, why, after)


def _read_one(running: Poll, document: str) -> bool:
    """Read one document, and tell if nothing of it is left for a later poll."""
    try:
        orders = running.erp.read(document)
    except Refused as error:
        settled = [_store(running, bare, error) for bare in each_group(running.ports, _bare(running, document))]
        return all(settled)
    running.taken += len(orders)
    if not orders:
        return _unselected(running, document)
    return take_groups(running, orders, lambda each, fault: _store_or_hold(running, each, fault))


def _store_or_hold(running: Poll, order: Order, fault: Refused | None) -> bool:
    """Store the order. One that the store refuses to keep whole (its size) is held without its lines."""
    try:
        return _store(running, order, fault)
    except Refused as error:
        return _store(running, replace(order, lines=(), skipped=(), notes=(), extra=()), error)


def _bare(running: Poll, document: str) -> Order:
    return bare(running.erp, running.stored.connection, document)


def bare(erp: Erp, connection: Connection, document: str) -> Order:
    """An order of which nothing but its number could be read: enough to be held and found."""
    nobody = Party("", Address((), "", "", "", ""))
    return Order(erp.system, erp.company, document, "", connection.flow, "", "", nobody, nobody, ())


def _store(running: Poll, order: Order, fault: Refused | None) -> bool:
    """Claims a new order, or lets an unshipped one follow its ERP; False while its outcome is not settled."""
    head = running.ports.orders.head(order.key)
    if stays_left(running.ports, running.stored, running.state, order, head):
        running.older.add(order.document)
        running.note(order.document, Fate.OLDER)
        return True
    fault = fault or shipped_elsewhere(running.ports, head, order)
    if head is None and order.cancelled:
        running.note(order.document, Fate.CANCELLED, order.status)
        return True
    if head is None:
        return _claim(running, order, fault)
    settled = follow(running, head, order, fault)
    _note_known(running, head, order, fault, settled=settled)
    return settled


def _claim(running: Poll, order: Order, fault: Refused | None) -> bool:
    if not claimed(running.ports, running.stored, order, fault):
        running.note(order.document, Fate.ELSEWHERE, "taken by another worker meanwhile")
        return True
    running.claimed += 1
    log.measure("OrdersTaken", order=order.key, connection=running.stored.connection.id)
    if fault:
        log.measure("HeldByReason", order=order.key, connection=running.stored.connection.id, reason=str(fault.reason))
    running.note(order.document, Fate.HELD if fault else Fate.TAKEN, _named(fault))
    if not fault:
        running.to_send.append(order.key)
    return True


def _note_known(running: Poll, head: Head, order: Order, fault: Refused | None, *, settled: bool) -> None:
    """Notes what became of an order that was known already; `head` is where it stood before."""
    stood = f"{head.state} {head.reason}".strip()
    if head.connection != running.stored.connection.id and head.state != State.CANCELLED:
        running.note(order.document, Fate.ELSEWHERE, head.connection)
    elif not settled:
        running.note(order.document, Fate.LATER, stood)
    elif order.cancelled:
        running.note(order.document, Fate.CANCELLED, order.status)
    else:
        running.note(order.document, Fate.HELD if fault else Fate.FOLLOWED, _named(fault) or stood)


def _named(fault: Refused | None) -> str:
    """The reason and the field of a fault, without what the order says there."""
    return f"{fault.reason} {fault.field}".strip() if fault else ""


def claimed(
    ports: Ports, stored: StoredConnection, order: Order, fault: Refused | None, *, who: str = SYSTEM, label: str = ""
) -> Head | None:
    """The head of an order that is new: RECEIVED, or HELD for its fault. None when somebody else has it already."""
    now = ports.clock.now()
    head = Head(
        key=order.key,
        connection=stored.connection.id,
        revision=stored.revision,
        document=order.document,
        state=State.HELD if fault else State.RECEIVED,
        version=1,
        generation=1,
        created_at=now,
        updated_at=now,
        content=content_of(order),
        fingerprint=fingerprint_of(order),
        token=ports.unique(),
        reason=fault.reason if fault else "",
        field=fault.field if fault else "",
        label=label,
        due_at=None if fault else now + HEAL,
    )
    problem, hint = (str(fault), fault.hint) if fault else ("", "")
    expires = now + stored.connection.retention
    snapshot = Snapshot(1, order, notes=order.notes, expires_at=expires, problem=problem, hint=hint, read_at=now)
    entry = AuditEntry(1, now, who, Step.RECEIVED, head.state, head.reason, head.field, (), changes_between(None, head))
    return head if ports.orders.create(head, snapshot, entry) else None


def _unselected(running: Poll, document: str) -> bool:
    """The selection does not want the document: each unshipped order of it, of this connection, is let go."""
    running.note(document, Fate.NOT_SELECTED)
    keys = group_keys(running.ports, document_key(_bare(running, document).key))
    settled = [_let_go(running, key) for key in keys]
    return all(settled)


def _let_go(running: Poll, key: str) -> bool:
    head = running.ports.orders.head(key)
    if head is None or head.connection != running.stored.connection.id:
        return True
    if head.shipment_id or head.state not in BEFORE_LABEL or head.in_doubt:
        note_change(running.ports, head)
        with suppress(Conflict):
            let_go(running.ports, head)
        return True
    try:
        if head.state != State.CANCELLED:
            move(running.ports, head, State.CANCELLED, what=Step.NO_LONGER_SELECTED)
    except Conflict:
        return False
    return True
