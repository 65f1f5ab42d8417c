"""Addresses that only the post serves: boxes at a post office, and those of the armed forces. Pure."""

from __future__ import annotations

import re

from shared.domain.address import Address

_BOX = re.compile(
    r"""(?ix)
    \b p \s* \.? \s* o \s* \.? \s* (box|bx|drawer) \b |  # PO Box, P.O. Box, POBox
    \b p \s* \.? \s* o \s* \.? \s* b \s* \.? \s* \#? \s* \d |  # POB 12
    \b post \s+ office \s+ (box|bx|drawer) \b | \b postal \s+ box \b | \b g\.?p\.?o\.? \s+ box \b |
    \b postfach \b | \b postbus \b | \b bo[iî]te \s+ postale \b | \b apartado \s+ (postal|de \s+ correos) \b |
    \b casella \s+ postale \b | \b postboks \b | \b skrytka \s+ pocztowa \b
    """
)
_MILITARY_STATES = frozenset({"AA", "AE", "AP"})
_MILITARY_CITY = re.compile(r"(?i)\b[AFD]PO\b")
_MILITARY_LINE = re.compile(r"(?i)^\s*[AFD]PO\b|\b[AFD]PO\s*,?\s*(AA|AE|AP)\b")


def only_by_post(address: Address) -> str:
    """What no parcel carrier delivers to, in words; "" for a street address."""
    country, state = address.country.strip().upper(), address.state.strip().upper()
    military = country == "US" and (state in _MILITARY_STATES or bool(_MILITARY_CITY.search(address.city)))
    if military or any(map(_MILITARY_LINE.search, address.lines)):
        return "a military address (APO, FPO, DPO)"
    return "a PO box" if any(map(_BOX.search, address.lines)) else ""
