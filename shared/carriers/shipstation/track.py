"""Parcels under way: a tracking answer has their events, and a webhook has the same record. Pure.

The standard library alone: the function behind the webhook loads nothing else to read an event.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from shared.carriers.shipstation.plain import day, inside, rows, text
from shared.domain.milestones import Milestone
from shared.domain.tracking import Place, TrackedParcel, TrackingEvent

STATUS = {
    "NY": Milestone.LABEL_CREATED,
    "AC": Milestone.PICKED_UP,
    "IT": Milestone.IN_TRANSIT,
    "AT": Milestone.EXCEPTION,
    "EX": Milestone.EXCEPTION,
    "SP": Milestone.EXCEPTION,  # it waits for the consignee at a shop, as what UPS holds for pickup
    "DE": Milestone.DELIVERED,
}
"""By status code; UN says nothing. What words say beside it does not count: "Accepted" came with NY (facts 5)."""
DETAIL = {
    **dict.fromkeys(
        ("SHIPMENT_CREATED", "AWAITING_PICKUP_DROP_OFF", "ELEC_ADVICE_RECD_BY_CARRIER", "NOT_YET_RECEIVED_BY_CARRIER"),
        Milestone.LABEL_CREATED,
    ),
    **dict.fromkeys(("DROPPED_OFF", "PICKED_UP", "RECEIVED_BY_CARRIER"), Milestone.PICKED_UP),
    "OUT_FOR_DELIVERY": Milestone.OUT_FOR_DELIVERY,
    "UNDELIVERABLE_RETURNED_TO_SENDER": Milestone.RETURNED,
}
"""By status detail, where it says more than the code. It is missing with some carriers after the first scan."""
_BEFORE_PICKUP = frozenset({None, Milestone.LABEL_CREATED, Milestone.VOIDED})


def milestone_of(row: Any) -> Milestone | None:
    status = text(inside(row, "status_code")).upper()
    return DETAIL.get(text(inside(row, "status_detail_code")).upper()) or STATUS.get(status)


def parcel(body: Any) -> TrackedParcel | None:
    """The parcel of a tracking answer, events as ShipStation orders them: newest first. None when the body is none.

    A record without events has one all the same where its own status says something."""
    number = text(inside(body, "tracking_number"))
    if not number:
        return None
    events = tuple(_event(each) for each in rows(body.get("events")))
    milestone, arrived = milestone_of(body), body.get("actual_delivery_date")
    if not events and milestone:
        events = (_summed_up(body, milestone),)
    if events and events[0].milestone == Milestone.DELIVERED and (at := instant(arrived)):
        first = events[0]  # `occurred_at` was hours off where `actual_delivery_date` was right (facts 5)
        events = (TrackingEvent(**{**facts_of(first), "at": at}), *events[1:])
    delivered = next((each.local for each in events if each.milestone == Milestone.DELIVERED), None)
    return TrackedParcel(
        tracking_number=number,
        events=events,
        expected=day(body.get("estimated_delivery_date")),
        delivered=(delivered.date() if delivered else day(arrived)) if milestone == Milestone.DELIVERED else None,
        received_by=next((each.received_by for each in events if each.received_by), ""),
    )


def facts_of(event: TrackingEvent) -> dict[str, Any]:
    return {name: getattr(event, name) for name in TrackingEvent.__slots__}


def _event(row: dict[str, Any]) -> TrackingEvent:
    local = wall_clock(row.get("carrier_occurred_at"))
    at = instant(row.get("occurred_at"))
    return TrackingEvent(
        at=at,
        local=local or (None if at else wall_clock(row.get("occurred_at"))),
        type=text(row.get("status_code")),
        code=text(row.get("event_code")) or text(row.get("carrier_status_code")),
        status_code=text(row.get("status_detail_code")),
        description=text(row.get("description")) or text(row.get("status_description")),
        place=Place(
            *(text(row.get(each)) for each in ("city_locality", "state_province", "postal_code", "country_code"))
        ),
        milestone=milestone_of(row),
        received_by=text(row.get("signer")),
    )


def _summed_up(body: Any, milestone: Milestone) -> TrackingEvent:
    delivered = milestone == Milestone.DELIVERED
    return TrackingEvent(
        at=instant(body.get("actual_delivery_date")) if delivered else None,
        local=None,
        type=text(body.get("status_code")),
        code="",
        status_code=text(body.get("status_detail_code")),
        description=text(body.get("status_description")),
        place=Place(),
        milestone=milestone,
    )


def voided(number: str, at: str) -> TrackedParcel:
    """A parcel whose label was voided, by whomever: its carrier tells of no event then."""
    event = TrackingEvent(
        at=instant(at), local=None, type="voided", code="", status_code="", description="label voided", place=Place(),
        milestone=Milestone.VOIDED,
    )  # fmt: skip
    return TrackedParcel(number, (event,))


def moved(body: Any) -> bool | None:
    """Return whether a carrier has, or has had, the parcel of a tracking answer; None when nobody says."""
    found = parcel(body)
    if found is None or text(inside(body, "status_code")) == "UN":
        return None
    return not {milestone_of(body), *(each.milestone for each in found.events)} <= _BEFORE_PICKUP


def instant(value: Any) -> datetime | None:
    """An instant in UTC; None for a time without its zone, which is made up by nobody."""
    found = _read(value)
    return found.astimezone(UTC) if found and found.tzinfo else None


def wall_clock(value: Any) -> datetime | None:
    """A carrier's local time. One carrier appends a Z to it (facts 5), so that a Z says nothing about its zone; another
    offset is kept."""
    found = _read(value)
    return found.replace(tzinfo=None) if found and not found.utcoffset() else found


def _read(value: Any) -> datetime | None:
    """Fractions come with seven digits, where the standard library takes six; a bare day is no time."""
    written = text(value)
    head, dot, rest = written.partition(".")
    digits = rest[: len(rest) - len(rest.lstrip("0123456789"))]
    try:
        return (
            datetime.fromisoformat(f"{head}.{digits[:6]}{rest[len(digits) :]}" if dot else written)
            if "T" in head
            else None
        )
    except ValueError:
        return None
