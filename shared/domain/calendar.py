"""Which day an order ships, and when its label is bought. Pure: the zone and the instant are arguments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from shared.domain.order import Order

DAY = timedelta(days=1)
AHEAD = timedelta(days=7)
"""How far ahead a shipment may be dated (facts: specs/ups, Shipping, ShipmentDate); the narrowest of our carriers."""


@dataclass(frozen=True, slots=True)
class ShipRule:
    """When orders ship. `working_days` are weekdays, 0 is Monday.

    `days_before_needed` are calendar days; None ships as soon as it can. From `cutoff` on, local time, it is too late
    for the day.
    """

    days_before_needed: int | None = None
    cutoff: time | None = None
    working_days: frozenset[int] = frozenset(range(5))


def ship_on(order: Order, rule: ShipRule, zone: tzinfo, now: datetime) -> date:
    """The day in `zone` on which the order ships: never a past one, never one on which nobody works.

    A day before the needed one that is off moves to the working day before it; one that has passed, to the next that is
    still possible.
    """
    first = _first_possible(rule, now.astimezone(zone))
    if rule.days_before_needed is None or order.needed is None:
        return first
    wanted = order.needed - rule.days_before_needed * DAY
    return max(first, _working(wanted, rule, -DAY)) if wanted > first else first


def buy_at(day: date, zone: tzinfo) -> datetime:
    """The instant from which the label of a shipment of `day` is bought: when that day begins in `zone`, in UTC.

    Where the clocks change at midnight, the day begins with the first instant that has its date.
    """
    return datetime.combine(day, time(), zone).astimezone(UTC)


def date_for_carrier(day: date, rule: ShipRule, today: date) -> date:
    """`day`, or the last working day that a carrier takes: an order that ships later is dated anew before it is
    bought."""
    return min(day, _working(today + AHEAD, rule, -DAY))


def _first_possible(rule: ShipRule, local: datetime) -> date:
    late = rule.cutoff is not None and local.time() >= rule.cutoff
    return _working(local.date() + (DAY if late else timedelta(0)), rule, DAY)


def _working(day: date, rule: ShipRule, step: timedelta) -> date:
    while day.weekday() not in rule.working_days:
        day += step
    return day
