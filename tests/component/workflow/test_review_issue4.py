"""Where voids, fixes, approvals, doubts and shipping again meet: nothing is bought twice, or as it no longer is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from cli.hints import worded
from sandbox.erps.m3.seed import Line, delivery
from shared.domain.money import Money
from shared.domain.record import Fix
from shared.errors import Refused
from shared.ports import Conflict
from shared.workflow.desk.approve import approve, retry
from shared.workflow.desk.dismiss import dismiss, take_back
from shared.workflow.desk.fix import fix
from shared.workflow.desk.label_sent import mark_sent
from shared.workflow.desk.ship_again import propose, ship_again
from shared.workflow.desk.unknown import declare_absent
from shared.workflow.desk.void import void
from shared.workflow.planning.fixes import fixed
from shared.workflow.write_back.replay import write_again
from tests.component.workflow.scene import ALBANY, BUFFALO, DAY, MINUTE, ORDER, SETTLE, Scene, key_of
from tests.component.workflow.test_in_doubt import in_doubt as doubtful
from tests.component.workflow.test_in_doubt import look_up

KEY, ANN = key_of(ORDER), "ann"
HOUR = timedelta(hours=1)
MANUAL: dict[str, Any] = {"approve": {"mode": "manual", "amount": None}}


def polled(scene: Scene) -> None:
    scene.passes(MINUTE)
    scene.poll()
    scene.work()


def opens(scene: Scene, quantity: str, line: str = "1") -> None:
    """Set the quantity that the ERP has ordered of a line."""
    scene.tenant.change_line(ORDER, line, ORQA=quantity, ORQT=quantity)


# --- what the ERP did while a person was asked about a doubt ---


def held_in_doubt(**connection: Any) -> Scene:
    scene = doubtful("reset_before", **connection)
    look_up(scene)
    assert scene.stands() == "HELD unknown"
    return scene


@pytest.mark.parametrize("change", ["quantity", "cancelled"])
def test_s28_what_changed_while_a_doubt_was_held_is_read_again_before_it_is_bought(change: str) -> None:
    scene = held_in_doubt()
    if change == "quantity":
        opens(scene, "8")
    else:
        scene.tenant.cancel(ORDER)
    polled(scene)
    assert scene.stands() == "HELD unknown"
    declare_absent(scene.ports, KEY, ANN)
    scene.work()
    assert scene.creates() == 1
    polled(scene)
    assert len(scene.live()) == (1 if change == "quantity" else 0)
    assert scene.snapshot().order.lines[0].quantity == (8 if change == "quantity" else 20)


def test_s28_a_retried_doubt_is_not_bought_again_as_it_was() -> None:
    scene = held_in_doubt()
    scene.applies(unknown="retry")
    scene.tenant.cancel(ORDER)
    polled(scene)
    retry(scene.ports, KEY, ANN)
    scene.work()
    scene.lives(HOUR)
    assert scene.live() == []
    assert scene.creates() == 1


# --- a stray, and no shipment of our own ---


def stray_alone(**connection: Any) -> Scene:
    """Asked for, not found, freed, then held for its item; the label of the first try shows up beside nothing."""
    scene = Scene(unknown="retry", **connection)
    scene.ups.index_lag = timedelta(hours=2)
    scene.ups_will("reset_after")
    scene.through()
    scene.passes(SETTLE)
    scene.process()
    assert scene.stands() == "READY retry"
    scene.tenant.change_line(ORDER, "1", ITNO="GASKET-X")
    polled(scene)
    assert scene.stands() == "HELD weight"
    scene.lives(timedelta(hours=5))
    assert scene.stands() == "HELD stray", scene.trail()
    assert not scene.head().shipment_id
    assert len(scene.live()) == 1
    return scene


@pytest.mark.parametrize("what", ["corrected in the ERP", "another file", "fixed by a person"])
def test_s28_beside_a_label_that_nobody_recorded_nothing_is_bought(what: str) -> None:
    scene = stray_alone()
    if what == "corrected in the ERP":
        scene.tenant.change_line(ORDER, "1", ITNO="VALVE-1", ORQA="3", ORQT="3")
    elif what == "another file":
        scene.applies(
            unknown="retry",
            void_window_days=20,
            defaults={"unit_weight": {"value": 1, "unit": "lb"}, "allow_automatic": True},
        )
    elif what == "fixed by a person":
        with pytest.raises(Refused, match="stray"):
            fix(scene.ports, KEY, ["weight=2 lb"], ANN)
    polled(scene)
    assert len(scene.live()) == 1
    assert scene.stands() == "HELD stray"


# --- fixes and retries of what is to be read first ---


@pytest.mark.parametrize("command", ["retry", "fix"])
def test_s28_what_is_to_be_read_first_is_not_bought_before(command: str) -> None:
    scene = Scene()
    scene.through(lines=[Line("GASKET-X", 2)])
    dismiss(scene.ports, KEY, "not wanted", ANN)
    scene.tenant.cancel(ORDER)
    take_back(scene.ports, KEY, ANN)
    if command == "retry":
        retry(scene.ports, KEY, ANN)
    else:
        fix(scene.ports, KEY, ["weight=2 lb"], ANN)
    scene.work()
    assert scene.stands() == "HELD retries"
    polled(scene)
    assert scene.stands() == "CANCELLED"
    assert scene.creates() == 0


def test_s16_a_fix_of_what_is_read_first_lies_over_what_is_read() -> None:
    scene = Scene()
    scene.through(lines=[Line("GASKET-X", 2)])
    dismiss(scene.ports, KEY, "not wanted", ANN)
    take_back(scene.ports, KEY, ANN)
    fix(scene.ports, KEY, ["weight=2 lb"], ANN)
    scene.work()
    polled(scene)
    assert scene.stands() == "DONE"


# --- what goes beyond a label, read again ---


def beyond(**connection: Any) -> Scene:
    """Of line 1 two are under way, five open: three go with the next shipment, which waits for its approval."""
    scene = Scene(**{**MANUAL, **connection})
    scene.through()
    approve(scene.ports, KEY, ANN)
    scene.work()
    scene.passes(HOUR)
    opens(scene, "5")
    polled(scene)
    assert scene.stands() == "HELD remaining"
    ship_again(scene.ports, propose(scene.ports, KEY), ANN)
    scene.work()
    assert scene.stands() == "HELD approval"
    return scene


@pytest.mark.parametrize("quantity", ["6", "4"])
def test_s28_goods_under_way_are_not_sent_twice_when_the_erp_changes_the_line_once_more(quantity: str) -> None:
    scene = beyond()
    opens(scene, quantity)
    polled(scene)
    assert scene.stands() == "HELD remaining"
    for command in (
        lambda: retry(scene.ports, KEY, ANN),
        lambda: fix(scene.ports, KEY, ["ship_to.phone=518-555-0199"], ANN),
        lambda: scene.applies(**MANUAL, void_window_days=20),
    ):
        command()
        scene.work()
        polled(scene)
        assert scene.stands() == "HELD remaining"
    ship_again(scene.ports, propose(scene.ports, KEY), ANN)
    scene.work()
    assert scene.stands() == "HELD approval"
    plan = scene.world.orders.snapshot(KEY, 3)
    assert [each.value for each in plan.fixes if each.field.endswith("quantity")] == [str(int(quantity) - 2)]


def test_what_the_erp_takes_back_again_goes_on_as_it_was_named() -> None:
    scene = beyond()
    opens(scene, "6")
    polled(scene)
    opens(scene, "5")
    polled(scene)
    assert scene.stands() == "HELD approval"
    approve(scene.ports, KEY, ANN)
    scene.work()
    assert scene.stands() == "DONE"
    assert [each.value for each in scene.world.orders.snapshot(KEY, 2).fixes] == ["3"]


def test_s28_a_dismissed_remainder_does_not_come_back_with_the_whole_line() -> None:
    scene = beyond(address_check="strict")
    scene.tenant.change_line(ORDER, "1", ITNO="GASKET-X")
    polled(scene)
    assert scene.stands() == "HELD weight"
    dismiss(scene.ports, KEY, "they have enough", ANN)
    scene.tenant.change_line(ORDER, "1", ITNO="VALVE-1", ORQA="6", ORQT="6")
    polled(scene)
    assert scene.stands() == "HELD remaining"
    dismiss(scene.ports, KEY, "they have enough", ANN)
    scene.lives(DAY)
    assert scene.stands() == "CANCELLED dismissed"
    assert len(scene.live()) == 1


def test_s28_two_units_are_not_subtracted_from_one_another() -> None:
    scene = Scene()
    scene.through()
    scene.passes(HOUR)
    scene.tenant.change_line(ORDER, "1", ORQA="24", ORQT="24", UNMS="BOX", PUUN="BOX")
    polled(scene)
    with pytest.raises(Refused, match="under way"):
        propose(scene.ports, KEY, ("1",))


def test_of_a_part_of_a_line_only_its_share_of_the_worth_is_declared() -> None:
    scene = Scene()
    scene.through()
    order = scene.snapshot().order
    whole = replace(order, lines=(replace(order.lines[0], value=Money(Decimal(100), "USD")),))
    (part,) = fixed(whole, [Fix("lines.1.quantity", "1", "2", ANN, scene.clock.now())]).lines
    assert (part.quantity, part.value) == (1, Money(Decimal(50), "USD"))


def test_s28_a_shipment_whose_lines_are_kept_no_longer_does_not_go_on_with_all_of_them() -> None:
    scene = beyond()
    del scene.world.orders._orders[KEY].snapshots[2]
    scene.tenant.touch(ORDER)
    opens(scene, "6")
    polled(scene)
    scene.applies(void_window_days=20)
    scene.lives(DAY)
    assert len(scene.live()) == 1


def test_s30_a_label_that_no_supplier_has_yet_is_not_replaced_by_the_next_one() -> None:
    scene = Scene(label={"to": "supplier"})
    scene.through()
    opens(scene, "5")
    polled(scene)
    with pytest.raises(Refused, match="has not reached its supplier"):
        propose(scene.ports, KEY)
    mark_sent(scene.ports, KEY, ANN)
    assert propose(scene.ports, KEY).lines == ("1",)


# --- a void and another hand ---


def test_s62_a_replay_that_was_under_way_at_the_void_does_not_bring_the_number_back() -> None:
    scene = Scene()
    scene.through()
    scene.tenant.extensions.clear()
    scene.passes(HOUR)

    def voided() -> None:
        void(scene.ports, KEY, ANN)
        scene.work()

    scene.before_the_next("erp", "write", voided)
    with pytest.raises(Conflict):
        write_again(scene.ports, KEY, ANN)
    scene.lives(HOUR)
    assert scene.stands() == "CANCELLED voided"
    assert "A121" not in {name for name, value in scene.in_erp().items() if value}


def test_a_voided_order_is_corrected_in_the_erp_before_it_is_shipped_again() -> None:
    scene = Scene()
    scene.through()
    void(scene.ports, KEY, ANN)
    with pytest.raises(Refused, match="read anew") as refused:
        fix(scene.ports, KEY, ["ship_to.city=Troy"], ANN)
    assert "orders ship" in worded(refused.value.hint)


# --- parcel groups ---


def test_s28_a_group_s_lines_under_way_are_not_another_group_s_because_its_remainder_was_dismissed() -> None:
    scene = Scene(**MANUAL)
    scene.through(lines=[Line("VALVE-1", 2, to=ALBANY), Line("VALVE-1", 3, to=BUFFALO)])
    first, second = (KEY.removesuffix("-") + name for name in ("line-1", "line-2"))
    for group in (first, second):
        approve(scene.ports, group, ANN)
    scene.work()
    scene.passes(HOUR)
    opens(scene, "5")
    polled(scene)
    ship_again(scene.ports, propose(scene.ports, first), ANN)
    scene.work()
    dismiss(scene.ports, first, "they have enough", ANN)
    void(scene.ports, second, ANN)
    scene.work()
    scene.tenant.change_delivery(ORDER, "1", delivery(BUFFALO))
    assert [line.number for line in propose(scene.ports, second).order.lines] == ["2"]
