"""The emulated SYSPRO's own tables against the contract that others compiled, where that lies beside the project."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from sandbox.erps.syspro.engine import CALLS, OBJECTS, PARAMETERS
from sandbox.erps.syspro.tables import TABLES

CONTRACTS = Path(os.environ.get("PARCELBRIDGE_CONTRACTS") or Path(__file__).resolve().parents[4] / ".." / "shared")
FOLDER = CONTRACTS / "specs" / "syspro"
pytestmark = pytest.mark.skipif(not FOLDER.exists(), reason="the contracts are not beside the project")


def contract(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text())


def leaves(grammar: Mapping[str, Any], before: str = "") -> Iterator[str]:
    """Every path that a document may have; what the customer names himself ends in /*."""
    for key, kind in grammar.items():
        path = before + re.sub(r"[!*+]$", "", key)
        yield path
        if isinstance(kind, dict):
            yield from leaves(kind, f"{path}/")
        elif kind == "any":
            yield f"{path}/*"


def test_the_tables_have_no_column_that_the_contract_does_not_know_and_its_kinds() -> None:
    known = contract("tables")
    wrong = []
    for name, table in TABLES.items():
        columns = known[name]["columns"]
        wrong += [f"{name} key"] if list(table.keys) != known[name]["key"] else []
        wrong += [f"{name}.{each}" for each in table.columns if each not in columns]
        for each, kind in table.columns.items():
            alike = kind == columns.get(each) or (kind[0] == columns.get(each, "x")[0] and columns[each] in ("n", "s"))
            wrong += [] if alike else [f"{name}.{each} is {columns.get(each)}, not {kind}"]
    assert wrong == []


def test_the_calls_have_the_parameters_of_the_contract() -> None:
    known = contract("endpoints")["calls"]
    for call in CALLS.values():
        assert call.name in known
        assert call.method == known[call.name]["method"]
        assert set(call.parameters) == set(known[call.name]["params"])
        assert call.object == known[call.name].get("object", "")


def test_no_element_counts_as_known_that_the_contract_does_not_have() -> None:
    known, wrong = contract("business_objects"), []
    for name, played in OBJECTS.items():
        (root, grammar), *_ = known[name]["in"].items()
        assert root == played.root
        paths = set(leaves(grammar))
        wrong += [f"{name}: {each}" for each in played.known if each not in paths]
        if name in PARAMETERS:
            taken = {each.removeprefix("Parameters/") for each in leaves(known[name]["parameters"][root])}
            wrong += [f"{name} parameters: {each}" for each in PARAMETERS[name] if each not in taken]
    assert wrong == []


def test_every_call_that_an_object_belongs_to_is_one_of_the_contract_s() -> None:
    known = contract("business_objects")
    for name, played in OBJECTS.items():
        calls = {each.strip() for each in known[name]["call"].split(",")}
        assert set(played.calls) - {"Transaction/PostLD"} <= calls
