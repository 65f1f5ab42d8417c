"""Purchase orders and suppliers as ShipStation writes them (facts 2 and 3), as functions of their arguments."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from shared.carriers.shipstation.build import fitting
from shared.carriers.shipstation.plain import inside, rows, text
from shared.carriers.shipstation.settings import ShipStationSettings
from shared.domain.address import Party
from shared.domain.state import Reason
from shared.errors import Refused
from shared.ports.receiving import OrderText, RemoteOrder

REFERENCE = 50
"""Characters of a reference of ours: nobody says how many reference_number takes (facts 3)."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A form of the request that ShipStation may want: which of the warehouse's ids, which name of a line's quantity,
    with a reference or without one. None of the three is sure (facts 3)."""

    warehouse: int = 0
    quantity: int = 0
    reference: bool = True

    def after(self, error: Refused, names: tuple[str, ...]) -> Shape | None:
        """The form to try next, since the one before was refused for what differs; None when nothing is left."""
        said = f"{error} {error.field}".lower()
        if "warehouse" in said and self.warehouse == 0:
            return replace(self, warehouse=1)
        if "reference_number" in said and self.reference:
            return replace(self, reference=False)
        if "products" in said and "quantity" in said and self.quantity + 1 < len(names):
            return replace(self, quantity=self.quantity + 1)
        return None


def supplier(seller: Party) -> dict[str, Any]:
    """The body of a supplier, whose address fields have names of their own (facts 2)."""
    at = seller.address
    told = {
        "supplier_name": supplier_name(seller.name),
        "address_line_1": at.lines[0] if at.lines else "",
        "address_line_2": ", ".join(at.lines[1:]),
        "city": at.city,
        "state": at.state,
        "postal_code": at.postcode,
        "country_code": at.country,
        "contact_name": seller.attention,
        "contact_phone": seller.phone,
    }
    return {name: value for name, value in told.items() if value}


def order(told: OrderText, shape: Shape, settings: ShipStationSettings) -> dict[str, Any]:
    """The body of a purchase order. Raises Refused for a warehouse that the file does not name."""
    place = settings.places.get(told.warehouse)
    if place is None:
        hint = "name it under warehouses in the connection file, with its ids in ShipStation"
        message = f"warehouse {told.warehouse} of the order is none of `warehouses`"
        raise Refused(Reason.CONNECTION, message, field="warehouses", value=told.warehouse, hint=hint)
    if not 1 <= len(told.reference) <= REFERENCE:
        raise ValueError(f"reference {told.reference!r} is not 1 to {REFERENCE} characters")
    name = settings.quantity_names[shape.quantity]
    body: dict[str, Any] = {
        "supplier_id": told.supplier_id,
        "warehouse_id": (place.inventory_warehouse, place.ship_from)[shape.warehouse],
        "products": [{"sku": sku, name: pieces} for sku, pieces in told.skus],
    }
    if shape.reference:
        body["reference_number"] = told.reference
    if told.expected:
        body["expected_delivery_date"] = f"{told.expected:%Y-%m-%d}T00:00:00Z"
    return body


def remote_order(row: Any, settings: ShipStationSettings) -> RemoteOrder | None:
    """A purchase order of an answer; None for what is none. Lines of one SKU count together."""
    remote_id, status = text(inside(row, "purchase_order_id")), text(inside(row, "status")).lower()
    if not remote_id or not status:
        return None
    products = rows(inside(row, "products"))
    ordered: dict[str, int] = {}
    received: dict[str, int] = {}
    told = bool(products)
    for each in products:
        sku, quantity = text(each.get("sku")), _whole(each, settings.quantity_names)
        came = _whole(each, settings.received_names)
        ordered[sku] = ordered.get(sku, 0) + (quantity or 0)
        received[sku] = received.get(sku, 0) + (came or 0)
        told = told and came is not None
    reference, number = text(inside(row, "reference_number")), text(inside(row, "order_number"))
    seller = text(inside(row, "supplier_id"))
    return RemoteOrder(remote_id, number, status, reference, seller, ordered, received if told else None)


def _whole(row: dict[str, Any], names: tuple[str, ...]) -> int | None:
    """A whole number under the first of the names that is there; None for none, and for what is no count."""
    value = next((row[name] for name in names if row.get(name) is not None), None)
    if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value) or value < 0:
        return None
    return int(value)


def supplier_name(name: str) -> str:
    return fitting(name, 100, "supplier.name", required=True)
