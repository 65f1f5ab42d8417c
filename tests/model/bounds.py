"""How tight the declared bounds are: each holds up to its figure; just beyond it the model tells a counterexample."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from tests.model.state import HOUR, MINUTE
from tests.model.suite import HOLD, RETRY, STILL, TWO_LIVE, UNSEEN, VOID, Case, case

ALONE = {**STILL, "workers": 2, "lag": 0}


@dataclass(frozen=True)
class Edge:
    """A bound: `of` gives the configuration for a figure in ticks, `row` has words of its row in docs/reliability.md"""

    name: str
    row: str
    of: Callable[[int], Case]
    holds: int
    breaks: int
    long: bool = False

    def cases(self) -> tuple[Case, Case]:
        """At the bound, where nothing may be wrong, and just beyond it, where the complaint must be found."""
        well, wrong = self.of(self.holds), self.of(self.breaks)
        name = f"bound: {self.name}, {{}} {{}}".format
        return (
            replace(well, name=name(told(self.holds), "holds"), expected="", long=self.long),
            replace(wrong, name=name(told(self.breaks), "breaks"), long=self.long),
        )


def told(figure: int) -> str:
    """Ticks as minutes and seconds."""
    return f"{figure // MINUTE}:{figure % MINUTE * 20:02}"


def _settle(**facts: int) -> Callable[[int], Case]:
    """Two creates and a look-up between them; the figure takes the place of the fact that is below zero."""
    (name,) = [each for each, value in facts.items() if value < 0]
    return lambda figure: case("", RETRY, expected=TWO_LIVE, **{**ALONE, **facts, name: figure})


TWO_LOOKS = replace(VOID, looks=VOID.looks[:2])
ONE_LOST = {**ALONE, "workers": 1, "crashes": 0}
EDGES = (
    Edge("settle, a late effect", "one live label", _settle(late=-1), 15 * MINUTE, 15 * MINUTE + 1),
    Edge("settle, a late index", "one live label", _settle(late=0, lag=-1), 15 * MINUTE, 15 * MINUTE + 1),
    Edge("settle, late by half each", "one live label", _settle(late=7 * MINUTE, lag=-1), 8 * MINUTE, 8 * MINUTE + 1),
    Edge("settle, nobody dies", "one live label", _settle(late=-1, crashes=0), 15 * MINUTE, 15 * MINUTE + 1),
    Edge("settle, clocks, in 20 s", "one live label", _settle(late=15 * MINUTE, skew=-1), 1, 2),
    Edge(
        "settle, the function's life", "one live label",
        lambda figure: case("", replace(RETRY, function=figure), expected=TWO_LIVE, **{**ALONE, "late": 15 * MINUTE}),
        2 * MINUTE, 2 * MINUTE + 1,
    ),
    Edge(
        "the look at 4 hours", "no stray is left after the look 4 hours",
        lambda figure: case("", TWO_LOOKS, expected=UNSEEN, inside=False, **{**ALONE, "late": figure}),
        4 * HOUR - 3 * MINUTE, 4 * HOUR - 3 * MINUTE + 1,
    ),
    Edge(
        "the last daily look", "no stray is left after the look 4 hours",
        lambda figure: case("", VOID, expected=UNSEEN, inside=False, **{**ALONE, "late": figure}),
        24 * HOUR - 3 * MINUTE, 24 * HOUR - 3 * MINUTE + 1, long=True,
    ),
    Edge(
        "ship again after 4 hours", "what is shipped again",
        lambda figure: case(
            "", RETRY, expected="generation 1 lives", inside=False,
            **{**ONE_LOST, "late": figure, "goes_on": True, "people": 2, "commands": ("void", "ship")},
        ),
        4 * HOUR - 3 * MINUTE, 4 * HOUR - 3 * MINUTE + 1,
    ),
    Edge(
        "a late ERP write behind a void", "a voided number stays out",
        lambda figure: case(
            "", HOLD, expected="ERP still holds",
            **{**ONE_LOST, "write_late": figure, "people": 1, "faults": 1, "commands": ("void",)},
        ),
        HOUR, HOUR + 4 * MINUTE,
    ),
)  # fmt: skip
