"""A supplier's parcels, looked at by the numbers that people named: what is on its way, and what has arrived.

Where the file asks for it, the ERP is told of goods once their carrier has all parcels of an order, and its receipt is
posted then or once all are delivered: for all that is to come, since no carrier knows what is in a parcel. What the
warehouse counts later is booked beyond that, and less is for a person.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from shared import log
from shared.domain.inbound_parcel import InboundParcel
from shared.domain.milestones import Milestone
from shared.domain.pieces import increments
from shared.domain.receiving import ADVISE, Hold, InboundOrder, InboundStep, Stage
from shared.domain.tracking import TrackedParcel
from shared.errors import Misconfigured, Refused, Retry
from shared.ports.receiving import FollowsParcels
from shared.workflow.receiving.count import MOST, keep, receipt
from shared.workflow.receiving.job import Job
from shared.workflow.receiving.record import step

LOOK, LONGEST = timedelta(hours=1), timedelta(days=120)
"""How often a parcel is looked at, and for how long: carriers keep their events no longer."""
_BEFORE = frozenset({None, Milestone.LABEL_CREATED, Milestone.VOIDED})


def arrivals(job: Job, order: InboundOrder) -> InboundOrder:
    """Looks at the parcels of an open order, and keeps what follows from where they are."""
    if order.stage != Stage.OPEN or not order.parcels or not job.rules.follows:
        return order
    order = _looked_at(job, order)
    taken, delivered = (all(getattr(each, name) for each in order.parcels) for name in ("taken", "delivered"))
    if job.rules.advises and taken and not delivered and not order.advised and _as_told(order):
        order = _advised(job, order)
    if {"in_transit": taken, "delivered": delivered}.get(job.rules.moment, False) and _as_told(order):
        total = {sku: max(pieces, order.came.get(sku, 0)) for sku, pieces in order.skus.items()}
        order, _ = keep(job, order, total, order.parcels[-1].number)
    return order


def _as_told(order: InboundOrder) -> bool:
    """Tell if all that is to come is what the supplier sends: not where the ERP has changed it since it was opened."""
    return order.hold not in (Hold.CHANGED, Hold.CANCELLED) and order.told == order.telling


def _looked_at(job: Job, order: InboundOrder) -> InboundOrder:
    now = job.ports.clock.now()
    seen = tuple(_seen(job, order, each) if each.due <= now and not each.delivered else each for each in order.parcels)
    if seen == order.parcels:
        return order
    moved = [_said(after) for before, after in zip(order.parcels, seen, strict=True) if _said(before) != _said(after)]
    after = replace(order, parcels=seen)
    if moved:
        return step(job.ports, order, InboundStep.ARRIVED, why=", ".join(moved), parcels=seen)
    job.ports.receiving.note_look(after)
    return after


def _seen(job: Job, order: InboundOrder, parcel: InboundParcel) -> InboundParcel:
    """The parcel after a look; one that nobody answers for is looked at again at the next turn."""
    now = job.ports.clock.now()
    if not isinstance(job.warehouse, FollowsParcels) or now - (parcel.named or order.created) > LONGEST:
        return replace(parcel, due=now + LONGEST)
    try:
        found = job.warehouse.parcel(parcel.number)
    except (Retry, Refused, Misconfigured) as error:
        log.step("inbound_parcel_unknown", order=order.key, connection=order.connection, why=str(error)[:200])
        return parcel
    looked = replace(parcel, due=now + LOOK)
    if found is None:
        return looked
    arrived = found.delivered is not None and not _returned(found)
    has_it = arrived or not {each.milestone for each in found.events} <= _BEFORE
    return replace(
        looked,
        taken=parcel.taken or (now if has_it else None),
        delivered=now if arrived else None,
    )


def _returned(found: TrackedParcel) -> bool:
    return any(each.milestone == Milestone.RETURNED or each.returning for each in found.events)


def _said(parcel: InboundParcel) -> str:
    stands = "delivered" if parcel.delivered else "with its carrier" if parcel.taken else "not with its carrier"
    return f"{parcel.number} {stands}"


def _advised(job: Job, order: InboundOrder) -> InboundOrder:
    """Tells the ERP of all that is to come, line by line, as receipts are booked: each behind an intent, once."""
    came, number, parcel = order.came, order.receipts_made, order.parcels[-1].number
    skus = order.skus.items()
    lines = [each for sku, pieces in skus for each in increments(order.lines, sku, came.get(sku, 0), pieces)]
    advices = [receipt(job, order, (ADVISE, number + n, parcel), *each) for n, each in enumerate(lines[:MOST], 1)]
    return step(
        job.ports,
        order,
        InboundStep.RECEIVED,
        why=f"on its way: {', '.join(f'{each.pieces} {each.sku}' for each in advices)}",
        receipts=advices,
        receipts_made=number + len(advices),
        open_receipts=order.open_receipts + len(advices),
        advised=True,
    )
