"""A person does not want a held order shipped: before its label that ends it, until the ERP changes the order."""

from __future__ import annotations

from shared.domain.hints import NEXT_POLL, Action, Hint, do
from shared.domain.record import Head
from shared.domain.state import DISMISSED, Reason, State
from shared.domain.steps import Step
from shared.errors import Refused
from shared.ports import Ports
from shared.workflow.orders.after_label import LET_PASS, settle
from shared.workflow.orders.standing import existing, standing
from shared.workflow.orders.step import held, move

LONGEST = 200
"""Characters of a reason: it stands in the audit trail, which is no place for letters."""


def dismiss(ports: Ports, key: str, why: str, who: str, *, version: int | None = None) -> Head:
    """Lets go of a held order, for the reason that the person gives; with a label, of what the ERP changed after it.

    Raises Refused when it is not held, when it may have a label that nobody knows of, and when no reason is given;
    Conflict when it is no longer at `version`.
    """
    head = existing(ports, key, version)
    why = reason_of(why)
    if head.state != State.HELD:
        raise Refused("state", f"order {head.document} is {standing(head)}: only a held order can be dismissed")
    if head.in_doubt or head.reason == Reason.UNKNOWN:
        raise _may_have_a_label(head)
    if head.shipment_id and head.reason in (*LET_PASS, Reason.STRAY):
        return settle(ports, head, who, why)
    if head.shipment_id:
        raise _has_a_label(head)
    return move(ports, head, State.CANCELLED, what=Step.DISMISSED, who=who, why=why, reason=DISMISSED)


def reason_of(why: str) -> str:
    """The reason that a person gives, on one line. Raises Refused for none, and for one that is too long."""
    why = " ".join(why.split())
    if not why or len(why) > LONGEST:
        raise Refused("reason", f"the reason has {len(why)} characters; allowed are 1 to {LONGEST}", field="reason")
    return why


def _may_have_a_label(head: Head) -> Refused:
    message = f"order {head.document} is {standing(head)}: a label may exist, so it cannot be dismissed"
    acts = (do(Action.ADOPT, order=head.document), do(Action.DECLARE_ABSENT, order=head.document))
    hint = Hint("decide that first: {0}, or {1}", acts)
    return Refused("state", message, field="state", value=str(head.state), hint=hint)


def _has_a_label(head: Head) -> Refused:
    """After the label a dismissal says what becomes of the parcel, which is not for this step to decide."""
    message = f"order {head.document} has label {head.tracking_number}: it cannot be dismissed as if it had none"
    hint = Hint("{0}", (do(Action.VOID, order=head.document),))
    return Refused("state", message, field="shipment", value=head.shipment_id, hint=hint)


def take_back(ports: Ports, key: str, who: str, *, version: int | None = None) -> Head:
    """Undoes a dismissal. What became of the order meanwhile only the ERP knows, so the next poll reads it first.

    Raises Refused when it is not dismissed, Conflict when it is no longer at `version`.
    """
    head = existing(ports, key, version)
    if head.state != State.CANCELLED or head.reason != DISMISSED:
        raise Refused("state", f"order {head.document} is {standing(head)}: only a dismissal can be taken back")
    message, hint = "its dismissal was taken back", NEXT_POLL
    return held(ports, head, Reason.RETRIES, message, hint=hint, what=Step.DISMISSAL_TAKEN_BACK, who=who, content="")
