"""From a received order to a bought shipment, exactly once.

A message is only a hint: `process` reads where the order stands and goes on from there. It may run twice, at the same
time, and die at any point. A create call is made only behind a written INTENT, and never again before its outcome is
known.
"""

from __future__ import annotations

from shared import log
from shared.domain.record import Head
from shared.domain.state import Reason, State
from shared.errors import Misconfigured, NewerFormat, Refused
from shared.ports import Conflict, Ports, StoredConnection
from shared.workflow.orders.closing import close_connection, newer_format
from shared.workflow.orders.step import HEAL, held, waits
from shared.workflow.shipping.buy import TimeLeft, buy
from shared.workflow.shipping.checks import watch
from shared.workflow.shipping.labels import finish_labels
from shared.workflow.shipping.outcome import end_lease, find_out, look_again
from shared.workflow.shipping.quote import quote


def process(ports: Ports, key: str, time_left: TimeLeft) -> None:
    """Takes the order as far as it goes now. Returns quietly when somebody else is at it or its time has not come."""
    try:
        head = ports.orders.head(key)
        stored = ports.connections.get(head.connection) if head else None
    except NewerFormat as error:
        return newer_format("", key, error)
    if head is None or stored is None:
        log.trouble("order_not_found", order=key)
        return None
    connection = head.connection
    try:
        while head is not None and not _blocked(ports, head, stored):
            head = _step_or_hold(ports, head, stored, time_left)
    except Conflict:
        log.step("somebody_else_was_first", order=key)
    except Misconfigured as error:
        if not close_connection(ports, stored, error):
            ports.order_queue.send(connection, [key], "order")
    except NewerFormat as error:
        newer_format(connection, key, error)


def _blocked(ports: Ports, head: Head, stored: StoredConnection) -> bool:
    """Nothing is begun for a connection that does not run; what is in flight is still settled unless it is closed."""
    if waits(head, ports.clock.now()):
        return True
    beginning = head.state in (State.RECEIVED, State.READY)
    if stored.status == "closed" or (stored.status != "running" and beginning):
        ports.orders.postpone(head, ports.clock.now() + HEAL, count=False)
        return True
    return False


def _step_or_hold(ports: Ports, head: Head, stored: StoredConnection, time_left: TimeLeft) -> Head | None:
    """One step. What the store refuses (a snapshot that has expired, or is too large to be kept) is for a person."""
    try:
        return _step(ports, head, stored, time_left)
    except Refused as error:
        refused = Reason.SIZE if error.reason == Reason.SIZE else Reason.MISSING
        reason = {State.UNKNOWN: Reason.UNKNOWN, State.SHIPPED: Reason.LABEL}.get(head.state, refused)
        held(ports, head, reason, str(error), field=error.field, hint=error.hint)
        return None


def _step(ports: Ports, head: Head, stored: StoredConnection, time_left: TimeLeft) -> Head | None:
    """One step; None when there is nothing more to do now."""
    match head.state:
        case State.RECEIVED:
            return quote(ports, head, stored)
        case State.READY:
            return buy(ports, head, stored, time_left)
        case State.INTENT:
            return end_lease(ports, head)
        case State.UNKNOWN:
            return find_out(ports, head)
        case State.SHIPPED:
            return finish_labels(ports, head)
        case _:
            (look_again if head.in_doubt and head.reason != Reason.STRAY else watch)(ports, head)
            return None
