"""Notices: the events that systems of the customer are told of, each with an id of its own. Pure.

A notice follows from two versions of a record, before and after one step: so it can be made again at any time, and has
the same id then. It names orders and parcels by their numbers; it has no address, no name and no words of a person.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from shared.domain.milestones import Milestone
from shared.domain.parcel import Watch
from shared.domain.record import Head
from shared.domain.state import State

VERSION = "1"
"""The version of the schema, docs/events.schema.json. Facts may be added to it; nothing is renamed or taken away."""


class NoticeType(StrEnum):
    """The kinds of notices. Systems of customers stand on the values: one may be added, none ever changes."""

    ORDER_SHIPPED = "order.shipped"
    ORDER_HELD = "order.held"
    ORDER_RELEASED = "order.released"
    ORDER_VOIDED = "order.voided"
    ORDER_CANCELLED = "order.cancelled"
    ORDER_DONE = "order.done"
    PARCEL_MILESTONE = "parcel.milestone"
    PARCEL_DELIVERED = "parcel.delivered"


@dataclass(frozen=True, slots=True)
class Notice:
    """One event. `data` are its facts, `at` is when it happened."""

    id: str
    type: NoticeType
    at: datetime
    connection: str
    data: Mapping[str, Any]

    def body(self, deployment: str) -> dict[str, Any]:
        """The event as it is sent, in the form of docs/events.schema.json."""
        return {
            "version": VERSION,
            "id": self.id,
            "type": str(self.type),
            "timestamp": _time(self.at),
            "deployment": deployment,
            "connection": self.connection,
            "data": dict(self.data),
        }


def notices_of_order(before: Head | None, after: Head) -> Iterator[Notice]:
    """The notices of one step of an order. `before` is None for its first one."""
    for kind, facts in _order_news(before, after):
        data = {
            "order": after.key,
            "document": after.document,
            "generation": after.generation,
            "sequence": after.version,
            **{name: value for name, value in facts.items() if value not in ("", None)},
        }
        yield Notice(_id(after.key, after.version, kind), kind, after.updated_at, after.connection, data)


def _order_news(before: Head | None, after: Head) -> Iterator[tuple[NoticeType, dict[str, Any]]]:
    same = before is not None and before.generation == after.generation
    label = before.position.label if before and same else ""
    if after.position.label == "live" and label != "live":
        yield NoticeType.ORDER_SHIPPED, _shipment(after) | _cost(after)
    voided = before is not None and label == "live" and after.position.label == "voided"
    if before and voided:
        yield NoticeType.ORDER_VOIDED, _shipment(before)
    was = (before.state, before.reason) if before else None
    if after.state == State.HELD and was != (State.HELD, after.reason):
        yield NoticeType.ORDER_HELD, {"reason": after.reason, "field": after.field}
    if before is None or before.state == after.state:
        return
    if after.state == State.CANCELLED and not voided:
        yield NoticeType.ORDER_CANCELLED, {}
    elif before.state == State.HELD and not voided:
        yield NoticeType.ORDER_RELEASED, {"reason": before.reason, "state": str(after.state)}
    if after.state == State.DONE:
        yield NoticeType.ORDER_DONE, _shipment(after)


def _shipment(head: Head) -> dict[str, Any]:
    return {
        "shipment": head.shipment_id,
        "tracking_number": head.tracking_number,
        "packages": head.packages_made,
        "service": head.service,
    }


def _cost(head: Head) -> dict[str, Any]:
    if head.cost is None:
        return {}
    amount = {"amount": f"{head.cost.amount:f}", "currency": head.cost.currency, "estimated": head.cost_estimated}
    return {"cost": amount}


def notices_of_parcel(before: Watch | None, after: Watch) -> Iterator[Notice]:
    """The notice of a parcel's new milestone."""
    facts, stood = after.facts, before.facts.milestone if before else None
    if facts.milestone is None or facts.milestone == stood:
        return
    delivered = facts.milestone == Milestone.DELIVERED
    kind = NoticeType.PARCEL_DELIVERED if delivered else NoticeType.PARCEL_MILESTONE
    data = {
        "order": after.order,
        "generation": after.generation,
        "package": after.package,
        "sequence": after.version,
        "carrier": after.carrier,
        "tracking_number": after.number,
        "milestone": str(facts.milestone),
        "before": str(stood or ""),
        "reached_at": _time(facts.at) if facts.at else "",
        "expected": facts.expected.isoformat() if facts.expected else "",
        "delivered_on": facts.delivered.isoformat() if facts.delivered else "",
    }
    told = {name: value for name, value in data.items() if value not in ("", None)}
    name = f"{after.carrier}:{after.number}:{after.connection}:{_time(after.since)}"
    yield Notice(_id(name, after.version, kind), kind, facts.at or facts.heard or after.since, after.connection, told)


def _id(of: str, version: int, kind: NoticeType) -> str:
    """The same for the same step of the same record, whenever and however often it is made."""
    step = "\n".join((of, str(version), kind))
    return f"evt_{hashlib.sha256(step.encode()).hexdigest()[:32]}"


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
