"""Taking back what was written: our words leave a field, and every other character of it stays. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation


def without(standing: str, words: Iterable[str]) -> str:
    """The text without those words; every other character of it stays, but for blanks and commas at its end."""
    left = standing
    for word in words:
        left = re.sub(rf"(?<![^\s,]){re.escape(word)}(?:,?\s+|,|$)", "", left)
    return left if left == standing else left.rstrip().rstrip(",")


def is_blank(standing: str) -> bool:
    """Nothing stands there; a numeric field has a zero then."""
    try:
        return not standing.strip() or Decimal(standing) == 0
    except InvalidOperation:
        return False


def same(standing: str, value: str) -> bool:
    """Equal as texts, or as numbers: an ERP may give 12.5 as 12.500000, and 0 for nothing."""
    if standing == value or (not value and is_blank(standing)):
        return True
    try:
        return bool(standing) and Decimal(standing) == Decimal(value)
    except InvalidOperation:
        return False
