"""Every single fault at every call of one order's life in the simulation, under all policies."""

from __future__ import annotations

import pytest

from sandbox.simulation.campaign import policies
from sandbox.simulation.faults import KINDS, Kind
from sandbox.simulation.one_order import life, quiet_world, singles
from tests.deep import deep, one_in

AT_THE_CARRIER = {Kind.CRASH_AFTER, Kind.LOST_ANSWER, Kind.LATE_EFFECT}
"""Faults of the call that buys: whether the carrier did it is unknown."""
AT_ITS_RECORD = {Kind.CRASH_BEFORE, Kind.LATE_EFFECT}
"""Faults of the write behind it: the label is bought, and no record says so. A late effect may never come."""


SEEDS = ("one", "two", "three")
LIVES = [(seed, p) for n, p in enumerate(policies()) for seed in one_in(len(SEEDS), SEEDS, n)]
"""Every policy; the seed, which draws how a fault looks, is another one for each of them in `make test`."""


@deep
@pytest.mark.parametrize(("seed", "policy"), LIVES)
def test_g2_every_single_fault_of_one_orders_life_ends_as_declared(seed: str, policy: tuple[str, str]) -> None:
    scenario, lived = quiet_world(*policy, seed), 0
    wrong, held = [], set()
    for faults in singles(scenario):
        end = life(scenario, faults)
        lived += 1
        held |= {(place.call, kind) for place, kind in faults.items() if end.verdict.held}
        wrong += [f"{faults}: {each}" for each in end.verdict.complaints]
    assert wrong == []
    assert lived > 60 * len(KINDS)
    if policy[0] != "hold":
        assert not held
        return
    buys = min(call for call, _ in held)
    doubtful = {(buys, kind) for kind in AT_THE_CARRIER} | {(buys + 1, kind) for kind in AT_ITS_RECORD}
    assert held <= doubtful, "only a fault between intent and effect is for a person"
