"""What the simulation found in the workflow, each with the seed that showed it, told again as a small world."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sandbox.engine import Fault
from sandbox.faults import Choke
from sandbox.world import World
from tests.simulation.test_single_faults_after_label import ORDER, a_world, head_of, lives_on

HOUR = timedelta(hours=1)


def a_shipped_order(hours: int) -> World:
    """A connection that has run for so many hours when its order comes in and is shipped."""
    world = a_world(Choke())
    order = world.tenant.orders.pop(ORDER)
    lives_on(world, hours * HOUR)
    order.stamp = world.tenant.stamp()
    world.tenant.orders[ORDER] = order
    lives_on(world, HOUR)
    return world


def told(world: World) -> str:
    head = head_of(world)
    return f"{head.state} {head.reason}" if head else "nothing"


@pytest.mark.parametrize("shipped", range(1, 24, 4))
def test_an_order_that_is_closed_a_few_hours_after_its_label_is_told_whenever_the_re_scan_comes(shipped: int) -> None:
    """Seed 1, world 17: the daily re-scan read what had been shipped within a day of itself, so an order that was
    closed after the first re-scan behind its label was never read again."""
    world = a_shipped_order(shipped)
    assert told(world) == "DONE "
    lives_on(world, 12 * HOUR)
    world.tenant.cancel(ORDER)
    lives_on(world, 30 * HOUR)
    assert told(world) == "HELD cancelled"


def test_a_shipped_order_that_could_not_be_read_with_the_re_scan_is_read_by_the_next_poll() -> None:
    """Seed 2, world 187: one answer that was lost in the daily re-scan, and a closed order was never told."""
    world = a_shipped_order(1)
    lives_on(world, 20 * HOUR)
    world.tenant.cancel(ORDER)
    world.m3.faults.append(Fault("PPS200MI.GetHead", "reset_before"))
    lives_on(world, 8 * HOUR)
    assert world.m3.faults[0].times == 0
    assert told(world) == "HELD cancelled"


def test_what_rested_after_a_look_up_in_vain_is_looked_up_once_more_before_it_is_bought_again() -> None:
    """Seed 1, world 223: the answer was lost, the index lagged, the look-up found nothing, and the connection was
    paused for eight days; then a second label was bought, though the carrier had long shown the first."""
    world = a_world(Choke(), index_lag=2 * HOUR, unknown="retry")
    world.ups.faults.append(Fault("ship", "reset_after"))
    lives_on(world, timedelta(minutes=10))
    pause(world, "paused")
    lives_on(world, timedelta(days=2))
    pause(world, "running")
    lives_on(world, HOUR)
    assert len(world.ups.ledger.of_order(ORDER)) == 1
    assert told(world) == "DONE "


def test_an_order_that_a_pause_kept_from_its_next_try_is_not_held_at_the_first_failure_thereafter() -> None:
    """Seed 1, world 57, polled each third minute: throttled once before a pause of eight days and once after it, it
    was held as if it had been tried for all that time."""
    world = a_world(Choke())
    world.ups.faults.append(Fault("ship", "throttled", seconds=120))
    lives_on(world, timedelta(minutes=1))
    assert told(world) == "READY retry"
    pause(world, "paused")
    lives_on(world, timedelta(days=2))
    pause(world, "running")
    world.ups.faults.append(Fault("ship", "throttled", seconds=120))
    lives_on(world, HOUR)
    assert [each.times for each in world.ups.faults] == [0, 0]
    assert told(world) == "DONE "


def pause(world: World, status: str) -> None:
    world.connections.set_status(world.connection.id, status, "", "ann", world.clock.now())
