"""The cut-over line, where the ERP lists its whole set: the first scan notes what stands there already.

Where changes carry no time, that scan draws the line. What is noted is older than the line, and stays so whatever
happens to it later: its parcel may have left already, and the move that says so in the ERP is a change like any other.
A person may take it in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from shared import log
from shared.ports import Change, Erp, ListsOlder, PollState, Ports, StoredConnection
from shared.workflow.intake.run import Poll

KEPT = timedelta(days=3650)
"""Such a note outlives the document: were it forgotten, an old order would be bought a label for."""


OLDER = "before:"
"""The beginning of such a note's stamp."""


def stood_before(stored: StoredConnection, erp: Erp, state: PollState) -> Sequence[Change]:
    """The documents that stand in the ERP's set since before the line, at the first scan of an ERP that lists them.

    They are asked for before the changes: one that moves in between is then noted, and not taken."""
    if state.rescanned is None and isinstance(erp, ListsOlder):
        return erp.older(stored.start_from)
    return ()


def draws_line(ports: Ports, stored: StoredConnection, erp: Erp, state: PollState) -> bool:
    """Tell if the next scan draws the line: the first one, where the file does not set `start_from` to a time before it
    was applied."""
    if erp.changes_have_time or state.rescanned is not None:
        return False
    return stored.start_from >= ports.connections.first_applied(stored.connection.id)


def note_older(running: Poll, changes: Sequence[Change]) -> None:
    """Notes all of them before anything is taken, so that a poll which ends early leaves none of them out."""
    connection, now = running.stored.connection.id, running.ports.clock.now()
    noted = [replace(change, stamp=f"{OLDER}{change.stamp}") for change in changes]
    running.ports.connections.mark_seen(connection, noted, now + KEPT)
    log.step("older_than_the_line", connection=connection, documents=len(noted))


def is_older(mark: str) -> bool:
    """Tell if a mark of the ledger says that its document is older than the line, under any revision of the file."""
    return mark.startswith(OLDER)


def of_the_line(ports: Ports, connection: str, documents: Sequence[str]) -> frozenset[str]:
    """Those of the documents that are older than the connection's line, by its ledger."""
    marks = ports.connections.seen(connection, documents)
    return frozenset(document for document, mark in marks.items() if is_older(mark))
