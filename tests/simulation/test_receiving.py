"""The way in under faults: one purchase order for each of the ERP's, and booked what was received (S37, S59)."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from sandbox.simulation.campaign import quiet
from sandbox.simulation.receiving import ReceivingWorld, Strikes
from shared.domain.receiving import Stage
from tests.deep import size


def lived(seed: str, orders: int, share: float, turns: int = 30, **changes: Any) -> ReceivingWorld:
    quiet()
    plan = Strikes(share)
    world = ReceivingWorld(seed, orders, plan, **changes)
    world.life(turns, plan)
    return world


@pytest.mark.parametrize("seed", ["a", "b"])
def test_s37_without_faults_every_order_is_received_and_booked_as_it_came(seed: str) -> None:
    world = lived(seed, 20, 0.0)
    assert world.complaints() == []
    ends = Counter(each.stage for each in world.records())
    assert set(ends) == {Stage.CLOSED, Stage.CANCELLED}
    assert ends[Stage.CLOSED] > 12
    assert not [each.key for each in world.records() if each.bucket != "done"]
    assert len({len(each.receipts) for each in world.made()}) > 2


@pytest.mark.parametrize("seed", range(size(3, 60)))
def test_s59_under_faults_nothing_is_made_or_booked_twice_and_nothing_is_lost(seed: int) -> None:
    world = lived(f"faults {seed}", 12, 0.04)
    assert world.complaints() == []
    assert [f"{each.key} {each.stage} {each.sentence}" for each in world.records() if each.bucket != "done"] == []


def test_the_judge_sees_what_is_booked_twice_made_twice_and_lost() -> None:
    world = lived("judge", 6, 0.0)
    assert world.complaints() == []
    booked = world.tenant.bookings.pop()
    assert len(world.complaints()) == 1
    world.tenant.bookings += [booked, booked]
    assert any("booked 2 times" in each for each in world.complaints())
    made = world.made()[0]
    world.station.orders.orders["se-1"] = made
    assert any("2 purchase orders" in each for each in world.complaints())


@pytest.mark.parametrize("seed", range(size(2, 40)))
def test_s39_receipts_that_follow_parcels_are_booked_once_under_faults(seed: int) -> None:
    receipts: Any = {"moment": "delivered", "in_transit": "advise"}
    world = lived(f"parcels {seed}", 10, 0.01, 60, receipts=receipts, stock=None)
    assert world.complaints() == []
    assert len({(each.document, each.line) for each in world.tenant.advices}) == len(world.tenant.advices)
    assert world.tenant.advices
    receipts_made = [each for record in world.records() for each in world.receiving.receipts(record.key)]
    assert any(each.parcel and each.job == "receipt.post" for each in receipts_made)
    counted = {each.purchase_order_id for each in world.made() if each.receipts}
    left = [each for each in world.records() if each.bucket != "done" and each.remote_id in counted]
    assert {each.hold for each in left} <= {"fallen"}, "fewer were counted than had arrived"


def test_s38_stock_is_equal_at_the_end_and_the_judge_sees_where_it_is_not() -> None:
    world = lived("stock", 8, 0.05)
    assert world.complaints() == []
    assert any(why == "adjust" for *_, why in world.station.stock.moves)
    world.station.stock.move("VALVE-1", next(iter(world.station.stock.places)), 1, "increment")
    assert [each.partition(":")[0] for each in world.complaints()] == [
        "stock of VALVE-1",
        "a level was counted up or down",
    ]
