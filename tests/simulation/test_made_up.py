"""The proof of the seam: a made-up ERP and a made-up carrier, a folder and a line each, in the simulation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from sandbox.simulation.campaign import policies
from sandbox.simulation.faults import NoFaults, RandomFaults
from sandbox.simulation.judging import judge
from sandbox.simulation.scenario import Scenario, drawn
from shared.domain.state import State
from tests.deep import deep, one_in
from tests.lives import lived
from tests.made_up import registered

PAIRS = [(erp, carrier) for erp in ("infor-m3", "burrow") for carrier in ("ups", "snail")]
PAIRS += [("ifs-cloud", "ups"), ("ifs-cloud", "shipstation"), ("infor-m3", "shipstation")]
PAIRS += [("syspro", "ups"), ("syspro", "shipstation"), ("oracle-fusion", "ups")]
ORDERS = 50


@pytest.fixture(autouse=True)
def with_the_made_up_ones() -> Iterator[None]:
    with registered():
        yield


@pytest.mark.parametrize(("erp", "carrier"), PAIRS)
def test_orders_of_every_pair_reach_done_without_faults(erp: str, carrier: str) -> None:
    world = lived(Scenario("made up", ORDERS, erp=erp, carrier=carrier), NoFaults())
    assert judge(world).complaints == ()
    ends = Counter(head.state for head in world.orders.every())
    assert ends[State.DONE] > ORDERS / 2
    assert len(world.ledger.live()) >= ends[State.DONE]


def test_every_session_that_was_begun_is_ended() -> None:
    """Burrow has few seats: a session that nobody ends keeps others out until it is forgotten."""
    world = lived(Scenario("seats", ORDERS, erp="burrow"), NoFaults())
    engine: Any = world.erp.engine
    assert engine.logons > ORDERS
    assert (engine.logoffs, engine.sessions) == (engine.logons, {})


@deep
@pytest.mark.parametrize(("erp", "carrier"), PAIRS)
def test_s28_under_faults_nothing_of_any_pair_is_duplicated_lost_or_stuck(erp: str, carrier: str) -> None:
    """Worlds as campaigns draw them, under each pair of policies; in `make test` each pair of systems under one."""
    for index in one_in(len(policies()), range(len(policies())), PAIRS.index((erp, carrier))):
        world_of_its_seed = drawn(f"3.{index}", ORDERS, *policies()[index])  # type: ignore[arg-type]
        scenario = replace(world_of_its_seed, erp=erp, carrier=carrier)
        world = lived(scenario, RandomFaults(0.1, scenario.seed))
        assert judge(world).complaints == ()
        assert any(head.state == State.DONE for head in world.orders.every())
        assert len(world.choke.struck) > 100
