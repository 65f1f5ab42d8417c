"""The day's token requests, in memory and in the table: counted alike, spread alike, refused alike."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from moto import mock_aws

from sandbox.memory import ManualClock, MemoryTokens
from sandbox.table import make_table
from shared.aws.tokens import DynamoTokens
from shared.carriers.ups.settings import TOKEN_BUDGET
from shared.domain.token_budget import TokenBudget
from shared.errors import Retry
from shared.ports import Tokens
from tests.moto_aws import client_of
from tests.unit.carriers.ups.quirks import keeps

TABLE = "parcelbridge"
SMALL = TokenBudget(free=2, most=4, pace=timedelta(minutes=10))


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A table with the keys of the real one, in process."""
    for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE", "AWS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with mock_aws():
        client = client_of("dynamodb")
        make_table(client, TABLE)
        yield client


@pytest.fixture(params=["memory", "dynamodb"])
def tokens(request: pytest.FixtureRequest, clock: ManualClock) -> Any:
    if request.param == "memory":
        return MemoryTokens(clock)
    kms: Any = None  # a count encrypts nothing
    return DynamoTokens(request.getfixturevalue("table"), TABLE, kms, "key", clock)


def refused(tokens: Tokens, credential: str = "one") -> timedelta:
    with pytest.raises(Retry) as error:
        tokens.count_request(credential, SMALL)
    assert error.value.after is not None
    return timedelta(seconds=error.value.after)


def test_s52_requests_are_numbered_by_credential(tokens: Tokens) -> None:
    assert [tokens.count_request("one", SMALL) for _ in range(2)] == [1, 2]
    assert tokens.count_request("other", SMALL) == 1


def test_above_the_free_ones_there_is_one_each_pace(tokens: Tokens, clock: ManualClock) -> None:
    for _ in range(2):
        tokens.count_request("one", SMALL)
    assert refused(tokens) == timedelta(minutes=10)
    clock.advance(timedelta(minutes=4))
    assert refused(tokens) == timedelta(minutes=6)
    clock.advance(timedelta(minutes=6))
    assert tokens.count_request("one", SMALL) == 3
    assert refused(tokens) == timedelta(minutes=10)


def test_the_last_one_of_the_day_is_the_last_until_midnight_utc(tokens: Tokens, clock: ManualClock) -> None:
    for _ in range(4):
        tokens.count_request("one", SMALL)
        clock.advance(timedelta(minutes=10))
    midnight = datetime.combine(clock.now().date() + timedelta(days=1), datetime.min.time(), clock.now().tzinfo)
    assert refused(tokens) == midnight - clock.now()
    clock.at = midnight
    assert tokens.count_request("one", SMALL) == 1


def test_a_refused_request_is_not_counted(tokens: Tokens, clock: ManualClock) -> None:
    for _ in range(2):
        tokens.count_request("one", SMALL)
    for _ in range(5):
        refused(tokens)
    clock.advance(timedelta(minutes=10))
    assert tokens.count_request("one", SMALL) == 3


@keeps(23)
@pytest.mark.no_cover
def test_s52_g12_a_day_never_takes_more_than_250_tokens_however_many_are_wanted(
    tokens: Tokens, clock: ManualClock
) -> None:
    clock.at = datetime.combine(clock.now().date(), datetime.min.time(), clock.now().tzinfo)
    made: list[datetime] = []
    for wanted in (205, *[2] * 110):  # a storm at midnight, and then two each five minutes until 09:10
        for _ in range(wanted):
            try:
                tokens.count_request("one", TOKEN_BUDGET)
            except Retry:
                break
            made.append(clock.now())
        clock.advance(timedelta(minutes=5))
    assert len(made) == 250
    spread = [later - earlier for earlier, later in pairwise(made[199:])]
    assert min(spread) == timedelta(minutes=10)


def test_a_storm_of_one_moment_gets_the_free_ones_and_no_more(tokens: Tokens) -> None:
    def ask() -> int:
        try:
            return tokens.count_request("one", SMALL)
        except Retry:
            return 0

    assert [ask() for _ in range(16)] == [1, 2] + [0] * 14


def test_workers_share_the_count_in_the_table(table: Any, clock: ManualClock) -> None:
    kms: Any = None
    one, other = (DynamoTokens(table, TABLE, kms, "key", clock) for _ in range(2))
    assert [worker.count_request("one", SMALL) for worker in (one, other)] == [1, 2]
    refused(one)
    refused(other)
