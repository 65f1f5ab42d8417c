"""The table's stream: which notices follow from the items that changed.

A record of the stream has an item as it was and as it is. Of the table's items the heads of orders and the watches of
parcels are looked at; the stream's consumer is given no others (infra/events.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from shared import log
from shared.aws import items
from shared.aws.tracking_items import read_watch
from shared.aws.wire import from_wire
from shared.domain.notice import Notice, notices_of_order, notices_of_parcel
from shared.errors import NewerFormat

SORTS = ("HEAD", "WATCH")
"""The sort keys of the items that notices follow from."""


def notices_in(records: Iterable[Mapping[str, Any]]) -> Iterator[Notice]:
    """The notices of these records, in their order. An item that cannot be read is told to a person, and left out."""
    for record in records:
        change = record.get("dynamodb", {})
        sort = change.get("Keys", {}).get("sk", {}).get("S", "")
        if sort in SORTS and "NewImage" in change:
            try:
                yield from _notices(sort, change.get("OldImage"), change["NewImage"])
            except (NewerFormat, ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
                log.failed("event_not_made", error, item=change["Keys"].get("pk", {}).get("S", ""), sort=sort)
                log.count("NewerFormats")


def _notices(sort: str, old: Mapping[str, Any] | None, new: Mapping[str, Any]) -> Iterator[Notice]:
    before, after = from_wire(old) if old else None, from_wire(new)
    if sort == "HEAD":
        return notices_of_order(items.read_head(before) if before else None, items.read_head(after))
    return notices_of_parcel(read_watch(before) if before else None, read_watch(after))
