"""Requests to UPS: pure functions of the plan, held against the official documents by the tests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from shared.carriers.ups.elements import charge, consignee, crosses_border, described, service, validation
from shared.carriers.ups.packages import package_list, reference_values, referenced_on_packages, total_weight
from shared.carriers.ups.parties import (
    CITY,
    address_lines,
    country_code,
    fitting,
    party,
    postcode,
    state,
)
from shared.carriers.ups.settings import UpsSettings
from shared.domain.address import Party
from shared.domain.shipment import LabelSpec, ShipmentPlan
from shared.domain.state import Reason
from shared.errors import Refused

TOKEN = "/security/v1/oauth/token"  # noqa: S105 - a path, and the only one without /api (facts 1)
TOKEN_FORM = b"grant_type=client_credentials"
ADDRESS_VALIDATION = "/api/addressvalidation/v2/3"  # 3: the address and its classification
SHIP = "/api/shipments/v2409/ship"

_NEEDS_CONTACT = frozenset({"14"})  # Next Day Air Early (Shipping, ShipTo.AttentionName)
_NON_DOCUMENT = "03"
_CREATED_FORMATS = frozenset({"GIF", "ZPL", "EPL", "SPL"})
_USER_AGENT = "Mozilla/4.5"  # asked for with GIF; UPS's own default (Shipping, HTTPUserAgent)


def address_validation(who: Party) -> dict[str, Any]:
    """Asks about the address exactly as it would be shipped to."""
    where, code = who.address, postcode(who.address, "ship_to")
    key = {
        "AddressLine": address_lines(where, "ship_to"),
        "PoliticalDivision2": fitting(where.city, CITY, "ship_to.address.city", required=True),
        "PoliticalDivision1": state(where, "ship_to"),
        "PostcodePrimaryLow": code[:5],
        "PostcodeExtendedLow": code[5:],
        "CountryCode": country_code(where, "ship_to"),
    }
    return {"XAVRequest": {"AddressKeyFormat": {name: value for name, value in key.items() if value}}}


def rate_path(services: Sequence[str]) -> str:
    """One service is rated, several are shopped; both with times in transit."""
    option = "Ratetimeintransit" if len(services) == 1 else "Shoptimeintransit"
    return f"/api/rating/v2409/{option}?additionalinfo=timeintransit"


def rate(plan: ShipmentPlan, services: Sequence[str]) -> dict[str, Any]:
    """A price request for `services`. RequestOption repeats the path's, for the schema requires it (facts 3)."""
    option = "Ratetimeintransit" if len(services) == 1 else "Shoptimeintransit"
    times: dict[str, Any] = {"PackageBillType": _NON_DOCUMENT}
    if plan.ship_date:
        times["Pickup"] = {"Date": f"{plan.ship_date:%Y%m%d}"}
    shipment: dict[str, Any] = {
        **_rated_parties(plan),
        "PaymentDetails": {"ShipmentCharge": [charge(plan)]},
        "NumOfPieces": str(len(plan.packages)),
        "Package": package_list(plan, "PackagingType"),
        "ShipmentRatingOptions": {"NegotiatedRatesIndicator": ""},
        "DeliveryTimeInformation": times,
    }
    if len(services) == 1:
        shipment["Service"] = service(services[0])
    if crosses_border(plan):
        shipment["ShipmentTotalWeight"] = total_weight(plan)
    return {"RateRequest": {"Request": {"RequestOption": option}, "Shipment": shipment}}


def _rated_parties(plan: ShipmentPlan) -> dict[str, Any]:
    """The same parties as on the label, less what Rating does not know: phones, and states that are no two letters."""
    parties: dict[str, Any] = {
        "Shipper": {**_rated(party(plan.shipper, "shipper")), "ShipperNumber": plan.account},
        "ShipTo": _rated(consignee(plan)),
    }
    if plan.ship_from != plan.shipper:
        parties["ShipFrom"] = _rated(party(plan.ship_from, "ship_from"))
    return parties


def _rated(who: dict[str, Any]) -> dict[str, Any]:
    where = {
        name: value for name, value in who["Address"].items() if name != "StateProvinceCode" or len(str(value)) == 2
    }
    return {**{name: value for name, value in who.items() if name != "Phone"}, "Address": where}


def ship(plan: ShipmentPlan, reference: str) -> dict[str, Any]:
    """The create request. `reference` is ours: without blanks, at most 35 characters, unique to this generation."""
    values, on_packages = reference_values(reference, plan.erp_reference), referenced_on_packages(plan)
    shipment: dict[str, Any] = {
        **_shipped_parties(plan),
        "PaymentInformation": {"ShipmentCharge": [charge(plan)]},
        "ShipmentRatingOptions": {"NegotiatedRatesIndicator": ""},
        "Service": service(plan.service),
        "Package": package_list(plan, "Packaging", values if on_packages else ()),
    }
    if description := described(plan):
        shipment["Description"] = description
    if not on_packages:
        shipment["ReferenceNumber"] = [{"Value": value} for value in values]
    if plan.ship_date:
        shipment["ShipmentDate"] = f"{plan.ship_date:%Y%m%d}"
    request = {"RequestOption": validation(plan)}
    if plan.label.format not in _CREATED_FORMATS:
        message = f"UPS makes no {plan.label.format} label when a shipment is created"
        raise Refused(Reason.CONNECTION, message, field="label.format", value=plan.label.format)
    label = label_specification(plan.label)
    return {"ShipmentRequest": {"Request": request, "Shipment": shipment, "LabelSpecification": label}}


def _shipped_parties(plan: ShipmentPlan) -> dict[str, Any]:
    contact = crosses_border(plan)
    parties: dict[str, Any] = {
        "Shipper": {**party(plan.shipper, "shipper"), "ShipperNumber": plan.account},
        "ShipTo": consignee(plan, contact=contact or plan.service in _NEEDS_CONTACT),
    }
    if contact and "Phone" not in parties["Shipper"]:
        raise Refused(Reason.MISSING, "shipper.phone is empty, and UPS needs it across borders", field="shipper.phone")
    if plan.ship_from != plan.shipper:
        parties["ShipFrom"] = party(plan.ship_from, "ship_from")
    return parties


def label_specification(label: LabelSpec) -> dict[str, Any]:
    """Format and stock; the stock is for printer languages only (Shipping, LabelStockSize)."""
    built: dict[str, Any] = {"LabelImageFormat": {"Code": label.format}}
    if label.format in {"GIF", "PDF"}:
        return {**built, "HTTPUserAgent": _USER_AGENT}
    width, _, height = label.stock.partition("x")
    return {**built, "LabelStockSize": {"Height": height, "Width": width}}


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


def void_path(shipment_id: str) -> str:
    """The whole shipment. A placeholder trackingnumber would turn the answer into 190102 (facts 4, issue 108)."""
    return f"/api/shipments/v2409/void/cancel/{quote(shipment_id, safe='')}"
