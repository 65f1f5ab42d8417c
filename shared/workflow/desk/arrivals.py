"""The arrivals by warehouse and day, as the carriers promise them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from shared.domain.parcel import Watch
from shared.ports import Ports
from shared.workflow.desk.listing import snapshot_of

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
    ports: Ports, watches: Iterable[Watch], today: date, until: date, warehouse: str | None = None
) -> list[Arrival]:
    """By warehouse and day: what the carrier promises up to `until`, and what is late since its day."""
    numbers: dict[tuple[str, date], set[str]] = defaultdict(set)
    orders: dict[tuple[str, date], set[str]] = defaultdict(set)
    for watch in watches:
        day = watch.facts.expected
        if day is None or not today - LATE <= day < until:
            continue
        where, document = _of_order(ports, watch)
        if warehouse in (None, where):
            numbers[where, day].add(watch.number)
            orders[where, day].add(document)
    return [Arrival(*key, tuple(sorted(numbers[key])), tuple(sorted(orders[key]))) for key in sorted(numbers)]


def _of_order(ports: Ports, watch: Watch) -> tuple[str, str]:
    """The warehouse that the order goes to, and its number; the place's name for an order that names no warehouse."""
    head = ports.orders.head(watch.order)
    snapshot = snapshot_of(ports, head) if head else None
    if head is None or snapshot is None:
        return "", head.document if head else watch.order
    return snapshot.order.warehouse or snapshot.order.ship_to.name, head.document
