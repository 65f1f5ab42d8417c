"""`endofday`: what goes with today's truck, and what was labelled earlier and not scanned."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from shared.domain.milestones import Milestone
from shared.domain.money import Money
from shared.domain.parcel import ParcelFacts
from shared.workflow.desk.void import void
from tests.component.cli.office import Office
from tests.component.workflow.scene import CONNECTION, key_of

SUPPLIER = "V100"
NEW_YORK, TOKYO = "America/New_York", "Asia/Tokyo"


def office_in(zone: str) -> Office:
    """Orders of supplier V100, whose location has that zone; it is 14:00 UTC."""
    address = {"lines": ["77 Mill Rd"], "city": "Buffalo", "state": "NY", "postcode": "14201", "country": "US"}
    place = {"name": "Valve Works", "address": address, "phone": "7165550101", "timezone": zone}
    return Office(locations={SUPPLIER: place})


@pytest.fixture
def office() -> Office:
    made = office_in(NEW_YORK)
    made.through("4000001")
    return made


def rows(office: Office, *options: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(office.says("endofday", SUPPLIER, "--csv", "-", *options))))


def is_at(office: Office, milestone: Milestone | None, finished: str = "") -> None:
    """The carrier has told of the order's parcel."""
    tracking, number = office.ports.tracking, office.head().tracking_number
    watch = tracking.watch("ups", number)
    assert watch
    facts = ParcelFacts(milestone, at=office.clock.now())
    tracking.save(replace(watch, facts=facts, finished=finished, version=watch.version + 1))


def test_what_was_labelled_today_and_not_scanned_goes_with_today_s_truck(office: Office) -> None:
    (parcel,) = rows(office)
    head = office.head()
    assert (parcel["order"], parcel["parcel"], parcel["package"]) == ("4000001", head.tracking_number, "1 of 1")
    assert (parcel["service"], parcel["weight"], parcel["to"]) == (head.service, "15.4 lb", "12207 Albany US")
    assert parcel["labelled"] == "2026-11-02"
    said = office.says("endofday", SUPPLIER)
    assert "V100, 2026-11-02 (America/New_York): today's truck" in said
    assert f"1 parcel: 1 by {head.service}" in said


@pytest.mark.parametrize("milestone", [Milestone.PICKED_UP, Milestone.IN_TRANSIT, Milestone.EXCEPTION])
def test_a_parcel_that_was_scanned_is_gone(office: Office, milestone: Milestone) -> None:
    is_at(office, Milestone.LABEL_CREATED)
    assert len(rows(office)) == 1
    is_at(office, milestone)
    assert rows(office) == []


def test_a_voided_label_is_on_no_list(office: Office) -> None:
    void(office.ports, key_of("4000001"), "ann")
    office.work()
    assert rows(office) == []
    assert "nothing goes with today's truck" in office.says("endofday", SUPPLIER)


def test_a_label_of_yesterday_that_nobody_scanned_is_looked_for(office: Office) -> None:
    office.passes(timedelta(days=1))
    office.through("4000002")
    said = office.says("endofday", SUPPLIER)
    assert said.index("4000002") < said.index("labelled earlier and not scanned") < said.index("4000001")
    assert "parcelbridge orders void ORDER" in said
    assert "1 parcel: 1 by" in said


def test_a_label_of_weeks_ago_is_still_looked_for(office: Office) -> None:
    office.passes(timedelta(days=20))
    (parcel,) = rows(office)
    assert parcel["labelled"] == "2026-11-02"
    is_at(office, Milestone.DELIVERED, finished="delivered")
    assert rows(office) == []


@pytest.mark.parametrize(
    ("zone", "hours", "day"), [(NEW_YORK, 13, "today"), (TOKYO, 13, "earlier"), (TOKYO, 0, "today")]
)
def test_the_day_is_that_of_the_location(zone: str, hours: int, day: str) -> None:
    office = office_in(zone)
    office.through("4000001")
    office.passes(timedelta(hours=hours))
    found: dict[str, Any] = json.loads(office.says("endofday", SUPPLIER, "--json"))
    assert len(found[day]) == 1
    assert found["zone"] == zone


def test_a_parcel_that_is_not_watched_yet_is_on_the_list(office: Office) -> None:
    class Nobody:
        def __init__(self, tracking: Any) -> None:
            self._tracking = tracking

        def __getattr__(self, name: str) -> Any:
            none: dict[str, Any] = {"watches": lambda _: [], "listing": lambda *_: iter(())}
            return none.get(name) or getattr(self._tracking, name)

    office.with_ports(tracking=Nobody(office.ports.tracking))
    assert len(rows(office)) == 1


def test_declared_parcels_come_first(office: Office) -> None:
    office.through("4000002")
    key = key_of("4000002")
    stored = office.world.orders._orders[key]
    snapshot = stored.snapshots[1]
    assert snapshot.plan
    value = Money(type(snapshot.plan.packages[0].weight.value)("500"), "USD")
    packages = (replace(snapshot.plan.packages[0], value=value),)
    stored.snapshots[1] = replace(snapshot, plan=replace(snapshot.plan, packages=packages))
    assert [(each["order"], each["declared"]) for each in rows(office)] == [("4000002", "500.00 USD"), ("4000001", "")]


def test_a_shipment_in_question_is_kept_back(office: Office, tmp_path: Path) -> None:
    stored = office.world.orders._orders[key_of("4000001")]
    stored.head = replace(stored.head, state="HELD", reason="cancelled")
    said = office.says("endofday", SUPPLIER)
    assert (
        f"keep {office.head().tracking_number} of order 4000001 back: its shipment is in question (cancelled)" in said
    )
    page = tmp_path / "list.html"
    office.says("endofday", SUPPLIER, "--page", str(page))
    assert "0 parcels" in page.read_text()
    assert "Keep back" in page.read_text()


def test_the_page_to_print_has_each_parcel_and_room_for_a_signature(office: Office, tmp_path: Path) -> None:
    page = tmp_path / "list.html"
    assert f"{page}: 1 parcel of today, 0 of earlier days" in office.says("endofday", SUPPLIER, "--page", str(page))
    text = page.read_text()
    assert office.head().tracking_number in text
    assert "Printed 2026-11-02 09:0" in text
    assert "Driver: name, signature" in text


def test_g20_a_text_of_the_erp_is_no_markup_of_the_page(office: Office, tmp_path: Path) -> None:
    stored = office.world.orders._orders[key_of("4000001")]
    stored.head = replace(stored.head, document="<script>x</script>")
    page = tmp_path / "list.html"
    office.says("endofday", SUPPLIER, "--page", str(page))
    assert "<script>" not in page.read_text()
    assert "&lt;script&gt;" in page.read_text()


def test_a_location_that_nobody_knows_is_said_with_those_there_are(office: Office) -> None:
    said = office.says("endofday", "W99", ends=1)
    assert "no parcel leaves from W99, and no file describes it; there are" in said
    assert SUPPLIER in said
    assert "nothing goes with today's truck" in office.says("endofday", "HQ", "--connection", CONNECTION)
    assert isinstance(office.clock.now(), datetime)
