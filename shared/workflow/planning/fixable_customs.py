"""The fields of an order for customs that a person may fix. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from shared.domain.customs import CustomsData
from shared.domain.money import Money
from shared.domain.order import Order, OrderLine
from shared.workflow.planning.fix_rules import A_WEIGHT, Rule, read_weight, text_rule, weight_text

FILING = "export_filing"
_FILING = text_rule(
    "an ITN (X and 14 digits), an MRN of 18 characters, or an exemption such as 30.37(a)",
    r"X[0-9]{14}|[0-9]{2}[A-Z]{2}[A-Z0-9]{14}|3[0-9]\.[0-9]{1,2}(\([A-Za-z0-9]{1,3}\)){0,3}|",
)
_LINE: Mapping[str, tuple[str, Rule]] = {
    "commodity_code": ("commodity_code", text_rule("a code of 6 to 15 digits", r"[0-9]{6,15}")),
    "origin": ("origin", text_rule("two letters, such as US", r"[A-Z]{2}", str.upper)),
    "customs_description": ("description", text_rule("a text of at most 105 characters", r".{1,105}")),
    "net_weight": ("net_weight", A_WEIGHT),
    "maker_id": ("maker_id", text_rule("a number of at most 40 characters", r".{1,40}")),
    "value": (
        "",
        text_rule(
            'an amount above 0 with its currency, such as "12.50 USD"',
            r"(?=[0-9.]*[1-9])[0-9]{1,12}(\.[0-9]{1,6})? [A-Z]{3}",
            str.upper,
        ),
    ),
}
"""Field of a line → its field in the customs data, "" for the line's own value; and its rule."""
_FIELD = re.compile(rf"lines\.(.+)\.({'|'.join(_LINE)})")


def is_of_customs(field: str) -> bool:
    """Tell if a field is one for customs, whether the order has such a line or not."""
    return field == FILING or bool(_FIELD.fullmatch(field))


def customs_rule(order: Order, field: str) -> Rule | None:
    """Return the rule for the field; None for another field, or a line that the order does not have."""
    if field == FILING:
        return _FILING
    line, name = _line(order, field)
    return _LINE[name][1] if line else None


def customs_value(order: Order, field: str) -> str | None:
    """Return the field's value as a fix writes it; None when the order has no such line."""
    if field == FILING:
        return order.export_filing
    line, name = _line(order, field)
    if line is None:
        return None
    if name == "value":
        return f"{line.value.amount.normalize():f} {line.value.currency}" if line.value else ""
    found: Any = getattr(line.customs or CustomsData(), _LINE[name][0])
    return weight_text(found) if name == "net_weight" else str(found)


def put_customs(order: Order, field: str, value: str) -> Order:
    """The order with `value` in the field; a line that it does not have is passed over."""
    if field == FILING:
        return replace(order, export_filing=value)
    named, name = _line(order, field)
    return replace(order, lines=tuple(_with(line, name, value) if line is named else line for line in order.lines))


def _with(line: OrderLine, name: str, value: str) -> OrderLine:
    if name == "value":
        amount, _, currency = value.partition(" ")
        return replace(line, value=Money(Decimal(amount), currency))
    fact: dict[str, Any] = {_LINE[name][0]: read_weight(value) if name == "net_weight" else value}
    return replace(line, customs=replace(line.customs or CustomsData(), **fact))


def _line(order: Order, field: str) -> tuple[OrderLine | None, str]:
    found = _FIELD.fullmatch(field)
    if not found:
        return None, ""
    return next((line for line in order.lines if line.number == found[1]), None), found[2]
