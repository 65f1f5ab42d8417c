"""Rules for the values that a person gives for a field of an order. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from shared.domain.measures import Weight, WeightUnit

_UNITS: Mapping[str, WeightUnit] = {"lb": "lb", "kg": "kg", "oz": "oz", "g": "g"}


@dataclass(frozen=True, slots=True)
class Rule:
    """The rule for a value: `allowed` in words; `clean` gives it as it is kept, None when it is not allowed."""

    allowed: str
    clean: Callable[[str], str | None]


def text_rule(allowed: str, pattern: str, case: Callable[[str], str] = str) -> Rule:
    """Return the rule of a text that matches `pattern` as a whole; blanks are tidied."""

    def clean(value: str) -> str | None:
        shown = case(" ".join(value.split()))
        return shown if re.fullmatch(pattern, shown) and shown.isprintable() else None

    return Rule(allowed, clean)


def _weight(value: str) -> str | None:
    found = re.fullmatch(r"([0-9]{1,6}(?:\.[0-9]{1,4})?) ?(lb|kg|oz|g)", value.strip().lower())
    return weight_text(Weight(Decimal(found[1]), _UNITS[found[2]])) if found and Decimal(found[1]) > 0 else None


def weight_text(weight: Weight | None) -> str:
    """A weight as a fix writes it, without loss; "" for none, which zero is."""
    if weight is None or weight.value <= 0:
        return ""
    return f"{weight.value.normalize():f} {weight.unit}"


def read_weight(text: str) -> Weight:
    """Return the weight that `weight_text` wrote."""
    amount, _, unit = text.partition(" ")
    return Weight(Decimal(amount), _UNITS[unit])


A_WEIGHT = Rule('a weight above 0 with its unit (lb, kg, oz, g), such as "2.5 lb"', _weight)
