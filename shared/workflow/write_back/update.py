"""Tell the ERP of an order's shipments: all its generations that live, and the numbers that count no more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from shared.domain.milestones import Milestone
from shared.domain.record import Head, Snapshot
from shared.domain.replayed import Made, shipments_made
from shared.domain.state import State
from shared.domain.telling import Facts, Telling
from shared.ports import Ports, ShippedLine, ShippedPackage, WriteBack
from shared.workflow.orders.standing import kept_snapshot
from shared.workflow.planning.fixes import order_of
from shared.workflow.write_back.document import together

Page = Callable[[str], str]
"""From a tracking number to the address of its page, at the carrier or ours, "" where the ERP is not to be told."""


def note_of(ports: Ports, head: Head, told: Telling | None, page: Page) -> WriteBack:
    """The head's note. Raises Refused when nothing is kept of its shipment, or its costs have no sum."""
    telling = told or Telling(0)
    return replace(_of_shipments(ports, head, telling, page), failure=telling.now.failure)


def _of_shipments(ports: Ports, head: Head, telling: Telling, page: Page) -> WriteBack:
    packages = ports.orders.packages(head.key, head.generation)
    if head.generation > 1 or any(each.voided for each in packages):
        return _of_several(ports, head, telling, page)
    if not head.shipment_id:
        return _of_supplier(head, telling, page)
    made = Made(head.reference, head.shipment_id, head.service, head.cost, head.cost_estimated)
    note = _of_one(head, made, ports.orders.snapshot(head.key, 1), packages, page)
    return _with_news(note, 1, telling)


def _of_supplier(head: Head, telling: Telling, page: Page) -> WriteBack:
    """Of an order without a label of ours: the parcels by which its supplier sends it on its own, if a person named
    any. What the ERP was told, or may have been, of one that was taken off since is withdrawn."""
    now = _by_supplier(head, telling.now, telling.now.numbers.split(), page)
    earlier = [each for each in (telling.said, telling.document, *telling.maybe) if each]
    named = dict.fromkeys(number for facts in earlier for number in facts.numbers.split())
    gone = tuple(number for number in named if number not in now.tracking_numbers)
    if not gone:
        return now
    was = _by_supplier(head, telling.said, [*named], page)
    return replace(now if now.tracking_numbers else _nothing(head), withdrawn=gone, before=was)


def _by_supplier(head: Head, facts: Facts, numbers: Sequence[str], page: Page) -> WriteBack:
    note = WriteBack(head.document, "", "", tuple(numbers), "", None)
    return replace(note, milestone=facts.milestone, eta=facts.eta, tracking_url=page(numbers[0])) if numbers else note


def _of_several(ports: Ports, head: Head, telling: Telling, page: Page) -> WriteBack:
    """Of an order that was shipped again, or of which something was voided: its trail says what each generation was.

    Once it is CANCELLED its voided label has left the ERP, and is nothing that the ERP was told before.
    """
    last = head.generation if head.state != State.CANCELLED else None
    live, before, gone, withdrawn = [], [], list[WriteBack](), list[str]()
    for generation, made in sorted(shipments_made(ports.orders.audit(head.key)).items()):
        packages = ports.orders.packages(head.key, generation)
        counting = [each for each in packages if not each.voided]
        voided = tuple(each.tracking_number for each in packages if each.voided)
        withdrawn += voided
        snapshot = kept_snapshot(ports, head.key, generation)  # expired or not, its numbers count
        if counting:
            note = _with_news(_of_one(head, made, snapshot, counting, page), generation, telling)
            whole = _of_one(head, made, snapshot, packages, page) if voided else None
            live.append(replace(note, withdrawn=voided, before=whole))
        elif packages and not live:
            gone.append(_of_one(head, made, snapshot, packages, page))
        if counting or generation == last:
            told = packages if generation == last else counting
            before.append(_of_one(head, made, snapshot, told, page))
    now = together(live) if live else _nothing(head)
    was = replace(together(before), milestone=Milestone.VOIDED if live else Milestone.LABEL_CREATED) if before else None
    grown = tuple(together(before[:place]) for place in range(1, len(before)))  # as it stood before the later labels
    return replace(now, withdrawn=tuple(withdrawn), before=was, voided=tuple(gone), maybe=(*now.maybe, *grown))


def _with_news(note: WriteBack, generation: int, telling: Telling) -> WriteBack:
    """The note of a generation with what is known beyond its label; the news are those of all up to the telling's."""
    if generation > telling.generation:
        return note
    news = telling.now
    eta = news.eta if generation == telling.generation else ""
    told = replace(note, milestone=news.milestone or note.milestone, eta=eta or note.eta)
    return note if told == note else replace(told, maybe=(note,))


def _of_one(
    head: Head, made: Made, snapshot: Snapshot | None, packages: Sequence[ShippedPackage], page: Page
) -> WriteBack:
    """One shipment, of at least one package; without the cost where another account pays."""
    quote, plan = (snapshot.quote, snapshot.plan) if snapshot else (None, None)
    return WriteBack(
        document=head.document,
        reference=made.reference,
        shipment_id=made.shipment_id,
        tracking_numbers=tuple(each.tracking_number for each in packages),
        service=made.service,
        cost=made.cost if plan is None or plan.billing.kind == "shipper" else None,
        cost_estimated=made.cost_estimated,
        eta=quote.arrival.isoformat() if quote and quote.arrival else "",
        milestone=Milestone.LABEL_CREATED,
        tracking_url=page(packages[0].tracking_number),
        lines=_lines_of(snapshot) if snapshot else (),
    )


def _lines_of(snapshot: Snapshot) -> tuple[ShippedLine, ...]:
    """The lines of a generation: those that a person named, or all; of one that goes in part, that part."""
    return tuple(ShippedLine(line.number, line.quantity, line.unit) for line in order_of(snapshot).lines)


def _nothing(head: Head) -> WriteBack:
    return WriteBack(head.document, "", "", (), "", None, milestone=Milestone.VOIDED)
