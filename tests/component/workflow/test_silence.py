"""Who hears of a connection that reads nothing: the sweep counts it, an alarm watches the count."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from sandbox.erps.m3.seed import Line, add_order
from shared import log
from shared.errors import NewerFormat
from shared.workflow.intake import health as polling
from tests.component.workflow.scene import DAY, MINUTE, Scene

CRON = "cron(0 6 ? * MON-FRI *)"


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The metrics that were counted, in order."""
    names: list[str] = []
    monkeypatch.setattr(log, "count", lambda metric, **_: names.append(metric))
    return names  # type: ignore[return-value]


def silent(scene: Scene, counted: list[str]) -> bool:
    counted.clear()
    scene.sweep()
    return "ConnectionsSilent" in counted


def test_s14_a_schedule_that_does_not_fire_is_counted_after_three_missed_polls(counted: list[str]) -> None:
    scene = Scene()
    scene.poll()
    scene.passes(timedelta(minutes=29))
    assert not silent(scene, counted)
    scene.passes(timedelta(minutes=2))
    assert silent(scene, counted)
    scene.poll()
    assert not silent(scene, counted)


def test_polls_that_keep_failing_are_as_silent_as_none(counted: list[str]) -> None:
    scene = Scene()
    scene.poll()
    scene.m3_will("error_before", "PPSSPPMI.LstSupHead", times=10_000)
    for _ in range(6):
        scene.passes(timedelta(minutes=10))
        scene.poll()
    assert scene.ports.connections.poll_state("acme-infor-ups").polled == scene.clock.now()
    assert silent(scene, counted)


def test_polls_that_stop_at_documents_that_they_can_not_read_are_silent_too(
    counted: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = Scene()
    for number in range(polling.PATIENCE + 2):
        add_order(scene.tenant, f"400000{number}", supplier="V100", lines=[Line("VALVE-1", 1)])
    scene.m3_will("error_before", "PPS200MI.GetHead", times=10_000)
    for _ in range(5):
        scene.passes(timedelta(minutes=10))
        scene.poll()
    assert silent(scene, counted)


def test_a_held_order_that_can_not_be_read_again_silences_nothing(counted: list[str]) -> None:
    scene = Scene()
    scene.through(lines=[Line("GASKET-X", 1)])
    scene.m3_will("error_before", "PPS200MI.GetHead", times=10_000)
    for _ in range(5):
        scene.passes(timedelta(minutes=10))
        scene.poll()
    assert not silent(scene, counted)


@pytest.mark.parametrize("status", ["paused", "closed"])
def test_a_connection_that_does_not_run_is_not_silent_nor_right_after_it_goes_on(
    counted: list[str], status: str
) -> None:
    scene = Scene()
    scene.poll()
    scene.sets(status)
    scene.passes(9 * DAY)
    assert not silent(scene, counted)
    scene.sets("running")
    scene.passes(timedelta(minutes=29))
    assert not silent(scene, counted)
    scene.passes(2 * MINUTE)
    assert silent(scene, counted)


def test_s14_a_schedule_of_working_days_is_not_silent_over_the_weekend(counted: list[str]) -> None:
    scene = Scene(schedule=CRON)
    scene.passes(timedelta(days=4, hours=-6))
    scene.poll()
    scene.passes(timedelta(days=3, hours=1))
    assert not silent(scene, counted)
    scene.passes(timedelta(days=2))
    assert silent(scene, counted)


def test_a_connection_of_a_newer_release_does_not_stop_the_sweep(
    counted: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = Scene()

    class Newer:
        def __getattr__(self, name: str) -> Any:
            return getattr(scene.world.connections, name)

        def all(self) -> Any:
            raise NewerFormat("connection has format 2")

    scene.with_ports(connections=Newer())
    assert scene.sweep() == 0
    assert "NewerFormats" in counted


# --- labels of which nothing is known ---


def test_a_lost_answer_that_its_look_up_settles_wakes_nobody(counted: list[str]) -> None:
    scene = Scene()
    scene.ups_will("reset_after")
    scene.through()
    scene.lives(timedelta(minutes=40))
    assert scene.head().state == "DONE"
    assert "LabelsUnknown" not in counted


def test_an_order_that_is_held_in_doubt_is_counted(counted: list[str]) -> None:
    scene = Scene()
    scene.ups_will("reset_before")
    scene.through()
    scene.lives(timedelta(minutes=40))
    assert scene.stands() == "HELD unknown"
    assert counted.count("LabelsUnknown") == 1


def test_an_order_whose_carrier_can_not_be_asked_is_counted_after_an_hour(counted: list[str]) -> None:
    scene = Scene()
    scene.ups_will("reset_after")
    scene.through()
    scene.ups_will("error_before", "recovery", times=10_000)
    scene.lives(timedelta(minutes=55))
    assert "LabelsUnknown" not in counted
    scene.lives(timedelta(hours=3))
    assert "LabelsUnknown" in counted
