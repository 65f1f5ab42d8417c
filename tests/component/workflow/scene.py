"""A small customer to tell stories about: one World with master data, moved by hand, one function at a time.

`World.run` lives a whole life by itself; here a test says what happens next: a poll, a message, a sweep, a person.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sandbox.carriers.ups.ledger import LedgerShipment
from sandbox.engine import Fault, FaultKind
from sandbox.erps.m3.seed import Line, add_item, add_order, add_supplier, add_warehouse, place
from sandbox.simulation.faults import Plan
from shared.domain.measures import Weight
from shared.domain.record import AuditEntry, Head, Snapshot
from shared.domain.state import State
from shared.ports import Ports, StoredConnection
from shared.workflow.intake.poll import poll
from shared.workflow.orders.due import CALLED_WITHIN, CLOCKS
from shared.workflow.shipping.process import process
from shared.workflow.tracking.apply import apply_told
from shared.workflow.tracking.look import look
from shared.workflow.upkeep.sweep import sweep
from shared.workflow.write_back.process import write_back
from tests.builders import a_connection
from tests.worlds import World, a_minute

ORDER = "4000001"
CONNECTION = "acme-infor-ups"
ALBANY = place("Acme", "1 Dock St", "Albany", "NY", "12207", phone="518-555-0100")
BUFFALO = place("Valve Works", "77 Mill Rd", "Buffalo", "NY", "14201", phone="716-555-0101")
NOWHERE = place("Acme Site Office", "1 Nowhere Ln", "Albany", "NY", "12207")
AMBIGUOUS = place("Acme Site Office", "1 Ambiguous Ave", "Albany", "NY", "12207")
CALL_SETTLES = timedelta(minutes=15) + CLOCKS
"""From a call whose answer was lost until a look-up proves something."""
SETTLE = CALL_SETTLES + CALLED_WITHIN
"""The same from its intent on, when nobody knows when the worker came to the call."""
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


class Scene:
    """The customer's M3 and UPS, and our functions between them, in virtual time."""

    def __init__(self, *, plan: Plan | None = None, start: bool = True, **connection: Any) -> None:
        self.world = World(a_connection(**connection), plan)
        self.ports: Ports = self.world.ports
        self.clock, self.tenant, self.ups, self.m3 = (
            self.world.clock,
            self.world.tenant,
            self.world.ups,
            self.world.m3,
        )
        add_warehouse(self.tenant, "W01", ALBANY)
        add_supplier(self.tenant, "V100", BUFFALO, contact="Ann Lee", contact_phone="716-555-0102")
        add_item(self.tenant, "VALVE-1", "Gate valve", weight="3.5")
        add_item(self.tenant, "GASKET-X", "Gasket, new item")
        if start:
            self.world.start()

    # --- what happens ------------------------------------------------------------------------------------------------

    def order(self, number: str = ORDER, lines: Iterable[Line] = (Line("VALVE-1", 2),), **facts: Any) -> str:
        """A purchase order in M3; gives its key on our side."""
        add_order(self.tenant, number, **{"supplier": "V100", "lines": list(lines), **facts})
        return key_of(number)

    def poll(self, left: Callable[[], float] = a_minute) -> None:
        poll(self.ports, CONNECTION, left)

    def process(self, number: str = ORDER, left: Callable[[], float] = a_minute) -> None:
        process(self.ports, key_of(number), left)

    def write_back(self, number: str = ORDER) -> None:
        write_back(self.ports, key_of(number), a_minute)

    def sweep(self, left: Callable[[], float] = a_minute) -> int:
        return sweep(self.ports, left)

    def work(self) -> None:
        """Uses every message that waits, and those that follow from it."""
        while messages := [(name, *each) for name, queue in self.world.queues.items() for each in queue.take()]:
            for name, connection, order in messages:
                if name == "polls":
                    poll(self.ports, connection, a_minute)
                elif name == "orders":
                    process(self.ports, order, a_minute)
                elif name == "tracking":
                    apply_told(self.ports, connection, order)
                elif name == "looks":
                    look(self.ports, connection, order.split(), a_minute)
                else:
                    write_back(self.ports, order, a_minute)

    def taken_in(self, number: str = ORDER, lines: Iterable[Line] = (Line("VALVE-1", 2),), **facts: Any) -> str:
        """An order that a poll has stored and nobody has looked at yet."""
        key = self.order(number, lines, **facts)
        self.poll()
        self.drop_messages()
        return key

    def through(self, number: str = ORDER, lines: Iterable[Line] = (Line("VALVE-1", 2),), **facts: Any) -> str:
        """An order that has come as far as it comes at once."""
        key = self.order(number, lines, **facts)
        self.poll()
        self.work()
        return key

    def lives(self, span: timedelta = DAY) -> None:
        """Time goes by with all schedules running, whatever the orders do."""
        self.world.run(span, done=lambda _: False)

    def is_polled(self, every: timedelta) -> None:
        """Where weeks go by, most polls would find nothing."""
        self.world.poll_every = every

    def passes(self, span: timedelta) -> None:
        """Time goes by and nothing runs."""
        self.clock.advance(span)

    def drop_messages(self) -> None:
        """Every message that is on its way is lost."""
        for queue in self.world.queues.values():
            queue.take()

    def ups_will(self, kind: FaultKind, operation: str = "ship", **facts: Any) -> Fault:
        self.ups.faults.append(Fault(operation, kind, **facts))
        return self.ups.faults[-1]

    def m3_will(self, kind: FaultKind, operation: str, **facts: Any) -> Fault:
        self.m3.faults.append(Fault(operation, kind, **facts))
        return self.m3.faults[-1]

    def applies(self, **connection: Any) -> None:
        """A person applies a changed connection file."""
        self.ports.connections.apply(a_connection(**connection), self.clock.now(), "ann", self.clock.now())

    def sets(self, status: str, why: str = "") -> None:
        """The connection is paused, resumed or closed."""
        self.ports.connections.set_status(CONNECTION, status, why, "ann", self.clock.now())

    # --- what is seen ------------------------------------------------------------------------------------------------

    def head(self, number: str = ORDER) -> Head:
        head = self.world.orders.head(key_of(number))
        assert head, f"order {number} is not known"
        return head

    def known(self, number: str = ORDER) -> bool:
        return self.world.orders.head(key_of(number)) is not None

    def stands(self, number: str = ORDER) -> str:
        """State and reason, as in "HELD weight"."""
        head = self.head(number)
        return f"{head.state} {head.reason}".strip()

    def snapshot(self, number: str = ORDER) -> Snapshot:
        return self.world.orders.snapshot(key_of(number), 1)

    def audit(self, number: str = ORDER) -> list[AuditEntry]:
        return self.world.orders.audit(key_of(number))

    def trail(self, number: str = ORDER) -> list[str]:
        """Return the steps of an order, in their order."""
        return [entry.what for entry in self.audit(number)]

    def live(self, number: str = ORDER) -> list[LedgerShipment]:
        """The carrier's own book of what lives of the order."""
        return self.ups.ledger.live_of_order(number)

    def in_erp(self, number: str = ORDER) -> dict[str, str]:
        return self.tenant.free_fields(number)

    def asked(self, engine: Any, operation: str) -> int:
        return sum(each.operation == operation for each in engine.recorded)

    def creates(self) -> int:
        """How often the carrier was asked to make a shipment, whatever came of it."""
        return self.asked(self.ups, "ship")

    def messages(self, queue: str = "orders") -> list[str]:
        return [order for _, order in self.world.queues[queue].messages]

    def connection(self) -> StoredConnection:
        stored = self.ports.connections.get(CONNECTION)
        assert stored
        return stored

    def with_ports(self, **ports: Any) -> None:
        """Other ports for what follows."""
        self.ports = self.world.ports = replace(self.world.ports, **ports)

    def before_the_next(self, side: str, call: str, happens: Callable[[], object]) -> None:
        """Let something happen once, when a worker has made up its mind to this call of the "erp" or the "carrier"."""
        port = f"open_{side}"
        opened = getattr(self.ports, port)

        class Overtaken:
            def __init__(self, system: Any) -> None:
                self._system = system

            def __getattr__(self, name: str) -> Any:
                return overtaken if name == call else getattr(self._system, name)

        def overtaken(*asked: Any) -> Any:
            if getattr(self.ports, port) is not opened:
                self.with_ports(**{port: opened})
                happens()
            return getattr(opened(self.connection().connection), call)(*asked)

        self.with_ports(**{port: lambda connection: Overtaken(opened(connection))})


def key_of(number: str) -> str:
    return f"infor-m3:ACME_TST/100/{number}/-"


def kg(value: str) -> Weight:
    return Weight(Decimal(value), "kg")


def ours(head: Head, *leaving: str) -> dict[str, Any]:
    """A head's facts by name, without the bookkeeping and what is named."""
    left = {"version", "token", "updated_at", "due_at", "swept", *leaving}
    return {each.name: getattr(head, each.name) for each in fields(Head) if each.name not in left}


def bought_once(scene: Scene, number: str = ORDER) -> bool:
    """One live shipment at the carrier, and its numbers in the ERP."""
    (shipment,) = scene.live(number)
    written = scene.in_erp(number).get("A121", "").split()
    return scene.head(number).state == State.DONE and written == list(shipment.tracking_numbers)
