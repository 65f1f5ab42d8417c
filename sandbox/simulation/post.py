"""SQS and its event sources: messages that come late, twice and out of order, and the workers that take them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sandbox.simulation.deployed import RECEIVES, Message
from sandbox.simulation.draws import Draws
from sandbox.simulation.scheduler import MINUTE, SECOND, Scheduler
from sandbox.simulation.workers import Pool
from shared.ports import Kind, Ports

Use = Callable[[Ports, Message, Callable[[], float]], None]
"""The work of one message, with the seconds that are left."""


@dataclass
class Lane:
    """A queue and the function behind it: `batch` messages an invocation, `most` invocations at once, each of at most
    `timeout` seconds; what failed comes back after six times that.

    `send` is the Queue port; its messages are of one kind, `kind`.
    """

    name: str
    kind: Kind
    scheduler: Scheduler
    draws: Draws
    pool: Pool
    timeout: int
    batch: int
    most: int
    use: Use
    duplicates: float = 0.05
    waiting: deque[Message] = field(default_factory=deque)
    dead_letters: list[Message] = field(default_factory=list)
    on_the_way: int = 0
    running: int = 0
    _names: dict[str, int] = field(default_factory=dict)

    def send(self, connection: str, orders: Sequence[str], kind: Kind) -> None:
        """Each arrives after a while, one in twenty after minutes and so behind later ones; some arrive twice."""
        if kind != self.kind:
            raise ValueError(f"a message about a {kind} comes to {self.name}, which takes those about {self.kind}s")
        for order in orders:
            self._send(Message(connection, order))
            if self.draws.chance(self.duplicates):
                self._send(Message(connection, order))

    def _send(self, message: Message) -> None:
        slow = self.draws.chance(0.05)
        self._comes(message, self.draws.below(5 * MINUTE if slow else 2 * SECOND))

    def _comes(self, message: Message, after: int) -> None:
        self.on_the_way += 1

        def arrive() -> None:
            self.on_the_way -= 1
            self.waiting.append(message)
            self._start()

        self.scheduler.at(self.scheduler.time + after, arrive)

    def _start(self) -> None:
        while self.waiting and self.running < self.most:
            taken = [self.waiting.popleft() for _ in range(min(self.batch, len(self.waiting)))]
            self.running += 1
            self._invoke(taken)

    def _invoke(self, taken: Sequence[Message]) -> None:
        """One invocation. What it did not get to, because it died, comes back with what failed."""
        scheduler, unfinished, began = self.scheduler, list(taken), self.scheduler.time
        for message in taken:
            message.receives += 1
        deadline = began + self.timeout * SECOND

        def left() -> float:
            return (deadline - scheduler.time) / SECOND

        worker = self.pool.hire()

        def work() -> None:
            for message in taken:
                if self._tried(worker.ports, message, left):
                    unfinished.remove(message)

        def ended(well: bool) -> None:
            self.running -= 1
            if well:
                self.pool.rest(worker)
            for message in unfinished:
                self._return(message, began)
            self._start()

        scheduler.begin(self._name(taken), work, ended, within=self.timeout * SECOND)

    def _tried(self, ports: Ports, message: Message, left: Callable[[], float]) -> bool:
        """An error fails its own message only (functions/wiring.py)."""
        try:
            self.use(ports, message, left)
        except Exception:  # noqa: BLE001 - what a handler lets out, its batch counts as a failed item
            return False
        return True

    def _return(self, message: Message, began: int) -> None:
        if message.receives >= RECEIVES:
            self.dead_letters.append(message)
        else:
            self._comes(message, max(0, began + 6 * self.timeout * SECOND - self.scheduler.time))

    def _name(self, taken: Sequence[Message]) -> str:
        """The invocation's name: what it was called for, and which time it is."""
        about = taken[0].order.rsplit("/", 2)[-2:] if taken[0].order else ["-"]
        name = f"{self.name} {'/'.join(about)}"
        self._names[name] = number = self._names.get(name, 0) + 1
        return f"{name} #{number}"
