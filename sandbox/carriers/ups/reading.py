"""Readings of a request's Shipment, which rating and shipping share."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sandbox.carriers.ups.contract import CHARACTER_SETS
from sandbox.carriers.ups.gate import Refusal
from sandbox.carriers.ups.rates import Lane, pounds


def lane_of(shipment: dict[str, Any]) -> Lane:
    origin = shipment.get("ShipFrom", shipment["Shipper"])["Address"]
    destination = shipment["ShipTo"]["Address"]
    return Lane(
        origin["CountryCode"],
        origin.get("PostalCode", ""),
        destination["CountryCode"],
        destination.get("PostalCode", ""),
        "ResidentialAddressIndicator" in destination,
    )


def weights_of(shipment: dict[str, Any]) -> list[Decimal]:
    weights = (package["PackageWeight"] for package in shipment["Package"])
    return [pounds(weight["Weight"], weight["UnitOfMeasurement"]["Code"]) for weight in weights]


SATURDAY, _SIGNED, _DECLARED = Decimal("16.00"), Decimal("6.90"), Decimal("0.0135")


def asks_for_saturday(shipment: dict[str, Any]) -> bool:
    return "SaturdayDeliveryIndicator" in shipment.get("ShipmentServiceOptions", {})


def options_charge_of(shipment: dict[str, Any]) -> Decimal:
    """Return the price of the extra services: made up, but the same when it is rated and when it is bought."""
    options = shipment.get("ShipmentServiceOptions", {})
    parcels = [package.get("PackageServiceOptions", {}) for package in shipment["Package"]]
    declared = sum(
        (Decimal(each["DeclaredValue"]["MonetaryValue"]) for each in parcels if "DeclaredValue" in each), Decimal(0)
    )
    signatures = sum("DeliveryConfirmation" in each for each in (options, *parcels))
    saturday = SATURDAY if asks_for_saturday(shipment) else Decimal(0)
    return saturday + signatures * _SIGNED + declared * _DECLARED


def rated_service_of(shipment: dict[str, Any], lane: Lane) -> str:
    service: str = shipment.get("Service", {}).get("Code", "")
    if not service:
        raise Refusal(400, "111100", "The requested service is missing or invalid.")
    if service not in lane.services():
        raise Refusal(400, "111210", "The requested service is unavailable between the selected locations.")
    return service


def references_of(shipment: dict[str, Any]) -> tuple[str, ...]:
    given = shipment.get("ReferenceNumber") or shipment["Package"][0].get("ReferenceNumber", [])
    return tuple(reference["Value"] for reference in given)


def printed_of(party: dict[str, Any], character_set: str = "eng") -> tuple[str, ...]:
    """Name and address as they stand on a label: what its character set does not hold is a question mark there."""
    codec = CHARACTER_SETS[character_set]
    return tuple(line.encode(codec, "replace").decode(codec) for line in _lines_of(party))


def _lines_of(party: dict[str, Any]) -> tuple[str, ...]:
    place = party["Address"]
    town = f"{place['City']} {place.get('StateProvinceCode', '')} {place.get('PostalCode', '')}"
    return (party["Name"], *place["AddressLine"], " ".join(town.split()), place["CountryCode"])


def payer_of(shipment: dict[str, Any]) -> str:
    charge = shipment["PaymentInformation"]["ShipmentCharge"][0]
    return next(f"{who}:{charge[who]['AccountNumber']}" for who in charge if who.startswith("Bill"))
