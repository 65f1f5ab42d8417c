"""Requests to UPS: pure functions of the plan, held against the official documents by the tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from shared.carriers.ups.charsets import CHARACTER_SETS, character_set
from shared.carriers.ups.elements import (
    charge,
    consignee,
    crosses_border,
    described,
    service,
    shipper_number,
)
from shared.carriers.ups.forms import customs_of, customs_options, duty_charge, vendor_of
from shared.carriers.ups.options import invoice_total, rated_total, shipment_options
from shared.carriers.ups.packages import package_list, reference_values, referenced_on_packages, total_weight
from shared.carriers.ups.parties import (
    CITY,
    address_lines,
    addressed,
    party,
    postcode,
    state,
)
from shared.carriers.ups.texts import country_code, fitting
from shared.domain.address import Party
from shared.domain.shipment import LabelSpec, ShipmentPlan

TOKEN = "/security/v1/oauth/token"  # noqa: S105 - a path, and the only one without /api (facts 1)
TOKEN_FORM = b"grant_type=client_credentials"
ADDRESS_VALIDATION = "/api/addressvalidation/v2/3"  # 3: the address and its classification
SHIP = "/api/shipments/v2409/ship"

_NEEDS_CONTACT = frozenset({"14"})  # Next Day Air Early (Shipping, ShipTo.AttentionName)
_NON_DOCUMENT = "03"
_USER_AGENT = "Mozilla/4.5"  # asked for with GIF; UPS's own default (Shipping, HTTPUserAgent)


def address_validation(who: Party) -> dict[str, Any]:
    """Asks about the address exactly as it would be shipped to."""
    where = addressed(who).address
    code = postcode(where, "ship_to")
    key = {
        "AddressLine": address_lines(where, "ship_to"),
        "PoliticalDivision2": fitting(where.city, CITY, "ship_to.address.city", required=True),
        "PoliticalDivision1": state(where, "ship_to"),
        "PostcodePrimaryLow": code[:5],
        "PostcodeExtendedLow": code[5:],
        "CountryCode": country_code(where, "ship_to"),
    }
    return {"XAVRequest": {"AddressKeyFormat": {name: value for name, value in key.items() if value}}}


def rate_path(services: Sequence[str], *, times: bool = True) -> str:
    """One service is rated, several are shopped; with times in transit, which alone give a day of arrival (facts 3)."""
    path = f"/api/rating/v2409/{_option(services, times=times)}"
    return f"{path}?additionalinfo=timeintransit" if times else path


def _option(services: Sequence[str], *, times: bool) -> str:
    return ("Rate" if len(services) == 1 else "Shop") + ("timeintransit" if times else "")


def rate(plan: ShipmentPlan, services: Sequence[str], *, times: bool = True, valued: bool = True) -> dict[str, Any]:
    """A price request for `services`. RequestOption repeats the path's, for the schema requires it (facts 3).

    `valued` puts a value of the goods beside times in transit on every lane between two countries.
    """
    shipment: dict[str, Any] = {
        **_rated_parties(plan),
        "PaymentDetails": {"ShipmentCharge": [charge(plan)]},
        "NumOfPieces": str(len(plan.packages)),
        "Package": package_list(plan, "PackagingType"),
        "ShipmentRatingOptions": {"NegotiatedRatesIndicator": ""},
        **shipment_options(plan),
        **(rated_total(plan) if times and valued else invoice_total(plan)),
    }
    if len(services) == 1:
        shipment["Service"] = service(services[0])
    if times:
        shipment.update(_times(plan))
    return {"RateRequest": {"Request": {"RequestOption": _option(services, times=times)}, "Shipment": shipment}}


def _times(plan: ShipmentPlan) -> dict[str, Any]:
    """Return the values that times in transit need: no documents inside, the day of pickup when there is one, and
    across borders the total weight (Rating, DeliveryTimeInformation, ShipmentTotalWeight)."""
    asked: dict[str, Any] = {"PackageBillType": _NON_DOCUMENT}
    if plan.ship_date:
        asked["Pickup"] = {"Date": f"{plan.ship_date:%Y%m%d}"}
    weight = {"ShipmentTotalWeight": total_weight(plan)} if crosses_border(plan) else {}
    return {"DeliveryTimeInformation": asked, **weight}


def _rated_parties(plan: ShipmentPlan) -> dict[str, Any]:
    """The same parties as on the label, less what Rating does not know: phones, and states that are no two letters."""
    parties: dict[str, Any] = {
        "Shipper": {**_rated(party(plan.shipper, "shipper")), "ShipperNumber": shipper_number(plan)},
        "ShipTo": _rated(consignee(plan)),
    }
    if plan.ship_from != plan.shipper:
        parties["ShipFrom"] = _rated(party(plan.ship_from, "ship_from"))
    return parties


def _rated(who: dict[str, Any]) -> dict[str, Any]:
    """`who`, which was built for this request alone, less what Rating does not know."""
    who.pop("Phone", None)
    if len(who["Address"].get("StateProvinceCode", "")) != 2:
        who["Address"].pop("StateProvinceCode", None)
    return who


def ship_path(plan: ShipmentPlan) -> str:
    """Where UPS had no opinion of the street the create validates the city too, by option and by query (facts 4, 6)."""
    return SHIP if plan.street_checked else f"{SHIP}?additionaladdressvalidation=city"


def ship(plan: ShipmentPlan, reference: str, *, character_sets: Mapping[str, str] = CHARACTER_SETS) -> dict[str, Any]:
    """The create request. `reference` is ours: without blanks, at most 35 characters, unique to this generation."""
    values, on_packages = reference_values(reference, plan.erp_reference), referenced_on_packages(plan)
    shipment: dict[str, Any] = {
        **_shipped_parties(plan),
        "PaymentInformation": {"ShipmentCharge": [charge(plan), *duty_charge(plan, shipper_number(plan))]},
        "ShipmentRatingOptions": {"NegotiatedRatesIndicator": ""},
        "Service": service(plan.service),
        "Package": package_list(plan, "Packaging", values if on_packages else ()),
        **_with_customs(shipment_options(plan), plan),
        **invoice_total(plan),
        **customs_of(plan),
    }
    if description := described(plan):
        shipment["Description"] = description
    if not on_packages:
        shipment["ReferenceNumber"] = [{"Value": value} for value in values]
    if plan.ship_date:
        shipment["ShipmentDate"] = f"{plan.ship_date:%Y%m%d}"
    label = label_specification(created_label(plan.label))
    if code := character_set(plan, character_sets):
        label["CharacterSet"] = code
    return {
        "ShipmentRequest": {
            "Request": {"RequestOption": "nonvalidate" if plan.street_checked else "validate"},
            "Shipment": shipment,
            "LabelSpecification": label,
        }
    }


def _with_customs(options: dict[str, Any], plan: ShipmentPlan) -> dict[str, Any]:
    """The options with those for customs, which only a create knows."""
    found = {**options.get("ShipmentServiceOptions", {}), **customs_options(plan)}
    return {"ShipmentServiceOptions": found} if found else {}


def _shipped_parties(plan: ShipmentPlan) -> dict[str, Any]:
    contact = crosses_border(plan)
    parties: dict[str, Any] = {
        "Shipper": {**party(plan.shipper, "shipper", contact=contact), "ShipperNumber": shipper_number(plan)},
        "ShipTo": consignee(plan, contact=contact or plan.service in _NEEDS_CONTACT),
    }
    vendor = vendor_of(plan)
    if plan.ship_from != plan.shipper or vendor:
        formed = plan.papers is not None and plan.papers.form
        parties["ShipFrom"] = {**party(plan.ship_from, "ship_from", contact=formed), **vendor}
    return parties


def created_label(label: LabelSpec) -> LabelSpec:
    """Return the label that a create asks for. UPS makes no PDF then (facts 4): a create asks for a GIF, and Label
    Recovery gives the PDF."""
    return replace(label, format="GIF") if label.format == "PDF" else label


def label_specification(label: LabelSpec) -> dict[str, Any]:
    """Format and stock; the stock is for printer languages only (Shipping, LabelStockSize)."""
    built: dict[str, Any] = {"LabelImageFormat": {"Code": label.format}}
    if label.format in {"GIF", "PDF"}:
        return {**built, "HTTPUserAgent": _USER_AGENT}
    width, _, height = label.stock.partition("x")
    return {**built, "LabelStockSize": {"Height": height, "Width": width}}
