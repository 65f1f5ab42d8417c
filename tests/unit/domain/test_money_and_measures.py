"""Amounts with their currency, weights and sizes with their unit."""

from __future__ import annotations

from decimal import Decimal
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.measures import Dimensions, Weight, WeightUnit
from shared.domain.money import Money
from tests.builders import usd

UNITS = st.sampled_from(get_args(WeightUnit))
VALUES = st.decimals("0.001", "99999", places=3)


def test_amounts_of_one_currency_add_up_and_compare() -> None:
    assert usd("1.10") + usd("2.20") == usd("3.30")
    assert usd("1.10") < usd("1.11")
    assert not usd("1.11") < usd("1.11")
    assert usd("1.11") <= usd("1.11")
    assert str(usd("1.1")) == "1.10 USD"


@pytest.mark.parametrize("operation", ["__add__", "__le__", "__lt__"])
def test_two_currencies_are_never_converted_silently(operation: str) -> None:
    with pytest.raises(ValueError, match=r"1.00 USD and 1.00 EUR are in different currencies"):
        getattr(usd("1.00"), operation)(Money(Decimal("1.00"), "EUR"))


@given(VALUES, UNITS, UNITS)
def test_a_weight_is_the_same_in_another_unit_and_back(value: Decimal, unit: WeightUnit, other: WeightUnit) -> None:
    there_and_back = Weight(value, unit).to(other).to(unit)
    assert there_and_back.unit == unit
    assert abs(there_and_back.value - value) < Decimal("1e-18") * value


def test_a_pound_is_defined_by_the_kilogram() -> None:
    assert Weight(Decimal(1), "lb").to("kg").value == Decimal("0.45359237")
    assert Weight(Decimal(16), "oz").to("lb").value == 1
    assert Weight(Decimal(2500), "g").to("kg").value == Decimal("2.5")


def test_weights_of_different_units_add_up_and_compare_by_what_they_weigh() -> None:
    total = Weight(Decimal(1), "kg") + Weight(Decimal(500), "g")
    assert total == Weight(Decimal("1.5"), "kg")
    assert Weight(Decimal(1), "kg") > Weight(Decimal(2), "lb")
    assert not Weight(Decimal(1), "lb") > Weight(Decimal(16), "oz")
    assert Weight(Decimal("1.5"), "kg").times(Decimal(4)) == Weight(Decimal(6), "kg")


@pytest.mark.parametrize(
    ("value", "text"), [("100", "100 lb"), ("0.333333", "0.33 lb"), ("2.50", "2.5 lb"), ("1E+2", "100 lb")]
)
def test_a_weight_is_told_to_people_without_exponents(value: str, text: str) -> None:
    assert str(Weight(Decimal(value), "lb")) == text


def test_a_size_converts_on_all_three_sides() -> None:
    size = Dimensions(Decimal(10), Decimal(20), Decimal(30), "in").to("cm")
    assert size == Dimensions(Decimal("25.4"), Decimal("50.8"), Decimal("76.2"), "cm")
    assert Dimensions(Decimal(1), Decimal(2), Decimal(3), "m").to("mm").length == 1000
