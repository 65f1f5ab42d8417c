"""The events that ShipStation pushes to a webhook of ours (facts 5). Pure.

The standard library alone: the function behind the webhook loads nothing else to read an event.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from shared.carriers.shipstation.plain import text
from shared.carriers.shipstation.pointers import resource_of
from shared.carriers.shipstation.track import DETAIL, STATUS, facts_of, parcel
from shared.domain.milestones import Milestone
from shared.domain.tracking import Pointer, TrackingEvent

IN_ADDRESS = "credential"
"""The name in the address of V1's webhook under which its credential stands (workflow/tracking/receive.py)."""
TRACK_TYPES = frozenset({"TRACK_EVENT_V2", "API_TRACK"})
"""The event's name in a body, under V2 and by its former name."""
POINTING = frozenset(
    {f"{each}_V2" for each in ("SHIPMENT_CREATED", "LABEL_CREATED")}
    | {f"FULFILLMENT_{each}_V2" for each in ("SHIPPED", "CREATED", "UPDATED", "CANCELED", "REJECTED")}
    | {"ORDER_NOTIFY", "ITEM_ORDER_NOTIFY", "SHIP_NOTIFY", "ITEM_SHIP_NOTIFY"}
    | {"FULFILLMENT_SHIPPED", "FULFILLMENT_REJECTED"}
)
"""Events of V2 and of V1 that are pointers only."""


def read(body: Mapping[str, Any]) -> tuple[str, TrackingEvent] | Pointer | None:
    """The tracking number and the newest event of a webhook's body, where it has the whole record inline; the resource
    that it points at, where it has nothing else; None when it is of another event, or tells nothing."""
    kind = text(body.get("resource_type")).upper()
    if kind in POINTING:
        resource = resource_of(body.get("resource_url"))
        return Pointer(resource) if resource else None
    if kind not in TRACK_TYPES:
        return None
    found = parcel(body.get("data"))
    if found is None or not found.events:
        return None
    return found.tracking_number, TrackingEvent(**{**facts_of(found.events[0]), "expected": found.expected})


def simulated(number: str, milestone: Milestone, at: datetime) -> dict[str, object]:
    """The body of an event that takes the parcel to the milestone at that instant; in Baltimore, whose wall clock is
    taken to be in UTC."""
    details = {made: detail for detail, made in DETAIL.items()}
    status = {made: code for code, made in reversed(STATUS.items())}.get(milestone, "UN")
    moment = f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    told = {"status_code": status, "status_detail_code": details.get(milestone)}
    delivered = {"actual_delivery_date": moment if milestone == Milestone.DELIVERED else None}
    where = {"city_locality": "Baltimore", "state_province": "MD", "postal_code": "21201", "country_code": "US"}
    event = {**told, **where, "occurred_at": moment, "carrier_occurred_at": moment[:-1], "description": "Simulated"}
    data = {"tracking_number": number, **told, **delivered, "estimated_delivery_date": None, "events": [event]}
    return {"resource_url": "https://api.shipstation.com/v2/labels", "resource_type": "TRACK_EVENT_V2", "data": data}
