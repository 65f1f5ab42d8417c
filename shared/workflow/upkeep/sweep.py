"""Brings back whatever is due: backoff that is over, messages that were lost, workers that died."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from datetime import datetime
from operator import attrgetter

from shared import log
from shared.errors import NewerFormat
from shared.ports import Ports, StoredConnection
from shared.workflow.orders.closing import newer_format
from shared.workflow.tracking.account import send_account
from shared.workflow.tracking.silence import unheard_since
from shared.workflow.upkeep.hints import hints
from shared.workflow.upkeep.orders import SomeFailed, send_orders
from shared.workflow.upkeep.parcels import send_looks
from shared.workflow.upkeep.stale_polls import silent_since

PAGE = 200
"""The number of one kind that are handled before the next kind has its turn."""
TURN_SECONDS = 5.0
"""Time that must be left to begin a turn."""
LISTENED_AT = 7
"""The minute of each hour in which the connections' parcels are gone through for silence."""

KINDS: Mapping[str, Callable[[Ports, int], int]] = {
    "order": send_orders,
    "telling": hints("telling", attrgetter("write_back_queue"), "order"),
    "look": send_looks,
}
"""The kinds of due work, each with the function that sends the messages of a page and returns how many were due."""


def sweep(ports: Ports, time_left: Callable[[], float]) -> int:
    """Sends a message for whatever is due and looks at it again later; returns how much was due.

    Each kind has a page at a time, and each sweep begins with another one, so that none of them starves the others.
    What fails in a way nobody foresaw is raised once all others had their turn.
    """
    swept, failures = dict.fromkeys(KINDS, 0), list[Exception]()
    turns = deque(KINDS)
    turns.rotate(-ports.clock.now().minute)
    while turns and time_left() > TURN_SECONDS:
        kind = turns.popleft()
        due = _turn(ports, kind, failures)
        swept[kind] += due
        if due >= PAGE:
            turns.append(kind)
    _listen(ports, time_left)
    total = sum(swept.values())
    log.step("swept", due=total, kinds=swept)
    if failures:
        raise failures[0]
    return total


def _turn(ports: Ports, kind: str, failures: list[Exception]) -> int:
    """How many of a kind were due. A kind that cannot be swept at all has no further turn."""
    try:
        return KINDS[kind](ports, PAGE)
    except SomeFailed as error:
        failures.append(error.first)
        return error.due
    except Exception as error:  # noqa: BLE001 - what keeps one kind from being brought back is no matter of the others
        log.failed("kind_not_swept", error, kind=kind)
        failures.append(error)
        return 0


def _listen(ports: Ports, time_left: Callable[[], float]) -> None:
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
        _ask_account(ports, stored)
        if now.minute == LISTENED_AT and time_left() > TURN_SECONDS:
            _hear(ports, stored, now)


def _hear(ports: Ports, stored: StoredConnection, now: datetime) -> None:
    """Counts a connection whose parcels are not heard of."""
    name, since = stored.connection.id, unheard_since(ports, stored, now)
    if since:
        log.trouble("tracking_silent", connection=name, since=since.isoformat())
        log.count("TrackingSilent", connection=name)


def _ask_account(ports: Ports, stored: StoredConnection) -> None:
    """Has the account's events read once their time has come; what fails here keeps no other connection waiting."""
    try:
        send_account(ports, stored)
    except NewerFormat as error:
        newer_format(stored.connection.id, "", error)
