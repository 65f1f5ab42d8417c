"""The listing of changed orders: open orders of a closed window of time, or all by their key (facts/oracle.md, 3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from shared.erp.oracle.answers import Row, text
from shared.erp.oracle.client import Client
from shared.erp.oracle.orders import ORDERS
from shared.erp.oracle.query import both, instant
from shared.erp.oracle.selection import OPEN
from shared.erp.oracle.settings import OracleSettings
from shared.errors import Misconfigured
from shared.ports import Change

AGE = timedelta(days=30)
"""How old an order may be whose change is noticed where only its creation can be filtered."""


def changed(client: Client, cursor: str, floor: datetime, now: datetime) -> Sequence[Change]:
    """Open orders changed from the cursor less the overlap, and not before `floor`, to now less the lag; by the time
    of their last update, which is the stamp.

    Drafts are approved later than they are made, so a creation says nothing: where only that can be filtered, orders of
    the last 30 days are listed, and where nothing can, all open ones; the update then decides here.
    """
    settings = client.settings
    least, until = least_of(settings, cursor, floor), now - settings.part.lag
    found = {}
    for row in rows(client, least, until):
        stamp, document = moment(row, "LastUpdateDate"), text(row.get(settings.part.order_id))
        if document and stamp and least <= stamp <= until:
            found[document] = as_stamp(stamp)
    return [Change(document, stamp) for document, stamp in sorted(found.items(), key=lambda each: (each[1], each[0]))]


def rows(client: Client, least: datetime, until: datetime, *, most: int = 0) -> Iterator[Row]:
    """The rows of a window, by pages of the order's id: no page is cut, whatever changes meanwhile."""
    where = both(f"StatusCode = '{OPEN}'", window(client.settings.part.cursor, least, until))
    return client.rows(ORDERS, where, key="POHeaderId", keyset=True, bare=True, most=most)


def window(cursor: str, least: datetime, until: datetime) -> str:
    """The condition of a window of time, "" where no time can be filtered."""
    if cursor == "key":
        return ""
    first = least if cursor == "LastUpdateDate" else least - AGE
    return f"{cursor} >= {instant(first)} and {cursor} <= {instant(until)}"


def moment(row: Row, name: str) -> datetime | None:
    """A moment, with and without milliseconds; None for none."""
    try:
        found = datetime.fromisoformat(text(row.get(name)))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def as_stamp(value: datetime) -> str:
    """A moment as a cursor: texts of one length, which ascend as it does."""
    return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{value.microsecond // 1000:03d}Z"


def least_of(settings: OracleSettings, cursor: str, floor: datetime) -> datetime:
    """The beginning of a window: the cursor less the overlap, never before the floor."""
    if not cursor:
        return floor
    last = moment({"cursor": cursor.replace("Z", "+00:00")}, "cursor")
    if last is None:
        raise Misconfigured(f"the cursor {cursor!r} is no moment", field="cursor")
    return max(floor, last - settings.overlap)
