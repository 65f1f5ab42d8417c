"""Orders over the operator API: lists, sheets, decisions at the version that was seen, and errors of one shape."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from shared.domain.address import Address, Party
from shared.domain.money import Money
from shared.domain.record import Fix
from shared.domain.shipment import AddressCheck
from shared.domain.state import Reason, State
from tests.builders import NOW
from tests.component.operator_api.counter import Counter, machine, person

CLERK, VIEWER = person("clerk"), person("viewer")
QUOTE = Money(Decimal("151.00"), "USD")
SEEN = {"amount": "151.00", "currency": "USD"}


@pytest.fixture
def counter() -> Counter:
    counter = Counter()
    counter.has()
    return counter


def trail(counter: Counter, document: str) -> list[tuple[str, str]]:
    body = counter.ask("GET", f"/orders/{counter.key(document)}/trail", VIEWER).body
    return [(each["who"], each["what"]) for each in body["steps"]]


# --- lists ------------------------------------------------------------------------------------------------------------


def test_a_list_goes_on_where_the_page_before_ended_and_shows_each_order_once(counter: Counter) -> None:
    for number in range(1, 8):
        counter.takes(f"10000{number:02}", created_at=NOW + timedelta(minutes=number // 3))
    counter.holds("1000009", Reason.WEIGHT, "line 1 has no weight")
    pages, cursor = [], None
    while not pages or cursor:
        asked: dict[str, Any] = {"limit": 3} | ({"cursor": cursor} if cursor else {})
        body = counter.ask("GET", "/orders", VIEWER, **asked).body
        pages.append([each["document"] for each in body["orders"]])
        cursor = body["cursor"]
    assert [len(page) for page in pages] == [3, 3, 2]
    assert sorted(each for page in pages for each in page) == sorted(
        [*(f"10000{number:02}" for number in range(1, 8)), "1000009"]
    )


def test_a_list_is_narrowed_by_state_reason_and_connection(counter: Counter) -> None:
    counter.takes("1000001")
    counter.holds("1000002", Reason.WEIGHT, "line 1 has no weight")
    counter.holds("1000003", Reason.PO_BOX, "a PO box")

    def listed(**asked: Any) -> list[str]:
        return sorted(each["document"] for each in counter.ask("GET", "/orders", VIEWER, **asked).body["orders"])

    assert listed(state="HELD") == ["1000002", "1000003"]
    assert listed(reason="weight") == ["1000002"]
    assert listed(connection="acme-infor-ups", state="RECEIVED") == ["1000001"]
    assert listed(connection="nobody-s") == []
    assert listed(q="1000003") == ["1000003"]
    assert listed(q="infor-m3:ACME_TST/100/1000001/-") == ["1000001"]
    assert listed(q="9") == []


@pytest.mark.parametrize("heads", [30, 300])
def test_a_page_reads_no_more_heads_than_it_shows_and_one(
    counter: Counter, heads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(heads):
        counter.takes(f"2{number:06}", created_at=NOW + timedelta(seconds=number))
    read, store = [], counter.ports.orders
    heads_of = type(store).heads
    monkeypatch.setattr(type(store), "heads", lambda self, keys: read.extend(keys) or heads_of(self, keys))
    asked = {"state": "RECEIVED", "connection": "acme-infor-ups", "limit": 10}
    first = counter.ask("GET", "/orders", VIEWER, **asked).body
    assert len(read) <= 11
    counter.ask("GET", "/orders", VIEWER, **asked, cursor=first["cursor"])
    assert len(read) <= 22


def test_a_held_order_says_why_whose_it_is_and_what_to_do(counter: Counter) -> None:
    counter.holds("1000002", Reason.SERVICE, "the method EXP is mapped to nothing", field="service")
    (row,) = counter.ask("GET", "/orders", CLERK, state="HELD").body["orders"]
    assert row["why"] == "the method EXP is mapped to nothing"
    assert row["owner"] == "administrator"
    assert row["hint"]["sentence"] == "map the delivery method under services, or fix (service = CODE)"
    assert row["hint"]["actions"][0] == {
        "action": "fix",
        "arguments": {"order": "1000002", "field": "service", "value": "CODE"},
    }


# --- decisions --------------------------------------------------------------------------------------------------------


def test_an_approval_says_yes_to_what_was_seen_and_the_audit_names_the_person(counter: Counter) -> None:
    key = counter.waits_for_approval("1000001", QUOTE)
    answer = counter.ask("POST", f"/orders/{key}/approval", CLERK, {"version": 2, "quote": SEEN})
    assert answer.status == 200
    assert answer.body["order"]["state"] == "READY"
    assert trail(counter, "1000001")[-1] == ("console:clara.jones", "approved")
    assert [order for _, order in counter.order_queue.messages] == ["infor-m3:ACME_TST/100/1000001/-"]


def test_of_two_people_who_approve_the_same_order_one_is_told_how_it_stands(counter: Counter) -> None:
    key = counter.waits_for_approval("1000001", QUOTE)
    seen = {"version": 2, "quote": SEEN}
    assert counter.ask("POST", f"/orders/{key}/approval", CLERK, seen).status == 200
    second = counter.ask("POST", f"/orders/{key}/approval", person("clerk", name="bob"), seen)
    assert second.status == 409
    assert "READY now, at version 3" in second.problem
    assert len(counter.order_queue.messages) == 1


def test_an_approval_of_another_quote_or_version_is_none(counter: Counter) -> None:
    key = counter.waits_for_approval("1000001", QUOTE)
    dearer = {"version": 2, "quote": {"amount": "150.00", "currency": "USD"}}
    for body in (dearer, {"version": 1, "quote": SEEN}):
        answer = counter.ask("POST", f"/orders/{key}/approval", CLERK, body)
        assert answer.status == 409
        assert "151.00 USD now" in answer.problem
    assert counter.version("1000001") == 2


def test_approvals_of_many_have_a_result_each_and_one_failure_stops_none(counter: Counter) -> None:
    keys = [counter.waits_for_approval(f"100000{number}", QUOTE) for number in (1, 2)]
    counter.holds("1000003", Reason.WEIGHT, "line 1 has no weight")
    asked = [{"key": key, "version": version, "quote": SEEN} for key, version in zip(keys, (1, 2), strict=True)]
    asked += [{"key": counter.key("1000003"), "version": 2, "quote": SEEN}]
    asked += [{"key": counter.key("1000009"), "version": 2, "quote": SEEN}]
    results = counter.ask("POST", "/approvals", CLERK, {"orders": asked}).body["results"]
    assert [each["approved"] for each in results] == [False, True, False, False]
    assert results[1]["state"] == "READY"
    assert "only a hold for approval" in results[2]["problem"]["message"]
    assert results[3]["problem"]["message"] == "there is no such order"
    too_many = [{"key": "a", "version": 1, "quote": SEEN}] * 101
    assert counter.ask("POST", "/approvals", CLERK, {"orders": too_many}).status == 422


DECISIONS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "fixes": ("POST", "fixes", {"fixes": {"lines.1.unit_weight": "5 lb"}}),
    "retry": ("POST", "retry", {}),
    "dismissal": ("POST", "dismissal", {"why": "sold"}),
}


@pytest.mark.parametrize("decision", DECISIONS)
def test_a_decision_on_an_order_that_changed_meanwhile_is_refused_with_its_state(
    counter: Counter, decision: str
) -> None:
    counter.holds("1000002", Reason.WEIGHT, "line 1 has no weight")
    method, path, body = DECISIONS[decision]
    where = f"/orders/{counter.key('1000002')}/{path}"
    answer = counter.ask(method, where, CLERK, {"version": 1, **body})
    assert answer.status == 409
    assert answer.body["field"] == "version"
    assert "HELD (weight) now, at version 2" in answer.problem
    assert counter.ask(method, where, CLERK, {"version": 2, **body}).status == 200
    assert trail(counter, "1000002")[-1][0] == "console:clara.jones"


def test_a_fix_that_cannot_be_names_its_field_and_what_is_allowed(counter: Counter) -> None:
    counter.holds("1000002", Reason.MISSING, "no phone", field="ship_to.phone")
    where = f"/orders/{counter.key('1000002')}/fixes"
    answer = counter.ask("POST", where, CLERK, {"version": 2, "fixes": {"ship_to.phone": "none"}})
    assert (answer.status, answer.body["field"]) == (422, "ship_to.phone")
    assert counter.ask("POST", where, CLERK, {"version": 2, "fixes": {"ship_to.phone": "518 555 0100"}}).status == 200
    gone = counter.ask("DELETE", f"{where}/ship_to.phone", CLERK, version=3)
    assert (gone.status, gone.body["content"]["fixes"]) == (200, [])


def test_a_dismissal_is_taken_back_and_a_machine_is_named_in_the_trail(counter: Counter) -> None:
    counter.holds("1000002", Reason.WEIGHT, "line 1 has no weight")
    where = f"/orders/{counter.key('1000002')}/dismissal"
    assert counter.ask("POST", where, machine("parcelbridge/clerk"), {"version": 2, "why": " sold "}).status == 200
    assert counter.ask("DELETE", where, CLERK, version=2).status == 409
    assert counter.ask("DELETE", where, CLERK, version=3).body["order"]["state"] == "HELD"
    assert trail(counter, "1000002")[-2:] == [
        ("client:4ob8xmpl", "dismissed"),
        ("console:clara.jones", "dismissal_taken_back"),
    ]


# --- errors of one shape ----------------------------------------------------------------------------------------------

BODIES: list[tuple[Any, dict[str, str], int]] = [
    ("{", {}, 400),
    ("[" * 100_000, {}, 400),
    ("\ud800", {}, 400),
    ({}, {"content-type": "multipart/form-data"}, 415),
    ({}, {"content-type": "text/plain"}, 415),
    ({}, {}, 422),
    ({"version": "two"}, {}, 422),
    ({"version": 0}, {}, 422),
    ({"version": 2, "more": 1}, {}, 422),
    ([], {}, 422),
    ("1", {}, 422),
    ("null", {}, 422),
    (None, {}, 422),
]


@pytest.mark.parametrize(("body", "headers", "status"), BODIES)
def test_a_body_that_cannot_be_is_refused_in_one_shape(
    counter: Counter, body: Any, headers: dict[str, str], status: int
) -> None:
    counter.holds("1000002", Reason.WEIGHT, "line 1 has no weight")
    answer = counter.ask("POST", f"/orders/{counter.key('1000002')}/retry", CLERK, body, headers=headers)
    assert answer.status == status
    assert answer.problem
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize("cursor", ["x", "!!", "WzFd", "WyJsYWJlbHMiLCAiYSIsICJiIl0", "WyJvcmRlcnMiLCAiYSIsICJiIl0"])
def test_a_cursor_of_nobody_is_refused(counter: Counter, cursor: str) -> None:
    answer = counter.ask("GET", "/orders", VIEWER, cursor=cursor)
    assert (answer.status, answer.body["field"]) == (422, "cursor")


@pytest.mark.parametrize("key", ["x", "_w", "aW5mb3I", "a" * 699])
def test_a_key_of_nothing_is_not_found(counter: Counter, key: str) -> None:
    for path in ("", "/trail", "/parcels"):
        assert counter.ask("GET", f"/orders/{key}{path}", VIEWER).status == 404


def test_an_error_that_nobody_foresaw_tells_nothing(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise KeyError("arn:aws:secret")

    monkeypatch.setattr(type(counter.ports.orders), "head", broken)
    answer = counter.ask("GET", f"/orders/{counter.key('1000001')}", VIEWER)
    assert answer.status == 500
    assert answer.body == {"message": "an error of ours, which was logged", "field": "", "hint": ""}


# --- personal data ----------------------------------------------------------------------------------------------------

CANARIES = ("Canary Street 7", "Canary Contact", "5185550999", "Candidate Lane 9", "Fixed Street 3")


def test_g25_a_viewer_sees_no_street_no_phone_and_no_contact_and_a_clerk_does(counter: Counter) -> None:
    key = counter.takes("1000001")
    head = counter.ports.orders.head(key)
    assert head
    snapshot = counter.ports.orders.snapshot(key, 1)
    there = Address((CANARIES[0],), "Albany", "NY", "12207", "US")
    party = Party("Acme", there, CANARIES[1], CANARIES[2])
    check = AddressCheck("ambiguous", (replace(there, lines=(CANARIES[3],)),), None, f"not {CANARIES[0]}")
    snapshot = replace(
        snapshot,
        order=replace(snapshot.order, ship_to=party, notes=(f"call {CANARIES[2]}",)),
        address_check=check,
        fixes=(Fix("ship_to.address.lines.1", CANARIES[4], CANARIES[0], "console:ann", NOW),),
    )
    counter.moves(key, State.RECEIVED, snapshot=snapshot)
    from shared.workflow.orders.step import held

    head = counter.ports.orders.head(key)
    assert head
    said = f"the carrier knows {CANARIES[3]}, not {CANARIES[4]}; {CANARIES[1]} has {CANARIES[2]}"
    held(counter.ports, head, Reason.ADDRESS, said, hint=f"take {CANARIES[3]}")
    whole = counter.key("1000001")
    paths = (
        "/orders",
        f"/orders/{whole}",
        f"/orders/{whole}/trail",
        "/unknown",
        "/arrivals",
        f"/orders/{whole}/parcels",
    )
    seen = "".join(json.dumps(counter.ask("GET", path, VIEWER).body) for path in paths)
    assert [canary for canary in CANARIES if canary in seen] == []
    assert "Albany" in seen
    assert counter.ask("GET", f"/orders/{whole}/candidates", VIEWER).status == 403
    full = "".join(json.dumps(counter.ask("GET", path, CLERK).body) for path in (*paths, f"/orders/{whole}/candidates"))
    assert [canary for canary in CANARIES if canary not in full] == []


HOSTILE = "<img src=x onerror=alert(1)>\u202e\u0000" + "x" * 10_000


def test_texts_of_an_erp_are_answered_as_they_are(counter: Counter) -> None:
    counter.holds("1000002", Reason.REFUSED, HOSTILE)
    (row,) = counter.ask("GET", "/orders", CLERK, state="HELD").body["orders"]
    assert row["why"] == HOSTILE
