"""The tracking page of an order: made with its label, given to the ERP, up to date with the order's parcels (S46)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sandbox.simulation.deployed import PUBLIC
from shared.domain.page import Page
from shared.domain.state import State
from shared.workflow.desk.void import void
from shared.workflow.orders.pages import keep_page, page_of
from shared.workflow.write_back.replay import write_again
from tests.component.workflow.scene import DAY, ORDER, Scene, key_of
from tests.component.workflow.test_writing_back import shipped

OURS: dict[str, Any] = {
    "write_back": {"tracking_numbers": "A130", "tracking_url": "A121"},
    "tracking": {"page": "ours"},
}


def page(scene: Scene) -> Page | None:
    return page_of(scene.ports, key_of(ORDER))


def address(scene: Scene) -> str:
    found = page(scene)
    return f"{PUBLIC}{found.path}" if found else ""


def test_s46_the_address_of_our_page_stands_in_the_erp() -> None:
    scene = shipped(**OURS)
    scene.work()
    assert address(scene)
    assert scene.in_erp()["A121"] == address(scene)
    found, now = page(scene), scene.clock.now()
    assert found
    assert now + timedelta(days=179) < found.ends <= now + timedelta(days=180)
    assert [each.number for each in found.parcels] == list(scene.live()[0].tracking_numbers)
    assert found.parcels[0].url.startswith("https://www.ups.com/")
    assert found.document == ORDER


def test_a_repeated_write_back_gives_the_same_address() -> None:
    scene = shipped(**OURS)
    scene.work()
    before = address(scene)
    write_again(scene.ports, key_of(ORDER), "ann")
    assert address(scene) == before == scene.in_erp()["A121"]


def test_where_the_file_does_not_say_so_no_page_is_made() -> None:
    scene = shipped(write_back={"tracking_numbers": "A130", "tracking_url": "A121"})
    scene.work()
    assert page(scene) is None
    assert scene.in_erp()["A121"].startswith("https://www.ups.com/")


def test_a_page_without_a_field_for_its_address_is_not_made() -> None:
    scene = shipped(tracking={"page": "ours"})
    scene.work()
    assert page(scene) is None


def test_a_revoked_page_is_told_to_nobody_and_stays_revoked() -> None:
    scene = shipped(**OURS)
    connection = scene.connection().connection
    found = keep_page(scene.ports, scene.head(), connection)
    assert found
    scene.world.pages.save(Page(**{**_facts(found), "revoked": True, "version": 2}))
    scene.work()
    assert scene.head().state == State.DONE
    assert "A121" not in scene.in_erp()
    again = keep_page(scene.ports, scene.head(), connection, again=True)
    assert again
    assert again.id != found.id
    assert page(scene) == again


def test_a_page_that_has_ended_is_made_anew() -> None:
    scene = shipped(**OURS)
    scene.work()
    before = address(scene)
    scene.passes(181 * DAY)
    write_again(scene.ports, key_of(ORDER), "ann")
    assert address(scene) != before
    assert scene.in_erp()["A121"] == address(scene)


@pytest.mark.parametrize("of", ["ours", "carrier"])
def test_s46_a_voided_parcel_leaves_the_page_and_the_address_stays(of: str) -> None:
    scene = shipped(**{**OURS, "tracking": {"page": of}})
    scene.work()
    keep_page(scene.ports, scene.head(), scene.connection().connection)
    before = address(scene)
    void(scene.ports, key_of(ORDER), "ann")
    found = page(scene)
    assert found
    assert found.parcels == ()
    assert address(scene) == before


def _facts(found: Page) -> dict[str, Any]:
    return {name: getattr(found, name) for name in Page.__dataclass_fields__}
