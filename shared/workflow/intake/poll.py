"""Orders come in: what the ERP changed is read and claimed, what is held is read again.

Under one lease a connection, in time: the poll stops at 80% of it and goes on by a message to itself. The cursor
moves only past stored orders; an overlap, a ledger and a daily re-scan make up for what the ERP reports late.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from shared import log
from shared.errors import Misconfigured, Retry
from shared.ports import Change, Erp, PollState, Ports, StoredConnection
from shared.workflow.intake.claim import take_one
from shared.workflow.intake.line import draws_line, note_older, older
from shared.workflow.intake.reread import NEWEST, reread_held, reread_shipped
from shared.workflow.intake.run import RESCAN, Poll, chunks
from shared.workflow.orders.closing import close_connection

LEDGER_DAYS = timedelta(days=9)
"""Longer than the re-scan looks back, so that it meets its own ledger."""

RESCAN_EVERY = timedelta(days=1)
HELD_SHARE = 0.4
"""The part of a poll's time that may go to orders that are read again."""
RESERVE = 0.2
"""The part of it in which nothing is begun any more."""
BATCH = 10


def poll(ports: Ports, connection_id: str, time_left: Callable[[], float]) -> None:
    """Reads what changed in the ERP of one connection. Quiet when it is paused, or polled by somebody else."""
    stored = ports.connections.get(connection_id)
    if stored is None or stored.status != "running":
        log.step("poll_skipped", connection=connection_id, status=stored.status if stored else "unknown connection")
        return
    whole = time_left()
    with ports.lease("poll", connection_id, timedelta(seconds=whole + 30)) as owner:
        if not owner:
            log.step("poll_running_elsewhere", connection=connection_id)
            return
        outcome, again = _under_lease(ports, stored, owner, time_left, whole)
    log.step("polled", connection=connection_id, outcome=outcome)
    if again:
        ports.poll_queue.send(connection_id, [""], "poll")


def _under_lease(
    ports: Ports, stored: StoredConnection, owner: str, time_left: Callable[[], float], whole: float
) -> tuple[str, bool]:
    """How the poll went, and whether it is to go on at once. Where polling stands is saved however it ends."""
    connection_id, now = stored.connection.id, ports.clock.now()
    state = ports.connections.poll_state(connection_id)
    outcome, again = "failed: see the log", False
    try:
        with ports.erp(stored.connection) as erp:
            running = Poll(ports, stored, erp, owner, _in_scope(state, erp), time_left)
            state, again = _run(running, whole)
        outcome = "; ".join(running.failures) or f"{running.taken} read"
        if len(running.failures) == running.forgiven:
            state = replace(state, succeeded=now)
        log.count("Polls", connection=connection_id)
    except Retry as error:
        outcome = f"the ERP did not answer: {error}"
    except Misconfigured as error:
        again = not close_connection(ports, stored, error)
        outcome = f"{'a former credential was refused' if again else 'closed'}: {error}"
    finally:
        ports.connections.save_poll(connection_id, owner, replace(state, polled=now, outcome=outcome[:400]))
    return outcome, again


def _in_scope(state: PollState, erp: Erp) -> PollState:
    """The state with its system and company. Raises Misconfigured when its orders are those of another tenant: the
    numbers of the one mean nothing in the other, and the cut-over line was drawn for the first."""
    scope = f"{erp.system}/{erp.company}"
    if state.scope not in ("", scope):
        raise Misconfigured(
            f"the ERP credential is for {scope}, the orders of this connection are of {state.scope}",
            field="erp secret",
            hint="set the former tenant's credential again: another tenant needs a connection of its own",
        )
    return replace(state, scope=scope)


def _run(running: Poll, whole: float) -> tuple[PollState, bool]:
    """Held orders first, then what changed; the state to keep, and whether time ran out before the end.

    A re-scan looks at its own days only, so it leaves the cursor where it is: what changed before them is still unread
    after a long rest.
    """
    reread = reread_held(running, whole * (1 - HELD_SHARE))
    running.forgiven = len(running.failures)
    now = running.ports.clock.now()
    floor, state = running.stored.start_from, replace(running.state, held_after=reread)
    due = state.rescanned is not None and now - state.rescanned >= RESCAN_EVERY
    changes = running.erp.changed("" if due else state.cursor, max(floor, now - RESCAN) if due else floor)
    if draws_line(running.ports, running.stored, running.erp, state):
        note_older(running, changes)
    cursor, finished = _take(running, changes, state.cursor, whole * RESERVE)
    if due and finished:
        since = state.shipped_since if state.shipped_after else state.rescanned  # the last walk may not be over
        state = replace(state, shipped_since=since, shipped_after=NEWEST)
    if finished and state.shipped_after:
        state = replace(state, shipped_after=reread_shipped(running, state, whole * RESERVE))
    rescanned = now if (due and finished) or state.rescanned is None else state.rescanned
    kept = replace(state, cursor=state.cursor if due else cursor, rescanned=rescanned)
    return kept, not finished and not running.failures


def _take(running: Poll, changes: Sequence[Change], cursor: str, reserve: float) -> tuple[str, bool]:
    """Takes changes in until they end or time does; returns the last stamp before which everything is stored."""
    connection, gap = running.stored.connection.id, False
    for page in chunks(changes, 100):
        ledger = running.ports.connections.seen(connection, [change.document for change in page])
        for batch in chunks(page, BATCH):
            stored = []
            for change in batch:
                failed = len(running.failures)
                known = ledger.get(change.document, "")
                if known != older(change) and (known == running.mark(change) or take_one(running, change)):
                    stored.append(change)
                gap = gap or len(running.failures) > failed
                cursor = cursor if gap else max(cursor, change.stamp, key=_by_age)
                if running.must_stop(reserve):
                    _finish_batch(running, stored, ledger)
                    return cursor, False
            _finish_batch(running, stored, ledger)
    return cursor, True


def _by_age(stamp: str) -> tuple[int, str]:
    """Orders stamps: numbers by value, texts of one length (dates) by their letters."""
    return len(stamp), stamp


def _finish_batch(running: Poll, stored: Sequence[Change], ledger: dict[str, str]) -> None:
    running.send_hints()
    marks = ((change, running.mark(change)) for change in stored)
    new = [replace(change, stamp=mark) for change, mark in marks if ledger.get(change.document) != mark]
    if new:
        connections, connection = running.ports.connections, running.stored.connection.id
        connections.mark_seen(connection, new, running.ports.clock.now() + LEDGER_DAYS)


def backlog(ports: Ports, stored: StoredConnection) -> tuple[Change, ...]:
    """What a start would take in: the documents that changed since the cut-over line; none where the first poll draws
    that line. Reads only."""
    with ports.erp(stored.connection) as erp:
        if draws_line(ports, stored, erp, ports.connections.poll_state(stored.connection.id)):
            return ()
        return tuple(erp.changed("", stored.start_from))
