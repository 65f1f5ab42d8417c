"""Changes in the ERP of an order that the warehouse has opened, or is done with: a person hears of them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from shared.domain.hints import Action, Hint, do
from shared.domain.purchase import PurchaseLine
from shared.domain.receiving import ADVISE, GONE, Hold, InboundOrder, InboundStep, Stage
from shared.workflow.receiving.job import Job
from shared.workflow.receiving.record import (
    CHANGED_WHILE_OPEN,
    FREE,
    GONE_WHILE_OPEN,
    held,
    outstanding,
    step,
)

AGAIN_FROM_THE_START: dict[str, Any] = {
    "stage": Stage.TAKEN,
    "remote_id": "",
    "remote_number": "",
    "told": "",
    "acknowledged": (),
}
"""An order that is wanted again, whose former one at the warehouse is cancelled: it gets a new one there."""
_NONE, _HALF = Decimal(0), Decimal("0.5")
_BY_ANOTHER = Hint("order what is missing with another purchase order, then {0}", (do(Action.REPLAY_RECEIPT),))


def may_begin_again(before: InboundOrder) -> bool:
    """Tell if a cancelled order may be made once more: nothing was made, or what was made is cancelled since nothing
    was wanted, and nothing came in for it."""
    unmade = not before.remote_id or (before.wanted == GONE and not before.receipts_made)
    return before.stage == Stage.CANCELLED and unmade


def note_wanted(job: Job, before: InboundOrder, wanted: str) -> InboundOrder:
    """An open order is edited nowhere by itself: a change holds it, and its end frees it again."""
    if wanted == before.terms:
        freed = FREE if before.hold in (Hold.CHANGED, Hold.CANCELLED) else {}
        why = "the ERP has it as the warehouse was told"
        return step(job.ports, before, InboundStep.FREED, why=why, wanted=wanted, **freed)
    if wanted == GONE:
        return _gone_while_open(job, before)
    why = CHANGED_WHILE_OPEN.format(before.document)
    return held(job.ports, before, Hold.CHANGED, why, wanted=wanted)


def _gone_while_open(job: Job, before: InboundOrder) -> InboundOrder:
    """All received and closed in the ERP is its proper end."""
    if not outstanding(before):
        return step(job.ports, before, InboundStep.CHANGED, why="closed in the ERP, all received", wanted=GONE)
    if not job.warehouse.reports_receipts:
        why = "closed in the ERP; the warehouse reports no receipts"
        return step(job.ports, before, InboundStep.CLOSED, why=why, wanted=GONE, stage=Stage.CLOSED, **FREE)
    why = GONE_WHILE_OPEN.format(before.document)
    return held(job.ports, before, Hold.CANCELLED, why, wanted=GONE)


def wanted_more(job: Job, before: InboundOrder, lines: Sequence[PurchaseLine], wanted: str) -> InboundOrder:
    """An order that the warehouse is done with is not opened again: what the ERP still wants beyond it is for a person.
    What came short does not count: that was said when it ended."""
    ended = before.lines if before.stage == Stage.CLOSED else ()  # of a cancelled one nothing was settled
    left = {line.number: Decimal(line.pieces) for line in ended}
    for each in job.ports.receiving.receipts(before.key):
        if each.state == "posted" and each.job != ADVISE:
            left[each.line] = left.get(each.line, _NONE) - each.pieces
    more = [line for line in lines if (line.to_come or _NONE) > max(left.get(line.number, _NONE), _NONE) + _HALF]
    if not more:
        freed = FREE if before.hold in (Hold.CHANGED, Hold.CANCELLED) else {}
        return step(job.ports, before, InboundStep.CHANGED, why="nothing more is to come", wanted=wanted, **freed)
    named = ", ".join(f"line {line.number} of {line.sku}" for line in more)
    why = f"order {before.document} is {before.stage} at the warehouse, and the ERP wants more of it: {named}"
    return held(job.ports, before, Hold.CHANGED, why, hint=_BY_ANOTHER, wanted=wanted)
