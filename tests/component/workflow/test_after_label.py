"""Changes in the ERP after the label: a person is asked, nothing is bought, and the ERP always has the number."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from sandbox.erps.m3.seed import Line, delivery
from shared.domain.measures import Weight
from shared.domain.state import State
from shared.domain.steps import Step
from shared.errors import Refused
from shared.workflow.desk.approve import retry
from shared.workflow.desk.ship_again import propose, ship_again, shipped_of
from shared.workflow.desk.void import void
from shared.workflow.orders.after_label import settle
from shared.workflow.orders.step import move
from shared.workflow.write_back.update import note_of
from tests.component.workflow.scene import ALBANY, BUFFALO, DAY, MINUTE, ORDER, Scene, bought_once, key_of

KEY, ANN = key_of(ORDER), "arn:aws:sts::1:assumed-role/Clerk/ann"
WIDE: dict[str, Any] = {"select": {"status": {"from": "20", "to": "99"}}}
TWO_LINES = [Line("VALVE-1", 2), Line("VALVE-1", 3)]
READ = "CUSEXTMI.GetFieldValue"


def done(lines: list[Line] | None = None, **connection: Any) -> Scene:
    scene = Scene(**{**WIDE, **connection})
    scene.tenant.items["BOLT-1"] = {**scene.tenant.items["VALVE-1"], "ITNO": "BOLT-1"}
    scene.through(lines=lines or TWO_LINES)
    scene.passes(timedelta(hours=1))
    return scene


def next_poll(scene: Scene) -> None:
    scene.passes(timedelta(minutes=10))
    scene.poll()
    scene.work()


def quantity(scene: Scene, line: str, count: int) -> None:
    scene.tenant.change_line(ORDER, line, ORQA=str(count), ORQT=str(count))


def new_line(scene: Scene, count: int = 4) -> None:
    order = scene.tenant.touch(ORDER)
    order.lines.append({**order.lines[0], "PNLI": "3", "ORQA": str(count), "ORQT": str(count)})


# --- held, and why ---------------------------------------------------------------------------------------------------


def test_s17_an_order_that_the_erp_cancels_after_its_label_is_held_and_a_void_is_offered() -> None:
    scene = done()
    scene.tenant.cancel(ORDER)
    next_poll(scene)
    assert scene.stands() == "HELD cancelled"
    assert "closed in the ERP after its label" in scene.snapshot().problem
    void(scene.ports, KEY, ANN)
    scene.lives(timedelta(minutes=30))
    assert scene.stands() == "CANCELLED voided"
    assert scene.live() == []


def test_s17_a_cancellation_that_the_erp_s_list_does_not_tell_is_met_at_the_day_s_re_scan() -> None:
    """M3 lists by status: what leaves the range is listed no more."""
    scene = Scene()
    scene.through()
    scene.lives(timedelta(hours=2))
    scene.tenant.delete(ORDER)
    scene.lives(timedelta(hours=2))
    assert scene.stands() == "DONE"
    scene.lives(DAY)
    assert scene.stands() == "HELD cancelled"


def test_what_waited_three_weeks_for_its_label_is_followed_from_its_label_on() -> None:
    scene = Scene()
    scene.through(lines=[Line("GASKET-X", 1)])
    assert scene.stands() == "HELD weight"
    scene.passes(11 * DAY)
    for number in range(4000100, 4000155):  # a page of the listing, claimed after it and shipped long before it
        scene.order(str(number))
    scene.poll()
    scene.work()
    scene.passes(10 * DAY)
    scene.tenant.change_item("GASKET-X", GRWE="1")
    scene.poll()
    scene.work()
    assert bought_once(scene)
    scene.passes(timedelta(hours=1))
    scene.tenant.delete(ORDER)
    scene.lives(timedelta(hours=26))
    assert scene.stands() == "HELD cancelled"


def test_what_waited_long_for_its_label_is_followed_for_the_window_and_no_longer() -> None:
    scene = Scene(void_window_days=2)
    scene.through(lines=[Line("GASKET-X", 1)])
    scene.passes(21 * DAY)
    scene.tenant.change_item("GASKET-X", GRWE="1")
    scene.poll()
    scene.work()
    scene.tenant.set_status(ORDER, "50")
    scene.lives(5 * DAY)
    assert scene.stands() == "DONE"
    assert scene.ports.connections.open_documents("acme-infor-ups") == []


def test_what_was_shipped_before_the_window_is_not_read_by_key_any_more() -> None:
    scene = Scene()
    scene.through()
    scene.tenant.set_status(ORDER, "50")
    scene.lives(3 * DAY)
    scene.m3.recorded.clear()
    scene.lives(5 * DAY)
    assert scene.asked(scene.m3, "PPS200MI.GetHead") == 0


CHANGES: dict[str, Any] = {
    "another ship-to": (lambda s: s.tenant.change_delivery(ORDER, "1", delivery(BUFFALO)), "ship_to"),
    "another item": (lambda s: s.tenant.change_line(ORDER, "2", ITNO="BOLT-1"), "lines.2.item"),
    "another service": (lambda s: s.tenant.change_head(ORDER, MODL="AIR"), "service"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_s17_s28_ship_to_item_or_service_changed_after_the_label_is_held_and_a_void_is_offered(change: str) -> None:
    scene = done(
        [Line("VALVE-1", 2, to=ALBANY), Line("VALVE-1", 3, to=ALBANY)],
        services={"UPS": "03", "AIR": "02"},
        select={"status": {"from": "20", "to": "99"}, "delivery_method": ["UPS", "AIR"]},
    )
    make, field = CHANGES[change]
    if change == "another ship-to":
        scene.tenant.change_delivery(ORDER, "2", delivery(BUFFALO))
    make(scene)
    next_poll(scene)
    assert (scene.stands(), scene.head().field) == ("HELD changed", field)
    scene.lives(2 * DAY)
    assert scene.stands() == "HELD changed"
    assert scene.creates() == 1
    assert scene.in_erp()["A121"], "the parcel is under way, and the ERP knows it"


@pytest.mark.parametrize("what", ["a greater quantity", "a new line"])
def test_s17_s28_more_open_than_was_shipped_is_held_with_its_lines_and_never_bought_by_itself(what: str) -> None:
    scene = done()
    if what == "a new line":
        new_line(scene)
    else:
        quantity(scene, "2", 9)
    next_poll(scene)
    assert scene.stands() == "HELD remaining"
    said = scene.snapshot().problem
    assert said == (
        "after its label the ERP has a new line 3 with 4 EA of VALVE-1"
        if what == "a new line"
        else "after its label the ERP has 9 EA open on line 2 instead of 3 EA"
    )
    scene.lives(3 * DAY)
    assert scene.creates() == 1


@pytest.mark.parametrize(
    "how", ["advised in part", "received", "another status", "a smaller order", "gone from the selection"]
)
def test_progress_is_no_change_and_costs_no_step(how: str) -> None:
    scene = done()
    before = scene.audit()
    if how == "advised in part":
        scene.tenant.change_line(ORDER, "1", ADQA="1")
    elif how == "received":
        scene.tenant.change_line(ORDER, "1", RVQA="2")
        scene.tenant.change_line(ORDER, "2", RVQA="3")
    elif how == "another status":
        scene.tenant.set_status(ORDER, "45")
    elif how == "a smaller order":
        quantity(scene, "2", 1)
    else:
        scene.tenant.change_head(ORDER, MODL="TRK")
    for _ in range(3):
        next_poll(scene)
    assert scene.audit() == before


def test_what_changed_back_lets_the_order_rest_again_by_itself() -> None:
    scene = done()
    quantity(scene, "2", 9)
    next_poll(scene)
    assert scene.stands() == "HELD remaining"
    quantity(scene, "2", 3)
    next_poll(scene)
    assert (scene.stands(), scene.trail()[-1]) == ("DONE", "as_shipped")


def test_a_held_difference_is_told_once_and_anew_when_it_grows() -> None:
    scene = done()
    quantity(scene, "2", 9)
    for _ in range(4):
        next_poll(scene)
    assert scene.trail().count("changed_after_label") == 1
    scene.tenant.cancel(ORDER)
    next_poll(scene)
    assert scene.stands() == "HELD cancelled"
    assert scene.trail().count("changed_after_label") == 2


@pytest.mark.parametrize(("held_by", "told"), [("0.1.0", 1), ("this release, for another difference", 2)])
def test_a_hold_is_known_again_in_any_words_also_that_of_the_release_before(held_by: str, told: int) -> None:
    """Releases up to 0.1.0 kept no digest of what a hold tells, only its sentence."""
    scene = done()
    quantity(scene, "2", 9)
    next_poll(scene)
    kept = replace(scene.snapshot(), problem="other words", told=None if held_by == "0.1.0" else "another")
    head = scene.head()
    move(scene.ports, head, State.HELD, what=Step.HELD, reason=head.reason, field=head.field, snapshot=kept)
    next_poll(scene)
    assert scene.stands() == "HELD remaining"
    assert scene.trail().count("changed_after_label") == told


def test_what_can_not_be_read_changes_nothing_after_the_label() -> None:
    scene = done()
    scene.tenant.touch(ORDER).lines.clear()
    next_poll(scene)
    assert scene.stands() == "DONE"


def test_another_connection_s_reading_says_nothing_about_a_shipped_order() -> None:
    scene = done()
    scene.tenant.touch(ORDER)
    head = scene.head()
    scene.world.orders._orders[KEY].head = type(head)(
        **{**{f: getattr(head, f) for f in head.__slots__}, "connection": "other"}
    )
    quantity(scene, "2", 9)
    next_poll(scene)
    assert scene.stands() == "DONE"


# --- money first -----------------------------------------------------------------------------------------------------


def not_written_yet() -> Scene:
    scene = Scene(**WIDE)
    scene.m3_will("error_before", READ, times=3)
    scene.through(lines=TWO_LINES)
    assert scene.stands() == "SHIPPED retry"
    return scene


def test_s32_an_order_that_changes_before_its_number_is_in_the_erp_is_written_back_first_and_held_then() -> None:
    scene = not_written_yet()
    quantity(scene, "2", 9)
    scene.passes(MINUTE)
    scene.poll()
    assert scene.head().state == "SHIPPED"
    assert scene.trail()[-1] == "changed_meanwhile"
    scene.lives(timedelta(hours=3))
    assert scene.stands() == "HELD remaining"
    assert scene.in_erp()["A121"] == scene.head().shipment_id
    assert scene.head().written_back
    assert scene.creates() == 1


def test_the_hold_after_the_write_back_says_what_the_next_poll_finds_and_can_not_be_accepted_unread() -> None:
    scene = not_written_yet()
    quantity(scene, "2", 9)
    scene.passes(MINUTE)
    scene.poll()
    scene.m3.faults.clear()
    scene.passes(timedelta(hours=1))
    scene.write_back()
    assert scene.stands() == "HELD changed"
    assert "the next poll tells what differs" in scene.snapshot().problem
    with pytest.raises(Refused, match="is not read yet"):
        settle(scene.ports, scene.head(), ANN, "fine")
    next_poll(scene)
    assert scene.stands() == "HELD remaining"


def test_a_change_that_was_taken_back_before_the_number_was_written_holds_nothing_for_long() -> None:
    scene = not_written_yet()
    quantity(scene, "2", 9)
    scene.passes(MINUTE)
    scene.poll()
    quantity(scene, "2", 3)
    scene.lives(timedelta(hours=3))
    assert bought_once(scene)


def test_an_order_that_changes_while_its_write_back_is_refused_is_held_for_it_once_that_is_corrected() -> None:
    scene = Scene(**WIDE, write_back={"tracking_numbers": {"to": "A121", "max": 5}})
    scene.through(lines=TWO_LINES)
    assert scene.stands() == "HELD write_back"
    quantity(scene, "2", 9)
    scene.lives(DAY)
    assert scene.stands() == "HELD write_back"
    scene.applies(**WIDE, write_back={"tracking_numbers": {"to": "A121", "max": 120}})
    retry(scene.ports, KEY, ANN)
    scene.lives(timedelta(hours=1))
    assert scene.stands() == "HELD remaining"
    assert scene.in_erp()["A121"]


def test_s28_what_was_readdressed_while_its_create_was_in_doubt_is_adopted_written_back_and_held() -> None:
    scene = Scene(**WIDE)
    scene.ups_will("reset_after")
    scene.through(lines=TWO_LINES)
    quantity(scene, "2", 9)
    scene.lives(timedelta(hours=2))
    assert scene.stands() == "HELD remaining"
    assert scene.in_erp()["A121"] == scene.live()[0].shipment_id


# --- a person's word -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["settled", "retried"])
@pytest.mark.parametrize("what", ["remaining", "cancelled", "changed"])
def test_what_a_person_lets_pass_holds_the_order_no_more_but_the_next_difference_does(what: str, how: str) -> None:
    scene = done()
    make = {
        "remaining": lambda: quantity(scene, "2", 9),
        "cancelled": lambda: scene.tenant.cancel(ORDER),
        "changed": lambda: scene.tenant.change_line(ORDER, "2", ITNO="BOLT-1"),
    }
    make[what]()
    next_poll(scene)
    assert scene.stands() == f"HELD {what}"
    if how == "settled":
        settle(scene.ports, scene.head(), ANN, "shipped by hand")
    else:
        retry(scene.ports, KEY, ANN)
    assert scene.stands() == "DONE"
    assert scene.audit()[-1].who == ANN
    scene.tenant.touch(ORDER)
    scene.tenant.change_head(ORDER, RFID="BUYER2")
    scene.lives(2 * DAY)
    assert scene.stands() == "DONE"
    if what == "cancelled":
        return
    quantity(scene, "1", 50)
    next_poll(scene)
    assert scene.stands() == "HELD remaining"
    assert scene.creates() == 1


def test_nothing_can_be_accepted_on_an_order_that_is_not_held_for_its_erp() -> None:
    scene = done()
    with pytest.raises(Refused, match="nothing to accept"):
        settle(scene.ports, scene.head(), ANN, "fine")


def test_s28_a_person_ships_the_remaining_lines_and_both_labels_stand_in_the_erp() -> None:
    scene = done()
    new_line(scene, 4)
    next_poll(scene)
    proposal = propose(scene.ports, KEY)
    assert proposal.lines == ("3",)
    ship_again(scene.ports, proposal, ANN)
    assert scene.audit()[-1].why == "line 3"
    scene.work()
    first, second = scene.live()
    assert scene.stands() == "DONE"
    assert scene.in_erp()["A121"].split() == [*first.tracking_numbers, *second.tracking_numbers]
    billed = (first.charge + second.charge) * Decimal("0.72")
    assert abs(Decimal(scene.in_erp()["N096"]) - billed) <= Decimal("0.01")
    plan = scene.world.orders.snapshot(KEY, 2).plan
    assert plan
    assert [package.lines for package in plan.packages] == [("3",)]
    scene.lives(3 * DAY)
    assert scene.stands() == "DONE", "what was open when it was shipped is no remainder"
    assert scene.creates() == 2


def test_s28_of_a_line_that_is_under_way_only_what_is_open_beyond_it_goes() -> None:
    """M3 counts a parcel as open until it is advised: shipping all that is open would send the goods twice."""
    scene = done()
    quantity(scene, "1", 5)
    next_poll(scene)
    assert scene.stands() == "HELD remaining"
    proposal = propose(scene.ports, KEY)
    assert proposal.under_way["1"] == 2
    assert [(line.number, line.quantity) for line in shipped_of(proposal).lines] == [("1", 3)]
    ship_again(scene.ports, proposal, ANN)
    scene.tenant.touch(ORDER)
    scene.poll()
    scene.work()
    second = scene.world.orders.snapshot(KEY, 2)
    assert second.plan
    assert [(fix.field, fix.value, fix.who) for fix in second.fixes] == [("lines.1.quantity", "3", ANN)]
    three_units = Weight(Decimal("10.5"), "kg").to("lb").value
    assert sum(package.weight.value for package in second.plan.packages) == pytest.approx(three_units)
    scene.lives(3 * DAY)
    assert scene.stands() == "DONE"
    assert scene.creates() == 2


def test_s28_each_shipment_of_an_order_that_lives_is_told_with_its_own_lines_and_quantities() -> None:
    scene = done()
    quantity(scene, "1", 5)
    next_poll(scene)
    ship_again(scene.ports, propose(scene.ports, KEY), ANN)
    scene.work()
    note = note_of(scene.ports, scene.head(), None, lambda _: "")
    assert [line.quantity for line in note.lines] == [2, 3, 3]
    first, second = note.shipments
    assert [(line.number, line.quantity) for line in first.lines] == [("1", 2), ("2", 3)]
    assert [(line.number, line.quantity) for line in second.lines] == [("1", 3)]
    assert (first.reference, second.reference) == tuple(note.reference.split())
    assert (*first.tracking_numbers, *second.tracking_numbers) == note.tracking_numbers


def test_what_a_release_of_before_keeps_of_a_shipment_reads_back_and_the_other_one_has_its_lines() -> None:
    """Once its content is kept no longer, a shipment has numbers, and no lines that anybody could tell."""
    scene = done()
    new_line(scene)
    next_poll(scene)
    ship_again(scene.ports, propose(scene.ports, KEY), ANN)
    scene.work()
    del scene.world.orders._orders[KEY].snapshots[1]
    first, second = note_of(scene.ports, scene.head(), None, lambda _: "").shipments
    assert (len(first.tracking_numbers), first.lines) == (1, ())
    assert [line.number for line in second.lines] == ["3"]


def test_a_void_of_the_second_label_leaves_the_first_one_s_number_and_cost_in_the_erp() -> None:
    scene = done()
    told = {name: scene.in_erp()[name] for name in ("A121", "N096", "A230")}
    new_line(scene)
    next_poll(scene)
    ship_again(scene.ports, propose(scene.ports, KEY), ANN)
    scene.work()
    scene.passes(timedelta(hours=1))
    void(scene.ports, KEY, ANN)
    scene.work()
    assert scene.stands() == "CANCELLED voided"
    assert {name: scene.in_erp()[name] for name in told} == told
    assert scene.in_erp()["A630"] == "label_created"


def test_named_lines_of_a_done_order_are_shipped_when_a_person_says_so() -> None:
    scene = done()
    with pytest.raises(Refused, match="line 1 has 2 EA open, and 2 are under way already"):
        propose(scene.ports, KEY, ("1",))
    ship_again(scene.ports, propose(scene.ports, KEY, ("1",), all_open=True), ANN)
    assert scene.trail()[-2:] == ["more_to_ship", "ship_again"]
    scene.work()
    assert len(scene.live()) == 2


def test_a_package_that_is_voided_of_a_changed_order_leaves_it_held_for_the_change() -> None:
    scene = done([Line("VALVE-1", 20)])
    quantity(scene, "1", 30)
    next_poll(scene)
    assert scene.stands() == "HELD remaining"
    void(scene.ports, KEY, ANN, packages=scene.live()[0].tracking_numbers[:1])
    scene.lives(timedelta(minutes=30))
    assert scene.stands() == "HELD remaining"
    assert len(scene.in_erp()["A121"].split()) == 3
