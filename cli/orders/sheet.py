"""One order as a clerk needs it: what, where to, in which state and why, what next, and how it got there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cli.amounts import about, price_of
from cli.orders.lists import hint_of
from cli.parcels.timeline import as_facts, show_timelines
from cli.rendering import clean, facts, instant, plain, say, table
from cli.wiring import Stack
from shared.domain.address import Party
from shared.domain.record import AuditEntry, Fix, Head, Snapshot
from shared.domain.shipment import Quote, ShipmentPlan
from shared.domain.state import AWAITED, DISMISSED, State
from shared.domain.telling import Telling
from shared.ports import ShippedPackage
from shared.workflow.desk.listing import snapshot_of
from shared.workflow.desk.parcels import parcels_of
from shared.workflow.orders.label import WAITING, has_label
from shared.workflow.orders.standing import is_voided
from shared.workflow.planning.fixable import in_words
from shared.workflow.planning.fixes import fixed

_NEXT = {
    State.RECEIVED: "nothing: it is being checked and priced",
    State.READY: "nothing: it is about to be bought",
    State.INTENT: "nothing: it is being bought",
    State.UNKNOWN: "nothing: the carrier did not answer, and is asked whether the label exists",
    State.SHIPPED: "nothing: its numbers are being written to the ERP",
    State.DONE: "nothing: it is done",
    State.CANCELLED: "nothing: the ERP cancelled it, or wants it no longer",
}


def show_sheet(stack: Stack, head: Head) -> None:
    snapshot = snapshot_of(stack.ports, head)
    packages = stack.ports.orders.packages(head.key, head.generation)
    say(f"Order {head.document}", style="bold")
    telling = stack.ports.orders.telling(head.key)
    facts(_state(head, snapshot, packages))
    facts([("the ERP is to be told", owed(head, telling))])
    if snapshot:
        say("")
        facts(_content(snapshot))
        _show_lines(snapshot)
    elif head.generation:
        say("What was in the order has expired (retention).")
    if head.shipment_id:
        facts(_shipment(head, telling))
        columns = ("package", "tracking number", "label")
        table(
            columns,
            [(p.number, p.tracking_number, _label(stack, p)) for p in packages],
        )
        show_timelines(stack, head)
    show_trail(stack.ports.orders.audit(head.key))


def sheet(stack: Stack, head: Head) -> dict[str, object]:
    """The same for programs."""
    snapshot = snapshot_of(stack.ports, head)
    packages: tuple[ShippedPackage, ...] = stack.ports.orders.packages(head.key, head.generation)
    return {
        "head": plain(head),
        "snapshot": plain(snapshot),
        "packages": plain(packages),
        "telling": plain(stack.ports.orders.telling(head.key)),
        "next": _next(head, snapshot, packages),
        "parcels": [as_facts(stack, each) for each in parcels_of(stack.ports, head)],
        "trail": plain(stack.ports.orders.audit(head.key)),
    }


def _label(stack: Stack, package: ShippedPackage) -> str:
    if package.voided:
        return "voided"
    return f"{stack.labels_at}{package.label}" if package.label else "none yet"


def show_trail(trail: Sequence[AuditEntry]) -> None:
    columns = ("", "when", "who", "what", "state", "why", "field", "request ids")
    rows = [(e.sequence, instant(e.at), e.who, e.what, e.state, e.why, e.field, " ".join(e.request_ids)) for e in trail]
    table(columns, rows, title="Trail")


def told(fix: Fix) -> str:
    """A fix in words: the field, its value, and what the ERP has there."""
    value, over = in_words(fix.field, fix.value), in_words(fix.field, fix.over)
    return f"{fix.field} is {value or 'blank'} instead of {over or 'nothing'}, by {fix.who}"


def _state(head: Head, snapshot: Snapshot | None, packages: Sequence[ShippedPackage]) -> Iterator[tuple[str, object]]:
    yield "key", head.key
    yield "connection", f"{head.connection}, revision {head.revision}"
    yield "state", f"{head.state} {head.reason}".strip()
    yield "since", instant(head.updated_at)
    yield "why", snapshot.problem if snapshot and head.state == State.HELD else ""
    yield "field", head.field
    yield "what to do", _next(head, snapshot, packages)
    yield "goes on", instant(head.due_at) if head.state in {State.UNKNOWN, State.READY, State.RECEIVED} else ""
    yield "tries", f"{head.tries}, last {instant(head.last_try_at)}" if head.tries else ""
    yield "approved by", head.approved_by
    if not head.shipment_id:
        yield "our reference", head.reference


def owed(head: Head, telling: Telling | None) -> str:
    """Return the values that the ERP is still to be told beside the label, and how that goes; "" for none."""
    if telling is None or not (telling.differs or telling.tries):
        return ""
    if not telling.differs:
        return f"nothing new, but {telling.tries} tries failed; the trail says why; again at {instant(telling.due_at)}"
    now, said = telling.now, telling.said
    names = [name for name in ("milestone", "eta", "cost", "failure") if getattr(now, name) != getattr(said, name)]
    what = ", ".join(f"{name} {getattr(now, name) or 'none'}" for name in names)
    failed = f"; {telling.tries} tries failed" if telling.tries else ""
    if telling.due_at is None:
        return f"{what}; given up, the trail says why: parcelbridge writebacks replay {head.document} tries again"
    return f"{what}; at {instant(telling.due_at)}{failed}"


def _next(head: Head, snapshot: Snapshot | None, packages: Sequence[ShippedPackage]) -> str:
    if head.state == State.CANCELLED and head.reason == DISMISSED:
        return f"nothing: it was dismissed; parcelbridge orders dismiss {head.document} --undo takes that back"
    if head.state == State.UNKNOWN and head.reason in AWAITED:
        return f"buy the label of {head.reference} at the carrier: its number is looked for, and written to the ERP"
    if head.state == State.DONE and head.label == WAITING:
        return f"send the label to the supplier: parcelbridge labels send {head.document}"
    if head.state == State.DONE and not head.label and has_label(head) and any(each.label for each in packages):
        return f"print its label: parcelbridge labels print (all that wait), or labels reprint {head.document}"
    if head.state == State.CANCELLED and is_voided(head):
        return f"nothing: its label is voided; parcelbridge orders ship {head.document} ships it again"
    return hint_of(head, snapshot, head.document) or _NEXT.get(head.state, "")


def _content(snapshot: Snapshot) -> Iterator[tuple[str, object]]:
    order, plan, check = fixed(snapshot.order, snapshot.fixes), snapshot.plan, snapshot.address_check
    yield "from", _party(order.ship_from)
    yield "to", _party(order.ship_to)
    yield "address check", f"{check.outcome} {check.note}".strip() if check else ""
    if check and check.outcome != "valid":
        yield from ((f"candidate:{at}", candidate) for at, candidate in enumerate(check.candidates, start=1))
    yield from (("fixed", told(each)) for each in snapshot.fixes)
    yield "bill to", _party(order.bill_to) if order.bill_to else ""
    yield "supplier", order.supplier
    yield "warehouse", order.warehouse
    yield "needed", order.needed
    yield "method", order.service
    if plan:
        yield "packages", _packages(plan)
    yield "quote", _quote(snapshot.quote) if snapshot.quote else ""
    for note in snapshot.notes or order.notes:
        yield "note", note


def _show_lines(snapshot: Snapshot) -> None:
    rows: list[tuple[object, ...]] = [
        (line.number, line.item, line.description, f"{line.quantity:f} {line.unit}", line.unit_weight or "none")
        for line in fixed(snapshot.order, snapshot.fixes).lines
    ]
    rows += [(skipped.line, "not shipped", skipped.reason, "", "") for skipped in snapshot.order.skipped]
    table(("line", "item", "description", "quantity", "weight each"), rows)


def _shipment(head: Head, telling: Telling | None) -> Iterator[tuple[str, object]]:
    yield "shipment", head.shipment_id
    yield "service", head.service
    yield "cost", price_of(head) + (" (estimated)" if head.cost_estimated else "") if head.cost else ""
    yield "label", head.label or "not printed"
    yield "our reference", head.reference
    yield "in the ERP", "yes" if head.written_back else "not yet"
    yield "milestone", telling.now.milestone if telling else ""
    yield "arrives", telling.now.eta if telling else ""


def _packages(plan: ShipmentPlan) -> str:
    weights = ", ".join(str(package.weight) for package in plan.packages)
    return f"{len(plan.packages)} ({weights}), service {plan.service or 'not chosen yet'}, paid by {plan.billing.kind}"


def _quote(quote: Quote) -> str:
    published = f" (published {quote.published})" if quote.negotiated else ""
    return f"{about(quote.price)}{published}" + (f", arrives {quote.arrival}" if quote.arrival else "")


def _party(party: Party) -> str:
    return clean(", ".join(part for part in (party.name, party.attention, str(party.address), party.phone) if part))
