"""A supplier's own tracking number: taken in, followed, and told to the ERP like a label of ours (S39)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sandbox.simulation.deployed import PUBLIC
from shared.carriers.ups.simulated import simulated
from shared.domain.milestones import Milestone
from shared.domain.parcel import ParcelEvent, Source
from shared.errors import Refused
from shared.ports import StoredConnection
from shared.pushes import reader_of
from shared.workflow.desk.inbound import add_inbound, remove_inbound, take_in
from shared.workflow.orders.pages import page_of
from shared.workflow.tracking.apply import apply_told
from tests.component.workflow.scene import CONNECTION, ORDER, Scene, key_of
from tests.component.workflow.test_already_shipped import Numbered

NUMBER, SECOND = "1ZB2C3D40300000012", "1ZB2C3D40300000021"
HOUR = timedelta(hours=1)


def taken(**connection: Any) -> Scene:
    """An order that is taken in, and not bought."""
    scene = Scene(**connection)
    scene.taken_in()
    return scene


def added(number: str = NUMBER, **connection: Any) -> Scene:
    scene = taken(**connection)
    add_inbound(scene.ports, key_of(ORDER), number, "ann")
    scene.work()
    return scene


def is_told(scene: Scene, milestone: Milestone, number: str = NUMBER) -> None:
    """The carrier pushes an event of the parcel."""
    read = reader_of("ups")(simulated(number, milestone, scene.clock.now()))
    assert read
    event = ParcelEvent(read[1], Source.PUSH, CONNECTION, scene.clock.now())
    scene.ports.tracking.keep("ups", number, [event], expires=None)
    apply_told(scene.ports, CONNECTION, number)
    scene.work()


def test_s39_a_supplier_s_number_stands_in_the_erp_and_the_parcel_is_watched() -> None:
    scene = added()
    assert scene.in_erp()["A121"] == NUMBER
    watch = scene.ports.tracking.watch("ups", NUMBER)
    assert watch
    assert (watch.order, watch.package) == (key_of(ORDER), 0)
    assert scene.creates() == 0
    assert scene.stands() == "CANCELLED dismissed"
    entry = next(each for each in scene.audit() if each.what == "inbound_added")
    assert (entry.who, entry.why) == ("ann", NUMBER)


def test_s39_in_transit_is_told_to_the_erp_as_soon_as_the_carrier_accepts_the_parcel() -> None:
    scene = added()
    is_told(scene, Milestone.PICKED_UP)
    assert scene.in_erp()["A630"] == "picked_up"
    is_told(scene, Milestone.DELIVERED)
    assert scene.in_erp()["A630"] == "delivered"
    assert scene.in_erp()["A121"] == NUMBER


def test_s39_the_parcel_is_subscribed_to_and_asked_for_like_one_of_ours() -> None:
    scene = added()
    scene.passes(5 * HOUR)
    scene.sweep()
    scene.work()
    watch = scene.ports.tracking.watch("ups", NUMBER)
    assert watch
    assert watch.poll_at
    assert watch.polled_at or watch.subscribed_until or watch.tries or watch.polls_failed


# --- an order that no poll has taken in ------------------------------------------------------------------------------


def unread(**connection: Any) -> tuple[Scene, StoredConnection]:
    """A connection whose ERP was not polled since the order was entered."""
    scene = Scene(**connection)
    stored = scene.ports.connections.get(CONNECTION)
    assert stored
    return scene, stored


def test_s39_an_order_that_was_not_taken_in_is_read_in_the_erp_by_its_number_and_followed() -> None:
    scene, stored = unread()
    scene.order()
    take_in(scene.ports, stored, ORDER, NUMBER, "ann")
    scene.work()
    assert scene.in_erp()["A121"] == NUMBER
    is_told(scene, Milestone.PICKED_UP)
    assert scene.in_erp()["A630"] == "picked_up"
    assert (scene.stands(), scene.snapshot().order.lines[0].item) == ("CANCELLED dismissed", "VALVE-1")
    assert [(each.who, each.what) for each in scene.audit()[:2]] == [("ann", "received"), ("ann", "inbound_added")]


def test_the_poll_that_finds_it_later_buys_nothing() -> None:
    scene, stored = unread()
    scene.order()
    take_in(scene.ports, stored, ORDER, NUMBER, "ann")
    for _ in range(3):
        scene.passes(HOUR)
        scene.poll()
        scene.work()
    assert (scene.stands(), scene.creates()) == ("CANCELLED dismissed", 0)


def test_s39_an_order_that_the_selection_does_not_want_is_followed_by_its_number_alone() -> None:
    scene, stored = unread()
    scene.order(delivery_method="TRK")
    take_in(scene.ports, stored, ORDER, NUMBER, "ann")
    scene.work()
    is_told(scene, Milestone.DELIVERED)
    assert (scene.in_erp()["A121"], scene.in_erp()["A630"]) == (NUMBER, "delivered")
    scene.passes(HOUR)
    scene.poll()
    scene.work()
    assert scene.creates() == 0


def test_an_order_that_the_erp_does_not_have_is_refused_and_nothing_is_kept() -> None:
    scene, stored = unread()
    with pytest.raises(Refused, match=f"the ERP has no open order {ORDER}"):
        take_in(scene.ports, stored, ORDER, NUMBER, "ann")
    assert scene.ports.orders.head(key_of(ORDER)) is None
    assert scene.ports.tracking.watch("ups", NUMBER) is None


def test_a_number_that_cannot_be_makes_no_order() -> None:
    scene, stored = unread()
    scene.order()
    with pytest.raises(Refused, match="is no number of ups"):
        take_in(scene.ports, stored, ORDER, "HELLO", "ann")
    scene.taken_in("4000002")
    add_inbound(scene.ports, key_of("4000002"), NUMBER, "ann")
    scene.order("4000003")
    with pytest.raises(Refused, match=f"is a parcel of order {key_of('4000002')}"):
        take_in(scene.ports, stored, "4000003", NUMBER, "ann")
    assert scene.ports.orders.head(key_of("4000003")) is None


def test_a_command_that_dies_before_the_parcel_is_noted_leaves_a_held_order_and_no_label() -> None:
    scene, stored = unread()
    scene.order()

    def dies(*_: Any, **__: Any) -> None:
        raise SystemExit

    kept, scene.ports.tracking.begin = scene.ports.tracking.begin, dies  # type: ignore[method-assign,assignment]
    with pytest.raises(SystemExit):
        take_in(scene.ports, stored, ORDER, NUMBER, "ann")
    scene.ports.tracking.begin = kept  # type: ignore[method-assign]
    for _ in range(2):
        scene.passes(HOUR)
        scene.poll()
        scene.work()
    assert scene.creates() == 0
    add_inbound(scene.ports, key_of(ORDER), NUMBER, "ann")
    scene.work()
    assert scene.in_erp()["A121"] == NUMBER


def test_several_numbers_of_an_order_stand_beside_each_other_and_are_one_shipment() -> None:
    scene = added()
    add_inbound(scene.ports, key_of(ORDER), SECOND, "ann")
    scene.work()
    assert scene.in_erp()["A121"].split() == [NUMBER, SECOND]
    is_told(scene, Milestone.DELIVERED)
    assert scene.in_erp()["A630"] == "in_transit"
    is_told(scene, Milestone.DELIVERED, SECOND)
    assert scene.in_erp()["A630"] == "delivered"


def test_a_repeated_number_changes_nothing() -> None:
    scene = added()
    before, writes = scene.audit(), len(scene.m3.field_writes)
    add_inbound(scene.ports, key_of(ORDER), NUMBER, "ann")
    scene.work()
    assert scene.audit() == before
    assert len(scene.m3.field_writes) == writes


@pytest.mark.parametrize("number", ["1Z", "1ZA1B2C3030000001", "HELLO", "9400100000000000000000"])
def test_a_number_of_another_form_is_refused(number: str) -> None:
    scene = taken()
    with pytest.raises(Refused, match="is no number of ups: allowed: 1Z and 16"):
        add_inbound(scene.ports, key_of(ORDER), number, "ann")
    assert scene.ports.tracking.watch("ups", number) is None


def test_an_order_with_a_label_of_ours_is_refused_and_the_label_is_named() -> None:
    scene = Scene()
    scene.through()
    with pytest.raises(Refused, match=f"has a label of ours: {scene.head().tracking_number}"):
        add_inbound(scene.ports, key_of(ORDER), NUMBER, "ann")
    assert scene.stands() == "DONE"
    assert scene.ports.tracking.watch("ups", NUMBER) is None


def test_another_order_s_number_is_refused_and_the_order_is_named() -> None:
    scene = added()
    scene.taken_in("4000002")
    with pytest.raises(Refused, match=f"{NUMBER} is a parcel of order {key_of(ORDER)}"):
        add_inbound(scene.ports, key_of("4000002"), NUMBER, "ann")
    scene.through("4000003")
    ours = scene.head("4000003").tracking_number
    with pytest.raises(Refused, match="is a parcel of order"):
        add_inbound(scene.ports, key_of("4000002"), ours, "ann")


def test_the_order_gets_no_label_and_its_own_number_in_the_erp_holds_nothing() -> None:
    scene = added()
    erp = Numbered(scene)
    erp.number = NUMBER
    for _ in range(3):
        scene.passes(HOUR)
        scene.tenant.touch(ORDER)
        scene.poll()
        scene.work()
    assert scene.stands() == "CANCELLED dismissed"
    assert scene.creates() == 0


def test_an_order_that_the_erp_changes_after_it_is_held_and_not_bought() -> None:
    scene = added()
    scene.passes(HOUR)
    scene.tenant.change_line(ORDER, "1", ORQA="3", ORQT="3")
    scene.poll()
    scene.work()
    assert scene.stands() == "HELD already_shipped"
    assert "its supplier sends it on its own" in scene.snapshot().problem
    assert scene.creates() == 0
    is_told(scene, Milestone.IN_TRANSIT)
    assert scene.in_erp()["A630"] == "in_transit"


def test_s46_the_tracking_page_shows_the_supplier_s_parcel() -> None:
    ours: dict[str, Any] = {
        "write_back": {"tracking_numbers": "A130", "tracking_url": "A121"},
        "tracking": {"page": "ours"},
    }
    scene = added(**ours)
    page = page_of(scene.ports, key_of(ORDER))
    assert page
    assert [each.number for each in page.parcels] == [NUMBER]
    assert scene.in_erp()["A121"] == f"{PUBLIC}{page.path}"


# --- a number that was mistyped ---------------------------------------------------------------------------------------


def test_a_number_that_was_named_by_mistake_leaves_the_erp_and_is_followed_no_more() -> None:
    scene = added()
    is_told(scene, Milestone.PICKED_UP)
    remove_inbound(scene.ports, key_of(ORDER), NUMBER, "mistyped", "ann")
    scene.work()
    assert NUMBER not in scene.in_erp().get("A121", "")
    assert scene.in_erp().get("A630", "").strip() in ("", "voided")
    watch = scene.ports.tracking.watch("ups", NUMBER)
    assert watch
    assert (watch.finished, watch.due_at) == ("taken off", None)
    assert (scene.stands(), scene.creates()) == ("CANCELLED dismissed", 0)
    entry = next(each for each in scene.audit() if each.what == "inbound_removed")
    assert (entry.who, entry.why) == ("ann", f"{NUMBER}: mistyped")
    add_inbound(scene.ports, key_of(ORDER), SECOND, "ann")
    scene.work()
    assert scene.in_erp()["A121"] == SECOND


def test_of_two_numbers_the_mistyped_one_leaves_and_the_other_one_s_milestone_counts() -> None:
    scene = added()
    add_inbound(scene.ports, key_of(ORDER), SECOND, "ann")
    scene.work()
    is_told(scene, Milestone.IN_TRANSIT)
    is_told(scene, Milestone.PICKED_UP, SECOND)
    remove_inbound(scene.ports, key_of(ORDER), NUMBER, "mistyped", "ann")
    scene.work()
    assert (scene.in_erp()["A121"], scene.in_erp()["A630"]) == (SECOND, "picked_up")
    is_told(scene, Milestone.DELIVERED)
    assert (scene.in_erp()["A121"], scene.in_erp()["A630"]) == (SECOND, "picked_up")


def test_a_number_that_was_taken_off_is_free_for_the_order_that_it_is_of() -> None:
    scene = added()
    remove_inbound(scene.ports, key_of(ORDER), NUMBER, "of another order", "ann")
    scene.work()
    scene.taken_in("4000002")
    add_inbound(scene.ports, key_of("4000002"), NUMBER, "ann")
    scene.work()
    watch = scene.ports.tracking.watch("ups", NUMBER)
    assert watch
    assert (watch.order, watch.finished) == (key_of("4000002"), "")
    assert scene.in_erp("4000002")["A121"] == NUMBER


def test_a_number_of_a_label_of_ours_is_never_taken_off() -> None:
    scene = Scene()
    scene.through()
    bought = scene.head().tracking_number
    with pytest.raises(Refused, match=f"has no number {bought} that a person named"):
        remove_inbound(scene.ports, key_of(ORDER), bought, "so", "ann")
    assert (scene.stands(), scene.in_erp()["A121"]) == ("DONE", bought)
    with pytest.raises(Refused, match="no number"):
        remove_inbound(added().ports, key_of(ORDER), SECOND, "so", "ann")
