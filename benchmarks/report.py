"""The report of a run: `benchmarks/results.json`, and a table for whoever started it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from rich.box import SIMPLE
from rich.table import Table

from benchmarks.measure import Timing

TARGETS = {
    "build_ship_1": 15,
    "build_ship_10": 15,
    "build_rate": 15,
    "parse_rate": 5,
    "parse_ship_zpl": 6,
    "parse_track": 10,
}
"""How many times karrio's CPU each operation is to reach at least."""


def results(timings: Sequence[Timing], setting: Mapping[str, Any]) -> dict[str, Any]:
    """Operation: our and karrio's microseconds and the ratio; `ratios` has the last alone, `measured` the setting."""
    by_operation = {
        timing.operation: {
            "ours_us": round(timing.ours_us, 1),
            "karrio_us": round(timing.karrio_us, 1),
            "ratio": round(timing.ratio, 1),
        }
        for timing in timings
    }
    ratios = {f"{operation}_ratio": found["ratio"] for operation, found in by_operation.items()}
    return {**by_operation, "ratios": ratios, "measured": dict(setting)}


def written(found: Mapping[str, Any]) -> str:
    return json.dumps(found, indent=2) + "\n"


def table(timings: Sequence[Timing], karrio: str) -> Table:
    """One line an operation; what falls short of its figure says so."""
    shown = Table(box=SIMPLE)
    shown.add_column("operation")
    for heading in ("ours, µs", f"karrio {karrio}, µs", "ratio", "to reach", "noise"):
        shown.add_column(heading, justify="right")
    for timing in timings:
        target = TARGETS[timing.operation]
        shown.add_row(
            timing.operation,
            f"{timing.ours_us:.1f}",
            f"{timing.karrio_us:.1f}",
            f"{timing.ratio:.1f} x",
            f"{target} x" if timing.ratio >= target else f"{target} x, missed",
            f"{timing.spread:.0%}",
        )
    return shown
