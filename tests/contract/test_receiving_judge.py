"""The requests of the way in, held against the judges that others wrote: purchase orders and receipts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sandbox.erps.m3.seed import Line, add_warehouse
from sandbox.judging import judge_named, judges
from shared.erp.infor.bindings import AT_A_BORDER, optional_bindings, receipt_bindings
from shared.http import Request
from shared.url import rebase
from shared.workflow.desk.receipts import add_parcel
from shared.workflow.desk.stock import items_now
from tests.component.workflow.yard import ALBANY, CONNECTION, SETTLED, Yard, key_of

VENDOR = "https://mingle-ionapi.inforcloudsuite.com"


def lived(**changes: Any) -> Yard:
    """A life with a lost answer on each side, a change, and a cancelled order."""
    yard = Yard(**changes)
    yard.order("4000001", lines=[Line("VALVE-1", 10), Line("GASKET-X", 4)], confirmed="")
    yard.order("4000002", confirmed="")
    yard.fails("create_purchase_order", "reset_after")
    yard.turn()
    yard.turn(SETTLED)
    yard.tenant.change_line("4000001", "1", ORQA="8", ORQT="8")
    yard.tenant.cancel("4000002")
    yard.turn()
    yard.confirm("4000001")
    yard.turn()
    return yard


@pytest.fixture(scope="module")
def yard() -> Yard:
    lived_through = lived()
    lived_through.comes_in(5, number="4000001")
    lived_through.fails("PPS001MI.Receipt", "reset_after", at="erp")
    lived_through.turn()
    lived_through.turn(SETTLED)
    assert lived_through.booked("4000001")
    return lived_through


def test_the_judge_of_m3_accepts_every_request_and_each_receipt_program_occurs(yard: Yard, contracts: Path) -> None:
    judge = judges(contracts)["m3"]
    asked = yard.m3.recorded
    assert {f"{each.program}.{each.transaction}" for each in receipt_bindings().values()} <= {
        n.operation for n in asked
    }
    assert [(each.operation, wrong) for each in asked for wrong in _wrong(judge, each.request, VENDOR)] == []


def test_the_judge_of_shipstation_accepts_every_request_and_each_operation_occurs(yard: Yard, contracts: Path) -> None:
    judge = judge_named(contracts, "shipstation")
    asked = yard.station.recorded
    assert {
        *("list_suppliers", "create_supplier", "create_purchase_order", "list_purchase_orders", "get_purchase_order"),
        *("update_purchase_order", "purchase_order_status"),
    } <= {each.operation for each in asked}
    assert [(each.operation, wrong) for each in asked for wrong in _wrong(judge, each.request)] == []


def test_the_judge_of_shipstation_accepts_reference_shipments(contracts: Path) -> None:
    place = {"ship_from": "se-4501", "inventory_warehouse": "se-9101", "inventory_location": "se-9001"}
    yard = lived(carrier={"inbound_as": "shipment"}, warehouses={"W01": place})
    judge = judge_named(contracts, "shipstation")
    asked = yard.station.recorded
    assert "create_shipments" in {each.operation for each in asked}
    assert [(each.operation, wrong) for each in asked for wrong in _wrong(judge, each.request)] == []


@pytest.fixture(scope="module")
def shelf() -> Yard:
    """Stock of two warehouses, of one owner each, set on the other side; items compared."""
    at = {"ship_from": "se-1", "inventory_warehouse": "se-9101", "inventory_location": "se-9001"}
    places = {"W01": at, "W02": {**at, "inventory_location": "se-9002", "erp_location": "A-01"}}
    owners = {"W01": "erp", "W02": "carrier"}
    advises = {"moment": "delivered", "in_transit": "advise"}
    yard = Yard(warehouses=places, stock={"owner": owners, "write": "on"}, items={"owner": "erp"}, receipts=advises)
    stock = yard.station.stock
    add_warehouse(yard.tenant, "W02", ALBANY)
    stock.add_place("B-01", next(iter(stock.warehouses)))
    yard.tenant.stocks("W01", "GASKET-X", 7)
    yard.tenant.stocks("W02", "VALVE-1", 7)
    yard.order()
    yard.turn()
    assert yard.tenant.balances["W02", "VALVE-1", "A-01"] == 0
    yard.station.parcels.of_another("1Z999AA10123456784", "ups", yard.clock.now())
    add_parcel(yard.ports, key_of(), "1Z999AA10123456784", "ann")
    yard.turn()
    assert [each.status for each in yard.tenant.advices] == ["40"]
    stored = yard.ports.connections.get(CONNECTION)
    assert stored
    items_now(yard.ports, stored.connection)
    return yard


def test_s38_both_judges_accept_every_request_for_stock_and_items(shelf: Yard, contracts: Path) -> None:
    asked = shelf.m3.recorded
    wanted = (each for job, each in optional_bindings().items() if job not in AT_A_BORDER)
    assert {f"{each.program}.{each.transaction}" for each in wanted} <= {n.operation for n in asked}
    judge = judges(contracts)["m3"]
    assert [(each.operation, wrong) for each in asked for wrong in _wrong(judge, each.request, VENDOR)] == []
    judge, asked = judge_named(contracts, "shipstation"), shelf.station.recorded
    assert {"inventory", "change_inventory", "products", "track"} <= {each.operation for each in asked}
    assert [(each.operation, wrong) for each in asked for wrong in _wrong(judge, each.request)] == []


def _wrong(judge: Any, request: Request, host: str = "") -> list[str]:
    url = rebase(request.url, host) if host else request.url
    found: list[str] = judge.check(request.method, url, dict(request.headers), request.body)
    return found
