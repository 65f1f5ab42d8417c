"""Many tasks on one virtual clock: ordinary synchronous code, of which one piece runs at a time, in an order that the
seed decides.

A task gives way where it waits: at every port call. Time jumps from one waiting task to the next.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from heapq import heappop, heappush

from greenlet import getcurrent, greenlet

from sandbox.simulation.draws import Draws
from sandbox.simulation.faults import Crashed

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
FOREVER = 1 << 62


class Task:
    """One invocation of a function, or one visit of a person. `calls` counts its port calls, `buying` is the order
    whose create it is about to make, "" outside of that; `deadline` is when it is ended by force."""

    __slots__ = ("buying", "calls", "dead", "deadline", "draws", "greenlet", "name", "skew")

    def __init__(self, name: str, deadline: int, draws: Draws) -> None:
        self.name, self.deadline, self.draws = name, deadline, draws
        self.calls, self.dead, self.buying, self.skew = 0, False, "", timedelta(0)
        self.greenlet: greenlet


class Scheduler:
    """The agenda of a world. `time` is microseconds since `start`."""

    def __init__(self, start: datetime, seed: str) -> None:
        self.start, self.time, self.current = start, 0, None
        self._seed, self._agenda, self._serial = seed, list[tuple[int, int, Task | Callable[[], None]]](), 0
        self._until, self._hub = FOREVER, getcurrent()
        self.current: Task | None
        self._now = (0, start)

    def now(self) -> datetime:
        """The true time, which no worker's clock quite has."""
        if self._now[0] != self.time:
            self._now = (self.time, self.start + timedelta(microseconds=self.time))
        return self._now[1]

    def at(self, time: int, action: Callable[[], None]) -> None:
        """Does something at a time, outside of every task."""
        self._enter(time, action)

    def begin(self, name: str, work: Callable[[], None], ended: Callable[[bool], None], *, within: int) -> Task:
        """Begins a task now; `ended` hears whether it went well. What it lets out, Lambda counts as a failure."""
        task = Task(name, self.time + within, Draws(self._seed, name))

        def body() -> None:
            try:
                work()
            except (Crashed, Exception):  # noqa: BLE001 - the end of an invocation, whatever it was
                task.dead = True
                ended(False)
            else:
                ended(True)

        task.greenlet = greenlet(body, self._hub)
        self._enter(self.time, task)
        return task

    def pause(self, span: int) -> None:
        """The running task waits; others run meanwhile."""
        wake = self.time + span
        agenda = self._agenda
        if wake <= self._until and (not agenda or agenda[0][0] > wake):
            self.time = wake
            return
        task = self.current
        assert task is not None  # noqa: S101 - only tasks wait
        self._enter(wake, task)
        self._hub.switch()

    def run(self, until: int) -> None:
        """Lives until then, or until nothing is on the agenda."""
        self._until, self._hub = until, getcurrent()
        agenda = self._agenda
        while agenda and agenda[0][0] <= until:
            self.time, _, what = heappop(agenda)
            if isinstance(what, Task):
                self.current = what
                what.greenlet.switch()
                self.current = None
            else:
                what()
        self.time = max(self.time, until)

    def _enter(self, time: int, what: Task | Callable[[], None]) -> None:
        self._serial += 1
        heappush(self._agenda, (max(time, self.time), self._serial, what))
