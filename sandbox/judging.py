"""`make judge`: the demo's traffic, under the vendors' own hosts, held against contracts that others wrote."""

from __future__ import annotations

import importlib.util
import json
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.faces import Emulated
from sandbox.serve import ROOT, systems
from shared.http import rebase


class NoContracts(Exception):
    """The folder with the contracts is not there."""


@dataclass(frozen=True)
class Judged:
    """The requests of one operation, and what is wrong with them."""

    system: str
    operation: str
    requests: int
    skipped: int
    problems: tuple[str, ...]


def contracts() -> Path:
    """The folder of the contracts: PARCELBRIDGE_CONTRACTS, or ../shared beside the checkout. Raises NoContracts."""
    folder = Path(os.environ.get("PARCELBRIDGE_CONTRACTS") or ROOT.parent / "shared").resolve()
    if not (folder / "tools" / "judge.py").exists():
        raise NoContracts(f"no contracts in {folder}: set PARCELBRIDGE_CONTRACTS to the folder that has tools/judge.py")
    return folder


def judge_traffic(traffic: Path) -> list[Judged]:
    """Every recorded request, by system and operation. Only what the vendor's host would have got is judged."""
    judging, known = judges(contracts()), _systems()
    counts: Counter[tuple[str, str]] = Counter()
    skipped: Counter[tuple[str, str]] = Counter()
    problems: dict[tuple[str, str], list[str]] = {}
    for line in _lines(traffic):
        place = (line["system"], line["operation"])
        counts[place] += 1
        if line["operation"] == "unknown":
            skipped[place] += 1
            continue
        url = rebase(f"http://sandbox{line['url']}", known[line["system"]].vendor_url(line["operation"]))
        found = judging[line["system"]].check(line["method"], url, line["headers"], line["body"].encode())
        problems.setdefault(place, []).extend(found)
    return [
        Judged(*place, counts[place], skipped[place], tuple(dict.fromkeys(problems.get(place, ()))))
        for place in sorted(counts)
    ]


def missing(judged: list[Judged]) -> list[str]:
    """The operations that must have occurred in the demo and did not."""
    seen = {(each.system, each.operation) for each in judged}
    wanted = [(name, operation) for name, each in _systems().items() for operation in each.shown_in_the_demo()]
    return [f"{system} {operation}" for system, operation in wanted if (system, operation) not in seen]


def _systems() -> Mapping[str, Emulated]:
    """The demo's systems by the names that the traffic has."""
    return {each.name: each for each in systems()}


def _lines(traffic: Path) -> Iterator[Mapping[str, Any]]:
    with traffic.open() as file:
        yield from (json.loads(line) for line in file)


def judges(folder: Path) -> Mapping[str, Any]:
    """The judges of a folder of contracts, by system of the demo. Raises NoContracts."""
    known = {name: judge_named(folder, name, **system.described) for name, system in _systems().items()}
    return {name: judge for name, judge in known.items() if judge}


def judge_named(folder: Path, name: str, **described: Any) -> Any:
    """The judge of the system with this name in the record of the traffic, None where there is none. `described` is
    what the system says of itself."""
    plain = name.replace("-", "")
    module = _judges_of(folder, plain)
    classes = {each.lower(): getattr(module, each) for each in vars(module)}
    found = classes.get(f"{plain}judge")  # whatever its capitals: ShipStationJudge is that of shipstation
    return found(**described) if found else None


def _judges_of(folder: Path, name: str) -> Any:
    """The module with the judge of that name: one of its own, or the one for all."""
    own = folder / "tools" / f"judge_{name}.py"
    place = own if own.exists() else folder / "tools" / "judge.py"
    spec = importlib.util.spec_from_file_location(f"contract_{place.stem}", place)
    if spec is None or spec.loader is None:
        raise NoContracts(f"{place} cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
