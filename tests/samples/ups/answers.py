"""Answers in the shapes that UPS has sent (facts 1 to 7): strings, blanks, lone elements as objects, line ends."""

from __future__ import annotations

import base64
from typing import Any

GIF = base64.b64encode(b"GIF89a...").decode()
SHIPMENT = "1ZA1B2C30300000018"
SECOND = "1ZA1B2C30300000026"
OK = {"ResponseStatus": {"Code": "1", "Description": "Success"}, "TransactionReference": ""}


def errors(*codes: str, message: str = "said UPS") -> dict[str, Any]:
    return {"response": {"errors": [{"code": code, "message": message} for code in codes]}}


def token(value: str = "t1", expires_in: str = "14399") -> dict[str, str]:
    """As recorded in 2024: everything a string, no scope, no refresh_count."""
    return {
        "token_type": "Bearer",
        "issued_at": "1712244289410",
        "client_id": "c1",
        "access_token": value,
        "expires_in": expires_in,
        "status": "approved",
    }


def key(*lines: str, **changes: str) -> dict[str, Any]:
    found = {
        "AddressLine": list(lines) if len(lines) > 1 else lines[0],
        "PoliticalDivision2": "ALBANY",
        "PoliticalDivision1": "NY",
        "PostcodePrimaryLow": "12207",
        "PostcodeExtendedLow": "1234",
        "Region": "ALBANY NY 12207-1234",
        "CountryCode": "US",
    }
    return {**found, **changes}


VALID = {
    "XAVResponse": {
        "Response": OK,
        "ValidAddressIndicator": "",
        "AddressClassification": {"Code": "2", "Description": "Residential"},
        "Candidate": {"AddressKeyFormat": key("1 DOCK ST")},
    }
}
AMBIGUOUS = {
    "XAVResponse": {
        "Response": OK,
        "AmbiguousAddressIndicator": "",
        "AddressClassification": {"Code": "0", "Description": "UnClassified"},
        "Candidate": [
            {"AddressKeyFormat": key("1300-1398 CANTERBURY RD N")},
            {"AddressKeyFormat": key("1 DOCK ST", "STE 2", PostcodeExtendedLow="")},
        ],
    }
}
NO_CANDIDATES = {"XAVResponse": {"Response": OK, "NoCandidatesIndicator": ""}}


def rated(service: str, published: str, negotiated: str = "", arrival: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {
        "Service": {"Code": service, "Description": ""},
        "RatedShipmentAlert": {"Code": "110971", "Description": "Your invoice may vary&#xD;"},
        "TotalCharges": {"CurrencyCode": "USD", "MonetaryValue": published},
        "RatedPackage": {"Weight": "13.0"},
        "SomethingNew": {"nobody": "knows"},
    }
    if negotiated:
        found["NegotiatedRateCharges"] = {"TotalCharge": {"CurrencyCode": "USD", "MonetaryValue": negotiated}}
    if arrival:
        found["TimeInTransit"] = {"ServiceSummary": {"EstimatedArrival": {"Arrival": {"Date": arrival}}}}
    return found


def rates(*shipments: dict[str, Any]) -> dict[str, Any]:
    """A lone rated shipment is an object."""
    found: Any = list(shipments) if len(shipments) != 1 else shipments[0]
    return {"RateResponse": {"Response": OK, "RatedShipment": found}}


def parcel(number: str, image: str = GIF, kind: str = "GIF") -> dict[str, Any]:
    return {"TrackingNumber": number, "ShippingLabel": {"ImageFormat": {"Code": kind}, "GraphicImage": image}}


def shipped(*parcels: dict[str, Any], negotiated: str = "9.87") -> dict[str, Any]:
    results: dict[str, Any] = {
        "ShipmentCharges": {"TotalCharges": {"CurrencyCode": "USD", "MonetaryValue": "13.71"}},
        "ShipmentIdentificationNumber": SHIPMENT,
        "PackageResults": list(parcels) if len(parcels) != 1 else parcels[0],
        "ControlLogReceipt": "",
    }
    if negotiated:
        results["NegotiatedRateCharges"] = {"TotalCharge": {"CurrencyCode": "USD", "MonetaryValue": negotiated}}
    alert = {"Code": "120900", "Description": "User Id and Shipper Number combination is not qualified"}
    return {"ShipmentResponse": {"Response": {**OK, "Alert": alert}, "ShipmentResults": results}}


def recovered(*numbers: str, image: str = GIF, shipment: str = SHIPMENT, kind: str = "zpl") -> dict[str, Any]:
    results = [
        {"TrackingNumber": n, "LabelImage": {"LabelImageFormat": {"Code": kind}, "GraphicImage": image}, "Receipt": ""}
        for n in numbers
    ]
    found: Any = results if len(results) != 1 else results[0]
    return {"LabelRecoveryResponse": {"Response": OK, "ShipmentIdentificationNumber": shipment, "LabelResults": found}}


def candidates(*numbers: str) -> dict[str, Any]:
    return {"LabelRecoveryResponse": {"Response": OK, "TrackingCandidate": [{"TrackingNumber": n} for n in numbers]}}


def tracked(*parcels: tuple[str, tuple[str, ...], str]) -> dict[str, Any]:
    """Parcels of (number, references, status code); no parcel is how UPS says that it knows none."""
    if not parcels:
        warning = {"code": "TW0001", "message": "Tracking Information Not Found"}
        return {"trackResponse": {"shipment": [{"inquiryNumber": "x", "warnings": [warning]}]}}
    packages = [
        {
            "trackingNumber": f" {number}",
            "referenceNumber": [{"type": "PACKAGE", "number": reference} for reference in references],
            "activity": [{"status": {"type": "M", "statusCode": code}}],
            "currentStatus": {"code": code},
        }
        for number, references, code in parcels
    ]
    return {"trackResponse": {"shipment": [{"inquiryNumber": "x", "package": packages}]}}


def parcel_voided(number: str, code: str = "1") -> dict[str, Any]:
    words = "Voided&#xD;" if code == "1" else "Not Voided"
    return {"TrackingNumber": number, "Status": {"Code": code, "Description": words}}


def voided(code: str = "1", words: str = "Voided&#xD;", **packages: Any) -> dict[str, Any]:
    summary = {"Status": {"Code": code, "Description": words}}
    return {"VoidShipmentResponse": {"Response": OK, "SummaryResult": summary, **packages}}


def files(*files: dict[str, Any], status: str = "1", bookmark: str = "", state: str = "A", **response: Any) -> Any:
    """A Quantum View answer with those files, of which each record may stand alone or in a list."""
    events = {"Name": "Outbound", "SubscriptionStatus": {"Code": state}, "SubscriptionFile": list(files)}
    said = {"Response": {"ResponseStatusCode": status, **response}, "QuantumViewEvents": {"SubscriptionEvents": events}}
    return {"QuantumViewResponse": {**said, **({"Bookmark": bookmark} if bookmark else {})}}
