"""What a connection test reports of either side."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """One line of a connection test: what was asked, whether it went well, and what was seen or what to do."""

    name: str
    ok: bool
    detail: str
