"""One run of a poll, as it is kept: what the ERP listed, what was read, and what became of each document."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

KEPT = timedelta(days=14)
"""The time for which a run is kept."""
MOST = 100
"""The most documents that are kept of one run."""


class Fate(StrEnum):
    """The fate of a document in a poll. The values are stored: a name may be added, a value never changes."""

    TAKEN = "taken"
    HELD = "held"
    FOLLOWED = "followed"
    NOT_SELECTED = "not_selected"
    CANCELLED = "cancelled"
    ELSEWHERE = "elsewhere"
    OLDER = "older"
    LATER = "later"
    FAILED = "failed"


SKIPPED = frozenset({Fate.NOT_SELECTED, Fate.CANCELLED, Fate.ELSEWHERE, Fate.OLDER, Fate.LATER, Fate.FAILED})
"""The fates of documents of which nothing was taken or brought up to date."""


@dataclass(frozen=True, slots=True)
class RunDocument:
    """One document that a run read. `why` is a reason, a field, or a failure; never a value of the order.

    `fate` is a plain text where another release named it.
    """

    document: str
    fate: Fate | str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """A run of the poll of one connection.

    Of the changes that the ERP `listed`, `known` were taken in before at the same change. `read` counts the documents
    that were read, changed and resting ones alike, `taken` the orders that are new. `documents` are those that were
    read or tried, `more` counts what is left out beyond the first 100. `goes_on` says that its time ran out, so that
    the next run follows at once.
    """

    connection: str
    began: datetime
    ended: datetime
    outcome: str
    listed: int = 0
    known: int = 0
    read: int = 0
    taken: int = 0
    documents: tuple[RunDocument, ...] = ()
    more: int = 0
    goes_on: bool = False

    @property
    def name(self) -> str:
        """The run's name beside its connection: when it began. Names sort as times do."""
        return self.began.astimezone(UTC).strftime("%Y%m%dT%H%M%S.%fZ")

    @property
    def skipped(self) -> int:
        """The documents of which nothing was taken or brought up to date, as far as they are kept."""
        return sum(each.fate in SKIPPED for each in self.documents)


def fate_of(text: str) -> Fate | str:
    """The fate of a stored text; the text itself where another release named it."""
    try:
        return Fate(text)
    except ValueError:
        return text
