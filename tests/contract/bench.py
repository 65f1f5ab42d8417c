"""An emulated ERP or carrier on the bench, with its adapter before it as the registry opens it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.engine import Fault, FaultKind
from sandbox.faces import Emulated, Entered, Line
from sandbox.inprocess import Systems
from sandbox.memory import ManualClock, MemoryBudgets, MemorySecrets, MemoryTokens
from sandbox.places import place
from sandbox.simulation.scenario import file_of
from shared.connection import Connection, parse
from shared.domain.order import Order
from shared.ports import Carrier, Erp, ErpAction, ErpActions, ShippedLine, WriteBack
from shared.registry import KINDS, open_systems

ALBANY = place("Acme", "1 Dock St", "Albany", "NY", "12207", phone="518-555-0100")
BUFFALO = place("Valve Works", "77 Mill Rd", "Buffalo", "NY", "14201", phone="716-555-0101")
ROCHESTER = place("Acme Plant", "480 Erie Blvd", "Rochester", "NY", "14604", phone="585-555-0100")
NEW_YORK = place("Acme Shop", "5 Broad St", "New York", "NY", "10004", phone="212-555-0100")
DOCUMENT = "4000001"


class Bench:
    """Both systems of a connection; what is asked of the one under test goes through its adapter."""

    def __init__(self, erp: str, carrier: str) -> None:
        self.clock = ManualClock()
        self.systems = Systems(self.clock.now, erp, carrier)
        self.system: Emulated
        self.secrets = MemorySecrets()
        self._file = file_of(erp, carrier)

    def connection(self, **changes: Any) -> Connection:
        connection = parse({**self._file, **changes}, KINDS)
        sides: dict[str, Emulated] = {"erp": self.systems.erp, "carrier": self.systems.carrier}
        for side, system in sides.items():
            self.secrets.fields.setdefault((connection.id, side), dict(system.credential))
        return connection

    def opened(self, **changes: Any) -> tuple[Erp, Carrier]:
        """Both adapters anew, as a function opens them; nothing is remembered but in `secrets`."""
        connection = self.connection(**changes)
        tokens, budgets = MemoryTokens(self.clock), MemoryBudgets(self.clock)
        erp, carrier = open_systems(
            secrets=self.secrets, tokens=tokens, budgets=budgets, transport=self.systems, clock=self.clock
        )
        return erp(connection), carrier(connection)

    def will(self, kind: FaultKind, method: str, **facts: Any) -> Fault:
        """The system misbehaves at the requests behind a method of its port."""
        fault = Fault(self.system.operations[method], kind, **facts)
        self.system.engine.faults.append(fault)
        return fault

    def asked(self) -> list[str]:
        """The operations that were asked for since the last time, without those for a token."""
        asked = [each.operation for each in self.system.engine.recorded]
        self.system.engine.recorded.clear()
        return [each for each in asked if each != self.system.operations["token"]]


class ErpBench(Bench):
    """An ERP with a supplier, two warehouses and two items."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind, "ups")
        self.system = self.emulated = self.systems.erp
        self.emulated.add_warehouse("W01", ALBANY)
        self.emulated.add_warehouse("W02", NEW_YORK)
        self.emulated.add_supplier("V100", BUFFALO, contact="Ann Lee", contact_phone="716-555-0102")
        self.emulated.add_item("VALVE-1", "Gate valve", weight="3.5")
        self.emulated.add_item("GASKET-X", "Gasket, new item")

    def erp(self, **changes: Any) -> Erp:
        return self.opened(**changes)[0]

    def enter(self, document: str = DOCUMENT, *lines: Line, **facts: Any) -> str:
        self.emulated.add(Entered(document, lines or (Line("VALVE-1", 2),), **facts))
        return document

    def read(self, document: str = DOCUMENT) -> tuple[Order, ...]:
        return self.erp().read(document)

    def only(self, document: str = DOCUMENT) -> Order:
        (order,) = self.read(document)
        return order

    def listed(self, cursor: str = "", floor: datetime | None = None) -> list[str]:
        return [each.document for each in self.erp().changed(cursor, floor or self.began)]

    @property
    def today(self) -> date:
        return self.clock.now().astimezone(ZoneInfo(self.connection().timezone)).date()

    def account(self, day: date | None = None) -> dict[str, bool]:
        """The ERP's own account of a day: the document, and whether it is ready."""
        listed = list(self.erp().listing(day or self.today, self.began))
        assert all(each.document for each in listed)
        return {each.document: each.ready for each in listed}

    @property
    def began(self) -> datetime:
        return ManualClock().now()

    def passes(self, span: timedelta) -> None:
        self.clock.advance(span)

    def fields(self, document: str = DOCUMENT) -> dict[str, str]:
        return self.emulated.fields_of(document)

    def tell(self, note: WriteBack) -> tuple[str, ...]:
        """Tell the ERP as the workflow does: its fields, then its actions, each looked up before it is made, then its
        fields once more where an action was made. The lines of a note are those of the document."""
        erp, note = self.erp(), self.noted(note)
        fields = erp.write(note)
        made = [each for each in (erp.actions(note) if isinstance(erp, ErpActions) else ()) if _made(erp, each)]
        return erp.write(note) if made else fields

    @property
    def acts(self) -> bool:
        return isinstance(self.erp(), ErpActions)

    def noted(self, note: WriteBack) -> WriteBack:
        """The note with the lines of its document, where the ERP acts on them and has not been told yet."""
        if not self.acts or not note.tracking_numbers or note.lines:
            return note
        lines = [line for order in self.read(note.document) for line in order.lines]
        return replace(note, lines=tuple(ShippedLine(each.number, each.quantity, each.unit) for each in lines))

    def writes(self) -> int:
        return len(self.emulated.written())


class CarrierBench(Bench):
    """A carrier that goes between places in the state of New York."""

    def __init__(self, kind: str) -> None:
        super().__init__("infor-m3", kind)
        self.system = self.emulated = self.systems.carrier

    def carrier(self, **changes: Any) -> Carrier:
        return self.opened(**changes)[1]

    def live(self, document: str = DOCUMENT) -> list[str]:
        """Ids of what lives of a document, by the carrier's own book."""
        return [each.shipment_id for each in self.emulated.ledger.live_of_order(document)]


def _made(erp: Any, action: ErpAction) -> bool:
    """Return whether the action was made by this, and not before."""
    return not erp.find_action(action) and bool(erp.act(action))


def a_note(*numbers: str, document: str = DOCUMENT, **facts: Any) -> WriteBack:
    """Return the ERP's message about a shipment with these numbers."""
    told = {"reference": "PB1-7K3MZQ2A4XYW-1", "shipment_id": numbers[0] if numbers else "S1", "service": "03"}
    return WriteBack(document, tracking_numbers=numbers, **{**told, "cost": None, **facts})
