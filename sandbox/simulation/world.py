"""A world that lives by itself: a deployment with one connection, its many workers, its people, and what is outside.

It lives the life that the deployed functions live: polls by the schedule, messages that come back when their worker
fails, a sweep each minute. `life` lives it until every order has ended as it must, then on without faults for a while.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple

from sandbox.ledger import LedgerShipment
from sandbox.memory import MemoryLeases
from sandbox.simulation.audit import intents
from sandbox.simulation.choke import Choke
from sandbox.simulation.deployed import DEPLOYMENT, QUEUES, Deployed, use
from sandbox.simulation.draws import Draws
from sandbox.simulation.faults import NoFaults, Plan
from sandbox.simulation.ground import orders_of
from sandbox.simulation.orders import Seeded
from sandbox.simulation.outside import Outside
from sandbox.simulation.post import Lane
from sandbox.simulation.quirks import UNWRITABLE
from sandbox.simulation.reading import Readings
from sandbox.simulation.release import reread
from sandbox.simulation.scenario import Scenario
from sandbox.simulation.scheduler import MINUTE, SECOND, Scheduler
from sandbox.simulation.verdict import Complaint
from sandbox.simulation.workers import PREFIX, Pool
from shared.domain.record import Head
from shared.domain.reference import reference_of
from shared.ports import Clock
from shared.workflow.upkeep.sweep import sweep

if TYPE_CHECKING:
    from sandbox.simulation.on_table import OnTable


class Function(NamedTuple):
    """The function behind a queue: its tasks' name, the stream of its queue's draws, and its settings."""

    name: str
    stream: str
    timeout: int
    batch: int
    most: int


FUNCTIONS = {
    "order_queue": Function("process", "orders", timeout=120, batch=1, most=10),
    "write_back_queue": Function("write_back", "back", timeout=180, batch=10, most=5),
    "poll_queue": Function("poll", "polls", timeout=300, batch=1, most=5),
    "tracking_queue": Function("track", "tracking", timeout=60, batch=10, most=5),
    "looks_queue": Function("look", "looks", timeout=300, batch=1, most=5),
    "receiving_queue": Function("receive", "receiving", timeout=300, batch=1, most=3),
}
START = datetime(2026, 11, 2, 14, 0, tzinfo=UTC)


class World(Deployed):
    """See the module. `plan` decides which calls are struck.

    `untold` are documents whose story has not begun, `missed` those whose story began before we knew of them.
    """

    outside: Outside

    def __init__(self, scenario: Scenario, plan: Plan) -> None:
        self.scenario, self.scheduler = scenario, Scheduler(START, scenario.seed)
        outside = Outside(self.scheduler.now, scenario)
        choke = Choke(self.scheduler, plan, scenario.seed)
        self.on_table = _on_table(scenario, self.scheduler, choke) if scenario.table else None
        stores = self.on_table.stores if self.on_table else {}
        super().__init__(scenario.connection, outside, choke, others=scenario.others, **stores)
        self.draws, self.ledger = Draws(scenario.seed, "world"), self.carrier.ledger
        outside.disturbed = self._disturbed
        outside.at = lambda after, effect: self.scheduler.at(self.scheduler.time + after, effect)
        self._open()
        self.seeded = orders_of(scenario, outside, self.draws, START)
        saves: Any = self.on_table.saves if self.on_table else self.connections
        self.readings = Readings(self.scheduler, outside, self.connections, saves, scenario.slow)
        self.untold, self.missed = set[str](), set[str]()
        self.applied_anew: datetime | None = None
        self.complaints, self._sweeps, self._keys = list[Complaint](), 0, dict[str, str]()
        self._add, self.ledger.add = self.ledger.add, self._bought  # type: ignore[method-assign]

    def _open(self) -> None:
        """The queues with their workers, and the ports that all workers share."""
        shared: dict[str, object] = {}
        self.pool = Pool(
            self.scheduler, self.choke, Draws(self.scenario.seed, "workers"), shared, self._leases, self.scenario.skew
        )
        self.pool.transport(self.outside, self.outside.manners(self.scenario.late))
        self.pool.secrets.fields = {f"{PREFIX}{name}/{side}": kept for (name, side), kept in self.credentials.items()}
        self.lanes = {
            queue: Lane(
                each.name, QUEUES[queue], self.scheduler, Draws(self.scenario.seed, each.stream), self.pool,
                each.timeout, each.batch, each.most, partial(use, queue),
            )
            for queue, each in FUNCTIONS.items()
        }  # fmt: skip
        shared |= self.shared_ports({name: _Sender(lane) for name, lane in self.lanes.items()})
        shared |= self.on_table.ports if self.on_table else {}

    def _leases(self, clock: Clock) -> Any:
        return self.on_table.leases(clock) if self.on_table else self.choked(MemoryLeases(clock, self.book), "leases")

    def close(self) -> None:
        """The end of what the world stands on."""
        if self.on_table:
            self.on_table.close()

    def start(self) -> None:
        """Applies and starts the connections; the cut-over line is now, or lies so far behind. Orders come in from then
        on.

        At an ERP without times of change the line is the day before: what comes before the first poll is taken, too.
        """
        now = self.scheduler.now()
        line = now if self.erp.change_times else now - timedelta(days=1)
        line -= timedelta(microseconds=self.scenario.behind)
        self.begin(line, now)
        self.outside.locked = frozenset(each.document for each in self.seeded if each.quirk == UNWRITABLE)
        for order in self.seeded:
            self.scheduler.at(order.at + order.late, partial(self._commit, order))
        self.scheduler.at(SECOND, self._schedule)
        self.scheduler.at(MINUTE, self._minute)

    def _commit(self, order: Seeded) -> None:
        """The order appears, with the stamp of when it was entered."""
        order.add(self.erp, order.document)
        self.erp.backdate(order.document, START + timedelta(microseconds=order.at))
        self.readings.change(order.document, order.late)

    def _schedule(self) -> None:
        """EventBridge Scheduler: a message to the polls queue, now and then twice."""
        for connection in self.all_connections:
            self.lanes["poll_queue"].send(connection.id, [""], "poll")
        busy = self.scheduler.time < self.scenario.busy
        after = self.scenario.busy_every if busy else self.scenario.poll_every
        self.scheduler.at(self.scheduler.time + after, self._schedule)

    def _minute(self) -> None:
        """The sweep, each minute in which something is due: the others would find nothing."""
        now = self.scheduler.now()
        if self.orders.due(now, 1) or self.orders.due_of("telling", now, 1):
            self._sweeps += 1
            worker, left = self.pool.hire(), self._left(50)
            self.scheduler.begin(
                f"sweep #{self._sweeps}",
                lambda: _ignore(sweep(worker.ports, left)),
                lambda well: self.pool.rest(worker) if well else None,
                within=50 * SECOND,
            )
        self.scheduler.at(self.scheduler.time + MINUTE, self._minute)

    def _left(self, seconds: int) -> Callable[[], float]:
        deadline = self.scheduler.time + seconds * SECOND
        return lambda: (deadline - self.scheduler.time) / SECOND

    def _bought(self, shipment: LedgerShipment) -> None:
        """The carrier makes a shipment: it must have been announced in the audit before."""
        self._add(shipment)
        if shipment.reference not in self._keys:
            for head in self.orders.every():
                self._keys[_reference(head.key, head.generation)] = head.key
        key = self._keys.get(shipment.reference, "")
        made = len(self.ledger.of_reference(shipment.account, shipment.reference))
        if made > intents(self.orders, key):
            words = f"the carrier made shipment {shipment.shipment_id} before its intent was in the audit"
            self.complaints.append(Complaint("unexpected", shipment.erp_reference, words))

    def heads_of(self, document: str) -> list[Head]:
        return self.orders.of_document(document)

    def release(self) -> None:
        """A new release takes over: new environments read the items that the old ones wrote."""
        self.pool.release()
        self.orders.rewrite(reread)

    def _disturbed(self) -> None:
        task = self.scheduler.current
        if task is not None:
            self.choke.doubt(task)

    def life(self, well: Callable[[World], bool]) -> None:
        """Until all is well, and a quiet while longer; should it not be in time, on without faults."""
        for plan in (self.choke.plan, NoFaults()):
            self.choke.plan, self.readings.calm = plan, self.scheduler.time
            limit = self.scheduler.time + self.scenario.longest
            while self.scheduler.time < limit:
                self.scheduler.run(self.scheduler.time + 10 * MINUTE)
                if well(self):
                    break
            else:
                continue
            break
        self.choke.plan, self.readings.calm = NoFaults(), max(self.readings.calm, self.scheduler.time)
        self.scheduler.run(self.scheduler.time + self.scenario.quiet)


def _on_table(scenario: Scenario, scheduler: Scheduler, choke: Choke) -> OnTable:
    from sandbox.simulation.on_table import OnTable  # noqa: PLC0415 - what emulates AWS takes long to load

    return OnTable(scheduler, choke, scenario.seed)


@lru_cache(maxsize=4096)
def _reference(key: str, generation: int) -> str:
    return reference_of(DEPLOYMENT, key, generation)


class _Sender:
    """The Queue port of a lane."""

    def __init__(self, lane: Lane) -> None:
        self.send = lane.send


def _ignore(_: object) -> None:
    """Nothing is done with it."""
