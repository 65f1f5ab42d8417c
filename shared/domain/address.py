"""Addresses, and the parties that stand at them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address as the ERP or the connection file gives it; `country` is ISO 3166 alpha-2."""

    lines: tuple[str, ...]
    city: str
    state: str
    postcode: str
    country: str

    def __str__(self) -> str:
        parts = [*self.lines, f"{self.city} {self.state} {self.postcode}".strip(), self.country]
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Party:
    """Who sends, receives or pays. `residential` has three values: None means that nobody knows."""

    name: str
    address: Address
    attention: str = ""
    phone: str = ""
    residential: bool | None = None
