"""An address that Fusion has as one line, split from its right end: `411 University Street, Seattle, WA 98101, King,
United States`. Pure.

What does not have this form is no address: it is never guessed. What has it may still be wrong, so it is only used
where the carrier checks it before anything is bought.
"""

from __future__ import annotations

import re

from shared.domain.address import Address
from shared.domain.countries import meant_by

_STATE_AND_CODE = {
    "US": re.compile(r"([A-Za-z]{2})\s+(\d{5}(?:-\d{4})?)"),
    "PR": re.compile(r"(PR)\s+(\d{5}(?:-\d{4})?)"),
    "CA": re.compile(r"([A-Za-z]{2})\s+([A-Za-z]\d[A-Za-z]\s?\d[A-Za-z]\d)"),
}
"""Countries whose lines have state and postcode as one part."""
CHECKED = frozenset({"US", "PR"})
"""Countries whose addresses the carriers check."""
_LINES = 3


def split(line: str) -> Address | None:
    """The address, None for a text that is none."""
    parts = [" ".join(part.split()) for part in line.split(",")]
    if len(parts) < 4 or not all(parts):
        return None
    country = meant_by(parts[-1])
    form = _STATE_AND_CODE.get(country)
    if form is None:
        return None
    for place in (-2, -3):  # a county may stand between the postcode and the country
        found = form.fullmatch(parts[place]) if len(parts) >= 2 - place else None
        if found:
            lines, city = parts[: place - 1], parts[place - 1]
            fit = 1 <= len(lines) <= _LINES and not re.search(r"\d", city)
            return Address(tuple(lines), city, found[1].upper(), found[2].upper(), country) if fit else None
    return None
