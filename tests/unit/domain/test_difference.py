"""The ERP's changes after the label: which ones hold an order, and which are only progress."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.difference import difference
from shared.domain.order import Order
from shared.domain.record import Fix, Snapshot
from shared.domain.state import Reason
from tests.builders import NOW, SUPPLIER, WAREHOUSE, a_line, an_order

SHIPPED = an_order(lines=(a_line("1"), a_line("2", quantity=Decimal(5))))


def against(*readings: Order, **snapshot: Any) -> Any:
    return difference(Snapshot(1, SHIPPED, **snapshot), readings)


def line(number: str, **changes: Any) -> Order:
    """The order with one of its lines changed."""
    lines = tuple(replace(each, **changes) if each.number == number else each for each in SHIPPED.lines)
    return replace(SHIPPED, lines=lines)


@pytest.mark.parametrize(
    ("reading", "reason", "field"),
    [
        (replace(SHIPPED, ship_to=SUPPLIER), Reason.CHANGED, "ship_to"),
        (replace(SHIPPED, service="AIR"), Reason.CHANGED, "service"),
        (line("2", item="OTHER"), Reason.CHANGED, "lines.2.item"),
        (line("2", quantity=Decimal(6)), Reason.REMAINING, "lines.2.quantity"),
        (line("2", unit="BOX"), Reason.REMAINING, "lines.2.quantity"),
        (replace(SHIPPED, lines=(*SHIPPED.lines, a_line("3"))), Reason.REMAINING, "lines.3.quantity"),
        (replace(SHIPPED, cancelled=True, lines=()), Reason.CANCELLED, "status"),
    ],
)
def test_what_differs_is_named_with_reason_and_field(reading: Order, reason: Reason, field: str) -> None:
    found = against(reading)
    assert (found.reason, found.field) == (reason, field)


def test_a_difference_is_known_again_by_what_differs() -> None:
    found = {against(line("2", quantity=Decimal(count))).told for count in (6, 7)}
    found |= {against(replace(SHIPPED, service="AIR")).told, against(replace(SHIPPED, cancelled=True, lines=())).told}
    assert len(found) == 4
    assert against(line("2", quantity=Decimal("6.0"), description="Valve, blue")).told in found


def test_a_change_comes_before_a_remainder_and_both_are_said() -> None:
    found = against(replace(line("2", quantity=Decimal(9)), service="AIR"))
    assert (found.reason, found.lines) == (Reason.CHANGED, ("2",))
    assert found.message == (
        "after its label the ERP has delivery method AIR instead of UPS; 9 EA open on line 2 instead of 5 EA"
    )


@given(st.dictionaries(st.sampled_from(["1", "2"]), st.integers(0, 5)), st.sampled_from(["20", "45", "85"]))
def test_smaller_quantities_and_lines_that_are_gone_are_progress(left: dict[str, int], status: str) -> None:
    lines = tuple(
        replace(each, quantity=Decimal(left[each.number]))
        for each in SHIPPED.lines
        if left.get(each.number, 99) <= each.quantity
    )
    assert against(replace(SHIPPED, lines=lines, status=status)) is None


def test_nothing_left_tells_of_no_place_and_no_service() -> None:
    assert against(replace(SHIPPED, lines=(), ship_to=SUPPLIER, service="")) is None


def test_a_phone_or_an_attention_is_no_change() -> None:
    party = replace(WAREHOUSE, phone="1", attention="Bob")
    assert against(replace(SHIPPED, ship_to=party, notes=("read again",), status="22")) is None


def test_what_a_person_s_fix_had_put_into_the_label_is_no_change_when_the_erp_follows() -> None:
    fix = Fix("service", "AIR", "UPS", "ann", NOW)
    assert against(replace(SHIPPED, service="AIR"), fixes=(fix,)) is None
    assert against(replace(SHIPPED, service="SEA"), fixes=(fix,)).field == "service"


def test_lines_that_went_to_another_place_are_named() -> None:
    one, two = replace(SHIPPED, lines=SHIPPED.lines[:1]), replace(SHIPPED, lines=SHIPPED.lines[1:], ship_to=SUPPLIER)
    found = against(one, two)
    assert found.field == "ship_to"
    assert "another ship-to for line 2" in found.message


def test_what_was_accepted_is_what_is_compared_with() -> None:
    accepted = line("2", quantity=Decimal(9))
    assert against(accepted, accepted=accepted) is None
    assert against(line("2", quantity=Decimal(10)), accepted=accepted).lines == ("2",)


def test_an_accepted_cancellation_is_told_no_more_and_what_comes_back_is_compared_with_the_label() -> None:
    closed = replace(SHIPPED, cancelled=True, lines=())
    assert against(closed, accepted=closed) is None
    assert against(SHIPPED, accepted=closed) is None
    assert against(replace(SHIPPED, service="AIR"), accepted=closed).field == "service"
