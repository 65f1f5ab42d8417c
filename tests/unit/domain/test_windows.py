"""How much a connection may buy, and which listing an order stands in."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from shared.domain.money import Money
from shared.domain.state import OPEN, State
from shared.domain.windows import BUCKETS, Window, bucket_of, check_limits, spend_window
from shared.ports import Spend
from tests.builders import usd

AT = datetime(2026, 11, 2, 14, 40, tzinfo=UTC)
BUY = Spend("acme-infor-ups", AT, usd("10.00"), 2, 5, usd("100.00"))


def bought(times: int, purchase: Spend = BUY) -> Window:
    window = Window()
    for _ in range(times):
        window = window.after(purchase)
    return window


def test_an_hour_s_labels_are_counted_and_its_end_is_told() -> None:
    assert check_limits(bought(1), BUY) is None
    reached = check_limits(bought(2), BUY)
    assert reached == (
        "limits.labels_per_hour is 2, and so many were bought this hour",
        datetime(2026, 11, 2, 15, 0, tzinfo=UTC),
    )
    assert check_limits(bought(2), replace(BUY, at=AT + timedelta(minutes=20))) is None


def test_a_day_s_labels_are_counted_over_its_hours() -> None:
    window = Window()
    for hour in range(5):
        window = window.after(replace(BUY, at=AT + timedelta(hours=hour)))
    message, until = check_limits(window, replace(BUY, at=AT + timedelta(hours=6))) or ("", AT)
    assert message.startswith("limits.labels_per_day is 5")
    assert until == datetime(2026, 11, 3, tzinfo=UTC)


def test_a_day_s_amount_may_be_reached_and_not_passed() -> None:
    wide = replace(BUY, labels_per_hour=99, labels_per_day=99)
    assert check_limits(bought(9), wide) is None
    message, until = check_limits(bought(10), wide) or ("", AT)
    assert message == "limits.amount_per_day is 100.00 USD, 100.00 were spent today"
    assert until == datetime(2026, 11, 3, tzinfo=UTC)


def test_a_refund_takes_back_what_a_purchase_counted() -> None:
    assert bought(2).after(replace(BUY, refund=True)) == bought(1)
    assert bought(1).after(replace(BUY, refund=True)).amount == Decimal(0)


def test_a_limit_in_another_currency_is_no_comparison() -> None:
    with pytest.raises(ValueError, match="different currencies"):
        check_limits(Window(), replace(BUY, amount_per_day=Money(Decimal(100), "EUR")))


def test_purchases_are_counted_by_the_utc_day_wherever_the_clock_stands() -> None:
    late = datetime(2026, 11, 2, 23, 30, tzinfo=timezone(timedelta(hours=-5)))
    assert spend_window(late) == ("2026-11-03", 4)
    assert Window().after(replace(BUY, at=late)).hours == {4: 1}


def test_every_state_stands_in_one_listing_and_all_moving_ones_in_the_same() -> None:
    assert {bucket_of(state) for state in State} == set(BUCKETS)
    assert {bucket_of(state) for state in OPEN} == {"open"}
