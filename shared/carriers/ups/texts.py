"""Single texts as UPS takes them: on one line, within a length, never cut (facts 4)."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from shared.domain.address import Address
from shared.domain.state import Reason
from shared.errors import Refused

_TWO_LETTERS = re.compile(r"[A-Za-z]{2}")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_UNSEEN = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_TYPED = str.maketrans({
    "\u2018": "'", "\u2019": "'", "\u02bc": "'", "\u201b": "'", "\u201c": '"', "\u201d": '"', "\u201e": '"',
    "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2212": "-", "\u2026": "...",
})  # fmt: skip
"""Typeset characters and those that keyboards have in their place: no set of a label holds the typeset ones."""


def cleaned(value: str) -> str:
    """One line of text. A control character makes UPS answer 200 with nothing in it (facts 1 [R] labels/malformed)."""
    value = as_typed(value)
    if value.isprintable() and "  " not in value:  # what most values are; a tenth of the time below
        return value.strip()
    return " ".join(_CONTROLS.sub(" ", value).split())


def as_typed(value: str) -> str:
    """The text as a keyboard writes it: accents joined to their letters, plain quotes and dashes, nothing unseen."""
    return value if value.isascii() else unicodedata.normalize("NFC", _UNSEEN.sub("", value)).translate(_TYPED)


def fitting(value: str, longest: int, field: str, *, required: bool = False) -> str:
    """`value` on one line; Refused when it is longer than `longest`, or blank although required."""
    line = cleaned(value)
    if required and not line:
        raise Refused(Reason.MISSING, f"{field} is empty", field=field)
    if len(line) > longest:
        raise Refused(
            Reason.ADDRESS, f"{field} has {len(line)} characters, UPS takes {longest}", field=field, value=line
        )
    return line


def country_code(where: Address, role: str) -> str:
    country = _country(where.country)
    if not country:
        field, given = f"{role}.address.country", cleaned(where.country)
        if not given:
            raise Refused(Reason.MISSING, f"{field} is empty", field=field)
        raise Refused(Reason.ADDRESS, f"{field} is no two-letter code", field=field, value=given.upper())
    return country


@lru_cache(maxsize=256)
def _country(given: str) -> str:
    """The two-letter code, "" when it is none. Kept, for one request asks a dozen times about very few countries."""
    country = cleaned(given)
    return country.upper() if _TWO_LETTERS.fullmatch(country) else ""
