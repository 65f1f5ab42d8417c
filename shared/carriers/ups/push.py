"""Track Alert: subscriptions, and the events that UPS pushes to our webhook (facts 8 and 14). Pure.

The standard library alone: the function behind the webhook loads nothing else to read an event.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from shared.carriers.ups.plain import as_list, day, inside, moments, text
from shared.carriers.ups.scans import is_returning, milestone_of
from shared.domain.tracking import Place, PushTarget, Subscribed, TrackingEvent

MOST = 100
"""Numbers in one request: with one more the whole of it is refused (VSS220)."""
VALID = timedelta(days=14)
"""How long a subscription stands; no answer names its end."""
NUMBER = re.compile(r"1Z[0-9A-Z]{16}|1R[0-9A-Z]{14}|1R[0-9A-Z]{26}")
_ANY_NUMBER = re.compile(r"[0-9A-Z]{7,34}")
_DIGITS = re.compile(r"\d{3}")
NOT_TAKEN = "Track Alert takes no number of this form"
NOT_VALID = "UPS calls the number invalid"


def path(version: str) -> str:
    """Where package subscriptions are made: v1 names the webhook in its body, v2 has it from UPS's portal."""
    return f"/api/track/{version}/subscription/standard/package"


def request(version: str, numbers: Sequence[str], target: PushTarget) -> dict[str, Any]:
    """The body of one subscription request."""
    body: dict[str, Any] = {"locale": "en_US", "trackingNumberList": list(numbers)}
    if version == "v1":
        body["destination"] = {"url": target.url, "credentialType": "Bearer", "credential": target.credential}
    return body


def answered(body: Any, asked: Sequence[str], now: datetime) -> Subscribed | None:
    """Return the subscription that an answer proves; None when it says nothing of the numbers. A partial success is a
    200, and a 400 can name the invalid ones beside its errors (facts 8)."""
    valid, invalid = inside(body, "validTrackingNumbers"), inside(body, "invalidTrackingNumbers")
    if valid is None and invalid is None:
        return None
    taken = {text(each) for each in as_list(valid)}
    refused = {text(each): NOT_VALID for each in as_list(invalid)}
    return Subscribed(tuple(each for each in asked if each in taken and each not in refused), now + VALID, refused)


def read(body: Mapping[str, Any]) -> tuple[str, TrackingEvent] | None:
    """The tracking number and the event of a webhook's body; None when it names no parcel or tells nothing.

    Missing values are blank, and a number can have a blank before it. A photo is not looked at: its presence is no
    delivery.
    """
    number, status = text(body.get("trackingNumber")).upper(), body.get("activityStatus")
    if not _ANY_NUMBER.fullmatch(number) or not isinstance(status, dict):
        return None
    kind, code = text(status.get("type")), text(status.get("code"))
    digits = status.get("descriptionCode")
    # A number may be octal that somebody's reader made of 011 or 021 (facts 14.27): it says nothing.
    digits = digits if isinstance(digits, str) and _DIGITS.fullmatch(digits.strip()) else ""
    if not (kind or code or digits):
        return None
    at, local = moments(
        (body.get("localActivityDate"), body.get("localActivityTime")),
        (body.get("gmtActivityDate"), body.get("gmtActivityTime")),
        body.get("gmtOffset"),
    )
    where = body.get("activityLocation")
    given = bool(day(body.get("actualDeliveryDate")))
    milestone = milestone_of(kind, code, digits.strip(), given=given)
    event = TrackingEvent(
        at=at,
        local=local,
        type=kind,
        code=code,
        status_code=digits.strip(),
        description=text(status.get("description")),
        place=Place(*(text(inside(where, each)) for each in ("city", "stateProvince", "postalCode", "country"))),
        milestone=milestone,
        expected=None if given else day(body.get("scheduledDeliveryDate")),
        received_by=text(body.get("receivedBy")),
        returning=is_returning(digits.strip()),
    )
    return number, event
