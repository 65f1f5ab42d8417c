"""A hint can be pasted: each command that a message names is one that there is."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from cli.hints import COMMANDS, command_of, worded
from shared.aws.items import read_snapshot, snapshot_item
from shared.domain.hints import ELSEWHERE, Act, Action, Advice, Hint, about, as_text, do, offers, restored
from shared.domain.state import HINTS, Reason
from tests.commands import problem_of
from tests.golden.objects import SNAPSHOT

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted(path for part in ("cli", "shared", "infra") for path in (ROOT / part).rglob("*.py"))
SHARED = [path for path in MODULES if path.is_relative_to(ROOT / "shared")]


@cache
def texts(path: Path) -> tuple[str, ...]:
    """Every text of a module as it will be shown, without docstrings; what is put in stands as X."""
    return tuple(shown(path))


def shown(path: Path) -> Iterator[str]:
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


def subcommands() -> set[str]:
    """Every command of two words, such as `orders retry`."""
    return {name for name, _ in COMMANDS.values()} | {
        "labels send",
        "labels print",
        "queues replay",
        "connections test",
    }


@pytest.mark.parametrize("path", SHARED, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_in_shared_says_a_shell_command(path: Path) -> None:
    said = [text for text in texts(path) if re.search(r"parcelbridge [a-z]", text)]
    said += [text for text in texts(path) for command in subcommands() if command in text]
    assert said == []


def acts(path: Path) -> Iterator[Act]:
    """The actions that a module offers, with the arguments that it gives; a value that is worked out is X."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "do":
            (action,) = node.args
            assert isinstance(action, ast.Attribute), f"{path.name}: {ast.unparse(action)} is no member of Action"
            given = {str(each.arg): getattr(each.value, "value", "X") for each in node.keywords}
            yield Act(Action[action.attr], tuple((name, v if isinstance(v, str) else "X") for name, v in given.items()))


@pytest.mark.parametrize(
    "path", [path for path in SHARED if "do(Action." in path.read_text()], ids=lambda path: path.stem
)
def test_each_action_that_is_offered_is_a_command_that_there_is_with_its_options(path: Path) -> None:
    commands = [command_of(act, "4000001") for act in acts(path) if act.action not in ELSEWHERE]
    assert {command: problem_of(command) for command in commands if problem_of(command)} == {}


@pytest.mark.parametrize("action", Action)
def test_every_action_has_a_command_or_is_done_elsewhere(action: Action) -> None:
    assert (action in COMMANDS) != (action in ELSEWHERE)


@pytest.mark.parametrize("reason", Reason)
def test_the_hint_of_a_reason_is_worded_with_no_gap(reason: Reason) -> None:
    assert not re.search(r"[{}]", worded(HINTS[reason], "4000001"))
    assert "ORDER" not in worded(HINTS[reason], "4000001")


@pytest.mark.parametrize(
    ("act", "command"),
    [
        (do(Action.RETRY), "orders retry 4000001"),
        (do(Action.RETRY, order="4000002"), "orders retry 4000002"),
        (do(Action.FIX), "orders fix 4000001 FIELD=VALUE"),
        (do(Action.FIX, field="weight", value="2.5 lb"), "orders fix 4000001 weight='2.5 lb'"),
        (do(Action.SHIP, lines="1,2"), "orders ship 4000001 --lines 1,2"),
        (do(Action.SHIP, lines="N", all_open=""), "orders ship 4000001 --lines N --all-open"),
        (do(Action.ADOPT), "unknown adopt 4000001 SHIPMENT"),
        (do(Action.SET_CREDENTIAL, side="erp", ionapi="FILE"), "secrets set CONNECTION erp --ionapi FILE"),
    ],
)
def test_an_action_is_worded_as_its_command(act: Act, command: str) -> None:
    assert command_of(act, "4000001") == f"parcelbridge {command}"


def test_an_order_that_is_not_named_stands_in_capitals_or_is_filled_in() -> None:
    hint = Hint("fix it, then {0}", (do(Action.RETRY),))
    assert worded(hint) == "fix it, then parcelbridge orders retry ORDER"
    assert worded(about(hint, "4000001")) == worded(hint, "4000001") == "fix it, then parcelbridge orders retry 4000001"
    assert str(about(hint, "4000001")) == "fix it, then retry (order 4000001)"
    assert offers(hint, Action.RETRY)
    assert not offers(hint, Action.VOID)


@pytest.mark.parametrize(
    "hint",
    ["", "an old one: parcelbridge orders retry ORDER", Hint("{0}", (do(Action.SHIP, lines="1"),)), *HINTS.values()],
)
def test_a_hint_is_stored_as_data_and_the_text_of_an_earlier_release_is_shown_as_it_is(hint: Advice) -> None:
    stored = replace(SNAPSHOT, hint=hint)
    assert read_snapshot(snapshot_item("key", stored)) == stored
    assert restored(as_text(hint)) == hint
    if isinstance(hint, str):
        assert worded(hint) == hint


def test_the_guard_sees_a_command_that_there_is_not() -> None:
    (command,) = named("correct it, then parcelbridge orders explode ORDER")
    assert problem_of(command) == "no command explode"
    assert list(named("parcelbridge connections start acme, and so on")) == ["parcelbridge connections start"]
