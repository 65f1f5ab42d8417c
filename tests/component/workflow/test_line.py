"""The cut-over line of an ERP whose changes carry no time: what its first scan sees is older than the line."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from shared.errors import Refused
from shared.workflow.desk.reconcile import Account, reconcile
from shared.workflow.desk.take_older import take_older
from shared.workflow.intake.backlog import Backlog, backlog
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


class Whole:
    """An ERP that knows when a document changed, lists its whole set, and tells what stood there before the line."""

    def __init__(self, erp: Any) -> None:
        self._erp = erp

    def older(self, floor: datetime) -> Any:
        newer = {each.document for each in self._erp.changed("", floor)}
        listed = self._erp.changed("", floor - timedelta(days=900))
        return [each for each in listed if each.document not in newer]

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
    assert backlog(scene.ports, scene.connection()) == Backlog((), ("4000001",))
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


def test_s10_what_stood_there_before_the_line_stays_older_when_it_changes_since_its_parcel_may_have_left(
    scene: Scene,
) -> None:
    scene.order("4000001")
    scene.poll()
    scene.clock.advance(MINUTE)
    scene.tenant.touch("4000001")
    for _ in range(10):
        scene.lives(timedelta(days=1))
    assert claimed(scene) == []
    assert backlog(scene.ports, scene.connection()) == Backlog((), ("4000001",))
    (named,) = reconcile(scene.ports, scene.connection(), scene.clock.now().date())
    assert (named.listed.document, named.account) == ("4000001", Account.OLDER)


def test_a_person_takes_in_what_is_older_and_it_is_followed_from_then_on(scene: Scene) -> None:
    scene.order("4000001")
    scene.order("4000002")
    scene.poll()
    take_older(scene.ports, scene.connection(), ["4000001"], "ann")
    assert [each.document for each in backlog(scene.ports, scene.connection()).changes] == ["4000001"]
    scene.poll()
    scene.poll()
    assert claimed(scene) == ["4000001"]
    assert backlog(scene.ports, scene.connection()).older == ("4000002",)


def test_only_what_was_left_alone_is_taken_in_by_a_person(scene: Scene) -> None:
    scene.order("4000001")
    scene.poll()
    for documents in (["4000001", "4000009"], ["4000009"]):
        with pytest.raises(Refused, match="4000009 is none of the documents that stood in the ERP"):
            take_older(scene.ports, scene.connection(), documents, "ann")
    scene.poll()
    assert claimed(scene) == []


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
    assert [each.document for each in backlog(scene.ports, scene.connection()).changes] == ["4000001"]
    scene.poll()
    assert claimed(scene) == ["4000001"]


def test_s05_what_stood_there_before_the_line_stays_older_at_an_erp_that_lists_its_whole_set_by_time() -> None:
    scene = Scene(start=False)
    erp = scene.ports.open_erp
    scene.with_ports(open_erp=lambda connection: Whole(erp(connection)))
    scene.order("4000001")
    scene.clock.advance(timedelta(hours=1))
    connections, now = scene.ports.connections, scene.clock.now()
    connections.apply(scene.world.connection, now, "ann", now)
    connections.set_status(CONNECTION, "running", "started", "ann", now)
    scene.clock.advance(MINUTE)
    scene.order("4000002")
    assert backlog(scene.ports, scene.connection()).older == ("4000001",)
    scene.poll()
    assert claimed(scene) == ["4000002"]
    assert backlog(scene.ports, scene.connection()).older == ("4000001",), "it is still named, though it never changes"
    scene.clock.advance(MINUTE)
    scene.tenant.touch("4000001")
    scene.poll()
    assert claimed(scene) == ["4000002"]
    assert backlog(scene.ports, scene.connection()).older == ("4000001",)
    take_older(scene.ports, scene.connection(), ["4000001"], "ann")
    scene.poll()
    assert claimed(scene) == ["4000001", "4000002"]


class Behind(Timeless):
    """Such an ERP with a document that stands behind the set, and that a change later brings into it."""

    def changed(self, cursor: str, floor: datetime) -> Any:
        return [each for each in super().changed(cursor, floor) if each.document != "4000001" or self.invoiced]

    def older(self, floor: datetime) -> Any:
        return [each for each in super().changed("", floor) if each.document == "4000001"]

    invoiced = False


def test_s10_what_stood_behind_the_set_before_the_line_is_older_when_a_change_brings_it_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scene = Scene()
    erp = scene.ports.open_erp
    scene.with_ports(open_erp=lambda connection: Behind(erp(connection)))
    scene.order("4000001")
    scene.order("4000002")
    assert backlog(scene.ports, scene.connection()) == Backlog((), ("4000001", "4000002"))
    scene.poll()
    monkeypatch.setattr(Behind, "invoiced", True)
    scene.clock.advance(MINUTE)
    scene.tenant.touch("4000001")
    scene.poll()
    assert claimed(scene) == []


def test_a_taking_in_that_broke_off_may_be_repeated(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.order("4000001")
    scene.poll()

    def dies(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(scene.ports.connections, "ask_for", dies)
    with pytest.raises(KeyboardInterrupt):
        take_older(scene.ports, scene.connection(), ["4000001"], "ann")
    monkeypatch.undo()
    take_older(scene.ports, scene.connection(), ["4000001"], "ann")
    scene.poll()
    assert claimed(scene) == ["4000001"]
