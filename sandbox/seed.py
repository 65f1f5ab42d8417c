"""The demo's orders: a tenant as M3 tenants are, and how each order must end, declared before anything runs.

Orders repeat a pattern of 40. What is held, and why, stands at fixed places of the pattern; all others are done.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sandbox.m3.seed import Line, add_item, add_order, add_supplier, add_unit, add_warehouse, place
from sandbox.m3.tenant import ExtensionKey, Tenant
from shared.domain.address import Party
from shared.domain.state import Reason, State

FIRST_NUMBER = 4000001
PATTERN = 40
FOREIGN = {"A030": "EDI-850"}
"""What another system keeps in the free fields of some orders: it must stand there untouched at the end."""


@dataclass(frozen=True)
class Expected:
    """How an order ends: its state and reason, its live shipments at the carrier (one for each place that it goes to),
    and what the ERP's fields hold.

    `fields` are constants; A121 (the tracking numbers) and N096 (the cost) must equal the carrier's own ledger, all
    shipments together, and be blank when there are none.
    """

    document: str
    state: State
    reason: str
    shipments: int
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class _Special:
    """A place of the pattern that is not an ordinary order."""

    reason: Reason | None
    add: Callable[[Tenant, str], None]
    shipments: int = 1


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
NOWHERE = place("Acme Site Office", "1 Nowhere Ln", "Albany", "NY", "12207")


def build_tenant(tenant: Tenant, orders: int) -> None:
    """Suppliers, warehouses, items, `orders` purchase orders to ship, and three that the selection does not want."""
    for code, party in WAREHOUSES.items():
        add_warehouse(tenant, code, party)
    for number, (party, contact) in SUPPLIERS.items():
        add_supplier(tenant, number, party, contact=contact, contact_phone=party.phone if contact else "")
    for item, (name, weight) in ITEMS.items():
        add_item(tenant, item, name, weight=weight)
    add_unit(tenant, "SEAL-88", "CS", "24")
    add_item(tenant, "GASKET-X", "Gasket, new item")
    add_item(tenant, "PUMP-90", "Pump 90 kg, one piece", weight="90")
    add_item(tenant, "SOLVENT", "Solvent", weight="2", hazardous=True)
    for index in range(orders):
        number = str(FIRST_NUMBER + index)
        special = SPECIALS.get(index % PATTERN)
        if special:
            special.add(tenant, number)
        else:
            _ordinary(tenant, number, index)
    truck, prepaid, received = unwanted(orders)
    add_order(tenant, truck, supplier="V100", lines=[Line("BOLT-10", 1)], delivery_method="TRK")
    add_order(tenant, prepaid, supplier="V100", lines=[Line("BOLT-10", 1)], freight_terms="PPD")
    add_order(tenant, received, supplier="V100", lines=[Line("BOLT-10", 1)], status="50")


def expectations(orders: int) -> dict[str, Expected]:
    """The declared end of each order, by its number."""
    ends = {}
    for index in range(orders):
        number = str(FIRST_NUMBER + index)
        special = SPECIALS.get(index % PATTERN)
        if special and special.reason:
            ends[number] = Expected(number, State.HELD, str(special.reason), 0, ())
        else:
            foreign = tuple(FOREIGN.items()) if special and special.add is _with_foreign_fields else ()
            shipments = special.shipments if special else 1
            ends[number] = Expected(number, State.DONE, "", shipments, (("A230", "03"), ("A430", "USD"), *foreign))
    return ends


def unwanted(orders: int) -> tuple[str, ...]:
    """Orders that no poll may take: another delivery method, freight not ours, a status beyond the selection."""
    return tuple(str(FIRST_NUMBER + orders + index) for index in range(3))


def _ordinary(tenant: Tenant, number: str, index: int) -> None:
    """One to three lines from one supplier to one warehouse; some part received, some in boxes, some to a plant."""
    items = list(ITEMS)
    lines = [Line(items[(index + step) % len(items)], 2 + (index + step) % 5) for step in range(1 + index % 3)]
    if index % 7 == 3:
        lines.append(Line("BOLT-10", 10, received=10))
    if index % 7 == 5:
        lines.append(Line("SEAL-88", 2, unit="BX", per_unit=12))
    add_order(
        tenant,
        number,
        supplier=list(SUPPLIERS)[index % len(SUPPLIERS)],
        warehouse=list(WAREHOUSES)[index % len(WAREHOUSES)],
        to=PLANT if index % 9 == 4 else None,
        lines=lines,
    )


def _with(
    reason: Reason | None, *lines: Line, to: Party | None = None, freight_terms: str = "COL", shipments: int = 1
) -> _Special:
    def add(tenant: Tenant, number: str) -> None:
        add_order(tenant, number, supplier="V100", lines=lines, to=to, freight_terms=freight_terms)

    return _Special(reason, add, shipments)


def _with_foreign_fields(tenant: Tenant, number: str) -> None:
    add_order(tenant, number, supplier="V200", warehouse="W02", lines=[Line("GAUGE-1", 4)])
    tenant.extensions[ExtensionKey("MPHEAD", (number,))] = dict(FOREIGN)


SPECIALS: dict[int, _Special] = {
    2: _with(Reason.WEIGHT, Line("GASKET-X", 6)),
    6: _with(Reason.ADDRESS, Line("BOLT-10", 3), to=NOWHERE),
    7: _with(None, Line("SEAL-88", 1, unit="CS", per_unit=0), Line("VALVE-2IN", 1)),
    9: _Special(None, _with_foreign_fields),
    11: _with(Reason.APPROVAL, Line("CAST-07", 18)),
    15: _with(Reason.FREIGHT, Line("PUMP-90", 1)),
    20: _with(Reason.FREIGHT_TERMS, Line("GAUGE-1", 2), freight_terms="EXW"),
    25: _with(Reason.HAZARD, Line("SOLVENT", 2)),
    30: _with(Reason.LINES),
    35: _with(None, Line("GAUGE-1", 1), Line("GAUGE-1", 1, to=PLANT), Line("BOLT-10", 2), shipments=2),
}
"""What stands where in the pattern of 40: seven orders that a person must see, one beside another system's fields, one
in a unit that only the item knows, one to two places."""
