"""From order lines to packages. Nothing is invented: a unit without a weight stops the order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Literal

from shared.domain.measures import Dimensions, Weight
from shared.domain.order import OrderLine
from shared.domain.problem import Unshippable
from shared.domain.shipment import Package
from shared.domain.state import Reason

Rule = Literal["one_per_order", "one_per_line", "max_weight"]

HEAVIEST = Weight(Decimal(150), "lb")
"""A parcel's limit (facts/ups.md, section 4, marked hearsay: a common limit of parcel services)."""
MOST_PACKAGES = 10
"""More pieces than this are freight."""


@dataclass(frozen=True, slots=True)
class PackingRule:
    """How lines become packages; `maximum` is for max_weight, `box` the outer size of each package when it is known."""

    rule: Rule
    maximum: Weight | None = None
    box: Dimensions | None = None


def pack(lines: Sequence[OrderLine], rule: PackingRule) -> tuple[Package, ...]:
    """The packages of an order's lines, of which there is at least one.

    Raises Unshippable: `lines` for a quantity of nothing, `weight` for a missing one, `freight` when parcels can not
    carry it.
    """
    for line in lines:
        _check_quantity(line)
    if rule.rule == "max_weight":
        packages = tuple(_fill(lines, rule))
    elif rule.rule == "one_per_line":
        packages = tuple(Package(_line_weight(line), rule.box, (line.number,)) for line in lines)
    else:
        packages = (_together(lines, rule.box),)
    return _within_limits(packages)


def _together(lines: Sequence[OrderLine], box: Dimensions | None) -> Package:
    weight = _line_weight(lines[0])
    for line in lines[1:]:
        weight = weight + _line_weight(line)
    return Package(weight, box, tuple(line.number for line in lines))


def _fill(lines: Sequence[OrderLine], rule: PackingRule) -> Iterator[Package]:
    """Whole units, line after line, into packages of at most the maximum weight."""
    maximum = rule.maximum or HEAVIEST
    load, inside = Weight(Decimal(0), maximum.unit), list[str]()
    for line in lines:
        unit = _unit_weight(line).to(maximum.unit)
        left = line.quantity.to_integral_value(ROUND_CEILING)
        if left * unit.value > HEAVIEST.to(maximum.unit).value * (MOST_PACKAGES + 1):
            raise _freight(f"line {line.number} alone weighs {unit.times(left)}", str(unit.times(left)))
        while left > 0:
            room = (maximum.value - load.value) // unit.value
            if room < 1 and inside:
                yield Package(load, rule.box, tuple(inside))
                load, inside = Weight(Decimal(0), maximum.unit), []
                continue
            taken = min(left, max(room, Decimal(1)))
            load, left = Weight(load.value + taken * unit.value, maximum.unit), left - taken
            if line.number not in inside:
                inside.append(line.number)
    if inside:
        yield Package(load, rule.box, tuple(inside))


def _check_quantity(line: OrderLine) -> None:
    if line.quantity <= 0:
        raise Unshippable(
            Reason.LINES,
            f"line {line.number}: a quantity of {line.quantity:f} is nothing to ship",
            field=f"lines.{line.number}.quantity",
            value=f"{line.quantity:f}",
        )


def _unit_weight(line: OrderLine) -> Weight:
    if line.unit_weight is None or line.unit_weight.value <= 0:
        raise Unshippable(
            Reason.WEIGHT,
            f"line {line.number}: item {line.item} has no weight",
            field=f"lines.{line.number}.unit_weight",
        )
    return line.unit_weight


def _line_weight(line: OrderLine) -> Weight:
    return _unit_weight(line).times(line.quantity)


def _within_limits(packages: tuple[Package, ...]) -> tuple[Package, ...]:
    heaviest = max(packages, key=lambda package: package.weight.to("lb").value)
    if heaviest.weight > HEAVIEST:
        raise _freight(f"a package of {heaviest.weight} is over {HEAVIEST}", str(heaviest.weight))
    if len(packages) > MOST_PACKAGES:
        raise _freight(f"{len(packages)} packages are more than {MOST_PACKAGES}", str(len(packages)))
    return packages


def _freight(message: str, value: str) -> Unshippable:
    return Unshippable(Reason.FREIGHT, message, field="packages", value=value)
