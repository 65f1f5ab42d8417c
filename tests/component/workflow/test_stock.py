"""Stock of Infor and ShipStation, compared in full and set where the file says so; items compared (S38)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from sandbox.carriers.shipstation.stock import Level
from sandbox.erps.m3.seed import Line, add_item
from shared.domain.stock import StockScan
from shared.workflow.receiving import run
from tests.component.workflow.yard import CONNECTION, HOUR, ORDER, Yard

WRITES = {"owner": {"W01": "erp"}, "schedule": "rate(1 hour)", "write": "on"}
THEIRS = {"owner": {"W01": "carrier"}, "write": "on"}
AT = {"ship_from": "se-1", "inventory_warehouse": "se-9101", "inventory_location": "se-9001", "erp_location": "A-01"}


CHANGES = ("adjust", "increment", "decrement", "modify")


class Shelf(Yard):
    """A Yard whose stock is compared."""

    def put(self, sku: str, pieces: int) -> None:
        self.station.stock.levels[sku, self.location] = Level(pieces)

    def there(self, sku: str = "VALVE-1") -> int:
        return self.station.stock.levels.get((sku, self.location), Level()).on_hand

    @property
    def scan(self) -> StockScan:
        found = self.ports.receiving.scan(CONNECTION)
        assert found
        return found

    @property
    def told(self) -> list[tuple[str, str, bool]]:
        return [(each.sku, each.why, each.written) for each in self.scan.differences]

    def adjusted(self) -> list[dict[str, Any]]:
        moves = self.station.stock.moves
        return [{"sku": sku, "why": why} for sku, _, _, why in moves if why in CHANGES]


def test_s38_the_erp_s_stock_is_set_at_the_warehouse_to_its_absolute_number_by_one_adjust_a_sku() -> None:
    yard = Shelf(stock=WRITES)
    yard.tenant.stocks("W01", "VALVE-1", 7)
    yard.tenant.stocks("W01", "VALVE-1", 3, "RECV")
    yard.put("VALVE-1", 4)
    yard.put("GASKET-X", 0)
    yard.turn()
    assert yard.there() == 10
    assert yard.adjusted() == [{"sku": "VALVE-1", "why": "adjust"}]
    assert yard.told == [("VALVE-1", "", True)]
    assert (yard.scan.compared, yard.scan.differing, yard.scan.written) == (2, 1, 1)
    yard.turn(HOUR)
    assert len(yard.adjusted()) == 1
    assert yard.told == []


def test_s38_differences_are_only_reported_unless_the_file_switches_writing_on() -> None:
    yard = Shelf(stock={"owner": "erp"})
    yard.tenant.stocks("W01", "VALVE-1", 7)
    yard.put("VALVE-1", 4)
    yard.turn()
    assert (yard.there(), yard.told) == (4, [("VALVE-1", "", False)])


def test_s38_the_warehouse_s_stock_is_counted_in_the_erp_at_its_location_where_the_warehouse_owns_it() -> None:
    yard = Shelf(stock=THEIRS, warehouses={"W01": AT})
    yard.tenant.stocks("W01", "VALVE-1", 7)
    yard.tenant.stocks("W01", "VALVE-1", 3, "RECV")
    yard.put("VALVE-1", 4)
    yard.turn()
    assert yard.tenant.balances["W01", "VALVE-1", "A-01"] == 4
    assert yard.tenant.balances["W01", "VALVE-1", "RECV"] == 3
    assert [(each.old, each.new) for each in yard.tenant.counts] == [(Decimal(7), Decimal(4))]
    assert (yard.there(), yard.adjusted()) == (4, [])
    yard.turn(HOUR)
    assert len(yard.tenant.counts) == 1


def test_stock_is_compared_in_full_at_its_pace_and_no_more_often() -> None:
    yard = Shelf(stock={**WRITES, "schedule": "rate(2 hours)"})
    yard.turn()
    yard.tenant.stocks("W01", "VALVE-1", 7)
    for _ in range(5):
        yard.turn()
    assert yard.there() == 0
    yard.turn(2 * HOUR)
    assert yard.there() == 7


@pytest.mark.parametrize("kind", ["reset_before", "reset_after", "error_after", "empty"])
def test_s38_after_a_lost_answer_the_next_comparison_sees_what_became_of_it_and_nothing_is_counted_up(
    kind: str,
) -> None:
    yard = Shelf(stock=WRITES)
    yard.tenant.stocks("W01", "VALVE-1", 7)
    yard.put("VALVE-1", 4)
    yard.fails("change_inventory", kind)
    yard.turn()
    yard.turn(HOUR)
    assert yard.there() == 7
    assert {each["why"] for each in yard.adjusted()} == {"adjust"}


@pytest.mark.parametrize("kind", ["reset_before", "reset_after", "error_after", "empty"])
def test_s38_after_a_lost_answer_of_the_erp_the_count_is_right_all_the_same(kind: str) -> None:
    yard = Shelf(stock=THEIRS, warehouses={"W01": AT})
    yard.tenant.stocks("W01", "VALVE-1", 7)
    yard.put("VALVE-1", 4)
    yard.fails("MMS310MI.Update", kind, at="erp")
    yard.turn()
    yard.turn(HOUR)
    assert yard.tenant.balances["W01", "VALVE-1", "A-01"] == 4


def test_goods_that_came_in_are_booked_before_stock_is_compared_and_no_level_is_taken_back() -> None:
    yard = Shelf(stock=WRITES)
    yard.order(lines=[Line("VALVE-1", 10)])
    yard.turn()
    yard.comes_in(6)
    yard.turn(HOUR)
    assert (yard.there(), yard.tenant.on_hand("W01", "VALVE-1")) == (6, 6)
    assert yard.adjusted() == []


def test_what_a_receipt_waits_for_is_left_alone_until_it_is_booked() -> None:
    yard = Shelf(stock=WRITES)
    yard.order(lines=[Line("VALVE-1", 10)])
    yard.turn()
    yard.comes_in(6)
    yard.tenant.lock(ORDER, 99)
    yard.turn(HOUR)
    assert yard.told == [("VALVE-1", "the ERP has no stock of it at this warehouse", False)]
    yard.tenant.stocks("W01", "VALVE-1", 1)
    yard.turn(HOUR)
    assert yard.told == [("VALVE-1", "goods are on their way through a receipt", False)]
    assert yard.there() == 6
    yard.tenant.locked.clear()
    yard.turn(HOUR * 4)
    yard.turn(HOUR)
    assert (yard.there(), yard.tenant.on_hand("W01", "VALVE-1")) == (7, 7)


def test_thirds_of_a_box_that_add_up_to_a_piece_are_one_piece() -> None:
    yard = Shelf(stock=WRITES)
    yard.tenant.stocks("W01", "VALVE-1", "6.999998")
    yard.turn()
    assert (yard.there(), yard.told) == (7, [("VALVE-1", "", True)])
    yard.turn(HOUR)
    assert yard.told == []


def test_half_pieces_and_less_than_nothing_are_told_and_not_set() -> None:
    yard = Shelf(stock=WRITES)
    yard.tenant.stocks("W01", "VALVE-1", "1.5")
    yard.tenant.stocks("W01", "GASKET-X", -2)
    yard.turn()
    assert [why for _, why, _ in yard.told] == ["no whole number of pieces"] * 2
    assert yard.adjusted() == []


def test_a_comparison_that_time_ends_goes_on_where_it_was() -> None:
    yard = Shelf(stock=WRITES)
    skus = [f"SKU-{number:02}" for number in range(30)]
    for sku in skus:
        yard.station.stock.add_product(sku, sku)
        add_item(yard.tenant, sku, sku)
        yard.tenant.stocks("W01", sku, 7)
    looks = iter([180.0] * 14)
    yard.turn(left=lambda: next(looks, 60.0))
    assert yard.scan.ended is None
    assert 0 < yard.scan.compared < 30
    assert len(yard.world.queues["receiving"].take()) == 1
    yard.turn(timedelta(minutes=1))
    assert yard.scan.ended
    assert yard.scan.compared == 32
    assert {yard.there(sku) for sku in skus} == {7}


def test_a_comparison_that_leaves_no_time_for_orders_is_put_off_and_the_orders_go_on() -> None:
    yard = Shelf(stock=WRITES)
    for number in range(12):
        yard.order(f"40000{number:02}")
    yard.tenant.stocks("W01", "GASKET-X", 7)
    looks = iter([180.0] * 6)
    yard.turn(left=lambda: next(looks, 60.0))
    assert "put off" in yard.scan.why
    assert yard.scan.ended
    yard.turn()
    assert {yard.stands(f"40000{number:02}") for number in range(12)} == {"OPEN"}
    assert yard.there("GASKET-X") == 0
    yard.turn(HOUR)
    assert yard.there("GASKET-X") == 7


def test_what_the_erp_refuses_is_said_and_does_not_keep_a_comparison_from_its_end() -> None:
    yard = Shelf(stock=WRITES)
    yard.tenant.stocks("W01", "VALVE-1", 7)
    place = yard.tenant.warehouses.pop("W01")
    yard.turn()
    assert (yard.scan.failed, yard.scan.compared) == (2, 2)
    assert "WWH0103" in yard.scan.why
    yard.tenant.warehouses["W01"] = place
    yard.turn(HOUR)
    assert (yard.scan.failed, yard.there()) == (0, 7)


def test_an_account_without_the_inventory_add_on_compares_nothing_says_so_and_goes_on_with_receipts() -> None:
    yard = Shelf(stock=WRITES)
    yard.order()
    yard.turn()
    yard.comes_in(3)
    yard.manners.inventory = False
    yard.turn(HOUR)
    assert "Inventory API add-on" in yard.scan.why
    assert yard.booked() == {"1": Decimal(3)}
    stored = yard.ports.connections.get(CONNECTION)
    assert stored
    assert stored.status == "running"


def test_what_came_in_for_a_draft_that_a_person_opened_is_not_taken_back() -> None:
    yard = Shelf(stock={**WRITES, "schedule": "rate(20 minutes)"}, send_to_open="never")
    yard.tenant.stocks("W01", "VALVE-1", 1)
    yard.put("VALVE-1", 1)
    yard.order(lines=[Line("VALVE-1", 10)])
    yard.turn()
    yard.remote().status = "open"
    yard.comes_in(6)
    yard.turn(timedelta(minutes=20))
    assert (yard.there(), yard.tenant.on_hand("W01", "VALVE-1")) == (7, 7)
    assert yard.adjusted() == []


def test_what_is_in_doubt_may_have_come_in_and_is_left_alone() -> None:
    yard = Shelf(stock=WRITES)
    yard.tenant.stocks("W01", "VALVE-1", 1)
    yard.order()
    yard.fails("create_purchase_order", "reset_before")
    yard.turn()
    assert yard.told == [("VALVE-1", "goods are on their way through a receipt", False)]


def test_the_erp_is_not_set_to_a_level_that_has_moved_since_it_was_read(monkeypatch: pytest.MonkeyPatch) -> None:
    yard = Shelf(stock=THEIRS, warehouses={"W01": AT})
    yard.tenant.stocks("W01", "VALVE-1", 7)
    yard.put("VALVE-1", 4)
    taken_in = run.take_in

    def meanwhile(job: Any) -> bool:
        yard.put("VALVE-1", 9)
        return taken_in(job)

    monkeypatch.setattr(run, "take_in", meanwhile)
    yard.turn()
    assert yard.told == [("VALVE-1", "its stock at the warehouse has just moved", False)]
    assert (yard.tenant.balances["W01", "VALVE-1", "A-01"], yard.scan.failed) == (7, 0)
    yard.turn(HOUR)
    assert yard.tenant.balances["W01", "VALVE-1", "A-01"] == 9


def test_the_erp_is_not_set_to_less_than_nothing() -> None:
    yard = Shelf(stock=THEIRS, warehouses={"W01": AT})
    yard.tenant.stocks("W01", "VALVE-1", 7)
    yard.put("VALVE-1", -3)
    yard.turn()
    assert yard.told == [("VALVE-1", "no whole number of pieces", False)]
    assert yard.scan.failed == 0
