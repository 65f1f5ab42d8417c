"""What the ERP's document is told of all its parcel groups together, by one writer at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal

from shared.domain.hints import Action, Hint, do
from shared.domain.milestones import Milestone, roll_up
from shared.domain.money import Money
from shared.domain.parcel_group import document_key
from shared.domain.record import Head
from shared.domain.state import Reason
from shared.errors import Refused, Retry
from shared.ports import Ports, WriteBack
from shared.workflow.intake.groups import group_keys
from shared.workflow.orders.step import LEASE

_NO_COST = "set write_back.cost and write_back.currency to off, then {0}"

SOON = 30.0
"""Seconds until a write-back that met another one of the same document tries again."""


def tell(
    ports: Ports, head: Head, note_of: Callable[[Head], WriteBack], write: Callable[[WriteBack], tuple[str, ...]]
) -> tuple[str, ...]:
    """Writes the head's note, or for a document of several groups that of all its shipped ones, under its lease.

    Which numbers stand in the ERP is worked out anew each time, so repeating it leaves one effect. Raises Retry while
    another worker writes the same document; what `write` raises passes through.
    """
    document = document_key(head.key)
    if not ports.documents.groups(document).groups:
        return write(note_of(head))
    owner, now = ports.unique(), ports.clock.now()
    if not ports.documents.acquire(document, owner, now, now + LEASE):
        raise Retry("another parcel group of the order is being written back", SOON)
    try:
        heads = [ports.orders.head(key) for key in group_keys(ports, document)]
        return write(together([note_of(each) for each in heads if each and each.shipment_id]))
    finally:
        ports.documents.release(document, owner)


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
        reference=" ".join(note.reference for note in live),
        shipment_id=" ".join(note.shipment_id for note in live),
        tracking_numbers=tuple(dict.fromkeys(number for note in notes for number in note.tracking_numbers)),
        service=" ".join(dict.fromkeys(note.service for note in notes if note.service)),
        cost=Money(sum((cost.amount for cost in costs), Decimal(0)), currencies[0]) if costs else None,
        cost_estimated=any(note.cost_estimated for note in notes),
        eta=max(note.eta for note in notes),
        milestone=roll_up([Milestone(note.milestone) for note in live if note.milestone]) or "",
        tracking_url=live[0].tracking_url,
        withdrawn=tuple(number for note in notes for number in note.withdrawn),
        before=together(told) if any(note.before for note in notes) else None,
    )
