"""Who sends what to whom, by the connection's flow. Pure; never guessed from the order."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from shared.connection import Connection, Location
from shared.domain.address import Party
from shared.domain.order import Order
from shared.domain.problem import Unshippable
from shared.domain.state import Reason

_NO_LETTER_OR_DIGIT = re.compile(r"\W")


@dataclass(frozen=True, slots=True)
class Route:
    """From where to where the goods go, and what was taken from the connection file's locations for it."""

    ship_from: Party
    ship_to: Party
    notes: tuple[str, ...] = ()


def route(order: Order, connection: Connection) -> Route:
    """The order's places. Inbound and drop-ship leave the supplier, outbound leaves our own warehouse.

    Raises Unshippable for a drop-ship that names no customer, or that would go to our own warehouse, and for an
    outbound order of a warehouse that nobody has described.
    """
    if order.flow == "outbound":
        return _outbound(order, connection)
    ship_from, sender = _filled(order.ship_from, "ship_from", order.supplier, connection)
    if order.flow == "drop-ship":
        _check_customer(order, connection)
        return Route(ship_from, order.ship_to, sender)
    warehouse = connection.locations.get(order.warehouse)
    if warehouse and not _same_place(order.ship_to, warehouse):
        return Route(ship_from, order.ship_to, sender)
    ship_to, receiver = _filled(order.ship_to, "ship_to", order.warehouse, connection)
    return Route(ship_from, ship_to, (*sender, *receiver))


def origin_zone(order: Order, connection: Connection) -> ZoneInfo:
    """The ship-from's time zone: its location's own, else the connection's."""
    place = _origin(order, connection)
    return ZoneInfo((place.timezone if place else None) or connection.timezone)


def _origin(order: Order, connection: Connection) -> Location | None:
    """The location that goods leave from, where the file describes it."""
    if order.flow != "outbound":
        return connection.locations.get(order.supplier)
    return connection.locations.get(order.warehouse) or (None if order.warehouse else connection.shipper)


def _outbound(order: Order, connection: Connection) -> Route:
    """From where the ERP says, else from the order's warehouse; without one, from the account's own location."""
    origin = _origin(order, connection)
    if not _blank(order.ship_from):
        name = order.warehouse
        ship_from, notes = _filled(order.ship_from, "ship_from", name, connection)
        return Route(ship_from, order.ship_to, notes)
    if origin is None:
        message = f"warehouse {order.warehouse} is not described: neither the ERP nor locations has its address"
        raise Unshippable(Reason.MISSING, message, field=f"locations.{order.warehouse}", value=order.warehouse)
    return Route(origin.party(), order.ship_to)


def _check_customer(order: Order, connection: Connection) -> None:
    warehouse = connection.locations.get(order.warehouse)
    if _blank(order.ship_to):
        message = "it has no delivery address: a drop-ship order goes to its customer, never to our own warehouse"
    elif warehouse and _same_place(order.ship_to, warehouse):
        message = f"its delivery address is our own warehouse {order.warehouse}: a drop-ship order goes to its customer"
    else:
        return
    raise Unshippable(Reason.MISSING, message, field="ship_to.address", value=str(order.ship_to.address))


def _filled(party: Party, role: str, name: str, connection: Connection) -> tuple[Party, tuple[str, ...]]:
    """The party with what its location has and the ERP has not: everything, or attention and phone."""
    location = connection.locations.get(name)
    if location is None:
        return party, ()
    known = location.party()
    if _blank(party):
        return known, (f"{role} is location {name}: the ERP has no address",)
    taken = [each for each in ("attention", "phone") if not getattr(party, each).strip() and getattr(known, each)]
    notes = tuple(f"{role}.{each} is that of location {name}" for each in taken)
    return replace(party, **{each: getattr(known, each) for each in taken}), notes


def _blank(party: Party) -> bool:
    where = party.address
    return not any(text.strip() for text in (*where.lines, where.city, where.postcode))


def _same_place(party: Party, location: Location) -> bool:
    """Tell if a party is at a location, or nowhere at all: by country, postcode and first line, however written."""
    ours, theirs = location.party().address, party.address
    same = all(
        _plain(one) == _plain(other)
        for one, other in (
            (ours.country, theirs.country),
            (ours.postcode[:5], theirs.postcode[:5]),
            ("".join(ours.lines), "".join(theirs.lines)),
        )
    )
    return _blank(party) or same


def _plain(text: str) -> str:
    return _NO_LETTER_OR_DIGIT.sub("", text).upper()
