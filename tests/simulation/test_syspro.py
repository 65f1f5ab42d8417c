"""SYSPRO by its other sources, and by the feed, under faults: sales orders, invoices, a supplier's purchase orders."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from sandbox.simulation.campaign import policies, scenario_of
from sandbox.simulation.faults import NoFaults, RandomFaults
from sandbox.simulation.judging import judge
from sandbox.simulation.scenario import Scenario
from sandbox.systems import VARIANTS
from shared.domain.state import State
from tests.deep import deep, size
from tests.lives import lived

ORDERS = size(8, 50)
POLICIES = range(len(policies()))
WAYS = [each for each in VARIANTS if each.startswith("syspro/")]


@pytest.mark.parametrize("way", WAYS)
def test_s08_documents_of_every_source_reach_done_without_faults(way: str) -> None:
    world = lived(Scenario("sources", ORDERS, erp=way), NoFaults())
    assert judge(world).complaints == ()
    assert Counter(head.state for head in world.orders.every())[State.DONE] > ORDERS / 2


@deep
@pytest.mark.parametrize("index", POLICIES)
@pytest.mark.parametrize("way", WAYS)
def test_s28_under_faults_nothing_is_duplicated_lost_or_stuck_by_any_source(way: str, index: int) -> None:
    """Worlds as campaigns draw them, under each pair of policies."""
    drawn = replace(scenario_of(3, ORDERS * len(POLICIES), index), erp=way, orders=ORDERS)
    world = lived(drawn, RandomFaults(0.1, drawn.seed))
    assert judge(world).complaints == ()
    assert any(head.state == State.DONE for head in world.orders.every())
    assert len(world.choke.struck) > ORDERS
