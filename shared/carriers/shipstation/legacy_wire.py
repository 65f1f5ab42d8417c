"""Requests and answers of V1, as functions of their arguments; the parts that it shares with V2 are V2's."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from shared.carriers.shipstation import build
from shared.carriers.shipstation.plain import text
from shared.carriers.shipstation.settings import ShipStationSettings
from shared.domain.address import Party
from shared.domain.measures import LengthUnit, WeightUnit
from shared.domain.milestones import Milestone
from shared.domain.shipment import ShipmentPlan
from shared.domain.state import Reason
from shared.domain.tracking import Place, PushTarget, TrackingEvent
from shared.errors import Refused

PACIFIC = ZoneInfo("America/Los_Angeles")
_WEIGHTS: dict[WeightUnit, tuple[WeightUnit, str]] = {
    "lb": ("lb", "pounds"), "oz": ("oz", "ounces"), "g": ("g", "grams"), "kg": ("g", "grams"),
}  # fmt: skip
_LENGTHS: dict[LengthUnit, tuple[LengthUnit, str]] = {
    "in": ("in", "inches"), "cm": ("cm", "centimeters"), "mm": ("cm", "centimeters"), "m": ("cm", "centimeters"),
}  # fmt: skip
_PARTY = {
    "name": "name", "company_name": "company", "phone": "phone", "address_line1": "street1", "address_line2": "street2",
    "address_line3": "street3", "city_locality": "city", "state_province": "state", "postal_code": "postalCode",
    "country_code": "country",
}  # fmt: skip
"""V2's names of a party's fields → V1's."""


def order(
    plan: ShipmentPlan, reference: str, settings: ShipStationSettings, now: datetime, warehouse: int
) -> dict[str, Any]:
    """The order that carries our reference as its key. Raises Refused for what V1 does not take."""
    build.check_border(plan)
    number, other = build.numbers(plan, reference, settings)
    to, local = _party(plan.ship_to, "ship_to", settings), pacific(now)
    _party(plan.ship_from, "ship_from", settings)
    options: dict[str, Any] = {"warehouseId": warehouse, "customField1": other}
    if "saturday" in plan.accessorials:
        options["saturdayDelivery"] = True
    if plan.billing.kind != "shipper":
        party, account, code, country = build.payer(plan).values()
        options |= {"billToParty": party, "billToAccount": account}
        options |= {"billToPostalCode": code, "billToCountryCode": country}
    return {
        "orderNumber": number,
        "orderKey": reference,
        "orderDate": local,
        "orderStatus": "awaiting_shipment",
        "billTo": {"name": to["name"]},
        "shipTo": to,
        "carrierCode": build.account_of(plan.service, settings),
        "serviceCode": plan.service,
        "packageCode": settings.package_code,
        "confirmation": build.confirmation(plan),
        "shipDate": f"{plan.ship_date:%Y-%m-%d}" if plan.ship_date else local[:10],
        **_parcel(plan),
        "advancedOptions": options,
    }


def bought(made: dict[str, Any], order_id: int) -> dict[str, Any]:
    """The request that buys the order's label, as the order has it. It is no test label: its number would stand in a
    real order."""
    names = ("carrierCode", "serviceCode", "packageCode", "confirmation", "shipDate", "weight", "dimensions")
    told = {name: made[name] for name in (*names, "insuranceOptions") if name in made}
    return {"orderId": order_id, **told, "advancedOptions": made["advancedOptions"], "testLabel": False}


def rate(plan: ShipmentPlan, account: str, settings: ShipStationSettings) -> dict[str, Any]:
    at = plan.ship_to.address
    return {
        "carrierCode": account,
        "packageCode": settings.package_code,
        "fromPostalCode": plan.ship_from.address.postcode,
        "toState": at.state,
        "toCountry": build.country_code(at.country, "ship_to.address"),
        "toPostalCode": at.postcode,
        "toCity": at.city,
        **{name: value for name, value in _parcel(plan).items() if name != "insuranceOptions"},
        "confirmation": build.confirmation(plan),
        "residential": bool(plan.ship_to.residential),
    }


def _party(who: Party, role: str, settings: ShipStationSettings) -> dict[str, Any]:
    told = build.party(who, role, settings.longest)
    return {**{_PARTY[name]: value for name, value in told.items() if name in _PARTY}, "residential": who.residential}


def _parcel(plan: ShipmentPlan) -> dict[str, Any]:
    if len(plan.packages) != 1:
        message = f"V1 takes one package in a shipment, this one has {len(plan.packages)}: use the API v2"
        raise Refused(Reason.MISSING if not plan.packages else Reason.FREIGHT, message, field="packages")
    (parcel,) = plan.packages
    unit, named = _WEIGHTS[parcel.weight.unit]
    built: dict[str, Any] = {"weight": {"value": build.weighed(parcel.weight.to(unit), 1), "units": named}}
    if parcel.dimensions:
        side, sides = _LENGTHS[parcel.dimensions.unit]
        built["dimensions"] = {"units": sides, **build.sides(parcel.dimensions.to(side))}
    if "declared_value" in plan.accessorials and parcel.value:
        value = float(parcel.value.amount)
        built["insuranceOptions"] = {"provider": "carrier", "insureShipment": True, "insuredValue": value}
    return built


def webhook(target: PushTarget, secret: str) -> dict[str, Any]:
    """The account's webhook for labels, with the credential in its address: V1 takes no headers (facts 5)."""
    url = f"{target.url}?{urlencode({secret: target.credential})}"
    return {"target_url": url, "event": "SHIP_NOTIFY", "friendly_name": "parcelbridge"}


def url_of(row: dict[str, Any]) -> str:
    return text(row.get("Url")) or text(row.get("target_url"))


def pacific(now: datetime) -> str:
    """An instant as V1 writes it: Pacific time without its offset."""
    return f"{now.astimezone(PACIFIC):%Y-%m-%dT%H:%M:%S}.0000000"


def instant(value: Any) -> datetime | None:
    """The instant of a time of V1's. None in the hour that comes twice in a year: nobody can tell which one it is."""
    written = text(value)
    try:
        local = datetime.fromisoformat(written[:19]).replace(tzinfo=PACIFIC)
    except ValueError:
        return None
    earlier, later = (local.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    return earlier if earlier == later else None


def event(value: Any, words: str, milestone: Milestone) -> TrackingEvent:
    at = instant(value)
    local = at.astimezone(PACIFIC) if at else None
    return TrackingEvent(at, local, words, "", "", words, Place(), milestone)


def image(value: Any) -> bytes:
    try:
        image = base64.b64decode(text(value), validate=True)
    except (binascii.Error, ValueError):
        return b""
    return image if image.lstrip().startswith(b"%PDF-") else b""


def alike(given: Sequence[str], wanted: Sequence[str]) -> bool:
    return [" ".join(each.upper().split()) for each in given] == [" ".join(each.upper().split()) for each in wanted]
