"""One order's whole life under one fault, or under two: every call, every kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context

from sandbox.faces import EmulatedErp, Entered, Line
from sandbox.simulation.campaign import Lived, live, policies, quiet
from sandbox.simulation.faults import KINDS, ChosenFaults, Kind, NoFaults, Place, Plan
from sandbox.simulation.orders import DONE, Seeded
from sandbox.simulation.scenario import Scenario
from sandbox.simulation.scheduler import MINUTE
from sandbox.simulation.world import World

Faults = dict[Place, Kind]


def _add(erp: EmulatedErp, number: str) -> None:
    """Twenty valves in two packages, from one supplier to one warehouse."""
    erp.add(Entered(number, (Line("VALVE-2IN", 8),)))


ORDER = Seeded("4000001", 0, 0, _add, (DONE,))


class OneOrder(World):
    """A world with that one order, which is there when the first poll comes."""

    def __init__(self, scenario: Scenario, plan: Plan) -> None:
        super().__init__(scenario, plan)
        self.seeded, self.choke.places = (ORDER,), []


def quiet_world(unknown: str, strays: str, seed: str = "one") -> Scenario:
    """Nothing happens in it but its order. The seed draws how a fault looks: which error, how late."""
    return Scenario(seed, 0, unknown, strays, busy=0, poll_every=20 * MINUTE)  # type: ignore[arg-type]


def life(scenario: Scenario, faults: Faults) -> Lived:
    return live(scenario, ChosenFaults(faults) if faults else NoFaults(), OneOrder)


def places(lived: Lived) -> list[Place]:
    """Every call that was made, in order of time: the places for a fault."""
    return list(lived.places)


def singles(scenario: Scenario) -> Iterator[Faults]:
    for place in places(life(scenario, {})):
        for kind in KINDS:
            yield {place: kind}


def wrong_pairs(scenario: Scenario, first: Faults) -> tuple[int, list[str]]:
    """Every second fault behind a first one: how many there are, and in words those that end wrong."""
    quiet()
    lived = life(scenario, first)
    calls = places(lived)
    behind = calls[calls.index(next(iter(first))) + 1 :]
    wrong = []
    for place in behind:
        for kind in KINDS:
            verdict = life(scenario, {**first, place: kind}).verdict
            wrong += [f"{first} and {kind} at {place}: {each}" for each in verdict.complaints]
    return len(behind) * len(KINDS), wrong


@dataclass(frozen=True)
class Exhausted:
    """How many plans were lived, and what went wrong in them."""

    plans: int
    wrong: tuple[str, ...]


def every_pair(processes: int, most: int | None, progress: Callable[[int, int], None]) -> Exhausted:
    """Every pair of faults of one order's life, under all policies; or those behind `most` first faults of each policy,
    evenly over the order's life."""
    quiet()
    plans, wrong = 0, list[str]()
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        for policy in policies():
            scenario = quiet_world(*policy)
            firsts = list(singles(scenario))
            firsts = firsts if most is None else firsts[:: max(1, -(-len(firsts) // most))] if most else []
            for done, (count, found) in enumerate(pool.map(partial(wrong_pairs, scenario), firsts, chunksize=1), 1):
                plans, wrong = plans + count, wrong + found
                progress(done, len(firsts))
    return Exhausted(plans, tuple(wrong))
