"""G8 and G14 on hard ground: a backlog of weeks, documents that fail for good, orders in doubt, and a file that changes
midway."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

import pytest

from sandbox.engine import Fault, FaultKind
from sandbox.faces import Entered, Line
from sandbox.seed import PLANT
from sandbox.simulation.draws import Draws
from sandbox.simulation.faults import Kind, NoFaults, Plan, RandomFaults
from sandbox.simulation.judging import IN_DOUBT, judge, well
from sandbox.simulation.orders import DONE, Seeded, simple
from sandbox.simulation.people import arrive
from sandbox.simulation.scenario import Scenario
from sandbox.simulation.scheduler import DAY, HOUR, MINUTE, SECOND
from sandbox.simulation.world import START, World
from tests.simulation.test_scenarios import scenario

pytestmark = pytest.mark.no_cover
BEHIND = timedelta(days=21)
HEAD = "PPS200MI.GetHead"
KINDS: tuple[FaultKind, ...] = ("error_before", "throttled", "reset_before", "empty")


class Backlogged(World):
    """The cut-over line lies three weeks back: what was entered since then is taken in."""

    def begin(self, line: datetime, now: datetime) -> None:
        super().begin(line - BEHIND, now)


class FaultyPolls(RandomFaults):
    """Polls die and fail; all else goes well."""

    def strikes(self, place: tuple[str, int], draws: Draws, time: int) -> Kind | None:
        return super().strikes(place, draws, time) if place[0].startswith("poll") else None


def backlog(count: int) -> list[Seeded]:
    """Orders that were entered up to 20 days before the first poll; every third goes to two places, so that its
    document is divided under a lease."""
    draws, found = Draws("backlog", count), list[Seeded]()
    for number in range(count):
        entered = -(MINUTE + draws.below(20 * DAY))
        two = number % 3 == 0
        lines = (Line("GAUGE-1", 1), Line("GAUGE-1", 1, to=PLANT)) if two else (Line("GAUGE-1", 2),)
        groups = 2 if two else 1
        found.append(Seeded(str(4000001 + number), entered, -entered, simple(*lines), (DONE,), groups))
    return found


def orders(count: int, first: int, begin: int, span: int) -> list[Seeded]:
    """Orders that ship, entered from `begin` on."""
    draws = Draws("orders", first)
    entered = sorted(begin + draws.below(span) for _ in range(count))
    add = simple(Line("VALVE-2IN", 2))
    return [
        Seeded(str(first + number), at, draws.below(120 * SECOND), add, (DONE,)) for number, at in enumerate(entered)
    ]


def lives(world: World, seeded: list[Seeded]) -> World:
    world.seeded = seeded
    arrive(world)
    world.start()
    world.life(well)
    return world


def complaints(world: World) -> list[str]:
    return [str(each) for each in judge(world).complaints]


def waited(world: World, seeded: list[Seeded]) -> Iterator[timedelta]:
    """From its commit until each order was taken in."""
    for each in seeded:
        known = min(head.created_at for head in world.heads_of(each.document))
        yield known - START - timedelta(microseconds=each.at + each.late)


def calm(seed: str, **facts: object) -> Scenario:
    return scenario(seed, busy=0, poll_every=10 * MINUTE, clerks=False, **facts)


@pytest.mark.parametrize(
    "plan", [NoFaults(), FaultyPolls(0.1, "polls"), RandomFaults(0.1, "all")], ids=["none", "polls", "all"]
)
def test_g8_a_backlog_of_20_days_is_taken_in_to_its_last_order_whatever_fails(plan: Plan) -> None:
    world = lives(Backlogged(calm("backlog"), plan), backlog(60))
    assert complaints(world) == []
    assert len(world.orders.every()) == 80
    assert bool(world.choke.struck) == (not isinstance(plan, NoFaults))


def poisoned(world: World, count: int) -> list[str]:
    """Documents whose every read fails, each kind in its turn; they were entered first."""
    found = [str(3999001 + number) for number in range(count)]
    for number, document in enumerate(found):
        world.erp.add(Entered(document, (Line("GAUGE-1", 1),)))
        world.erp.backdate(document, START)
        kind = KINDS[number % len(KINDS)]
        world.erp.engine.faults.append(Fault(HEAD, kind, times=-1, seconds=30, naming=document))
    return found


def applied(world: World) -> None:
    """A person applies a changed file."""
    changed = world.connection.model_copy(update={"void_window_days": 3})
    now = world.scheduler.now()
    world.connections.apply(changed, now, "ann", now)


@pytest.mark.parametrize("plan", [NoFaults(), FaultyPolls(0.01, "poison")], ids=["none", "polls"])
def test_g14_ten_documents_that_fail_for_good_keep_no_order_out_and_a_new_file_changes_nothing_of_it(
    plan: Plan,
) -> None:
    seeded = [*orders(30, 4000001, MINUTE, 2 * HOUR), *orders(30, 4000101, 24 * HOUR, 4 * HOUR)]
    world = World(calm("poison"), plan)
    bad = poisoned(world, 10)
    world.scheduler.at(25 * HOUR, partial(applied, world))
    lives(world, seeded)
    assert complaints(world) == []
    assert max(waited(world, seeded)) < timedelta(hours=1, minutes=30)
    kept = world.connections.open_documents(world.connection.id)
    assert {each.document for each in kept if each.tries} == set(bad)


def test_g14_350_orders_in_doubt_keep_no_new_order_out_and_a_new_file_changes_nothing_of_it() -> None:
    doubted = orders(350, 4000001, MINUTE, 10 * MINUTE)
    doubted = [Seeded(each.document, each.at, each.late, each.add, (IN_DOUBT,)) for each in doubted]
    new = orders(20, 4001001, 26 * HOUR, 4 * HOUR)
    world = World(calm("doubt"), NoFaults())
    world.carrier.engine.faults.append(Fault("ship", "reset_before", times=350))
    world.scheduler.at(23 * HOUR, partial(applied, world))
    lives(world, [*doubted, *new])
    assert complaints(world) == []
    assert max(waited(world, new)) < timedelta(hours=1)
