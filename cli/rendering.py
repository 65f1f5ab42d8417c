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
from rich.cells import cell_len
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

WIDE = 200  # columns where nobody watches: a pipe must not fold
_GAP = 2  # blanks between two columns, as rich sets them
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
    """A table for people; an empty cell stays empty. Where the terminal is too narrow for its longest cells, columns
    without a value are left out, and if that does not do, each row is a block of lines: no cell is ever cut."""
    cells, out = [[clean(cell) for cell in row] for row in rows], console(sys.stdout)
    if not _fits(columns, cells, out.width):
        used = [place for place in range(len(columns)) if place == 0 or any(row[place] for row in cells)]
        columns, cells = [columns[place] for place in used], [[row[place] for place in used] for row in cells]
        if not _fits(columns, cells, out.width):
            _blocks(columns, cells, title)
            return
    named = [Column(name, no_wrap=place == 0) for place, name in enumerate(columns)]
    heading = Text(clean(title)) if title else None
    shown = Table(*named, box=SIMPLE, title=heading, title_justify="left", pad_edge=False)
    for row in cells:
        shown.add_row(*(Text(cell) for cell in row))
    out.print(shown)


def _fits(columns: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> bool:
    """Tell if no cell has to be folded; where nobody watches, cells may be."""
    if width >= WIDE:
        return True
    widest = (max(cell_len(each) for each in (name, *cells)) for name, *cells in zip(columns, *rows, strict=True))
    return sum(widest) + _GAP * len(columns) <= width


def _blocks(columns: Sequence[str], rows: Sequence[Sequence[str]], title: str) -> None:
    """Each row as its first cell, and below it the others that are not empty, by name."""
    if title:
        say(title)
    width = max(cell_len(name) for name in columns)
    for row in rows:
        say(row[0], style="bold")
        for name, cell in zip(columns[1:], row[1:], strict=True):
            if cell:
                say(f"  {name:<{width}}  {cell}")


def counted(number: int, word: str) -> str:
    """1 label, 2 labels."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


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
