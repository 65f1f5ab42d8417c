"""G9: what the events of a parcel amount to depends neither on their order nor on how often each was told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.milestones import Milestone
from shared.domain.parcel import ParcelEvent, ParcelFacts, Promise, Source, facts_of, in_order
from shared.domain.tracking import Place, TrackingEvent
from tests.builders import NOW

NEW_YORK = ZoneInfo("America/New_York")


def told(minutes: float = 0, milestone: Milestone | None = None, **changes: Any) -> ParcelEvent:
    at = NOW + timedelta(minutes=minutes)
    code = str(milestone or "step")[:9]
    place = Place("Atlanta", "GA", "", "US")
    event = TrackingEvent(at, at.astimezone(NEW_YORK), "I", code, "005", "", place, milestone)
    return ParcelEvent(replace(event, **changes), Source.PUSH, "acme", NOW)


LIFE = [
    told(19, Milestone.LABEL_CREATED),  # the label record can be later than the first scans
    told(0, Milestone.PICKED_UP),
    told(5, Milestone.IN_TRANSIT, expected=date(2026, 11, 5)),
    told(60, Milestone.EXCEPTION, description="The address is wrong", expected=date(2026, 11, 6)),
    told(60, None, type="X", code="RZ", status_code="014"),
    told(90, Milestone.OUT_FOR_DELIVERY),
    told(400, Milestone.DELIVERED, received_by="SMITH", place=Place("Macon", "GA", "", "US")),
]


def test_every_order_of_seven_events_gives_one_result() -> None:
    results = {facts_of(each) for each in permutations(LIFE)}
    assert results == {
        ParcelFacts(
            milestone=Milestone.DELIVERED,
            at=NOW + timedelta(minutes=400),
            promises=(
                Promise(date(2026, 11, 5), NOW + timedelta(minutes=5)),
                Promise(date(2026, 11, 6), NOW + timedelta(minutes=60)),
            ),
            delivered=date(2026, 11, 2),
            received_by="SMITH",
            place="Macon, GA, US",
            heard=NOW + timedelta(minutes=400),
        )
    }


INSTANTS = [
    datetime(2026, 3, 8, 6, 30, tzinfo=UTC),  # both nights of a clock change in New York
    datetime(2026, 3, 8, 7, 30, tzinfo=UTC),
    datetime(2026, 11, 1, 5, 30, tzinfo=UTC),
    datetime(2026, 11, 1, 6, 30, tzinfo=UTC),
    NOW,
]
EVENTS = st.builds(
    lambda at, milestone, code, expected, by, known, returning: ParcelEvent(
        TrackingEvent(
            at if known else None,
            at.astimezone(NEW_YORK) if known else at.astimezone(NEW_YORK).replace(tzinfo=None),
            "I",
            f"{milestone}{code}",
            "",
            f"words of {code}",
            Place(code),
            milestone,
            expected,
            by,
            returning,
        ),
        Source.POLL,
        "acme",
        NOW,
    ),
    st.sampled_from(INSTANTS),
    st.sampled_from([None, *Milestone]),
    st.sampled_from("ABCD"),
    st.sampled_from([None, date(2026, 3, 9), date(2026, 11, 2), date(2021, 11, 2)]),
    st.sampled_from(["", "SMITH"]),
    st.booleans(),
    st.sampled_from([False, False, False, True]),
)


@given(st.lists(EVENTS, max_size=7, unique_by=lambda each: each.id), st.randoms(use_true_random=False))
def test_g9_any_events_in_any_order_told_any_number_of_times_give_one_result(
    events: list[ParcelEvent], random: Any
) -> None:
    again = events + [each for each in events if random.random() < 0.5]
    random.shuffle(again)
    assert facts_of(again) == facts_of(events)


@given(st.lists(EVENTS, max_size=7), EVENTS)
def test_g9_a_final_milestone_is_left_for_a_higher_one_only(events: list[ParcelEvent], more: ParcelEvent) -> None:
    before, after = facts_of(events).milestone, facts_of([*events, more]).milestone
    if before in (Milestone.DELIVERED, Milestone.RETURNED, Milestone.VOIDED):
        ranks = list(Milestone)
        assert after
        assert ranks.index(after) >= ranks.index(before)


def test_the_same_scan_by_push_and_by_poll_is_one_event() -> None:
    pushed, polled = told(5, Milestone.IN_TRANSIT), replace(told(5, Milestone.IN_TRANSIT), source=Source.POLL)
    later = replace(polled, received_at=NOW + timedelta(hours=1))
    assert pushed.id == polled.id
    assert in_order([later, pushed]) == [pushed]


def test_events_of_one_second_differ_by_any_of_their_codes_and_by_connection() -> None:
    events = [told(), told(code="RZ"), told(status_code="014"), told(type="X"), replace(told(), connection="other")]
    assert len({each.id for each in events}) == len(events)


def test_an_exception_stands_until_a_later_scan_and_says_why() -> None:
    stopped = told(10, Milestone.EXCEPTION, description="The receiver was not available")
    assert facts_of([told(0, Milestone.IN_TRANSIT), stopped]).problem == "The receiver was not available"
    assert facts_of([stopped, told(20, Milestone.IN_TRANSIT)]).problem == ""
    assert facts_of([stopped, told(20, Milestone.IN_TRANSIT)]).milestone == Milestone.IN_TRANSIT


def test_a_promise_that_was_long_past_when_it_was_told_is_none() -> None:
    assert facts_of([told(0, Milestone.IN_TRANSIT, expected=date(2021, 11, 9))]).expected is None
    assert facts_of([told(0, Milestone.IN_TRANSIT, expected=NOW.date())]).expected == NOW.date()


def test_each_change_of_the_promise_stands_once_and_the_last_counts() -> None:
    days = [date(2026, 11, 5), date(2026, 11, 5), date(2026, 11, 7), date(2026, 11, 5)]
    facts = facts_of([told(minutes, expected=day) for minutes, day in enumerate(days)])
    assert [each.day for each in facts.promises] == [days[0], days[2], days[3]]
    assert facts.expected == days[3]


@pytest.mark.parametrize("local", [None, datetime(2026, 11, 2, 9, 0)])  # noqa: DTZ001 - a carrier's time without a zone
def test_an_event_without_an_instant_gets_none(local: datetime | None) -> None:
    facts = facts_of([told(at=None, local=local, milestone=Milestone.IN_TRANSIT)])
    assert (facts.milestone, facts.at, facts.heard) == (Milestone.IN_TRANSIT, None, None)


def test_no_event_is_nothing() -> None:
    assert facts_of([]) == ParcelFacts()


BACK = [
    told(0, Milestone.PICKED_UP),
    told(50, Milestone.EXCEPTION, description="The receiver refused it"),
    told(52, Milestone.EXCEPTION, description="Returning to Sender", returning=True),
    told(70, Milestone.IN_TRANSIT),
    told(95, Milestone.OUT_FOR_DELIVERY),
    told(100, Milestone.DELIVERED, received_by="DOCK"),
]


def test_a_delivery_after_the_turn_is_a_return_in_any_order_of_its_events() -> None:
    (facts,) = {facts_of(each) for each in permutations(BACK)}
    assert (facts.milestone, facts.at, facts.delivered) == (Milestone.RETURNED, NOW + timedelta(minutes=100), None)


def test_a_parcel_on_its_way_back_stays_an_exception_until_it_is_there() -> None:
    (facts,) = {facts_of(each) for each in permutations(BACK[:-1])}
    assert (facts.milestone, facts.problem) == (Milestone.EXCEPTION, "Returning to Sender")


def test_a_delivery_before_the_turn_stays_one() -> None:
    facts = facts_of([told(40, Milestone.DELIVERED), *BACK[:3]])
    assert (facts.milestone, facts.delivered) == (Milestone.DELIVERED, date(2026, 11, 2))


def test_a_delivery_at_the_place_s_own_time_after_the_turn_is_a_return_too() -> None:
    local = (NOW + timedelta(days=4)).replace(tzinfo=None)
    assert facts_of([*BACK[:3], told(0, Milestone.DELIVERED, at=None, local=local)]).milestone == Milestone.RETURNED
