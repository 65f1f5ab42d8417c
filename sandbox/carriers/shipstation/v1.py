"""V1 as a whole: its key and secret, its limit with the headers, its errors, and who answers what (facts 1 and 4)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from sandbox.carriers.shipstation.book import Book
from sandbox.carriers.shipstation.call import Answer, Call
from sandbox.carriers.shipstation.directory import Directory
from sandbox.carriers.shipstation.gate import Meter, call_of, find, headers_of
from sandbox.carriers.shipstation.hooks import Hooks
from sandbox.carriers.shipstation.labels import Labels
from sandbox.carriers.shipstation.stock import Stock
from sandbox.carriers.shipstation.v1_labels import V1Desk, V1Labels
from sandbox.carriers.shipstation.v1_orders import Orders
from sandbox.carriers.shipstation.v1_wire import ROUTES, SHARDS, error
from sandbox.carriers.shipstation.wire import Refusal
from sandbox.engine import reply
from shared.http import Request, Response


@dataclass
class V1:
    """`users` maps key to secret."""

    book: Book
    labels: Labels
    directory: Directory
    stock: Stock
    hooks: Hooks
    users: dict[str, str] = field(default_factory=lambda: {"sandbox-v1-key": "sandbox-v1-secret"})
    meter: Meter = field(default_factory=lambda: Meter(40))

    def __post_init__(self) -> None:
        self.orders = Orders(self.book, self.labels.shipments, self.directory)
        self._desks = self._made()
        self._refusals = self._throttled = 0

    def _made(self) -> Mapping[str, Callable[[Call], Answer]]:
        labels = V1Labels(self.book, self.orders, self.labels)
        desk = V1Desk(self.book, self.stock, self.directory, self.hooks)
        return {
            "v1_list_orders": self.orders.listed,
            "v1_create_order": self.orders.create,
            "v1_create_orders": self.orders.create_many,
            "v1_mark_as_shipped": self.orders.ship,
            "v1_label_of_order": labels.of_order,
            "v1_get_order": self.orders.get,
            "v1_delete_order": self.orders.delete,
            "v1_list_shipments": labels.listed,
            "v1_create_label": labels.create,
            "v1_rates": labels.rates,
            "v1_void": labels.void,
            "v1_fulfillments": desk.fulfillments,
            "v1_products": desk.products,
            "v1_product": desk.product,
            "v1_update_product": desk.update_product,
            "v1_carriers": desk.carriers,
            "v1_services": desk.services,
            "v1_stores": desk.stores,
            "v1_warehouses": desk.warehouses,
            "v1_list_webhooks": desk.webhooks,
            "v1_subscribe": desk.subscribe,
            "v1_unsubscribe": desk.unsubscribe,
        }

    def answer(self, request: Request) -> Response:
        headers: dict[str, str] = {}
        try:
            key = self._key(request)
            passes, left, seconds = self.meter.take(key, self.book.now())
            headers = {
                "x-rate-limit-limit": str(self.meter.most),
                "x-rate-limit-remaining": str(left),
                "x-rate-limit-reset": str(seconds),
            }
            if not passes:
                return self.too_many(headers)
            found = find(ROUTES, request)
            if found is None:
                raise Refusal(404, "unspecified", f"No HTTP resource matches {urlsplit(request.url).path}.")
            call = call_of(*found, request, unknown_query=self.book.manners.unknown_query)
            status, body = self._desks[call.operation](call)
        except Refusal as refusal:
            return self.refused(refusal, headers)
        return Response(status, headers, b"") if body is None else reply(status, body, headers)

    def _key(self, request: Request) -> str:
        """Return the key of a request, from Basic of key and secret. V2's key opens nothing here (facts 1). Raises
        Refusal."""
        scheme, _, given = headers_of(request).get("authorization", "").partition(" ")
        try:
            key, _, secret = base64.b64decode(given, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            key = secret = ""
        if scheme.lower() != "basic" or self.users.get(key) != secret or not key:
            raise Refusal(401, "unauthorized", "Authorization has been denied for this request.")
        return key

    def refused(self, refusal: Refusal, headers: Mapping[str, str]) -> Response:
        """Return the refusal in one of two forms, in turn unless the manners name one (facts 4)."""
        self._refusals += 1
        shape = self.book.manners.error_shape
        if shape == "mixed":
            shape = "message" if self._refusals % 2 else "net"
        return reply(refusal.status, error(refusal, shape), dict(headers))

    def too_many(self, headers: Mapping[str, str]) -> Response:
        """Return the answer to a throttled request, which is not always a 429 (facts 4)."""
        self._throttled += 1
        status = self.book.manners.throttled_status
        if status == "mixed":
            status = "429" if self._throttled % 2 else "200"
        return reply(int(status), {"message": "Too Many Requests"}, dict(headers))

    # --- webhooks --------------------------------------------------------------------------------------------------

    def tell(self, event: str, path: str) -> None:
        """Tell V1's webhooks of an event of V2. The pointer leads to a shard and asks for no items (facts 5)."""
        query = parse_qs(urlsplit(path).query)
        names: tuple[str, ...] = ()
        first, second = SHARDS
        if event == "shipment_created_v2":
            where = f"https://{first}/orders?importBatch={query['import_batch_id'][0]}"
            names = ("ORDER_NOTIFY", "ITEM_ORDER_NOTIFY")
        elif event == "label_created_v2":
            where = f"https://{second}/shipments?batchId={query['batch_id'][0][3:]}&includeShipmentItems=False"
            names = ("SHIP_NOTIFY", "ITEM_SHIP_NOTIFY")
        elif event == "fulfillment_shipped_v2":
            where = f"https://{first}/fulfillments?fulfillmentId={query['fulfillment_id'][0][3:]}"
            names = ("FULFILLMENT_SHIPPED",)
        else:
            return
        for name in names:
            self.hooks.tell_v1(name, where)
