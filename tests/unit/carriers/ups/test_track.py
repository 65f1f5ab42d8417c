"""Tracking answers become events: times in UTC and on the wall, in UPS's own codes (facts 7)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.carriers.ups.track import parcels
from shared.domain.milestones import Milestone
from shared.domain.tracking import Place, TrackedParcel, TrackingEvent

NUMBER = "1ZA1B2C30300000018"
EASTERN = timezone(timedelta(hours=-5))

SCAN: dict[str, Any] = {
    "location": {"address": {"city": "ALBANY", "stateProvince": "NY", "postalCode": "12207", "countryCode": "US"}},
    "status": {"type": "D", "code": "FS", "statusCode": "011", "description": "DELIVERED "},
    "date": "20261125",
    "time": "144211",
    "gmtDate": "20261125",
    "gmtTime": "19:42:11",
    "gmtOffset": "-05:00",
}


def answered(*activities: object, **package: Any) -> dict[str, Any]:
    found = {"trackingNumber": NUMBER, "activity": list(activities), **package}
    return {"trackResponse": {"shipment": [{"inquiryNumber": NUMBER, "package": [found]}]}}


def parcel_of(body: object) -> TrackedParcel:
    (parcel,) = parcels(body) or ()
    return parcel


def event_of(**changes: Any) -> TrackingEvent:
    (event,) = parcel_of(answered({**SCAN, **changes})).events
    return event


def test_a_scan_is_an_event_with_instant_local_time_codes_words_and_place() -> None:
    assert event_of() == TrackingEvent(
        at=datetime(2026, 11, 25, 19, 42, 11, tzinfo=UTC),
        local=datetime(2026, 11, 25, 14, 42, 11, tzinfo=EASTERN),
        type="D",
        code="FS",
        status_code="011",
        description="DELIVERED",
        place=Place("ALBANY", "NY", "12207", "US"),
        milestone=Milestone.DELIVERED,
    )


def test_a_scan_says_that_the_parcel_is_on_its_way_back() -> None:
    back = event_of(status={"type": "X", "code": "", "statusCode": "035"})
    assert (back.milestone, back.returning) == (Milestone.EXCEPTION, True)
    assert not event_of(status={"type": "X", "code": "", "statusCode": "023"}).returning


def test_events_stay_in_the_order_of_the_answer_newest_first() -> None:
    older = {**SCAN, "status": {"type": "M", "code": "MP", "statusCode": "003"}}
    assert [event.code for event in parcel_of(answered(SCAN, older)).events] == ["FS", "MP"]


@pytest.mark.parametrize("written", ["074700", "07:47:00", "74700"])
def test_a_gmt_time_comes_with_colons_or_without_its_leading_zero(written: str) -> None:
    assert event_of(gmtTime=written).at == datetime(2026, 11, 25, 7, 47, tzinfo=UTC)


@pytest.mark.parametrize(
    ("offset", "minutes"),
    [("-05:00", -300), ("+05:30", 330), ("-0330", -210), ("-04.00", -240), ("05:45", 345), ("+00:00", 0)],
)
def test_a_local_time_keeps_its_offset(offset: str, minutes: int) -> None:
    local = event_of(gmtOffset=offset).local
    assert local is not None
    assert local.utcoffset() == timedelta(minutes=minutes)
    assert local.replace(tzinfo=None) == datetime(2026, 11, 25, 14, 42, 11)  # noqa: DTZ001 - the time on the wall


@pytest.mark.parametrize("offset", ["", None, "EST", "-5", "-05:75", "+99:00", "-05:00:00"])
def test_without_a_readable_offset_the_local_time_has_none_and_none_is_made_up(offset: object) -> None:
    event = event_of(gmtOffset=offset)
    assert event.local == datetime(2026, 11, 25, 14, 42, 11)  # noqa: DTZ001 - that it has no zone is the point
    assert event.at == datetime(2026, 11, 25, 19, 42, 11, tzinfo=UTC)


def test_the_instant_follows_from_local_time_and_offset() -> None:
    event = event_of(gmtDate="", gmtTime=None)
    assert event.at == datetime(2026, 11, 25, 19, 42, 11, tzinfo=UTC)
    assert event.at.utcoffset() == timedelta(0)


def test_the_local_time_follows_from_the_instant_and_the_offset() -> None:
    assert event_of(date="", time="").local == datetime(2026, 11, 25, 14, 42, 11, tzinfo=EASTERN)


def test_without_offset_and_gmt_the_instant_is_not_known() -> None:
    event = event_of(gmtDate="", gmtTime="", gmtOffset="")
    assert event.at is None
    assert event.local == datetime(2026, 11, 25, 14, 42, 11)  # noqa: DTZ001 - that it has no zone is the point


@pytest.mark.parametrize(
    "changes",
    [{"time": ""}, {"date": ""}, {"date": "20261341"}, {"time": "250000"}, {"date": "2026-11-25"}, {"time": "soon"}],
)
def test_a_day_without_a_time_is_no_moment(changes: dict[str, str]) -> None:
    event = event_of(**changes, gmtDate="", gmtTime="")
    assert (event.at, event.local) == (None, None)


def test_blanks_nulls_and_line_ends_are_cleaned() -> None:
    event = event_of(
        status={"type": " X ", "code": None, "description": "Delayed&#xD;\n"},
        location={"address": {"city": "", "stateProvince": None, "countryCode": "", "country": "US"}, "slic": ""},
    )
    assert (event.type, event.code, event.status_code, event.description) == ("X", "", "", "Delayed")
    assert event.place == Place(country="US")
    assert event_of(status="", location="").place == Place()


def test_a_lone_shipment_package_and_activity_come_as_objects() -> None:
    body = {"trackResponse": {"shipment": {"package": {"trackingNumber": NUMBER, "activity": SCAN}}}}
    assert [event.code for event in parcel_of(body).events] == ["FS"]


def test_the_days_are_the_latest_promise_and_the_delivery() -> None:
    days = [{"type": "SDD", "date": "20261124"}, {"type": "RDD", "date": "20261125"}, {"type": "DEL", "date": ""}]
    parcel = parcel_of(answered(deliveryDate=days))
    assert (parcel.expected, parcel.delivered) == (date(2026, 11, 25), None)
    lone = parcel_of(answered(deliveryDate={"type": "SDD", "date": "20261124"}))
    assert lone.expected == date(2026, 11, 24)
    assert parcel_of(answered(deliveryDate=[{"type": "DEL", "date": "20261126"}])).delivered == date(2026, 11, 26)


def test_who_received_it_and_the_references_of_both_levels_are_read() -> None:
    references = [{"type": "SHIPMENT", "number": "PB1-A-1"}, {"type": "PACKAGE", "number": "1000417 "}, {"number": ""}]
    parcel = parcel_of(answered(referenceNumber=references, deliveryInformation={"receivedBy": "MILLER"}))
    assert (parcel.references, parcel.received_by) == (("PB1-A-1", "1000417"), "MILLER")


def test_a_parcel_without_a_scan_has_no_events() -> None:
    assert parcel_of(answered(activity="", deliveryInformation="")).events == ()


def test_an_unknown_number_is_an_answer_without_parcels() -> None:
    warning = {"code": "TW0001", "message": "Tracking Information Not Found"}
    assert parcels({"trackResponse": {"shipment": [{"inquiryNumber": NUMBER, "warnings": [warning]}]}}) == ()
    assert parcels({"trackResponse": {"shipment": [{"package": [{"trackingNumber": " "}]}]}}) == ()


@pytest.mark.parametrize("body", [None, "", [], {}, {"trackResponse": ""}, {"response": {"errors": []}}])
def test_what_is_no_tracking_answer_is_unreadable(body: object) -> None:
    assert parcels(body) is None


def test_a_place_is_written_for_people() -> None:
    assert str(Place("ALBANY", "NY", "12207", "US")) == "ALBANY, NY 12207, US"
    assert str(Place(country="US")) == "US"


words = st.none() | st.text(max_size=12) | st.integers() | st.booleans()
anything = st.recursive(
    words, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
)


@given(st.fixed_dictionaries(dict.fromkeys(SCAN, anything)), anything)
def test_whatever_stands_in_an_activity_it_is_read_without_an_error(activity: dict[str, Any], days: object) -> None:
    (event,) = parcel_of(answered(activity, deliveryDate=days)).events
    assert event.at is None or event.at.utcoffset() == timedelta(0)
