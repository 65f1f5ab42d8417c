"""`parcelbridge reconcile`: the ERP's account of a day against ours, and an exit code for what is missed."""

from __future__ import annotations

import json

import pytest

from tests.component.cli.office import CONNECTION, Office
from tests.component.workflow.scene import MINUTE
from tests.component.workflow.test_line import timeless


@pytest.fixture
def office() -> Office:
    office = Office()
    office.poll()
    return office


def leave(office: Office, number: str) -> None:
    for line in office.tenant.orders[number].lines:
        office.tenant.change_line(number, line["PNLI"], PUSL="75")


def test_a_day_on_which_nothing_is_missed_ends_with_0(office: Office) -> None:
    office.through("4000001")
    office.order("4000002")
    said = office.says("reconcile", CONNECTION)
    assert "2 documents in the ERP: 1 comes, 1 shipped" in said
    assert "4000002" in said
    assert "4000001" not in said
    assert "4000001" in office.says("reconcile", CONNECTION, "--shipped")


def test_what_is_missed_is_named_with_what_to_do_and_ends_with_1(office: Office) -> None:
    office.order("4000001")
    leave(office, "4000001")
    office.clock.advance(MINUTE)
    office.poll()
    said = office.says("reconcile", CONNECTION, ends=1)
    assert "1 documents in the ERP: 1 missed" in said
    assert "nothing here knows it" in said
    assert f"parcelbridge connections dry-run {CONNECTION} 4000001" in said


def test_programs_get_every_document(office: Office) -> None:
    office.through("4000001")
    day = office.clock.now().date().isoformat()
    answer = json.loads(office.says("reconcile", CONNECTION, "--day", day, "--json"))
    assert (answer["connection"], answer["day"]) == (CONNECTION, day)
    (document,) = answer["documents"]
    assert (document["listed"]["document"], document["listed"]["ready"], document["account"]) == (
        "4000001",
        True,
        "shipped",
    )


def test_a_day_that_is_none_or_too_early_is_refused_in_a_sentence(office: Office) -> None:
    assert "no day" in office.says("reconcile", CONNECTION, "--day", "yesterday", ends=2)
    assert "cannot be compared" in office.says("reconcile", CONNECTION, "--day", "2020-01-01", ends=1)


def test_documents_that_stood_there_at_the_beginning_are_named_and_taken_in_one_by_one() -> None:
    office = Office(start=False)
    timeless(office)
    office.order("4000001")
    office.order("4000002")
    shown = office.says("connections", "start", CONNECTION, given="n\n", ends=1)
    assert "left alone, since a parcel of it may have left before" in shown
    assert "4000001, 4000002" in shown
    assert json.loads(office.says("connections", "start", CONNECTION, "--json", ends=1))["estimate"]["older"] == [
        "4000001",
        "4000002",
    ]
    assert "4000001, 4000002" in office.says("connections", "dry-run", CONNECTION)
    office.sets("running")
    office.poll()
    said = office.says("reconcile", CONNECTION)
    assert "2 older" in said
    assert f"parcelbridge connections take {CONNECTION} DOCUMENT" in said
    assert "the next poll takes it in" in office.says("connections", "take", CONNECTION, "4000001")
    office.poll()
    assert [head.document for head in office.world.heads()] == ["4000001"]
    assert "is none of the documents" in office.says("connections", "take", CONNECTION, "4000001", ends=1)
    office.sets("paused")
    assert "once acme" in office.says("connections", "take", CONNECTION, "4000002")
