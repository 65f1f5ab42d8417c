"""READY: an order is bought behind a written INTENT, with one create call, and its outcome is stored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Unpack

from shared import log
from shared.connection import Connection
from shared.domain.backoff import REST
from shared.domain.digest import hash_of
from shared.domain.hints import Action, Hint, do
from shared.domain.record import Head, Snapshot
from shared.domain.reference import reference_of
from shared.domain.shipment import CreatedShipment, ShipmentPlan
from shared.domain.state import Reason, State
from shared.domain.steps import Step
from shared.errors import Misconfigured, Refused, Retry, Unknown
from shared.ports import Carrier, LimitReached, Ports, ShippedPackage, Spend, StoredConnection
from shared.workflow.orders.change import StepChange
from shared.workflow.orders.due import settled_after_call
from shared.workflow.orders.label import first_status
from shared.workflow.orders.step import LEASE, again_later, held, move
from shared.workflow.orders.watched import watch_parcels
from shared.workflow.planning.approval import RESTORED, expired, precedes_restore
from shared.workflow.planning.fixes import order_of
from shared.workflow.planning.price import price_fault
from shared.workflow.planning.route import origin_zone
from shared.workflow.planning.timing import READ_AGAIN, read_first, ship_date, wait_of
from shared.workflow.shipping.by_hand import NothingMade, send_order
from shared.workflow.shipping.labels import finish_labels, places_of

CREATE_SECONDS = 60.0
"""Time that must be left in the function before an INTENT is written: the create's timeout and the storing of its
answer."""

LOOKED_LATELY = REST
"""Until then a look-up that found nothing is good for buying again."""

_SHORT = Hint("look the shipment up at the carrier; {0} goes on with the numbers that are known", (do(Action.RETRY),))
TimeLeft = Callable[[], float]
"""Seconds until the function is ended."""


def buy(ports: Ports, head: Head, stored: StoredConnection, time_left: TimeLeft) -> Head | None:
    """INTENT, then the one create call, then its outcome."""
    if time_left() < CREATE_SECONDS:
        ports.order_queue.send(head.connection, [head.key], "order")
        return None
    now = ports.clock.now()
    if head.in_doubt or _looked_long_ago(head, now):
        return move(ports, head, State.UNKNOWN, what=Step.IN_DOUBT, reason="unknown", due_at=now, in_doubt=True)
    snapshot = ports.orders.snapshot(head.key, head.generation)
    wait = wait_of(order_of(snapshot), stored.connection, now) or read_first(snapshot, stored.connection, now)
    if wait:
        move(ports, head, State.READY, what=Step.WAITS, why=wait.why, reason=wait.reason, not_before=wait.until)
        if wait.reason == READ_AGAIN:
            ports.connections.ask_for(head.connection, head.document, now, wait.why)
        return None
    connection = ports.connections.revision(head.connection, head.revision)
    plan, outdated = snapshot.plan, _outdated(head, snapshot, connection, stored, now)
    if plan is None or outdated:
        return move(ports, head, State.RECEIVED, what=Step.PLAN_REBUILT, why=outdated)
    with ports.carrier(connection) as carrier:
        spend = _spend(head, stored.connection, now)
        intent = _intent(ports, head, spend, now)
        if intent:
            nothing_made = NothingMade(spend=replace(spend, refund=True), in_doubt=False, intent_at=head.intent_at)
            if connection.carrier.by_hand:
                send_order(ports, intent, carrier, plan, **nothing_made)
            else:
                _create(ports, intent, carrier, plan, connection, nothing_made)
    return None


def _intent(ports: Ports, head: Head, spend: Spend, now: datetime) -> Head | None:
    """The order as it stands before the create call; None, and it waits, when a limit is reached."""
    try:
        return move(
            ports,
            head,
            State.INTENT,
            what=Step.INTENT,
            spend=spend,
            attempt=head.attempt + 1,
            reference=reference_of(ports.deployment, head.key, head.generation),
            intent_at=now,
            in_doubt=True,
            lease_until=now + LEASE,
        )
    except LimitReached as reached:
        log.count("LimitsReached", connection=head.connection)
        move(ports, head, State.READY, what=Step.LIMIT, why=str(reached), reason="limit", not_before=reached.until)
        return None


def _looked_long_ago(head: Head, now: datetime) -> bool:
    """Tell if a lost create was looked up in vain, and the order then rested: the carrier may know better by now. A
    create that was proved not to have been made takes its intent's time with it."""
    lost = head.attempt > 0 and head.intent_at is not None
    return lost and (head.last_try_at is None or now - head.last_try_at > LOOKED_LATELY)


def _outdated(head: Head, snapshot: Snapshot, then: Connection, stored: StoredConnection, at: datetime) -> str:
    """Why what was quoted cannot be bought as it stands, "" when it can. Nothing of it is on its way yet.

    Any other revision of the file counts: which of its keys decide about a purchase is not known here.
    """
    plan, now = snapshot.plan, stored.connection
    if precedes_restore(head, snapshot, stored.restored):
        return RESTORED
    if plan is None or hash_of(plan) != head.plan_hash:
        return "the stored plan is not the quoted one"
    if head.quote is None or head.quote.currency != now.limits.amount_per_day.currency:
        return "limits.amount_per_day has a new currency"
    if (then.carrier, then.billing) != (now.carrier, now.billing):
        return "the connection file names another account or payer now"
    changed = "the connection file was changed after the quote" if head.revision != stored.revision else ""
    return _overtaken(head, snapshot, now, at) or changed


def _overtaken(head: Head, snapshot: Snapshot, connection: Connection, now: datetime) -> str:
    """Why time has passed the quote by, "" when it has not."""
    if expired(head, snapshot, now):
        return "the approval is too old"
    order = order_of(snapshot)
    zone = origin_zone(order, connection)
    if snapshot.quoted_at is None or snapshot.quoted_at.astimezone(zone).date() != now.astimezone(zone).date():
        return "the quote is of another day"
    if snapshot.plan and snapshot.plan.ship_date != ship_date(order, connection, now):
        return "it ships on another day than was quoted"
    return ""


def _spend(head: Head, connection: Connection, at: datetime) -> Spend:
    limits = connection.limits
    price = head.quote or limits.amount_per_day
    return Spend(head.connection, at, price, limits.labels_per_hour, limits.labels_per_day, limits.amount_per_day)


def _create(
    ports: Ports,
    intent: Head,
    carrier: Carrier,
    plan: ShipmentPlan,
    connection: Connection,
    nothing_made: NothingMade,
) -> None:
    """The call, and one transition for each of its four outcomes. What is unforeseen leaves the INTENT to its lease.

    The intent's time is among `nothing_made`: what stands of an intent afterwards is a doubt (orders/due.py).
    """
    try:
        created = carrier.create(plan, intent.reference)
    except Refused as error:
        held(
            ports,
            intent,
            error.reason,
            str(error),
            field=error.field,
            hint=error.hint,
            what=Step.REFUSED,
            **nothing_made,
        )
    except Retry as error:
        again_later(ports, intent, str(error), error.after, state=State.READY, what=Step.NOT_SENT, **nothing_made)
    except Misconfigured as error:
        move(ports, intent, State.READY, what=Step.NOT_SENT, why=str(error), **nothing_made)
        raise
    except Unknown as error:
        log.count("OutcomesUnknown", connection=intent.connection)
        settled, why = settled_after_call(ports.clock.now(), connection), str(error)
        move(ports, intent, State.UNKNOWN, what=Step.OUTCOME_UNKNOWN, why=why, reason="unknown", not_before=settled)
    else:
        created = with_true_cost(created, plan)
        facts: StepChange = {"cost_estimated": created.cost is None, "label": first_status(connection)}
        facts["spend"] = _correction(intent, created, nothing_made["spend"])
        _shipped(ports, intent, created, len(plan.packages), connection.carrier.kind, Step.CREATED, **facts)


def with_true_cost(created: CreatedShipment, plan: ShipmentPlan) -> CreatedShipment:
    """Without a charge that cannot be true, and with a word of it: the quote counts in its place, as an estimate."""
    fault = price_fault(created.cost, plan.billing) if created.cost else ""
    return replace(created, cost=None, alerts=(f"the charge {fault}", *created.alerts)) if fault else created


def _correction(intent: Head, created: CreatedShipment, counted: Spend) -> Spend | None:
    """Return the difference of the label's cost to the amount counted; None for none, or for another currency."""
    quoted, cost = intent.quote, created.cost
    if quoted is None or cost is None or cost.currency != quoted.currency or cost == quoted:
        return None
    return replace(counted, price=replace(cost, amount=cost.amount - quoted.amount), refund=False, correction=True)


def _shipped(
    ports: Ports,
    head: Head,
    created: CreatedShipment,
    wanted: int,
    kind: str,
    what: Step,
    **facts: Unpack[StepChange],
) -> None:
    """The carrier's answer is stored before anything else happens, each number with the carrier's kind; the images
    follow.

    With another count of numbers than of packages it is stored all the same, and waits for a person.
    """
    numbers, places = created.tracking_numbers, places_of(head, created)
    facts |= {
        "why": "; ".join((created.source, *created.alerts))[:200],
        "request_ids": (created.request_id,) if created.request_id else (),
        "packages": [
            ShippedPackage(number, tracking, places.get(number, ""), carrier=kind)
            for number, tracking in enumerate(numbers, start=1)
        ],
        "shipment_id": created.shipment_id,
        "tracking_number": numbers[0],
        "packages_made": len(numbers),
        "cost": created.cost or head.quote,
        "service": created.service or head.service,
        "in_doubt": False,
        "tries": 0,
        "first_try_at": None,
    }
    log.count("LabelsBought", connection=head.connection)
    if len(numbers) == wanted:
        finish_labels(ports, move(ports, head, State.SHIPPED, what=what, **facts), created.labels, created.papers)
        return
    message = f"the carrier numbered {len(numbers)} of {wanted} packages of shipment {created.shipment_id}"
    watch_parcels(ports, held(ports, head, Reason.LABEL, message, what=what, field="packages", hint=_SHORT, **facts))


def record_found(ports: Ports, head: Head, found: CreatedShipment, wanted: int, **facts: Unpack[StepChange]) -> None:
    """Stores a shipment that a look-up found as the order's. Where that gives no charges, the quote is the cost."""
    connection = ports.connections.revision(head.connection, head.revision)
    facts |= {"label": first_status(connection), "cost_estimated": found.cost is None}
    _shipped(ports, head, found, wanted, connection.carrier.kind, Step.ADOPTED, **facts)
