"""The shortest plan of faults that still goes wrong: what a person reads first."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sandbox.simulation.campaign import Lived, live
from sandbox.simulation.faults import ChosenFaults, Struck
from sandbox.simulation.scenario import Scenario

TRIES = 150


def shrunk(scenario: Scenario, lived: Lived) -> Lived:
    """The same world with as few of its faults as still give a complaint of one of the kinds that it gave.

    Faults of other orders' tasks are taken out first; then halves, quarters, down to single ones (delta debugging), in
    at most TRIES lives.
    """
    kinds = {each.kind for each in lived.verdict.complaints}

    def fails(faults: Sequence[Struck]) -> Lived | None:
        chosen = ChosenFaults({each.place: each.kind for each in faults})
        again = live(scenario, chosen)
        return again if kinds & {each.kind for each in again.verdict.complaints} else None

    return _smallest(_concerned(lived, fails), fails)


def _concerned(lived: Lived, fails: Callable[[Sequence[Struck]], Lived | None]) -> Lived:
    """Only the faults of tasks about the document that went wrong, or beside those the polls', when that is enough."""
    document = lived.verdict.complaints[0].document
    for words in ((document,), (document, "poll"), (document, "poll", "sweep")):
        found = fails([each for each in lived.faults if any(word in each.place.task for word in words)])
        if found:
            return found
    return lived


def _smallest(lived: Lived, fails: Callable[[Sequence[Struck]], Lived | None]) -> Lived:
    size, tries = len(lived.faults) // 2, 0
    while size and tries < TRIES:
        start, shorter = 0, False
        while start < len(lived.faults) and tries < TRIES:
            tries += 1
            found = fails((*lived.faults[:start], *lived.faults[start + size :]))
            if found and len(found.faults) < len(lived.faults):
                lived, shorter = found, True
            else:
                start += size
        size = min(size, len(lived.faults)) // 2 if size > 1 else int(shorter)
    return lived
