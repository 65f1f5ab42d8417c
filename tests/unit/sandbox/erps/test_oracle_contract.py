"""The emulated Fusion's own tables against the contract that others compiled, where that lies beside the project."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from sandbox.erps.oracle.tables import RESOURCES, Field, Node

CONTRACTS = Path(os.environ.get("PARCELBRIDGE_CONTRACTS") or Path(__file__).resolve().parents[4] / ".." / "shared")
FILE = CONTRACTS / "specs" / "oracle" / "contract.json"
KINDS = {"N": "int64", "D": "number", "T": "string", "M": "date-time", "Y": "date", "B": "boolean"}


def nodes(node: Node, known: Mapping[str, Any], trail: str) -> Iterator[tuple[str, Node, Mapping[str, Any]]]:
    """The node and all below it, each with its part of the contract."""
    yield trail, node, known
    for name, child in node.children.items():
        assert name in known["children"], f"{trail}/{name}"
        yield from nodes(child, known["children"][name], f"{trail}/{name}")


def wrong(item: Field, known: Mapping[str, Any]) -> list[str]:
    """Everything in which a field is kinder than the contract."""
    writable = {name for name, taken in (("post", item.created), ("patch", item.updated)) if taken}
    found = [] if KINDS[item.kind] == known["type"] else ["kind"]
    found += [] if not known.get("max") or item.length == known["max"] else ["length"]
    found += [] if writable <= set(known.get("writable", [])) else ["writable"]
    return found + (["queryable"] if item.queryable and known.get("queryable") is False else [])


@pytest.mark.skipif(not FILE.exists(), reason="the contracts are not beside the project")
def test_no_field_is_taken_that_the_contract_does_not_know() -> None:
    contract = json.loads(FILE.read_text())["resources"]
    found = []
    for root, resources in RESOURCES.items():
        for name, resource in resources.items():
            for trail, node, known in nodes(resource, contract[root][name], name):
                assert node.collection <= set(known["collection"]), trail
                assert node.item <= set(known["item"]), trail
                fields = known.get("fields") or {}
                unknown = (
                    []
                    if known.get("open_fields")
                    else [f"{trail}.{each}" for each in node.fields if each not in fields]
                )
                found += unknown
                found += [
                    f"{trail}.{n}: {w}" for n, f in node.fields.items() if n in fields for w in wrong(f, fields[n])
                ]
    assert found == []
