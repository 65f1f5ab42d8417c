"""The goods of a document: which lines are shipped, in which quantity and of which weight (facts/syspro.md). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from shared.domain.customs import CustomsData
from shared.domain.measures import Weight
from shared.domain.order import OrderLine, Skipped
from shared.erp.syspro.answers import Row, said, shown
from shared.erp.syspro.settings import SysproSettings
from shared.errors import Refused

PARENT, COMPONENT = "P", "C"
TARIFF, ORIGIN = "TariffCode", "CountryOfOrigin"
CUSTOMS_COLUMNS = (TARIFF, ORIGIN)
"""Columns of InvMaster for customs (facts/ups-international.md 9)."""


def with_customs(lines: Iterable[OrderLine], items: Mapping[str, Row]) -> tuple[OrderLine, ...]:
    """The lines with their stock codes' own tariff code and country of origin."""
    return tuple(replace(line, customs=_customs(items.get(line.item.upper(), {}))) for line in lines)


def _customs(item: Row) -> CustomsData:
    return CustomsData(commodity_code=said(item, TARIFF), origin=said(item, ORIGIN))


def goods_of(
    settings: SysproSettings, document: str, rows: Iterable[Row], items: Mapping[str, Row]
) -> tuple[tuple[OrderLine, ...], tuple[Skipped, ...], tuple[str, ...]]:
    """The lines to ship; those that are not, each with its reason; and the warehouses of the former. `items` are the
    stock codes' own rows."""
    numbered = sorted(rows, key=lambda row: _place(said(row, settings.source.line_number)))
    left_out = _kit_lines(numbered, settings.part.kits)
    lines, skipped, taken = list[OrderLine](), list[Skipped](), set[str]()
    warehouses: dict[str, None] = {}
    for place, row in enumerate(numbered):
        number = _number_of(settings, row, taken)
        reason = _why_not(settings, row) or ("part of a kit that is counted otherwise" if place in left_out else "")
        quantity = decimal(said(row, "MStockQtyToShp"), document, f"line {number} MStockQtyToShp")
        if not reason and quantity <= 0:
            reason = "quantity 0"
        if reason:
            skipped.append(Skipped(number, reason))
            continue
        item, words = said(row, "MStockCode"), said(row, "MStockDes")
        weight = _weight(settings, document, row, items.get(item.upper(), {}))
        warehouses[said(row, "MWarehouse")] = None
        lines.append(OrderLine(number, item, words or item, quantity, said(row, "MStockingUom"), weight))
    return tuple(lines), tuple(skipped), tuple(warehouses)


def _why_not(settings: SysproSettings, row: Row) -> str:
    """Why a line is not shipped, "" where it is."""
    kind, warehouse = said(row, "LineType"), said(row, "MWarehouse")
    if kind not in settings.part.line_types:
        return f"type {kind or 'blank'}"
    if settings.select.warehouse and warehouse not in settings.select.warehouse:
        return f"warehouse {warehouse or 'blank'}"
    return ""


def _kit_lines(rows: Sequence[Row], kits: str) -> set[int]:
    """Places of lines that would weigh a kit twice: its parent where it has components, or its components."""
    parents, components, parent = set[int](), set[int](), -1
    for place, row in enumerate(rows):
        flag = said(row, "MBomFlag")
        if flag == PARENT:
            parent = place
        elif flag == COMPONENT and parent >= 0:
            parents.add(parent)
            components.add(place)
        elif said(row, "LineType") not in ("6", "4", "5"):
            parent = -1
    return parents if kits == "components" else components


def _number_of(settings: SysproSettings, row: Row, taken: set[str]) -> str:
    """The line's own number; where two notes of an invoice have the same, the second is named by its note too."""
    number = shown(said(row, settings.source.line_number))
    if number in taken:
        number = f"{shown(said(row, 'DispatchNote'))}-{number}"
    taken.add(number)
    return number


def _place(number: str) -> int:
    return int(number) if number.isascii() and number.isdigit() else 0


def _weight(settings: SysproSettings, document: str, row: Row, item: Row) -> Weight | None:
    """The mass of one stocking unit: the line's, else the stock code's. Zero is missing."""
    for source, column in ((row, "MStockUnitMass"), (item, "Mass")):
        value = decimal(said(source, column), document, column)
        if value > 0:
            return Weight(value, settings.part.weight_unit)
    return None


def without_mass(document: str, rows: Iterable[Row]) -> list[str]:
    """Stock codes of lines that have no mass of their own."""
    return [
        said(row, "MStockCode")
        for row in rows
        if said(row, "MStockCode") and decimal(said(row, "MStockUnitMass"), document, "MStockUnitMass") <= 0
    ]


def decimal(written: str, document: str, field: str) -> Decimal:
    """A number of a row, also an edited one; nothing is 0. Raises Refused for what is none, negative or not finite."""
    try:
        found = Decimal(written.replace(",", "").strip() or "0")
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or found < 0:
        raise Refused("missing", f"{field} of {document} is {written!r}", field=field, value=written)
    return found
