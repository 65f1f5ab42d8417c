"""Which documents rest: their orders are held, in doubt, or wait. They are read by key, whatever the cursor, since a
correction in the ERP's master data changes no order's stamp, and an ERP that lists by status does not tell when one
leaves the range."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from shared import log
from shared.domain.record import Head
from shared.domain.state import WAITS, Reason, State
from shared.ports import OpenDocument, StoredConnection
from shared.workflow.intake.changes import BEFORE_LABEL, is_doubted
from shared.workflow.intake.pending import pause
from shared.workflow.intake.run import Poll, chunks
from shared.workflow.orders.after_label import AFTER_LABEL
from shared.workflow.orders.step import STALE, waits

NEAR = timedelta(hours=1)
"""An order that waits is read, or looked for in the ERP's list, at each poll from this time before it is due."""
_UNREAD = frozenset({"", STALE})


@dataclass(frozen=True, slots=True)
class Rest:
    """How a document rests: since when, and whether something is to be read before anything of it goes on (`soon`).

    What `waits` for its time is only looked for in the ERP's list, until `until`; `on_day` is when it is read by key,
    None for not at all.
    """

    since: datetime
    soon: bool = False
    waits: bool = False
    until: datetime | None = None
    on_day: datetime | None = None

    def due(self, kept: OpenDocument | None) -> datetime | None:
        """When the document is read by key, None for not at all. What was noted before its last step counts no more."""
        if kept and (kept.why or (kept.read and kept.read >= self.since)):
            return kept.due
        return self.on_day if self.waits else self.since

    def is_paced(self, kept: OpenDocument | None) -> bool:
        """Tell if it is read for the sake of its rest alone: then others may come first."""
        asked = kept is not None and bool(kept.why)
        return not (asked or self.waits or (self.soon and self.due(kept) == self.since))

    def next(self, now: datetime) -> datetime:
        """When it is read next, after a read now."""
        later = now + pause(self.since, now)
        return min(later, self.on_day) if self.on_day and self.on_day > now else later


def resting(running: Poll) -> dict[str, Rest]:
    """The documents that rest, by their numbers."""
    orders, stored, now = running.ports.orders, running.stored, running.ports.clock.now()
    found: dict[str, Rest] = {}
    for bucket in ("held", "open"):
        keys = list(orders.listing(stored.connection.id, bucket, newest_first=False))
        for place, head in enumerate(head for page in chunks(keys, 100) for head in orders.heads(page)):
            if place == 0:
                age = (now - head.created_at).total_seconds()
                figure = "OldestHeld" if bucket == "held" else "OldestOpen"
                log.measure(figure, age, unit=log.SECONDS, connection=head.connection)
            rest = rest_of(head, stored, now)
            if rest:
                found[head.document] = _together(found.get(head.document, rest), rest)
    return found


def rest_of(head: Head, stored: StoredConnection, now: datetime) -> Rest | None:
    """How an order rests, None for one that does not, or of which the ERP has nothing to tell.

    Held or waiting before its label; or in doubt, since it may be bought again; or held for what the ERP did after the
    label, or with its number not written yet.
    """
    since = head.updated_at
    if is_doubted(head):
        return None if head.content == STALE else Rest(since)
    if head.shipment_id:
        return _rest_after_label(head, now)
    return None if head.in_doubt or head.state not in BEFORE_LABEL else _rest_before_label(head, stored, now)


def _rest_before_label(head: Head, stored: StoredConnection, now: datetime) -> Rest | None:
    since = head.updated_at
    if head.revision != stored.revision and head.reason != Reason.STRAY and _goes_by_the_file(head):
        return Rest(max(since, stored.touched or since), soon=True)
    if head.state == State.HELD or head.reason == "unconfirmed":
        return Rest(since, soon=head.content in _UNREAD)
    if not waits(head, now) or head.not_before is None:
        return None
    day = head.not_before - NEAR if head.reason in WAITS else None
    return Rest(since, waits=True, until=head.not_before, on_day=day)


def _rest_after_label(head: Head, now: datetime) -> Rest | None:
    if head.state == State.HELD and (head.reason in AFTER_LABEL or head.content != STALE):
        return Rest(head.updated_at, soon=head.content == STALE)
    if head.state == State.SHIPPED and head.content != STALE and waits(head, now):
        return Rest(head.updated_at, waits=True, until=head.not_before)
    return None


def _goes_by_the_file(head: Head) -> bool:
    """Tell if another file may lift the hold or move the ship date; any other order that waits is quoted anew."""
    return head.state == State.HELD or head.reason in WAITS


def _together(one: Rest, other: Rest) -> Rest:
    """Two parcel groups of one document: it is read for both."""
    waiting = one.waits and other.waits
    times = [each for each in (one.until, other.until) if each] if waiting else []
    days = [each for each in (one.on_day, other.on_day) if each]
    return replace(
        one,
        since=max(one.since, other.since),
        soon=one.soon or other.soon,
        waits=waiting,
        until=min(times, default=None),
        on_day=min(days, default=None),
    )
