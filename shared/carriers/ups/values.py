"""Readers of single values in answers whose shapes vary: lists collapse, blanks stand for nothing, text is polluted."""

from __future__ import annotations

import base64
import binascii
import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from shared.domain.money import Money

# facts 1 and 4: line ends come back as character references, and base64 must lose them before it is decoded.
_LINE_ENDS = re.compile(r"&#x[0-9A-Fa-f];|[\r\n]")


def as_list(value: Any) -> list[Any]:
    """The one list-or-one reader. UPS sends a lone element as an object and an empty list as "" or null (facts 1)."""
    if isinstance(value, list):
        return [item for item in value if item not in (None, "")]
    return [] if value in (None, "", {}) else [value]


def text(value: Any) -> str:
    """A cleaned string; "" for null, for containers and for the `""` that stands for an empty container."""
    if isinstance(value, (str, int, float)) and not isinstance(value, bool):
        return _LINE_ENDS.sub("", str(value)).strip()
    return ""


def inside(value: Any, *path: str) -> Any:
    """What stands at `path`, None when any step is missing or is a string in place of an object."""
    for name in path:
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value


def money(charge: Any) -> Money | None:
    """A charge of {CurrencyCode, MonetaryValue}, None when it is absent or no number."""
    amount, currency = text(inside(charge, "MonetaryValue")), text(inside(charge, "CurrencyCode"))
    try:
        return Money(Decimal(amount), currency) if amount and currency else None
    except InvalidOperation:
        return None


def day(value: Any) -> date | None:
    """A date of YYYYMMDD, None when it is absent or something else."""
    try:
        return datetime.strptime(text(value), "%Y%m%d").date()  # noqa: DTZ007 - a calendar day at the place of delivery
    except ValueError:
        return None


def image(value: Any) -> bytes:
    """A base64 image, b"" when it is absent or broken: it then heals by Label Recovery."""
    try:
        return base64.b64decode(text(value), validate=True)
    except (binascii.Error, ValueError):
        return b""
