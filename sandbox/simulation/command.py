"""`python -m sandbox simulate`: a campaign, its last line, and what went wrong in the first world that did."""

from __future__ import annotations

import sys
from functools import partial

from sandbox.simulation.campaign import ORDERS_OF_A_WORLD, campaign, live, plan_of, quiet, scenario_of
from sandbox.simulation.faults import RandomFaults
from sandbox.simulation.one_order import every_pair
from sandbox.simulation.reached import missed
from sandbox.simulation.shrink import shrunk

SHOWN = 40


def simulate(orders: int, seed: int, faults: float, processes: int, first: int = 0) -> bool:
    """Simulate from world `first` on to the end, and tell if nothing was duplicated, lost, stuck or unexpected, and a
    long campaign under faults reached all that it has to (reached.py)."""
    asked = f"--orders {orders} --seed {seed} --faults {faults}"
    tally = campaign(seed, orders, faults, processes, partial(_progress, asked), first)
    left = orders - first * ORDERS_OF_A_WORLD - tally.orders
    if left:
        print(f"stopped with {left} orders left; {_on(asked, first + tally.orders // ORDERS_OF_A_WORLD)}")
    for index in tally.failed[:1]:
        explain(seed, orders, faults, index)
    unreached = missed(tally.reached, tally.orders) if faults else []
    for each in unreached:
        print(f"never reached: {each}")
    print(f"held for strays that are told, and not voided: {tally.strays}")
    print(f"trace {tally.trace}")
    print(tally)
    return not (left or unreached or any(tally.counts.values()))


def explain(seed: int, orders: int, faults: float, index: int) -> None:
    """The complaints of one world, and the shortest plan of faults that still gives one of their kinds."""
    quiet()
    scenario, plan = scenario_of(seed, orders, index), plan_of(seed, faults, index)
    lived = live(scenario, plan)
    print(f"world {index} of seed {seed}: {scenario}")
    for complaint in lived.verdict.complaints:
        print(f"  {complaint}")
    if isinstance(plan, RandomFaults) and lived.verdict.complaints:
        least = shrunk(scenario, lived)
        print(f"a shortest failing plan has {len(least.faults)} of its {len(lived.faults)} faults:")
        for fault in least.faults[:SHOWN]:
            print(f"  {fault}")
        for complaint in least.verdict.complaints:
            print(f"  gives {complaint}")


def every_pair_of_faults(processes: int, most: int | None) -> bool:
    """Tell if no pair of faults in one order's life goes wrong; behind `most` first faults of each policy, None for
    all."""
    found = every_pair(processes, most, _pairs)
    for each in found.wrong[:20]:
        print(f"  {each}")
    print(f"pairs of faults: lived={found.plans} wrong={len(found.wrong)}")
    return not found.wrong


def _on(asked: str, world: int) -> str:
    return f"python -m sandbox simulate-deep {asked} --pairs 0 --first-world {world} goes on from here"


def _progress(asked: str, worlds: int, well: bool) -> None:
    """A line in a terminal; in a log one now and then, with what resumes the run. A world that went wrong at once."""
    if not well:
        print(f"a world went wrong: python -m sandbox simulate {asked} --world {worlds - 1} tells it", file=sys.stderr)
    if sys.stderr.isatty():
        print(f"{worlds} worlds", end="\r", file=sys.stderr)
    elif worlds % 1000 == 0:
        print(f"{worlds} worlds; {_on(asked, worlds)}", file=sys.stderr)


def _pairs(done: int, of: int) -> None:
    if sys.stderr.isatty() or done == of:
        print(f"pairs: {done} of {of} first faults", end="\r" if sys.stderr.isatty() else "\n", file=sys.stderr)
