"""Hunts a defect: lives worlds of one campaign until the first one complains. Run in a tree that has the defect."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sandbox.simulation.campaign import ORDERS_OF_A_WORLD, live, plan_of, quiet
from sandbox.simulation.scenario import Scenario, drawn
from sandbox.simulation.scheduler import MINUTE

SEEDS = 40


def hunt(ground: Mapping[str, Any]) -> dict[str, Any]:
    """The first seed that catches, 0 for none, and what its world complains of first.

    `ground` has the share of faults, the first seed, the `grounds` of all worlds, and facts that all worlds have; `lag`
    and `late` in minutes.
    """
    first = ground.get("first", 1)
    for seed in range(first, first + SEEDS):
        says = complaint(ground, seed)
        if says:
            return {"seed": seed, "says": says}
    return {"seed": 0, "says": ""}


def complaint(ground: Mapping[str, Any], seed: int) -> str:
    """Return the first complaint of a seed's world; "" if all is well in it."""
    grounds = frozenset(ground["grounds"]) if "grounds" in ground else None
    scenario, faults = drawn(f"{seed}.0", ORDERS_OF_A_WORLD, "hold", "report", grounds), ground.get("faults", 0.1)
    lived = live(_on(ground, scenario), plan_of(seed, faults, 0))
    return str(lived.verdict.complaints[0]) if lived.verdict.complaints else ""


def _on(ground: Mapping[str, Any], scenario: Scenario) -> Scenario:
    facts = {name: value for name, value in ground.items() if name not in ("faults", "first", "grounds")}
    if "lag" in facts:
        facts["lag"] = timedelta(minutes=facts["lag"])
    if "late" in facts:
        facts["late"] *= MINUTE
    return replace(scenario, **facts)


if __name__ == "__main__":
    quiet()
    print(json.dumps(hunt(json.loads(sys.argv[1]))))
