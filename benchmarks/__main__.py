"""`python -m benchmarks --karrio PYTHON`: compare, write `results.json`, show the table."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import track

from benchmarks import samples
from benchmarks.measure import REPEATS, Timing, differences, measure
from benchmarks.report import results, table, written
from benchmarks.sides import SideProcess, both

RESULTS = Path(__file__).resolve().parent / "results.json"


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when both sides did the same work, whatever the ratios; 1 when they did not, and nothing is written then."""
    chosen = _parser().parse_args(arguments)
    console = Console(highlight=False)
    with both(sys.executable, chosen.karrio) as (ours, karrio):
        wrong = _differences(ours, karrio)
        if wrong:
            console.print("the sides did other work, nothing was measured:", *wrong, sep="\n", markup=False)
            return 1
        timings = _timings(ours, karrio, chosen.repeats, console)
        setting = {**karrio.versions, **ours.versions, "repeats": chosen.repeats, "clock": "CPU, process_time, medians"}
    RESULTS.write_text(written(results(timings, setting)), "utf-8")
    console.print(table(timings, karrio.versions["karrio"]))
    return 0


def _timings(ours: SideProcess, karrio: SideProcess, repeats: int, console: Console) -> list[Timing]:
    operations = track(samples.OPERATIONS, "measuring", console=console, transient=True)
    return [measure(ours, karrio, operation, repeats) for operation in operations]


def _differences(ours: SideProcess, karrio: SideProcess) -> list[str]:
    expected = samples.expected()
    return [
        difference
        for operation in samples.OPERATIONS
        for difference in differences(
            operation, {"ours": ours.facts(operation), "karrio": karrio.facts(operation)}, expected[operation]
        )
    ]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--karrio", required=True, help="the Python of the environment that has karrio")
    parser.add_argument("--repeats", type=int, default=REPEATS, help="samples of each side (default %(default)s)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
