"""Orders of which nobody knows whether their label was made: what a person finds out, and takes upon himself.

The workflow looks an order's reference up by itself once it has settled. What it cannot decide is decided here: which
shipment it is, when the carrier has several or a person knows better, or that there is none. Neither is taken on faith:
the carrier is asked each time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from shared.domain.hints import NEXT_POLL, Action, Advice, Hint, do
from shared.domain.record import Head, Snapshot
from shared.domain.shipment import CreatedShipment, Found, ShipmentPlan
from shared.domain.state import Reason, State
from shared.domain.steps import Step
from shared.errors import Refused
from shared.ports import Ports
from shared.workflow.orders.change import HeadChange
from shared.workflow.orders.due import look_up, settled_after_intent
from shared.workflow.orders.standing import existing, kept_snapshot, standing
from shared.workflow.orders.step import STALE, held, move
from shared.workflow.shipping.buy import record_found
from shared.workflow.shipping.strays import dying, without_voided


@dataclass(frozen=True, slots=True)
class InDoubt:
    """An order in doubt and what was asked of the carrier; `snapshot` is None once it has expired."""

    head: Head
    snapshot: Snapshot | None


def in_doubt(ports: Ports, connection: str) -> Iterator[InDoubt]:
    """A connection's orders in doubt, those that move and those that wait for a person, newest first."""
    for bucket in ("open", "held"):
        for head in ports.orders.heads(list(ports.orders.listing(connection, bucket))):
            if _doubtful(head):
                yield InDoubt(head, kept_snapshot(ports, head.key, head.generation))


def adopt(
    ports: Ports, key: str, shipment_id: str, who: str, *, version: int | None = None
) -> tuple[Head, tuple[str, ...]]:
    """Takes the named shipment (or the one with that tracking number) as the order's. Returns the head as it stands
    then, and the ids of other live shipments with the same reference.

    Raises Refused, naming what was found, unless the carrier shows it under our reference with as many packages as were
    asked for; Retry while the carrier cannot be asked; Conflict when the order is no longer at `version`.
    """
    head = _existing(ports, key, version=version)
    plan = _asked_for(ports, head)
    found, trail = _look_up(ports, head, plan), ports.orders.audit(key)
    mine = [each for each in found.shipments if shipment_id in (each.shipment_id, *each.tracking_numbers)]
    if not mine:
        raise _refused(head, f"{shipment_id} does not carry the reference {head.reference}; {_found_in(found)}")
    (shipment,) = mine
    if not without_voided(mine, trail) or dying(mine, trail):
        raise _refused(head, f"the carrier was asked to void {shipment.shipment_id} as a stray: it is dead, or will be")
    if len(shipment.tracking_numbers) != len(plan.packages):
        message = f"{shipment.shipment_id} has {len(shipment.tracking_numbers)} packages, {len(plan.packages)} were"
        raise _refused(head, f"{message} asked for; {_found_in(found)}")
    record_found(ports, head, shipment, len(plan.packages), who=who)
    others = tuple(each.shipment_id for each in found.shipments if each is not shipment)
    return _existing(ports, key, doubtful=False), others


def find(ports: Ports, key: str) -> Found:
    """Return what the carrier shows under the order's reference now; nothing is changed. Raises Refused when nothing is
    in doubt, Retry while the carrier cannot be asked."""
    head = _existing(ports, key)
    return _look_up(ports, head, _asked_for(ports, head))


def declare_absent(ports: Ports, key: str, who: str, *, word: str = "", version: int | None = None) -> Head:
    """Ends the doubt: nothing was made, says this person, and the order may be bought again under the same reference.

    The carrier is asked once more, and after `settle` only: before, its index may not know the shipment yet. What the
    ERP changed meanwhile is read again before anything is bought. Raises Refused when something is found, or when it
    is too early; Retry while the carrier cannot be asked; Conflict when the order is no longer at `version`. `word` is
    what the person says of it, for the trail.
    """
    head = _existing(ports, key, version=version)
    settled = settled_at(ports, head)
    if settled and ports.clock.now() < settled:
        raise _refused(head, f"its outcome settles until {settled:%Y-%m-%d %H:%M} UTC: a look-up now proves nothing")
    found, trail = _look_up(ports, head, _asked_for(ports, head)), ports.orders.audit(key)
    living = without_voided(found.shipments, trail)
    if living:
        hint = "" if dying(living, trail) else _adopt_hint(head, living[0])
        raise _refused(head, f"a label exists: {_found_in(found)}", hint)
    why = f"not found by {head.reference} at {' and '.join(found.asked)}, and declared absent"
    why = f"{why}: {word}" if word else why
    facts: HeadChange = {"in_doubt": False, "tries": 0, "first_try_at": None, "last_try_at": ports.clock.now()}
    if head.content == STALE:
        hint = NEXT_POLL
        changed = f"{why}; the ERP changed the order meanwhile"
        return held(ports, head, Reason.RETRIES, changed, hint=hint, what=Step.DECLARED_ABSENT, who=who, **facts)
    going = move(ports, head, State.READY, what=Step.DECLARED_ABSENT, who=who, why=why, **facts)
    ports.order_queue.send(head.connection, [key], "order")
    return going


def settled_at(ports: Ports, head: Head) -> datetime | None:
    """When a look-up begins to prove something; None when nothing was ever asked for."""
    connection = ports.connections.revision(head.connection, head.revision)
    return settled_after_intent(head.intent_at, connection) if head.intent_at else None


def _doubtful(head: Head) -> bool:
    return head.state == State.UNKNOWN or (head.state == State.HELD and head.in_doubt)


def _existing(ports: Ports, key: str, *, doubtful: bool = True, version: int | None = None) -> Head:
    head = existing(ports, key, version)
    if doubtful:
        check_doubtful(head)
    return head


def check_doubtful(head: Head) -> None:
    """Raises Refused for an order of which nothing is in doubt."""
    if not _doubtful(head):
        raise Refused("state", f"order {head.document} is {standing(head)}: nothing is in doubt about it")


def _asked_for(ports: Ports, head: Head) -> ShipmentPlan:
    plan = ports.orders.snapshot(head.key, head.generation).plan
    if plan is None:
        raise _refused(head, "the shipment that was asked for is not kept")
    return plan


def _look_up(ports: Ports, head: Head, plan: ShipmentPlan) -> Found:
    """At every source, under the revision that it was bought with."""
    connection = ports.connections.revision(head.connection, head.revision)
    return look_up(ports, head, plan, connection)


def _found_in(found: Found) -> str:
    """Return the result of the look-up in words."""
    shipments = [f"{each.shipment_id} ({len(each.tracking_numbers)} packages)" for each in found.shipments]
    return f"found at {' and '.join(found.asked)}: {', '.join(shipments) or 'nothing'}"


def _adopt_hint(head: Head, shipment: CreatedShipment) -> Hint:
    return Hint("{0}", (do(Action.ADOPT, order=head.document, shipment=shipment.shipment_id),))


def _refused(head: Head, message: str, hint: Advice = "") -> Refused:
    return Refused(Reason.UNKNOWN, f"order {head.document}: {message}", field="reference", hint=hint)
