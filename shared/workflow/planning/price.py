"""Prices that cannot be true, whoever states them. Pure."""

from __future__ import annotations

from shared.connection import Connection
from shared.domain.money import Money
from shared.domain.shipment import Billing, Quote

ABSURD = 10**9
"""An amount that no parcel costs, in any currency."""


def price_fault(price: Money, billing: Billing) -> str:
    """Why nobody can be asked to pay this price, "" when it may be true. Nothing is a price where another account pays
    the carrier: ours is charged nothing then."""
    if not price.currency:
        return f"{price.amount} has no currency"
    if not price.amount.is_finite():
        return f"{price.amount} {price.currency} is no amount"
    if price.amount < 0:
        return f"{price} is less than nothing"
    if price.amount >= ABSURD:
        return f"{price} is no price of a parcel"
    if price.amount == 0 and billing.kind == "shipper":
        return f"{price} is nothing, and our own account pays"
    return ""


def over_a_day(quote: Quote, connection: Connection) -> str:
    """Why the quote can be bought on no day, "" when it can: alone it is more than the limit of one."""
    limit = connection.limits.amount_per_day
    if quote.price <= limit:
        return ""
    return f"{quote.price} is more than limits.amount_per_day {limit}: it could be bought on no day"
