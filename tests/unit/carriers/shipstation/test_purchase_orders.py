"""Purchase orders and reference shipments at ShipStation: requests and answers, held against the sandbox's account."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from sandbox.carriers.shipstation.stock import Level
from sandbox.carriers.shipstation.wire import Pager
from sandbox.engine import ConnectionDropped, Fault
from sandbox.memory import MemoryBudgets, MemorySecrets
from sandbox.serve import ROOT
from shared.carriers.shipstation.auth import ShipStationAuth
from shared.carriers.shipstation.calls import ShipStationCalls
from shared.carriers.shipstation.file import Place
from shared.carriers.shipstation.receiving import open_receiving
from shared.carriers.shipstation.reference_shipments import external_id
from shared.carriers.shipstation.settings import ShipStationSettings
from shared.domain.address import Address, Party
from shared.errors import Refused, Retry, Unknown
from shared.http import Lost, Request, Response
from shared.ports.receiving import OrderText, ShelvesStock, TakesPurchaseOrders
from tests.unit.sandbox.carriers.shipstation_account import Account

SELLER = Party(
    "Valve Works", Address(("77 Mill Rd", "Gate 2"), "Buffalo", "NY", "14201", "US"), "Ann Lee", "7165550101"
)


class Yard:
    """The sandbox's account with two products, a warehouse of each kind, and the adapter before it.

    With `swallows` a proxy answers what would be written with an empty success."""

    swallows = False

    def __init__(self, inbound_as: str = "purchase_order", *, stocked: bool = False, **changes: Any) -> None:
        self.account = Account(**changes)
        self.engine, self.manners, self.clock = self.account.engine, self.account.manners, self.account.clock
        stock = self.engine.stock
        stock.add_product("VALVE-1", "Gate valve")
        stock.add_product("GASKET-X", "Gasket")
        warehouse = stock.add_warehouse("Albany stock")
        location = stock.add_place("A-01", warehouse).location_id
        self.ship_from = next(iter(self.engine.book.warehouses))
        place = Place(ship_from=self.ship_from, inventory_warehouse=warehouse, inventory_location=location)
        form: Any = {"inbound_as": inbound_as, "places": {"W01": place}, "stocked": stocked}
        settings = ShipStationSettings(connection_id="acme", **form)
        auth = ShipStationAuth(
            settings, MemorySecrets({("acme", "carrier"): {"api": "v2", "api_key": "sandbox-v2-key"}})
        )
        calls = ShipStationCalls(
            settings, auth=auth, budgets=MemoryBudgets(self.clock), transport=self, clock=self.clock
        )
        desk = open_receiving(
            settings, calls, clock=self.clock, sleep=lambda s: self.clock.advance(timedelta(seconds=s))
        )
        assert isinstance(desk, TakesPurchaseOrders)
        self.desk, self.carrier = desk, desk

    def send(self, request: Request, *, timeout: float, fresh: bool = False) -> Response:
        if self.swallows and request.method == "POST":
            return Response(200, {}, b"")
        try:
            return self.engine.handle(request)
        except ConnectionDropped as dropped:
            raise Lost(str(dropped)) from dropped

    def text(self, *skus: tuple[str, int], **changes: Any) -> OrderText:
        supplier = self.desk.find_supplier("Valve Works") or self.desk.make_supplier(SELLER)
        lines = skus or (("VALVE-1", 10),)
        return replace(
            OrderText("1A2B3C4D-AAAABBBBCCCC-1", supplier, "W01", lines, date(2026, 12, 15), SELLER), **changes
        )


@pytest.fixture
def yard() -> Yard:
    return Yard()


def test_a_supplier_is_found_by_exactly_its_name(yard: Yard) -> None:
    yard.desk.make_supplier(replace(SELLER, name="Valve Works East"))
    assert yard.desk.find_supplier("Valve Works") == ""
    made = yard.desk.make_supplier(SELLER)
    assert yard.desk.find_supplier("Valve Works") == made
    kept = yard.engine.stock.suppliers[made]
    assert (kept["address_line_1"], kept["address_line_2"]) == ("77 Mill Rd", "Gate 2")
    assert (kept["city"], kept["postal_code"], kept["contact_name"]) == ("Buffalo", "14201", "Ann Lee")


def test_an_order_is_made_as_a_draft_and_found_by_our_reference_alone(yard: Yard) -> None:
    text = yard.text(("VALVE-1", 10), ("GASKET-X", 3))
    made = yard.desk.make_order(text)
    yard.desk.make_order(replace(text, reference=text.reference + "1"))
    (found,) = yard.desk.find_order(text.reference, yard.clock.now())
    assert (found.remote_id, found.status, found.reference) == (made, "draft", text.reference)
    assert (found.ordered, found.received) == ({"VALVE-1": 10, "GASKET-X": 3}, {"VALVE-1": 0, "GASKET-X": 0})


def test_orders_are_found_over_all_pages_of_the_cursor(yard: Yard) -> None:
    text = yard.text()
    for number in range(40):
        yard.desk.make_order(replace(text, reference=f"{text.reference}{number:02}"))
    made = yard.desk.make_order(text)
    yard.clock.advance(timedelta(minutes=2))
    assert [each.remote_id for each in yard.desk.find_order(text.reference, yard.clock.now())] == [made]


def test_a_draft_follows_is_opened_and_tells_what_came_in(yard: Yard) -> None:
    text = yard.text()
    made = yard.desk.make_order(text)
    yard.desk.change_order(made, replace(text, skus=(("VALVE-1", 8),)))
    yard.desk.open_order(made)
    order = yard.engine.orders.orders[made]
    yard.engine.orders.take_in(order, "VALVE-1", next(iter(yard.engine.stock.places)), 5)
    found = yard.desk.get_order(made)
    assert (found.status, found.ordered, found.received) == ("receiving", {"VALVE-1": 8}, {"VALVE-1": 5})


@pytest.mark.parametrize(
    "manner",
    [
        {"order_warehouse": "ship_from"},
        {"order_warehouse": "either"},
        {"quantity": "quantity_ordered"},
        {"reference_number": "refused"},
        {"quantity": "ordered_quantity", "order_warehouse": "ship_from", "reference_number": "refused"},
        {"received": "quantity_received"},
    ],
)
def test_what_nobody_is_sure_of_is_tried_in_its_forms_and_makes_one_order(yard: Yard, manner: dict[str, Any]) -> None:
    for name, value in manner.items():
        setattr(yard.manners, name, value)
    made = yard.desk.make_order(yard.text())
    assert list(yard.engine.orders.orders) == [made]
    assert yard.desk.get_order(made).ordered == {"VALVE-1": 10}
    yard.desk.change_order(made, yard.text(("VALVE-1", 9)))
    assert yard.desk.get_order(made).ordered == {"VALVE-1": 9}


def test_where_references_are_dropped_the_orders_without_one_come_back(yard: Yard) -> None:
    yard.manners.reference_number = "dropped"
    since = yard.clock.now()
    made = yard.desk.make_order(yard.text())
    (found,) = yard.desk.find_order("1A2B3C4D-AAAABBBBCCCC-1", since)
    assert (found.remote_id, found.reference) == (made, "")


def test_received_quantities_that_are_not_told_are_none_and_not_zero(yard: Yard) -> None:
    made = yard.desk.make_order(yard.text())
    yard.manners.tells_received = False
    assert yard.desk.get_order(made).received is None


def test_a_sku_that_the_account_lacks_is_refused_and_nothing_is_made(yard: Yard) -> None:
    with pytest.raises(Refused, match="NO-SUCH"):
        yard.desk.make_order(yard.text(("NO-SUCH", 1)))
    assert yard.engine.orders.orders == {}


def test_a_warehouse_that_the_file_lacks_is_refused_by_name(yard: Yard) -> None:
    with pytest.raises(Refused) as refused:
        yard.desk.make_order(yard.text(warehouse="W09"))
    assert (refused.value.field, refused.value.value) == ("warehouses", "W09")


@pytest.mark.parametrize(
    ("kind", "error", "made"),
    [
        ("reset_before", Unknown, 0),
        ("reset_after", Unknown, 1),
        ("error_after", Unknown, 1),
        ("empty", Unknown, 1),
        ("throttled", Retry, 0),
    ],
)
def test_a_lost_answer_is_unknown_and_a_throttled_one_a_proof(
    yard: Yard, kind: Any, error: type[Exception], made: int
) -> None:
    text = yard.text()
    yard.engine.faults.append(Fault("create_purchase_order", kind, seconds=60))
    with pytest.raises(error):
        yard.desk.make_order(text)
    assert len(yard.engine.orders.orders) == made


def test_more_calls_than_the_minute_s_free_ones_wait_for_their_turn(yard: Yard) -> None:
    text, began = yard.text(), yard.clock.now()
    for number in range(80):
        yard.desk.make_order(replace(text, reference=f"{text.reference}{number:02}"))
    assert len(yard.engine.orders.orders) == 80
    assert timedelta(seconds=5) < yard.clock.now() - began < timedelta(minutes=1)


def test_the_connection_test_of_the_way_in_names_what_is_wrong() -> None:
    yard = Yard()
    assert [each.ok for each in yard.carrier.ping()] == [True] * 5  # type: ignore[attr-defined]
    yard.manners.purchase_orders = False
    wrong = [each for each in yard.carrier.ping() if not each.ok]  # type: ignore[attr-defined]
    assert [each.name for each in wrong] == ["ShipStation purchase orders"]
    assert "inbound_as: shipment" in str(wrong[0].hint)


def test_the_page_names_the_lines_of_the_connection_test_for_what_is_unsure_of_the_way_in() -> None:
    page = (ROOT / "docs" / "carriers" / "shipstation.md").read_text()
    section = page.partition("## What is unsure of the way in")[2].partition("\n## ")[0]
    named = set(re.findall(r"`test`: `([^`]+)`", section))
    assert named
    assert named <= {each.name for each in Yard(stocked=True).carrier.ping()}  # type: ignore[attr-defined]


def test_the_connection_test_says_how_quantities_are_named(yard: Yard) -> None:
    yard.desk.make_order(yard.text())
    said = next(each for each in yard.carrier.ping() if each.name == "ShipStation purchase orders")  # type: ignore[attr-defined]
    assert said.detail == "quantities are quantity, what came in received_quantity"
    yard.manners.tells_received = False
    said = next(each for each in yard.carrier.ping() if each.name == "ShipStation purchase orders")  # type: ignore[attr-defined]
    assert not said.ok
    assert "received quantities" in said.detail


# --- reference shipments --------------------------------------------------------------------------------------------


def test_a_reference_shipment_goes_from_the_supplier_to_our_warehouse_and_is_found_again() -> None:
    yard = Yard("shipment")
    text = yard.text(("VALVE-1", 4))
    made = yard.desk.make_order(text)
    (found,) = yard.desk.find_order(text.reference, yard.clock.now())
    assert (found.remote_id, found.status, found.ordered, found.received) == (made, "open", {"VALVE-1": 4}, None)
    kept = yard.engine.book.shipments[made]
    assert kept.asked["ship_from"]["city_locality"] == "Buffalo"
    assert kept.asked["create_sales_order"] is False
    assert not yard.desk.reports_receipts
    yard.desk.cancel_order(made)
    assert yard.desk.get_order(made).status == "cancelled"


@pytest.mark.parametrize("manner", ["has_errors", "refused"])
def test_a_reference_shipment_that_is_there_already_is_looked_up_and_not_made_twice(manner: Any) -> None:
    yard = Yard("shipment")
    yard.manners.duplicate = manner
    made = yard.desk.make_order(yard.text())
    with pytest.raises(Unknown):
        yard.desk.make_order(yard.text())
    assert [each.remote_id for each in yard.desk.find_order(yard.text().reference, yard.clock.now())] == [made]


def test_a_long_reference_ends_in_a_digest_and_two_of_them_do_not_meet() -> None:
    one, other = external_id("P" * 60 + "1"), external_id("P" * 60 + "2")
    assert len(one) == len(other) == 50
    assert one != other
    assert external_id("P" * 50) == "P" * 50


# --- stock and products --------------------


@pytest.mark.parametrize("pager", [Pager(), Pager(largest=50), Pager(largest=50, refuses=True)])
def test_s38_every_page_of_levels_and_products_is_read_whatever_page_size_is_taken(pager: Pager) -> None:
    yard = Yard(pager=pager)
    stock, location = yard.engine.stock, next(iter(yard.engine.stock.places))
    elsewhere = stock.add_place("B-01", next(iter(stock.warehouses))).location_id
    for number in range(130):
        stock.add_product(f"SKU-{number:03}", f"Part {number}")
        stock.levels[f"SKU-{number:03}", location] = Level(number)
        stock.levels[f"SKU-{number:03}", elsewhere] = Level(1000)
    assert isinstance(yard.desk, ShelvesStock)
    levels = yard.desk.levels("W01")
    assert (len(levels), levels["SKU-129"]) == (130, 129)
    products = yard.desk.products()
    assert (len(products), products["SKU-129"], products["VALVE-1"]) == (132, "Part 129", "Gate valve")


def test_bundles_and_products_that_are_no_longer_sold_are_no_products() -> None:
    yard = Yard()
    yard.engine.stock.add_product("KIT", "A kit", bundle=True)
    yard.engine.stock.add_product("OLD", "No longer sold", active=False)
    assert isinstance(yard.desk, ShelvesStock)
    assert sorted(yard.desk.products()) == ["GASKET-X", "VALVE-1"]


def test_s38_a_level_is_set_by_one_adjust_to_the_absolute_number_and_may_be_repeated() -> None:
    yard = Yard()
    assert isinstance(yard.desk, ShelvesStock)
    for _ in range(2):
        yard.desk.set_level("W01", "VALVE-1", 7)
    assert yard.desk.levels("W01") == {"VALVE-1": 7}
    sent = [json.loads(each.request.body) for each in yard.engine.recorded if each.operation == "change_inventory"]
    assert {(each["transaction_type"], each["quantity"]) for each in sent} == {("adjust", 7)}
    with pytest.raises(Refused, match="W9 is none of `warehouses`"):
        yard.desk.levels("W9")


@pytest.mark.parametrize(("kind", "made"), [("reset_before", 0), ("reset_after", 7), ("throttled", 0)])
def test_a_level_whose_answer_is_lost_is_for_the_next_comparison(kind: str, made: int) -> None:
    yard = Yard()
    yard.engine.faults.append(Fault("change_inventory", kind, seconds=30))  # type: ignore[arg-type]
    assert isinstance(yard.desk, ShelvesStock)
    with pytest.raises(Retry):
        yard.desk.set_level("W01", "VALVE-1", 7)
    yard.clock.advance(timedelta(minutes=1))
    assert yard.desk.levels("W01").get("VALVE-1", 0) == made


def test_a_level_that_is_set_with_an_empty_success_is_read_back_and_not_taken_as_lost() -> None:
    yard = Yard()
    yard.engine.faults.append(Fault("change_inventory", "empty"))
    assert isinstance(yard.desk, ShelvesStock)
    yard.desk.set_level("W01", "VALVE-1", 7)
    assert [each.operation for each in yard.engine.recorded] == ["change_inventory", "inventory"]
    assert yard.desk.levels("W01") == {"VALVE-1": 7}


def test_an_empty_success_behind_which_nothing_was_set_is_none() -> None:
    yard = Yard()
    yard.swallows = True
    assert isinstance(yard.desk, ShelvesStock)
    with pytest.raises(Retry, match="VALVE-1 is not at 7"):
        yard.desk.set_level("W01", "VALVE-1", 7)
