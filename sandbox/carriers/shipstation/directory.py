"""V2's carriers, warehouses to ship from, and fulfillments: shipments that went out with another's label."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox.carriers.shipstation.book import Book, Shipment
from sandbox.carriers.shipstation.call import Answer, Call
from sandbox.carriers.shipstation.rates import CarrierAccount
from sandbox.carriers.shipstation.shipments import between
from sandbox.carriers.shipstation.wire import Pager, Refusal, conflict, error_of, instant, invalid, not_found, uuid_of


@dataclass
class Fulfillment:
    fulfillment_id: str
    shipment: Shipment
    tracking_number: str
    carrier: str
    shipped: str
    created: datetime

    @property
    def serial(self) -> int:
        """Return V1's fulfillmentId."""
        return int(self.fulfillment_id[3:])


class Directory:
    """The desk for what the account has."""

    def __init__(self, book: Book, pager: Pager) -> None:
        self.book, self.pager = book, pager
        self.fulfillments: dict[str, Fulfillment] = {}

    def carriers(self, call: Call) -> Answer:
        """Return the carriers. The other members are those of a 207, which says what went wrong with one."""
        rows = [_carrier(each) for each in self.book.carriers]
        return 200, {"carriers": rows, "request_id": uuid_of("carriers", self.book.now()), "errors": []}

    def carrier(self, call: Call) -> Answer:
        return 200, _carrier(self._carrier(call.id))

    def services(self, call: Call) -> Answer:
        return 200, {"services": _carrier(self._carrier(call.id))["services"]}

    def packages(self, call: Call) -> Answer:
        return 200, {"packages": _carrier(self._carrier(call.id))["packages"]}

    def _carrier(self, identifier: str) -> CarrierAccount:
        carrier = self.book.carrier(identifier)
        if carrier is None:
            raise not_found("carrier", identifier)
        return carrier

    def warehouses(self, call: Call) -> Answer:
        """List the warehouses to ship from. Their ids are not those of inventory warehouses (facts 2)."""
        return 200, {"warehouses": [self._warehouse(each) for each in self.book.warehouses]}

    def warehouse(self, call: Call) -> Answer:
        if call.id not in self.book.warehouses:
            raise not_found("warehouse", call.id)
        return 200, self._warehouse(call.id)

    def _warehouse(self, identifier: str) -> dict[str, Any]:
        warehouse = self.book.warehouses[identifier]
        return {
            "warehouse_id": identifier,
            "is_default": warehouse.default,
            "name": warehouse.name,
            "created_at": None,
            "origin_address": warehouse.address,
            "return_address": warehouse.address,
        }

    # --- fulfillments ----------------------------------------------------------------------------------------------

    def fulfil(self, call: Call) -> Answer:
        """Mark shipments as shipped. Some may succeed and others fail inside one HTTP 200 (facts 2)."""
        rows = []
        for asked in call.body["fulfillments"]:
            try:
                made = self.mark(
                    asked["shipment_id"], asked["tracking_number"], asked["carrier_code"], asked.get("ship_date")
                )
            except Refusal as refusal:
                rows.append(
                    {"fulfillment_id": None, "shipment_id": asked["shipment_id"], "errors": [error_of(refusal)]}
                )
            else:
                rows.append({**self._told(made), "errors": []})
        return 200, {"has_errors": any(row["errors"] for row in rows), "fulfillments": rows}

    def mark(self, shipment_id: str, number: str, carrier: str, shipped: str | None) -> Fulfillment:
        """Mark a shipment as shipped with a number from elsewhere. Raises Refusal."""
        shipment, now = self.book.shipment(shipment_id), self.book.now()
        if shipment.status != "pending":
            raise conflict("invalid_status", f"Shipment {shipment_id} is {shipment.status}.")
        made = Fulfillment(
            self.book.se("fulfillment", 80001), shipment, number, carrier, shipped or f"{now:%Y-%m-%d}T00:00:00Z", now
        )
        self.fulfillments[made.fulfillment_id] = made
        shipment.status, shipment.modified = "label_purchased", now
        where = f"/v2/fulfillments?fulfillment_id={made.fulfillment_id}&shipment_id={shipment_id}"
        self.book.told("fulfillment_shipped_v2", where)
        return made

    def listed(self, call: Call) -> Answer:
        query = call.query
        rows = [each for each in self.fulfillments.values() if self._matches(each, query)]
        return 200, self.pager.page(call.path, "fulfillments", [self._told(each) for each in rows], query)

    def _matches(self, made: Fulfillment, query: Any) -> bool:
        equal = {
            "fulfillment_id": made.fulfillment_id,
            "shipment_id": made.shipment.shipment_id,
            "shipment_number": made.shipment.number,
            "tracking_number": made.tracking_number,
        }
        if "batch_id" in query or any(name in query and query[name] != value for name, value in equal.items()):
            return False
        return between(query, "create_date", made.created)

    def _told(self, made: Fulfillment) -> dict[str, Any]:
        """Write a fulfillment as the API does: without items (facts 2)."""
        return {
            "fulfillment_id": made.fulfillment_id,
            "shipment_id": made.shipment.shipment_id,
            "shipment_number": made.shipment.number,
            "user_id": None,
            "tracking_number": made.tracking_number,
            "created_at": instant(made.created),
            "ship_date": made.shipped,
            "voided_at": None,
            "delivered_at": None,
            "fulfillment_carrier_friendly_name": made.carrier.upper(),
            "fulfillment_provider_id": None,
            "fulfillment_provider_friendly_name": None,
            "fulfillment_provider_code": None,
            "fulfillment_service_code": None,
            "notification_error_message": None,
            "fulfillment_fee": {"currency": "usd", "amount": 0.0},
            "void_requested": False,
            "voided": False,
            "order_source_notified": False,
            "ship_to": made.shipment.asked["ship_to"],
        }


def _carrier(carrier: CarrierAccount) -> dict[str, Any]:
    services = [
        {
            "carrier_id": carrier.carrier_id,
            "carrier_code": carrier.code,
            "service_code": each.code,
            "name": each.name,
            "domestic": not each.abroad,
            "international": each.abroad,
            "is_multi_package_supported": each.several,
            "is_return_supported": True,
        }
        for each in carrier.services
    ]
    return {
        "carrier_id": carrier.carrier_id,
        "carrier_code": carrier.code,
        "account_number": carrier.account,
        "requires_funded_amount": carrier.funded,
        "balance": 0.0,
        "nickname": carrier.name,
        "friendly_name": carrier.name,
        "primary": False,
        "has_multi_package_supporting_services": any(each.several for each in carrier.services),
        "allows_returns": True,
        "supports_label_messages": True,
        "disabled_by_billing_plan": False,
        "services": services,
        "packages": [{"package_id": None, "package_code": "package", "name": "Package", "description": None}],
        "options": [],
    }


def whole(name: str, value: str) -> int:
    """Raises Refusal for what is no integer."""
    if not value.isdecimal():
        raise invalid(name, f"'{name}' must be an integer.")
    return int(value)
