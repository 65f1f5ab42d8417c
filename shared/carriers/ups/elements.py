"""Parts that a price request and a create share: consignee, payer, service, description."""

from __future__ import annotations

from typing import Any

from shared.carriers.ups.parties import party, postcode_of
from shared.carriers.ups.texts import cleaned, fitting
from shared.domain.borders import is_abroad
from shared.domain.shipment import Billing, ShipmentPlan
from shared.domain.state import Reason
from shared.errors import Refused

COVERED = frozenset({"US", "PR"})  # facts 6: street validation knows no other country
_DESCRIPTION = 50


def consignee(plan: ShipmentPlan, *, contact: bool = False) -> dict[str, Any]:
    """The ship-to. Residential has three values: the indicator stands only where it is known to be true."""
    built = party(plan.ship_to, "ship_to", contact=contact)
    if plan.ship_to.residential:
        built["Address"]["ResidentialAddressIndicator"] = ""
    return built


def crosses_border(plan: ShipmentPlan) -> bool:
    return is_abroad(plan.ship_from.address, plan.ship_to.address)


def described(plan: ShipmentPlan) -> str:
    """The goods, which UPS asks for across borders; at home a text that does not fit is left out."""
    described = cleaned(plan.description)
    if crosses_border(plan):
        return fitting(described, _DESCRIPTION, "description", required=True)
    return described if len(described) <= _DESCRIPTION else ""


def service(code: str) -> dict[str, str]:
    if len(code) != 2:
        raise Refused(Reason.SERVICE, f"UPS has no service {code!r}", field="service", value=code)
    return {"Code": code}


def shipper_number(plan: ShipmentPlan) -> str:
    """The account that ships. UPS bills a shipper only by the number that stands at Shipper (facts 4), so that a rule
    that bills another account of ours as the shipper ships on that account."""
    return plan.billing.account if plan.billing.kind == "shipper" else plan.account


def charge(plan: ShipmentPlan) -> dict[str, Any]:
    """Who pays for the transport (type 01)."""
    billing = plan.billing
    payer: dict[str, Any] = {"AccountNumber": billing.account}
    if billing.kind == "shipper":
        return {"Type": "01", "BillShipper": payer}
    if billing.kind == "receiver":
        code = _payers_postcode(billing, billing.country or plan.ship_to.address.country)
        return {"Type": "01", "BillReceiver": {**payer, "Address": {"PostalCode": code}} if code else payer}
    if not billing.country:
        raise Refused(Reason.MISSING, "the third party's country is not known", field="billing.country")
    code = _payers_postcode(billing, billing.country)
    where = {**({"PostalCode": code} if code else {}), "CountryCode": billing.country.upper()}
    return {"Type": "01", "BillThirdParty": {**payer, "Address": where}}


def _payers_postcode(billing: Billing, country: str) -> str:
    """The postcode of the payer's pickup address, which US and Canadian accounts need (Shipping, BillReceiver)."""
    hint = "give the postcode of the paying account under billing.rules in the connection file"
    return postcode_of(billing.postcode, country, "billing.postcode", Reason.CONNECTION, hint=hint)
