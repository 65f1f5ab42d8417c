"""How long a yes holds: seven days, five percent, the same shipment."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from shared.domain.record import Head, Snapshot
from shared.domain.shipment import Quote, ShipmentPlan
from shared.workflow.planning.approval import VALID, expired, still_asked, with_approval
from shared.workflow.planning.plan import plan_shipment
from tests.builders import NOW, a_connection, a_head, an_order, usd

PLAN = plan_shipment(an_order(), a_connection(), NOW).plan
ASK = "approve.mode is manual"


def quote(price: str) -> Quote:
    return Quote("03", usd(price))


def approved(price: str = "100.00", days: int = 1, **facts: Any) -> tuple[Head, Snapshot]:
    """An order that a person approved so many days ago."""
    head = a_head(approved_by="ann")
    at = NOW - timedelta(days=days)
    stood = Snapshot(1, an_order(), plan=PLAN, quote=quote(price), approved_at=at, approved_price=usd(price))
    return head, replace(stood, **facts)


def asked(price: str, head: Head, before: Snapshot, plan: ShipmentPlan = PLAN, ask: str = ASK) -> str:
    return still_asked(ask, head, before, plan, quote(price), NOW)


@pytest.mark.parametrize("price", ["90.00", "100.00", "105.00"])
def test_s25_a_price_of_up_to_five_percent_more_is_covered_by_the_approval(price: str) -> None:
    assert asked(price, *approved()) == ""


def test_s25_a_rise_of_more_goes_back_to_a_person_with_both_prices() -> None:
    assert asked("105.01", *approved()) == "105.01 USD is more than 5 % above the 100.00 USD that was approved"


def test_s25_small_rises_do_not_add_up_beyond_what_was_approved() -> None:
    head, before = approved(quote=quote("104.00"))
    assert "105.01 USD is more than 5 % above the 100.00 USD" in asked("105.01", head, before)


def test_s25_an_approval_holds_for_seven_days() -> None:
    head, before = approved(days=7)
    assert not expired(head, before, NOW)
    assert asked("100.00", head, before) == ""
    older = replace(before, approved_at=NOW - VALID - timedelta(seconds=1))
    assert expired(head, older, NOW)
    assert asked("100.00", head, older) == f"{ASK}; the approval of 100.00 USD was given more than 7 days ago"


def test_s25_an_approval_from_before_approvals_were_dated_is_asked_for_again() -> None:
    head, before = approved(approved_at=None, approved_price=None)
    assert expired(head, before, NOW)
    assert asked("100.00", head, before) == ASK
    assert not expired(a_head(), before, NOW), "nobody has approved, so nothing expires"


def test_s25_an_approval_is_for_that_shipment_on_whatever_day() -> None:
    head, before = approved()
    assert asked("100.00", head, before, replace(PLAN, ship_date=date(2026, 11, 9))) == ""
    assert asked("100.00", head, before, replace(PLAN, packages=PLAN.packages * 2)) == ASK
    assert asked("100.00", head, before, replace(PLAN, account="ZZZZZZ")) == ASK


def test_where_nobody_needs_to_be_asked_no_approval_matters() -> None:
    assert asked("999.00", a_head(), approved()[1], ask="") == ""


def test_s25_a_price_that_rose_over_the_ceiling_is_told_with_the_one_before() -> None:
    before = Snapshot(1, an_order(), plan=PLAN, quote=quote("148.00"))
    above = "160.00 USD is above approve.amount 150.00 USD"
    assert asked("160.00", a_head(), before, ask=above) == f"{above}; it was quoted at 148.00 USD before"


def test_what_was_read_anew_keeps_the_approval_of_what_it_was_and_nothing_else() -> None:
    _, before = approved()
    fresh = Snapshot(1, an_order(status="35"))
    kept = with_approval(before, fresh)
    assert (kept.approved_at, kept.approved_price, kept.plan) == (before.approved_at, usd("100.00"), PLAN)
    assert kept.order == fresh.order
    assert with_approval(replace(before, approved_at=None), fresh) == fresh
