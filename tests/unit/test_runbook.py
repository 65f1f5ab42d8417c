"""The runbook and the alarms, held against each other both ways; and its commands are ones that there are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from infra.alerts import COUNTED, RUNBOOK, described
from shared.domain.rules import RULES
from shared.domain.state import Reason
from tests.commands import commands, problem_of

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "runbook.md").read_text()
LINES = ("Means", "Look at", "Do", "Bed")


def sections() -> dict[str, str]:
    """Heading → text of each alarm."""
    alarms = TEXT.split("\n## Alarms\n")[1].split("\n## ")[0]
    parts = re.split(r"^### (.+)$", alarms, flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def test_every_alarm_has_its_heading_and_every_heading_its_alarm() -> None:
    assert sorted(sections()) == sorted(RUNBOOK.values())
    assert len(set(RUNBOOK.values())) == len(RUNBOOK)


def test_every_metric_that_functions_count_for_an_alarm_has_its_heading() -> None:
    assert set(COUNTED) <= set(RUNBOOK)


@pytest.mark.parametrize("kind", RUNBOOK)
def test_the_mail_of_an_alarm_names_its_heading(kind: str) -> None:
    assert described(kind, "It burns").endswith(f"docs/runbook.md, {RUNBOOK[kind]}")


def test_s53_the_alarm_of_a_taken_session_says_what_happens_in_words() -> None:
    said, functions = COUNTED["SessionsTaken"]
    assert "a second logon by a person, with the connector's user, ends ours" in said
    assert {"poll_orders", "write_back"} <= set(functions)


@pytest.mark.parametrize("heading", sections())
def test_each_says_what_it_means_what_to_look_at_what_to_do_and_when_to_go_to_bed(heading: str) -> None:
    assert re.findall(r"^- \*\*(.+?):\*\* \S", sections()[heading], flags=re.MULTILINE) == list(LINES)


def held_reasons() -> dict[str, tuple[str, str]]:
    """Reason → its rule, and what to do."""
    table = TEXT.split("\n## Held orders, by reason\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \| (.+?) \| (.+) \|$", table, flags=re.MULTILINE)
    return {reason: (rule, do) for reason, rule, do in rows}


def test_every_reason_for_which_an_order_is_held_has_its_entry_with_the_rule_that_holds_it() -> None:
    found = held_reasons()
    assert set(found) == {str(each) for each in Reason}
    assert {reason: rule for reason, (rule, _) in found.items()} == {str(each): rule for each, rule in RULES.items()}


DOCUMENTS = [path.relative_to(ROOT) for path in (*sorted((ROOT / "docs").rglob("*.md")), ROOT / "README.md")]


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_every_command_of_the_documents_is_one_that_there_is(document: Path) -> None:
    text = (ROOT / document).read_text()
    assert {command: problem_of(command) for command in commands(text) if problem_of(command)} == {}


def test_the_guard_sees_a_command_or_an_option_that_there_is_not() -> None:
    assert problem_of("parcelbridge orders explode ORDER") == "no command explode"
    assert problem_of("parcelbridge status --loudly") == "no option --loudly"
