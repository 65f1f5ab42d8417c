"""The faults that UPS finds in a well-formed request, and the code of each (facts 4 and 11)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from sandbox.carriers.ups.addresses import in_state, known_state, postcode_formed
from sandbox.carriers.ups.papers import papers_wrong
from sandbox.carriers.ups.rates import MOST
from sandbox.carriers.ups.shapes import Fields, Problem

Wrong = tuple[str, str]
"""UPS's code and message."""

_MOST_WORTH = 99_999_999
_EU = frozenset({
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV",
    "MC", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
})  # fmt: skip
_POSTED = frozenset({"US", "PR", "CA"})
NOT_VALID = "10002"
"""Well formed, but not valid: what the sandbox says where no code is known from the documents or recordings."""

_CODES = (
    (
        r"ShipmentRequest\.Shipment\.ShipTo\.Address\.AddressLine.*",
        "120202",
        "Missing or invalid ship to address line 1",
    ),
    (r"ShipmentRequest\.Shipment\.ShipTo\.Address\.StateProvinceCode", "120206", "Missing or invalid ship to state"),
    (r"ShipmentRequest\.Shipment\.ShipTo\.Address\.PostalCode", "120207", "Missing or invalid ship to postal code"),
    (r"ShipmentRequest\.Shipment\.Shipper\.ShipperNumber", "120100", "Missing or invalid shipper number"),
    (r"ShipmentRequest\.Shipment\.Package\[\d+\]\.PackageWeight.*", "120601", "Missing or invalid package weight"),
    (r"ShipmentRequest\.Shipment\.Package", "120020", "The number of packages is invalid"),
    (r".*\.ReferenceNumber", "120544", "Invalid number of reference numbers"),
    (r"RateRequest\.Shipment\.Shipper\.ShipperNumber", "112111", "The shipper number is missing or invalid"),
)


def malformed(body: Any, shape: Fields) -> Wrong | None:
    """The first thing that the request's shape does not allow."""
    problem = next(shape.problems(body), None)
    return _coded(problem) if problem else None


def _coded(problem: Problem) -> Wrong:
    where = f"{problem.path} {problem.what}".strip()
    code, message = next(
        ((code, message) for path, code, message in _CODES if re.fullmatch(path, problem.path)),
        (NOT_VALID, "The request is well formed but not valid"),
    )
    return code, f"{message}: {where}"


def ship_wrong(shipment: dict[str, Any], accounts: frozenset[str]) -> Iterator[Wrong]:
    """Yield the faults of a create, in the order in which UPS looks."""
    shipper, ship_to = shipment["Shipper"], shipment["ShipTo"]
    if shipper["ShipperNumber"] not in accounts:
        yield "120100", "Missing or invalid shipper number"
    origin = shipment.get("ShipFrom", shipper)["Address"]
    yield from _place_wrong(ship_to["Address"], "120206", "120207", "ship to")
    yield from _place_wrong(origin, "120306", "120307", "ship from")
    yield from _phone_wrong(ship_to, "120213", "ship to")
    yield from _phone_wrong(shipper, "120109", "shipper")
    yield from _payer_wrong(shipment, accounts)
    yield from _references_wrong(shipment, origin["CountryCode"], ship_to["Address"]["CountryCode"])
    yield from _packages_wrong(shipment["Package"], "120601")
    yield from _options_wrong(shipment, origin["CountryCode"], ship_to["Address"]["CountryCode"])
    yield from _invoice_wrong(shipment, origin["CountryCode"], ship_to["Address"]["CountryCode"])
    if origin["CountryCode"] != ship_to["Address"]["CountryCode"]:
        yield from _border_wrong(shipment)
    yield from papers_wrong(shipment)


def times_wrong(shipment: dict[str, Any], *, within_eu: bool) -> Iterator[Wrong]:
    """Yield the faults of a price with times in transit beyond those of a price: the goods' value is required on every
    lane between two countries (facts 14.1). `within_eu` makes one inside the EU count, which UPS does not say."""
    origin = shipment.get("ShipFrom", shipment["Shipper"])["Address"]["CountryCode"]
    lane, total = {origin, shipment["ShipTo"]["Address"]["CountryCode"]}, shipment.get("InvoiceLineTotal")
    asked = len(lane) == 2 and (within_eu or not lane <= _EU)
    if (asked and total is None) or (total is not None and not 1 <= Decimal(total["MonetaryValue"]) <= _MOST_WORTH):
        yield "111549", "Invalid Shipment Contents Value."


def rate_wrong(shipment: dict[str, Any], accounts: frozenset[str]) -> Iterator[Wrong]:
    shipper = shipment["Shipper"]
    if "ShipperNumber" in shipper and shipper["ShipperNumber"] not in accounts:
        yield "112111", "The shipper number is missing or invalid"
    yield from _place_wrong(shipment["ShipTo"]["Address"], "111286", "111287", "ship to")
    yield from _packages_wrong(shipment["Package"], "111035")
    origin = shipment.get("ShipFrom", shipper)["Address"]["CountryCode"]
    yield from _options_wrong(shipment, origin, shipment["ShipTo"]["Address"]["CountryCode"])


def _place_wrong(place: dict[str, Any], state_code: str, postcode_code: str, whose: str) -> Iterator[Wrong]:
    country, state, postcode = place["CountryCode"], place.get("StateProvinceCode", ""), place.get("PostalCode", "")
    if country in {"US", "CA"} and not known_state(state, country):
        yield state_code, f"Missing or invalid {whose} state {state}"
    elif not postcode_formed(postcode, country):
        yield postcode_code, f"Missing or invalid {whose} postal code {postcode}"
    elif not in_state(state, postcode, country):
        yield "111285", f"The postal code {postcode} is invalid for {state} {country}."


def _payer_wrong(shipment: dict[str, Any], accounts: frozenset[str]) -> Iterator[Wrong]:
    for charge in shipment["PaymentInformation"]["ShipmentCharge"]:
        payer = charge.get("BillShipper")
        if payer and payer["AccountNumber"] != shipment["Shipper"]["ShipperNumber"]:
            yield "120413", "The account cannot be billed: it is not the shipper's"
        if payer and payer["AccountNumber"] not in accounts:
            yield "120413", "The account cannot be billed"
        yield from _other_payer_wrong(charge, shipment["ShipTo"]["Address"]["CountryCode"])


def _other_payer_wrong(charge: dict[str, Any], ship_to: str) -> Iterator[Wrong]:
    """The postcode of the payer's account is asked for in the US and Canada (Shipping, BillReceiver)."""
    for kind in ("BillReceiver", "BillThirdParty"):
        where = charge.get(kind, {}).get("Address", {})
        country = where.get("CountryCode", ship_to)
        if kind in charge and country in _POSTED and not postcode_formed(where.get("PostalCode", ""), country):
            yield "120413", f"The account cannot be billed: {kind} postal code"


def _phone_wrong(party: dict[str, Any], code: str, whose: str) -> Iterator[Wrong]:
    """Area code and seven digits in North America, with or without four more (Shipping, Phone.Number)."""
    number = party.get("Phone", {}).get("Number")
    if number is not None and party["Address"]["CountryCode"] in {*_POSTED, "VI"} and len(number) not in {10, 14}:
        yield code, f"Missing or invalid {whose} phone number {number}"


def _references_wrong(shipment: dict[str, Any], origin: str, destination: str) -> Iterator[Wrong]:
    on_packages = (origin, destination) in {("US", "US"), ("PR", "PR")}
    if on_packages and "ReferenceNumber" in shipment:
        yield "120541", "Shipment level reference numbers are not allowed between these countries"
    if not on_packages and any("ReferenceNumber" in package for package in shipment["Package"]):
        yield "120542", "Package level reference numbers are not allowed between these countries"


def _packages_wrong(packages: list[dict[str, Any]], code: str) -> Iterator[Wrong]:
    for package in packages:
        weight = package["PackageWeight"]
        unit = weight["UnitOfMeasurement"]["Code"]
        if not 0 < Decimal(weight["Weight"]) <= MOST[unit]:
            yield code, f"The package weight must be above 0 and at most {MOST[unit]} {unit}"


def _border_wrong(shipment: dict[str, Any]) -> Iterator[Wrong]:
    """Across a border: who to ask for, by which phone, and what it is (Shipping, AttentionName, Phone, Description)."""
    if "AttentionName" not in shipment["ShipTo"]:
        yield "120217", "Missing or invalid ship to attention name"
    if "Phone" not in shipment["ShipTo"]:
        yield "120213", "Missing or invalid ship to phone number"
    if "Phone" not in shipment["Shipper"]:
        yield "120109", "Missing or invalid shipper phone number"
    if "AttentionName" not in shipment["Shipper"]:
        yield NOT_VALID, "Missing shipper attention name"
    if "Description" not in shipment:
        yield "120502", "Missing or invalid description of goods"


_SATURDAYS = frozenset({"01", "02", "07", "14", "54", "65"})
_BY_PACKAGE = ({"US"}, {"PR"}, {"US", "PR"}, {"CA"})


def _options_wrong(shipment: dict[str, Any], origin: str, destination: str) -> Iterator[Wrong]:
    """Saturdays are for fast services; a delivery is confirmed by package or by shipment, as the lane has it; a
    declared value is an amount."""
    options = shipment.get("ShipmentServiceOptions", {})
    service = shipment.get("Service", {}).get("Code", "")
    if "SaturdayDeliveryIndicator" in options and service and service not in _SATURDAYS:
        yield NOT_VALID, f"Saturday delivery is not available for service {service}"
    parcels = [package.get("PackageServiceOptions", {}) for package in shipment["Package"]]
    by_package = {origin, destination} in _BY_PACKAGE
    if by_package and "DeliveryConfirmation" in options:
        yield NOT_VALID, "Delivery confirmation at shipment level is not available between these countries"
    if not by_package and any("DeliveryConfirmation" in each for each in parcels):
        yield NOT_VALID, "Delivery confirmation at package level is not available between these countries"
    if any(Decimal(each["DeclaredValue"]["MonetaryValue"]) <= 0 for each in parcels if "DeclaredValue" in each):
        yield NOT_VALID, "The declared value must be above 0"


def _invoice_wrong(shipment: dict[str, Any], origin: str, destination: str) -> Iterator[Wrong]:
    """Yield the faults of the goods' value: from US to PR or CA, and on no other lane (Shipping, InvoiceLineTotal)."""
    asked, total = origin == "US" and destination in {"PR", "CA"}, shipment.get("InvoiceLineTotal")
    if asked and total is None:
        yield "111549", "Missing or invalid contents value: InvoiceLineTotal is required to PR and CA"
    if total is not None and not asked:
        yield NOT_VALID, "InvoiceLineTotal is not available between these countries"
    if total is not None and not 1 <= Decimal(total["MonetaryValue"]) <= _MOST_WORTH:
        yield "111549", "Missing or invalid contents value: valid values are from 1 to 99999999"
