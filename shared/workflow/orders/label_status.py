"""The label's own status on the head, which is never the order's: notes, reminders, and whether it may be used."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Unpack

from shared import log
from shared.domain.hints import Action, Hint, do
from shared.domain.record import AuditEntry, Head
from shared.domain.state import State
from shared.domain.steps import Step
from shared.errors import Refused
from shared.ports import Ports
from shared.workflow.orders.change import StepChange
from shared.workflow.orders.label import IN_QUESTION, UNSENT, WAITING, bought_at, has_label, next_reminder
from shared.workflow.orders.standing import standing
from shared.workflow.orders.step import stay

EVERY = timedelta(days=1)
"""How often people are reminded of the same label."""


def remind(ports: Ports, head: Head) -> Head:
    """Tells people of a label that is unsent after 4 hours, then once a day; its trail says when. The head after it.

    Counted before it is noted: an alert may come twice, but not be lost.
    """
    now = ports.clock.now()
    if next_reminder(head, now) is None or now < _tell_at(ports.orders.audit(head.key), head):
        return head
    waiting = now - bought_at(head)
    log.trouble("label_unsent", order=head.key, connection=head.connection, hours=int(waiting.total_seconds() // 3600))
    log.count("LabelsUnsent", connection=head.connection)
    return note(ports, head, what=Step.LABEL_UNSENT, why=f"made {bought_at(head):%Y-%m-%d %H:%M} UTC, not sent yet")


def _tell_at(trail: list[AuditEntry], head: Head) -> datetime:
    """When people are to be told: 4 hours after the label was known, a day after they were told."""
    for entry in reversed(trail):
        if entry.what == Step.LABEL_UNSENT:
            return entry.at + EVERY
        if ("label", WAITING) in entry.changes:
            return entry.at + UNSENT
    return bought_at(head) + UNSENT


def note(ports: Ports, head: Head, *, what: Step, **facts: Unpack[StepChange]) -> Head:
    """An entry about the label in the order's trail; the order itself stays as it stands."""
    facts = {"lease_until": head.lease_until, **facts}
    return stay(ports, head, what=what, **facts)


def check_usable(head: Head) -> None:
    """Raises Refused for an order that has no label, or of which the label is in question."""
    document = head.document
    if not has_label(head):
        raise Refused("state", f"order {document} is {standing(head)}: it has no label", field="state")
    if head.state == State.HELD and head.reason in IN_QUESTION:
        hint = Hint("decide that first: {0}", (do(Action.SHOW, order=document),))
        message = f"order {document} is {standing(head)}: its label is not to be used before that is decided"
        raise Refused("state", message, field="state", value=head.reason, hint=hint)
