"""Check that the fields of a connection can hold the values mapped to them, before anything is written. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from shared.connection.write_back import WORDS
from shared.erp.fields.target import FieldTarget

LEAST: Mapping[str, tuple[int, str]] = {
    "tracking_numbers": (18, "a number of UPS"),
    "service": (2, "a service's code"),
    "currency": (3, "a currency's code"),
    "eta": (10, "a day such as 2026-11-05"),
    "milestone": (16, "the longest of them, out_for_delivery,"),
    "failure": (13, "the longest of them, freight_terms or international,"),
    "tracking_url": (53, "the address of a UPS number's page"),
}
"""Canonical name → the characters that a value of it takes at the least, and what takes them."""


def least_of(name: str, target: FieldTarget) -> tuple[int, str]:
    """Return the least length that a target must hold, and the value that needs it: its longest word, those counted
    that it does not replace."""
    least, what = LEAST.get(name, (0, ""))
    if not target.values:
        return least, what
    words = [*target.values.values(), *(WORDS.get(name, frozenset()) - set(target.values))]
    longest = max(words, key=len)
    return len(longest), f"the longest of its values, {longest},"


def too_short(targets: Mapping[str, FieldTarget], lengths: Mapping[str, int | None]) -> Iterator[tuple[str, str]]:
    """Canonical names whose field cannot hold their values, each with the reason. `lengths` are the fields' own."""
    for name, target in targets.items():
        least, what = least_of(name, target)
        known = (target.longest, lengths.get(target.field))
        longest = min((length for length in known if length is not None), default=least)
        if longest < least:
            yield name, f"{target.field} takes {longest} characters, {what} has {least}"
