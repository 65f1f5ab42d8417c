"""When a connection should have been polled: EventBridge Scheduler's rate and cron expressions, read backwards."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MISSED = 3
"""The number of missed polls that means that the schedule, or the ERP, is silent."""

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_FAR = 400
"""Days that a cron expression is followed back: one that fires more rarely is never called late."""


def quiet_since(expression: str, zone: str, now: datetime, missed: int = MISSED) -> datetime | None:
    """The moment after which at least one of the last `missed` polls should have ended well; None when the schedule
    fires too rarely to tell."""
    rate = re.fullmatch(r"rate\((\d+) (minute|hour|day)s?\)", expression)
    if rate:
        return now - missed * timedelta(**{f"{rate[2]}s": int(rate[1])})
    fired = _fires_before(expression.removeprefix("cron(").removesuffix(")"), zone, now)
    last = [at for _, at in zip(range(missed), fired, strict=False)]
    return last[-1] if len(last) == missed else None


def _fires_before(fields: str, zone: str, now: datetime) -> Iterator[datetime]:
    """The moments at which a cron expression has fired, the latest first."""
    minutes, hours, of_month, months, of_week, years = fields.split(" ")
    times = sorted(
        (time(hour, minute) for hour in _values(hours, 0, 23) for minute in _values(minutes, 0, 59)), reverse=True
    )
    here = now.astimezone(ZoneInfo(zone))
    for back in range(_FAR):
        day = here.date() - timedelta(days=back)
        if day.month not in _values(months, 1, 12, _MONTHS) or day.year not in _values(years, 1970, 2199):
            continue
        if not (_in_month(of_month, day) and _in_week(of_week, day)):
            continue
        for at in times:
            moment = datetime.combine(day, at, here.tzinfo).astimezone(UTC)
            if moment <= now:
                yield moment


def _values(text: str, low: int, high: int, names: tuple[str, ...] = ()) -> set[int]:
    """The numbers of one field: *, lists, ranges, steps and names."""
    found: set[int] = set()
    for part in text.split(","):
        span, _, step = part.partition("/")
        begin, _, end = span.partition("-")
        every = span in ("*", "?")
        first = low if every else _number(begin, low, names)
        last = _number(end, low, names) if end else high if every or step else first
        found.update(range(first, last + 1, int(step or 1)))
    return found


def _number(word: str, low: int, names: tuple[str, ...]) -> int:
    return names.index(word) + low if word in names else int(word)


def _in_month(text: str, day: date) -> bool:
    """Day of month, with L (the last), LW (the last weekday) and nW (the weekday nearest to n)."""
    last = monthrange(day.year, day.month)[1]
    if text == "L":
        return day.day == last
    if text.endswith("W"):
        wanted = last if text == "LW" else min(int(text[:-1]), last)
        return day == _nearest_weekday(day.replace(day=wanted))
    return day.day in _values(text, 1, 31)


def _nearest_weekday(day: date) -> date:
    """Monday to Friday, within the same month: the first on a Saturday is the third, the last on a Sunday two back."""
    shift = {5: -1, 6: 1}.get(day.weekday(), 0)
    moved = day + timedelta(days=shift)
    return moved if moved.month == day.month else day - timedelta(days=2 * shift)


def _in_week(text: str, day: date) -> bool:
    """Day of week, 1 or SUN to 7 or SAT, with nL (the last such day of the month) and n#k (the k-th)."""
    number = day.isoweekday() % 7 + 1
    if text == "L":
        return number == 7
    if text.endswith("L"):
        return number == int(text[:-1]) and (day + timedelta(days=7)).month != day.month
    if "#" in text:
        which, place = text.split("#")
        return number == _number(which, 1, _DAYS) and (day.day - 1) // 7 + 1 == int(place)
    return number in _values(text, 1, 7, _DAYS)
