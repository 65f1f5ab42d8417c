"""Every single fault in the life of an order after its label: a void, a change in the ERP, a stray under both policies.

Judged by the ledgers of the sandbox UPS and M3. People repeat what failed, as people do.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from sandbox.engine import Fault
from sandbox.erps.m3.seed import Line, add_item, add_order, add_supplier, add_warehouse, place
from sandbox.simulation.by_hand import STRIKES, one_fault
from sandbox.simulation.faults import Kind, NoFaults, Plan
from shared.domain.record import Head
from shared.domain.state import State
from shared.errors import Refused
from shared.ports import Conflict
from shared.workflow.desk.void import void
from shared.workflow.orders.standing import is_voided
from tests.builders import a_connection
from tests.deep import deep, one_in
from tests.worlds import World, settled

ORDER = "4000001"
A_WEEK, HOUR = timedelta(days=7), timedelta(hours=1)
Life = Callable[[Plan], tuple[World, int]]
"""A world that has lived, and how many calls it had made when what is looked at here began."""


TWO_PACKAGES = 8
TWICE_A_DAY = timedelta(hours=12)
"""Days go by here, and each call in them is a place for a fault: polls that find nothing would be most of them."""


def a_world(plan: Plan | None = None, *, valves: int = 20, **facts: Any) -> World:
    """One order of M3's that waits for a poll, six valves a package; `facts` are the world's own (see ByHand) and the
    connection's."""
    own = {name: facts.pop(name) for name in ("index_lag", "poll_every") if name in facts}
    world = World(a_connection(**facts), plan, **own)
    world.start()
    add_warehouse(world.tenant, "W01", place("Acme", "1 Dock St", "Albany", "NY", "12207", phone="518-555-0100"))
    works = place("Valve Works", "77 Mill Rd", "Buffalo", "NY", "14201", phone="716-555-0101")
    add_supplier(world.tenant, "V100", works, contact="Ann Lee", contact_phone="716-555-0102")
    add_item(world.tenant, "VALVE-1", "Gate valve", weight="3.5")
    add_order(world.tenant, ORDER, supplier="V100", lines=[Line("VALVE-1", valves)])
    return world


def head_of(world: World) -> Head | None:
    return next(iter(world.heads()), None)


def in_erp(world: World) -> list[str]:
    return world.tenant.free_fields(ORDER).get("A121", "").split()


def live_numbers(world: World) -> list[str]:
    return [number for each in world.ups.ledger.live_of_order(ORDER) for number in each.live_numbers]


def lives_on(world: World, span: timedelta) -> None:
    world.run(span, done=lambda _: False)


# --- a void --------------------------------------------------------------------------------------------------------


def a_void(plan: Plan) -> tuple[World, int]:
    """The label is voided by a person, who asks again for as long as it is not settled."""
    world = a_world(plan, valves=TWO_PACKAGES, poll_every=TWICE_A_DAY)
    world.run(A_WEEK, done=settled)
    began = len(world.choke.trace)
    lives_on(world, HOUR)
    for _ in range(4):
        head = head_of(world)
        if head is None or not head.shipment_id or is_voided(head):
            break
        with suppress(Refused, Conflict):
            world.work(lambda key=head.key: void(world.ports, key, "ann"))  # type: ignore[misc]
        lives_on(world, HOUR)
    lives_on(world, timedelta(days=2))
    return world, began


def end_of_void(world: World) -> str:
    head = head_of(world)
    if head is None:
        return "lost: the order was never claimed"
    if head.state == State.HELD and head.reason == "unknown" and not live_numbers(world):
        return "held"
    if head.state != State.CANCELLED or not is_voided(head):
        return f"stuck: {head.state} {head.reason}"
    if live_numbers(world) or in_erp(world):
        return f"lost: voided, and {live_numbers(world)} live, {in_erp(world)} in the ERP"
    return "voided"


# --- a change --------------------------------------------------------------------------------------------------------


def a_change(plan: Plan) -> tuple[World, int]:
    """The buyer orders more after the label."""
    world = a_world(plan, valves=TWO_PACKAGES, poll_every=TWICE_A_DAY)
    world.run(A_WEEK, done=settled)
    began = len(world.choke.trace)
    lives_on(world, HOUR)
    world.tenant.change_line(ORDER, "1", ORQA="30", ORQT="30")
    lives_on(world, timedelta(days=2))
    return world, began


def end_of_change(world: World) -> str:
    head = head_of(world)
    if head is None:
        return "lost: the order was never claimed"
    if head.state == State.HELD and head.reason == "unknown" and not live_numbers(world):
        return "held"
    if len(world.ups.ledger.of_order(ORDER)) != 1:
        return f"duplicated: {len(world.ups.ledger.of_order(ORDER))} labels"
    if in_erp(world) != live_numbers(world):
        return f"lost: {in_erp(world)} in the ERP"
    return "told" if (head.state, head.reason) == (State.HELD, "remaining") else f"silent: {head.state} {head.reason}"


# --- a stray ---------------------------------------------------------------------------------------------------------


def a_stray(strays: str) -> Life:
    def life(plan: Plan) -> tuple[World, int]:
        """The first answer is lost and the index lags for two hours: the retry buys a second label. Nobody looks at its
        parcels: the other lives have faults in those looks."""
        world = a_world(
            plan,
            valves=TWO_PACKAGES,
            poll_every=TWICE_A_DAY,
            index_lag=timedelta(hours=2),
            unknown="retry",
            strays=strays,
        )
        world.queues["looks"].send = lambda *_: None  # type: ignore[method-assign]
        world.ups.faults.append(Fault("ship", "reset_after"))
        lives_on(world, timedelta(minutes=1))
        began = len(world.choke.trace)
        lives_on(world, timedelta(days=2))
        return world, began

    return life


def end_of_stray(world: World) -> str:
    """One label that the ERP knows; or, where nothing may be voided, both of them told."""
    head = head_of(world)
    if head is None:
        return "lost: the order was never claimed"
    live = [each.shipment_id for each in world.ups.ledger.live_of_order(ORDER)]
    if head.shipment_id and head.shipment_id not in live:
        return f"voided the recorded one: {head.shipment_id}, live {live}"
    if (head.state, head.reason) == (State.HELD, "stray"):
        return "told" if len(live) > 1 else "told of nothing"
    if len(live) > 1:
        return f"duplicated: {live}, {head.state} {head.reason}"
    if head.state != State.DONE:
        return f"stuck: {head.state} {head.reason}"
    return "done" if in_erp(world) == live_numbers(world) else f"lost: {in_erp(world)} in the ERP"


LIVES: dict[str, tuple[Life, Callable[[World], str], set[str]]] = {
    "void": (a_void, end_of_void, {"voided", "held"}),
    "change": (a_change, end_of_change, {"told", "held"}),
    "stray, void": (a_stray("void"), end_of_stray, {"done"}),
    "stray, report": (a_stray("report"), end_of_stray, {"told", "done"}),
}


@pytest.mark.parametrize("life", LIVES)
def test_without_a_fault_it_ends_as_it_should(life: str) -> None:
    live, end_of, ends = LIVES[life]
    assert end_of(live(NoFaults())[0]) in ends - {"held"}


@deep
@pytest.mark.parametrize("kind", STRIKES)
@pytest.mark.parametrize("life", LIVES)
def test_s28_g2_no_single_fault_after_the_label_duplicates_loses_or_hides_anything(kind: Kind, life: str) -> None:
    """Every call is struck; in `make test` by one kind of fault, by another one in the next life."""
    live, end_of, ends = LIVES[life]
    shift = STRIKES.index(kind) + list(LIVES).index(life)
    world, began = live(NoFaults())
    found = {}
    for number, name in one_in(len(STRIKES), enumerate(world.choke.trace[began:], began), shift):
        found[f"{kind} at {number} {name}"] = end_of(live(one_fault(number, kind))[0])
    assert {where: end for where, end in found.items() if end not in ends} == {}
    held = [where for where, end in found.items() if end == "held"]
    assert len(held) <= 3, f"only a fault between the intent and the effect leaves a person to decide: {held}"
