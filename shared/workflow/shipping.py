"""From a received order to a bought shipment, exactly once.

A message is only a hint: `process` reads where the order stands and goes on from there. It may run twice, at the same
time, and die at any point. A create call is made only behind a written INTENT, and never again before its outcome is
known.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from shared import log
from shared.connection import Connection
from shared.domain.backoff import REST
from shared.domain.digest import hash_of
from shared.domain.order import Order, only
from shared.domain.problem import Unshippable
from shared.domain.record import Head, Snapshot
from shared.domain.reference import reference_of
from shared.domain.replayed import asked_alike
from shared.domain.shipment import CreatedShipment, ShipmentPlan
from shared.domain.state import Reason, State
from shared.errors import Misconfigured, NewerFormat, Refused, Retry, Unknown
from shared.ports import Carrier, Conflict, LimitReached, Ports, ShippedPackage, Spend, StoredConnection
from shared.workflow.fixes import confirmed, fixed, outgrown
from shared.workflow.label_reminders import first_status
from shared.workflow.labels import finish_labels, places_of
from shared.workflow.looks import look_failed, look_later, look_up
from shared.workflow.permission import expired, still_asked
from shared.workflow.preparing import AddressDoubted, Prepared, prepared
from shared.workflow.routing import origin_zone
from shared.workflow.strays import may_be_voided, void_strays
from shared.workflow.timing import ship_date, wait_of
from shared.workflow.transitions import HEAL, LEASE, STALE, again_later, held, move, waits
from shared.workflow.watching import is_time, watch

CREATE_SECONDS = 60.0
"""Time that must be left in the function before an INTENT is written: the create's timeout and the storing of its
answer."""

LOOKED_LATELY = REST
"""Until then a look-up that found nothing is good for buying again."""

UNREAD = frozenset({"", STALE})
"""The content of an order whose ERP is to be read before anything goes on: a person alone can not free it."""
_UNREAD = "the ERP may have changed the order since it was read"
_UNREAD_HINT = "nothing: the next poll reads the order again and goes on with what it finds"
_OUTGROWN_HINT = "parcelbridge orders ship ORDER works it out anew, or parcelbridge orders dismiss ORDER"
_SHORT = "look the shipment up at the carrier; parcelbridge orders retry ORDER goes on with the numbers that are known"

TimeLeft = Callable[[], float]
"""Seconds until the function is ended."""


def process(ports: Ports, key: str, time_left: TimeLeft) -> None:
    """Takes the order as far as it goes now. Returns quietly when somebody else is at it or its time has not come."""
    try:
        head = ports.orders.head(key)
        stored = ports.connections.get(head.connection) if head else None
    except NewerFormat as error:
        return newer_format("", key, error)
    if head is None or stored is None:
        log.trouble("order_not_found", order=key)
        return None
    connection = head.connection
    try:
        while head is not None and not _blocked(ports, head, stored):
            head = _step_or_hold(ports, head, stored, time_left)
    except Conflict:
        log.step("somebody_else_was_first", order=key)
    except Misconfigured as error:
        if not close_connection(ports, stored, error):
            ports.order_queue.send(connection, [key])
    except NewerFormat as error:
        newer_format(connection, key, error)


def newer_format(connection: str, key: str, error: NewerFormat) -> None:
    """An item of a newer release is left alone; the operator hears of it."""
    log.trouble("newer_format", order=key, connection=connection, why=str(error))
    log.count("NewerFormats", connection=connection)


def close_connection(ports: Ports, stored: StoredConnection, error: Misconfigured) -> bool:
    """Stops everything of a connection until a person acts: with refused credentials every further call burns quota.

    False, and nothing is stopped, when a credential was replaced since this process read it: what was refused is the
    former one, and the next try takes the new one (G15).
    """
    connection = stored.connection.id
    if ports.credentials_renewed(connection):
        log.step("credentials_renewed", connection=connection, why=str(error))
        return False
    log.trouble("connection_closed", connection=connection, why=str(error))
    log.count("ConnectionsClosed", connection=connection)
    ports.connections.set_status(
        connection, "closed", f"{error} {error.hint}".strip(), "parcelbridge", ports.clock.now()
    )
    return True


def _blocked(ports: Ports, head: Head, stored: StoredConnection) -> bool:
    """Nothing is begun for a connection that does not run; what is in flight is still settled unless it is closed."""
    if waits(head, ports.clock.now()):
        return True
    beginning = head.state in (State.RECEIVED, State.READY)
    if stored.status == "closed" or (stored.status != "running" and beginning):
        ports.orders.postpone(head, ports.clock.now() + HEAL, count=False)
        return True
    return False


def _step_or_hold(ports: Ports, head: Head, stored: StoredConnection, time_left: TimeLeft) -> Head | None:
    """One step. What the store refuses (a snapshot that has expired, or is too large to be kept) is for a person."""
    try:
        return _step(ports, head, stored, time_left)
    except Refused as error:
        refused = Reason.SIZE if error.reason == Reason.SIZE else Reason.MISSING
        reason = {State.UNKNOWN: Reason.UNKNOWN, State.SHIPPED: Reason.LABEL}.get(head.state, refused)
        held(ports, head, reason, str(error), field=error.field, hint=error.hint)
        return None


def _step(ports: Ports, head: Head, stored: StoredConnection, time_left: TimeLeft) -> Head | None:
    """One step; None when there is nothing more to do now."""
    match head.state:
        case State.RECEIVED:
            return _prepare(ports, head, stored)
        case State.READY:
            return _buy(ports, head, stored, time_left)
        case State.INTENT:
            return _expired(ports, head)
        case State.UNKNOWN:
            return _look_up(ports, head)
        case State.SHIPPED:
            return finish_labels(ports, head)
        case _:
            (_look_again if head.in_doubt and head.reason != Reason.STRAY else watch)(ports, head)
            return None


# --- RECEIVED: checked, quoted, permitted --------------------------------------------------------------------


def _prepare(ports: Ports, head: Head, stored: StoredConnection) -> Head | None:
    """Validates and rates; ends READY (to be bought now, or when its day has come), or HELD with the reason."""
    snapshot, now = ports.orders.snapshot(head.key, head.generation), ports.clock.now()
    if _is_overtaken_in_erp(ports, head, snapshot):
        return None
    connection = stored.connection
    try:
        trusted = confirmed(snapshot.fixes)
        found = prepared(ports.carrier(connection), order_of(snapshot), connection, now, address_as_is=trusted)
    except Unshippable as problem:
        held(ports, head, problem.reason, str(problem), field=problem.field, snapshot=snapshot)
        return None
    except Refused as error:
        if isinstance(error, AddressDoubted):
            snapshot = replace(snapshot, address_check=error.check)
        held(ports, head, error.reason, str(error), field=error.field, hint=error.hint, snapshot=snapshot)
        return None
    except Retry as error:
        again_later(ports, head, str(error), error.after, state=State.RECEIVED)
        return None
    ask = still_asked(found.ask, head, snapshot, found.plan, found.quote, now)
    approved = bool(found.ask and not ask)
    facts: dict[str, Any] = {
        "quote": found.quote.price,
        "service": found.quote.service,
        "revision": stored.revision,
        "plan_hash": hash_of(found.plan),
        "approved_by": head.approved_by if approved else "",
    }
    kept = _prepared_snapshot(snapshot, found, now, approved=approved)
    if ask:
        held(ports, head, Reason.APPROVAL, ask, snapshot=kept, **facts)
        return None
    if not head.attempt:  # what could not be bought yesterday is priced anew, and has still failed since yesterday
        facts |= {"tries": 0, "first_try_at": None}
    if found.wait:
        facts |= {"reason": found.wait.reason, "not_before": found.wait.until}
    why = found.wait.why if found.wait else ""
    return move(ports, head, State.READY, what="quoted", why=why, snapshot=kept, **facts)


def _is_overtaken_in_erp(ports: Ports, head: Head, snapshot: Snapshot) -> bool:
    """Holds what is not to go as it was read or named, whatever a person said meanwhile."""
    if head.content in UNREAD:
        held(ports, head, Reason.RETRIES, _UNREAD, hint=_UNREAD_HINT, snapshot=snapshot)
        return True
    named = outgrown(snapshot.fixes, snapshot.order)
    if named:
        said = f"{named.value} of {named.over} open were to go, and the ERP has another quantity open now"
        held(ports, head, Reason.REMAINING, said, field=named.field, hint=_OUTGROWN_HINT, snapshot=snapshot)
    return named is not None


def order_of(snapshot: Snapshot) -> Order:
    """The order as it is shipped, which quote and purchase must see alike: a plan is held against it once more before
    it is bought."""
    return only(fixed(snapshot.order, snapshot.fixes), snapshot.only_lines)


def _prepared_snapshot(snapshot: Snapshot, found: Prepared, now: datetime, *, approved: bool) -> Snapshot:
    return replace(
        snapshot,
        plan=found.plan,
        quote=found.quote,
        quoted_at=now,
        address_check=found.check,
        problem="",
        hint="",
        notes=found.notes,
        approved_at=snapshot.approved_at if approved else None,
        approved_price=snapshot.approved_price if approved else None,
    )


# --- READY: bought -------------------------------------------------------------------------------------------


def _buy(ports: Ports, head: Head, stored: StoredConnection, time_left: TimeLeft) -> Head | None:
    """INTENT, then the one create call, then its outcome."""
    if time_left() < CREATE_SECONDS:
        ports.order_queue.send(head.connection, [head.key])
        return None
    now = ports.clock.now()
    if head.in_doubt or _looked_long_ago(head, now):
        return move(ports, head, State.UNKNOWN, what="in_doubt", reason="unknown", due_at=now, in_doubt=True)
    snapshot = ports.orders.snapshot(head.key, head.generation)
    wait = wait_of(order_of(snapshot), stored.connection, now)
    if wait:
        move(ports, head, State.READY, what="waits", why=wait.why, reason=wait.reason, not_before=wait.until)
        return None
    connection = ports.connections.revision(head.connection, head.revision)
    plan, outdated = snapshot.plan, _outdated(head, snapshot, connection, stored.connection, now)
    if plan is None or outdated:
        return move(ports, head, State.RECEIVED, what="plan_rebuilt", why=outdated)
    carrier = ports.carrier(connection)
    spend = _spend(head, stored.connection, now)
    try:
        intent = move(
            ports,
            head,
            State.INTENT,
            what="intent",
            spend=spend,
            attempt=head.attempt + 1,
            reference=reference_of(ports.deployment, head.key, head.generation),
            intent_at=now,
            in_doubt=True,
            lease_until=now + LEASE,
        )
    except LimitReached as reached:
        log.count("LimitsReached", connection=head.connection)
        move(ports, head, State.READY, what="limit", why=str(reached), reason="limit", not_before=reached.until)
        return None
    nothing_made = {"spend": replace(spend, refund=True), "in_doubt": False, "intent_at": head.intent_at}
    _create(ports, intent, carrier, plan, connection, nothing_made)
    return None


def _looked_long_ago(head: Head, now: datetime) -> bool:
    """Whether a lost create was looked up in vain, and the order then rested: the carrier may know better by now. A
    create that was proved not to have been made takes its intent's time with it."""
    lost = head.attempt > 0 and head.intent_at is not None
    return lost and (head.last_try_at is None or now - head.last_try_at > LOOKED_LATELY)


def _outdated(head: Head, snapshot: Snapshot, then: Connection, now: Connection, at: datetime) -> str:
    """Why what was quoted can not be bought as it stands, "" when it can. Nothing of it is on its way yet."""
    plan = snapshot.plan
    if plan is None or hash_of(plan) != head.plan_hash:
        return "the stored plan is not the quoted one"
    if head.quote is None or head.quote.currency != now.limits.amount_per_day.currency:
        return "limits.amount_per_day has a new currency"
    if (then.carrier, then.billing) != (now.carrier, now.billing):
        return "the connection file names another account or payer now"
    return _overtaken(head, snapshot, now, at)


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
    nothing_made: dict[str, Any],
) -> None:
    """The call, and one transition for each of its four outcomes. What is unforeseen leaves the INTENT to its lease.

    `nothing_made` are the facts that a proof of it restores, the intent's time among them: what stands of an intent
    afterwards is a doubt (looks.py).
    """
    try:
        created = carrier.create(plan, intent.reference)
    except Refused as error:
        held(
            ports, intent, error.reason, str(error), field=error.field, hint=error.hint, what="refused", **nothing_made
        )
    except Retry as error:
        again_later(ports, intent, str(error), error.after, state=State.READY, what="not_sent", **nothing_made)
    except Misconfigured as error:
        move(ports, intent, State.READY, what="not_sent", why=str(error), **nothing_made)
        raise
    except Unknown as error:
        log.count("OutcomesUnknown", connection=intent.connection)
        settled = ports.clock.now() + connection.settle
        move(ports, intent, State.UNKNOWN, what="outcome_unknown", why=str(error), reason="unknown", not_before=settled)
    else:
        facts: dict[str, Any] = {"cost_estimated": created.cost is None, "label": first_status(connection)}
        _shipped(ports, intent, created, len(plan.packages), what="created", **facts)


def _shipped(ports: Ports, head: Head, created: CreatedShipment, wanted: int, **facts: Any) -> None:
    """The carrier's answer is stored before anything else happens; the images follow.

    With another count of numbers than of packages it is stored all the same, and waits for a person.
    """
    numbers, places = created.tracking_numbers, places_of(head, created)
    made = dict(
        why="; ".join((created.source, *created.alerts))[:200],
        request_ids=(created.request_id,) if created.request_id else (),
        packages=[
            ShippedPackage(number, tracking, places.get(number, "")) for number, tracking in enumerate(numbers, start=1)
        ],
        shipment_id=created.shipment_id,
        tracking_number=numbers[0],
        packages_made=len(numbers),
        cost=created.cost or head.quote,
        service=created.service or head.service,
        in_doubt=False,
        tries=0,
        first_try_at=None,
        **facts,
    )
    log.count("LabelsBought", connection=head.connection)
    if len(numbers) == wanted:
        finish_labels(ports, move(ports, head, State.SHIPPED, **made), created.labels)
        return
    message = f"the carrier numbered {len(numbers)} of {wanted} packages of shipment {created.shipment_id}"
    held(ports, head, Reason.LABEL, message, field="packages", hint=_SHORT, **made)


def record_found(ports: Ports, head: Head, found: CreatedShipment, wanted: int, **facts: Any) -> None:
    """Stores a shipment that a look-up found as the order's. A look-up gives no charges: the quote is the cost."""
    facts["label"] = first_status(ports.connections.revision(head.connection, head.revision))
    _shipped(ports, head, found, wanted, what="adopted", cost_estimated=True, **facts)


# --- INTENT and UNKNOWN: what became of the call -------------------------------------------------------------


def _expired(ports: Ports, head: Head) -> Head | None:
    """An INTENT past its lease lost its worker: whether the call was made is not known."""
    now = ports.clock.now()
    if head.lease_until is not None and head.lease_until > now:
        return None
    connection = ports.connections.revision(head.connection, head.revision)
    settled = max(now, (head.intent_at or now) + connection.settle)
    return move(ports, head, State.UNKNOWN, what="worker_lost", reason="unknown", not_before=settled)


def _look_up(ports: Ports, head: Head) -> Head | None:
    """Asks the carrier for our reference, at every source it has: adopted, or by the connection's policy."""
    connection = ports.connections.revision(head.connection, head.revision)
    snapshot = ports.orders.snapshot(head.key, head.generation)
    try:
        if snapshot.plan is None:
            raise Refused(Reason.UNKNOWN, "the shipment that was asked for is not kept", field="snapshot")
        found = look_up(ports, head, snapshot.plan, connection)
    except Retry as error:
        again_later(
            ports, head, str(error), error.after, state=State.UNKNOWN, gives_up=Reason.UNKNOWN, what="look_up_failed"
        )
        return None
    except Refused as error:
        held(ports, head, Reason.UNKNOWN, str(error), field=error.field, snapshot=snapshot)
        return None
    if not found.shipments:
        return _not_found(ports, head, connection, found.asked)
    ours = _ours(found.shipments, snapshot.plan, connection)
    if not asked_alike(ports.orders.audit(head.key)):
        _of_former_order(ports, head, snapshot, found.shipments, connection)
    elif ours:
        record_found(ports, head, ours, len(snapshot.plan.packages))
    else:
        _not_ours(ports, head, snapshot, found.shipments)
    return None


def _look_again(ports: Ports, head: Head) -> None:
    """A person was asked, and the carrier is asked once more at set times: what is found by then is adopted."""
    if not is_time(head, ports.clock.now()):
        return
    connection = ports.connections.revision(head.connection, head.revision)
    try:
        snapshot = ports.orders.snapshot(head.key, head.generation)
        plan = snapshot.plan
        found = look_up(ports, head, plan, connection).shipments if plan else ()
    except (Retry, Refused) as error:
        look_failed(ports, head, str(error), error.after if isinstance(error, Retry) else None)
        return
    ours = _ours(found, plan, connection) if plan else None
    if found and not asked_alike(ports.orders.audit(head.key)):
        _of_former_order(ports, head, snapshot, found, connection)
    elif ours and plan:
        record_found(ports, head, ours, len(plan.packages))
    else:
        look_later(ports, head, f"{len(found)} shipments found by {head.reference}")


def _ours(found: tuple[CreatedShipment, ...], plan: ShipmentPlan, connection: Connection) -> CreatedShipment | None:
    """The shipment to adopt: the only one, with as many packages as were asked for.

    Of several under our very reference one is adopted where the connection voids strays, rather the one that is on its
    way: the others are strays then.
    """
    fitting = [each for each in found if len(each.tracking_numbers) == len(plan.packages)]
    if len(found) > 1 and connection.strays != "void":
        return None
    return min(fitting, key=lambda each: (each.picked_up is not True, each.shipment_id), default=None)


def _not_found(ports: Ports, head: Head, connection: Connection, asked: tuple[str, ...]) -> Head | None:
    why = f"not found by {head.reference} at {' and '.join(asked)}"
    if connection.unknown == "retry" and head.content == STALE:
        message = f"{why}, and the ERP changed the order meanwhile"
        hint = "nothing: the next poll reads the order again and goes on with what it finds"
        held(ports, head, Reason.RETRIES, message, field="reference", hint=hint, in_doubt=False)
        return None
    if connection.unknown == "retry":
        again_later(ports, head, why, None, state=State.READY, what="not_found", in_doubt=False)
        return None
    held(ports, head, Reason.UNKNOWN, f"the answer was lost, and the shipment was {why}", field="reference")
    return None


def _of_former_order(
    ports: Ports, head: Head, snapshot: Snapshot, found: tuple[CreatedShipment, ...], connection: Connection
) -> None:
    """Found is what may have been bought before the order was changed, and would go where it no longer goes: a stray,
    voided where strays are, after which the doubt goes on; else a person compares."""
    if may_be_voided(found, connection):
        void_strays(ports, head, snapshot, found, connection)
        return
    message = f"the order was changed since a label was asked for, and {_ids(found)} may be of the order as it was"
    if head.state == State.HELD and snapshot.problem == message:
        look_later(ports, head, "the same shipments as before")
        return
    named = found[0].shipment_id
    hint = f"compare {named} at the carrier: as the order is now, parcelbridge unknown adopt {head.document} {named}; "
    hint += f"else void it there, then parcelbridge unknown declare-absent {head.document}"
    held(ports, head, Reason.UNKNOWN, message, field="reference", hint=hint, snapshot=snapshot)


def _ids(shipments: tuple[CreatedShipment, ...]) -> str:
    return ", ".join(f"{each.shipment_id} ({len(each.tracking_numbers)} packages)" for each in shipments)


def _not_ours(ports: Ports, head: Head, snapshot: Snapshot, shipments: tuple[CreatedShipment, ...]) -> None:
    wanted = len(snapshot.plan.packages) if snapshot.plan else 0
    held(
        ports,
        head,
        Reason.UNKNOWN,
        f"reference {head.reference} stands on {_ids(shipments)}; one shipment of {wanted} packages was asked for",
        field="reference",
        snapshot=snapshot,
    )
