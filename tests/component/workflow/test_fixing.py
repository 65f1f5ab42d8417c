"""A person's fix of an order: on it goes, over every later reading, until the ERP changes that field itself."""

from __future__ import annotations

from typing import Any

import pytest

from cli.hints import worded
from sandbox.erps.m3.seed import Line, delivery, place
from shared.domain.address import Party
from shared.domain.state import State
from shared.errors import Refused
from shared.workflow.desk.approve import approve
from shared.workflow.desk.fix import fix
from tests.component.workflow.scene import AMBIGUOUS, NOWHERE, ORDER, SETTLE, Scene, bought_once, key_of

KEY = key_of(ORDER)
TOWER = place("Acme Site Office", ("1 Tower Plz", "Suite 4"), "Albany", "NY", "12207")
"""UPS knows the house and not the suite."""
UNWEIGHED = [Line("GASKET-X", 2)]
MANUAL: dict[str, Any] = {"approve": {"mode": "manual", "amount": None}}


def held(reason: str, **facts: Any) -> Scene:
    scene = Scene()
    scene.through(**facts)
    assert scene.stands() == f"HELD {reason}"
    return scene


def without_weight() -> Scene:
    return held("weight", lines=UNWEIGHED)


def test_s16_a_weight_that_a_person_gives_lets_the_order_go_on() -> None:
    scene = without_weight()
    after = fix(scene.ports, KEY, ["weight=0.2 lb"], "ann")
    assert after.state == State.RECEIVED
    assert scene.messages() == [KEY]
    scene.work()
    assert bought_once(scene)
    plan = scene.snapshot().plan
    assert plan
    assert str(plan.packages[0].weight.to("lb")) == "0.4 lb"


def test_s20_s21_an_address_that_the_carrier_knows_otherwise_is_replaced_by_its_candidate() -> None:
    scene = held("address", to=TOWER)
    check = scene.snapshot().address_check
    assert check
    assert check.candidates, "the candidates are kept with the hold, so that a person can choose"
    fix(scene.ports, KEY, ["address=candidate:1"], "ann")
    scene.work()
    assert bought_once(scene)
    assert shipped_to(scene).address == check.candidates[0]


def test_s20_an_address_that_a_person_knows_to_be_right_is_shipped_to_although_the_carrier_doubts_it() -> None:
    scene = held("address", to=NOWHERE)
    fix(scene.ports, KEY, ["address=as-is"], "ann")
    scene.work()
    assert bought_once(scene)
    assert shipped_to(scene).address == NOWHERE.address


def shipped_to(scene: Scene) -> Party:
    plan = scene.snapshot().plan
    assert plan
    return plan.ship_to


def test_s65_the_audit_says_who_fixed_which_field_and_never_to_what() -> None:
    scene = without_weight()
    fix(scene.ports, KEY, ["weight=0.2 lb", "ship_to.phone=5185550177", "ship_to.name=Bo Secret"], "ann")
    entry = scene.audit()[-1]
    assert (entry.what, entry.who) == ("fixed", "ann")
    assert entry.why == "lines.1.unit_weight, ship_to.phone, ship_to.name"
    assert "5185550177" not in repr(scene.audit())
    assert "Secret" not in repr(scene.audit())


def test_a_fix_lies_over_later_readings_and_the_digest_stays_the_erp_s() -> None:
    scene = without_weight()
    content, fingerprint = scene.head().content, scene.head().fingerprint
    scene.sets("paused")
    fix(scene.ports, KEY, ["weight=0.2 lb"], "ann")
    scene.sets("running")
    scene.passes(SETTLE)
    scene.tenant.touch(ORDER)
    scene.poll()
    assert (scene.head().content, scene.head().fingerprint) == (content, fingerprint)
    scene.work()
    assert bought_once(scene)


def test_a_fix_outlives_a_change_of_another_field() -> None:
    scene = held("address", to=AMBIGUOUS)
    fix(scene.ports, KEY, ["ship_to.name=Night Dock"], "ann")
    scene.work()
    assert scene.stands() == "HELD address"
    scene.passes(SETTLE)
    scene.tenant.change_line(ORDER, "1", ORQA="3", ORQT="3")
    scene.poll()
    assert "read_again" in scene.trail()
    scene.work()
    assert [each.field for each in scene.snapshot().fixes] == ["ship_to.name"]
    fix(scene.ports, KEY, ["address=as-is"], "bob")
    scene.work()
    assert bought_once(scene)
    assert shipped_to(scene).name == "Night Dock"


def test_a_chosen_address_is_asked_about_again_once_the_erp_has_another_one() -> None:
    scene = held("address", to=AMBIGUOUS)
    scene.sets("paused")
    fix(scene.ports, KEY, ["address=as-is"], "ann")
    scene.work()
    scene.sets("running")
    scene.passes(SETTLE)
    scene.tenant.change_delivery(ORDER, "1", delivery(NOWHERE))
    scene.poll()
    scene.work()
    assert scene.stands() == "HELD address"
    assert scene.snapshot().fixes == ()


def test_a_fix_ends_with_a_note_when_the_erp_changes_its_field() -> None:
    scene = held("freight_terms", freight_terms="EXW")
    fix(scene.ports, KEY, ["lines.1.unit_weight=9 lb"], "ann")
    scene.work()
    assert scene.stands() == "HELD freight_terms"
    scene.passes(SETTLE)
    scene.tenant.items["VALVE-1"]["GRWE"] = "4"
    scene.tenant.items["VALVE-1"]["NEWE"] = "4"
    scene.poll()
    assert scene.snapshot().fixes == ()
    note = "the fix of lines.1.unit_weight ended: the ERP changed it"
    (again,) = [entry for entry in scene.audit() if entry.what == "read_again"]
    assert again.why == note
    assert note in scene.snapshot().order.notes


def test_s25_a_fix_takes_an_approval_back() -> None:
    scene = Scene(**MANUAL)
    scene.through()
    scene.sets("paused")
    approve(scene.ports, KEY, "ann")
    scene.work()
    assert scene.stands() == "READY"
    after = fix(scene.ports, KEY, ["lines.1.unit_weight=40 lb"], "bob")
    assert after.approved_by == ""
    scene.sets("running")
    scene.work()
    assert scene.stands() == "HELD approval"
    assert scene.snapshot().approved_at is None
    assert scene.creates() == 0


def test_a_fix_can_be_taken_back() -> None:
    scene = without_weight()
    fix(scene.ports, KEY, ["weight=0.2 lb", "ship_to.city=Nowhere"], "ann")
    scene.sets("paused")
    fix(scene.ports, KEY, [], "ann", undo=["ship_to.city"])
    assert [each.field for each in scene.snapshot().fixes] == ["lines.1.unit_weight"]
    fix(scene.ports, KEY, [], "ann", undo=["weight"])
    assert scene.snapshot().fixes == ()
    with pytest.raises(Refused, match="weight is not fixed; nothing of it is"):
        fix(scene.ports, KEY, [], "ann", undo=["weight"])


def test_a_fix_to_what_stands_there_already_is_refused() -> None:
    scene = without_weight()
    with pytest.raises(Refused, match=r"ship_to.address.city has that value already"):
        fix(scene.ports, KEY, ["ship_to.city=Albany"], "ann")


def test_s28_an_order_with_a_label_is_not_fixed() -> None:
    scene = Scene()
    scene.through()
    with pytest.raises(Refused, match="has a label") as refused:
        fix(scene.ports, KEY, ["ship_to.phone=5185550177"], "ann")
    assert "orders void 4000001" in worded(refused.value.hint)


@pytest.mark.parametrize("steps", [1, 2])
def test_s28_an_order_in_doubt_is_not_fixed(steps: int) -> None:
    scene = Scene()
    scene.ups_will("reset_before")
    scene.through()
    assert scene.stands() == "UNKNOWN unknown"
    if steps == 2:
        scene.passes(SETTLE)
        scene.process()
        assert scene.stands() == "HELD unknown"
    with pytest.raises(Refused, match="a label may exist, and a fix would not be on it"):
        fix(scene.ports, KEY, ["ship_to.phone=5185550177"], "ann")


def test_an_order_that_is_gone_is_not_fixed() -> None:
    scene = without_weight()
    scene.tenant.set_status(ORDER, "90")
    scene.passes(SETTLE)
    scene.poll()
    assert scene.stands() == "CANCELLED"
    with pytest.raises(Refused, match="is CANCELLED: only an order that waits for its label can be fixed"):
        fix(scene.ports, KEY, ["weight=1 lb"], "ann")


def test_an_order_that_could_not_be_read_is_corrected_in_the_erp() -> None:
    scene = Scene()
    scene.through(lines=[])
    assert scene.stands() == "HELD lines"
    with pytest.raises(Refused, match="has no line that could be shipped") as refused:
        fix(scene.ports, KEY, ["ship_to.phone=5185550177"], "ann")
    assert refused.value.field == "lines"


def test_a_fix_whose_message_is_lost_is_healed_by_the_sweep() -> None:
    scene = without_weight()
    fix(scene.ports, KEY, ["weight=0.2 lb"], "ann")
    scene.drop_messages()
    scene.lives(SETTLE * 2)
    assert bought_once(scene)
