"""Prices and times of the sandbox: made up, but the same for the same shipment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

# Service: base, per pound, business days. What is sold depends on the lane.
_DOMESTIC = {
    "14": ("79.00", "3.10", 1), "01": ("46.50", "2.60", 1), "13": ("41.20", "2.40", 1), "59": ("27.00", "1.90", 2),
    "02": ("24.30", "1.70", 2), "12": ("15.80", "1.10", 3), "03": ("9.10", "0.45", 0),
}  # fmt: skip
_INTERNATIONAL = {
    "07": ("78.00", "4.20", 2), "54": ("110.00", "4.90", 2), "65": ("70.00", "3.80", 3), "08": ("62.00", "3.10", 5),
    "11": ("18.00", "0.80", 4),
}  # fmt: skip
_TABLES = {
    service: (Decimal(base), Decimal(pound), days)
    for service, (base, pound, days) in {**_DOMESTIC, **_INTERNATIONAL}.items()
}
_POUNDS_IN_KILOGRAM = Decimal("2.2046226")
_RESIDENTIAL = Decimal("5.10")
_CURRENCIES = {"US": "USD", "PR": "USD", "CA": "CAD", "GB": "GBP", "SE": "SEK", "CH": "CHF", "PL": "PLN", "MX": "MXN"}
_NORTH_AMERICA, _AMERICAN = frozenset({"US", "CA", "MX"}), frozenset({"US", "PR"})
MOST = {"LBS": Decimal(150), "KGS": Decimal(70)}
"""The heaviest package (facts 4 [H])."""


@dataclass(frozen=True)
class Lane:
    """Where from and where to: country and postcode."""

    origin: str
    origin_postcode: str
    destination: str
    destination_postcode: str
    residential: bool = False

    @property
    def currency(self) -> str:
        return _CURRENCIES.get(self.origin, "EUR")

    def services(self) -> tuple[str, ...]:
        """Return the services that UPS sells on this lane."""
        if self.origin in _AMERICAN and self.destination in _AMERICAN:
            both = self.origin == self.destination
            return tuple(_DOMESTIC) if both else ("01", "02", "03")
        ground = {self.origin, self.destination} <= _NORTH_AMERICA or not {self.origin, self.destination} & _AMERICAN
        return tuple(service for service in _INTERNATIONAL if ground or service != "11")

    def zone(self) -> int:
        """2 to 8 by the distance of the postcodes at home, 6 abroad."""
        heads = (self.origin_postcode[:3], self.destination_postcode[:3])
        if self.origin != self.destination or not all(head.isdigit() for head in heads):
            return 6
        return 2 + min(6, abs(int(heads[0]) - int(heads[1])) // 100)

    def charge(self, service: str, pounds: Sequence[Decimal]) -> Decimal:
        """The published charge of all packages."""
        base, pound, _ = _TABLES[service]
        factor = 1 + Decimal("0.06") * (self.zone() - 2)
        total = sum(((base + pound * weight) * factor for weight in pounds), Decimal(0))
        return cents(total + (_RESIDENTIAL * len(pounds) if self.residential else 0))

    def days(self, service: str) -> int:
        return _TABLES[service][2] or 1 + self.zone() // 2


_TO_SATURDAY = {4: {"14", "01", "03"}, 3: {"02", "07"}, 2: {"12"}}
"""Services that reach a Saturday from a Friday, a Thursday, a Wednesday (facts 14.2)."""


def reaches_saturday(service: str, pickup: date) -> bool:
    return service in _TO_SATURDAY.get(pickup.weekday(), ())


def saturday_after(pickup: date) -> date:
    return pickup + timedelta(days=5 - pickup.weekday())


def pounds(weight: str, unit: str) -> Decimal:
    """Billing weight: whole pounds, rounded up."""
    value = Decimal(weight) * (_POUNDS_IN_KILOGRAM if unit == "KGS" else 1)
    return value.to_integral_value(ROUND_CEILING)


def cents(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)


def arrival(pickup: date, business_days: int) -> date:
    """The day that many business days (Monday to Friday) after the pickup."""
    day = pickup
    while business_days:
        day += timedelta(days=1)
        business_days -= day.weekday() < 5
    return day
