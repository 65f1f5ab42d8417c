"""A purchase order at the warehouse: made once as a draft, kept as the ERP has it, and opened.

Making is not repeatable, so it is a label's way: an intent first, one call, and after a lost answer a look by our
reference before anything is made again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from shared.domain.backoff import next_try
from shared.domain.purchase import PurchaseOrder
from shared.domain.receiving import GONE, Hold, InboundOrder, InboundStep, Stage
from shared.errors import Misconfigured, Refused, Retry, Unknown, hint_of
from shared.ports.receiving import OrderText, RemoteOrder
from shared.workflow.receiving.job import Job
from shared.workflow.receiving.record import AGAIN, FREE, InboundChange, held, settles_after, step
from shared.workflow.receiving.suppliers import supplier_of
from shared.workflow.receiving.take_in import follow

_WAITS = frozenset({Hold.LINES, Hold.TWICE, Hold.WAREHOUSE})
"""Holds that only a person, or a change in the ERP, ends."""


def place(job: Job, order: InboundOrder) -> InboundOrder:
    """Brings the order as far as it comes now. Raises Retry when a side does not answer; the record stays as it is."""
    now = job.ports.clock.now()
    looks = job.compares and order.stage == Stage.DRAFT and not order.hold  # a person may have opened it
    if order.due and now < order.due and not looks:
        return order
    if order.stage == Stage.TAKEN and order.hold not in _WAITS and order.wanted != GONE:
        order = _make(job, order)
    elif order.stage == Stage.INTENT:
        order = _look_up(job, order, now)
    if order.stage == Stage.DRAFT and (looks or not (order.due and now < order.due)):
        order = _follow_at_warehouse(job, order)
    return order


# --- making it ------------------------------------------------------------------------------------------------------


def _make(job: Job, order: InboundOrder) -> InboundOrder:
    """Reads the document once more, finds the supplier, writes the intent, and asks the warehouse once."""
    document = job.erp.purchase_order(order.document)
    if document is None:
        return order
    order = follow(job, order, document, () if document.cancelled else document.for_warehouse(order.warehouse))
    if order.stage != Stage.TAKEN or order.hold in _WAITS or order.wanted == GONE or not order.lines:
        return order
    try:
        supplier = supplier_of(job, order.supplier, document.seller)
    except Refused as error:
        return _refused(job, order, error)
    return _ask(job, order, _text(order, supplier, document))


def _text(order: InboundOrder, supplier: str, document: PurchaseOrder | None = None) -> OrderText:
    seller = document.seller if document else None
    skus = tuple(order.skus.items())
    return OrderText(order.reference, supplier, order.warehouse, skus, order.expected, seller)


def _ask(job: Job, order: InboundOrder, text: OrderText) -> InboundOrder:
    now = job.ports.clock.now()
    order = step(
        job.ports,
        order,
        InboundStep.INTENT,
        stage=Stage.INTENT,
        called=now,
        attempt=order.attempt + 1,
        told=order.telling,
        due=None,
        **FREE,
    )
    try:
        made = job.warehouse.make_order(text)
    except Refused as error:
        return _refused(job, order, error)
    except Misconfigured as error:
        step(job.ports, order, InboundStep.NOT_MADE, why=str(error), stage=Stage.TAKEN, told="")
        raise
    except Retry as error:
        return _later(job, order, error)
    except Unknown as error:
        due = now + settles_after(job.stored.connection.settle)
        return step(job.ports, order, InboundStep.UNKNOWN, why=str(error), due=due)
    return step(job.ports, order, InboundStep.MADE, why=made, stage=Stage.DRAFT, remote_id=made, tries=0, due=None)


def _refused(job: Job, order: InboundOrder, error: Refused) -> InboundOrder:
    """Nothing was made. It is tried again each hour, since what is at fault stands elsewhere."""
    due = job.ports.clock.now() + AGAIN
    changes: InboundChange = {"stage": Stage.TAKEN, "told": "", "due": due}
    return held(
        job.ports,
        order,
        Hold.REFUSED,
        str(error),
        field=error.field,
        hint=hint_of(error),
        what=InboundStep.NOT_MADE,
        **changes,
    )


def _later(job: Job, order: InboundOrder, error: Retry) -> InboundOrder:
    tries = order.tries + 1
    due = next_try(order.key, tries, job.ports.clock.now(), error.after)
    job.rests("warehouse", str(error))
    changes: InboundChange = {"stage": Stage.TAKEN, "told": "", "tries": tries, "due": due}
    return step(job.ports, order, InboundStep.NOT_MADE, why=str(error), **changes)


# --- after a lost answer ---------------------------------------------------------------------------------------------


def _look_up(job: Job, order: InboundOrder, now: datetime) -> InboundOrder:
    """Looks what became of the call: found by our reference, or for a person, or made again where the file says so."""
    called = order.called or order.created
    if now < called + settles_after(job.stored.connection.settle):
        return order
    found = job.warehouse.find_order(order.reference, called)
    ours = [each for each in found if each.reference == order.reference and each.status != "cancelled"]
    if len(ours) > 1:
        names = ", ".join(each.number or each.remote_id for each in ours)
        return held(job.ports, order, Hold.TWICE, f"the warehouse has two orders with our reference: {names}")
    if ours:
        return _adopt(job, order, ours[0])
    return _not_found(job, order, found)


def _not_found(job: Job, order: InboundOrder, found: Sequence[RemoteOrder]) -> InboundOrder:
    """None has our reference: for a person, or made again where the file says so."""
    now = job.ports.clock.now()
    alike = [each for each in found if not each.reference and each.ordered == order.skus]
    if alike:
        names = ", ".join(each.number or each.remote_id for each in alike)
        why = f"one of these may be ours, and the warehouse has kept no reference: {names}"
        return held(job.ports, order, Hold.UNKNOWN, why, due=now + AGAIN)
    if job.stored.connection.unknown == "retry":
        why = "the warehouse has none with our reference"
        return step(job.ports, order, InboundStep.NOT_MADE, why=why, stage=Stage.TAKEN, told="", due=None, **FREE)
    why = f"the answer was lost, and the warehouse has no order with our reference {order.reference}"
    if order.hold == Hold.UNKNOWN and order.sentence == why:
        return step(job.ports, order, InboundStep.UNKNOWN, why="looked again", due=now + AGAIN)
    return held(job.ports, order, Hold.UNKNOWN, why, due=now + AGAIN)


def _adopt(job: Job, order: InboundOrder, remote: RemoteOrder) -> InboundOrder:
    stage = Stage.DRAFT if remote.status == "draft" else Stage.OPEN
    changes: InboundChange = {
        "stage": stage,
        "remote_id": remote.remote_id,
        "remote_number": remote.number,
        "tries": 0,
        "due": None,
    }
    why = f"found as {remote.number or remote.remote_id}, {remote.status}"
    order = step(job.ports, order, InboundStep.FOUND, why=why, **changes, **FREE)
    return _if_changed(job, order) if stage == Stage.OPEN else order


# --- while it is a draft --------------------------------------------------------------------------------------------


def _follow_at_warehouse(job: Job, order: InboundOrder) -> InboundOrder:
    """Compares the draft with what the ERP wants, changes it, and opens it once all is confirmed."""
    if order.wanted not in (GONE, order.terms):  # it was changed while nobody knew whether it was made
        document = job.erp.purchase_order(order.document)
        if document is None:
            return order
        order = follow(job, order, document, () if document.cancelled else document.for_warehouse(order.warehouse))
    remote = job.warehouse.get_order(order.remote_id)
    if remote.status != "draft":
        return _no_draft(job, order, remote)
    try:
        return _as_wanted(job, order, remote)
    except Refused as error:
        due = job.ports.clock.now() + AGAIN
        return held(job.ports, order, Hold.REFUSED, str(error), field=error.field, hint=hint_of(error), due=due)


def _as_wanted(job: Job, order: InboundOrder, remote: RemoteOrder) -> InboundOrder:
    if order.wanted == GONE:
        job.warehouse.cancel_order(order.remote_id)
        why = "nothing is wanted any more"
        return step(job.ports, order, InboundStep.CANCELLED, why=why, stage=Stage.CANCELLED, **FREE)
    if order.told != order.telling or remote.ordered != order.skus:
        document = job.erp.purchase_order(order.document)
        if document is None or document.cancelled:
            return order
        supplier = supplier_of(job, order.supplier, document.seller)
        job.warehouse.change_order(order.remote_id, _text(order, supplier, document))
        remote = job.warehouse.get_order(order.remote_id)
        if remote.ordered != order.skus:
            why = f"the warehouse keeps {_said(remote.ordered)} instead of {_said(order.skus)}"
            return held(job.ports, order, Hold.DIFFERS, why, due=job.ports.clock.now() + AGAIN)
        order = step(job.ports, order, InboundStep.UPDATED, told=order.telling, remote_number=remote.number, **FREE)
    if job.rules.opens and order.confirmed and not order.hold:
        job.warehouse.open_order(order.remote_id)
        return _opened(job, order, remote)
    looked = job.ports.clock.now() + AGAIN
    return step(job.ports, order, InboundStep.FREED, due=looked, **FREE) if order.hold else _rest(job, order, looked)


def _rest(job: Job, order: InboundOrder, until: datetime) -> InboundOrder:
    """A draft that waits for its confirmation is looked at each hour; a change in the ERP wakes it at once."""
    resting = replace(order, due=until)
    job.ports.receiving.note_look(resting)
    return resting


def _no_draft(job: Job, order: InboundOrder, remote: RemoteOrder) -> InboundOrder:
    if remote.status == "cancelled":
        changes: InboundChange = {"stage": Stage.CANCELLED, "remote_number": remote.number}
        if order.wanted == GONE:
            return step(job.ports, order, InboundStep.CANCELLED, why="cancelled there", **changes, **FREE)
        why = f"order {remote.number or order.remote_id} was cancelled at the warehouse, and the ERP wants it"
        return held(job.ports, order, Hold.CANCELLED, why, **changes)
    return _if_changed(job, _opened(job, order, remote))


def _if_changed(job: Job, order: InboundOrder) -> InboundOrder:
    """Holds an open order that the ERP wants otherwise by now."""
    if order.wanted != order.terms or order.told != order.telling:
        why = f"order {order.document} was changed in the ERP, and at the warehouse it was opened before"
        return held(job.ports, order, Hold.CANCELLED if order.wanted == GONE else Hold.CHANGED, why)
    return order


def _opened(job: Job, order: InboundOrder, remote: RemoteOrder) -> InboundOrder:
    changes: InboundChange = {"stage": Stage.OPEN, "remote_number": remote.number, "due": None}
    return step(job.ports, order, InboundStep.OPENED, why=remote.number or order.remote_id, **changes, **FREE)


def _said(skus: dict[str, int]) -> str:
    return ", ".join(f"{pieces} {sku}" for sku, pieces in sorted(skus.items())) or "nothing"
