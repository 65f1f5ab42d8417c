"""Dismissal: an order that a person dismisses is not shipped, and stays so until the ERP changes it."""

from __future__ import annotations

from typing import Any

import pytest

from cli.hints import worded
from sandbox.erps.m3.seed import Line, delivery
from shared.domain.state import State
from shared.errors import Refused
from shared.workflow.desk.approve import retry
from shared.workflow.desk.dismiss import dismiss, take_back
from shared.workflow.desk.fix import fix
from tests.component.workflow.scene import (
    BUFFALO,
    CONNECTION,
    DAY,
    ORDER,
    SETTLE,
    Scene,
    bought_once,
    key_of,
)

KEY = key_of(ORDER)
UNWEIGHED = [Line("GASKET-X", 2)]


def dismissed(why: str = "sent by truck", **facts: Any) -> Scene:
    """Held for its weight, and dismissed."""
    scene = Scene()
    scene.through(**{"lines": UNWEIGHED, **facts})
    assert scene.stands() == "HELD weight"
    dismiss(scene.ports, KEY, why, "ann")
    scene.passes(SETTLE)
    return scene


def test_s17_a_held_order_is_dismissed_for_a_reason_that_its_trail_keeps() -> None:
    scene = dismissed()
    assert scene.stands() == "CANCELLED dismissed"
    entry = scene.audit()[-1]
    assert (entry.what, entry.who, entry.why) == ("dismissed", "ann", "sent by truck")
    assert scene.head().due_at is None
    assert list(scene.ports.orders.listing(CONNECTION, "held")) == []


def test_a_dismissal_outlives_polls_touches_corrected_items_and_another_file() -> None:
    scene = dismissed()
    scene.tenant.touch(ORDER)
    scene.poll()
    scene.tenant.change_item("GASKET-X", GRWE="1", NEWE="1")
    scene.tenant.touch(ORDER)
    scene.poll()
    scene.tenant.set_status(ORDER, "22")
    scene.poll()
    scene.applies(defaults={"unit_weight": {"value": "1", "unit": "lb"}, "allow_automatic": True})
    scene.tenant.touch(ORDER)
    scene.lives(2 * DAY)
    assert scene.stands() == "CANCELLED dismissed"
    assert scene.trail()[-1] == "dismissed"
    assert scene.creates() == 0


@pytest.mark.parametrize(
    ("what", "change"),
    [
        ("quantity", lambda scene: scene.tenant.change_line(ORDER, "1", ORQA="3", ORQT="3")),
        ("address", lambda scene: scene.tenant.change_delivery(ORDER, "1", delivery(BUFFALO))),
        ("item", lambda scene: scene.tenant.change_line(ORDER, "1", ITNO="VALVE-1")),
    ],
)
def test_s17_a_dismissed_order_comes_back_once_the_erp_changes_it(what: str, change: Any) -> None:
    scene = dismissed()
    change(scene)
    scene.poll()
    assert scene.stands() == "RECEIVED"
    assert scene.trail()[-1] == "selected_again", what


def test_a_dismissed_order_that_leaves_the_selection_and_returns_unchanged_stays_dismissed() -> None:
    scene = dismissed()
    scene.tenant.change_head(ORDER, MODL="DHL")
    scene.poll()
    scene.tenant.change_head(ORDER, MODL="UPS")
    scene.poll()
    assert scene.stands() == "CANCELLED dismissed"


def test_a_dismissed_order_that_the_erp_closes_and_opens_again_stays_dismissed() -> None:
    scene = dismissed()
    scene.tenant.set_status(ORDER, "90")
    scene.poll()
    scene.tenant.set_status(ORDER, "20")
    scene.poll()
    assert scene.stands() == "CANCELLED dismissed"


def test_a_dismissed_order_that_can_not_be_read_for_a_while_stays_dismissed() -> None:
    scene = dismissed()
    rows = scene.tenant.orders[ORDER].lines[:]
    scene.tenant.orders[ORDER].lines.clear()
    scene.tenant.touch(ORDER)
    scene.poll()
    assert scene.stands() == "CANCELLED dismissed"
    scene.tenant.orders[ORDER].lines.extend(rows)
    scene.tenant.touch(ORDER)
    scene.poll()
    assert scene.stands() == "CANCELLED dismissed"


def test_what_the_erp_cancelled_itself_still_comes_back_when_it_is_opened_again() -> None:
    scene = Scene()
    scene.through(lines=UNWEIGHED)
    scene.passes(SETTLE)
    scene.tenant.set_status(ORDER, "90")
    scene.poll()
    assert scene.stands() == "CANCELLED"
    scene.tenant.set_status(ORDER, "20")
    scene.poll()
    assert scene.stands() == "RECEIVED"


def test_a_dismissal_can_be_taken_back_and_the_erp_is_read_before_anything_goes_on() -> None:
    scene = dismissed()
    scene.tenant.change_item("GASKET-X", GRWE="1", NEWE="1")
    held = take_back(scene.ports, KEY, "bob")
    assert held.state == State.HELD
    assert (scene.audit()[-1].what, scene.audit()[-1].who) == ("dismissal_taken_back", "bob")
    assert "the next poll reads the order again" in worded(scene.snapshot().hint)
    scene.poll()
    scene.work()
    assert bought_once(scene)


def test_a_dismissal_that_is_taken_back_of_an_order_that_the_erp_has_closed_ships_nothing() -> None:
    scene = dismissed()
    scene.tenant.set_status(ORDER, "90")
    scene.poll()
    take_back(scene.ports, KEY, "bob")
    scene.work()
    scene.poll()
    assert scene.stands() == "CANCELLED"
    with pytest.raises(Refused, match="only a dismissal can be taken back"):
        take_back(scene.ports, KEY, "bob")


def test_a_fix_comes_back_with_its_order() -> None:
    scene = Scene()
    scene.through(lines=UNWEIGHED, freight_terms="EXW")
    fix(scene.ports, KEY, ["weight=1 lb"], "ann")
    scene.work()
    dismiss(scene.ports, KEY, "later", "ann")
    scene.passes(SETTLE)
    scene.tenant.change_line(ORDER, "1", ORQA="3", ORQT="3")
    scene.poll()
    assert [each.field for each in scene.snapshot().fixes] == ["lines.1.unit_weight"]


@pytest.mark.parametrize("settled", [False, True])
def test_s28_an_order_in_doubt_can_not_be_dismissed_for_a_label_may_exist(settled: bool) -> None:
    scene = Scene()
    scene.ups_will("reset_before")
    scene.through()
    if settled:
        scene.passes(SETTLE)
        scene.process()
        assert scene.stands() == "HELD unknown"
    with pytest.raises(Refused) as refused:
        dismiss(scene.ports, KEY, "no", "ann")
    if settled:
        assert "a label may exist, so it cannot be dismissed" in str(refused.value)
        assert "unknown adopt 4000001" in worded(refused.value.hint)
        assert "unknown declare-absent 4000001" in worded(refused.value.hint)


def test_an_order_with_a_label_is_not_dismissed_as_if_it_had_none() -> None:
    scene = Scene(erp={"kind": "infor-m3", "cono": "100", "test_system": True})
    scene.m3_will("error_before", "CUSEXTMI.AddFieldValue", times=10_000)
    scene.through()
    scene.lives(2 * DAY)
    assert scene.head().state == State.HELD
    with pytest.raises(Refused, match="has label 1Z"):
        dismiss(scene.ports, KEY, "no", "ann")


def test_what_is_not_held_is_not_dismissed() -> None:
    scene = Scene()
    scene.taken_in()
    with pytest.raises(Refused, match="is RECEIVED: only a held order can be dismissed"):
        dismiss(scene.ports, KEY, "no", "ann")


@pytest.mark.parametrize("why", ["", "   ", "x" * 201])
def test_a_dismissal_wants_a_short_reason(why: str) -> None:
    scene = Scene()
    scene.through(lines=UNWEIGHED)
    with pytest.raises(Refused, match="allowed are 1 to 200"):
        dismiss(scene.ports, KEY, why, "ann")
    assert scene.stands() == "HELD weight"


def test_a_dismissed_order_is_not_retried() -> None:
    scene = dismissed()
    with pytest.raises(Refused, match=r"is CANCELLED \(dismissed\): only a held order"):
        retry(scene.ports, KEY, "ann")


def test_a_dismissed_parcel_group_leaves_the_others_of_its_document_alone() -> None:
    scene = Scene()
    scene.order(lines=[Line("VALVE-1", 2), Line("GASKET-X", 1, to=BUFFALO)])
    scene.poll()
    scene.work()
    document = KEY.rsplit("/", 1)[0]
    unweighed = scene.ports.orders.head(f"{document}/line-2")
    assert unweighed
    assert unweighed.reason == "weight"
    dismiss(scene.ports, unweighed.key, "sent by truck", "ann")
    scene.passes(SETTLE)
    scene.tenant.touch(ORDER)
    scene.poll()
    scene.work()
    heads = {head.key.rsplit("/", 1)[1]: f"{head.state} {head.reason}".strip() for head in scene.world.heads()}
    assert heads == {"line-1": "DONE", "line-2": "CANCELLED dismissed"}
    assert len(scene.live()) == 1
