"""Requests about a shipment that exists: label recovery, tracking, void. Pure, like build.py."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from shared.carriers.ups.build import label_specification
from shared.carriers.ups.settings import UpsSettings
from shared.domain.shipment import LabelSpec

MOST_VOIDED = 20


def recovery_path(settings: UpsSettings) -> str:
    return f"/api/labels/{settings.recovery_version}/recovery"


def recovery_by_reference(reference: str, account: str, label: LabelSpec) -> dict[str, Any]:
    values = {"ReferenceNumber": {"Value": reference}, "ShipperNumber": account}
    return _recovery(label, {"ReferenceValues": values})


def recovery_by_number(tracking_number: str, label: LabelSpec) -> dict[str, Any]:
    return _recovery(label, {"TrackingNumber": tracking_number})


def _recovery(label: LabelSpec, key: dict[str, Any]) -> dict[str, Any]:
    request = {"Request": {"RequestOption": "Non_Validate"}, "LabelSpecification": label_specification(label)}
    return {"LabelRecoveryRequest": {**request, **key}}


def track_by_reference_path(reference: str, account: str, settings: UpsSettings, since: date, until: date) -> str:
    """Asks for the window of pickup days around `since` and `until`, widened for the offset between UTC and the origin.

    Without a window UPS looks at the last 14 days (Tracking, fromPickUpDate)."""
    first, last = since - timedelta(settings.pickup_days_back), until + timedelta(settings.pickup_days_ahead)
    query = {
        "locale": "en_US",
        "fromPickUpDate": first.strftime(settings.pickup_date_format),
        "toPickUpDate": last.strftime(settings.pickup_date_format),
        "shipperNum": account,
        "refNumType": "SmallPackage",
    }
    return f"/api/track/v1/reference/details/{quote(reference, safe='')}?{urlencode(query)}"


def track_path(tracking_number: str) -> str:
    return f"/api/track/v1/details/{quote(tracking_number, safe='')}?locale=en_US"


def void_path(shipment_id: str, packages: Sequence[str] = ()) -> str:
    """The whole shipment, or up to 20 of its packages. A placeholder trackingnumber would turn the answer into 190102
    (facts 4, issue 108), so there is none for the whole."""
    if len(packages) > MOST_VOIDED:
        raise ValueError(f"{len(packages)} packages, a void takes {MOST_VOIDED}")
    path = f"/api/shipments/v2409/void/cancel/{quote(shipment_id, safe='')}"
    if not packages:
        return path
    numbers = packages[0] if len(packages) == 1 else json.dumps(list(packages), separators=(",", ":"))
    return f"{path}?{urlencode({'trackingnumber': numbers})}"
