"""Quantum View's files: which records are events, and what is wrong inside a 200."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from shared.carriers.ups import quantum_view
from shared.domain.milestones import Milestone
from shared.domain.tracking import AccountEvents, TrackingEvent
from shared.errors import Refused, Retry
from tests.samples.ups import answers
from tests.samples.ups.answers import SECOND, SHIPMENT

WHEN = {"Date": "20261105", "Time": "101500"}
ADDRESS = {"PoliticalDivision2": "Albany", "PoliticalDivision1": "NY"}


def read(*files: dict[str, Any], **said: Any) -> AccountEvents:
    found = quantum_view.read(answers.files(*files, **said), "Outbound")
    assert found
    return found


def only(**file: Any) -> TrackingEvent:
    ((number, event),) = read(file).events
    assert number == SHIPMENT
    return event


def test_a_delivery_is_one_at_its_local_time_with_who_took_it_and_no_instant() -> None:
    place = {"ActivityLocation": {"AddressArtifactFormat": ADDRESS}}
    event = only(
        Delivery=[{"TrackingNumber": SHIPMENT, **WHEN, **place, "DeliveryLocation": {"SignedForByName": "SMITH"}}]
    )
    assert (event.at, event.local) == (None, datetime(2026, 11, 5, 10, 15))  # noqa: DTZ001
    assert (event.milestone, event.received_by, str(event.place)) == (Milestone.DELIVERED, "SMITH", "Albany, NY")


def test_a_generic_vm_is_a_void_and_no_other_generic_moves_anything() -> None:
    void = only(Generic={"TrackingNumber": SHIPMENT, "ActivityType": "VM", "Activity": WHEN})
    assert (void.milestone, void.code, void.local) == (Milestone.VOIDED, "VM", datetime(2026, 11, 5, 10, 15))  # noqa: DTZ001
    for kind in ("UR", "UD", "OD", "OT", "RO", "XX"):
        event = only(Generic={"TrackingNumber": SHIPMENT, "ActivityType": kind, "Activity": WHEN})
        assert (event.milestone, event.code) == (None, kind)


def test_what_a_later_scan_may_end_moves_nothing_by_itself() -> None:
    origin = only(Origin={"TrackingNumber": SHIPMENT, **WHEN})
    stopped = only(
        Exception={"TrackingNumber": SHIPMENT, **WHEN, "StatusDescription": "Not at home ", "ReasonCode": "U7"}
    )
    assert (origin.milestone, stopped.milestone) == (None, None)
    assert (stopped.description, stopped.status_code) == ("Not at home", "U7")


def test_a_manifest_and_a_record_without_a_number_are_no_events() -> None:
    manifest = {"Package": [{"TrackingNumber": SHIPMENT}]}
    assert read({"Manifest": manifest, "Delivery": [{"TrackingNumber": "", **WHEN}, ""], "Origin": ""}).events == ()


def test_records_of_all_files_are_told_whether_they_come_alone_or_in_lists() -> None:
    one, two = {"TrackingNumber": SHIPMENT, **WHEN}, {"TrackingNumber": f" {SECOND.lower()} ", **WHEN}
    told = read({"Delivery": one}, {"Origin": [one, two]})
    assert [(number, event.code) for number, event in told.events] == [
        (SHIPMENT, "Delivery"),
        (SHIPMENT, "Origin"),
        (SECOND, "Origin"),
    ]


def test_a_day_without_a_time_is_no_moment() -> None:
    assert only(Delivery={"TrackingNumber": SHIPMENT, "Date": "20261105"}).local is None


def test_a_bookmark_is_the_next_page_and_a_blank_one_is_none() -> None:
    assert read(bookmark="QUJD").page == "QUJD"
    blank = answers.files()
    blank["QuantumViewResponse"]["Bookmark"] = ""
    assert quantum_view.read(blank, "Outbound") == AccountEvents(())


def test_an_answer_without_events_is_an_empty_page() -> None:
    empty = {"QuantumViewResponse": {"Response": {"ResponseStatusCode": "1"}, "QuantumViewEvents": ""}}
    assert quantum_view.read(empty, "Outbound") == AccountEvents(())
    assert quantum_view.read({"response": {}}, "Outbound") is None
    assert quantum_view.read(None, "Outbound") is None


@pytest.mark.parametrize("state", ["UN", "I", "P", "S"])
def test_a_subscription_that_does_not_run_is_refused_with_its_key(state: str) -> None:
    with pytest.raises(Refused, match="subscription Outbound") as refused:
        read(state=state)
    assert refused.value.field == "tracking.quantum_view"


def test_files_of_a_subscription_that_was_suspended_since_are_told() -> None:
    assert len(read({"Delivery": {"TrackingNumber": SHIPMENT, **WHEN}}, state="S").events) == 1


def test_a_transient_error_inside_a_200_is_tried_again_after_its_wait() -> None:
    error = {"ErrorSeverity": "Transient", "ErrorCode": "20007", "MinimumRetrySeconds": "90"}
    with pytest.raises(Retry) as retry:
        read(status="0", Error=error)
    assert retry.value.after == 90


def test_an_error_without_a_word_is_tried_again() -> None:
    with pytest.raises(Retry):
        read(status="0")


def test_a_hard_error_inside_a_200_is_refused_in_its_own_words() -> None:
    with pytest.raises(Refused, match="10002: No subscription"):
        read(status="0", Error=[{"ErrorSeverity": "Hard", "ErrorCode": "10002", "ErrorDescription": "No subscription"}])
