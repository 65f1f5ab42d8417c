"""The facts of a request and of an answer, in one form for both sides, so that they can be compared.

Only what both libraries carry stands here. Numbers are written without trailing zeros, phones as digits.
"""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from typing import Any


def number(value: object) -> str:
    """A number in its shortest form: "12.50" and 12.5 are both "12.5"."""
    return f"{Decimal(str(value)).normalize():f}"


def of_ship_request(body: str | bytes) -> dict[str, Any]:
    """Parties, packages, service, payer, label and our reference of a create request."""
    request = json.loads(body)["ShipmentRequest"]
    shipment = request["Shipment"]
    return {
        **_shipped(shipment, "Packaging"),
        "names": {role: shipment[role]["Name"] for role in _ROLES},
        "phones": {role: _digits(shipment[role]["Phone"]["Number"]) for role in _ROLES},
        "attention": shipment["ShipTo"]["AttentionName"],
        "service": shipment["Service"]["Code"],
        "payer": shipment["PaymentInformation"]["ShipmentCharge"][0]["BillShipper"]["AccountNumber"],
        "label": request["LabelSpecification"]["LabelImageFormat"]["Code"],
        "reference": [_first(parcel["ReferenceNumber"])["Value"] for parcel in shipment["Package"]],
        "ship_date": _digits(shipment["ShipmentDate"]),  # karrio writes 2026-11-20 where UPS takes 20261120
    }


def of_rate_request(body: str | bytes) -> dict[str, Any]:
    """Addresses, packages, payer, day and kind of request. No names: karrio sends a contact instead, or none."""
    request = json.loads(body)["RateRequest"]
    shipment = request["Shipment"]
    return {
        **_shipped(shipment, "PackagingType"),
        "option": request["Request"]["RequestOption"],
        "payer": shipment["PaymentDetails"]["ShipmentCharge"][0]["BillShipper"]["AccountNumber"],
        "pickup": shipment["DeliveryTimeInformation"]["Pickup"]["Date"],
        "negotiated": "NegotiatedRatesIndicator" in shipment["ShipmentRatingOptions"],
    }


_ROLES = ("Shipper", "ShipFrom", "ShipTo")


def _shipped(shipment: dict[str, Any], packaging: str) -> dict[str, Any]:
    return {
        "account": shipment["Shipper"]["ShipperNumber"],
        "addresses": {role: _address(shipment[role]["Address"]) for role in _ROLES},
        "packages": [_package(parcel, packaging) for parcel in shipment["Package"]],
    }


def _address(where: dict[str, Any]) -> list[str]:
    return [
        *where["AddressLine"],
        *(where[part] for part in ("City", "StateProvinceCode", "PostalCode", "CountryCode")),
    ]


def _package(parcel: dict[str, Any], packaging: str) -> dict[str, Any]:
    weight, size = parcel["PackageWeight"], parcel["Dimensions"]
    return {
        "packaging": parcel[packaging]["Code"],
        "weight": f"{number(weight['Weight'])} {weight['UnitOfMeasurement']['Code']}",
        "size": [number(size[side]) for side in ("Length", "Width", "Height")],
        "unit": size["UnitOfMeasurement"]["Code"],
    }


def _digits(phone: str) -> str:
    return "".join(character for character in phone if character.isdigit())


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, list) else value


def of_label(image: bytes) -> dict[str, Any]:
    """A label's size in bytes and its digest."""
    return {"bytes": len(image), "sha256": hashlib.sha256(image).hexdigest()}
