"""Output: tables and plain lines for people, JSON for programs.

Texts from an ERP are shown as texts: no markup, no control characters, nothing that could steer a terminal.
"""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, TextIO

from pydantic import BaseModel
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

WIDE = 200  # columns where nobody watches: a pipe must not fold
_STEERING = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


def clean(text: object) -> str:
    """The text without anything that a terminal would act upon."""
    return "".join("\ufffd" if unicodedata.category(each) in _STEERING else each for each in _one_line(str(text)))


def _one_line(text: str) -> str:
    return text.replace("\r\n", " ").replace("\n", " ").replace("\t", " ")


def say(text: str, *, style: str = "", error: bool = False) -> None:
    """One line, never folded."""
    console(sys.stderr if error else sys.stdout).print(Text(clean(text), style=style), soft_wrap=True)


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, title: str = "") -> None:
    """A table for people; an empty cell stays empty."""
    named = [Column(name, no_wrap=place == 0) for place, name in enumerate(columns)]
    heading = Text(clean(title)) if title else None
    shown = Table(*named, box=SIMPLE, title=heading, title_justify="left", pad_edge=False)
    for row in rows:
        shown.add_row(*(Text(clean(cell)) for cell in row))
    console(sys.stdout).print(shown)


def facts(pairs: Iterable[tuple[str, object]]) -> None:
    """Names and values below each other; what has no value is left out."""
    shown = [(name, clean(value)) for name, value in pairs if value not in ("", None)]
    width = max((len(name) for name, _ in shown), default=0)
    for name, value in shown:
        say(f"{name:<{width}}  {value}")


def as_json(value: object) -> None:
    """For programs, on standard output, everything that is not ASCII escaped."""
    sys.stdout.write(json.dumps(plain(value), indent=2) + "\n")


def plain(value: Any) -> Any:
    """Domain values as JSON has them: amounts as texts, instants in ISO 8601."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else str(value) if isinstance(value, Decimal) else value


def instant(at: datetime | None) -> str:
    """2026-11-02 14:00 UTC, or nothing."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC") if at else ""


def console(file: TextIO) -> Console:
    width = None if file.isatty() else WIDE
    return Console(file=file, width=width, markup=False, highlight=False, emoji=False)
