"""From lines to packages: whole units, everything placed, nothing heavier than a parcel may be."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.measures import Dimensions, Weight
from shared.domain.order import OrderLine
from shared.domain.packing import HEAVIEST, MOST_PACKAGES, PackingRule, Rule, pack
from shared.domain.problem import Unshippable
from shared.domain.shipment import Package
from shared.domain.state import Reason
from tests.builders import a_line

FIFTY = Weight(Decimal(50), "lb")
TINY = Weight(Decimal("1e-15"), "lb")
BOX = Dimensions(Decimal(20), Decimal(15), Decimal(10), "in")
ALL_RULES: tuple[Rule, ...] = ("one_per_order", "one_per_line", "max_weight")

UNIT_WEIGHTS = st.builds(Weight, st.decimals("0.000001", "80", places=6), st.sampled_from(["lb", "kg", "oz", "g"]))
QUANTITIES = st.one_of(
    st.integers(1, 60).map(Decimal),
    st.decimals("0.000001", "60", places=6),
    st.integers(1, 10**11).map(Decimal),
)
LINES = st.lists(st.tuples(QUANTITIES, UNIT_WEIGHTS), min_size=1, max_size=8).map(
    lambda rows: [
        a_line(str(number), quantity=quantity, unit_weight=weight) for number, (quantity, weight) in enumerate(rows, 1)
    ]
)


def lb(value: str) -> Weight:
    return Weight(Decimal(value), "lb")


def line(quantity: str, weight: str, number: str = "1") -> OrderLine:
    return a_line(number, quantity=Decimal(quantity), unit_weight=lb(weight))


def by_weight(*lines: OrderLine, maximum: Weight = FIFTY) -> list[tuple[int, str]]:
    """Each package's pounds, and the lines in it."""
    return [(int(each.weight.value), "+".join(each.lines)) for each in pack(lines, PackingRule("max_weight", maximum))]


def test_s15_units_fill_packages_up_to_the_maximum_weight() -> None:
    assert by_weight(line("20", "8")) == [(48, "1"), (48, "1"), (48, "1"), (16, "1")]


def test_s15_lines_share_packages_and_each_package_knows_its_lines() -> None:
    packages = by_weight(line("3", "20"), line("2", "4", "2"), line("1", "45", "3"))
    assert packages == [(40, "1"), (28, "1+2"), (45, "3")]


def test_a_unit_heavier_than_the_maximum_travels_alone() -> None:
    assert by_weight(line("2", "60"), line("1", "5", "2")) == [(60, "1"), (60, "1"), (5, "2")]


def test_part_of_a_unit_takes_the_room_of_a_whole_one() -> None:
    assert by_weight(line("2.5", "10")) == [(30, "1")]


def test_without_a_maximum_a_parcel_s_limit_is_it() -> None:
    packages = pack([line("4", "70")], PackingRule("max_weight"))
    assert [each.weight for each in packages] == [lb("140"), lb("140")]


@given(LINES, st.decimals("0.5", "150", places=2).map(lambda value: Weight(value, "lb")))
def test_s15_whatever_is_packed_is_packed_whole_and_within_the_maximum(lines: list[OrderLine], maximum: Weight) -> None:
    try:
        packages = pack(lines, PackingRule("max_weight", maximum))
    except Unshippable as problem:
        assert problem.reason == Reason.FREIGHT  # noqa: PT017 - the only other outcome
        return
    assert 1 <= len(packages) <= MOST_PACKAGES
    _assert_all_placed(lines, packages)
    units = [each.unit_weight for each in lines if each.unit_weight]
    for package in packages:
        alone = any(abs(unit.to("lb").value - package.weight.value) < TINY.value for unit in units)
        assert package.weight.value <= maximum.value + TINY.value or alone
        assert not package.weight > HEAVIEST


def _assert_all_placed(lines: list[OrderLine], packages: tuple[Package, ...]) -> None:
    total = sum((package.weight.value for package in packages), Decimal(0))
    wanted = Decimal(0)
    for each in lines:
        assert each.unit_weight
        wanted += each.quantity.to_integral_value(ROUND_CEILING) * each.unit_weight.to("lb").value
    assert abs(total - wanted) <= wanted * Decimal("1e-15")
    assert {number for package in packages for number in package.lines} == {each.number for each in lines}


def test_one_package_for_the_order_has_the_sum_of_all_units() -> None:
    (package,) = pack([line("3", "2"), line("1", "0.5", "2")], PackingRule("one_per_order", box=BOX))
    assert package == Package(lb("6.5"), BOX, ("1", "2"))


def test_s15_one_package_for_each_line() -> None:
    packages = pack([line("3", "2"), line("1", "0.5", "2")], PackingRule("one_per_line", box=BOX))
    assert packages == (Package(lb("6"), BOX, ("1",)), Package(lb("0.5"), BOX, ("2",)))


@pytest.mark.parametrize("rule", ALL_RULES)
@pytest.mark.parametrize("weight", [None, Weight(Decimal(0), "lb"), Weight(Decimal(-1), "lb")])
def test_s17_a_unit_without_a_weight_stops_the_order_and_names_the_line(rule: Rule, weight: Weight | None) -> None:
    with pytest.raises(Unshippable, match="line 2: item ITEM2 has no weight") as problem:
        pack([line("1", "1"), a_line("2", unit_weight=weight)], PackingRule(rule, FIFTY))
    assert (problem.value.reason, problem.value.field) == (Reason.WEIGHT, "lines.2.unit_weight")


@pytest.mark.parametrize("rule", ALL_RULES)
@pytest.mark.parametrize("quantity", ["0", "-3"])
def test_s17_a_line_that_asks_for_nothing_stops_the_order(rule: Rule, quantity: str) -> None:
    with pytest.raises(Unshippable, match="line 1") as problem:
        pack([line(quantity, "1")], PackingRule(rule, FIFTY))
    assert (problem.value.reason, problem.value.field) == (Reason.LINES, "lines.1.quantity")


@pytest.mark.parametrize("rule", ALL_RULES)
def test_a_package_over_the_limit_of_parcels_is_freight(rule: Rule) -> None:
    assert pack([line("1", "150")], PackingRule(rule, lb("150")))
    with pytest.raises(Unshippable, match=r"150\.01 lb is over 150 lb") as problem:
        pack([line("1", "150.01")], PackingRule(rule, lb("150")))
    assert (problem.value.reason, problem.value.field) == (Reason.FREIGHT, "packages")


def test_kilograms_are_held_against_the_limit_in_pounds() -> None:
    assert pack([a_line(quantity=Decimal(1), unit_weight=Weight(Decimal("68.03"), "kg"))], PackingRule("one_per_order"))
    with pytest.raises(Unshippable):
        pack([a_line(quantity=Decimal(1), unit_weight=Weight(Decimal("68.04"), "kg"))], PackingRule("one_per_order"))


def test_more_pieces_than_parcels_come_in_are_freight() -> None:
    assert len(by_weight(line("10", "50"))) == 10
    with pytest.raises(Unshippable, match="11 packages are more than 10") as problem:
        by_weight(line("11", "50"))
    assert problem.value.reason == Reason.FREIGHT


def test_a_mountain_is_refused_before_anybody_counts_its_packages() -> None:
    with pytest.raises(Unshippable, match="line 1 alone weighs 1000000000000 lb") as problem:
        by_weight(line("1000000000000", "1"))
    assert (problem.value.reason, problem.value.value) == (Reason.FREIGHT, "1000000000000 lb")
