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

from sandbox.erps.m3.seed import ionapi
from sandbox.serve import ROOT
from shared.erp.infor.bindings import default_bindings
from shared.http import rebase

UPS_HOST = "https://wwwcie.ups.com"
UPS_OPERATIONS = ("token", "address_validation", "rate", "ship", "recovery", "track_by_reference", "track")


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
    judging = judges(contracts())
    counts: Counter[tuple[str, str]] = Counter()
    skipped: Counter[tuple[str, str]] = Counter()
    problems: dict[tuple[str, str], list[str]] = {}
    for line in _lines(traffic):
        place = (line["system"], line["operation"])
        counts[place] += 1
        if line["operation"] == "unknown":
            skipped[place] += 1
            continue
        url = rebase(f"http://sandbox{line['url']}", _host(line))
        found = judging[line["system"]].check(line["method"], url, line["headers"], line["body"].encode())
        problems.setdefault(place, []).extend(found)
    return [
        Judged(*place, counts[place], skipped[place], tuple(dict.fromkeys(problems.get(place, ()))))
        for place in sorted(counts)
    ]


def missing(judged: list[Judged]) -> list[str]:
    """The operations that must have occurred and did not: all of UPS's, and every transaction of a job that the demo
    has. What the others ask is judged in tests/contract/test_m3_judge.py."""
    seen = {(each.system, each.operation) for each in judged}
    bindings = {job: each for job, each in default_bindings().items() if not job.startswith(NOT_IN_THE_DEMO)}
    bound = {f"{binding.program}.{binding.transaction}" for binding in bindings.values()}
    bound |= {"token", "CUSEXTMI.ChgFieldValue"}
    wanted = [("ups", operation) for operation in REQUIRED_UPS] + [("m3", operation) for operation in sorted(bound)]
    return [f"{system} {operation}" for system, operation in wanted if (system, operation) not in seen]


NOT_IN_THE_DEMO = ("lookup.", "po.bill_to")
"""Jobs of people, who look codes up, and of orders with an invoicing address of their own."""
REQUIRED_UPS = tuple(operation for operation in UPS_OPERATIONS if operation != "track")


def _lines(traffic: Path) -> Iterator[Mapping[str, Any]]:
    with traffic.open() as file:
        yield from (json.loads(line) for line in file)


def _host(line: Mapping[str, Any]) -> str:
    """The vendor's own scheme and authority, which the connection's base_url had replaced."""
    if line["system"] == "ups":
        return UPS_HOST
    file = ionapi()
    return file["pu"] if line["operation"] == "token" else file["iu"]


def judges(folder: Path) -> Mapping[str, Any]:
    """The judges of a folder of contracts, by system. Raises NoContracts."""
    place = folder / "tools" / "judge.py"
    spec = importlib.util.spec_from_file_location("contract_judges", place)
    if spec is None or spec.loader is None:
        raise NoContracts(f"{place} cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return {"ups": module.UpsJudge(), "m3": module.M3Judge()}
