"""An order whose ERP has another tracking number already gets no second label."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from shared.domain.order import Order
from tests.component.workflow.scene import ORDER, Scene

HOUR = timedelta(hours=1)


class Numbered:
    """The ERP, which says that a number stands in the field that ours go to."""

    def __init__(self, scene: Scene) -> None:
        self.number, self._open = "", scene.ports.open_erp
        scene.with_ports(open_erp=self._opened)

    def _opened(self, connection: Any) -> Any:
        erp, number = self._open(connection), self.number

        class Told:
            def __getattr__(self, name: str) -> Any:
                return getattr(erp, name)

            def read(self, document: str) -> tuple[Order, ...]:
                return tuple(replace(each, shipped_as=number) for each in erp.read(document))

        return Told()


def test_an_order_that_was_shipped_by_hand_is_held_and_goes_on_once_the_number_is_gone() -> None:
    scene = Scene()
    erp = Numbered(scene)
    erp.number = "1ZBYHAND"
    scene.through()
    assert scene.stands() == "HELD already_shipped"
    assert "1ZBYHAND" in scene.snapshot().problem
    assert scene.creates() == 0
    erp.number = ""
    scene.passes(HOUR)
    scene.tenant.touch(ORDER)
    scene.poll()
    scene.work()
    assert scene.stands() == "DONE"


def test_our_own_number_in_the_field_holds_nothing() -> None:
    scene = Scene()
    erp = Numbered(scene)
    scene.through()
    erp.number = scene.head().tracking_number
    scene.passes(HOUR)
    scene.tenant.touch(ORDER)
    scene.poll()
    scene.work()
    assert scene.stands() == "DONE"
    assert scene.head().document == ORDER
