"""The documents with which a connection is not done: how they are left for later, and how they are read again.

Each is kept in the store before the cursor passes it, and each try is noted before the document is read, so that one
whose reading ends the process keeps neither the others nor new orders out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from shared import log
from shared.ports import Change, OpenDocument
from shared.workflow.intake.claim import Taken, take_one
from shared.workflow.intake.run import Poll

LONGEST, FAILING = timedelta(hours=6), timedelta(hours=1)
"""The longest pause between two reads of a document, and that of one which cannot be read."""
UNREAD = timedelta(days=1)
"""The time for which a document could not be read, after which a person hears of it."""
FOLLOWED = timedelta(days=1)
"""The time between two reads of a shipped order."""

_LATER, _DIED = "to be read again", "a poll ended while it was read"


def pause(since: datetime, now: datetime, *, failing: bool = False) -> timedelta:
    """How long a document is left alone: not at all at first, then as long again as it has been open."""
    return min(now - since, FAILING if failing else LONGEST)


def leave_open(running: Poll, change: Change, taken: Taken) -> None:
    """Keeps a document that is not settled; what follows of it is its own, and the others go on."""
    before, now = running.open.get(change.document), running.ports.clock.now()
    found = before or OpenDocument(change.document, now, now)
    tried = replace(found, stamp=change.stamp, read=now, due=now)
    running.keep(_after(tried, taken, now, "" if change.stamp else _LATER))


def read_again(running: Poll, document: str, due: datetime, *, rests: bool) -> None:
    """Reads a document by key. `due` is when it is read next where its order rests: it is kept for as long."""
    before, now = running.open.get(document), running.ports.clock.now()
    found = before or OpenDocument(document, now, now)
    if not rests:
        due = now + (FOLLOWED if found.until and not found.why else pause(found.since, now, failing=found.tries > 0))
    tried = replace(found, due=due, read=now)
    running.keep(tried)
    taken = take_one(running, document)
    if taken.settled:
        running.mark_seen([Change(document, tried.stamp)] if tried.stamp else [])
        if not rests and not (tried.until and now < tried.until):
            running.close(document)
            return
        tried = replace(tried, stamp="")
    after = _after(tried, taken, now, "" if rests or taken.settled or tried.stamp else _LATER)
    if after != running.open[document]:
        running.keep(after)


def _after(tried: OpenDocument, taken: Taken, now: datetime, why: str) -> OpenDocument:
    """The document as it is kept after a read: since when it fails, or `why` it is open although nothing failed."""
    if not taken.why:
        return replace(tried, since=now if tried.tries else tried.since, tries=0, why=why)
    since = tried.since if tried.tries else now
    wait = max(pause(since, now, failing=True), timedelta(seconds=taken.after))
    return replace(tried, since=since, tries=tried.tries + 1, why=taken.why[:300], due=now + wait)


def take_up(running: Poll) -> None:
    """Loads the open documents; what a poll was reading when it died is one of them from now on."""
    connections, connection = running.ports.connections, running.stored.connection.id
    running.open = {each.document: each for each in connections.open_documents(connection)}
    changes, now = running.state.reading, running.ports.clock.now()
    known = connections.seen(connection, [change.document for change in changes]) if changes else {}
    for change in changes:
        if known.get(change.document) != running.mark(change):
            found = running.open.get(change.document, OpenDocument(change.document, now, now))
            running.keep(replace(found, due=now, stamp=change.stamp, tries=found.tries + 1, why=_DIED))
    if changes:
        running.save(reading=())


def unread(documents: Iterable[OpenDocument], now: datetime) -> list[OpenDocument]:
    """Those that could not be read for a day."""
    return [each for each in documents if each.tries and now - each.since >= UNREAD]


def tell_unread(running: Poll) -> None:
    """Counts what could not be read for a day, at each poll for as long as it lasts."""
    connection = running.stored.connection.id
    for each in unread(running.open.values(), running.ports.clock.now()):
        log.trouble("document_unread", document=each.document, connection=connection, why=each.why)
        log.count("DocumentsUnread", connection=connection)
