"""Reads what the ERP changed: each of its purchase orders is taken in, follows, or is let go."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from shared import log
from shared.domain.pieces import inbound_lines
from shared.domain.purchase import PurchaseLine, PurchaseOrder, inbound_key
from shared.domain.receiving import (
    GONE,
    Hold,
    InboundEntry,
    InboundOrder,
    InboundStep,
    Stage,
    terms_of,
)
from shared.errors import Misconfigured, Refused, Retry
from shared.ports import Change, OpenDocument
from shared.workflow.intake.claim import Taken
from shared.workflow.intake.pending import leave_open, take_up
from shared.workflow.intake.run import by_age, chunks
from shared.workflow.orders.step import SYSTEM
from shared.workflow.receiving.changed import AGAIN_FROM_THE_START, may_begin_again, note_wanted, wanted_more
from shared.workflow.receiving.job import Job
from shared.workflow.receiving.record import FREE, held, step

RESCAN, RESCAN_EVERY = timedelta(days=7), timedelta(days=1)


def take_in(job: Job) -> bool:
    """Reads what is open, then what changed, and once a day what changed lately; False when time ran out."""
    poll = job.poll
    take_up(poll)
    now = job.ports.clock.now()
    due = [each for each in poll.open.values() if each.due <= now]
    if not all(_read_open(job, each) for each in sorted(due, key=lambda each: each.due)):
        return False
    state, floor = poll.state, job.stored.start_from
    cursor, finished = _take(job, poll.erp.changed(state.cursor, floor), state.cursor)
    poll.state = replace(poll.state, cursor=cursor, rescanned=state.rescanned or now)
    if finished and state.rescanned and now - state.rescanned >= RESCAN_EVERY:
        _, finished = _take(job, poll.erp.changed("", max(floor, now - RESCAN)), cursor)
        poll.state = replace(poll.state, rescanned=now if finished else state.rescanned)
    return finished


def _take(job: Job, changes: Sequence[Change], cursor: str) -> tuple[str, bool]:
    """Takes changes in until time ends; gives the last stamp up to which everything is stored or kept open."""
    poll, connections = job.poll, job.ports.connections
    for page in chunks(changes, 100):
        ledger = connections.seen(job.connection, [each.document for each in page])
        for change in page:
            kept = poll.open.get(change.document)
            if ledger.get(change.document) != poll.mark(change) and not (kept and kept.stamp == change.stamp):
                if job.must_stop() or "ERP" in job.resting:
                    return cursor, False
                taken = read_document(job, change.document)
                if taken.settled:
                    poll.mark_seen([change])
                else:
                    leave_open(poll, change, taken)
            cursor = max(cursor, change.stamp, key=by_age)
    return cursor, True


def _read_open(job: Job, document: OpenDocument) -> bool:
    """Reads a document again that could not be read before."""
    if job.must_stop() or "ERP" in job.resting:
        return False
    taken = read_document(job, document.document)
    change = Change(document.document, document.stamp)
    if taken.settled:
        job.poll.mark_seen([change] if change.stamp else [])
        job.poll.close(document.document)
    else:
        leave_open(job.poll, change, taken)
    return True


def read_document(job: Job, document: str) -> Taken:
    """Reads one document and takes it in by warehouse. What fails stays with its document, until others fail alike.

    Raises Misconfigured when it is the connection that is at fault."""
    try:
        order = job.erp.purchase_order(document)
        if order is not None:
            take_order(job, order)
        job.poll.was_read()
        job.poll.taken += 1
    except Retry as error:
        job.poll.health.miss(throttled=error.after is not None)
        if job.poll.health.at_fault:
            job.rests("ERP", str(error))
        return _failed(job, document, str(error), error.after or 0.0)
    except Misconfigured as error:
        job.poll.health.refuse(error)
        return _failed(job, document, str(error))
    except Refused as error:
        return _failed(job, document, str(error))
    return Taken(settled=True)


def _failed(job: Job, document: str, why: str, after: float = 0.0) -> Taken:
    job.poll.failed(document, why)
    return Taken(settled=False, why=why, after=after)


def take_order(job: Job, order: PurchaseOrder) -> None:
    """A record for each warehouse of the file that the order has lines for; the others' records are let go."""
    for warehouse in sorted({*job.warehouses, *_known(job, order)}):
        key = inbound_key(job.system, job.company, order.document, warehouse)
        lines = () if order.cancelled else order.for_warehouse(warehouse)
        before = job.ports.receiving.get(key)
        if before and before.connection != job.connection:
            continue
        if before:
            follow(job, before, order, lines)
        elif lines:
            _begin(job, key, order, lines)
    unmapped = sorted(set(order.warehouses) - set(job.warehouses))
    if unmapped:
        log.step("inbound_unmapped", connection=job.connection, document=order.document, warehouses=unmapped)


def _known(job: Job, order: PurchaseOrder) -> Iterable[str]:
    return (each for each in order.warehouses if each in job.warehouses)


def _begin(job: Job, key: str, order: PurchaseOrder, lines: Sequence[PurchaseLine]) -> None:
    now, terms = job.ports.clock.now(), terms_of(order.supplier, lines)
    record = InboundOrder(
        key=key,
        connection=job.connection,
        document=order.document,
        warehouse=lines[0].warehouse,
        supplier=order.supplier,
        order_type=order.order_type,
        stage=Stage.TAKEN,
        version=1,
        created=now,
        changed=now,
        reference=job.reference(key, order.document),
        lines=(),
        terms=terms,
        wanted=terms,
        confirmed=_confirmed(lines),
        expected=order.expected,
        looked=now,
        token=job.ports.unique(),
    )
    try:
        record = replace(record, lines=inbound_lines(lines))
    except ValueError as error:
        record = replace(record, hold=str(Hold.LINES), sentence=str(error), field="lines")
    if record.lines or record.hold:
        job.ports.receiving.create(
            record, InboundEntry(1, now, SYSTEM, InboundStep.TAKEN, Stage.TAKEN, record.sentence)
        )
        job.touched[key] = None


def follow(job: Job, before: InboundOrder, order: PurchaseOrder, lines: Sequence[PurchaseLine]) -> InboundOrder:
    """The record after what the ERP wants now. Until it is open at the warehouse it follows; afterwards it is held."""
    job.touched[before.key] = None
    now = job.ports.clock.now()
    wanted = terms_of(order.supplier, lines) if lines else GONE
    if before.stage in (Stage.TAKEN, Stage.DRAFT) or may_begin_again(before):
        return _follow_draft(job, before, order, lines, wanted, now)
    if before.stage == Stage.OPEN and wanted != before.wanted:
        return note_wanted(job, before, wanted)
    if before.stage in (Stage.CLOSED, Stage.CANCELLED) and wanted != before.wanted:
        return wanted_more(job, before, lines, wanted)
    if before.stage == Stage.INTENT and wanted != before.wanted:
        return step(job.ports, before, InboundStep.CHANGED, why="while it is in doubt", wanted=wanted, looked=now)
    looked = replace(before, looked=now)
    job.ports.receiving.note_look(looked)
    return looked


def _follow_draft(
    job: Job,
    before: InboundOrder,
    order: PurchaseOrder,
    lines: Sequence[PurchaseLine],
    wanted: str,
    now: datetime,
) -> InboundOrder:
    if wanted == GONE:
        if before.wanted == GONE:
            return before
        ended: dict[str, Any] = {"stage": Stage.CANCELLED, **FREE} if before.stage == Stage.TAKEN else {}
        why = "the ERP wants nothing any more"
        return step(job.ports, before, InboundStep.CHANGED, why=why, wanted=GONE, due=None, looked=now, **ended)
    try:
        told, fault = inbound_lines(lines), ""
    except ValueError as error:
        told, fault = before.lines, str(error)
    if fault:
        return (
            held(job.ports, before, Hold.LINES, fault, field="lines", looked=now)
            if fault != before.sentence
            else before
        )
    facts: dict[str, Any] = {
        "lines": told,
        "terms": wanted,
        "wanted": wanted,
        "supplier": order.supplier,
        "confirmed": _confirmed(lines),
        "expected": order.expected,
    }
    differ = sorted(name for name, value in facts.items() if getattr(before, name) != value)
    if not differ:
        looked = replace(before, looked=now)
        job.ports.receiving.note_look(looked)
        return looked
    again: dict[str, Any] = AGAIN_FROM_THE_START if before.stage == Stage.CANCELLED else {}
    freed = FREE if before.hold in ("", Hold.LINES, Hold.REFUSED, Hold.DIFFERS) else {}
    why = ", ".join(differ)
    return step(job.ports, before, InboundStep.CHANGED, why=why, due=None, looked=now, **facts, **again, **freed)


def _confirmed(lines: Sequence[PurchaseLine]) -> bool:
    return all(line.confirmed for line in lines)
