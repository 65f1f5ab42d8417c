"""The statuses of a label, and when one that waits for its supplier is looked at again. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from shared.connection import Connection
from shared.domain.record import Head
from shared.domain.state import Reason, State

WAITING, SENT, PRINTED = "waiting", "sent", "printed"
INBOUND = "inbound"
"""There is none of ours: the supplier sends the order on its own, by numbers that a person has named."""
UNSENT = timedelta(hours=4)
"""The time after which a label that still waits for its supplier is an alert, and between two looks at the order."""
IN_QUESTION = frozenset({Reason.CANCELLED, Reason.CHANGED, Reason.PAPERS, Reason.STRAY, "void"})
"""Reasons of a hold that put the shipment itself in question: nobody is handed its label before that is decided."""
_LABELLED = frozenset({State.SHIPPED, State.DONE, State.HELD})


def first_status(connection: Connection) -> str:
    """The status of a label that was just made."""
    return WAITING if connection.label.to == "supplier" else ""


def has_label(head: Head) -> bool:
    """Tell if a label stands for the order: one that was voided has lost its tracking number."""
    return bool(head.shipment_id and head.tracking_number) and head.state in _LABELLED


def bought_at(head: Head) -> datetime:
    """When the label was made, as near as the head knows."""
    return head.intent_at or head.updated_at


def next_reminder(head: Head, now: datetime) -> datetime | None:
    """When a label that waits for its supplier is looked at next; None for one that needs no look, or must not be sent.

    Every 4 hours from its making, the same instants whenever it is asked. Whether people are told, `remind` decides.
    """
    if head.label != WAITING or not has_label(head):
        return None
    if head.state == State.HELD and head.reason in IN_QUESTION:
        return None
    looks = max(0, (now - bought_at(head)) // UNSENT) + 1
    return bought_at(head) + looks * UNSENT
