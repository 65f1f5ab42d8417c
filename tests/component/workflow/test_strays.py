"""Strays: what else has our reference is found, reported or voided, and nothing but that is ever touched."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from cli.hints import worded
from sandbox.carriers.ups.ledger import LedgerShipment
from sandbox.engine import FaultKind
from sandbox.erps.m3.seed import Line
from shared.domain.state import State
from shared.errors import Refused
from shared.workflow.desk.approve import retry
from shared.workflow.desk.ship_again import propose
from shared.workflow.desk.void import void
from shared.workflow.orders.after_label import settle
from shared.workflow.orders.due import may_have_stray, next_look
from tests.builders import a_connection, a_head
from tests.component.workflow.scene import DAY, MINUTE, ORDER, SETTLE, Scene, bought_once, key_of

KEY, ANN = key_of(ORDER), "ann"
VOIDING: dict[str, Any] = {"unknown": "retry", "strays": "void"}
REPORTING: dict[str, Any] = {"unknown": "retry"}
LAG = timedelta(hours=2)


def bought_twice(**connection: Any) -> Scene:
    """An answer is lost, the carrier's index lags behind the look-up, and it is bought again: two live shipments."""
    scene = Scene(**connection)
    scene.ups.index_lag = LAG
    scene.ups_will("reset_after")
    scene.through()
    scene.passes(SETTLE)
    scene.process()
    scene.lives(timedelta(minutes=5))
    assert len(scene.live()) == 2
    assert scene.stands() == "DONE"
    assert scene.head().attempt == 2
    return scene


def a_second(scene: Scene, **changes: Any) -> LedgerShipment:
    """One more shipment under the order's own reference."""
    first = scene.ups.ledger.of_order(ORDER)[0]
    numbers = scene.ups.ledger.numbers(first.account, first.service, 1)
    made = replace(first, **{"shipment_id": numbers[0], "tracking_numbers": numbers, "voided_numbers": {}, **changes})
    scene.ups.ledger.add(made)
    return made


def adopted(**connection: Any) -> Scene:
    """One attempt, whose answer was lost, found and adopted."""
    scene = Scene(**connection)
    scene.ups_will("reset_after")
    scene.through()
    scene.lives(timedelta(minutes=25))
    assert bought_once(scene)
    return scene


# --- which orders, and when ------------------------------------------------------------------------------------------


def test_g7_the_ordinary_order_is_never_looked_for() -> None:
    scene = Scene()
    scene.through()
    assert scene.head().due_at is None
    scene.ups.recorded.clear()
    scene.lives(3 * DAY)
    assert scene.asked(scene.ups, "recovery") == 0


@pytest.mark.parametrize(
    ("facts", "wanted"),
    [
        ({"shipment_id": "1Z", "attempt": 1}, False),
        ({"shipment_id": "1Z", "attempt": 2}, True),
        ({"shipment_id": "1Z", "attempt": 1, "cost_estimated": True}, True),
        ({"attempt": 1, "in_doubt": True}, True),
        ({"attempt": 1}, True),
        ({"intent_at": None, "attempt": 1}, False),
        ({"intent_at": None, "shipment_id": "1Z", "attempt": 2}, False),
    ],
)
def test_which_orders_may_have_a_stray_is_read_off_the_head(facts: dict[str, Any], wanted: bool) -> None:
    head = a_head(reference="D-O-1")
    assert may_have_stray(replace(head, **{"intent_at": head.created_at, **facts})) is wanted


def test_g7_looks_are_after_30_minutes_4_hours_and_then_daily_for_the_days_of_the_file() -> None:
    connection = a_connection(void_window_days=3)
    head = a_head(reference="D-O-1", attempt=2, shipment_id="1Z")
    head = replace(head, intent_at=head.created_at)
    at, looks = head.created_at, []
    while (later := next_look(head, connection, at)) is not None:
        looks.append(later - head.created_at)
        at = later
    assert looks == [timedelta(minutes=30), timedelta(hours=4), DAY, 2 * DAY, 3 * DAY]


@pytest.mark.parametrize("kind", ["throttled", "error"])
def test_a_create_that_was_proved_not_to_be_made_leaves_no_doubt_behind(kind: str) -> None:
    scene = Scene()
    if kind == "throttled":
        scene.ups_will("throttled")
    else:
        scene.ups.spurious = 1
    scene.through()
    assert scene.head().intent_at is None
    assert scene.head().attempt == 1


# --- under each policy -----------------------------------------------------------------------------------------------


def test_g7_a_second_label_is_held_with_both_shipments_named_under_report() -> None:
    scene = bought_twice(**REPORTING)
    scene.lives(timedelta(hours=5))
    stray, recorded = scene.live()
    assert scene.stands() == "HELD stray"
    assert scene.head().shipment_id == recorded.shipment_id
    assert scene.snapshot().problem == (
        f"reference {scene.head().reference} stands on {stray.shipment_id} (not picked up), "
        f"beside {recorded.shipment_id}, which is the recorded one"
    )
    scene.lives(3 * DAY)
    assert len(scene.live()) == 2, "nothing is voided without the policy"
    assert scene.trail().count("stray_found") == 1


def test_g7_a_second_label_is_voided_under_void_and_the_recorded_one_stays() -> None:
    scene = bought_twice(**VOIDING)
    stray, recorded = scene.live()
    assert scene.head().shipment_id == recorded.shipment_id
    scene.lives(timedelta(hours=4))
    assert scene.live() == [recorded]
    assert bought_once(scene)
    what = [entry for entry in scene.audit() if entry.what.startswith("stray")]
    assert [(entry.what, entry.who) for entry in what] == [
        ("stray_void_asked", "parcelbridge"),
        ("stray_voided", "parcelbridge"),
    ]
    assert all(stray.shipment_id in entry.why for entry in what)


def test_g7_none_is_left_after_the_second_pass_while_index_and_flight_take_up_to_two_hours() -> None:
    scene = bought_twice(**VOIDING)
    scene.lives(timedelta(hours=4))
    assert scene.clock.now() - scene.audit()[0].at < timedelta(hours=5)
    assert len(scene.live()) == 1


def test_a_stray_that_was_picked_up_is_never_voided() -> None:
    scene = bought_twice(**VOIDING)
    stray, _ = scene.live()
    stray.picked_up_at = scene.clock.now()
    scene.lives(2 * DAY)
    assert scene.stands() == "HELD stray"
    assert "(picked up)" in scene.snapshot().problem
    assert scene.asked(scene.ups, "void") == 0


def test_a_stray_of_which_tracking_says_nothing_is_not_voided() -> None:
    scene = bought_twice(**VOIDING)
    carrier = scene.ports.open_carrier

    class Blind:
        def __init__(self, inner: Any) -> None:
            self._inner = inner

        def __getattr__(self, name: str) -> Any:
            return getattr(self._inner, name)

        def find(self, *arguments: Any) -> Any:
            found = self._inner.find(*arguments)
            return replace(found, shipments=tuple(replace(each, picked_up=None) for each in found.shipments))

    scene.with_ports(open_carrier=lambda connection: Blind(carrier(connection)))
    scene.lives(timedelta(hours=5))
    assert scene.stands() == "HELD stray"
    assert scene.asked(scene.ups, "void") == 0


def test_another_match_than_the_exact_reference_is_never_touched() -> None:
    scene = adopted(**VOIDING)
    other = a_second(scene, references=(scene.head().reference + "0", ORDER))
    scene.lives(3 * DAY)
    assert other.live
    assert scene.stands() == "DONE"
    assert scene.asked(scene.ups, "void") == 0


def test_several_strays_are_each_voided_with_an_entry_of_their_own() -> None:
    scene = adopted(**VOIDING)
    recorded = scene.head().shipment_id
    a_second(scene)
    a_second(scene)
    scene.lives(DAY)
    assert [each.shipment_id for each in scene.live()] == [recorded]
    assert scene.trail().count("stray_void_asked") == scene.trail().count("stray_voided") == 2
    assert scene.stands() == "DONE"


def test_under_void_one_of_several_is_adopted_and_the_others_are_strays() -> None:
    scene = Scene(**VOIDING)
    scene.ups_will("reset_after")
    scene.through()
    a_second(scene)
    scene.lives(DAY)
    assert bought_once(scene)


def test_of_several_the_one_that_is_under_way_is_adopted() -> None:
    scene = Scene(**VOIDING)
    scene.ups_will("reset_after")
    scene.through()
    moving = a_second(scene, picked_up_at=scene.clock.now())
    scene.lives(DAY)
    assert scene.head().shipment_id == moving.shipment_id
    assert bought_once(scene)


# --- when things go wrong --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["reset_before", "reset_after", "error_before", "throttled"])
def test_a_void_of_a_stray_whose_answer_is_lost_is_visible_and_made_at_the_next_look(kind: FaultKind) -> None:
    scene = bought_twice(**VOIDING)
    scene.ups_will(kind, "void")
    scene.lives(timedelta(hours=4))
    assert "stray_void_failed" in scene.trail()
    scene.lives(2 * DAY)
    assert len(scene.live()) == 1
    assert bought_once(scene)


@pytest.mark.parametrize("kind", ["reset_before", "reset_after", "error_before", "throttled"])
def test_g7_a_void_of_a_stray_that_got_no_answer_is_asked_again_in_an_hour_and_not_with_the_next_day(
    kind: FaultKind,
) -> None:
    scene = bought_twice(**VOIDING)
    scene.ups_will(kind, "void")
    scene.lives(timedelta(hours=6))
    assert "stray_void_failed" in scene.trail()
    assert len(scene.live()) == 1
    assert scene.stands() == "DONE"


def until_the_second_look(scene: Scene) -> None:
    """To four hours after the intent, with nothing going wrong."""
    intent = scene.head().intent_at
    assert intent
    scene.lives(intent + timedelta(hours=4) - scene.clock.now() - MINUTE)
    scene.passes(2 * MINUTE)


def test_g7_a_look_whose_worker_died_is_made_up_for_although_a_step_came_between() -> None:
    """Seed 1, world 5119 of the simulation: the step set the next look, which was a day later."""
    scene = adopted(**VOIDING)
    until_the_second_look(scene)
    a_second(scene)
    scene.sweep()
    assert scene.messages() == [key_of(ORDER)]
    scene.drop_messages()
    scene.tenant.change_line(ORDER, "1", ORQA="9", ORQT="9")
    scene.poll()
    assert scene.stands() == "HELD remaining"
    scene.drop_messages()
    scene.lives(timedelta(minutes=30))
    assert "stray_voided" in scene.trail()
    assert len(scene.live()) == 1


def test_g7_a_look_whose_time_came_while_the_number_was_being_written_is_made_afterwards() -> None:
    scene = Scene(**VOIDING)
    scene.ups_will("reset_after")
    scene.m3_will("error_before", "CUSEXTMI.GetFieldValue", times=10_000)
    scene.through()
    until_the_second_look(scene)
    assert scene.stands() == "SHIPPED retry"
    a_second(scene)
    scene.m3.faults.clear()
    scene.lives(timedelta(hours=3))
    assert scene.stands() == "DONE"
    assert "stray_voided" in scene.trail()


def test_a_stray_that_the_carrier_will_not_void_is_for_a_person_with_its_words() -> None:
    scene = bought_twice(**VOIDING)
    scene.ups.void_window = timedelta(0)
    scene.lives(timedelta(hours=5))
    assert scene.stands() == "HELD stray"
    assert "could not be voided" in scene.snapshot().problem
    assert "190102" in scene.snapshot().problem


def test_a_look_that_is_not_answered_is_made_again_and_not_taken_for_nothing() -> None:
    scene = bought_twice(**VOIDING)
    scene.ups_will("error_before", "recovery", times=6)
    scene.lives(DAY)
    assert len(scene.live()) == 1


def test_a_message_before_its_time_makes_no_look() -> None:
    scene = adopted(void_window_days=3)
    scene.lives(timedelta(hours=1))
    scene.ups.recorded.clear()
    for _ in range(5):
        scene.process()
    assert scene.asked(scene.ups, "recovery") == 0


def test_looks_end_at_last_when_the_carrier_never_answers() -> None:
    scene = adopted(**VOIDING)
    scene.ups_will("error_before", "recovery", times=100_000)
    scene.lives(5 * DAY)
    assert scene.head().due_at is None
    assert scene.stands() == "DONE"


def test_quiet_looks_leave_no_step_and_end_with_the_window() -> None:
    scene = adopted(void_window_days=2)
    before = scene.audit()
    scene.ups.recorded.clear()
    scene.lives(5 * DAY)
    assert scene.audit() == before
    assert scene.head().due_at is None
    assert scene.asked(scene.ups, "track_by_reference") == 4, "30 minutes, 4 hours, 1 and 2 days"


def test_looks_over_a_long_window_are_not_taken_for_steps_that_fail() -> None:
    scene = adopted(void_window_days=120)
    scene.is_polled(every=timedelta(hours=6))
    scene.lives(121 * DAY)
    assert scene.stands() == "DONE"
    assert scene.head().due_at is None


def test_a_stray_that_a_person_voids_at_the_carrier_lets_the_order_rest_by_itself() -> None:
    scene = bought_twice(unknown="retry", void_window_days=3)
    scene.lives(timedelta(hours=5))
    stray, _ = scene.live()
    stray.void(stray.tracking_numbers, scene.clock.now())
    scene.lives(2 * DAY)
    assert (scene.stands(), scene.trail()[-1]) == ("DONE", "stray_gone")


def test_a_retry_takes_a_stray_s_hold_away_and_the_next_look_finds_it_again() -> None:
    scene = bought_twice(unknown="retry", void_window_days=3)
    scene.lives(timedelta(hours=5))
    retry(scene.ports, KEY, ANN)
    assert scene.stands() == "DONE"
    scene.lives(2 * DAY)
    assert scene.stands() == "HELD stray"


@pytest.mark.parametrize("policy", ["report", "void"])
def test_a_stray_that_a_person_lets_pass_is_neither_told_again_nor_voided(policy: str) -> None:
    scene = bought_twice(unknown="retry", strays=policy, void_window_days=3)
    stray, _ = scene.live()
    stray.picked_up_at = scene.clock.now()
    scene.lives(timedelta(hours=5))
    assert scene.stands() == "HELD stray"
    stray.picked_up_at = None
    settle(scene.ports, scene.head(), ANN, "both are wanted")
    assert (scene.stands(), scene.audit()[-1].who) == ("DONE", ANN)
    scene.lives(4 * DAY)
    assert scene.stands() == "DONE"
    assert len(scene.live()) == 2


# --- without a recorded shipment -------------------------------------------------------------------------------------


def test_s28_what_a_person_was_asked_about_is_adopted_when_the_carrier_shows_it_later() -> None:
    scene = Scene()
    scene.ups.index_lag = LAG
    scene.ups_will("reset_after")
    scene.through()
    scene.lives(timedelta(hours=1))
    assert scene.stands() == "HELD unknown"
    scene.lives(timedelta(hours=4))
    assert bought_once(scene)
    assert "adopted" in scene.trail()
    assert scene.creates() == 1


def test_a_held_doubt_is_looked_up_quietly_until_the_window_ends() -> None:
    scene = Scene()
    scene.ups_will("reset_before")
    scene.through()
    scene.lives(timedelta(hours=1))
    before = scene.audit()
    scene.lives(4 * DAY)
    assert scene.audit() == before
    assert scene.stands() == "HELD unknown"
    assert scene.head().due_at is None


@pytest.mark.parametrize(("policy", "ends"), [("report", "HELD stray"), ("void", "CANCELLED")])
def test_a_label_that_shows_up_after_its_doubtful_order_was_cancelled_is_found(policy: str, ends: str) -> None:
    scene = Scene(unknown="retry", strays=policy)
    scene.ups.index_lag = LAG
    scene.ups_will("reset_after")
    scene.ups_will("throttled", seconds=7200)
    scene.through()
    scene.lives(timedelta(minutes=20))
    scene.tenant.cancel(ORDER)
    scene.lives(timedelta(minutes=30))
    assert scene.head().state == State.CANCELLED
    assert scene.creates() <= 2
    scene.lives(DAY)
    assert scene.stands() == ends
    assert len(scene.live()) == (0 if policy == "void" else 1)
    if policy == "report":
        assert "none is recorded" in scene.snapshot().problem
        retry(scene.ports, KEY, ANN)
        assert scene.stands() == "CANCELLED", "a retry of a cancelled order does not ship it"


def test_a_voided_order_whose_reference_lives_elsewhere_is_not_shipped_again_unseen() -> None:
    scene = bought_twice(**REPORTING)
    scene.lives(timedelta(hours=1))
    void(scene.ports, KEY, ANN)
    scene.work()
    scene.passes(LAG)
    with pytest.raises(Refused, match="another label may exist") as early:
        propose(scene.ports, KEY)
    assert "ship it after 2026-11-02 18:1" in worded(early.value.hint)
    scene.passes(timedelta(hours=4))
    with pytest.raises(Refused, match="still stands on"):
        propose(scene.ports, KEY)


def test_a_stray_beside_a_voided_label_is_found_too() -> None:
    scene = bought_twice(**VOIDING)
    void(scene.ports, KEY, ANN)
    scene.lives(DAY)
    assert scene.live() == []
    assert scene.stands() == "CANCELLED voided"


def test_a_partly_voided_shipment_is_no_stray_of_itself() -> None:
    scene = Scene(**VOIDING)
    scene.ups_will("reset_after")
    scene.through(lines=[Line("VALVE-1", 20)])
    scene.lives(timedelta(minutes=25))
    void(scene.ports, KEY, ANN, packages=scene.live()[0].tracking_numbers[:2])
    scene.lives(3 * DAY)
    assert scene.stands() == "DONE"
    assert len(scene.live()[0].live_numbers) == 2
    assert scene.asked(scene.ups, "void") == 1
