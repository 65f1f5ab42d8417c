"""Packages that the ERP made: they are not sent twice, and a weight that one misses is a person's to give."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from sandbox.erps.m3.seed import Line
from shared.domain.measures import Weight
from shared.domain.order import Order
from shared.domain.shipment import Package
from shared.errors import Refused
from shared.workflow.desk.fix import fix
from shared.workflow.desk.ship_again import propose
from shared.workflow.desk.void import void
from tests.component.workflow.scene import DAY, Scene, key_of

THREE, FOUR = (Package(Weight(Decimal(value), "kg"), handling_unit=value) for value in ("3", "4"))
UNWEIGHED = Package(Weight(Decimal(0), "kg"), handling_unit="70")


def packed(scene: Scene, units: tuple[Package, ...] = (THREE, FOUR)) -> None:
    """The ERP says from now on how the order is packed."""
    opened = scene.ports.open_erp

    class Packing:
        def __init__(self, erp: Any) -> None:
            self._erp = erp

        def __getattr__(self, name: str) -> Any:
            return getattr(self._erp, name)

        def read(self, document: str) -> tuple[Order, ...]:
            return tuple(replace(each, handling_units=units) for each in self._erp.read(document))

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
