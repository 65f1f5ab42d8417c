"""A purchase order as the ERP has it, for a warehouse that receives it elsewhere: supplier, lines, what came in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from urllib.parse import quote

from shared.domain.address import Party

_MILLIONTH = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class PurchaseLine:
    """One line. Quantities count `unit`, the ERP's purchase unit; `per_unit` is how many pieces of `sku` one of it
    holds, None when nobody says. `received` is what the ERP has booked by now."""

    number: str
    sku: str
    description: str
    ordered: Decimal
    received: Decimal
    unit: str
    per_unit: Decimal | None
    warehouse: str
    confirmed: bool = False

    @property
    def to_come(self) -> Decimal | None:
        """The pieces that are still to come, None where nobody knows the ratio."""
        left = max(self.ordered - self.received, Decimal(0))
        return None if self.per_unit is None else (left * self.per_unit).quantize(_MILLIONTH)


@dataclass(frozen=True, slots=True)
class PurchaseOrder:
    """One document, with the lines that goods are expected for. `cancelled` says that it is closed or gone."""

    system: str
    company: str
    document: str
    supplier: str
    seller: Party
    order_type: str
    lines: tuple[PurchaseLine, ...]
    expected: date | None = None
    cancelled: bool = False

    def for_warehouse(self, warehouse: str) -> tuple[PurchaseLine, ...]:
        return tuple(line for line in self.lines if line.warehouse == warehouse)

    @property
    def warehouses(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(line.warehouse for line in self.lines))


def inbound_key(system: str, company: str, document: str, warehouse: str) -> str:
    """The name of a purchase order that goes to one warehouse: never the connection's, like that of an order."""
    return "/".join(quote(part, safe=" :") or "-" for part in (system, company, document, warehouse))


def in_units(pieces: int, per_unit: Decimal) -> Decimal:
    """Pieces in the ERP's purchase unit. Quantities have six decimals there."""
    return (Decimal(pieces) / per_unit).quantize(_MILLIONTH, ROUND_HALF_UP)
