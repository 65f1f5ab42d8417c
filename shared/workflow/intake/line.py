"""The cut-over line of an ERP whose changes carry no time: its first scan draws it.

What that scan sees is noted in the ledger as older than the line, and stays so whatever happens to it later: its parcel
may have left already, and the move that says so in the ERP is a change like any other. A person may take it in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from shared import log
from shared.ports import Change, Erp, PollState, Ports, StoredConnection
from shared.workflow.intake.run import Poll

KEPT = timedelta(days=3650)
"""Such a note outlives the document: were it forgotten, an old order would be bought a label for."""


OLDER = "before:"
"""The beginning of such a note's stamp."""


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
