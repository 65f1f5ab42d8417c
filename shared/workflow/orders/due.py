"""When an order that rests (DONE, HELD, CANCELLED) is looked at again: for strays at set times after its intent, and
while its label has not reached its supplier."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from shared import log
from shared.connection import Connection
from shared.domain.record import Head
from shared.domain.shipment import Found, ShipmentPlan
from shared.domain.state import OPEN, Reason
from shared.ports import Ports
from shared.workflow.orders.label import next_reminder

FIRST_LOOKS = (timedelta(minutes=30), timedelta(hours=4))
"""After the intent; then once a day."""
DAILY = timedelta(days=1)
CALLED_WITHIN = timedelta(minutes=2)
"""The longest time from an intent to its create call: its function lives no longer (infra/functions.py)."""
CLOCKS = timedelta(minutes=1)
"""The most by which the clocks of two workers differ, with some time to spare. A short `settle` is at most doubled: it
is that of a sandbox on one machine."""
AGAIN = timedelta(hours=1)
"""The time until a look that the other side did not answer is tried once more."""


def settled_after_call(called: datetime, connection: Connection) -> datetime:
    """When a look-up begins to prove something about a create call that had ended by `called`."""
    return called + connection.settle + min(CLOCKS, connection.settle)


def settled_after_intent(intent_at: datetime, connection: Connection) -> datetime:
    """The same for a call that is known by its intent alone: it went out when its worker came to it."""
    return settled_after_call(intent_at + CALLED_WITHIN, connection)


def look_up(ports: Ports, head: Head, plan: ShipmentPlan, connection: Connection) -> Found:
    """Find the shipments under the head's reference, at every source of the carrier, under the connection that it was
    bought with. Raises Retry when a source did not answer, Refused or Misconfigured."""
    since = (head.intent_at or ports.clock.now()) - DAILY
    with ports.carrier(connection) as carrier:
        return carrier.find(head.reference, plan, since)


def may_have_stray(head: Head) -> bool:
    """Tell if a shipment with our reference may exist beside the one that is recorded, if one is.

    One create call that was answered with a shipment leaves no room for a second one: it goes out once, on a connection
    of its own, and no layer repeats it. A doubt remains after more than one create of the generation (`attempt`), after
    an adoption (a found shipment has no charges, so its cost is estimated), and, without a shipment, while an intent
    stands whose outcome was never proved: one that was proved not to have been made takes its `intent_at` with it.
    """
    if head.intent_at is None or not head.reference:
        return False
    return head.attempt > 1 or head.cost_estimated or not head.shipment_id


def due_at_rest(ports: Ports, head: Head, after: Head, soon: datetime) -> datetime | None:
    """When an order that rests after a step from `head` to `after` is looked at, None for never; `soon` for a look that
    is owed.

    It is looked at when something of it is in doubt, if only once more when the times for it are over.
    """
    now = after.updated_at
    if not may_have_stray(after):
        return next_reminder(after, now)
    due = next_look(after, ports.connections.revision(after.connection, after.revision), now) or soon
    return min(due, _owed_look(head, after, soon) or due)


def _owed_look(head: Head, after: Head, soon: datetime) -> datetime | None:
    """When a look is made up for whose time has come and that may not have been made: its worker died, or the order did
    not rest then. A look that was made says so (`looked`)."""
    if not may_have_stray(head):
        return None
    if head.state not in OPEN and head.reason != Reason.VOID:
        return head.due_at
    return soon if after.intent_at and after.intent_at + FIRST_LOOKS[0] < after.updated_at else None


def next_look(head: Head, connection: Connection, now: datetime) -> datetime | None:
    """When an order that rests (DONE, HELD, CANCELLED) is looked at again, None for never."""
    times = (_stray_look(head, connection, now), next_reminder(head, now))
    return min((each for each in times if each), default=None)


def stray_window_is_open(head: Head, connection: Connection, now: datetime) -> bool:
    """Tell if strays are still looked for; a day longer than the last look, for one that was not answered."""
    return head.intent_at is not None and now < head.intent_at + DAILY * (connection.void_window_days + 1)


def _stray_look(head: Head, connection: Connection, now: datetime) -> datetime | None:
    if not may_have_stray(head) or head.intent_at is None:
        return None
    return next((at for at in _stray_looks(head.intent_at, connection.void_window_days) if at > now), None)


def _stray_looks(intent_at: datetime, days: int) -> Iterator[datetime]:
    """Yield the times of the looks: after 30 minutes, after 4 hours, and then daily for this number of days."""
    yield from (intent_at + after for after in FIRST_LOOKS)
    yield from (intent_at + DAILY * day for day in range(1, days + 1))


def looked(head: Head) -> Head:
    """The head for the step that tells what a look has found: the next look is at its own time."""
    return replace(head, due_at=None)


def look_later(ports: Ports, head: Head, why: str) -> None:
    """A quiet look: the next one is noted, or none. No transition, for nothing was found."""
    connection, now = ports.connections.revision(head.connection, head.revision), ports.clock.now()
    later = next_look(head, connection, now)
    log.step("looked", order=head.key, connection=head.connection, why=why, again=later.isoformat() if later else "")
    ports.orders.postpone(head, later, count=False)


def look_failed(ports: Ports, head: Head, why: str, after: float | None) -> None:
    """A look that told nothing is repeated soon, also beyond the last time, but not for ever."""
    connection, now = ports.connections.revision(head.connection, head.revision), ports.clock.now()
    if not stray_window_is_open(head, connection, now):
        log.trouble("looks_given_up", order=head.key, connection=head.connection, why=why)
        ports.orders.postpone(head, next_reminder(head, now), count=False)
        return
    log.step("look_failed", order=head.key, connection=head.connection, why=why)
    ports.orders.postpone(head, now + max(AGAIN, timedelta(seconds=after or 0)), count=False)
