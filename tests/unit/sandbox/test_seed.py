"""The demo's orders: a pattern with declared ends, true of every size, lived through in virtual time."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from sandbox import serve
from sandbox.engine import Fault
from sandbox.m3.tenant import Tenant
from sandbox.memory import ManualClock
from sandbox.seed import FIRST_NUMBER, FOREIGN, PATTERN, SPECIALS, build_tenant, expectations, unwanted
from sandbox.verdict import Ledgers, Verdict, judge
from sandbox.world import ENDS, World
from shared.domain.state import State
from tests.builders import a_connection

DEMO = {
    "approve": {"mode": "below", "amount": "150.00", "currency": "USD"},
    "limits": {"labels_per_hour": 5000, "labels_per_day": 20000, "amount_per_day": "1000000.00"},
}


def lived(orders: int) -> tuple[World, Verdict]:
    """The demo's orders and its lost answer in a world in memory, judged as the demo is."""
    world = World(a_connection(**DEMO))
    build_tenant(world.tenant, orders)
    lost = Fault("ship", "reset_after", skip=min(3, orders // 4))
    world.ups.faults.append(lost)
    world.start()
    world.run(
        timedelta(days=1),
        done=lambda w: set(expectations(orders)) <= {h.document for h in w.heads() if h.state in ENDS},
    )
    ups, m3 = serve._ups_ledger(world.ups, lost), serve._m3_ledger(world.m3)
    shipments: dict[str, list[dict[str, object]]] = {}
    for each in ups["shipments"]:
        shipments.setdefault(each["order"], []).append(each)
    written = frozenset(write["document"] for write in m3["writes"])
    return world, judge(orders, world.heads(), Ledgers(shipments, m3["fields"], written, ups["answers_lost"]))


@pytest.mark.parametrize("orders", [1, 10, 40, 87])
def test_every_order_ends_as_it_was_declared_beforehand(orders: int) -> None:
    _, verdict = lived(orders)
    assert verdict.complaints == ()
    assert verdict.good
    assert verdict.done + verdict.held == orders


def test_of_forty_orders_at_least_thirty_are_done_and_each_held_one_has_a_reason_of_its_own() -> None:
    ends = Counter((end.state, end.reason) for end in expectations(40).values())
    assert ends[State.DONE, ""] >= 30
    held = {reason: count for (state, reason), count in ends.items() if state == State.HELD}
    assert set(held.values()) == {1}
    assert {"weight", "address", "approval", "freight"} <= set(held)


def test_ten_orders_are_the_fewest_with_every_operation_that_the_judge_asks_for() -> None:
    """The tenth is the first beside another system's fields: only there M3 is asked to change and not to add."""

    def asked(orders: int) -> set[str]:
        world, _ = lived(orders)
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


def test_a_tenant_has_the_declared_orders_and_three_that_nobody_wants() -> None:
    tenant = Tenant(ManualClock().now)
    build_tenant(tenant, 40)
    assert set(tenant.orders) == set(expectations(40)) | set(unwanted(40))
    assert len(unwanted(40)) == 3


def test_what_another_system_keeps_in_an_order_s_fields_is_still_there_at_the_end() -> None:
    world, _ = lived(10)
    fields = world.tenant.free_fields(str(FIRST_NUMBER + 9))
    assert {name: fields[name] for name in FOREIGN} == FOREIGN
    assert fields["A121"]
