"""Since when a connection is late (S14): rates and cron expressions, in the connection's zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from shared.domain.schedule import quiet_since

MONDAY = datetime(2026, 11, 2, 14, 0, tzinfo=UTC)


@pytest.mark.parametrize(("schedule", "span"), [
    ("rate(10 minutes)", timedelta(minutes=30)),
    ("rate(1 minute)", timedelta(minutes=3)),
    ("rate(2 hours)", timedelta(hours=6)),
    ("rate(1 day)", timedelta(days=3)),
])  # fmt: skip
def test_s14_a_rate_is_late_after_three_of_its_spans(schedule: str, span: timedelta) -> None:
    assert quiet_since(schedule, "UTC", MONDAY) == MONDAY - span


@pytest.mark.parametrize(("schedule", "zone", "since"), [
    ("cron(0/30 7-18 ? * MON-FRI *)", "UTC", "2026-11-02T13:00"),
    ("cron(0 6 ? * MON-FRI *)", "UTC", "2026-10-29T06:00"),
    ("cron(0 6 ? * MON-FRI *)", "America/New_York", "2026-10-29T10:00"),
    ("cron(15,45 8 * * ? *)", "UTC", "2026-11-01T08:45"),
    ("cron(0 12 1 * ? *)", "UTC", "2026-09-01T12:00"),
    ("cron(0 12 L * ? *)", "UTC", "2026-08-31T12:00"),
    ("cron(0 12 LW * ? *)", "UTC", "2026-08-31T12:00"),
    ("cron(0 12 1W * ? *)", "UTC", "2026-09-01T12:00"),
    ("cron(0 12 15W * ? *)", "UTC", "2026-08-14T12:00"),
    ("cron(0 12 ? * 6L *)", "UTC", "2026-08-28T12:00"),
    ("cron(0 12 ? * L *)", "UTC", "2026-10-17T12:00"),
    ("cron(0 12 ? * MON#1 *)", "UTC", "2026-09-07T12:00"),
    ("cron(0 12 ? * 2#1 *)", "UTC", "2026-09-07T12:00"),
    ("cron(0 0 1 JAN,JUL ? *)", "UTC", None),
    ("cron(0 0 1 1 ? 2020)", "UTC", None),
])  # fmt: skip
def test_s14_a_cron_expression_is_late_since_the_third_last_time_that_it_fired(
    schedule: str, zone: str, since: str | None
) -> None:
    found = quiet_since(schedule, zone, MONDAY)
    assert (found.isoformat(timespec="minutes")[:16] if found else None) == since


def test_a_weekend_without_polls_is_not_late_for_a_schedule_of_working_days() -> None:
    sunday = datetime(2026, 11, 1, 20, 0, tzinfo=UTC)
    since = quiet_since("cron(0/30 7-18 ? * MON-FRI *)", "UTC", sunday)
    assert since == datetime(2026, 10, 30, 17, 30, tzinfo=UTC)
