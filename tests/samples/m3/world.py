"""A small M3 tenant with the adapter before it, in one process: for the tests of both."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sandbox.engine import ConnectionDropped
from sandbox.erps.m3.engine import M3Engine
from sandbox.erps.m3.seed import Line, add_item, add_order, add_supplier, add_warehouse, ionapi, place
from sandbox.erps.m3.tenant import Tenant
from sandbox.memory import ManualClock, MemoryBudgets, MemorySecrets, MemoryTokens
from shared.connection import Connection
from shared.erp.infor.adapter import InforM3, open_erp
from shared.http import Lost, Request, Response
from tests.builders import a_connection

CHICAGO = place("Acme Distribution", "200 Dock Rd", "Chicago", "IL", "60601", phone="+1 (312) 555-0100")
DAYTON = place("Widget Works", ("10 Mill Ln", "Unit 4"), "Dayton", "OH", "45402", phone="937-555-0101 x12")
AUSTIN = place("Acme Site 7", "77 Quarry Rd", "Austin", "TX", "78701")


class InProcess:
    """A Transport that hands requests to an engine: a dropped connection is a lost answer."""

    def __init__(self, engine: M3Engine) -> None:
        self.engine = engine
        self.timeouts: list[float] = []

    def send(self, request: Request, *, timeout: float, fresh: bool = False) -> Response:
        self.timeouts.append(timeout)
        try:
            return self.engine.handle(request)
        except ConnectionDropped as dropped:
            raise Lost(str(dropped)) from dropped


@dataclass
class World:
    """Two suppliers' worth of M3; orders are added by the tests."""

    clock: ManualClock = field(default_factory=ManualClock)
    service_account: bool = True
    tenant: Tenant = field(init=False)
    engine: M3Engine = field(init=False)
    transport: InProcess = field(init=False)
    secrets: MemorySecrets = field(default_factory=MemorySecrets)
    tokens: MemoryTokens = field(init=False)

    def __post_init__(self) -> None:
        self.tenant = Tenant(self.clock.now)
        credentials = ionapi(service_account=self.service_account)
        self.engine = M3Engine(self.clock.now, tenant=self.tenant, ionapi=credentials)
        self.transport = InProcess(self.engine)
        self.tokens = MemoryTokens(self.clock)
        self.secrets.fields[("acme-infor-ups", "erp")] = credentials
        add_warehouse(self.tenant, "W01", CHICAGO)
        add_supplier(self.tenant, "V100", DAYTON, contact="Ann Lee", contact_phone="(937) 555-0199")
        add_item(self.tenant, "BOLT-10", "Bolts, box of 10", weight="1.2", size=("20", "10", "5"))
        add_item(self.tenant, "NUT-10", "Nuts, box of 10", weight="0.4")

    def erp(self, **changes: Any) -> InforM3:
        erp = open_erp(
            connection(**changes),
            secrets=self.secrets,
            tokens=self.tokens,
            budgets=MemoryBudgets(self.clock),
            transport=self.transport,
            clock=self.clock,
        )
        assert isinstance(erp, InforM3)
        return erp

    def order(self, number: str = "4000001", lines: Iterable[Line] = (Line("BOLT-10", 12),), **facts: Any) -> None:
        add_order(self.tenant, number, **{"supplier": "V100", "lines": list(lines), **facts})

    def calls(self) -> list[str]:
        """The operations that were asked for since the last time, without the token."""
        asked = [each.operation for each in self.engine.recorded if each.operation != "token"]
        self.engine.recorded.clear()
        return asked


def connection(**changes: Any) -> Connection:
    """A connection of the tests' file; keywords replace or add keys. `flow` may be one that no file takes yet."""
    flow = changes.pop("flow", "inbound")
    return a_connection(**changes).model_copy(update={"flow": flow})
