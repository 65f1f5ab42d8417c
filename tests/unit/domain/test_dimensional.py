"""Dimensional weight."""

from __future__ import annotations

from decimal import Decimal

import pytest

from shared.domain.dimensional import dimensional_weight
from shared.domain.measures import Dimensions, LengthUnit


def box(length: str, width: str, height: str, unit: LengthUnit) -> Dimensions:
    return Dimensions(Decimal(length), Decimal(width), Decimal(height), unit)


@pytest.mark.parametrize(("sides", "unit", "divisor", "weight"), [
    (("20", "15", "10"), "in", None, "22 lb"),
    (("20.4", "15.4", "10.4"), "in", None, "22 lb"),
    (("20.5", "15", "10"), "in", None, "23 lb"),
    (("20", "15", "10"), "in", "166", "19 lb"),
    (("50", "40", "30"), "cm", None, "12 kg"),
    (("500", "400", "300"), "mm", None, "12 kg"),
    (("50", "40", "31"), "cm", None, "12.5 kg"),
    (("0.2", "0.2", "0.2"), "in", None, "1 lb"),
])  # fmt: skip
def test_the_volume_by_the_divisor_rounded_up_to_what_is_billed(
    sides: tuple[str, str, str], unit: LengthUnit, divisor: str | None, weight: str
) -> None:
    assert str(dimensional_weight(box(*sides, unit), Decimal(divisor) if divisor else None)) == weight
