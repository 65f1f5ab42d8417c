"""Orders come in: what the ERP changed is read and claimed, what is not settled or rests is read again.

Under one lease a connection, in time: the poll stops at 80% of it and goes on by a message to itself. The cursor moves
only past documents that are stored or kept open; an overlap, a ledger and a daily re-scan make up for what the ERP
reports late.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from shared import log
from shared.domain.run import KEPT, Run
from shared.errors import Misconfigured, Retry
from shared.ports import Change, Erp, PollState, Ports, StoredConnection
from shared.workflow.intake.claim import take_one
from shared.workflow.intake.health import PATIENCE, Health
from shared.workflow.intake.line import draws_line, is_older, note_older, stood_before
from shared.workflow.intake.pending import leave_open, take_up, tell_unread
from shared.workflow.intake.reread import NEWEST, RESCAN, reread_open, reread_shipped
from shared.workflow.intake.run import Poll, by_age, chunks, run_of
from shared.workflow.intake.selection import draw_anew, not_wanted
from shared.workflow.orders.closing import close_connection

RESCAN_EVERY = timedelta(days=1)
SHARE = 0.4
"""The part of a poll's time that may go to documents that are read again."""
RESERVE = 0.2
"""The part of it in which nothing is begun any more."""
BATCH = 10


def poll(ports: Ports, connection_id: str, time_left: Callable[[], float]) -> None:
    """Reads what changed in the ERP of one connection. Quiet when it is paused, or polled by somebody else."""
    stored = ports.connections.get(connection_id)
    if stored is None or stored.status != "running":
        log.step("poll_skipped", connection=connection_id, status=stored.status if stored else "unknown connection")
        if stored:
            _keep_skipped(ports, connection_id, f"skipped: the connection is {stored.status}")
        return
    if stored.connection.receives:
        ports.receiving_queue.send(connection_id, [""], "receiving")
        return
    whole = time_left()
    with ports.lease("poll", connection_id, timedelta(seconds=whole + 30)) as owner:
        if not owner:
            log.step("poll_running_elsewhere", connection=connection_id)
            _keep_skipped(ports, connection_id, "skipped: another poll of it was running")
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
    state = before = ports.connections.poll_state(connection_id)
    outcome, again, running = "failed: see the log", False, None
    try:
        state = draw_anew(ports, stored, state)
        if state.line_since != before.line_since:
            ports.connections.save_poll(connection_id, owner, state)
        with ports.erp(stored.connection) as erp:
            running = Poll(ports, stored, erp, owner, in_scope(state, erp), time_left)
            again = _run(running, whole)
        outcome = "; ".join(running.failures) or f"{running.taken} read"
        if _succeeded(running):
            running.state = replace(running.state, succeeded=now)
        log.count("Polls", connection=connection_id)
    except Retry as error:
        outcome = f"the ERP did not answer: {error}"
    except Misconfigured as error:
        again = not close_connection(ports, stored, error)
        outcome = f"{'a former credential was refused' if again else 'closed'}: {error}"
    finally:
        if running:
            tell_unread(running)
        kept = replace(running.state if running else state, polled=now, outcome=outcome[:400], reading=())
        ports.connections.save_poll(connection_id, owner, kept)
        run = run_of(running, connection_id, now, ports.clock.now(), outcome[:400])
        _keep(ports, replace(run, goes_on=again))
    return outcome, again


def _keep_skipped(ports: Ports, connection_id: str, why: str) -> None:
    now = ports.clock.now()
    _keep(ports, Run(connection_id, now, now, why))


def _keep(ports: Ports, run: Run) -> None:
    ports.connections.keep_run(run, run.ended + KEPT)


def _succeeded(running: Poll) -> bool:
    """Tell if everything that the ERP called changed was read as far as the time went: the next run goes on. A document
    that is open and fails does not count, unless so many fail since anything was read that the ERP is at fault."""
    well = running.state.well
    failing = [each for each in running.open.values() if each.tries and (well is None or each.since > well)]
    return not running.fresh and len(failing) < PATIENCE


def in_scope(state: PollState, erp: Erp) -> PollState:
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


def _run(running: Poll, whole: float) -> bool:
    """Read the open documents, then the changed ones, then re-scan; True when time ran out and the poll must go on."""
    take_up(running)
    reread_open(running, whole * (1 - SHARE))
    running.health, began = Health(), running.well
    state, stored = running.state, running.stored
    older = list(stood_before(stored, running.erp, state))
    changes = running.erp.changed(state.cursor, stored.start_from)
    if draws_line(running.ports, stored, running.erp, state):
        older += changes
    if older:
        note_older(running.ports, stored.connection.id, older)
    cursor, finished = _take(running, changes, state.cursor, whole * RESERVE)
    running.state = replace(running.state, cursor=cursor, rescanned=state.rescanned or running.ports.clock.now())
    finished = finished and _rescan(running, whole * RESERVE)
    if finished and running.state.shipped_after:
        after = reread_shipped(running, running.state, whole * RESERVE)
        running.state = replace(running.state, shipped_after=after)
    return not finished and not running.health.at_fault and running.well > began


def _rescan(running: Poll, reserve: float) -> bool:
    """Once a day the last days are looked through, which is what finds an order that the ERP committed late. It goes on
    where its time ran out, and leaves the cursor where it is. Returns True when nothing is left to do."""
    state, now = running.state, running.ports.clock.now()
    if state.rescanned is None or (state.rescan_after is None and now - state.rescanned < RESCAN_EVERY):
        return True
    place = state.rescan_after or ""
    listed = running.erp.changed("", max(running.stored.start_from, now - RESCAN))
    changes = [change for change in listed if by_age(change.stamp) >= by_age(place)]
    again = running.stored.connection.erp.selects_by_others
    place, finished = _take(running, changes, place, reserve, again=again)
    if not finished:
        running.state = replace(running.state, rescan_after=place)
        return False
    since = state.shipped_since if state.shipped_after else state.rescanned  # the last walk may not be over
    if state.shipped_since is None:  # polls that died before the first one that came to its end may have taken orders
        since = max(running.stored.start_from, now - RESCAN)
    began = replace(running.state, shipped_since=since, shipped_after=NEWEST)
    running.state = replace(began, rescanned=now, rescan_after=None)
    return True


def _take(
    running: Poll, changes: Sequence[Change], cursor: str, reserve: float, *, again: bool = False
) -> tuple[str, bool]:
    """Takes changes in until they end or time does; returns the last stamp up to which everything is stored or open.
    What was read and not wanted is read `again`."""
    connection = running.stored.connection.id
    running.listed += len(changes)
    for page in chunks(changes, 100):
        ledger = running.ports.connections.seen(connection, [change.document for change in page])
        for document in not_wanted(running.ports, running.erp, connection, ledger) if again else ():
            del ledger[document]
        for batch in chunks(page, BATCH):
            new = [change for change in batch if _is_new(running, change, ledger.get(change.document, ""))]
            running.known += len(batch) - len(new)
            if new:
                running.save(reading=tuple(new))
            stored: list[Change] = []
            for change in batch:
                if running.must_stop(reserve):
                    _finish_batch(running, stored)
                    return cursor, False
                if change in new and _take_new(running, change):
                    stored.append(change)
                cursor = max(cursor, change.stamp, key=by_age)
            _finish_batch(running, stored)
    return cursor, True


def _is_new(running: Poll, change: Change, mark: str) -> bool:
    """Not taken in before, not older than the line, and not open for this very change: then it has its own times."""
    kept = running.open.get(change.document)
    known = mark == running.mark(change) or is_older(mark)
    return not known and not (kept and kept.stamp == change.stamp)


def _take_new(running: Poll, change: Change) -> bool:
    """Take the changed document, and tell if it is settled; it is left open if it is not."""
    taken = take_one(running, change.document)
    if not taken.settled:
        leave_open(running, change, taken)
    return taken.settled


def _finish_batch(running: Poll, stored: Sequence[Change]) -> None:
    running.send_hints()
    running.mark_seen(stored)
