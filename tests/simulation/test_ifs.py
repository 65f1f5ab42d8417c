"""IFS Cloud on hard ground: polls that die over pages that shift, and users who edit what is being written."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sandbox.erps.m3.seed import Line
from sandbox.simulation.campaign import quiet
from sandbox.simulation.draws import Draws
from sandbox.simulation.faults import NoFaults, Plan, RandomFaults
from sandbox.simulation.judging import judge, well
from sandbox.simulation.orders import DONE, Seeded, simple
from sandbox.simulation.people import arrive
from sandbox.simulation.scenario import Scenario
from sandbox.simulation.scheduler import HOUR, MINUTE, SECOND
from sandbox.simulation.stories import STORIES
from sandbox.simulation.world import World
from shared.domain.state import State
from shared.http import Request, Response
from shared.workflow.orders.standing import VOIDED
from tests.simulation.test_scenarios import DyingPolls

BLINK = 300_000
"""Microseconds between two edits of one second."""


def world_of(seeded: list[Seeded], plan: Plan, **facts: Any) -> World:
    """A world of IFS with these orders, and nothing special in it but `facts`."""
    world = World(Scenario("ifs", len(seeded), erp="ifs-cloud", busy=0, poll_every=10 * MINUTE, **facts), plan)
    world.seeded = seeded
    return world


def lived(world: World) -> World:
    quiet()
    arrive(world)
    world.start()
    world.life(well)
    return world


def orders(count: int, *, edited: int = 0) -> list[Seeded]:
    """Shipments that go, committed up to two minutes late; every `edited`th is stored again twice within a second."""
    draws, made = Draws("ifs", count), []
    for number in range(count):
        at, late = draws.below(HOUR), draws.below(120 * SECOND)
        touched = at + late + draws.below(HOUR)
        edits = (touched, touched + BLINK) if edited and number % edited == 0 else ()
        add = simple(Line("VALVE-2IN", 2))
        made.append(Seeded(str(4000001 + number), at, late, add, (DONE,), edits=edits))
    return made


def test_s05_g8_clocks_commits_edits_of_one_second_and_shifting_pages_lose_and_double_no_shipment() -> None:
    world = world_of(orders(100, edited=4), DyingPolls())
    engine: Any = world.erp.engine
    engine.manners.largest_page, engine.manners.next_link = 20, "present"
    lived(world)
    assert judge(world).complaints == ()
    assert len(world.ledger.shipments) == 100
    assert world.choke.struck


def test_a_label_that_is_voided_after_its_shipment_was_cancelled_is_at_its_end() -> None:
    """The number stays on the cancelled shipment, which takes nothing any more."""
    story = STORIES["closed, voided"]
    (order,) = orders(1)
    world = lived(world_of([replace(order, story="closed, voided", ends=story.ends, slack=story.slack)], NoFaults()))
    assert [(head.state, head.reason) for head in world.orders.every()] == [(State.CANCELLED, VOIDED)]
    assert world.ledger.live() == []


def test_s33_g4_an_edit_between_reading_and_writing_is_never_overwritten_nor_does_it_stop_the_number() -> None:
    """Somebody notes something on one shipment in ten at that moment: twice the share of the figure."""
    world = world_of(orders(60), RandomFaults(0.1, "g4"))
    send, draws, met = world.outside.send, Draws("g4"), list[str]()

    def between(request: Request, **options: Any) -> Response:
        if request.method == "PATCH" and draws.below(10) == 0:
            document = request.url.rpartition("ShipmentId=")[2].rstrip(")")
            world.erp.write_beside(document, "user")
            met.append(document)
        return send(request, **options)

    outside = type("Edited", (), {"send": staticmethod(between)})()
    world.pool.transport(outside, world.outside.manners(world.scenario.late))
    lived(world)
    engine: Any = world.erp.engine
    assert judge(world).complaints == ()
    assert engine.writer.conflicts > 3
    assert [world.erp.spoilt(document) for document in met] == [{}] * len(met)
