"""Milestones fold over events by time and rank, and roll up over parcels; neither ever goes back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.milestones import FINAL, RANK, Milestone, Reached, fold, follows, roll_up

LABEL, PICKED, TRANSIT, OUT = (
    Milestone.LABEL_CREATED,
    Milestone.PICKED_UP,
    Milestone.IN_TRANSIT,
    Milestone.OUT_FOR_DELIVERY,
)
EXCEPTION, DELIVERED, RETURNED, VOIDED = (
    Milestone.EXCEPTION,
    Milestone.DELIVERED,
    Milestone.RETURNED,
    Milestone.VOIDED,
)
NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


def at(hour: int, milestone: Milestone) -> Reached:
    return Reached(milestone, NOON + timedelta(hours=hour))


any_time = st.none() | st.integers(-5, 5).map(lambda hour: NOON + timedelta(hours=hour))
some_events = st.lists(st.builds(Reached, st.sampled_from(Milestone), any_time), max_size=7)


def test_the_eight_milestones_are_those_of_the_design() -> None:
    assert " ".join(Milestone) == (
        "label_created picked_up in_transit out_for_delivery exception delivered returned voided"
    )


@pytest.mark.parametrize(
    ("events", "stands"),
    [
        ((), None),
        ((at(0, LABEL),), LABEL),
        ((at(0, PICKED), at(3, LABEL)), PICKED),
        ((at(0, TRANSIT), at(1, EXCEPTION)), EXCEPTION),
        ((at(0, TRANSIT), at(1, EXCEPTION), at(2, TRANSIT)), TRANSIT),
        ((at(1, TRANSIT), at(1, EXCEPTION)), EXCEPTION),
        ((at(0, EXCEPTION), at(1, LABEL)), EXCEPTION),
        ((at(0, OUT), at(1, EXCEPTION), at(2, TRANSIT)), OUT),
        ((at(0, DELIVERED), at(1, EXCEPTION), at(2, TRANSIT)), DELIVERED),
        ((at(5, DELIVERED), at(1, RETURNED)), RETURNED),
        ((at(0, DELIVERED), Reached(VOIDED)), VOIDED),
        ((Reached(EXCEPTION), at(0, PICKED)), PICKED),
    ],
)
def test_g9_events_fold_to_one_milestone_whatever_their_order(
    events: tuple[Reached, ...], stands: Milestone | None
) -> None:
    assert {fold(order) for order in permutations(events)} == {stands}


@given(some_events, st.randoms())
def test_g9_neither_order_nor_repetition_changes_the_fold(events: list[Reached], random: object) -> None:
    shuffled = [*events, *events]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert fold(shuffled) == fold(events)


@given(some_events, st.builds(Reached, st.sampled_from([LABEL, PICKED, TRANSIT, OUT]), any_time))
def test_a_further_scan_on_the_way_never_takes_a_milestone_back(events: list[Reached], scan: Reached) -> None:
    before, after = fold(events), fold([*events, scan])
    assert after is not None
    assert before is None or after == before or follows(before, after)


def test_a_final_milestone_is_left_for_a_higher_one_only() -> None:
    allowed = {(before, after) for before, after in product(FINAL, Milestone) if follows(before, after)}
    assert allowed == {(DELIVERED, RETURNED), (DELIVERED, VOIDED), (RETURNED, VOIDED)}


def test_nothing_goes_back_and_nothing_is_told_twice() -> None:
    assert follows(None, LABEL)
    assert not follows(TRANSIT, PICKED)
    assert not follows(TRANSIT, TRANSIT)
    assert follows(TRANSIT, EXCEPTION)
    assert follows(EXCEPTION, TRANSIT)
    assert not follows(EXCEPTION, LABEL)


@pytest.mark.parametrize(
    ("parcels", "whole"),
    [
        ((), None),
        ((DELIVERED, PICKED), TRANSIT),
        ((EXCEPTION, TRANSIT), EXCEPTION),
        ((DELIVERED, LABEL), TRANSIT),
        ((PICKED, LABEL), PICKED),
        ((OUT, TRANSIT), TRANSIT),
        ((OUT, DELIVERED), OUT),
        ((DELIVERED, DELIVERED), DELIVERED),
        ((DELIVERED, RETURNED), RETURNED),
        ((VOIDED, DELIVERED), DELIVERED),
        ((VOIDED, VOIDED), VOIDED),
    ],
)
def test_several_parcels_are_one_milestone(parcels: tuple[Milestone, ...], whole: Milestone | None) -> None:
    assert {roll_up(order) for order in permutations(parcels)} == {whole}


@given(st.lists(st.sampled_from(Milestone), min_size=1, max_size=5), st.data())
def test_the_whole_goes_on_when_one_parcel_does(parcels: list[Milestone], data: st.DataObject) -> None:
    calm = [each for each in parcels if each not in (EXCEPTION, VOIDED)]
    if not calm:
        return
    place = data.draw(st.integers(0, len(calm) - 1))
    further = [each for each in Milestone if each not in (EXCEPTION, VOIDED) and RANK[each] >= RANK[calm[place]]]
    after = [*calm]
    after[place] = data.draw(st.sampled_from(further))
    before, then = roll_up(calm), roll_up(after)
    assert before
    assert then
    assert RANK[then] >= RANK[before]
