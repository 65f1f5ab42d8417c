"""Bodies of UPS's answers, with its manners: strings everywhere, `""` for empty, lone elements as objects (facts 1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
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


def shipped(
    shipment: LedgerShipment, discount: Decimal | None, kind: str, form: dict[str, Any] | None = None
) -> dict[str, Any]:
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
        **(form or {}),
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
    """Return the body of a 206: the places to choose from (facts 1 [R])."""
    places = [{"city": f"{city.upper()} {part}", "stateProvince": state, "countryCode": country} for part in "EW"]
    return {"validationList": {"destinationAmbiguous": True}, "destinationPickList": places}
