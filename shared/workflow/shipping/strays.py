"""Strays: shipments with exactly our reference beside the one that is recorded, made by a create whose answer was lost.

Nothing else is ever voided by itself: never another match than the exact reference, never the recorded number, never a
parcel that was picked up or of which nobody says that it was not.
"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import timedelta
from typing import Unpack

from shared import log
from shared.connection import Connection
from shared.domain.hints import Action, Hint, do
from shared.domain.record import AuditEntry, Head, Snapshot, Stray, Way
from shared.domain.replayed import strays_accepted, strays_asked_to_void, strays_reported
from shared.domain.shipment import CreatedShipment, Found
from shared.domain.state import Reason
from shared.domain.steps import Step
from shared.errors import Refused, Retry, Unknown
from shared.ports import Ports
from shared.workflow.orders.after_label import back
from shared.workflow.orders.change import StepChange
from shared.workflow.orders.due import AGAIN, look_failed, look_later, look_up, looked
from shared.workflow.orders.step import held

_WAYS = {True: Way.PICKED_UP, False: Way.NOT_PICKED_UP, None: Way.NOT_KNOWN}


def look_for_strays(ports: Ports, head: Head) -> None:
    """One look, at every source of the carrier; what is found is reported, or voided, by the connection's policy."""
    connection = ports.connections.revision(head.connection, head.revision)
    try:
        snapshot = ports.orders.snapshot(head.key, head.generation)
        shown = _shown(ports, head, snapshot, connection)
    except Retry as error:
        look_failed(ports, head, str(error), error.after)
        return
    except Refused as error:
        log.trouble("looks_given_up", order=head.key, connection=head.connection, why=str(error))
        ports.orders.postpone(head, None, count=False)
        return
    gone = shown.voided & _recorded(ports, head)
    if gone:
        _tell_gone(ports, head, gone)
        return
    found = _beside(ports, head, shown)
    if found:
        accepted = strays_accepted(ports.orders.audit(head.key))
        found = tuple(each for each in found if each.shipment_id not in accepted)
    if not found:
        _none(ports, head)
    elif may_be_voided(found, connection):
        void_strays(ports, head, snapshot, found, connection)
    else:
        _report(ports, head, snapshot, found)


def strays_of(ports: Ports, head: Head, snapshot: Snapshot, connection: Connection) -> tuple[CreatedShipment, ...]:
    """Live shipments under the head's reference that are not the recorded one.

    Raises Retry when a source did not answer, Refused when nothing is kept of what was asked for.
    """
    return _beside(ports, head, _shown(ports, head, snapshot, connection))


def _shown(ports: Ports, head: Head, snapshot: Snapshot, connection: Connection) -> Found:
    if snapshot.plan is None:
        raise Refused(Reason.STRAY, "the shipment that was asked for is not kept", field="snapshot")
    return look_up(ports, head, snapshot.plan, connection)


def _beside(ports: Ports, head: Head, found: Found) -> tuple[CreatedShipment, ...]:
    recorded = {each.tracking_number for each in ports.orders.packages(head.key, head.generation)}
    return tuple(
        each
        for each in found.shipments
        if each.shipment_id != head.shipment_id and recorded.isdisjoint(each.tracking_numbers)
    )


def _recorded(ports: Ports, head: Head) -> set[str]:
    """The numbers that the ERP has, or is to have: those of the recorded shipment that nobody voided here."""
    packages = ports.orders.packages(head.key, head.generation) if head.tracking_number else ()
    return {each.tracking_number for each in packages if not each.voided}


def _tell_gone(ports: Ports, head: Head, numbers: AbstractSet[str]) -> None:
    """The carrier says that the order's own label is voided, and nobody voided it here: a person makes it so here too,
    since a void that was made already counts as made."""
    which = ", ".join(sorted(numbers))
    message = f"the carrier shows {which} of shipment {head.shipment_id} as voided, and it was not voided here"
    named = {"package": which.replace(", ", ",")} if numbers < _recorded(ports, head) else {}
    hint = Hint("{0} takes its numbers out of the ERP", (do(Action.VOID, order=head.document, **named),))
    held(ports, looked(head), Reason.VOID, message, field="shipment_id", hint=hint, what=Step.VOIDED_ELSEWHERE)


def _none(ports: Ports, head: Head) -> None:
    """A hold for a stray that is gone is over: somebody voided it at the carrier."""
    if head.reason == Reason.STRAY:
        why = f"only {head.shipment_id or 'nothing'} stands under {head.reference}"
        back(ports, looked(head), what=Step.STRAY_GONE, why=why)
    else:
        look_later(ports, head, f"nothing else stands under {head.reference}")


def _report(ports: Ports, head: Head, snapshot: Snapshot, found: tuple[CreatedShipment, ...]) -> None:
    if head.reason == Reason.STRAY and _reported(ports, head, found):
        look_later(ports, head, "the same strays as before")
        return
    log.count("StraysFound", connection=head.connection)
    why = " ".join(each.shipment_id for each in found)
    told: StepChange = {"why": why, "strays": _told(found)}
    _hold(ports, looked(head), _said(head, found), Step.STRAY_FOUND, snapshot, **told)


def _reported(ports: Ports, head: Head, found: tuple[CreatedShipment, ...]) -> bool:
    """Tell if the present hold names exactly these strays, with the present knowledge of their way."""
    told, now = strays_reported(ports.orders.audit(head.key)), {each.shipment_id: each.way for each in _told(found)}
    return told.keys() == now.keys() and all(told[each] in (Way.NOT_TOLD, way) for each, way in now.items())


def without_voided(found: Sequence[CreatedShipment], trail: Sequence[AuditEntry]) -> tuple[CreatedShipment, ...]:
    """Those that count as living: what the carrier voided as a stray is dead, though it may show it for hours."""
    voided = strays_asked_to_void(trail)
    return tuple(each for each in found if not voided.get(each.shipment_id))


def dying(found: Sequence[CreatedShipment], trail: Sequence[AuditEntry]) -> tuple[CreatedShipment, ...]:
    """Those that may be dead soon: their void was asked for, and nobody heard what became of it. A void never strikes
    what was picked up."""
    asked = strays_asked_to_void(trail)
    return tuple(each for each in found if asked.get(each.shipment_id) is False and each.picked_up is not True)


def may_be_voided(found: tuple[CreatedShipment, ...], connection: Connection) -> bool:
    """By itself: nothing that is on its way, or may be."""
    return connection.strays == "void" and all(each.picked_up is False for each in found)


def void_strays(
    ports: Ports, head: Head, snapshot: Snapshot, found: tuple[CreatedShipment, ...], connection: Connection
) -> None:
    """Each of them, with an audit entry before and after. The step before is at the version that was looked at, so the
    recorded number is the one that was compared with. What ends without an answer is looked at again as soon as a look
    that failed, not with the next day's."""
    log.count("StraysFound", connection=head.connection)
    said = _said(head, found)
    for each in found:
        soon = ports.clock.now() + AGAIN
        asked: StepChange = {"why": each.shipment_id, "due_at": soon, "strays": _told((each,))}
        head = _hold(ports, head, said, Step.STRAY_VOID_ASKED, snapshot, **asked)
        try:
            with ports.carrier(connection) as carrier:
                words = carrier.void(each.shipment_id)
        except (Retry, Unknown, Refused) as error:
            message = f"{said}; it could not be voided: {error}"
            failed: StepChange = {"why": f"{each.shipment_id}: {error}"}
            lost = not isinstance(error, Refused)
            if lost:
                after = error.after if isinstance(error, Retry) else None
                failed["due_at"] = ports.clock.now() + max(AGAIN, timedelta(seconds=after or 0))
            what = Step.STRAY_VOID_FAILED if lost else Step.STRAY_VOID_REFUSED
            _hold(ports, looked(head), message, what, snapshot, **failed)
            return
        head = back(ports, looked(head), what=Step.STRAY_VOIDED, why=f"{each.shipment_id}: {words}")


def _hold(ports: Ports, head: Head, message: str, what: Step, snapshot: Snapshot, **facts: Unpack[StepChange]) -> Head:
    return held(ports, head, Reason.STRAY, message, what=what, field="reference", snapshot=snapshot, **facts)


def _told(found: Sequence[CreatedShipment]) -> tuple[Stray, ...]:
    """Each by its id, with whether it was picked up."""
    return tuple(Stray(each.shipment_id, _WAYS[each.picked_up]) for each in found)


def _said(head: Head, found: tuple[CreatedShipment, ...]) -> str:
    """Both sides by number, and what is known of their way."""
    ids = ", ".join(f"{each.shipment_id} ({_way(each)})" for each in found)
    beside = f"beside {head.shipment_id}, which is the recorded one" if head.shipment_id else "and none is recorded"
    return f"reference {head.reference} stands on {ids}, {beside}"


def _way(shipment: CreatedShipment) -> str:
    return {True: "picked up", False: "not picked up", None: "whether it was picked up is not known"}[
        shipment.picked_up
    ]
