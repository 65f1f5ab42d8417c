"""One suite for budgets in memory and on DynamoDB: counted alike, spread alike, refused alike, paused alike."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from sandbox.memory import ManualClock
from shared.carriers.ups.settings import TOKEN_BUDGET
from shared.domain.budget import Budget
from shared.errors import NewerFormat, Retry
from shared.ports import Budgets
from tests.contract.backends import AwsBackend, Client, answer_lost
from tests.unit.carriers.ups.quirks import keeps

SMALL = Budget("tokens", free=2, most=4, pace=timedelta(minutes=10))
MINUTE = timedelta(minutes=1)
CALLS = Budget("calls", free=60, most=180, pace=timedelta(milliseconds=500), window=MINUTE)
"""The requests that a carrier with a limit of 200 calls a minute takes from all workers together."""
KEY = "shipstation/1a2b3c"


@pytest.fixture
def budgets(backend: Any) -> Any:
    return backend.budgets()


def refused(budgets: Budgets, key: str = "one", budget: Budget = SMALL) -> timedelta:
    with pytest.raises(Retry) as error:
        budgets.spend(key, budget)
    assert error.value.after is not None
    return timedelta(seconds=error.value.after)


def spent(budgets: Budgets, budget: Budget = SMALL, wanted: int = 1) -> int:
    """How many of so many uses are allowed now."""
    for made in range(wanted):
        try:
            budgets.spend(KEY, budget)
        except Retry:
            return made
    return wanted


def test_s52_uses_are_numbered_by_key_and_by_what_is_counted(budgets: Budgets) -> None:
    assert [budgets.spend("one", SMALL) for _ in range(2)] == [1, 2]
    assert budgets.spend("other", SMALL) == 1
    assert budgets.spend("one", CALLS) == 1


def test_above_the_free_ones_there_is_one_each_pace(budgets: Budgets, clock: ManualClock) -> None:
    for _ in range(2):
        budgets.spend("one", SMALL)
    assert refused(budgets) == timedelta(minutes=10)
    clock.advance(timedelta(minutes=4))
    assert refused(budgets) == timedelta(minutes=6)
    clock.advance(timedelta(minutes=6))
    assert budgets.spend("one", SMALL) == 3
    assert refused(budgets) == timedelta(minutes=10)


def test_the_last_one_of_the_day_is_the_last_until_midnight_utc(budgets: Budgets, clock: ManualClock) -> None:
    for _ in range(4):
        budgets.spend("one", SMALL)
        clock.advance(timedelta(minutes=10))
    midnight = datetime.combine(clock.now().date() + timedelta(days=1), datetime.min.time(), clock.now().tzinfo)
    assert refused(budgets) == midnight - clock.now()
    clock.at = midnight
    assert budgets.spend("one", SMALL) == 1


def test_a_use_that_is_refused_is_not_counted(budgets: Budgets, clock: ManualClock) -> None:
    for _ in range(2):
        budgets.spend("one", SMALL)
    for _ in range(5):
        refused(budgets)
    clock.advance(timedelta(minutes=10))
    assert budgets.spend("one", SMALL) == 3


@keeps(23)
@pytest.mark.no_cover
def test_s52_g12_a_day_never_takes_more_than_250_tokens_however_many_are_wanted(
    budgets: Budgets, clock: ManualClock
) -> None:
    clock.at = datetime.combine(clock.now().date(), datetime.min.time(), clock.now().tzinfo)
    made: list[datetime] = []
    for wanted in (205, *[2] * 110):  # a storm at midnight, and then two each five minutes until 09:10
        made += [clock.now()] * spent(budgets, TOKEN_BUDGET, wanted)
        clock.advance(timedelta(minutes=5))
    assert len(made) == 250
    spread = [later - earlier for earlier, later in pairwise(made[199:])]
    assert min(spread) == timedelta(minutes=10)


def test_a_storm_of_one_moment_gets_the_free_ones_and_no_more(budgets: Budgets) -> None:
    assert spent(budgets, wanted=16) == 2
    assert spent(budgets, wanted=16) == 0


# --- a minute's calls ------------------------------------------------------------------------------------------------


def test_a_minute_takes_its_calls_and_the_next_one_its_own(budgets: Budgets, clock: ManualClock) -> None:
    minute = Budget("calls", free=3, most=3, window=MINUTE)
    assert spent(budgets, minute, 9) == 3
    clock.advance(timedelta(seconds=20))
    assert refused(budgets, KEY, minute) == timedelta(seconds=40)
    clock.advance(timedelta(seconds=40))
    assert spent(budgets, minute, 9) == 3


def test_what_is_spread_is_spread_within_its_minute_only(budgets: Budgets, clock: ManualClock) -> None:
    slow = Budget("calls", free=1, most=3, pace=timedelta(seconds=50), window=MINUTE)
    assert spent(budgets, slow, 9) == 1
    clock.advance(timedelta(seconds=30))
    assert refused(budgets, KEY, slow) == timedelta(seconds=20)
    clock.advance(timedelta(seconds=25))
    assert spent(budgets, slow, 9) == 1
    assert refused(budgets, KEY, slow) == timedelta(seconds=5), "no longer than the minute lasts"


def test_no_minute_takes_more_than_its_calls_and_no_sixty_seconds_more_than_a_third_above(
    budgets: Budgets, clock: ManualClock
) -> None:
    """A tenth of what ShipStation takes: 18 a minute, 6 of them at once, and all workers want as much as they get."""
    tenth = Budget("calls", free=6, most=18, pace=timedelta(seconds=5), window=MINUTE)
    made: list[datetime] = []
    clock.advance(timedelta(seconds=45))
    for _ in range(54):
        made += [clock.now()] * spent(budgets, tenth, 7)
        clock.advance(timedelta(seconds=2.5))
    assert [sum(each.minute == minute for each in made) for minute in (1, 2)] == [17, 17]
    assert max(sum(begin <= each < begin + MINUTE for each in made) for begin in made) <= 24


# --- a pause ---------------------------------------------------------------------------------------------------------


def test_a_key_that_is_paused_is_left_alone_by_everybody_until_its_time(budgets: Budgets, clock: ManualClock) -> None:
    budgets.pause(KEY, timedelta(seconds=90))
    assert refused(budgets, KEY, CALLS) == timedelta(seconds=90)
    clock.advance(MINUTE)
    assert refused(budgets, KEY, CALLS) == timedelta(seconds=30), "also in the next window"
    assert budgets.spend("another", CALLS) == 1
    clock.advance(timedelta(seconds=30))
    assert budgets.spend(KEY, CALLS) == 1, "and what was refused is not counted"


def test_of_two_pauses_the_later_end_counts(budgets: Budgets, clock: ManualClock) -> None:
    budgets.pause(KEY, timedelta(seconds=60))
    budgets.pause(KEY, timedelta(seconds=20))
    assert refused(budgets, KEY, CALLS) == timedelta(seconds=60)
    budgets.pause(KEY, timedelta(seconds=90))
    assert refused(budgets, KEY, CALLS) == timedelta(seconds=90)
    clock.advance(timedelta(seconds=90))
    assert budgets.spend(KEY, CALLS) == 1


# --- what the budgets in the table keep ------------------------------------------------------------------------------


def test_workers_share_the_count_and_the_pause(aws: AwsBackend) -> None:
    one, other = aws.budgets(), aws.budgets()
    assert [worker.spend("one", SMALL) for worker in (one, other)] == [1, 2]
    refused(one)
    refused(other)
    other.pause(KEY, MINUTE)
    assert refused(one, KEY, CALLS) == MINUTE


def test_of_many_workers_at_once_as_many_get_a_call_as_the_minute_has(aws: AwsBackend) -> None:
    minute = Budget("calls", free=20, most=20, window=MINUTE)
    workers = [aws.budgets() for _ in range(8)]
    with ThreadPoolExecutor(len(workers)) as pool:
        assert sum(pool.map(lambda worker: spent(worker, minute, 6), workers)) == 20


def test_a_count_whose_answer_was_lost_may_count_twice_and_never_less(aws: AwsBackend) -> None:
    lossy: Any = Client(aws.connect("dynamodb"), "update_item", answer_lost)
    assert aws.budgets(lossy).spend(KEY, CALLS) == 2
    assert aws.budgets().spend(KEY, CALLS) == 3


def test_windows_and_pauses_are_deleted_in_the_end(aws: AwsBackend, clock: ManualClock) -> None:
    aws.budgets().spend(KEY, CALLS)
    aws.budgets().pause("another", MINUTE)
    expire = {item["expires"] - int(clock.now().timestamp()) for item in aws.items()}
    assert expire == {2 * 24 * 3600, 2 * 24 * 3600 + 60}


def test_what_a_newer_release_counts_is_left_alone(aws: AwsBackend) -> None:
    aws.budgets().spend(KEY, CALLS)
    aws.budgets().pause("another", MINUTE)
    newer = [aws.make_newer(item["pk"], item["sk"]) for item in aws.items()]
    for key in (KEY, "another"):
        with pytest.raises(NewerFormat, match="has format 2"):
            aws.budgets().spend(key, CALLS)
    aws.budgets().pause("another", 2 * MINUTE)
    assert [aws.item(each["pk"], each["sk"]) for each in newer] == newer
