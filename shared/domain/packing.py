"""From order lines to packages. Nothing is invented: a unit without a weight stops the order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, Decimal
from typing import Literal

from shared.domain.measures import Dimensions, Weight
from shared.domain.money import Money
from shared.domain.order import OrderLine
from shared.domain.problem import Unshippable
from shared.domain.shipment import Package
from shared.domain.state import Reason
from shared.domain.worth import goods_value

Rule = Literal["one_per_order", "one_per_line", "item_carton", "max_weight", "handling_units"]

HEAVIEST = Weight(Decimal(150), "lb")
"""A parcel's limit (facts/ups.md, section 4, marked hearsay: a common limit of parcel services)."""
MOST_PACKAGES = 10
"""More pieces than this are freight."""


@dataclass(frozen=True, slots=True)
class PackingRule:
    """How lines become packages; `maximum` is for max_weight, `box` the outer size of each package when it is known.

    `valued` gives each package its share of what its lines are worth.
    """

    rule: Rule
    maximum: Weight | None = None
    box: Dimensions | None = None
    valued: bool = False


@dataclass(frozen=True, slots=True)
class _Load:
    """Units of one line inside a package, out of all units of that line."""

    line: OrderLine
    units: Decimal
    of: Decimal


def pack(lines: Sequence[OrderLine], rule: PackingRule, units: Sequence[Package] = ()) -> tuple[Package, ...]:
    """The packages of an order's lines, of which there is at least one; `units` are the ERP's own handling units.

    Raises Unshippable: `lines` for a quantity of nothing, `weight` for a missing one, `missing` for a size, a value or
    handling units that the rule needs, `freight` when parcels cannot carry it.
    """
    for line in lines:
        _check_quantity(line)
    if rule.rule == "handling_units":
        return _within_limits(tuple(_given(units, lines, rule)))
    if rule.rule == "item_carton":
        packages = tuple(_cartons(lines, rule))
    elif rule.rule == "max_weight":
        packages = tuple(_fill(lines, rule))
    elif rule.rule == "one_per_line":
        packages = tuple(_package([_whole(line)], rule) for line in lines)
    else:
        packages = (_package([_whole(line) for line in lines], rule),)
    return _within_limits(packages)


def overweight_notes(packages: Sequence[Package], rule: PackingRule) -> tuple[str, ...]:
    """Return a note for each unit that is heavier than the rule's maximum: it goes in a package of its own."""
    if rule.rule != "max_weight" or rule.maximum is None:
        return ()
    maximum = rule.maximum
    over = [package for package in packages if package.weight > maximum]
    return tuple(
        dict.fromkeys(
            f"one unit of line {', '.join(each.lines)} weighs {each.weight}, over packing.max_weight {maximum}"
            for each in over
        )
    )


def _whole(line: OrderLine) -> _Load:
    return _Load(line, line.quantity, line.quantity)


def _package(loads: Sequence[_Load], rule: PackingRule, size: Dimensions | None = None) -> Package:
    """Weight in the maximum's unit, or else in that of the first line."""
    unit = rule.maximum.unit if rule.rule == "max_weight" and rule.maximum else _unit_weight(loads[0].line).unit
    weight = sum((_unit_weight(load.line).to(unit).value * load.units for load in loads), Decimal(0))
    numbers = tuple(dict.fromkeys(load.line.number for load in loads))
    return Package(Weight(weight, unit), size or rule.box, numbers, _value(loads) if rule.valued else None)


def _value(loads: Sequence[_Load]) -> Money:
    return goods_value((load.line, load.units / load.of) for load in loads)


def _cartons(lines: Sequence[OrderLine], rule: PackingRule) -> Iterator[Package]:
    """One package a unit, with the item's own size and weight."""
    counts = [(line, line.quantity.to_integral_value(ROUND_CEILING)) for line in lines]
    total = sum((count for _, count in counts), Decimal(0))
    if total > MOST_PACKAGES:
        raise _too_many(f"{total:f}")
    for line, count in counts:
        if line.unit_dimensions is None:
            field = f"lines.{line.number}.unit_dimensions"
            raise Unshippable(Reason.MISSING, f"line {line.number}: item {line.item} has no size", field=field)
        carton = _package([_Load(line, Decimal(1), count)], rule, line.unit_dimensions)
        yield from (carton for _ in range(int(count)))


def _given(units: Sequence[Package], lines: Sequence[OrderLine], rule: PackingRule) -> Iterator[Package]:
    """The ERP's handling units as they are. A single one holds everything, so that its value is known."""
    if not units:
        raise Unshippable(Reason.MISSING, "the ERP has packed nothing yet: no handling units", field="handling_units")
    for at, unit in enumerate(units, 1):
        number = unit.handling_unit or str(at)
        place = f"handling_units.{number}"
        if unit.weight.value <= 0:
            raise Unshippable(Reason.WEIGHT, f"handling unit {number} has no weight", field=f"{place}.weight")
        if rule.valued and unit.value is None and len(units) > 1:
            message = f"handling unit {number}: nothing says what it is worth"
            raise Unshippable(Reason.MISSING, message, field=f"{place}.value")
        value = unit.value or (_value([_whole(line) for line in lines]) if rule.valued else None)
        yield replace(unit, value=value if rule.valued else None)


def _fill(lines: Sequence[OrderLine], rule: PackingRule) -> Iterator[Package]:
    """Whole units, line after line, into packages of at most the maximum weight."""
    maximum = rule.maximum or HEAVIEST
    rule = replace(rule, maximum=maximum)
    load, inside = Decimal(0), list[_Load]()
    for line in lines:
        unit = _unit_weight(line).to(maximum.unit)
        whole = left = line.quantity.to_integral_value(ROUND_CEILING)
        if left * unit.value > HEAVIEST.to(maximum.unit).value * (MOST_PACKAGES + 1):
            raise _freight(f"line {line.number} alone weighs {unit.times(left)}", str(unit.times(left)))
        while left > 0:
            room = (maximum.value - load) // unit.value
            if room < 1 and inside:
                yield _package(inside, rule)
                load, inside = Decimal(0), []
                continue
            taken = min(left, max(room, Decimal(1)))
            inside.append(_Load(line, taken, whole))
            load, left = load + taken * unit.value, left - taken
    if inside:
        yield _package(inside, rule)


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


def _within_limits(packages: tuple[Package, ...]) -> tuple[Package, ...]:
    heaviest = max(packages, key=lambda package: package.weight.to("lb").value)
    if heaviest.weight > HEAVIEST:
        raise _freight(f"a package of {heaviest.weight} is over {HEAVIEST}", str(heaviest.weight))
    if len(packages) > MOST_PACKAGES:
        raise _too_many(str(len(packages)))
    return packages


def _too_many(count: str) -> Unshippable:
    return _freight(f"{count} packages are more than {MOST_PACKAGES}", count)


def _freight(message: str, value: str) -> Unshippable:
    return Unshippable(Reason.FREIGHT, message, field="packages", value=value)


# --- dimensional weight ----------------------------------------------------------------------------------------------

INCHES_PER_POUND, CENTIMETRES_PER_KILOGRAM = Decimal(139), Decimal(5000)
"""The carriers' usual divisors: in³ a pound, cm³ a kilogram (one for each system of units)."""


def dimensional_weight(package: Package, divisor: Decimal | None = None) -> Weight | None:
    """Return the weight for the package's size, in whole pounds or half kilograms, rounded up; None without a size.

    `divisor` is in in³/lb for a size in inches, in cm³/kg for any other; None takes the usual one. The carrier bills
    the greater of this and the weight, so this is for people to see: the quote has the last word.
    """
    size = package.dimensions
    if size is None:
        return None
    inches = size.unit == "in"
    size = size if inches else size.to("cm")
    sides = [side.to_integral_value(ROUND_CEILING) for side in (size.length, size.width, size.height)]
    volume = sides[0] * sides[1] * sides[2]
    by = divisor or (INCHES_PER_POUND if inches else CENTIMETRES_PER_KILOGRAM)
    step = Decimal(1) if inches else Decimal("0.5")
    return Weight((volume / by / step).to_integral_value(ROUND_CEILING) * step, "lb" if inches else "kg")
