"""Weights and dimensions, each with its unit."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

WeightUnit = Literal["lb", "kg", "oz", "g"]
LengthUnit = Literal["in", "cm", "mm", "m"]

# International avoirdupois pound (1959 agreement): exactly 0.45359237 kg; the inch is exactly 2.54 cm.
_KILOGRAMS: dict[str, Decimal] = {
    "kg": Decimal(1),
    "g": Decimal("0.001"),
    "lb": Decimal("0.45359237"),
    "oz": Decimal("0.45359237") / 16,
}
_CENTIMETRES: dict[str, Decimal] = {"cm": Decimal(1), "mm": Decimal("0.1"), "m": Decimal(100), "in": Decimal("2.54")}


@dataclass(frozen=True, slots=True)
class Weight:
    """A weight in `unit`; comparisons and sums convert exactly."""

    value: Decimal
    unit: WeightUnit

    def to(self, unit: WeightUnit) -> Weight:
        if unit == self.unit:
            return self
        return Weight(self.value * _KILOGRAMS[self.unit] / _KILOGRAMS[unit], unit)

    def __add__(self, other: Weight) -> Weight:
        return Weight(self.value + other.to(self.unit).value, self.unit)

    def times(self, quantity: Decimal) -> Weight:
        return Weight(self.value * quantity, self.unit)

    def __gt__(self, other: Weight) -> bool:
        return self.value > other.to(self.unit).value

    def __str__(self) -> str:
        return f"{self.value.quantize(Decimal('0.01')).normalize():f} {self.unit}"


@dataclass(frozen=True, slots=True)
class Dimensions:
    """The outer size of a package."""

    length: Decimal
    width: Decimal
    height: Decimal
    unit: LengthUnit

    def to(self, unit: LengthUnit) -> Dimensions:
        factor = _CENTIMETRES[self.unit] / _CENTIMETRES[unit]
        return Dimensions(self.length * factor, self.width * factor, self.height * factor, unit)
