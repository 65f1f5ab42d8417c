"""A customer whose purchase orders are received at ShipStation: M3 and its warehouse, moved by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from copy import deepcopy
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sandbox.carriers.shipstation.engine import ShipStationEngine
from sandbox.carriers.shipstation.face import ShipStation
from sandbox.carriers.shipstation.purchase_orders import PurchaseOrder
from sandbox.engine import Fault
from sandbox.erps.m3.seed import Line, add_item, add_order, add_supplier, add_warehouse, place
from sandbox.simulation.faults import Plan
from shared.connection import parse
from shared.domain.receiving import InboundOrder, Receipt
from shared.registry import KINDS
from shared.workflow.receiving.run import receive
from tests.worlds import World, a_minute

CONNECTION = "acme-infor-shipstation"
ORDER = "4000001"
ALBANY = place("Acme", "1 Dock St", "Albany", "NY", "12207", phone="518-555-0100")
BUFFALO = place("Valve Works", "77 Mill Rd", "Buffalo", "NY", "14201", phone="716-555-0101")
FILE: dict[str, Any] = {
    "id": CONNECTION,
    "flow": "inbound",
    "erp": {"kind": "infor-m3", "cono": "100"},
    "carrier": {"kind": "shipstation", "api": "v2", "inbound_as": "purchase_order"},
    "schedule": "rate(10 minutes)",
    "select": {"suppliers": ["V100"]},
    "warehouses": {"W01": {"ship_from": "se-1", "inventory_warehouse": "se-9101", "inventory_location": "se-9001"}},
    "receipts": {"moment": "quantity_received"},
}
SETTLED = timedelta(minutes=20)
"""From a call whose answer was lost until a look-up proves something."""
HOUR = timedelta(hours=1)


def a_file(**changes: Any) -> dict[str, Any]:
    """The file; a key with a dictionary is merged, any other replaces."""
    file = deepcopy(FILE)
    for key, value in changes.items():
        file[key] = {**file[key], **value} if isinstance(value, dict) and isinstance(file.get(key), dict) else value
    return file


class Yard:
    """`turn` is one invocation of receive_goods; between two of them a test says what happens."""

    def __init__(self, plan: Plan | None = None, *, stores: dict[str, Any] | None = None, **changes: Any) -> None:
        self.world = World(parse(a_file(**changes), KINDS), plan, **(stores or {}))
        self.ports, self.clock, self.tenant, self.m3 = (
            self.world.ports,
            self.world.clock,
            self.world.tenant,
            self.world.m3,
        )
        face = self.world.carrier
        assert isinstance(face, ShipStation)
        self.station: ShipStationEngine = face.engine
        self.manners = self.station.manners
        stock = self.station.stock
        stock.add_place("A-01", stock.add_warehouse("Albany stock"))
        self.location = next(iter(stock.places))
        for sku, name in (("VALVE-1", "Gate valve"), ("GASKET-X", "Gasket")):
            stock.add_product(sku, name)
            add_item(self.tenant, sku, name, weight="1")
        add_warehouse(self.tenant, "W01", ALBANY)
        add_supplier(self.tenant, "V100", BUFFALO, contact="Ann Lee", contact_phone="716-555-0102")
        self.world.start()

    # --- what happens --------------------

    def order(self, number: str = ORDER, lines: Iterable[Line] = (Line("VALVE-1", 10),), **facts: Any) -> str:
        """A purchase order in M3, confirmed unless it is said otherwise; gives its key on our side."""
        confirmed = facts.pop("confirmed", "20261201")
        add_order(self.tenant, number, **{"supplier": "V100", "lines": list(lines), **facts})
        if confirmed:
            self.confirm(number, confirmed)
        return key_of(number)

    def confirm(self, number: str = ORDER, day: str = "20261201") -> None:
        for row in self.tenant.touch(number).lines:
            row["CODT"] = day

    def turn(self, after: timedelta = timedelta(minutes=10), left: Callable[[], float] = a_minute) -> None:
        """Time goes by, and the connection has its turn. What waits in its queue is that same turn."""
        self.clock.advance(after)
        self.world.queues["receiving"].take()
        self.world.work(lambda: receive(self.ports, CONNECTION, left))

    def comes_in(self, pieces: int, sku: str = "VALVE-1", number: str = ORDER, rejected: int = 0) -> None:
        """Goods arrive at the dock."""
        self.station.orders.take_in(self.remote(number), sku, self.location, pieces, rejected)

    def fails(self, operation: str, kind: Any, times: int = 1, *, at: str = "warehouse", skip: int = 0) -> None:
        engine = self.station if at == "warehouse" else self.m3
        engine.faults.append(Fault(operation, kind, times=times, skip=skip, seconds=30, status=504))

    # --- what is there --------------------

    @property
    def remotes(self) -> list[PurchaseOrder]:
        return list(self.station.orders.orders.values())

    def remote(self, number: str = ORDER) -> PurchaseOrder:
        (found,) = [each for each in self.remotes if (each.reference or "").startswith(number)]
        return found

    def record(self, number: str = ORDER) -> InboundOrder:
        found = self.ports.receiving.get(key_of(number))
        assert found
        return found

    def receipts(self, number: str = ORDER) -> tuple[Receipt, ...]:
        return self.ports.receiving.receipts(key_of(number))

    def steps(self, number: str = ORDER) -> list[str]:
        return [str(each.what) for each in self.ports.receiving.audit(key_of(number))]

    def booked(self, number: str = ORDER) -> dict[str, Decimal]:
        """The quantities that M3 has booked, by line."""
        found: dict[str, Decimal] = {}
        for each in self.tenant.bookings:
            if each.document == number:
                found[each.line] = found.get(each.line, Decimal(0)) + each.quantity
        return found

    def stands(self, number: str = ORDER) -> str:
        record = self.record(number)
        return f"{record.stage} {record.hold}".strip()


def key_of(number: str = ORDER, warehouse: str = "W01") -> str:
    return f"infor-m3:ACME_TST/100/{number}/{warehouse}"
