"""The events that ShipStation pushes to a webhook of ours (facts 5). Pure.

The standard library alone: the function behind the webhook loads nothing else to read an event.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from shared.carriers.shipstation.plain import text
from shared.carriers.shipstation.track import DETAIL, STATUS, facts_of, parcel
from shared.domain.milestones import Milestone
from shared.domain.tracking import TrackingEvent

TRACK_TYPES = frozenset({"TRACK_EVENT_V2", "API_TRACK"})
"""The event's name in a body, under V2 and by its former name."""


def read(body: Mapping[str, Any]) -> tuple[str, TrackingEvent] | None:
    """The tracking number and the newest event of a webhook's body, which has the whole record inline; None when it is
    of another event, or tells nothing. Its pointer is followed by nobody."""
    if text(body.get("resource_type")).upper() not in TRACK_TYPES:
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
