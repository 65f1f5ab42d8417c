"""Which labels there are to send or to print, read from the indexes: never a scan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from shared.domain.record import Head
from shared.ports import Ports, StoredConnection
from shared.workflow.desk.listing import heads_in
from shared.workflow.orders.label import SENT, WAITING, bought_at, has_label

LOOK_BACK = timedelta(days=60)
"""Orders taken in before this are not looked at for labels: an order that waits for its date is bought much sooner."""
FAR = timedelta(days=36500)
MOST = 100_000


def waiting(ports: Ports, connections: Sequence[StoredConnection]) -> list[Head]:
    """Labels that have not reached their supplier, oldest first.

    Such an order has a due time while it moves or is done, and stands among the held ones otherwise.
    """
    names = {each.connection.id for each in connections}
    due = ports.orders.due(ports.clock.now() + FAR, MOST)
    held = [head for name in sorted(names) for head in heads_in(ports, name, "held")]
    found = {head.key: head for head in (*due, *held) if head.connection in names and has_label(head)}
    return sorted(
        (head for head in found.values() if head.label == WAITING), key=lambda head: (bought_at(head), head.key)
    )


def labelled(ports: Ports, connections: Iterable[StoredConnection]) -> Iterator[tuple[Head, StoredConnection]]:
    """Orders that have a label, of those taken in within LOOK_BACK."""
    since = ports.clock.now() - LOOK_BACK
    for stored in connections:
        for bucket in ("done", "held", "open"):
            for head in heads_in(ports, stored.connection.id, bucket):
                if head.created_at < since:
                    break
                if has_label(head):
                    yield head, stored


def is_warehouse_s(head: Head) -> bool:
    """Tell if a warehouse prints the label; a supplier's goes by a link."""
    return head.label not in (WAITING, SENT)


def made_today(head: Head, stored: StoredConnection, now: datetime) -> bool:
    """Tell if the label was made on this day of the connection's zone."""
    zone = ZoneInfo(stored.connection.timezone)
    return bought_at(head).astimezone(zone).date() == now.astimezone(zone).date()
