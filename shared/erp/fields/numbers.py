"""Several tracking numbers in one field: joined as far as they fit, "+n" for the rest. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

_REST = re.compile(r"(?:^|[\s,]+)\+(\d{1,4})$")
_BETWEEN = re.compile(r"[\s,]+")


def joined(numbers: Sequence[str], longest: int | None, standing: str = "", separator: str = " ") -> str | None:
    """The field's text, None when not even one number fits. All numbers stay in our own store.

    `standing` is kept and ours are added once. A rest that stands there is taken for ours: repeating gives the same.
    """
    rest = _REST.search(standing)
    kept = _REST.sub("", standing)
    present = words_of(kept)
    missing = [number for number in dict.fromkeys(numbers) if number not in present]
    if not missing:
        return standing or None
    counted = int(rest[1]) if rest else 0
    for fitting in range(len(missing), -1, -1):
        left = max(len(missing) - fitting, counted)
        words = [*([kept] if kept else []), *missing[:fitting], *([f"+{left}"] if left else [])]
        text = separator.join(words)
        if (fitting or present) and (longest is None or len(text) <= longest):
            return text
    return None


def words_of(text: str) -> list[str]:
    """The words of a field, whether blanks or commas stand between them."""
    return [word for word in _BETWEEN.split(text) if word]


def without_rest(text: str) -> str:
    """The field without the count of numbers that it does not hold."""
    return _REST.sub("", text)


def numbers_in(text: str) -> list[str]:
    """The numbers that a field holds, without the count of those that it does not."""
    return words_of(without_rest(text))


def rest_of(text: str) -> str:
    """A remark for the audit when a field could not take all numbers, "" when it did."""
    rest = _REST.search(text)
    return f" ({rest[1]} more numbers are kept in our store)" if rest else ""
