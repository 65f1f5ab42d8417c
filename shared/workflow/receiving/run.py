"""A turn of a connection that receives: the ERP's changes, its purchase orders at the warehouse, and the receipts.

Under the poll's lease, in time: what one turn does not reach the next one does. Every effect is behind an intent, so
that a turn may end at any point.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import cast

from shared import log
from shared.connection import receiving_rules
from shared.domain.receiving import Hold, InboundOrder
from shared.domain.run import KEPT
from shared.errors import Misconfigured, NewerFormat, Refused, Retry, hint_of
from shared.ports import Conflict, PollState, Ports, StoredConnection
from shared.ports.receiving import ReceivesGoods, TakesPurchaseOrders
from shared.workflow.intake.pending import tell_unread
from shared.workflow.intake.poll import in_scope
from shared.workflow.intake.run import Poll, run_of
from shared.workflow.orders.closing import close_connection, newer_format
from shared.workflow.receiving.arrivals import arrivals
from shared.workflow.receiving.count import count
from shared.workflow.receiving.job import Job
from shared.workflow.receiving.place_order import place
from shared.workflow.receiving.post import post
from shared.workflow.receiving.record import AGAIN, held
from shared.workflow.receiving.stock import begin, compare, put_off
from shared.workflow.receiving.take_in import take_in


def receive(ports: Ports, connection_id: str, time_left: Callable[[], float]) -> None:
    """One turn of a connection. Quiet when it is paused, receives nothing, or another worker is at it."""
    stored = ports.connections.get(connection_id)
    if stored is None or stored.status != "running" or not stored.connection.receives:
        log.step("receiving_skipped", connection=connection_id, status=stored.status if stored else "unknown")
        return
    whole = time_left()
    with ports.lease("poll", connection_id, timedelta(seconds=whole + 30)) as owner:
        if not owner:
            log.step("receiving_elsewhere", connection=connection_id)
            return
        outcome, again = _under_lease(ports, stored, owner, time_left)
    log.step("received", connection=connection_id, outcome=outcome)
    if again:
        ports.receiving_queue.send(connection_id, [""], "receiving")


def _under_lease(
    ports: Ports, stored: StoredConnection, owner: str, time_left: Callable[[], float]
) -> tuple[str, bool]:
    connection_id, now = stored.connection.id, ports.clock.now()
    state = ports.connections.poll_state(connection_id)
    outcome, again, poll = "failed: see the log", False, None
    try:
        with ports.erp(stored.connection) as erp, ports.carrier(stored.connection) as carrier:
            if not (isinstance(erp, ReceivesGoods) and isinstance(carrier, TakesPurchaseOrders)):
                raise Misconfigured("this ERP and this carrier cannot receive together", field="carrier.inbound_as")
            poll = Poll(ports, stored, erp, owner, in_scope(state, erp), time_left)
            job = Job(
                poll,
                cast("ReceivesGoods", erp),
                cast("TakesPurchaseOrders", carrier),
                receiving_rules(stored.connection),
                erp.system,
                erp.company,
            )
            again = _turn(job)
        outcome = "; ".join([*poll.failures, *job.failures]) or f"{poll.taken} read"
        if not poll.fresh and not job.failures:
            poll.state = replace(poll.state, succeeded=now)
        log.count("Polls", connection=connection_id)
    except Retry as error:
        outcome = f"the ERP did not answer: {error}"
    except Misconfigured as error:
        again = not close_connection(ports, stored, error)
        outcome = f"{'a former credential was refused' if again else 'closed'}: {error}"
    finally:
        if poll:
            tell_unread(poll)
        kept: PollState = replace(poll.state if poll else state, polled=now, outcome=outcome[:400], reading=())
        ports.connections.save_poll(connection_id, owner, kept)
        run = run_of(poll, connection_id, now, ports.clock.now(), outcome[:400])
        ports.connections.keep_run(replace(run, goes_on=again), run.ended + KEPT)
    return outcome, again


def _turn(job: Job) -> bool:
    """Takes in what changed, then works on each purchase order; True when time ran out and the turn must go on."""
    levels = begin(job)  # before receipts are counted: what came in until now is booked on both sides then
    job.compares = levels is not None
    stopped: str | None = None  # where a side began to rest: the next turn begins behind it
    finished = _taken_in(job)
    listed = (job.ports.receiving.listing(job.connection, bucket) for bucket in ("open", "held"))
    standing = _from(job.poll.state.shipped_after or "", [key for found in listed for key in found])
    for key in dict.fromkeys([*job.touched, *standing]):
        if job.must_stop():
            if levels:
                put_off(job)
            return True
        if "warehouse" in job.resting and "ERP" in job.resting:
            job.poll.state = replace(job.poll.state, shipped_after=stopped)
            return False
        _work_on(job, key)
        stopped = stopped or (key if job.resting else None)
        job.poll.state = replace(job.poll.state, shipped_after=key)
    job.poll.state = replace(job.poll.state, shipped_after=stopped)
    if levels and finished and not job.resting:
        finished = compare(job, levels) or not job.must_stop()
    return not finished and not job.resting


def _from(place: str, keys: list[str]) -> list[str]:
    """The keys from behind the one at which the last turn's time ran out, so that no turn begins with the same ones."""
    behind = keys.index(place) + 1 if place in keys else 0
    return [*keys[behind:], *keys[:behind]]


def _taken_in(job: Job) -> bool:
    """Goes on with what was received although the ERP does not list its changes."""
    try:
        return take_in(job)
    except Retry as error:
        job.rests("ERP", str(error))
        return True


def _work_on(job: Job, key: str) -> None:
    """Places one order, counts what came in, and books it. What somebody else does at the same time is theirs."""
    try:
        order = job.ports.receiving.get(key)
        if order is None or order.connection != job.connection:
            return
        order = _at_warehouse(job, order)
        post(job, order)
    except Conflict:
        log.step("inbound_conflict", order=key, connection=job.connection)
    except NewerFormat as error:
        newer_format(job.connection, key, error)


def _at_warehouse(job: Job, order: InboundOrder) -> InboundOrder:
    """Asks the warehouse, unless it rests; the ERP's receipts go on then."""
    if "warehouse" in job.resting:
        return order
    try:
        return arrivals(job, count(job, place(job, order)))
    except Retry as error:
        if error.after is None or error.after < _LONG:
            job.rests("warehouse", str(error))
    except Refused as error:
        order = job.ports.receiving.get(order.key) or order
        hint, due = hint_of(error), job.ports.clock.now() + AGAIN
        return held(job.ports, order, Hold.REFUSED, str(error), field=error.field, hint=hint, due=due)
    return job.ports.receiving.get(order.key) or order


_LONG = 300.0
"""Seconds of a wait that is one order's own, such as of a supplier that settles: others go on."""
