"""Digests of an order and of a shipment: what was read, what counts as a change, what is bought."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from datetime import date
from decimal import Decimal
from typing import Any

from shared.domain.order import Order, OrderLine
from shared.domain.shipment import Package, ShipmentPlan

PLAN_VERSION = "1"
"""Version of the canonical form below: part of the hash, so that a new release tells a new form from a changed plan."""

_ADDED: dict[type, frozenset[str]] = {
    Order: frozenset({"customer", "cost_centre", "accessorials", "confirmed", "handling_units"}),
    OrderLine: frozenset({"weight_per", "value"}),
    Package: frozenset({"value"}),
    ShipmentPlan: frozenset({"accessorials", "value"}),
}
"""Facts that a later release added: left out while they are at their default, so that the digest of an order or plan
that does not have them is the one of the release before."""


def content_of(order: Order) -> str:
    """Digest of everything that was read, but for the ERP's change stamp: differs when anything was mended."""
    return _digest(dataclasses.replace(order, changed=""))


def fingerprint_of(order: Order) -> str:
    """Digest of what makes a change after the label: ship-to, quantities, items and service, nothing else."""
    return _digest(
        (
            order.ship_to.name,
            order.ship_to.address,
            tuple((line.number, line.item, line.quantity) for line in order.lines),
            order.service,
        )
    )


def hash_of(plan: ShipmentPlan) -> str:
    """Hash of the canonical shipment, never of a request's bytes: a new release builds other bytes of one plan."""
    return f"{PLAN_VERSION}:{_digest(plan)}"


def _digest(value: Any) -> str:
    text = json.dumps(_canonical(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def _canonical(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        added = _ADDED.get(type(value), frozenset())
        facts = ((f, getattr(value, f.name)) for f in dataclasses.fields(value))
        return {f.name: _canonical(fact) for f, fact in facts if f.name not in added or fact != f.default}
    if isinstance(value, (tuple, list)):
        return [_canonical(each) for each in value]
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, date):
        return value.isoformat()
    return value
