"""Webhooks out: signed as the published example is, to public hosts alone, and tried again until they are taken."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from functions.post_events import handler as posting
from infra.events import TRIES
from sandbox.memory import ManualClock
from shared.errors import Misconfigured, Retry
from shared.http import Lost, NotSent, Request, RequestsTransport, Response
from shared.outgoing import WAITS, Post, open_transport, signature, wait_before
from shared.url import is_public
from tests.unit.test_http import OK, Peer, read_request

NOW = datetime(2026, 11, 2, 14, 0, tzinfo=UTC)
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = json.dumps({"id": "evt_1", "type": "order.shipped", "connection": "acme"})
URL = "https://hooks.example.com/in"


class Receiver:
    """Answers so; keeps what was sent."""

    def __init__(self, *answers: Response | Exception) -> None:
        self._answers, self.sent = list(answers), list[Request]()

    def send(self, request: Request, *, timeout: float, fresh: bool = False) -> Response:
        assert 0 < timeout <= 10
        self.sent.append(request)
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def answered(status: int, **headers: str) -> Response:
    return Response(status, headers, b"")


def post(receiver: Receiver, secret: str = SECRET) -> Post:
    return Post(receiver, URL, lambda: {"secret": secret}, ManualClock(NOW))


def test_the_signature_is_that_of_the_example_that_standard_webhooks_publish() -> None:
    at = datetime.fromtimestamp(1614265330, UTC)
    made = signature(SECRET, "msg_p5jXN8AQM9LWM0D4loKWxJek", at, '{"test": 2432232314}')
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_an_event_is_posted_with_its_id_its_time_and_a_signature_over_the_very_bytes() -> None:
    receiver = Receiver(answered(204))
    post(receiver).send(BODY)
    (request,) = receiver.sent
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    signed = f"evt_1.{int(NOW.timestamp())}.".encode() + request.body
    assert request.body == BODY.encode()
    assert request.headers["webhook-id"] == "evt_1"
    assert request.headers["webhook-timestamp"] == str(int(NOW.timestamp()))
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert request.headers["webhook-signature"] == f"v1,{expected}"


def test_while_a_secret_is_replaced_the_event_has_a_signature_by_each() -> None:
    receiver, new = Receiver(answered(200)), "A" * 44
    post(receiver, f"{new} {SECRET}").send(BODY)
    by_both = receiver.sent[0].headers["webhook-signature"].split(" ")
    assert by_both == [signature(new, "evt_1", NOW, BODY), signature(SECRET, "evt_1", NOW, BODY)]


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_no base64!", "c2hvcnQ="])
def test_a_secret_that_is_none_is_refused_without_being_repeated_and_nothing_is_posted(secret: str) -> None:
    receiver = Receiver()
    with pytest.raises(Misconfigured) as refused:
        post(receiver, secret).send(BODY)
    assert "base64!" not in str(refused.value)
    assert not receiver.sent


@pytest.mark.parametrize("answer", [answered(each, location="http://127.0.0.1/") for each in (301, 400, 410, 503)])
def test_what_is_not_answered_with_a_2xx_is_to_be_tried_again(answer: Response) -> None:
    with pytest.raises(Retry, match=f"evt_1 was not taken: hooks.example.com answered {answer.status}"):
        post(Receiver(answer)).send(BODY)


@pytest.mark.parametrize("error", [NotSent("no name"), Lost("reset")])
def test_a_receiver_that_cannot_be_reached_is_tried_again(error: Exception) -> None:
    with pytest.raises(Retry, match="evt_1 was not taken"):
        post(Receiver(error)).send(BODY)


def test_the_waits_grow_and_end_within_the_life_of_a_message() -> None:
    assert [wait_before(tries, None) for tries in range(1, TRIES)] == list(WAITS)
    assert list(WAITS) == sorted(WAITS)
    assert sum(WAITS) < 4 * 86400 / 2, "the queue keeps a message for 4 days"
    assert wait_before(1, 120.0) == 120
    assert wait_before(3, 5.0) == WAITS[2]
    assert wait_before(1, 90000.0) < 12 * 3600, "SQS hides a message for 12 hours at most"


# --- public hosts alone -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "metadata.example.com"])
def test_s_nothing_is_written_to_a_private_address_whatever_its_name(
    host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The check is made on the connection itself: a name that resolves otherwise the second time gains nothing."""
    peer = Peer()
    reached: list[Any] = []
    monkeypatch.setattr(
        "urllib3.util.connection.create_connection", lambda address, *_, **__: reached.append(address) or _socket(peer)
    )
    with pytest.raises(NotSent, match="no public address"):
        RequestsTransport(public=True).send(Request("POST", f"https://{host}/x", {}, b"secret"), timeout=2)
    assert reached
    assert not peer.requests
    peer.close()


def _socket(peer: Peer) -> Any:
    return socket.create_connection(("127.0.0.1", peer.port))


@pytest.mark.parametrize(
    ("address", "public"),
    [
        *(
            (each, False)
            for each in ("127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0")
        ),
        *((each, False) for each in ("100.64.0.1", "224.0.0.1", "::1", "::", "fe80::1%eth0", "fc00::1", "ff02::1")),
        *((each, False) for each in ("::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:db8::1")),
        *((each, True) for each in ("8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808")),
    ],
)
def test_an_address_of_the_internet_is_told_from_all_others(address: str, public: bool) -> None:
    assert is_public(address) is public


def says_ok(connection: socket.socket) -> None:
    read_request(connection)
    connection.sendall(OK)


def test_an_ordinary_transport_still_reaches_this_machine() -> None:
    peer = Peer(says_ok)
    assert RequestsTransport().send(Request("GET", peer.url), timeout=2).status == 200
    peer.close()


def test_only_https_is_posted_to_but_for_this_machine_under_a_local_AWS(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    for url in ("http://hooks.example.com", "http://127.0.0.1:8000/"):
        with pytest.raises(Misconfigured):
            open_transport(url)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "https://localhost:4566")
    assert isinstance(open_transport("http://127.0.0.1:8000/"), RequestsTransport)
    with pytest.raises(Misconfigured):
        open_transport("http://hooks.example.com")


# --- the function ------------------------------------------------------------


def record(body: str, tries: int) -> dict[str, Any]:
    return {
        "messageId": body[-8:],
        "receiptHandle": f"receipt {tries}",
        "body": body,
        "attributes": {"ApproximateReceiveCount": str(tries)},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
    }


def test_the_function_reports_what_was_not_taken_and_puts_it_off_the_rest_is_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    receiver = Receiver(answered(200), answered(503, **{"retry-after": "900"}), answered(500))
    put_off: list[dict[str, Any]] = []
    settled = posting.Settled(post(receiver), lambda **facts: put_off.append(facts))
    monkeypatch.setattr(posting, "settled", lambda: settled)
    bodies = [json.dumps({"id": f"evt_{n}", "type": "order.held", "connection": "acme"}) for n in range(3)]
    event = {"Records": [record(bodies[0], 1), record(bodies[1], 2), record(bodies[2], 4)]}
    answer = posting.handler(event, SimpleNamespace(get_remaining_time_in_millis=lambda: 60_000))  # type: ignore[arg-type]
    assert len(answer["batchItemFailures"]) == 2
    assert put_off == [
        {"ReceiptHandle": "receipt 2", "VisibilityTimeout": 900},
        {"ReceiptHandle": "receipt 4", "VisibilityTimeout": WAITS[3]},
    ]
