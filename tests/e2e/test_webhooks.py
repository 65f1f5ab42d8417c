"""Carriers push at the deployed API: who is let in, what is kept, and how often it has an effect (G16, G18)."""

from __future__ import annotations

import base64
import json
import ssl
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

import pytest

from sandbox.local_process import wait_until
from sandbox.stack import CONNECTION, LocalStack
from shared.aws.tracking import DynamoTrackingStore
from shared.carriers.ups.simulated import simulated
from shared.domain.milestones import Milestone
from tests.builders import NOW

pytestmark = pytest.mark.e2e

NUMBER = "1ZCIETST0111111114"
PATIENCE = 120.0


class Carrier:
    """Whoever calls the webhook, over one kept connection a thread."""

    def __init__(self, stack: LocalStack) -> None:
        self.stack = stack
        shown = json.loads(stack.cli("webhooks", "show", CONNECTION, "--credential", "--json"))
        self.address, self.credential = shown["address"], shown["credential"]
        self._trust = ssl.create_default_context(cafile=str(stack.aws.certificate))

    def post(self, body: bytes, path: str = "", times: int = 1, **headers: str) -> list[tuple[int, bytes]]:
        place = urlsplit(self.address + path)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection = HTTPSConnection(place.netloc, context=self._trust, timeout=60)
        try:
            answers = []
            for _ in range(times):
                connection.request("POST", place.path, body, {"content-type": "application/json", **named})
                answer = connection.getresponse()
                answers.append((answer.status, answer.read()))
            return answers
        finally:
            connection.close()

    def push(self, body: bytes, **headers: str) -> int:
        ((status, _),) = self.post(body, **headers)
        return status


@pytest.fixture(scope="module")
def carrier(stack: LocalStack) -> Carrier:
    return Carrier(stack)


@pytest.fixture(scope="module")
def tracking(stack: LocalStack) -> Iterator[DynamoTrackingStore]:
    client = stack.aws.client("dynamodb")
    yield DynamoTrackingStore(client, stack.aws.outputs["TableName"])
    client.close()


def event(number: str = NUMBER, milestone: Milestone = Milestone.IN_TRANSIT) -> bytes:
    return json.dumps(simulated(number, milestone, NOW)).encode()


def depth(stack: LocalStack, queue: str) -> int:
    client: Any = stack.aws.client("sqs")
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = client.get_queue_attributes(QueueUrl=stack.aws.outputs[queue], AttributeNames=names)["Attributes"]
    return sum(int(found[name]) for name in names)


def test_g16_only_the_carrier_is_let_in(carrier: Carrier, tracking: DynamoTrackingStore) -> None:
    assert carrier.push(event()) == 401
    assert carrier.push(event(), credential="guess") == 403
    assert carrier.push(event(), authorization="Bearer guess") == 401
    assert tracking.events("ups", NUMBER, CONNECTION) == ()
    assert carrier.push(event(), credential=carrier.credential) == 200
    assert len(tracking.events("ups", NUMBER, CONNECTION)) == 1
    for body, status in ((b"{", 400), (b"[" * 500_000, 400), (b"x" * (1024 * 1024 + 1), 413)):
        assert carrier.push(body, credential=carrier.credential) == status


def test_a_token_of_ours_is_let_in_too(carrier: Carrier) -> None:
    basic = base64.b64encode(f"{CONNECTION}:{carrier.credential}".encode()).decode()
    ((status, body),) = carrier.post(b"grant_type=client_credentials", "/token", authorization=f"Basic {basic}")
    assert status == 200
    token = json.loads(body)["access_token"]
    assert carrier.push(event(), authorization=f"Bearer {token}", x_api_key=CONNECTION) == 200
    assert carrier.push(event(), authorization=f"Bearer {token}", x_api_key="other") == 403
    ((refused, _),) = carrier.post(b"grant_type=client_credentials", "/token", authorization="Basic eDp5")
    assert refused == 401


def test_g15_a_rotation_refuses_nobody_until_the_former_credential_is_ended(carrier: Carrier) -> None:
    former = carrier.credential
    carrier.stack.cli("webhooks", "rotate", CONNECTION)
    renewed = Carrier(carrier.stack).credential
    assert [carrier.push(event(), credential=each) for each in (former, renewed)] == [200, 200]
    carrier.stack.cli("webhooks", "rotate", CONNECTION, "--end")
    assert [carrier.push(event(), credential=each) for each in (former, renewed)] == [403, 200]
    carrier.credential = renewed


def test_g18_the_same_event_1_000_times_at_once_is_kept_once_and_written_once(
    stack: LocalStack, carrier: Carrier, tracking: DynamoTrackingStore
) -> None:
    stack.cli("connections", "start", CONNECTION, "--yes")
    shipped: list[Any] = []

    def some_are_done() -> bool:
        waiting = json.loads(stack.cli("parcels", "list", "--connection", CONNECTION, "--json"))
        still = {each["number"] for each in waiting if each["facts"]["milestone"] in (None, "label_created")}
        done = json.loads(stack.cli("orders", "list", "--state", "DONE", "--json"))
        shipped[:] = [each for each in done if each["tracking_number"] in still]
        return bool(shipped)

    assert wait_until(some_are_done, PATIENCE)
    stack.cli("connections", "pause", CONNECTION)
    assert wait_until(lambda: not (depth(stack, "OrdersQueueUrl") + depth(stack, "WriteBacksQueueUrl")), PATIENCE)
    order = shipped[0]
    number = order["tracking_number"]
    with ThreadPoolExecutor(8) as pool:
        body, proof = event(number, Milestone.OUT_FOR_DELIVERY), {"credential": carrier.credential}
        rounds = [pool.submit(carrier.post, body, times=125, **proof) for _ in range(8)]
        answers = Counter(status for each in rounds for status, _ in each.result())
    assert answers == {200: 1000}
    assert len(tracking.events("ups", number, order["connection"])) == 1
    assert wait_until(lambda: not depth(stack, "TrackingQueueUrl"), PATIENCE)

    def told() -> int:
        shown = stack.cli("audit", "show", order["key"])
        return shown.count("erp_told")

    assert wait_until(lambda: told() == 1, PATIENCE)
    assert wait_until(lambda: not depth(stack, "WriteBacksQueueUrl"), PATIENCE)
    assert told() == 1


def test_a_simulated_event_is_taken_by_the_deployed_webhook(stack: LocalStack, tracking: DynamoTrackingStore) -> None:
    said = stack.cli("webhooks", "simulate", CONNECTION, "1ZCIETST0422222228", "--milestone", "delivered")
    assert "delivered: 200 stored" in said
    assert len(tracking.events("ups", "1ZCIETST0422222228", CONNECTION)) == 1
