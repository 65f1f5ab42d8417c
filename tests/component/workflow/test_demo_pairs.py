"""The demo's other pairs of ERP and carrier, lived through in memory: every order ends as it was declared, and each
parcel is delivered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations
from pathlib import Path

import pytest

from sandbox import serve
from sandbox.judging import judge_named
from sandbox.memory import ManualClock
from sandbox.moving import pick_up
from sandbox.pairs import FEW, FIRST, METHODS, PAIRS, Pair, Plan, add_master_data
from sandbox.seed import Declared
from sandbox.serve import INDEX_LAG
from sandbox.simulation.by_hand import ByHand
from sandbox.systems import CARRIERS, ERPS
from sandbox.verdict import Ledgers, Verdict, as_declared, judge
from shared.workflow.desk.ship_again import propose, ship_again
from shared.workflow.desk.void import void
from tests.samples.local import local_connection

OTHERS = [pair for pair in PAIRS if pair is not FIRST]


@dataclass
class Lived:
    """A pair's orders after a driver has come; `before` is the verdict before."""

    pair: Pair
    world: ByHand
    before: Verdict

    @property
    def ledgers(self) -> Ledgers:
        carrier, erp = serve.carrier_ledger(self.world.carrier, None), serve.erp_ledger(self.world.erp)
        shipments: dict[str, list[dict[str, object]]] = {}
        for each in carrier["shipments"]:
            shipments.setdefault(each["order"], []).append(each)
        written = frozenset(write["document"] for write in erp["writes"])
        return Ledgers(shipments, erp["fields"], written, 1, erp["spoilt"], erp["overlooked"])

    def verdict(self, *travelled: str) -> Verdict:
        return judge(self.pair.declared(FEW), self.world.heads(), self.ledgers, travelled)


@pytest.fixture(scope="module", params=OTHERS, ids=lambda pair: pair.title)
def lived(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Lived:
    pair: Pair = request.param
    (name,) = pair.connections
    connection = local_connection(name, tmp_path_factory.mktemp("connections"))
    world = ByHand(connection, index_lag=INDEX_LAG, clock=ManualClock())
    add_master_data(world.erp)
    pair.enter(world.erp, FEW)
    world.begin(world.clock.now() - timedelta(days=1), world.clock.now())
    declared = pair.declared(FEW)
    _until(world, declared.until_voided())
    again = [head.key for head in world.heads() if head.document in declared.again]
    for key in again:
        void(world.ports, key, "ann")
    _until(world, declared.while_voided())
    for key in again:
        ship_again(world.ports, propose(world.ports, key), "ann")
    _until(world, declared)
    made = Lived(pair, world, before=None)  # type: ignore[arg-type]
    made.before = made.verdict()
    pick_up(world.carrier)

    def arrived(_: object) -> bool:
        world.carrier.advance()
        ledgers = made.ledgers
        untold = declared.untold
        live = [each for each in ledgers.shipments if ledgers.live(each)]
        return all(ledgers.arrived(each) and (each in untold or ledgers.delivered(each)) for each in live)

    world.run(timedelta(days=8), done=arrived)
    return made


def _until(world: ByHand, declared: Declared) -> None:
    world.run(timedelta(days=1), done=lambda w: as_declared(declared, w.heads()))


def test_every_order_of_each_pair_ends_as_declared(lived: Lived) -> None:
    assert lived.before.complaints == ()
    assert (lived.before.done, lived.before.delivered, lived.before.held) == (FEW - 1, 0, 1)


def test_s42_s45_its_parcels_arrive_and_the_erp_is_told(lived: Lived) -> None:
    verdict = lived.verdict(*lived.ledgers.shipments)
    assert verdict.complaints == ()
    told = 0 if lived.pair.untold else FEW - 1
    assert (verdict.done, verdict.delivered, verdict.held) == (FEW - 1, told, 1)
    assert (lived.world.failures, lived.world.dead_letters) == ([], [])


def test_s03_the_judges_of_both_vendors_accept_every_request(lived: Lived, contracts: Path) -> None:
    problems = []
    for system in (lived.world.erp, lived.world.carrier):
        judging = judge_named(contracts, system.name, **system.described)
        for each in system.engine.recorded:
            asked = each.request
            problems += judging.check(asked.method, asked.url, dict(asked.headers), asked.body)
    assert problems == []


def test_s39_the_advice_of_a_voided_label_is_cancelled_and_another_one_made(lived: Lived) -> None:
    asked = [each.operation for each in lived.world.erp.engine.recorded]
    assert asked.count("inboundShipments:cancelASN") == len(lived.pair.declared(FEW).again)


def test_all_eight_pairs_are_shown_and_no_two_share_an_order_or_a_connection() -> None:
    assert {(pair.erp, pair.carrier) for pair in PAIRS} == {(erp, carrier) for erp in ERPS for carrier in CARRIERS}
    assert set(METHODS) == set(CARRIERS)
    plan = Plan(60, FEW)
    assert len(plan.connections) == len(set(plan.connections)) == len(PAIRS) + 1
    assert len({pair.title for pair in PAIRS}) == len(PAIRS)
    assert len(plan.declared.ends) == 60 + FEW * len(OTHERS)
    for one, other in combinations(PAIRS, 2):
        assert not set(one.declared(60).ends) & set(other.declared(60).ends)


def test_without_the_others_the_first_pair_is_alone() -> None:
    plan = Plan(10)
    assert plan.pairs == (FIRST,)
    assert plan.connections == FIRST.connections
    assert len(plan.declared.ends) == 10
