"""Parcels: units of the origin, rounded up, the longest side first; references at the level of the lane."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.carriers.ups.packages import package_list, reference_values, referenced_on_packages, total_weight
from shared.domain.measures import Dimensions, Weight
from shared.domain.shipment import Package
from shared.errors import Refused
from tests.samples.ups.plans import HOLDER, PUERTO_RICO, REFERENCE, SUPPLIER, SWEDEN, WAREHOUSE, a_plan, inches, lb
from tests.unit.carriers.ups.quirks import keeps


def built(*packages: Package, **changes: Any) -> list[dict[str, Any]]:
    return package_list(a_plan(packages=packages, **changes), "Packaging")


@pytest.mark.parametrize(
    ("weight", "sent"),
    [("12.34", "12.4"), ("12.0", "12"), ("0.001", "0.1"), ("149.96", "150"), ("9999.5", "10000"), ("150.01", "150.1")],
)
@keeps(57)
def test_a_weight_is_rounded_up_into_five_characters(weight: str, sent: str) -> None:
    assert built(Package(lb(weight)))[0]["PackageWeight"] == {
        "UnitOfMeasurement": {"Code": "LBS", "Description": "Pounds"},
        "Weight": sent,
    }


@given(st.decimals(Decimal("0.0001"), Decimal(99999), allow_nan=False, allow_infinity=False))
def test_a_weight_never_shrinks_and_never_outgrows_its_field(value: Decimal) -> None:
    sent = built(Package(Weight(value, "lb")))[0]["PackageWeight"]["Weight"]
    assert len(sent) <= 5
    assert value <= Decimal(sent) < value + 1


@keeps(32)
def test_the_unit_is_the_ship_from_countrys() -> None:
    from_sweden = built(Package(lb("10"), inches("10", "4", "4")), ship_from=SWEDEN)[0]
    assert from_sweden["PackageWeight"]["UnitOfMeasurement"]["Code"] == "KGS"
    assert from_sweden["PackageWeight"]["Weight"] == "4.6"  # 4.5359237 kg, rounded up
    assert from_sweden["Dimensions"]["UnitOfMeasurement"]["Code"] == "CM"
    assert from_sweden["Dimensions"]["Length"] == "26"  # 25.4 cm


@keeps(60)
def test_a_package_over_150_pounds_is_built_since_ups_alone_knows_its_limit() -> None:
    assert built(Package(lb("151")))[0]["PackageWeight"]["Weight"] == "151"


@pytest.mark.parametrize("weight", ["0", "-1"])
def test_zero_is_no_weight(weight: str) -> None:
    with pytest.raises(Refused) as refusal:
        built(Package(lb(weight)))
    assert (refusal.value.reason, refusal.value.field) == ("weight", "packages[1].weight")


def test_a_weight_of_six_digits_is_held() -> None:
    with pytest.raises(Refused) as refusal:
        built(Package(lb("99999.5")))
    assert refusal.value.reason == "weight"


@keeps(58)
def test_sides_are_whole_numbers_rounded_up_with_the_longest_first() -> None:
    sent = built(Package(lb("1"), inches("6", "20.2", "10.5")))[0]["Dimensions"]
    assert (sent["Length"], sent["Width"], sent["Height"]) == ("21", "11", "6")


@pytest.mark.parametrize("size", [("109", "1", "1"), ("100", "20", "13")], ids=["length", "length and girth"])
@keeps(59)
def test_a_package_over_the_largest_size_is_freight(size: tuple[str, str, str]) -> None:
    with pytest.raises(Refused) as refusal:
        built(Package(lb("1")), Package(lb("1"), inches(*size)))
    assert (refusal.value.reason, refusal.value.field) == ("freight", "packages[2].dimensions")


def test_a_package_of_unknown_size_has_no_dimensions() -> None:
    assert "Dimensions" not in built(Package(lb("1")))[0]


def test_a_dimension_in_millimetres_is_converted() -> None:
    size = Dimensions(Decimal(254), Decimal(100), Decimal(100), "mm")
    assert built(Package(lb("1"), size))[0]["Dimensions"]["Length"] == "10"


@pytest.mark.parametrize(("count", "reason"), [(0, "missing"), (201, "freight")])
@keeps(50)
def test_a_shipment_has_1_to_200_packages(count: int, reason: str) -> None:
    with pytest.raises(Refused) as refusal:
        built(*[Package(lb("1"))] * count)
    assert refusal.value.reason == reason


def test_the_total_is_the_sum_of_all_packages() -> None:
    assert total_weight(a_plan(packages=(Package(lb("1.5")), Package(lb("2.5")))))["Weight"] == "4"


@keeps(31, 64)
def test_rating_calls_the_packaging_otherwise_than_shipping() -> None:
    assert package_list(a_plan(), "PackagingType")[0]["PackagingType"] == {"Code": "02"}
    assert package_list(a_plan(), "Packaging")[0]["Packaging"] == {"Code": "02"}


@keeps(56)
def test_our_reference_stands_first_and_the_erps_number_second() -> None:
    assert reference_values(REFERENCE, "PO 1000001") == [REFERENCE, "PO 1000001"]
    assert reference_values(REFERENCE, " ") == [REFERENCE]


def test_an_erp_number_over_35_characters_is_held_and_not_cut() -> None:
    with pytest.raises(Refused) as refusal:
        reference_values(REFERENCE, "9" * 36)
    assert refusal.value.field == "erp_reference"


@pytest.mark.parametrize("reference", ["", "A" * 36, "A B"])
@keeps(55)
def test_a_reference_that_ups_would_change_is_our_mistake(reference: str) -> None:
    with pytest.raises(ValueError, match="reference"):
        reference_values(reference, "1")


@pytest.mark.parametrize(
    ("ship_from", "ship_to", "on_packages"),
    [
        (SUPPLIER, WAREHOUSE, True),
        (PUERTO_RICO, PUERTO_RICO, True),
        (HOLDER, PUERTO_RICO, False),
        (SUPPLIER, SWEDEN, False),
        (SWEDEN, SWEDEN, False),
    ],
)
def test_references_stand_on_the_package_inside_the_us_and_inside_puerto_rico_only(
    ship_from: Any, ship_to: Any, on_packages: bool
) -> None:
    assert referenced_on_packages(a_plan(ship_from=ship_from, ship_to=ship_to)) is on_packages
