"""The rules. Each takes a connector and gives what is missing, in sentences; nothing means that it holds.

The tiers build on each other. Bronze: a person can set it up. Silver: it can be trusted with orders and money. Gold: it
is complete for the people who run it. Platinum: it is proven.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from tests.scale.connectors import Connector

Tier = Literal["bronze", "silver", "gold", "platinum"]
TIERS: tuple[Tier, ...] = ("bronze", "silver", "gold", "platinum")
Check = Callable[[Connector], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Rule:
    """`name` as the table shows it, `why` for whoever has to meet it."""

    name: str
    tier: Tier
    why: str
    check: Check


RULES: dict[str, Rule] = {}


def rule(tier: Tier) -> Callable[[Check], Check]:
    """Adds a check to the scale, under its own name and with its docstring as the reason."""

    def add(check: Check) -> Check:
        name = check.__name__.replace("_", "-")
        RULES[name] = Rule(name, tier, " ".join((check.__doc__ or "").split()), check)
        return check

    return add


def asked_of(tier: Tier | None) -> list[Rule]:
    """The rules of a tier and of those below it; none for a connector in work."""
    below = TIERS[: TIERS.index(tier) + 1] if tier else ()
    return [each for each in RULES.values() if each.tier in below]
