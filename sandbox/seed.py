"""The demo's orders: an ERP as customers have them, and how each order must end, declared before anything runs.

Orders repeat a pattern of 60. What is held, and why, stands at fixed places of the pattern; all others are done. Of the
first forty at least thirty are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from sandbox.engine import Fault
from sandbox.faces import EmulatedErp, Entered, Line
from sandbox.places import place
from shared.domain.address import Party
from shared.domain.state import Reason, State
from shared.workflow.orders.standing import VOIDED

FIRST_NUMBER = 4000001
PATTERN = 60
METHOD = "UPS"
"""The delivery method that every ERP of the sandbox has."""
FIRST_HOUR = ("4900001", "4900002")
NO_WEIGHT = "4900003"
"""Orders for a newcomer's first connection (docs/first-hour.md): of delivery method UPF, which no other selects."""


@dataclass(frozen=True)
class Expected:
    """How an order ends: its state and reason, its live shipments at the carrier (one for each place that it goes to),
    and what the ERP's fields hold.

    `fields` are constants by canonical name; the tracking numbers and the cost must equal the carrier's own ledger, all
    shipments together, and be blank when there are none; what the ERP is `untold` is blank in any case. The label of
    an order that ships `again` is voided, and another one takes its place.
    """

    document: str
    state: State
    reason: str
    shipments: int
    fields: tuple[tuple[str, str], ...]
    untold: frozenset[str] = frozenset()
    again: bool = False


@dataclass(frozen=True)
class Declared:
    """Declared before anything runs: the ends by the documents' numbers, and documents that no poll may take."""

    ends: Mapping[str, Expected]
    unwanted: tuple[str, ...] = ()

    @property
    def again(self) -> tuple[str, ...]:
        """The orders whose label is voided, and which are shipped again."""
        return tuple(document for document, end in self.ends.items() if end.again)

    @property
    def untold(self) -> frozenset[str]:
        """The orders of whose milestones their ERP is not told."""
        return frozenset(document for document, end in self.ends.items() if "milestone" in end.untold)

    def until_voided(self) -> Declared:
        """How all stands before a clerk voids a label."""
        ends = {document: replace(end, again=False) for document, end in self.ends.items()}
        return Declared(ends, self.unwanted)

    def while_voided(self) -> Declared:
        """How all stands while those are voided that are shipped again."""
        void = {"again": False, "state": State.CANCELLED, "reason": VOIDED, "shipments": 0, "fields": ()}
        ends = {document: replace(end, **void) if end.again else end for document, end in self.ends.items()}
        return Declared(ends, self.unwanted)

    def __add__(self, other: Declared) -> Declared:
        return Declared({**self.ends, **other.ends}, self.unwanted + other.unwanted)


@dataclass(frozen=True)
class _Special:
    """A place of the pattern that is not an ordinary order."""

    reason: Reason | None
    add: Callable[[EmulatedErp, str], None]
    shipments: int


SUPPLIERS = {
    "V100": (place("Valve Works", "77 Mill Rd", "Buffalo", "NY", "14201", phone="716-555-0101"), "Ann Lee"),
    "V200": (place("Bolt & Nut Supply", "400 Forge Ave", "Syracuse", "NY", "13202", phone="315.555.0142"), "Raj Patel"),
    "V300": (
        place("Lakeside Castings", "9 Harbor Dr", "Cleveland", "OH", "44114", phone="(216) 555-0170"),
        "Mia Kovacs",
    ),
    "V400": (
        place("Prairie Seals", ["Bldg 4", "1200 Industrial Pkwy"], "Omaha", "NE", "68102", phone="402 555 0133"),
        "",
    ),
    "V500": (
        place("Gulf Coatings", "31 Refinery Row", "Houston", "TX", "77002", phone="+1 713 555 0119"),
        "Luis Ortega",
    ),
}
WAREHOUSES = {
    "W01": place("Acme Distribution East", "1 Dock St", "Albany", "NY", "12207", phone="518-555-0100"),
    "W02": place("Acme Distribution Central", "2200 W Fulton St", "Chicago", "IL", "60612", phone="312-555-0100"),
    "W03": place("Acme Distribution South", "5 Trinity Blvd", "Dallas", "TX", "75207", phone="214-555-0100"),
}
ITEMS = {
    "VALVE-2IN": ("Gate valve 2 in", "3.4"),
    "BOLT-10": ("Hex bolts, box of 10", "1.1"),
    "SEAL-88": ("Shaft seal 88 mm", "0.25"),
    "CAST-07": ("Cast flange", "8.6"),
    "PAINT-5L": ("Primer 5 l, water based", "6.2"),
    "GAUGE-1": ("Pressure gauge", "0.6"),
}
PLANT = place(
    "Acme Plant 7", ["Receiving, Gate B", "480 Erie Canal Technology Park Boulevard"], "Rochester", "NY", "14604"
)
NO_POSTCODE = place("Hudson Tooling", "3 Lathe St", "Troy", "NY", "", phone="518-555-0190")
NORTHERN = place("Northern Fittings", "40 Front St W", "Toronto", "ON", "M5J 1E6", country="CA", phone="416-555-0160")
CUSTOMERS = (
    place("Finger Lakes Dairy Co-op", "12 Creamery Ln", "Ithaca", "NY", "14850", phone="607-555-0121"),
    place("Mason & Daughters Millwork", ["Unit 3", "88 Sawdust Rd"], "Portland", "OR", "97209", phone="503-555-0188"),
)
TORONTO = place("Acme Canada", "100 King St W", "Toronto", "ON", "M5X 1A9", country="CA", phone="416-555-0155")
PO_BOX = place("Acme Accounts", "PO Box 1200", "Albany", "NY", "12201")
LONG = place(
    "Acme Distribution",
    ["Northern Regional Distribution Centre and Returns Hall, Building Number Seventeen", "Dock Door 44 Upper Level"],
    "Albany",
    "NY",
    "12207",
)
NOWHERE = place("Acme Site Office", "1 Nowhere Ln", "Albany", "NY", "12207")


def add_master_data(erp: EmulatedErp) -> None:
    """Suppliers, warehouses and items of every sandbox customer."""
    for code, party in WAREHOUSES.items():
        erp.add_warehouse(code, party)
    for number, (party, contact) in SUPPLIERS.items():
        erp.add_supplier(number, party, contact=contact, contact_phone=party.phone if contact else "")
    for item, (name, weight) in ITEMS.items():
        erp.add_item(item, name, weight=weight)


def enter(erp: EmulatedErp, orders: int) -> None:
    """Master data, `orders` purchase orders to ship, and three that the selection does not want."""
    add_master_data(erp)
    erp.add_unit("SEAL-88", "CS", "24")
    erp.add_methods({"UPT": "UPS in time", "UPC": "UPS Canada", "UPD": "UPS to customers", "UPF": "UPS (new)"})
    erp.add_item("GASKET-X", "Gasket, new item")
    erp.add_item("PUMP-90", "Pump 90 kg, one piece", weight="90")
    erp.add_supplier("V900", NO_POSTCODE, contact="Sam Hill", contact_phone="518-555-0199")
    erp.add_supplier("V910", NORTHERN, contact="Zoe Roy", contact_phone="416-555-0161")
    erp.add_warehouse("W90", TORONTO)
    erp.add_item("SOLVENT", "Solvent", weight="2", hazardous=True)
    for index in range(orders):
        number = str(FIRST_NUMBER + index)
        special = SPECIALS.get(index % PATTERN)
        if special:
            special.add(erp, number)
        else:
            _ordinary(erp, number, index)
    for number in FIRST_HOUR:
        erp.add(Entered(number, (Line("GAUGE-1", 2),), supplier="V200", service="UPF"))
    erp.add(Entered(NO_WEIGHT, (Line("GASKET-X", 2),), supplier="V200", service="UPF"))
    truck, prepaid, received = unwanted(orders)
    bolts = (Line("BOLT-10", 1),)
    erp.add(Entered(truck, bolts, service="TRK"))
    erp.add(Entered(prepaid, bolts, freight_terms="PPD"))
    erp.add(Entered(received, bolts, received=True))


def expectations(orders: int) -> dict[str, Expected]:
    """The declared end of each order, by its number."""
    ends = {}
    for index in range(orders):
        number = str(FIRST_NUMBER + index)
        special = SPECIALS.get(index % PATTERN)
        reason = special.reason if special else None
        shipments = special.shipments if special else 1
        fields = (("service", "03"), ("currency", "USD")) if shipments else ()
        state = State.HELD if reason else State.DONE
        ends[number] = Expected(number, state, str(reason or ""), shipments, fields)
    return ends


def declared(orders: int) -> Declared:
    """All that is declared of the demo's first connections."""
    return Declared(expectations(orders), unwanted(orders))


def faults(orders: int) -> list[Fault]:
    """Return UPS's faults: one create answer gets lost after its effect (the first of these), and the create of each
    order of reason `unknown` is lost before it, once, so that no look-up finds anything.

    Each names its order: which create comes first depends on how fast the machine is.
    """
    found = Fault("ship", "reset_after", naming=answer_lost(orders))
    never = [number for number, end in expectations(orders).items() if end.reason == Reason.UNKNOWN]
    return [found, *(Fault("ship", "reset_before", naming=number) for number in never)]


def answer_lost(orders: int) -> str:
    """The order whose create answer gets lost after its effect."""
    return str(FIRST_NUMBER + (3 if orders > 3 else 0))


def unwanted(orders: int) -> tuple[str, ...]:
    """Orders that no poll may take: another delivery method, freight not ours, a status beyond the selection."""
    return tuple(str(FIRST_NUMBER + orders + index) for index in range(3))


def _ordinary(erp: EmulatedErp, number: str, index: int) -> None:
    """Some part received, some in boxes."""
    more = {3: [Line("BOLT-10", 10, received=10)], 5: [Line("SEAL-88", 2, unit="BX", per_unit=12)]}
    add_ordinary(erp, number, index, *more.get(index % 7, []))


def add_ordinary(erp: EmulatedErp, number: str, index: int, *more: Line) -> None:
    """One to three lines and `more` from one supplier to one warehouse or a plant; `index` draws which."""
    items = list(ITEMS)
    lines = [Line(items[(index + step) % len(items)], 2 + (index + step) % 5) for step in range(1 + index % 3)]
    erp.add(
        Entered(
            number,
            (*lines, *more),
            supplier=list(SUPPLIERS)[index % len(SUPPLIERS)],
            warehouse=list(WAREHOUSES)[index % len(WAREHOUSES)],
            to=PLANT if index % 9 == 4 else None,
        )
    )


def _with(
    reason: Reason | None,
    *lines: Line,
    to: Party | None = None,
    then: Callable[[EmulatedErp, str], object] | None = None,
    shipments: int | None = None,
    **head: str,
) -> _Special:
    """An order that ends with `reason`; `then` is what a buyer does to it once its numbers stand in the ERP."""

    def add(erp: EmulatedErp, number: str) -> None:
        erp.add(Entered(number, lines, to=to, **head))  # type: ignore[arg-type]
        if then:
            erp.after_write(number, lambda: then(erp, number))

    made = 0 if reason and not then else 1
    return _Special(reason, add, made if shipments is None else shipments)


def _to_a_customer(erp: EmulatedErp, number: str) -> None:
    """Drop-shipped: from the supplier straight to the customer, who is the delivery address of the order."""
    customer = CUSTOMERS[int(number) % len(CUSTOMERS)]
    lines = (Line("GAUGE-1", 1), Line("VALVE-2IN", 2))
    erp.add(Entered(number, lines, supplier="V300", to=customer, service="UPD"))


def _beside_another(erp: EmulatedErp, number: str) -> None:
    """Another system keeps something beside the order: it must stand there untouched at the end."""
    erp.add(Entered(number, (Line("GAUGE-1", 4),), supplier="V200", warehouse="W02"))
    erp.write_beside(number, "system")


def _cancelled(erp: EmulatedErp, number: str) -> None:
    erp.close(number)


def _readdressed(erp: EmulatedErp, number: str) -> None:
    erp.change_warehouse(number, "W02")


def _doubled(erp: EmulatedErp, number: str) -> None:
    erp.change_quantity(number, "1", 8)


SPECIALS: dict[int, _Special] = {
    2: _with(Reason.WEIGHT, Line("GASKET-X", 6)),
    5: _Special(None, _to_a_customer, 1),
    6: _with(Reason.ADDRESS, Line("BOLT-10", 3), to=NOWHERE),
    7: _with(None, Line("SEAL-88", 1, unit="CS", per_unit=0), Line("VALVE-2IN", 1)),
    9: _Special(None, _beside_another, 1),
    11: _with(Reason.APPROVAL, Line("CAST-07", 18)),
    15: _with(Reason.FREIGHT, Line("PUMP-90", 1)),
    20: _with(Reason.FREIGHT_TERMS, Line("GAUGE-1", 2), freight_terms="EXW"),
    25: _with(Reason.HAZARD, Line("SOLVENT", 2)),
    30: _with(Reason.LINES),
    35: _with(None, Line("GAUGE-1", 1), Line("GAUGE-1", 1, to=PLANT), Line("BOLT-10", 2), shipments=2),
    40: _with(Reason.INTERNATIONAL, Line("BOLT-10", 1), to=TORONTO),
    41: _with(Reason.PO_BOX, Line("BOLT-10", 1), to=PO_BOX),
    42: _with(Reason.MISSING, Line("GAUGE-1", 2), supplier="V900"),
    43: _with(Reason.UNITS, Line("SEAL-88", 3, unit="ROL", per_unit=0)),
    44: _with(Reason.CURRENCY, Line("GAUGE-1", 2), supplier="V910", warehouse="W90", service="UPC"),
    45: _with(Reason.ADDRESS, Line("GAUGE-1", 2), to=LONG),
    46: _with(Reason.SERVICE, Line("GAUGE-1", 2), service="UPT", needed="20200102"),
    47: _with(Reason.MISSING, Line("GAUGE-1", 1), service="UPD"),
    50: _with(Reason.CHANGED, Line("GAUGE-1", 2), then=_readdressed),
    51: _with(Reason.CANCELLED, Line("GAUGE-1", 2), to=CUSTOMERS[0], then=_cancelled, service="UPD"),
    52: _with(Reason.REMAINING, Line("VALVE-2IN", 4), then=_doubled),
    53: _with(Reason.UNKNOWN, Line("BOLT-10", 2)),
}
"""The orders of the pattern by place: orders that a person must see, one of each reason that a tenant and a carrier can
show within minutes; one beside another system's fields, one in a unit that only the item knows, one to two places, one
to a customer."""
