"""Whole orders as a release left them: the HEAD and every audit entry, one item a line, in a folder for each release.

`python -m tests.golden.histories` writes those of the version in pyproject.toml, once: of the lives in a campaign it
keeps the shortest ones that tell every kind of step. A history is never changed; a later release must go on reading it.
"""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from sandbox.simulation.campaign import live, plan_of, quiet, scenario_of
from sandbox.simulation.faults import Plan
from sandbox.simulation.scenario import Scenario
from sandbox.simulation.world import World
from shared.aws import items
from shared.aws.wire import to_wire
from shared.domain.record import AuditEntry, Head

FOLDER = Path(__file__).parent / "histories"
VERSION: str = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]["version"]
WORLDS = 400

Life = tuple[Head, list[AuditEntry]]


def lives() -> Iterator[Life]:
    """Every order of some worlds: the first ones, and those with changes after the label or with strays."""
    kept = list[World]()

    def world_of(scenario: Scenario, plan: Plan) -> World:
        kept.append(World(scenario, plan))
        return kept[-1]

    for index in range(WORLDS):
        scenario = scenario_of(1, WORLDS * 50, index)
        if scenario.after or scenario.blind or index < WORLDS // 10:
            live(scenario, plan_of(1, 0.1, index), world_of)
            orders = kept.pop().orders
            yield from ((head, orders.audit(head.key)) for head in orders.every())


def telling(found: list[Life]) -> list[Life]:
    """The shortest lives that together have every kind of step and of end."""
    chosen, told = list[Life](), set[tuple[str, str]]()
    for head, trail in sorted(found, key=lambda life: (len(life[1]), life[0].key)):
        tells = {(entry.what, "") for entry in trail} | {(str(head.state), head.reason)}
        if tells - told:
            chosen.append((head, trail))
            told |= tells
    return chosen


def lines_of(head: Head, trail: list[AuditEntry]) -> Iterator[str]:
    for item in (items.head_item(head), *(items.audit_item(head.key, entry) for entry in trail)):
        yield json.dumps(to_wire(item), sort_keys=True, ensure_ascii=False)


def write(folder: Path) -> int:
    """How many histories were written. Raises FileExistsError where the version has some already."""
    folder.mkdir(parents=True)
    count = 0
    for count, (head, trail) in enumerate(telling(list(lives())), 1):
        name = f"{count:02}-{head.state}-{head.reason or 'none'}.jsonl".lower()
        (folder / name).write_text("\n".join(lines_of(head, trail)) + "\n")
    return count


if __name__ == "__main__":
    quiet()
    try:
        print(f"{write(FOLDER / VERSION)} histories of {VERSION}")
    except FileExistsError:
        sys.exit(f"{FOLDER / VERSION} has histories already: raise the version in pyproject.toml first")
