"""When an order is bought: at once, on its ship date, or once it is confirmed. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from shared.connection import Connection
from shared.domain.calendar import ShipRule, buy_at, date_for_carrier, ship_on
from shared.domain.order import Order
from shared.domain.record import Snapshot
from shared.workflow.planning.route import origin_zone

READ_AGAIN = "read_again"
FRESH = timedelta(minutes=30)
"""So long what was read of lines and parcels is good for a label, where these change without their document."""
UNTIL_READ = timedelta(hours=6)
"""The next poll reads such an order; this only bounds how long it goes unlooked at."""
LOOK_AGAIN = timedelta(days=7)
"""Each poll reads an order that waits for its confirmation again; this only bounds how long it goes unlooked at."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Why an order is not bought yet: until when, the reason for listings, and a sentence."""

    until: datetime
    reason: str
    why: str


def ship_day(order: Order, connection: Connection, now: datetime) -> date:
    """The day in the ship-from's zone on which the order ships."""
    return ship_on(order, _rule(connection), origin_zone(order, connection), now)


def ship_date(order: Order, connection: Connection, now: datetime) -> date | None:
    """The day that the carrier is told, at most 7 days ahead. None when nothing is set and the day of the label will
    do."""
    zone = origin_zone(order, connection)
    today = now.astimezone(zone).date()
    day = date_for_carrier(ship_day(order, connection, now), _rule(connection), today)
    return None if connection.ship_when is None and day == today else day


def wait_of(order: Order, connection: Connection, now: datetime) -> Wait | None:
    """Return why and until when the order waits before it may be bought, None when it may be bought now."""
    if connection.ship_when is None:
        return None
    if connection.ship_when.confirmed and not order.confirmed:
        return Wait(now + LOOK_AGAIN, "unconfirmed", "the ERP has no confirmation of it yet")
    day = ship_day(order, connection, now)
    due = buy_at(day, origin_zone(order, connection))
    needed = f", needed {order.needed}" if order.needed else ""
    return Wait(due, "ship_date", f"it ships on {day:%Y-%m-%d}{needed}") if due > now else None


def read_first(snapshot: Snapshot, connection: Connection, now: datetime) -> Wait | None:
    """Return the wait of an order that is to be read once more before it may be bought, None for one read lately.

    A person's approval, a ship date or a limit may lie between its reading and its label, and no change of the document
    tells that its parcels were packed anew meanwhile."""
    if not connection.erp.details_change_alone or (snapshot.read_at and now - snapshot.read_at <= FRESH):
        return None
    return Wait(now + UNTIL_READ, READ_AGAIN, "its lines and parcels are read once more before its label is bought")


def _rule(connection: Connection) -> ShipRule:
    return connection.ship_when.rule() if connection.ship_when else ShipRule()
