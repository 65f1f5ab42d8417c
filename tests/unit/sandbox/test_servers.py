"""The engines over HTTP, asked by the real transport: answers, broken connections, the traffic and the books."""

from __future__ import annotations

import http.client
import json
import threading
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sandbox.engine import Engine, Fault, reply
from sandbox.local_process import wait_until
from sandbox.servers import FAULTS_PATH, LEDGER_PATH, EngineServer
from shared.http import Lost, Request, RequestsTransport, Response


@dataclass
class Echo(Engine):
    """An engine that answers with what it was asked, and counts how many requests are inside it at once."""

    together: int = 0
    most: int = 0
    inside: Callable[[], object] = lambda: None
    bodies: list[bytes] = field(default_factory=list)

    def operation(self, request: Request) -> str:
        return request.url.strip("/") or "unknown"

    def answer(self, operation: str, request: Request) -> Response:
        self.together += 1
        self.most = max(self.most, self.together)
        self.inside()
        self.bodies.append(request.body)
        self.together -= 1
        return reply(201, {"operation": operation, "body": request.body.decode(errors="replace")}, {"x-odd": "v"})


@dataclass
class Served:
    """A server of an echo and where it answers."""

    engine: Echo
    port: int
    traffic: Path

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.traffic.read_text().splitlines()]

    def send(
        self, name: str, body: bytes = b"", transport: RequestsTransport | None = None, **options: Any
    ) -> Response:
        request = Request("POST", f"http://127.0.0.1:{self.port}/{name}", {"transId": "T"}, body)
        return (transport or RequestsTransport()).send(request, timeout=300, **options)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    engine, traffic = Echo(lambda: datetime(2026, 11, 2, tzinfo=UTC)), tmp_path / "traffic.jsonl"
    traffic.touch()
    server = EngineServer(0, engine, lambda: {"bodies": len(engine.bodies)}, traffic, "echo")
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield Served(engine, server.server_port, traffic)
    server.shutdown()
    server.server_close()


def test_an_engine_s_answer_arrives_as_it_is(served: Served) -> None:
    answer = served.send("ship", b'{"a": 1}')
    assert (answer.status, answer.headers["x-odd"]) == (201, "v")
    assert answer.json() == {"operation": "ship", "body": '{"a": 1}'}


def test_a_connection_is_kept_for_the_next_request(served: Served) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=300)
    for _ in range(3):
        connection.request("POST", "/ship", b"x")
        assert connection.getresponse().read()
        assert connection.sock is not None
    connection.close()


def test_every_request_is_written_down_with_its_answer_s_status(served: Served) -> None:
    served.send("rate", b"one")
    served.send("ship", b"two")
    assert [(each["system"], each["operation"], each["status"], each["body"]) for each in served.lines] == [
        ("echo", "rate", 201, "one"),
        ("echo", "ship", 201, "two"),
    ]
    assert served.lines[0]["headers"]["transId"] == "T"
    assert (served.lines[0]["method"], served.lines[0]["url"]) == ("POST", "/rate")


@pytest.mark.parametrize(("kind", "effects"), [("reset_before", 0), ("reset_after", 1)])
def test_a_dropped_connection_is_a_lost_answer_with_or_without_the_effect(
    served: Served, kind: Any, effects: int
) -> None:
    served.engine.faults.append(Fault("ship", kind))
    with pytest.raises(Lost):
        served.send("ship")
    assert len(served.engine.bodies) == effects
    assert [each["status"] for each in served.lines] == [0]
    assert served.send("ship").status == 201


def test_an_empty_answer_keeps_its_connection_in_order(served: Served) -> None:
    served.engine.faults.append(Fault("ship", "empty"))
    transport = RequestsTransport()
    assert served.send("ship", transport=transport).body == b""
    assert served.send("ship", transport=transport).status == 201


def test_the_books_can_be_read_and_reading_them_is_no_traffic(served: Served) -> None:
    served.send("ship")
    with urllib.request.urlopen(f"http://127.0.0.1:{served.port}{LEDGER_PATH}", timeout=300) as answer:
        assert json.load(answer) == {"bodies": 1}
    assert len(served.lines) == 1


def test_a_body_that_is_no_text_is_answered_and_written_down_too(served: Served) -> None:
    assert served.send("ship", b"\xff\xfe").status == 201
    assert len(served.lines) == 1


def test_an_engine_works_on_one_request_at_a_time(served: Served) -> None:
    """Its ledger gives each tracking number once; two threads inside it could be given the same one."""
    second = threading.Event()

    def inside() -> None:
        if served.engine.most > 1:
            second.set()
        second.wait(0.1)

    served.engine.inside = inside
    workers = [threading.Thread(target=served.send, args=("ship",)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert served.engine.most == 1
    assert len(served.lines) == 4


def test_two_servers_do_not_share_a_port(served: Served, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="in use"):
        EngineServer(served.port, served.engine, dict, tmp_path / "t", "second")


def faults_of(served: Served, *put: dict[str, Any]) -> dict[str, Any]:
    """Tells the server how to misbehave, or asks it."""
    address, body = f"http://127.0.0.1:{served.port}{FAULTS_PATH}", json.dumps(put).encode() if put else None
    with urllib.request.urlopen(
        urllib.request.Request(address, body, method="PUT" if put else "GET"), timeout=300
    ) as answer:
        told: dict[str, Any] = json.load(answer)
    return told


def test_a_running_server_is_told_how_to_misbehave_and_says_what_is_left_of_it(served: Served) -> None:
    faults_of(served, {"operation": "ship", "kind": "reset_before", "times": 2, "naming": "4711"})
    assert served.send("ship", b"4712").status == 201
    with pytest.raises(Lost):
        served.send("ship", b"order 4711")
    (left,) = faults_of(served)["faults"]
    assert (left["kind"], left["times"]) == ("reset_before", 1)
    faults_of(served, {"operation": "rate", "kind": "empty"})
    assert served.send("ship", b"order 4711").status == 201


def test_an_order_is_named_in_the_address_of_a_request_or_in_its_body(served: Served) -> None:
    served.engine.faults.append(Fault("ship?order=4711", "error_before", naming="4711"))
    assert served.send("ship?order=4711").status == 503


@pytest.mark.parametrize(("kind", "effects"), [("silent_before", 0), ("silent_after", 1)])
def test_a_server_that_says_nothing_keeps_the_connection_and_works_on_for_others(
    served: Served, kind: Any, effects: int
) -> None:
    served.engine.faults.append(Fault("ship", kind))
    client = http.client.HTTPConnection("127.0.0.1", served.port, timeout=300)
    client.request("POST", "/ship", b"order 4711")
    port = str(client.sock.getsockname()[1])
    assert wait_until(lambda: faults_of(served)["unanswered"] == {port: "/ship order 4711"}, 300)
    assert len(served.engine.bodies) == effects
    assert served.send("rate").status == 201
    client.close()
    assert wait_until(lambda: not faults_of(served)["unanswered"], 300)
