"""Faults that the simulation found in the workflow, each with the seed that showed it, told again as a small world."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from sandbox.engine import Fault
from sandbox.erps.m3.seed import delivery, place
from shared.workflow.desk.unknown import adopt, declare_absent
from tests.simulation.test_single_faults_after_label import ORDER, a_world, head_of, lives_on
from tests.worlds import World

HOUR = timedelta(hours=1)


def a_shipped_order(hours: int) -> World:
    """A connection that has run for so many hours when its order comes in and is shipped."""
    world = a_world()
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
    world = a_world(index_lag=2 * HOUR, unknown="retry")
    world.ups.faults.append(Fault("ship", "reset_after"))
    lives_on(world, timedelta(minutes=10))
    pause(world, "paused")
    lives_on(world, timedelta(days=2))
    pause(world, "running")
    lives_on(world, HOUR)
    assert len(world.ups.ledger.of_order(ORDER)) == 1
    assert told(world) == "DONE "


ROCHESTER = place("Acme Plant", "480 Erie Blvd", "Rochester", "NY", "14604", phone="585-555-0100")


def a_label_of_the_former_address(strays: str = "report", *faults: Fault) -> World:
    """Its answer was lost and its look-up was in vain; the connection rests, and the ERP has another place by now."""
    world = a_world(index_lag=2 * HOUR, unknown="retry", strays=strays, void_window_days=3)
    world.ups.faults += faults
    world.ups.faults.append(Fault("ship", "reset_after"))
    lives_on(world, timedelta(minutes=10))
    pause(world, "paused")
    lives_on(world, timedelta(days=1))
    world.tenant.change_delivery(ORDER, "1", delivery(ROCHESTER))
    lives_on(world, timedelta(days=1))
    pause(world, "running")
    lives_on(world, timedelta(days=2))
    return world


def test_a_found_label_of_an_order_that_has_changed_since_is_not_taken_for_that_of_the_order_as_it_is() -> None:
    """Seed 14 on after, blind ground, order 4000009: the order was DONE with a label to its former address, and nobody
    was told."""
    world = a_label_of_the_former_address()
    assert told(world) == "HELD unknown"
    (old,) = world.ups.ledger.live_of_order(ORDER)
    problem = world.ports.orders.snapshot(key_of(world), 1).problem
    assert f"{old.shipment_id} (4 packages) may be of the order as it was" in problem
    old.void(old.tracking_numbers, world.clock.now())
    declare_absent(world.ports, key_of(world), "ann")
    lives_on(world, HOUR)
    assert told(world) == "DONE "
    (new,) = world.ups.ledger.live_of_order(ORDER)
    assert new.destination == ("14604", "US")


def test_a_person_may_take_the_found_label_all_the_same() -> None:
    world = a_label_of_the_former_address()
    (old,) = world.ups.ledger.live_of_order(ORDER)
    adopt(world.ports, key_of(world), old.shipment_id, "ann")
    lives_on(world, HOUR)
    assert told(world) == "DONE "
    assert world.ups.ledger.live_of_order(ORDER) == [old]


@pytest.mark.parametrize("faults", [(), (Fault("void", "throttled"),), (Fault("void", "reset_after"),)], ids=len)
def test_where_strays_are_voided_the_label_of_the_former_address_is_one(faults: tuple[Fault, ...]) -> None:
    world = a_label_of_the_former_address("void", *map(replace, faults))
    assert told(world) == "DONE "
    old, new = world.ups.ledger.of_order(ORDER)
    assert (old.live, new.live, new.destination) == (False, True, ("14604", "US"))
    assert [each.what for each in world.ports.orders.audit(key_of(world))].count("stray_voided") <= 1


@pytest.mark.parametrize(("strays", "end", "live"), [("report", "HELD unknown", 1), ("void", "DONE ", 1)])
def test_an_order_that_an_earlier_create_asked_for_otherwise_is_not_done_by_that_one(
    strays: str, end: str, live: int
) -> None:
    """The index sees the first shipment when the second create has had no answer; that one was never made."""
    world = a_world(index_lag=timedelta(minutes=30), unknown="retry", strays=strays)
    world.ups.faults += [Fault("ship", "reset_after"), Fault("ship", "reset_before")]
    lives_on(world, timedelta(minutes=10))
    world.tenant.change_delivery(ORDER, "1", delivery(ROCHESTER))
    lives_on(world, timedelta(days=2))
    assert told(world) == end
    assert len(world.ups.ledger.live_of_order(ORDER)) == live
    went = {each.destination[0] for each in world.ups.ledger.live_of_order(ORDER)}
    assert went == {"12207" if end == "HELD unknown" else "14604"}


def key_of(world: World) -> str:
    head = head_of(world)
    assert head
    return head.key


def test_an_order_that_a_pause_kept_from_its_next_try_is_not_held_at_the_first_failure_thereafter() -> None:
    """Seed 1, world 57, polled each third minute: throttled once before a pause of eight days and once after it, it
    was held as if it had been tried for all that time."""
    world = a_world()
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
