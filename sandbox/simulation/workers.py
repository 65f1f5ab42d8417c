"""Execution environments: each with a clock that goes wrong, and its own memory of tokens and secrets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sandbox.simulation.choke import Choke, Choked, Manners
from sandbox.simulation.deployed import DEPLOYMENT, worker_ports
from sandbox.simulation.draws import Draws
from sandbox.simulation.scheduler import SECOND, Scheduler
from sandbox.simulation.table import Exceptions, Key, SecretStore, Table
from shared.aws.budgets import DynamoBudgets
from shared.aws.secrets import SecretsManagerSecrets
from shared.aws.tokens import DynamoTokens
from shared.ports import Clock, Leases, Ports

PREFIX = f"parcelbridge/{DEPLOYMENT}/"


class WorkerClock:
    """The time as one worker's machine has it."""

    def __init__(self, now: Callable[[], datetime], skew: timedelta) -> None:
        self._now, self._skew = now, skew

    def now(self) -> datetime:
        return self._now() + self._skew


@dataclass(eq=False)
class Worker:
    """One execution environment."""

    name: str
    ports: Ports


class _Client(Choked):
    """A client of AWS behind the choke."""

    exceptions = Exceptions


class Pool:
    """The environments of a deployment: a free one is taken up again, one that died is never seen again.

    `shared` has the ports that all of them reach, `leases` makes theirs by their clock; `skew` bounds how wrong that
    is.
    """

    def __init__(
        self,
        scheduler: Scheduler,
        choke: Choke,
        draws: Draws,
        shared: dict[str, Any],
        leases: Callable[[Clock], Leases],
        skew: timedelta,
    ) -> None:
        self._scheduler, self._choke, self._draws, self._shared, self._skew = scheduler, choke, draws, shared, skew
        self._leases = leases
        self.table, self.secrets, self._idle, self._made = Table(), SecretStore(), list[Worker](), 0
        self._table_client: Any = _Client(self.table, "tokens", choke)
        self._secrets_client: Any = _Client(self.secrets, "secrets", choke)

    def transport(self, target: Any, manners: Manners) -> None:
        self._transport: Any = Choked(target, "http", self._choke, manners)

    def hire(self) -> Worker:
        """The free environment that rested last; one time in thirty a new one, as Lambda does for its own reasons."""
        return self._idle.pop() if self._idle and self._draws.below(30) else self._make()

    def rest(self, worker: Worker) -> None:
        self._idle.append(worker)

    def release(self) -> None:
        """A new release: every environment starts anew."""
        self._idle.clear()

    def _make(self) -> Worker:
        self._made += 1
        name, seconds = f"w{self._made}", self._skew.total_seconds()
        skew = timedelta(seconds=seconds * (self._draws.bits() / 2147483648 - 1))
        clock = WorkerClock(self._scheduler.now, skew)
        tokens = DynamoTokens(self._table_client, "table", Key(), "key", clock, sleep=self._sleep)  # type: ignore[arg-type]
        secrets = SecretsManagerSecrets(self._secrets_client, PREFIX, clock)
        serial = 0

        def unique() -> str:
            nonlocal serial
            serial += 1
            return f"{name}.{serial}"

        ports = worker_ports(
            self._shared,
            secrets=secrets,
            tokens=tokens,
            budgets=DynamoBudgets(self._table_client, "table", clock),
            leases=self._leases(clock),
            transport=self._transport,
            clock=clock,
            unique=unique,
            sleep=self._sleep,
        )
        return Worker(name, ports)

    def _sleep(self, _: float) -> None:
        """The jitter is the seed's."""
        task = self._scheduler.current
        if task is not None and not task.dead:
            self._scheduler.pause(SECOND // 10 + task.draws.below(SECOND))
