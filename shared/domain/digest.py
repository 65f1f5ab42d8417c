"""Digests of an order and of a shipment: what was read, what counts as a change, what is bought."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from shared.domain.order import Order, OrderLine
from shared.domain.shipment import Package, ShipmentPlan

PLAN_VERSION = "1"
"""Version of the canonical form below: part of the hash, so that a new release tells a new form from a changed plan."""

_ADDED: dict[type, frozenset[str]] = {
    Order: frozenset(
        {"customer", "cost_centre", "accessorials", "confirmed", "handling_units", "shipped_as", "export_filing"}
    ),
    OrderLine: frozenset({"weight_per", "value", "customs"}),
    Package: frozenset({"value", "handling_unit"}),
    ShipmentPlan: frozenset({"accessorials", "value", "street_checked", "papers"}),
}
"""Facts that a later release added: left out while they are at their default, so that the digest of an order or plan
that does not have them is the one of the release before."""


_WRITTEN = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def content_of(order: Order) -> str:
    """Digest of everything that was read, but for the change stamp, our own number and our own words: differs when
    anything was corrected."""
    skipped = tuple(dataclasses.replace(each, reason="") for each in order.skipped)
    return _digest(dataclasses.replace(order, changed="", notes=(), skipped=skipped, shipped_as=""))


def is_content(content: str, order: Order) -> bool:
    """Tell if a stored digest is that of this order. Releases up to 0.1.0 digested notes and reasons, too."""
    return content in (content_of(order), _digest(dataclasses.replace(order, changed="", shipped_as="")))


def told_of(*facts: object) -> str:
    """Digest of what a hold tells people, in place of the words that it tells it in."""
    return _digest(facts)


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
    return hashlib.sha256(_WRITTEN.encode(_canonical(value)).encode()).hexdigest()[:24]


def _canonical(value: Any) -> Any:
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, (tuple, list)):
        return [_canonical(each) for each in value]
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, date):
        return value.isoformat()
    kind: Any = type(value)
    told = _facts_of(kind)
    if told is None:
        return value
    always, added = told
    found = {name: _canonical(getattr(value, name)) for name in always}
    for name, default in added:
        fact = getattr(value, name)
        if fact != default:
            found[name] = _canonical(fact)
    return found


@cache
def _facts_of(kind: type) -> tuple[tuple[str, ...], tuple[tuple[str, Any], ...]] | None:
    """A dataclass's facts that are always told, and with their defaults those that are not told at it; None for what
    is no dataclass."""
    if not dataclasses.is_dataclass(kind):
        return None
    added = _ADDED.get(kind, frozenset())
    facts = dataclasses.fields(kind)
    always = tuple(fact.name for fact in facts if fact.name not in added)
    return always, tuple((fact.name, fact.default) for fact in facts if fact.name in added)
