"""Which day an order ships: never a past one, never a day off, and in the ship-from's own zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.calendar import AHEAD, ShipRule, buy_at, date_for_carrier, ship_on
from tests.builders import an_order

NEW_YORK, BERLIN = ZoneInfo("America/New_York"), ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 11, 2, 14, 0, tzinfo=UTC)  # 9:00 in New York
AT_ONCE = ShipRule()
FIVE_BEFORE = ShipRule(days_before_needed=5)
BY_THREE = ShipRule(cutoff=time(15))


def day(text: str) -> date:
    return date.fromisoformat(text)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def ships(rule: ShipRule, now: datetime = MONDAY, needed: str = "", zone: ZoneInfo = NEW_YORK) -> str:
    order = an_order(needed=day(needed) if needed else None)
    return ship_on(order, rule, zone, now).isoformat()


def test_an_order_ships_today_when_today_is_a_working_day() -> None:
    assert ships(AT_ONCE) == "2026-11-02"


def test_a_weekend_moves_it_to_the_monday() -> None:
    assert ships(AT_ONCE, utc("2026-11-07T14:00")) == "2026-11-09"
    assert ships(AT_ONCE, utc("2026-11-08T14:00")) == "2026-11-09"
    assert ships(ShipRule(working_days=frozenset({5})), utc("2026-11-08T14:00")) == "2026-11-14"


def test_it_ships_so_many_days_before_it_is_needed() -> None:
    assert ships(FIVE_BEFORE, needed="2026-11-18") == "2026-11-13"


def test_a_day_off_before_it_is_needed_moves_to_the_working_day_before_and_not_after() -> None:
    assert ships(FIVE_BEFORE, needed="2026-11-19") == "2026-11-13", "the 14th is a Saturday"
    assert ships(FIVE_BEFORE, needed="2026-11-20") == "2026-11-13"


@pytest.mark.parametrize("needed", ["2026-11-05", "2026-11-02", "2026-10-01"])
def test_a_day_that_has_passed_becomes_the_next_working_day(needed: str) -> None:
    assert ships(FIVE_BEFORE, needed=needed) == "2026-11-02"
    assert ships(FIVE_BEFORE, utc("2026-11-07T14:00"), needed=needed) == "2026-11-09"


def test_without_a_needed_date_it_ships_as_soon_as_it_can() -> None:
    assert ships(FIVE_BEFORE) == "2026-11-02"


def test_from_the_cut_off_on_it_is_too_late_for_the_day() -> None:
    assert ships(BY_THREE, utc("2026-11-02T19:59")) == "2026-11-02"  # 14:59 in New York
    assert ships(BY_THREE, utc("2026-11-02T20:00")) == "2026-11-03"  # 15:00
    assert ships(BY_THREE, utc("2026-11-06T20:00")) == "2026-11-09", "after Friday's cut-off comes Monday"


def test_the_cut_off_is_the_ship_from_s_own_hour_on_both_sides_of_a_change_of_clocks() -> None:
    """New York goes from -04:00 to -05:00 on 1 November 2026, and back on 14 March 2027."""
    before, after = utc("2026-10-30T19:00"), utc("2026-11-02T19:00")
    assert (ships(BY_THREE, before), ships(BY_THREE, after)) == ("2026-11-02", "2026-11-02")
    assert ships(BY_THREE, utc("2026-10-30T18:59")) == "2026-10-30"
    assert ships(BY_THREE, utc("2027-03-12T19:59")) == "2027-03-12"
    assert ships(BY_THREE, utc("2027-03-15T19:00")) == "2027-03-16"


def test_today_is_the_ship_from_s_today() -> None:
    night = utc("2026-11-03T03:00")  # the evening of the 2nd in New York
    assert ships(AT_ONCE, night) == "2026-11-02"
    assert ships(AT_ONCE, night, zone=BERLIN) == "2026-11-03"


def test_a_day_s_label_is_bought_from_its_first_minute_on() -> None:
    assert buy_at(day("2026-10-30"), NEW_YORK) == utc("2026-10-30T04:00")
    assert buy_at(day("2026-11-02"), NEW_YORK) == utc("2026-11-02T05:00")
    assert buy_at(day("2026-11-02"), BERLIN) == utc("2026-11-01T23:00")


def test_a_day_whose_midnight_does_not_exist_begins_with_its_first_instant() -> None:
    """Santiago goes from 24:00 to 1:00 on 6 September 2026: the day begins at 1:00 (-03:00), which is 4:00 UTC."""
    santiago = ZoneInfo("America/Santiago")
    begins = buy_at(day("2026-09-06"), santiago)
    assert begins == utc("2026-09-06T04:00")
    assert begins.astimezone(santiago).date() == day("2026-09-06")
    assert (begins - timedelta(seconds=1)).astimezone(santiago).date() == day("2026-09-05")


def test_a_carrier_is_told_a_day_of_the_next_seven_and_a_working_one() -> None:
    today = day("2026-11-02")
    assert date_for_carrier(day("2026-11-05"), AT_ONCE, today) == day("2026-11-05")
    assert date_for_carrier(day("2026-11-09"), AT_ONCE, today) == day("2026-11-09")
    assert date_for_carrier(day("2026-11-30"), AT_ONCE, today) == day("2026-11-09")
    assert date_for_carrier(day("2026-11-30"), AT_ONCE, day("2026-11-01")) == day("2026-11-06"), "the 8th is a Sunday"


ZONES = st.sampled_from(["UTC", "America/New_York", "Europe/Berlin", "Asia/Kolkata", "Pacific/Auckland"]).map(ZoneInfo)
RULES = st.builds(
    ShipRule,
    st.none() | st.integers(0, 30),
    st.none() | st.times().map(lambda each: each.replace(second=0, microsecond=0)),
    st.frozensets(st.integers(0, 6), min_size=1),
)
INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1)).map(lambda each: each.replace(tzinfo=UTC))  # noqa: DTZ001


@given(RULES, ZONES, INSTANTS, st.none() | st.dates(date(2025, 12, 1), date(2028, 3, 1)))
def test_whatever_the_rule_the_day_is_a_working_one_that_has_not_passed(
    rule: ShipRule, zone: ZoneInfo, now: datetime, needed: date | None
) -> None:
    local = now.astimezone(zone)
    found = ship_on(an_order(needed=needed), rule, zone, now)
    assert found.weekday() in rule.working_days
    assert found >= local.date()
    assert found > local.date() or rule.cutoff is None or local.time() < rule.cutoff
    if rule.days_before_needed is not None and needed and found > local.date() + timedelta(days=8):
        assert found <= needed - timedelta(days=rule.days_before_needed), "never later than asked without a need"
    dated = date_for_carrier(found, rule, local.date())
    assert dated <= min(found, local.date() + AHEAD)
    assert dated.weekday() in rule.working_days
    assert buy_at(found, zone).astimezone(zone).date() == found
