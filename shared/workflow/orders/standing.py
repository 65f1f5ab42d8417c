"""Where an order stands, as people and all other rooms ask."""

from __future__ import annotations

from shared.domain.record import Head, Snapshot
from shared.domain.state import Reason
from shared.errors import Refused
from shared.ports import Conflict, Ports

VOIDED = "voided"
"""The reason of a CANCELLED order whose label was voided: only a person ships it again."""

ASKED = "a person asked for it"
"""Why the next poll reads a document that a person has touched: what was corrected in the ERP is seen at once."""


def is_voided(head: Head) -> bool:
    """Tell if the carrier has voided the whole shipment of this generation: its number is no longer on the head."""
    return bool(head.shipment_id) and not head.tracking_number


def existing(ports: Ports, key: str, version: int | None = None) -> Head:
    """The head of an order that a person named. Raises Refused when there is none, Conflict when it is no longer at the
    `version` that the person saw."""
    head = ports.orders.head(key)
    if head is None:
        raise Refused("order", f"there is no order {key}", field="order", value=key)
    if version not in (None, head.version):
        raise Conflict(key)
    return head


def standing(head: Head) -> str:
    """State and reason as people read them: "HELD (weight)"."""
    return f"{head.state} ({head.reason})" if head.reason else str(head.state)


def kept_snapshot(ports: Ports, key: str, generation: int) -> Snapshot | None:
    """The snapshot of a generation; None once its personal data has expired."""
    try:
        return ports.orders.snapshot(key, generation)
    except Refused:
        return None


def was_held_for(ports: Ports, head: Head, reason: Reason) -> bool:
    """Tell if the order was held for the reason since its generation began: a hold of an earlier label says nothing of
    this one."""
    for entry in reversed(ports.orders.audit(head.key)):
        changed = dict(entry.changes)
        if changed.get("reason") == reason:
            return True
        if "generation" in changed:
            return False
    return False
