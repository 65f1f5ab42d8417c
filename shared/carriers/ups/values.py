"""Readers of single values in answers whose shapes vary: lists collapse, blanks stand for nothing, text is polluted."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from pydantic import ConfigDict, TypeAdapter, ValidationError

from shared.domain.money import Money

# facts 1 and 4: line ends come back as character references, and base64 must lose them before it is decoded.
_REFERENCES = re.compile(r"&#x[0-9A-Fa-f];")
_ABSURD = 10**9
_BASE64 = TypeAdapter(bytes, config=ConfigDict(val_json_bytes="base64"))


def as_list(value: Any) -> list[Any]:
    """The one list-or-one reader. UPS sends a lone element as an object and an empty list as "" or null (facts 1)."""
    if isinstance(value, list):
        return [item for item in value if item not in (None, "")]
    return [] if value in (None, "", {}) else [value]


def text(value: Any) -> str:
    """A cleaned string; "" for null, for containers and for the `""` that stands for an empty container."""
    if isinstance(value, str):
        # A label is tens of kilobytes: to look for a mark costs a hundredth of a substitution that finds none.
        written = _REFERENCES.sub("", value) if "&" in value else value
        if "\n" in written or "\r" in written:
            written = written.replace("\r", "").replace("\n", "")
        return written.strip()
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else ""


def inside(value: Any, *path: str) -> Any:
    """What stands at `path`, None when any step is missing or is a string in place of an object."""
    for name in path:
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value


def money(charge: Any) -> Money | None:
    """A charge of {CurrencyCode, MonetaryValue}; None when it is absent, no number, or one that no charge can be: below
    zero, not finite, or beyond a billion. Zero is one: another account pays."""
    written, currency = text(inside(charge, "MonetaryValue")), text(inside(charge, "CurrencyCode"))
    try:
        amount = Decimal(written) if written and currency else None
    except InvalidOperation:
        return None
    return Money(amount, currency) if amount is not None and amount.is_finite() and 0 <= amount < _ABSURD else None


def stated(charge: Any) -> Money | None:
    """A charge as it is stated, None only where none is. What is no number is NaN: it must not pass for a charge that
    is absent, in whose place another one counts. Who takes the price looks at it (workflow/planning/price.py)."""
    written = text(inside(charge, "MonetaryValue"))
    if not written:
        return None
    try:
        amount = Decimal(written)
    except InvalidOperation:
        amount = Decimal("NaN")
    return Money(amount, text(inside(charge, "CurrencyCode")))


def day(value: Any) -> date | None:
    """A date of YYYYMMDD, None when it is absent or something else."""
    written = text(value)
    if not (len(written) == 8 and written.isdecimal()):  # fromisoformat reads other forms as well
        return None
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def image(value: Any) -> bytes:
    """A base64 image, b"" when it is absent or broken: it then heals by Label Recovery.

    pydantic's decoder takes a quarter of the standard library's time. It alone would take a last group without its
    padding, which in a label is an image cut short."""
    written = text(value)
    try:
        return _BASE64.validate_strings(written) if len(written) % 4 == 0 else b""
    except ValidationError:
        return b""
