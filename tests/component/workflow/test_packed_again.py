"""Packages that the ERP made: they are not sent twice, and a weight that one misses is a person's to give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from sandbox.erps.m3.seed import Line
from shared.domain.measures import Weight
from shared.domain.order import Order
from shared.domain.shipment import Package
from shared.erp.infor.file import InforErp
from shared.errors import Refused
from shared.workflow.desk.approve import approve
from shared.workflow.desk.fix import fix
from shared.workflow.desk.ship_again import propose
from shared.workflow.desk.void import void
from tests.component.workflow.scene import DAY, Scene, key_of

THREE, FOUR = (Package(Weight(Decimal(value), "kg"), handling_unit=value) for value in ("3", "4"))
KEY = key_of("4000001")
UNWEIGHED = Package(Weight(Decimal(0), "kg"), handling_unit="70")


def packed(scene: Scene, units: Sequence[Package] = (THREE, FOUR)) -> None:
    """The ERP says from now on how the order is packed."""
    opened = scene.ports.open_erp

    class Packing:
        def __init__(self, erp: Any) -> None:
            self._erp = erp

        def __getattr__(self, name: str) -> Any:
            return getattr(self._erp, name)

        def read(self, document: str) -> tuple[Order, ...]:
            return tuple(replace(each, handling_units=tuple(units)) for each in self._erp.read(document))

    scene.with_ports(open_erp=lambda connection: Packing(opened(connection)))
    rule = scene.connection().connection
    packing = rule.packing.model_copy(update={"rule": "handling_units"})
    changed = rule.model_copy(update={"packing": packing})
    scene.ports.connections.apply(changed, scene.clock.now(), "ann", scene.clock.now())


def test_what_is_left_of_a_packed_order_is_not_shipped_with_all_its_parcels_again() -> None:
    scene = Scene()
    packed(scene)
    scene.through(lines=[Line("VALVE-1", 2), Line("VALVE-1", 1)])
    assert scene.stands() == "DONE"
    scene.tenant.touch("4000001")
    for lines in (("1",), ("2",)):
        with pytest.raises(Refused, match="nothing says which carry") as caught:
            propose(scene.ports, key_of("4000001"), lines)
        assert caught.value.reason == "remaining"


def test_a_packed_order_whose_label_was_voided_is_shipped_whole_again() -> None:
    scene = Scene()
    packed(scene)
    scene.through()
    void(scene.ports, key_of("4000001"), "ann")
    scene.passes(DAY)
    scene.sweep()
    scene.work()
    assert propose(scene.ports, key_of("4000001"), ()).order.handling_units


def test_s17_a_packed_order_that_waits_for_a_weight_is_healed_by_a_person() -> None:
    scene = Scene()
    packed(scene, (THREE, UNWEIGHED))
    scene.through()
    assert scene.stands() == "HELD weight"
    fix(scene.ports, key_of("4000001"), ["weight=2.5 kg"], "ann")
    scene.work()
    assert scene.stands() == "DONE"
    assert len(scene.live()[0].weights) == 2


def test_a_weight_of_a_handling_unit_is_taken_back() -> None:
    scene = Scene()
    packed(scene, (THREE, UNWEIGHED))
    scene.through()
    fix(scene.ports, key_of("4000001"), ["handling_units.70.weight=200 kg"], "ann")
    fix(scene.ports, key_of("4000001"), [], "ann", undo=["weight"])
    scene.work()
    assert scene.stands() == "HELD weight"


# --- parcels that change without their document's change -----------------------------------------------------------


@pytest.fixture
def units(monkeypatch: pytest.MonkeyPatch) -> list[Package]:
    """The parcels of the order as the ERP has them now, which move no version of the order."""
    monkeypatch.setattr(InforErp, "handling_units", True)
    monkeypatch.setattr(InforErp, "details_change_alone", True)
    return [THREE, FOUR]


def approved_late(units: list[Package], now: list[Package]) -> Scene:
    """A packed order whose approval comes three hours after its reading, when it is packed otherwise."""
    scene = Scene(approve={"mode": "manual", "amount": None})
    packed(scene, units)
    scene.through()
    assert scene.stands() == "HELD approval"
    scene.passes(timedelta(hours=3))
    units[:] = now
    approve(scene.ports, KEY, "ann")
    scene.work()
    return scene


def test_s05_what_was_packed_anew_since_it_was_read_is_not_bought_as_it_was(units: list[Package]) -> None:
    scene = approved_late(units, [THREE])
    assert (scene.stands(), scene.creates()) == ("READY read_again", 0)
    scene.poll()
    scene.work()
    assert (scene.stands(), scene.creates()) == ("HELD approval", 0), "another shipment than was approved"
    approve(scene.ports, KEY, "ann")
    scene.work()
    assert scene.stands() == "DONE"
    assert len(scene.live()[0].weights) == 1


def test_s05_what_is_packed_as_it_was_read_is_bought_after_the_next_poll_and_nobody_is_asked_twice(
    units: list[Package],
) -> None:
    scene = approved_late(units, [THREE, FOUR])
    assert (scene.stands(), scene.creates()) == ("READY read_again", 0)
    scene.poll()
    scene.work()
    assert scene.stands() == "DONE"
    assert len(scene.live()[0].weights) == 2
    assert scene.creates() == 1


def test_an_order_that_nobody_reads_again_is_not_bought(units: list[Package]) -> None:
    scene = approved_late(units, [THREE])
    for _ in range(3):
        scene.passes(timedelta(hours=7))
        scene.sweep()
        scene.work()
    assert (scene.stands(), scene.creates()) == ("READY read_again", 0)


def test_what_was_read_a_minute_ago_is_bought_at_once(units: list[Package]) -> None:
    scene = Scene()
    packed(scene, units)
    scene.through()
    assert (scene.stands(), scene.creates()) == ("DONE", 1)
    assert "waits" not in scene.trail()
