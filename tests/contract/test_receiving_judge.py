"""The requests of the way in, held against the judges that others wrote: purchase orders and receipts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sandbox.erps.m3.seed import Line
from sandbox.judging import judge_named, judges
from shared.erp.infor.bindings import receipt_bindings
from shared.http import Request
from shared.url import rebase
from tests.component.workflow.yard import SETTLED, Yard

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


def _wrong(judge: Any, request: Request, host: str = "") -> list[str]:
    url = rebase(request.url, host) if host else request.url
    found: list[str] = judge.check(request.method, url, dict(request.headers), request.body)
    return found
