"""Tracking answers: every parcel with its events (facts 7). Pure; unknown fields are ignored."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from typing import Any

from shared.carriers.ups.values import as_list, day, inside, text
from shared.domain.tracking import Place, TrackedParcel, TrackingEvent

_OFFSET = re.compile(r"([+-]?)(\d{2})[:.]?(\d{2})")  # "-05:00" in Tracking, "-04.00" in Track Alert (facts 7 and 8)
_LONGEST_OFFSET = timedelta(hours=15)


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
        events=tuple(_event(each) for each in as_list(inside(package, "activity")) if isinstance(each, dict)),
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


def _event(activity: dict[str, Any]) -> TrackingEvent:
    at, local = _times(activity)
    status = inside(activity, "status")
    where = inside(activity, "location", "address")
    return TrackingEvent(
        at=at,
        local=local,
        type=text(inside(status, "type")),
        code=text(inside(status, "code")),
        status_code=text(inside(status, "statusCode")),
        description=text(inside(status, "description")),
        place=Place(
            city=text(inside(where, "city")),
            state=text(inside(where, "stateProvince")),
            postcode=text(inside(where, "postalCode")),
            country=text(inside(where, "countryCode")) or text(inside(where, "country")),
        ),
    )


def _times(activity: dict[str, Any]) -> tuple[datetime | None, datetime | None]:
    """The instant in UTC and the local time, each from the other where UPS gives one of them and the offset."""
    zone = _zone(text(activity.get("gmtOffset")))
    utc = _moment(activity.get("gmtDate"), activity.get("gmtTime"))
    local = _moment(activity.get("date"), activity.get("time"))
    at = utc.replace(tzinfo=UTC) if utc else None
    if zone is None:
        return at, local
    if local:
        local = local.replace(tzinfo=zone)
        return at or local.astimezone(UTC), local
    return at, at.astimezone(zone) if at else None


def _moment(date_of: Any, time_of: Any) -> datetime | None:
    """A day of YYYYMMDD and a time of HHMMSS, `HH:MM:SS` (real gmtTime) or without its leading zero (`74700`, UPS's own
    example). None unless both are there: a day alone is no moment, and no time is made up."""
    on, clock = text(date_of), text(time_of).replace(":", "")
    if not (len(on) == 8 and clock and (on + clock).isdecimal()):
        return None
    try:
        return datetime.fromisoformat(f"{on}T{clock.zfill(6)}")
    except ValueError:
        return None


@lru_cache(maxsize=64)
def _zone(offset: str) -> timezone | None:
    found = _OFFSET.fullmatch(offset)
    if not found:
        return None
    sign, hours, minutes = found.groups()
    east = timedelta(hours=int(hours), minutes=int(minutes))
    if east > _LONGEST_OFFSET or int(minutes) > 59:
        return None
    return timezone(-east if sign == "-" else east)
