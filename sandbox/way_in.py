"""The way in before the contracts: purchase orders out, receipts, parcels, stock and items, lived in this process.

The demo ships; what it does not do of the way in is lived here, by the same adapters and against the same sandboxes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sandbox.engine import Fault, Recorded
from sandbox.faces import Emulated
from sandbox.judging import Judged, contracts, judge_named
from sandbox.silence import silent
from sandbox.simulation.receiving import NAME, ReceivingWorld
from shared.domain.receiving import Stage
from shared.erp.infor.bindings import AT_A_BORDER, optional_bindings, receipt_bindings
from shared.url import rebase
from shared.workflow.desk.receipts import add_parcel
from shared.workflow.desk.stock import items_now

ORDERS = 4
_PLACE = {"ship_from": "se-4501", "inventory_warehouse": "se-9101", "inventory_location": "se-9001"}
_THEIRS: dict[str, Any] = {
    "warehouses": {"W01": {**_PLACE, "erp_location": "A-01"}},
    "stock": {"owner": "carrier", "write": "on"},
    "items": {"owner": "erp"},
    "receipts": {"moment": "delivered", "in_transit": "advise"},
}
WAREHOUSE = (
    "list_suppliers", "create_supplier", "create_purchase_order", "list_purchase_orders", "get_purchase_order",
    "purchase_order_status", "inventory", "change_inventory", "products", "track",
)  # fmt: skip
"""The operations of the warehouse that have to occur."""


@silent()
def judge_way_in() -> tuple[list[Judged], list[str]]:
    """The requests of two lives, by system and operation, and the operations that did not occur. Raises NoContracts."""
    folder, found = contracts(), list[Judged]()
    worlds = (_ours(), _theirs())
    for side in ("erp", "carrier"):
        system: Emulated = getattr(worlds[0], side)
        asked = [each for world in worlds for each in getattr(world, side).engine.recorded]
        found += _judged(system, judge_named(folder, system.name, **system.described), asked)
    seen = {each.operation for each in found}
    optional = (entry for job, entry in optional_bindings().items() if job not in AT_A_BORDER)
    bound = (*receipt_bindings().values(), *optional)
    wanted = (*(f"{each.program}.{each.transaction}" for each in bound), *WAREHOUSE)
    return found, sorted({each for each in wanted if each not in seen})


def _ours() -> ReceivingWorld:
    """The ERP owns the stock, and receipts are what the warehouse counts. An answer of each side is lost on the way."""
    world = ReceivingWorld("the way in", ORDERS)
    world.station.faults.append(Fault("create_purchase_order", "reset_after"))
    world.erp.engine.faults.append(Fault("PPS001MI.Receipt", "reset_after"))
    world.life(16)
    return world


def _theirs() -> ReceivingWorld:
    """The warehouse owns the stock, and receipts follow the suppliers' parcels."""
    world = ReceivingWorld("the way in", ORDERS, **_THEIRS)
    world.until_confirmed()
    for place, record in enumerate(each for each in world.records() if each.stage == Stage.OPEN):
        number = f"1Z999AA1{place:010}"
        world.station.parcels.of_another(number, "ups", world.clock.now())
        add_parcel(world.ports, record.key, number, "judge")
    for _ in range(4):
        world.pass_turn(timedelta(days=1))
    stored = world.ports.connections.get(NAME)
    if stored:
        items_now(world.ports, stored.connection)
    return world


def _judged(system: Emulated, judge: Any, asked: list[Recorded]) -> Iterator[Judged]:
    counts, problems = Counter[str](), dict[str, list[str]]()
    for each in asked:
        counts[each.operation] += 1
        url = rebase(each.request.url, system.vendor_url(each.operation))
        wrong = judge.check(each.request.method, url, dict(each.request.headers), each.request.body)
        problems.setdefault(each.operation, []).extend(wrong)
    for name in sorted(counts):
        yield Judged(system.name, name, counts[name], 0, tuple(dict.fromkeys(problems[name])))
