"""Lines: what is left, in which unit, at which weight; what is skipped and why."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.measures import Dimensions, Weight
from shared.domain.money import Money
from shared.erp.infor.bindings import default_bindings
from shared.erp.infor.lines import (
    PoLine,
    day_of,
    order_line,
    po_line,
    ratio_of,
    tidy,
    value_of,
    why_service,
    why_skipped,
)
from shared.errors import Refused

ITEM_BINDING = default_bindings()["item.basic"]
ITEM = {"gross_weight": "1.200", "net_weight": "1.1", "length": "20", "width": "10", "height": "5"}


def row(**changes: str) -> PoLine:
    plain = {"line": "3", "subline": "0", "item": "A1", "ordered_qty": "10", "unit": "EA", "status_low": "20"}
    return po_line({**plain, **changes})


@pytest.mark.parametrize(("advised", "notified", "received", "left"), [
    ("", "", "", "10"), ("4", "", "", "6"), ("4", "6", "", "4"), ("4", "6", "9", "1"), ("10", "0", "0", "0"),
    ("-2", "0", "0", "10"),
])  # fmt: skip
def test_q52_what_is_left_is_ordered_less_the_greatest_of_advised_notified_and_received(
    advised: str, notified: str, received: str, left: str
) -> None:
    assert row(advised_qty=advised, notified_qty=notified, received_qty=received).left == Decimal(left)


@pytest.mark.parametrize(("changes", "why"), [
    ({}, ""),
    ({"ordered_qty": "-2"}, "a return or correction: ordered -2"),
    ({"received_qty": "10"}, "nothing left of 10 EA: advised, notified or received"),
    ({"status_low": "50"}, "received or closed: status 50"),
    ({"status_low": "99"}, "received or closed: status 99"),
    ({"status_low": ""}, ""),
    ({"item": ""}, "no item: a text or a service"),
])  # fmt: skip
def test_S17_q44_a_line_that_is_not_shipped_says_why(changes: dict[str, str], why: str) -> None:
    assert why_skipped(row(**changes), "50") == why


def test_a_sub_line_has_its_own_number_and_its_main_line_s_address() -> None:
    line = row(subline="2")
    assert (line.number, line.main) == ("3/2", "3")
    assert row().number == "3"


def test_S18_q49_weight_and_size_come_from_the_item_in_the_connection_s_units() -> None:
    line = order_line(row(), ITEM, "lb", "in")
    assert line.unit_weight == Weight(Decimal("1.2"), "lb")
    assert line.unit_dimensions == Dimensions(Decimal(20), Decimal(10), Decimal(5), "in")


@pytest.mark.parametrize("weight", ["", "0", "0.000", "-1"])
def test_q55_a_zero_weight_is_missing_and_never_invented(weight: str) -> None:
    assert order_line(row(), {**ITEM, "gross_weight": weight}, "kg", "cm").unit_weight is None


def test_a_size_with_a_side_missing_is_no_size() -> None:
    assert order_line(row(), {**ITEM, "height": "0"}, "kg", "cm").unit_dimensions is None


def test_q50_quantities_are_in_basic_units_which_weights_are_for() -> None:
    line = order_line(row(unit="BOX", basic_qty="120", basic_unit="EA", received_qty="4"), ITEM, "kg", "cm")
    assert (line.quantity, line.unit) == (Decimal(72), "EA")
    assert line.unit_weight == Weight(Decimal("1.2"), "kg")


@pytest.mark.parametrize(
    ("changes", "value"),
    [
        ({"amount": "100"}, "100"),
        ({"amount": "100", "received_qty": "4"}, "60"),
        ({"amount": "100", "ordered_qty": "3", "received_qty": "1"}, "66.666667"),
        ({"amount": "0"}, None),
        ({"amount": ""}, None),
    ],
)
def test_a_line_is_worth_the_share_of_what_is_left_of_it(changes: dict[str, str], value: str | None) -> None:
    assert value_of(row(**changes), "USD") == (Money(Decimal(value), "USD") if value else None)
    assert value_of(row(**changes), "") is None


def test_without_a_ratio_to_the_basic_unit_there_is_no_weight() -> None:
    line = order_line(row(unit="BOX", basic_qty="0", basic_unit="EA"), ITEM, "kg", "cm")
    assert (line.quantity, line.unit, line.unit_weight, line.unit_dimensions) == (Decimal(10), "BOX", None, None)
    assert line.weight_per == "EA", "so that no default is taken for a box"
    assert order_line(row(), ITEM, "kg", "cm").weight_per == ""


def test_q51_a_ratio_of_the_item_s_takes_its_place_and_the_line_s_own_comes_first() -> None:
    boxes = row(unit="BOX", basic_qty="0", basic_unit="EA")
    assert order_line(boxes, ITEM, "kg", "cm", Decimal(12)).quantity == Decimal(120)
    own = row(unit="BOX", basic_qty="120", basic_unit="EA")
    assert order_line(own, ITEM, "kg", "cm", Decimal(7)).quantity == Decimal(120)


@pytest.mark.parametrize(("units", "ratio"), [
    ([{"unit": "BOX", "factor": "12", "form": "1"}], Decimal(12)),
    ([{"unit": "BOX", "factor": "4", "form": "2"}], Decimal("0.25")),
    ([{"unit": "BOX", "factor": "0", "form": "1"}], None),
    ([{"unit": "BOX", "factor": "12", "form": ""}], None),
    ([{"unit": "PAL", "factor": "12", "form": "1"}], None),
    ([], None),
])  # fmt: skip
def test_q51_the_form_says_whether_the_factor_multiplies_or_divides(
    units: list[dict[str, str]], ratio: Decimal | None
) -> None:
    assert ratio_of(units, "BOX", default_bindings()["item.units"]) == ratio


def test_an_item_that_is_not_there_has_no_weight() -> None:
    assert order_line(row(), None, "kg", "cm").unit_weight is None


@pytest.mark.parametrize(("item", "service"), [
    ({"inventory_accounting": "0", "gross_weight": "0", "net_weight": ""}, True),
    ({"inventory_accounting": "0", "gross_weight": "2", "net_weight": ""}, False),
    ({"inventory_accounting": "1", "gross_weight": "0", "net_weight": ""}, False),
    ({"inventory_accounting": "", "gross_weight": "0", "net_weight": ""}, False),
])  # fmt: skip
def test_what_is_not_stocked_and_weighs_nothing_is_a_service(item: dict[str, str], service: bool) -> None:
    assert bool(why_service(row(), item, ITEM_BINDING)) is service


def test_item_types_that_are_services_can_be_named() -> None:
    binding = ITEM_BINDING.model_copy(update={"settings": {"service_types": "SRV FRT"}})
    assert why_service(row(), {"item_type": "FRT", "gross_weight": "3"}, binding) == "a service: item A1 is of type FRT"
    assert not why_service(row(), {"item_type": "FG", "gross_weight": "3"}, binding)


@pytest.mark.parametrize("text", ["1.234,50", "ten", "NaN", "Infinity"])
def test_a_quantity_that_is_no_number_is_refused_with_line_and_value(text: str) -> None:
    with pytest.raises(Refused) as caught:
        row(ordered_qty=text)
    assert (caught.value.reason, caught.value.field, caught.value.value) == ("lines", "lines.3.ordered_qty", text)


@pytest.mark.parametrize("text", ["12,5", "n/a", "1.2.3", "NaN", "1E+30"])
@pytest.mark.parametrize(
    ("name", "field", "reason"),
    [
        ("gross_weight", "lines.3.unit_weight", "weight"),
        ("length", "lines.3.length", "lines"),
        ("height", "lines.3.height", "lines"),
    ],
)
def test_a_weight_or_a_size_that_cannot_be_read_is_not_taken_for_none(
    name: str, field: str, reason: str, text: str
) -> None:
    with pytest.raises(Refused, match="no number") as caught:
        order_line(row(), {**ITEM, name: text}, "kg", "cm")
    assert (caught.value.reason, caught.value.field, caught.value.value) == (reason, field, text)


@pytest.mark.parametrize("text", ["12,5", "n/a", "240 USD"])
def test_a_price_that_cannot_be_read_is_refused_where_one_is_asked_for(text: str) -> None:
    with pytest.raises(Refused, match="no number"):
        value_of(row(amount=text), "USD")
    assert value_of(row(amount=text), "") is None


def test_an_item_whose_weight_cannot_be_read_is_no_service() -> None:
    item = {**ITEM, "gross_weight": "12,5", "net_weight": "", "inventory_accounting": "0"}
    assert why_service(row(), item, ITEM_BINDING) == ""


def test_a_factor_between_units_that_cannot_be_read_is_refused() -> None:
    units = [{"unit": "BOX", "factor": "12,0", "form": "1"}]
    with pytest.raises(Refused, match="no number"):
        ratio_of(units, "BOX", default_bindings()["item.units"])


def test_a_quantity_of_more_digits_than_28_is_tidied() -> None:
    line = row(ordered_qty="99999999999.123456", unit="BOX", basic_qty="9999999999999999.5", basic_unit="EA")
    assert order_line(line, ITEM, "kg", "cm").quantity == tidy(line.left * (line.basic / line.ordered))
    assert tidy(Decimal("1E+30") + Decimal("0.1")) > 0


@pytest.mark.parametrize(
    ("text", "day"), [("20261215", date(2026, 12, 15)), ("", None), ("0", None), ("20261315", None)]
)
def test_dates_are_read_and_zeros_are_none(text: str, day: date | None) -> None:
    assert day_of(text) == day


@given(st.decimals(min_value=Decimal("0.000001"), max_value=Decimal(10) ** 9, places=6))
def test_a_tidied_quantity_is_the_same_quantity(value: Decimal) -> None:
    assert tidy(value) == value
    assert "E" not in str(tidy(value))


@given(
    st.integers(1, 10_000), st.integers(0, 10_000), st.integers(0, 10_000), st.integers(0, 10_000), st.integers(1, 500)
)
def test_never_more_is_shipped_than_ordered(
    ordered: int, advised: int, notified: int, received: int, ratio: int
) -> None:
    line = row(
        ordered_qty=str(ordered), advised_qty=str(advised), notified_qty=str(notified), received_qty=str(received),
        unit="BOX", basic_qty=str(ordered * ratio), basic_unit="EA",
    )  # fmt: skip
    if not why_skipped(line, "50"):
        assert 0 < order_line(line, ITEM, "kg", "cm").quantity <= ordered * ratio
