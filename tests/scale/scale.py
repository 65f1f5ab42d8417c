"""Where each connector stands: the rules, held; the table that `make scale` prints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tests.scale import bronze, gold, platinum, silver
from tests.scale.connectors import Connector, connectors
from tests.scale.platinum import Unseen
from tests.scale.rules import RULES, TIERS, Rule, Tier, asked_of
from tests.scale.trial import Broken

SCALE = (bronze, silver, gold, platinum)
"""Where the rules stand."""


SHOWN = 5
"""So many sentences of a rule are shown."""


def rules() -> list[Rule]:
    """Every rule, from bronze to platinum."""
    return sorted(RULES.values(), key=lambda each: TIERS.index(each.tier))


@dataclass(frozen=True, slots=True)
class Held:
    """One rule held against one connector. `missing` are sentences; `unseen` says why it could not be looked at."""

    rule: Rule
    missing: tuple[str, ...] = ()
    exempt: str = ""
    unseen: str = ""

    @property
    def well(self) -> bool:
        return not self.missing or bool(self.exempt)

    @property
    def mark(self) -> str:
        """How the table shows it."""
        if self.exempt:
            return "exempt"
        if self.unseen:
            return "unseen"
        return f"{len(self.missing)} missing" if self.missing else "yes"


def held(rule: Rule, connector: Connector) -> Held:
    """The rule held against the connector. What still is to be written is missing, not an error."""
    exempt = connector.claim["EXEMPT"].get(rule.name, "")
    try:
        return Held(rule, tuple(rule.check(connector)), exempt)
    except Unseen as error:
        return Held(rule, unseen=str(error), exempt=exempt)
    except (NotImplementedError, Broken) as error:
        return Held(rule, (str(error),), exempt)


def reached(results: list[Held]) -> Tier | None:
    """The highest tier of which every rule holds, and of those below it."""
    best: Tier | None = None
    for tier in TIERS:
        if not all(each.well for each in results if each.rule.tier == tier):
            break
        best = tier
    return best


def table() -> tuple[str, bool]:
    """The table, with what is missing below it, and whether each connector has the tier that it claims."""
    every = connectors()
    results = {each: [held(rule, each) for rule in rules()] for each in every}
    lines = [f"{'':<10}{'rule':<22}" + "".join(f"{each.kind:<16}" for each in every)]
    for place, rule in enumerate(rules()):
        marks = "".join(f"{results[each][place].mark:<16}" for each in every)
        lines.append(f"{rule.tier:<10}{rule.name:<22}{marks}".rstrip())
    tiers = {each: reached(results[each]) for each in every}
    lines.append(f"{'':<10}{'stands on':<22}" + "".join(f"{tiers[each] or 'in work':<16}" for each in every).rstrip())
    for each in every:
        for found in results[each]:
            told = [f"exempt, {found.exempt}"] if found.exempt else _shortened(found.missing)
            lines += [f"{each.kind}: {found.rule.name}: {what}" for what in told]
    short = [each for each in every if any(rule not in _held(results[each]) for rule in asked_of(each.claim["TIER"]))]
    return "\n".join(lines), not short


def _shortened(missing: Sequence[str]) -> list[str]:
    more = len(missing) - SHOWN
    return [*missing[:SHOWN], *([f"and {more} more"] if more > 0 else [])]


def _held(results: list[Held]) -> list[Rule]:
    return [each.rule for each in results if each.well]
