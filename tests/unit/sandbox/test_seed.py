"""The demo's orders: a pattern with declared ends, true of every size, lived through in virtual time."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from sandbox import serve
from sandbox.erps.m3.face import OTHERS, M3Erp
from sandbox.memory import ManualClock, MemoryQueue
from sandbox.seed import (
    FIRST_HOUR,
    FIRST_NUMBER,
    NO_WEIGHT,
    PATTERN,
    SPECIALS,
    answer_lost,
    declared,
    enter,
    expectations,
    faults,
    unwanted,
)
from sandbox.verdict import Ledgers, Verdict, as_declared, judge
from shared.domain.state import Reason, State
from tests.samples.local import local_world
from tests.worlds import World

NOT_SHOWN = {Reason.CONNECTION, Reason.LABEL, Reason.REFUSED, Reason.RETRIES, Reason.SHIP_TOS, Reason.SIZE}
NOT_SHOWN |= {Reason.STRAY, Reason.VOID, Reason.WRITE_BACK, Reason.PRICE, Reason.PRICE_RISE, Reason.ALREADY_SHIPPED}
NOT_SHOWN |= {Reason.CUSTOMS, Reason.EXPORT_FILING, Reason.PAPERS}
"""Reasons that take days, a broken set-up, a second label, a border, or an ERP that says which number a document has:
the simulation and the component tests show them."""


def lived(folder: Path, orders: int) -> tuple[World, Verdict]:
    """The demo's orders and its faults in a world in memory, judged as the demo is."""
    world = local_world(folder)
    enter(world.erp, orders)
    lost, *others = faults(orders)
    world.ups.faults.extend([lost, *others])
    world.start()
    world.run(timedelta(days=1), done=lambda w: as_declared(declared(orders), w.heads()))
    ups, m3 = serve.carrier_ledger(world.carrier, lost), serve.erp_ledger(world.erp)
    shipments: dict[str, list[dict[str, object]]] = {}
    for each in ups["shipments"]:
        shipments.setdefault(each["order"], []).append(each)
    written = frozenset(write["document"] for write in m3["writes"])
    return world, judge(
        declared(orders), world.heads(), Ledgers(shipments, m3["fields"], written, ups["answers_lost"], m3["spoilt"])
    )


@pytest.mark.parametrize("orders", [55, 56, 60])
def test_no_end_depends_on_which_order_is_shipped_first(
    orders: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A loaded machine ships them in any order: here the last is the first, and 4000054 among the first four."""
    take = MemoryQueue.take
    monkeypatch.setattr(MemoryQueue, "take", lambda queue: take(queue)[::-1])
    world, verdict = lived(tmp_path, orders)
    assert verdict.complaints == ()
    assert [head.document for head in world.heads() if head.cost_estimated] == [answer_lost(orders)]


@pytest.mark.parametrize("orders", [*range(1, 12), PATTERN, 2 * PATTERN])
def test_each_fault_strikes_one_order_and_the_lost_answer_one_that_is_done(orders: int) -> None:
    named = [fault.naming for fault in faults(orders)]
    assert len(set(named)) == len(named)
    ends = expectations(orders)
    assert set(named) <= set(ends)
    assert (ends[named[0]].state, ends[named[0]].shipments) == (State.DONE, 1)


@pytest.mark.parametrize("orders", [1, 10, 40, 60, 127])
def test_every_order_ends_as_it_was_declared_beforehand(orders: int, tmp_path: Path) -> None:
    _, verdict = lived(tmp_path, orders)
    assert verdict.complaints == ()
    assert verdict.good
    assert verdict.done + verdict.held == orders


def test_of_forty_orders_at_least_thirty_are_done_and_each_held_one_has_a_reason_of_its_own() -> None:
    ends = Counter((end.state, end.reason) for end in expectations(40).values())
    assert ends[State.DONE, ""] >= 30
    held = {reason: count for (state, reason), count in ends.items() if state == State.HELD}
    assert set(held.values()) == {1}
    assert {"weight", "address", "approval", "freight"} <= set(held)


def test_sixty_orders_show_every_reason_that_a_tenant_and_a_carrier_can_show_within_minutes() -> None:
    shown = {end.reason for end in expectations(PATTERN).values() if end.reason}
    assert set(Reason) - shown == NOT_SHOWN


def test_ten_orders_are_the_fewest_with_every_operation_that_the_judge_asks_for(tmp_path: Path) -> None:
    """The tenth is the first beside another system's fields: only there M3 is asked to change and not to add."""

    def asked(orders: int) -> set[str]:
        world, _ = lived(tmp_path, orders)
        return {each.operation for each in [*world.m3.recorded, *world.ups.recorded]}

    everything = asked(40)
    assert {"CUSEXTMI.ChgFieldValue", "recovery", "track_by_reference"} <= everything
    assert asked(10) == everything
    assert everything - asked(9) == {"CUSEXTMI.ChgFieldValue"}


def test_the_pattern_repeats_and_numbers_go_on() -> None:
    ends = list(expectations(2 * PATTERN).values())
    assert [(end.state, end.reason) for end in ends[:PATTERN]] == [(end.state, end.reason) for end in ends[PATTERN:]]
    assert [end.document for end in ends[:2]] == [str(FIRST_NUMBER), str(FIRST_NUMBER + 1)]
    assert max(SPECIALS) < PATTERN


def test_a_tenant_has_the_declared_orders_those_of_the_first_hour_and_three_that_nobody_wants() -> None:
    erp = M3Erp(ManualClock().now)
    enter(erp, 40)
    assert set(erp.documents()) == {*expectations(40), *unwanted(40), *FIRST_HOUR, NO_WEIGHT}
    assert len(unwanted(40)) == 3


def test_what_another_system_keeps_in_an_order_s_fields_is_still_there_at_the_end(tmp_path: Path) -> None:
    world, _ = lived(tmp_path, 10)
    fields = world.tenant.free_fields(str(FIRST_NUMBER + 9))
    name, value = OTHERS["system"]
    assert fields[name] == value
    assert fields["A121"]
