"""What a warehouse reports becomes receipts by line: sums are kept, whatever way the goods came in."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.pieces import inbound_lines, increments, shares
from shared.domain.purchase import PurchaseLine, in_units
from shared.domain.receiving import InboundLine, Stage, may_follow
from shared.domain.reference import mark_of

LINES = (
    InboundLine("1", "A", 10, Decimal(1), "EA"),
    InboundLine("2", "A", 5, Decimal(3), "BOX"),
    InboundLine("3", "B", 4, Decimal(1), "EA"),
)


def test_lines_of_one_sku_are_filled_in_their_order_and_a_surplus_is_the_last_one_s() -> None:
    assert shares(LINES, "A", 0) == {"1": 0, "2": 0}
    assert shares(LINES, "A", 12) == {"1": 10, "2": 2}
    assert shares(LINES, "A", 17) == {"1": 10, "2": 7}
    assert shares(LINES, "B", 6) == {"3": 6}


@given(st.lists(st.integers(0, 9), max_size=8))
def test_s37_the_sum_of_the_receipts_is_what_came_in(parts: list[int]) -> None:
    total, booked = 0, dict.fromkeys(("1", "2"), Decimal(0))
    for part in parts:
        for line, pieces, quantity in increments(LINES, "A", total, total + part):
            assert pieces > 0
            assert quantity > 0
            booked[line.number] += quantity
        total += part
    after = shares(LINES, "A", total)
    assert booked == {"1": Decimal(after["1"]), "2": in_units(after["2"], Decimal(3))}


def test_a_fall_makes_no_receipt() -> None:
    assert increments(LINES, "A", 5, 3) == []


@pytest.mark.parametrize(("per_unit", "ordered", "said"), [(None, 3, "nobody says"), (Decimal("0.3"), 1, "no whole")])
def test_lines_without_whole_pieces_are_named(per_unit: Decimal | None, ordered: int, said: str) -> None:
    line = PurchaseLine("7", "X", "", Decimal(ordered), Decimal(0), "BOX", per_unit, "W01")
    with pytest.raises(ValueError, match=f"line 7: .*{said}"):
        inbound_lines([line])


def test_marks_are_short_and_of_one_order_and_receipt_alone() -> None:
    marks = {mark_of("1a2b3c4d", key, number) for key in ("a", "b") for number in (1, 2, 9999)}
    assert len(marks) == 6
    assert {len(each) for each in marks} == {18}


def test_an_order_that_was_made_is_never_made_again() -> None:
    made = (Stage.DRAFT, Stage.OPEN, Stage.CLOSED)
    assert not any(may_follow(each, then) for each in made for then in (Stage.INTENT, Stage.TAKEN))
