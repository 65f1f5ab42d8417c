"""Addresses that only the post serves: boxes at a post office, and those of the armed forces. Pure."""

from __future__ import annotations

import re

from shared.domain.address import Address

_BOX = re.compile(
    r"""(?ix)
    \b p \s* \.? \s* o \s* \.? \s* -? \s* (box|bx|drawer) \s* (no\.?|num\.?|\#)? \s* (\d | \b) |  # PO Box, P.O.BOX12
    ^ \s* (box|bx) \s* (no\.? | \#)? \s* \d+ \s* $ |  # a line that is a box and nothing else
    \b (lock|caller) \s* (box|bag|service) \s* \#? \s* \d |
    \b p \s* \.? \s* o \s* \.? \s* b \s* \.? \s* \#? \s* \d |  # POB 12
    \b post \s+ office \s+ (box|bx|drawer) \b | \b postal \s+ box \b | \b g\.?p\.?o\.? \s+ box \b |
    \b postfach \b | \b postbus \b | \b bo[iî]te \s+ postale \b | \b apartado \s+ (postal|de \s+ correos) \b |
    \b casella \s+ postale \b | \b postboks \b | \b skrytka \s+ pocztowa \b |
    \b post(box|lokero|lada|fack) \b | \b caixa \s+ postal \b | ^ \s* [bc]\.?p\.? \s* \d+ \s* $ |
    \b po[sš]tovn[ií] \s+ (p[rř]ihr[aá]dka|schr[aá]nka) \b | \b postafi[oó]k \b | \b ταχ\. \s* θυρ
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
