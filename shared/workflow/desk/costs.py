"""The costs of labels by day, from the sums that are written with each purchase: no order is read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from shared.domain.money import Money
from shared.domain.windows import Window
from shared.ports import Ports, StoredConnection


@dataclass(frozen=True, slots=True)
class DayOfCosts:
    """A connection's labels of one UTC day: how many, what they were quoted at, and what the carrier charged.

    A label whose charge is not told yet counts as it was quoted. One that was voided later stays in the sum, as it does
    in the limits: when a carrier gives money back is its own affair.
    """

    connection: str
    day: date
    labels: int
    quoted: Money
    charged: Money

    @property
    def difference(self) -> Money:
        """The charge beyond the quote, below zero where it was less."""
        return Money(self.charged.amount - self.quoted.amount, self.charged.currency)


@dataclass(frozen=True, slots=True)
class Total:
    """The sum of days in one currency."""

    labels: int
    quoted: Money
    charged: Money


def costs_of(ports: Ports, chosen: Iterable[StoredConnection], first: date, last: date) -> list[DayOfCosts]:
    """The days from `first` to `last` on which something was bought, ascending, of one day by connection."""
    found = [
        _day(stored, day, window)
        for stored in chosen
        for day, window in ports.orders.bought(stored.connection.id, first, last).items()
    ]
    return sorted(found, key=lambda each: (each.day, each.connection))


def totals_of(days: Iterable[DayOfCosts]) -> list[Total]:
    """A total for each currency, by its name."""
    totals: dict[str, Total] = {}
    for each in days:
        before = totals.get(each.charged.currency)
        totals[each.charged.currency] = Total(
            each.labels + (before.labels if before else 0),
            each.quoted + before.quoted if before else each.quoted,
            each.charged + before.charged if before else each.charged,
        )
    return [totals[currency] for currency in sorted(totals)]


def _day(stored: StoredConnection, day: date, window: Window) -> DayOfCosts:
    """A day that an earlier release counted has the currency of the limits, in which everything is bought."""
    currency = window.currency or stored.connection.limits.amount_per_day.currency
    quoted = Money(window.amount - window.corrected, currency)
    return DayOfCosts(stored.connection.id, day, window.labels, quoted, Money(window.amount, currency))
