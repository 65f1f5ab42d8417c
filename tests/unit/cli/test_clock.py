"""People's commands go by AWS's time, however wrong their computer's clock is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from moto import mock_aws

from cli.clock import AwsClock

SOON = timedelta(minutes=30)


class _Raw:
    """A body of nothing."""

    def stream(self, *_: object, **__: object) -> Iterator[bytes]:
        yield b"{}"


@pytest.fixture
def answered() -> Iterator[Callable[[str], AwsClock]]:
    """A clock whose session has heard an answer of AWS with that date."""

    def heard(date: str) -> AwsClock:
        session = boto3.Session("test", "test", region_name="us-east-1")
        clock = AwsClock(session)
        client = session.client("dynamodb")
        headers = {"date": date} if date else {}
        answer = AWSResponse("https://dynamodb.us-east-1.amazonaws.com", 200, headers, _Raw())
        client.meta.events.register_first("before-send.dynamodb", lambda **_: answer)
        client.list_tables()
        return clock

    with mock_aws():
        yield heard


@pytest.mark.parametrize("ahead", [timedelta(hours=5), -timedelta(days=9)])
def test_a_computer_whose_clock_is_wrong_takes_the_time_of_the_last_answer(
    answered: Callable[[str], AwsClock], ahead: timedelta
) -> None:
    clock = answered(format_datetime(datetime.now(UTC) + ahead, usegmt=True))
    assert abs(clock.now() - (datetime.now(UTC) + ahead)) < SOON


@pytest.mark.parametrize("date", ["", "yesterday", "now"])
def test_a_clock_that_is_right_or_an_answer_without_a_date_changes_nothing(
    answered: Callable[[str], AwsClock], date: str
) -> None:
    said = format_datetime(datetime.now(UTC), usegmt=True) if date == "now" else date
    assert abs(answered(said).now() - datetime.now(UTC)) < SOON
