"""Each handler with the event that it gets: one use case, and one bad message fails alone (G14)."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from functions.wiring import read_message
from shared.domain.milestones import Milestone
from shared.domain.parcel import ParcelEvent, Source
from shared.domain.state import State
from shared.domain.tracking import Place, TrackingEvent
from shared.errors import NewerFormat
from tests.unit.functions.conftest import Invoke, event, failed, with_bodies
from tests.worlds import World


def states(world: World) -> Counter[State]:
    return Counter(head.state for head in world.heads())


def key(number: int) -> str:
    return f"infor-m3:ACME_TST/100/{4000000 + number}/-"


def message(number: int, **facts: Any) -> str:
    return json.dumps({"v": 1, "connection": "acme-infor-ups", "order": key(number), **facts})


def test_poll_orders_takes_in_what_the_erp_has(world: World, invoke: Invoke) -> None:
    assert failed(invoke("poll_orders")) == []
    assert states(world) == {State.RECEIVED: 10}
    assert sorted(world.queues["orders"].messages) == [("acme-infor-ups", key(number)) for number in range(1, 11)]


def test_process_order_takes_its_order_to_its_label(world: World, invoke: Invoke) -> None:
    invoke("poll_orders")
    assert failed(invoke("process_order")) == []
    assert states(world) == {State.RECEIVED: 9, State.SHIPPED: 1}
    assert len(world.ups.ledger.live_of_order("4000001")) == 1
    assert world.queues["write-backs"].messages == [("acme-infor-ups", key(1))]


def test_write_back_tells_the_erp_of_each_order_of_its_batch(world: World, invoke: Invoke) -> None:
    invoke("poll_orders")
    for number in range(1, 11):
        invoke("process_order", with_bodies("process_order", message(number)))
    assert failed(invoke("write_back")) == []
    assert states(world) == {State.DONE: 10}
    assert all(world.tenant.free_fields(str(4000000 + number))["A121"] for number in range(1, 11))


def test_sweep_brings_back_what_is_due(world: World, invoke: Invoke) -> None:
    invoke("poll_orders")
    world.queues["orders"].take()
    assert invoke("sweep") == {"due": 0}
    world.clock.at = max(head.due_at for head in world.heads() if head.due_at)
    assert invoke("sweep") == {"due": 10}
    assert len(world.queues["orders"].messages) == 10


def test_a_handler_that_has_no_time_left_begins_no_purchase_and_no_write(world: World, invoke: Invoke) -> None:
    invoke("poll_orders")
    world.queues["orders"].take()
    assert failed(invoke("process_order", seconds_left=30.0)) == []
    assert states(world)[State.READY] == 1
    assert world.queues["orders"].messages == [("acme-infor-ups", key(1))]
    assert invoke("sweep", seconds_left=1.0) == {"due": 0}
    invoke("process_order")
    assert failed(invoke("write_back", seconds_left=30.0)) == []
    assert states(world)[State.SHIPPED] == 1
    assert world.m3.field_writes == []


@pytest.mark.parametrize("name", ["poll_orders", "process_order", "write_back"])
def test_a_message_that_comes_twice_has_one_effect(world: World, invoke: Invoke, name: str) -> None:
    for function in ("poll_orders", "process_order", "write_back"):
        for _ in range(2 if function == name else 1):
            assert failed(invoke(function)) == []
    assert len(world.ups.ledger.live_of_order("4000001")) == 1
    assert states(world) == {State.RECEIVED: 9, State.DONE: 1}


def test_an_order_and_a_connection_that_nobody_knows_are_let_go(world: World, invoke: Invoke) -> None:
    unknown = json.dumps({"v": 1, "connection": "nobody-s", "order": "no/such/order/-"})
    for name in ("poll_orders", "process_order", "write_back"):
        assert failed(invoke(name, with_bodies(name, unknown))) == []
    assert world.heads() == []


POISON = {
    "no JSON": "{'connection': 'acme'}",
    "no object": '["acme-infor-ups"]',
    "empty": "",
    "bottomless": "[" * 100_000,
    "no connection": '{"v": 1, "order": "x"}',
    "a blank connection": '{"v": 1, "connection": "", "order": "x"}',
    "a connection that is no text": '{"v": 1, "connection": 7, "order": "x"}',
    "no order": '{"v": 1, "connection": "acme-infor-ups"}',
    "a blank order": '{"v": 1, "connection": "acme-infor-ups", "order": ""}',
    "an order that is no text": '{"v": 1, "connection": "acme-infor-ups", "order": null}',
    "a format that is no number": '{"v": "two", "connection": "acme-infor-ups", "order": "x"}',
    "a blank key": '{"v": 2, "connection": "acme-infor-ups", "kind": "order", "key": ""}',
    "no kind": '{"v": 2, "connection": "acme-infor-ups", "key": "x"}',
    "a kind that is no text": '{"v": 2, "connection": "acme-infor-ups", "kind": 3, "key": "x"}',
    "another kind": '{"v": 2, "connection": "acme-infor-ups", "kind": "poll", "key": "x"}',
    "the former form under this format": '{"v": 2, "connection": "acme-infor-ups", "order": "x"}',
    "a newer format": '{"v": 3, "connection": "acme-infor-ups", "kind": "order", "key": "x"}',
    "a newer format of another form": '{"v": 3, "link": "acme-infor-ups"}',
}


@pytest.mark.parametrize("poison", POISON)
def test_g14_one_bad_message_of_ten_fails_alone_and_the_other_nine_are_done_once(
    world: World, invoke: Invoke, poison: str
) -> None:
    invoke("poll_orders")
    for number in range(1, 10):
        invoke("process_order", with_bodies("process_order", message(number)))
    bodies = [message(number) for number in range(1, 10)]
    bodies.insert(4, POISON[poison])
    assert failed(invoke("write_back", with_bodies("write_back", *bodies))) == ["message-5"]
    assert states(world) == {State.RECEIVED: 1, State.DONE: 9}
    assert Counter(write.document for write in world.m3.field_writes).most_common(1)[0][1] <= 6


def test_g14_a_failure_that_nobody_foresaw_fails_alone_too(
    world: World, invoke: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    invoke("poll_orders")
    for number in (1, 2, 3):
        invoke("process_order", with_bodies("process_order", message(number)))
    ours = world.orders.packages

    def broken(order: str, generation: int) -> Any:
        if order == key(2):
            raise ZeroDivisionError("nobody foresaw this")
        return ours(order, generation)

    monkeypatch.setattr(world.orders, "packages", broken)
    answer = invoke("write_back", with_bodies("write_back", *(message(number) for number in (1, 2, 3))))
    assert failed(answer) == ["message-2"]
    assert states(world) == {State.RECEIVED: 7, State.DONE: 2, State.SHIPPED: 1}


def test_g14_a_batch_of_poison_alone_fails_message_by_message(invoke: Invoke) -> None:
    answer = invoke("process_order", with_bodies("process_order", "{", "["))
    assert failed(answer) == ["message-1", "message-2"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (POISON["no JSON"], "a message is no JSON: \"{'connection': 'acme'}\""),
        (POISON["no connection"], "a message names no connection, or is of another form: "),
        (POISON["an order that is no text"], "a message names no connection, or is of another form: "),
    ],
)
def test_what_is_wrong_with_a_message_is_said(body: str, said: str) -> None:
    with pytest.raises(ValueError, match=r"^a message") as caught:
        read_message(body)
    assert str(caught.value).startswith(said)


def test_a_message_of_a_newer_release_is_named_as_such() -> None:
    with pytest.raises(NewerFormat, match="a message has format 3, this release reads up to 2"):
        read_message(POISON["a newer format"])


def test_a_long_message_is_not_repeated_whole() -> None:
    with pytest.raises(ValueError, match="no JSON") as caught:
        read_message("x" * 10_000)
    assert len(str(caught.value)) < 200


def test_a_schedule_s_message_of_no_format_is_one_of_this_release() -> None:
    assert read_message(event("poll_orders")["Records"][0]["body"]) == ("acme-infor-ups", "", "")


def test_a_parcel_s_label_is_looked_at_once_the_sweep_sends_it(world: World, invoke: Invoke) -> None:
    invoke("poll_orders")
    invoke("process_order")
    invoke("sweep")
    ((connection, numbers),) = world.queues["looks"].take()
    body = json.dumps({"v": 2, "connection": connection, "kind": "look", "key": numbers})
    assert failed(invoke("poll_tracking", with_bodies("poll_tracking", body))) == []
    assert invoke("sweep")
    assert world.queues["looks"].messages == []


def test_apply_tracking_brings_the_parcel_up_to_what_was_told(world: World, invoke: Invoke) -> None:
    invoke("poll_orders")
    invoke("process_order")
    invoke("write_back", with_bodies("write_back", message(1)))
    world.queues["write-backs"].take()
    number, now = (world.ports.orders.packages(key(1), 1)[0].tracking_number, world.clock.now())
    event = TrackingEvent(now, now, "I", "DP", "005", "Departed", Place("Albany", "NY", "", "US"), Milestone.IN_TRANSIT)
    told = ParcelEvent(event, Source.PUSH, "acme-infor-ups", now)
    world.ports.tracking.keep("ups", number, [told], expires=now + timedelta(days=14))
    body = json.dumps({"v": 2, "connection": "acme-infor-ups", "kind": "parcel", "key": number})
    assert failed(invoke("apply_tracking", with_bodies("apply_tracking", body, body))) == []
    watch = world.ports.tracking.watch("ups", number)
    assert watch
    assert watch.facts.milestone == Milestone.IN_TRANSIT
    assert world.queues["write-backs"].messages == [("acme-infor-ups", key(1))]
