"""Readers of single values in answers whose shapes vary: lists collapse, blanks stand for nothing, text is polluted.

The standard library alone: a webhook's events are read with them.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from typing import Any

# facts 1 and 4: line ends come back as character references, and base64 must lose them before it is decoded.
_REFERENCES = re.compile(r"&#x[0-9A-Fa-f];")
_OFFSET = re.compile(r"([+-]?)(\d{2})[:.]?(\d{2})")  # "-05:00" in Tracking, "-04.00" in Track Alert (facts 7 and 8)
_LONGEST_OFFSET = timedelta(hours=15)


def as_list(value: Any) -> list[Any]:
    """The one list-or-one reader. UPS sends a lone element as an object and an empty list as "" or null (facts 1)."""
    if isinstance(value, list):
        return [item for item in value if item not in (None, "")]
    return [] if value in (None, "", {}) else [value]


def text(value: Any) -> str:
    """A cleaned string; "" for null, for containers and for the `""` that stands for an empty container."""
    if isinstance(value, str):
        # A label is tens of kilobytes: to look for a mark costs a hundredth of a substitution that finds none.
        written = _REFERENCES.sub("", value) if "&" in value else value
        if "\n" in written or "\r" in written:
            written = written.replace("\r", "").replace("\n", "")
        return written.strip()
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else ""


def inside(value: Any, *path: str) -> Any:
    """Return the value at `path`, None when any step is missing or is a string in place of an object."""
    for name in path:
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value


def day(value: Any) -> date | None:
    """A date of YYYYMMDD, None when it is absent or something else."""
    written = text(value)
    if not (len(written) == 8 and written.isdecimal()):  # fromisoformat reads other forms as well
        return None
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def moments(local_of: tuple[Any, Any], utc_of: tuple[Any, Any], offset: Any) -> tuple[datetime | None, datetime | None]:
    """The instant in UTC and the local time, each from the other where UPS gives one of them and the offset; `local_of`
    and `utc_of` are a day and a time each. No instant is made up."""
    zone = _zone(text(offset))
    utc, local = _moment(*utc_of), _moment(*local_of)
    at = utc.replace(tzinfo=UTC) if utc else None
    if zone is None:
        return at, local
    if local:
        local = local.replace(tzinfo=zone)
        return at or local.astimezone(UTC), local
    return at, at.astimezone(zone) if at else None


def _moment(date_of: Any, time_of: Any) -> datetime | None:
    """A day of YYYYMMDD and a time of HHMMSS, `HH:MM:SS` (real gmtTime) or without its leading zero (`74700`, UPS's own
    example). None unless both are there: a day alone is no moment, and no time is made up."""
    on, clock = text(date_of), text(time_of).replace(":", "")
    if not (len(on) == 8 and clock and (on + clock).isdecimal()):
        return None
    try:
        return datetime.fromisoformat(f"{on}T{clock.zfill(6)}")
    except ValueError:
        return None


@lru_cache(maxsize=64)
def _zone(offset: str) -> timezone | None:
    found = _OFFSET.fullmatch(offset)
    if not found:
        return None
    sign, hours, minutes = found.groups()
    east = timedelta(hours=int(hours), minutes=int(minutes))
    if east > _LONGEST_OFFSET or int(minutes) > 59:
        return None
    return timezone(-east if sign == "-" else east)
