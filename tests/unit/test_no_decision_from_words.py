"""No decision is taken from a sentence: no code compares, searches or takes apart what is worded for people.

tests/simulation/test_wording.py shows the same by garbling every sentence; here is what such a run may not meet.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SENTENCES = {"why", "problem", "message", "note", "notes", "hint", "words", "alerts"}
"""Fields that hold what people read."""
TAKING_APART = {
    "startswith",
    "endswith",
    "split",
    "rsplit",
    "partition",
    "removeprefix",
    "removesuffix",
    "find",
    "index",
}
MATCHING = {"match", "fullmatch", "search", "findall", "finditer", "split"}
OLD_FORM = {"shared/domain/replayed.py:_strays"}
"""Readers of what a release up to 0.1.0 kept in words only: its words change no more."""


def sentence(node: ast.AST) -> bool:
    """Tell if the expression is such a field, or an error's own text."""
    if isinstance(node, ast.Attribute):
        return node.attr in SENTENCES
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "str":
        return any(isinstance(each, ast.Name) and each.id in ("error", "problem", "fault") for each in node.args)
    return isinstance(node, (ast.Tuple, ast.List, ast.BoolOp)) and any(map(sentence, ast.iter_child_nodes(node)))


def decides(node: ast.AST) -> bool:
    if isinstance(node, ast.Compare):
        asked = zip(node.ops, node.comparators, strict=True)
        return any(
            not isinstance(how, (ast.Is, ast.IsNot)) and (sentence(node.left) or sentence(other))
            for how, other in asked
        )
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        of, name = node.func.value, node.func.attr
        matched = name in MATCHING and any(map(sentence, node.args))
        return matched or (name in TAKING_APART and sentence(of))
    return isinstance(node, ast.Match) and sentence(node.subject)


def places(code: str, path: str) -> Iterator[str]:
    for function in ast.walk(ast.parse(code)):
        if isinstance(function, ast.FunctionDef) and any(map(decides, ast.walk(function))):
            yield f"{path}:{function.name}"


def test_no_code_decides_from_a_sentence() -> None:
    found = [
        place
        for package in ("shared/workflow", "shared/domain", "shared/aws", "functions", "cli")
        for path in sorted((ROOT / package).rglob("*.py"))
        for place in places(path.read_text(), str(path.relative_to(ROOT)))
    ]
    assert set(found) == OLD_FORM


@pytest.mark.parametrize(
    "line",
    [
        'snapshot.problem.startswith("the carrier was asked")',
        "(head.reason, snapshot.problem) == (found.reason, found.message)",
        "snapshot.problem == message",
        '"packages" in entry.why',
        'str(error) == "no such order"',
        're.search("voided", entry.why)',
        "entry.why.split()",
    ],
)
def test_what_decides_from_a_sentence_is_seen(line: str) -> None:
    assert list(places(f"def decided():\n    return {line}\n", "here")) == ["here:decided"]


@pytest.mark.parametrize("line", ["entry.why or 'nothing'", "snapshot.told == found.told", "snapshot.hint is None"])
def test_what_only_shows_a_sentence_is_let_pass(line: str) -> None:
    assert list(places(f"def decided():\n    return {line}\n", "here")) == []
