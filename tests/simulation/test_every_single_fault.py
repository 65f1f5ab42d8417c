"""Every single fault at every call of one order's life in the simulation, under all policies."""

from __future__ import annotations

import pytest

from sandbox.simulation.campaign import policies
from sandbox.simulation.faults import KINDS, Kind
from sandbox.simulation.one_order import life, quiet_world, singles
from tests.deep import deep, one_in, size

AT_THE_CARRIER = {Kind.CRASH_AFTER, Kind.LOST_ANSWER, Kind.LATE_EFFECT}
"""Faults of the call that buys: whether the carrier did it is unknown."""
AT_ITS_RECORD = {Kind.CRASH_BEFORE, Kind.LATE_EFFECT}
"""Faults of the write behind it: the label is bought, and no record says so. A late effect may never come."""


SEEDS = ["one", "two", "three"]


@deep
@pytest.mark.parametrize("policy", policies())
@pytest.mark.parametrize("seed", SEEDS)
def test_g2_every_single_fault_of_one_orders_life_ends_as_declared(policy: tuple[str, str], seed: str) -> None:
    """Every place under every fault; in `make test` each of them in one of the three seeds."""
    scenario, lived = quiet_world(*policy, seed), 0
    wrong, held = [], set()
    for faults in one_in(len(SEEDS), singles(scenario), SEEDS.index(seed)):
        end = life(scenario, faults)
        lived += 1
        held |= {(place.call, kind) for place, kind in faults.items() if end.verdict.held}
        wrong += [f"{faults}: {each}" for each in end.verdict.complaints]
    assert wrong == []
    assert lived > size(20, 60) * len(KINDS)
    if policy[0] != "hold":
        assert not held
        return
    buys = min(call for call, _ in held)
    doubtful = {(buys, kind) for kind in AT_THE_CARRIER} | {(buys + 1, kind) for kind in AT_ITS_RECORD}
    assert held <= doubtful, "only a fault between intent and effect is for a person"
