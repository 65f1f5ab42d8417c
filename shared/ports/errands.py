"""The errands that people ask for in the console."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from shared.domain.errand import Errand


class Errands(Protocol):
    """Errands by what they are about. Each is begun once, whoever asks, and ends once."""

    def add(self, errand: Errand) -> None:
        """Keeps an errand that was asked for."""
        ...

    def get(self, subject: str, name: str) -> Errand | None:
        """The errand of this id; None for none. Raises NewerFormat."""
        ...

    def of(self, subject: str, limit: int) -> list[Errand]:
        """The last errands of a subject, the newest first; those of a newer release are left out."""
        ...

    def begin(self, errand: Errand, now: datetime) -> Errand | None:
        """The errand as begun; None where somebody else was first, or where it has ended."""
        ...

    def end(self, errand: Errand) -> bool:
        """Keeps the result of an errand that was begun; False where it has one already."""
        ...
