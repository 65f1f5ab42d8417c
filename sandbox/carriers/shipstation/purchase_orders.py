"""V2's purchase orders: made as drafts, opened, received (facts 3). What nobody has seen of them is a manner."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from sandbox.carriers.shipstation import fields
from sandbox.carriers.shipstation.book import Book
from sandbox.carriers.shipstation.call import Answer, Call, Raw
from sandbox.carriers.shipstation.images import label_image
from sandbox.carriers.shipstation.shapes import check
from sandbox.carriers.shipstation.stock import Stock, fits
from sandbox.carriers.shipstation.wire import Pager, Refusal, conflict, instant, instant_of, invalid, not_found

NEXT = {
    "draft": frozenset({"open", "cancelled"}),
    "open": frozenset({"receiving", "received", "cancelled", "closed"}),
    "receiving": frozenset({"received", "closed"}),
    "received": frozenset({"closed"}),
    "cancelled": frozenset[str](),
    "closed": frozenset[str](),
}
"""Which status may follow which: transitions "must be followed", their table was not seen; this one is ours."""
_RECEIVING = frozenset({"open", "receiving"})


@dataclass
class Line:
    sku: str
    quantity: int
    cost: dict[str, Any] | None = None
    received: int = 0
    rejected: int = 0


@dataclass
class PurchaseOrder:
    """`receipts` is the book of what came in: when, SKU, received, rejected."""

    purchase_order_id: str
    order_number: str
    supplier_id: str
    warehouse_id: str
    lines: list[Line]
    reference: str | None
    created: datetime
    modified: datetime
    dates: dict[str, str | None] = field(default_factory=dict)
    shipping: dict[str, Any] = field(default_factory=dict)
    status: str = "draft"
    receipts: list[tuple[datetime, str, int, int]] = field(default_factory=list)


class PurchaseOrders:
    """The desk for purchase orders. `orders` is the book: nothing is ever taken out."""

    def __init__(self, book: Book, stock: Stock, pager: Pager) -> None:
        self.book, self.stock, self.pager = book, stock, pager
        self.orders: dict[str, PurchaseOrder] = {}

    def create(self, call: Call) -> Answer:
        """Make a draft. No key makes this idempotent."""
        lines, reference = self._checked(call.body)
        now = self.book.now()
        same_day = sum(each.created.date() == now.date() for each in self.orders.values())
        order = PurchaseOrder(
            self.book.se("purchase_order", 23401),
            f"{now:%m%d%Y}-{same_day + 1:02d}",
            call.body["supplier_id"],
            call.body["warehouse_id"],
            lines,
            reference,
            now,
            now,
            {name: call.body.get(name) for name in ("order_date", "expected_delivery_date")},
        )
        self.orders[order.purchase_order_id] = order
        return 200, {"purchase_order_id": order.purchase_order_id}

    def update(self, call: Call) -> Answer:
        """Replace all of an order, while it is a draft (facts 3)."""
        order = self._order(call.id)
        if order.status != "draft":
            raise conflict(
                "invalid_status", f"Purchase order {order.order_number} is {order.status}: only drafts can be edited."
            )
        order.lines, reference = self._checked(call.body)
        order.reference = reference or order.reference
        order.supplier_id, order.warehouse_id = call.body["supplier_id"], call.body["warehouse_id"]
        order.dates = {name: call.body.get(name, order.dates.get(name)) for name in order.dates}
        order.modified = self.book.now()
        return 204, None

    def _checked(self, body: dict[str, Any]) -> tuple[list[Line], str | None]:
        """Check a body and return the lines and the reference as they are kept. Raises Refusal."""
        self._need()
        manners = self.book.manners
        check(fields.purchase_order(manners.quantity, manners.cost), body)
        if body["supplier_id"] not in self.stock.suppliers:
            raise not_found("supplier", body["supplier_id"])
        self._check_warehouse(body["warehouse_id"])
        lines = [Line(each["sku"], each[manners.quantity], each.get(manners.cost)) for each in body["products"]]
        skus = [each.sku for each in lines]
        for sku in skus:
            if sku not in self.stock.products and manners.unknown_sku == "refused":
                raise not_found("product", sku)
            if skus.count(sku) > 1 and manners.same_sku == "refused":
                raise invalid("products", f"The SKU {sku} is there more than once.")
        reference = body.get("reference_number")
        if reference and manners.reference_number == "refused":
            raise invalid("reference_number", "'reference_number' is not a known field.")
        return lines, reference if manners.reference_number == "kept" else None

    def _check_warehouse(self, identifier: str) -> None:
        """Refuse an id of the wrong space. Nobody knows which of the two it is (facts 3)."""
        space = self.book.manners.order_warehouse
        inventory = identifier in self.stock.warehouses and space != "ship_from"
        if not inventory and not (identifier in self.book.warehouses and space != "inventory"):
            raise not_found("warehouse", identifier)

    def listed(self, call: Call) -> Answer:
        self._need()
        query, rows = call.query, list(self.orders.values())
        if "status" in query and query["status"] not in NEXT:
            raise invalid("status", f"'{query['status']}' is not a valid status.")
        if "create_date_start" in query:
            start = instant_of("create_date_start", query["create_date_start"])
            rows = [each for each in rows if each.created >= start]
        equal = {"status": "status", "warehouse_id": "warehouse_id", "order_number": "order_number"}
        for name, attribute in equal.items():
            rows = [each for each in rows if name not in query or getattr(each, attribute) == query[name]]
        rows = [each for each in rows if fits(self.book, query.get("reference_number"), each.reference)]
        return 200, self.pager.page(call.path, "purchase_orders", [self.told(each) for each in rows], query)

    def get(self, call: Call) -> Answer:
        return 200, self.told(self._order(call.id))

    def set_status(self, call: Call) -> Answer:
        order, status = self._order(call.id), call.body["status"]
        if status not in NEXT[order.status]:
            raise conflict("invalid_status", f"A purchase order cannot go from {order.status} to {status}.", "status")
        order.status, order.modified = status, self.book.now()
        return 200, {"purchase_order_id": order.purchase_order_id, "status": status}

    def shipping_details(self, call: Call) -> Answer:
        """Set the shipping details of an open order. Nobody has seen their names (facts 3)."""
        order = self._order(call.id)
        if order.status not in {"draft", "open"}:
            raise conflict("invalid_status", f"Purchase order {order.order_number} is {order.status}.")
        order.shipping, order.modified = {**order.shipping, **(call.body or {})}, self.book.now()
        return 204, None

    def receive(self, call: Call) -> Answer:
        """Receive goods. This raises stock and may change the status; the same request again receives again (facts
        3)."""
        order, rows = self._order(call.id), call.body["product_receives"]
        for index, row in enumerate(rows):
            self._check_receipt(order, row, f"product_receives[{index}]")
        for row in rows:
            self.take_in(
                order,
                row["sku"],
                row["inventory_location_id"],
                row.get("received_quantity") or 0,
                row.get("rejected_quantity") or 0,
            )
        return 204, None

    def _check_receipt(self, order: PurchaseOrder, row: dict[str, Any], name: str) -> None:
        if order.status not in _RECEIVING:
            raise conflict("invalid_status", f"Purchase order {order.order_number} is {order.status}.")
        if not row.get("received_quantity") and not row.get("rejected_quantity"):
            raise invalid(f"{name}.received_quantity", "received_quantity or rejected_quantity is required.")
        if row["inventory_location_id"] not in self.stock.places:
            raise not_found("inventory location", row["inventory_location_id"])
        lines = [each for each in order.lines if each.sku == row["sku"]]
        if not lines:
            raise invalid(f"{name}.sku", f"The SKU {row['sku']} is not on the purchase order.")
        most = sum(each.quantity - each.received for each in lines)
        if self.book.manners.over_receipts == "refused" and (row.get("received_quantity") or 0) > most:
            raise invalid(f"{name}.received_quantity", f"Only {most} of {row['sku']} are to come.")

    def take_in(self, order: PurchaseOrder, sku: str, location: str, received: int, rejected: int = 0) -> None:
        """Take goods in, by the API or at the dock. A surplus stands on the SKU's last line."""
        now, left = self.book.now(), received
        lines = [each for each in order.lines if each.sku == sku]
        for line in lines:
            part = left if line is lines[-1] else min(left, max(0, line.quantity - line.received))
            line.received, left = line.received + part, left - part
        lines[-1].rejected += rejected
        self.stock.move(sku, location, received, order.order_number)
        level = self.stock.levels[sku, location]
        if lines[0].cost:
            level.cost = Decimal(str(lines[0].cost["amount"]))
        order.receipts.append((now, sku, received, rejected))
        order.status = "received" if all(each.received >= each.quantity for each in order.lines) else "receiving"
        order.modified = now

    def document(self, call: Call) -> Answer:
        order = self._order(call.id)
        rows = [f"{each.sku} {each.received}/{each.quantity}" for each in order.lines]
        return 200, Raw("application/pdf", label_image("pdf", (order.order_number,), rows))

    def _order(self, identifier: str) -> PurchaseOrder:
        self._need()
        if identifier not in self.orders:
            raise not_found("purchase order", identifier)
        return self.orders[identifier]

    def _need(self) -> None:
        if not self.book.manners.purchase_orders:
            message = "Purchase orders are not available on your plan."
            raise Refusal(403, "forbidden", message, type="account_status", source="ShipStation")

    def told(self, order: PurchaseOrder) -> dict[str, Any]:
        return {
            "purchase_order_id": order.purchase_order_id,
            "order_number": order.order_number,
            "status": order.status,
            "supplier_id": order.supplier_id,
            "supplier_name": self.stock.suppliers[order.supplier_id]["supplier_name"],
            "warehouse_id": order.warehouse_id,
            "reference_number": order.reference,
            **order.dates,
            "create_date": instant(order.created),
            "modify_date": instant(order.modified),
            "products": [self._line(each) for each in order.lines],
        }

    def _line(self, line: Line) -> dict[str, Any]:
        manners = self.book.manners
        told: dict[str, Any] = {"sku": line.sku, manners.quantity: line.quantity, manners.cost: line.cost}
        if manners.tells_received:
            told[manners.received] = line.received + (line.rejected if manners.received_holds_rejected else 0)
        return told
