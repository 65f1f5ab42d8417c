"""`parcels list|show`, `arrivals`, and the timelines of `orders show`."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import icalendar
import pytest

from shared.domain.milestones import Milestone
from shared.domain.parcel import ParcelEvent, ParcelFacts, Promise, Source, Watch, facts_of
from shared.domain.state import State
from shared.domain.tracking import Place, TrackingEvent
from shared.ports import ShippedPackage
from tests.builders import NOW, usd
from tests.component.cli.fakes import Desk

ONE, TWO, THREE = "1ZA1B2C30300000012", "1ZA1B2C30300000021", "1ZA1B2C30300000030"
EAST = timezone(timedelta(hours=-5))
CONNECTION = "acme-infor-ups"


def shipped(desk: Desk, document: str, number: str, *events: TrackingEvent, **changes: Any) -> Watch:
    """A shipped order with one parcel, of which these events are told."""
    key = desk.takes(document)
    facts = {"service": "03", "shipment_id": number, "tracking_number": number, "written_back": True}
    steps = (State.READY, State.INTENT, State.SHIPPED, State.DONE)
    packages = [ShippedPackage(1, number, "x.gif", carrier="ups")]
    desk.moves(key, *steps, cost=usd("12.30"), packages=packages, **facts)
    told = [ParcelEvent(each, Source.PUSH, CONNECTION, NOW) for each in events]
    desk.ports.tracking.keep("ups", number, told, expires=None)
    watch = Watch("ups", number, CONNECTION, key, 1, 1, since=NOW, due_at=NOW, poll_at=NOW, facts=facts_of(told))
    watch = replace(watch, **changes)
    desk.ports.tracking.begin(watch)
    return watch


def scan(minutes: int, milestone: Milestone | None, words: str, **changes: Any) -> TrackingEvent:
    at = NOW + timedelta(minutes=minutes)
    place = Place("Albany", "NY", "", "US")
    event = TrackingEvent(at, at.astimezone(EAST), "I", str(milestone), "", words, place, milestone)
    return replace(event, **changes)


LIFE = (
    scan(0, Milestone.PICKED_UP, "We have your package"),
    scan(60, Milestone.IN_TRANSIT, "Departed", expected=date(2026, 11, 5)),
    scan(120, Milestone.EXCEPTION, "The address is wrong", expected=date(2026, 11, 6)),
)


@pytest.fixture
def running(desk: Desk) -> Desk:
    desk.has()
    return desk


def test_s44_orders_show_draws_the_timeline_of_each_parcel(running: Desk) -> None:
    shipped(running, "1000001", ONE, *LIFE)
    shown = running.run("orders", "show", "1000001").stdout
    assert f"Parcel {ONE}: exception" in shown
    assert "2026-11-02 09:00-0500" in shown
    assert "We have your package" in shown
    assert "arrives            2026-11-06 (before: 2026-11-05)" in shown
    assert "problem            The address is wrong" in shown


def test_parcels_show_takes_a_number_or_an_order(running: Desk) -> None:
    shipped(running, "1000001", ONE, *LIFE)
    by_number = running.run("parcels", "show", f"{ONE[:6]} {ONE[6:].lower()}")
    by_order = running.run("parcels", "show", "1000001")
    assert by_number.exit_code == by_order.exit_code == 0
    assert by_number.stdout == by_order.stdout
    told = json.loads(running.run("parcels", "show", ONE, "--json").stdout)
    assert [each["event"]["milestone"] for each in told[0]["timeline"]] == ["picked_up", "in_transit", "exception"]
    assert told[0]["bucket"] == "exception"


def test_a_delivery_says_who_took_it(running: Desk) -> None:
    end = scan(300, Milestone.DELIVERED, "Delivered", received_by="SMITH")
    shipped(running, "1000001", ONE, end, finished="delivered", due_at=None, poll_at=None)
    shown = running.run("parcels", "show", ONE).stdout
    assert "delivered          2026-11-02, taken by SMITH" in shown
    assert "no more: delivered" in shown


def test_a_number_that_is_not_watched_is_an_error_that_says_so(running: Desk) -> None:
    running.takes("1000001")
    result = running.run("parcels", "show", "1000001")
    assert result.exit_code == 1
    assert "no parcel of 1000001 is watched" in result.stderr


def test_lists_show_what_has_a_problem_first(running: Desk) -> None:
    shipped(running, "1000001", ONE, LIFE[0])
    shipped(running, "1000002", TWO, *LIFE)
    shipped(running, "1000003", THREE, silent=True)
    listed = running.run("parcels", "list").stdout
    assert listed.index(TWO) < listed.index(THREE) < listed.index(ONE)
    assert "The address is wrong" in listed
    only = running.run("parcels", "list", "--exceptions").stdout
    assert TWO in only
    assert ONE not in only
    assert THREE in running.run("parcels", "list", "--silent").stdout
    assert running.run("parcels", "list", "--finished").stdout.strip() == "no parcels"
    assert running.run("parcels", "list", "--finished", "--silent").exit_code == 2
    assert len(json.loads(running.run("parcels", "list", "--json").stdout)) == 3
    assert "the first 1; --limit shows more" in running.run("parcels", "list", "--limit", "1").stdout


def test_orders_with_a_parcel_in_trouble_or_in_silence_are_listed(running: Desk) -> None:
    assert running.run("orders", "list", "--exceptions").stdout.strip() == "no parcel has a problem"
    shipped(running, "1000001", ONE, LIFE[0])
    shipped(running, "1000002", TWO, *LIFE)
    shipped(running, "1000003", THREE, silent=True)
    listed = running.run("orders", "list", "--exceptions")
    assert listed.stdout.index("1000002") < listed.stdout.index("1000003")
    assert "The address is wrong" in listed.stdout
    assert "not heard of for long" in listed.stdout
    assert "1000001" not in listed.stdout
    assert running.run("parcels", "list", "--exceptions").stdout == listed.stdout
    told = json.loads(running.run("orders", "list", "--exceptions", "--json").stdout)
    assert [(each["number"], each["bucket"]) for each in told] == [(TWO, "exception"), (THREE, "silent")]
    assert running.run("orders", "list", "--exceptions", "--held").exit_code == 2


def test_a_connection_of_which_nothing_is_heard_is_told_with_the_exceptions(running: Desk) -> None:
    shipped(running, "1000001", ONE, LIFE[1])
    assert running.run("orders", "list", "--exceptions").stderr == ""
    running.clock.advance(timedelta(days=30))
    assert (
        f"nothing is heard of the parcels of {CONNECTION} since" in running.run("orders", "list", "--exceptions").stderr
    )


def promised(day: date) -> dict[str, Any]:
    return {"facts": ParcelFacts(Milestone.IN_TRANSIT, NOW, (Promise(day, NOW),))}


def test_arrivals_are_by_warehouse_and_day_and_late_ones_stand_first(running: Desk, tmp_path: Path) -> None:
    today = NOW.date()
    shipped(running, "1000001", ONE, **promised(today + timedelta(days=1)))
    shipped(running, "1000002", TWO, **promised(today + timedelta(days=1)))
    shipped(running, "1000003", THREE, **promised(today - timedelta(days=1)))
    told = json.loads(running.run("arrivals", "--json").stdout)
    assert [(each["day"], each["orders"]) for each in told] == [
        ("2026-11-01", ["1000003"]),
        ("2026-11-03", ["1000001", "1000002"]),
    ]
    shown = running.run("arrivals").stdout
    assert "late" in shown
    assert running.run("arrivals", "--days", "1").stdout.count("1000001") == 0
    assert "nothing arrives" in running.run("arrivals", "--warehouse", "W99").stdout
    file = tmp_path / "dock.ics"
    assert running.run("arrivals", "--ics", str(file)).exit_code == 0
    calendar = icalendar.Calendar.from_ical(file.read_bytes())
    entries = calendar.walk("VEVENT")
    assert [entry["dtstart"].dt for entry in entries] == [date(2026, 11, 1), date(2026, 11, 3)]
    assert entries[1]["summary"] == "W01: 2 parcels"
    assert entries[0]["dtstamp"].dt == datetime(2026, 11, 2, 14, 0, tzinfo=UTC)
