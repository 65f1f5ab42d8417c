"""Brings back whatever is due: backoff that is over, messages that were lost, workers that died."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta

from shared import log
from shared.domain.record import Head
from shared.domain.state import OPEN, Reason, State
from shared.errors import NewerFormat
from shared.ports import Conflict, Ports, StoredConnection
from shared.workflow.orders.closing import newer_format
from shared.workflow.orders.step import HEAL, held
from shared.workflow.upkeep.stale_polls import silent_since

PAGE = 200
GIVE_UP_AFTER = 96
"""So many sweeps of one order without any step (a day of them) mean that its steps fail in a way nobody foresaw."""

LONG_IN_DOUBT = timedelta(hours=1)
"""An order whose carrier could not be asked for so long what became of its create is one that a person hears of."""


def sweep(ports: Ports, time_left: Callable[[], float]) -> int:
    """Sends a message for each due order and looks at it again later; returns how many were due.

    What goes wrong with one order in a way nobody foresaw is raised once the others had their turn.
    """
    total, failures = 0, list[Exception]()
    connections: dict[str, StoredConnection | None] = {}
    while time_left() > 5:
        due = ports.orders.due(ports.clock.now(), PAGE)
        _doubts(ports, due)
        for head in due:
            if head.connection not in connections:
                connections[head.connection] = _readable(ports, head.connection)
        _send(ports, [head for head in due if _goes(ports, head, connections[head.connection], failures)])
        total += len(due)
        if len(due) < PAGE:
            break
    total += _tell(ports)
    _listen(ports)
    log.step("swept", due=total)
    if failures:
        raise failures[0]
    return total


def _tell(ports: Ports) -> int:
    """Sends a message for each order of which the ERP is to be told something; a page of them at a time is enough."""
    keys = ports.orders.tellings_due(ports.clock.now(), PAGE)
    for head in ports.orders.heads(keys):
        try:
            telling = ports.orders.telling(head.key)
        except NewerFormat as error:
            newer_format(head.connection, head.key, error)
            continue
        if telling:
            ports.write_back_queue.send(head.connection, [head.key], "order")
            ports.orders.put_off(head.key, telling, ports.clock.now() + HEAL)
    return len(keys)


def _doubts(ports: Ports, due: list[Head]) -> None:
    """Counts what has been in doubt for long: a lost answer that its look-up settles within the hour wakes nobody."""
    before = ports.clock.now() - LONG_IN_DOUBT
    for head in due:
        if head.state == State.UNKNOWN and head.intent_at and head.intent_at < before:
            log.count("LabelsUnknown", connection=head.connection)


def _listen(ports: Ports) -> None:
    """Counts the connections that should have read their ERP and did not: a schedule that fails does not say so."""
    now = ports.clock.now()
    try:
        connections = ports.connections.all()
    except (NewerFormat, ValueError) as error:  # whose it is, its own orders say when they are due
        log.trouble("connection_unreadable", why=type(error).__name__)
        log.count("NewerFormats")
        return
    for stored in connections:
        name = stored.connection.id
        since = silent_since(stored, ports.connections.poll_state(name), now)
        if since:
            log.trouble("connection_silent", connection=name, since=since.isoformat())
            log.count("ConnectionsSilent", connection=name)


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
    """Whether it is only looked at: its looks are counted by their times, and end by themselves."""
    return head.state not in OPEN and head.reason != Reason.VOID


def _goes(ports: Ports, head: Head, stored: StoredConnection | None, failures: list[Exception]) -> bool:
    """Whether it gets a message. A failure stays with its order, unless that cannot even be put off: then the store is
    at fault, which is raised."""
    try:
        return _may_go(ports, head, stored)
    except Exception as error:  # noqa: BLE001 - one poison order must not keep all others from being brought back
        log.failed("order_not_swept", error, order=head.key, connection=head.connection)
        ports.orders.postpone(head, ports.clock.now() + HEAL)
        failures.append(error)
        return False


def _may_go(ports: Ports, head: Head, stored: StoredConnection | None) -> bool:
    """Whether a message makes sense now. What may not go is looked at again later, or handed to a person."""
    waits_for_connection = stored is None or (
        stored.status == "closed" or (stored.status != "running" and head.state in (State.RECEIVED, State.READY))
    )
    if waits_for_connection:
        ports.orders.postpone(head, ports.clock.now() + HEAL, count=False)
        return False
    if head.swept < GIVE_UP_AFTER or head.state == State.INTENT or _rests(head):
        return True
    try:
        reason = Reason.UNKNOWN if head.state == State.UNKNOWN else Reason.RETRIES
        held(ports, head, reason, f"no step succeeded in {head.swept} looks: see the log and the dead letters")
    except Conflict:
        pass
    except NewerFormat:
        ports.orders.postpone(head, ports.clock.now() + HEAL)
    return False
