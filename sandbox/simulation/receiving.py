"""The way in, lived for days under faults: purchase orders out, goods at the dock in parts, receipts back.

The judge reads the systems' own books and never ours: one purchase order at the warehouse for each of the ERP's, booked
what was received, each receipt once, and stock equal at the end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sandbox.carriers.shipstation.engine import ShipStationEngine
from sandbox.carriers.shipstation.face import ShipStation
from sandbox.carriers.shipstation.purchase_orders import PurchaseOrder
from sandbox.erps.m3 import seed as m3
from sandbox.erps.m3.face import M3Erp
from sandbox.erps.m3.tenant import Tenant
from sandbox.places import place
from sandbox.simulation.by_hand import STRIKES, ByHand
from sandbox.simulation.draws import Draws
from sandbox.simulation.faults import Kind, NoFaults, Plan
from shared.connection import parse
from shared.domain.receiving import InboundOrder, Stage
from shared.registry import KINDS
from shared.workflow.desk.receipts import add_parcel
from shared.workflow.receiving.run import receive

TURN = timedelta(minutes=10)
SKUS = ("VALVE-1", "GASKET-X", "PIPE-3")
NAME = "acme-infor-shipstation"
FILE: dict[str, Any] = {
    "id": NAME,
    "flow": "inbound",
    "erp": {"kind": "infor-m3", "cono": "100"},
    "carrier": {"kind": "shipstation", "api": "v2", "inbound_as": "purchase_order"},
    "schedule": "rate(10 minutes)",
    "select": {"suppliers": ["V100", "V200"]},
    "receipts": {"moment": "quantity_received"},
    "stock": {"owner": "erp", "schedule": "rate(1 hour)", "write": "on"},
}


@dataclass(frozen=True)
class Strikes:
    """Strikes that share of all calls until it is switched off."""

    share: float
    on: list[bool] = field(default_factory=lambda: [True])

    def strikes(self, place: tuple[str, int], draws: Draws, time: int) -> Kind | None:
        return draws.pick(STRIKES) if self.on[0] and draws.chance(self.share) else None


@dataclass(frozen=True)
class Ordered:
    """A purchase order as it was entered: pieces by SKU, and what the dock will receive of it in which parts."""

    number: str
    pieces: dict[str, int]
    parts: tuple[tuple[str, int], ...]
    cancelled: bool = False


class ReceivingWorld(ByHand):
    """A tenant, a warehouse, and our function between them. `life` lives until all is at rest."""

    def __init__(self, seed: str, orders: int, plan: Plan | None = None, **changes: Any) -> None:
        ids = {"ship_from": "se-4501", "inventory_warehouse": "se-9101", "inventory_location": "se-9001"}
        file = {**FILE, "warehouses": {"W01": ids}, "unknown": "retry", **changes}
        super().__init__(parse(file, KINDS), plan or NoFaults())
        self.draws, self.ordered = Draws(seed, "receiving"), dict[str, Ordered]()
        self.follows = file.get("receipts", {}).get("moment") == "delivered"
        self.compares = bool(file.get("stock"))
        assert isinstance(self.erp, M3Erp)  # noqa: S101
        assert isinstance(self.carrier, ShipStation)  # noqa: S101
        self.tenant: Tenant = self.erp.tenant
        self.station: ShipStationEngine = self.carrier.engine
        stock = self.station.stock
        stock.add_place("A-01", stock.add_warehouse("Albany stock"))
        m3.add_warehouse(self.tenant, "W01", place("Acme", "1 Dock St", "Albany", "NY", "12207"))
        for number in ("V100", "V200"):
            m3.add_supplier(self.tenant, number, place(f"Supplier {number}", "7 Mill Rd", "Buffalo", "NY", "14201"))
        for sku in SKUS:
            stock.add_product(sku, sku)
            m3.add_item(self.tenant, sku, sku, weight="1")
            self.tenant.stocks("W01", sku, self.draws.between(0, 40))
        self.start()
        for place_ in range(orders):
            self._enter(f"{4000001 + place_}")

    def _enter(self, number: str) -> None:
        draws, lines, pieces = self.draws, [], Counter[str]()
        for sku in SKUS[: draws.between(1, 3)]:
            count, per_unit = draws.between(1, 12), draws.pick((1, 1, 3, 12))
            lines.append(m3.Line(sku, count, unit="EA" if per_unit == 1 else "BOX", per_unit=per_unit))
            pieces[sku] += count * per_unit
        if draws.chance(0.3):
            lines.append(m3.Line(SKUS[0], 5))
            pieces[SKUS[0]] += 5
        m3.add_order(self.tenant, number, supplier=draws.pick(("V100", "V200")), lines=lines)
        cancelled = draws.chance(0.1)
        parts = () if cancelled else tuple(self._parts(pieces))
        self.ordered[number] = Ordered(number, dict(pieces), parts, cancelled)

    def _parts(self, pieces: Counter[str]) -> Iterator[tuple[str, int]]:
        """One delivery in ten is short, one in ten has too much."""
        for sku, total in pieces.items():
            left = max(total + self.draws.pick((0, 0, 0, 0, 0, 0, 0, 0, -1, 2)), 0)
            while left:
                part = self.draws.between(1, left)
                left -= part
                yield sku, part

    # --- what happens ---------------------------------------------------------------------------------------------

    def life(self, turns: int, plan: Strikes | None = None) -> None:
        """So many turns with faults and goods that come in, then quiet ones until everything is at rest."""
        left = {number: list(each.parts) for number, each in self.ordered.items()}
        for turn in range(turns):
            self._people(turn)
            self._dock(left, everything=turn >= turns - 1)
            self._sell()
            self.pass_turn(TURN)
        if plan:
            plan.on[0] = False
        for _ in range(12):
            self._dock(left, everything=True)
            self.pass_turn(timedelta(minutes=40))
        self._close_short()
        for _ in range(4):
            self.pass_turn(timedelta(minutes=40))

    def until_confirmed(self) -> None:
        """Live until the suppliers have confirmed, and nothing has come in yet."""
        for turn in range(14):
            self._people(turn)
            self.pass_turn(TURN)

    def _people(self, turn: int) -> None:
        """The supplier confirms, and some orders are cancelled before that. Where receipts follow parcels, each open
        order gets one, which arrives in an hour."""
        if self.follows:
            for record in self.records():
                if record.stage == Stage.OPEN and not record.parcels and self.draws.chance(0.5):
                    self._sends(record)
        for place_, (number, each) in enumerate(self.ordered.items()):
            if place_ % 6 == turn % 6 and turn >= 2 + place_ % 5:
                if each.cancelled and self.tenant.orders[number].lowest != "99":
                    self.tenant.cancel(number)
                elif not each.cancelled and not self.tenant.orders[number].lines[0]["CODT"]:
                    for row in self.tenant.touch(number).lines:
                        row["CODT"] = "20261201"

    def _sends(self, record: InboundOrder) -> None:
        number = f"1Z999AA1{record.document:0>10}"
        if number not in self.station.parcels.outside:
            self.station.parcels.of_another(number, "ups", self.clock.now() - timedelta(hours=49, minutes=30))
        self.work(lambda: add_parcel(self.ports, record.key, number, "clerk"))

    def _dock(self, left: dict[str, list[tuple[str, int]]], *, everything: bool) -> None:
        for order in self.made():
            parts = left.get(_number_of(order), [])
            while (
                parts
                and order.status in ("open", "receiving")
                and (everything or self.draws.chance(0.02 if self.follows else 0.4))
            ):
                sku, pieces = parts.pop(0)
                self.station.orders.take_in(order, sku, next(iter(self.station.stock.places)), pieces)

    def _sell(self) -> None:
        """Other movements of stock in the ERP: issues, and counts of its own."""
        if self.draws.chance(0.3):
            sku = self.draws.pick(SKUS)
            self.tenant.stocks("W01", sku, self.draws.between(0, 40))

    def _close_short(self) -> None:
        for order in self.made():
            if order.status == "receiving":
                order.status = "closed"

    def pass_turn(self, after: timedelta) -> None:
        self.clock.advance(after)
        self.queues["receiving"].take()
        self.work(lambda: receive(self.ports, NAME, lambda: 180.0))

    # --- what is there --------------------------------------------------------------------------------------------

    def made(self) -> list[PurchaseOrder]:
        return list(self.station.orders.orders.values())

    def records(self) -> list[InboundOrder]:
        """Straight from the store behind the choke."""
        keys = [key for bucket in ("open", "held", "done") for key in self.receiving.listing(NAME, bucket)]
        return [each for each in map(self.receiving.get, keys) if each]

    def complaints(self) -> list[str]:
        """Read in the systems' books what speaks against us."""
        made = Counter(_number_of(each) for each in self.made())
        found = [f"{number}: {count} purchase orders at the warehouse" for number, count in made.items() if count > 1]
        for number, each in self.ordered.items():
            if not each.cancelled and not made[number]:
                found.append(f"{number}: never reached the warehouse")
        marks = Counter(each.mark for each in self.tenant.bookings)
        found += [f"receipt {mark} was booked {count} times" for mark, count in marks.items() if count > 1]
        for order in self.made():
            found += self._unequal(order)
        for name in ("V100", "V200"):
            count = sum(each["supplier_name"] == f"Supplier {name}" for each in self.station.stock.suppliers.values())
            if count > 1:
                found.append(f"supplier {name} was made {count} times")
        return [*found, *(self._stock_unequal() if self.compares else ())]

    def _stock_unequal(self) -> Iterator[str]:
        """Compares what both systems have on hand, and looks for levels that were counted up."""
        for sku in SKUS:
            ours = self.tenant.on_hand("W01", sku)
            theirs = sum(level.on_hand for (each, _), level in self.station.stock.levels.items() if each == sku)
            if ours.quantize(Decimal(1)) != theirs:
                yield f"stock of {sku}: the ERP has {ours}, the warehouse {theirs}"
        if any(why in ("increment", "decrement") for *_, why in self.station.stock.moves):
            yield "a level was counted up or down"

    def _unequal(self, order: PurchaseOrder) -> Iterator[str]:
        """Compares by SKU, in pieces: what the dock received, and what M3 has booked."""
        number = _number_of(order)
        rows = {row["PNLI"]: row for row in self.tenant.orders[number].lines}
        booked: Counter[str] = Counter()
        parts: dict[str, Decimal] = {}
        for each in self.tenant.bookings:
            if each.document == number:
                row = rows[each.line]
                ratio = Decimal(row["ORQT"]) / Decimal(row["ORQA"])
                parts[row["ITNO"]] = parts.get(row["ITNO"], Decimal(0)) + each.quantity * ratio
        booked.update({sku: int(total.quantize(Decimal(1))) for sku, total in parts.items()})
        received = Counter[str]()
        for _, sku, pieces, _ in order.receipts:
            received[sku] += pieces
        if any(record.document == number and record.parcels for record in self.records()):
            for sku, pieces in self.ordered[number].pieces.items():
                received[sku] = max(received[sku], pieces)  # it arrived as a whole, whatever was counted later
        for sku in sorted({*booked, *received}):
            if booked[sku] != received[sku]:
                yield f"{number}: {received[sku]} {sku} came in, {booked[sku]} are booked"


def _number_of(order: PurchaseOrder) -> str:
    return (order.reference or "").partition("-")[0]
