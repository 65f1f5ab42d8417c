"""A simulated world that has been lived to its end."""

from __future__ import annotations

from sandbox.simulation.campaign import quiet
from sandbox.simulation.faults import Plan
from sandbox.simulation.judging import well
from sandbox.simulation.people import arrive
from sandbox.simulation.scenario import Scenario
from sandbox.simulation.world import World


def lived(scenario: Scenario, plan: Plan) -> World:
    quiet()
    world = World(scenario, plan)
    arrive(world)
    world.start()
    world.life(well)
    return world
