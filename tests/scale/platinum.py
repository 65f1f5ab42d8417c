"""Platinum: it is proven, by judges and books that are not its own."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

from sandbox.judging import NoContracts, contracts, judge_named, uncontracted
from sandbox.simulation.campaign import quiet
from sandbox.simulation.faults import NoFaults, Plan, RandomFaults
from sandbox.simulation.judging import judge, well
from sandbox.simulation.people import arrive
from sandbox.simulation.scenario import Scenario
from sandbox.simulation.world import World
from shared.domain.state import State
from shared.url import rebase
from tests.scale.bronze import pair
from tests.scale.connectors import Connector
from tests.scale.rules import rule
from tests.scale.trial import Trial, operations_of, outcome

MOST_FILES, MOST_LINES, LONGEST_MODULE = 12, 1_000, 250
ORDERS = 12


class Unseen(Exception):
    """A rule cannot be looked at here: what it needs is not on this machine."""


@rule("platinum")
def requests_judged(connector: Connector) -> Iterator[str]:
    """Every request of every operation is accepted by a judge of the vendor's own contract, which others wrote."""
    try:
        folder = contracts()
    except NoContracts as missing:
        raise Unseen(str(missing)) from None
    emulated = Trial(connector).bench.system
    checker = judge_named(folder, emulated.name, **emulated.described)
    if checker is None:
        yield f"the contracts have no judge of {emulated.name}"
        return
    accepted = True
    for name in Trial(connector).operations:
        trial = Trial(connector)
        outcome(trial.operations[name])
        for request, _, _ in trial.wire.sent:
            operation = trial.bench.system.engine.operation(request)
            url = rebase(request.url, emulated.vendor_url(operation))
            check = uncontracted if operation in emulated.uncontracted else checker.check
            for problem in check(request.method, url, dict(request.headers), request.body):
                accepted = False
                yield f"{name}: {request.method} {url}: {problem}"
    if accepted:
        operations_of(connector)  # what does not succeed at all has not sent everything


@rule("platinum")
def size(connector: Connector) -> Iterator[str]:
    """A reader gets through it: a carrier has at most 12 files and 1,000 lines, and no module has more than 250."""
    lines = {path: len(path.read_text().splitlines()) for path in connector.modules()}
    yield from (f"{path.name}: {count} lines" for path, count in lines.items() if count > LONGEST_MODULE)
    if connector.side == "carrier" and len(lines) > MOST_FILES:
        yield f"{len(lines)} files, not {MOST_FILES}"
    if connector.side == "carrier" and sum(lines.values()) > MOST_LINES:
        yield f"{sum(lines.values())} lines, not {MOST_LINES}"


@rule("platinum")
def orders_reach_done(connector: Connector) -> Iterator[str]:
    """In the simulation its orders reach DONE, with faults and without; by the books of both systems nothing is
    duplicated, lost or stuck."""
    erp, carrier = pair(connector)
    for seed, plan in (("scale", NoFaults()), ("scale, faults", RandomFaults(0.1, "scale"))):
        world = _lived(Scenario(seed, ORDERS, erp=erp, carrier=carrier), plan)
        yield from (f"{seed}: {complaint}" for complaint in judge(world).complaints)
        done = [head for head in world.orders.every() if head.state == State.DONE]
        if len(done) < ORDERS / 2:
            yield f"{seed}: {len(done)} of {ORDERS} orders are done"


def _lived(scenario: Scenario, plan: Plan) -> Any:
    """The world at its end. Logs are off meanwhile, and for nobody else."""
    disabled = logging.root.manager.disable
    quiet()
    try:
        world = World(scenario, plan)
        arrive(world)
        world.start()
        world.life(well)
    finally:
        logging.disable(disabled)
    return world
