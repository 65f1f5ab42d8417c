"""Stock and items of two systems, compared: what differs, and whose word counts. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal

Owner = Literal["erp", "carrier"]
ROUNDED = Decimal("0.001")
"""Pieces that a stock may be off a whole number: receipts are booked in millionths of a box, and add up to that."""
KEPT = 100
"""Differences that the record of a comparison keeps; it counts them all."""


@dataclass(frozen=True, slots=True)
class StockDifference:
    """A SKU whose stock differs at a warehouse. `erp` is None where the ERP has no such stock; `pieces` are the
    carrier's. `why` says what keeps the owner's number from the other side, "" where nothing does; `written` that it
    was set, `failed` that it could not be."""

    warehouse: str
    sku: str
    owner: Owner
    erp: Decimal | None
    pieces: int
    why: str = ""
    written: bool = False
    failed: bool = False

    @property
    def owned(self) -> Decimal:
        """The number that counts: the one that the other side is to have."""
        return Decimal(self.pieces) if self.owner == "carrier" else self.erp or Decimal(0)


@dataclass(frozen=True, slots=True)
class StockScan:
    """One comparison of all stock of a connection: how far it came, and what it found.

    `place` is the warehouse and SKU that it came to while it is under way; `ended` is None until it is through.
    """

    connection: str
    version: int
    started: datetime
    place: tuple[str, str] = ("", "")
    ended: datetime | None = None
    compared: int = 0
    differing: int = 0
    written: int = 0
    failed: int = 0
    why: str = ""
    differences: tuple[StockDifference, ...] = ()

    def trouble(self, every: timedelta, now: datetime) -> str:
        """Say what keeps stock from being compared or set, "" for nothing: what fails once is tried again by itself."""
        late = now > (self.ended or self.started) + 3 * every
        if self.why and (late or not self.compared):
            return f"is not compared: {self.why}"
        if self.ended and self.failed:
            said = next((each.why for each in self.differences if each.failed), self.why)
            return f"of {self.failed} SKUs could not be read or set: {said}"
        return ""


@dataclass(frozen=True, slots=True)
class ItemDifference:
    """An item that only one side knows, or whose names differ. A side's name is None where it has no such item."""

    sku: str
    erp: str | None
    carrier: str | None

    @property
    def why(self) -> str:
        """Return the difference in words."""
        if self.carrier is None:
            return "no product there"
        return "not in the ERP" if self.erp is None else "name"


def stock_difference(
    warehouse: str, sku: str, owner: Owner, erp: Decimal | None, pieces: int, *, under_way: bool = False
) -> StockDifference | None:
    """The difference of one SKU; None where both sides have as much. What is not booked yet is not put right."""
    if erp is not None and abs(erp - round(erp)) <= ROUNDED:
        erp = Decimal(round(erp))
    if (erp or Decimal(0)) == pieces:
        return None
    why = ""
    if erp is None:
        why = "the ERP has no stock of it at this warehouse"
    elif under_way:
        why = "goods are on their way through a receipt"
    elif (pieces < 0) if owner == "carrier" else (erp != int(erp) or erp < 0):
        why = "no whole number of pieces"
    return StockDifference(warehouse, sku, owner, erp, pieces, why)


def item_differences(erp: Mapping[str, str], carrier: Mapping[str, str]) -> Iterator[ItemDifference]:
    """The items of which one side knows nothing, or by another name, in their order. Blanks do not count."""
    for sku in sorted({*erp, *carrier}):
        ours, theirs = erp.get(sku), carrier.get(sku)
        if ours is None or theirs is None or ours.split() != theirs.split():
            yield ItemDifference(sku, ours, theirs)
