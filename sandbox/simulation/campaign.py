"""Many worlds, on all cores: what became of their orders in numbers, and the first world that went wrong."""

from __future__ import annotations

import gc
import hashlib
import logging
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from multiprocessing import get_context

from sandbox.simulation.faults import NoFaults, Place, Plan, RandomFaults, Struck
from sandbox.simulation.judging import judge, well
from sandbox.simulation.people import arrive
from sandbox.simulation.reached import reached
from sandbox.simulation.scenario import Scenario, drawn, grounds_of
from sandbox.simulation.verdict import Verdict
from sandbox.simulation.world import World
from shared.connection import NOT_BUILT

ORDERS_OF_A_WORLD = 50


def policies() -> tuple[tuple[str, str], ...]:
    """Every pair of policies, `unknown` and `strays`, that this version builds."""
    refused = {word for entry in NOT_BUILT if entry.path == "strays" for word in entry.words}
    return tuple(product(("hold", "retry"), (each for each in ("report", "void") if each not in refused)))


@dataclass(frozen=True)
class Lived:
    """One world's end. `trace` is the hash of all that happened in it, `faults` what struck of its `exposed` calls,
    `places` the calls (for worlds of one order only), `reached` is what it came to (reached.py)."""

    scenario: Scenario
    verdict: Verdict
    ios: int
    exposed: int
    faults: tuple[Struck, ...]
    places: tuple[Place, ...]
    trace: str
    seconds: float
    reached: frozenset[str]


def live(scenario: Scenario, plan: Plan, world_of: Callable[[Scenario, Plan], World] = World) -> Lived:
    """Lives one world to its end."""
    began = time.process_time()
    world = world_of(scenario, plan)
    try:
        arrive(world)
        world.start()
        world.life(well)
        verdict = judge(world)
        faults, places = tuple(world.choke.struck), tuple(world.choke.places or ())
        seconds = time.process_time() - began
        calls, exposed = world.choke.calls, world.choke.exposed
        return Lived(scenario, verdict, calls, exposed, faults, places, _hash_of(world), seconds, reached(world))
    finally:
        world.close()


def _hash_of(world: World) -> str:
    """Of every call in its order and time, and of what stands in the end at the carrier and in the ERP."""
    told = hashlib.blake2b("\n".join(world.choke.trace).encode(), digest_size=12)
    for shipment in world.ledger.shipments:
        told.update(f"{shipment.shipment_id} {shipment.created_at} {shipment.references}\n".encode())
    for write in world.erp.written():
        told.update(f"{write.at} {write.document} {write.field} {write.new}\n".encode())
    for head in world.orders.every():
        told.update(f"{head.key} {head.version} {head.state} {head.reason} {head.updated_at}\n".encode())
    return told.hexdigest()


@dataclass(frozen=True)
class Tally:
    """A campaign in numbers. `exposed` are the calls that were made while faults went on; `failed` are the worlds with
    complaints, the first ones first. `strays` are the orders that wait for a person with a second shipment, as
    `strays: report` has it: they are told, and not duplicated. `reached` is what the worlds came to (reached.py)."""

    seed: int
    orders: int
    ios: int
    exposed: int
    faults: int
    counts: dict[str, int]
    held: int
    seconds: float
    trace: str
    failed: tuple[int, ...]
    strays: int = 0
    reached: frozenset[str] = frozenset()

    def with_part(self, part: Tally, failed: tuple[int, ...]) -> Tally:
        """Both together; the trace is not theirs to tell."""
        return replace(
            self,
            orders=self.orders + part.orders,
            ios=self.ios + part.ios,
            exposed=self.exposed + part.exposed,
            faults=self.faults + part.faults,
            counts={kind: count + part.counts[kind] for kind, count in self.counts.items()},
            held=self.held + part.held,
            seconds=self.seconds + part.seconds,
            failed=self.failed + failed,
            strays=self.strays + part.strays,
            reached=self.reached | part.reached,
        )

    def __str__(self) -> str:
        counts = self.counts
        return (
            f"simulate: seed={self.seed} orders={self.orders} ios={self.ios} faults={self.faults} "
            f"share={self.faults / max(self.exposed, 1):.3f} "
            f"duplicated={counts['duplicated']} lost={counts['lost']} stuck={counts['stuck']} held={self.held} "
            f"unexpected={counts['unexpected']} orders_per_s={self.orders / max(self.seconds, 0.001):.0f}"
        )


NOTHING_YET = Tally(0, 0, 0, 0, 0, dict.fromkeys(("duplicated", "lost", "stuck", "unexpected"), 0), 0, 0.0, "", ())


def scenario_of(seed: int, orders: int, index: int) -> Scenario:
    """The world of that number in a campaign."""
    unknown, strays = policies()[index % len(policies())]
    count = min(ORDERS_OF_A_WORLD, orders - index * ORDERS_OF_A_WORLD)
    return drawn(f"{seed}.{index}", count, unknown, strays, grounds_of(index))  # type: ignore[arg-type]


def plan_of(seed: int, faults: float, index: int) -> Plan:
    return RandomFaults(faults, f"{seed}.{index}") if faults else NoFaults()


def campaign(
    seed: int, orders: int, faults: float, processes: int, progress: Callable[[int, bool], None], first: int = 0
) -> Tally:
    """Lives as many worlds as the orders need, from world `first` on. Their seeds follow from the campaign's.

    `progress` hears after each world how many were lived, and whether all was well in it. Stopped by Ctrl-C, it tells
    of the worlds up to then."""
    worlds = range(first, -(-orders // ORDERS_OF_A_WORLD))
    one = partial(_one, seed, orders, faults)
    total, trace = NOTHING_YET, hashlib.blake2b(digest_size=12)
    with suppress(KeyboardInterrupt):
        for index, part in zip(worlds, _each(one, worlds, processes), strict=True):
            trace.update(part.trace.encode())
            well = not any(part.counts.values())
            total = total.with_part(part, () if well else (index,))
            progress(index + 1, well)
    return replace(total, seed=seed, trace=trace.hexdigest())


def _one(seed: int, orders: int, faults: float, index: int) -> Tally:
    quiet()
    lived = live(scenario_of(seed, orders, index), plan_of(seed, faults, index))
    verdict = lived.verdict
    return Tally(
        seed, lived.scenario.orders, lived.ios, lived.exposed, len(lived.faults), dict(verdict.kinds), verdict.held,
        lived.seconds, lived.trace, (), verdict.strays, lived.reached,
    )  # fmt: skip


def _each(one: Callable[[int], Tally], worlds: Sequence[int], processes: int) -> Iterator[Tally]:
    if processes <= 1:
        yield from map(one, worlds)
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=_unstopped) as pool:
        try:
            yield from pool.map(one, worlds)
        finally:
            pool.shutdown(cancel_futures=True)


def _unstopped() -> None:
    """Ctrl-C reaches every process of a terminal: the campaign itself ends its workers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def quiet() -> None:
    """A million orders' logs are nobody's to read; their trace is kept instead. Garbage is collected between worlds."""
    logging.disable(logging.CRITICAL)
    gc.collect()
    gc.freeze()
