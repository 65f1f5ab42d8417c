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
    \b post \s+ office \s+ (box|bx|drawer) \b | \b postal \s+ box \b |
    \b post \s+ box \s* (no\.?|\#)? \s* \d | \b g\.?p\.?o\.? \s+ box \b |
    \b postfach \b | \b postbus \b | \b bo[iî]te \s+ postale \b | \b apartado \s+ (postal|de \s+ correos) \b |
    \b casella \s+ postale \b | \b postboks \b | \b skrytka \s+ pocztowa \b |
    \b post(box|lokero|lada|fack) \b | \b caixa \s+ postal \b | \b case \s+ postale \b |
    \b (locked|private|mail) \s+ bag \s* (no\.?|\#)? \s* \d |
    \b po[sš]tovn[ií] \s+ (p[rř]ihr[aá]dka|schr[aá]nka) \b | \b postafi[oó]k \b | \b ταχ\. \s* θυρ
    """
)
_INITIALS = re.compile(r"(?i)^\s*[bc]\.?\s?p\.?\s*\d+\s*$")
"""BP 12, CP 1234: a box, but for where CP is how the postcode is written."""
_CP_BEFORE_POSTCODE = frozenset({
    "AR", "BO", "CL", "CO", "CR", "CU", "DO", "EC", "ES", "GT", "HN", "MX", "NI", "PE", "PY", "SV", "UY", "VE",
})  # fmt: skip
_BY_COUNTRY = {
    **dict.fromkeys(("FI",), re.compile(r"(?i)^\s*(pl|pb)\s*\d+\b")),
    **dict.fromkeys(("NO", "DK"), re.compile(r"(?i)^\s*(pb|pboks|p\.b\.)\s*\d+\b")),
    **dict.fromkeys(("HU",), re.compile(r"(?i)\bpf\.?\s*\d+")),
    **dict.fromkeys(("GR", "CY"), re.compile(r"(?i)^\s*τ\.?\s?θ\.?\s*\d+")),
    **dict.fromkeys(("BG", "RU", "UA", "BY", "KZ"), re.compile(r"(?i)\b[ап]\s?[/.]\s?[як]\.?\s*\d+")),
    **dict.fromkeys((*_CP_BEFORE_POSTCODE, "PT"), re.compile(r"(?i)\b(apdo|apartado)\.?\s*(no\.?|n\.º)?\s*\d")),
    **dict.fromkeys(("DE", "AT", "CH", "LI"), re.compile(r"(?i)^\s*(pf|postf|packstation|postfiliale)\.?\s*\d+\b")),
    **dict.fromkeys(("PL",), re.compile(r"(?i)\bskr\.?\s*(poczt\.?|poc)")),
}
"""Words for boxes in one country that mean a street or something else in another."""
_MILITARY = {
    "US": re.compile(r"(?i)\b(psc|cmr|usag)\s+\d+\s+box\s+\d+"),
    "GB": re.compile(r"(?i)\bb\.?f\.?p\.?o\.?\s*\d+"),
    "CA": re.compile(r"(?i)\b(cfpo|cfpoi)\s*\d+|\bstn\s+forces\b"),
}
_AMERICAN_FORCES = "a military address (APO, FPO, DPO)"
_MILITARY_STATES = frozenset({"AA", "AE", "AP"})
_MILITARY_CITY = re.compile(r"(?i)\b[AFD]PO\b")
_MILITARY_LINE = re.compile(r"(?i)^\s*[AFD]PO\b|\b[AFD]PO\s*,?\s*(AA|AE|AP)\b")


def only_by_post(address: Address) -> str:
    """Return in words why no parcel carrier delivers to the address; "" for a street address."""
    country, state = address.country.strip().upper(), address.state.strip().upper()
    military = country == "US" and (state in _MILITARY_STATES or bool(_MILITARY_CITY.search(address.city)))
    if military or any(map(_MILITARY_LINE.search, address.lines)):
        return _AMERICAN_FORCES
    own = _MILITARY.get(country)
    if own and any(map(own.search, (*address.lines, address.city))):
        return {"GB": "a military address (BFPO)", "CA": "a military address (CFPO)"}.get(country, _AMERICAN_FORCES)
    boxes = [_BOX, *filter(None, [_BY_COUNTRY.get(country)])]
    boxes += [] if country in _CP_BEFORE_POSTCODE else [_INITIALS]
    return "a PO box" if any(each.search(line) for each in boxes for line in address.lines) else ""
