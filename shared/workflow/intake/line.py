"""The cut-over line, where the ERP lists its whole set: the first scan notes what stands there already.

Where changes carry no time, that scan draws the line. What is noted is older than the line, and stays so whatever
happens to it later: its parcel may have left already, and the move that says so in the ERP is a change like any other.
A person may take it in. Another selection draws the line anew (selection.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from shared import log
from shared.ports import Change, Erp, ListsOlder, PollState, Ports, StoredConnection

KEPT = timedelta(days=3650)
"""Such a note outlives the document: were it forgotten, an old order would be bought a label for."""


OLDER = "before:"
"""The beginning of such a note's stamp."""


def stood_before(stored: StoredConnection, erp: Erp, state: PollState) -> Sequence[Change]:
    """The documents that stand in the ERP's set since before the line, at the first scan of an ERP that lists them.

    They are asked for before the changes: one that moves in between is then noted, and not taken."""
    return listed_older(erp, stored.start_from) if state.rescanned is None else ()


def listed_older(erp: Erp, floor: datetime) -> Sequence[Change]:
    """The documents that stand in the ERP's set since before `floor`, none where the ERP lists no such."""
    return erp.older(floor) if isinstance(erp, ListsOlder) else ()


def draws_line(ports: Ports, stored: StoredConnection, erp: Erp, state: PollState) -> bool:
    """Tell if the next scan draws the line: the first one, where the file does not set `start_from` to a time before it
    was applied."""
    if erp.changes_have_time or state.rescanned is not None:
        return False
    return stored.start_from >= ports.connections.first_applied(stored.connection.id)


def note_older(ports: Ports, connection: str, changes: Sequence[Change]) -> None:
    """Notes all of them before anything is taken, so that a poll which ends early leaves none of them out."""
    noted = [replace(change, stamp=f"{OLDER}{change.stamp}") for change in changes]
    ports.connections.mark_seen(connection, noted, ports.clock.now() + KEPT)
    log.step("older_than_the_line", connection=connection, documents=len(noted))


def is_older(mark: str) -> bool:
    """Tell if a mark of the ledger says that its document is older than the line, under any revision of the file."""
    return mark.startswith(OLDER)


def of_the_line(ports: Ports, connection: str, documents: Sequence[str]) -> frozenset[str]:
    """Those of the documents that are older than the connection's line, by its ledger."""
    marks = ports.connections.seen(connection, documents)
    return frozenset(document for document, mark in marks.items() if is_older(mark))
