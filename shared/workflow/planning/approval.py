"""Decide if a person must approve a quote, and how long an approval holds. Pure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from shared.connection import Connection
from shared.domain.money import Money
from shared.domain.problem import Unshippable
from shared.domain.record import Head, Snapshot
from shared.domain.shipment import Quote, ShipmentPlan
from shared.domain.state import Reason

VALID = timedelta(days=7)
"""An approval that is older is asked for again."""
TOLERATED = Decimal("1.05")
"""The multiple of the approved price that a new quote may come to."""


def needs_approval(quote: Quote, connection: Connection, defaulted: tuple[str, ...]) -> str:
    """Why a person must approve the quote, "" when nobody needs to.

    Raises Unshippable when quote and ceiling are in two currencies: which one is more cannot be said.
    """
    mode, ceiling = connection.approve.mode, connection.approve.ceiling
    if mode == "below" and ceiling and quote.price.currency != ceiling.currency:
        message = f"the quote of {quote.price} is in {quote.price.currency}, approve.currency is {ceiling.currency}"
        raise Unshippable(Reason.CURRENCY, message, field="approve.currency", value=quote.price.currency)
    if defaulted and not connection.defaults.allow_automatic:
        return "a default weight was taken: " + ", ".join(defaulted)
    if mode == "automatic":
        return ""
    if mode == "manual" or ceiling is None:
        return "approve.mode is manual"
    return "" if quote.price <= ceiling else f"{quote.price} is above approve.amount {ceiling}"


RESTORED = "the table was restored from a backup: compare what was bought since, then approve"
"""The reason why a person is asked for each order of a restored table."""


def precedes_restore(head: Head, snapshot: Snapshot, restored: datetime | None) -> bool:
    """Tell if nobody has approved the order since the table was restored: it may have been bought in what was lost."""
    if restored is None:
        return False
    return not head.approved_by or snapshot.approved_at is None or snapshot.approved_at < restored


def expired(head: Head, snapshot: Snapshot, now: datetime) -> bool:
    """Tell if a person's approval is too old to buy on. One from before approvals were dated is too old."""
    return bool(head.approved_by) and (snapshot.approved_at is None or now - snapshot.approved_at > VALID)


def still_asked(ask: str, head: Head, before: Snapshot, plan: ShipmentPlan, quote: Quote, now: datetime) -> str:
    """Why a person must be asked about a new quote, "" when an earlier approval of the same shipment covers it.

    `before` is the snapshot as it stood with its last quote. Of the same goods to the same place, in another way than
    was approved (a new connection file), it covers the very price, service and account only. Both prices stand in the
    sentence when they differ.
    """
    if not ask:
        return ""
    approved = before.approved_price if head.approved_by else None
    if approved is None or not (same_shipment(before.plan, plan) or _same_terms(before.plan, plan, approved, quote)):
        return ask + _formerly(before, plan, quote)
    if approved.currency != quote.price.currency:
        return ask + _formerly(before, plan, quote)
    if expired(head, before, now):
        return f"{ask}; the approval of {approved} was given more than {VALID.days} days ago"
    if quote.price.amount > approved.amount * TOLERATED:
        return f"{quote.price} is more than 5 % above the {approved} that was approved"
    return ""


def _formerly(before: Snapshot, plan: ShipmentPlan, quote: Quote) -> str:
    """The price that the same shipment had before, when it was another one."""
    former = before.quote.price if before.quote and same_shipment(before.plan, plan) else quote.price
    return f"; it was quoted at {former} before" if former != quote.price else ""


def same_shipment(before: ShipmentPlan | None, now: ShipmentPlan) -> bool:
    """Tell if two plans differ in nothing but the day."""
    return before is not None and replace(before, ship_date=None) == replace(now, ship_date=None)


def _same_terms(before: ShipmentPlan | None, now: ShipmentPlan, approved: Money, quote: Quote) -> bool:
    """Tell if the approved terms are the same: price, service and account, for the same goods and place."""
    if before is None or approved != quote.price or _goods(before) != _goods(now):
        return False
    return (before.service, before.account, before.billing) == (now.service, now.account, now.billing)


def _goods(plan: ShipmentPlan) -> tuple[object, ...]:
    """Return the goods and their destination, however they are packed and whoever is named as the sender."""
    weights: dict[str, Decimal] = defaultdict(Decimal)
    for package in plan.packages:
        weights[package.weight.unit] += package.weight.value
    lines = frozenset(line for package in plan.packages for line in package.lines)
    return plan.ship_to.name, plan.ship_to.address, plan.value, lines, weights


def with_approval(before: Snapshot, after: Snapshot) -> Snapshot:
    """A snapshot of an order that was read anew, with the approval of what it was: should it come to the same shipment,
    nobody is asked twice."""
    if before.approved_at is None:
        return after
    at, price = before.approved_at, before.approved_price
    return replace(after, plan=before.plan, quote=before.quote, approved_at=at, approved_price=price)
