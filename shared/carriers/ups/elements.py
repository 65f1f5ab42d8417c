"""Parts that a price request and a create share: consignee, payer, service, description."""

from __future__ import annotations

from typing import Any

from shared.carriers.ups.parties import cleaned, fitting, party
from shared.domain.shipment import ShipmentPlan
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
    return plan.ship_from.address.country.upper() != plan.ship_to.address.country.upper()


def described(plan: ShipmentPlan) -> str:
    """The goods, which UPS asks for across borders; at home a text that does not fit is left out."""
    described = cleaned(plan.description)
    if crosses_border(plan):
        return fitting(described, _DESCRIPTION, "description", required=True)
    return described if len(described) <= _DESCRIPTION else ""


def validation(plan: ShipmentPlan) -> str:
    """Where streets were validated UPS checks postcode and state only, elsewhere the city as well (facts 4 and 6)."""
    return "nonvalidate" if plan.ship_to.address.country.upper() in COVERED else "validate"


def service(code: str) -> dict[str, str]:
    if len(code) != 2:
        raise Refused(Reason.SERVICE, f"UPS has no service {code!r}", field="service", value=code)
    return {"Code": code}


def charge(plan: ShipmentPlan) -> dict[str, Any]:
    """Who pays for the transport (type 01)."""
    billing = plan.billing
    payer: dict[str, Any] = {"AccountNumber": billing.account}
    if billing.kind == "shipper":
        return {"Type": "01", "BillShipper": payer}
    code = "".join(billing.postcode.split()).replace("-", "").upper()
    where = {"PostalCode": code} if code else {}
    if billing.kind == "receiver":
        return {"Type": "01", "BillReceiver": {**payer, "Address": where} if where else payer}
    if not billing.country:
        raise Refused(Reason.MISSING, "the third party's country is not known", field="billing.country")
    return {"Type": "01", "BillThirdParty": {**payer, "Address": {**where, "CountryCode": billing.country.upper()}}}
