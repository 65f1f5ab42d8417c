"""An approval: for seven days, for five percent more at the most, and never for another shipment or currency."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from sandbox.erps.m3.seed import Line
from shared.domain.money import Money
from shared.domain.windows import Window, spend_window
from shared.workflow.desk.approve import approve
from shared.workflow.planning.approval import VALID
from tests.component.workflow.scene import CONNECTION, DAY, ORDER, SETTLE, Scene, bought_once, key_of

KEY = key_of(ORDER)
MANUAL: dict[str, Any] = {"approve": {"mode": "manual", "amount": None}}
DISCOUNT = Decimal("0.72")


def approved_and_paused(**connection: Any) -> Scene:
    """An order that a person has approved and that cannot be bought yet."""
    scene = Scene(**{**MANUAL, **connection})
    scene.through()
    assert scene.stands() == "HELD approval"
    scene.sets("paused")
    approve(scene.ports, KEY, "ann")
    scene.work()
    return scene


def goes_on(scene: Scene, after: timedelta) -> None:
    scene.passes(after)
    scene.sets("running")
    scene.lives(SETTLE * 2)


def price(scene: Scene) -> Money:
    quote = scene.head().quote
    assert quote
    return quote


def test_s25_an_approval_keeps_its_time_and_its_price_beside_the_order() -> None:
    scene = approved_and_paused()
    snapshot = scene.snapshot()
    assert (snapshot.approved_at, snapshot.approved_price) == (scene.clock.now(), price(scene))


def test_s25_an_approval_within_its_week_buys_at_the_price_of_the_day() -> None:
    scene = approved_and_paused()
    goes_on(scene, 6 * DAY)
    assert bought_once(scene)
    assert scene.head().approved_by == "ann"
    assert scene.asked(scene.ups, "rate") == 2


def test_s25_an_approval_that_is_older_than_a_week_is_quoted_and_asked_again() -> None:
    scene = approved_and_paused()
    before = price(scene)
    goes_on(scene, VALID + timedelta(minutes=1))
    assert scene.stands() == "HELD approval"
    assert f"the approval of {before} was given more than 7 days ago" in scene.snapshot().problem
    assert (scene.head().approved_by, scene.snapshot().approved_at) == ("", None)
    assert scene.creates() == 0
    approve(scene.ports, KEY, "bob")
    scene.work()
    assert bought_once(scene)
    assert scene.head().approved_by == "bob"


def test_s25_an_approval_that_ends_between_the_day_s_quote_and_the_purchase_is_asked_again() -> None:
    scene = approved_and_paused()
    scene.ups_will("throttled", seconds=3600)
    goes_on(scene, VALID - timedelta(minutes=45))
    assert scene.stands() == "READY retry", "quoted anew, still approved, and not taken by the carrier"
    scene.lives(timedelta(hours=2))
    assert scene.stands() == "HELD approval"
    assert scene.live() == []


@pytest.mark.parametrize(("factor", "bought"), [("0.756", True), ("0.70", True), ("0.76", False), ("1.10", False)])
def test_s25_a_rise_of_more_than_five_percent_at_purchase_goes_back_to_a_person(factor: str, bought: bool) -> None:
    scene = approved_and_paused()
    before = price(scene)
    scene.ups.discount = Decimal(factor)
    goes_on(scene, DAY)
    if bought:
        assert bought_once(scene)
        assert scene.head().cost == price(scene)
        return
    assert scene.stands() == "HELD approval"
    said = f"{price(scene)} is more than 5 % above the {before} that was approved"
    assert scene.snapshot().problem == said
    assert scene.creates() == 0
    approve(scene.ports, KEY, "bob")
    scene.work()
    assert bought_once(scene)


def test_s25_rises_of_many_days_are_held_against_what_was_approved_and_not_against_yesterday() -> None:
    scene = Scene(**MANUAL)
    for days in range(4):  # on each of which others have bought all that may be bought
        day, _ = spend_window(scene.clock.now() + days * DAY)
        scene.world.orders._windows[CONNECTION, day] = Window(amount=Decimal(10**9))
    scene.through()
    approved = price(scene)
    approve(scene.ports, KEY, "ann")
    scene.work()
    for factor in ("0.735", "0.75"):
        assert scene.stands() == "READY limit"
        scene.ups.discount = Decimal(factor)
        scene.lives(DAY)
        assert approved < price(scene)
    scene.ups.discount = Decimal("0.765")
    scene.lives(DAY)
    assert scene.stands() == "HELD approval"
    assert f"above the {approved} that was approved" in scene.snapshot().problem
    assert scene.live() == []


def test_s27_a_price_that_rises_over_the_automatic_ceiling_is_for_a_person_with_both_prices() -> None:
    scene = Scene(approve={"amount": "15.00"})
    scene.ups_will("throttled", seconds=90_000)
    scene.through()
    before = price(scene)
    scene.ups.discount = Decimal("1.20")
    scene.lives(2 * DAY)
    assert scene.stands() == "HELD approval"
    now = price(scene)
    assert scene.snapshot().problem == f"{now} is above approve.amount 15.00 USD; it was quoted at {before} before"


def test_s27_an_automatic_connection_buys_at_the_price_of_the_day_and_asks_nobody() -> None:
    scene = Scene(approve={"mode": "automatic", "amount": None})
    scene.ups_will("throttled", seconds=90_000)
    scene.through()
    scene.ups.discount = Decimal("1.20")
    scene.lives(2 * DAY)
    assert bought_once(scene)
    assert scene.head().cost == price(scene)


def test_s25_an_approval_is_not_for_another_shipment() -> None:
    scene = approved_and_paused()
    scene.sets("running")
    scene.tenant.change_line(ORDER, "1", ORQA="3", ORQT="3")
    scene.passes(SETTLE)
    scene.poll()
    scene.work()
    assert scene.stands() == "HELD approval"
    assert scene.head().approved_by == ""
    assert scene.creates() == 0


def test_s25_an_order_of_which_only_the_status_moved_keeps_its_approval() -> None:
    scene = approved_and_paused()
    scene.tenant.set_status(ORDER, "25")
    goes_on(scene, SETTLE)
    assert bought_once(scene)
    assert scene.head().approved_by == "ann"


def test_s17_a_ceiling_in_another_currency_than_the_quote_is_held_and_goes_on_with_the_corrected_file() -> None:
    limits = {"amount_per_day": {"amount": "1000.00", "currency": "USD"}}
    scene = Scene(approve={"currency": "EUR"}, limits=limits)
    scene.through()
    assert (scene.stands(), scene.head().field) == ("HELD currency", "approve.currency")
    scene.applies()
    scene.lives(SETTLE * 2)
    assert bought_once(scene)


def test_s16_a_default_weight_is_approved_like_a_price() -> None:
    scene = Scene(defaults={"unit_weight": {"value": "1", "unit": "lb"}})
    scene.through(lines=[Line("GASKET-X", 2)])
    assert scene.snapshot().problem == "a default weight was taken: line 1"
    approve(scene.ports, KEY, "ann")
    scene.work()
    assert bought_once(scene)
    assert scene.snapshot().plan
