"""Counts what the warehouse received into receipts: cumulative pieces by SKU, less those that receipts exist for."""

from __future__ import annotations

from decimal import Decimal

from shared.connection.receiving import OFF
from shared.domain.pieces import increments
from shared.domain.receiving import (
    GONE,
    Hold,
    InboundLine,
    InboundOrder,
    InboundStep,
    Receipt,
    Stage,
)
from shared.domain.reference import mark_of
from shared.ports.receiving import RemoteOrder
from shared.workflow.receiving.job import Job
from shared.workflow.receiving.record import FREE, held, step

MOST = 90
"""Receipts of one step: a transaction has room for a few more."""
_ENDED = {"received": "all received", "closed": "closed at the warehouse"}


def count(job: Job, order: InboundOrder) -> InboundOrder:
    """Looks at an open order at the warehouse, and keeps a receipt for all that came in since."""
    if order.stage != Stage.OPEN or not job.warehouse.reports_receipts:
        return order
    remote = job.warehouse.get_order(order.remote_id)
    if remote.status == "cancelled":
        return _cancelled(job, order, remote)
    if remote.received is None:
        if remote.status in ("draft", "open"):
            return order
        why = "the warehouse does not tell what it received: see the names of quantities in its connection test"
        return held(job.ports, order, Hold.DIFFERS, why, field="receipts")
    order, complete = _keep(job, order, remote.received)
    return _told_well(job, order, remote) if complete else order


def _told_well(job: Job, order: InboundOrder, remote: RemoteOrder) -> InboundOrder:
    """All that the warehouse reports has its receipts: the order may end, and a hold for what it reported does."""
    if remote.status in _ENDED:
        return _close(job, order, remote)
    if order.hold in (Hold.FALLEN, Hold.DIFFERS, Hold.REFUSED):
        return step(job.ports, order, InboundStep.FREED, why="the warehouse tells it well again", due=None, **FREE)
    return order


def _keep(job: Job, order: InboundOrder, received: dict[str, int]) -> tuple[InboundOrder, bool]:
    """Receipts for what rose. What fell, or is of no line, waits for a person, and the rest goes on; False while that
    is so, or when not all of it fitted into one step."""
    came = order.came
    fell = [(sku, pieces) for sku, pieces in order.received if received.get(sku, 0) < pieces]
    fallen = [f"{sku} from {pieces} to {received.get(sku, 0)}" for sku, pieces in fell]
    foreign = sorted(sku for sku, pieces in received.items() if pieces and sku not in order.skus)
    receipts, risen = _receipts(job, order, received)
    if receipts:
        order = step(
            job.ports,
            order,
            InboundStep.RECEIVED,
            why=", ".join(f"{each.pieces} {each.sku}" for each in receipts),
            receipts=receipts,
            received=tuple(sorted({**came, **risen}.items())),
            receipts_made=order.receipts_made + len(receipts),
            open_receipts=order.open_receipts + sum(each.is_open for each in receipts),
        )
    if fallen:
        why = f"what was received fell: {', '.join(fallen)}"
        return held(job.ports, order, Hold.FALLEN, why, field="received"), False
    if foreign:
        why = f"{', '.join(foreign)} came in, which order {order.document} does not have"
        return held(job.ports, order, Hold.DIFFERS, why, field="received"), False
    return order, all(order.came.get(sku, 0) >= pieces for sku, pieces in received.items() if sku in order.skus)


def _receipts(job: Job, order: InboundOrder, received: dict[str, int]) -> tuple[list[Receipt], dict[str, int]]:
    """The receipts of one step, and the totals that they bring their SKUs to: a SKU's go together."""
    found: list[Receipt] = []
    risen: dict[str, int] = {}
    for sku, total in sorted(received.items()):
        own = increments(order.lines, sku, order.came.get(sku, 0), total)
        if own and len(found) + len(own) <= MOST:
            number = order.receipts_made + len(found)
            found += [_receipt(job, order, number + place, *each) for place, each in enumerate(own, 1)]
            risen[sku] = total
    return found, risen


def _receipt(job: Job, order: InboundOrder, number: int, line: InboundLine, pieces: int, quantity: Decimal) -> Receipt:
    now, which = job.ports.clock.now(), job.rules.job_of(order.order_type)
    return Receipt(
        number=number,
        line=line.number,
        sku=line.sku,
        pieces=pieces,
        quantity=quantity,
        unit=line.unit,
        mark=mark_of(job.ports.deployment, order.key, number),
        job=which,
        state="dismissed" if which == OFF else "waiting",
        made=now,
        due=now,
        why="receipts of this order type are off" if which == OFF else "",
    )


def _close(job: Job, order: InboundOrder, remote: RemoteOrder) -> InboundOrder:
    """Nothing more comes. What is missing is said; whether the ERP's line ends with that is for a person there."""
    came = order.came
    short = [f"{came.get(sku, 0)} of {pieces} {sku}" for sku, pieces in order.skus.items() if came.get(sku, 0) < pieces]
    over = [f"{came[sku]} of {pieces} {sku}" for sku, pieces in order.skus.items() if came.get(sku, 0) > pieces]
    said = (_ENDED[remote.status], short and f"short: {', '.join(short)}", over and f"over: {', '.join(over)}")
    why = "; ".join(each for each in said if each)
    freed = FREE if order.hold in (Hold.CHANGED, Hold.CANCELLED) else {}
    return step(job.ports, order, InboundStep.CLOSED, why=why, stage=Stage.CLOSED, due=None, **freed)


def _cancelled(job: Job, order: InboundOrder, remote: RemoteOrder) -> InboundOrder:
    if remote.received:
        order, _ = _keep(job, order, remote.received)
    if order.wanted == GONE:
        return step(job.ports, order, InboundStep.CANCELLED, stage=Stage.CANCELLED, **FREE)
    why = f"order {order.remote_number or order.remote_id} was cancelled at the warehouse, and the ERP wants it"
    return held(job.ports, order, Hold.CANCELLED, why, stage=Stage.CANCELLED)
