"""Readers of single values in answers: blanks stand for nothing, ids are numbers or texts, zones are missing.

The standard library alone: a webhook's events are read with them.
"""

from __future__ import annotations

from datetime import date
from typing import Any


def text(value: Any) -> str:
    """A stripped string, of a number too; "" for null, for containers and for booleans."""
    if isinstance(value, str):
        return value.strip()
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def inside(value: Any, *path: str) -> Any:
    """The value at `path`, None when any step is missing."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def rows(value: Any) -> list[dict[str, Any]]:
    """The objects of a list; empty when it is none."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def day(value: Any) -> date | None:
    """The day of a date or an instant, as it is written: zones are missing or wrong too often (facts 5)."""
    try:
        return date.fromisoformat(text(value)[:10])
    except ValueError:
        return None
