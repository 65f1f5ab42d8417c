"""A person voids a label: the carrier cancels it, and the ERP's fields are corrected after it.

HELD `void` with an audit entry stands before the call, so a lost answer leaves the order visibly in doubt; a void may
be asked again, since a void that was made already counts as made. What the carrier refuses leaves the order as it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Unpack

from shared import log
from shared.domain.hints import Action, Hint, do
from shared.domain.record import Head, Snapshot
from shared.domain.replayed import Standing, standing_before
from shared.domain.state import Reason, State
from shared.domain.steps import Step
from shared.errors import Misconfigured, Refused, Retry, Unknown
from shared.ports import Ports, ShippedPackage
from shared.workflow.orders.after_label import AFTER_LABEL, to_rest
from shared.workflow.orders.change import StepChange
from shared.workflow.orders.pages import refresh_page
from shared.workflow.orders.standing import existing, is_voided, kept_snapshot, standing
from shared.workflow.orders.step import LEASE, STALE, held, move

_CORRECTING = "voided at the carrier; its numbers are being taken out of the ERP"
_CORRECTING_HINT = Hint("nothing: it is CANCELLED as soon as the ERP is corrected", (do(Action.WAIT),))


def void(
    ports: Ports, key: str, who: str, *, why: str = "", packages: Sequence[str] = (), version: int | None = None
) -> Head:
    """Voids the recorded shipment, or those of its packages that are named by their tracking numbers.

    Returns the head after it: HELD `void` while the outcome is not known or the ERP is being corrected, SHIPPED while
    the numbers of the other packages are written. Raises Refused, with the carrier's own words, when it is too late or
    there is nothing to void; Misconfigured when the carrier refuses the credential. Neither moves the order: what is
    in doubt stays in doubt when the credential is refused. Raises Conflict, before the carrier is asked, when the order
    is no longer at `version`.
    """
    head = _voidable(ports, key, version)
    live = [each for each in ports.orders.packages(key, head.generation) if not each.voided]
    going = _named(head, live, packages)
    some = packages if len(going) < len(live) else ()
    what = f"package {', '.join(some)} of shipment {head.shipment_id}" if some else f"shipment {head.shipment_id}"
    since = head.updated_at if head.state != State.SHIPPED else ports.clock.now()
    snapshot = kept_snapshot(ports, head.key, head.generation)
    in_doubt = f"the carrier was asked to void {what}, and its answer is not known"
    asked = _asked(ports, head, in_doubt, Step.VOID_ASKED, who, f"{what}: {why}".rstrip(": "))
    connection = ports.connections.revision(asked.connection, asked.revision)
    try:
        with ports.carrier(connection) as carrier:
            words = carrier.void(asked.shipment_id, some)
    except (Refused, Misconfigured) as error:
        if isinstance(error, Misconfigured) and head.reason == Reason.VOID:  # which says nothing of the void before
            _asked(ports, asked, f"{in_doubt}: {error}", Step.VOID_IN_DOUBT, who, str(error))
        else:
            _as_it_was(ports, asked, snapshot, who, str(error), again=head.reason == Reason.VOID)
        raise
    except (Retry, Unknown) as error:
        return _asked(ports, asked, f"{in_doubt}: {error}", Step.VOID_IN_DOUBT, who, str(error))
    log.count("LabelsVoided", connection=head.connection)
    end = _partly if some else _whole
    after = end(ports, asked, going, who=who, why=f"{what}: {words}", until=since + LEASE)
    for each in going:  # nobody can print it any more; the store ends by itself what a crash leaves here
        if each.label:
            ports.labels.delete(each.label)
    refresh_page(ports, after, connection)
    return after


def _voidable(ports: Ports, key: str, version: int | None) -> Head:
    head = existing(ports, key, version)
    check_voidable(head)
    return head


def check_voidable(head: Head) -> None:
    """Raises Refused for an order without a live label."""
    stands = f"order {head.document} is {standing(head)}"
    if is_voided(head):
        raise Refused("state", f"{stands}: its shipment {head.shipment_id} is voided already", field="state")
    if not head.shipment_id:
        raise Refused("state", f"{stands}: it has no shipment that could be voided", field="state")


def _named(head: Head, live: Sequence[ShippedPackage], packages: Sequence[str]) -> list[ShippedPackage]:
    """The packages that go. Raises Refused for a number that is not one of the shipment's, or is voided."""
    known = {each.tracking_number: each for each in live}
    for number in packages:
        if number not in known:
            message = f"{number} is no live package of order {head.document}"
            hint = f"its packages: {', '.join(known)}"
            raise Refused("package", message, field="package", value=number, hint=hint)
    return [each for each in live if not packages or each.tracking_number in packages]


def _asked(ports: Ports, head: Head, message: str, what: Step, who: str, why: str) -> Head:
    return held(ports, head, Reason.VOID, message, what=what, field="shipment_id", who=who, why=why)


def _as_it_was(ports: Ports, head: Head, snapshot: Snapshot | None, who: str, words: str, *, again: bool) -> None:
    """Back to where it stood before the void was asked, which may have been in an earlier run of it (`again`)."""
    before = standing_before(ports.orders.audit(head.key), Reason.VOID)
    told = replace(snapshot, problem=_told(before, snapshot, words, again=again)) if snapshot else None
    step: StepChange = {"who": who, "why": words}
    if before.state == State.DONE:
        to_rest(ports, head, what=Step.VOID_REFUSED, snapshot=told, **step)
        return
    reason, field = before.reason if before.state == State.HELD else "", before.field
    move(ports, head, before.state, what=Step.VOID_REFUSED, reason=reason, field=field, snapshot=told, **step)
    if before.state == State.SHIPPED:
        ports.order_queue.send(head.connection, [head.key], "order")


def _told(before: Standing, snapshot: Snapshot, words: str, *, again: bool) -> str:
    """Why it is held, once more; an earlier run of the void has written over the sentence of that hold."""
    if before.state != State.HELD:
        return ""
    return f"held for {before.reason}; its void was refused: {words}" if again else snapshot.problem


def _whole(
    ports: Ports, head: Head, going: Sequence[ShippedPackage], *, until: datetime, **step: Unpack[StepChange]
) -> Head:
    """No number counts any more; what the ERP was told is taken back next.

    `until` lets a write-back that was under way end first: its late write would bring the number back.
    """
    step |= {"tracking_number": "", "packages_made": 0, "cost": None, "label": "", "tries": 0}
    step |= {"not_before": until, "due_at": until, "first_try_at": None}
    step |= {"packages": [replace(each, voided=True) for each in going]}
    voided = held(ports, head, Reason.VOID, _CORRECTING, what=Step.VOIDED, hint=_CORRECTING_HINT, **step)
    ports.write_back_queue.send(head.connection, [head.key], "order")
    return voided


def _partly(
    ports: Ports, head: Head, going: Sequence[ShippedPackage], *, until: datetime, **step: Unpack[StepChange]
) -> Head:
    """The other packages go on: their numbers are written once more, without the voided ones. The carrier says nothing
    of the price, which stays as it was bought and counts as an estimate."""
    before = standing_before(ports.orders.audit(head.key), Reason.VOID)
    gone = {each.number for each in going}
    packages = ports.orders.packages(head.key, head.generation)
    left = [each.tracking_number for each in packages if not each.voided and each.number not in gone]
    step |= {"tracking_number": left[0], "packages_made": len(left), "cost_estimated": True}
    step |= {"not_before": until, "written_back": False, "tries": 0, "first_try_at": None}
    step |= {"packages": [replace(each, voided=True) for each in going]}
    if before.state == State.HELD and before.reason in AFTER_LABEL:
        step["content"] = STALE  # what the ERP changed still stands, and is told once the numbers are written
    shipped = move(ports, head, State.SHIPPED, what=Step.PACKAGE_VOIDED, **step)
    ports.write_back_queue.send(head.connection, [head.key], "order")
    return shipped
