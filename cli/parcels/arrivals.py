"""The arrivals by warehouse and day, as a list and as a calendar."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icalendar import Calendar, Event

from cli.orders.lists import snapshot_of
from cli.wiring import Stack
from shared.domain.parcel import Watch

LATE = timedelta(days=14)
"""A parcel whose day passed longer ago is listed among the silent ones, and is no arrival any more."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """The parcels that a warehouse gets on a day, and the orders that they are of."""

    warehouse: str
    day: date
    numbers: tuple[str, ...]
    orders: tuple[str, ...]


def arrivals_of(
    stack: Stack, watches: Iterable[Watch], today: date, until: date, warehouse: str | None = None
) -> list[Arrival]:
    """By warehouse and day: what the carrier promises up to `until`, and what is late since its day."""
    numbers: dict[tuple[str, date], set[str]] = defaultdict(set)
    orders: dict[tuple[str, date], set[str]] = defaultdict(set)
    for watch in watches:
        day = watch.facts.expected
        if day is None or not today - LATE <= day < until:
            continue
        where, document = _of_order(stack, watch)
        if warehouse in (None, where):
            numbers[where, day].add(watch.number)
            orders[where, day].add(document)
    return [Arrival(*key, tuple(sorted(numbers[key])), tuple(sorted(orders[key]))) for key in sorted(numbers)]


def _of_order(stack: Stack, watch: Watch) -> tuple[str, str]:
    """The warehouse that the order goes to, and its number; the place's name for an order that names no warehouse."""
    head = stack.ports.orders.head(watch.order)
    snapshot = snapshot_of(stack, head) if head else None
    if head is None or snapshot is None:
        return "", head.document if head else watch.order
    return snapshot.order.warehouse or snapshot.order.ship_to.name, head.document


def calendar_of(arrivals: Iterable[Arrival], now: datetime) -> bytes:
    """An iCalendar file (RFC 5545) with a whole-day entry for each warehouse and day. The same arrivals have the same
    ids, so a calendar that subscribes to the file moves them in place of adding them again."""
    calendar = Calendar()
    calendar.add("prodid", "-//parcelbridge//arrivals//EN")
    calendar.add("version", "2.0")
    for each in arrivals:
        entry = Event()
        entry.add("uid", f"{each.day:%Y%m%d}-{each.warehouse or 'unknown'}@parcelbridge")
        entry.add("dtstamp", now)
        entry.add("dtstart", each.day)
        entry.add("dtend", each.day + timedelta(days=1))
        count = len(each.numbers)
        entry.add("summary", f"{each.warehouse or 'unknown warehouse'}: {count} parcel{'s' if count != 1 else ''}")
        entry.add("description", "\n".join([f"Orders: {', '.join(each.orders)}", *each.numbers]))
        calendar.add_component(entry)
    return bytes(calendar.to_ical())
