"""Parties of the sandbox, written in one line."""

from __future__ import annotations

from collections.abc import Sequence

from shared.domain.address import Address, Party


def place(
    name: str,
    street: str | Sequence[str],
    city: str,
    state: str,
    postcode: str,
    *,
    country: str = "US",
    phone: str = "",
) -> Party:
    """A party at an address; `street` is a line or up to four."""
    lines = (street,) if isinstance(street, str) else tuple(street)
    return Party(name, Address(lines, city, state, postcode, country), phone=phone)
