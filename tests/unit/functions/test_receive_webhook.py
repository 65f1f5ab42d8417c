"""A webhook's calls: who is let in, what is kept of it, and that nothing a stranger sends is a failure of ours
(G16, G17, G18)."""

from __future__ import annotations

import base64
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from importlib.util import find_spec
from typing import Any
from uuid import uuid4

import boto3
import pytest
from aws_lambda_powertools import Logger
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from moto import mock_aws

from functions.receive_webhook import handler as receive_webhook
from sandbox.memory import ManualClock, MemoryQueue
from sandbox.memory_tracking import MemoryTrackingStore, MemoryWebhooks
from sandbox.table import make_table
from shared import log, pushes
from shared.aws.tracking import DynamoTrackingStore
from shared.aws.webhooks import DynamoWebhooks
from shared.domain.milestones import Milestone
from shared.domain.parcel import Source
from shared.domain.webhook import Credential, Webhook, digest_of
from shared.errors import Misconfigured
from shared.pushes import reader_of, verifier_of
from shared.registry import KINDS
from shared.workflow.tracking.receive import MOST_BYTES, MOST_DEPTH, Door
from tests.builders import NOW
from tests.deep import deep, size

ID, NUMBER, CREDENTIAL = "aBcDeFgHiJkLmNoPqRsT_-", "1ZCIETST0111111114", "old-and-valid"
NEW, ENDED = "new-and-valid", "ended"
WEBHOOK = Webhook(ID, "acme", "ups", (Credential(digest_of(NEW.encode())), Credential(digest_of(CREDENTIAL.encode()))))
EVENT: dict[str, Any] = {
    "trackingNumber": f" {NUMBER}",
    "localActivityDate": "20251118",
    "localActivityTime": "181553",
    "activityLocation": {"city": "TIMONIUM", "stateProvince": "MD", "postalCode": "", "country": "US"},
    "activityStatus": {"type": "I", "code": "OT", "description": "Out for Delivery ", "descriptionCode": "021"},
    "scheduledDeliveryDate": "20251118",
    "gmtActivityDate": "20251118",
    "gmtActivityTime": "231553",
    "deliveryPhoto": base64.b64encode(b"PHOTOGRAPH").decode(),
    "receivedBy": "",
}


class Gate:
    """A webhook over stores in memory; counts what is asked of them."""

    def __init__(self) -> None:
        self.clock, self.queue, self.looks = ManualClock(NOW), MemoryQueue("parcel"), MemoryQueue("look")
        self.tracking, self.webhooks = MemoryTrackingStore(), MemoryWebhooks()
        self.webhooks.begin(WEBHOOK)
        self.looked_up: list[str] = []
        self.read: list[Mapping[str, Any]] = []

    def get(self, webhook: str) -> Webhook | None:
        self.looked_up.append(webhook)
        return self.webhooks.get(webhook)

    def reader(self, kind: str) -> Callable[[Mapping[str, Any]], Any]:
        def read(body: Mapping[str, Any]) -> Any:
            self.read.append(body)
            return reader_of(kind)(body)

        return read

    @property
    def kept(self) -> int:
        return len(self.tracking.events("ups", NUMBER, "acme"))


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Gate:
    gate = Gate()
    door = Door(gate, gate.tracking, gate.queue, gate.clock, gate.reader, gate.looks, verifier_of)
    monkeypatch.setattr(receive_webhook, "door", lambda: door)
    return gate


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """The log's lines."""
    written = io.StringIO()
    monkeypatch.setattr(log, "_logger", Logger(service=uuid4().hex, stream=written))
    return written


def request(body: object = EVENT, *, id_: str = ID, carrier: str = "ups", **headers: str) -> dict[str, Any]:
    """A request as an HTTP API hands it over."""
    text = body if isinstance(body, str) else json.dumps(body)
    return {
        "version": "2.0",
        "routeKey": "POST /webhooks/{carrier}/{id}",
        "rawPath": f"/webhooks/{carrier}/{id_}",
        "headers": {"content-type": "application/json", "user-agent": "UPSPubSubTrackingService", **headers},
        "pathParameters": {"carrier": carrier, "id": id_},
        "requestContext": {"http": {"method": "POST", "path": f"/webhooks/{carrier}/{id_}"}},
        "body": text,
        "isBase64Encoded": False,
    }


def status(event: dict[str, Any]) -> int:
    answer = receive_webhook.handler(event, None)
    assert len(answer["body"]) < 100
    return int(answer["statusCode"])


# --- what is let in ---------------------------------------------------------------------------------------------------


def test_an_event_is_kept_and_its_parcel_is_looked_at_before_it_is_acknowledged(gate: Gate) -> None:
    assert status(request(credential=CREDENTIAL)) == 200
    (event,) = gate.tracking.events("ups", NUMBER, "acme")
    assert (event.source, event.connection, event.received_at) == (Source.PUSH, "acme", NOW)
    assert event.event.milestone == Milestone.OUT_FOR_DELIVERY
    assert (gate.queue.messages, gate.queue.kinds) == ([("acme", NUMBER)], ["parcel"])


def test_g15_both_credentials_are_valid_and_header_names_have_no_case(gate: Gate) -> None:
    for credential in (CREDENTIAL, NEW):
        event = request()
        event["headers"] = {"Credential": credential}
        assert status(event) == 200


def test_a_body_in_base64_is_the_same_body(gate: Gate) -> None:
    event = request(credential=CREDENTIAL)
    event |= {"body": base64.b64encode(event["body"].encode()).decode(), "isBase64Encoded": True}
    assert status(event) == 200
    assert gate.kept == 1


def test_no_photo_is_ever_kept(gate: Gate) -> None:
    assert status(request(credential=CREDENTIAL)) == 200
    assert "PHOTO" not in repr(gate.tracking.events("ups", NUMBER, "acme"))
    assert EVENT["deliveryPhoto"] not in repr(gate.tracking.events("ups", NUMBER, "acme"))


def test_what_is_told_before_the_label_is_kept_14_days(gate: Gate) -> None:
    assert status(request(credential=CREDENTIAL)) == 200
    gate.tracking.expire(NOW + timedelta(days=14) - timedelta(seconds=1))
    kept = gate.tracking._events["ups", NUMBER]
    assert len(kept) == 1
    gate.tracking.expire(NOW + timedelta(days=14))
    assert kept == {}


def test_what_fails_on_our_side_is_not_acknowledged_and_its_repetition_is_handed_on(
    gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_: object) -> None:
        raise ConnectionError("the queue is away")

    with monkeypatch.context() as broken:
        broken.setattr(gate.queue, "send", down)
        with pytest.raises(ConnectionError):
            status(request(credential=CREDENTIAL))
    assert gate.queue.messages == []
    assert status(request(credential=CREDENTIAL)) == 200
    assert gate.kept == 1
    assert gate.queue.messages == [("acme", NUMBER)]


# --- who is not -------------------------------------------------------------------------------------------------------

STRANGERS: dict[str, tuple[dict[str, Any], int]] = {
    "no credential": (request(), 401),
    "a blank one": (request(credential=""), 401),
    "a wrong one": (request(credential="guess"), 403),
    "one that was ended": (request(credential=ENDED), 403),
    "the valid one and a blank": (request(credential=f"{CREDENTIAL} "), 403),
    "what the table holds": (request(credential=digest_of(CREDENTIAL.encode())), 403),
    "no text": (request(credential="\ud800"), 403),
    "another webhook": (request(credential=CREDENTIAL, id_="x" * 22), 403),
    "no webhook": (request(credential=CREDENTIAL, id_="../WEBHOOK"), 403),
    "another carrier": (request(credential=CREDENTIAL, carrier="shipstation"), 403),
    "no token": (request(authorization="Bearer "), 401),
    "a wrong token": (request(authorization="Bearer guess"), 401),
    "a client's own credential": (request(authorization="Basic YWNtZTpvbGQtYW5kLXZhbGlk"), 401),
    "a body of another kind": (request("[" * 100_000, credential="guess"), 403),
    "an endless body": (request("x" * (MOST_BYTES + 1), credential="guess"), 403),
}


@pytest.mark.parametrize("stranger", STRANGERS)
def test_g16_a_stranger_is_turned_away_before_anything_is_parsed_or_kept(
    gate: Gate, stranger: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    event, expected = STRANGERS[stranger]

    def parsed(*_: object, **__: object) -> None:
        raise AssertionError("the body was parsed")

    monkeypatch.setattr("shared.workflow.tracking.receive.json.loads", parsed)
    assert status(event) == expected
    assert gate.read == []
    assert gate.queue.messages == []
    assert gate.tracking._events == {}


@pytest.mark.parametrize("stranger", ["no credential", "no webhook"])
def test_g16_what_cannot_be_a_webhook_s_call_asks_nobody(gate: Gate, stranger: str) -> None:
    status(STRANGERS[stranger][0])
    assert gate.looked_up == []


def test_g16_credentials_are_compared_in_constant_time(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[bytes, bytes]] = []
    monkeypatch.setattr(
        "shared.domain.webhook.hmac.compare_digest", lambda one, other: compared.append((one, other)) or one == other
    )
    assert status(request(credential=NEW)) == 200
    assert status(request(credential="guess")) == 403
    assert [len(one) == len(other) == 64 for one, other in compared] == [True] * 4


def test_g16_nothing_of_a_credential_is_logged(gate: Gate, lines: io.StringIO) -> None:
    for credential in (CREDENTIAL, "guess-c4nary"):
        status(request(credential=credential))
    assert "event_received" in lines.getvalue()
    for secret in (CREDENTIAL, "guess-c4nary", ID, digest_of(CREDENTIAL.encode())):
        assert secret not in lines.getvalue()


# --- what is in it ----------------------------------------------------------------------------------------------------

BAD: dict[str, tuple[object, int]] = {
    "empty": ("", 400),
    "no JSON": ("{'trackingNumber': 1}", 400),
    "no object": ([EVENT], 400),
    "bottomless": ("[" * 500_000, 400),
    "bottomless objects": ('{"a":' * 100_000, 400),
    "too deep": ({**EVENT, "x": json.loads("[" * MOST_DEPTH + "]" * MOST_DEPTH)}, 400),
    "infinite": ('{"trackingNumber": Infinity}', 400),
    "a number of 5,000 digits": ('{"trackingNumber": ' + "9" * 5000 + "}", 400),
    "too long": ({**EVENT, "x": "x" * MOST_BYTES}, 413),
    "no number": ({**EVENT, "trackingNumber": ""}, 400),
    "a number that is a place": ({**EVENT, "trackingNumber": "PARCEL#ups:1Z"}, 400),
    "nothing told": ({**EVENT, "activityStatus": {}}, 400),
    "no text": ("\ud800", 400),
}


@pytest.mark.parametrize("bad", BAD)
def test_g17_a_bad_body_is_refused_in_a_few_words_and_leaves_nothing(gate: Gate, bad: str) -> None:
    body, expected = BAD[bad]
    assert status(request(body, credential=CREDENTIAL)) == expected
    assert gate.queue.messages == []
    assert gate.tracking._events == {}


def test_g17_what_is_just_within_the_bounds_is_taken(gate: Gate) -> None:
    deep = {**EVENT, "x": json.loads("[" * (MOST_DEPTH - 1) + "]" * (MOST_DEPTH - 1))}
    assert status(request(deep, credential=CREDENTIAL)) == 200
    whole = {**EVENT, "x": ""}
    whole["x"] = "x" * (MOST_BYTES - len(json.dumps(whole)))
    assert status(request(whole, credential=CREDENTIAL)) == 200


def test_half_a_surrogate_pair_costs_a_letter_and_no_event(gate: Gate) -> None:
    place = {**EVENT["activityLocation"], "city": "TIM\ud800ONIUM"}
    assert status(request({**EVENT, "activityLocation": place}, credential=CREDENTIAL)) == 200
    (event,) = gate.tracking.events("ups", NUMBER, "acme")
    assert event.event.place.city == "TIM?ONIUM"


def test_a_reader_that_fails_is_a_bad_request_with_its_stack_in_the_log(
    gate: Gate, monkeypatch: pytest.MonkeyPatch, lines: io.StringIO
) -> None:
    def broken(_: Mapping[str, Any]) -> None:
        raise ZeroDivisionError("nobody foresaw this")

    monkeypatch.setattr(gate, "reader", lambda _: broken)
    door = Door(gate, gate.tracking, gate.queue, gate.clock, gate.reader, gate.looks, verifier_of)
    monkeypatch.setattr(receive_webhook, "door", lambda: door)
    assert status(request(credential=CREDENTIAL)) == 400
    assert "nobody foresaw this" in lines.getvalue()


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(event=st.dictionaries(st.sampled_from(["body", "isBase64Encoded", "pathParameters", "headers"]), st.none()))
@example(event={})
def test_g17_no_request_without_its_parts_is_one_either(gate: Gate, event: dict[str, Any]) -> None:
    assert status(event) == 401


# --- with the real stores ---------------------------------------------------------------------------------------------


@pytest.fixture
def deployed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """An account with the table, the queue and the webhook in it, which the function finds by its own variables."""
    for name in [name for name in os.environ if name.startswith(("PARCELBRIDGE_", "AWS_"))]:
        monkeypatch.delenv(name)
    for name, value in {"ACCESS_KEY_ID": "x", "SECRET_ACCESS_KEY": "x", "DEFAULT_REGION": "us-east-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    receive_webhook.door.cache_clear()
    with mock_aws():
        client = boto3.client("dynamodb")
        make_table(client, "parcelbridge")
        DynamoWebhooks(client, "parcelbridge").begin(WEBHOOK)
        queue = boto3.client("sqs").create_queue(QueueName="tracking")["QueueUrl"]
        looks = boto3.client("sqs").create_queue(QueueName="looks")["QueueUrl"]
        monkeypatch.setenv("PARCELBRIDGE_LOOKS_QUEUE", looks)
        monkeypatch.setenv("PARCELBRIDGE_TABLE", "parcelbridge")
        monkeypatch.setenv("PARCELBRIDGE_TRACKING_QUEUE", queue)
        yield boto3.client("sqs"), queue, DynamoTrackingStore(client, "parcelbridge")
    receive_webhook.door.cache_clear()


def test_the_deployed_function_keeps_an_event_and_sends_its_parcel(deployed: Any) -> None:
    sqs, queue, tracking = deployed
    assert status(request(credential=CREDENTIAL)) == 200
    assert status(request(credential="guess")) == 403
    (event,) = tracking.events("ups", NUMBER, "acme")
    assert event.event.milestone == Milestone.OUT_FOR_DELIVERY
    (message,) = sqs.receive_message(QueueUrl=queue)["Messages"]
    assert json.loads(message["Body"]) == {"v": 2, "connection": "acme", "kind": "parcel", "key": NUMBER}


def test_a_function_without_its_variables_says_which_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    receive_webhook.door.cache_clear()
    for name in receive_webhook.VARIABLES:
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(Misconfigured, match="PARCELBRIDGE_TABLE: is not set; PARCELBRIDGE_TRACKING_QUEUE: is not set"):
        status(request(credential=CREDENTIAL))


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda each: st.lists(each, max_size=4) | st.dictionaries(st.text(), each, max_size=4),
    max_leaves=20,
)
DIGITS = st.text("0123456789.:-+ ", max_size=10)
OFTEN = st.fixed_dictionaries({}, optional={name: st.just(EVENT[name]) | DIGITS | ANY for name in EVENT})
STATUS = st.fixed_dictionaries(
    {}, optional={name: st.just(value) | st.text() | ANY for name, value in EVENT["activityStatus"].items()}
)
SHAPED = st.builds(
    lambda event, status, offset: {**event, "trackingNumber": NUMBER, "activityStatus": status, "gmtOffset": offset},
    OFTEN,
    STATUS,
    DIGITS | ANY,
)
"""An event of a parcel, in which anything else may stand anywhere."""


@deep
@pytest.mark.parametrize("quarter", range(size(1, 4)))
@settings(
    max_examples=size(400, 25_000),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    body=SHAPED.map(json.dumps) | OFTEN.map(json.dumps) | ANY.map(json.dumps) | st.text(st.characters()),
    raw=st.booleans(),
)
@example(body=json.dumps(EVENT), raw=True)
@example(body=json.dumps({**EVENT, "gmtActivityDate": "00010101", "gmtActivityTime": "000000"}), raw=False)
@example(body=json.dumps({**EVENT, "gmtActivityDate": "99991231", "gmtActivityTime": "235959"}), raw=False)
def test_g17_no_body_is_a_failure_of_ours(deployed: Any, quarter: int, body: str, raw: bool) -> None:
    """Of 100,000 bodies in `make test-deep`."""
    event = request(body, credential=CREDENTIAL)
    if raw:
        event |= {"body": base64.b64encode(body.encode("utf-8", "surrogatepass")).decode(), "isBase64Encoded": True}
    assert status(event) in (200, 400)


def test_g18_the_same_event_many_times_at_once_is_kept_once(deployed: Any) -> None:
    """In small; 1,000 times through the deployed function stands in tests/e2e."""
    _, _, tracking = deployed
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: status(request(credential=CREDENTIAL)), range(100)))
    assert answers == [200] * 100
    assert len(tracking.events("ups", NUMBER, "acme")) == 1


# --- a fast start -----------------------------------------------------------------------------------------------------


def test_the_function_starts_without_what_it_does_not_need() -> None:
    code = (
        "import functions.receive_webhook.handler, sys; from shared.pushes import READERS, reader_of, verifier_of;"
        "[(reader_of(kind), verifier_of(kind)) for kind in READERS]; print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=900)
    loaded = set(done.stdout.split())
    heavy = (
        "pydantic",
        "pydantic_core",
        "requests",
        "boto3",
        "s3transfer",
        "shared.ports",
        "shared.connection",
        "shared.registry",
        "jwt",
        "cryptography",
    )
    heavy += ("aws_lambda_powertools.event_handler", "aws_lambda_powertools.utilities.batch", "aws_xray_sdk")
    assert [name for name in heavy if name in loaded] == []


def test_every_carrier_that_pushes_has_its_reader() -> None:
    found = {
        name: f"{kind.adapter.rpartition('.')[0]}.push"
        for name, kind in KINDS.carriers.items()
        if find_spec(f"{kind.adapter.rpartition('.')[0]}.push")
    }
    assert found == pushes.READERS
