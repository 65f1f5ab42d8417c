"""Hunts a defect: lives worlds of one campaign until the first one complains. Run in a tree that has the defect."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sandbox.simulation.campaign import ORDERS_OF_A_WORLD, live, plan_of, quiet, scenario_of
from sandbox.simulation.scenario import Scenario
from sandbox.simulation.scheduler import MINUTE

SEEDS = 40


def hunt(ground: dict[str, Any], seeds: int = SEEDS) -> dict[str, Any]:
    """The first seed that catches, 0 for none, what its world complains of first, and the CPU seconds up to it.

    `ground` has the share of faults, and facts that all worlds have; `lag` and `late` in minutes.
    """
    faults, seconds = ground.pop("faults", 0.1), 0.0
    for seed in range(1, seeds + 1):
        lived = live(_on(ground, scenario_of(seed, ORDERS_OF_A_WORLD, 0)), plan_of(seed, faults, 0))
        seconds += lived.seconds
        if lived.verdict.complaints:
            return {"seed": seed, "says": str(lived.verdict.complaints[0]), "seconds": round(seconds, 1)}
    return {"seed": 0, "says": "", "seconds": round(seconds, 1)}


def _on(ground: dict[str, Any], scenario: Scenario) -> Scenario:
    facts = dict(ground)
    if "lag" in facts:
        facts["lag"] = timedelta(minutes=facts["lag"])
    if "late" in facts:
        facts["late"] *= MINUTE
    return replace(scenario, **facts)


if __name__ == "__main__":
    quiet()
    print(json.dumps(hunt(json.loads(sys.argv[1]), *map(int, sys.argv[2:]))))
