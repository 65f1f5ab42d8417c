"""Purchase orders at ShipStation and their receipts in M3: the way in, and what interrupts it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from moto import mock_aws

from sandbox.erps.m3.seed import Line
from sandbox.table import make_table
from shared.aws.receiving import DynamoReceivingStore
from shared.domain.receiving import Stage
from shared.workflow.desk.receipts import replay
from tests.component.workflow.yard import CONNECTION, HOUR, ORDER, SETTLED, Yard, key_of
from tests.moto_aws import client_of

# --- purchase orders out --------------------


def test_s02_a_purchase_order_of_m3_becomes_one_of_shipstation_and_is_opened_once_confirmed() -> None:
    yard = Yard()
    yard.order(lines=[Line("VALVE-1", 10), Line("GASKET-X", 4)], confirmed="")
    yard.turn()
    assert yard.stands() == "DRAFT"
    remote = yard.remote()
    assert (remote.status, remote.reference) == ("draft", yard.record().reference)
    assert remote.reference.startswith(f"{ORDER}-")  # type: ignore[union-attr]
    assert [(line.sku, line.quantity) for line in remote.lines] == [("VALVE-1", 10), ("GASKET-X", 4)]
    assert yard.station.stock.suppliers[remote.supplier_id]["supplier_name"] == "Valve Works"
    yard.turn()
    assert remote.status == "draft"
    yard.confirm()
    yard.turn()
    assert (remote.status, yard.stands()) == ("open", "OPEN")
    yard.turn(HOUR)
    assert len(yard.remotes) == 1
    assert len(yard.ports.connections.runs(CONNECTION, 10)) == 4, "each turn is kept as a run"


def test_an_order_is_sent_in_pieces_and_lines_of_one_sku_together() -> None:
    yard = Yard()
    yard.order(lines=[Line("VALVE-1", 3, unit="BOX", per_unit=12), Line("VALVE-1", 4), Line("GASKET-X", 5, received=5)])
    yard.turn()
    assert [(line.sku, line.quantity) for line in yard.remote().lines] == [("VALVE-1", 40)]


def test_one_supplier_serves_all_its_orders_and_one_that_is_there_is_taken() -> None:
    yard = Yard()
    there = yard.station.stock
    there.suppliers["se-1"] = {"supplier_id": "se-1", "supplier_name": "Valve Works"}
    yard.order("4000001")
    yard.order("4000002")
    yard.turn()
    assert {each.supplier_id for each in yard.remotes} == {"se-1"}
    assert list(there.suppliers) == ["se-1"]


def test_a_draft_is_never_opened_where_the_file_says_so() -> None:
    yard = Yard(send_to_open="never")
    yard.order()
    yard.turn()
    yard.turn(HOUR)
    assert (yard.remote().status, yard.stands()) == ("draft", "DRAFT")
    yard.remote().status = "open"
    yard.turn(HOUR)
    assert yard.stands() == "OPEN"


def test_a_change_follows_while_it_is_a_draft_and_is_held_afterwards() -> None:
    yard = Yard()
    yard.order(confirmed="")
    yard.turn()
    yard.tenant.change_line(ORDER, "1", ORQA="8", ORQT="8")
    yard.turn()
    assert [line.quantity for line in yard.remote().lines] == [8]
    yard.confirm()
    yard.turn()
    yard.tenant.change_line(ORDER, "1", ORQA="9", ORQT="9")
    yard.turn()
    assert yard.stands() == "OPEN changed"
    assert [line.quantity for line in yard.remote().lines] == [8]
    yard.comes_in(3)
    yard.turn()
    assert yard.booked() == {"1": Decimal(3)}
    yard.tenant.change_line(ORDER, "1", ORQA="8", ORQT="8")
    yard.turn()
    assert yard.stands() == "OPEN"


def test_an_order_that_is_cancelled_is_cancelled_there_as_a_draft_and_held_when_it_is_open() -> None:
    yard = Yard()
    yard.order("4000001", confirmed="")
    yard.order("4000002")
    yard.turn()
    yard.tenant.cancel("4000001")
    yard.tenant.cancel("4000002")
    yard.turn()
    assert (yard.remote("4000001").status, yard.stands("4000001")) == ("cancelled", "CANCELLED")
    assert (yard.remote("4000002").status, yard.stands("4000002")) == ("open", "OPEN cancelled")


def test_other_suppliers_and_other_warehouses_are_left_alone() -> None:
    yard = Yard()
    yard.order("4000001", supplier="V900")
    yard.order("4000002", warehouse="W02")
    yard.turn()
    assert yard.remotes == []
    assert yard.ports.receiving.get(key_of("4000001")) is None
    assert yard.ports.receiving.get(key_of("4000002", "W02")) is None


def test_a_line_without_whole_pieces_is_held_and_goes_on_once_it_is_corrected() -> None:
    yard = Yard()
    yard.order(lines=[Line("VALVE-1", "1.5")])
    yard.turn()
    assert yard.stands() == "TAKEN lines"
    assert "no whole number" in yard.record().sentence
    yard.tenant.change_line(ORDER, "1", ORQA="2", ORQT="2")
    yard.turn()
    assert yard.stands() == "OPEN"


def test_s17_a_sku_that_the_warehouse_lacks_is_held_by_name_and_tried_each_hour() -> None:
    yard = Yard()
    del yard.station.stock.products["VALVE-1"]
    yard.order()
    yard.turn()
    assert yard.stands() == "TAKEN refused"
    assert "VALVE-1" in yard.record().sentence
    yard.station.stock.add_product("VALVE-1", "Gate valve")
    yard.turn()
    assert yard.stands() == "TAKEN refused"
    yard.turn(HOUR)
    assert yard.stands() == "OPEN"


def test_a_lost_answer_is_looked_up_and_the_order_is_found_and_not_made_twice() -> None:
    yard = Yard()
    yard.order()
    yard.fails("create_purchase_order", "reset_after")
    yard.turn()
    assert yard.stands() == "INTENT"
    yard.turn()
    assert yard.stands() == "INTENT"
    yard.turn(SETTLED)
    assert (yard.stands(), len(yard.remotes)) == ("OPEN", 1)
    assert yard.steps()[:4] == ["taken", "intent", "unknown", "found"]


@pytest.mark.parametrize(("unknown", "stands", "count"), [("hold", "INTENT unknown", 0), ("retry", "OPEN", 1)])
def test_a_lost_answer_that_made_nothing_is_for_a_person_or_made_again(unknown: str, stands: str, count: int) -> None:
    yard = Yard(unknown=unknown)
    yard.order()
    yard.fails("create_purchase_order", "reset_before")
    yard.turn()
    yard.turn(SETTLED)
    yard.turn()
    assert (yard.stands(), len(yard.remotes)) == (stands, count)


def test_an_order_that_shows_late_is_adopted_although_a_person_was_asked() -> None:
    yard = Yard()
    yard.order()
    yard.fails("create_purchase_order", "reset_after")
    yard.turn()
    hidden = yard.station.orders.orders.copy()
    yard.station.orders.orders.clear()
    yard.turn(SETTLED)
    assert yard.stands() == "INTENT unknown"
    yard.station.orders.orders.update(hidden)
    yard.turn(HOUR)
    assert (yard.stands(), len(yard.remotes)) == ("OPEN", 1)


def test_where_references_are_dropped_a_lost_answer_is_for_a_person() -> None:
    yard = Yard(unknown="retry")
    yard.manners.reference_number = "dropped"
    yard.order()
    yard.fails("create_purchase_order", "reset_after")
    yard.turn()
    yard.turn(SETTLED)
    assert (yard.stands(), len(yard.remotes)) == ("INTENT unknown", 1)


def test_a_change_in_the_erp_while_it_is_in_doubt_is_not_lost() -> None:
    yard = Yard()
    yard.order()
    yard.fails("create_purchase_order", "reset_after")
    yard.turn()
    yard.tenant.change_line(ORDER, "1", ORQA="7", ORQT="7")
    yard.turn()
    yard.turn(SETTLED)
    assert [line.quantity for line in yard.remote().lines] == [7]
    assert yard.stands() == "OPEN"


def test_two_orders_with_our_reference_are_for_a_person() -> None:
    yard = Yard()
    yard.order()
    yard.fails("create_purchase_order", "reset_after")
    yard.turn()
    made = yard.remote()
    yard.station.orders.orders["se-99999"] = type(made)(**{**made.__dict__, "purchase_order_id": "se-99999"})
    yard.turn(SETTLED)
    assert yard.stands() == "INTENT twice"


# --- receipts --------------------


def test_s37_what_comes_in_is_booked_once_by_line_however_often_it_is_seen() -> None:
    yard = Yard()
    yard.order(lines=[Line("VALVE-1", 10), Line("GASKET-X", 4)])
    yard.turn()
    yard.comes_in(4)
    yard.turn()
    yard.turn()
    assert yard.booked() == {"1": Decimal(4)}
    yard.comes_in(6)
    yard.comes_in(4, "GASKET-X")
    yard.turn()
    yard.turn()
    assert yard.booked() == {"1": Decimal(10), "2": Decimal(4)}
    assert yard.stands() == "CLOSED"
    assert yard.record().bucket == "done"
    assert [each.state for each in yard.receipts()] == ["posted"] * 3
    assert {each.mark for each in yard.receipts()} == {each.mark for each in yard.tenant.bookings}


def test_receipts_are_booked_in_the_erp_s_unit_and_add_up() -> None:
    yard = Yard()
    yard.order(lines=[Line("VALVE-1", 2, unit="BOX", per_unit=3), Line("VALVE-1", 4)])
    yard.turn()
    for pieces in (1, 1, 2, 5, 1):
        yard.comes_in(pieces)
        yard.turn()
    assert yard.booked() == {"1": Decimal(2), "2": Decimal(4)}


def test_what_the_erp_had_received_before_counts_no_second_time() -> None:
    yard = Yard()
    yard.order(lines=[Line("VALVE-1", 10, received=4)])
    yard.turn()
    assert [line.quantity for line in yard.remote().lines] == [6]
    yard.comes_in(6)
    yard.turn()
    assert yard.booked() == {"1": Decimal(6)}


def test_more_than_was_ordered_is_booked_as_it_came() -> None:
    yard = Yard()
    yard.order()
    yard.turn()
    yard.comes_in(12)
    yard.turn()
    assert (yard.booked(), yard.stands()) == ({"1": Decimal(12)}, "CLOSED")
    assert "over: 12 of 10 VALVE-1" in yard.ports.receiving.audit(key_of())[-3].why


def test_an_order_that_is_closed_short_ends_with_what_came() -> None:
    yard = Yard()
    yard.order()
    yard.turn()
    yard.comes_in(7)
    yard.remote().status = "closed"
    yard.turn()
    assert (yard.booked(), yard.stands()) == ({"1": Decimal(7)}, "CLOSED")
    said = [each.why for each in yard.ports.receiving.audit(key_of()) if each.what == "closed"]
    assert said == ["closed at the warehouse; short: 7 of 10 VALVE-1"]


def test_a_total_that_falls_is_for_a_person_and_no_receipt_is_negative() -> None:
    yard = Yard()
    yard.order()
    yard.turn()
    yard.comes_in(5)
    yard.turn()
    yard.remote().lines[0].received = 3
    yard.turn()
    assert (yard.stands(), yard.booked()) == ("OPEN fallen", {"1": Decimal(5)})
    yard.remote().lines[0].received = 6
    yard.turn()
    assert (yard.stands(), yard.booked()) == ("OPEN", {"1": Decimal(6)})


def test_s59_a_lost_answer_of_a_receipt_is_looked_up_before_it_is_booked_again() -> None:
    for kind in ("reset_after", "reset_before", "error_after", "empty"):
        yard = Yard()
        yard.order()
        yard.turn()
        yard.comes_in(5)
        yard.fails("PPS001MI.Receipt", kind, at="erp")
        yard.turn()
        (receipt,) = yard.receipts()
        assert (receipt.state, receipt.tries) == ("intended", 1)
        assert receipt.tried == yard.clock.now()
        yard.turn()
        assert len(yard.tenant.bookings) == (0 if kind == "reset_before" else 1)
        yard.turn(SETTLED)
        assert (yard.booked(), len(yard.tenant.bookings)) == ({"1": Decimal(5)}, 1), kind
        assert yard.receipts()[0].state == "posted"


def test_s60_each_try_of_a_receipt_is_in_the_order_s_audit() -> None:
    yard = Yard()
    yard.order()
    yard.turn()
    yard.comes_in(5)
    yard.tenant.lock(ORDER, 2)
    for _ in range(6):
        yard.turn()
    assert yard.booked() == {"1": Decimal(5)}
    told = [step for step in yard.steps() if step.startswith("receipt")]
    assert told == [*["receipt_intent", "receipt_not_posted"] * 2, "receipt_intent", "receipt_posted"]
    assert yard.receipts()[0].tries == 3


def test_s61_a_receipt_that_is_refused_or_fails_too_often_waits_for_a_person() -> None:
    yard = Yard()
    yard.order("4000001")
    yard.order("4000002")
    yard.turn()
    yard.comes_in(5, number="4000001")
    yard.comes_in(5, number="4000002")
    yard.tenant.set_status("4000001", "85", "1")
    yard.tenant.lock("4000002", 99)
    for _ in range(12):
        yard.turn(HOUR)
    assert yard.tenant.bookings == []
    refused, tired = yard.receipts("4000001")[0], yard.receipts("4000002")[0]
    assert (refused.held, refused.tries, tired.held, tired.tries) == ("refused", 1, "retries", 8)
    assert yard.record("4000001").bucket == yard.record("4000002").bucket == "held"


def test_an_order_type_without_receipts_books_none_and_says_so() -> None:
    yard = Yard(receipts={"by_order_type": {"N10": "off", "default": "receipt.post"}})
    yard.order("4000001")
    yard.order("4000002", order_type="N20")
    yard.turn()
    yard.comes_in(5, number="4000001")
    yard.comes_in(5, number="4000002")
    yard.turn()
    assert (yard.booked("4000001"), yard.booked("4000002")) == ({}, {"1": Decimal(5)})
    assert yard.receipts("4000001")[0].state == "dismissed"


def test_s37_another_program_books_the_receipts_of_an_order_type() -> None:
    entry = {
        "program": "PPS001MI",
        "transaction": "Receipt",
        "kind": "write",
        "input": {
            "TRDT": "{receipt_date}",
            "RESP": "DOCK01",
            "PUNO": "{po_number}",
            "PNLI": "{line}",
            "PNLS": "{subline}",
            "RVQA": "{quantity}",
            "SUDO": "{delivery_note}",
            "BREM": "by job",
        },
    }
    erp: Any = {"bindings": {"receipt.inventory": entry}}
    yard = Yard(erp=erp, receipts={"by_order_type": {"N10": "receipt.inventory"}})
    yard.order()
    yard.turn()
    yard.comes_in(5)
    yard.turn()
    assert yard.booked() == {"1": Decimal(5)}
    asked = [each.request.url for each in yard.m3.recorded if each.operation == "PPS001MI.Receipt"]
    assert "RESP=DOCK01" in asked[0]
    assert "BREM=by%20job" in asked[0]


def test_quantities_that_the_warehouse_does_not_tell_are_for_a_person_and_not_zero() -> None:
    yard = Yard()
    yard.order()
    yard.turn()
    yard.manners.tells_received = False
    yard.comes_in(5)
    yard.turn()
    assert (yard.stands(), yard.tenant.bookings) == ("OPEN differs", [])
    yard.manners.tells_received = True
    yard.turn()
    assert (yard.stands(), yard.booked()) == ("OPEN", {"1": Decimal(5)})


def test_an_order_that_is_cancelled_at_the_warehouse_is_for_a_person() -> None:
    yard = Yard()
    yard.order()
    yard.turn()
    yard.remote().status = "cancelled"
    yard.turn()
    assert yard.stands() == "CANCELLED cancelled"
    yard.tenant.change_line(ORDER, "1", ORQA="9", ORQT="9")
    yard.turn()
    assert yard.stands() == "CANCELLED changed"
    yard.tenant.cancel(ORDER)
    yard.turn()
    assert (yard.stands(), yard.record().bucket) == ("CANCELLED", "done")


def test_a_draft_that_was_cancelled_and_is_wanted_again_is_made_again() -> None:
    yard = Yard()
    yard.order(confirmed="")
    yard.turn()
    yard.tenant.cancel(ORDER)
    yard.turn()
    assert yard.stands() == "CANCELLED"
    yard.tenant.set_status(ORDER, "15")
    yard.turn()
    assert (yard.stands(), [each.status for each in yard.remotes]) == ("DRAFT", ["cancelled", "draft"])
    assert yard.record().remote_id == yard.remotes[1].purchase_order_id


@pytest.mark.parametrize(("ordered", "stands"), [("13", "CLOSED changed"), ("9", "CLOSED")])
def test_what_the_erp_adds_to_an_order_that_is_closed_at_the_warehouse_is_for_a_person(
    ordered: str, stands: str
) -> None:
    yard = Yard()
    yard.order()
    yard.turn()
    yard.comes_in(10)
    yard.turn()
    yard.turn()
    assert (yard.stands(), yard.booked()) == ("CLOSED", {"1": Decimal(10)})
    yard.tenant.set_status(ORDER, "35")
    yard.tenant.change_line(ORDER, "1", ORQA=ordered, ORQT=ordered)
    yard.turn()
    assert yard.stands() == stands
    if "changed" in stands:
        assert "the ERP wants more of it: line 1 of VALVE-1" in yard.record().sentence
        replay(yard.ports, key_of(), "ann")
        yard.turn()
        assert (yard.stands(), yard.record().bucket, len(yard.remotes)) == ("CLOSED", "done", 1)


def test_one_order_that_the_warehouse_never_tells_of_keeps_no_other_from_its_receipts() -> None:
    yard = Yard()
    for number in ("4000001", "4000002"):
        yard.order(number)
    yard.turn()
    yard.comes_in(4, number="4000002")
    yard.remote("4000001").status = ""
    yard.turn()
    yard.turn()
    assert yard.booked("4000002") == {"1": Decimal(4)}


# --- reference shipments --------------------


def test_an_account_without_purchase_orders_gets_a_reference_shipment_once() -> None:
    yard = Yard(carrier={"inbound_as": "shipment"}, receipts=None)
    ship_from = next(iter(yard.station.book.warehouses))
    yard = Yard(
        carrier={"inbound_as": "shipment"},
        warehouses={"W01": {"ship_from": ship_from, "inventory_warehouse": "se-9101", "inventory_location": "se-9001"}},
    )
    yard.manners.purchase_orders = yard.manners.inventory = False
    yard.order()
    yard.fails("create_shipments", "reset_after")
    yard.turn()
    yard.turn(SETTLED)
    yard.turn(HOUR)
    (shipment,) = yard.station.book.shipments.values()
    assert (shipment.external, yard.stands()) == (yard.record().reference, "OPEN")
    yard.tenant.cancel(ORDER)
    yard.turn()
    assert yard.record().stage == Stage.CLOSED


# --- the connection --------------------


def test_a_connection_whose_credential_is_refused_is_closed_and_nothing_is_lost() -> None:
    yard = Yard()
    yard.order()
    kept = yard.station.keys.copy()
    yard.station.keys.clear()
    yard.turn()
    stored = yard.ports.connections.get("acme-infor-shipstation")
    assert stored
    assert stored.status == "closed"
    yard.station.keys.update(kept)
    yard.ports.connections.set_status(stored.connection.id, "running", "", "ann", yard.clock.now())
    yard.turn()
    assert yard.stands() == "OPEN"


def test_the_schedule_s_message_leads_to_a_turn() -> None:
    yard = Yard()
    yard.order()
    yard.clock.advance(timedelta(minutes=1))
    yard.world.run(timedelta(minutes=30), done=lambda _: False)
    assert yard.stands() == "OPEN"


def test_while_the_erp_does_not_answer_what_comes_in_is_kept_and_booked_afterwards() -> None:
    yard = Yard()
    yard.order()
    yard.turn()
    yard.comes_in(5)
    yard.fails("PPSSPPMI.LstSupHead", "error_before", at="erp")
    yard.turn()
    assert (yard.booked(), [each.state for each in yard.receipts()]) == ({}, ["waiting"])
    yard.turn()
    assert yard.booked() == {"1": Decimal(5)}


def test_a_turn_whose_time_runs_out_goes_on_where_it_was_and_not_with_the_same_orders() -> None:
    yard = Yard()
    numbers = [f"{4000001 + place}" for place in range(6)]
    for number in numbers:
        yard.order(number)
    yard.turn()
    for number in numbers:
        yard.comes_in(5, number=number)
    for _ in range(8):
        left = iter([180.0, *[100.0] * 5])
        yard.turn(left=lambda left=left: next(left, 10.0))  # type: ignore[misc]
    assert {each.document for each in yard.tenant.bookings} == set(numbers)


def test_the_way_in_over_dynamodb_is_the_same() -> None:
    with mock_aws():
        client = client_of("dynamodb")
        store = DynamoReceivingStore(client, make_table(client, "parcelbridge-receiving"))
        yard = Yard(stores={"receiving": store})
        yard.order(lines=[Line("VALVE-1", 10), Line("GASKET-X", 2, unit="BOX", per_unit=3)])
        yard.fails("create_purchase_order", "reset_after")
        yard.turn()
        yard.turn(SETTLED)
        yard.comes_in(4)
        yard.comes_in(6, "GASKET-X")
        yard.fails("PPS001MI.Receipt", "reset_after", at="erp")
        yard.turn()
        yard.turn(SETTLED)
        assert (yard.booked(), len(yard.remotes)) == ({"1": Decimal(4), "2": Decimal(2)}, 1)
        assert [each.state for each in yard.receipts()] == ["posted", "posted"]
        assert list(store.listing("acme-infor-shipstation", "open")) == [key_of()]
