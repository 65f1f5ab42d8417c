"""Receipts, advices, balances and items of the emulated M3, as strict as facts/infor.md lets one be."""

from __future__ import annotations

from decimal import Decimal

import pytest

from sandbox.erps.m3.seed import Line
from tests.samples.m3.world import World
from tests.unit.sandbox.test_m3_engine import call, error, records

RECEIPT = {
    "TRDT": "20261102",
    "RESP": "BUYER01",
    "PUNO": "4000001",
    "PNLI": "1",
    "PNLS": "0",
    "RVQA": "2",
    "SUDO": "MARK1",
}
COUNT = {"WHLO": "W01", "ITNO": "BOLT-10", "WHSL": "A-01"}


@pytest.fixture
def world() -> World:
    world = World()
    world.order(lines=[Line("BOLT-10", 5, unit="BOX", per_unit=6)])
    return world


def receipt(world: World, **changes: str) -> str:
    """Books, and gives the code of a refusal, "" for none."""
    given = {name: value for name, value in {**RECEIPT, **changes}.items() if value}
    said: str = error(call(world, "PPS001MI/Receipt", **given)).get("errorCode", "")
    return said


def transactions(world: World, **query: str) -> list[dict[str, str]]:
    return records(call(world, "PPS330MI/ListPOTrans", PUNO="4000001", maxrecs="0", **query))


def test_a_receipt_puts_basic_units_into_stock_returns_nothing_and_books_again_when_it_is_repeated(
    world: World,
) -> None:
    answer = call(world, "PPS001MI/Receipt", **RECEIPT)
    assert records(answer) == []
    assert world.tenant.on_hand("W01", "BOLT-10") == Decimal(12)
    assert receipt(world) == ""
    assert world.tenant.on_hand("W01", "BOLT-10") == Decimal(24)
    assert len(world.tenant.bookings) == 2


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"RESP": "NOBODY"}, "WUS0103"),
        ({"RVQA": "0"}, "WRV0102"),
        ({"RVQA": "-1"}, "WRV0102"),
        ({"RVQA": "0.1234567"}, "XNU0002"),
        ({"PNLI": "9"}, "WPN0103"),
        ({"PNLI": "1.5"}, "XNU0000"),
        ({"PNLS": "1"}, "WPN0103"),
        ({"WHLO": "W02"}, "PP00140"),
        ({"WHSL": "NOWHERE"}, "WWS0103"),
        ({"PUNO": "4009999"}, "WPU0803"),
        ({"TRDT": "2026-11-2"}, "XDT0001"),
    ],
)
def test_a_wrong_receipt_is_refused_and_books_nothing(world: World, changes: dict[str, str], code: str) -> None:
    assert receipt(world, **changes) == code
    assert world.tenant.bookings == []
    assert world.tenant.balances == {}


@pytest.mark.parametrize(("status", "code"), [("10", "PP00120"), ("15", ""), ("50", ""), ("85", "PP00120")])
def test_only_a_line_that_is_ordered_and_not_invoiced_is_received(world: World, status: str, code: str) -> None:
    world.tenant.set_status("4000001", status)
    assert receipt(world) == code


def test_the_finish_mark_ends_a_short_line_and_an_inspection_keeps_goods_out_of_stock(world: World) -> None:
    world.tenant.inspects = True
    assert receipt(world, OEND="1") == ""
    assert world.tenant.orders["4000001"].lines[0]["PUSL"] == "50"
    assert world.tenant.on_hand("W01", "BOLT-10") == 0
    (row,) = records(call(world, "MMS200MI/GetItmWhsBal", WHLO="W01", ITNO="BOLT-10"))
    assert (row["STQT"], row["QUQT"]) == ("0", "12")


def test_transactions_are_listed_with_advices_and_by_line_sub_line_and_status(world: World) -> None:
    advice = {"PUNO": "4000001", "PNLI": "1", "PNLS": "0", "ADQA": "5", "SUDO": "MARK0", "CARN": "1Z999"}
    assert records(call(world, "PPS001MI/AdviseLine", **advice)) == []
    assert world.tenant.orders["4000001"].lines[0]["PUSL"] == "40"
    assert world.tenant.balances == {}
    receipt(world)
    assert [(row["PUOS"], row["SUDO"], row["RPQA"], row["RPQT"]) for row in transactions(world)] == [
        ("40", "MARK0", "5", "30"),
        ("50", "MARK1", "2", "12"),
    ]
    assert [row["SUDO"] for row in transactions(world, PUOS="50")] == ["MARK1"]
    assert transactions(world, PNLI="1", PNLS="1") == []
    assert transactions(world, PNLI="2") == []


def test_items_are_listed_from_one_to_another_and_those_changed_since(world: World) -> None:
    assert [row["ITNO"] for row in records(call(world, "MMS200MI/SelItem", maxrecs="0"))] == ["BOLT-10", "NUT-10"]
    assert [row["ITNO"] for row in records(call(world, "MMS200MI/SelItem", FRIT="C", maxrecs="0"))] == ["NUT-10"]
    since = str(world.tenant.stamp())
    world.tenant.change_item("BOLT-10", ITDS="Bolts")
    (row,) = records(call(world, "MMS200MI/SelItem", LMTS=since, maxrecs="0"))
    assert (row["ITNO"], row["ITDS"]) == ("BOLT-10", "Bolts")
    assert "LMTS" not in row


def test_a_balance_is_the_sum_of_a_warehouse_and_is_listed_by_location(world: World) -> None:
    world.tenant.stocks("W01", "BOLT-10", 7)
    world.tenant.stocks("W01", "BOLT-10", 3, "RECV")
    (row,) = records(call(world, "MMS200MI/GetItmWhsBal", WHLO="W01", ITNO="BOLT-10"))
    assert row["STQT"] == "10"
    listed = records(call(world, "MMS060MI/LstViaItem", WHLO="W01", ITNO="BOLT-10", WHSL="A-01", maxrecs="0"))
    assert [(each["WHSL"], each["STQT"]) for each in listed] == [("A-01", "7")]
    for query, code in (({"ITNO": "NUT-10"}, "XRE0103"), ({"ITNO": "NONE"}, "WIT0103"), ({"WHLO": "W9"}, "WWH0103")):
        asked = {"WHLO": "W01", "ITNO": "BOLT-10", **query}
        assert error(call(world, "MMS200MI/GetItmWhsBal", **asked))["errorCode"] == code


def test_a_count_sets_what_is_there_and_may_be_repeated(world: World) -> None:
    for _ in range(2):
        assert records(call(world, "MMS310MI/Update", **COUNT, STQI="9", BREM="parcelbridge")) == []
    assert world.tenant.on_hand("W01", "BOLT-10") == 9
    assert [(each.old, each.new) for each in world.tenant.counts] == [(0, 9), (9, 9)]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"STQI": ""}, "WST0102"),
        ({"STQI": "-1"}, "WST0104"),
        ({"STQI": "1", "WHSL": "NOWHERE"}, "WWS0103"),
        ({"STQI": "1", "ITNO": "NONE"}, "WIT0103"),
    ],
)
def test_a_wrong_count_is_refused(world: World, changes: dict[str, str], code: str) -> None:
    assert error(call(world, "MMS310MI/Update", **{**COUNT, **changes}))["errorCode"] == code
    assert world.tenant.counts == []


def test_an_item_that_somebody_else_works_on_is_locked(world: World) -> None:
    world.tenant.lock("BOLT-10")
    assert error(call(world, "MMS310MI/Update", **COUNT, STQI="9"))["errorCode"] == "XUP0001"
    assert error(call(world, "MMS310MI/Update", **COUNT, STQI="9")).get("errorCode", "") == ""
