"""The fields of an order that a person may fix: what each may hold, how it is read, how it is set. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, replace
from decimal import Decimal
from typing import Any

from shared.domain.address import Address, Party
from shared.domain.measures import Weight
from shared.domain.order import Order, OrderLine
from shared.domain.shipment import Package
from shared.errors import Refused
from shared.workflow.planning.fix_rules import A_WEIGHT, Rule, read_weight, text_rule, weight_text
from shared.workflow.planning.fixable_customs import customs_rule, customs_value, is_of_customs, put_customs

MOST_LINES = 4
"""Address lines that a fix may name: an ERP may have four; more than a carrier takes are re-flowed."""
_RESIDENTIAL: Mapping[str, bool | None] = {"yes": True, "no": False, "unknown": None}


def _phone(value: str) -> str | None:
    """As it was given: each carrier takes it apart by its own layout."""
    found = re.fullmatch(r"(\+?[0-9 ().-]+?)( ?(x|ext\.?) ?[0-9]{1,4})?", value.strip(), re.IGNORECASE)
    dialled = 7 <= sum(each.isdigit() for each in found[1]) <= 15 if found else False
    return value.strip() if dialled or not value.strip() else None


def _residential(value: str) -> str | None:
    return value.strip().lower() if value.strip().lower() in _RESIDENTIAL else None


_PARTY: Mapping[str, Rule] = {
    "name": text_rule("a name of at most 100 characters", r".{1,100}"),
    "attention": text_rule("a name of at most 100 characters, or nothing", r".{0,100}"),
    "phone": Rule("7 to 15 digits with + ( ) . - and blanks, perhaps an extension such as x12, or nothing", _phone),
    "residential": Rule("yes, no or unknown", _residential),
    "address.city": text_rule("a city of at most 50 characters", r".{1,50}"),
    "address.state": text_rule("a state or province code, such as NY, or nothing", r"[^\W_]{0,5}", str.upper),
    "address.postcode": text_rule(
        "a postcode of letters, digits, - and blanks", r"[A-Z0-9][A-Z0-9 -]{0,9}|", str.upper
    ),
    "address.country": text_rule("two letters, such as US", r"[A-Z]{2}", str.upper),
}
_LINE = text_rule("a line of at most 100 characters, or nothing", r".{0,100}")
_ROLES = ("ship_to", "ship_from")

NAMES = (
    "ship_to.name, .attention, .phone, .residential, .address.lines.1, .address.city, .address.state, "
    ".address.postcode, .address.country, ship_from. likewise, lines.N.unit_weight, "
    "lines.N.commodity_code, lines.N.origin, lines.N.customs_description, lines.N.net_weight, lines.N.maker_id, "
    "lines.N.value, handling_units.N.weight, unit_weight, package_weight, service, export_filing, "
    "address=candidate:N or address=as-is"
)
"""The fields that a person may fix, in words."""


def rule_of(order: Order, field: str) -> Rule | None:
    """Return the rule for the field; None for one that cannot be fixed, or that this order does not have."""
    role, _, rest = field.partition(".")
    if role in _ROLES:
        return _LINE if _line_place(rest) else _PARTY.get(rest)
    if _order_line(order, field) or _handling_unit(order, field):
        return A_WEIGHT
    if rule := customs_rule(order, field):
        return rule
    return Rule("a code that is mapped under services", lambda value: value) if field == "service" else None


def full_name(field: str) -> str:
    """ship_to.city and ship_to.lines.1 are short for ship_to.address.city and ship_to.address.lines.1."""
    role, _, rest = field.strip().partition(".")
    short = role in _ROLES and (f"address.{rest}" in _PARTY or bool(_line_place(f"address.{rest}")))
    return f"{role}.address.{rest}" if short else field.strip()


def value_of(order: Order, field: str) -> str | None:
    """Return the field's value, as a fix would write it; None when the order has no such field."""
    role, _, rest = field.partition(".")
    if role in _ROLES:
        return _value_at(getattr(order, role), rest)
    if field == "service":
        return order.service
    line = _order_line(order, field, "quantity")
    if line:
        return f"{line.quantity.normalize():f}"
    unit = _handling_unit(order, field)
    if unit:
        return weight_text(unit.weight)
    if customs_rule(order, field):
        return customs_value(order, field)
    line = _order_line(order, field)
    return None if line is None else weight_text(line.unit_weight)


def put(order: Order, field: str, value: str) -> Order:
    """The order with `value` in the field; blank address lines are kept, so that the others keep their places.

    A line or handling unit that the order does not have (any more) is passed over. Raises Refused for a field that
    nobody can fix.
    """
    role, _, rest = field.partition(".")
    if role in _ROLES:
        party: dict[str, Any] = {role: _put_at(getattr(order, role), rest, value)}
        return replace(order, **party)
    if field == "service":
        return replace(order, service=value)
    if is_of_customs(field):
        return put_customs(order, field, value)
    if re.fullmatch(r"lines\..+\.quantity", field):
        return _put_quantity(order, field, value)
    if re.fullmatch(r"handling_units\..+\.weight", field):
        named = _handling_unit(order, field)
        units = (replace(each, weight=read_weight(value)) if each is named else each for each in order.handling_units)
        return replace(order, handling_units=tuple(units))
    if not re.fullmatch(r"lines\..+\.unit_weight", field):
        raise Refused("fix", f"{field} cannot be fixed", field=field, hint=f"allowed: {NAMES}")
    return _put_unit_weight(order, field, read_weight(value))


def _put_unit_weight(order: Order, field: str, weight: Weight) -> Order:
    named = _order_line(order, field)
    lines = (
        replace(line, unit_weight=weight, weight_defaulted=False) if line is named else line for line in order.lines
    )
    return replace(order, lines=tuple(lines))


def _put_quantity(order: Order, field: str, value: str) -> Order:
    """Set by `orders ship` alone: how much of a line goes, where some of what the ERP has open is under way already."""
    named = _order_line(order, field, "quantity")
    return replace(order, lines=tuple(_part(line, Decimal(value)) if line is named else line for line in order.lines))


def _part(line: OrderLine, quantity: Decimal) -> OrderLine:
    """Return a part of a line, with its share of the whole line's value."""
    worth = line.value
    if worth and line.quantity:
        worth = replace(worth, amount=worth.amount * quantity / line.quantity)
    return replace(line, quantity=quantity, value=worth)


def without_blank_lines(party: Party) -> Party:
    return replace(party, address=replace(party.address, lines=tuple(line for line in party.address.lines if line)))


def address_text(address: Address) -> str:
    """A whole address as a fix writes it."""
    return json.dumps(asdict(address), sort_keys=True, ensure_ascii=False)


def in_words(field: str, value: str) -> str:
    """A fix's value as people read it: a whole address in one line."""
    return str(_address(value)) if field.endswith(".address") and value else value


def _address(text: str) -> Address:
    kept = json.loads(text)
    return Address(**{**kept, "lines": tuple(kept["lines"])})


def _value_at(party: Party, rest: str) -> str | None:
    place, address = _line_place(rest), party.address
    if place:
        return address.lines[place - 1] if place <= len(address.lines) else ""
    if rest == "address":
        return address_text(address)
    if rest == "residential":
        return next(word for word, value in _RESIDENTIAL.items() if value is party.residential)
    if rest not in _PARTY:
        return None
    return str(getattr(address, rest.removeprefix("address.")) if rest.startswith("address.") else getattr(party, rest))


def _put_at(party: Party, rest: str, value: str) -> Party:
    place, address = _line_place(rest), party.address
    if place:
        padded = (*address.lines, *[""] * (place - len(address.lines)))
        lines = tuple(value if at == place else line for at, line in enumerate(padded, start=1))
        return replace(party, address=replace(address, lines=lines))
    if rest == "address":
        return replace(party, address=_address(value))
    if rest == "residential":
        return replace(party, residential=_RESIDENTIAL[value])
    if rest not in _PARTY:
        raise Refused("fix", f"{rest} cannot be fixed", field=rest, hint=f"allowed: {NAMES}")
    if rest.startswith("address."):
        part: dict[str, Any] = {rest.removeprefix("address."): value}
        return replace(party, address=replace(address, **part))
    named: dict[str, Any] = {rest: value}
    return replace(party, **named)


def _line_place(rest: str) -> int:
    """The number of an address line in "address.lines.2", 0 for any other field."""
    found = re.fullmatch(rf"address\.lines\.([1-{MOST_LINES}])", rest)
    return int(found[1]) if found else 0


def _order_line(order: Order, field: str, name: str = "unit_weight") -> OrderLine | None:
    found = re.fullmatch(rf"lines\.(.+)\.{name}", field)
    return next((line for line in order.lines if line.number == found[1]), None) if found else None


def weightless_units(order: Order) -> list[str]:
    """The fields of the weights that handling units of the order miss."""
    return [_weight_field(at, unit) for at, unit in enumerate(order.handling_units, 1) if not weight_text(unit.weight)]


def _weight_field(at: int, unit: Package) -> str:
    """A unit is named by its number in the ERP, so that a fix leaves it when somebody packs anew; else by its place."""
    return f"handling_units.{unit.handling_unit or at}.weight"


def _handling_unit(order: Order, field: str) -> Package | None:
    named = ((_weight_field(at, unit), unit) for at, unit in enumerate(order.handling_units, 1))
    return next((unit for name, unit in named if name == field), None)
