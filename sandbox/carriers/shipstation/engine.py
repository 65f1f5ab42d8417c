"""The sandbox ShipStation: V2, V1 and the key set over one account, strict about requests, with limits and faults."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from threading import RLock
from typing import Any
from urllib.parse import SplitResult, urlsplit

from sandbox.carriers.shipstation import signing
from sandbox.carriers.shipstation.batches import Batches
from sandbox.carriers.shipstation.book import DOCK, Book, Shipment
from sandbox.carriers.shipstation.call import Answer, Call, Raw
from sandbox.carriers.shipstation.directory import Directory
from sandbox.carriers.shipstation.gate import Meter, call_of, find, headers_of, known_key
from sandbox.carriers.shipstation.hooks import Hooks
from sandbox.carriers.shipstation.labels import Labels
from sandbox.carriers.shipstation.lives import Life
from sandbox.carriers.shipstation.manners import Manners
from sandbox.carriers.shipstation.purchase_orders import PurchaseOrders
from sandbox.carriers.shipstation.routes import ROUTES
from sandbox.carriers.shipstation.shipments import Shipments
from sandbox.carriers.shipstation.stock import Stock, StockDesk
from sandbox.carriers.shipstation.tracking import Parcels, Tracking
from sandbox.carriers.shipstation.v1 import V1
from sandbox.carriers.shipstation.v1_wire import ROUTES as V1_ROUTES
from sandbox.carriers.shipstation.v1_wire import SHARDS, V1_HOST
from sandbox.carriers.shipstation.wire import Pager, Refusal, error_of, uuid_of
from sandbox.engine import Engine, reply
from sandbox.ledger import Ledger
from shared.http import Request, Response

HOST = "api.shipstation.com"
KEYS_HOST = "api.shipengine.com"
KEYS_PATH = "/jwks"
V1_HOSTS = frozenset({V1_HOST, *SHARDS})
_BOUGHT = {"create_label_of_shipment": "create_label", "create_label_of_rate": "create_label"}
"""Each way to buy is the one operation."""


@dataclass
class ShipStationEngine(Engine):
    """One account. `keys` are those of V2; `pager` cuts the lists; what is not known for sure is in `manners`.

    `busy` is how many of the next requests that reach a carrier (rates, labels, voids) get a 429 that is the carrier's
    own (facts 2).
    """

    keys: set[str] = field(default_factory=lambda: {"sandbox-v2-key"})
    manners: Manners = field(default_factory=Manners)
    pager: Pager = field(default_factory=Pager)
    ledger: Ledger = field(default_factory=Ledger)
    most: int = 200
    busy: int = 0

    def __post_init__(self) -> None:
        self.book = Book(self.now, self.manners, self.ledger)
        self.stock, self.hooks = Stock(self.book), Hooks(self.book)
        self.shipments = Shipments(self.book, self.pager)
        self.labels = Labels(self.book, self.shipments, self.pager)
        self.batches = Batches(self.book, self.labels, self.pager)
        self.parcels = Parcels(self.book)
        self.tracking = Tracking(self.book, self.parcels)
        self.orders = PurchaseOrders(self.book, self.stock, self.pager)
        self.directory = Directory(self.book, self.pager)
        self.meter = Meter(self.most)
        self.v1 = V1(self.book, self.labels, self.directory, self.stock, self.hooks)
        self.book.told = self._tell
        self.book.add_warehouse("Sandbox Warehouse", DOCK)
        self._desks = self._v2()
        self._lock, self._answered, self._to_v1 = RLock(), 0, False

    def _v2(self) -> Mapping[str, Callable[[Call], Answer]]:
        return {
            **self._of_shipments(),
            "carriers": self.directory.carriers,
            "carrier": self.directory.carrier,
            "carrier_services": self.directory.services,
            "carrier_packages": self.directory.packages,
            "warehouses": self.directory.warehouses,
            "warehouse": self.directory.warehouse,
            "list_fulfillments": self.directory.listed,
            "create_fulfillments": self.directory.fulfil,
            **self._of_stock(),
            "list_webhooks": self.hooks.listed,
            "create_webhook": self.hooks.create,
            "get_webhook": self.hooks.get,
            "update_webhook": self.hooks.update,
            "delete_webhook": self.hooks.delete,
        }

    def _of_shipments(self) -> Mapping[str, Callable[[Call], Answer]]:
        return {
            "list_shipments": self.shipments.listed,
            "create_shipments": self.shipments.create,
            "get_shipment_by_external_id": self.shipments.get_by_external,
            "get_shipment": self.shipments.get,
            "update_shipment": self.shipments.update,
            "cancel_shipment": self.shipments.cancel,
            "rates": self.shipments.calculate,
            "get_rate": self.shipments.get_rate,
            "list_labels": self.labels.listed,
            "create_label": self.labels.create,
            "create_label_of_shipment": self.labels.of_shipment,
            "create_label_of_rate": self.labels.of_rate,
            "get_label_by_external_id": self.labels.get_by_external,
            "get_label": self.labels.get,
            "void_label": self.labels.void,
            "download": self.labels.download,
            **self._of_batches(),
            "track_label": self.tracking.of_label,
            "track": self.tracking.of_number,
            "start_tracking": self.tracking.start,
            "stop_tracking": self.tracking.stop,
        }

    def _of_batches(self) -> Mapping[str, Callable[[Call], Answer]]:
        return {
            "list_batches": self.batches.listed,
            "create_batch": self.batches.create,
            "get_batch_by_external_id": self.batches.get_by_external,
            "get_batch": self.batches.get,
            "add_to_batch": self.batches.add,
            "remove_from_batch": self.batches.remove,
            "process_batch": self.batches.process,
            "batch_errors": self.batches.errors,
        }

    def _of_stock(self) -> Mapping[str, Callable[[Call], Answer]]:
        desk = StockDesk(self.stock, self.pager)
        return {
            "inventory_warehouses": desk.warehouses,
            "inventory_locations": desk.locations,
            "create_inventory_location": desk.add_location,
            "inventory": desk.inventory,
            "change_inventory": desk.change,
            "products": desk.products,
            "list_suppliers": desk.suppliers,
            "create_supplier": desk.add_supplier,
            "update_supplier": desk.change_supplier,
            "list_purchase_orders": self.orders.listed,
            "create_purchase_order": self.orders.create,
            "get_purchase_order": self.orders.get,
            "update_purchase_order": self.orders.update,
            "purchase_order_status": self.orders.set_status,
            "shipping_details": self.orders.shipping_details,
            "receive_purchase_order": self.orders.receive,
            "purchase_order_document": self.orders.document,
        }

    # --- requests --------------------------------------------------------------------------------------------------

    def operation(self, request: Request) -> str:
        parts = urlsplit(request.url)
        if parts.path == KEYS_PATH and request.method == "GET" and parts.hostname in {None, KEYS_HOST}:
            return "jwks"
        self._to_v1 = _is_v1(parts)
        known = {None, *V1_HOSTS} if self._to_v1 else {None, HOST}
        found = find(V1_ROUTES if self._to_v1 else ROUTES, request) if parts.hostname in known else None
        return _BOUGHT.get(found[0].operation, found[0].operation) if found else "unknown"

    def answer(self, operation: str, request: Request) -> Response:
        """Answer one request after the other, whatever thread they come on."""
        with self._lock:
            self._answered += 1
            self.move()
            if operation == "jwks":
                return reply(200, signing.jwks(self.hooks.keys))
            return self.v1.answer(request) if _is_v1(urlsplit(request.url)) else self._answer_v2(operation, request)

    def _answer_v2(self, operation: str, request: Request) -> Response:
        extra: dict[str, str] = {}
        try:
            extra = self._pass(request)
            found = find(ROUTES, request)
            if operation == "unknown" or found is None:
                raise Refusal(
                    404, "unspecified", f"No operation at {request.method} {urlsplit(request.url).path}", type="system"
                )
            call = call_of(*found, request, unknown_query=self.manners.unknown_query)
            if self.busy and operation in {"rates", "create_label", "void_label"}:
                self.busy -= 1
                raise Refusal(429, "rate_limit_exceeded", "The carrier is busy.", type="system", source="carrier")
            status, body = self._desks[call.operation](call)
        except Refusal as refusal:
            return self._refused(refusal, {**extra, **refusal.headers})
        if isinstance(body, Raw):
            return Response(status, {"content-type": body.content_type, **extra}, body.body)
        return Response(204, extra, b"") if body is None else reply(status, body, extra)

    def _pass(self, request: Request) -> dict[str, str]:
        """Check the key and the limit, and return the headers for the answer. Raises Refusal."""
        key = known_key(headers_of(request), dict.fromkeys(self.keys))
        passes, left, seconds = self.meter.take(key, self.now())
        told = {
            "x-rate-limit-limit": str(self.meter.most),
            "x-rate-limit-remaining": str(left),
            "x-rate-limit-reset": str(seconds),
        }
        extra = told if self.manners.headers else {}
        if not passes:
            raise _too_many(seconds, extra)
        return extra

    def _refused(self, refusal: Refusal, headers: dict[str, str]) -> Response:
        identifier = uuid_of("request", self._answered)
        if self.manners.errors == "page" and refusal.type == "validation":
            told = {"message": str(refusal), "field": refusal.field}
            return reply(refusal.status, {"errors": [told]}, headers)
        return reply(refusal.status, {"request_id": identifier, "errors": [error_of(refusal)]}, headers)

    def unavailable(self, status: int) -> Response:
        refusal = Refusal(status, "unspecified", "An internal error occurred.", type="system")
        return self.v1.refused(refusal, {}) if self._to_v1 else self._refused(refusal, {})

    def too_many(self, seconds: float) -> Response:
        """Return the 429 of the version that was asked last: `handle` asks for the operation first."""
        if self._to_v1:
            told = {"x-rate-limit-remaining": "0", "x-rate-limit-reset": str(int(seconds))} if seconds else {}
            return self.v1.too_many({"x-rate-limit-limit": str(self.v1.meter.most), **told})
        refusal = _too_many(int(seconds), {})
        return self._refused(refusal, refusal.headers if seconds else {})

    # --- what happens by itself, and what people do ------------------------------------------------------------------

    def _tell(self, event: str, path: str) -> None:
        self.hooks.tell(event, path)
        self.v1.tell(event, path)

    def move(self) -> None:
        """Make the scans that are due by now. Their events wait for `push`, since a webhook may ask us in turn."""
        with self._lock:
            self.batches.advance(self.now())
            for event in self.parcels.advance(self.now()):
                label = self.book.of_number(event.number)
                if label:
                    record = self.tracking.record(label, event.number)
                    self.hooks.tell("track_event_v2", f"/v2/labels/{label.label_id}/track", record)

    def push(self) -> None:
        """Send the webhooks that are due by now."""
        self.hooks.send(self.now())

    def choose(self, number: str, life: Life, start: datetime, pace: float) -> None:
        """Give a parcel its life."""
        with self._lock:
            self.parcels.choose(number, life, start, pace)

    def enter_order(self, *asked: dict[str, Any], money: str | None = None) -> list[Shipment]:
        """Let an order come in from a shop, split into as many shipments as there are bodies. The parts of a split
        order have one number and no external id of their own, and their labels share one (facts 1, 5)."""
        batch = uuid_of("import", self.book.serial("import", 1))
        made = [self.shipments.made(each, None) for each in asked]
        shared = f"SEAuto-{uuid_of('split', made[0].shipment_id)[:12]}" if len(made) > 1 else None
        for index, shipment in enumerate(made):
            shipment.order, shipment.batch, shipment.shared, shipment.number = True, batch, shared, made[0].number
            shipment.money = Decimal(money) if money and not index else None
        self.book.told("shipment_created_v2", f"/v2/shipments?import_batch_id={batch}")
        return made

    def split(self, shipment: Shipment) -> list[Shipment]:
        """Split an order as a person does. The second part has the last package, the same number, and no external
        id."""
        packages = shipment.asked["packages"]
        other = self.shipments.made({**shipment.asked, "packages": packages[-1:]}, None)
        shipment.asked = {**shipment.asked, "packages": packages[:-1] or packages}
        other.number, other.order, other.batch = shipment.number, shipment.order, shipment.batch
        shipment.shared = other.shared = f"SEAuto-{uuid_of('split', shipment.shipment_id)[:12]}"
        shipment.modified = self.now()
        return [shipment, other]

    def buy(self, shipment: Shipment) -> str:
        """Buy the label as a person does in the UI, and return its id."""
        return self.labels.buy(shipment, {}).label_id


def _is_v1(parts: SplitResult) -> bool:
    """Return True for a request to V1. The host decides; without a vendor's host the path does, since V2's begin with
    /v2."""
    by_path = not parts.path.startswith("/v2/") and parts.path != KEYS_PATH
    return parts.hostname in V1_HOSTS or (parts.hostname is None and by_path)


def _too_many(seconds: float, extra: dict[str, str]) -> Refusal:
    headers = {**extra, "retry-after": str(int(seconds))}
    message = "The rate limit for this API key was exceeded."
    return Refusal(429, "rate_limit_exceeded", message, type="system", source="ShipStation", headers=headers)
