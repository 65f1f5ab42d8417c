"""Counts what the warehouse received into receipts: cumulative pieces by SKU, less those that receipts exist for."""

from __future__ import annotations

from decimal import Decimal

from shared.connection.receiving import OFF
from shared.domain.hints import Action, Hint, do
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
from shared.workflow.receiving.record import FREE, answered, held, step

MOST = 90
"""Receipts of one step: a transaction has room for a few more."""
_TOLD_WELL = (Hold.FALLEN, Hold.DIFFERS, Hold.REFUSED)
"""Holds that end once the warehouse tells all of an order well."""
_OF_NONE = Hint("book in the ERP by hand what is yours of it, or send it back, then {0}", (do(Action.REPLAY_RECEIPT),))
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
    order = _no_more_than(job, order, remote.received)
    order, complete = keep(job, order, _total(job, order, remote.received))
    return _told_well(job, order, remote) if complete else order


def _no_more_than(job: Job, order: InboundOrder, received: dict[str, int]) -> InboundOrder:
    """Acknowledges no more than is there still: pieces that come after a correction are further ones."""
    left = tuple((sku, min(pieces, received.get(sku, 0))) for sku, pieces in order.acknowledged)
    left = tuple((sku, pieces) for sku, pieces in left if pieces > 0)
    if left == order.acknowledged:
        return order
    why = "fewer pieces of a SKU that the order does not have are there than were acknowledged"
    return step(job.ports, order, InboundStep.CHANGED, why=why, acknowledged=left)


def _total(job: Job, order: InboundOrder, counted: dict[str, int]) -> dict[str, int]:
    """The total that came in. Where receipts are booked before the warehouse counts, it is at least theirs: a parcel
    that arrived is counted later."""
    if job.rules.moment == "quantity_received":
        return counted
    return {sku: max(counted.get(sku, 0), order.came.get(sku, 0)) for sku in {*counted, *order.came}}


def _told_well(job: Job, order: InboundOrder, remote: RemoteOrder) -> InboundOrder:
    """All that the warehouse reports has its receipts: the order may end, and a hold for what it reported does."""
    if remote.status in _ENDED:
        return _fallen(job, order, remote.received or {}) or _close(job, order, remote)
    if order.hold in _TOLD_WELL:
        return step(
            job.ports, order, InboundStep.FREED, why="the warehouse tells it well again", due=None, **answered(order)
        )
    return order


def _fallen(job: Job, order: InboundOrder, received: dict[str, int]) -> InboundOrder | None:
    """Holds the order where less came in than receipts exist for; None where none is too much."""
    fell = tuple((sku, received.get(sku, 0)) for sku, pieces in order.received if received.get(sku, 0) < pieces)
    if not fell:
        return None
    came = order.came
    why = f"what was received fell: {', '.join(f'{sku} from {came[sku]} to {pieces}' for sku, pieces in fell)}"
    if (order.hold, order.fell) == (Hold.FALLEN, fell):
        return order
    return held(job.ports, order, Hold.FALLEN, why, field="received", fell=fell)


def _foreign(job: Job, order: InboundOrder, received: dict[str, int]) -> InboundOrder | None:
    """Holds the order where pieces of a SKU came in that it does not have, beyond those that a person has answered for;
    None where there are none."""
    known = dict(order.acknowledged)
    of_none = sorted((sku, pieces) for sku, pieces in received.items() if sku not in order.skus)
    foreign = tuple((sku, pieces) for sku, pieces in of_none if pieces > known.get(sku, 0))
    if not foreign:
        return None
    if (order.hold, order.foreign) == (Hold.DIFFERS, foreign):
        return order
    named = ", ".join(f"{pieces - known.get(sku, 0)} {sku}" for sku, pieces in foreign)
    why = f"{named} came in, which order {order.document} does not have"
    return held(job.ports, order, Hold.DIFFERS, why, field="received", hint=_OF_NONE, foreign=foreign)


def keep(job: Job, order: InboundOrder, received: dict[str, int], parcel: str = "") -> tuple[InboundOrder, bool]:
    """Receipts for what rose. What fell, or is of no line, waits for a person, and the rest goes on; False while that
    is so, or when not all of it fitted into one step."""
    came = order.came
    receipts, risen = _receipts(job, order, received, parcel)
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
    fallen = _fallen(job, order, received)
    if fallen:
        return fallen, False
    foreign = _foreign(job, order, received)
    if foreign:
        return foreign, False
    return order, all(order.came.get(sku, 0) >= pieces for sku, pieces in received.items() if sku in order.skus)


def _receipts(
    job: Job, order: InboundOrder, received: dict[str, int], parcel: str
) -> tuple[list[Receipt], dict[str, int]]:
    """The receipts of one step, and the totals that they bring their SKUs to: a SKU's go together."""
    found: list[Receipt] = []
    risen: dict[str, int] = {}
    for sku, total in sorted(received.items()):
        own = increments(order.lines, sku, order.came.get(sku, 0), total)
        if own and len(found) + len(own) <= MOST:
            number = order.receipts_made + len(found)
            which = job.rules.job_of(order.order_type)
            found += [receipt(job, order, (which, number + n, parcel), *each) for n, each in enumerate(own, 1)]
            risen[sku] = total
    return found, risen


def receipt(
    job: Job, order: InboundOrder, what: tuple[str, int, str], line: InboundLine, pieces: int, quantity: Decimal
) -> Receipt:
    """A receipt that waits to be booked, or is off. `what` is its job, its number, and the parcel that it came by."""
    now, (which, number, parcel) = job.ports.clock.now(), what
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
        parcel=parcel,
    )


def _close(job: Job, order: InboundOrder, remote: RemoteOrder) -> InboundOrder:
    """Nothing more comes. What is missing is said; whether the ERP's line ends with that is for a person there."""
    came = order.came
    short = [f"{came.get(sku, 0)} of {pieces} {sku}" for sku, pieces in order.skus.items() if came.get(sku, 0) < pieces]
    over = [f"{came[sku]} of {pieces} {sku}" for sku, pieces in order.skus.items() if came.get(sku, 0) > pieces]
    said = (_ENDED[remote.status], short and f"short: {', '.join(short)}", over and f"over: {', '.join(over)}")
    why = "; ".join(each for each in said if each)
    freed = FREE if order.hold in (*_TOLD_WELL, Hold.CHANGED, Hold.CANCELLED) else {}
    return step(job.ports, order, InboundStep.CLOSED, why=why, stage=Stage.CLOSED, due=None, **freed)


def _cancelled(job: Job, order: InboundOrder, remote: RemoteOrder) -> InboundOrder:
    if remote.received:
        order, _ = keep(job, order, _total(job, order, remote.received))
    if order.wanted == GONE:
        return step(job.ports, order, InboundStep.CANCELLED, stage=Stage.CANCELLED, **FREE)
    why = f"order {order.remote_number or order.remote_id} was cancelled at the warehouse, and the ERP wants it"
    return held(job.ports, order, Hold.CANCELLED, why, stage=Stage.CANCELLED)
