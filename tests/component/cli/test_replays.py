"""`queues show` and `tracking replay`: what lies there, and parcels worked out once more."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from cli.operations.redriving import Letter
from shared.domain.milestones import Milestone
from shared.domain.parcel import ParcelEvent, Source
from tests.builders import NOW
from tests.component.cli.fakes import Desk
from tests.component.cli.test_parcels import CONNECTION, LIFE, ONE, TWO, scan, shipped


@pytest.fixture
def running(desk: Desk) -> Desk:
    desk.has()
    return desk


def test_queues_show_names_the_order_of_each_dead_letter_and_what_to_do_then(desk: Desk) -> None:
    desk.queues.lying = [
        Letter("acme", "order", "infor-m3:ACME_TST/100/1000001/-", NOW, 6),
        Letter("", "", "", NOW, 6, body="no JSON"),
    ]
    shown = desk.run("queues", "show", "orders").stdout
    for seen in ("infor-m3:ACME_TST/100/1000001/-", "2026-11-02 14:00 UTC", "no JSON", "message_failed"):
        assert seen in shown
    assert "parcelbridge queues replay orders" in shown
    assert json.loads(desk.run("queues", "show", "orders", "--json", "--limit", "1").stdout)[0]["connection"] == "acme"
    assert "no dead letter" in desk.run("queues", "show", "polls").stdout
    assert desk.run("queues", "show", "nothing").exit_code == 2


def told_meanwhile(desk: Desk, number: str) -> None:
    """An event that is stored, and whose message never came."""
    event = scan(600, Milestone.DELIVERED, "Delivered", received_by="SMITH")
    desk.ports.tracking.keep("ups", number, [ParcelEvent(event, Source.PUSH, CONNECTION, NOW)], expires=None)


def test_s62_a_parcel_is_worked_out_from_all_that_is_stored_and_its_order_with_it(running: Desk) -> None:
    watch = shipped(running, "1000001", ONE, *LIFE[:1])
    told_meanwhile(running, ONE)
    shown = running.run("tracking", "replay", ONE).stdout
    assert f"{ONE}: picked_up is delivered now" in shown
    assert "1 parcel: 1 changed, 0 stood as they should" in shown
    telling = running.ports.orders.telling(watch.order)
    assert telling
    assert telling.now.milestone == Milestone.DELIVERED
    trail = running.ports.orders.audit(watch.order)
    assert "1 parcel: 0 changed, 1 stood as they should" in running.run("tracking", "replay", "1000001").stdout
    assert running.ports.orders.audit(watch.order) == trail, "twice does no more"


def test_all_parcels_of_a_connection_that_were_heard_of_since_are_worked_out(running: Desk) -> None:
    shipped(running, "1000001", ONE, *LIFE)
    shipped(running, "1000002", TWO, *LIFE[:1], since=NOW - timedelta(days=30))
    told_meanwhile(running, ONE)
    since = f"{NOW + timedelta(minutes=30):%Y-%m-%dT%H:%M}"
    shown = running.run("tracking", "replay", "--connection", CONNECTION, "--since", since).stdout
    assert "1 parcel: 1 changed" in shown
    assert TWO not in shown
    assert "2 parcels" in running.run("tracking", "replay", "--connection", CONNECTION, "--since", "2026-11-01").stdout
    assert running.run("tracking", "replay").exit_code == 2
