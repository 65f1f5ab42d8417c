"""Oracle Fusion by its other doors under faults: orders that are told by a change order, which waits for its approval,
and shipments of sales orders."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from sandbox.erps.oracle.pod import Pod
from sandbox.simulation.campaign import policies, scenario_of
from sandbox.simulation.faults import NoFaults, RandomFaults
from sandbox.simulation.judging import judge
from sandbox.simulation.scenario import Scenario
from sandbox.systems import VARIANTS
from shared.domain.state import Reason, State
from tests.deep import deep, size
from tests.lives import lived

ORDERS = size(8, 50)
POLICIES = range(len(policies()))
DOORS = [each for each in VARIANTS if each.startswith("oracle-fusion/")]


@pytest.mark.parametrize("variant", DOORS)
def test_orders_by_every_door_reach_done_without_faults(variant: str) -> None:
    world = lived(Scenario("doors", ORDERS, erp=variant), NoFaults())
    assert judge(world).complaints == ()
    assert Counter(head.state for head in world.orders.every())[State.DONE] > ORDERS / 3


def test_rejected_change_orders_hold_their_orders_and_no_order_is_changed_twice() -> None:
    world = lived(Scenario("turned down", 3 * ORDERS, erp="oracle-fusion/changes"), NoFaults())
    pod: Pod = world.erp.pod  # type: ignore[attr-defined]
    assert judge(world).complaints == ()
    told = {head.document for head in world.orders.every() if head.reason == Reason.WRITE_BACK}
    assert told == pod.rejected != set()
    assert set(pod.submitted.values()) == {1}
    assert not {"joined", "removed", "bypassed"} & {fact for fact, _ in pod.facts}


@deep
@pytest.mark.parametrize("index", POLICIES)
@pytest.mark.parametrize("variant", DOORS)
def test_s28_under_faults_nothing_is_duplicated_lost_or_stuck_by_any_door(variant: str, index: int) -> None:
    """Worlds as campaigns draw them, under each pair of policies."""
    drawn = replace(scenario_of(3, ORDERS * len(POLICIES), index), erp=variant, orders=ORDERS)
    world = lived(drawn, RandomFaults(0.1, drawn.seed))
    assert judge(world).complaints == ()
    assert any(head.state == State.DONE for head in world.orders.every())
    assert len(world.choke.struck) > ORDERS
