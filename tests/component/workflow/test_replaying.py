"""Replays: dead letters and write-backs, made once more with no effect beyond what was missing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sandbox.erps.m3.tenant import ExtensionKey
from shared.domain.state import State
from shared.errors import Refused, Retry
from shared.workflow.desk.approve import retry
from shared.workflow.write_back.replay import done_since, write_again
from tests.component.workflow.scene import CONNECTION, DAY, MINUTE, ORDER, Scene, bought_once, key_of

KEY, ANN = key_of(ORDER), "arn:aws:sts::1:assumed-role/Operator/ann"


def done() -> Scene:
    scene = Scene()
    scene.through()
    assert bought_once(scene)
    return scene


# --- write-backs -----------------------------------------------------------------------------------------------------


def test_s62_what_the_erp_lost_is_written_again_and_the_order_stays_done() -> None:
    scene = done()
    before = scene.in_erp()
    scene.tenant.extensions.clear()
    write_again(scene.ports, KEY, ANN)
    assert scene.in_erp() == before
    assert scene.stands() == "DONE"
    assert (scene.audit()[-1].what, scene.audit()[-1].who) == ("written_back_again", ANN)
    assert scene.messages("write-backs") == []


def test_s62_what_stands_is_compared_first_and_nothing_is_written_twice() -> None:
    scene = done()
    writes = len(scene.m3.field_writes)
    for _ in range(3):
        write_again(scene.ports, KEY, ANN)
    assert len(scene.m3.field_writes) == writes
    assert scene.creates() == 1


def test_s62_fields_of_others_stay_in_a_replay() -> None:
    scene = done()
    scene.tenant.extensions[ExtensionKey("MPHEAD", (ORDER,))] = {"A030": "EDI-850"}
    write_again(scene.ports, KEY, ANN)
    assert scene.in_erp()["A030"] == "EDI-850"
    assert bought_once(scene)


def test_a_connection_that_writes_nothing_replays_nothing() -> None:
    scene = Scene(write_back={"enabled": False})
    scene.through()
    with pytest.raises(Refused, match=r"write_back\.enabled is false"):
        write_again(scene.ports, KEY, ANN)
    assert scene.in_erp() == {}


def test_an_erp_that_does_not_answer_disturbs_nothing() -> None:
    scene = done()
    scene.m3_will("error_before", "CUSEXTMI.GetFieldValue")
    before = scene.audit()
    with pytest.raises(Retry):
        write_again(scene.ports, KEY, ANN)
    assert scene.audit() == before


@pytest.mark.parametrize("state", ["taken in", "held", "unknown to us"])
def test_only_what_is_done_is_written_again(state: str) -> None:
    scene = Scene()
    if state == "taken in":
        scene.taken_in()
    elif state == "held":
        scene.through(freight_terms="EXW")
    with pytest.raises(Refused):
        write_again(scene.ports, KEY, ANN)
    assert scene.m3.field_writes == []


def test_s62_the_orders_since_a_time_are_those_that_are_done_and_moved_since() -> None:
    scene = Scene()
    for number in ("4000001", "4000002"):
        scene.through(number)
    scene.passes(DAY)
    since = scene.clock.now()
    scene.through("4000003")
    scene.through("4000004", freight_terms="EXW")
    assert [head.document for head in done_since(scene.ports, CONNECTION, since)] == ["4000003"]
    assert len(list(done_since(scene.ports, CONNECTION, since - 2 * DAY))) == 3


# --- dead letters ----------------------------------------------------------------------------------------------------


def test_s61_g6_every_message_once_more_and_twice_has_no_further_effect() -> None:
    scene = Scene()
    numbers = [str(4000001 + number) for number in range(40)]
    for number in numbers:
        scene.order(number)
    scene.poll()
    scene.work()
    writes, creates = len(scene.m3.field_writes), scene.creates()
    trails = {number: scene.trail(number) for number in numbers}
    letters = [key_of(number) for number in numbers]
    for _ in range(2):
        for queue in (scene.ports.order_queue, scene.ports.write_back_queue):
            queue.send(CONNECTION, letters, "order")
        scene.ports.poll_queue.send(CONNECTION, [""], "poll")
        scene.work()
    assert (len(scene.m3.field_writes), scene.creates()) == (writes, creates)
    assert {number: scene.trail(number) for number in numbers} == trails


def test_s59_g6_the_count_of_tries_stands_on_the_order_and_survives_a_replay() -> None:
    scene = Scene()
    scene.ups_will("error_before", "rate", times=3)
    scene.through()
    for _ in range(2):
        until = scene.head().not_before
        assert until
        scene.clock.at = until
        scene.ports.order_queue.send(CONNECTION, [KEY], "order")
        scene.work()
    head = scene.head()
    assert (head.tries, head.first_try_at) == (3, scene.audit()[0].at)
    scene.ports.order_queue.send(CONNECTION, [KEY], "order")
    scene.work()
    assert scene.head() == head, "a replayed message that comes early is only a hint"


def test_s60_a_replay_keeps_the_trail_of_every_try_before_it() -> None:
    scene = Scene()
    scene.m3_will("error_before", "CUSEXTMI.GetFieldValue", times=10_000)
    scene.through()
    scene.lives(2 * DAY)
    assert scene.stands() == "HELD write_back"
    before = scene.audit()
    scene.m3.faults.clear()
    retry(scene.ports, KEY, ANN)
    scene.work()
    assert bought_once(scene)
    assert scene.audit()[: len(before)] == before
    assert sum(entry.what == "write_back_failed" for entry in before) > 5


def test_s64_an_order_whose_message_died_is_brought_back_and_the_dead_letter_s_replay_adds_nothing() -> None:
    scene = Scene()
    scene.taken_in()
    scene.lives(timedelta(hours=1))
    assert bought_once(scene)
    scene.ports.order_queue.send(CONNECTION, [KEY], "order")
    scene.passes(MINUTE)
    scene.work()
    assert bought_once(scene)
    assert scene.head().state == State.DONE
    assert scene.creates() == 1
