"""INTENT and UNKNOWN: what became of a create call whose outcome nobody heard of is asked of the carrier."""

from __future__ import annotations

from collections.abc import Sequence

from shared.connection import Connection
from shared.domain.digest import told_of
from shared.domain.hints import NEXT_POLL, Action, Hint, do
from shared.domain.record import AuditEntry, Head, Snapshot
from shared.domain.replayed import asked_alike
from shared.domain.shipment import CreatedShipment, ShipmentPlan
from shared.domain.state import Reason, State
from shared.domain.steps import Step
from shared.errors import Refused, Retry
from shared.ports import Ports
from shared.workflow.orders.due import look_failed, look_later, look_up, looked, settled_after_intent
from shared.workflow.orders.step import STALE, again_later, held, move
from shared.workflow.shipping.buy import record_found, with_true_cost
from shared.workflow.shipping.by_hand import await_label
from shared.workflow.shipping.checks import is_time
from shared.workflow.shipping.strays import dying, may_be_voided, void_strays, without_voided


def end_lease(ports: Ports, head: Head) -> Head | None:
    """An INTENT past its lease lost its worker: whether the call was made is not known."""
    now = ports.clock.now()
    if head.lease_until is not None and head.lease_until > now:
        return None
    connection = ports.connections.revision(head.connection, head.revision)
    settled = max(now, settled_after_intent(head.intent_at or now, connection))
    return move(ports, head, State.UNKNOWN, what=Step.WORKER_LOST, reason="unknown", not_before=settled)


def find_out(ports: Ports, head: Head) -> Head | None:
    """Asks the carrier for our reference, at every source it has: adopted, or by the connection's policy."""
    connection = ports.connections.revision(head.connection, head.revision)
    snapshot = ports.orders.snapshot(head.key, head.generation)
    try:
        if snapshot.plan is None:
            raise Refused(Reason.UNKNOWN, "the shipment that was asked for is not kept", field="snapshot")
        found = look_up(ports, head, snapshot.plan, connection)
    except Retry as error:
        again_later(
            ports, head, str(error), error.after, state=State.UNKNOWN, gives_up=Reason.UNKNOWN, what=Step.LOOK_UP_FAILED
        )
        return None
    except Refused as error:
        held(ports, head, Reason.UNKNOWN, str(error), field=error.field, snapshot=snapshot)
        return None
    trail = ports.orders.audit(head.key) if found.shipments else ()
    shipments = without_voided(found.shipments, trail)
    if not shipments and connection.carrier.by_hand:
        await_label(ports, head, snapshot.plan, connection)
        return None
    if not shipments:
        return _not_found(ports, head, connection, found.asked)
    ours = _ours(shipments, snapshot.plan, connection)
    if _is_not_adopted(ports, head, snapshot, shipments, trail, connection):
        return None
    if ours:
        record_found(ports, head, with_true_cost(ours, snapshot.plan), _count(ours, snapshot.plan, connection))
    else:
        _not_ours(ports, head, snapshot, shipments)
    return None


def look_again(ports: Ports, head: Head) -> None:
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
    trail = ports.orders.audit(head.key) if found else ()
    found = without_voided(found, trail)
    ours = _ours(found, plan, connection) if plan else None
    if _is_not_adopted(ports, head, snapshot, found, trail, connection):
        return
    if ours and plan:
        record_found(ports, head, with_true_cost(ours, plan), _count(ours, plan, connection))
    else:
        look_later(ports, head, f"{len(found)} shipments found by {head.reference}")


def _is_not_adopted(
    ports: Ports,
    head: Head,
    snapshot: Snapshot,
    found: tuple[CreatedShipment, ...],
    trail: Sequence[AuditEntry],
    connection: Connection,
) -> bool:
    """Tell if a shipment found must not be taken for the order's, and deal with it then. One that may be dead soon goes
    first: it is voided once more, and the doubt goes on with the others."""
    doomed = dying(found, trail)
    if doomed:
        message = f"the carrier was asked to void {_ids(doomed)} and did not answer, and shows it still"
        _not_to_be_adopted(ports, head, snapshot, doomed, connection, message, cause="dying")
    elif found and not asked_alike(trail):
        ids = _ids(found)
        message = f"the order was changed since a label was asked for, and {ids} may be of the order as it was"
        _not_to_be_adopted(ports, head, snapshot, found, connection, message, cause="changed")
    else:
        return False
    return True


def _ours(found: tuple[CreatedShipment, ...], plan: ShipmentPlan, connection: Connection) -> CreatedShipment | None:
    """The shipment to adopt: the only one, with as many packages as were asked for.

    Of several under our very reference one is adopted where the connection voids strays, rather the one that is on its
    way: the others are strays then.
    """
    fitting = [each for each in found if len(each.tracking_numbers) == _count(each, plan, connection)]
    if len(found) > 1 and connection.strays != "void":
        return None
    return min(fitting, key=lambda each: (each.picked_up is not True, each.shipment_id), default=None)


def _count(found: CreatedShipment, plan: ShipmentPlan, connection: Connection) -> int:
    """How many packages a label shall have: who buys it by hand packs as they like."""
    return len(found.tracking_numbers) if connection.carrier.by_hand else len(plan.packages)


def _not_found(ports: Ports, head: Head, connection: Connection, asked: tuple[str, ...]) -> Head | None:
    why = f"not found by {head.reference} at {' and '.join(asked)}"
    if connection.unknown == "retry" and head.content == STALE:
        message = f"{why}, and the ERP changed the order meanwhile"
        held(ports, head, Reason.RETRIES, message, field="reference", hint=NEXT_POLL, in_doubt=False)
        return None
    if connection.unknown == "retry":
        again_later(ports, head, why, None, state=State.READY, what=Step.NOT_FOUND, in_doubt=False)
        return None
    held(ports, head, Reason.UNKNOWN, f"the answer was lost, and the shipment was {why}", field="reference")
    return None


def _not_to_be_adopted(
    ports: Ports,
    head: Head,
    snapshot: Snapshot,
    found: tuple[CreatedShipment, ...],
    connection: Connection,
    message: str,
    *,
    cause: str,
) -> None:
    """A stray, voided where strays are, after which the doubt goes on; else a person compares, and is told once for the
    same shipments and `cause`."""
    if may_be_voided(found, connection):
        void_strays(ports, head, snapshot, found, connection)
        return
    told = told_of(cause, *sorted((each.shipment_id, len(each.tracking_numbers)) for each in found))
    if head.state == State.HELD and snapshot.told == told:
        look_later(ports, head, "the same shipments as before")
        return
    named = found[0].shipment_id
    acts = (
        do(Action.ADOPT, order=head.document, shipment=named),
        do(Action.DECLARE_ABSENT, order=head.document),
        do(Action.VOID_AT_CARRIER, shipment=named),
    )
    text = f"compare {named} at the carrier: if it matches the order as it is now, "
    hint = Hint(text + "{0}; otherwise void it there, then {1}", acts)
    held(ports, looked(head), Reason.UNKNOWN, message, field="reference", hint=hint, told=told, snapshot=snapshot)


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
