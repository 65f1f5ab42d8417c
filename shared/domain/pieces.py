"""Pieces and quantities of a purchase order: what the warehouse counts, and what the ERP books for it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from shared.domain.purchase import PurchaseLine, in_units
from shared.domain.receiving import InboundLine


def inbound_lines(lines: Sequence[PurchaseLine]) -> tuple[InboundLine, ...]:
    """The lines as the warehouse is told of them: pieces still to come.

    Raises ValueError naming the line that has no whole number of pieces."""
    told = []
    for line in lines:
        pieces = line.to_come
        if pieces is None or line.per_unit is None:
            raise ValueError(f"line {line.number}: nobody says how many pieces of {line.sku} one {line.unit} has")
        if pieces != int(pieces):
            raise ValueError(f"line {line.number}: {pieces.normalize():f} pieces of {line.sku} are no whole number")
        if pieces > 0:
            told.append(InboundLine(line.number, line.sku, int(pieces), line.per_unit, line.unit))
    return tuple(told)


def shares(lines: Sequence[InboundLine], sku: str, total: int) -> dict[str, int]:
    """The pieces of each line of a SKU once `total` came in: lines are filled in their order, a surplus is the last
    one's."""
    own, left = [line for line in lines if line.sku == sku], total
    found: dict[str, int] = {}
    for line in own:
        part = left if line is own[-1] else min(left, line.pieces)
        found[line.number], left = part, left - part
    return found


def increments(
    lines: Sequence[InboundLine], sku: str, before: int, after: int
) -> list[tuple[InboundLine, int, Decimal]]:
    """The meaning of a rise from `before` to `after` pieces of a SKU for each line: its pieces, and their quantity in
    the ERP's unit. Quantities are differences of rounded totals, so that they add up however the goods came in."""
    was, now = shares(lines, sku, before), shares(lines, sku, after)
    found = []
    for line in lines:
        if line.sku == sku and now[line.number] > was[line.number]:
            quantity = in_units(now[line.number], line.per_unit) - in_units(was[line.number], line.per_unit)
            found.append((line, now[line.number] - was[line.number], quantity))
    return found
