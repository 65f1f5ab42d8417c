"""The documents that a poll reads by key, whatever the cursor: those with which the connection is not done, those that
rest, and those shipped lately."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice

from shared import log
from shared.domain.record import Head
from shared.domain.state import State
from shared.ports import Change, PollState
from shared.workflow.intake.claim import take_one
from shared.workflow.intake.pending import leave_open, read_again
from shared.workflow.intake.resting import NEAR, Rest, resting
from shared.workflow.intake.run import Poll, by_age, stamp_in

NEVER = datetime.min.replace(tzinfo=UTC)
NEWEST = "9"
"""Sorts behind every place in the listing."""
CHECK = timedelta(hours=1)
"""The time between two looks whether the waiting orders are still in the ERP's list."""
FEWEST, PART = 3, 50
"""Each poll reads one in 50 of the documents that rest, and at least 3, if that many are due."""
RESCAN = timedelta(days=7)
"""The time that the daily re-scan looks back."""


def reread_open(running: Poll, reserve: float) -> None:
    """Reads what is due of the documents that are open or rest, the longest due first; looks for those that wait."""
    rests = resting(running)
    _close_what_goes_on(running, rests)
    quota = max(FEWEST, len(rests) // PART)
    for document in _due(running, rests):
        rest = rests.get(document)
        if rest and rest.is_paced(running.open.get(document)):
            quota -= 1
            if quota < 0:
                continue
        if running.must_stop(reserve):
            break
        _read(running, document, rest)
    else:
        _look_for_waiting(running, rests, reserve)
    running.send_hints()


def _due(running: Poll, rests: dict[str, Rest]) -> list[str]:
    """The longest due first; of those that are due alike the one that was read longest ago."""
    now, kept = running.ports.clock.now(), running.open
    times: dict[str, datetime | None] = {document: each.due for document, each in kept.items()}
    times |= {document: rest.due(kept.get(document)) for document, rest in rests.items()}
    reads = {document: each.read for document, each in kept.items() if each.read}
    due = {document: at for document, at in times.items() if at and at <= now}
    return sorted(due, key=lambda document: (due[document], reads.get(document, NEVER), document))


def _read(running: Poll, document: str, rest: Rest | None) -> None:
    now = running.ports.clock.now()
    read_again(running, document, rest.next(now) if rest else now, rests=rest is not None)


def _close_what_goes_on(running: Poll, rests: dict[str, Rest]) -> None:
    """Of what was kept for its rest alone nothing is to be read once it goes on."""
    for each in list(running.open.values()):
        if each.document not in rests and not (each.stamp or each.tries or each.why or each.until):
            running.close(each.document)


def _look_for_waiting(running: Poll, rests: dict[str, Rest], reserve: float) -> None:
    """Reads the orders that wait for their time and that the ERP does not list any more: one request for all of them.

    Hourly, and at each poll while the time of one is near. What has changed is read from the list like any change.
    """
    waiting, now = {document: rest for document, rest in rests.items() if rest.waits}, running.ports.clock.now()
    near = any(rest.until and rest.until <= now + NEAR for rest in waiting.values())
    if not waiting or not (near or running.state.checked is None or now - running.state.checked >= CHECK):
        return
    listed = _listed(running, list(waiting))
    for document, rest in waiting.items():
        kept = running.open.get(document)
        if document in listed or (kept and kept.read and kept.read >= rest.since and kept.due > now):
            continue
        if running.must_stop(reserve):
            return
        _read(running, document, rest)
    running.save(checked=now)


def _listed(running: Poll, documents: list[str]) -> set[str]:
    """Those documents that the ERP lists, asked from the oldest change of theirs on."""
    marks = running.ports.connections.seen(running.stored.connection.id, documents)
    stamps = [stamp_in(mark) for mark in marks.values()]
    oldest = min((stamp for stamp in stamps if stamp), key=by_age, default="")
    return {change.document for change in running.erp.changed(oldest, running.stored.start_from)} if oldest else set()


def reread_shipped(running: Poll, state: PollState, reserve: float) -> str:
    """Reads by key, with each day's re-scan, what was shipped within `void_window_days`, while a void may still help.

    An ERP that lists by status tells nobody that an order was closed. Returns the place behind which the next poll goes
    on, "" once all were read. What could not be read is open from now on.
    """
    last = state.shipped_after or ""
    for head in _shipped_lately(running, state.shipped_since or running.ports.clock.now()):
        if _place(head) >= last:
            continue
        if running.must_stop(reserve):
            log.step("shipped_orders_not_read_yet", connection=head.connection, next=head.document)
            return last
        taken = take_one(running, head.document)
        if not taken.settled:
            leave_open(running, Change(head.document, ""), taken)
        last = _place(head)
    return ""


def _place(head: Head) -> str:
    """Where an order stands in the listing of what is done."""
    return f"{head.created_at.isoformat()} {head.key}"


def _shipped_lately(running: Poll, since: datetime) -> Iterator[Head]:
    """By the time of their claim, newest first; the listing is left where nothing that young can follow. What waited
    longer for its label is followed as an open document (orders/after_label.py).

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
