"""The production workflow over ports in memory and the sandbox engines, in virtual time.

A `World` lives the life that the deployed functions live: polls by the schedule, messages that come back when their
worker fails, a sweep each minute. The outside truth is the engines' ledgers, never the workflow's own store.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sandbox.deployed import QUEUES, shared_ports, use, worker_ports
from sandbox.faces import EmulatedCarrier, EmulatedErp
from sandbox.faults import Choke, Choked, Crashed
from sandbox.inprocess import Systems
from sandbox.memory import (
    LeaseBook,
    ManualClock,
    MemoryConnectionStore,
    MemoryDocumentStore,
    MemoryLabels,
    MemoryLeases,
    MemoryOrderStore,
    MemoryQueue,
    MemorySecrets,
    MemoryTokens,
)
from sandbox.memory_tracking import MemoryTrackingStore
from shared.connection import Connection
from shared.domain.record import Head
from shared.domain.state import State
from shared.ports import Leases, Ports
from shared.workflow.intake.poll import poll
from shared.workflow.upkeep.sweep import sweep

POLL_EVERY = timedelta(minutes=10)
SWEEP_EVERY = timedelta(minutes=1)
VISIBILITY = timedelta(minutes=12)
"""A failed message comes back after this (six times the function's timeout)."""
RECEIVES = 3
"""After so many failed receives a message goes to the dead letters."""
CALLED = {
    "order_queue": "orders",
    "write_back_queue": "write-backs",
    "poll_queue": "polls",
    "tracking_queue": "tracking",
    "looks_queue": "looks",
}
"""The queues by the ports that send to them."""
_IN_MEMORY: Any = None
"""Stands for a port that is made in memory: the stores and the leases that guard them go together."""
ENDS = frozenset({State.DONE, State.HELD, State.CANCELLED})


def a_minute() -> float:
    """What a function has left, in a world where nothing takes time."""
    return 180.0


@dataclass
class Message:
    """A hint on its way, visible from `visible`."""

    queue: str
    connection: str
    order: str
    visible: datetime
    receives: int = 0


@dataclass
class World:
    """One deployment in memory with a connection (and `others` beside it), running since `clock` began."""

    connection: Connection
    choke: Choke = field(default_factory=Choke)
    index_lag: timedelta = timedelta(minutes=2)
    clock: ManualClock = field(default_factory=ManualClock)
    flight: list[Message] = field(default_factory=list)
    dead_letters: list[Message] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    erp: EmulatedErp = field(init=False)
    carrier: EmulatedCarrier = field(init=False)
    orders: MemoryOrderStore = field(default_factory=MemoryOrderStore)
    connections: MemoryConnectionStore = field(default=_IN_MEMORY)
    documents: MemoryDocumentStore = field(default=_IN_MEMORY)
    leases: Leases = field(default=_IN_MEMORY)
    others: tuple[Connection, ...] = ()
    queues: dict[str, MemoryQueue] = field(default_factory=dict)
    secrets: MemorySecrets = field(init=False)
    ports: Ports = field(init=False)

    def __post_init__(self) -> None:
        systems = Systems(self.clock.now, self.connection.erp.kind, self.connection.carrier.kind)
        self.erp, self.carrier = systems.erp, systems.carrier
        self.carrier.lag_by(self.index_lag)
        sides = {"erp": self.erp.credential, "carrier": self.carrier.credential}
        credentials = {(each.id, side): dict(sides[side]) for each in self.all_connections for side in sides}
        self.secrets = MemorySecrets(credentials)
        self.queues = {name: MemoryQueue(QUEUES[port]) for port, name in CALLED.items()}
        queues = {name: self.queues[called] for name, called in CALLED.items()}
        book: LeaseBook = {}
        self.connections = self.connections or MemoryConnectionStore(book)
        self.documents = self.documents or MemoryDocumentStore(book)
        self.leases = self.leases or MemoryLeases(self.clock, book)
        self.tracking = MemoryTrackingStore()
        stores = {"orders": self.orders, "connections": self.connections, "documents": self.documents}
        stores |= {"tracking": self.tracking, "labels": MemoryLabels()}
        shared = shared_ports(self._choked, stores, queues)
        names = (f"w{number}" for number in count())
        self.ports = worker_ports(
            shared,
            secrets=self._choked(self.secrets, "secrets"),
            tokens=self._choked(MemoryTokens(self.clock), "tokens"),
            leases=self._choked(self.leases, "leases"),
            transport=self._choked(systems, "http"),
            clock=self.clock,
            unique=lambda: next(names),
        )

    def _choked(self, port: object, name: str) -> Any:
        return Choked(port, name, self.choke)

    @property
    def all_connections(self) -> tuple[Connection, ...]:
        return (self.connection, *self.others)

    def start(self) -> None:
        """Applies and starts the connections; the cut-over line is now."""
        now = self.clock.now()
        for each in self.all_connections:
            self.connections.apply(each, now, "world", now)
            self.connections.set_status(each.id, "running", "started", "world", now)

    def run(self, until: timedelta, *, done: Callable[[World], bool]) -> None:
        """Lives on until `done`, or for `until` of virtual time, jumping from one event to the next."""
        end = self.clock.now() + until
        next_poll = next_sweep = self.clock.now()
        while self.clock.now() < end and not done(self):
            if self.clock.now() >= next_poll:
                for each in self.all_connections:
                    self.work(lambda polled=each.id: poll(self.ports, polled, a_minute))  # type: ignore[misc]
                next_poll += POLL_EVERY
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
            self.choke.dead = False
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
        while any(each.visible <= self.clock.now() for each in self.flight):
            message = next(each for each in self.flight if each.visible <= self.clock.now())
            self.flight.remove(message)
            if not self.work(lambda taken=message: self._use(taken)):  # type: ignore[misc]
                self._return(message)
            self._collect()

    def _use(self, message: Message) -> None:
        queue = next(name for name, called in CALLED.items() if called == message.queue)
        use(queue, self.ports, message.connection, message.order, a_minute)

    def _return(self, message: Message) -> None:
        message.receives += 1
        message.visible = self.clock.now() + VISIBILITY
        (self.dead_letters if message.receives >= RECEIVES else self.flight).append(message)

    def _collect(self) -> None:
        for name, queue in self.queues.items():
            self.flight += [Message(name, c, order, self.clock.now()) for c, order in queue.take()]

    def heads(self) -> list[Head]:
        """Every order, straight from the store behind the choke."""
        buckets = ("open", "held", "done", "cancelled")
        keys = [
            key for each in self.all_connections for bucket in buckets for key in self.orders.listing(each.id, bucket)
        ]
        return self.orders.heads(keys)


def settled(world: World) -> bool:
    """Every document of the ERP is known, and none of them moves any more."""
    heads = world.heads()
    return len(heads) == len(world.erp.documents()) and all(head.state in ENDS for head in heads)
