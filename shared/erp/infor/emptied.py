"""Taking back what was written: our numbers leave a field, and a field of ours is emptied. Pure.

MI takes blank input for "leave it as it is"; what empties a field is a setting of the binding, `blank`. Its default, a
question mark for texts and 0 for numbers, is MI's convention as far as is known and stands in no document that we have:
so an emptied field is read back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from shared.erp.infor.bindings import Binding

_NUMERIC = re.compile(r"N\d{3}")  # CUSEXTMI's numeric fields, N096 to N996 (facts/infor.md, section 3)


def without(standing: str, words: Iterable[str]) -> str:
    """The text without those words; every other character of it stays, but for blanks at its end."""
    left = standing
    for word in words:
        left = re.sub(rf"(?<!\S){re.escape(word)}(?:\s+|$)", "", left)
    return left if left == standing else left.rstrip()


def is_blank(standing: str) -> bool:
    """Nothing stands there; a numeric field has a zero then."""
    try:
        return not standing.strip() or Decimal(standing) == 0
    except InvalidOperation:
        return False


def empties(field: str, binding: Binding) -> str:
    """What is written into a field to empty it."""
    return "0" if _NUMERIC.fullmatch(field) else binding.settings.get("blank", "?")
