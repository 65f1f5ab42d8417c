"""When: quoted at once, bought on its day, priced anew when the day is another one than it was quoted on."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from sandbox.erps.m3.seed import Line
from shared.domain.state import State
from shared.workflow.desk.approve import approve
from tests.component.workflow.scene import DAY, MINUTE, ORDER, SETTLE, Scene, bought_once, key_of

NEW_YORK = "America/New_York"
HOUR = timedelta(hours=1)
FIVE_BEFORE: dict[str, Any] = {"timezone": NEW_YORK, "ship_when": {"days_before_needed": 5}}
MANUAL: dict[str, Any] = {"approve": {"mode": "manual", "amount": None}}


def body(scene: Scene, operation: str) -> dict[str, Any]:
    """The last request of that kind, in the carrier's own words."""
    request = next(each.request for each in reversed(scene.ups.recorded) if each.operation == operation)
    asked: dict[str, Any] = json.loads(request.body)
    return asked


def told(scene: Scene) -> str:
    return str(body(scene, "ship")["ShipmentRequest"]["Shipment"].get("ShipmentDate", ""))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def waiting(needed: str = "20261118", **connection: Any) -> Scene:
    """An order that ships on Friday the 13th."""
    scene = Scene(**{**FIVE_BEFORE, **connection})
    scene.through(needed=needed)
    return scene


def test_s26_an_order_of_another_day_is_quoted_at_once_and_waits_with_a_reason() -> None:
    scene = waiting()
    head, snapshot = scene.head(), scene.snapshot()
    assert scene.stands() == "READY ship_date"
    assert head.quote
    assert head.not_before == head.due_at == at("2026-11-13T05:00")
    assert scene.audit()[-1].why == "it ships on 2026-11-13, needed 2026-11-18"
    assert snapshot.plan
    assert snapshot.plan.ship_date == date(2026, 11, 9), "at most seven days ahead, until its own day has come"
    assert scene.creates() == 0


def test_s27_it_is_bought_when_its_day_begins_where_it_ships_from_with_that_day_on_it() -> None:
    scene = waiting()
    scene.is_polled(every=HOUR)
    scene.world.run(at("2026-11-13T04:59") - scene.clock.now(), done=lambda _: False)
    assert scene.creates() == 0
    scene.world.run(5 * MINUTE, done=lambda _: False)
    assert bought_once(scene)
    assert told(scene) == "20261113"
    assert body(scene, "rate")["RateRequest"]["Shipment"]["DeliveryTimeInformation"]["Pickup"] == {"Date": "20261113"}
    assert scene.trail().count("quoted") == 2, "priced anew on the day"


def test_an_order_of_today_takes_the_straight_way_with_three_calls_of_the_carrier() -> None:
    scene = waiting(needed="20261104")
    assert bought_once(scene)
    assert told(scene) == "20261102"
    calls = [each.operation for each in scene.ups.recorded if each.operation != "token"]
    assert calls == ["address_validation", "rate", "ship"]


def test_a_day_that_has_passed_ships_on_the_next_working_day() -> None:
    scene = Scene(**FIVE_BEFORE)
    scene.clock.at = at("2026-11-07T15:00")  # a Saturday
    scene.through(needed="20261001")
    assert scene.stands() == "READY ship_date"
    assert scene.head().not_before == at("2026-11-09T05:00")
    scene.lives(2 * DAY)
    assert bought_once(scene)
    assert told(scene) == "20261109"


def test_past_the_cut_off_it_is_bought_with_the_next_working_day() -> None:
    scene = Scene(timezone=NEW_YORK, ship_when={"cutoff": "15:00"})
    scene.clock.at = at("2026-11-06T20:30")  # Friday, half past three
    scene.through()
    assert scene.stands() == "READY ship_date"
    scene.lives(4 * DAY)
    assert bought_once(scene)
    assert told(scene) == "20261109"


def test_the_cut_off_passing_between_quote_and_purchase_moves_the_day() -> None:
    scene = Scene(timezone=NEW_YORK, ship_when={"cutoff": "15:00"})
    scene.clock.at = at("2026-11-05T19:59")  # 14:59
    scene.ups_will("throttled", seconds=120)
    scene.through()
    assert scene.stands() == "READY retry"
    scene.lives(DAY)
    assert bought_once(scene)
    assert told(scene) == "20261106"
    assert "waits" in scene.trail()


def test_without_a_rule_a_weekend_s_label_is_made_at_once_and_dated_on_the_monday() -> None:
    scene = Scene(timezone=NEW_YORK)
    scene.clock.at = at("2026-11-07T15:00")
    scene.through()
    assert bought_once(scene)
    assert told(scene) == "20261109"


def test_without_a_rule_a_weekday_s_label_names_no_day() -> None:
    scene = Scene()
    scene.through()
    assert told(scene) == ""


def test_an_order_that_waits_for_its_day_follows_its_erp() -> None:
    scene = waiting()
    scene.tenant.change_head(ORDER, DWDT="20261106")
    scene.tenant.change_line(ORDER, "1", DWDT="20261106")
    scene.lives(HOUR)
    assert bought_once(scene)
    assert told(scene) == "20261102"


def test_an_order_that_waits_for_its_day_follows_a_new_file() -> None:
    scene = waiting()
    scene.applies(timezone=NEW_YORK)
    scene.lives(HOUR)
    assert bought_once(scene)


def test_a_file_that_moves_the_day_after_the_quote_has_it_priced_anew() -> None:
    scene = Scene(**FIVE_BEFORE)
    scene.ups_will("throttled", seconds=120)
    scene.through(needed="20261104")
    assert scene.stands() == "READY retry"
    scene.applies(timezone=NEW_YORK)
    scene.lives(HOUR)
    assert bought_once(scene)
    assert told(scene) == ""
    assert "it ships on another day than was quoted" in [entry.why for entry in scene.audit()]


def test_an_order_whose_message_is_lost_is_bought_on_its_day_all_the_same() -> None:
    scene = waiting()
    scene.drop_messages()
    scene.clock.at = at("2026-11-13T05:00")
    scene.sweep()
    scene.work()
    assert bought_once(scene)


# --- confirmed -----------------------------------------------------------------------------------------------

CONFIRMED: dict[str, Any] = {"ship_when": {"confirmed": True}}


def test_an_unconfirmed_order_is_quoted_and_waits_until_the_erp_confirms_it() -> None:
    scene = Scene(**CONFIRMED)
    scene.through(lines=[Line("VALVE-1", 2), Line("VALVE-1", 1)])
    assert scene.stands() == "READY unconfirmed"
    assert scene.audit()[-1].why == "the ERP has no confirmation of it yet"
    scene.lives(3 * DAY)
    assert scene.creates() == 0
    assert len(scene.audit()) == 2, "reading the same again is no step"
    for line in ("1", "2"):
        scene.tenant.change_line(ORDER, line, CODT="20261120")
    scene.lives(HOUR)
    assert bought_once(scene)


def test_an_order_that_is_never_confirmed_is_never_bought() -> None:
    scene = Scene(**CONFIRMED)
    scene.through()
    scene.is_polled(every=HOUR)
    scene.lives(15 * DAY)
    assert scene.stands() == "READY unconfirmed"
    assert scene.live() == []
    assert len(scene.audit()) == 4


def test_s25_an_approval_of_an_unconfirmed_order_holds_when_it_is_confirmed() -> None:
    scene = Scene(**CONFIRMED, **MANUAL)
    scene.through()
    assert scene.stands() == "HELD approval"
    approve(scene.ports, key_of(ORDER), "ann")
    scene.work()
    assert scene.stands() == "READY unconfirmed"
    scene.passes(2 * DAY)
    scene.tenant.change_line(ORDER, "1", CODT="20261120")
    scene.lives(HOUR)
    assert bought_once(scene), "nobody is asked twice for one shipment"
    assert scene.head().approved_by == "ann"


# --- bought on another day than quoted ---------------------------------------------------------------------------


def test_s26_a_quote_of_today_is_not_asked_for_again() -> None:
    scene = Scene(timezone=NEW_YORK)
    scene.ups_will("throttled", seconds=3600)
    scene.through()
    scene.lives(3 * HOUR)
    assert bought_once(scene)
    assert scene.asked(scene.ups, "rate") == 1


def test_s26_a_purchase_on_a_later_day_is_priced_anew_and_its_trail_says_why() -> None:
    scene = Scene(timezone=NEW_YORK)
    scene.clock.at = at("2026-11-04T04:50")  # ten to midnight
    scene.ups_will("throttled", seconds=1200)
    scene.through()
    scene.lives(2 * HOUR)
    assert bought_once(scene)
    assert scene.asked(scene.ups, "rate") == 2
    rebuilt = next(entry for entry in scene.audit() if entry.what == "plan_rebuilt")
    assert rebuilt.why == "the quote is of another day"
    assert scene.head().attempt == 2


def test_s59_an_order_that_can_not_be_bought_is_given_up_after_a_day_though_it_is_priced_anew_at_midnight() -> None:
    scene = Scene()
    scene.ups_will("throttled", times=10_000)
    scene.through()
    scene.lives(3 * DAY)
    assert scene.stands() == "HELD retries"
    assert scene.trail().count("quoted") == 2
    assert scene.live() == []


@pytest.mark.parametrize("paused", [timedelta(minutes=30), 30 * HOUR])
def test_an_order_whose_connection_rests_is_bought_once_when_it_goes_on(paused: timedelta) -> None:
    scene = Scene()
    scene.taken_in()
    scene.sets("paused")
    scene.lives(paused)
    scene.sets("running")
    scene.lives(SETTLE * 2)
    assert bought_once(scene)
    assert scene.head().state == State.DONE
