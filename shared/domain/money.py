"""Amounts of money: a Decimal and an ISO 4217 currency, never one without the other."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in major units (dollars, not cents) of `currency`."""

    amount: Decimal
    currency: str

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._same(other).amount, self.currency)

    def __le__(self, other: Money) -> bool:
        return self.amount <= self._same(other).amount

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same(other).amount

    def _same(self, other: Money) -> Money:
        if self.currency != other.currency:
            raise ValueError(f"{self} and {other} are in different currencies: convert neither silently")
        return other

    def __str__(self) -> str:
        return f"{self.amount:.2f} {self.currency}"
