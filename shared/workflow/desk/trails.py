"""The trails of many orders, for whoever audits them: by connection and time, in the order of each order's steps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice

from shared.domain.record import AuditEntry, Head
from shared.domain.windows import BUCKETS
from shared.ports import Ports

_PAGE = 100
_BEGIN, _END = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Period:
    """The steps that are wanted: at `since` or later, and before `until`."""

    since: datetime = _BEGIN
    until: datetime = _END

    def may_have(self, head: Head) -> bool:
        """Tell if a step of the order may lie in the period."""
        return head.created_at < self.until and head.updated_at >= self.since


@dataclass(frozen=True, slots=True)
class TrailStep:
    """One step, with the order that it is of."""

    order: str
    document: str
    connection: str
    entry: AuditEntry


def steps_of(ports: Ports, heads: Iterable[Head], period: Period) -> Iterator[TrailStep]:
    """The steps of these orders that lie in the period, one order after another."""
    for head in heads:
        if period.may_have(head):
            for entry in ports.orders.audit(head.key):
                if period.since <= entry.at < period.until:
                    yield TrailStep(head.key, head.document, head.connection, entry)


def orders_of(ports: Ports, connections: Sequence[str]) -> Iterator[Head]:
    """Every order of these connections once.

    Open ones are looked for once more at the end: what a person frees meanwhile goes back among them.
    """
    for connection in connections:
        met: set[str] = set()
        for bucket in (*BUCKETS, "open"):
            keys = (key for key in ports.orders.listing(connection, bucket) if key not in met)
            while page := list(islice(keys, _PAGE)):
                met.update(page)
                yield from ports.orders.heads(page)
