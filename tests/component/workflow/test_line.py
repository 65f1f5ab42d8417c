"""The cut-over line of an ERP whose changes carry no time: what its first scan sees is older than the line."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from shared.workflow.intake.poll import backlog
from tests.component.workflow.scene import CONNECTION, MINUTE, Scene


class Timeless:
    """An ERP that lists whatever stands in the set, and whose stamps say nothing but that something is another one."""

    changes_have_time = False

    def __init__(self, erp: Any) -> None:
        self._erp = erp

    def changed(self, _cursor: str, floor: datetime) -> Any:
        return self._erp.changed("", floor - timedelta(days=900))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._erp, name)


def timeless(scene: Scene) -> Scene:
    erp = scene.ports.open_erp
    scene.with_ports(open_erp=lambda connection: Timeless(erp(connection)))
    return scene


def claimed(scene: Scene) -> list[str]:
    return sorted(head.document for head in scene.world.heads())


@pytest.fixture
def scene() -> Scene:
    return timeless(Scene())


def test_what_the_first_scan_sees_is_never_claimed(scene: Scene) -> None:
    scene.order("4000001")
    assert backlog(scene.ports, scene.connection()) == ()
    scene.poll()
    for _ in range(20):
        scene.lives(timedelta(days=1))
    assert claimed(scene) == []


def test_what_comes_after_the_first_scan_is_claimed(scene: Scene) -> None:
    scene.order("4000001")
    scene.poll()
    scene.clock.advance(MINUTE)
    scene.order("4000002")
    scene.poll()
    assert claimed(scene) == ["4000002"]


def test_what_changes_after_the_line_is_claimed_as_at_any_other_erp(scene: Scene) -> None:
    scene.order("4000001")
    scene.poll()
    scene.clock.advance(MINUTE)
    scene.tenant.touch("4000001")
    scene.poll()
    assert claimed(scene) == ["4000001"]


def test_another_revision_of_the_file_moves_no_line(scene: Scene) -> None:
    scene.order("4000001")
    scene.poll()
    file = scene.connection().connection.model_copy(update={"settle": timedelta(minutes=30)})
    scene.ports.connections.apply(file, scene.clock.now(), "ann", scene.clock.now())
    scene.poll()
    assert scene.connection().revision == 2
    assert claimed(scene) == []


def test_a_first_poll_that_ends_early_leaves_none_of_them_out(scene: Scene) -> None:
    for number in range(4000001, 4000031):
        scene.order(str(number))
    scene.poll(iter([60.0, *[0.0] * 100]).__next__)
    for _ in range(5):
        scene.poll()
    assert claimed(scene) == []


def test_a_line_in_the_past_takes_what_the_first_scan_sees() -> None:
    scene = timeless(Scene(start=False))
    connections, now = scene.ports.connections, scene.clock.now()
    connections.apply(scene.world.connection, now - timedelta(days=2), "ann", now)
    connections.set_status(CONNECTION, "running", "started", "ann", now)
    scene.order("4000001")
    assert [each.document for each in backlog(scene.ports, scene.connection())] == ["4000001"]
    scene.poll()
    assert claimed(scene) == ["4000001"]
