"""`status`: all at a glance, and an exit code for scripts."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from cli import status
from shared.domain.state import State
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
    monkeypatch.setattr(status, "MOST", 3)
    assert "3+" in desk.run("status").stdout
