"""Commands as documents and messages name them, held against the command line that there is."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import typer

from cli.connections.forms import form_of, option_of
from cli.later import Later
from cli.main import app
from shared.registry import KINDS

BUILT_BESIDE = {
    "orders dismiss", "orders fix", "orders ship", "orders void", "labels print", "labels reprint", "labels send",
    "queues replay", "writebacks replay",
}  # fmt: skip
"""Commands of this release that are made on other branches; empty once they are there."""


def commands(text: str) -> list[str]:
    """Return the commands in a text's code: each begins with parcelbridge."""
    spans = [*re.findall(r"`(parcelbridge [^`]+)`", text), *re.findall(r"^(parcelbridge .+)$", text, re.MULTILINE)]
    return sorted({re.sub(r"\s+", " ", span) for span in spans})


@cache
def command_line() -> Any:
    """The command line's tree, which typer takes a second to make."""
    return typer.main.get_command(app)


def problem_of(command: str) -> str:
    """Return the part of a command that does not exist: its name, or an option; "" when it could be pasted."""
    here = command_line()
    words = command.split("#", maxsplit=1)[0].split()[1:]
    if " ".join(words[:2]) in BUILT_BESIDE:
        return ""
    while words and hasattr(here, "commands"):
        if words[0] not in here.commands:
            return f"no command {words[0]}"
        here = here.commands[words.pop(0)]
        here = here.command if isinstance(here, Later) else here
    known = {option for each in here.params for option in each.opts}
    if here.name == "set":  # a credential's options are those of its kind's form
        known |= {
            option_of(asked)
            for kind in (*KINDS.erps.values(), *KINDS.carriers.values())
            for asked in form_of(kind).asked
        }
    wrong = [word for word in words if word.startswith("--") and word not in known]
    return f"no option {', '.join(wrong)}" if wrong else ""
