"""Extra services and the goods' value as UPS takes them: each absent unless the plan asks for it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from shared.domain.borders import place_of
from shared.domain.money import Money
from shared.domain.shipment import Package, ShipmentPlan
from shared.domain.state import Reason
from shared.errors import Refused

_AMERICAN = frozenset({"US", "PR"})
_SIGNATURE: dict[str, tuple[str, str]] = {"signature": ("2", "1"), "adult_signature": ("3", "2")}
"""DCISType of a package, and of a shipment (specs/ups, DeliveryConfirmation of both)."""
_MOST_INVOICED = Decimal("99999999.99")
_CURRENCIES = {
    "US": "USD", "PR": "USD", "VI": "USD", "GU": "USD", "CA": "CAD", "MX": "MXN", "GB": "GBP", "CH": "CHF", "SE": "SEK",
    "DK": "DKK", "NO": "NOK", "PL": "PLN", "CZ": "CZK", "HU": "HUF", "RO": "RON",
}  # fmt: skip
"""Currencies of origins other than the euro: UPS ignores any other (Rating, InvoiceLineTotal.CurrencyCode)."""


def shipment_options(plan: ShipmentPlan) -> dict[str, Any]:
    """ShipmentServiceOptions, {} for none. Rating and Shipping name them alike."""
    options: dict[str, Any] = {}
    if "saturday" in plan.accessorials:
        options["SaturdayDeliveryIndicator"] = ""
    signature = _signature(plan)
    if signature and not _confirmed_on_packages(plan):
        options["DeliveryConfirmation"] = {"DCISType": signature[1]}
    return {"ShipmentServiceOptions": options} if options else {}


def package_options(plan: ShipmentPlan, parcel: Package) -> dict[str, Any]:
    """PackageServiceOptions of one package, {} for none."""
    options: dict[str, Any] = {}
    signature = _signature(plan)
    if signature and _confirmed_on_packages(plan):
        options["DeliveryConfirmation"] = {"DCISType": signature[0]}
    if "declared_value" in plan.accessorials:
        if parcel.value is None:
            raise Refused(Reason.MISSING, "a package to be declared has no value", field="packages.value")
        options["DeclaredValue"] = _amount(parcel.value)
    return {"PackageServiceOptions": options} if options else {}


def invoice_total(plan: ShipmentPlan) -> dict[str, Any]:
    """InvoiceLineTotal: for US to Puerto Rico or Canada, and for no other lane (Shipping, InvoiceLineTotal)."""
    lane = (place_of(plan.ship_from.address), place_of(plan.ship_to.address))
    if plan.value is None or lane not in {("US", "PR"), ("US", "CA")}:
        return {}
    if not 1 <= plan.value.amount <= _MOST_INVOICED:
        message = f"UPS takes a value of 1 to {_MOST_INVOICED}, the goods are worth {plan.value}"
        raise Refused(Reason.INTERNATIONAL, message, field="value", value=str(plan.value))
    return {"InvoiceLineTotal": _amount(plan.value)}


def rated_total(plan: ShipmentPlan) -> dict[str, Any]:
    """InvoiceLineTotal of a price with times in transit, which asks for it on every lane between two countries (Rating,
    InvoiceLineTotal; facts 14.1). What the goods are worth where that is known, else the least that UPS takes: the
    price does not depend on it."""
    if total := invoice_total(plan):
        return total
    origin, worth = place_of(plan.ship_from.address), plan.value
    if origin == place_of(plan.ship_to.address):
        return {}
    if worth is None or not 1 <= worth.amount <= _MOST_INVOICED:
        worth = Money(Decimal(1), _CURRENCIES.get(origin, "EUR"))
    return {"InvoiceLineTotal": _amount(worth)}


def _signature(plan: ShipmentPlan) -> tuple[str, str] | None:
    return next((codes for name, codes in _SIGNATURE.items() if name in plan.accessorials), None)


def _confirmed_on_packages(plan: ShipmentPlan) -> bool:
    """Inside the US, Puerto Rico and Canada a delivery is confirmed by the package, elsewhere by the shipment. The
    documents leave the pairs of countries to an appendix that they do not hold: this is the common split."""
    lane = {place_of(plan.ship_from.address), place_of(plan.ship_to.address)}
    return lane <= _AMERICAN or lane == {"CA"}


def _amount(value: Money) -> dict[str, str]:
    return {"CurrencyCode": value.currency, "MonetaryValue": f"{value.amount:.2f}"}
