"""The demo's other pairs of ERP and carrier, lived through in memory: every order ends as it was declared, and each
parcel is delivered."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from sandbox import serve
from sandbox.memory import ManualClock
from sandbox.moving import pick_up
from sandbox.pairs import FEW, FIRST, PAIRS, Pair, add_master_data
from sandbox.serve import INDEX_LAG
from sandbox.simulation.by_hand import ByHand
from sandbox.verdict import Ledgers, Verdict, as_declared, judge
from tests.samples.local import local_connection

OTHERS = [pair for pair in PAIRS if pair is not FIRST]


def begun(pair: Pair, folder: Path, orders: int) -> ByHand:
    """The pair's orders as they ended, before a driver comes."""
    (name,) = pair.connections
    world = ByHand(local_connection(name, folder), index_lag=INDEX_LAG, clock=ManualClock())
    add_master_data(world.erp)
    pair.enter(world.erp, orders)
    world.begin(world.clock.now() - timedelta(days=1), world.clock.now())
    world.run(timedelta(days=1), done=lambda w: as_declared(pair.declared(orders), w.heads()))
    return world


def ledgers_of(world: ByHand) -> Ledgers:
    carrier, erp = serve.carrier_ledger(world.carrier, None), serve.erp_ledger(world.erp)
    shipments: dict[str, list[dict[str, object]]] = {}
    for each in carrier["shipments"]:
        shipments.setdefault(each["order"], []).append(each)
    written = frozenset(write["document"] for write in erp["writes"])
    return Ledgers(shipments, erp["fields"], written, 1, erp["spoilt"], erp["overlooked"])


def verdict_of(world: ByHand, pair: Pair, orders: int, *travelled: str) -> Verdict:
    return judge(pair.declared(orders), world.heads(), ledgers_of(world), travelled)


@pytest.mark.parametrize("pair", OTHERS, ids=lambda pair: pair.title)
def test_every_order_of_each_pair_ends_as_declared_and_arrives(pair: Pair, tmp_path: Path) -> None:
    world = begun(pair, tmp_path, FEW)
    assert verdict_of(world, pair, FEW).complaints == ()
    assert pick_up(world.carrier)
    live = list(ledgers_of(world).shipments)

    def arrived(_: object) -> bool:
        world.carrier.advance()
        ledgers = ledgers_of(world)
        return all(map(ledgers.delivered, live))

    world.run(timedelta(days=8), done=arrived)
    verdict = verdict_of(world, pair, FEW, *live)
    assert verdict.complaints == ()
    assert (verdict.done, verdict.delivered, verdict.held) == (FEW - 1, FEW - 1, 1)
    assert (world.failures, world.dead_letters) == ([], [])
