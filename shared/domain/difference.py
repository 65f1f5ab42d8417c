"""What the ERP says of an order after its label, against what was shipped. Pure.

Ship-to, service and item make a change, a greater open quantity or a new line makes a remainder. A smaller quantity, or
a line that is gone, is progress: it was advised, received or closed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from shared.domain.address import Party
from shared.domain.order import Order, OrderLine
from shared.domain.record import Snapshot
from shared.domain.state import Reason


@dataclass(frozen=True, slots=True)
class Difference:
    """Why a shipped order is held. `lines` are those of which more is open; `reading` is what was compared."""

    reason: Reason
    message: str
    field: str
    lines: tuple[str, ...]
    reading: Order


def difference(snapshot: Snapshot, readings: Sequence[Order]) -> Difference | None:
    """None when `readings`, the document's orders that have the shipment's lines, say nothing but progress."""
    closed = next((order for order in readings if order.cancelled), None)
    base, accepted = snapshot.order, snapshot.accepted
    if closed:
        if accepted and accepted.cancelled:
            return None
        why = f": {'; '.join(closed.notes)}" if closed.notes else ""
        return Difference(Reason.CANCELLED, f"closed in the ERP after its label{why}", "status", (), closed)
    if accepted and not accepted.cancelled:
        base = accepted
    reading = _as_one(readings)
    changes = list(_changes(snapshot, base, readings))
    more = list(_more(base, reading))
    if not changes and not more:
        return None
    said = [text for _, text in changes] + [text for _, text in more]
    field = changes[0][0] if changes else f"lines.{more[0][0]}.quantity"
    reason = Reason.CHANGED if changes else Reason.REMAINING
    message = f"after its label the ERP has {'; '.join(said)}"
    return Difference(reason, message, field, tuple(number for number, _ in more), reading)


def _as_one(readings: Sequence[Order]) -> Order:
    """One order of them: the first, with all their lines."""
    lines = tuple(line for order in readings for line in order.lines)
    return replace(readings[0], lines=lines)


def _changes(snapshot: Snapshot, base: Order, readings: Sequence[Order]) -> Iterator[tuple[str, str]]:
    """Field and words of each change. What a person's fix had put into the label already is none."""
    fixed = {fix.field: fix.value for fix in snapshot.fixes}
    known = {line.number: line for line in base.lines}
    for order in readings:
        ours = [line for line in order.lines if line.number in known]
        if ours and not _same_place(order.ship_to, base.ship_to, snapshot):
            yield "ship_to", f"another ship-to for {_named(ours)}: {order.ship_to.name}, {order.ship_to.address}"
        for line in ours:
            was = known[line.number].item
            if line.item not in (was, fixed.get(f"lines.{line.number}.item")):
                yield f"lines.{line.number}.item", f"item {line.item} instead of {was} on line {line.number}"
    service = readings[0].service
    if readings[0].lines and service not in (base.service, fixed.get("service")):
        yield "service", f"delivery method {service} instead of {base.service}"


def _same_place(now: Party, then: Party, snapshot: Snapshot) -> bool:
    shipped = snapshot.plan.ship_to if snapshot.plan else then
    return any((now.name, now.address) == (each.name, each.address) for each in (then, shipped))


def _more(base: Order, reading: Order) -> Iterator[tuple[str, str]]:
    """Lines of which more is open than there was, and lines that were not there."""
    known = {line.number: line for line in base.lines}
    for line in reading.lines:
        was = known.get(line.number)
        if was is None:
            yield line.number, f"a new line {line.number} with {_open(line)} of {line.item}"
        elif line.unit != was.unit:
            yield line.number, f"line {line.number} in {_open(line)} instead of {_open(was)}"
        elif line.quantity > was.quantity:
            yield line.number, f"{_open(line)} open on line {line.number} instead of {_open(was)}"


def _open(line: OrderLine) -> str:
    return f"{line.quantity.normalize():f} {line.unit}"


def _named(lines: Sequence[OrderLine]) -> str:
    return f"line {', '.join(line.number for line in lines)}"
