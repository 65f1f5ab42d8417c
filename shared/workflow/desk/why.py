"""Why an order goes as it goes: each decision with its rule, what the rule looked at, and when. Asks nobody outside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shared.connection import Connection, ServiceChoice
from shared.domain.order import Order, OrderLine
from shared.domain.problem import Unshippable
from shared.domain.record import AuditEntry, Head, Snapshot
from shared.domain.rules import RULES
from shared.domain.shipment import Quote, ShipmentPlan
from shared.domain.state import Reason, State
from shared.ports import Ports
from shared.workflow.desk.listing import snapshot_of
from shared.workflow.orders.step import SYSTEM
from shared.workflow.planning.approval import needs_approval
from shared.workflow.planning.fixes import order_of
from shared.workflow.planning.plan import billing_rule, plan_shipment

Facts = tuple[tuple[str, str], ...]


class Topic(StrEnum):
    """The kinds of decisions about an order."""

    PACKING = "packing"
    SERVICE = "service"
    PRICE = "price"
    APPROVAL = "approval"
    HOLD = "hold"


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision: its outcome, the rule behind it, what that looked at (`inputs`, by name), when, and whose it was.

    `at` is None where a release up to 0.1.0 decided. `until` is when a hold ended, None while it stands.
    """

    topic: Topic
    outcome: str
    rule: str
    at: datetime | None
    inputs: Facts = ()
    who: str = SYSTEM
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Why:
    """The decisions about an order. Those of its quote were made under `revision` of the connection file; there are
    none of them before it was quoted, and once its content has `expired`."""

    document: str
    key: str
    connection: str
    revision: int
    expired: bool
    decisions: tuple[Decision, ...]


@dataclass(frozen=True, slots=True)
class _Quoted:
    """All that the last quote was made of. `defaulted` are the lines whose weight is a default."""

    head: Head
    snapshot: Snapshot
    order: Order
    plan: ShipmentPlan
    quote: Quote
    connection: Connection
    at: datetime | None
    defaulted: tuple[str, ...]


def why(ports: Ports, head: Head) -> Why:
    """Return the decisions about the order: those of its last quote, and every hold of it, the oldest hold first."""
    trail, snapshot = ports.orders.audit(head.key), snapshot_of(ports, head)
    at = (snapshot.quoted_at if snapshot else None) or _last_quote(trail)
    revision = _revision_at(trail, at, head.revision)
    quoted = _quoted(ports, head, snapshot, revision, at) if snapshot else None
    made = (_packing(quoted), _service(quoted), _price(quoted), _approval(quoted)) if quoted else ()
    holds = tuple(_holds(trail, snapshot))
    return Why(head.document, head.key, head.connection, revision, snapshot is None, (*made, *holds))


def _last_quote(trail: Sequence[AuditEntry]) -> datetime | None:
    return next((entry.at for entry in reversed(trail) if "quote" in dict(entry.changes)), None)


def _revision_at(trail: Sequence[AuditEntry], at: datetime | None, last: int) -> int:
    """The revision of the file under which was quoted at that time: that of the first step from then on, which is the
    quote's own. `last`, that of the order as it stands, where no time is known."""
    revision = last
    for entry in trail if at else ():
        revision = int(dict(entry.changes).get("revision", revision))
        if at and entry.at >= at:
            break
    return revision


def _quoted(ports: Ports, head: Head, snapshot: Snapshot, revision: int, at: datetime | None) -> _Quoted | None:
    if snapshot.plan is None or snapshot.quote is None:
        return None
    order, connection = order_of(snapshot), ports.connections.revision(head.connection, revision)
    defaulted: tuple[str, ...] = ()
    with suppress(Unshippable):
        defaulted = plan_shipment(order, connection, at or head.updated_at).defaulted
    return _Quoted(head, snapshot, order, snapshot.plan, snapshot.quote, connection, at, defaulted)


def _packing(quoted: _Quoted) -> Decision:
    order, packing, packages = quoted.order, quoted.connection.packing, quoted.plan.packages
    inputs = [(f"line {each.number}", _line(each, quoted)) for each in order.lines]
    inputs += [(f"line {each.line}", f"left out: {each.reason}") for each in order.skipped]
    if packing.max_weight:
        inputs.append(("packing.max_weight", str(packing.max_weight)))
    box = packing.package
    if box:
        inputs.append(("packing.package", f"{box.length:f} x {box.width:f} x {box.height:f} {box.unit}"))
    if packing.rule == "handling_units":
        inputs.append(("handling units of the ERP", str(len(order.handling_units))))
    weights = ", ".join(str(each.weight) for each in packages)
    outcome = f"{len(packages)} package{'' if len(packages) == 1 else 's'}: {weights}"
    return Decision(Topic.PACKING, outcome, f"packing.rule: {packing.rule}", quoted.at, tuple(inputs))


def _line(line: OrderLine, quoted: _Quoted) -> str:
    weight = str(line.unit_weight or "without a weight")
    if f"line {line.number}" in quoted.defaulted:
        default = quoted.connection.defaults.unit_weight_of(quoted.order.warehouse)
        weight = f"{default} by defaults.unit_weight"
    return f"{line.quantity:f} {line.unit} of {line.item}, {weight} each"


def _service(quoted: _Quoted) -> Decision:
    order, plan, quote = quoted.order, quoted.plan, quoted.quote
    mapped = quoted.connection.services.get(order.service)
    several = isinstance(mapped, ServiceChoice)
    choice = f"{mapped.pick} of {', '.join(mapped.any)}" if isinstance(mapped, ServiceChoice) else mapped
    found = [
        ("delivery method", order.service),
        *(("fixed", f"by {each.who}") for each in quoted.snapshot.fixes if each.field == "service"),
        ("needed", str(order.needed or "") if several else ""),
        ("ship date", str(plan.ship_date or "")),
        ("arrives", str(quote.arrival or "")),
        ("extra services", ", ".join(plan.accessorials)),
    ]
    inputs = tuple((name, value) for name, value in found if value)
    return Decision(Topic.SERVICE, plan.service, f"services.{order.service}: {choice}", quoted.at, inputs)


def _price(quoted: _Quoted) -> Decision:
    head, quote, billing = quoted.head, quoted.quote, quoted.plan.billing
    rule = billing_rule(quoted.order, quoted.connection)
    named = ", ".join(f"{name} {value}" for name, value in rule.conditions.items()) if rule else ""
    by = f"billing.rules: {named}" if rule else f"billing.default: {quoted.connection.billing.default}"
    inputs = [("paid by", f"{billing.kind} {billing.account}"), ("because of", by)]
    if quote.negotiated:
        inputs.append(("published", str(quote.published)))
    if head.cost and (head.cost_estimated or head.cost != quote.price):
        inputs.append(("charged", f"{head.cost}{' (estimated)' if head.cost_estimated else ''}"))
    rate = "the carrier's rate for the account" if quote.negotiated else "the carrier's published rate"
    return Decision(Topic.PRICE, str(quote.price), rate, quoted.at, tuple(inputs))


def _approval(quoted: _Quoted) -> Decision:
    head, snapshot, approve = quoted.head, quoted.snapshot, quoted.connection.approve
    ceiling = f", up to {approve.ceiling}" if approve.mode == "below" else ""
    rule = f"approve.mode: {approve.mode}{ceiling}"
    inputs = (("price", str(quoted.quote.price)), *(("default weight", each) for each in quoted.defaulted))
    if (head.state, head.reason) == (State.HELD, Reason.APPROVAL):
        return Decision(Topic.APPROVAL, f"asked: {snapshot.problem}", rule, quoted.at, inputs)
    if head.approved_by:
        said = f"given for {snapshot.approved_price or quoted.quote.price}"
        return Decision(Topic.APPROVAL, said, rule, snapshot.approved_at or quoted.at, inputs, head.approved_by)
    try:
        ask = needs_approval(quoted.quote, quoted.connection, quoted.defaulted)
    except Unshippable as error:
        ask = str(error)
    return Decision(Topic.APPROVAL, f"needed: {ask}" if ask else "not needed", rule, quoted.at, inputs)


def _holds(trail: Sequence[AuditEntry], snapshot: Snapshot | None) -> Iterator[Decision]:
    """Each hold of the order, by the steps that began and ended it."""
    for place, entry in enumerate(trail):
        if _begins_hold(trail, place):
            later = range(place + 1, len(trail))
            end = next((trail[at] for at in later if trail[at].state != State.HELD or _begins_hold(trail, at)), None)
            reason = dict(entry.changes).get("reason") or entry.why
            found = [
                ("field", entry.field),
                ("found", snapshot.problem if snapshot and end is None else ""),
                ("request ids", " ".join(entry.request_ids)),
                ("ended by", f"{end.what} of {end.who}" if end else ""),
            ]
            inputs = tuple((name, value) for name, value in found if value)
            rule = RULES[Reason(reason)] if reason in list(Reason) else ""
            yield Decision(Topic.HOLD, reason, rule, entry.at, inputs, entry.who, end.at if end else None)


def _begins_hold(trail: Sequence[AuditEntry], place: int) -> bool:
    """Tell if the order was not held before this step, or for another reason."""
    entry = trail[place]
    if entry.state != State.HELD:
        return False
    return place == 0 or trail[place - 1].state != State.HELD or "reason" in dict(entry.changes)
