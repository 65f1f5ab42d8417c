"""A person's fixes of an order: what is typed becomes fixes, and fixes lie over what the ERP says. Pure.

A fix holds as long as the ERP's own field has the value that it lies over; once that changes, the fix is dropped.
Digest and fingerprint of an order are always those of the ERP's own content.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import ROUND_DOWN, Decimal

from shared.domain.address import Address
from shared.domain.measures import Weight
from shared.domain.order import Order, only
from shared.domain.record import Fix, Snapshot
from shared.domain.shipment import AddressCheck
from shared.errors import Refused
from shared.workflow.planning.fix_rules import read_weight, weight_text
from shared.workflow.planning.fixable import (
    NAMES,
    address_text,
    full_name,
    put,
    rule_of,
    value_of,
    weightless_units,
    without_blank_lines,
)

AS_IS = "as-is"
"""The word of a person who knows that the ERP's address is right, whatever the carrier says."""
_WHOLE = "ship_to.address"
FINEST = Decimal("0.0001")


def fixed(order: Order, fixes: Sequence[Fix]) -> Order:
    """The order as it is shipped: the ERP's, with the fixes over it in the order in which they were made."""
    for each in fixes:
        order = put(order, each.field, each.value)
    if not fixes:
        return order
    return replace(order, ship_from=without_blank_lines(order.ship_from), ship_to=without_blank_lines(order.ship_to))


def carried(fixes: Sequence[Fix], order: Order) -> tuple[tuple[Fix, ...], tuple[str, ...]]:
    """Of `fixes`, those that still lie over an unchanged value of `order`, and the fields of the others.

    A quantity never ends by itself: without it the whole line would go, and part of it is under way (`outgrown`).
    """
    kept = tuple(each for each in fixes if _is_quantity(each) or value_of(order, each.field) == each.over)
    return kept, tuple(each.field for each in fixes if each not in kept)


def outgrown(fixes: Sequence[Fix], order: Order) -> Fix | None:
    """The quantity that was named for a line of which the ERP has another one open by now: how much of that is under
    way, nobody knows. None when there is no such line."""
    named = ((each, value_of(order, each.field)) for each in fixes if _is_quantity(each))
    return next((each for each, now in named if now not in (None, each.over)), None)


def _is_quantity(fix: Fix) -> bool:
    return fix.field.endswith(".quantity")


def together(before: Sequence[Fix], new: Sequence[Fix]) -> tuple[Fix, ...]:
    """Return the fixes of the order after `new`: a later fix of a field replaces the earlier one, and a whole address
    those of its parts. A fix to the ERP's own value is dropped."""
    replaced = {each.field for each in new}
    whole = tuple(f"{each.field}." for each in new if each.field.endswith(".address"))
    kept = [each for each in before if each.field not in replaced and not each.field.startswith(whole or ("\0",))]
    return (*kept, *(each for each in new if each.value != each.over or _decides(each.field, kept)))


def confirmed(fixes: Sequence[Fix]) -> bool:
    """Tell if a person has chosen the ship-to's address as a whole: that settles the carrier's doubt of it."""
    return any(each.field == _WHOLE for each in fixes)


def _decides(field: str, fixes: Iterable[Fix]) -> bool:
    """Tell if the ERP's own value counts as a fix, too: a whole address that a person confirms, and a part of one that
    another address lies over."""
    return field == _WHOLE or any(field.startswith(f"{each.field}.") for each in fixes)


def read_fixes(
    order: Order,
    texts: Sequence[str],
    services: Collection[str],
    check: AddressCheck | None,
    who: str,
    at: datetime,
    *,
    packed: bool = False,
) -> tuple[Fix, ...]:
    """The fixes that a person typed, each as field=value. `services` are the codes mapped in the connection file;
    `packed` says that the ERP's handling units are the parcels, so that their weights count and no line's.

    Raises Refused naming field, value and what is allowed for the first one that cannot be.
    """
    made: dict[str, Fix] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise Refused("fix", f'"{text}" is no fix', field="fix", value=text, hint=f"say field=value; {NAMES}")
        for field, clean in _meant(order, name.strip(), value.strip(), services, check, packed):
            made[field] = Fix(field, clean, value_of(order, field) or "", who, at)
    return tuple(made.values())


def _meant(
    order: Order, name: str, value: str, services: Collection[str], check: AddressCheck | None, packed: bool
) -> list[tuple[str, str]]:
    """The fields of the order that a typed field stands for, each with its value as it is kept."""
    if name in ("address", _WHOLE):
        return [(_WHOLE, _chosen(order.ship_to.address, value, check))]
    if name == "package_weight":
        return [_of_whole_parcel(order, value)]
    if name in ("weight", "unit_weight"):
        return [(field, _clean(order, field, value)) for field in _weightless(order, packed=packed)]
    field = full_name(name)
    if field == "service" and value not in services:
        mapped = ", ".join(sorted(services)) or "none"
        message = f'service "{value}" is not mapped in the connection file; allowed: {mapped}'
        raise Refused("fix", message, field="service", value=value, hint="map it under services and apply the file")
    return [(field, _clean(order, field, value))]


def _weightless(order: Order, *, packed: bool) -> list[str]:
    """Return the fields of the weights that are missing. Raises Refused when there is none."""
    if packed and order.handling_units:
        units = weightless_units(order)
        if not units:
            message = "weight: every handling unit has one"
            raise Refused("fix", message, field="weight", hint="fix a handling unit's: handling_units.N.weight")
        return units
    lines = [line.number for line in order.lines if not weight_text(line.unit_weight)]
    if not lines:
        has = "; ".join(f"lines.{line.number}.unit_weight is {line.unit_weight}" for line in order.lines)
        message = f"weight: every line has one: {has}"
        raise Refused("fix", message, field="weight", hint="fix a line's: lines.N.unit_weight")
    return [f"lines.{line}.unit_weight" for line in lines]


def _of_whole_parcel(order: Order, value: str) -> tuple[str, str]:
    """The weight of one piece of the only line that has none, from what the whole order weighs on a scale.

    It is rounded down, so that the sum is never above what was read. Raises Refused where several lines have none, and
    where the others weigh as much already.
    """
    missing = [line for line in order.lines if not weight_text(line.unit_weight)]
    lines = missing or list(order.lines)
    if len(lines) != 1 or lines[0].quantity <= 0:
        message = f"package_weight: {len(lines)} lines could have this weight"
        raise Refused("fix", message, field="package_weight", hint="fix each line's: lines.N.unit_weight")
    (line,) = lines
    field = f"lines.{line.number}.unit_weight"
    whole = read_weight(_clean(order, field, value))
    others = (each.unit_weight.times(each.quantity) for each in order.lines if each is not line and each.unit_weight)
    rest = whole.value - sum((each.to(whole.unit).value for each in others), Decimal(0))
    one = (rest / line.quantity).quantize(FINEST, ROUND_DOWN)
    if one <= 0:
        message = f"package_weight {value}: the other lines weigh as much already"
        raise Refused("fix", message, field="package_weight", value=value)
    return field, weight_text(Weight(one, whole.unit))


def _clean(order: Order, field: str, value: str) -> str:
    rule = rule_of(order, field)
    if rule is None:
        numbers = ", ".join(line.number for line in order.lines)
        hint = f"allowed: {NAMES}" + (f" (lines {numbers})" if field.startswith("lines.") else "")
        raise Refused("fix", f"{field} cannot be fixed on this order", field=field, value=value, hint=hint)
    clean = rule.clean(value)
    if clean is None:
        raise Refused("fix", f'{field} "{value}": allowed is {rule.allowed}', field=field, value=value)
    return clean


def _chosen(own: Address, value: str, check: AddressCheck | None) -> str:
    """The carrier's candidate of that number, counted from 1 as people see them, or the ERP's own address."""
    if value == AS_IS:
        return address_text(own)
    found, candidates = re.fullmatch(r"candidate:([0-9]{1,3})", value), check.candidates if check else ()
    if found and 1 <= int(found[1]) <= len(candidates):
        return address_text(_one_place(own, candidates[int(found[1]) - 1], value))
    many = f"candidate:1 to candidate:{len(candidates)} or " if len(candidates) > 1 else "candidate:1 or "
    allowed = f"allowed is {many if candidates else ''}{AS_IS}"
    known = "" if candidates else ", for the carrier has no candidate"
    hint = "or fix its parts: ship_to.address.lines.1=..., .city=..., .state=..., .postcode=..."
    raise Refused("fix", f'address "{value}": {allowed}{known}', field="address", value=value, hint=hint)


def _one_place(own: Address, candidate: Address, value: str) -> Address:
    """The candidate, when it is one place: a range of house numbers on a label is none."""
    number, ours = ("".join(each.lines[:1]).partition(" ")[0] for each in (candidate, own))
    if re.fullmatch(r"\d+-\d+", number) and number != ours:
        message = f'address "{value}": {candidate} is a range of house numbers, which no driver finds'
        hint = "give the house number yourself: ship_to.address.lines.1=..."
        raise Refused("fix", message, field="address", value=value, hint=hint)
    return candidate


def order_of(snapshot: Snapshot) -> Order:
    """The order as it is shipped, which quote and purchase must see alike: a plan is held against it once more before
    it is bought."""
    return only(fixed(snapshot.order, snapshot.fixes), snapshot.only_lines)
