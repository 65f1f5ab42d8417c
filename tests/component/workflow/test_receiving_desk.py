"""What a person decides of purchase orders at a warehouse, and what follows from it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from shared.errors import Refused
from shared.workflow.desk import receipts as desk
from tests.component.workflow.yard import HOUR, ORDER, SETTLED, Yard, key_of


def held_receipt() -> Yard:
    """A receipt that M3 refuses, since its line is closed."""
    yard = Yard()
    yard.order()
    yard.turn()
    yard.comes_in(5)
    yard.tenant.set_status(ORDER, "85", "1")
    yard.turn()
    assert yard.receipts()[0].held == "refused"
    return yard


def in_doubt() -> Yard:
    """A create whose answer was lost, and nothing was found."""
    yard = Yard()
    yard.order()
    yard.fails("create_purchase_order", "reset_before")
    yard.turn()
    yard.turn(SETTLED)
    assert yard.stands() == "INTENT unknown"
    return yard


def test_s61_a_replayed_receipt_is_booked_once_and_the_person_is_in_the_audit() -> None:
    yard = held_receipt()
    yard.tenant.set_status(ORDER, "35", "1")
    yard.turn(HOUR)
    assert yard.booked() == {}
    desk.replay(yard.ports, key_of(), "ann")
    yard.turn()
    yard.turn()
    assert yard.booked() == {"1": Decimal(5)}
    assert (yard.receipts()[0].state, yard.record().held_receipts, yard.record().open_receipts) == ("posted", 0, 0)
    assert [each.who for each in yard.ports.receiving.audit(key_of()) if each.what == "replayed"] == ["ann"]


def test_a_receipt_that_was_booked_before_it_was_replayed_is_found_and_not_booked_again() -> None:
    yard = Yard()
    yard.order()
    yard.turn()
    yard.comes_in(5)
    yard.fails("PPS001MI.Receipt", "reset_after", at="erp")
    yard.fails("PPS330MI.ListPOTrans", "error_before", times=40, at="erp", skip=1)
    for _ in range(30):
        yard.turn(HOUR)
    assert (yard.receipts()[0].state, yard.receipts()[0].held) == ("intended", "unknown")
    with pytest.raises(Refused, match="may be booked"):
        desk.dismiss_receipt(yard.ports, key_of(), 1, "by hand", "ann")
    yard.m3.faults.clear()
    desk.replay(yard.ports, key_of(), "ann", 1)
    yard.turn()
    assert (yard.booked(), len(yard.tenant.bookings)) == ({"1": Decimal(5)}, 1)


def test_a_dismissed_receipt_is_never_booked_and_what_comes_later_is() -> None:
    yard = held_receipt()
    desk.dismiss_receipt(yard.ports, key_of(), 1, "booked by hand", "ann")
    yard.tenant.set_status(ORDER, "35", "1")
    yard.comes_in(5)
    yard.turn()
    assert yard.booked() == {"1": Decimal(5)}
    assert [each.state for each in yard.receipts()] == ["dismissed", "posted"]
    assert yard.record().bucket == "done"


def test_nothing_is_replayed_or_dismissed_that_waits_for_nobody() -> None:
    yard = Yard()
    yard.order()
    yard.turn()
    with pytest.raises(Refused, match="nothing of it waits"):
        desk.replay(yard.ports, key_of(), "ann")
    with pytest.raises(Refused, match="does not wait"):
        desk.dismiss_receipt(yard.ports, key_of(), 1, "so", "ann")
    with pytest.raises(Refused, match="nobody is asked"):
        desk.declare_not_made(yard.ports, key_of(), "ann")
    with pytest.raises(Refused, match="there is no purchase order"):
        desk.replay(yard.ports, "nowhere", "ann")
    with pytest.raises(Refused, match="allowed are 1 to"):
        desk.dismiss_receipt(yard.ports, key_of(), 1, " ", "ann")


def test_an_order_that_was_not_made_by_a_person_s_word_is_made_once() -> None:
    yard = in_doubt()
    desk.declare_not_made(yard.ports, key_of(), "ann")
    yard.turn()
    assert (yard.stands(), len(yard.remotes)) == ("OPEN", 1)


def test_an_order_that_a_person_names_is_compared_and_goes_on() -> None:
    yard = Yard()
    yard.order()
    yard.manners.reference_number = "dropped"
    yard.fails("create_purchase_order", "reset_after")
    yard.turn()
    yard.turn(SETTLED)
    made = yard.remotes[0].purchase_order_id
    desk.adopt(yard.ports, key_of(), made, "ann")
    yard.turn()
    assert (yard.stands(), yard.record().remote_id) == ("OPEN", made)


def test_an_order_that_another_record_has_is_never_adopted_since_its_goods_would_be_booked_twice() -> None:
    yard = in_doubt()
    yard.order("4000002", confirmed="")
    yard.turn()
    other = yard.remote("4000002").purchase_order_id
    with pytest.raises(Refused, match=f"{other} is the order of 4000002 at W01"):
        desk.adopt(yard.ports, key_of(), other, "ann")
    assert yard.stands() == "INTENT unknown"


def test_a_changed_order_that_a_person_brought_up_to_date_goes_on() -> None:
    yard = Yard()
    yard.order()
    yard.turn()
    yard.tenant.change_line(ORDER, "1", ORQA="12", ORQT="12")
    yard.turn()
    assert yard.stands() == "OPEN changed"
    desk.replay(yard.ports, key_of(), "ann")
    yard.turn()
    yard.turn(HOUR)
    assert yard.stands() == "OPEN"


# --- pieces of a SKU that the order does not have --------------------------------------------------------------------


def foreign() -> Yard:
    """Pieces of a SKU came in that the order does not have."""
    yard = Yard()
    yard.order()
    yard.turn()
    yard.remote().lines.append(replace(yard.remote().lines[0], sku="GASKET-X", quantity=0, received=3))
    yard.turn()
    assert yard.stands() == "OPEN differs"
    assert yard.record().sentence == "3 GASKET-X came in, which order 4000001 does not have"
    return yard


def test_foreign_pieces_that_a_person_answers_for_hold_the_order_no_more_and_its_own_go_on() -> None:
    yard = foreign()
    desk.replay(yard.ports, key_of(), "ann")
    yard.turn()
    yard.turn(HOUR)
    assert (yard.stands(), yard.record().acknowledged) == ("OPEN", (("GASKET-X", 3),))
    yard.comes_in(10)
    yard.turn()
    assert yard.booked() == {"1": Decimal(10)}
    yard.remote().status = "closed"
    yard.turn()
    assert (yard.stands(), yard.record().bucket) == ("CLOSED", "done")
    assert [each.who for each in yard.ports.receiving.audit(key_of()) if each.what == "replayed"] == ["ann"]


def test_a_further_foreign_piece_holds_the_order_again_also_after_a_correction_there() -> None:
    yard = foreign()
    desk.replay(yard.ports, key_of(), "ann")
    yard.turn()
    yard.remote().lines[-1].received = 4
    yard.turn()
    assert (yard.stands(), yard.record().sentence[:13]) == ("OPEN differs", "1 GASKET-X ca")
    yard.remote().lines[-1].received = 1
    yard.turn()
    assert (yard.stands(), yard.record().acknowledged) == ("OPEN", (("GASKET-X", 1),))
    yard.remote().lines[-1].received = 3
    yard.turn()
    assert (yard.stands(), yard.record().sentence[:13]) == ("OPEN differs", "2 GASKET-X ca")


def test_pieces_that_came_in_after_a_person_had_looked_are_not_answered_for() -> None:
    yard = foreign()
    yard.remote().lines[-1].received = 5
    desk.replay(yard.ports, key_of(), "ann")
    yard.turn()
    assert (yard.stands(), yard.record().foreign) == ("OPEN differs", (("GASKET-X", 5),))


def test_a_changed_order_over_whose_question_another_came_is_asked_about_again() -> None:
    yard = Yard()
    yard.order()
    yard.turn()
    yard.tenant.change_line(ORDER, "1", ORQA="12", ORQT="12")
    yard.turn()
    yard.remote().lines.append(replace(yard.remote().lines[0], sku="GASKET-X", quantity=0, received=3))
    yard.turn()
    assert yard.stands() == "OPEN differs"
    desk.replay(yard.ports, key_of(), "ann")
    yard.turn()
    assert yard.stands() == "OPEN changed"
    desk.replay(yard.ports, key_of(), "ann")
    yard.turn()
    assert yard.stands() == "OPEN"
