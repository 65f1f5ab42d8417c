"""Both sides do the same work: same parties, weights and service asked for, same prices, numbers and events read."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import our_side, samples
from benchmarks.measure import differences
from benchmarks.sides import SideProcess
from tests.conftest import ROOT

KARRIO = ROOT / ".local" / "bench-venv" / "bin" / "python"


@pytest.mark.parametrize("operation", samples.OPERATIONS)
def test_our_side_makes_of_each_input_what_is_expected_of_both(operation: str) -> None:
    ours = our_side.operations()[operation]
    assert differences(operation, {"ours": ours.facts(ours.run())}, samples.expected()[operation]) == []


@pytest.fixture(scope="module")
def karrio() -> Iterator[SideProcess]:
    if not KARRIO.is_file():
        pytest.skip(f"no {KARRIO.relative_to(ROOT)}: make bench makes it, and checks the same before it measures")
    with SideProcess(str(KARRIO), "benchmarks.karrio_side", None) as side:
        yield side


@pytest.mark.parametrize("operation", samples.OPERATIONS)
def test_karrio_makes_of_each_input_what_is_expected_of_both(karrio: SideProcess, operation: str) -> None:
    assert differences(operation, {"karrio": karrio.facts(operation)}, samples.expected()[operation]) == []


def test_a_side_runs_in_a_process_of_its_own_and_says_its_versions() -> None:
    with SideProcess(sys.executable, "benchmarks.our_side", None) as side:
        assert side.versions["parcelbridge"]
        assert side.facts("parse_rate") == samples.expected()["parse_rate"]
        assert side.cpu_seconds("parse_rate", 3) > 0


def test_a_side_that_can_not_start_is_an_error_that_names_it() -> None:
    with pytest.raises(RuntimeError, match=r"benchmarks\.nowhere ended early, code 1"):
        SideProcess(sys.executable, "benchmarks.nowhere", None)


def test_nothing_of_ours_needs_karrio_and_nothing_of_karrio_needs_ours() -> None:
    folder = Path(our_side.__file__).parent
    imports = {path.stem: path.read_text() for path in folder.glob("*.py")}
    assert [name for name, code in imports.items() if "import karrio" in code] == ["karrio_side"]
    both = ("karrio_side", "worker", "samples", "facts")
    assert not any("shared" in code for name, code in imports.items() if name in both)
