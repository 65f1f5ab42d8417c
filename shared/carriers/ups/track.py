"""Tracking answers: every parcel with its events (facts 7). Pure; unknown fields are ignored."""

from __future__ import annotations

from datetime import date
from typing import Any

from shared.carriers.ups.plain import as_list, day, inside, moments, text
from shared.carriers.ups.scans import is_returning, milestone_of
from shared.domain.tracking import Place, TrackedParcel, TrackingEvent


def parcels(body: Any) -> tuple[TrackedParcel, ...] | None:
    """The parcels of a tracking answer, events as UPS orders them: newest first.

    None when the body is no tracking answer; empty when UPS knows no such number, for that is a 200 with a warning
    TW0001 and no package (facts 7 [I 102, 166, 198])."""
    if not isinstance(inside(body, "trackResponse"), dict):
        return None
    shipments = as_list(inside(body, "trackResponse", "shipment"))
    found = (_parcel(each) for shipment in shipments for each in as_list(inside(shipment, "package")))
    return tuple(parcel for parcel in found if parcel.tracking_number)


def _parcel(package: Any) -> TrackedParcel:
    days = _days(package)
    return TrackedParcel(
        tracking_number=text(inside(package, "trackingNumber")),
        events=tuple(
            _event(each, given="DEL" in days) for each in as_list(inside(package, "activity")) if isinstance(each, dict)
        ),
        expected=days.get("RDD") or days.get("SDD"),  # a rescheduled day replaces the scheduled one
        delivered=days.get("DEL"),
        received_by=text(inside(package, "deliveryInformation", "receivedBy")),
        references=tuple(
            filter(None, (text(inside(each, "number")) for each in as_list(inside(package, "referenceNumber"))))
        ),
    )


def _days(package: Any) -> dict[str, date]:
    """The days by type: SDD scheduled, RDD rescheduled, DEL delivered."""
    given = (
        (text(inside(each, "type")), day(inside(each, "date"))) for each in as_list(inside(package, "deliveryDate"))
    )
    return {kind: found for kind, found in given if found}


def _event(activity: dict[str, Any], *, given: bool) -> TrackingEvent:
    at, local = moments(
        (activity.get("date"), activity.get("time")),
        (activity.get("gmtDate"), activity.get("gmtTime")),
        activity.get("gmtOffset"),
    )
    status = inside(activity, "status")
    kind, code, digits = (text(inside(status, name)) for name in ("type", "code", "statusCode"))
    where = inside(activity, "location", "address")
    return TrackingEvent(
        at=at,
        local=local,
        type=kind,
        code=code,
        status_code=digits,
        description=text(inside(status, "description")),
        place=Place(
            city=text(inside(where, "city")),
            state=text(inside(where, "stateProvince")),
            postcode=text(inside(where, "postalCode")),
            country=text(inside(where, "countryCode")) or text(inside(where, "country")),
        ),
        milestone=milestone_of(kind, code, digits, given=given),
        returning=is_returning(digits),
    )
