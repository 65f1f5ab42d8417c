"""A field's value: how it is read from a body or a q, and how an answer writes it (facts/oracle.md, section 1)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sandbox.erps.oracle.faults import bad_value
from sandbox.erps.oracle.tables import Field

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d))?")
_FLAGS = {True: True, False: False, "true": True, "false": False}


def parsed(item: Field, value: Any) -> Any:
    """A value of a JSON body. Raises FusionFault 400."""
    if value is None:
        return None
    if isinstance(value, (dict, list)):
        raise bad_value(item.name, "a plain value is expected")
    if item.kind == "B":
        if not isinstance(value, (bool, str)) or value not in _FLAGS:
            raise bad_value(item.name, "true or false is expected")
        return _FLAGS[value]
    if item.kind in "ND":
        return number_of(item, value)
    if not isinstance(value, str):
        raise bad_value(item.name, "a string is expected")
    return _text(item, value) if item.kind == "T" else moment_of(item, value)


def _text(item: Field, value: str) -> str | None:
    """An empty text is no value, as in the database."""
    if item.length and len(value) > item.length:
        raise bad_value(item.name, f"it has {len(value)} characters and takes {item.length}")
    if _CONTROL.search(value):
        raise bad_value(item.name, "it has control characters")
    return value or None


def number_of(item: Field, value: Any) -> Decimal | int:
    """A number, or its text. Raises FusionFault 400."""
    text = str(value)
    if isinstance(value, bool) or not re.fullmatch(r"-?\d+(\.\d+)?([eE][+-]?\d+)?", text):
        raise bad_value(item.name, "a number is expected")
    if item.kind == "D":
        return Decimal(text)
    if not re.fullmatch(r"-?\d{1,19}", text):
        raise bad_value(item.name, "a whole number is expected")
    return int(text)


def moment_of(item: Field, text: str) -> datetime | date:
    """A day, or a moment with its offset; a day as a moment is its beginning. Raises FusionFault 400."""
    if not _MOMENT.fullmatch(text):
        raise bad_value(item.name, "a date is yyyy-MM-dd, a time has its offset")
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise bad_value(item.name, "there is no such date") from None
    found = found if found.tzinfo else found.replace(tzinfo=UTC)
    return found.date() if item.kind == "Y" else found


def written(value: Any, *, strings: bool, milliseconds: bool) -> Any:
    """A value as JSON has it; numbers as strings where a version has them so."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds" if milliseconds else "seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        return value
    if strings:
        return str(value)
    return int(value) if value == int(value) else float(value)
