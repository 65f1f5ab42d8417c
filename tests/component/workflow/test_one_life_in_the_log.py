"""One order's life in the log: one correlation id in every line, from the poll to the write-back and its parcel."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from aws_lambda_powertools import Logger

from functions.wiring import each_message
from sandbox.erps.m3.seed import Line
from shared import log
from shared.domain.state import State
from shared.log import correlation_of
from shared.workflow.intake.poll import poll
from shared.workflow.shipping.process import process
from shared.workflow.tracking.apply import apply_told
from shared.workflow.tracking.look import look
from shared.workflow.write_back.process import write_back
from tests.component.workflow.scene import CONNECTION, NOWHERE, ORDER, Scene, key_of
from tests.worlds import a_minute

Line_ = dict[str, Any]
OF_THE_WHOLE = {"polled", "swept"}
"""Lines about a poll or a sweep, and not about one order."""


@pytest.fixture
def stream(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    lines = io.StringIO()
    monkeypatch.setattr(log, "_logger", Logger(service=uuid4().hex, stream=lines, level="DEBUG"))
    return lines


def told(stream: io.StringIO) -> list[Line_]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def uses(scene: Scene, kind: str, bodies: list[dict[str, str]]) -> None:
    """The messages through the wiring of the functions."""
    ports = scene.ports
    use: Any = {
        "poll": lambda connection, _: poll(ports, connection, a_minute),
        "order": lambda _, order: process(ports, order, a_minute),
        "write-back": lambda _, order: write_back(ports, order, a_minute),
        "parcel": lambda connection, number: apply_told(ports, connection, number),
        "look": lambda connection, numbers: look(ports, connection, numbers.split(), a_minute),
    }[kind]
    records = [
        {"messageId": uuid4().hex, "body": json.dumps(body), "attributes": {"ApproximateReceiveCount": "2"}}
        | {"eventSource": "aws:sqs", "messageAttributes": {}}
        for body in bodies
    ]
    context: Any = SimpleNamespace(get_remaining_time_in_millis=lambda: 60_000)
    answer = each_message({"Records": records}, context, use, kind="order" if kind == "write-back" else kind)  # type: ignore[arg-type]
    assert answer == {"batchItemFailures": []}


QUEUES = {"orders": "order", "write-backs": "write-back", "tracking": "parcel", "looks": "look"}


def lives(scene: Scene) -> None:
    """From the poll to the write-back and the first looks at its parcel, each message as its queue brings it."""
    uses(scene, "poll", [{"connection": CONNECTION}])
    for _ in range(20):
        scene.sweep()
        for name, kind in QUEUES.items():
            for connection, key in scene.world.queues[name].take():
                uses(scene, kind, [{"connection": connection, "order": key}])
        scene.passes(timedelta(minutes=30))


def test_every_line_of_one_order_s_life_has_one_correlation_id(stream: io.StringIO) -> None:
    scene = Scene(approve={"mode": "automatic"})
    scene.order()
    lives(scene)
    assert scene.head().state == State.DONE
    lines = [line for line in told(stream) if line["message"] not in OF_THE_WHOLE]
    about = [line for line in lines if line.get("order") or ORDER in json.dumps(line)]
    assert {line.get("correlation_id") for line in about} == {correlation_of(key_of(ORDER))}
    steps = {line["message"] for line in about}
    assert {"quoted", "intent", "created", "written_back"} <= steps
    cases = {line["use_case"] for line in about if "use_case" in line}
    assert cases >= {"poll", "order"}
    assert {line["connection"] for line in about} == {CONNECTION}
    assert {line["attempt"] for line in about if "attempt" in line} == {"2"}


def test_each_call_to_a_vendor_is_a_line_with_its_order_its_time_and_the_vendor_s_request_id(
    stream: io.StringIO,
) -> None:
    scene = Scene(approve={"mode": "automatic"})
    scene.order()
    lives(scene)
    calls = [line for line in told(stream) if line["message"] == "vendor_called"]
    bought = [line for line in calls if "ship" in line["call"] and line["side"] == "carrier" and line.get("order")]
    assert bought
    assert {line["correlation_id"] for line in bought} == {correlation_of(key_of(ORDER))}
    assert all(line["seconds"] >= 0 and line["outcome"] and line["host"] for line in calls)
    assert any(line.get("request_id") for line in calls if line["side"] == "carrier")
    created = next(line for line in told(stream) if line["message"] == "created")
    assert created["request_ids"]
    assert not [line for line in calls if "?" in line["call"]], "a query may hold anything"


def test_two_orders_have_two_ids_and_the_groups_of_one_document_share_one() -> None:
    assert correlation_of(key_of("4000001")) != correlation_of(key_of("4000002"))
    assert correlation_of("infor-m3:T/100/1/-") == correlation_of("infor-m3:T/100/1/W01")


def test_what_holds_an_order_is_a_line_of_its_life_and_tells_no_address(stream: io.StringIO) -> None:
    scene = Scene()
    scene.order(to=NOWHERE)
    lives(scene)
    held = [line for line in told(stream) if line["message"] == "order_held"]
    assert [line["reason"] for line in held] == ["address"]
    assert {line["correlation_id"] for line in held} == {correlation_of(key_of(ORDER))}
    assert NOWHERE.address.lines[0] not in stream.getvalue()


def test_a_block_in_a_block_gives_the_outer_facts_back(stream: io.StringIO) -> None:
    with log.about(order="a/b/1/-", connection="one"):
        with log.about(order="a/b/2/-"):
            log.step("inner")
        log.step("outer", connection="two")
    log.step("after")
    inner, outer, after = told(stream)
    assert (inner["order"], inner["connection"]) == ("a/b/2/-", "one")
    assert (outer["order"], outer["connection"]) == ("a/b/1/-", "two")
    assert not {"order", "connection", "correlation_id"} & after.keys()


def test_a_document_that_cannot_be_read_is_told_under_the_id_of_its_orders(stream: io.StringIO) -> None:
    scene = Scene()
    scene.order(lines=[Line("VALVE-1", 1)])
    opened = scene.ports.open_erp

    class Broken:
        def __init__(self, erp: Any) -> None:
            self._erp = erp

        def __getattr__(self, name: str) -> Any:
            return getattr(self._erp, name)

        def read(self, document: str) -> Any:
            raise ZeroDivisionError(document)

    scene.with_ports(open_erp=lambda connection: Broken(opened(connection)))
    scene.poll()
    (failed,) = [line for line in told(stream) if line["message"] == "document_failed"]
    assert failed["correlation_id"] == correlation_of(key_of(ORDER))
