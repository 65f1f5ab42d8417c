"""`status`: all at a glance, and an exit code for scripts."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from cli.operations import status
from cli.operations.status import ago
from shared.domain.parcel import Watch
from shared.domain.state import State
from shared.ports import AccountReading, Lease, OpenDocument
from shared.workflow.orders.step import held
from shared.workflow.upkeep import standing
from tests.component.cli.fakes import Desk


def test_status_of_a_healthy_deployment_ends_with_0(desk: Desk) -> None:
    desk.has()
    desk.takes("1000001", created_at=desk.clock.now() - timedelta(hours=3))
    desk.takes("1000002")
    result = desk.run("status")
    assert result.exit_code == 0
    assert "3 taken" in result.stdout
    assert "2026-11-02 11:00 UTC" in result.stdout
    assert "orders dead letters" in result.stdout
    assert "nothing needs a person" in result.stdout


def test_held_orders_need_a_person_and_are_counted_by_reason(desk: Desk) -> None:
    desk.has()
    desk.holds("1000001", "weight", "no weight")
    desk.holds("1000002", "weight", "no weight")
    desk.holds("1000003", "address", "no street")
    result = desk.run("status")
    assert result.exit_code == 1
    assert "acme-infor-ups has held orders (1 address, 2 weight): parcelbridge orders list --held" in result.stdout


def test_a_closed_connection_needs_a_person(desk: Desk) -> None:
    desk.has("closed")
    result = desk.run("status")
    assert result.exit_code == 1
    assert "acme-infor-ups is closed: made closed" in result.stdout


def test_s61_dead_letters_need_a_person(desk: Desk) -> None:
    desk.queues.dead = 4
    result = desk.run("status")
    assert result.exit_code == 1
    assert "4 messages lie among the orders dead letters" in result.stdout


def test_unknown_labels_are_counted(desk: Desk) -> None:
    desk.has()
    desk.moves(desk.takes("1000001"), State.READY, State.INTENT, State.UNKNOWN)
    (standing,) = json.loads(desk.run("status", "--json").stdout)["connections"]
    assert standing["unknown"] == 1
    assert standing["counts"] == {"open": 1, "held": 0, "done": 0, "cancelled": 0}


def test_status_for_programs_has_the_same(desk: Desk) -> None:
    desk.has()
    desk.holds("1000001", "weight", "no weight")
    result = desk.run("status", "--json")
    found = json.loads(result.stdout)
    assert result.exit_code == 1
    assert found["connections"][0]["held"] == {"weight": 1}
    assert found["connections"][0]["poll"]["outcome"] == "3 taken"
    assert found["queues"][0] == {"name": "orders", "waiting": 2, "taken": 1, "dead": False}
    assert found["needs_a_person"] == [
        "acme-infor-ups has held orders (1 weight): parcelbridge orders list --held",
    ]


def test_counting_ends_somewhere(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.has()
    for number in range(4):
        desk.takes(f"100000{number}")
    monkeypatch.setattr(standing, "MOST", 3)
    monkeypatch.setattr(status, "MOST", 3)
    assert "3+" in desk.run("status").stdout


def needed(desk: Desk) -> list[str]:
    found: list[str] = json.loads(desk.run("status", "--json").stdout)["needs_a_person"]
    return found


def test_the_last_poll_is_shown_with_its_age_beside_the_schedule(desk: Desk) -> None:
    desk.has()
    desk.clock.advance(timedelta(minutes=7))
    shown = desk.run("status").stdout
    assert "2026-11-02 14:00 UTC (7 min ago)" in shown
    assert "rate(10 minutes)" in shown


def test_s14_a_connection_without_a_successful_poll_needs_a_person_and_a_paused_one_does_not(desk: Desk) -> None:
    desk.has()
    desk.clock.advance(timedelta(hours=1))
    result = desk.run("status")
    assert result.exit_code == 1
    assert "has had no successful poll since 2026-11-02 14:00 UTC, its schedule is rate(10 minutes)" in result.stdout
    assert "parcelbridge connections test acme-infor-ups" in result.stdout
    desk.run("connections", "pause", "acme-infor-ups")
    paused = desk.run("status")
    assert paused.exit_code == 0
    assert "acme-infor-ups is paused: paused by arn:" in paused.stdout


def test_held_orders_alone_can_be_left_for_the_day_but_a_doubt_can_not(desk: Desk) -> None:
    desk.has()
    desk.holds("1000001", "weight", "no weight")
    assert desk.run("status", "--ignore-held").exit_code == 0
    assert desk.run("status").exit_code == 1
    key = desk.takes("1000002")
    desk.moves(key, State.READY, State.INTENT, State.UNKNOWN, in_doubt=True, intent_at=desk.clock.now())
    assert desk.run("status", "--ignore-held").exit_code == 0, "it is looked up by itself"
    head = desk.ports.orders.head(key)
    assert head
    held(desk.ports, head, "unknown", "not found", field="reference")
    doubted = desk.run("status", "--ignore-held")
    assert doubted.exit_code == 1
    assert "has 1 labels in doubt: parcelbridge unknown list --connection acme-infor-ups" in doubted.stdout


def test_a_doubt_that_nobody_could_look_into_for_an_hour_needs_a_person(desk: Desk) -> None:
    desk.has()
    key = desk.takes("1000001")
    desk.moves(key, State.READY, State.INTENT, State.UNKNOWN, in_doubt=True, intent_at=desk.clock.now())
    assert needed(desk) == []
    desk.clock.advance(timedelta(minutes=61))
    assert any("1 labels in doubt" in line for line in needed(desk))


def test_a_reached_limit_is_told_and_needs_nobody(desk: Desk) -> None:
    desk.has()
    until = desk.clock.now() + timedelta(minutes=30)
    desk.moves(desk.takes("1000001"), State.READY, reason="limit", not_before=until)
    result = desk.run("status")
    assert result.exit_code == 0
    assert "has reached a limit of its file: 1 orders wait until 2026-11-02 14:30 UTC" in result.stdout


def test_labels_that_have_not_reached_their_supplier_are_counted_and_needed_after_four_hours(desk: Desk) -> None:
    desk.has(label={"to": "supplier"}, schedule="rate(1 day)")
    shipped = {"shipment_id": "1Z1", "tracking_number": "1Z1", "packages_made": 1, "label": "waiting"}
    states = (State.READY, State.INTENT, State.SHIPPED, State.DONE)
    desk.moves(desk.takes("1000001"), *states, **shipped)
    desk.moves(desk.takes("1000002"), *states, **{**shipped, "label": "sent"})
    found = json.loads(desk.run("status", "--json").stdout)
    assert found["connections"][0]["unsent"] == 1
    assert found["needs_a_person"] == []
    desk.clock.advance(timedelta(hours=4, minutes=1))
    assert needed(desk) == ["acme-infor-ups has 1 labels that wait for over 4 hours to be sent to their supplier"]


def test_s64_a_document_that_could_not_be_read_for_a_day_needs_a_person(desk: Desk) -> None:
    desk.has(schedule="rate(7 days)")
    now = desk.clock.now()
    for document in ("4000001", "4000002"):
        failing = OpenDocument(document, now, now + timedelta(hours=1), now, "17", 3, "the gateway answered 503")
        desk.ports.connections.keep_open("acme-infor-ups", failing, None)
    desk.ports.connections.keep_open("acme-infor-ups", OpenDocument("4000003", now, now), None)
    assert needed(desk) == []
    desk.clock.advance(timedelta(days=1))
    what = "acme-infor-ups could not read 4000001 and 1 more for over a day (the gateway answered 503)"
    assert needed(desk) == [f"{what}: parcelbridge connections dry-run acme-infor-ups 4000001"]


@pytest.mark.parametrize(("span", "said"), [
    (timedelta(seconds=50), "0 min ago"),
    (timedelta(minutes=119), "119 min ago"),
    (timedelta(hours=2), "2 h ago"),
    (timedelta(days=3), "3 days ago"),
])  # fmt: skip
def test_an_age_is_told_in_its_largest_unit(span: timedelta, said: str) -> None:
    assert ago(span) == said


def test_an_account_that_cannot_be_read_needs_a_person(desk: Desk) -> None:
    desk.has()
    tracking, name = desk.ports.tracking, "acme-infor-ups"
    desk.ports.leases.take(Lease("account", name), "w", timedelta(minutes=5))
    said = "UPS calls the Quantum View subscription Inbound Unknown"
    for failed in (2, 3):
        assert tracking.save_reading(name, "w", AccountReading(failed=failed, why=said))
        result = desk.run("status")
        assert result.exit_code == (failed == 3)
    assert f"cannot read its carrier account ({said}): parcelbridge connections test {name}" in result.stdout


def test_a_connection_whose_parcels_are_not_heard_of_needs_a_person(desk: Desk) -> None:
    desk.has()
    since = desk.clock.now() - timedelta(days=4)
    desk.ports.tracking.begin(Watch("ups", "1Z1", "acme-infor-ups", "o", 1, 1, since=since, due_at=None))
    result = desk.run("status")
    assert result.exit_code == 1
    assert "acme-infor-ups has not heard of any parcel on its way since 2026-10-29" in result.stdout


def test_a_restored_table_is_told_until_a_person_accepts_it(desk: Desk) -> None:
    desk.has()
    memory: Any = desk.ports.connections
    memory.restored = desk.clock.now()
    shown = desk.run("status")
    assert shown.exit_code == 1
    assert "the table was restored from a backup, so each order waits for approval until" in shown.stdout
    refused = desk.run("restore", "accepted", given="n\n")
    assert refused.exit_code == 1
    assert memory.restored
    assert "accepted: orders are bought" in desk.run("restore", "accepted", given="y\n").stdout
    assert desk.run("status").exit_code == 0
    assert "nothing to do" in desk.run("restore", "accepted").stdout
