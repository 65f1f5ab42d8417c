"""Stock levels and products at ShipStation (facts 2): a full scan each time, and levels that are set, never counted up.

`adjust` sets what is on hand to a number, so that it may be sent again after a lost answer; `increment` and `decrement`
may not, and nothing here sends them.
"""

from __future__ import annotations

from typing import Any

from shared.carriers.shipstation.plain import text
from shared.carriers.shipstation.purchase_orders import PurchaseOrderShipStation
from shared.domain.state import Reason
from shared.errors import Refused, Retry

INVENTORY, PRODUCTS = "/v2/inventory", "/v2/products"
LARGE_PAGE = "100"
"""Rows asked for at once: nobody knows the largest page, and who refuses this one is asked for the usual (facts 2)."""
MOST_PAGES = 400


class StockedShipStation(PurchaseOrderShipStation):
    """ShelvesStock on V2, beside the purchase orders."""

    def levels(self, warehouse: str) -> dict[str, int]:
        """Rows of one SKU (lots, conditions) count together. Raises Refused for a row that tells no whole number."""
        return self._levels(warehouse, {})

    def level(self, warehouse: str, sku: str) -> int:
        return self._levels(warehouse, {"sku": sku}).get(sku, 0)

    def _levels(self, warehouse: str, only: dict[str, str]) -> dict[str, int]:
        location = self._location(warehouse)
        found: dict[str, int] = {}
        query = {**only, "inventory_location_id": location, "group_by": "location"}
        for row in self._all(INVENTORY, "inventory", query):
            sku, pieces = text(row.get("sku")), _pieces(row.get("on_hand"))
            if not sku or text(row.get("inventory_location_id")) not in ("", location):
                continue
            found[sku] = found.get(sku, 0) + pieces
        return found

    def set_level(self, warehouse: str, sku: str, pieces: int) -> None:
        """Where the answer is an empty success the level is read back. Raises Retry where it is another one then."""
        body = {
            "transaction_type": "adjust",
            "inventory_location_id": self._location(warehouse),
            "sku": sku,
            "quantity": pieces,
            "reason": "parcelbridge: as the ERP has it",
        }
        if not self._turn(lambda: self._calls.tell(INVENTORY, body)) and self.level(warehouse, sku) != pieces:
            raise Retry(f"ShipStation answered without a word, and {sku} is not at {pieces}")

    def products(self) -> dict[str, str]:
        """Products that are no longer active, and bundles, which have no stock of their own, are left out."""
        found: dict[str, str] = {}
        for row in self._all(PRODUCTS, "products", {}):
            sku = text(row.get("sku"))
            if sku and row.get("active") is not False and row.get("is_bundle") is not True:
                found[sku] = text(row.get("name"))
        return found

    def _all(self, path: str, plural: str, query: dict[str, str]) -> list[dict[str, Any]]:
        try:
            return list(self._pages(path, plural, {**query, "page_size": LARGE_PAGE}, MOST_PAGES))
        except Refused as error:
            if "page_size" not in f"{error} {error.field}":
                raise
        return list(self._pages(path, plural, query, MOST_PAGES))

    def _location(self, warehouse: str) -> str:
        place = self._settings.places.get(warehouse)
        if place is None:
            message = f"warehouse {warehouse} is none of `warehouses`"
            raise Refused(Reason.CONNECTION, message, field="warehouses", value=warehouse)
        return place.inventory_location


def _pieces(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value):
        raise Refused(Reason.UNITS, f"ShipStation tells a stock of {value!r}, no whole number", field="on_hand")
    return int(value)
