"""Breadth first over every state of a configuration; the shortest story of whatever is wrong in it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

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
        self.parent: dict[Order, tuple[Order, str] | None] = {}
        self.leading: dict[Order, list[Order]] = {}
        self.seen = Explored()

    def run(self) -> Explored:
        began, first = time.process_time(), self.model.initial()
        self.parent[first] = None
        frontier = [first]
        while frontier and not (self.only and self.seen.found) and self.seen.complete:
            frontier = self._next(frontier)
            self.seen.depth += 1
        self.seen.states = len(self.parent)
        if self.fair and self.seen.complete and not self.only:
            self._ends()
        self.seen.seconds = time.process_time() - began
        return self.seen

    def _next(self, frontier: list[Order]) -> list[Order]:
        """All states that are one step further."""
        after: list[Order] = []
        for order in frontier:
            for step, then in successors(self.model, order, goes_on=self.goes_on):
                self.seen.steps += 1
                if self.fair and _is_fair(step):
                    self.leading.setdefault(then, []).append(order)
                new = then not in self.parent
                if new:
                    self.parent[then] = (order, step)
                    after.append(then)
                self._judge(order, step, then, new=new)
            if len(self.parent) > MOST:
                self.seen.complete = False
                break
        return after

    def _judge(self, order: Order, step: str, then: Order, *, new: bool) -> None:
        said = wrong_now(order, step, then, inside=self.inside)
        if new and not said and quiet(then):
            said = wrong_end(then)
        if said and said not in self.seen.found and self.only in said:
            self.seen.found[said] = [*self._story(order), step]

    def _story(self, order: Order) -> list[str]:
        steps: list[str] = []
        while (came := self.parent[order]) is not None:
            order, step = came
            steps.append(step)
        return steps[::-1]

    def _ends(self) -> None:
        """From every state fair steps alone (no crash, no loss, no person) reach DONE, HELD or CANCELLED."""
        todo = [order for order in self.parent if order.state in RESTING or _out_of_creates(order)]
        good = set(todo)
        while todo:
            for before in self.leading.get(todo.pop(), ()):
                if before not in good:
                    good.add(before)
                    todo.append(before)
        stuck = [order for order in self.parent if order not in good]
        self.seen.stuck = len(stuck)
        if stuck:
            self.seen.found[STUCK] = self._story(stuck[0])


def _is_fair(step: str) -> bool:
    """Tell if the step needs neither a person nor luck."""
    if step.startswith("!worker"):
        return " dies" not in step
    return not step.startswith(_LUCK) and "answer lost" not in step


def _out_of_creates(order: Order) -> bool:
    """The model allows no further create: an end of the model, not of the workflow."""
    return not order.creates and order.state in ("READY", "RECEIVED")
