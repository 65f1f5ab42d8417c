"""Requests to V2, as functions of their arguments. Nothing is cut or invented: what does not fit is refused."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from decimal import ROUND_CEILING, Decimal
from typing import Any
from urllib.parse import quote, urlencode

from shared.carriers.shipstation.settings import ShipStationSettings
from shared.domain.address import Party
from shared.domain.borders import customs_area
from shared.domain.measures import Dimensions, LengthUnit, Weight, WeightUnit
from shared.domain.shipment import Package, ShipmentPlan
from shared.domain.state import Reason
from shared.domain.tracking import PushTarget
from shared.errors import Refused

IDENTIFIER = 50
"""Characters of external_shipment_id and shipment_number: what is longer is cut without a word (facts 1)."""
TRACK_EVENT, LABEL_EVENT = "track_event_v2", "label_created_v2"
TRACK_EVENTS = (TRACK_EVENT, "track")
"""An account takes the name of V2 or the former one (facts 5)."""
CREDENTIAL_HEADER = "credential"
"""The header by which a webhook of ours knows who calls."""
LABELS, RATES, CARRIERS, WEBHOOKS = "/v2/labels", "/v2/rates", "/v2/carriers", "/v2/environment/webhooks"
_LINES = 3
_CENT = Decimal("0.01")
_WEIGHTS: dict[WeightUnit, str] = {"lb": "pound", "oz": "ounce", "g": "gram", "kg": "kilogram"}
_LENGTHS: dict[LengthUnit, tuple[LengthUnit, str]] = {
    "in": ("in", "inch"), "cm": ("cm", "centimeter"), "mm": ("cm", "centimeter"), "m": ("cm", "centimeter"),
}  # fmt: skip
_RESIDENTIAL = {True: "yes", False: "no", None: "unknown"}
_BILLED = {"receiver": "recipient", "third_party": "third_party"}


def labels_path(page: int = 1, **filters: str) -> str:
    """A page of labels, of the usual size: the largest is not known (facts 8). A filter is no proof: compare again."""
    return f"{LABELS}?{urlencode({**filters, 'page': page})}"


def label_path(label_id: str, verb: str = "") -> str:
    return "/".join(filter(None, (LABELS, quote(label_id, safe=""), verb)))


def tracking_path(carrier_code: str, number: str) -> str:
    return f"/v2/tracking?{urlencode({'carrier_code': carrier_code, 'tracking_number': number})}"


def webhook_path(webhook_id: str) -> str:
    return f"{WEBHOOKS}/{quote(webhook_id, safe='')}"


def events(settings: ShipStationSettings) -> tuple[tuple[str, ...], ...]:
    """The events that are subscribed to, each by the names that it may have; labels only where a person buys them."""
    return (TRACK_EVENTS, (LABEL_EVENT,)) if settings.by_hand else (TRACK_EVENTS,)


def webhook(target: PushTarget, event: str) -> dict[str, Any]:
    """The account's webhook for an event; the credential goes in a header of our own (facts 5)."""
    headers = [{"key": CREDENTIAL_HEADER, "value": target.credential}]
    return {"event": event, "url": target.url, "name": "parcelbridge", "headers": headers}


def rate(plan: ShipmentPlan, services: Sequence[str], settings: ShipStationSettings) -> dict[str, Any]:
    """A price request at the accounts of `services`. It has no external_shipment_id: whether a price leaves a shipment
    behind is not known, and our reference belongs to the label alone (facts 8)."""
    accounts = dict.fromkeys(account_of(service, settings) for service in services)
    options = {
        "carrier_ids": list(accounts),
        "service_codes": list(services),
        "package_types": [settings.package_code],
    }
    return {"shipment": _shipment(plan, settings), "rate_options": options}


def label(plan: ShipmentPlan, reference: str, settings: ShipStationSettings) -> dict[str, Any]:
    """The request that buys. `reference` is ours, unique to this generation: ValueError for one that ShipStation would
    cut, for it could not be looked up again."""
    if not 1 <= len(reference) <= IDENTIFIER or reference.strip() != reference:
        raise ValueError(f"reference {reference!r} is not 1 to {IDENTIFIER} characters")
    shipment = {
        "carrier_id": account_of(plan.service, settings),
        "service_code": plan.service,
        "external_shipment_id": reference,
        **_shipment(plan, settings),
    }
    number, other = numbers(plan, reference, settings)
    shipment["shipment_number"] = number
    shipment["advanced_options"] = {**shipment.get("advanced_options", {}), "custom_field1": other}
    return {
        "shipment": shipment,
        "label_format": plan.label.format.lower(),
        "label_layout": plan.label.stock,
        "label_download_type": "url",
    }


def numbers(plan: ShipmentPlan, reference: str, settings: ShipStationSettings) -> tuple[str, str]:
    """The order's number as people see it, and the number that stands in a field beside it."""
    erp = fitting(plan.erp_reference, IDENTIFIER, "erp_reference")
    return (erp or reference, reference) if settings.order_number == "erp" else (reference, erp)


def account_of(service: str, settings: ShipStationSettings) -> str:
    """The carrier account that sells a service: that of the longest beginning of its code which the file names."""
    beginnings = (name for name in settings.accounts if service == name or service.startswith(f"{name}_"))
    name = max(beginnings, key=len, default="")
    if not name:
        hint = "add how the code begins under carrier.accounts, such as {ups: se-123456}; a connection test lists them"
        message = f"no account of carrier.accounts sells {service}"
        raise Refused(Reason.CONNECTION, message, field="carrier.accounts", value=service, hint=hint)
    return settings.accounts[name]


def check_border(plan: ShipmentPlan) -> None:
    """Customs data are not sent yet. Raises Refused for a plan that needs them."""
    here, there = customs_area(plan.ship_from.address), customs_area(plan.ship_to.address)
    if here != there:
        message = f"from {here} to {there} a parcel needs customs data, which are not sent to ShipStation yet"
        raise Refused(Reason.INTERNATIONAL, message, field="ship_to.address.country", value=there)


def _shipment(plan: ShipmentPlan, settings: ShipStationSettings) -> dict[str, Any]:
    check_border(plan)
    if not plan.packages:
        raise Refused(Reason.MISSING, "the shipment has no package", field="packages")
    built: dict[str, Any] = {
        "ship_from": party(sender(plan), "ship_from", settings.longest, phone=True),
        "ship_to": party(plan.ship_to, "ship_to", settings.longest),
        "packages": [_package(each, place, plan, settings) for place, each in enumerate(plan.packages, 1)],
        "confirmation": confirmation(plan),
    }
    if plan.ship_date:
        built["ship_date"] = f"{plan.ship_date:%Y-%m-%d}T00:00:00Z"
    if "declared_value" in plan.accessorials:
        built["insurance_provider"] = "carrier"
    options: dict[str, Any] = {"saturday_delivery": True} if "saturday" in plan.accessorials else {}
    if plan.billing.kind != "shipper":
        options |= payer(plan)
    return {**built, "advanced_options": options} if options else built


def sender(plan: ShipmentPlan) -> Party:
    """The sender, with the phone of whoever answers for the account where it has none of its own."""
    return plan.ship_from if plan.ship_from.phone.strip() else replace(plan.ship_from, phone=plan.shipper.phone)


def confirmation(plan: ShipmentPlan) -> str:
    return next((name for name in ("adult_signature", "signature") if name in plan.accessorials), "none")


def payer(plan: ShipmentPlan) -> dict[str, str]:
    """Who pays in our place. All four fields go together (the contract, bill_to_account)."""
    billing = plan.billing
    country = billing.country or (plan.ship_to.address.country if billing.kind == "receiver" else "")
    code = billing.postcode or (plan.ship_to.address.postcode if billing.kind == "receiver" else "")
    for name, value in (("account", billing.account), ("postcode", code), ("country", country)):
        if not value:
            hint = f"give the paying account's {name} under billing.rules in the connection file"
            message = f"the {name} of the paying account is not known"
            raise Refused(Reason.CONNECTION, message, field=f"billing.{name}", hint=hint)
    return {
        "bill_to_party": _BILLED[billing.kind],
        "bill_to_account": billing.account,
        "bill_to_postal_code": code,
        "bill_to_country_code": country.upper(),
    }


def party(who: Party, role: str, longest: int, *, phone: bool = False) -> dict[str, Any]:
    """A party; a phone is required of who sends (the contract, shipping_address_from)."""
    at, where = who.address, f"{role}.address"
    lines = [line for line in (fitting(each, longest, f"{where}.lines") for each in at.lines) if line]
    if not lines:
        raise Refused(Reason.MISSING, f"{where}.lines is empty", field=f"{where}.lines")
    if len(lines) > _LINES:
        message = f"{where}.lines has {len(lines)} lines, ShipStation takes {_LINES}"
        raise Refused(Reason.ADDRESS, message, field=f"{where}.lines", value=lines[-1])
    name = fitting(who.name, longest, f"{role}.name", required=True)
    contact, number = fitting(who.attention, longest, f"{role}.attention"), fitting(who.phone, 40, f"{role}.phone")
    if phone and not number:
        hint = "enter it in the ERP, or name a location with a phone as carrier.shipper in the connection file"
        raise Refused(Reason.MISSING, f"{role}.phone is empty", field=f"{role}.phone", hint=hint)
    return {
        "name": contact or name,
        "company_name": name,
        **({"phone": number} if number else {}),
        **{f"address_line{place}": line for place, line in enumerate(lines, 1)},
        "city_locality": fitting(at.city, longest, f"{where}.city", required=True),
        "state_province": fitting(at.state, longest, f"{where}.state"),
        "postal_code": fitting(at.postcode, 20, f"{where}.postcode"),
        "country_code": country_code(at.country, where),
        "address_residential_indicator": _RESIDENTIAL[who.residential],
    }


def country_code(country: str, where: str) -> str:
    code = fitting(country, 2, f"{where}.country", required=True).upper()
    if not re.fullmatch(r"[A-Z]{2}", code):
        raise Refused(Reason.ADDRESS, f"{where}.country is no two-letter code", field=f"{where}.country", value=code)
    return code


def _package(parcel: Package, place: int, plan: ShipmentPlan, settings: ShipStationSettings) -> dict[str, Any]:
    built: dict[str, Any] = {"package_code": settings.package_code}
    built["weight"] = {"value": weighed(parcel.weight, place), "unit": _WEIGHTS[parcel.weight.unit]}
    if parcel.dimensions:
        unit, named = _LENGTHS[parcel.dimensions.unit]
        built["dimensions"] = {"unit": named, **sides(parcel.dimensions.to(unit))}
    if "declared_value" in plan.accessorials and parcel.value:
        value = parcel.value
        built["insured_value"] = {"currency": value.currency.lower(), "amount": float(value.amount)}
    return built


def weighed(weight: Weight, place: int) -> float:
    """A weight in hundredths of its unit, rounded up."""
    field = f"packages[{place}].weight"
    if weight.value <= 0:
        raise Refused(Reason.WEIGHT, f"{field} is {weight.value}: zero is no weight", field=field)
    return float(weight.value.quantize(_CENT, ROUND_CEILING))


def sides(size: Dimensions) -> dict[str, float]:
    """The three sides in hundredths, rounded up."""
    named = {"length": size.length, "width": size.width, "height": size.height}
    return {name: float(value.quantize(_CENT, ROUND_CEILING)) for name, value in named.items()}


def fitting(value: str, longest: int, field: str, *, required: bool = False) -> str:
    """`value` on one line, without what is not seen; Refused when it is too long, or blank although required."""
    seen = "".join(" " if unicodedata.category(each) in ("Cc", "Zl", "Zp") else each for each in value)
    line = " ".join(seen.split())
    if required and not line:
        raise Refused(Reason.MISSING, f"{field} is empty", field=field)
    if len(line) > longest:
        message = f"{field} has {len(line)} characters, ShipStation takes {longest}"
        raise Refused(Reason.ADDRESS, message, field=field, value=line)
    return line
