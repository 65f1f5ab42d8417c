"""The changes that a step may make, by name and type, and how the audit writes them.

A name that no head has is found by the type checker.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import MISSING, fields
from datetime import datetime
from typing import Any, TypedDict

from shared.domain.money import Money
from shared.domain.record import Head, Stray
from shared.domain.telling import ActionRecord, Telling
from shared.ports import ShippedPackage, Spend

_QUIET = frozenset({"key", "version", "token", "updated_at", "state", "field", "swept"})
"""Head fields that are not repeated among the audit's changes: they stand beside them or are bookkeeping."""
_TOLD = tuple(
    (each.name, None if each.default is MISSING else each.default) for each in fields(Head) if each.name not in _QUIET
)
"""The other fields, each with what a new order has there."""


class HeadChange(TypedDict, total=False):
    """Fields of the head that a step sets; see Head. State, reason and field are arguments of the step itself."""

    connection: str
    revision: int
    generation: int
    content: str
    fingerprint: str
    due_at: datetime | None
    not_before: datetime | None
    lease_until: datetime | None
    attempt: int
    reference: str
    plan_hash: str
    intent_at: datetime | None
    in_doubt: bool
    tries: int
    first_try_at: datetime | None
    last_try_at: datetime | None
    quote: Money | None
    approved_by: str
    service: str
    shipment_id: str
    tracking_number: str
    packages_made: int
    cost: Money | None
    cost_estimated: bool
    written_back: bool
    label: str
    flagged: bool


class StepChange(HeadChange, total=False):
    """Also what the audit says of the step, and what is written beside the head in the same transaction."""

    who: str
    why: str
    request_ids: Sequence[str]
    packages: Sequence[ShippedPackage]
    spend: Spend | None
    strays: Sequence[Stray]
    telling: Telling | None
    action: ActionRecord | None


def changes_between(before: Head | None, after: Head) -> tuple[tuple[str, str], ...]:
    """The head's facts that a step set, as texts by name, so that the audit alone replays to the state."""
    changed = {}
    for name, default in _TOLD:
        new = getattr(after, name)
        old = getattr(before, name) if before else default
        if new != old:
            changed[name] = text_of(new)
    return tuple(sorted(changed.items()))


def text_of(value: Any) -> str:
    """A head's fact as the audit writes it."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Money):
        return f"{value.amount} {value.currency}"
    return "" if value is None else str(value)
