"""Shipping once more: what a person voided, or what is open beyond a label. A new generation, and never by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from decimal import Decimal
from typing import cast

from shared.domain.difference import difference
from shared.domain.digest import content_of, fingerprint_of
from shared.domain.hints import Action, Hint, do
from shared.domain.order import Order, OrderLine, only
from shared.domain.parcel_group import delivery_of, document_key
from shared.domain.record import Fix, Head, Snapshot
from shared.domain.state import Reason, State
from shared.domain.steps import Step
from shared.errors import Refused
from shared.ports import Ports, StoredConnection
from shared.workflow.desk.packed import check_packed
from shared.workflow.intake.groups import group_keys, standing_of
from shared.workflow.orders.change import HeadChange
from shared.workflow.orders.due import FIRST_LOOKS, may_have_stray
from shared.workflow.orders.label import WAITING
from shared.workflow.orders.standing import existing, is_voided
from shared.workflow.orders.step import move
from shared.workflow.planning.fixes import carried, fixed, order_of
from shared.workflow.shipping.strays import strays_of

_KEPT = frozenset(
    {
        "key", "connection", "document", "state", "version", "created_at", "updated_at", "token", "due_at", "swept",
        "reason", "field",
    }
)  # fmt: skip
"""Facts of an order that are not those of one generation, or that each step sets by itself."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """The shipment to approve: the order as the ERP has it now, under `fixes`, with the lines that go (empty for all).

    `under_way` has the quantity of each line that has a live label already.
    """

    head: Head
    order: Order
    lines: tuple[str, ...]
    fixes: tuple[Fix, ...] = ()
    under_way: dict[str, Decimal] = field(default_factory=dict)


def propose(ports: Ports, key: str, lines: Sequence[str] = (), *, all_open: bool = False) -> Proposal:
    """Reads the order in the ERP and says what would be shipped; nothing is written.

    After a void that is the whole order or the lines that are named; of a shipped one only what a person names, or what
    its hold for `remaining` names, and of each line what is open beyond what is under way: an ERP counts that as open
    until it is advised or received. With `all_open` it is all that the ERP has open. Raises Refused for an order that
    neither is voided nor has more to ship, that the ERP wants no more, and for a line that it has not.
    """
    head = existing(ports, key)
    _check_standing(head, lines)
    stored = _connection(ports, head)
    snapshot = ports.orders.snapshot(key, head.generation)
    _check_strays(ports, head, snapshot)
    order = _read(ports, head, stored, snapshot)
    chosen = tuple(lines) or _named_before(head, snapshot, order)
    known = [line.number for line in order.lines]
    for number in chosen:
        if number not in known:
            message = f"order {head.document} has no open line {number} in the ERP"
            raise Refused(
                "lines", message, field="lines", value=number, hint=f"open lines: {', '.join(known) or 'none'}"
            )
    if not known:
        raise Refused(Reason.LINES, f"nothing is open on order {head.document} in the ERP", field="lines")
    kept = carried([each for each in snapshot.fixes if not each.field.endswith(".quantity")], order)[0]
    proposal = Proposal(head, order, chosen, kept)
    shipped = _under_way(ports, head)
    check_packed(stored.connection, head, in_part=bool(shipped or chosen))
    if not all_open:
        _check_units(only(order, chosen), shipped)
    for line in shipped:
        proposal.under_way[line.number] = proposal.under_way.get(line.number, Decimal(0)) + line.quantity
    return proposal if all_open else _beyond(proposal, ports.clock.now())


def _under_way(ports: Ports, head: Head) -> list[OrderLine]:
    """Return the lines that live labels of this order carry. Raises Refused once their content is not kept any more."""
    live = [
        generation
        for generation in range(1, head.generation + 1)
        if any(not each.voided for each in ports.orders.packages(head.key, generation))
    ]
    return [line for each in live for line in order_of(ports.orders.snapshot(head.key, each)).lines]


def _check_units(going: Order, shipped: Sequence[OrderLine]) -> None:
    """Raises Refused for a line that is under way in another unit: the one cannot be taken from the other."""
    units = {line.number: line.unit for line in going.lines}
    for line in shipped:
        unit = units.get(line.number, line.unit)
        if unit != line.unit:
            message = f"line {line.number}: {line.quantity.normalize():f} {line.unit} are under way"
            hint = _all_open("where that is none of what is open now")
            message += f", and the ERP counts it in {unit} now"
            raise Refused(Reason.REMAINING, message, field=f"lines.{line.number}.unit", value=unit, hint=hint)


def _all_open(when: str) -> Hint:
    return Hint(when + ": {0}", (do(Action.SHIP, lines="N", all_open=""),))


def _beyond(proposal: Proposal, now: datetime) -> Proposal:
    """Of each line that goes what is open beyond what is under way. Raises Refused for one of which nothing is."""
    fixes = list(proposal.fixes)
    for line in only(proposal.order, proposal.lines).lines:
        under_way = proposal.under_way.get(line.number, Decimal(0))
        if not under_way:
            continue
        if line.quantity <= under_way:
            said = f"line {line.number} has {line.quantity.normalize():f} {line.unit} open"
            message = f"{said}, and {under_way.normalize():f} are under way already"
            hint = _all_open("where that has arrived and more is to go")
            raise Refused(Reason.REMAINING, message, field="lines", hint=hint)
        beyond = f"{(line.quantity - under_way).normalize():f}"
        fixes.append(Fix(f"lines.{line.number}.quantity", beyond, f"{line.quantity.normalize():f}", "", now))
    return replace(proposal, fixes=tuple(fixes))


def ship_again(ports: Ports, proposal: Proposal, who: str) -> Head:
    """Begins the next generation with what was proposed: a reference and a label of its own, prepared from the start.

    Raises Conflict when the order moved since.
    """
    head, order = proposal.head, proposal.order
    stored = _connection(ports, head)
    if head.state == State.DONE:
        reason, why = str(Reason.REMAINING), _named(proposal)
        head = move(ports, head, State.HELD, what=Step.MORE_TO_SHIP, who=who, why=why, reason=reason, field="lines")
    generation = head.generation + 1
    expires = ports.clock.now() + stored.connection.retention
    fixes = tuple(replace(each, who=each.who or who) for each in proposal.fixes)
    snapshot = Snapshot(
        generation, order, notes=order.notes, expires_at=expires, only_lines=proposal.lines, fixes=fixes
    )
    facts = cast("HeadChange", {each.name: each.default for each in fields(Head) if each.name not in _KEPT})
    facts |= {
        "generation": generation,
        "revision": stored.revision,
        "content": content_of(order),
        "fingerprint": fingerprint_of(order),
    }
    begun = move(
        ports, head, State.RECEIVED, what=Step.SHIP_AGAIN, who=who, why=_named(proposal), snapshot=snapshot, **facts
    )
    ports.order_queue.send(head.connection, [head.key], "order")
    return begun


def _named(proposal: Proposal) -> str:
    return f"line {', '.join(proposal.lines)}" if proposal.lines else "all lines"


def _check_standing(head: Head, lines: Sequence[str]) -> None:
    if head.label == WAITING:  # the next shipment's label takes its place
        message = f"the label of order {head.document} has not reached its supplier yet"
        hint = Hint("send it, then {0}; or void it", (do(Action.MARK_SENT, order=head.document),))
        raise Refused("label", message, field="label", hint=hint)
    voided = head.state == State.CANCELLED and is_voided(head)
    remaining = head.state == State.HELD and head.reason == Reason.REMAINING
    if voided or remaining or (head.state == State.DONE and lines):
        return
    stands = f"{head.state} ({head.reason})" if head.reason else str(head.state)
    hint = Hint("{0} comes first", (do(Action.VOID, order=head.document),))
    if head.state == State.DONE:
        acts = (do(Action.SHIP, order=head.document, lines="1,2"),)
        hint = Hint("name the lines: {0}; or void its label first", acts)
    message = f"order {head.document} is {stands}: what is shipped again is voided, or has more open than was shipped"
    raise Refused("state", message, field="state", value=str(head.state), hint=hint)


def _connection(ports: Ports, head: Head) -> StoredConnection:
    stored = ports.connections.get(head.connection)
    if stored is None:
        raise Refused("connection", f"connection {head.connection} is not applied", field="connection")
    return stored


def _check_strays(ports: Ports, head: Head, snapshot: Snapshot) -> None:
    """A new generation has a new reference, and nobody looks under the last one any more: what lives there must be
    known before, which takes the carrier's index its time. Raises Retry."""
    if not may_have_stray(head) or snapshot.plan is None:
        return
    certain = head.intent_at + FIRST_LOOKS[-1] if head.intent_at else None
    if certain and ports.clock.now() < certain:
        message = f"order {head.document} asked the carrier more than once, or got no answer: another label may exist"
        hint = f"ship it after {certain:%Y-%m-%d %H:%M} UTC, when the carrier shows whether there is one"
        raise Refused(Reason.STRAY, message, field="reference", hint=hint)
    found = strays_of(ports, head, snapshot, ports.connections.revision(head.connection, head.revision))
    if found:
        ids = ", ".join(each.shipment_id for each in found)
        message = f"reference {head.reference} of order {head.document} still stands on {ids}"
        raise Refused(Reason.STRAY, message, field="reference", hint="void it at the carrier first")


def _read(ports: Ports, head: Head, stored: StoredConnection, snapshot: Snapshot) -> Order:
    """The order as the ERP has it now, without the lines that other parcel groups of its document have."""
    with ports.erp(stored.connection) as erp:
        readings = erp.read(head.document)
    closed = next((each for each in readings if each.cancelled), None)
    if closed or not readings:
        why = "; ".join(closed.notes) if closed else f"the selection of {head.connection} does not want it"
        raise Refused("state", f"order {head.document} is not shipped again: {why}", field="status")
    taken = _lines_of_others(ports, head)
    own = {line.number for line in snapshot.order.lines}
    order = max(readings, key=lambda each: sum(line.number in own for line in each.lines))
    lines = tuple(line for line in order.lines if line.number not in taken)
    return replace(order, delivery=delivery_of(head.key), lines=lines)


def _lines_of_others(ports: Ports, head: Head) -> frozenset[str]:
    """Raises Refused when the lines of another parcel group are kept no longer."""
    keys = [key for key in group_keys(ports, document_key(head.key)) if key != head.key]
    others = [other for other in map(ports.orders.head, keys) if other and standing_of(other, "") != "free"]
    snapshots = [ports.orders.snapshot(other.key, other.generation) for other in others]
    return frozenset(line.number for snapshot in snapshots for line in snapshot.order.lines)


def _named_before(head: Head, snapshot: Snapshot, order: Order) -> tuple[str, ...]:
    """The lines that go when a person names none: all after a void, those of a shipment that was not made yet."""
    if is_voided(head):
        return ()
    return _remaining(snapshot, order) if head.shipment_id else snapshot.only_lines


def _remaining(snapshot: Snapshot, order: Order) -> tuple[str, ...]:
    """The lines of which more is open than was shipped. Raises Refused when there are none any more."""
    found = difference(snapshot, (order,))
    if found is None or not found.lines:
        raise Refused(
            Reason.REMAINING, f"nothing more is open on order {order.document} than was shipped", field="lines"
        )
    return found.lines


def shipped_of(proposal: Proposal) -> Order:
    """The proposed order with the lines that go, in the quantities that go."""
    return only(fixed(proposal.order, proposal.fixes), proposal.lines)
