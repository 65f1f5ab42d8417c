"""Address lines that only say what the fields beside them say: ERPs print their addresses from them. Pure."""

from __future__ import annotations

import re
from dataclasses import replace

from shared.domain.address import Address
from shared.domain.countries import NAMES
from shared.domain.folded import folded


def without_repeats(where: Address) -> Address:
    """The address without such lines: `12207 ALBANY` or `UNITED STATES` beside town, postcode and country.

    A line goes only when nothing is left of it without what the fields hold. One line stays in any case: what looks
    like the town may be all the street that there is.
    """
    kept = tuple(line for line in where.lines if not line.strip() or not _repeats(line, where))
    if not any(line.strip() for line in kept):
        kept = tuple(line for line in where.lines if line.strip())[:1]
    return where if kept == where.lines else replace(where, lines=kept)


def _repeats(line: str, where: Address) -> bool:
    left = f" {folded(line)} "
    if not left.strip():
        return False
    country = where.country.strip().upper()
    postcode = folded(where.postcode)
    postcodes = {postcode, postcode.replace(" ", ""), postcode.partition(" ")[0] if country == "US" else ""}
    postcodes |= {f"{country} {each}" for each in postcodes} | {f"{country[:1]} {each}" for each in postcodes}
    said = [*postcodes, folded(where.city), *NAMES.get(country, ()), folded(where.state)]
    for text in sorted(filter(None, said), key=len, reverse=True):
        left = re.sub(rf" {re.escape(text)} ", " ", left, count=1)
    return not left.strip()
