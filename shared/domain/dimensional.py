"""Dimensional weight: what a carrier bills for a package that is large for its weight."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

from shared.domain.measures import Dimensions, Weight

CUBIC_INCHES = Decimal(139)
"""In³ of one pound, and below cm³ of one kilogram: the divisors that carriers' daily rates use."""
CUBIC_CENTIMETRES = Decimal(5000)

_METRIC = frozenset({"cm", "mm", "m"})


def dimensional_weight(box: Dimensions, divisor: Decimal | None = None) -> Weight:
    """The weight of a box's volume, up to the next whole pound or half kilogram, each side rounded to whole inches or
    centimetres first.

    `divisor` is in³/lb for a box in inches, cm³/kg for a metric one; None is the usual one.
    """
    metric = box.unit in _METRIC
    sides = box.to("cm" if metric else "in")
    volume = Decimal(1)
    for side in (sides.length, sides.width, sides.height):
        volume *= max(side.quantize(Decimal(1), ROUND_HALF_UP), Decimal(1))
    if metric:
        halves = volume / (divisor or CUBIC_CENTIMETRES) * 2
        return Weight(halves.to_integral_value(ROUND_CEILING) / 2, "kg")
    return Weight((volume / (divisor or CUBIC_INCHES)).to_integral_value(ROUND_CEILING), "lb")
