"""Several tracking numbers in one field: joined by blanks as far as they fit, "+n" for the rest. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

_REST = re.compile(r"\s*\+(\d+)$")


def joined(numbers: Sequence[str], longest: int | None, standing: str = "") -> str | None:
    """The field's text, None when not even one number fits. All numbers stay in our own store.

    `standing` is kept and ours are added once. A rest that stands there is taken for ours: repeating gives the same.
    """
    rest = _REST.search(standing)
    kept = _REST.sub("", standing)
    present = kept.split()
    missing = [number for number in dict.fromkeys(numbers) if number not in present]
    if not missing:
        return standing or None
    counted = int(rest[1]) if rest else 0
    for fitting in range(len(missing), -1, -1):
        left = max(len(missing) - fitting, counted)
        words = [*([kept] if kept else []), *missing[:fitting], *([f"+{left}"] if left else [])]
        text = " ".join(words)
        if (fitting or present) and (longest is None or len(text) <= longest):
            return text
    return None
