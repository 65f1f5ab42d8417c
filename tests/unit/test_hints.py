"""A hint can be pasted: each command that a message names is one that there is."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands import problem_of

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted(path for part in ("cli", "shared", "infra") for path in (ROOT / part).rglob("*.py"))


def texts(path: Path) -> Iterator[str]:
    """Every text of a module as it will be shown, without docstrings; what is put in stands as X."""
    tree = ast.parse(path.read_text())
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if id(node) in told:
            continue
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "X" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def named(text: str) -> Iterator[str]:
    """The commands in a text: up to two words, as long as they are a command's."""
    for words in re.findall(r"parcelbridge((?: [a-z][a-z-]*[a-z](?![\w:{|]))+)", text):
        yield " ".join(["parcelbridge", *words.split()[:2]])


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_each_command_of_a_message_is_one_that_there_is(path: Path) -> None:
    commands = {command for text in texts(path) for command in named(text)}
    wrong = {command: problem_of(command) for command in commands if problem_of(command)}
    assert wrong == {}


def test_the_guard_sees_a_command_that_there_is_not() -> None:
    (command,) = named("mend it, then parcelbridge orders explode ORDER")
    assert problem_of(command) == "no command explode"
    assert list(named("parcelbridge connections start acme, and so on")) == ["parcelbridge connections start"]
