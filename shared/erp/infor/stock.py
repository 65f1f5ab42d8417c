"""Stock and items of M3: balances by warehouse or location, counts that set them, and the item master.

A count (MMS310MI.Update) sets what is on hand at a location, so that it may be repeated. Adjustments by a difference
(MMS850MI.AddAdjust) would count twice after a lost answer, and are not used.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from shared.domain.state import Reason
from shared.erp.infor.client import M3Client, Record
from shared.erp.infor.settings import InforSettings
from shared.errors import Refused

PAGE = 1000
"""Items asked for at once: all of a large company would take longer than the gateway waits."""
_REMARK = "parcelbridge"


class Stock:
    """Reads balances and items, and counts."""

    def __init__(self, client: M3Client, settings: InforSettings) -> None:
        self._client, self._settings = client, settings

    def stock_of(self, warehouse: str, location: str, sku: str) -> Decimal | None:
        """See KeepsStock.stock_of."""
        if not location:
            found = self._client.record("stock.balance", {"warehouse": warehouse, "item": sku})
            return None if found is None else _quantity(found, sku)
        own = self._balances(warehouse, location, sku)
        return sum((_quantity(row, sku) for row in own), Decimal(0)) if own else None

    def set_stock(self, warehouse: str, location: str, sku: str, pieces: int) -> None:
        """See KeepsStock.set_stock. Raises Refused for a location with several balances of the item, by lot or
        container: a count that names none of them would set one, and their sum would be wrong."""
        balances = len(self._balances(warehouse, location, sku))
        if balances > 1:
            message = f"location {location} has {balances} balances of {sku}, and one count cannot set them"
            raise Refused(Reason.UNITS, message, field="erp_location", value=location, hint="count it in M3 by hand")
        values = {"warehouse": warehouse, "location": location, "item": sku, "pieces": str(pieces), "remark": _REMARK}
        binding = self._settings.bindings["stock.count"]
        self._client.write("stock.count", binding.transaction, values, {})

    def _balances(self, warehouse: str, location: str, sku: str) -> list[Record]:
        rows = self._client.records("stock.location", {"warehouse": warehouse, "location": location, "item": sku})
        return [row for row in rows if (row["warehouse"], row["location"]) == (warehouse, location)]

    def item_names(self) -> Iterator[tuple[str, str]]:
        """See KeepsStock.item_names: page by page, each beginning with the last one's last item."""
        binding, after = self._settings.bindings["item.list"], ""
        first, last = binding.settings.get("in_use_from", ""), binding.settings.get("in_use_to", "")
        while True:
            rows = self._client.records("item.list", {"after": after}, most=PAGE)
            for row in rows:
                if row["item"] != after and (not last or first <= row.get("status", "") <= last):
                    yield row["item"], row["name"]
            if len(rows) < PAGE or rows[-1]["item"] == after:
                return
            after = rows[-1]["item"]


def _quantity(row: Record, sku: str) -> Decimal:
    try:
        return Decimal(row["on_hand"] or 0)
    except InvalidOperation:
        message = f"M3 tells a stock of {row['on_hand']!r} of {sku}, no number"
        raise Refused(Reason.UNITS, message, field="on_hand") from None
