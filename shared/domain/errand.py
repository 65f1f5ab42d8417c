"""Errands: what a person asked for in the console, and a worker with the credentials does. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from shared.domain.hints import Advice

LAPSES = timedelta(minutes=15)
"""An errand that no worker has begun by then is not done any more: nobody is surprised by a void of an hour ago."""
TAKES = timedelta(minutes=5)
"""Longer than the worker's timeout: one that began before and has no result has lost its worker."""
KEPT = timedelta(days=7)


class Verb(StrEnum):
    """The errands there are. The values are stored."""

    VOID = "void"
    PROPOSE = "propose"
    SHIP = "ship"
    LOOK_UP = "look_up"
    ADOPT = "adopt"
    DECLARE_ABSENT = "declare_absent"
    TEST = "test"
    DRY_RUN = "dry_run"


CHANGING = frozenset({Verb.VOID, Verb.SHIP, Verb.ADOPT, Verb.DECLARE_ABSENT})
"""Errands that change an order: each is for the version of it that the person saw, and for no other."""


class Stage(StrEnum):
    """How far an errand is. UNCLEAR: it may have been done, and the order says how it stands. The values are stored."""

    ASKED = "asked"
    BEGUN = "begun"
    DONE = "done"
    REFUSED = "refused"
    UNCLEAR = "unclear"


Standing = Literal["asked", "begun", "done", "refused", "unclear", "lapsed"]


@dataclass(frozen=True, slots=True)
class Result:
    """The result of an errand: a sentence, a table where there is one, and `token`, which a following errand names."""

    said: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    token: str = ""
    hint: Advice = ""


@dataclass(frozen=True, slots=True)
class Errand:
    """Something asked for. `subject` is an order's key or a connection's id, `version` the order's that the person saw
    (0 for a connection). `names` are lines, packages or a shipment; `token` is that of the errand before."""

    subject: str
    id: str
    verb: Verb
    connection: str
    who: str
    asked_at: datetime
    why: str = ""
    version: int = 0
    names: tuple[str, ...] = ()
    token: str = ""
    stage: Stage = Stage.ASKED
    begun_at: datetime | None = None
    result: Result = field(default_factory=lambda: Result(""))

    @property
    def place(self) -> str:
        """The key of its message."""
        return f"{self.subject}|{self.id}"

    def standing(self, now: datetime) -> Standing:
        """How it stands for a person: one that nobody began has lapsed, one whose worker is surely gone is unclear."""
        if self.stage == Stage.ASKED and now - self.asked_at >= LAPSES:
            return "lapsed"
        if self.stage == Stage.BEGUN and self.begun_at and now - self.begun_at >= TAKES:
            return "unclear"
        return self.stage.value


def errand_id(at: datetime, name: str) -> str:
    """The id of an errand asked for at this time (UTC): ids sort as times do. `name` is one that no other has."""
    return f"{at:%Y%m%dT%H%M%S%f}-{name}"


def place_of(text: str) -> tuple[str, str]:
    """The subject and the id in a message's key. Raises ValueError."""
    subject, bar, name = text.rpartition("|")
    if not (bar and subject and name):
        raise ValueError(f"this names no errand: {text[:100]!r}")
    return subject, name


def under_way(errands: Sequence[Errand], now: datetime) -> Errand | None:
    """The errand that changes the order and has not ended."""
    return next((each for each in errands if each.verb in CHANGING and each.standing(now) in ("asked", "begun")), None)
