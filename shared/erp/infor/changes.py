"""Purchase orders changed since a cursor: PPSSPPMI.LstSupHead by LMTS, or any bound list by a timestamp or a day.

The unit of LMTS and whether it means "greater than" are from memory (facts/infor.md, section 3): the unit is a setting,
and one unit less is asked for, so that both meanings list the same. LMDT of EXPORTMI is a day: its whole day is read
again, and a day that is not over yet gives another stamp at each poll, so that a second change on it is seen.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from shared.erp.infor.client import M3Client, Record
from shared.erp.infor.selection import ours
from shared.erp.infor.settings import InforSettings
from shared.errors import Misconfigured
from shared.ports import Change

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_DAY = timedelta(days=1)
_WIDER = 8
"""An overlap that holds too few orders is widened by this factor, three times, and then to the floor."""


def changed_orders(
    client: M3Client, settings: InforSettings, cursor: str, floor: datetime, now: datetime
) -> tuple[Change, ...]:
    """Changes in ascending order of their stamps, none older than `floor`, ours as far as the list can tell.

    By day, the floor's own day counts only when the floor is its midnight (in the connection's zone): a list of days
    cannot tell what changed on it before the floor.
    """
    if settings.bindings["po.list_changed"].cursor == "date":
        return _by_day(client, settings, cursor, floor, now)
    return _by_stamp(client, settings, cursor, floor, now)


def _by_stamp(
    client: M3Client, settings: InforSettings, cursor: str, floor: datetime, now: datetime
) -> tuple[Change, ...]:
    """A cursor from the future counts as now: one order's wrong clock, or another unit of the stamp since, must not
    hide all that follows."""
    lowest = stamp_of(floor, settings.units_per_second)
    last = min(int(cursor), stamp_of(now, settings.units_per_second)) if cursor.isdigit() else lowest
    found: list[tuple[int, str]] = []
    for since in _starts(last, lowest, units(settings.overlap, settings.units_per_second)):
        rows = _listed(client, settings, {"since": str(max(since - 1, 0))})
        found = sorted((stamp_in(row), row["po_number"]) for row in rows)
        if sum(stamp <= last for stamp, _ in found) >= settings.overlap_count:
            break
    return tuple(Change(document, str(stamp)) for stamp, document in found if stamp >= lowest)


def _starts(last: int, lowest: int, overlap: int) -> list[int]:
    """From where to list: `overlap` behind the cursor, and farther back for as long as too few orders are listed."""
    spans = [overlap, *(max(overlap, 1) * _WIDER**step for step in (1, 2, 3))]
    return list(dict.fromkeys([*(max(last - span, lowest) for span in spans), lowest]))


def _by_day(
    client: M3Client, settings: InforSettings, cursor: str, floor: datetime, now: datetime
) -> tuple[Change, ...]:
    zone = ZoneInfo(settings.timezone)
    local, today = floor.astimezone(zone), now.astimezone(zone)
    first = local.date() if local.time() == time() else local.date() + _DAY
    last = _day_in(cursor)
    since = max((datetime.combine(last, time()) - settings.overlap).date(), first) if last else first
    rows = _listed(client, settings, {"since_date": since.strftime("%Y%m%d")})
    found = ((_stamp_of_day(row, today), row["po_number"]) for row in rows)
    return tuple(Change(document, stamp) for stamp, document in sorted(found) if stamp[:10] >= first.isoformat())


def _stamp_of_day(row: Record, now: datetime) -> str:
    """The day, then M3's change number where it is bound, else "24:00" or, as long as the day lasts, the hour: always
    16 characters, so that stamps sort as texts."""
    try:
        day = datetime.strptime(row["changed"], "%Y%m%d").date()  # noqa: DTZ007 - a calendar day has no zone
    except ValueError:
        raise _no_stamp(row, "a day such as 20261102") from None
    number = row.get("change_number", "")
    if number.isdigit():
        return f"{day.isoformat()}#{int(number):05}"
    return f"{day.isoformat()}T{'24:00' if day < now.date() else now.strftime('%H:%M')}"


def _day_in(cursor: str) -> date | None:
    """The day of a stamp, None for a blank one and for that of another kind of list."""
    try:
        return date.fromisoformat(cursor[:10])
    except ValueError:
        return None


def _listed(client: M3Client, settings: InforSettings, since: dict[str, str]) -> list[Record]:
    select = settings.selection
    values = {"status_from": select.status_from, "status_to": select.status_to, **since}
    rows = client.records("po.list_changed", values)
    stamped = [row for row in rows if row["changed"]] or rows  # an order from before M3 kept stamps has none: it is old
    return [row for row in stamped if ours(row, settings)]


def stamp_in(row: Record) -> int:
    """The change stamp of a listed head. Raises Misconfigured when the bound field holds none."""
    if not row["changed"].isdigit():
        raise _no_stamp(row, "a whole number")
    return int(row["changed"])


def _no_stamp(row: Record, expected: str) -> Misconfigured:
    return Misconfigured(
        f"order {row['po_number']} has the change stamp {row['changed']!r}, {expected} is expected",
        field="erp.bindings.po.list_changed.output.changed",
        hint="bind `changed` to a timestamp such as LMTS, or to a date such as IALMDT with cursor: date",
    )


def stamp_of(moment: datetime, units_per_second: int) -> int:
    return units(moment - _EPOCH, units_per_second)


def units(span: timedelta, units_per_second: int) -> int:
    return span // _MICROSECOND * units_per_second // 1_000_000


def unit_of(stamp: int, now: datetime) -> str:
    """In which unit a change stamp is a moment between 2000 and tomorrow: "s", "ms", "us", or "" for none."""
    for name, per_second in (("s", 1), ("ms", 1_000), ("us", 1_000_000)):
        if stamp_of(datetime(2000, 1, 1, tzinfo=UTC), per_second) <= stamp <= stamp_of(now + _DAY, per_second):
            return name
    return ""


def newest(changes: Iterable[Change]) -> dict[str, str]:
    """The last stamp of each document."""
    return {change.document: change.stamp for change in changes}
