"""What the operator API asks of a worker: kept with who and why, sent as a message, and refused before where it can
be seen that it cannot be done."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from shared.domain.errand import LAPSES, Result, Stage
from shared.domain.state import Reason, State
from shared.errors import Retry
from shared.ports import ShippedPackage
from tests.builders import NOW
from tests.component.operator_api.counter import Answered, Counter, person

CLERK, OPERATOR, ENGINEER = (person(role) for role in ("clerk", "operator", "engineer"))
SHIPMENT = "1ZA1B2C30300000012"


@pytest.fixture
def counter() -> Counter:
    counter = Counter()
    counter.has()
    return counter


def shipped(counter: Counter, document: str = "1000001") -> str:
    key = counter.takes(document)
    states = (State.READY, State.INTENT, State.SHIPPED, State.DONE)
    facts: dict[str, Any] = {"shipment_id": SHIPMENT, "tracking_number": SHIPMENT, "due_at": NOW}
    counter.moves(key, *states, packages=[ShippedPackage(1, SHIPMENT, "")], **facts)
    return counter.key(document)


def in_doubt(counter: Counter, document: str = "1000002") -> str:
    """An order of which the create was not answered."""
    key = counter.takes(document)
    facts: dict[str, Any] = {"in_doubt": True, "reference": "PB0A1B2C3D1000002", "intent_at": NOW, "due_at": NOW}
    counter.moves(key, State.READY, State.INTENT)
    counter.moves(key, State.UNKNOWN, **facts)
    return counter.key(document)


def void(counter: Counter, key: str, **changes: Any) -> Answered:
    asked = {"version": counter.version("1000001"), "why": "wrong supplier", "number": SHIPMENT, **changes}
    return counter.ask("POST", f"/orders/{key}/void", OPERATOR, asked)


def test_a_void_is_asked_for_with_who_and_why_and_a_message_tells_a_worker(counter: Counter) -> None:
    key = shipped(counter)
    answer = void(counter, key)
    assert (answer.status, answer.body["verb"], answer.body["stage"]) == (202, "void", "asked")
    ((connection, place),) = counter.errand_queue.take()
    subject, name = place.rsplit("|", 1)
    kept = counter.errands.get(subject, name)
    assert kept
    assert (connection, kept.who, kept.why) == ("acme-infor-ups", "console:clara.jones", "wrong supplier")
    assert kept.version == counter.version("1000001")
    listed = counter.ask("GET", f"/orders/{key}/errands", CLERK).body["errands"]
    assert listed == [answer.body]


def test_a_second_click_asks_for_nothing_while_the_first_is_under_way(counter: Counter) -> None:
    key = shipped(counter)
    assert void(counter, key).status == 202
    answer = void(counter, key)
    assert answer.status == 409
    assert "void was asked for by console:clara.jones and is under way" in answer.problem
    assert len(counter.errand_queue.take()) == 1
    counter.clock.advance(LAPSES)
    assert counter.ask("GET", f"/orders/{key}/errands", CLERK).body["errands"][0]["stage"] == "lapsed"
    assert void(counter, key).status == 202


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        ({"version": 1}, 409, "somebody else changed it"),
        ({"number": "1Z999"}, 422, "this is not the order's tracking number"),
        ({"why": " "}, 422, "at least 1"),
    ],
)
def test_a_void_that_is_not_meant_is_refused_before_anything_is_kept(
    counter: Counter, changes: dict[str, Any], status: int, said: str
) -> None:
    key = shipped(counter)
    answer = void(counter, key, **changes)
    assert answer.status == status
    assert said in answer.problem
    assert counter.errand_queue.take() == []
    assert counter.ask("GET", f"/orders/{key}/errands", CLERK).body["errands"] == []


def test_an_order_without_a_label_has_nothing_to_void(counter: Counter) -> None:
    counter.holds("1000001", Reason.WEIGHT, "line 1 has no weight")
    answer = void(counter, counter.key("1000001"), number="1")
    assert (answer.status, "no shipment that could be voided" in answer.problem) == (422, True)


def test_an_errand_of_which_no_worker_can_be_told_is_ended(counter: Counter) -> None:
    key = shipped(counter)

    def full(*_: object) -> None:
        raise Retry("the queue is full")

    counter.errand_queue.send = full  # type: ignore[method-assign]
    assert void(counter, key).status == 503
    (listed,) = counter.ask("GET", f"/orders/{key}/errands", CLERK).body["errands"]
    assert (listed["stage"], listed["said"]) == ("refused", "no worker was told of it")
    del counter.errand_queue.send  # type: ignore[method-assign]
    assert void(counter, key).status == 202


def test_a_doubt_is_ended_by_the_reference_typed_again_and_not_before_it_settled(counter: Counter) -> None:
    key = in_doubt(counter)
    head = counter.ports.orders.head("infor-m3:ACME_TST/100/1000002/-")
    assert head
    asked = {"version": head.version, "reference": head.reference, "why": "UPS says so"}
    early = counter.ask("POST", f"/unknown/{key}/absent", OPERATOR, asked)
    assert (early.status, "proves nothing before" in early.problem) == (422, True)
    counter.clock.advance(timedelta(hours=1))
    wrong = counter.ask("POST", f"/unknown/{key}/absent", OPERATOR, {**asked, "reference": "PB"})
    assert (wrong.status, wrong.body["field"]) == (422, "reference")
    assert counter.ask("POST", f"/unknown/{key}/absent", OPERATOR, asked).status == 202


def test_what_is_in_doubt_is_looked_up_and_taken_and_nothing_else_is(counter: Counter) -> None:
    key = in_doubt(counter)
    version = counter.version("1000002")
    assert counter.ask("POST", f"/unknown/{key}/look", OPERATOR, {"version": version}).status == 202
    taken = counter.ask("POST", f"/unknown/{key}/adoption", OPERATOR, {"version": version, "shipment": SHIPMENT})
    assert (taken.status, taken.body["names"]) == (202, [SHIPMENT])
    other = shipped(counter)
    asked = {"version": counter.version("1000001")}
    assert counter.ask("POST", f"/unknown/{other}/look", OPERATOR, asked).status == 422


def test_a_dry_run_is_an_engineer_s_and_its_result_is_a_table(counter: Counter) -> None:
    path = "/connections/acme-infor-ups"
    assert counter.ask("POST", f"{path}/dry-run", OPERATOR, {}).status == 403
    asked = counter.ask("POST", f"{path}/dry-run", ENGINEER, {})
    assert asked.status == 202
    kept = counter.errands.get("acme-infor-ups", asked.body["id"])
    assert kept
    begun = counter.errands.begin(kept, NOW)
    assert begun
    result = Result("1 of 1 documents looked at", ("order", "outcome"), (("4000001", "would be bought"),))
    counter.errands.end(replace(begun, stage=Stage.DONE, result=result))
    (shown,) = counter.ask("GET", f"{path}/errands", ENGINEER).body["errands"]
    assert (shown["stage"], shown["columns"], shown["rows"]) == (
        "done",
        ["order", "outcome"],
        [["4000001", "would be bought"]],
    )
    assert counter.ask("POST", "/connections/nobody/dry-run", ENGINEER, {}).status == 404
