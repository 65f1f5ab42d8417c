"""Receipts by a supplier's parcels: the moment of a receipt, and goods on their way, are settings (S37, S39)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from sandbox.carriers.shipstation.lives import Life
from sandbox.erps.m3.seed import Line
from sandbox.simulation.by_hand import STRIKES, one_fault
from sandbox.simulation.faults import Kind, NoFaults
from shared.errors import Refused
from shared.workflow.desk.receipts import add_parcel, replay
from tests.component.workflow.yard import HOUR, ORDER, SETTLED, Yard, key_of
from tests.deep import size

ONE, TWO = "1Z999AA10123456784", "1Z999AA10123456793"
DAY = timedelta(days=1)


def on_its_way(*numbers: str, life: Life = Life.NORMAL, yard: Yard | None = None, **receipts: str) -> Yard:
    """An open order of ten, whose supplier has just handed these parcels over."""
    yard = yard or Yard(receipts={"moment": "delivered", **receipts})
    yard.order(lines=[Line("VALVE-1", 6), Line("GASKET-X", 2, unit="BOX", per_unit=2)])
    yard.turn()
    for number in numbers:
        yard.station.parcels.of_another(number, "ups", yard.clock.now(), life)
        add_parcel(yard.ports, key_of(), number, "ann")
    return yard


def test_s37_a_receipt_is_posted_once_the_parcel_is_delivered_where_the_file_asks_for_it() -> None:
    yard = on_its_way(ONE)
    yard.turn()
    yard.turn(DAY)
    assert yard.booked() == {}
    yard.turn(2 * DAY)
    yard.turn(HOUR)
    assert yard.booked() == {"1": Decimal(6), "2": Decimal(2)}
    assert [(each.parcel, each.state) for each in yard.receipts()] == [(ONE, "posted")] * 2
    told = [each.why for each in yard.ports.receiving.audit(key_of()) if each.what == "arrived"]
    assert told == [f"{ONE} with its carrier", f"{ONE} delivered"]
    yard.turn(DAY)
    assert len(yard.tenant.bookings) == 2


def test_s39_a_receipt_is_posted_as_soon_as_the_carrier_has_the_parcel_where_the_file_asks_for_it() -> None:
    yard = on_its_way(ONE, moment="in_transit")
    yard.turn()
    assert yard.booked() == {"1": Decimal(6), "2": Decimal(2)}
    yard.turn(4 * DAY)
    assert len(yard.tenant.bookings) == 2


def test_s39_goods_are_advised_in_the_erp_as_soon_as_the_carrier_has_them_and_are_no_stock() -> None:
    yard = on_its_way(ONE, moment="quantity_received", in_transit="advise")
    yard.turn()
    assert [(each.line, each.quantity, each.carrier) for each in yard.tenant.advices] == [
        ("1", Decimal(6), ONE),
        ("2", Decimal(2), ONE),
    ]
    assert (yard.tenant.bookings, yard.tenant.balances) == ([], {})
    yard.turn(2 * DAY)
    yard.comes_in(6)
    yard.turn()
    assert yard.booked() == {"1": Decimal(6)}
    assert len(yard.tenant.advices) == 2


def test_goods_that_have_arrived_are_not_advised_any_more() -> None:
    yard = on_its_way(ONE, in_transit="advise")
    yard.turn(3 * DAY)
    assert (yard.tenant.advices, yard.booked()) == ([], {"1": Decimal(6), "2": Decimal(2)})


def test_an_advice_whose_answer_was_lost_is_found_by_its_mark() -> None:
    yard = on_its_way(ONE, in_transit="advise")
    yard.fails("PPS001MI.AdviseLine", "reset_after", at="erp")
    yard.turn()
    yard.turn(SETTLED)
    assert [each.line for each in yard.tenant.advices] == ["1", "2"]
    assert [(each.state, each.found) for each in yard.receipts()] == [("posted", each.mark) for each in yard.receipts()]


def test_an_account_without_purchase_orders_has_receipts_by_the_parcels_of_its_reference_shipments() -> None:
    place = {"ship_from": "se-4501", "inventory_warehouse": "se-9101", "inventory_location": "se-9001"}
    receipts = {"moment": "delivered", "in_transit": "advise"}
    yard = Yard(carrier={"inbound_as": "shipment"}, warehouses={"W01": place}, receipts=receipts)
    on_its_way(ONE, yard=yard)
    yard.turn()
    assert [each.line for each in yard.tenant.advices] == ["1", "2"]
    yard.turn(3 * DAY)
    assert yard.booked() == {"1": Decimal(6), "2": Decimal(2)}


def test_by_default_a_parcel_changes_nothing_and_receipts_are_what_the_warehouse_counts() -> None:
    yard = on_its_way(ONE, moment="quantity_received")
    yard.turn(4 * DAY)
    assert (yard.booked(), yard.tenant.advices) == ({}, [])
    assert yard.record().parcels[0].taken is None


@pytest.mark.parametrize("life", [Life.RETURNED, Life.LOST])
def test_a_parcel_that_does_not_arrive_is_no_receipt(life: Life) -> None:
    yard = on_its_way(ONE, life=life)
    for _ in range(12):
        yard.turn(DAY)
    assert yard.booked() == {}


def test_an_order_in_two_parcels_is_received_once_both_are_there() -> None:
    yard = on_its_way(ONE)
    yard.turn(DAY)
    yard.station.parcels.of_another(TWO, "ups", yard.clock.now())
    add_parcel(yard.ports, key_of(), TWO, "ann")
    yard.turn(2 * DAY)
    assert yard.booked() == {}
    yard.turn(DAY)
    assert yard.booked() == {"1": Decimal(6), "2": Decimal(2)}


def test_what_the_warehouse_counts_later_is_booked_beyond_what_arrived_and_never_twice() -> None:
    yard = on_its_way(ONE)
    yard.turn(3 * DAY)
    yard.comes_in(7)
    yard.comes_in(4, "GASKET-X")
    yard.turn()
    assert yard.booked() == {"1": Decimal(7), "2": Decimal(2)}
    assert yard.stands() == "CLOSED"


def test_what_the_warehouse_counts_before_the_parcel_is_seen_is_booked_then() -> None:
    yard = on_its_way()
    yard.comes_in(6)
    yard.turn()
    assert yard.booked() == {"1": Decimal(6)}


def test_fewer_than_were_booked_are_for_a_person_who_takes_them_back_and_lets_it_go_on() -> None:
    yard = on_its_way(ONE)
    yard.turn(3 * DAY)
    yard.comes_in(5)
    yard.comes_in(4, "GASKET-X")
    yard.turn()
    assert yard.stands() == "OPEN"
    yard.remote().status = "closed"
    yard.turn()
    assert (yard.stands(), yard.record().sentence) == ("OPEN fallen", "what was received fell: VALVE-1 from 6 to 5")
    yard.turn(DAY)
    replay(yard.ports, key_of(), "ann")
    yard.turn()
    assert (yard.stands(), len(yard.tenant.bookings)) == ("CLOSED", 2)


def test_a_total_that_fell_counts_from_there_on_once_a_person_has_taken_it_back() -> None:
    yard = Yard()
    yard.order()
    yard.turn()
    yard.comes_in(5)
    yard.turn()
    yard.remote().lines[0].received = 3
    yard.turn()
    replay(yard.ports, key_of(), "ann")
    yard.turn()
    assert (yard.stands(), yard.record().came) == ("OPEN", {"VALVE-1": 3})
    yard.remote().lines[0].received = 6
    yard.turn()
    assert [each.quantity for each in yard.tenant.bookings] == [Decimal(5), Decimal(3)]


def test_a_number_is_taken_once_and_refused_where_nobody_can_follow_it() -> None:
    yard = on_its_way(ONE)
    assert len(add_parcel(yard.ports, key_of(), ONE, "ann").parcels) == 1
    with pytest.raises(Refused, match="allowed: a number of UPS, USPS or FedEx"):
        add_parcel(yard.ports, key_of(), "ABC12345", "ann")
    yard.tenant.cancel(ORDER)
    yard.turn(DAY)
    yard.remote().status = "cancelled"
    yard.turn()
    with pytest.raises(Refused, match="no parcel is expected"):
        add_parcel(yard.ports, key_of(), TWO, "ann")


def test_an_answer_that_does_not_come_keeps_neither_the_count_nor_other_orders() -> None:
    yard = on_its_way(ONE)
    yard.fails("track", "error_before", times=2)
    yard.comes_in(6)
    yard.turn()
    assert yard.booked() == {"1": Decimal(6)}
    yard.turn()
    yard.turn(3 * DAY)
    assert yard.booked() == {"1": Decimal(6), "2": Decimal(2)}


def test_an_order_that_the_erp_changed_is_not_booked_by_its_parcels_but_by_what_is_counted() -> None:
    yard = on_its_way(ONE)
    yard.tenant.change_line(ORDER, "1", ORQA="3", ORQT="3")
    yard.turn()
    assert yard.stands() == "OPEN changed"
    yard.turn(3 * DAY)
    assert yard.booked() == {}
    replay(yard.ports, key_of(), "ann")
    yard.turn()
    yard.comes_in(3)
    yard.turn()
    assert (yard.stands(), yard.booked()) == ("OPEN", {"1": Decimal(3)})


def test_a_parcel_of_an_old_order_is_followed_from_the_day_on_which_it_is_named() -> None:
    yard = Yard(receipts={"moment": "delivered"})
    yard.order()
    yard.turn()
    yard.turn(150 * DAY)
    yard.station.parcels.of_another(ONE, "ups", yard.clock.now())
    add_parcel(yard.ports, key_of(), ONE, "ann")
    yard.turn()
    yard.turn(3 * DAY)
    assert yard.booked() == {"1": Decimal(10)}


def lived(yard: Yard) -> Yard:
    yard.turn()
    for _ in range(5):
        yard.turn(SETTLED)
    for _ in range(4):
        yard.turn(DAY)
    yard.turn(SETTLED)
    yard.turn(SETTLED)
    return yard


@pytest.mark.parametrize("kind", STRIKES)
def test_s39_under_single_faults_each_line_is_advised_and_received_once(kind: Kind) -> None:
    receipts: dict[str, Any] = {"receipts": {"moment": "delivered", "in_transit": "advise"}}
    quiet = on_its_way(ONE, yard=Yard(NoFaults(), **receipts))
    before = quiet.world.choke.calls
    for number in range(before, lived(quiet).world.choke.calls, size(41, 1)):
        yard = lived(on_its_way(ONE, yard=Yard(one_fault(number, kind), **receipts)))
        assert yard.booked() == {"1": Decimal(6), "2": Decimal(2)}, number
        assert [each.line for each in yard.tenant.advices] == ["1", "2"], number
        assert len(yard.tenant.bookings) == 2, number
