"""Whose a hold is: the clerk who knows the goods, purchasing who answers for the money, or whoever runs the system."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from shared.domain.state import Reason

Owner = Literal["clerk", "purchasing", "administrator"]

OWNERS: Mapping[str, Owner] = {
    Reason.ADDRESS: "clerk",
    Reason.ALREADY_SHIPPED: "clerk",
    Reason.APPROVAL: "purchasing",
    Reason.CANCELLED: "clerk",
    Reason.CHANGED: "clerk",
    Reason.CONNECTION: "administrator",
    Reason.CURRENCY: "administrator",
    Reason.CUSTOMS: "clerk",
    Reason.EXPORT_FILING: "clerk",
    Reason.FREIGHT: "clerk",
    Reason.FREIGHT_TERMS: "administrator",
    Reason.HAZARD: "clerk",
    Reason.INTERNATIONAL: "clerk",
    Reason.LABEL: "clerk",
    Reason.LINES: "clerk",
    Reason.MISSING: "clerk",
    Reason.PAPERS: "clerk",
    Reason.PO_BOX: "clerk",
    Reason.PRICE: "purchasing",
    Reason.PRICE_RISE: "purchasing",
    Reason.REFUSED: "clerk",
    Reason.REMAINING: "clerk",
    Reason.RETRIES: "administrator",
    Reason.SERVICE: "administrator",
    Reason.SHIP_TOS: "clerk",
    Reason.SIZE: "administrator",
    Reason.STRAY: "administrator",
    Reason.UNITS: "clerk",
    Reason.UNKNOWN: "administrator",
    Reason.VOID: "clerk",
    Reason.WEIGHT: "clerk",
    Reason.WRITE_BACK: "administrator",
}
"""Every reason has its owner (tested)."""


def owner_of(reason: str) -> Owner:
    """Whose an order held for this reason is; a reason that this release does not know is the administrator's."""
    return OWNERS.get(reason, "administrator")
