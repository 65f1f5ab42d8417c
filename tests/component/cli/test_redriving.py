"""Dead letters on their way back, on SQS."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from moto import mock_aws

from cli.operations import redriving
from cli.operations.queues import REPLAYED, StackQueues
from cli.operations.redriving import redriven
from tests.moto_aws import client_of


@pytest.fixture
def sqs(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setattr(redriving, "_WAIT", 0)
    with mock_aws():
        yield client_of("sqs")


@pytest.fixture
def queues(sqs: Any) -> StackQueues:
    urls = {name for pair in REPLAYED.values() for name in pair}
    return StackQueues(sqs, {name: sqs.create_queue(QueueName=name)["QueueUrl"] for name in urls})


def dead(queues: StackQueues, *bodies: str, name: str = "orders") -> None:
    for body in bodies:
        queues.client.send_message(QueueUrl=queues.outputs[REPLAYED[name][0]], MessageBody=body)


def waiting(queues: StackQueues) -> dict[str, int]:
    return {each.name: each.waiting for each in queues.depths() if each.waiting}


def a_message(order: str) -> str:
    return json.dumps({"v": 1, "connection": "acme", "order": order})


def test_s61_g6_every_letter_goes_back_once_as_it_was(queues: StackQueues) -> None:
    bodies = [a_message(f"o{number}") for number in range(23)]
    dead(queues, *bodies)
    assert sum(queues.replay("orders", 1000)) == 23
    assert waiting(queues) == {"orders": 23}
    found: list[str] = []
    while page := queues.client.receive_message(QueueUrl=queues.outputs["OrdersQueueUrl"], MaxNumberOfMessages=10).get(
        "Messages"
    ):
        found += [each["Body"] for each in page]
    assert sorted(found) == sorted(bodies)


def test_at_most_the_limit_goes_and_the_rest_stays_for_the_next_time(queues: StackQueues) -> None:
    dead(queues, *(a_message(f"o{number}") for number in range(15)))
    assert sum(queues.replay("orders", 12)) == 12
    assert waiting(queues)["orders"] == 12


def test_what_the_queue_does_not_take_stays_among_the_dead_letters(queues: StackQueues, sqs: Any) -> None:
    dead(queues, *(a_message(f"o{number}") for number in range(3)))

    class Picky:
        def __getattr__(self, name: str) -> Any:
            return getattr(sqs, name)

        def send_message_batch(self, QueueUrl: str, Entries: list[Any]) -> Any:  # noqa: N803 - boto3's names
            answer = sqs.send_message_batch(QueueUrl=QueueUrl, Entries=Entries[:1])
            return {**answer, "Failed": [{"Id": each["Id"], "Code": "Throttled"} for each in Entries[1:]]}

    urls = [queues.outputs[output] for output in REPLAYED["orders"]]
    picky: Any = Picky()
    assert sum(redriven(picky, *urls, 1000)) == 1
    assert {each.name: each.taken + each.waiting for each in queues.depths() if each.dead}["orders dead letters"] == 2


def test_letters_of_the_schedules_go_to_the_polls(queues: StackQueues) -> None:
    dead(queues, json.dumps({"connection": "acme"}), name="schedules")
    assert sum(queues.replay("schedules", 10)) == 1
    assert waiting(queues) == {"polls": 1}


def test_failed_sweeps_among_the_letters_of_the_schedules_are_deleted_and_sent_nowhere(queues: StackQueues) -> None:
    record = json.dumps({"requestContext": {"functionArn": "arn:aws:lambda:::sweep"}, "requestPayload": {}})
    dead(queues, json.dumps({"connection": "acme"}), record, "{}", name="schedules")
    assert sum(queues.replay("schedules", 10)) == 1
    assert waiting(queues) == {"polls": 1}
    left = {each.name: each.waiting + each.taken for each in queues.depths()}
    assert left["schedules dead letters"] == 0


@pytest.mark.parametrize("body", ["no JSON", "[1]", '{"order": "x"}', '{"connection": 5}'])
def test_what_can_not_be_read_goes_back_as_it_is(queues: StackQueues, body: str) -> None:
    dead(queues, body)
    assert sum(queues.replay("orders", 10)) == 1
    assert waiting(queues) == {"orders": 1}


def test_nothing_dead_is_nothing_moved(queues: StackQueues) -> None:
    assert list(queues.replay("write-backs", 10)) == []


def test_letters_are_shown_with_what_they_are_about_and_stay_where_they_are(
    queues: StackQueues, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redriving, "_SHOWN", 1)
    bodies = [json.dumps({"v": 2, "connection": "acme", "kind": "order", "key": f"o{place}"}) for place in range(12)]
    dead(queues, *bodies, a_message("old"), "no JSON")
    shown = queues.letters("orders", 100)
    assert {each.key for each in shown if each.connection} == {*(f"o{place}" for place in range(12)), "old"}
    assert {each.kind for each in shown if each.key == "o1"} == {"order"}
    assert all(each.sent and each.received for each in shown)
    (odd,) = [each for each in shown if not each.connection]
    assert odd.body == "no JSON"
    time.sleep(1.1)
    assert waiting(queues) == {"orders dead letters": 14}
    assert len(queues.letters("orders", 5)) == 5
    time.sleep(1.1)
    assert sum(queues.replay("orders", 100)) == 14, "what was shown can be moved"
