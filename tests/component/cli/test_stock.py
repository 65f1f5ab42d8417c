"""`stock diff` and `items diff`: what a person sees of both sides (S38)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sandbox.carriers.shipstation.stock import Level
from sandbox.erps.m3.seed import add_item
from tests.component.cli.test_receipts import Counter
from tests.component.workflow.yard import CONNECTION, HOUR


def a_counter(**changes: Any) -> Counter:
    yard = Counter(**{"stock": {"owner": "erp"}, "items": {"owner": "erp"}, **changes})
    yard.tenant.stocks("W01", "VALVE-1", 7)
    yard.station.stock.levels["VALVE-1", yard.location] = Level(4)
    return yard


def test_s38_stock_diff_lists_what_differs_and_whose_number_counts_and_writes_nothing() -> None:
    yard = a_counter(stock={"owner": "erp", "write": "on"})
    said = yard.says("stock", "diff", CONNECTION, ends=1)
    (row,) = [line for line in said.splitlines() if line.strip().startswith("VALVE-1")]
    assert row.split()[:6] == ["VALVE-1", "W01", "7", "4", "the", "ERP"]
    assert "2 SKUs compared, 1 differ" in said
    assert "by itself it was not compared yet" in said
    assert yard.station.stock.moves == []
    yard.turn()
    said = yard.says("stock", "diff", CONNECTION)
    assert "2 SKUs compared, 0 differ" in said
    assert "2 compared, 1 differed, 1 set, 0 failed" in said


def test_programs_read_stock_and_items_as_json() -> None:
    yard = a_counter()
    told = json.loads(yard.says("stock", "diff", CONNECTION, "--json", ends=1))
    assert told["compared"] == 2
    assert [(each["sku"], each["erp"], each["pieces"]) for each in told["differences"]] == [("VALVE-1", "7", 4)]
    assert json.loads(yard.says("items", "diff", CONNECTION, "--json")) == {"differences": [], "missing": 0}


def test_s38_items_diff_lists_other_names_and_what_one_side_lacks() -> None:
    yard = a_counter()
    yard.station.stock.products["VALVE-1"].name = "Gate  valve"
    yard.station.stock.products["GASKET-X"].name = "Seal"
    yard.station.stock.add_product("SAMPLE", "A sample")
    add_item(yard.tenant, "PIPE-3", "Pipe")
    said = yard.says("items", "diff", CONNECTION, ends=1)
    rows = [line.split() for line in said.splitlines()]
    assert ["GASKET-X", "name", "Gasket", "Seal"] in rows
    assert "SAMPLE" in said
    assert "not in the ERP" in said
    assert "PIPE-3" not in said
    assert "items that differ: 2; items of the ERP that are no products there: 1" in said
    assert "PIPE-3" in yard.says("items", "diff", CONNECTION, "--missing", ends=1)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(("stock", "diff"), "compares no stock"), (("items", "diff"), "compares no items")],
)
def test_a_connection_that_compares_neither_says_what_to_add(arguments: tuple[str, ...], said: str) -> None:
    yard = Counter()
    told = yard.says(*arguments, CONNECTION, ends=1)
    assert said in told
    assert "to the connection file" in told


def test_what_the_erp_refuses_to_tell_is_said_by_sku() -> None:
    yard = a_counter()
    del yard.tenant.warehouses["W01"]
    said = yard.says("stock", "diff", CONNECTION, ends=1)
    assert "VALVE-1 at W01: MMS200MI.GetItmWhsBal" in said


def test_the_connection_test_probes_the_programs_and_the_add_on_of_stock() -> None:
    yard = a_counter()
    told = yard.run("connections", "test", CONNECTION).output
    assert "MMS200MI" in told
    assert "1 SKUs have stock at se-9001" in told
    yard.manners.inventory = False
    told = yard.run("connections", "test", CONNECTION).output
    assert "this account tells no stock" in told


def test_status_says_when_stock_is_not_compared_or_could_not_be_set() -> None:
    yard = a_counter(stock={"owner": "erp", "write": "on"})
    yard.manners.inventory = False
    yard.turn()
    assert "stock is not compared: " in yard.says("status", ends=1)
    yard.manners.inventory = True
    yard.fails("change_inventory", "error_before")
    yard.turn()
    assert "stock of 1 SKUs could not be read or set: not set: " in yard.says("status", ends=1)
    yard.turn(HOUR)
    assert "stock" not in yard.says("status")
