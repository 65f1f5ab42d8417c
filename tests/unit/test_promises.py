"""Each promise of the product, S01 to S66, is named by a test that keeps it; those that none names yet are listed here.

The list only shrinks: a promise that a test names has to leave it.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROMISES = frozenset(range(1, 67))
MISSING: frozenset[int] = frozenset()
"""Promises that no test names."""


def named() -> dict[int, set[str]]:
    """The promises in the names of tests, each with those tests."""
    found: dict[int, set[str]] = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                for number in re.findall(r"_[sS](\d\d)(?=_)", node.name):
                    found.setdefault(int(number), set()).add(f"{path.relative_to(ROOT)}::{node.name}")
    return found


def test_every_promise_is_named_by_a_test_that_keeps_it_or_is_listed_as_missing() -> None:
    told = named()
    assert sorted(PROMISES - told.keys()) == sorted(MISSING), "named by no test"
    assert sorted(told.keys() - PROMISES) == [], "no promise"


@pytest.mark.parametrize(
    "pair",
    [
        "Infor M3 and UPS",
        "Infor M3 and ShipStation",
        "IFS Cloud and UPS",
        "SYSPRO and UPS",
        "Oracle Fusion and UPS",
    ],
)
def test_the_readme_says_what_is_done_for_each_page_of_the_product(pair: str) -> None:
    (row,) = [line for line in (ROOT / "README.md").read_text().splitlines() if line.startswith(f"| {pair} |")]
    assert len(row) > 120
