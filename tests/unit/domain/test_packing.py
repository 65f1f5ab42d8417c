"""From lines to packages: whole units, everything placed, nothing heavier than a parcel may be."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.measures import Dimensions, Weight
from shared.domain.money import Money
from shared.domain.order import OrderLine
from shared.domain.packing import HEAVIEST, MOST_PACKAGES, PackingRule, Rule, dimensional_weight, pack
from shared.domain.problem import Unshippable
from shared.domain.shipment import Package
from shared.domain.state import Reason
from tests.builders import a_line, usd

FIFTY = Weight(Decimal(50), "lb")
TINY = Weight(Decimal("1e-15"), "lb")
BOX = Dimensions(Decimal(20), Decimal(15), Decimal(10), "in")
ALL_RULES: tuple[Rule, ...] = ("one_per_order", "one_per_line", "max_weight", "item_carton")

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
    return a_line(number, quantity=Decimal(quantity), unit_weight=lb(weight), unit_dimensions=BOX)


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
        pack([line("1", "1"), a_line("2", unit_weight=weight, unit_dimensions=BOX)], PackingRule(rule, FIFTY))
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


# --- cartons and handling units --------------------------------------------------------------------------------------


def test_s15_a_carton_a_unit_has_the_item_s_own_size_and_weight() -> None:
    small = Dimensions(Decimal(12), Decimal(9), Decimal(4), "cm")
    lines = [line("2", "3"), a_line("2", quantity=Decimal(1), unit_weight=lb("1"), unit_dimensions=small)]
    assert pack(lines, PackingRule("item_carton")) == (
        Package(lb("3"), BOX, ("1",)),
        Package(lb("3"), BOX, ("1",)),
        Package(lb("1"), small, ("2",)),
    )


def test_s17_a_carton_without_a_size_stops_the_order_and_is_never_given_one() -> None:
    with pytest.raises(Unshippable, match="line 2: item ITEM2 has no size") as problem:
        pack([line("1", "1"), a_line("2")], PackingRule("item_carton"))
    assert (problem.value.reason, problem.value.field) == (Reason.MISSING, "lines.2.unit_dimensions")


def test_cartons_are_counted_before_they_are_made() -> None:
    assert len(pack([line("10", "1")], PackingRule("item_carton"))) == 10
    with pytest.raises(Unshippable, match="1000000000000 packages are more than 10") as problem:
        pack([line("1000000000000", "0.001")], PackingRule("item_carton"))
    assert problem.value.reason == Reason.FREIGHT


UNITS = (Package(lb("40"), BOX, ("1",)), Package(lb("12"), None, ("2",)))
BY_UNITS = PackingRule("handling_units")


def test_handling_units_are_taken_as_the_erp_packed_them_whatever_the_lines_weigh() -> None:
    assert pack([a_line(unit_weight=None)], BY_UNITS, UNITS) == UNITS


def test_s17_without_handling_units_the_order_waits_for_them() -> None:
    with pytest.raises(Unshippable, match="the ERP has packed nothing yet") as problem:
        pack([a_line()], BY_UNITS)
    assert (problem.value.reason, problem.value.field) == (Reason.MISSING, "handling_units")


def test_s17_a_handling_unit_without_a_weight_or_over_the_limit_stops_the_order() -> None:
    with pytest.raises(Unshippable, match="handling unit 2 has no weight") as problem:
        pack([a_line()], BY_UNITS, (UNITS[0], Package(lb("0"))))
    assert (problem.value.reason, problem.value.field) == (Reason.WEIGHT, "handling_units.2.weight")
    with pytest.raises(Unshippable, match=r"151 lb is over 150 lb"):
        pack([a_line()], BY_UNITS, (Package(lb("151")),))
    with pytest.raises(Unshippable, match="11 packages are more than 10"):
        pack([a_line()], BY_UNITS, UNITS[:1] * 11)


# --- what packages are worth -----------------------------------------------------------------------------------------


def worth(quantity: str, weight: str, value: str, number: str = "1") -> OrderLine:
    return a_line(number, quantity=Decimal(quantity), unit_weight=lb(weight), value=usd(value))


def values(packages: tuple[Package, ...]) -> list[str]:
    return [str(package.value) for package in packages]


def test_a_package_is_worth_its_share_of_each_line_and_never_less() -> None:
    lines = [worth("3", "20", "100"), worth("1", "5", "7.5", "2")]
    packages = pack(lines, PackingRule("max_weight", FIFTY, valued=True))
    assert [package.lines for package in packages] == [("1",), ("1", "2")]
    assert values(packages) == ["66.67 USD", "40.84 USD"]
    assert values(pack(lines, PackingRule("one_per_order", valued=True))) == ["107.50 USD"]
    assert [each.value for each in pack(lines, PackingRule("one_per_order"))] == [None], "only where it is asked for"


def test_s17_a_line_without_a_value_or_in_another_currency_is_never_declared() -> None:
    rule = PackingRule("one_per_order", valued=True)
    for value, said in ((None, "nothing says what it is worth"), (Money(Decimal(5), "EUR"), "other lines are in USD")):
        other = a_line("2", value=value)
        with pytest.raises(Unshippable, match=said) as problem:
            pack([worth("1", "1", "9"), other], rule)
        assert (problem.value.reason, problem.value.field) == (Reason.MISSING, "lines.2.value")


def test_a_single_handling_unit_is_worth_the_order_and_of_several_each_must_say() -> None:
    rule = PackingRule("handling_units", valued=True)
    assert values(pack([worth("1", "1", "9")], rule, UNITS[:1])) == ["9.00 USD"]
    with pytest.raises(Unshippable, match="handling unit 1: nothing says what it is worth") as problem:
        pack([worth("1", "1", "9")], rule, UNITS)
    assert problem.value.field == "handling_units.1.value"


# --- dimensional weight ----------------------------------------------------------------------------------------------


def sized(length: str, width: str, height: str, unit: str) -> Package:
    return Package(lb("1"), Dimensions(Decimal(length), Decimal(width), Decimal(height), unit))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("package", "divisor", "weight"),
    [
        (sized("20", "15", "10", "in"), None, Weight(Decimal(22), "lb")),
        (sized("20", "15", "10", "in"), Decimal(166), Weight(Decimal(19), "lb")),
        (sized("19.2", "14.1", "9.9", "in"), None, Weight(Decimal(22), "lb")),
        (sized("50", "40", "30", "cm"), None, Weight(Decimal(12), "kg")),
        (sized("500", "400", "301", "mm"), None, Weight(Decimal("12.5"), "kg")),
        (sized("0.5", "0.4", "0.3", "m"), Decimal(6000), Weight(Decimal(10), "kg")),
    ],
)
def test_a_package_s_size_counts_as_a_weight_by_the_divisor_of_its_units(
    package: Package, divisor: Decimal | None, weight: Weight
) -> None:
    assert dimensional_weight(package, divisor) == weight


def test_a_package_without_a_size_has_no_dimensional_weight() -> None:
    assert dimensional_weight(Package(lb("1"))) is None
