"""A burst of orders at a carrier with a small budget of calls: all drain, none is lost, hardly a call is refused."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from sandbox.carriers.shipstation.face import ShipStation
from sandbox.faces import Line
from sandbox.simulation.campaign import quiet
from sandbox.simulation.faults import NoFaults
from sandbox.simulation.judging import judge, well
from sandbox.simulation.orders import DONE, Seeded, simple
from sandbox.simulation.people import arrive
from sandbox.simulation.scenario import Scenario
from sandbox.simulation.scheduler import MINUTE
from sandbox.simulation.world import World
from shared.domain.state import State
from tests.deep import deep, size

ORDERS = size(100, 1000)


@deep
def test_s56_a_burst_of_orders_drains_without_a_dead_letter_and_with_one_refused_call_in_a_hundred() -> None:
    """Of 1,000 orders in `make test-deep`."""
    quiet()
    burst = Scenario(
        "burst", ORDERS, spread=MINUTE, latest=0, labels_per_hour=5000, carrier="shipstation", lag=timedelta(minutes=1)
    )
    world = World(burst, NoFaults())
    assert isinstance(world.carrier, ShipStation)
    world.carrier.engine.recorded = []
    enter = simple(Line("VALVE-2IN", 2))
    world.seeded = [
        Seeded(str(4000001 + place), place * MINUTE // ORDERS, 0, enter, (DONE,)) for place in range(ORDERS)
    ]
    arrive(world)
    world.start()
    world.life(well)
    heads = world.heads()
    assert Counter(head.state for head in heads) == {State.DONE: ORDERS}
    assert [name for name, lane in world.lanes.items() if lane.dead_letters] == []
    assert len(world.ledger.live()) == ORDERS
    answered = Counter(each.status for each in world.carrier.engine.recorded)
    refused, asked = answered[429], answered.total()
    ended = max(head.updated_at for head in heads) - world.carrier.engine.recorded[0].at
    print(f"{asked} calls for {ORDERS} orders, {refused} answered 429; the last one after {ended}")
    assert asked >= 2 * ORDERS
    assert refused <= asked / 100
    assert ended < timedelta(hours=12)
    assert judge(world).complaints == ()
