"""A label for a supplier waits until a person has sent it; when nobody does, people are told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from shared import log
from shared.domain.state import State
from shared.domain.steps import Step
from shared.errors import Refused
from shared.workflow.desk.label_sent import mark_sent
from shared.workflow.orders.label import next_reminder
from shared.workflow.orders.label_status import note, remind
from tests.builders import NOW, a_head
from tests.component.workflow.scene import DAY, MINUTE, ORDER, SETTLE, Scene, bought_once, key_of

KEY = key_of(ORDER)
HOUR = timedelta(hours=1)
SUPPLIER: dict[str, Any] = {"label": {"to": "supplier"}}


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The metrics that alarms watch, as they are counted."""
    counted: list[str] = []
    monkeypatch.setattr(log, "count", lambda metric, **_: counted.append(metric))
    return counted


def for_supplier(**facts: Any) -> Scene:
    scene = Scene(**SUPPLIER)
    scene.through(**facts)
    return scene


def unsent(told: list[str]) -> int:
    return told.count("LabelsUnsent")


def test_s30_a_label_for_a_supplier_waits_from_the_very_step_that_makes_the_order_shipped() -> None:
    scene = for_supplier()
    assert bought_once(scene)
    assert scene.head().label == "waiting"
    (made,) = [entry for entry in scene.audit() if ("label", "waiting") in entry.changes]
    assert (made.what, made.state) == ("created", State.SHIPPED)


def test_s30_a_label_for_a_warehouse_waits_for_nobody() -> None:
    scene = Scene()
    scene.through()
    assert bought_once(scene)
    assert scene.head().label == ""
    assert scene.head().due_at is None


def test_s28_an_adopted_label_waits_for_its_supplier_too() -> None:
    scene = Scene(**SUPPLIER)
    scene.ups_will("reset_after")
    scene.through()
    scene.lives(HOUR)
    assert "adopted" in scene.trail()
    assert bought_once(scene)
    assert scene.head().label == "waiting"


def test_an_unsent_label_is_told_of_after_four_hours_and_then_once_a_day(told: list[str]) -> None:
    scene = for_supplier()
    made = scene.clock.now()
    assert scene.head().due_at == made + 4 * HOUR
    scene.lives(4 * HOUR - 5 * MINUTE)
    assert unsent(told) == 0
    scene.lives(15 * MINUTE)
    assert unsent(told) == 1
    scene.lives(23 * HOUR)
    assert unsent(told) == 1
    scene.lives(4 * HOUR)
    assert unsent(told) == 2
    scene.lives(5 * DAY)
    assert 6 <= unsent(told) <= 7
    assert scene.head().state == State.DONE, "a label that waits never holds its order"
    assert scene.trail().count("label_unsent") == unsent(told)
    assert scene.creates() == 1


def test_a_label_that_is_sent_is_told_of_no_more(told: list[str]) -> None:
    scene = for_supplier()
    scene.lives(HOUR)
    after = mark_sent(scene.ports, KEY, "ann")
    assert (after.label, after.state, after.due_at) == ("sent", State.DONE, None)
    assert (scene.audit()[-1].what, scene.audit()[-1].who) == ("label_sent", "ann")
    scene.lives(3 * DAY)
    assert unsent(told) == 0
    assert bought_once(scene)


def test_a_reminder_of_a_label_that_was_sent_at_the_same_moment_says_nothing(told: list[str]) -> None:
    scene = for_supplier()
    scene.passes(5 * HOUR)
    mark_sent(scene.ports, KEY, "ann")
    scene.process()
    assert unsent(told) == 0
    assert scene.trail()[-1] == "label_sent"


def test_a_reminder_runs_twice_and_is_noted_once_a_day(told: list[str]) -> None:
    scene = for_supplier()
    scene.passes(5 * HOUR)
    scene.process()
    scene.process()
    assert unsent(told) == 1
    assert scene.trail().count("label_unsent") == 1


def test_an_early_message_only_sets_the_next_look(told: list[str]) -> None:
    scene = for_supplier()
    due = scene.head().due_at
    scene.passes(HOUR)
    remind(scene.ports, scene.head())
    assert (scene.head().due_at, unsent(told)) == (due, 0)


def test_a_label_that_was_adopted_late_has_its_four_hours_from_then_on(told: list[str]) -> None:
    scene = Scene(**SUPPLIER, settle="300m")
    scene.ups_will("reset_after")
    scene.through()
    scene.lives(6 * HOUR)
    assert "adopted" in scene.trail()
    assert unsent(told) == 0
    scene.lives(2.5 * HOUR)
    assert unsent(told) == 0, "it was made more than 8 hours ago, and known for less than 4"
    scene.lives(5 * HOUR)
    assert unsent(told) == 1


def test_a_label_is_marked_as_sent_once() -> None:
    scene = for_supplier()
    mark_sent(scene.ports, KEY, "ann")
    with pytest.raises(Refused, match="is marked as sent already"):
        mark_sent(scene.ports, KEY, "bob")


def test_a_warehouse_s_label_is_not_sent_and_one_that_is_not_made_neither() -> None:
    scene = Scene()
    scene.through()
    with pytest.raises(Refused, match=r"is for the warehouse \(label.to\)"):
        mark_sent(scene.ports, KEY, "ann")
    scene.order("4000002")
    scene.poll()
    with pytest.raises(Refused, match="is RECEIVED: it has no label"):
        mark_sent(scene.ports, key_of("4000002"), "ann")


def test_marking_while_the_write_back_waits_leaves_its_wait_as_it_is() -> None:
    scene = Scene(**SUPPLIER)
    scene.m3_will("error_before", "CUSEXTMI.AddFieldValue", times=3)
    scene.taken_in()
    scene.process()
    scene.work()
    before = scene.head()
    assert before.state == State.SHIPPED
    after = mark_sent(scene.ports, KEY, "ann")
    assert (after.reason, after.not_before, after.due_at) == (before.reason, before.not_before, before.due_at)
    scene.lives(DAY)
    assert bought_once(scene)
    assert scene.head().label == "sent"


def test_a_note_about_the_label_of_a_held_order_leaves_its_reason() -> None:
    scene = Scene(**SUPPLIER)
    scene.m3_will("error_before", "CUSEXTMI.AddFieldValue", times=10_000)
    scene.through()
    scene.lives(2 * DAY)
    before = scene.head()
    assert scene.stands() == "HELD write_back"
    noted = note(scene.ports, before, what=Step.LABEL_LINKS_MADE, who="ann", why="1")
    assert (noted.state, noted.reason, noted.field) == (before.state, before.reason, before.field)
    assert (noted.due_at, noted.label) == (before.due_at, "waiting")


def test_the_next_look_is_the_same_whenever_it_is_asked() -> None:
    head = a_head(state=State.DONE, label="waiting", shipment_id="1Z1", tracking_number="1Z1", intent_at=NOW)
    for hours, expected in ((0, 4), (1, 4), (4, 8), (5, 8), (25, 28)):
        assert next_reminder(head, NOW + hours * HOUR) == NOW + expected * HOUR
    for changes in (
        {"state": State.CANCELLED},
        {"label": "sent"},
        {"label": ""},
        {"tracking_number": ""},
        {"state": State.HELD, "reason": "changed"},
    ):
        assert next_reminder(replace(head, **changes), NOW) is None, changes


def test_settling_takes_no_longer_with_a_waiting_label() -> None:
    scene = for_supplier()
    assert scene.sweep() == 1, "the first look at its parcel"
    scene.work()
    assert scene.sweep() == 0, "nothing is due before its time"
    scene.passes(SETTLE)
    assert scene.sweep() == 0
