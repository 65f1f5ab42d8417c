"""Sides are sampled in turns, medians are compared, and a side that did other work is found out."""

from __future__ import annotations

import gc
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, repeat
from typing import Any

import pytest
from rich.console import Console

from benchmarks.measure import SAMPLE_SECONDS, Timing, differences, iterations_for, measure
from benchmarks.report import TARGETS, results, table, written
from benchmarks.samples import OPERATIONS
from benchmarks.worker import Operation, cpu_seconds, serve


@dataclass(eq=False)
class FakeSide:
    """A side whose iteration takes `microseconds`, times the next of `noise`; notes in `log` when it is asked."""

    name: str
    microseconds: float
    log: list[str] = field(default_factory=list)
    noise: Iterator[float] = field(default_factory=lambda: repeat(1.0))
    versions: dict[str, str] = field(default_factory=dict)

    def facts(self, operation: str) -> Any:
        return {}

    def cpu_seconds(self, operation: str, iterations: int) -> float:
        self.log.append(self.name)
        return self.microseconds * 1e-6 * iterations * next(self.noise)


def test_the_ratio_is_karrios_median_over_ours() -> None:
    timing = measure(FakeSide("ours", 40), FakeSide("karrio", 800), "build_ship_1", 9)
    assert (timing.ours_us, timing.karrio_us) == pytest.approx((40, 800))
    assert timing.ratio == pytest.approx(20)
    assert timing.spread == pytest.approx(0)


def test_a_few_slow_samples_do_not_move_the_median() -> None:
    calibration, noise = repeat(1.0, 6), [1.0, 9.0, 1.0, 9.0, 1.0, 1.0, 9.0, 1.0, 1.0]
    ours = FakeSide("ours", 40, noise=chain(calibration, noise))
    assert iterations_for(FakeSide("ours", 40), "x") > 1
    assert measure(ours, FakeSide("karrio", 800), "build_rate", 9).ours_us == pytest.approx(40)


def test_the_sides_take_turns_and_neither_is_always_first() -> None:
    log: list[str] = []
    measure(FakeSide("ours", 1e6, log), FakeSide("karrio", 1e6, log), "parse_rate", 4)
    sampled = log[2:]  # after one call each that found out the number of iterations
    assert sampled == ["ours", "karrio", "karrio", "ours"] * 2


@pytest.mark.parametrize("microseconds", [1.0, 35.0, 3_000.0, 2e6])
def test_a_sample_is_long_enough_for_the_clock(microseconds: float) -> None:
    iterations = iterations_for(FakeSide("ours", microseconds), "parse_track")
    assert iterations == 1 or iterations * microseconds * 1e-6 == pytest.approx(SAMPLE_SECONDS, rel=0.05)


def test_other_work_is_named_by_its_place() -> None:
    expected = {"service": "03", "packages": [{"weight": "5"}]}
    made = {"ours": expected, "karrio": {"service": "03", "packages": [{"weight": "7"}]}}
    assert differences("build_rate", made, expected) == [
        "build_rate: karrio.packages[0].weight: '7', expected '5'",
    ]
    assert len(differences("build_rate", {"karrio": {"service": "03"}}, expected)) == 1
    assert len(differences("build_rate", {"karrio": {**expected, "packages": []}}, expected)) == 1


TIMINGS = [Timing("build_ship_1", 40.04, 800.0, 0.02), Timing("parse_rate", 200.0, 800.0, 0.01)]


def test_the_results_have_each_operation_with_both_times_and_the_ratio() -> None:
    found = results(TIMINGS, {"karrio": "2026.1.32"})
    assert found["build_ship_1"] == {"ours_us": 40.0, "karrio_us": 800.0, "ratio": 20.0}
    assert found["ratios"] == {"build_ship_1_ratio": 20.0, "parse_rate_ratio": 4.0}
    assert found["measured"] == {"karrio": "2026.1.32"}
    assert json.loads(written(found)) == found


def test_the_table_says_which_figure_is_missed() -> None:
    shown = io.StringIO()
    Console(file=shown, width=120).print(table(TIMINGS, "2026.1.32"))
    reached, missed = (line for line in shown.getvalue().splitlines() if " x" in line)
    assert "20.0 x" in reached
    assert "missed" not in reached
    assert "4.0 x" in missed
    assert "5 x, missed" in missed


def test_every_operation_has_a_figure_to_reach() -> None:
    assert TARGETS.keys() == set(OPERATIONS)


def test_a_worker_says_its_versions_then_answers_line_by_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = [{"do": "facts", "operation": "add"}, {"do": "time", "operation": "add", "iterations": 2}]
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(json.dumps(each) + "\n" for each in asked)))
    monkeypatch.setattr("sys.stdout", reply := io.StringIO())
    monkeypatch.setattr("gc.freeze", lambda: None)
    ran: list[int] = []
    serve({"add": Operation(lambda: ran.append(print("noise") or 1), lambda _: {"sum": 3})}, {"karrio": "1"})
    versions, facts, seconds = map(json.loads, reply.getvalue().splitlines())
    assert versions["karrio"] == "1"
    assert facts == {"sum": 3}
    assert seconds >= 0
    assert len(ran) == 3
    assert "noise" in capsys.readouterr().err


def test_the_collector_is_off_among_the_iterations_and_on_again_after_a_failure() -> None:
    seen: list[bool] = []
    cpu_seconds(lambda: seen.append(gc.isenabled()), 3)
    assert seen == [False] * 3
    with pytest.raises(ZeroDivisionError):
        cpu_seconds(lambda: 1 / 0, 1)
    assert gc.isenabled()
