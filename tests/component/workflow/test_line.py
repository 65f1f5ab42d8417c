"""The cut-over line of an ERP whose changes carry no time: what its first scan sees is older than the line."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from sandbox.erps.m3.seed import Line, add_supplier
from shared.errors import Refused
from shared.workflow.desk.reconcile import Account, reconcile
from shared.workflow.desk.take_older import take_older
from shared.workflow.intake.backlog import Backlog, backlog
from tests.component.workflow.scene import BUFFALO, CONNECTION, MINUTE, Scene


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


# --- another selection of a running connection -----------------------------------------------------------------------

NARROW, WIDE = {"suppliers": ["V100"]}, {"suppliers": ["V100", "V200"]}


class AsRead(Timeless):
    """Such an ERP whose list does not tell what the selection asks for: only the whole document does."""

    def __init__(self, erp: Any, every: Any) -> None:
        super().__init__(erp)
        self._every = every

    def changed(self, _cursor: str, floor: datetime) -> Any:
        return self._every.changed("", floor - timedelta(days=900))


@pytest.fixture(params=["listed", "as read"])
def chosen(request: pytest.FixtureRequest) -> Scene:
    """A running connection that selects one supplier, and that has drawn its line. Its ERP tells an order's supplier
    in its list, or only where the order itself is read."""
    scene = Scene(select=NARROW)
    erp = scene.ports.open_erp
    add_supplier(scene.tenant, "V200", BUFFALO, contact="Ann Lee", contact_phone="716-555-0102")

    def opened(connection: Any) -> Any:
        every = connection.model_copy(update={"select": type(connection.select)()})
        return Timeless(erp(connection)) if request.param == "listed" else AsRead(erp(connection), erp(every))

    scene.with_ports(open_erp=opened)
    scene.poll()
    scene.clock.advance(MINUTE)
    return scene


def of_both(scene: Scene, *numbers: str) -> None:
    """Orders of the supplier that was not selected."""
    for number in numbers:
        scene.order(number, supplier="V200")


def older(scene: Scene) -> tuple[str, ...]:
    return backlog(scene.ports, scene.connection()).older


def taken_by(scene: Scene, number: str) -> str:
    return scene.stands(number) if scene.known(number) else "left alone"


def test_what_stands_in_a_wider_selection_is_older_than_its_line(chosen: Scene) -> None:
    """It may have stood there for months, and left: nothing of an ERP without times tells."""
    of_both(chosen, "4000002")
    chosen.order("4000001")
    chosen.poll()
    chosen.clock.advance(MINUTE)
    chosen.applies(select=WIDE)
    assert older(chosen) == ("4000002",), "a dry run says so before the poll"
    chosen.poll()
    chosen.clock.advance(MINUTE)
    chosen.tenant.touch("4000002")
    for _ in range(5):
        chosen.lives(timedelta(days=1))
    assert claimed(chosen) == ["4000001"]
    assert older(chosen) == ("4000002",)
    (named,) = (
        each
        for each in reconcile(chosen.ports, chosen.connection(), chosen.clock.now().date())
        if each.listed.document == "4000002"
    )
    assert named.account == Account.OLDER
    take_older(chosen.ports, chosen.connection(), ["4000002"], "ann")
    chosen.poll()
    assert claimed(chosen) == ["4000001", "4000002"]


def test_what_comes_after_the_wider_line_is_claimed(chosen: Scene) -> None:
    of_both(chosen, "4000002")
    chosen.poll()
    chosen.applies(select=WIDE)
    chosen.poll()
    chosen.clock.advance(MINUTE)
    of_both(chosen, "4000003")
    chosen.order("4000001")
    chosen.poll()
    assert claimed(chosen) == ["4000001", "4000003"]


def test_what_came_up_between_the_last_poll_and_the_wider_file_is_not_lost(chosen: Scene) -> None:
    """It was selected before, and is new: the wider line is not drawn for it."""
    chosen.order("4000001")
    chosen.applies(select=WIDE)
    assert [each.document for each in backlog(chosen.ports, chosen.connection()).changes] == ["4000001"]
    chosen.poll()
    assert claimed(chosen) == ["4000001"]


def test_what_is_held_or_open_stays_so_under_a_wider_selection(chosen: Scene) -> None:
    chosen.order("4000001", [Line("GASKET-X", 1)])
    chosen.poll()
    chosen.work()
    assert chosen.stands("4000001").startswith("HELD")
    chosen.order("4000003")
    chosen.m3_will("error_before", "PPS200MI.GetHead", times=50)
    chosen.poll()
    unread = [each.document for each in chosen.ports.connections.open_documents(CONNECTION) if each.tries]
    assert "4000003" in unread
    chosen.m3.faults.clear()
    chosen.clock.advance(MINUTE)
    chosen.applies(select=WIDE)
    chosen.poll()
    chosen.clock.advance(timedelta(hours=1))
    chosen.poll()
    assert claimed(chosen) == ["4000001", "4000003"]
    assert older(chosen) == ()
    chosen.work()
    assert chosen.stands("4000001").startswith("HELD")


def test_what_came_while_a_selection_was_narrower_is_older_when_it_is_widened_back(chosen: Scene) -> None:
    """So is what the narrower one let go: nobody knows whether it left by hand meanwhile."""
    chosen.applies(select=WIDE)
    chosen.poll()
    chosen.clock.advance(MINUTE)
    of_both(chosen, "4000002")
    chosen.poll()
    assert claimed(chosen) == ["4000002"]
    chosen.applies(select=NARROW)
    chosen.clock.advance(MINUTE)
    of_both(chosen, "4000004")
    chosen.poll()
    chosen.lives(timedelta(hours=8))
    assert chosen.stands("4000002") in ("CANCELLED", "DONE")
    before = chosen.creates()
    chosen.applies(select=WIDE)
    chosen.poll()
    chosen.lives(timedelta(hours=8))
    assert chosen.creates() == before
    assert taken_by(chosen, "4000004") == "left alone"
    assert "4000004" in older(chosen)


def test_what_a_narrower_selection_let_go_is_older_when_it_is_widened_back(chosen: Scene) -> None:
    chosen.applies(select=WIDE)
    chosen.poll()
    chosen.clock.advance(MINUTE)
    chosen.order("4000002", [Line("GASKET-X", 1)], supplier="V200")
    chosen.poll()
    chosen.work()
    assert chosen.stands("4000002").startswith("HELD")
    chosen.applies(select=NARROW)
    for _ in range(3):
        chosen.clock.advance(timedelta(hours=7))
        chosen.poll()
    assert chosen.stands("4000002") == "CANCELLED"
    chosen.applies(select=WIDE)
    for _ in range(3):
        chosen.clock.advance(timedelta(hours=7))
        chosen.poll()
    assert chosen.stands("4000002") == "CANCELLED"
    assert older(chosen) == ("4000002",)
    take_older(chosen.ports, chosen.connection(), ["4000002"], "ann")
    chosen.poll()
    chosen.work()
    assert chosen.stands("4000002").startswith("HELD")


def test_two_edits_between_two_polls_are_one(chosen: Scene) -> None:
    chosen.order("4000001")
    of_both(chosen, "4000002")
    chosen.poll()
    chosen.clock.advance(MINUTE)
    chosen.order("4000003")
    chosen.applies(select={"suppliers": ["V900"]})
    chosen.applies(select=NARROW)
    chosen.poll()
    assert claimed(chosen) == ["4000001", "4000003"], "nothing was scanned under the other file: no line is drawn"
    chosen.applies(select={"suppliers": ["V900"]})
    chosen.applies(select=WIDE)
    chosen.poll()
    assert older(chosen) == ("4000002",)


def test_a_poll_that_dies_behind_the_wider_line_leaves_nothing_out_and_takes_nothing_in(chosen: Scene) -> None:
    of_both(chosen, "4000002", "4000004")
    chosen.order("4000001")
    chosen.poll()
    chosen.clock.advance(MINUTE)
    chosen.order("4000003")
    chosen.applies(select=WIDE)

    def dies(*_: Any) -> None:
        raise KeyboardInterrupt

    for call in ("read", "changed"):
        chosen.before_the_next("erp", call, dies)
        with pytest.raises(KeyboardInterrupt):
            chosen.poll()
        chosen.clock.advance(timedelta(minutes=10))
    for _ in range(4):
        chosen.poll()
        chosen.clock.advance(timedelta(hours=2))
    assert claimed(chosen) == ["4000001", "4000003"]
    assert older(chosen) == ("4000002", "4000004")


def test_an_erp_with_times_takes_what_another_selection_wants_as_before() -> None:
    scene = Scene(select=NARROW)
    add_supplier(scene.tenant, "V200", BUFFALO, contact="Ann Lee", contact_phone="716-555-0102")
    scene.poll()
    scene.clock.advance(MINUTE)
    of_both(scene, "4000002")
    scene.poll()
    scene.applies(select=WIDE)
    scene.poll()
    assert claimed(scene) == ["4000002"]
