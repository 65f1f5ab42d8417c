"""What the audit trail of an order tells beside its head: earlier shipments, and where it stood before a step. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from shared.domain.money import Money
from shared.domain.record import AuditEntry
from shared.domain.state import State

_NOTHING_MADE = frozenset({"not_sent", "refused"})
"""Steps behind an intent by which its create is proved to have made nothing."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A state with its reason and field."""

    state: State
    reason: str
    field: str


@dataclass(frozen=True, slots=True)
class Made:
    """The shipment that one generation bought, with what it cost then."""

    reference: str
    shipment_id: str
    service: str
    cost: Money | None
    cost_estimated: bool


def standing_before(trail: Sequence[AuditEntry], hold: str) -> Standing:
    """Where the order stood before it was held for `hold`, whatever happened while it was."""
    reason, standing = "", Standing(State.RECEIVED, "", "")
    for entry in trail:
        reason = dict(entry.changes).get("reason", reason)
        if (entry.state, reason) != (State.HELD, hold):
            standing = Standing(entry.state, reason, entry.field)
    return standing


def shipments_made(trail: Sequence[AuditEntry]) -> dict[int, Made]:
    """By generation, as it was bought: what a void takes off the head later stays told here."""
    facts = {"generation": "1"}
    made = {}
    for entry in trail:
        changes = dict(entry.changes)
        facts |= changes
        if changes.get("shipment_id"):
            made[int(facts["generation"])] = Made(
                reference=facts.get("reference", ""),
                shipment_id=facts["shipment_id"],
                service=facts.get("service", ""),
                cost=_money(facts.get("cost", "")),
                cost_estimated=facts.get("cost_estimated") == "True",
            )
    return made


def asked_alike(trail: Sequence[AuditEntry]) -> bool:
    """Whether all creates of the last generation that may have been made asked for the order as it stands in the end:
    nothing that makes a change was read in the ERP since, and no person fixed anything.

    A look-up gives numbers, not addresses: a shipment that it finds may be of any of these creates.
    """
    generation, fingerprint, fixes = "1", "", 0
    asked: list[tuple[str, str, int]] = []
    for entry in trail:
        changes = dict(entry.changes)
        generation = changes.get("generation", generation)
        fingerprint = changes.get("fingerprint", fingerprint)
        fixes += entry.what == "fixed"
        if entry.what == "intent":
            asked.append((generation, fingerprint, fixes))
        elif entry.what in _NOTHING_MADE and asked:
            asked.pop()
    return all(each[1:] == (fingerprint, fixes) for each in asked if each[0] == generation)


def _money(text: str) -> Money | None:
    amount, _, currency = text.partition(" ")
    return Money(Decimal(amount), currency) if currency else None
