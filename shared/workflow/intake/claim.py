"""One document of the ERP is read, and each of its parcel groups is claimed, follows, or is let go."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from shared import log
from shared.domain.address import Address, Party
from shared.domain.digest import content_of, fingerprint_of
from shared.domain.order import Order
from shared.domain.parcel_group import document_key
from shared.domain.record import AuditEntry, Head
from shared.domain.state import State
from shared.domain.steps import Step
from shared.errors import Misconfigured, NewerFormat, Refused, Retry
from shared.ports import Change, Conflict
from shared.workflow.intake.changes import BEFORE_LABEL, follow, note_change
from shared.workflow.intake.groups import each_group, group_keys, take_groups
from shared.workflow.intake.run import Poll, snapshot_of
from shared.workflow.orders.after_label import let_go
from shared.workflow.orders.change import changes_between
from shared.workflow.orders.step import HEAL, SYSTEM, move


def take_one(running: Poll, change: Change) -> bool:
    """Reads one document and stores its parcel groups; False when it must be read again by a later poll.

    What nobody foresaw stays with its document: the cursor waits for it, and the others go on.
    """
    try:
        return _read_one(running, change)
    except Retry as error:
        running.failures.append(f"{change.document}: {error}")
        running.throttled = error.after is not None
    except Misconfigured:
        raise
    except Exception as error:  # noqa: BLE001 - one poison document must not end every poll of its connection
        log.failed("document_failed", error, connection=running.stored.connection.id, document=change.document)
        running.failures.append(f"{change.document}: {type(error).__name__}, see the log")
    return False


def _read_one(running: Poll, change: Change) -> bool:
    try:
        orders = running.erp.read(change.document)
    except Refused as error:
        settled = [_store(running, bare, error) for bare in each_group(running.ports, _bare(running, change))]
        return all(settled)
    running.taken += len(orders)
    if not orders:
        return _unselected(running, change.document)
    connection = running.stored.connection.id
    return take_groups(running.ports, connection, orders, lambda each, fault: _store_or_hold(running, each, fault))


def _store_or_hold(running: Poll, order: Order, fault: Refused | None) -> bool:
    """What the store refuses to keep whole (its size) is held without its lines."""
    try:
        return _store(running, order, fault)
    except Refused as error:
        return _store(running, replace(order, lines=(), skipped=(), notes=(), extra=()), error)


def _bare(running: Poll, change: Change) -> Order:
    """An order of which nothing but its number could be read: enough to be held and found."""
    nobody = Party("", Address((), "", "", "", ""))
    erp, flow = running.erp, running.stored.connection.flow
    return Order(erp.system, erp.company, change.document, "", flow, "", change.stamp, nobody, nobody, ())


def _store(running: Poll, order: Order, fault: Refused | None) -> bool:
    """Claims a new order, or lets an unshipped one follow its ERP; False while its outcome is not settled."""
    try:
        head = running.ports.orders.head(order.key)
    except NewerFormat as error:
        log.trouble("newer_format", order=order.key, why=str(error))
        log.count("NewerFormats", connection=running.stored.connection.id)
        return False
    if head is None:
        return order.cancelled or _claim(running, order, fault)
    return follow(running, head, order, fault)


def _claim(running: Poll, order: Order, fault: Refused | None) -> bool:
    ports, stored, now = running.ports, running.stored, running.ports.clock.now()
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
        due_at=None if fault else now + HEAL,
    )
    problem, hint = (str(fault), fault.hint) if fault else ("", "")
    snapshot = replace(snapshot_of(running, 1, order), problem=problem, hint=hint)
    entry = AuditEntry(
        1, now, SYSTEM, Step.RECEIVED, head.state, head.reason, head.field, (), changes_between(None, head)
    )
    if ports.orders.create(head, snapshot, entry) and not fault:
        running.to_send.append(order.key)
    return True


def _unselected(running: Poll, document: str) -> bool:
    """The selection does not want the document: each unshipped order of it, of this connection, is let go."""
    keys = group_keys(running.ports, document_key(_bare(running, Change(document, "")).key))
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
