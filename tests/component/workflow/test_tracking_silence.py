"""A connection whose parcels are not heard of: the sweep counts it once an hour, and an alarm watches the count."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from sandbox.carriers.ups.face import Ups
from sandbox.carriers.ups.lives import Life
from shared import log
from shared.workflow.tracking.silence import unheard_since
from shared.workflow.upkeep.sweep import LISTENED_AT
from tests.component.workflow.scene import DAY, ORDER, Scene

HOUR = timedelta(hours=1)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The metrics that were counted, in order."""
    names: list[str] = []
    monkeypatch.setattr(log, "count", lambda metric, **_: names.append(metric))
    return names  # type: ignore[return-value]


class Tracked(Scene):
    """Parcels that live, and a carrier whose Tracking can be down."""

    def __init__(self, **tracking: Any) -> None:
        super().__init__(tracking={"push": "off", **tracking})

    def under_way(self, life: Life | None = Life.NORMAL, order: str = ORDER) -> str:
        assert isinstance(self.world.carrier, Ups)
        self.through(order)
        number = self.head(order).tracking_number
        if life:
            self.world.carrier.choose_life(number, life, start=self.clock.now() + HOUR)
        return number

    def later(self, span: timedelta, *, asked: bool = True) -> None:
        """Hour by hour; parcels are asked for unless Tracking is down."""
        for _ in range(span // HOUR):
            self.passes(HOUR)
            if asked:
                self.sweep()
                self.work()
                self.drop_messages()

    def unheard(self) -> bool:
        return unheard_since(self.ports, self.connection(), self.clock.now()) is not None


def test_a_connection_whose_moving_parcels_have_no_event_is_silent_after_its_hours() -> None:
    scene = Tracked(silent_hours=48)
    number = scene.under_way(Life.LOST)
    scene.later(20 * HOUR)
    watch = scene.ports.tracking.watch("ups", number)
    assert watch
    assert watch.facts.heard
    scene.passes(watch.facts.heard + 48 * HOUR - scene.clock.now() - HOUR)
    assert not scene.unheard()
    scene.passes(2 * HOUR)
    assert unheard_since(scene.ports, scene.connection(), scene.clock.now()) == watch.facts.heard


def test_one_parcel_that_is_heard_of_is_enough() -> None:
    scene = Tracked(silent_hours=48)
    scene.under_way(Life.LOST)
    scene.later(3 * DAY)
    assert scene.unheard()
    scene.under_way(Life.NORMAL, "4000002")
    scene.later(5 * HOUR)
    assert not scene.unheard()


def test_a_label_that_nobody_handed_over_is_no_silence_while_the_carrier_answers() -> None:
    scene = Tracked(silent_hours=48)
    scene.under_way(None)
    scene.later(4 * DAY)
    assert not scene.unheard()


def test_a_carrier_that_never_answered_is_silence_from_the_first_label_on() -> None:
    scene = Tracked(silent_hours=48)
    scene.under_way()
    scene.later(47 * HOUR, asked=False)
    assert not scene.unheard()
    scene.under_way(None, "4000002")
    scene.later(2 * HOUR, asked=False)
    assert scene.unheard(), "a fresh label is no event"


def test_parcels_that_have_arrived_or_are_held_up_are_not_missed() -> None:
    scene = Tracked(silent_hours=24)
    scene.under_way(Life.NORMAL)
    scene.later(6 * DAY)
    assert not scene.unheard()
    scene.under_way(Life.RETURNED, "4000002")
    scene.later(timedelta(hours=56))
    scene.later(30 * HOUR, asked=False)
    assert not scene.unheard()


def test_a_closed_connection_has_an_alarm_of_its_own_and_one_without_parcels_none() -> None:
    scene = Tracked()
    assert not scene.unheard()
    scene.under_way()
    scene.later(4 * DAY, asked=False)
    assert scene.unheard()
    scene.sets("closed")
    assert not scene.unheard()


def test_the_sweep_counts_it_once_an_hour(counted: list[str]) -> None:
    scene = Tracked()
    scene.under_way()
    scene.later(4 * DAY, asked=False)
    minutes = []
    for _ in range(120):
        counted.clear()
        scene.sweep()
        scene.drop_messages()
        minutes += [scene.clock.now().minute] * counted.count("TrackingSilent")
        scene.passes(timedelta(minutes=1))
    assert minutes == [LISTENED_AT] * 2
