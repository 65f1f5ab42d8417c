"""The sandbox ShipStation V2 by itself: purchase orders, receipts, stock, products and suppliers."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.sandbox.carriers.shipstation_account import Account, a_shipment

USD_2 = {"currency": "usd", "amount": 2.5}


class Yard(Account):
    """An account with a supplier, two products, an inventory warehouse and a location."""

    def __init__(self, **changes: Any) -> None:
        super().__init__(**changes)
        stock = self.engine.stock
        stock.add_product("VALVE-1", "Gate valve")
        stock.add_product("GASKET-X", "Gasket")
        self.warehouse = stock.add_warehouse("Albany stock")
        self.location = stock.add_place("A-01", self.warehouse).location_id
        self.supplier = self.post("/v2/suppliers", {"supplier_name": "Acme Ltd."})["supplier_id"]

    def asked(self, *skus: str, **changes: Any) -> dict[str, Any]:
        lines = [{"sku": sku, "quantity": 10, "unit_cost": USD_2} for sku in skus or ("VALVE-1",)]
        base = {"supplier_id": self.supplier, "warehouse_id": self.warehouse, "reference_number": "100-1000001"}
        return {**base, "products": lines, **changes}

    def order(self, *skus: str, opened: bool = False, **changes: Any) -> str:
        made: str = self.post("/v2/purchase_orders", self.asked(*skus, **changes))["purchase_order_id"]
        if opened:
            self.post(f"/v2/purchase_orders/{made}/status", {"status": "open"})
        return made

    def receive(self, order: str, quantity: int, sku: str = "VALVE-1", **more: Any) -> None:
        row = {"sku": sku, "inventory_location_id": self.location, "received_quantity": quantity, **more}
        self.post(f"/v2/purchase_orders/{order}/receives", {"product_receives": [row]})

    def told(self, order: str) -> Any:
        return self.get(f"/v2/purchase_orders/{order}")

    def on_hand(self, sku: str = "VALVE-1") -> int:
        rows = self.get("/v2/inventory", sku=sku)["inventory"]
        return sum(row["on_hand"] for row in rows)


@pytest.fixture
def yard() -> Yard:
    return Yard()


# --- purchase orders --------------------------------------------------------------------------------------------


def test_an_order_is_a_draft_with_a_number_of_its_own(yard: Yard) -> None:
    first, second = yard.told(yard.order()), yard.told(yard.order())
    assert (first["status"], first["reference_number"]) == ("draft", "100-1000001")
    assert (first["order_number"], second["order_number"]) == ("11022026-01", "11022026-02")
    assert first["products"] == [{"sku": "VALVE-1", "quantity": 10, "unit_cost": USD_2, "received_quantity": 0}]


def test_an_order_made_again_is_there_twice(yard: Yard) -> None:
    assert yard.order() != yard.order()
    assert len(yard.get("/v2/purchase_orders", reference_number="100-1000001")["purchase_orders"]) == 2


def test_only_a_draft_is_edited_and_only_an_open_one_received(yard: Yard) -> None:
    order = yard.order()
    path = f"/v2/purchase_orders/{order}"
    receipt = {"product_receives": [{"sku": "VALVE-1", "inventory_location_id": yard.location, "received_quantity": 1}]}
    assert yard.refused("POST", f"{path}/receives", receipt)[1] == "invalid_status"
    assert yard.ask("PUT", path, yard.asked("VALVE-1", "GASKET-X")).status == 204
    assert [each["sku"] for each in yard.told(order)["products"]] == ["VALVE-1", "GASKET-X"]
    assert yard.post(f"{path}/status", {"status": "open"}) == {"purchase_order_id": order, "status": "open"}
    assert yard.refused("PUT", path, yard.asked())[1] == "invalid_status"
    assert yard.ask("POST", f"{path}/shipping_details", {"tracking_number": "1Z1"}).status == 204


def test_transitions_must_be_followed(yard: Yard) -> None:
    path = f"/v2/purchase_orders/{yard.order()}/status"
    assert yard.refused("POST", path, {"status": "received"}) == (400, "invalid_status", "status")
    assert yard.refused("POST", path, {"status": "draft"}) == (400, "invalid_field_value", "status")
    yard.post(path, {"status": "open"})
    yard.post(path, {"status": "cancelled"})
    assert yard.refused("POST", path, {"status": "open"})[1] == "invalid_status"


def test_a_receipt_raises_stock_and_changes_the_status_and_repeated_receives_again(yard: Yard) -> None:
    order = yard.order(opened=True)
    yard.receive(order, 4)
    assert (yard.told(order)["status"], yard.on_hand()) == ("receiving", 4)
    yard.receive(order, 4)
    assert (yard.told(order)["products"][0]["received_quantity"], yard.on_hand()) == (8, 8)
    yard.receive(order, 2, rejected_quantity=3)
    told = yard.told(order)
    assert (told["status"], told["products"][0]["received_quantity"], yard.on_hand()) == ("received", 10, 10)
    assert [each[1:] for each in yard.engine.orders.orders[order].receipts] == [
        ("VALVE-1", 4, 0),
        ("VALVE-1", 4, 0),
        ("VALVE-1", 2, 3),
    ]


def test_what_is_not_known_of_receipts_is_a_manner(yard: Yard) -> None:
    order = yard.order(opened=True)
    yard.receive(order, 12, rejected_quantity=1)
    assert yard.told(order)["products"][0]["received_quantity"] == 12
    yard.manners.received_holds_rejected = True
    assert yard.told(order)["products"][0]["received_quantity"] == 13
    yard.manners.tells_received = False
    assert "received_quantity" not in yard.told(order)["products"][0]
    yard.manners.over_receipts = "refused"
    second = yard.order(opened=True)
    row = {"sku": "VALVE-1", "inventory_location_id": yard.location, "received_quantity": 11}
    refused = yard.refused("POST", f"/v2/purchase_orders/{second}/receives", {"product_receives": [row]})
    assert refused[2] == "product_receives[0].received_quantity"


def test_a_receipt_that_is_wrong_takes_nothing_in(yard: Yard) -> None:
    path = f"/v2/purchase_orders/{yard.order(opened=True)}/receives"
    good = {"sku": "VALVE-1", "inventory_location_id": yard.location, "received_quantity": 1}
    for wrong in (
        {**good, "sku": "GASKET-X"},
        {**good, "inventory_location_id": yard.warehouse},
        {**good, "received_quantity": 0},
        {"sku": "VALVE-1", "inventory_location_id": yard.location},
    ):
        assert yard.refused("POST", path, {"product_receives": [good, wrong]})[0] in {400, 404}
    assert yard.on_hand() == 0


def test_a_wrong_order_is_refused_by_its_field(yard: Yard) -> None:
    line = {"sku": "VALVE-1", "quantity": 1}
    for changes, field in (
        ({"supplier_id": None}, "supplier_id"),
        ({"products": []}, "products"),
        ({"products": [{"sku": "VALVE-1"}]}, "products[0].quantity"),
        ({"products": [{**line, "qty": 1}]}, "products[0].qty"),
        ({"products": [line, line]}, "products"),
        ({"supplier_id": "se-1"}, None),
        ({"products": [{**line, "sku": "NONE"}]}, None),
        ({"warehouse_id": "se-4501"}, None),
    ):
        body = {name: value for name, value in yard.asked(**changes).items() if value is not None}
        assert yard.refused("POST", "/v2/purchase_orders", body)[2] == field
    assert yard.engine.orders.orders == {}


def test_names_of_a_line_and_the_space_of_the_warehouse_are_manners(yard: Yard) -> None:
    yard.manners.quantity, yard.manners.order_warehouse = "ordered_quantity", "ship_from"
    line = {"sku": "VALVE-1", "ordered_quantity": 3}
    order = yard.order(products=[line], warehouse_id="se-4501")
    assert yard.told(order)["products"][0]["ordered_quantity"] == 3
    yard.manners.same_sku, yard.manners.unknown_sku = "kept", "taken"
    assert len(yard.told(yard.order(products=[line, line], warehouse_id="se-4501"))["products"]) == 2


def test_the_reference_number_may_be_dropped_without_a_word_or_refused(yard: Yard) -> None:
    yard.manners.reference_number = "dropped"
    assert yard.told(yard.order())["reference_number"] is None
    yard.manners.reference_number = "refused"
    assert yard.refused("POST", "/v2/purchase_orders", yard.asked())[2] == "reference_number"


def test_a_filter_lets_a_part_through(yard: Yard) -> None:
    yard.order(reference_number="100-10000012")
    orders = lambda: yard.get("/v2/purchase_orders", reference_number="100-1000001")["purchase_orders"]  # noqa: E731
    assert len(orders()) == 1
    assert len(yard.get("/v2/suppliers", supplier_name="acme")["suppliers"]) == 1
    yard.manners.filters = "start"
    assert len(orders()) == 1
    yard.manners.filters = "equal"
    assert orders() == []
    assert yard.get("/v2/suppliers", supplier_name="acme")["suppliers"] == []


def test_orders_go_by_a_cursor_and_a_page_is_passed_over(yard: Yard) -> None:
    made = [yard.order() for _ in range(3)]
    first = yard.get("/v2/purchase_orders", page_size=2)
    assert "total" not in first
    assert yard.get("/v2/purchase_orders", page_size=2, page=2)["purchase_orders"] == first["purchase_orders"]
    cursor = first["links"]["next"]["href"].rpartition("cursor=")[2]
    second = yard.get("/v2/purchase_orders", page_size=2, cursor=cursor)
    assert [each["purchase_order_id"] for each in second["purchase_orders"]] == made[2:]
    assert second["links"] == {"next": {}}


def test_an_account_may_have_no_purchase_orders_and_no_inventory(yard: Yard) -> None:
    yard.manners.purchase_orders = yard.manners.inventory = False
    assert yard.refused("GET", "/v2/purchase_orders", page_size=1)[:2] == (403, "forbidden")
    assert yard.refused("GET", "/v2/inventory")[:2] == (403, "forbidden")
    assert yard.get("/v2/suppliers")["total"] == 1


def test_a_document_is_a_pdf(yard: Yard) -> None:
    answer = yard.ask("GET", f"/v2/purchase_orders/{yard.order()}/documents/received_summary")
    assert (answer.headers["content-type"], answer.body[:5]) == ("application/pdf", b"%PDF-")


# --- stock ------------------------------------------------------------------------------------------------------


def change(yard: Yard, kind: str, quantity: int, **more: Any) -> None:
    body = {"transaction_type": kind, "inventory_location_id": yard.location, "sku": "VALVE-1", "quantity": quantity}
    answer = yard.ask("POST", "/v2/inventory", {**body, **more})
    assert (answer.status, answer.body) == (204, b"")


def test_adjust_may_be_repeated_and_increment_may_not(yard: Yard) -> None:
    for _ in range(2):
        change(yard, "adjust", 7)
    assert yard.on_hand() == 7
    for _ in range(2):
        change(yard, "increment", 1)
    change(yard, "decrement", 4)
    assert yard.on_hand() == 5
    assert [each[2] for each in yard.engine.stock.moves] == [7, 0, 1, 1, -4]


def test_a_change_is_of_one_sku_and_one_location(yard: Yard) -> None:
    good = {"transaction_type": "adjust", "inventory_location_id": yard.location, "sku": "VALVE-1", "quantity": 1}
    for wrong, field in (
        ({"inventory": [good]}, "transaction_type"),
        ({**good, "transaction_type": "set"}, "transaction_type"),
        ({**good, "quantity": 1.5}, "quantity"),
        ({**good, "sku": "NONE"}, None),
        ({**good, "inventory_location_id": yard.warehouse}, None),
    ):
        assert yard.refused("POST", "/v2/inventory", wrong)[2] == field
    assert yard.engine.stock.moves == []


def test_levels_are_grouped_and_what_is_open_is_allocated(yard: Yard) -> None:
    other = yard.post("/v2/inventory_locations", {"name": "A-02", "inventory_warehouse_id": yard.warehouse})
    change(yard, "adjust", 7)
    change(yard, "adjust", 5, inventory_location_id=other["inventory_location_id"])
    item = [{"sku": "VALVE-1", "name": "Gate valve", "quantity": 3}]
    yard.post("/v2/shipments", {"shipments": [a_shipment("PO-100-1", items=item, create_sales_order=False)]})
    (whole,) = yard.get("/v2/inventory")["inventory"]
    assert (whole["on_hand"], whole["allocated"], whole["available"]) == (12, 3, 9)
    assert (whole["inventory_warehouse_id"], whole["inventory_location_id"]) == (None, None)
    rows = yard.get("/v2/inventory", group_by="location")["inventory"]
    assert [row["on_hand"] for row in rows] == [7, 5]
    (one,) = yard.get("/v2/inventory", inventory_location_id=yard.location)["inventory"]
    assert (one["on_hand"], one["inventory_warehouse_id"]) == (7, yard.warehouse)
    assert yard.refused("GET", "/v2/inventory", modified_at_start="2026-11-02T00:00:00Z")[2] == "modified_at_start"


def test_the_two_kinds_of_warehouses_have_ids_of_their_own(yard: Yard) -> None:
    (ship_from,) = yard.get("/v2/warehouses")["warehouses"]
    (inventory,) = yard.get("/v2/inventory_warehouses")["inventory_warehouses"]
    assert ship_from["warehouse_id"] != inventory["inventory_warehouse_id"]
    assert yard.refused("GET", f"/v2/warehouses/{inventory['inventory_warehouse_id']}")[0] == 404
    (place,) = yard.get("/v2/inventory_locations")["inventory_locations"]
    assert place["inventory_warehouse_id"] == inventory["inventory_warehouse_id"]


# --- products, suppliers, fulfillments --------------------------------------------------------------------------


def test_products_are_read_only_and_their_id_is_a_number(yard: Yard) -> None:
    (product,) = yard.get("/v2/products", sku="VALVE-1")["products"]
    assert isinstance(product["product_id"], int)
    assert yard.ask("POST", "/v2/products", {"sku": "NEW"}).status == 404
    assert yard.ask("PUT", f"/v2/products/{product['product_id']}", {}).status == 404


def test_a_supplier_made_again_is_there_twice_and_has_no_number_of_ours(yard: Yard) -> None:
    yard.post("/v2/suppliers", {"supplier_name": "Acme Ltd."})
    rows = yard.get("/v2/suppliers", supplier_name="Acme Ltd.")["suppliers"]
    assert len(rows) == 2
    assert yard.refused("POST", "/v2/suppliers", {"supplier_name": "B", "external_id": "V100"})[2] == "external_id"
    assert (
        yard.refused("POST", "/v2/suppliers", {"supplier_name": "B", "address_line1": "1 A St"})[2] == "address_line1"
    )
    assert yard.ask("PUT", f"/v2/suppliers/{yard.supplier}", {"supplier_name": "Acme Inc."}).status == 204


def test_fulfillments_succeed_in_part_and_have_no_items(yard: Yard) -> None:
    yard.post("/v2/shipments", {"shipments": [a_shipment("A")]})
    row = {"shipment_id": "se-100001", "tracking_number": "1Z9", "carrier_code": "ups"}
    told = yard.post("/v2/fulfillments", {"fulfillments": [row, {**row, "shipment_id": "se-1"}]})
    assert told["has_errors"] is True
    assert [bool(each["errors"]) for each in told["fulfillments"]] == [False, True]
    (listed,) = yard.get("/v2/fulfillments", shipment_id="se-100001")["fulfillments"]
    assert "items" not in listed
    assert yard.refused("GET", "/v2/fulfillments", created_at_start="2026-11-02T00:00:00Z")[2] == "created_at_start"
