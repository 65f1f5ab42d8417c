"""The names of steps: an enum whose values are stored."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

import pytest

from shared.aws.items import audit_item, read_audit
from shared.domain.record import AuditEntry, Stray, Way
from shared.domain.state import State
from shared.domain.steps import Step, step_of
from tests.golden import objects as golden

ROOT = Path(__file__).resolve().parents[3]
SPEAKING = {"move", "stay", "held", "again_later", "note", "to_rest", "back", "settle"}
"""The functions that write a step."""


@pytest.mark.parametrize("step", Step)
def test_a_step_is_stored_by_its_text_and_read_as_itself(step: Step) -> None:
    entry = AuditEntry(1, golden.AUDIT.at, "ann", step, State.HELD)
    item = audit_item("k", entry)
    assert type(item["what"]) is str
    assert read_audit(item).what is step


def test_a_step_of_another_release_is_read_as_its_text() -> None:
    item = {**audit_item("k", golden.AUDIT), "what": "beamed_up"}
    assert read_audit(item).what == "beamed_up"
    assert step_of("beamed_up") == "beamed_up"


def test_strays_are_stored_by_their_ids_and_a_way_of_another_release_is_not_known() -> None:
    strays = (Stray("1Z2", Way.PICKED_UP), Stray("1Z3"))
    item = audit_item("k", replace(golden.AUDIT, strays=strays))
    assert item["shipments"] == {"1Z2": "picked_up", "1Z3": ""}
    assert read_audit(item).strays == strays
    assert read_audit({**item, "shipments": {"1Z2": "at_the_moon"}}).strays == (Stray("1Z2", Way.NOT_KNOWN),)


def test_no_step_is_written_by_a_text() -> None:
    """mypy sees a text where a Step belongs; this sees one that goes there through a dictionary."""
    texts = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for package in ("shared/workflow", "cli", "sandbox")
        for path in sorted((ROOT / package).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if _names_a_step(node)
    ]
    assert texts == []


def _names_a_step(node: ast.AST) -> bool:
    if isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        return any(isinstance(k, ast.Constant) and k.value == "what" and _is_text(v) for k, v in pairs)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SPEAKING:
        return any(each.arg == "what" and _is_text(each.value) for each in node.keywords)
    if isinstance(node, ast.Compare) and isinstance(node.left, ast.Attribute) and node.left.attr == "what":
        return any(_is_text(leaf) for each in node.comparators for leaf in ast.walk(each))
    return False


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)
