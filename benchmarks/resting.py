"""`python -m benchmarks.resting`: what orders that rest cost the ERP: requests a poll, while nothing changes.

Half of the orders are held for a person, half wait for their ship date. The production workflow polls the emulated ERP
every ten minutes; what is counted is every request that the ERP received, tokens included.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sandbox.faces import Entered, Line
from sandbox.seed import add_master_data
from sandbox.silence import silent
from sandbox.simulation.by_hand import ByHand
from sandbox.simulation.scenario import KINDS, file_of
from shared.connection import parse
from shared.domain.state import State
from shared.workflow.intake.poll import poll

ORDERS, DAYS = 400, 3
EVERY = timedelta(minutes=10)
FIRST_NUMBER = 4000001
SECONDS = 300.0
"""The time that a poll has; here none of it passes."""
SHARE = 0.1
"""Requests a poll for each order that rests that are promised, beside the one for the list of changes."""


@dataclass(frozen=True)
class Resting:
    """Requests to the ERP of each poll, the first one first, while so many orders rested and nothing changed."""

    orders: int
    requests: tuple[int, ...]

    @property
    def promised(self) -> float:
        """Requests that a poll may take."""
        return 1 + SHARE * self.orders

    @property
    def mean(self) -> float:
        return sum(self.requests) / len(self.requests)

    @property
    def worst(self) -> int:
        return max(self.requests)

    def __str__(self) -> str:
        return (
            f"resting: orders={self.orders} polls={len(self.requests)} requests_a_poll={self.mean:.1f} "
            f"worst_poll={self.worst} promised={self.promised:g} each_order_a_poll={(self.mean - 1) / self.orders:.3f}"
        )


def resting(orders: int = ORDERS, days: int = DAYS) -> Resting:
    """Lives so many days with so many orders at rest. Raises RuntimeError when one of them does not rest."""
    world = _world(orders)
    counts, connection = [], world.connection.id
    for _ in range(days * timedelta(days=1) // EVERY):
        world.clock.advance(EVERY)
        before = len(world.erp.engine.recorded)
        poll(world.ports, connection, lambda: SECONDS)
        counts.append(len(world.erp.engine.recorded) - before)
    _check(world, orders)
    return Resting(orders, tuple(counts))


def _world(orders: int) -> ByHand:
    """Orders of a customer, each of them taken in and come to rest."""
    raw = {**file_of("infor-m3", "ups"), "ship_when": {"days_before_needed": 2}}
    world = ByHand(parse(raw, KINDS))
    world.start()
    add_master_data(world.erp)
    world.erp.add_item("NEW-1", "Gasket, new item")
    needed = (world.clock.now() + timedelta(days=60)).strftime("%Y%m%d")
    for number in range(orders):
        item = "NEW-1" if number % 2 else "BOLT-10"
        world.erp.add(Entered(str(FIRST_NUMBER + number), (Line(item, 2),), needed=needed))
    world.run(timedelta(hours=2), done=lambda it: sum(_rests(it).values()) == orders)
    _check(world, orders)
    return world


def _rests(world: ByHand) -> Counter[str]:
    waits = {(State.HELD, "weight"), (State.READY, "ship_date")}
    return Counter(head.reason for head in world.heads() if (head.state, head.reason) in waits)


def _check(world: ByHand, orders: int) -> None:
    found = _rests(world)
    if found != {"weight": orders // 2, "ship_date": orders - orders // 2}:
        raise RuntimeError(f"not all of them rest: {dict(found)} {world.failures}")


@silent()
def main(arguments: Sequence[str] | None = None) -> int:
    """0 when the promise is kept."""
    parser = argparse.ArgumentParser(prog="benchmarks.resting", description=__doc__)
    parser.add_argument("--orders", type=int, default=ORDERS)
    parser.add_argument("--days", type=int, default=DAYS)
    chosen = parser.parse_args(arguments)
    found = resting(chosen.orders, chosen.days)
    sys.stdout.write(f"{found}\n")
    return 0 if found.mean <= found.promised else 1


if __name__ == "__main__":
    sys.exit(main())
