"""Products, suppliers, inventory places and stock levels of V2 (facts 2)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from sandbox.carriers.shipstation.book import Book
from sandbox.carriers.shipstation.call import Answer, Call
from sandbox.carriers.shipstation.wire import Pager, Refusal, conflict, instant, invalid, money, not_found


@dataclass
class Product:
    """Read only in V2; `product_id` is an integer here and a string inside a shipment's items (facts 2)."""

    product_id: int
    sku: str
    name: str
    created: datetime
    modified: datetime
    upc: str | None = None
    active: bool = True
    bundle: bool = False
    more: dict[str, Any] = field(default_factory=dict)


@dataclass
class Place:
    """An inventory location, with the inventory warehouse that it is in."""

    location_id: str
    name: str
    warehouse_id: str


@dataclass
class Level:
    """The stock of a SKU at a location; `cost` of one, on average."""

    on_hand: int = 0
    cost: Decimal = Decimal(0)


@dataclass
class Stock:
    """The shelves. `moves` is the book of every change of a level: SKU, location, difference, why."""

    book: Book
    products: dict[str, Product] = field(default_factory=dict)
    warehouses: dict[str, str] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    levels: dict[tuple[str, str], Level] = field(default_factory=dict)
    suppliers: dict[str, dict[str, Any]] = field(default_factory=dict)
    moves: list[tuple[str, str, int, str]] = field(default_factory=list)

    def add_product(self, sku: str, name: str, **more: Any) -> Product:
        now = self.book.now()
        self.products[sku] = Product(self.book.serial("product", 7001), sku, name, now, now, **more)
        return self.products[sku]

    def add_warehouse(self, name: str) -> str:
        identifier = self.book.se("inventory_warehouse", 9101)
        self.warehouses[identifier] = name
        return identifier

    def add_place(self, name: str, warehouse_id: str) -> Place:
        place = Place(self.book.se("inventory_location", 9001), name, warehouse_id)
        self.places[place.location_id] = place
        return place

    def move(self, sku: str, location: str, difference: int, why: str) -> None:
        self.levels.setdefault((sku, location), Level()).on_hand += difference
        self.moves.append((sku, location, difference, why))

    def allocated(self) -> dict[str, int]:
        """Return how many of each SKU open shipments reserve (facts 7 D)."""
        taken: dict[str, int] = defaultdict(int)
        if self.book.manners.allocates:
            for shipment in self.book.shipments.values():
                for item in shipment.asked.get("items") or () if shipment.status == "pending" else ():
                    taken[item.get("sku") or ""] += item.get("quantity") or 0
        return taken


class StockDesk:
    """The desk for products, suppliers and stock."""

    def __init__(self, stock: Stock, pager: Pager) -> None:
        self.stock, self.book, self.pager = stock, stock.book, pager

    # --- products and suppliers ------------------------------------------------------------------------------------

    def products(self, call: Call) -> Answer:
        query, rows = call.query, list(self.stock.products.values())
        if "sku" in query:
            rows = [each for each in rows if each.sku == query["sku"]]
        if "name" in query:
            rows = [each for each in rows if query["name"].lower() in each.name.lower()]
        if "active" in query:
            rows = [each for each in rows if str(each.active).lower() == query["active"].lower()]
        return 200, self.pager.page(call.path, "products", [_product(each) for each in rows], query)

    def suppliers(self, call: Call) -> Answer:
        """List suppliers. Nobody knows if supplier_name filters by equality, start or part (facts 8)."""
        wanted = call.query.get("supplier_name")
        rows = [each for each in self.stock.suppliers.values() if fits(self.book, wanted, each["supplier_name"])]
        return 200, self.pager.page(call.path, "suppliers", rows, call.query)

    def add_supplier(self, call: Call) -> Answer:
        """Add a supplier. Two of one name are two."""
        identifier = self.book.se("supplier", 5601)
        self.stock.suppliers[identifier] = {"supplier_id": identifier, **_supplier(call.body)}
        return 200, {"supplier_id": identifier}

    def change_supplier(self, call: Call) -> Answer:
        if call.id not in self.stock.suppliers:
            raise not_found("supplier", call.id)
        self.stock.suppliers[call.id] = {"supplier_id": call.id, **_supplier(call.body)}
        return 204, None

    # --- places ----------------------------------------------------------------------------------------------------

    def warehouses(self, call: Call) -> Answer:
        self._need_inventory()
        rows = [{"inventory_warehouse_id": key, "name": name} for key, name in self.stock.warehouses.items()]
        return 200, self.pager.page(call.path, "inventory_warehouses", rows, call.query)

    def locations(self, call: Call) -> Answer:
        self._need_inventory()
        rows = [
            {
                "inventory_location_id": each.location_id,
                "name": each.name,
                "inventory_warehouse_id": each.warehouse_id,
            }
            for each in self.stock.places.values()
        ]
        return 200, self.pager.page(call.path, "inventory_locations", rows, call.query)

    def add_location(self, call: Call) -> Answer:
        self._need_inventory()
        warehouse = call.body["inventory_warehouse_id"]
        if warehouse not in self.stock.warehouses:
            raise not_found("inventory warehouse", warehouse)
        return 200, {"inventory_location_id": self.stock.add_place(call.body["name"], warehouse).location_id}

    # --- levels ----------------------------------------------------------------------------------------------------

    def inventory(self, call: Call) -> Answer:
        """List stock levels. There is no filter by time, so that each look is a full scan (facts 2)."""
        self._need_inventory()
        query = call.query
        group = query.get("group_by", "")
        if group not in {"", "warehouse", "location"}:
            raise invalid("group_by", f"'{group}' is not a valid value for 'group_by'.")
        sums: dict[tuple[str, str, str], Level] = {}
        for (sku, location), level in self.stock.levels.items():
            place = self.stock.places[location]
            if not _asked_for(query, sku, place):
                continue
            shown = place.location_id if group == "location" or "inventory_location_id" in query else ""
            whole = place.warehouse_id if shown or group == "warehouse" or "inventory_warehouse_id" in query else ""
            total = sums.setdefault((sku, whole, shown), Level(cost=level.cost))
            total.on_hand += level.on_hand
        reserved = self.stock.allocated()
        rows = [self._level(*key, level, reserved) for key, level in sorted(sums.items())]
        return 200, self.pager.page(call.path, "inventory", rows, query)

    def _level(self, sku: str, warehouse: str, location: str, level: Level, reserved: dict[str, int]) -> dict[str, Any]:
        """Write a level. Reserved pieces count in the first row of their SKU."""
        allocated = reserved.pop(sku, 0)
        return {
            "sku": sku,
            "on_hand": level.on_hand,
            "allocated": allocated,
            "available": level.on_hand - allocated,
            "average_cost": money(level.cost),
            "inventory_warehouse_id": warehouse or None,
            "inventory_location_id": location or None,
        }

    def change(self, call: Call) -> Answer:
        """Change the stock of one SKU at one location. `adjust` sets the number; the others are not idempotent (facts
        2)."""
        self._need_inventory()
        body, kind = call.body, call.body["transaction_type"]
        sku, location, quantity = body["sku"], body["inventory_location_id"], body["quantity"]
        if location not in self.stock.places:
            raise not_found("inventory location", location)
        if sku not in self.stock.products and self.book.manners.unknown_sku == "refused":
            raise not_found("product", sku)
        level = self.stock.levels.setdefault((sku, location), Level())
        if kind == "decrement" and quantity > level.on_hand:
            raise conflict("invalid_field_value", f"Only {level.on_hand} of {sku} are on hand.", "quantity")
        if body.get("cost"):
            level.cost = Decimal(str(body["cost"]["amount"]))
        difference = {"increment": quantity, "decrement": -quantity, "adjust": quantity - level.on_hand, "modify": 0}
        self.stock.move(sku, location, difference[kind], kind)
        return 204, None

    def _need_inventory(self) -> None:
        if not self.book.manners.inventory:
            message = "Your plan does not include the Inventory API add-on."
            raise Refusal(403, "forbidden", message, type="account_status", source="ShipStation")


def fits(book: Book, wanted: str | None, value: str | None) -> bool:
    """Return True if a filter lets a value through. Capitals count only where it asks for equality."""
    how, value = book.manners.filters, value or ""
    if wanted is None:
        return True
    if how == "equal":
        return value == wanted
    lowered = value.lower(), wanted.lower()
    return lowered[0].startswith(lowered[1]) if how == "start" else lowered[1] in lowered[0]


def _asked_for(query: Any, sku: str, place: Place) -> bool:
    equal = {"sku": sku, "inventory_location_id": place.location_id, "inventory_warehouse_id": place.warehouse_id}
    return all(name not in query or query[name] == value for name, value in equal.items())


def _supplier(body: dict[str, Any]) -> dict[str, Any]:
    words = (
        "supplier_name supplier_email address_line_1 address_line_2 city state postal_code country_code contact_name "
        "contact_phone"
    )
    return {word: body.get(word) for word in words.split()}


def _product(product: Product) -> dict[str, Any]:
    return {
        "product_id": product.product_id,
        "sku": product.sku,
        "name": product.name,
        "upc": product.upc,
        "thumbnail_url": None,
        "fulfillment_sku": None,
        "warehouse_location": None,
        "create_date": instant(product.created),
        "modify_date": instant(product.modified),
        "customs_value": None,
        "product_type": None,
        "is_bundle": product.bundle,
        "active": product.active,
        "dimensions": None,
    }
