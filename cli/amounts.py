"""Amounts as people type them, and prices as people read them."""

from __future__ import annotations

import re
from decimal import Decimal

from cli.errors import BadUsage
from shared.domain.money import Money
from shared.domain.record import Head


def amount_of(text: str, option: str, currency: str = "") -> Money:
    """An amount such as "151.00 USD"; without a currency it is in `currency`. Raises BadUsage."""
    found = re.fullmatch(r"\s*(\d{1,9}(?:\.\d{1,2})?)\s*([A-Za-z]{3})?\s*", text)
    if not found:
        raise BadUsage(f'{option} "{text}": allowed is an amount, such as 151.00 or "151.00 USD"')
    return Money(Decimal(found[1]), (found[2] or currency).upper())


def about(price: Money | None) -> str:
    """A price that the carrier has not billed yet: "about 151.00 USD"."""
    return f"about {price}" if price else ""


def price_of(head: Head) -> str:
    """Return the label's cost, or the estimate marked with "about" while the cost is not known."""
    if head.cost and not head.cost_estimated:
        return str(head.cost)
    return about(head.cost or head.quote)
