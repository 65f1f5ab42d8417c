"""The report of a connection test on either side."""

from __future__ import annotations

from dataclasses import dataclass

from shared.domain.hints import Advice


@dataclass(frozen=True, slots=True)
class Check:
    """One line of a connection test: what was asked, whether it went well, what was seen, and what to do about it.

    One that went well and advises something all the same is a warning: a person looks, and the test does not fail."""

    name: str
    ok: bool
    detail: str
    hint: Advice = ""

    @property
    def warns(self) -> bool:
        """Tell if it is a warning."""
        return self.ok and bool(self.hint)
