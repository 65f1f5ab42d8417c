"""When an order is bought, and which day the carrier is told."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from shared.connection import Connection
from shared.domain.order import Order
from shared.domain.state import WAITS
from shared.workflow.planning.timing import LOOK_AGAIN, ship_date, wait_of
from tests.builders import NOW, a_connection, an_order

SATURDAY = datetime(2026, 11, 7, 14, 0, tzinfo=UTC)


def rule(**when: Any) -> Connection:
    return a_connection(timezone="America/New_York", ship_when=when)


def needed(day: str) -> Order:
    return an_order(needed=date.fromisoformat(day))


def told(order: Order, connection: Connection, now: datetime = NOW) -> str:
    day = ship_date(order, connection, now)
    return day.isoformat() if day else ""


def test_without_a_rule_an_order_is_bought_at_once_whatever_the_day() -> None:
    for now in (NOW, SATURDAY):
        assert wait_of(needed("2027-01-01"), a_connection(), now) is None


def test_without_a_rule_the_carrier_is_told_a_day_on_weekends_only() -> None:
    assert told(an_order(), a_connection()) == ""
    assert told(an_order(), a_connection(), SATURDAY) == "2026-11-09"


def test_an_order_waits_for_the_first_minute_of_its_day_where_it_ships_from() -> None:
    wait = wait_of(needed("2026-11-18"), rule(days_before_needed=5), NOW)
    assert wait
    assert (wait.until, wait.reason) == (datetime(2026, 11, 13, 5, 0, tzinfo=UTC), "ship_date")
    assert wait.why == "it ships on 2026-11-13, needed 2026-11-18"
    assert wait_of(needed("2026-11-18"), rule(days_before_needed=5), wait.until) is None


def test_a_day_that_is_today_is_bought_now() -> None:
    assert wait_of(needed("2026-11-04"), rule(days_before_needed=5), NOW) is None
    assert told(needed("2026-11-04"), rule(days_before_needed=5)) == "2026-11-02"


def test_past_the_cut_off_it_waits_for_the_next_working_day() -> None:
    late = datetime(2026, 11, 6, 20, 0, tzinfo=UTC)  # Friday, 15:00 in New York
    wait = wait_of(an_order(), rule(cutoff="15:00"), late)
    assert wait
    assert wait.until == datetime(2026, 11, 9, 5, 0, tzinfo=UTC)
    assert wait_of(an_order(), rule(cutoff="15:00"), late - timedelta(minutes=1)) is None


def test_the_carrier_is_told_a_day_of_the_next_seven_though_the_order_ships_later() -> None:
    assert told(needed("2026-12-31"), rule(days_before_needed=5)) == "2026-11-09"
    assert told(needed("2026-11-10"), rule(days_before_needed=5)) == "2026-11-05"


def test_an_order_that_the_erp_has_not_confirmed_waits_for_that_where_it_matters() -> None:
    open_order = an_order(confirmed=False)
    wait = wait_of(open_order, rule(confirmed=True), NOW)
    assert wait
    assert (wait.reason, wait.until) == ("unconfirmed", NOW + LOOK_AGAIN)
    assert wait_of(open_order, rule(confirmed=False), NOW) is None
    assert wait_of(an_order(), rule(confirmed=True), NOW) is None


def test_every_wait_has_a_hint() -> None:
    assert set(WAITS) == {"ship_date", "unconfirmed", "read_again"}
