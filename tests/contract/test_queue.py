"""The queue in memory and on SQS."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.memory import MemoryQueue
from shared.aws.queues import SqsQueue
from shared.errors import Retry
from tests.contract.backends import AwsBackend, Client, messages


def test_each_order_gets_a_message_of_its_own(backend: Any) -> None:
    queue, lying = backend.queue()
    keys = [f"infor-m3:ACME_TST/100/{number}/-" for number in range(23)]
    queue.send("acme", keys, "order")
    assert sorted(lying()) == sorted(("acme", "order", key) for key in keys)


def test_sending_nothing_sends_nothing(backend: Any) -> None:
    queue, lying = backend.queue()
    queue.send("acme", [], "order")
    assert lying() == []


def test_a_hint_to_a_connection_as_a_whole_names_no_order(backend: Any) -> None:
    queue, lying = backend.queue()
    queue.send("acme", [""], "poll")
    assert lying() == [("acme", "poll", "")]


def test_a_message_says_what_it_is_about(backend: Any) -> None:
    queue, _ = backend.queue()
    with pytest.raises(TypeError, match="kind"):
        queue.send("acme", ["1"])


def test_the_queue_in_memory_hands_a_message_out_once_with_all_that_it_kept_of_it() -> None:
    queue = MemoryQueue()
    queue.send("acme", ["1"], "order")
    assert queue.take() == [("acme", "1")]
    queue.send("acme", [""], "poll")
    assert (queue.messages, queue.kinds) == ([("acme", "")], ["poll"])


def test_the_queue_of_one_kind_in_memory_takes_no_other() -> None:
    with pytest.raises(ValueError, match="order in a queue of messages about polls"):
        MemoryQueue("poll").send("acme", ["1"], "order")


def test_a_message_carries_its_format_and_its_connection_s_group(aws: AwsBackend) -> None:
    client = aws.connect("sqs")
    url = client.create_queue(QueueName="orders")["QueueUrl"]
    SqsQueue(client, url).send("acme", ["1"], "order")
    SqsQueue(client, url).send("other", ["2"], "order")
    found = sorted(messages(client, url), key=lambda each: each[0]["key"])
    assert [body for body, _ in found] == [
        {"v": 2, "connection": "acme", "kind": "order", "key": "1"},
        {"v": 2, "connection": "other", "kind": "order", "key": "2"},
    ]
    assert [attributes["MessageGroupId"] for _, attributes in found] == ["acme", "other"]


def test_messages_travel_in_batches_of_ten(aws: AwsBackend) -> None:
    client = aws.connect("sqs")
    url = client.create_queue(QueueName="batches")["QueueUrl"]
    sizes: list[int] = []

    class Counting:
        def send_message_batch(self, **request: Any) -> Any:
            sizes.append(len(request["Entries"]))
            return client.send_message_batch(**request)

    counting: Any = Counting()
    SqsQueue(counting, url).send("acme", [str(number) for number in range(21)], "order")
    assert sizes == [10, 10, 1]


def test_what_the_queue_did_not_take_is_to_be_tried_again(aws: AwsBackend) -> None:
    client = aws.connect("sqs")
    url = client.create_queue(QueueName="partial")["QueueUrl"]

    def partly(call: Any) -> Any:
        return {**call(), "Failed": [{"Id": "1", "Code": "ServiceUnavailable", "SenderFault": False}]}

    odd: Any = Client(client, "send_message_batch", partly)
    with pytest.raises(Retry, match="1 messages were not taken by the queue: ServiceUnavailable"):
        SqsQueue(odd, url).send("acme", ["1", "2"], "order")
