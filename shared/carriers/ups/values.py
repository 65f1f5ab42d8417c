"""Readers of charges and images in answers, beside those of plain values."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from pydantic import ConfigDict, TypeAdapter, ValidationError

from shared.carriers.ups.plain import inside, text
from shared.domain.money import Money

_ABSURD = 10**9
_BASE64 = TypeAdapter(bytes, config=ConfigDict(val_json_bytes="base64"))


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


def image(value: Any) -> bytes:
    """A base64 image, b"" when it is absent or broken: it then heals by Label Recovery.

    pydantic's decoder takes a quarter of the standard library's time. It alone would take a last group without its
    padding, which in a label is an image cut short."""
    written = text(value)
    try:
        return _BASE64.validate_strings(written) if len(written) % 4 == 0 else b""
    except ValidationError:
        return b""
