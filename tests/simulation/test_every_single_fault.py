"""Every single fault at every call of one order's life in the simulation, under all policies."""

from __future__ import annotations

import pytest

from sandbox.simulation.campaign import policies
from sandbox.simulation.faults import KINDS
from sandbox.simulation.one_order import life, quiet_world, singles


@pytest.mark.parametrize("policy", policies())
@pytest.mark.parametrize("seed", ["one", "two", "three"])
def test_g2_every_single_fault_of_one_orders_life_ends_as_declared(policy: tuple[str, str], seed: str) -> None:
    scenario, lived, held = quiet_world(*policy, seed), 0, 0
    wrong = []
    for faults in singles(scenario):
        end = life(scenario, faults)
        lived, held = lived + 1, held + end.verdict.held
        wrong += [f"{faults}: {each}" for each in end.verdict.complaints]
    assert wrong == []
    assert lived > 60 * len(KINDS)
    assert held <= (4 if policy[0] == "hold" else 0), "only a fault between intent and effect is for a person"
