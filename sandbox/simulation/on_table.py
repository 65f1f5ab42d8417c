"""The stores of a world on the DynamoDB adapters, over a table in this process. Imported by worlds that stand on one
alone: what emulates AWS takes long to load."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from sandbox.simulation.choke import Choke, noting
from sandbox.simulation.direct_table import DirectClient
from sandbox.simulation.draws import Draws
from sandbox.simulation.hard_table import HardClient, HardTable
from sandbox.simulation.scheduler import SECOND, Scheduler
from sandbox.table import make_table
from shared.aws import intake, transactions
from shared.aws.connections import DynamoConnectionStore
from shared.aws.documents import DynamoDocumentStore
from shared.aws.keys import stamp_of
from shared.aws.leases import DynamoLeases
from shared.aws.orders import DynamoOrderStore
from shared.aws.receiving import DynamoReceivingStore
from shared.aws.tracking import DynamoTrackingStore
from shared.domain.record import AuditEntry, Head
from shared.ports import Clock, Leases, ShippedPackage
from shared.registry import KINDS

TABLE, LAGGING = "parcelbridge", "indexes"


class KnownOrders(DynamoOrderStore):
    """The orders as whoever judges sees them: nothing lags or fails, and nothing is read twice between two writes."""

    def __init__(self, table: HardTable) -> None:
        super().__init__(table.client, table.name)
        self._hard = table
        self._known: dict[tuple[Any, ...], Any] = {}
        self._as_of = -1

    def every(self) -> list[Head]:
        found: list[Head] = self._once(("every",), lambda: self.heads(sorted(self._hard.orders)))
        return found

    def of_document(self, document: str) -> list[Head]:
        return [head for head in self.every() if head.document == document]

    def audit(self, key: str) -> list[AuditEntry]:
        found: list[AuditEntry] = self._once(("audit", key), lambda: super(KnownOrders, self).audit(key))
        return found

    def packages(self, key: str, generation: int) -> tuple[ShippedPackage, ...]:
        read = super().packages
        found: tuple[ShippedPackage, ...] = self._once(("packages", key, generation), lambda: read(key, generation))
        return found

    def due(self, now: datetime, limit: int) -> list[Any]:
        """The places of what is due, of whatever kind."""
        return [place for place, due in self._hard.due.items() if due <= stamp_of(now)][:limit]

    def due_of(self, kind: str, now: datetime, limit: int) -> list[Any]:
        """None beside those."""
        return []

    def rewrite(self, _: object) -> None:
        """Nothing is to be done: each read goes through the codec."""

    def _once(self, what: tuple[Any, ...], read: Callable[[], Any]) -> Any:
        if self._as_of != self._hard.writes:
            self._as_of = self._hard.writes
            self._known.clear()
        if what not in self._known:
            self._known[what] = read()
        return self._known[what]


class OnTable:
    """A table in the place of the stores in memory: `stores` to judge a world by, `ports` for its workers."""

    def __init__(self, scheduler: Scheduler, choke: Choke, seed: str) -> None:
        self._open, self._scheduler = ExitStack(), scheduler
        self._pass()
        client: Any = DirectClient()
        for name in (TABLE, LAGGING):
            make_table(client, name)
        self.table = HardTable(client, TABLE, LAGGING, scheduler, Draws(seed, "table"))
        self._workers: Any = HardClient(self.table, choke)
        orders: Any = DynamoOrderStore(self._workers, TABLE)
        orders.transition = noting(orders.transition, scheduler)
        self.saves = DynamoConnectionStore(self._workers, TABLE, KINDS)
        self.ports: dict[str, Any] = {"orders": orders, "connections": self.saves, **_more(self._workers)}
        judged = DynamoConnectionStore(client, TABLE, KINDS)
        known = KnownOrders(self.table)
        self.stores: dict[str, Any] = {"orders": known, "connections": judged, **_more(client)}

    def close(self) -> None:
        """The adapters wait as ever."""
        self._open.close()

    def leases(self, clock: Clock) -> Leases:
        return DynamoLeases(self._workers, TABLE, clock)

    def _pass(self) -> None:
        """The adapters' waits pass in the world's time, and by no chance of theirs."""
        enter = self._open.enter_context
        for module in (transactions, intake):
            enter(patch.object(module, "time", SimpleNamespace(sleep=self._sleep)))
        enter(patch.object(transactions, "random", SimpleNamespace(uniform=lambda least, most: (least + most) / 2)))

    def _sleep(self, seconds: float) -> None:
        task = self._scheduler.current
        if task is not None and not task.dead:
            self._scheduler.pause(round(seconds * SECOND))


def _more(client: Any) -> dict[str, Any]:
    return {
        "documents": DynamoDocumentStore(client, TABLE),
        "tracking": DynamoTrackingStore(client, TABLE),
        "receiving": DynamoReceivingStore(client, TABLE),
    }
