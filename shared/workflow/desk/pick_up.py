"""Ordering a carrier's driver: once for a place and a day. It costs money, so it has an intent as a label has one.

What the carrier may have heard of is never ordered anew before its pending pickups were looked through, and no more
once the driver may have come.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import add
from zoneinfo import ZoneInfo

from shared.connection import Connection
from shared.domain.address import Party
from shared.domain.measures import Weight
from shared.domain.money import Money
from shared.domain.pickup import Pickup, PickupOrder, PickupState, Pieces, key_of
from shared.errors import ParcelbridgeError, Refused, Retry, Unknown
from shared.ports import Conflict, PicksUp, Ports, StoredConnection
from shared.workflow.desk.hand_over import HandedOver, hand_over

BUSY = timedelta(minutes=3)
"""A call to the carrier is over by then, whatever became of who made it."""


@dataclass(frozen=True, slots=True)
class Wish:
    """The pickup that a person wants: from a location of the file, on a day, between two times of its clock."""

    location: str
    day: date
    ready: time
    close: time


@dataclass(frozen=True, slots=True)
class Planned:
    """A pickup before it is ordered: its order, what stands of it already, and the price if it was asked for."""

    account: str
    order: PickupOrder
    zone: ZoneInfo
    stands: Pickup | None
    price: Money | None = None


def plan_pickup(ports: Ports, stored: StoredConnection, wish: Wish) -> Planned:
    """The order of a pickup for all parcels that wait at the location, with its price. Nothing is bought.

    Where a pickup stands already, or may stand, no price is asked for. Raises Refused, which says why there is none."""
    connection = stored.connection
    place = _location(connection, wish.location)
    handed = hand_over(ports, [stored], wish.location)
    zone, now = ZoneInfo(handed.zone), ports.clock.now()
    today = now.astimezone(zone).date()
    if wish.day < today or wish.close <= wish.ready:
        wrong, field = (str(wish.day), "day") if wish.day < today else (f"{wish.close:%H:%M}", "close")
        raise Refused("pickup", f"{field} {wrong}: a day from {today} on, and ready before close", field=field)
    account = account_of(connection)
    stands = ports.pickups.get(account, key_of(place, wish.day))
    if stands and stands.state in (PickupState.ASKED, PickupState.CANCELLING, PickupState.MADE):
        return Planned(account, stands.order, zone, stands)
    order = _order(ports, wish, place, [each for each in (*handed.today, *handed.earlier) if not each.keep], stands)
    with _carrier(ports, connection) as carrier:
        return Planned(account, order, zone, stands, carrier.pickup_price(order))


def make_pickup(ports: Ports, stored: StoredConnection, wish: Wish, planned: Planned, who: str) -> Pickup:
    """Orders what was planned; one that stands is given back. Raises Refused, Retry (nothing was ordered) or Unknown:
    then the same command looks what became of it."""
    stands = planned.stands
    if stands and stands.state == PickupState.MADE:
        return stands
    if stands and stands.state == PickupState.CANCELLING:
        raise Refused("pickup", f"pickup {stands.number} is being cancelled: cancel it once more to end that")
    if stands and stands.state == PickupState.ASKED:
        return _settle(ports, stored.connection, stands, planned.zone, who)
    now = ports.clock.now()
    intent = Pickup(
        account=planned.account,
        connection=stored.connection.id,
        location=wish.location,
        order=planned.order,
        state=PickupState.ASKED,
        version=stands.version + 1 if stands else 1,
        token=ports.unique(),
        busy_until=now + BUSY,
        at=now,
        by=who,
    )
    _save(ports, intent)
    return _ask(ports, stored.connection, intent)


def cancel_pickup(ports: Ports, stored: StoredConnection, location: str, day: date, who: str) -> Pickup:
    """Cancels the pickup of a location and day; a second call ends what a first one began. Raises Refused where there
    is none, and what the carrier's call raises."""
    connection = stored.connection
    place = _location(connection, location)
    stands = ports.pickups.get(account_of(connection), key_of(place, day))
    if stands and stands.state == PickupState.CANCELLED:
        return stands
    if stands is None or stands.state not in (PickupState.MADE, PickupState.CANCELLING):
        state = f": it is {stands.state}" if stands else ""
        raise Refused("pickup", f"no pickup was made at {location} on {day}{state}", field="day")
    before = _next(ports, stands, state=PickupState.CANCELLING, by=who, at=ports.clock.now())
    _save(ports, before)
    with _carrier(ports, connection) as carrier:
        try:
            carrier.cancel_pickup(stands.number)
        except Refused as error:
            if stands.state == PickupState.MADE:
                _save(ports, _next(ports, before, state=PickupState.MADE, problem=str(error)))
                raise
            if not _is_cancelled(ports, carrier, stands, connection):
                raise
    after = _next(ports, before, state=PickupState.CANCELLED)
    _save(ports, after)
    return after


def _is_cancelled(ports: Ports, carrier: PicksUp, pickup: Pickup, connection: Connection) -> bool:
    """Tell if a cancel was refused since an earlier one, whose answer was lost, had cancelled it.

    The carrier says so, or has it no more among those of today and tomorrow before its driver can have come."""
    pending = {each.number: each.status for each in carrier.pending_pickups()}
    if pickup.number in pending:
        return pending[pickup.number] == carrier.cancelled_status
    place = connection.locations[pickup.location]
    now = ports.clock.now().astimezone(ZoneInfo(place.timezone or connection.timezone))
    begins = datetime.combine(pickup.order.day, pickup.order.ready, now.tzinfo)
    return pickup.order.day <= now.date() + timedelta(days=1) and now < begins


def account_of(connection: Connection) -> str:
    """The account whose pickups they are: the carrier's kind and the payer."""
    return f"{connection.carrier.kind}/{connection.carrier.payer}"


def _ask(ports: Ports, connection: Connection, intent: Pickup) -> Pickup:
    """The call itself, under an intent that is stored. A proof that nothing was ordered ends the intent; whatever else
    happens leaves it, and it is looked after by the next call."""
    try:
        with _carrier(ports, connection) as carrier:
            made = carrier.make_pickup(intent.order)
    except Unknown as error:
        _save(ports, _next(ports, intent, problem=str(error)))
        raise
    except ParcelbridgeError as error:
        _save(ports, _next(ports, intent, state=PickupState.NOT_MADE, problem=str(error)))
        raise
    after = _next(ports, intent, state=PickupState.MADE, number=made.number, cost=made.cost, problem="")
    _save(ports, after)
    return after


def _settle(ports: Ports, connection: Connection, asked: Pickup, zone: ZoneInfo, who: str) -> Pickup:
    """The end of an intent whose answer was lost. One with our reference is adopted. Else the same order is given
    again, for which the carrier has the same number; but not once the driver may have come: a pickup that is done is
    pending no more."""
    now = ports.clock.now()
    if now < asked.busy_until:
        left = (asked.busy_until - now).seconds // 60 + 1
        raise Retry(f"somebody orders the pickup at {asked.location} right now: try again in {left} min")
    with _carrier(ports, connection) as carrier:
        found = next((each for each in carrier.pending_pickups() if each.reference == asked.order.reference), None)
    if found and found.number:
        after = _next(ports, asked, state=PickupState.MADE, number=found.number, by=who, at=now, problem="")
        _save(ports, after)
        return after
    if now.astimezone(zone) >= datetime.combine(asked.order.day, asked.order.ready, zone):
        message = f"whether the pickup at {asked.location} was ordered is not known, and its time has begun"
        raise Refused(
            "pickup",
            message,
            field="pickup",
            hint="look at the carrier's own page, or call it, before you order another one",
        )
    again = _next(ports, asked, busy_until=now + BUSY, by=who, at=now)
    _save(ports, again)
    return _ask(ports, connection, again)


def _order(ports: Ports, wish: Wish, place: Party, waiting: list[HandedOver], stands: Pickup | None) -> PickupOrder:
    if not waiting:
        raise Refused("pickup", f"no parcel waits at {wish.location}: nothing is to be picked up", field="location")
    unknown = next((each for each in waiting if each.weight is None or not each.country), None)
    if unknown:
        raise Refused("pickup", f"the content of order {unknown.order} has expired: void its label", field="weight")
    counts = Counter((each.service, each.country) for each in waiting)
    weights: list[Weight] = [each.weight for each in waiting if each.weight]
    pieces = tuple(Pieces(*key, counts[key]) for key in sorted(counts))
    number = stands.version + 1 if stands else 1
    reference = f"{ports.deployment.upper()}-{key_of(place, wish.day)[-10:].upper()}-{number}"
    heaviest = reduce(lambda one, other: max(other, one), weights)
    return PickupOrder(place, wish.day, wish.ready, wish.close, pieces, reduce(add, weights), heaviest, reference)


def _location(connection: Connection, name: str) -> Party:
    location = connection.locations.get(name)
    if location is None:
        known = ", ".join(sorted(connection.locations))
        message = f"location {name} is not in the file of {connection.id}; there are {known}"
        raise Refused("pickup", message, field=f"locations.{name}", value=name)
    return location.party()


@contextmanager
def _carrier(ports: Ports, connection: Connection) -> Iterator[PicksUp]:
    with ports.carrier(connection) as carrier:
        if not isinstance(carrier, PicksUp):
            raise Refused("pickup", f"{connection.carrier.kind} is asked for no pickups", field="carrier.kind")
        yield carrier


def _next(ports: Ports, pickup: Pickup, **changes: object) -> Pickup:
    return replace(pickup, version=pickup.version + 1, token=ports.unique(), **changes)  # type: ignore[arg-type]


def _save(ports: Ports, pickup: Pickup) -> None:
    if not ports.pickups.save(pickup):
        raise Conflict(f"pickup at {pickup.location}")
