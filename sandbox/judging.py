"""`make judge`: the demo's traffic, under the vendors' own hosts, held against contracts that others wrote."""

from __future__ import annotations

import importlib.util
import json
import os
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from sandbox.faces import Emulated
from sandbox.serve import ROOT, systems
from shared.url import rebase

CREDENTIALS = frozenset({"authorization", "api-key", "cookie"})
"""Headers that hold one, in lower case."""


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
    folder, known = contracts(), _systems()
    judging = judges(folder)
    runs = {name: run for name, judge in judging.items() if (run := run_named(folder, name, judge))}
    counts: Counter[tuple[str, str]] = Counter()
    skipped: Counter[tuple[str, str]] = Counter()
    problems: dict[tuple[str, str], list[str]] = {}
    last: dict[str, tuple[str, str]] = {}
    for line in _lines(traffic):
        place = (line["system"], line["operation"])
        last[line["system"]] = place
        counts[place] += 1
        if line["operation"] == "unknown":
            skipped[place] += 1
            continue
        system = known[line["system"]]
        url = rebase(f"http://sandbox{line['url']}", system.vendor_url(line["operation"]))
        asked = (line["method"], url, line["headers"], line["body"].encode())
        if line["operation"] in system.uncontracted:
            found = uncontracted(*asked)
        elif run := runs.get(line["system"]):
            found = run.see(*asked, line["answer"])
        else:
            found = judging[line["system"]].check(*asked)
        problems.setdefault(place, []).extend(found)
    for name, place in last.items():
        problems.setdefault(place, []).extend(_left_over(runs.get(name)))
    return [
        Judged(*place, counts[place], skipped[place], tuple(dict.fromkeys(problems.get(place, ()))))
        for place in sorted(counts)
    ]


def _left_over(run: Any) -> list[str]:
    """Problems that only the end of a run shows; they are told of its last call."""
    return [each for each in run.finish() if each not in run.problems] if run else []


def uncontracted(method: str, url: str, headers: Mapping[str, str], body: bytes) -> list[str]:
    """The problems of a request that no contract describes: it may only read, and gives no credential away."""
    told = [name for name in headers if name.lower() in CREDENTIALS]
    reads = method == "GET" and not body
    return [] if reads and not told else [f"{method} {url} is in no contract, and has {', '.join(told) or 'a body'}"]


def vendors(judged: Sequence[Judged]) -> Iterator[str]:
    """A line for each vendor, then one for all."""
    for name, each in groupby(judged, key=lambda each: each.system):
        yield _counted(f"{name}:", list(each))
    yield _counted("judge:", judged)


def _counted(who: str, judged: Sequence[Judged]) -> str:
    requests, skipped = sum(each.requests for each in judged), sum(each.skipped for each in judged)
    problems = sum(len(each.problems) for each in judged)
    return f"{who} operations={len(judged)} requests={requests} skipped={skipped} problems={problems}"


def missing(judged: Sequence[Judged], names: Collection[str] = ()) -> list[str]:
    """The operations of the systems with these names, of all without any, that must have occurred in the demo and did
    not."""
    seen = {(each.system, each.operation) for each in judged}
    shown = {name: each.shown_in_the_demo() for name, each in _systems().items() if name in names or not names}
    wanted = [(name, operation) for name, operations in shown.items() for operation in operations]
    return [f"{system} {operation}" for system, operation in wanted if (system, operation) not in seen]


def _systems() -> Mapping[str, Emulated]:
    """The demo's systems by the names that the traffic has."""
    erps, carriers = systems()
    return {each.name: each for each in (*erps.values(), *carriers.values())}


def _lines(traffic: Path) -> Iterator[Mapping[str, Any]]:
    with traffic.open() as file:
        yield from (json.loads(line) for line in file)


def judges(folder: Path) -> Mapping[str, Any]:
    """The judges of a folder of contracts, by the systems' names. Raises NoContracts."""
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


def run_named(folder: Path, name: str, judge: Any) -> Any:
    """The judge of the order of the calls to the system with this name, None where the order says nothing."""
    found = vars(_judges_of(folder, name)).get(f"{name.capitalize()}Run")
    return found(judge) if found else None


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
