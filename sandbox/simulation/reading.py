"""Documents that were read since they last changed: what a poll that says "all was read" must have read, and what must
be read within a day whatever goes wrong with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import unquote

from sandbox.memory import MemoryConnectionStore
from sandbox.simulation.outside import DOCUMENT, Outside
from sandbox.simulation.scheduler import DAY, HOUR, MINUTE, Scheduler
from shared.domain.run import Run
from shared.http import Request, Response
from shared.ports import PollState

OVERLAP = 14 * MINUTE
"""A document that is committed later after its stamp may be behind the cursor, and is for the daily re-scan."""


@dataclass
class Polled:
    """A poll that read everything that the ERP called changed: when it began and ended, and what it left open. `at` is
    when it began by the clock of its worker."""

    began: int
    ended: int
    left: frozenset[str]
    at: datetime


@dataclass
class Readings:
    """Hears the requests of a world and the ends of its polls, which the workers note through `saves`. `changed` has by
    document when a change of it was to be seen, and how late that was after its stamp. Of a `slow` ERP no poll reads
    everything in one go."""

    scheduler: Scheduler
    outside: Outside
    connections: MemoryConnectionStore
    saves: MemoryConnectionStore
    slow: bool = False
    calm: int = 0
    changed: dict[str, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))
    gone: set[str] = field(default_factory=set)
    read: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    polls: dict[str, list[Polled]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        self._operation = self.outside.erp.operations["read"]
        self.outside.answered = self._hear
        self._save = self.saves.save_poll
        self.saves.save_poll = self._saved  # type: ignore[method-assign]
        self._keep_run = self.saves.keep_run
        self.saves.keep_run = self._ran  # type: ignore[method-assign]

    def change(self, document: str, late: int = 0) -> None:
        """A document is changed now, and its stamp is `late` microseconds old."""
        self.changed[document].append((self.scheduler.time, late))

    def close(self, document: str) -> None:
        """It is listed no more."""
        self.gone.add(document)

    def _hear(self, request: Request, response: Response) -> None:
        system = self.outside.system_of(request)
        if (
            system is self.outside.erp
            and system.engine.operation(request) == self._operation
            and response.status == 200
        ):
            for document in set(DOCUMENT.findall(unquote(f"{request.url} {request.body.decode(errors='replace')}"))):
                self.read[document].append(self.scheduler.time)

    def _saved(self, connection_id: str, owner: str, state: PollState) -> bool:
        before = self.connections.poll_state(connection_id).succeeded
        saved = self._save(connection_id, owner, state)
        if saved and state.succeeded and state.succeeded != before:
            began = self.scheduler.time - round((self.scheduler.now() - state.succeeded).total_seconds() * 1_000_000)
            kept = self.connections.open_documents(connection_id)
            left = frozenset(each.document for each in kept if each.stamp or each.tries)
            self.polls[connection_id].append(Polled(began, self.scheduler.time, left, state.succeeded))
        return saved

    def _ran(self, run: Run, expires: datetime) -> None:
        """A run whose time ran out has not read everything: it says that the next one goes on."""
        polls = self.polls[run.connection]
        if run.goes_on and polls and polls[-1].at == run.began:
            polls.pop()
        self._keep_run(run, expires)

    def missed(self, connection: str, document: str) -> Iterator[str]:
        """Changes that were not read in time: by the poll that says that it read everything, or, where that poll left
        the document open, within a day from then on. Nothing is known of an ERP whose reads never name a document."""
        if document in self.gone or not self.read:
            return
        for at, late in self.changed.get(document, ()):
            read = next((each for each in self.read.get(document, ()) if each >= at), None)
            after = [poll for poll in self.polls.get(connection, ()) if poll.began > at + MINUTE]
            since = self.calm if self.slow else after[0].ended if after else 0
            for poll in after:
                soon = late <= OVERLAP and not self.slow and document not in poll.left
                if (soon or poll.began > since + DAY + HOUR) and (read is None or read > poll.ended):
                    by = f"{poll.ended / HOUR:.2f} h"
                    yield f"changed at {at / HOUR:.2f} h, and not read by the poll that ended at {by}"
                    break
