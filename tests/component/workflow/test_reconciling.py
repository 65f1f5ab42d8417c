"""The daily reconciliation: what the ERP has is compared with the orders, the ledger and what could not be read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from sandbox.erps.m3.seed import Line, place
from shared.domain.state import State
from shared.errors import Refused
from shared.ports import Listed
from shared.workflow.desk.reconcile import Account, reconcile
from tests.component.workflow.refusing import refusing
from tests.component.workflow.scene import MINUTE, Scene
from tests.component.workflow.test_line import timeless


class Deaf:
    """An ERP whose list of changes leaves out documents that it has."""

    def __init__(self, erp: Any, hidden: set[str]) -> None:
        self._erp, self._hidden = erp, hidden

    def changed(self, cursor: str, floor: datetime) -> Any:
        return [each for each in self._erp.changed(cursor, floor) if each.document not in self._hidden]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._erp, name)


@pytest.fixture
def scene() -> Scene:
    scene = Scene()
    scene.poll()
    return scene


def today(scene: Scene) -> date:
    return scene.clock.now().date()


def books(scene: Scene, day: date | None = None) -> dict[str, tuple[Account, str]]:
    """By document; a comparison changes nothing."""
    found = reconcile(refusing(scene.ports), scene.connection(), day or today(scene))
    return {each.listed.document: (each.account, each.why) for each in found}


def leave(scene: Scene, number: str) -> None:
    for line in scene.tenant.orders[number].lines:
        scene.tenant.change_line(number, line["PNLI"], PUSL="75")


def test_what_was_shipped_held_seen_or_waits_is_told(scene: Scene) -> None:
    scene.through("4000001")
    scene.through("4000002", [Line("GASKET-X", 1)])
    scene.through("4000003", delivery_method="TRK")
    scene.taken_in("4000004")
    assert books(scene) == {
        "4000001": (Account.SHIPPED, ""),
        "4000002": (Account.HELD, "weight"),
        "4000003": (Account.SEEN, ""),
        "4000004": (Account.WAITS, "RECEIVED"),
    }


def test_what_became_ready_since_the_last_poll_comes_with_the_next(scene: Scene) -> None:
    scene.order("4000001")
    assert books(scene) == {"4000001": (Account.COMES, "")}
    scene.poll()
    assert books(scene)["4000001"][0] is Account.WAITS


def test_what_left_between_two_polls_is_missed(scene: Scene) -> None:
    scene.order("4000001")
    leave(scene, "4000001")
    scene.clock.advance(MINUTE)
    scene.poll()
    assert books(scene) == {"4000001": (Account.MISSED, "")}


def test_what_left_with_our_label_or_while_it_was_held_is_not(scene: Scene) -> None:
    scene.through("4000001")
    scene.through("4000002", [Line("GASKET-X", 1)])
    leave(scene, "4000001")
    leave(scene, "4000002")
    found = books(scene)
    assert found == {"4000001": (Account.SHIPPED, ""), "4000002": (Account.HELD, "weight")}


def test_what_the_list_of_changes_leaves_out_is_missed(scene: Scene) -> None:
    erp = scene.ports.open_erp
    scene.with_ports(open_erp=lambda connection: Deaf(erp(connection), {"4000001"}))
    scene.order("4000001")
    scene.order("4000002")
    scene.poll()
    found = books(scene)
    assert found["4000001"] == (Account.MISSED, "")
    assert found["4000002"][0] is Account.WAITS


def test_what_could_not_be_read_is_told_with_its_why(scene: Scene) -> None:
    scene.order("4000001")
    scene.m3_will("error_before", "PPS200MI.GetHead")
    scene.poll()
    account, why = books(scene)["4000001"]
    assert account is Account.UNREAD
    assert "PPS200MI" in why


def test_groups_of_one_document_stand_as_their_gravest(scene: Scene) -> None:
    plant = place("Acme Plant", "480 Erie Blvd", "Rochester", "NY", "14604", phone="585-555-0100")
    scene.through("4000001", [Line("VALVE-1", 1), Line("GASKET-X", 2, to=plant)])
    assert sorted(head.state for head in scene.world.heads()) == [State.DONE, State.HELD]
    assert books(scene)["4000001"] == (Account.HELD, "weight")


def test_what_stood_there_before_the_line_is_older(scene: Scene) -> None:
    before = timeless(Scene())
    before.order("4000001")
    before.poll()
    before.clock.advance(MINUTE)
    before.order("4000002")
    before.poll()
    assert books(before)["4000001"] == (Account.OLDER, "")
    assert books(before)["4000002"][0] is Account.WAITS


def test_a_day_before_the_beginning_and_one_to_come_are_refused(scene: Scene) -> None:
    for days in (-1, 1):
        with pytest.raises(Refused, match="cannot be compared"):
            books(scene, today(scene) + timedelta(days=days))


def test_before_the_first_poll_there_is_nothing_to_compare_with() -> None:
    with pytest.raises(Refused, match="not been polled"):
        books(Scene())


def test_a_document_that_leaves_while_it_is_listed_counts_once(scene: Scene) -> None:
    class Twice(Deaf):
        def listing(self, day: date, floor: datetime) -> Iterator[Listed]:
            for _ in range(2):
                yield from self._erp.listing(day, floor)

    scene.taken_in("4000001")
    erp = scene.ports.open_erp
    scene.with_ports(open_erp=lambda connection: Twice(erp(connection), set()))
    assert len(list(reconcile(scene.ports, scene.connection(), today(scene)))) == 1
