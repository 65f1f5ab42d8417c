"""V1's orders: made or changed by their key, listed, marked as shipped (facts 4)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sandbox.carriers.shipstation.book import Address, Book, Shipment
from sandbox.carriers.shipstation.call import Answer, Call
from sandbox.carriers.shipstation.directory import Directory
from sandbox.carriers.shipstation.shapes import check
from sandbox.carriers.shipstation.shipments import Shipments
from sandbox.carriers.shipstation.v1_wire import ORDER, STATUSES, moment, pacific, page, within
from sandbox.carriers.shipstation.wire import Refusal, conflict, invalid, not_found

_UNITS = {"pounds": "pound", "ounces": "ounce", "grams": "gram"}
_SIZES = {"inches": "inch", "centimeters": "centimeter"}
OPEN = frozenset({"awaiting_payment", "awaiting_shipment", "on_hold"})
"""An order in another status is locked (facts 4)."""
_WORDS = (
    "paymentDate shipByDate customerId customerUsername customerEmail amountPaid taxAmount shippingAmount "
    "customerNotes internalNotes gift giftMessage paymentMethod requestedShippingService carrierCode serviceCode "
    "packageCode confirmation shipDate holdUntilDate weight dimensions insuranceOptions internationalOptions "
    "advancedOptions tagIds"
)


class Orders:
    """V1's desk for orders: those of V2's shipments that show as orders."""

    def __init__(self, book: Book, shipments: Shipments, directory: Directory) -> None:
        self.book, self.shipments, self.directory = book, shipments, directory

    # --- making and changing ---------------------------------------------------------------------------------------

    def create(self, call: Call) -> Answer:
        return 200, self.told(self._upserted(call.body))

    def create_many(self, call: Call) -> Answer:
        """Make or change orders. HTTP 200 says what became of each (facts 4)."""
        rows = []
        for asked in call.body:
            row = {"orderKey": asked.get("orderKey"), "orderNumber": asked["orderNumber"], "orderId": None}
            try:
                order = self._upserted(asked)
            except Refusal as refusal:
                rows.append({**row, "success": False, "errorMessage": str(refusal)})
            else:
                rows.append(
                    {**row, "orderId": order.serial, "orderKey": order.key, "success": True, "errorMessage": None}
                )
        return 200, {"hasErrors": any(not row["success"] for row in rows), "results": rows}

    def _upserted(self, asked: dict[str, Any]) -> Shipment:
        """Make the order, or change the one with its orderKey. Raises Refusal for a locked order."""
        check(ORDER, asked)
        moment("orderDate", asked["orderDate"])
        known = self._of_key(asked.get("orderKey"))
        if known and status_of(known) not in OPEN:
            raise conflict("invalid_status", f"The order {known.key} is {status_of(known)} and cannot be updated.")
        as_v2 = self._as_v2(asked)
        if known is None:
            known = self.shipments.made(as_v2, asked.get("orderKey"))
            known.key = asked.get("orderKey") or known.key
        known.asked, known.v1, known.order = as_v2, dict(asked), True
        known.number, known.modified = asked["orderNumber"], self.book.now()
        known.status = "cancelled" if asked["orderStatus"] == "cancelled" else "pending"
        return known

    def _of_key(self, key: str | None) -> Shipment | None:
        return next((each for each in self.book.shipments.values() if key and each.order and each.key == key), None)

    def _as_v2(self, asked: dict[str, Any]) -> dict[str, Any]:
        advanced = asked.get("advancedOptions") or {}
        fields = {f"custom_field{n}": advanced[f"customField{n}"] for n in (1, 2, 3) if advanced.get(f"customField{n}")}
        warehouse = advanced.get("warehouseId")
        return {
            "ship_to": address_v2(asked["shipTo"]),
            "warehouse_id": f"se-{warehouse}" if warehouse else next(iter(self.book.warehouses)),
            "shipment_number": asked["orderNumber"],
            "packages": [package_v2(asked)] if asked.get("weight") else [],
            "items": [{**{w: each.get(w) for w in ("sku", "name", "quantity")}} for each in asked.get("items") or ()],
            "advanced_options": fields,
        }

    def ship(self, call: Call) -> Answer:
        order = self.order(str(call.body["orderId"]))
        number, carrier = call.body.get("trackingNumber") or "", call.body["carrierCode"]
        self.directory.mark(order.shipment_id, number, carrier, call.body.get("shipDate"))
        return 200, {"orderId": order.serial, "orderNumber": order.number}

    def delete(self, call: Call) -> Answer:
        order = self.order(call.id)
        order.order = False
        return 200, {"success": True, "message": "The requested order has been deleted"}

    # --- reading ---------------------------------------------------------------------------------------------------

    def order(self, identifier: str) -> Shipment:
        """Return the order with this id. Raises Refusal."""
        found = self.book.shipments.get(f"se-{identifier}")
        if found is None or not found.order:
            raise not_found("order", identifier)
        return found

    def get(self, call: Call) -> Answer:
        return 200, self.told(self.order(call.id))

    def listed(self, call: Call) -> Answer:
        query = call.query
        status = query.get("orderStatus")
        if status is not None and status not in STATUSES.split():
            raise invalid("orderStatus", f"'{status}' is not a valid order status.")
        by = query.get("sortBy", "CreateDate")
        if by not in {"OrderDate", "ModifyDate", "CreateDate"}:
            raise invalid("sortBy", f"'{by}' is not a valid value for sortBy.")
        rows = [each for each in self.book.shipments.values() if each.order and self._matches(each, call)]
        rows.sort(
            key=lambda each: (each.modified if by == "ModifyDate" else each.created, each.serial),
            reverse=query.get("sortDir", "ASC").upper() == "DESC",
        )
        return 200, page("orders", [self.told(each) for each in rows], query)

    def _matches(self, order: Shipment, call: Call) -> bool:
        """Return True if the filters let an order through. orderNumber matches by its start (facts 4)."""
        query, twice = call.query, self.book.manners.twice
        if query.get("orderStatus", status_of(order)) != status_of(order):
            return False
        if not order.number.startswith(query.get("orderNumber", "")):
            return False
        if query.get("importBatch", order.batch) != order.batch:
            return False
        if query.get("customerName", "").lower() not in order.asked["ship_to"]["name"].lower():
            return False
        times = {"createDate": order.created, "modifyDate": order.modified, "orderDate": order.created}
        return all(within(query, name, at, twice=twice) for name, at in times.items())

    def told(self, order: Shipment) -> dict[str, Any]:
        asked = order.v1
        return {
            "orderId": order.serial,
            "orderNumber": order.number,
            "orderKey": order.key,
            "orderDate": asked.get("orderDate") or pacific(order.created),
            "createDate": pacific(order.created),
            "modifyDate": pacific(order.modified),
            "orderStatus": status_of(order),
            "billTo": asked.get("billTo") or {"name": order.asked["ship_to"]["name"]},
            "shipTo": {**address_v1(order.asked["ship_to"]), **asked.get("shipTo", {})},
            "items": [
                item_v1(each, order.serial * 10 + index) for index, each in enumerate(order.asked.get("items") or ())
            ],
            "orderTotal": float(order.money or 0),
            **{word: asked.get(word) for word in _WORDS.split()},
            "userId": None,
            "externallyFulfilled": False,
            "externallyFulfilledBy": None,
        }


def status_of(order: Shipment) -> str:
    """Return the status in V1's words."""
    if order.status == "pending":
        return str(order.v1.get("orderStatus") or "awaiting_shipment")
    return "shipped" if order.status == "label_purchased" else "cancelled"


def item_v1(item: dict[str, Any], serial: int) -> dict[str, Any]:
    return {
        "orderItemId": serial,
        "lineItemKey": None,
        "sku": item.get("sku"),
        "name": item.get("name"),
        "imageUrl": None,
        "weight": None,
        "quantity": item.get("quantity"),
        "unitPrice": None,
        "warehouseLocation": None,
        "options": None,
        "productId": None,
        "fulfillmentSku": None,
        "adjustment": False,
        "upc": None,
        "createDate": None,
        "modifyDate": None,
    }


def address_v2(address: dict[str, Any]) -> Address:
    return {
        "name": address["name"],
        "phone": address.get("phone"),
        "company_name": address.get("company"),
        "address_line1": address["street1"],
        "address_line2": address.get("street2"),
        "address_line3": address.get("street3"),
        "city_locality": address["city"],
        "state_province": address.get("state") or "",
        "postal_code": address.get("postalCode") or "",
        "country_code": address["country"],
        "address_residential_indicator": "yes" if address.get("residential") else "unknown",
    }


def address_v1(address: Address) -> dict[str, Any]:
    return {
        "name": address["name"],
        "company": address.get("company_name"),
        "street1": address["address_line1"],
        "street2": address.get("address_line2"),
        "street3": address.get("address_line3"),
        "city": address["city_locality"],
        "state": address["state_province"],
        "postalCode": address["postal_code"],
        "country": address["country_code"],
        "phone": address.get("phone"),
        "residential": None,
        "addressVerified": None,
    }


def package_v2(asked: dict[str, Any]) -> dict[str, Any]:
    """Return the one package of a label of V1."""
    weight, size = asked["weight"], asked.get("dimensions")
    package: dict[str, Any] = {"weight": {"value": weight["value"], "unit": _UNITS[weight["units"]]}}
    if size:
        unit = _SIZES[size.get("units") or "inches"]
        package["dimensions"] = {"unit": unit, **{each: size.get(each) for each in ("length", "width", "height")}}
    return package


def day(at: datetime) -> str:
    """Return the date in Pacific time."""
    return pacific(at)[:10]
