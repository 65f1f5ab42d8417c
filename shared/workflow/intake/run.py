"""One running poll: what it works with, what it has done so far, and when it must stop."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TypeVar

from shared.domain.order import Order
from shared.domain.record import Snapshot
from shared.ports import Change, Erp, PollState, Ports, StoredConnection

RESCAN = timedelta(days=7)
"""So far back the daily re-scan looks."""
PATIENCE = 5
"""So many documents, of what changed or of what is held, may fail to be read before a poll stops: then the ERP, not a
document, is at fault."""

_T = TypeVar("_T")


@dataclass
class Poll:
    """One running poll. `forgiven` of its failures are those of held orders, which do not keep it from what changed."""

    ports: Ports
    stored: StoredConnection
    erp: Erp
    owner: str
    state: PollState
    budget: Callable[[], float]
    to_send: list[str] = field(default_factory=list)
    taken: int = 0
    failures: list[str] = field(default_factory=list)
    forgiven: int = 0
    throttled: bool = False

    def must_stop(self, reserve: float) -> bool:
        """Out of time, or the ERP is in no state to be asked."""
        return self.throttled or self.budget() < reserve or len(self.failures) - self.forgiven >= PATIENCE

    def keep_place(self, held_after: str) -> None:
        """Says where the next poll goes on with what is held, should this one die before its end."""
        state, connection = replace(self.state, held_after=held_after), self.stored.connection.id
        self.ports.connections.save_poll(connection, self.owner, state)

    def mark(self, change: Change) -> str:
        """The stamp as the ledger has it: under another revision of the file it may be wanted, so it is read again."""
        return f"{change.stamp}@{self.stored.revision}"

    def send_hints(self) -> None:
        """Sends the hints of what was stored; were they lost, the sweep would find the orders by their due_at."""
        if self.to_send:
            self.ports.order_queue.send(self.stored.connection.id, self.to_send, "order")
            self.to_send.clear()


def snapshot_of(running: Poll, generation: int, order: Order) -> Snapshot:
    """What is kept of an order as it was read now."""
    expires = running.ports.clock.now() + running.stored.connection.retention
    return Snapshot(generation, order, notes=order.notes, expires_at=expires)


def chunks(items: Sequence[_T], size: int) -> Iterator[Sequence[_T]]:
    """Slices of at most `size` (itertools.batched is newer than our oldest Python)."""
    return (items[start : start + size] for start in range(0, len(items), size))
