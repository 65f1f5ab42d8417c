"""The verdict on a world in the end, in words and in numbers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from shared.domain.state import State

ENDS = frozenset({State.DONE, State.HELD, State.CANCELLED})
"""Where an order rests."""


@dataclass(frozen=True)
class Complaint:
    """A fault: duplicated, lost, stuck or unexpected; of which document, and in words."""

    kind: str
    document: str
    words: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.document}: {self.words}"


@dataclass(frozen=True)
class Verdict:
    """`held` counts documents of which a parcel group is held, `strays` those held for a stray."""

    complaints: tuple[Complaint, ...]
    held: int
    strays: int = 0

    def count(self, kind: str) -> int:
        return len({each.document for each in self.complaints if each.kind == kind})

    @property
    def kinds(self) -> Counter[str]:
        return Counter({kind: self.count(kind) for kind in ("duplicated", "lost", "stuck", "unexpected")})
