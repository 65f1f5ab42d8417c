"""Record that a bought label has reached whoever sticks it on: a supplier by a link, a warehouse by its printer.

That is the label's own status, on the head, and never the order's. A supplier's label that nobody sent is an alert.
"""

from __future__ import annotations

from dataclasses import replace

from shared.domain.hints import Action, Hint, do
from shared.domain.record import Head
from shared.domain.state import OPEN
from shared.domain.steps import Step
from shared.errors import Refused
from shared.ports import Ports
from shared.workflow.orders.due import next_look
from shared.workflow.orders.label import SENT, WAITING
from shared.workflow.orders.label_status import check_usable, note
from shared.workflow.orders.standing import existing


def check_for_supplier(head: Head) -> None:
    """Raises Refused, too, for a label that is the warehouse's."""
    check_usable(head)
    if head.label not in (WAITING, SENT):
        message = f"the label of order {head.document} is for the warehouse (label.to), not for a supplier"
        raise Refused("label", message, field="label.to", hint=Hint("{0}", (do(Action.REPRINT, order=head.document),)))


def mark_sent(ports: Ports, key: str, who: str, *, version: int | None = None) -> Head:
    """A person says that the supplier has the label: no more reminders. Raises Refused when none waits,
    Conflict when the order is no longer at `version`."""
    head = existing(ports, key, version)
    check_for_supplier(head)
    if head.label == SENT:
        raise Refused("label", f"the label of order {head.document} is marked as sent already", field="label")
    due = head.due_at
    if head.state not in OPEN:  # it may be looked at for another cause
        connection = ports.connections.revision(head.connection, head.revision)
        due = next_look(replace(head, label=SENT), connection, ports.clock.now())
    return note(ports, head, what=Step.LABEL_SENT, who=who, label=SENT, due_at=due)
