"""The lines of a cost report: an order's label, and sums of a day or a connection."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from decimal import Decimal

from shared.domain.billing import Comparison
from shared.domain.money import Money
from shared.domain.record import Head

OPEN = timedelta(days=180)
"""Corrections come on later invoices; after this nobody waits for one (facts/ups-extras.md, 8.6)."""
COLUMNS = (
    "connection", "day", "order", "reference", "parcel", "quoted", "charged", "billed", "variance", "currency", "cause",
    "tax", "duties", "other", "invoices",
)  # fmt: skip
TOTALS = ("connection", "day", "labels", "billed labels", "quoted", "charged", "billed", "variance", "currency")
AMOUNTS = frozenset({"quoted", "charged", "billed", "variance", "tax", "duties", "other"})


def _plain(amount: Money | None) -> str:
    return f"{amount.amount:.2f}" if amount else ""


@dataclass(frozen=True, slots=True)
class Line:
    """One order's label."""

    connection: str
    day: date
    order: str
    reference: str
    parcel: str
    comparison: Comparison
    state: str

    @classmethod
    def of(cls, head: Head, comparison: Comparison, today: date) -> Line:
        day = head.intent_at.astimezone(UTC).date() if head.intent_at else today
        waits = "not billed yet" if today - day <= OPEN else f"not billed within {OPEN.days} days"
        voided = "label voided" if head.position.label == "voided" else ""
        state = voided if comparison.invoices else voided or waits
        number = head.tracking_number or head.shipment_id
        return cls(head.connection, day, head.document, head.reference, number, comparison, state)

    @property
    def is_priced(self) -> bool:
        """Tell if there is an amount: a voided label that was not billed has none, nor one that another account
        pays."""
        its = self.comparison
        return bool(its.invoices) or (self.state != "label voided" and bool(its.charged or its.quoted))

    @property
    def currency(self) -> str:
        its = self.comparison
        amount = its.billed or its.charged or its.quoted
        return amount.currency if amount else ""

    @property
    def cells(self) -> tuple[str, ...]:
        its = self.comparison
        prices = (_in(its.quoted, self.currency), _in(its.charged, self.currency), _plain(its.billed))
        why = "; ".join(each for each in (self.state, its.cause) if each)
        names = (self.connection, self.day.isoformat(), self.order, self.reference, self.parcel)
        beside = (_plain(its.tax), _plain(its.duties), _plain(its.other), " ".join(its.invoices))
        return (*names, *prices, _plain(its.variance), self.currency, why, *beside)


def _in(amount: Money | None, currency: str) -> str:
    """The amount, with its currency where that is another one than the line's."""
    return _plain(amount) if amount is None or amount.currency == currency else str(amount)


@dataclass(frozen=True, slots=True)
class Total:
    """The sums of a day or a connection in one currency. `variance` is that of the labels that were billed."""

    connection: str
    day: str
    currency: str
    labels: int
    billed_labels: int
    quoted: Decimal
    charged: Decimal
    billed: Decimal
    variance: Decimal

    @property
    def name(self) -> str:
        return self.day or self.connection

    @property
    def cells(self) -> tuple[str, ...]:
        sums = (self.quoted, self.charged, self.billed, self.variance)
        counts = (str(self.labels), str(self.billed_labels))
        return (self.connection, self.day, *counts, *(f"{each:.2f}" for each in sums), self.currency)


def totals(lines: Sequence[Line], by: str) -> list[Total]:
    """The sums by connection, and by day unless `by` is "connection"; each currency by itself."""
    groups: dict[tuple[str, str, str], list[Comparison]] = defaultdict(list)
    for each in lines:
        day = "" if by == "connection" else each.day.isoformat()
        groups[each.connection, day, each.currency].append(each.comparison)
    return [_total(*key, groups[key]) for key in sorted(groups)]


def _total(connection: str, day: str, currency: str, of: Sequence[Comparison]) -> Total:
    def total(amount: Callable[[Comparison], Money | None]) -> Decimal:
        found = (amount(each) for each in of)
        return sum((each.amount for each in found if each and each.currency == currency), Decimal(0))

    return Total(
        connection,
        day,
        currency,
        len(of),
        sum(each.billed is not None for each in of),
        total(lambda each: each.quoted),
        total(lambda each: each.charged),
        total(lambda each: each.billed),
        total(lambda each: each.variance),
    )
