"""Receipts are booked in the ERP, each once: an intent, a look by its mark, one call; after a lost answer a look first.

Retry count and times stand on each receipt, and each step in the audit of its purchase order (S59, S60).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from shared import log
from shared.domain.backoff import next_try
from shared.domain.receiving import Hold, InboundOrder, InboundStep, Receipt
from shared.errors import Misconfigured, Refused, Retry, Unknown
from shared.workflow.receiving.job import Job
from shared.workflow.receiving.record import MOST_TRIES, settles_after, step


def post(job: Job, order: InboundOrder) -> InboundOrder:
    """Books what is due of an order's receipts, one after another. Raises Misconfigured for a refused credential."""
    if not order.open_receipts:
        return order
    for receipt in job.ports.receiving.receipts(order.key):
        if job.must_stop() or "ERP" in job.resting:
            break
        if receipt.is_open and not receipt.held and receipt.due <= job.ports.clock.now():
            order = _one(job, order, receipt)
    return order


def _one(job: Job, order: InboundOrder, receipt: Receipt) -> InboundOrder:
    now = job.ports.clock.now()
    if receipt.state == "intended":
        called = receipt.tried or receipt.made
        if now < called + settles_after(job.stored.connection.settle):
            return order
        try:
            found = job.erp.find_receipt(order, receipt)
        except (Retry, Refused, Unknown) as error:
            return _not_told(job, order, receipt, error)
        if found:
            return _posted(job, order, receipt, found)
        if receipt.tries >= MOST_TRIES:
            return _hold(job, order, replace(receipt, state="waiting"), Hold.RETRIES, f"not booked: {receipt.why}")
    return _book(job, order, receipt)


def _book(job: Job, order: InboundOrder, receipt: Receipt) -> InboundOrder:
    """One call. Whatever a worker's end leaves is an intent, and is looked up."""
    now = job.ports.clock.now()
    receipt = replace(receipt, state="intended", tries=receipt.tries + 1, tried=now, due=now)
    order = step(job.ports, order, InboundStep.RECEIPT_INTENT, why=_said(receipt), receipts=[receipt])
    try:
        found = job.erp.find_receipt(order, receipt)
        if not found:
            job.erp.post_receipt(order, receipt, _day(job, receipt))
    except Unknown as error:
        due = now + settles_after(job.stored.connection.settle)
        unknown = replace(receipt, due=due, why=str(error)[:300])
        return step(job.ports, order, InboundStep.RECEIPT_UNKNOWN, why=str(error), receipts=[unknown])
    except Retry as error:
        return _later(job, order, replace(receipt, state="waiting"), error)
    except Refused as error:
        return _hold(job, order, replace(receipt, state="waiting"), Hold.REFUSED, str(error))
    except Misconfigured as error:
        order = _hold(job, order, replace(receipt, state="waiting"), Hold.REFUSED, str(error))
        if error.general:
            raise
        return order
    return _posted(job, order, receipt, found or receipt.mark)


def _posted(job: Job, order: InboundOrder, receipt: Receipt, found: str) -> InboundOrder:
    done = replace(receipt, state="posted", found=found, held="", why="")
    why = f"{_said(receipt)}: {found}"
    left: dict[str, Any] = {
        "open_receipts": order.open_receipts - 1,
        "held_receipts": order.held_receipts - bool(receipt.held),
    }
    return step(job.ports, order, InboundStep.RECEIPT_POSTED, why=why, receipts=[done], **left)


def _later(job: Job, order: InboundOrder, receipt: Receipt, error: Retry) -> InboundOrder:
    """Nothing was booked: tried again after a while, or by a person once it was tried often enough."""
    if receipt.tries >= MOST_TRIES:
        return _hold(job, order, receipt, Hold.RETRIES, str(error))
    due = next_try(receipt.mark, receipt.tries, job.ports.clock.now(), error.after)
    waiting = replace(receipt, due=due, why=str(error)[:300])
    return step(job.ports, order, InboundStep.RECEIPT_NOT_POSTED, why=str(error), receipts=[waiting])


def _not_told(job: Job, order: InboundOrder, receipt: Receipt, error: Exception) -> InboundOrder:
    """The look-up did not answer: the receipt stays in doubt, and a person hears of it once it was tried often."""
    now, tries = job.ports.clock.now(), receipt.tries + 1
    if tries > MOST_TRIES * 2:
        return _hold(job, order, receipt, Hold.UNKNOWN, f"the ERP does not say whether it was booked: {error}")
    after = error.after if isinstance(error, Retry) else None
    waiting = replace(receipt, tries=tries, due=next_try(receipt.mark, tries, now, after), why=str(error)[:300])
    return step(job.ports, order, InboundStep.RECEIPT_UNKNOWN, why=str(error), receipts=[waiting])


def _hold(job: Job, order: InboundOrder, receipt: Receipt, reason: Hold, why: str) -> InboundOrder:
    log.trouble("receipt_held", order=order.key, connection=order.connection, receipt=receipt.number, why=why[:200])
    log.count("ReceivingHeld", connection=order.connection)
    waiting = replace(receipt, held=str(reason), why=why[:300])
    more: dict[str, Any] = {"held_receipts": order.held_receipts + 1}
    return step(job.ports, order, InboundStep.RECEIPT_HELD, why=f"{_said(receipt)}: {why}", receipts=[waiting], **more)


def _day(job: Job, receipt: Receipt) -> date:
    """The day on which it was reported, where the connection is at home: a later try books the same day."""
    return receipt.made.astimezone(ZoneInfo(job.stored.connection.timezone)).date()


def _said(receipt: Receipt) -> str:
    return f"receipt {receipt.number}, line {receipt.line}: {receipt.quantity.normalize():f} {receipt.unit}"
