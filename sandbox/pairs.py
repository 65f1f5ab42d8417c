"""The pairs of ERP and carrier that the demo shows, each with its connections, its orders and how these must end.

The first pair has the orders of seed.py. Each other one has a few, which repeat a short pattern: ordinary ones, one
that is held for a reason that is natural there, one beside another system's field. A pair may stand there once more
with another source of documents, or another way to tell the ERP.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from operator import add

from sandbox import seed
from sandbox.faces import EmulatedErp, Entered, Line
from sandbox.seed import Declared, Expected
from sandbox.systems import CARRIERS, ERPS
from shared.domain.state import Reason, State

METHODS = {"ups": seed.METHOD, "shipstation": "SHS"}
"""The delivery method of a carrier's orders: by it two connections of one ERP keep apart."""
FEW = 4
"""Orders of each other pair: the length of its pattern."""
HELD_AT, BESIDE_AT = 1, 2
"""Places of the pattern."""

AGAIN_AT = 0
"""The place of the order whose label a clerk voids, where a pair has one, and which is shipped again."""

Enter = Callable[[EmulatedErp, Entered], None]
"""Enters an order with the number, delivery method and source of that one, which has no lines."""


@dataclass(frozen=True)
class Pair:
    """An ERP and a carrier, by their kinds. Numbers of orders begin with `first`: no two pairs share one. `held` enters
    the order that is held, for `reason`.

    `way` says in words what its connection does otherwise: it selects by `method`, reads the `source`, and tells the
    ERP nothing of the facts in `untold`. Where it ships `again`, a clerk voids a label and has the order shipped anew.
    """

    erp: str
    carrier: str
    connections: tuple[str, ...]
    first: int
    held: Enter | None = None
    reason: Reason | None = None
    way: str = ""
    method: str = ""
    source: str = ""
    untold: frozenset[str] = frozenset()
    again: bool = False

    @property
    def title(self) -> str:
        return f"{self.erp} x {self.carrier}{self.way and f', {self.way}'}"

    def enter(self, erp: EmulatedErp, orders: int) -> None:
        """Puts the orders into the ERP, which has the master data."""
        if self.held is None:
            seed.enter(erp, orders)
            return
        method = self.method or METHODS[self.carrier]
        if method != seed.METHOD:
            erp.add_methods({method: CARRIERS[self.carrier].name})
        for index, number in enumerate(self._numbers(orders)):
            bare = Entered(number, service=method, source=self.source)
            if index % FEW == HELD_AT:
                self.held(erp, bare)
                continue
            _ordinary(erp, bare, index)
            if index % FEW == BESIDE_AT:
                erp.write_beside(number, "system")

    def declared(self, orders: int) -> Declared:
        if self.held is None:
            return seed.declared(orders)
        service = CARRIERS[self.carrier].service
        fields = tuple(each for each in (("service", service), ("currency", "USD")) if each[0] not in self.untold)
        done = Expected("", State.DONE, "", 1, fields, self.untold)
        ends = {}
        for index, number in enumerate(self._numbers(orders)):
            end = replace(done, document=number, again=self.again and index % FEW == AGAIN_AT)
            held = replace(end, state=State.HELD, reason=str(self.reason), shipments=0, fields=())
            ends[number] = held if index % FEW == HELD_AT else end
        return Declared(ends)

    def _numbers(self, orders: int) -> Iterator[str]:
        return (str(self.first + index) for index in range(orders))


def _to(erp: EmulatedErp, bare: Entered, *lines: Line, **head: object) -> None:
    erp.add(replace(bare, lines=lines, **head))  # type: ignore[arg-type]


def _ordinary(erp: EmulatedErp, bare: Entered, index: int) -> None:
    """One or two lines of few goods: two parcels at most, whose numbers every ERP's field takes; of another source one
    parcel, whose number a line has whole."""
    items, suppliers, warehouses = list(seed.ITEMS), list(seed.SUPPLIERS), list(seed.WAREHOUSES)
    quantity = 1 if bare.source else 2
    lines = [Line(items[(index + step) % len(items)], quantity) for step in range(1 + index % 2)]
    supplier, warehouse = suppliers[index % len(suppliers)], warehouses[index % len(warehouses)]
    _to(erp, bare, *lines, supplier=supplier, warehouse=warehouse)


def _unweighed(erp: EmulatedErp, bare: Entered) -> None:
    """Nobody has entered what the item weighs."""
    _to(erp, bare, Line("GASKET-X", 4))


def _nowhere(erp: EmulatedErp, bare: Entered) -> None:
    """The carrier does not know the address."""
    _to(erp, bare, Line("BOLT-10", 3), to=seed.NOWHERE)


def _hazardous(erp: EmulatedErp, bare: Entered) -> None:
    _to(erp, bare, Line("SOLVENT", 2))


def _dear(erp: EmulatedErp, bare: Entered) -> None:
    """It costs more than the file lets pass."""
    _to(erp, bare, Line("CAST-07", 18))


def _without_phone(erp: EmulatedErp, bare: Entered) -> None:
    """The ERP's place has no phone, and the connection file names no location there."""
    _to(erp, bare, Line("GAUGE-1", 2), to=seed.PLANT)


NUMBER_ONLY = frozenset({"service", "currency", "cost", "milestone"})
"""Facts that an ERP is not told which has the number alone."""
FIRST = Pair("infor-m3", "ups", ("local-infor-ups", "local-infor-dropship"), seed.FIRST_NUMBER)
"""The pair with the demo's orders: purchase orders to our own warehouses, and those that go straight to customers."""
PAIRS = (
    FIRST,
    Pair("infor-m3", "shipstation", ("local-infor-shipstation",), 5100001, _unweighed, Reason.WEIGHT),
    Pair("ifs-cloud", "ups", ("local-ifs-ups",), 5200001, _nowhere, Reason.ADDRESS),
    Pair("ifs-cloud", "shipstation", ("local-ifs-shipstation",), 5300001, _unweighed, Reason.WEIGHT),
    Pair("syspro", "ups", ("local-syspro-ups",), 5400001, _hazardous, Reason.HAZARD),
    Pair("syspro", "shipstation", ("local-syspro-shipstation",), 5500001, _unweighed, Reason.WEIGHT),
    Pair("oracle-fusion", "ups", ("local-oracle-ups",), 5600001, _dear, Reason.APPROVAL, again=True),
    Pair("oracle-fusion", "shipstation", ("local-oracle-shipstation",), 5700001, _without_phone, Reason.MISSING),
    Pair(
        "oracle-fusion", "ups", ("local-oracle-changes",), 5800001, _hazardous, Reason.HAZARD,
        way="told by change orders", method="UPB", untold=NUMBER_ONLY,
    ),
    Pair(
        "oracle-fusion", "ups", ("local-oracle-outbound",), 5900001, _nowhere, Reason.ADDRESS,
        way="shipments of sales orders", source="shipments", untold=NUMBER_ONLY,
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Plan:
    """How many orders the first pair has, and how many each other one; a pair without any has no connection."""

    orders: int
    few: int = 0

    @property
    def pairs(self) -> tuple[Pair, ...]:
        return PAIRS if self.few else PAIRS[:1]

    @property
    def connections(self) -> tuple[str, ...]:
        return tuple(name for pair in self.pairs for name in pair.connections)

    @property
    def declared(self) -> Declared:
        return reduce(add, (pair.declared(self._of(pair)) for pair in self.pairs))

    def enter(self, erps: Mapping[str, EmulatedErp]) -> None:
        """Puts master data and orders into the ERPs, by their kinds."""
        for kind in dict.fromkeys(pair.erp for pair in self.pairs if pair.erp != FIRST.erp):  # whose own seed has them
            add_master_data(erps[kind])
        for pair in self.pairs:
            pair.enter(erps[pair.erp], self._of(pair))

    def _of(self, pair: Pair) -> int:
        return self.orders if pair is FIRST else self.few


def add_master_data(erp: EmulatedErp) -> None:
    """The master data of all customers, and items that the orders of pairs name beside it."""
    seed.add_master_data(erp)
    erp.add_item("GASKET-X", "Gasket, new item")
    erp.add_item("SOLVENT", "Solvent", weight="2", hazardous=True)


def systems_of(plan: Plan) -> frozenset[str]:
    """The names in the record of the traffic of those systems that the plan's pairs are made of."""
    return frozenset(ERPS[pair.erp].name for pair in plan.pairs) | {CARRIERS[pair.carrier].name for pair in plan.pairs}
