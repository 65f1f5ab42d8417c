"""The rest of the desk over the operator API: standing, labels, parcels, arrivals, connections, receipts, doubts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from icalendar import Calendar

from shared.domain.milestones import Milestone
from shared.domain.money import Money
from shared.domain.parcel import ParcelEvent, Source, Watch, facts_of
from shared.domain.state import Reason, State
from shared.domain.tracking import Place, TrackingEvent
from shared.ports import ShippedPackage, Spend
from tests.builders import NOW, a_received, a_step, usd
from tests.component.operator_api.counter import Counter, person

VIEWER, CLERK, OPERATOR, ENGINEER = (person(role) for role in ("viewer", "clerk", "operator", "engineer"))


@pytest.fixture
def counter() -> Counter:
    counter = Counter()
    counter.has()
    return counter


def test_the_standing_counts_orders_by_bucket_and_reason(counter: Counter) -> None:
    counter.takes("1000001")
    counter.holds("1000002", Reason.WEIGHT, "line 1 has no weight")
    (one,) = counter.ask("GET", "/status", VIEWER).body["connections"]
    assert (one["connection"], one["status"]) == ("acme-infor-ups", "running")
    assert one["counts"] == {"open": 1, "held": 1, "done": 0, "cancelled": 0}
    assert one["held"] == {"weight": 1}


def shipped(counter: Counter, document: str) -> str:
    key = counter.takes(document)
    counter.moves(key, State.READY, State.INTENT, State.SHIPPED, State.DONE, label="waiting", due_at=NOW)
    head = counter.ports.orders.head(key)
    assert head
    package = ShippedPackage(1, "1Z1", f"{document}/1/1.gif")
    counter.moves(key, State.DONE, label="waiting", due_at=NOW, packages=[package])
    return counter.key(document)


def test_a_label_waits_for_its_supplier_until_somebody_sent_it(counter: Counter) -> None:
    keys = [shipped(counter, f"100000{number}") for number in (1, 2, 3)]
    first = counter.ask("GET", "/labels", CLERK, limit=2).body
    rest = counter.ask("GET", "/labels", CLERK, limit=2, cursor=first["cursor"]).body
    assert [len(first["labels"]), len(rest["labels"]), rest["cursor"]] == [2, 1, None]
    label = first["labels"][0]
    assert label["key"] in keys
    assert label["supplier"] == "Valve Works"
    path = f"/orders/{label['key']}/labels/sent"
    assert counter.ask("POST", path, CLERK, {"version": 1}).status == 409
    assert counter.ask("POST", path, CLERK, {"version": label["version"]}).body["order"]["label"] == "sent"
    assert len(counter.ask("GET", "/labels", CLERK).body["labels"]) == 2


def test_the_address_of_a_label_is_given_for_five_minutes(counter: Counter) -> None:
    key = shipped(counter, "1000001")
    answer = counter.ask("GET", f"/orders/{key}/labels/1", CLERK)
    assert answer.body["url"] == "https://labels.example/1000001-1.gif?valid=300"
    assert answer.body["format"] == "GIF"
    assert counter.links.given == ["1000001/1/1.gif"]
    assert counter.ask("GET", f"/orders/{key}/labels/2", CLERK).status == 404
    counter.takes("1000009")
    assert counter.ask("GET", f"/orders/{counter.key('1000009')}/labels/1", CLERK).status == 422


def on_its_way(counter: Counter) -> str:
    """An order whose parcel arrives on 4 November; gives its key for the API."""
    key = shipped(counter, "1000001")
    at = datetime(2026, 11, 2, 14, 0, tzinfo=UTC)
    scan = TrackingEvent(
        at, at, "I", "DP", "I", "Departed", Place("Albany", "NY", "12207", "US"), Milestone.IN_TRANSIT,
        expected=date(2026, 11, 4), received_by="SMITH",
    )  # fmt: skip
    told = [ParcelEvent(scan, Source.PUSH, "acme-infor-ups", NOW)]
    counter.ports.tracking.keep("ups", "1Z1", told, expires=None)
    order = "infor-m3:ACME_TST/100/1000001/-"
    counter.ports.tracking.begin(
        Watch("ups", "1Z1", "acme-infor-ups", order, 1, 1, since=NOW, due_at=NOW, facts=facts_of(told))
    )
    return key


def test_a_parcel_shows_its_way_and_the_arrivals_its_day(counter: Counter) -> None:
    key = on_its_way(counter)
    (parcel,) = counter.ask("GET", "/parcels/1Z1", VIEWER).body["parcels"]
    assert (parcel["milestone"], parcel["expected"], parcel["received_by"]) == ("in_transit", "2026-11-04", "")
    assert [each["description"] for each in parcel["events"]] == ["Departed"]
    assert counter.ask("GET", f"/orders/{key}/parcels", CLERK).body["parcels"][0]["received_by"] == "SMITH"
    assert counter.ask("GET", "/parcels/1Z2", VIEWER).status == 404
    arrivals = counter.ask("GET", "/arrivals", VIEWER).body
    (coming,) = arrivals["arrivals"]
    assert (coming["day"], coming["orders"], coming["late"]) == ("2026-11-04", ["1000001"], False)
    assert arrivals["complete"] is True
    assert counter.ask("GET", "/arrivals", VIEWER, dock="another").body["arrivals"] == []


def test_an_operator_pauses_a_connection_says_why_and_lets_it_go_on(counter: Counter) -> None:
    counter.takes("1000001")
    paused = counter.ask("POST", "/connections/acme-infor-ups/pause", OPERATOR, {"why": "stock-taking"})
    assert (paused.status, paused.body["status"]) == (200, "paused")
    assert paused.body["why"] == "paused by console:clara.jones: stock-taking"
    assert counter.schedules.standing["acme-infor-ups"][1] is False
    again = counter.ask("POST", "/connections/acme-infor-ups/pause", OPERATOR, {"why": "twice"})
    assert (again.status, again.problem) == (422, "acme-infor-ups is paused already")
    assert counter.ask("POST", "/connections/acme-infor-ups/poll", OPERATOR).status == 422
    resumed = counter.ask("POST", "/connections/acme-infor-ups/resume", OPERATOR)
    assert (resumed.status, resumed.body["status"]) == (200, "running")
    assert counter.schedules.standing["acme-infor-ups"][1] is True
    assert len(counter.order_queue.messages) == len(counter.polls.messages) == 1
    assert counter.ask("POST", "/connections/acme-infor-ups/poll", OPERATOR).status == 202
    assert len(counter.polls.messages) == 2


def test_a_connection_that_was_never_started_is_not_resumed_in_a_browser() -> None:
    counter = Counter()
    counter.has("paused")
    answer = counter.ask("POST", "/connections/acme-infor-ups/resume", OPERATOR)
    assert answer.status == 422
    assert "never started" in answer.problem


def test_an_engineer_reads_the_file_of_a_revision(counter: Counter) -> None:
    body = counter.ask("GET", "/connections/acme-infor-ups/revisions/1", ENGINEER).body
    assert body["file"]["id"] == "acme-infor-ups"
    assert counter.ask("GET", "/connections/acme-infor-ups/revisions/2", ENGINEER).status == 404
    assert counter.ask("GET", "/connections/another", VIEWER).status == 404
    assert [each["id"] for each in counter.ask("GET", "/connections", VIEWER).body["connections"]] == ["acme-infor-ups"]


def test_orders_in_doubt_are_listed_with_when_a_look_up_proves_something(counter: Counter) -> None:
    key = counter.takes("1000001")
    counter.moves(key, State.READY, State.INTENT, intent_at=NOW, reference="0a1b2c3d-1")
    counter.moves(key, State.UNKNOWN)
    (doubt,) = counter.ask("GET", "/unknown", VIEWER).body["doubts"]
    assert doubt["reference"] == "0a1b2c3d-1"
    assert datetime.fromisoformat(doubt["settled_at"]) > NOW + timedelta(minutes=1)


def test_a_purchase_order_at_a_warehouse_is_tried_again_at_the_version_that_was_seen(counter: Counter) -> None:
    from tests.component.operator_api.purchases import a_held_purchase

    key = a_held_purchase(counter.ports, "acme-infor-ups")
    (shown,) = counter.ask("GET", "/receipts", VIEWER).body["purchases"]
    assert (shown["key"], shown["hold"]) == (key, "changed")
    path = f"/receipts/{key}/retry"
    assert counter.ask("POST", path, OPERATOR, {"version": shown["version"] + 1}).status == 409
    assert counter.ask("POST", path, OPERATOR, {"version": shown["version"]}).body["hold"] == ""
    assert counter.ask("POST", "/receipts/YQ/retry", OPERATOR, {"version": 1}).status == 404


def test_the_arrivals_come_as_a_calendar_too(counter: Counter) -> None:
    on_its_way(counter)
    answer = counter.ask("GET", "/arrivals.ics", VIEWER)
    assert (answer.status, answer.headers["content-type"]) == (200, "text/calendar")
    assert answer.headers["content-disposition"] == 'attachment; filename="arrivals.ics"'
    (entry,) = Calendar.from_ical(answer.body).walk("VEVENT")
    assert entry["dtstart"].dt == date(2026, 11, 4)
    assert entry["summary"].endswith(": 1 parcel")
    assert "VEVENT" not in counter.ask("GET", "/arrivals.ics", VIEWER, dock="another").body
    wrong = counter.ask("GET", "/arrivals.ics", VIEWER, days=0)
    assert (wrong.status, wrong.body["field"]) == (422, "days")


def bought(counter: Counter, document: str, price: Money, **changes: Any) -> None:
    """Counts a purchase of now, or what it is changed to, with a step of a new order."""
    head, snapshot, entry = a_received(document)
    counter.ports.orders.create(head, snapshot, entry)
    counted = replace(Spend("acme-infor-ups", NOW, price, 50, 200, usd("1000.00")), **changes)
    counter.ports.orders.transition(*a_step(head, State.READY), spend=counted)


def test_costs_are_told_by_day_as_quoted_and_as_charged(counter: Counter) -> None:
    bought(counter, "1000001", usd("20.00"), at=NOW - timedelta(days=1))
    bought(counter, "1000002", usd("10.00"))
    bought(counter, "1000003", usd("1.50"), correction=True)
    told = counter.ask("GET", "/costs", VIEWER).body
    today, yesterday = NOW.date(), NOW.date() - timedelta(days=1)
    assert (told["since"], told["until"]) == (f"{today - timedelta(days=29)}", f"{today}")
    assert [(each["day"], each["labels"]) for each in told["days"]] == [(f"{yesterday}", 1), (f"{today}", 1)]
    assert told["days"][1]["quoted"] == {"amount": "10.00", "currency": "USD"}
    assert told["days"][1]["charged"] == {"amount": "11.50", "currency": "USD"}
    assert told["days"][1]["difference"] == {"amount": "1.50", "currency": "USD"}
    (total,) = told["totals"]
    assert (total["labels"], total["quoted"]["amount"], total["charged"]["amount"]) == (2, "30.00", "31.50")
    only = counter.ask("GET", "/costs", VIEWER, since=f"{today}", until=f"{today}").body
    assert [each["day"] for each in only["days"]] == [f"{today}"]
    assert counter.ask("GET", "/costs", VIEWER, connection="another").body["days"] == []


def test_currencies_are_not_added_up(counter: Counter) -> None:
    bought(counter, "1000001", usd("20.00"), at=NOW - timedelta(days=1))
    bought(counter, "1000002", Money(Decimal("5.00"), "EUR"), amount_per_day=Money(Decimal("1000.00"), "EUR"))
    totals = counter.ask("GET", "/costs", VIEWER).body["totals"]
    assert [(each["charged"]["currency"], each["charged"]["amount"]) for each in totals] == [
        ("EUR", "5.00"),
        ("USD", "20.00"),
    ]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"since": "2026-02-30"}, "since"),
        ({"until": "yesterday"}, "until"),
        ({"since": "2026-11-02", "until": "2026-11-01"}, "since"),
        ({"since": "2025-11-01", "until": "2026-11-02"}, "since"),
    ],
)
def test_a_period_that_cannot_be_is_refused(counter: Counter, query: dict[str, str], field: str) -> None:
    answer = counter.ask("GET", "/costs", VIEWER, **query)
    assert (answer.status, answer.body["field"]) == (422, field)


def test_the_first_days_of_all_are_a_period_too(counter: Counter) -> None:
    assert counter.ask("GET", "/costs", VIEWER, until="0001-01-05").body["since"] == "0001-01-01"
    assert counter.ask("GET", "/costs", VIEWER, since="9999-12-31", until="9999-12-31").body["days"] == []
