"""Values on the wire: literals of a URL, values of a body, values of an answer (facts/ifs.md, sections 3 and 6)."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sandbox.erps.ifs.faults import IfsFault, bad_value, unsupported
from sandbox.erps.ifs.tables import ENUMS, Property

Value = str | Decimal | datetime | date | bool | None
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
NUMBER = re.compile(r"-?\d+(\.\d+)?")
_ENUM = re.compile(r"IfsApp\.(\w+)\.(\w+)'(\w*)'")


def literal(text: str, projection: str) -> tuple[str, Value, str]:
    """Kind, value and enumeration of a URL's literal. Raises IfsFault ODP_UNSUPPORTED_URL, as for an unquoted text."""
    if text in ("true", "false"):
        return "B", text == "true", ""
    if text == "null":
        return "null", None, ""
    if text.startswith("'"):
        return "T", text[1:-1].replace("''", "'"), ""
    if found := _ENUM.fullmatch(text):
        return "E", _member(found, projection, text), found[2]
    return *_bare(text), ""


def _bare(text: str) -> tuple[str, Value]:
    """A moment, a day or a number, which stand without quotes."""
    try:
        if MOMENT.fullmatch(text):
            return "M", _moment(text)
        if DAY.fullmatch(text):
            return "D", date.fromisoformat(text)
    except ValueError:
        raise unsupported(text) from None
    if NUMBER.fullmatch(text):
        return "N", Decimal(text)
    raise unsupported(text)


def from_body(item: Property, value: Any) -> Value:
    """A value of a PATCH: numbers as numbers, enumeration members as plain text, null empties. Raises IfsFault."""
    if value is None:
        return None
    if item.kind == "N":
        if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
            raise bad_value(item.name, "a number is expected")
        return Decimal(str(value))
    if item.kind == "B":
        if not isinstance(value, bool):
            raise bad_value(item.name, "true or false is expected")
        return value
    if not isinstance(value, str):
        raise bad_value(item.name, "a text is expected")
    return _from_text(item, value)


def _from_text(item: Property, value: str) -> Value:
    if item.kind == "E":
        if value not in ENUMS[item.enum]:
            raise bad_value(item.name, f"{value} is no member of {item.enum}")
        return value
    if item.kind == "T":
        if len(value) > item.length:
            text = f"ORA-12899: value too large for {item.name} (actual: {len(value)}, maximum: {item.length})"
            raise IfsFault(0, "DATABASE_ERROR", text)
        return value or None
    pattern, reads = (MOMENT, _moment) if item.kind == "M" else (DAY, date.fromisoformat)
    try:
        if pattern.fullmatch(value):
            return reads(value)
    except ValueError:
        pass
    raise bad_value(item.name, "no valid moment or day")


def to_answer(value: Value) -> Any:
    """A moment is the site's wall clock and ends in Z all the same (section 3)."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    return value.isoformat() if isinstance(value, date) else value


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text.removesuffix("Z"))


def _member(found: re.Match[str], projection: str, text: str) -> str:
    if found[1] != projection or found[3] not in ENUMS.get(found[2], ()):
        raise unsupported(text)
    return found[3]
