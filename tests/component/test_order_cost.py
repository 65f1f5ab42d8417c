"""The cost of an order: write units of the table, and calls to both vendors (performance, section 3)."""

from __future__ import annotations

import pytest

from benchmarks.order_cost import MINIMUM, MOST_UNITS, Cost, order_cost, report
from benchmarks.write_units import index_units, kind_of, size_of, units_of


@pytest.fixture(scope="module")
def cost() -> Cost:
    return order_cost()


def test_an_order_takes_at_most_40_write_units_with_the_listing_index(cost: Cost) -> None:
    assert cost.units["index listing"] >= 2
    assert cost.write_units <= MOST_UNITS
    assert cost.write_units == 40, "the figure that the documents quote"


def test_each_of_an_order_s_four_transitions_and_its_claim_is_two_small_items(cost: Cost) -> None:
    """5 x 2 units: a HEAD or an audit entry that grew over 1 KB would show here."""
    assert (cost.units["order HEAD"], cost.units["order AUDIT"]) == (10, 10)


def test_an_order_asks_the_carrier_for_its_address_a_rate_and_a_label_and_for_nothing_else(cost: Cost) -> None:
    assert {name: count for name, count in cost.carrier.items() if count} == MINIMUM


def test_the_write_back_is_one_read_and_one_write(cost: Cost) -> None:
    assert cost.write_back_calls == 2


def test_an_order_s_details_are_its_head_its_lines_and_its_delivery_address(cost: Cost) -> None:
    details = ("PPS200MI.GetHead", "PPS200MI.LstLine", "PPS200MI.GetDelAddress")
    assert {name: cost.erp[name] for name in details} == dict.fromkeys(details, 1.0)
    assert cost.erp_reads == 3


def test_g12_a_run_asks_each_vendor_for_one_token(cost: Cost) -> None:
    assert (cost.once["carrier token"], cost.once["erp token"]) == (1, 1)


def test_each_further_package_takes_three_small_items_more(cost: Cost) -> None:
    """The package, what its tracking number leads to, and its watch, which stands in both indexes."""
    assert order_cost(packages=4).write_units == cost.write_units + 3 * 7


def test_the_report_ends_with_the_line_that_is_quoted(cost: Cost) -> None:
    line = "order_cost: write_units=40 carrier_calls=3 erp_reads=3 write_back_calls=2"
    assert report(cost).splitlines()[-1] == line


# --- the arithmetic behind it ------------------------------------------------------------------------------------


def test_sizes_are_counted_as_dynamodb_counts_them() -> None:
    assert size_of({"name": {"S": "añ"}}) == 4 + 3
    assert [size_of({"": {"N": number}}) for number in ("0", "7", "100", "1762092000000", "-12.5")] == [2, 2, 2, 5, 4]
    assert size_of({"a": {"B": b"123"}, "b": {"BOOL": True}, "c": {"NULL": True}}) == 1 + 3 + 1 + 1 + 1 + 1
    assert size_of({"l": {"L": [{"S": "ab"}, {"S": "c"}]}}) == 1 + 3 + (1 + 2) + (1 + 1)
    assert size_of({"m": {"M": {"ab": {"S": "c"}}}}) == 1 + 3 + (1 + 2 + 1)
    assert size_of({"s": {"SS": ["ab", "c"]}}) == 1 + 3


def test_a_write_takes_a_unit_for_each_started_kb_of_the_larger_image() -> None:
    assert [units_of(0, size) for size in (0, 1, 1024, 1025, 4096)] == [1, 1, 1, 2, 4]
    assert units_of(3000, 10) == 3


def test_an_index_entry_costs_where_it_appears_goes_or_moves_and_nothing_where_it_stays() -> None:
    here, there = ({"due_pk": {"S": "DUE#1"}, "due_sk": {"S": at}} for at in ("1", "2"))
    assert [index_units(*pair)["index due"] for pair in (({}, here), (here, {}), (here, there), (here, here))] == [
        1,
        1,
        2,
        0,
    ]


def test_an_item_s_kind_is_read_off_its_key() -> None:
    keys = [
        ("ORDER#x", "SNAP#0001"),
        ("CONNECTION#c", "BOUGHT#2026-11-02"),
        ("CONNECTION#c", "POLL"),
        ("LEDGER#c", "1"),
    ]
    kinds = [kind_of({"pk": {"S": pk}, "sk": {"S": sk}}) for pk, sk in keys]
    assert kinds == ["order SNAP", "limits", "poll", "ledger"]
