"""Timing two sides in turns, so that noise hits both, and comparing what they made of the inputs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

from benchmarks.sides import Side

REPEATS = 15
SAMPLE_SECONDS = 0.05
"""CPU that one sample takes at least: thousands of ticks of the clock."""


@dataclass(frozen=True)
class Timing:
    """Medians of one operation in microseconds of CPU. `spread` is the wider half of the middle samples' range, as a
    share of its median, of the noisier side."""

    operation: str
    ours_us: float
    karrio_us: float
    spread: float

    @property
    def ratio(self) -> float:
        return self.karrio_us / self.ours_us


def measure(ours: Side, karrio: Side, operation: str, repeats: int = REPEATS) -> Timing:
    """Samples the sides in turns, the first one changing each time."""
    counts = {side: iterations_for(side, operation) for side in (ours, karrio)}
    samples: dict[Side, list[float]] = {ours: [], karrio: []}
    for turn in range(repeats):
        for side in (ours, karrio) if turn % 2 == 0 else (karrio, ours):
            samples[side].append(side.cpu_seconds(operation, counts[side]) / counts[side] * 1e6)
    spread = max(_spread(taken) for taken in samples.values())
    return Timing(operation, median(samples[ours]), median(samples[karrio]), spread)


def iterations_for(side: Side, operation: str) -> int:
    """How many iterations fill a sample; finding out warms the side up."""
    iterations = 1
    while (taken := side.cpu_seconds(operation, iterations)) < SAMPLE_SECONDS / 4:
        iterations *= 4
    return max(1, round(iterations * SAMPLE_SECONDS / taken))


def _spread(samples: list[float]) -> float:
    """How far the quartiles lie from the median, as a share of it."""
    ordered, middle = sorted(samples), median(samples)
    low, high = ordered[len(ordered) // 4], ordered[-1 - len(ordered) // 4]
    return max(middle - low, high - middle) / middle


def differences(operation: str, facts: Mapping[str, Any], expected: Any) -> list[str]:
    """Return the differences of each side (by name) from the expected facts: only sides that do the same work are
    compared."""
    return [
        f"{operation}: {side}{place}: {found!r}, expected {wanted!r}"
        for side, made in facts.items()
        for place, found, wanted in _unequal(made, expected, "")
    ]


def _unequal(found: Any, wanted: Any, place: str) -> list[tuple[str, Any, Any]]:
    if isinstance(found, dict) and isinstance(wanted, dict) and found.keys() == wanted.keys():
        return [each for name in wanted for each in _unequal(found[name], wanted[name], f"{place}.{name}")]
    if isinstance(found, list) and isinstance(wanted, list) and len(found) == len(wanted):
        pairs = enumerate(zip(found, wanted, strict=True))
        return [each for position, (f, w) in pairs for each in _unequal(f, w, f"{place}[{position}]")]
    return [] if found == wanted else [(place, found, wanted)]
