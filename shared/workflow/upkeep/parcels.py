"""Brings back the watched parcels whose next look has come: each connection's in messages of its own."""

from __future__ import annotations

from collections import defaultdict

from shared.ports import Ports
from shared.workflow.orders.step import HEAL

TOGETHER = 50
"""Parcels in one message: one subscription takes them all, and a worker has the time to ask for each."""


def send_looks(ports: Ports, page: int) -> int:
    """Sends messages for at most a page of due parcels, and looks at them again later; returns how many were due.

    The message goes first: a crash between the two costs one message too many, never one too few.
    """
    now = ports.clock.now()
    due = ports.tracking.due(now, page)
    by_connection: dict[str, list[str]] = defaultdict(list)
    for watch in due:
        by_connection[watch.connection].append(watch.number)
    for connection, numbers in by_connection.items():
        keys = [" ".join(numbers[start : start + TOGETHER]) for start in range(0, len(numbers), TOGETHER)]
        ports.looks_queue.send(connection, keys, "look")
    for watch in due:
        ports.tracking.postpone(watch, now + HEAL)
    return len(due)
