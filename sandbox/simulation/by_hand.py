"""A world that is stepped by hand: one worker, one call after the other, and nothing takes time but what is waited for.

`run` lives the life that the deployed functions live: polls by the schedule, messages that come back when their worker
fails, a sweep each minute. Who tells a story says instead what happens next.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Any, NamedTuple

from sandbox.inprocess import Systems
from sandbox.memory import ManualClock, MemoryBudgets, MemoryLeases, MemoryQueue, MemorySecrets, MemoryTokens
from sandbox.simulation.choke import Choke, Choked, Manners
from sandbox.simulation.deployed import QUEUES, RECEIVES, Deployed, Message, use, worker_ports
from sandbox.simulation.draws import Draws
from sandbox.simulation.faults import ChosenFaults, Crashed, Kind, NoFaults, Place, Plan
from sandbox.simulation.scheduler import FOREVER, Task
from sandbox.simulation.verdict import ENDS
from shared.connection import Connection
from shared.http import Lost, NotSent
from shared.ports import Leases
from shared.workflow.intake.poll import poll
from shared.workflow.upkeep.sweep import sweep

POLL_EVERY = timedelta(minutes=10)
SWEEP_EVERY = timedelta(minutes=1)
VISIBILITY = timedelta(minutes=12)
"""A failed message comes back after this (six times the function's timeout)."""
CALLED = {
    "order_queue": "orders",
    "write_back_queue": "write-backs",
    "poll_queue": "polls",
    "tracking_queue": "tracking",
    "looks_queue": "looks",
    "receiving_queue": "receiving",
}
"""The queues by the ports that send to them."""
WORKER = "worker"
STRIKES = (Kind.CRASH_BEFORE, Kind.CRASH_AFTER, Kind.FAILURE, Kind.LOST_ANSWER)
"""The faults that need no time; a late effect has none in which to come."""


def one_fault(number: int, kind: Kind) -> Plan:
    """Strikes at that call of the world's, counted from 0."""
    return ChosenFaults({Place(WORKER, number): kind})


def a_minute() -> float:
    """Return the seconds that a function has left, in a world where nothing takes time."""
    return 180.0


def _not_sent(name: str, _: Draws, __: Sequence[Any]) -> Any:
    raise NotSent(f"{name} failed")


def _lost(name: str, _: Draws, __: Sequence[Any]) -> Any:
    raise Lost(f"the answer of {name} was lost")


AT_ONCE = Manners(0, 0, 0, lambda _: 0)
HTTP_AT_ONCE = Manners(0, 0, 0, lambda _: 0, _not_sent, _lost)


class OneWorker:
    """The scheduler of a single task that is never put off."""

    time = 0

    def __init__(self) -> None:
        self.current = Task(WORKER, FOREVER, Draws(WORKER))

    def pause(self, span: int) -> None:
        """Nobody else could run meanwhile."""


class Flight(NamedTuple):
    """A message that is received from `visible` on."""

    visible: datetime
    queue: str
    message: Message


class ByHand(Deployed):
    """See the module. Runs since `clock` began."""

    def __init__(
        self,
        connection: Connection,
        plan: Plan | None = None,
        *,
        others: tuple[Connection, ...] = (),
        index_lag: timedelta = timedelta(minutes=2),
        poll_every: timedelta = POLL_EVERY,
        clock: ManualClock | None = None,
        leases: Leases | None = None,
        **stores: Any,
    ) -> None:
        self.clock, self._worker, self.poll_every = clock or ManualClock(), OneWorker(), poll_every
        systems = Systems(self.clock.now, connection.erp.kind, connection.carrier.kind)
        choke = Choke(self._worker, plan or NoFaults(), WORKER)
        super().__init__(connection, systems, choke, others=others, manners=AT_ONCE, **stores)
        self.carrier.lag_by(index_lag)
        self.flight, self.dead_letters, self.failures = list[Flight](), list[Message](), list[str]()
        self.secrets = MemorySecrets(self.credentials)
        self.queues = {called: MemoryQueue(QUEUES[name]) for name, called in CALLED.items()}
        names = (f"w{number}" for number in count())
        self.ports = worker_ports(
            self.shared_ports({name: self.queues[called] for name, called in CALLED.items()}),
            secrets=self.choked(self.secrets, "secrets"),
            tokens=self.choked(MemoryTokens(self.clock), "tokens"),
            budgets=self.choked(MemoryBudgets(self.clock), "budgets"),
            leases=self.choked(leases or MemoryLeases(self.clock, self.book), "leases"),
            transport=Choked(systems, "http", choke, HTTP_AT_ONCE),  # type: ignore[arg-type]
            clock=self.clock,
            unique=lambda: next(names),
            sleep=lambda _: None,  # one worker waits for nobody
        )

    def start(self) -> None:
        """Applies and starts the connections; the cut-over line is now."""
        self.begin(self.clock.now(), self.clock.now())

    def run(self, until: timedelta, *, done: Callable[[Any], bool]) -> None:
        """Lives on until `done`, or for `until` of virtual time, jumping from one event to the next."""
        end = self.clock.now() + until
        next_poll = next_sweep = self.clock.now()
        while self.clock.now() < end and not done(self):
            if self.clock.now() >= next_poll:
                for each in self.all_connections:
                    self.work(lambda polled=each.id: poll(self.ports, polled, a_minute))  # type: ignore[misc]
                next_poll += self.poll_every
            if self.clock.now() >= next_sweep:
                self.work(lambda: sweep(self.ports, a_minute))
                next_sweep = self.clock.now() + SWEEP_EVERY
            self._deliver()
            if not done(self):
                self.clock.at = self._next_event(next_poll)

    def work(self, task: Callable[[], object]) -> bool:
        """One invocation of a function; False when it failed or died. A death ends the worker, not the world."""
        try:
            task()
        except Crashed:
            self._worker.current.dead = False
            return False
        except Exception as error:  # noqa: BLE001 - what a function lets out, Lambda counts as a failed invocation
            self.failures.append(repr(error))
            return False
        return True

    def _next_event(self, next_poll: datetime) -> datetime:
        """The next minute's sweep if anything is due then; else the next poll, due order or returning message."""
        now = self.clock.now()
        due = [head.due_at for head in self.heads() if head.due_at]
        times = [next_poll, *(each.visible for each in self.flight), *(at + SWEEP_EVERY for at in due)]
        return max(now + SWEEP_EVERY, min(times))

    def _deliver(self) -> None:
        """Hands out every visible message, and those that follow from them, until none is left."""
        self._collect()
        while flight := next((each for each in self.flight if each.visible <= self.clock.now()), None):
            self.flight.remove(flight)
            if not self.work(lambda taken=flight: use(taken.queue, self.ports, taken.message, a_minute)):  # type: ignore[misc]
                self._return(flight)
            self._collect()

    def _return(self, flight: Flight) -> None:
        flight.message.receives += 1
        if flight.message.receives >= RECEIVES:
            self.dead_letters.append(flight.message)
        else:
            self.flight.append(flight._replace(visible=self.clock.now() + VISIBILITY))

    def _collect(self) -> None:
        now = self.clock.now()
        for queue, called in CALLED.items():
            self.flight += [Flight(now, queue, Message(*taken)) for taken in self.queues[called].take()]


def settled(world: ByHand) -> bool:
    """Every document of the ERP is known, and none of them moves any more."""
    heads = world.heads()
    return len(heads) == len(world.erp.documents()) and all(head.state in ENDS for head in heads)
