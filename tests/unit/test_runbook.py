"""The runbook and the alarms, held against each other both ways; and its commands are ones that there are."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import typer

from cli.main import app
from infra.alerts import COUNTED, RUNBOOK, described

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "runbook.md").read_text()
LINES = ("Means", "Look at", "Do", "Bed")
BUILT_BESIDE = {"queues replay"}
"""Commands of this release that are made on another branch; empty once they are there."""


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


@pytest.mark.parametrize("heading", sections())
def test_each_says_what_it_means_what_to_look_at_what_to_do_and_when_to_go_to_bed(heading: str) -> None:
    assert re.findall(r"^- \*\*(.+?):\*\* \S", sections()[heading], flags=re.MULTILINE) == list(LINES)


def commands(text: str) -> list[str]:
    """What stands in code and begins with parcelbridge."""
    spans = [*re.findall(r"`(parcelbridge [^`]+)`", text), *re.findall(r"^(parcelbridge .+)$", text, re.MULTILINE)]
    return sorted({re.sub(r"\s+", " ", span) for span in spans})


def problem_of(command: str) -> str:
    """What of a command there is not: its name, or an option; "" when it could be pasted."""
    here: Any = typer.main.get_command(app)
    words = command.split("#", maxsplit=1)[0].split()[1:]
    while words and hasattr(here, "commands"):
        if words[0] not in here.commands:
            return "" if " ".join(words[:2]) in BUILT_BESIDE else f"no command {words[0]}"
        here = here.commands[words.pop(0)]
    known = {option for each in here.params for option in each.opts}
    wrong = [word for word in words if word.startswith("--") and word not in known]
    return f"no option {', '.join(wrong)}" if wrong else ""


@pytest.mark.parametrize("document", [*sorted(path.name for path in (ROOT / "docs").glob("*.md")), "../README.md"])
def test_every_command_of_the_documents_is_one_that_there_is(document: str) -> None:
    text = (ROOT / "docs" / document).read_text()
    assert {command: problem_of(command) for command in commands(text) if problem_of(command)} == {}


def test_the_guard_sees_a_command_or_an_option_that_there_is_not() -> None:
    assert problem_of("parcelbridge orders explode ORDER") == "no command explode"
    assert problem_of("parcelbridge status --loudly") == "no option --loudly"
