"""A step's changes are typed: by name and type those of the head."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import get_type_hints

from shared.domain.record import Head
from shared.workflow.orders.change import HeadChange, StepChange
from shared.workflow.orders.step import move

WORKFLOW = Path(__file__).resolve().parents[3] / "shared" / "workflow"
OF_THE_STEP = {"state", "reason", "field"}
"""The values that every step says by an argument of its own."""
BOOKKEEPING = {"key", "document", "version", "created_at", "updated_at", "token", "swept"}


def test_a_change_has_the_fields_of_the_head_and_their_types() -> None:
    head = get_type_hints(Head)
    assert get_type_hints(HeadChange) == {
        name: kind for name, kind in head.items() if name not in OF_THE_STEP | BOOKKEEPING
    }


def test_what_else_a_step_writes_is_what_move_takes() -> None:
    beside = StepChange.__annotations__.keys() - HeadChange.__annotations__.keys()
    assert beside <= get_type_hints(move).keys()


def test_no_change_of_a_step_goes_untyped() -> None:
    """`**facts: Any` and `dict[str, Any]` take any name; the type checker sees neither a wrong one nor a wrong type."""
    untyped = [
        f"{path.relative_to(WORKFLOW)}:{node.lineno}"
        for path in sorted(WORKFLOW.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if (isinstance(node, ast.FunctionDef) and node.args.kwarg and _is_any(node.args.kwarg.annotation))
        or (isinstance(node, ast.Call) and _name(node.func) in STEPS and _splats_a_plain_dictionary(node, path))
    ]
    assert untyped == []


STEPS = {"move", "stay", "held", "again_later", "note", "to_rest"}


def _splats_a_plain_dictionary(call: ast.Call, path: Path) -> bool:
    splatted = {_name(each.value) for each in call.keywords if each.arg is None}
    plain = {
        _name(node.target)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.annotation).startswith("dict[")
    }
    return bool(splatted & plain)


def _is_any(annotation: ast.expr | None) -> bool:
    return annotation is None or ast.unparse(annotation) == "Any"


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else ""
