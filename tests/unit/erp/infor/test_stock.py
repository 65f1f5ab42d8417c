"""Stock and items of M3: balances by warehouse and by location, counts, and the item master page by page (S38)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from sandbox.engine import Fault
from sandbox.erps.m3.releases import lack
from sandbox.erps.m3.seed import add_item
from shared.connection import parse
from shared.erp.infor.adapter import InforM3
from shared.erp.infor.bindings import bindings_of, optional_bindings
from shared.erp.infor.settings import settings_of
from shared.errors import Misconfigured, Refused, Retry, Unknown
from shared.ports.receiving import KeepsStock
from shared.registry import KINDS
from tests.component.workflow.yard import a_file
from tests.samples.m3.world import World

JOBS = frozenset(optional_bindings())


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr("shared.erp.infor.settings.bindings_of", lambda given, **_: bindings_of(given, more=JOBS))
    return World()


def stock(world: World) -> InforM3:
    erp = world.erp()
    assert isinstance(erp, KeepsStock)
    return erp


def test_s38_stock_is_the_sum_of_a_warehouse_or_of_one_location(world: World) -> None:
    world.tenant.stocks("W01", "BOLT-10", 7)
    world.tenant.stocks("W01", "BOLT-10", "3.5", "RECV")
    erp = stock(world)
    assert erp.stock_of("W01", "", "BOLT-10") == Decimal("10.5")
    assert erp.stock_of("W01", "A-01", "BOLT-10") == Decimal(7)
    assert erp.stock_of("W01", "B-99", "BOLT-10") is None
    assert erp.stock_of("W01", "", "NUT-10") is None
    assert erp.stock_of("W01", "", "UNKNOWN") is None


def test_s38_a_count_sets_a_location_and_may_be_repeated(world: World) -> None:
    erp = stock(world)
    for _ in range(2):
        erp.set_stock("W01", "A-01", "BOLT-10", 12)
    assert world.tenant.balances == {("W01", "BOLT-10", "A-01"): Decimal(12)}
    assert {each.remark for each in world.tenant.counts} == {"parcelbridge"}
    with pytest.raises(Refused, match="Location NOWHERE does not exist"):
        erp.set_stock("W01", "NOWHERE", "BOLT-10", 12)


def test_a_location_with_several_balances_of_an_item_is_not_set_by_one_count(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    lot = {"warehouse": "W01", "location": "A-01", "on_hand": "3"}
    monkeypatch.setattr("shared.erp.infor.client.M3Client.records", lambda *_, **__: [lot, lot])
    erp = stock(world)
    assert erp.stock_of("W01", "A-01", "BOLT-10") == Decimal(6)
    with pytest.raises(Refused, match="A-01 has 2 balances of BOLT-10"):
        erp.set_stock("W01", "A-01", "BOLT-10", 12)


@pytest.mark.parametrize(("kind", "error"), [("reset_after", Unknown), ("empty", Unknown), ("throttled", Retry)])
def test_a_count_whose_answer_is_lost_is_not_known(world: World, kind: Any, error: type[Exception]) -> None:
    world.engine.faults.append(Fault("MMS310MI.Update", kind))
    with pytest.raises(error):
        stock(world).set_stock("W01", "A-01", "BOLT-10", 12)


def test_s38_all_items_in_use_are_read_page_by_page(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.erp.infor.stock.PAGE", 3)
    for number in range(7):
        add_item(world.tenant, f"PART-{number}", f"Part {number}")
    world.tenant.change_item("PART-3", STAT="90")
    found = dict(stock(world).item_names())
    assert list(found) == ["BOLT-10", "NUT-10", *(f"PART-{number}" for number in (0, 1, 2, 4, 5, 6))]
    assert found["PART-6"] == "Part 6"
    assert world.calls().count("MMS200MI.SelItem") == 5


def test_a_tenant_is_asked_only_for_the_programs_that_the_file_needs(world: World) -> None:
    del world
    customs = {"warehouse.facility", "item.customs"}
    counted = JOBS - {"item.list", "shipment.advise"} - customs
    at = {"ship_from": "se-1", "inventory_warehouse": "se-2", "inventory_location": "se-3", "erp_location": "A-01"}
    for changes, jobs in (
        ({}, set()),
        ({"items": {"owner": "erp"}}, {"item.list"}),
        ({"stock": {"owner": "erp"}}, {"stock.balance"}),
        ({"stock": {"owner": "carrier"}}, {"stock.balance"}),
        ({"stock": {"owner": "carrier"}, "warehouses": {"W01": at}}, {"stock.balance", "stock.location"}),
        ({"stock": {"owner": "carrier", "write": "on"}, "warehouses": {"W01": at}}, counted),
        ({"receipts": {"in_transit": "advise"}}, {"shipment.advise"}),
        ({"customs": {"terms": "DAP"}}, customs),
    ):
        connection = parse(a_file(**changes), KINDS)
        with pytest.MonkeyPatch.context() as undone:
            undone.setattr("shared.erp.infor.settings.bindings_of", bindings_of)
            assert set(settings_of(connection).bindings) & JOBS == jobs


def test_a_program_that_the_tenant_lacks_is_named_by_its_entry(world: World) -> None:
    lack(world.tenant, "MMS310MI")
    with pytest.raises(Misconfigured) as lacking:
        stock(world).set_stock("W01", "A-01", "BOLT-10", 12)
    assert lacking.value.field == "erp.bindings.stock.count"
