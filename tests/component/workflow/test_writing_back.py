"""The numbers go back into the ERP: once, into our fields only, as a step of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from cli.hints import worded
from sandbox.engine import FaultKind
from sandbox.erps.m3.tenant import ExtensionKey
from shared.domain.state import State
from shared.workflow.desk.approve import retry
from shared.workflow.orders.step import HEAL
from shared.workflow.write_back.process import SOON, WRITE_SECONDS, write_back
from tests.component.workflow.scene import DAY, ORDER, Scene, bought_once, key_of

READ, ADD, CHANGE = "CUSEXTMI.GetFieldValue", "CUSEXTMI.AddFieldValue", "CUSEXTMI.ChgFieldValue"
PRODUCTION: dict[str, Any] = {"carrier": {"environment": "production"}, "erp": {"test_system": False}}


def shipped(**connection: Any) -> Scene:
    """Bought and labelled; the message for the write-back waits."""
    scene = Scene(**connection)
    scene.taken_in()
    scene.process()
    assert scene.head().state == State.SHIPPED
    return scene


def test_s32_number_service_cost_and_currency_stand_on_the_order() -> None:
    scene = shipped()
    scene.work()
    (shipment,), head = scene.live(), scene.head()
    assert head.cost
    fields = scene.in_erp()
    assert fields["A121"] == " ".join(shipment.tracking_numbers)
    assert fields["A230"] == "03"
    assert fields["N096"] == f"{head.cost.amount.normalize():f}"
    assert fields["A430"] == "USD"
    assert fields["A630"] == "label_created"
    assert (head.state, head.written_back, head.due_at) == (State.DONE, True, None)
    assert scene.trail()[-1] == "written_back"
    assert scene.audit()[-1].why == "A121, A230, N096, A430, A530, A630"


def test_s32_the_address_of_the_first_parcel_s_page_stands_where_a_field_is_named_for_it() -> None:
    scene = shipped(write_back={"tracking_numbers": "A130", "tracking_url": "A121"})
    scene.work()
    assert scene.in_erp()["A121"] == f"https://www.ups.com/track?tracknum={scene.live()[0].shipment_id}"
    assert scene.in_erp()["A130"].split() == list(scene.live()[0].tracking_numbers)


def test_s32_an_address_that_does_not_fit_into_its_field_is_held_with_the_field_and_nothing_is_cut() -> None:
    scene = shipped(write_back={"tracking_url": "A730"})
    scene.work()
    assert scene.stands() == "HELD write_back"
    assert "tracking_url does not fit into A730" in scene.snapshot().problem
    assert scene.in_erp() == {}


def test_s32_however_often_it_is_told_to_the_erp_is_written_once() -> None:
    scene = shipped()
    for _ in range(3):
        scene.write_back()
    scene.work()
    assert scene.asked(scene.m3, ADD) == 1
    assert len(scene.m3.field_writes) == 6
    assert scene.trail().count("written_back") == 1


def test_s32_a_write_whose_answer_was_lost_is_compared_and_not_written_again() -> None:
    scene = shipped()
    scene.m3_will("reset_after", ADD)
    scene.work()
    assert scene.stands() == "SHIPPED retry"
    assert scene.trail()[-1] == "write_back_failed"
    scene.lives(timedelta(hours=2))
    assert bought_once(scene)
    assert (scene.asked(scene.m3, ADD), scene.asked(scene.m3, CHANGE)) == (1, 0)


def test_s32_fields_of_others_are_never_written() -> None:
    scene = shipped()
    scene.tenant.extensions[ExtensionKey("MPHEAD", (ORDER,))] = {"A030": "EDI-850", "N196": "7"}
    scene.work()
    assert scene.head().state == State.DONE
    assert {write.field for write in scene.m3.field_writes} == {"A121", "A230", "N096", "A430", "A530", "A630"}
    assert (scene.in_erp()["A030"], scene.in_erp()["N196"]) == ("EDI-850", "7")
    assert scene.asked(scene.m3, CHANGE) == 1


@pytest.mark.parametrize(
    ("operation", "kind"),
    [(READ, "error_before"), (READ, "reset_before"), (READ, "throttled"), (ADD, "error_before"), (ADD, "reset_before")],
)
def test_s59_a_write_back_that_fails_is_tried_again_on_its_own(operation: str, kind: FaultKind) -> None:
    scene = shipped()
    scene.m3_will(kind, operation)
    scene.work()
    assert scene.stands() == "SHIPPED retry"
    assert scene.head().tries == 1
    scene.work()
    scene.lives(timedelta(hours=2))
    assert bought_once(scene)
    assert scene.creates() == 1


def test_s57_an_erp_that_asks_for_a_wait_gets_it() -> None:
    scene = shipped()
    scene.m3_will("throttled", READ, seconds=1200)
    scene.work()
    until = scene.head().not_before
    assert until
    assert until >= scene.clock.now() + timedelta(minutes=20)
    scene.write_back()
    assert scene.asked(scene.m3, READ) == 1, "an early message is only a hint"


def test_a_locked_record_is_waited_for() -> None:
    scene = shipped()
    scene.tenant.lock(ORDER, times=3)
    scene.lives(timedelta(hours=6))
    assert bought_once(scene)


def test_s17_s61_an_erp_that_fails_for_a_day_leaves_a_person_to_replay_it() -> None:
    scene = shipped()
    scene.m3_will("error_before", READ, times=10_000)
    scene.lives(2 * DAY)
    assert scene.stands() == "HELD write_back"
    assert scene.head().shipment_id == scene.live()[0].shipment_id
    scene.m3.faults.clear()
    retry(scene.ports, key_of(ORDER), "ann")
    scene.work()
    assert bought_once(scene)
    assert scene.creates() == 1


def test_s17_s62_a_refused_write_back_is_held_and_replayed_after_a_correction_without_a_second_label() -> None:
    scene = shipped(write_back={"tracking_numbers": {"to": "A121", "max": 5}})
    scene.work()
    assert scene.stands() == "HELD write_back"
    assert scene.head().field == "write_back.tracking_numbers"
    assert "does not fit into A121" in scene.snapshot().problem
    assert worded(scene.snapshot().hint).startswith("map it to a longer field")
    assert scene.trail()[-1] == "write_back_refused"
    scene.lives(2 * DAY)
    assert scene.stands() == "HELD write_back"
    scene.applies(write_back={"tracking_numbers": {"to": "A121", "max": 120}})
    retry(scene.ports, key_of(ORDER), "ann")
    assert scene.stands() == "SHIPPED"
    scene.work()
    assert bought_once(scene)
    assert scene.trail()[-2:] == ["retried", "written_back"]
    assert scene.creates() == 1


def test_a_test_carrier_never_writes_to_an_erp_that_is_no_test_system() -> None:
    scene = Scene()
    file = scene.connection().connection
    no_test_system = file.model_copy(update={"erp": file.erp.model_copy(update={"test_system": False})})
    scene.ports.connections.apply(no_test_system, scene.clock.now(), "ann", scene.clock.now())
    scene.through()
    assert (scene.stands(), scene.trail()[-1]) == ("DONE", "not_written_back")
    assert "not marked as a test system" in scene.audit()[-1].why
    assert scene.head().written_back is False
    assert (scene.asked(scene.m3, READ), scene.in_erp()) == (0, {})


def test_a_production_carrier_writes_to_a_production_erp() -> None:
    scene = Scene(**PRODUCTION)
    scene.through()
    assert bought_once(scene)


def test_a_connection_with_write_back_off_writes_nothing() -> None:
    scene = Scene(write_back={"enabled": False})
    scene.through()
    assert (scene.stands(), scene.trail()[-1]) == ("DONE", "not_written_back")
    assert scene.in_erp() == {}


def test_a_bare_400_to_one_order_s_write_holds_that_order_and_closes_no_connection() -> None:
    scene = shipped()
    scene.m3_will("error_before", ADD, status=400, naming=ORDER)
    scene.write_back()
    assert scene.connection().status == "running"
    assert (scene.stands(), scene.head().field) == ("HELD write_back", "erp.bindings.shipment.write_back")
    assert "400 and nothing else" in scene.snapshot().problem
    retry(scene.ports, key_of(ORDER), "ann")
    scene.work()
    assert scene.stands() == "DONE"


def test_a_bare_400_that_a_second_order_meets_alike_closes_the_connection() -> None:
    scene = shipped()
    scene.order("4000002")
    scene.m3_will("error_before", ADD, status=400, times=9)
    scene.write_back()
    scene.poll()
    scene.process("4000002")
    scene.write_back("4000002")
    assert scene.connection().status == "closed"
    assert [scene.stands(ORDER), scene.stands("4000002")] == ["HELD write_back", "SHIPPED"]


def test_a_refused_credential_closes_the_connection_and_the_number_waits() -> None:
    scene = shipped()
    scene.m3.ionapi = {**scene.m3.ionapi, "sask": "rotated"}
    scene.m3.token_server.ionapi = scene.m3.ionapi
    scene.m3.expire_tokens()
    scene.write_back()
    assert scene.connection().status == "closed"
    assert scene.head().state == State.SHIPPED
    scene.m3.recorded.clear()
    scene.passes(timedelta(minutes=1))
    scene.write_back()
    assert scene.m3.recorded == []
    assert scene.head().due_at == scene.clock.now() + HEAL
    assert scene.head().swept == 0


@pytest.mark.parametrize("state", ["taken in", "held", "done", "unknown to us"])
def test_a_write_back_message_for_an_order_that_is_not_shipped_does_nothing(state: str) -> None:
    scene = Scene()
    if state == "taken in":
        scene.taken_in()
    elif state == "held":
        scene.through(freight_terms="EXW")
    elif state == "done":
        scene.through()
    before, writes = scene.audit(), len(scene.m3.field_writes)
    scene.write_back()
    assert (scene.audit(), len(scene.m3.field_writes)) == (before, writes)


def test_without_enough_time_nothing_is_begun_and_the_number_is_soon_due_again() -> None:
    scene = shipped()
    before, now = scene.head(), scene.clock.now()
    scene.m3.recorded.clear()
    write_back(scene.ports, key_of(ORDER), lambda: WRITE_SECONDS - 1)
    assert scene.m3.recorded == []
    assert scene.head() == replace(before, due_at=now + SOON), "and it is not counted as failed"
    scene.drop_messages()
    scene.passes(SOON)
    scene.sweep()
    scene.work()
    assert bought_once(scene)


def test_s28_two_workers_that_write_back_at_once_leave_one_effect_and_no_error() -> None:
    scene = shipped()
    scene.before_the_next("erp", "write", scene.write_back)
    scene.write_back()
    assert bought_once(scene)
    assert scene.trail().count("written_back") == 1
    assert scene.asked(scene.m3, ADD) == 1


def test_nothing_is_told_before_the_images_are_kept_whatever_message_comes() -> None:
    """The worker died between the answer and its images, and the message was an earlier label's."""
    scene = shipped()
    scene.drop_messages()
    labels: Any = scene.world.labels
    labels.images.clear()
    scene.write_back()
    assert (scene.head().state, scene.in_erp()) == (State.SHIPPED, {})
    scene.lives(DAY / 24)
    assert scene.trail()[-2:] == ["labels_recovered", "written_back"]
    assert bought_once(scene)
    assert len(labels.images) == scene.head().packages_made
