"""A system's session ends with its block, and how it ends hides nothing of what was done in it."""

from __future__ import annotations

import ast
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from shared.ports import Ports
from shared.ports.sessions import session


class WithSession:
    def __init__(self, failure: Exception | None = None) -> None:
        self.ended, self._failure = 0, failure

    def close(self) -> None:
        self.ended += 1
        if self._failure:
            raise self._failure


def ports_with(system: Any) -> Ports:
    parts: Any = {each.name: None for each in fields(Ports) if each.init}
    of_side = {"open_erp": lambda _: system, "open_carrier": lambda _: system}
    return Ports(**{**parts, **of_side})


@pytest.mark.parametrize("side", ["erp", "carrier"])
def test_a_session_ends_with_its_block(side: str) -> None:
    system, connection = WithSession(), Any
    with getattr(ports_with(system), side)(connection) as opened:
        assert opened is system
        assert not system.ended
    assert system.ended == 1


def test_a_session_ends_when_the_block_fails() -> None:
    system = WithSession()
    with pytest.raises(ValueError, match="in the block"), session(system):
        raise ValueError("in the block")
    assert system.ended == 1


def test_a_logoff_that_fails_hides_neither_the_result_nor_the_error_of_the_block() -> None:
    with session(WithSession(OSError("logoff"))):
        result = "bought"
    assert result == "bought"
    with pytest.raises(ValueError, match="in the block"), session(WithSession(OSError("logoff"))):
        raise ValueError("in the block")


def test_a_system_without_a_session_needs_nothing() -> None:
    with session("system") as opened:
        assert opened == "system"


# --- every path ------------------------------------------------------------------------------------------------------

ROOT = Path(__file__).parents[2]
CODE = [path for part in ("shared", "functions", "cli") for path in sorted((ROOT / part).rglob("*.py"))]
OPENERS = frozenset({"open_erp", "open_carrier"})
MAY_OPEN = frozenset({"shared/registry.py", "shared/ports/bundle.py"})
"""Where the registry makes what the bundle opens."""


def opened_outside_a_block(tree: ast.Module) -> list[int]:
    """Lines that call `ports.erp` or `ports.carrier` other than in a `with`."""
    items = {id(item.context_expr) for each in ast.walk(tree) if isinstance(each, ast.With) for item in each.items}
    calls = [each for each in ast.walk(tree) if isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute)]
    opened = [each for each in calls if ast.unparse(each.func).endswith(("ports.erp", "ports.carrier"))]
    return [each.lineno for each in opened if id(each) not in items]


def named_openers(tree: ast.Module) -> list[int]:
    """Lines that reach for what opens a system without ending its session."""
    return [each.lineno for each in ast.walk(tree) if isinstance(each, ast.Attribute) and each.attr in OPENERS]


def test_every_path_opens_a_system_for_a_block_only() -> None:
    found: dict[str, list[int]] = {}
    blocks = 0
    for path in CODE:
        tree, name = ast.parse(path.read_text()), path.relative_to(ROOT).as_posix()
        lines = opened_outside_a_block(tree) + ([] if name in MAY_OPEN else named_openers(tree))
        found |= {name: lines} if lines else {}
        blocks += path.read_text().count("with ports.") + path.read_text().count("with stack.ports.")
    assert found == {}
    assert blocks > 10


@pytest.mark.parametrize("line", ["erp = ports.erp(c)", "stack.ports.carrier(c).ping()", "f(self.ports.erp(c))"])
def test_what_would_leave_a_session_open_is_seen(line: str) -> None:
    assert opened_outside_a_block(ast.parse(line)) == [1]
    assert named_openers(ast.parse("erp = ports.open_erp(c)")) == [1]
    assert opened_outside_a_block(ast.parse("with ports.erp(c) as erp: erp.ping()")) == []
