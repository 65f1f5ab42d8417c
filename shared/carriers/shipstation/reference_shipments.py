"""A reference shipment in place of a purchase order, for accounts that have none (facts 7 D).

It says what comes, from whom and to where, and nothing of what came in: no receipt follows from it.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from shared.carriers.shipstation.build import IDENTIFIER, party
from shared.carriers.shipstation.faults import errors
from shared.carriers.shipstation.plain import inside, rows, text
from shared.carriers.shipstation.purchase_orders import PurchaseOrderShipStation
from shared.domain.address import Party
from shared.domain.state import Reason
from shared.errors import Refused, Retry, Unknown
from shared.ports.receiving import OrderText, RemoteOrder

SHIPMENTS, WAREHOUSES = "/v2/shipments", "/v2/warehouses"
_STATUS = {"cancelled": "cancelled"}
_PACKAGE = {"weight": {"value": 1, "unit": "pound"}}
"""A package wants a weight: nobody buys a label for this one."""


class ReferenceShipStation(PurchaseOrderShipStation):
    """TakesPurchaseOrders by shipments of V2. An external_shipment_id is unique in its account and never changes."""

    reports_receipts = False

    def find_supplier(self, name: str) -> str:
        """A shipment names its sender itself: there is no supplier to find."""
        return name

    def make_supplier(self, seller: Party) -> str:
        return seller.name

    def find_order(self, reference: str, since: datetime) -> tuple[RemoteOrder, ...]:  # noqa: ARG002 - the id is unique
        wanted = external_id(reference)
        path = f"{SHIPMENTS}?{urlencode({'external_shipment_id': wanted})}"
        answer = self._turn(lambda: self._calls.ask("GET", path))
        listed = inside(answer.body, "shipments")
        if not isinstance(listed, list):
            raise Retry("ShipStation answered without a list of shipments", answer.after)
        found = (_remote(row, reference) for row in rows(listed) if text(row.get("external_shipment_id")) == wanted)
        return tuple(each for each in found if each)

    def make_order(self, told: OrderText) -> str:
        """HTTP 200 does not mean that it was created (facts 1)."""
        body = {"shipments": [self._shipment(told)]}
        answer = self._turn(lambda: self._calls.buy(SHIPMENTS, body))
        made = next(iter(rows(inside(answer.body, "shipments"))), {})
        identifier = made.get("shipment_id")
        found = errors(made)
        if found and not identifier:
            if any(each.code == "identifier_conflict" for each in found):
                raise Unknown(f"ShipStation has a shipment of {told.reference} already")
            raise Refused(Reason.REFUSED, "; ".join(map(str, found)), field=found[0].field or "shipment")
        if not isinstance(identifier, str) or not identifier:
            raise Unknown("ShipStation answered the create of a shipment without its id")
        return identifier

    def get_order(self, remote_id: str) -> RemoteOrder:
        answer = self._turn(lambda: self._calls.ask("GET", _path(remote_id)))
        found = _remote(answer.body, "")
        if found is None:
            raise Retry("ShipStation answered without the shipment", answer.after)
        return found

    def change_order(self, remote_id: str, told: OrderText) -> None:
        self._turn(lambda: self._calls.ask("PUT", _path(remote_id), self._shipment(told)))

    def open_order(self, remote_id: str) -> None:
        """A shipment is no draft: there is nothing to open."""

    def cancel_order(self, remote_id: str) -> None:
        self._turn(lambda: self._calls.ask("PUT", _path(remote_id, "cancel")))

    def _shipment(self, told: OrderText) -> dict[str, Any]:
        if told.seller is None:
            raise ValueError("a reference shipment names its sender")
        return {
            "external_shipment_id": external_id(told.reference),
            "shipment_number": told.reference[:IDENTIFIER],
            "create_sales_order": False,
            "ship_from": party(told.seller, "supplier", self._settings.longest),
            "ship_to": self._destination(told.warehouse),
            "items": [{"sku": sku, "name": sku, "quantity": pieces} for sku, pieces in told.skus],
            "packages": [_PACKAGE],
        }

    def _destination(self, warehouse: str) -> dict[str, Any]:
        """Our warehouse's address, as ShipStation has it."""
        place = self._settings.places.get(warehouse)
        if place is None:
            message = f"warehouse {warehouse} of the order is none of `warehouses`"
            raise Refused(Reason.CONNECTION, message, field="warehouses", value=warehouse)
        answer = self._turn(lambda: self._calls.ask("GET", f"{WAREHOUSES}/{quote(place.ship_from, safe='')}"))
        address = inside(answer.body, "origin_address")
        if not isinstance(address, dict):
            raise Retry("ShipStation answered without the address of the warehouse", answer.after)
        return {name: value for name, value in address.items() if name in _ADDRESS and value}


_ADDRESS = frozenset(
    [
        *("name", "company_name", "phone", "address_line1", "address_line2", "address_line3", "city_locality"),
        *("state_province", "postal_code", "country_code", "address_residential_indicator"),
    ]
)


def external_id(reference: str) -> str:
    """A reference of at most 50 characters: a longer one would be cut without a word, so it ends in a digest."""
    if len(reference) <= IDENTIFIER:
        return reference
    return f"{reference[: IDENTIFIER - 13]}-{hashlib.sha256(reference.encode()).hexdigest()[:12].upper()}"


def _remote(row: Any, reference: str) -> RemoteOrder | None:
    identifier = text(inside(row, "shipment_id"))
    if not identifier:
        return None
    ordered: dict[str, int] = {}
    for item in rows(inside(row, "items")):
        quantity = item.get("quantity")
        ordered[text(item.get("sku"))] = ordered.get(text(item.get("sku")), 0) + (
            quantity if isinstance(quantity, int) else 0
        )
    status = _STATUS.get(text(inside(row, "shipment_status")), "open")
    number = text(inside(row, "shipment_number"))
    return RemoteOrder(identifier, number, status, reference, "", ordered, None)


def _path(shipment_id: str, verb: str = "") -> str:
    return "/".join(filter(None, (SHIPMENTS, quote(shipment_id, safe=""), verb)))
