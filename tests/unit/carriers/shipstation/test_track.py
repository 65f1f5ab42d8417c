"""Parcels under way: by the label that has the number, in the carrier's own times, and by webhook."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from shared.carriers.shipstation import push, track
from shared.domain.milestones import Milestone
from tests.samples.shipstation.answers import LABEL, NUMBER, OTHER_NUMBER, a_label, an_event, listed, tracking
from tests.samples.shipstation.wire import said, scripted


def test_a_parcel_is_asked_for_by_the_label_that_has_its_number() -> None:
    others = a_label("1ZOTHER", label_id="se-1")
    carrier, script = scripted(said(listed(others, a_label())), said(tracking(an_event())))
    (parcel,) = carrier.track(NUMBER)
    assert [each.request.url for each in script.sent] == [
        f"https://api.shipstation.com/v2/labels?tracking_number={NUMBER}&page=1",
        f"https://api.shipstation.com/v2/labels/{LABEL}/track",
    ]
    (event,) = parcel.events
    assert event.at == datetime(2026, 11, 3, 9, 15, tzinfo=UTC)
    assert event.local == datetime(2026, 11, 3, 4, 15)  # noqa: DTZ001 - a wall clock
    assert (event.milestone, event.type, event.code) == (Milestone.IN_TRANSIT, "IT", "DP")
    assert str(event.place) == "BUFFALO, NY 14201, US"


def test_a_second_package_is_asked_for_at_its_carrier() -> None:
    answer = tracking(an_event(), tracking_number=OTHER_NUMBER)
    carrier, script = scripted(said(listed(a_label(NUMBER, OTHER_NUMBER))), said(answer))
    assert [each.tracking_number for each in carrier.track(OTHER_NUMBER)] == [OTHER_NUMBER]
    assert script.sent[1].request.url.endswith(f"/v2/tracking?carrier_code=ups&tracking_number={OTHER_NUMBER}")


def test_a_number_of_no_label_tells_nothing_and_an_answer_about_another_one_neither() -> None:
    carrier, script = scripted(said(listed(a_label(OTHER_NUMBER))))
    assert carrier.track(NUMBER) == ()
    assert len(script.sent) == 1
    carrier, _ = scripted(said(listed(a_label())), said(tracking(an_event(), tracking_number="1ZOTHER")))
    assert carrier.track(NUMBER) == ()


def test_a_label_that_somebody_voided_is_told_as_voided() -> None:
    voided = a_label(status="voided", voided=True, voided_at="2026-11-02T15:00:00Z")
    carrier, _ = scripted(said(listed(voided)))
    (parcel,) = carrier.track(NUMBER)
    (event,) = parcel.events
    assert (event.milestone, event.at) == (Milestone.VOIDED, datetime(2026, 11, 2, 15, tzinfo=UTC))
    carrier, _ = scripted(said(listed(voided, a_label(label_id="se-2"))), said(tracking()))
    assert [each.milestone for each in carrier.track(NUMBER)[0].events] == [Milestone.IN_TRANSIT]


@pytest.mark.parametrize(
    ("status", "detail", "milestone"),
    [
        ("NY", None, Milestone.LABEL_CREATED),
        ("AC", None, Milestone.PICKED_UP),
        ("AC", "SHIPMENT_CREATED", Milestone.LABEL_CREATED),
        ("IT", "OUT_FOR_DELIVERY", Milestone.OUT_FOR_DELIVERY),
        ("IT", None, Milestone.IN_TRANSIT),
        ("AT", "ATTEMPTED_DELIVERY", Milestone.EXCEPTION),
        ("EX", None, Milestone.EXCEPTION),
        ("EX", "RETURN_TO_SENDER", Milestone.EXCEPTION),
        ("EX", "UNDELIVERABLE_RETURNED_TO_SENDER", Milestone.RETURNED),
        ("SP", None, Milestone.EXCEPTION),
        ("DE", "DELIVERED", Milestone.DELIVERED),
        ("UN", None, None),
        ("XX", "A_NEW_ONE", None),
        (None, None, None),
    ],
)
def test_the_codes_say_where_a_parcel_is_q25_(status: Any, detail: Any, milestone: Milestone | None) -> None:
    assert track.milestone_of({"status_code": status, "status_detail_code": detail}) is milestone


def test_the_code_counts_and_not_its_words_q24_() -> None:
    parcel = track.parcel(tracking(an_event("NY", description="Accepted"), status="NY"))
    assert parcel is not None
    assert parcel.events[0].milestone == Milestone.LABEL_CREATED


def test_a_time_without_a_zone_is_no_instant_and_its_day_counts_q21_() -> None:
    parcel = track.parcel(tracking(an_event(at="2026-11-03T09:15:00", carrier_occurred_at=None)))
    assert parcel is not None
    assert parcel.expected == date(2026, 11, 5)
    assert (parcel.events[0].at, parcel.events[0].local) == (None, datetime(2026, 11, 3, 9, 15))  # noqa: DTZ001


def test_a_local_time_with_a_z_is_local_all_the_same_q22_() -> None:
    assert track.wall_clock("2026-11-03T04:15:00Z") == datetime(2026, 11, 3, 4, 15)  # noqa: DTZ001
    east = timezone(timedelta(hours=2))
    assert track.wall_clock("2026-11-03T04:15:00+02:00") == datetime(2026, 11, 3, 4, 15, tzinfo=east)


def test_a_delivery_is_when_the_record_says_and_not_its_scan_q23_() -> None:
    scan = an_event("DE", at="2026-11-05T22:30:00Z", carrier_occurred_at="2026-11-05T10:30:00", signer="LEE")
    body = tracking(scan, an_event(), status="DE", actual_delivery_date="2026-11-05T15:30:00Z")
    parcel = track.parcel(body)
    assert parcel is not None
    assert parcel.events[0].at == datetime(2026, 11, 5, 15, 30, tzinfo=UTC)
    assert (parcel.delivered, parcel.received_by) == (date(2026, 11, 5), "LEE")


@pytest.mark.parametrize("written", ["2026-11-03T09:15:00.1234567Z", "2026-11-03T09:15:00.123456Z"])
def test_fractions_have_seven_digits_q26_(written: str) -> None:
    assert track.instant(written) == datetime(2026, 11, 3, 9, 15, 0, 123456, tzinfo=UTC)


@pytest.mark.parametrize("written", [None, "", "2026-11-03", "soon", "2026-13-03T09:15:00Z", 7, "T", ["x"]])
def test_what_is_no_time_is_none(written: Any) -> None:
    assert track.instant(written) is None
    assert track.wall_clock(written) is None


def test_a_record_without_scans_says_what_its_own_status_says() -> None:
    parcel = track.parcel(tracking(status="DE", actual_delivery_date="2026-11-05T15:30:00Z"))
    assert parcel is not None
    assert [each.milestone for each in parcel.events] == [Milestone.DELIVERED]
    quiet = track.parcel(tracking(status="UN"))
    assert quiet is not None
    assert quiet.events == ()


@pytest.mark.parametrize("body", [None, {}, [], "x", {"tracking_number": ""}, {"events": []}])
def test_what_is_no_record_is_none(body: Any) -> None:
    assert track.parcel(body) is None
    assert track.moved(body) is None


def test_whether_the_carrier_has_it_is_said_only_where_somebody_knows() -> None:
    assert track.moved(tracking(status="UN")) is None
    assert track.moved(tracking(an_event("NY"), status="NY")) is False
    assert track.moved(tracking(an_event("IT"), an_event("NY"), status="NY")) is True


# --- pushed ----------------------------------------------------------------------------------------------------------


def a_push(data: Any, kind: str = "TRACK_EVENT_V2") -> dict[str, Any]:
    return {"resource_url": "https://evil.example/v2/labels/se-1/track", "resource_type": kind, "data": data}


def test_a_pushed_event_is_inline_and_its_pointer_is_followed_by_nobody_q28_() -> None:
    found = push.read(a_push(tracking(an_event(), an_event("AC"))))
    assert found is not None
    number, event = found
    assert (number, event.milestone, event.expected) == (NUMBER, Milestone.IN_TRANSIT, date(2026, 11, 5))


@pytest.mark.parametrize(
    "body",
    [
        a_push(tracking(an_event()), "LABEL_CREATED_V2"),
        a_push(None),
        a_push(tracking(status="UN")),
        {"resource_url": "https://api.shipstation.com/v2/labels?batch_id=se-1", "resource_type": "RATE"},
        {},
    ],
)
def test_what_tells_of_no_parcel_is_none(body: Any) -> None:
    assert push.read(body) is None


@pytest.mark.parametrize("milestone", [each for each in Milestone if each != Milestone.VOIDED])
def test_a_made_up_event_takes_a_parcel_to_its_milestone(milestone: Milestone) -> None:
    found = push.read(push.simulated(NUMBER, milestone, datetime(2026, 11, 5, 15, 30, tzinfo=UTC)))
    assert found is not None
    assert (found[0], found[1].milestone) == (NUMBER, milestone)
