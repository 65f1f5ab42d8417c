"""Compare the order in the ERP, after its label, with the shipment. Pure.

Ship-to, service and item make a change, a greater open quantity or a new line makes a remainder. A smaller quantity, or
a line that is gone, is progress: it was advised, received or closed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from shared.domain.address import Party
from shared.domain.digest import told_of
from shared.domain.order import Order, OrderLine
from shared.domain.record import Snapshot
from shared.domain.state import Reason


@dataclass(frozen=True, slots=True)
class Difference:
    """Why a shipped order is held. `lines` are those of which more is open; `reading` is what was compared.

    `told` is the digest of what differs: the same difference has the same, however it is worded.
    """

    reason: Reason
    message: str
    field: str
    lines: tuple[str, ...]
    reading: Order
    told: str


@dataclass(frozen=True, slots=True)
class _Point:
    """One thing that differs: its field, the words for it, and the ERP's values now and then."""

    field: str
    words: str
    values: tuple[object, ...]
    line: str = ""


def difference(snapshot: Snapshot, readings: Sequence[Order]) -> Difference | None:
    """None when `readings`, the document's orders that have the shipment's lines, say nothing but progress."""
    closed = next((order for order in readings if order.cancelled), None)
    base, accepted = snapshot.order, snapshot.accepted
    if closed:
        if accepted and accepted.cancelled:
            return None
        why = f": {'; '.join(closed.notes)}" if closed.notes else ""
        message = f"closed in the ERP after its label{why}"
        return Difference(Reason.CANCELLED, message, "status", (), closed, told_of(Reason.CANCELLED, closed.status))
    if accepted and not accepted.cancelled:
        base = accepted
    reading = _as_one(readings)
    changes = list(_changes(snapshot, base, readings))
    more = list(_more(base, reading))
    points = [*changes, *more]
    if not points:
        return None
    reason = Reason.CHANGED if changes else Reason.REMAINING
    message = f"after its label the ERP has {'; '.join(point.words for point in points)}"
    told = told_of(reason, *((point.field, *point.values) for point in points))
    return Difference(reason, message, points[0].field, tuple(point.line for point in more), reading, told)


def _as_one(readings: Sequence[Order]) -> Order:
    """One order of them: the first, with all their lines."""
    lines = tuple(line for order in readings for line in order.lines)
    return replace(readings[0], lines=lines)


def _changes(snapshot: Snapshot, base: Order, readings: Sequence[Order]) -> Iterator[_Point]:
    """Yield the changes of ship-to and item. A value that a person's fix had put into the label is no change."""
    fixed = {fix.field: fix.value for fix in snapshot.fixes}
    known = {line.number: line for line in base.lines}
    for order in readings:
        ours = [line for line in order.lines if line.number in known]
        if ours and not _same_place(order.ship_to, base.ship_to, snapshot):
            words = f"another ship-to for {_named(ours)}: {order.ship_to.name}, {order.ship_to.address}"
            numbers = [line.number for line in ours]
            yield _Point("ship_to", words, (order.ship_to.name, order.ship_to.address, numbers))
        for line in ours:
            was = known[line.number].item
            if line.item not in (was, fixed.get(f"lines.{line.number}.item")):
                words = f"item {line.item} instead of {was} on line {line.number}"
                yield _Point(f"lines.{line.number}.item", words, (line.item, was))
    service = readings[0].service
    if readings[0].lines and service not in (base.service, fixed.get("service")):
        yield _Point("service", f"delivery method {service} instead of {base.service}", (service, base.service))


def _same_place(now: Party, then: Party, snapshot: Snapshot) -> bool:
    shipped = snapshot.plan.ship_to if snapshot.plan else then
    return any((now.name, now.address) == (each.name, each.address) for each in (then, shipped))


def _more(base: Order, reading: Order) -> Iterator[_Point]:
    """Lines of which more is open than there was, and lines that were not there."""
    known = {line.number: line for line in base.lines}
    for line in reading.lines:
        was = known.get(line.number)
        if was is None:
            words = f"a new line {line.number} with {_open(line)} of {line.item}"
        elif line.unit != was.unit:
            words = f"line {line.number} in {_open(line)} instead of {_open(was)}"
        elif line.quantity > was.quantity:
            words = f"{_open(line)} open on line {line.number} instead of {_open(was)}"
        else:
            continue
        then = (was.quantity, was.unit) if was else (None, line.item)
        yield _Point(f"lines.{line.number}.quantity", words, (line.quantity, line.unit, *then), line.number)


def _open(line: OrderLine) -> str:
    return f"{line.quantity.normalize():f} {line.unit}"


def _named(lines: Sequence[OrderLine]) -> str:
    return f"line {', '.join(line.number for line in lines)}"
