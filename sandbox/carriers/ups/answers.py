"""Bodies of UPS's answers, with its manners: strings everywhere, `""` for empty, lone elements as objects (facts 1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sandbox.carriers.ups.labels import image
from sandbox.carriers.ups.ledger import LedgerShipment
from sandbox.carriers.ups.rates import Lane, arrival, cents, saturday_after

SUCCESS = {"ResponseStatus": {"Code": "1", "Description": "Success"}, "TransactionReference": ""}
_MAY_VARY = {"Code": "110971", "Description": "Your invoice may vary from the displayed reference rates"}


def errors(code: str, message: str) -> dict[str, Any]:
    return {"response": {"errors": [{"code": code, "message": message}]}}


def money(amount: Decimal, currency: str) -> dict[str, str]:
    return {"CurrencyCode": currency, "MonetaryValue": f"{cents(amount):f}"}


def rated(
    lane: Lane, service: str, pounds: Sequence[Decimal], discount: Decimal | None, options: Decimal = Decimal(0)
) -> dict[str, Any]:
    """One RatedShipment; `discount` is the account's factor, None without negotiated rates, `options` what the extra
    services cost."""
    charge, currency = cents(lane.charge(service, pounds) + options), lane.currency
    answer: dict[str, Any] = {
        "Service": {"Code": service, "Description": ""},
        "RatedShipmentAlert": [_MAY_VARY],
        "BillingWeight": billing_weight(pounds),
        "TransportationCharges": money(charge - cents(options), currency),
        "ServiceOptionsCharges": money(options, currency),
        "TotalCharges": money(charge, currency),
        "RatedPackage": [
            {"TotalCharges": money(lane.charge(service, [each]), currency), "Weight": f"{each}.0"} for each in pounds
        ],
    }
    if discount is not None:
        answer["NegotiatedRateCharges"] = {"TotalCharge": money(charge * discount, currency)}
    return answer


def billing_weight(pounds: Sequence[Decimal]) -> dict[str, Any]:
    total = sum(pounds, Decimal(0))
    return {"UnitOfMeasurement": {"Code": "LBS", "Description": "Pounds"}, "Weight": f"{total}.0"}


def time_in_transit(lane: Lane, service: str, pickup: date, *, saturday: bool = False) -> dict[str, Any]:
    """The day of arrival: a Saturday stands in a row of its own (facts 14.2)."""
    days = lane.days(service)
    day = saturday_after(pickup) if saturday else arrival(pickup, days)
    told = {"SaturdayDeliveryDisclaimer": "Saturday delivery is subject to a charge."} if saturday else {}
    return {
        "PickupDate": f"{pickup:%Y%m%d}",
        "PackageBillType": "03",
        "ServiceSummary": {
            "Service": {"Description": ""},
            "SaturdayDelivery": "1" if saturday else "0",
            **told,
            "EstimatedArrival": {
                "Arrival": {"Date": f"{day:%Y%m%d}", "Time": "230000"},
                "BusinessDaysInTransit": str(days),
                "Pickup": {"Date": f"{pickup:%Y%m%d}", "Time": "170000"},
                "DayOfWeek": f"{day:%a}".upper(),
            },
        },
    }


def shipped(shipment: LedgerShipment, discount: Decimal | None, kind: str) -> dict[str, Any]:
    charge = money(shipment.charge, shipment.currency)
    results: dict[str, Any] = {
        "ShipmentCharges": {
            "TransportationCharges": charge,
            "ServiceOptionsCharges": money(Decimal(0), shipment.currency),
            "TotalCharges": charge,
        },
        "BillingWeight": billing_weight(shipment.weights),
        "ShipmentIdentificationNumber": shipment.shipment_id,
        "PackageResults": [
            {
                "TrackingNumber": number,
                "ServiceOptionsCharges": money(Decimal(0), shipment.currency),
                "ShippingLabel": {
                    "ImageFormat": {"Code": kind, "Description": kind},
                    "GraphicImage": image(kind, number, shipment.ship_to),
                },
            }
            for number in shipment.tracking_numbers
        ],
    }
    if discount is not None:
        results["NegotiatedRateCharges"] = {"TotalCharge": money(shipment.charge * discount, shipment.currency)}
    return {"ShipmentResponse": {"Response": {**SUCCESS, "Alert": [_MAY_VARY]}, "ShipmentResults": results}}


def recovered(shipment: LedgerShipment, kind: str) -> dict[str, Any]:
    """One shipment with its labels; the format's code comes back in lower case (facts 4)."""
    results = [
        {
            "TrackingNumber": number,
            "LabelImage": {
                "LabelImageFormat": {"Code": kind.lower()},
                "GraphicImage": image(kind, number, shipment.ship_to),
            },
            "Receipt": "",
        }
        for number in shipment.live_numbers
    ]
    body = {"Response": SUCCESS, "ShipmentIdentificationNumber": shipment.shipment_id, "LabelResults": results}
    return {"LabelRecoveryResponse": body}


def candidates(shipments: Sequence[LedgerShipment]) -> dict[str, Any]:
    found = [
        {
            "TrackingNumber": number,
            "DestinationPostalCode": shipment.destination[0],
            "DestinationCountryCode": shipment.destination[1],
            "PickupDateRange": {
                "BeginDate": f"{shipment.created_at:%Y%m%d}",
                "EndDate": f"{shipment.created_at:%Y%m%d}",
            },
        }
        for shipment in shipments
        for number in shipment.live_numbers
    ]
    return {"LabelRecoveryResponse": {"Response": SUCCESS, "TrackingCandidate": found}}


def tracked(inquiry: str, shipments: Sequence[LedgerShipment]) -> dict[str, Any]:
    """Tracking is camelCase and keeps its lists. An unknown number is a 200 with a warning (facts 7)."""
    if not shipments:
        warning = {"code": "TW0001", "message": "Tracking Information Not Found"}
        return {"trackResponse": {"shipment": [{"inquiryNumber": inquiry, "warnings": [warning]}]}}
    found = [
        {"inquiryNumber": inquiry, "package": [_parcel(shipment, number) for number in shipment.tracking_numbers]}
        for shipment in shipments
    ]
    return {"trackResponse": {"shipment": found}}


def _parcel(shipment: LedgerShipment, number: str) -> dict[str, Any]:
    made = {
        "type": "M",
        "code": "MP",
        "statusCode": "003",
        "description": "Shipper created a label, UPS has not received the package yet. ",
    }
    void = {"type": "MV", "code": "VP", "statusCode": "007", "description": "Shipment information voided "}
    voided_at = shipment.voided_numbers.get(number)
    taken = {"type": "I", "code": "PU", "statusCode": "038", "description": "Picked up "}
    events = [(shipment.created_at, made)] + ([(voided_at, void)] if voided_at else [])
    events += [(shipment.picked_up_at, taken)] if shipment.picked_up_at else []
    activity = [_event(at, status, shipment.destination[1]) for at, status in reversed(events)]
    latest = events[-1][1]
    level = "PACKAGE" if shipment.ship_from[-1] == shipment.destination[1] in {"US", "PR"} else "SHIPMENT"
    return {
        "trackingNumber": number,
        "activity": activity,
        "currentStatus": {"code": latest["statusCode"], "description": latest["description"]},
        "referenceNumber": [{"type": level, "number": reference} for reference in shipment.references],
        "packageCount": len(shipment.tracking_numbers),
    }


def _event(at: datetime, status: dict[str, str], country: str) -> dict[str, Any]:
    return {
        "date": f"{at:%Y%m%d}",
        "time": f"{at:%H%M%S}",
        "gmtDate": f"{at:%Y%m%d}",
        "gmtTime": f"{at:%H:%M:%S}",
        "gmtOffset": "+00:00",
        "location": {"address": {"countryCode": country}},
        "status": status,
    }


def voided(words: str, numbers: Sequence[str] = (), *, documented: bool = False) -> dict[str, Any]:
    """A whole shipment's void has no package results. Those of packages come as PackageLevelResult; the document names
    them PackageLevelResults (facts 4)."""
    status = {"Code": "1", "Description": words}
    body: dict[str, Any] = {"Response": SUCCESS, "SummaryResult": {"Status": status}}
    if numbers:
        name = "PackageLevelResults" if documented else "PackageLevelResult"
        body[name] = [{"TrackingNumber": number, "Status": status} for number in numbers]
    return {"VoidShipmentResponse": body}


def ambiguous(city: str, state: str, country: str) -> dict[str, Any]:
    """What a 206 says: the places to choose from (facts 1 [R])."""
    places = [{"city": f"{city.upper()} {part}", "stateProvince": state, "countryCode": country} for part in "EW"]
    return {"validationList": {"destinationAmbiguous": True}, "destinationPickList": places}
