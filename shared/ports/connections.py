"""The stores of applied connections and of the ERP's documents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from shared.domain.hints import Advice
from shared.domain.run import Run
from shared.ports.erp import Change

if TYPE_CHECKING:
    from shared.connection import Connection


@dataclass(frozen=True, slots=True)
class StoredConnection:
    """A connection as applied: its latest file, revision, and whether it runs.

    `status`: paused (nothing new is taken), running, closed (refused credentials; until a person acts). `touched` is
    when it was applied or its status was set last, None where that is not known. `hint` says what to do about `why`.
    `with_all` says that it was paused together with all others, which are resumed together. `restored` is when it was
    noticed that the table comes from a backup, and None once a person has accepted it: until then nothing is bought
    that nobody has approved since.
    """

    connection: Connection
    revision: int
    status: str
    why: str
    start_from: datetime
    touched: datetime | None = field(default=None, compare=False)
    hint: Advice = ""
    with_all: bool = False
    restored: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class PollState:
    """Where a connection's polling stands. `cursor` is the ERP's own change stamp, "" before the first poll.

    `scope` is "system/company", the beginning of the keys of its orders. `shipped_after` is the order that was read
    last of those shipped since `shipped_since`: "" when all of them were read, None before the first re-scan.
    `rescan_after` is likewise the stamp at which a re-scan goes on, None when none is under way. `checked` is when it
    was last looked whether the orders that wait are still listed. `reading` are the changes that are being read: what
    is left of a poll that died. `outcome` says how the last poll went, `succeeded` when a poll last read everything
    that the ERP called changed, `well` when any document was read last. `held_after` is of an earlier release.

    `scanned_by` is the revision of the file by which was scanned last, and `line_since` the one from which the cut-over
    line was drawn anew, since it selects something else; None for none.

    Of a connection that receives goods, `shipped_after` is the purchase order that its last turn came to, None when it
    came to all of them.
    """

    cursor: str = ""
    scope: str = ""
    held_after: str = ""
    rescanned: datetime | None = None
    polled: datetime | None = None
    outcome: str = ""
    succeeded: datetime | None = None
    shipped_since: datetime | None = None
    shipped_after: str | None = None
    rescan_after: str | None = None
    checked: datetime | None = None
    reading: tuple[Change, ...] = ()
    well: datetime | None = None
    scanned_by: int | None = None
    line_since: int | None = None


@dataclass(frozen=True, slots=True)
class OpenDocument:
    """A document of the ERP with which a connection is not done: it is read by key once `due` has come, whatever the
    cursor.

    `since` is since when it is kept, or since when its reads fail; `read` is when it was read last. `stamp` is the
    ERP's change that is not settled yet, "" where its order only rests. `tries` counts the reads that failed one after
    another, `why` says what the last one met, or who asks for it. What was shipped is followed daily until `until`.
    """

    document: str
    since: datetime
    due: datetime
    read: datetime | None = None
    stamp: str = ""
    tries: int = 0
    why: str = ""
    until: datetime | None = None


class ConnectionStore(Protocol):
    """The applied connections, every revision of them, and their polling."""

    def get(self, connection_id: str) -> StoredConnection | None: ...

    def all(self) -> list[StoredConnection]: ...

    def revision(self, connection_id: str, revision: int) -> Connection: ...

    def first_applied(self, connection_id: str) -> datetime:
        """When the connection's first revision was applied. Raises KeyError."""
        ...

    def apply(self, connection: Connection, start_from: datetime, who: str, at: datetime) -> StoredConnection:
        """Keeps a new revision (or finds that nothing changed). The first one is paused and fixes `start_from`."""
        ...

    def accept_restored(self) -> bool:
        """Takes a table that was restored from a backup as complete; False when it is not one. May be repeated."""
        ...

    def set_status(
        self,
        connection_id: str,
        status: str,
        why: str,
        who: str,
        at: datetime,
        hint: Advice = "",
        *,
        with_all: bool = False,
    ) -> None: ...

    def save_poll(self, connection_id: str, owner: str, state: PollState) -> bool:
        """Stores where polling stands, under the lease of the poll; False when it was lost (nothing is written)."""
        ...

    def poll_state(self, connection_id: str) -> PollState: ...

    def keep_run(self, run: Run, expires: datetime) -> None:
        """Keeps what a run of the poll did, until about `expires`."""
        ...

    def runs(self, connection_id: str, limit: int) -> list[Run]:
        """At most `limit` runs of a connection, the newest first."""
        ...

    def run(self, connection_id: str, name: str) -> Run | None:
        """The run of that name (`Run.name`); None when it is not kept (any more)."""
        ...

    def seen(self, connection_id: str, documents: Sequence[str]) -> dict[str, str]:
        """The ledger: the stamp at which each document was last taken in."""
        ...

    def mark_seen(self, connection_id: str, changes: Iterable[Change], expires: datetime) -> None: ...

    def open_documents(self, connection_id: str) -> list[OpenDocument]:
        """The documents with which the connection is not done, by document."""
        ...

    def keep_open(self, connection_id: str, document: OpenDocument, before: OpenDocument | None) -> None:
        """Keeps it in the place of `before`, None for a new one. Quiet when somebody else was first: it is open then
        all the same."""
        ...

    def close_document(self, connection_id: str, before: OpenDocument) -> None:
        """The connection is done with it. Quiet, and it stays open, when somebody asked for it since `before` was
        read."""
        ...

    def ask_for(
        self, connection_id: str, document: str, at: datetime, why: str = "", until: datetime | None = None
    ) -> None:
        """Has the document read from `at` on, and daily until `until`, whether it was open or not."""
        ...


@dataclass(frozen=True, slots=True)
class DocumentGroups:
    """The parcel groups that were ever claimed of one document, and the lines it had before its first label.

    Both are empty for a document that was never split: then its one order has no delivery's name.
    """

    groups: tuple[str, ...] = ()
    lines: frozenset[str] = frozenset()


class DocumentStore(Protocol):
    """The facts that the parcel groups of one ERP document share, by `parcel_group.document_key`: their names.

    Under the document's lease one worker at a time divides its lines, or writes what stands on the ERP's document.
    """

    def groups(self, document: str) -> DocumentGroups: ...

    def add_groups(self, document: str, owner: str, groups: Iterable[str], lines: Iterable[str]) -> bool:
        """Adds names and lines, under the lease; False when it was lost (nothing is written)."""
        ...
