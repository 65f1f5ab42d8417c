"""Due orders: each gets a message, or waits for its connection, or is handed to a person."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta

from shared import log
from shared.domain.record import Head
from shared.domain.state import AWAITED, OPEN, Reason, State
from shared.errors import NewerFormat
from shared.ports import Conflict, Ports, StoredConnection
from shared.workflow.orders.step import HEAL, held

GIVE_UP_AFTER = 96
"""Sweeps of one order without any step (a day of them) that mean that its steps fail in a way nobody foresaw."""

LONG_IN_DOUBT = timedelta(hours=1)
"""The time for which the carrier could not be asked about a create, after which a person hears of the order."""


class SomeFailed(Exception):
    """Orders of a page failed in a way nobody foresaw; the others of it had their turn. `due` counts them all."""

    def __init__(self, due: int, first: Exception) -> None:
        super().__init__(str(first))
        self.due, self.first = due, first


def send_orders(ports: Ports, page: int) -> int:
    """Sends a message for each of at most a page of due orders and looks at it again later; says how many were due.

    Raises SomeFailed once all of them had their turn.
    """
    failures: list[Exception] = []
    due = ports.orders.due(ports.clock.now(), page)
    _doubts(ports, due)
    connections = {each: _readable(ports, each) for each in dict.fromkeys(head.connection for head in due)}
    _send(ports, [head for head in due if _goes(ports, head, connections[head.connection], failures)])
    if failures:
        raise SomeFailed(len(due), failures[0])
    return len(due)


def _doubts(ports: Ports, due: list[Head]) -> None:
    """Counts what has been in doubt for long: a lost answer that its look-up settles within the hour wakes nobody."""
    before = ports.clock.now() - LONG_IN_DOUBT
    for head in due:
        awaited = head.reason in AWAITED
        if head.state == State.UNKNOWN and not awaited and head.intent_at and head.intent_at < before:
            log.count("LabelsUnknown", connection=head.connection)


def _readable(ports: Ports, connection: str) -> StoredConnection | None:
    """The connection; None for one that this release cannot read, whose orders wait while those of the others go."""
    try:
        return ports.connections.get(connection)
    except (NewerFormat, ValueError) as error:
        log.trouble("connection_unreadable", connection=connection, why=type(error).__name__)
        log.count("NewerFormats", connection=connection)
        return None


def _send(ports: Ports, heads: list[Head]) -> None:
    """The message first, then the next look: a crash between them costs one message too many, never one too few."""
    by_connection: dict[str, list[str]] = defaultdict(list)
    for head in heads:
        by_connection[head.connection].append(head.key)
    for connection, keys in by_connection.items():
        ports.order_queue.send(connection, keys, "order")
    for head in heads:
        ports.orders.postpone(head, ports.clock.now() + HEAL)


def _rests(head: Head) -> bool:
    """Tell if it is only looked at: its looks are counted by their times, and end by themselves."""
    return head.state not in OPEN and head.reason != Reason.VOID


def _goes(ports: Ports, head: Head, stored: StoredConnection | None, failures: list[Exception]) -> bool:
    """Tell if it gets a message. A failure stays with its order, unless that cannot even be put off: then the store is
    at fault, which is raised."""
    try:
        return _may_go(ports, head, stored)
    except Exception as error:  # noqa: BLE001 - one poison order must not keep all others from being brought back
        log.failed("order_not_swept", error, order=head.key, connection=head.connection)
        ports.orders.postpone(head, ports.clock.now() + HEAL)
        failures.append(error)
        return False


def _may_go(ports: Ports, head: Head, stored: StoredConnection | None) -> bool:
    """Tell if a message makes sense now. An order that may not go is looked at again later, or handed to a person."""
    waits_for_connection = stored is None or (
        stored.status == "closed" or (stored.status != "running" and head.state in (State.RECEIVED, State.READY))
    )
    if waits_for_connection:
        ports.orders.postpone(head, ports.clock.now() + HEAL, count=False)
        return False
    if head.swept < GIVE_UP_AFTER or head.state == State.INTENT or _rests(head) or head.reason in AWAITED:
        return True
    try:
        reason = Reason.UNKNOWN if head.state == State.UNKNOWN else Reason.RETRIES
        held(ports, head, reason, f"no step succeeded in {head.swept} looks: see the log and the dead letters")
    except Conflict:
        pass
    except NewerFormat:
        ports.orders.postpone(head, ports.clock.now() + HEAL)
    return False
