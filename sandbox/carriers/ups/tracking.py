"""Answers of Tracking: camelCase, lists that stay lists, and every trap that real answers have (facts 7 and 14)."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sandbox.carriers.ups.ledger import LedgerShipment
from sandbox.carriers.ups.parcels import Journey, Parcels, Scan

NOT_FOUND = {"code": "TW0001", "message": "Tracking Information Not Found"}
_AT_HOME = frozenset({"US", "PR"})
_OTHERS = ("NA", "NA", "PO 4711 /  B ")
"""References that others have given a parcel under way: with blanks, slashes, and repeated (facts 14.24)."""
_END_OF_DAY = {"type": "EOD"}
_PROOF = {
    "signature": {"image": b64encode(b"GIF89a sandbox").decode()},
    "pod": {"content": b64encode(b"<html>delivered</html>").decode()},
}
"""The formats are stated nowhere (facts/ups-extras.md, 5)."""


@dataclass
class Telling:
    """How Tracking tells: for how long, with or without gmt fields (before 2024 there were none). Parcels in `hidden`
    are not found although they move (facts 14.26)."""

    kept: timedelta = timedelta(days=120)
    gmt: bool = True
    hidden: set[str] = field(default_factory=set)


def tracked(
    inquiry: str,
    found: Sequence[tuple[LedgerShipment, Sequence[str]]],
    parcels: Parcels,
    now: datetime,
    telling: Telling,
    *,
    proof: bool = False,
) -> dict[str, Any]:
    """Shipments with the numbers of their parcels that are told. An unknown number is a 200 with a warning."""
    if not any(numbers for _, numbers in found):
        return {"trackResponse": {"shipment": [{"inquiryNumber": inquiry, "warnings": [NOT_FOUND]}]}}
    told = [
        {
            "inquiryNumber": inquiry,
            "userRelation": ["SHIPPER"],
            "shipperNumber": shipment.account,
            "shipmentType": "Small Package",
            **({"pickupDate": f"{shipment.picked_up_at:%Y%m%d}"} if shipment.picked_up_at else {}),
            "package": [_parcel(shipment, number, parcels, now, telling, proof=proof) for number in numbers],
        }
        for shipment, numbers in found
    ]
    return {"trackResponse": {"shipment": told}}


def _parcel(
    shipment: LedgerShipment, number: str, parcels: Parcels, now: datetime, telling: Telling, *, proof: bool
) -> dict[str, Any]:
    scans, journey = parcels.scans(shipment, number, now), parcels.journeys.get(number)
    activity = [_activity(scan, gmt=telling.gmt) for scan in reversed(scans)]
    latest, level = scans[-1].step, "PACKAGE"
    if not shipment.ship_from[-1] == shipment.destination[1] in _AT_HOME:
        level = "SHIPMENT"
    return {
        "trackingNumber": number,
        "activity": activity,
        "currentStatus": {"code": latest.status, "description": latest.words},
        "referenceNumber": [_reference(level, each) for each in (*shipment.references, *(_OTHERS if journey else ()))],
        "packageCount": len(shipment.tracking_numbers),
        **(_delivery(number, journey, now, proof=proof) if journey else {}),
    }


def _reference(level: str, value: str) -> dict[str, str]:
    return {"type": level, "number": value, "code": "01", "description": "Shipper Assigned General"}


def _activity(scan: Scan, *, gmt: bool) -> dict[str, Any]:
    local = scan.local
    offset = f"{local:%z}"
    universal = {
        "gmtDate": f"{scan.at:%Y%m%d}",
        "gmtTime": f"{scan.at:%H:%M:%S}",
        "gmtOffset": f"{offset[:3]}:{offset[3:]}",
    }
    step = scan.step
    return {
        "date": f"{local:%Y%m%d}",
        "time": f"{local:%H%M%S}",
        **(universal if gmt else {}),
        "location": _location(scan),
        "status": {
            "type": step.type,
            **({"code": step.code} if step.code else {}),
            "statusCode": step.status,
            "description": step.words,
        },
    }


def _location(scan: Scan) -> dict[str, Any]:
    """The label's record has the country alone, a customs step without a code not even that (facts 14.16, 14.25)."""
    site = scan.site
    if scan.step.manifest:
        return {"address": {"countryCode": site.country}, "slic": ""}
    if scan.step.where == "border" and not scan.step.code:
        return {"slic": "977AM"}
    address = {"city": site.city, "stateProvince": site.state, "countryCode": site.country, "country": site.country}
    return {"address": address, "slic": "9779"}


def _delivery(number: str, journey: Journey, now: datetime, *, proof: bool) -> dict[str, Any]:
    """Days have no zone. The photo's flags come before the delivery, and after it the name can be missing."""
    made, planned = journey.made(now), journey.planned(now)
    last = made[-1] if made else None
    days = [_day("RDD" if planned[1] else "SDD", planned[0])] if made and planned else []
    if last is None or not last.step.delivers:
        out = any(each.step.status == "021" for each in made)
        photo = {"deliveryPhoto": {"isNonPostalCodeCountry": False, "isProximityMapViewable": False}} if out else {}
        return {"deliveryDate": days, "deliveryTime": _END_OF_DAY, "deliveryInformation": photo}
    named = {"receivedBy": "SMITH", "location": "Front Desk"} if int(number[-1], 36) % 2 else {}
    taken = {"isNonPostalCodeCountry": False, "photoCaptureInd": "Y"}
    return {
        "deliveryDate": [_day("DEL", last.local.date())],
        "deliveryTime": {"type": "DEL", "endTime": f"{last.local:%H%M%S}"},
        "deliveryInformation": {
            "location": "Delivery Photo",
            "deliveryPhoto": taken,
            **named,
            **(_PROOF if proof else {}),
        },
    }


def _day(kind: str, day: date) -> dict[str, str]:
    return {"type": kind, "date": f"{day:%Y%m%d}"}
