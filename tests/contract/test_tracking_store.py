"""One suite for the store of parcels in memory and on DynamoDB."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest

from shared.domain.milestones import Milestone
from shared.domain.parcel import ParcelEvent, ParcelFacts, Promise, Source, Watch
from shared.domain.tracking import AccountReading, Place, TrackingEvent
from shared.ports import Conflict, Lease, TrackingStore
from tests.builders import NOW

NUMBER = "1Z999AA10123456784"
EAST = timezone(timedelta(hours=-5))


def an_event(minutes: int = 0, connection: str = "acme", **changes: Any) -> ParcelEvent:
    at = NOW + timedelta(minutes=minutes)
    event = TrackingEvent(
        at=at,
        local=at.astimezone(EAST),
        type="I",
        code="DP",
        status_code="005",
        description="Departed from Facility",
        place=Place("Atlanta", "GA", "", "US"),
        milestone=Milestone.IN_TRANSIT,
        expected=date(2026, 11, 9),
        received_by="",
    )
    return ParcelEvent(replace(event, **changes), Source.PUSH, connection, NOW)


def a_watch(number: str = NUMBER, **changes: Any) -> Watch:
    watch = Watch(
        "ups", number, "acme", "M3/t/100/4000001/-", 1, 1, since=NOW, due_at=NOW, subscribe_at=NOW, poll_at=NOW
    )
    return replace(watch, **changes)


FULL = ParcelFacts(
    milestone=Milestone.EXCEPTION,
    at=NOW,
    promises=(Promise(date(2026, 11, 9), NOW), Promise(date(2026, 11, 10), None)),
    problem="The address is wrong",
    delivered=date(2026, 11, 11),
    received_by="SMITH",
    place="Atlanta, GA, US",
    heard=NOW,
)


def test_an_event_is_kept_once_and_comes_back_as_it_was(tracking: TrackingStore) -> None:
    plain = an_event(5, at=None, local=datetime(2026, 11, 2, 9, 0), milestone=None, expected=None, place=Place())  # noqa: DTZ001
    bare = an_event(5, at=None, local=None, code="", place=Place())
    back = an_event(6, returning=True)
    assert tracking.keep("ups", NUMBER, [an_event(), plain, bare, an_event(), back], expires=None) == 4
    assert tracking.keep("ups", NUMBER, [an_event(), an_event(1)], expires=None) == 1
    kept = tracking.events("ups", NUMBER, "acme")
    assert sorted(kept, key=lambda each: each.id) == sorted(
        [an_event(), an_event(1), plain, bare, back], key=lambda each: each.id
    )


def test_events_of_one_second_with_other_codes_are_others(tracking: TrackingStore) -> None:
    events = [an_event(code="RZ", status_code="012"), an_event(code="RZ", status_code="014"), an_event(code="BB")]
    assert tracking.keep("ups", NUMBER, events, expires=None) == 3


def test_what_is_told_for_one_connection_is_nothing_to_another(tracking: TrackingStore) -> None:
    assert tracking.keep("ups", NUMBER, [an_event()], expires=None) == 1
    assert tracking.keep("ups", NUMBER, [an_event(connection="other")], expires=None) == 1
    assert tracking.events("ups", NUMBER, "acme") == (an_event(),)
    assert tracking.events("ups", "1Z999AA10123456785", "acme") == ()
    assert tracking.events("shipstation", NUMBER, "acme") == ()


def test_events_of_an_unknown_number_end_unless_it_is_watched_later(backend: Any) -> None:
    tracking = backend.tracking()
    tracking.keep("ups", NUMBER, [an_event()], expires=NOW + timedelta(days=14))
    tracking.keep("ups", "1Z999AA10123456785", [an_event()], expires=NOW + timedelta(days=14))
    assert tracking.events("ups", NUMBER, "acme") == (an_event(),)
    backend.expire_events(tracking, NOW + timedelta(days=15))
    assert tracking.events("ups", NUMBER, "acme") == (an_event(),)
    assert tracking.events("ups", "1Z999AA10123456785", "acme") == ()


def test_a_watch_begins_once_and_comes_back_as_it_was(tracking: TrackingStore) -> None:
    watch = a_watch(facts=FULL, subscribed_until=NOW, polled_at=NOW, refused="no", tries=3, polls_failed=2, silent=True)
    assert tracking.begin(watch)
    assert not tracking.begin(a_watch(order="another"))
    assert tracking.watch("ups", NUMBER) == watch
    assert tracking.watch("ups", "another") is None


def test_a_watch_is_written_over_the_version_before(tracking: TrackingStore) -> None:
    tracking.begin(a_watch())
    after = a_watch(version=2, tries=1, facts=FULL, due_at=None, finished="delivered", subscribe_at=None, poll_at=None)
    tracking.save(after)
    assert tracking.watch("ups", NUMBER) == after
    with pytest.raises(Conflict):
        tracking.save(after)
    with pytest.raises(Conflict):
        tracking.save(a_watch("1Z999AA10123456785", version=2))


def test_many_watches_are_read_in_the_order_asked_for(tracking: TrackingStore) -> None:
    numbers = [f"1Z999AA10{number:09}" for number in range(130)]
    for number in numbers:
        tracking.begin(a_watch(number))
    wanted = [("ups", number) for number in reversed(numbers)] + [("ups", "none"), ("ups", numbers[0])]
    assert [each.number for each in tracking.watches(wanted)] == numbers[::-1]


def test_what_is_due_is_found_until_it_is_put_off_or_finished(tracking: TrackingStore) -> None:
    tracking.begin(a_watch(NUMBER))
    tracking.begin(a_watch("later", due_at=NOW + timedelta(hours=1)))
    tracking.begin(a_watch("never", due_at=None))
    due = tracking.due(NOW, 100)
    assert [each.number for each in due] == [NUMBER]
    tracking.postpone(due[0], NOW + timedelta(minutes=15))
    assert tracking.due(NOW, 100) == []
    tracking.postpone(due[0], NOW)  # as it was read: somebody put it off meanwhile
    assert tracking.due(NOW, 100) == []
    assert [each.number for each in tracking.due(NOW + timedelta(hours=1), 100)] == [NUMBER, "later"]
    put_off = tracking.watch("ups", NUMBER)
    assert put_off == a_watch(due_at=NOW + timedelta(minutes=15))


def test_parcels_are_listed_by_connection_and_heading(tracking: TrackingStore) -> None:
    for minutes, (number, changes) in enumerate(
        {
            "one": {},
            "two": {"facts": FULL},
            "three": {"silent": True},
            "four": {"finished": "delivered", "due_at": None},
            "five": {},
            "else": {"connection": "other"},
        }.items()
    ):
        tracking.begin(a_watch(number, since=NOW + timedelta(minutes=minutes), **changes))
    found = {
        bucket: [each.number for each in tracking.listing("acme", bucket)]
        for bucket in ("moving", "exception", "silent", "finished")
    }
    assert found == {"moving": ["five", "one"], "exception": ["two"], "silent": ["three"], "finished": ["four"]}
    assert tracking.watch("ups", "one") is not None


READING = AccountReading(
    due_at=NOW,
    read_until=NOW - timedelta(hours=1),
    began=NOW - timedelta(minutes=1),
    since=NOW - timedelta(days=1),
    page="QUJD",
    failed=2,
    why="UPS 10002: no",
)


def test_a_reading_of_an_account_is_stored_under_its_lease_alone(backend: Any) -> None:
    tracking, leases = backend.tracking(), backend.leases()
    assert tracking.reading("acme") == AccountReading()
    assert not tracking.save_reading("acme", "a", READING)
    assert leases.take(Lease("account", "acme"), "a", timedelta(minutes=5))
    assert tracking.reading("acme") == AccountReading()
    assert tracking.save_reading("acme", "a", READING)
    assert tracking.reading("acme") == READING
    assert not tracking.save_reading("acme", "b", AccountReading())
    assert tracking.save_reading("acme", "a", AccountReading(due_at=NOW))
    assert tracking.reading("acme") == AccountReading(due_at=NOW), "what is blank is gone"
    leases.release(Lease("account", "acme"), "a")
    assert not tracking.save_reading("acme", "a", READING)
    assert tracking.reading("other") == AccountReading()


def test_a_reading_is_put_off_by_one_of_two_who_saw_it_due(tracking: TrackingStore) -> None:
    later = NOW + timedelta(minutes=15)
    assert tracking.put_off_reading("acme", AccountReading(), later)
    assert not tracking.put_off_reading("acme", AccountReading(), later + timedelta(minutes=1))
    assert tracking.reading("acme") == AccountReading(due_at=later)
    assert tracking.put_off_reading("acme", AccountReading(due_at=later), NOW)
    assert tracking.reading("acme").due_at == NOW
