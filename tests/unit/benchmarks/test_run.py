"""A run measures only sides that did the same work, and leaves its results in a file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from benchmarks import __main__ as bench
from benchmarks import samples


class SteadySide:
    """A side that makes the expected of each input, but for `wrong`, in as many microseconds as it is told."""

    def __init__(self, microseconds: float, wrong: str = "", **versions: str) -> None:
        self.versions = versions
        self._microseconds, self._wrong = microseconds, wrong

    def facts(self, operation: str) -> Any:
        return {} if operation == self._wrong else samples.expected()[operation]

    def cpu_seconds(self, operation: str, iterations: int) -> float:
        return self._microseconds * 1e-6 * iterations


def run(monkeypatch: pytest.MonkeyPatch, results: Path, wrong: str = "") -> int:
    @contextmanager
    def both(our_python: str, karrio_python: str) -> Iterator[tuple[SteadySide, SteadySide]]:
        assert karrio_python == "its/python"
        yield SteadySide(50.0, parcelbridge="0.1.0"), SteadySide(1000.0, wrong, karrio="2026.1.32")

    monkeypatch.setattr(bench, "both", both)
    monkeypatch.setattr(bench, "RESULTS", results)
    return bench.main(["--karrio", "its/python", "--repeats", "9"])


def test_a_run_writes_a_ratio_for_every_operation_and_with_what_it_was_measured(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, tmp_path / "results.json") == 0
    found = json.loads((tmp_path / "results.json").read_text())
    assert {operation: found[operation]["ratio"] for operation in samples.OPERATIONS} == dict.fromkeys(
        samples.OPERATIONS, 20.0
    )
    assert found["measured"]["karrio"] == "2026.1.32"
    assert found["measured"]["repeats"] == 9
    assert "build_ship_10" in capsys.readouterr().out


def test_nothing_is_measured_when_a_side_did_other_work(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, tmp_path / "results.json", wrong="parse_rate") == 1
    assert not (tmp_path / "results.json").exists()
    assert "parse_rate: karrio" in capsys.readouterr().out


def test_the_results_kept_with_the_code_have_every_operation() -> None:
    kept = json.loads(bench.RESULTS.read_text())
    assert set(samples.OPERATIONS) <= kept.keys()
    assert kept["ratios"].keys() == {f"{operation}_ratio" for operation in samples.OPERATIONS}
    assert kept["measured"]["karrio"] == kept["measured"]["karrio-ups"]
