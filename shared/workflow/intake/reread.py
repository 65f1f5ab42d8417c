"""What a poll reads by key, whatever the cursor: orders that are held or wait, and what was shipped lately."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice

from shared import log
from shared.domain.record import Head
from shared.domain.state import State
from shared.ports import Change, PollState
from shared.workflow.intake.changes import BEFORE_LABEL, is_doubted
from shared.workflow.intake.claim import take_one
from shared.workflow.intake.run import RESCAN, Poll, chunks
from shared.workflow.orders.after_label import AFTER_LABEL
from shared.workflow.orders.step import STALE, waits

NEWEST = "9"
"""Sorts behind every place in the listing."""


def reread_held(running: Poll, reserve: float) -> str:
    """Reads held orders by key, whatever the cursor: a fix in the ERP's master data changes no order's stamp.

    And orders that wait before their label: an ERP that lists by status tells nobody when one leaves the range. Goes
    on behind the one that was read last; returns where it stopped, "" once all were read. The place behind a page is
    kept before the page is read: one that ends the poll (memory, a time-out) is left out the next time, so that it
    keeps neither the others nor new orders out.
    """
    ports, connection = running.ports, running.stored.connection.id
    keys = [key for bucket in ("held", "open") for key in ports.orders.listing(connection, bucket, newest_first=False)]
    last = running.state.held_after
    start = keys.index(last) + 1 if last in keys else 0
    for page in chunks(keys[start:], 50):
        running.keep_place(page[-1])
        for head in ports.orders.heads(page):
            if running.must_stop(reserve):
                running.send_hints()
                return last
            if _is_reread(head, ports.clock.now()):
                take_one(running, Change(head.document, ""))
            last = head.key
    running.send_hints()
    return ""


def reread_shipped(running: Poll, state: PollState, reserve: float) -> str:
    """Reads by key, with each day's re-scan, what was shipped within `void_window_days`, while a void may still help.

    An ERP that lists by status tells nobody that an order was closed. Returns the place behind which the next poll goes
    on, "" once all were read: it waits for the first that could not be read, and the others go on.
    """
    last, waits_for = state.shipped_after or "", ""
    for head in _shipped_lately(running, state.shipped_since or running.ports.clock.now()):
        if _place(head) >= last:
            continue
        failed = len(running.failures)
        if running.must_stop(reserve):
            log.step("shipped_orders_not_read_yet", connection=head.connection, next=head.document)
            return waits_for or last
        take_one(running, Change(head.document, ""))
        waits_for = waits_for or (last if len(running.failures) > failed else "")
        last = _place(head)
    return waits_for


def _place(head: Head) -> str:
    """Where an order stands in the listing of what is done."""
    return f"{head.created_at.isoformat()} {head.key}"


def _shipped_lately(running: Poll, since: datetime) -> Iterator[Head]:
    """By the time of their claim, newest first; the listing is left where nothing that young can follow.

    The days count back from the re-scan before, for what was shipped right after that one is more than a day old by
    now.
    """
    orders, connection = running.ports.orders, running.stored.connection
    after = since - timedelta(days=connection.void_window_days)
    keys = orders.listing(connection.id, "done")
    while page := list(islice(keys, 50)):
        heads = orders.heads(page)
        yield from (head for head in heads if head.state == State.DONE and head.updated_at > after)
        if heads and heads[-1].created_at < after - RESCAN:
            return


def _is_reread(head: Head, now: datetime) -> bool:
    """Held or waiting before its label; or in doubt, since it may be bought again; or held for what the ERP did after
    the label, or with its number not written yet."""
    if is_doubted(head):
        return head.content != STALE
    if head.shipment_id and head.state in (State.SHIPPED, State.HELD):
        told = head.state == State.HELD and head.reason in AFTER_LABEL
        return told or (head.content != STALE and (head.state == State.HELD or waits(head, now)))
    idle = head.state == State.HELD or waits(head, now)
    return idle and head.state in BEFORE_LABEL and not head.shipment_id and not head.in_doubt
