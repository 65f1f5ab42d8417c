"""One connection's trouble is nobody else's: the sweep serves all of them."""

from __future__ import annotations

from typing import Any

import pytest

from shared.errors import NewerFormat
from shared.workflow.intake.poll import poll
from tests.component.workflow.scene import MINUTE, Scene, key_of
from tests.unit.workflow.test_review_intake import OTHER, second
from tests.worlds import a_minute


class HalfReadable:
    """The applied connections, one of which cannot be read."""

    def __init__(self, connections: Any, broken: str, error: Exception) -> None:
        self._connections, self._broken, self._error = connections, broken, error

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connections, name)

    def get(self, connection_id: str) -> Any:
        if connection_id == self._broken:
            raise self._error
        return self._connections.get(connection_id)


@pytest.mark.parametrize("error", [NewerFormat("format 2"), ValueError("erp.kind: allowed ...")])
def test_a_connection_that_can_not_be_read_does_not_stop_the_sweep_of_the_others(error: Exception) -> None:
    scene = Scene()
    second(scene, method="GROUND")
    scene.taken_in()
    scene.order("4000002", delivery_method="GROUND")
    poll(scene.ports, OTHER, a_minute)
    scene.drop_messages()
    scene.with_ports(connections=HalfReadable(scene.ports.connections, OTHER, error))
    scene.passes(16 * MINUTE)
    assert scene.sweep() == 2
    assert scene.messages() == [key_of("4000001")]
    assert scene.sweep() == 0, "the other one is looked at again later, not each minute"


def test_a_message_of_a_connection_of_a_newer_release_is_left_alone() -> None:
    scene = Scene()
    scene.taken_in()
    before = scene.head()
    scene.with_ports(connections=HalfReadable(scene.ports.connections, before.connection, NewerFormat("format 2")))
    scene.process()
    assert scene.head() == before
