"""Small rules that every store must keep alike: the buckets of a listing, and how much a connection may buy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Protocol

from shared.domain.money import Money
from shared.domain.state import State

BUCKETS = ("open", "held", "done", "cancelled")


def bucket_of(state: State) -> str:
    """Which listing an order stands in. All moving states share one: a step between them costs no index write."""
    return {State.HELD: "held", State.DONE: "done", State.CANCELLED: "cancelled"}.get(state, "open")


class Purchase(Protocol):
    """The facts of a purchase that the limits need (see ports.Spend)."""

    @property
    def at(self) -> datetime: ...
    @property
    def price(self) -> Money: ...
    @property
    def labels_per_hour(self) -> int: ...
    @property
    def labels_per_day(self) -> int: ...
    @property
    def amount_per_day(self) -> Money: ...
    @property
    def refund(self) -> bool: ...
    @property
    def correction(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Window:
    """The purchases of a connection in one UTC day: labels, labels by hour of the day, and the amount.

    `corrected` is the part of `amount` by which charges differed from what had been quoted. `currency` is that of the
    last purchase, "" where a release up to 0.2.0 counted the whole day.
    """

    labels: int = 0
    hours: Mapping[int, int] = field(default_factory=dict)
    amount: Decimal = Decimal(0)
    corrected: Decimal = Decimal(0)
    currency: str = ""

    def after(self, purchase: Purchase) -> Window:
        """The window once `purchase` (or its refund, or what it cost more) is counted."""
        labels, amount = counted(purchase)
        hour = purchase.at.astimezone(UTC).hour
        return replace(
            self,
            labels=self.labels + labels,
            hours={**self.hours, hour: self.hours.get(hour, 0) + labels},
            amount=self.amount + amount,
            corrected=self.corrected + (amount if purchase.correction else 0),
            currency=purchase.price.currency,
        )


def counted(purchase: Purchase) -> tuple[int, Decimal]:
    """How many labels and how much of an amount a purchase adds to its window."""
    step = -1 if purchase.refund else 1
    return (0 if purchase.correction else step), step * purchase.price.amount


def is_limited(purchase: Purchase) -> bool:
    """Tell if the limits may refuse the purchase: they cannot refuse a refund or a correction."""
    return not (purchase.refund or purchase.correction)


def spend_window(at: datetime) -> tuple[str, int]:
    """The UTC day and hour in which a purchase is counted."""
    utc = at.astimezone(UTC)
    return utc.strftime("%Y-%m-%d"), utc.hour


def check_limits(window: Window, purchase: Purchase) -> tuple[str, datetime] | None:
    """Which limit the purchase would break, and when its window ends; None when it may go on."""
    utc = purchase.at.astimezone(UTC)
    next_hour = utc.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    tomorrow = utc.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    if window.hours.get(utc.hour, 0) >= purchase.labels_per_hour:
        return f"limits.labels_per_hour is {purchase.labels_per_hour}, and so many were bought this hour", next_hour
    if window.labels >= purchase.labels_per_day:
        return f"limits.labels_per_day is {purchase.labels_per_day}, and so many were bought today", tomorrow
    if not Money(window.amount, purchase.price.currency) + purchase.price <= purchase.amount_per_day:
        return f"limits.amount_per_day is {purchase.amount_per_day}, {window.amount:.2f} were spent today", tomorrow
    return None
