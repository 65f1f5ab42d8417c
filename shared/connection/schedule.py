"""EventBridge Scheduler's expressions: whether one is well formed. Pure."""

from __future__ import annotations

import re

# EventBridge Scheduler's cron: minutes, hours, day of month, month, day of week, year; one of the two days is "?".
_MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
_DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
_CRON: tuple[tuple[int, int, list[str], str], ...] = (
    (0, 59, [], ""),
    (0, 23, [], ""),
    (1, 31, [], r"\?|L|LW|\d{1,2}W"),
    (1, 12, _MONTHS, ""),
    (1, 7, _DAYS, r"\?|L|[1-7]L|(?:[1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)#[1-5]"),
    (1970, 2199, [], ""),
)


def _cron_field(text: str, low: int, high: int, names: list[str], special: str) -> bool:
    def number(word: str) -> int:
        return names.index(word) + low if word in names else int(word) if word.isdigit() else -1

    if special and re.fullmatch(special, text):
        return True
    for part in text.split(","):
        span, _, step = part.partition("/")
        ends = [low, high] if span == "*" else [number(word) for word in span.split("-")]
        stepped = "/" not in part or (step.isdigit() and int(step) > 0)
        if len(ends) > 2 or not stepped or not all(low <= end <= high for end in ends):
            return False
    return True


def is_schedule(value: str) -> bool:
    if re.fullmatch(r"rate\([1-9]\d{0,4} (minute|hour|day)s?\)", value):
        return True
    cron = re.fullmatch(r"cron\((.+)\)", value)
    parts = cron[1].split(" ") if cron else []
    if len(parts) != len(_CRON) or [parts[2], parts[4]].count("?") != 1:
        return False
    return all(_cron_field(part, *rule) for part, rule in zip(parts, _CRON, strict=True))
