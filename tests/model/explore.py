"""Breadth first over every state of a configuration; the shortest story of whatever is wrong in it."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache

from tests.model.purchase import quiet, successors, wrong_end, wrong_now
from tests.model.state import RESTING, Model, Order

MOST = 3_000_000
"""States that fit into the memory of a small machine."""
STUCK = "an order that nothing brings to an end"
_LUCK = (
    "!worker", "!the command", "!ERP user", "!person", "retried", "accepted", "approved", "dismissed", "void_asked",
    "ship_again", "look_up_failed", "not_sent",
)  # fmt: skip


@dataclass
class Explored:
    """The result of a search. `found` has each complaint with the steps that lead to it, `complete` says that no state
    is left out; `stuck` counts the states from which fair steps alone reach no end."""

    states: int = 0
    steps: int = 0
    depth: int = 0
    seconds: float = 0.0
    complete: bool = True
    stuck: int = 0
    found: dict[str, list[str]] = field(default_factory=dict)

    def __str__(self) -> str:
        cut = "" if self.complete else ", cut"
        return f"{self.states} states, {self.steps} steps, depth {self.depth}, {self.seconds:.1f} s{cut}"


class Explorer:
    """Explores a model. With `only` it ends at the first complaint that has these words; with `inside` two live labels
    are one; with `fair` it asks whether each state comes to an end."""

    def __init__(
        self, model: Model, *, inside: bool, only: str = "", fair: bool = False, goes_on: bool = False
    ) -> None:
        self.model, self.inside, self.only, self.fair, self.goes_on = model, inside, only, fair, goes_on
        # A state is hashed once: from then on it is its place in these lists.
        self.place: dict[Order, int] = {}
        self.orders: list[Order] = []
        self.parent: list[tuple[int, str]] = []
        self.leading: list[list[int]] = []
        self.seen = Explored()

    def run(self) -> Explored:
        began = time.process_time()
        with _uncollected():
            self._run()
        self.seen.seconds = time.process_time() - began
        return self.seen

    def _run(self) -> None:
        frontier = [self._placed(self.model.initial(), -1, "")]
        while frontier and not (self.only and self.seen.found) and self.seen.complete:
            frontier = self._next(frontier)
            self.seen.depth += 1
        self.seen.states = len(self.orders)
        if self.fair and self.seen.complete and not self.only:
            self._ends()

    def _placed(self, order: Order, came: int, step: str) -> int:
        """The place of a state, which is a new one at the end unless it was seen."""
        place = self.place.setdefault(order, len(self.orders))
        if place == len(self.orders):
            self.orders.append(order)
            self.parent.append((came, step))
            self.leading.append([])
        return place

    def _next(self, frontier: list[int]) -> list[int]:
        """All states that are one step further."""
        first = len(self.orders)
        for before in frontier:
            order = self.orders[before]
            for step, then in successors(self.model, order, goes_on=self.goes_on):
                self.seen.steps += 1
                known = len(self.orders)
                place = self._placed(then, before, step)
                if self.fair and _is_fair(step):
                    self.leading[place].append(before)
                self._judge(before, step, then, new=place == known)
            if len(self.orders) > MOST:
                self.seen.complete = False
                break
        return list(range(first, len(self.orders)))

    def _judge(self, before: int, step: str, then: Order, *, new: bool) -> None:
        said = wrong_now(self.orders[before], step, then, inside=self.inside)
        if new and not said and quiet(then):
            said = wrong_end(then)
        if said and said not in self.seen.found and self.only in said:
            self.seen.found[said] = [*self._story(before), step]

    def _story(self, place: int) -> list[str]:
        steps: list[str] = []
        while place:
            place, step = self.parent[place]
            steps.append(step)
        return steps[::-1]

    def _ends(self) -> None:
        """From every state fair steps alone (no crash, no loss, no person) reach DONE, HELD or CANCELLED."""
        good = [order.state in RESTING or _out_of_creates(order) for order in self.orders]
        todo = [place for place, is_good in enumerate(good) if is_good]
        while todo:
            for before in self.leading[todo.pop()]:
                if not good[before]:
                    good[before] = True
                    todo.append(before)
        self.seen.stuck = good.count(False)
        if self.seen.stuck:
            self.seen.found[STUCK] = self._story(good.index(False))


@contextmanager
def _uncollected() -> Iterator[None]:
    """Millions of states, none of them garbage: the collector would look through them again and again."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


@cache
def _is_fair(step: str) -> bool:
    """Tell if the step needs neither a person nor luck."""
    if step.startswith("!worker"):
        return " dies" not in step
    return not step.startswith(_LUCK) and "answer lost" not in step


def _out_of_creates(order: Order) -> bool:
    """The model allows no further create: an end of the model, not of the workflow."""
    return not order.creates and order.state in ("READY", "RECEIVED")
