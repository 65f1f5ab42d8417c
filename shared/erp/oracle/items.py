"""Items: what one unit weighs and measures, and whether it is hazardous."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TypeVar, get_args

from shared.domain.measures import Dimensions, LengthUnit, Weight, WeightUnit
from shared.domain.order import OrderLine
from shared.erp.oracle.answers import Row, number, text
from shared.erp.oracle.client import Client
from shared.erp.oracle.query import both, fits
from shared.erp.oracle.query import number as as_id
from shared.erp.oracle.query import text as quoted
from shared.erp.oracle.schedules import Schedule
from shared.errors import Refused

U = TypeVar("U")
HAZARD = "HazardousMaterialFlag"
_WEIGHTS: Mapping[str, WeightUnit] = {
    "lb": "lb", "lbs": "lb", "pound": "lb", "pounds": "lb", "kg": "kg", "kgs": "kg", "kilogram": "kg",
    "kilograms": "kg", "oz": "oz", "ounce": "oz", "ounces": "oz", "g": "g", "gm": "g", "gram": "g", "grams": "g",
}  # fmt: skip
_LENGTHS: Mapping[str, LengthUnit] = {
    "in": "in", "inch": "in", "inches": "in", "cm": "cm", "centimeter": "cm", "centimeters": "cm", "mm": "mm",
    "millimeter": "mm", "millimeters": "mm", "m": "m", "meter": "m", "meters": "m",
}  # fmt: skip


class Items:
    """Reads items for one reading; each organization's row of an item is asked for once."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._known: dict[tuple[str, str], Row | None] = {}

    def of(self, schedule: Schedule) -> Row | None:
        """The item in the schedule's organization, None for one that is not there. Asked where it matters."""
        settings = self._client.settings
        if not schedule.item or not (settings.weighs or settings.hazard):
            return None
        organization = text(schedule.row.get("ShipToOrganizationId"))
        key = (schedule.item, organization)
        if key not in self._known:
            by_id = text(schedule.row.get("ItemId")) or text(schedule.line.get("ItemId"))
            named = f"ItemNumber = {quoted(schedule.item)}" if fits(schedule.item) else f"ItemId = {as_id(by_id)}"
            where = both(named, f"OrganizationId = {as_id(organization)}" if organization else "")
            self._known[key] = next(self._client.rows("itemsV2", where, most=1), None)
        return self._known[key]

    def weighed(self, line: OrderLine, schedule: Schedule, item: Row | None) -> OrderLine:
        """The line with the item's weight and size. Where the item is counted in another unit than the line, no weight
        is right, and the line says for which unit it is."""
        if item is None or not self._client.settings.weighs:
            return line
        own = text(item.get("PrimaryUOMValue"))
        if own and own.casefold() not in (schedule.unit.casefold(), schedule.unit_code.casefold()):
            return replace(line, weight_per=own)
        uom, where = self._client.settings.part.uom, f"item {schedule.item}"
        return replace(line, unit_weight=_weight(item, uom, where), unit_dimensions=_size(item, uom, where))


def is_hazardous(schedule: Schedule, item: Row | None, field: str, values: Sequence[str], items: Sequence[str]) -> bool:
    """Return whether an item is hazardous: it is listed, or its field says so (without values: anything but no, 0 and
    blank)."""
    said = text((item or {}).get(field or HAZARD))
    says = said in values if values else said.casefold() not in ("", "0", "false", "n", "no")
    return schedule.item in items or says


def _weight(item: Row, uom: Mapping[str, str], where: str) -> Weight | None:
    value = number(item, "UnitWeightQuantity", where)
    if value <= 0:
        return None
    codes = [text(item.get(name)) for name in ("WeightUOMCode", "WeightUOMValue")]
    return Weight(value, _unit(codes, uom, _WEIGHTS, get_args(WeightUnit), where))


def _size(item: Row, uom: Mapping[str, str], where: str) -> Dimensions | None:
    sizes = [number(item, f"Unit{name}Quantity", where) for name in ("Length", "Width", "Height")]
    if min(sizes) <= Decimal(0):
        return None
    codes = [text(item.get(name)) for name in ("DimensionUOMCode", "DimensionUOMValue")]
    return Dimensions(sizes[0], sizes[1], sizes[2], _unit(codes, uom, _LENGTHS, get_args(LengthUnit), where))


def _unit(codes: Sequence[str], ours: Mapping[str, str], known: Mapping[str, U], units: Sequence[U], where: str) -> U:
    """Our unit for the pod's code or word. Raises Refused for one that nobody explains."""
    for code in codes:
        named = ours.get(code)
        found = next((each for each in units if each == named), None) or known.get(code.casefold())
        if found is not None:
            return found
    written = next((code for code in codes if code), "")
    raise Refused(
        "units",
        f"{where} is measured in {written or 'no unit'}",
        field="WeightUOMCode",
        value=written,
        hint="say in erp.uom what it is",
    )
