"""Tell the ERP's document about all its parcel groups together, by one writer at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from shared.domain.hints import Action, Hint, do
from shared.domain.milestones import Milestone, roll_up
from shared.domain.money import Money
from shared.domain.parcel_group import document_key
from shared.domain.record import Head
from shared.domain.state import AWAITED, Reason, State
from shared.domain.telling import Telling
from shared.errors import Refused, Retry
from shared.ports import Ports, WriteBack
from shared.workflow.intake.groups import group_keys
from shared.workflow.orders.step import LEASE

_NO_COST = "set write_back.cost and write_back.currency to off, then {0}"

SOON = 30.0
"""Seconds until a write-back that met another one of the same document tries again."""

ABOUT = timedelta(hours=1)
"""So long a parcel group waits after its label for others of the document that go within the same time."""
GOING = frozenset({State.RECEIVED, State.READY, State.INTENT, State.UNKNOWN})
"""States from which a label comes without a person."""

NoteOf = Callable[[Head, Telling | None], WriteBack]
"""From an order and what is told of it beyond its label to its own note."""
Write = Callable[[WriteBack], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Document:
    """The orders of which the ERP's document tells: all its groups that are shipped, or of which something was told,
    each with its telling; of a document that is one order, that one. `others` are its groups without a shipment."""

    orders: tuple[tuple[Head, Telling | None], ...]
    others: tuple[Head, ...] = ()

    def note(self, note_of: NoteOf) -> WriteBack:
        """The note of the whole document."""
        notes = [note_of(head, telling) for head, telling in self.orders]
        return together(notes) if len(notes) > 1 else notes[0]

    def with_all(self, own: WriteBack, whole: WriteBack) -> WriteBack:
        """The note of one of the groups with the numbers of all and their page, which the `whole` document's has."""
        if len(self.orders) < 2:
            return own
        return replace(own, all_numbers=whole.tracking_numbers, tracking_url=whole.tracking_url)

    def awaited(self, head: Head, now: datetime) -> int:
        """Return how many groups are about to get a label, for so long as the head may wait for them after its own."""
        if head.intent_at is None or now > head.intent_at + ABOUT:
            return 0
        soon = now + ABOUT
        return sum(
            each.state in GOING and each.reason not in AWAITED and (each.not_before is None or each.not_before <= soon)
            for each in self.others
        )

    def besides(self, key: str) -> list[str]:
        """The keys of all its groups but that one."""
        return [each.key for each in (*(head for head, _ in self.orders), *self.others) if each.key != key]

    @property
    def last(self) -> Telling | None:
        """The telling by which the document was told last, by whichever of its orders."""
        told = [(each.at, each) for _, each in self.orders if each and each.at]
        return max(told, key=lambda each: each[0])[1] if told else None

    def telling(self, key: str) -> Telling | None:
        """That of one of the orders."""
        return next((telling for head, telling in self.orders if head.key == key), None)


def document_of(ports: Ports, head: Head) -> Document:
    """The head's document as it is now."""
    grouped = bool(ports.documents.groups(document_key(head.key)).groups)
    return _read(ports, head, grouped=grouped)


def tell(ports: Ports, head: Head, note_of: NoteOf, write: Write) -> tuple[tuple[str, ...], WriteBack, Document]:
    """Writes the head's note, or for a document of several groups that of all its shipped ones, under its lease.

    Which numbers stand in the ERP is worked out anew each time, so repeating it leaves one effect. Raises Retry while
    another worker writes the same document; what `write` raises passes through. Gives the fields that hold the note,
    the note, and the document as it was before.
    """
    key = document_key(head.key)
    if not ports.documents.groups(key).groups:
        return _write(_read(ports, head, grouped=False), note_of, write)
    with ports.lease("document", key, LEASE) as owner:
        if not owner:
            raise Retry("another parcel group of the order is being written back", SOON)
        return _write(_read(ports, head, grouped=True), note_of, write)


def _write(document: Document, note_of: NoteOf, write: Write) -> tuple[tuple[str, ...], WriteBack, Document]:
    note = document.note(note_of)
    return write(_beside(_with_maybe(note, document), document.last)), note, document


def _read(ports: Ports, head: Head, *, grouped: bool) -> Document:
    if not grouped:
        return Document(((head, ports.orders.telling(head.key)),))
    heads = (ports.orders.head(key) for key in group_keys(ports, document_key(head.key)))
    each = [(found, ports.orders.telling(found.key)) for found in heads if found]
    told = tuple((found, telling) for found, telling in each if found.shipment_id or telling)
    return Document(told, tuple(found for found, _ in each if not found.shipment_id))


def _with_maybe(note: WriteBack, document: Document) -> WriteBack:
    """The note with what was to be told before and never proved to be."""
    overtaken = [facts for _, telling in document.orders if telling for facts in telling.maybe]
    maybe = [
        replace(
            note,
            before=None,
            maybe=(),
            milestone=facts.milestone or note.milestone,
            eta=facts.eta or note.eta,
            cost=facts.cost or note.cost,
            failure=facts.failure,
        )
        for facts in overtaken
    ]
    return replace(note, maybe=(*note.maybe, *maybe)) if maybe else note


def _beside(note: WriteBack, last: Telling | None) -> WriteBack:
    """The note with what the ERP was told before, where that differs: a field of ours is known by what it says."""
    was = last.document if last else None
    if was is None:
        return note
    before = replace(
        note.before or note,
        before=None,
        maybe=(),
        milestone=was.milestone,
        eta=was.eta,
        cost=was.cost,
        failure=was.failure,
    )
    return note if note.before is None and before == note else replace(note, before=before)


def together(notes: Sequence[WriteBack]) -> WriteBack:
    """One note of several, in their order: all numbers, each service once, the sum of the costs, the latest arrival;
    the milestone of those that live by rank, their tracking page, and what counts no more of any.

    Raises Refused for costs in several currencies, of which there is no sum.
    """
    costs = [note.cost for note in notes if note.cost]
    currencies = sorted({cost.currency for cost in costs})
    if len(currencies) > 1:
        raise Refused(
            Reason.WRITE_BACK,
            f"the parcel groups of order {notes[0].document} cost {' and '.join(currencies)}, which have no sum",
            field="write_back.cost",
            value=" ".join(currencies),
            hint=Hint(_NO_COST, (do(Action.RETRY), do(Action.EDIT_FILE, field="write_back.cost"))),
        )
    told = [note.before or note for note in notes]
    live = [note for note in notes if note.tracking_numbers] or notes
    return replace(
        notes[0],
        reference=" ".join(note.reference for note in live if note.reference),
        shipment_id=" ".join(note.shipment_id for note in live if note.shipment_id),
        tracking_numbers=tuple(dict.fromkeys(number for note in notes for number in note.tracking_numbers)),
        service=" ".join(dict.fromkeys(note.service for note in notes if note.service)),
        cost=Money(sum((cost.amount for cost in costs), Decimal(0)), currencies[0]) if costs else None,
        cost_estimated=any(note.cost_estimated for note in notes),
        eta=max(note.eta for note in notes),
        milestone=roll_up([Milestone(note.milestone) for note in live if note.milestone]) or "",
        failure=next((note.failure for note in notes if note.failure), ""),
        tracking_url=live[0].tracking_url,
        withdrawn=tuple(number for note in notes for number in note.withdrawn),
        before=together(told) if any(note.before for note in notes) else None,
        maybe=tuple(each for note in notes for each in note.maybe),
        lines=tuple(line for note in live for line in note.lines),
        shipments=tuple(each for note in live for each in note.shipments or (note,) if each.tracking_numbers),
    )
