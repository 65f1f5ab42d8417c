"""One running poll: what it works with, what it has done so far, and when it must stop."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import TypeVar

from shared.domain.order import Order
from shared.domain.record import Snapshot
from shared.domain.run import MOST, Fate, Run, RunDocument
from shared.errors import NewerFormat
from shared.ports import Change, Erp, OpenDocument, PollState, Ports, StoredConnection
from shared.workflow.intake.health import Health

LEDGER = timedelta(days=400)
"""The time for which it is known that a document was taken in: longer than any order waits for its label."""

_T = TypeVar("_T")


@dataclass
class Poll:
    """One running poll. `open` are the documents with which the connection is not done, as they are kept by now.

    `fresh` counts the failures of documents that did not fail before, `well` the documents that were read. `older` are
    those that turned out to be older than the line: the ledger has them as such. `listed`, `known`, `claimed` and
    `noted` are for the record of the run (`run_of`).
    """

    ports: Ports
    stored: StoredConnection
    erp: Erp
    owner: str
    state: PollState
    budget: Callable[[], float]
    open: dict[str, OpenDocument] = field(default_factory=dict)
    to_send: list[str] = field(default_factory=list)
    taken: int = 0
    well: int = 0
    failures: list[str] = field(default_factory=list)
    fresh: int = 0
    health: Health = field(default_factory=Health)
    listed: int = 0
    known: int = 0
    claimed: int = 0
    noted: list[RunDocument] = field(default_factory=list)
    older: set[str] = field(default_factory=set)

    @cached_property
    def has_rivals(self) -> bool:
        """Tell if another connection reads the documents of the same company, whatever it selects of them by now."""
        try:
            known = {each.connection.id: each.connection for each in self.ports.connections.all()}
        except NewerFormat:
            return True
        places = {name: (each.erp.kind, each.company) for name, each in known.items()}
        mine = places.pop(self.stored.connection.id, None)
        return mine in places.values()

    def must_stop(self, reserve: float) -> bool:
        """Out of time, or the ERP is in no state to be asked."""
        return self.health.at_fault or self.budget() < reserve

    def was_read(self) -> None:
        """A document was read: the ERP answers."""
        self.health.well()
        self.well += 1
        self.state = replace(self.state, well=self.ports.clock.now())

    def failed(self, document: str, why: str) -> None:
        """Tells of a document that could not be read."""
        self.failures.append(f"{document}: {why}")
        self.note(document, Fate.FAILED, why)
        before = self.open.get(document)
        self.fresh += not (before and before.tries)

    def note(self, document: str, fate: Fate, why: str = "") -> None:
        """Notes for the record of the run what became of a document."""
        self.noted.append(RunDocument(document, fate, why[:120]))

    def keep(self, document: OpenDocument) -> None:
        """Keeps a document open as it is now."""
        connection = self.stored.connection.id
        self.ports.connections.keep_open(connection, document, self.open.get(document.document))
        self.open[document.document] = document

    def close(self, document: str) -> None:
        """The connection is done with the document."""
        self.ports.connections.close_document(self.stored.connection.id, self.open.pop(document))

    def save(self, **facts: object) -> None:
        """Keeps where the poll stands, for the next one, should this one die."""
        self.state = replace(self.state, **facts)  # type: ignore[arg-type]
        self.ports.connections.save_poll(self.stored.connection.id, self.owner, self.state)

    def mark(self, change: Change) -> str:
        """The stamp as the ledger has it: under another revision of the file it may be wanted, so it is read again."""
        return mark_of(change.stamp, self.stored.revision)

    def mark_seen(self, changes: Sequence[Change]) -> None:
        """Notes in the ledger what is settled."""
        marked = [replace(each, stamp=self.mark(each)) for each in changes if each.document not in self.older]
        if marked:
            expires = self.ports.clock.now() + LEDGER
            self.ports.connections.mark_seen(self.stored.connection.id, marked, expires)

    def send_hints(self) -> None:
        """Sends the hints of what was stored; were they lost, the sweep would find the orders by their due_at."""
        if self.to_send:
            self.ports.order_queue.send(self.stored.connection.id, self.to_send, "order")
            self.to_send.clear()


def mark_of(stamp: str, revision: int) -> str:
    """The mark of the ledger for a document that was read at this stamp under this revision of the file."""
    return f"{stamp}@{revision}"


def revision_in(mark: str) -> int:
    """The revision of the file in a mark of the ledger, 0 for a mark without one."""
    written = mark.rpartition("@")[2] if "@" in mark else ""
    return int(written) if written.isdigit() else 0


def stamp_in(mark: str) -> str:
    """The ERP's stamp in a mark of the ledger."""
    return mark.rpartition("@")[0]


def by_age(stamp: str) -> tuple[int, str]:
    """Orders stamps: numbers by value, texts of one length (dates) by their letters."""
    return len(stamp), stamp


def snapshot_of(running: Poll, generation: int, order: Order) -> Snapshot:
    """Return the snapshot to keep of an order as it was read now."""
    now = running.ports.clock.now()
    expires = now + running.stored.connection.retention
    return Snapshot(generation, order, notes=order.notes, expires_at=expires, read_at=now)


def chunks(items: Sequence[_T], size: int) -> Iterator[Sequence[_T]]:
    """Slices of at most `size` (itertools.batched is newer than our oldest Python)."""
    return (items[start : start + size] for start in range(0, len(items), size))


def run_of(running: Poll | None, connection: str, began: datetime, ended: datetime, outcome: str) -> Run:
    """The record of a run; `running` is None where the ERP could not be opened."""
    run = Run(connection, began, ended, outcome)
    if running is None:
        return run
    noted = tuple(running.noted)
    return replace(
        run,
        listed=running.listed,
        known=running.known,
        read=running.well,
        taken=running.claimed,
        documents=noted[:MOST],
        more=max(len(noted) - MOST, 0),
    )
