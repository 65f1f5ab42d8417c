"""The values that the ERP is told beyond an order's label, those told so far, and the actions that cannot be repeated.

Pure. A telling is kept beside the head: it has a due time and tries of its own, whatever the state of the order.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from shared.domain.money import Money
from shared.domain.record import Head
from shared.domain.state import Reason, State


@dataclass(frozen=True, slots=True)
class Facts:
    """Values that may change after a label, or stand without one. A blank adds nothing to the label's own facts.

    `failure` is the reason of a hold, while there is no label; `cost` one that differs from the label's first.
    `numbers` are those by which the supplier sends an order without a label of ours, with a blank between two.
    """

    milestone: str = ""
    eta: str = ""
    cost: Money | None = None
    failure: str = ""
    numbers: str = ""


@dataclass(frozen=True, slots=True)
class Telling:
    """The facts as they are `now` and as the order `said` them to the ERP last; what differs is told.

    `due_at` is when the sweep sends a message for it, None when nothing differs or a person must act first;
    `not_before` is the next try after one that failed, `tries` and `since` count those. The facts are those of all
    shipments up to `generation`. `document` is what the order's document was told as a whole at `at`:
    by it a field of ours is known. At `again_at`, if ever, the ERP is read once more though nothing differs.
    `maybe` are facts that were overtaken while they were still to be told: a lost write may have left them in the ERP.
    """

    generation: int
    now: Facts = Facts()
    said: Facts = Facts()
    document: Facts | None = None
    at: datetime | None = None
    due_at: datetime | None = None
    not_before: datetime | None = None
    tries: int = 0
    since: datetime | None = None
    again_at: datetime | None = None
    maybe: tuple[Facts, ...] = ()

    @property
    def differs(self) -> bool:
        """Tell if the ERP is still to be told something."""
        return self.now != self.said


@dataclass(frozen=True, slots=True)
class ActionRecord:
    """An action at the ERP that cannot be repeated, such as a cost line: written before its call, like an intent.

    `intended` says that the call may have been made, `not_made` that it is proved not to have been, `done` that it was:
    `found` is then the ERP's own id of it. `at` is when the last intent was written, `attempt` counts the intents.
    """

    name: str
    state: Literal["intended", "not_made", "done"]
    at: datetime
    attempt: int = 1
    found: str = ""


MOST_MAYBE = 6
"""Overtaken facts that are kept at most: a parcel has no more milestones."""
NO_FAILURE = frozenset({Reason.APPROVAL, Reason.REMAINING})
"""Reasons of a hold that are no failure: a person decides, and nothing is wrong with the order."""
_AT_ANY_TIME = frozenset({State.RECEIVED, State.READY, State.HELD, State.DONE, State.CANCELLED})


def may_be_told(head: Head) -> bool:
    """Tell if the ERP may be told now: not while a label is bought or first written, or a void is being settled."""
    return head.state in _AT_ANY_TIME and head.reason != Reason.VOID


def with_news(telling: Telling, now: Facts, at: datetime) -> Telling:
    """The telling with new facts: due at once where they differ from what was said, and not tried yet."""
    due = at if now != telling.said else telling.again_at
    overtaken = (telling.now,) if telling.differs and now != telling.now else ()
    maybe = tuple(dict.fromkeys((*telling.maybe, *overtaken)))[-MOST_MAYBE:]
    return replace(telling, now=now, due_at=due, not_before=None, tries=0, since=None, maybe=maybe)


def as_told(telling: Telling, document: Facts, at: datetime) -> Telling:
    """The telling once the ERP holds it, and `document` as a whole."""
    again = telling.again_at if telling.again_at and telling.again_at > at else None
    told = replace(telling, said=telling.now, document=document, at=at, again_at=again, maybe=())
    return with_news(told, told.now, at)
