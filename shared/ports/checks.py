"""The report of a connection test on either side."""

from __future__ import annotations

from dataclasses import dataclass

from shared.domain.hints import Advice


@dataclass(frozen=True, slots=True)
class Check:
    """One line of a connection test: what was asked, whether it went well, what was seen, and what to do about it."""

    name: str
    ok: bool
    detail: str
    hint: Advice = ""
