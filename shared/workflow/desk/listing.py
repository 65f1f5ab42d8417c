"""Listings of orders, read from the index: newest first, a page at a time, never a scan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from itertools import islice

from shared.domain.record import Head, Snapshot
from shared.domain.state import State
from shared.domain.windows import BUCKETS, bucket_of
from shared.errors import Refused
from shared.ports import Ports

PAGE = 100


@dataclass(frozen=True, slots=True)
class Narrowed:
    """The reason and the time, the supplier and the warehouse by which a listing is narrowed.

    A supplier is named by its number or by a part of its name."""

    reason: str | None = None
    since: datetime | None = None
    supplier: str | None = None
    warehouse: str | None = None

    def takes(self, head: Head) -> bool:
        """Tell if the order is listed, as far as its head tells."""
        return self.reason in (None, head.reason) and (self.since is None or head.updated_at >= self.since)

    def takes_content(self, ports: Ports, head: Head) -> bool:
        """Tell if the order is listed by what is in it. One whose content has expired is not."""
        if self.supplier is None and self.warehouse is None:
            return True
        snapshot = snapshot_of(ports, head)
        if snapshot is None:
            return False
        order = snapshot.order
        named = self.supplier is None or self.supplier == order.supplier
        named = named or str(self.supplier).casefold() in order.ship_from.name.casefold()
        return named and self.warehouse in (None, order.warehouse)


def listed(
    ports: Ports,
    connections: Iterable[str],
    state: State | None,
    held: bool,
    limit: int,
    narrowed: Narrowed = Narrowed(),
) -> list[Head]:
    """At most `limit` heads, newest first."""
    wanted = State.HELD if held else state
    buckets = [bucket_of(wanted)] if wanted else list(BUCKETS)
    found = [
        head
        for connection in connections
        for bucket in buckets
        for head in islice(_narrow(ports, heads_in(ports, connection, bucket, wanted), narrowed), limit)
    ]
    return sorted(found, key=lambda head: (head.created_at, head.key), reverse=True)[:limit]


def _narrow(ports: Ports, heads: Iterator[Head], narrowed: Narrowed) -> Iterator[Head]:
    return (head for head in heads if narrowed.takes(head) and narrowed.takes_content(ports, head))


def heads_in(
    ports: Ports,
    connection: str,
    bucket: str,
    state: State | None = None,
    *,
    page: int = PAGE,
    after: tuple[datetime, str] | None = None,
) -> Iterator[Head]:
    """The heads of a bucket as the listing has them, read `page` at a time; the head has the last word about its state.

    Those of a time and key beyond `after` only."""
    keys = iter(ports.orders.listing(connection, bucket, after=after))
    while some := list(islice(keys, page)):
        for head in ports.orders.heads(some):
            if bucket_of(head.state) == bucket and (state is None or head.state == state):
                yield head


def newest(
    ports: Ports,
    connections: Sequence[str],
    buckets: Sequence[str],
    *,
    page: int,
    after: tuple[datetime, str] | None = None,
) -> Iterator[Head]:
    """The heads of these buckets of these connections, the newest first of all, read as they are asked for."""
    each = [heads_in(ports, name, bucket, page=page, after=after) for name in connections for bucket in buckets]
    return merge(*each, key=lambda head: (head.created_at, head.key), reverse=True)


def snapshot_of(ports: Ports, head: Head) -> Snapshot | None:
    """Return the stored snapshot of the order; None after it has expired."""
    try:
        return ports.orders.snapshot(head.key, head.generation)
    except (Refused, KeyError):
        return None
