"""Read from an order's audit trail what its head lacks: earlier shipments, its position before a step. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from shared.domain.money import Money
from shared.domain.record import AuditEntry, Stray, Way
from shared.domain.state import Reason, State
from shared.domain.steps import Step

_NOTHING_MADE = frozenset({Step.NOT_SENT, Step.REFUSED})
"""Steps behind an intent by which its create is proved to have made nothing."""

_STRAY_OVER = frozenset({Step.STRAY_GONE, Step.STRAY_VOIDED})
"""Steps by which a stray that was told is no more."""

_STRAY_VOIDED = frozenset({Step.STRAY_VOID_ASKED, Step.STRAY_VOID_FAILED, Step.STRAY_VOID_REFUSED, Step.STRAY_VOIDED})
"""Steps of voiding one, each of which writes over what the hold says."""


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


@dataclass(frozen=True, slots=True)
class Asked:
    """The content of a create: a generation's order as the ERP had it (its fingerprint), and the number of fixes."""

    generation: int
    fingerprint: str
    fixes: int


@dataclass(frozen=True, slots=True)
class Attempt:
    """One create call; `made_nothing` says that this was proved."""

    reference: str
    asked: Asked
    made_nothing: bool = False


def standing_before(trail: Sequence[AuditEntry], hold: str) -> Standing:
    """Where the order stood before it was held for `hold`, whatever happened while it was."""
    reason, standing = "", Standing(State.RECEIVED, "", "")
    for entry in trail:
        reason = dict(entry.changes).get("reason", reason)
        if (entry.state, reason) != (State.HELD, hold):
            standing = Standing(entry.state, reason, entry.field)
    return standing


def shipments_made(trail: Sequence[AuditEntry]) -> dict[int, Made]:
    """By generation, as it was bought, with its last cost: what a void takes off the head later stays told here."""
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
        elif int(facts["generation"]) in made and changes.get("cost"):
            known = made[int(facts["generation"])]
            made[int(facts["generation"])] = replace(known, cost=_money(changes["cost"]))
    return made


def attempts(trail: Sequence[AuditEntry]) -> tuple[list[Attempt], Asked]:
    """Every create call of the order, in their order, and what another one would ask for now."""
    facts, fixes, made = {"generation": "1"}, 0, list[Attempt]()
    for entry in trail:
        facts |= dict(entry.changes)
        fixes += entry.what == Step.FIXED
        if entry.what == Step.INTENT:
            made.append(Attempt(facts.get("reference", ""), _asked(facts, fixes)))
        elif entry.what in _NOTHING_MADE and made:
            made[-1] = replace(made[-1], made_nothing=True)
    return made, _asked(facts, fixes)


def _asked(facts: Mapping[str, str], fixes: int) -> Asked:
    return Asked(int(facts["generation"]), facts.get("fingerprint", ""), fixes)


def asked_alike(trail: Sequence[AuditEntry]) -> bool:
    """Tell if all creates of the last generation that may have been made asked for the order as it stands in the end:
    nothing that makes a change was read in the ERP since, and no person fixed anything.

    A look-up gives numbers, not addresses: a shipment that it finds may be of any of these creates.
    """
    made, now = attempts(trail)
    return all(each.made_nothing or each.asked == now for each in made if each.asked.generation == now.generation)


def strays_accepted(trail: Sequence[AuditEntry]) -> set[str]:
    """Ids of the strays that a person was told of and let pass. What a person let pass of another hold says nothing of
    a stray, and one that was gone by then was not let pass."""
    reason, told, accepted = "", set[str](), set[str]()
    for entry in trail:
        if entry.what == Step.STRAY_FOUND:
            told = {each.shipment_id for each in _strays(entry)}
        elif entry.what == Step.STRAY_VOID_ASKED:
            told |= {each.shipment_id for each in _strays(entry)}
        elif entry.what in _STRAY_OVER:
            told = set()
        elif entry.what == Step.ACCEPTED and reason == Reason.STRAY:
            accepted |= told
        reason = dict(entry.changes).get("reason", reason)
    return accepted


def strays_asked_to_void(trail: Sequence[AuditEntry]) -> dict[str, bool]:
    """Ids of the shipments that the carrier was asked to void as strays, each with whether it said that it did.

    One of which it said that it did not is left out: that one lives.
    """
    asked, last = dict[str, bool](), ""
    for entry in trail:
        if entry.what == Step.STRAY_VOID_ASKED:
            last = next((each.shipment_id for each in _strays(entry)), "")
            asked.setdefault(last, False)
        elif entry.what == Step.STRAY_VOIDED:
            asked[last] = True
        elif entry.what == Step.STRAY_VOID_REFUSED and not asked.get(last):
            asked.pop(last, None)
    return asked


def strays_reported(trail: Sequence[AuditEntry]) -> dict[str, Way]:
    """The strays that the present hold tells of by their ids, each with what was known of its way; empty when another
    step spoke since."""
    reason, reported = "", dict[str, Way]()
    for entry in trail:
        reason = dict(entry.changes).get("reason", reason)
        if entry.what == Step.STRAY_FOUND:
            reported = {each.shipment_id: each.way for each in _strays(entry)}
        elif reason != Reason.STRAY or entry.what in _STRAY_VOIDED:
            reported = {}
    return reported


def _strays(entry: AuditEntry) -> tuple[Stray, ...]:
    """The strays of an entry. Releases up to 0.1.0 kept none: their ids are all of the `why`."""
    return entry.strays or tuple(map(Stray, entry.why.split()))


def _money(text: str) -> Money | None:
    amount, _, currency = text.partition(" ")
    return Money(Decimal(amount), currency) if currency else None
