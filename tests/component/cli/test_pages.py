"""`pages show|revoke`: a person gives an order's tracking page to a customer, and takes it back (S46)."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from shared.domain.page import Page
from shared.workflow.orders.pages import page_of
from tests.builders import NOW
from tests.component.cli.fakes import HOOKS, ME, Desk
from tests.component.cli.test_parcels import LIFE, ONE, shipped


@pytest.fixture
def running(desk: Desk) -> Desk:
    desk.has()
    shipped(desk, "1000001", ONE, *LIFE)
    desk.carrier.tracking_url = lambda number: f"https://carrier.example/{number}"  # type: ignore[attr-defined]
    return desk


def page(desk: Desk) -> Page:
    (key,) = desk.ports.orders.listing("acme-infor-ups", "done")
    found = page_of(desk.ports, key)
    assert found
    return found


def steps(desk: Desk) -> list[tuple[str, str]]:
    (key,) = desk.ports.orders.listing("acme-infor-ups", "done")
    return [(str(each.what), each.who) for each in desk.ports.orders.audit(key) if str(each.what).startswith("page_")]


def test_s46_the_address_is_made_once_and_printed(running: Desk) -> None:
    first, second = (running.run("pages", "show", "1000001") for _ in range(2))
    assert first.exit_code == 0
    assert first.stdout.strip() == second.stdout.strip() == f"{HOOKS}{page(running).path}"
    assert "1 parcel" in first.stderr
    assert page(running).ends == NOW + timedelta(days=180)
    assert steps(running) == [("page_made", ME)]
    told = json.loads(running.run("pages", "show", "1000001", "--json").stdout)
    assert told["address"] == f"{HOOKS}{page(running).path}"


def test_a_revoked_page_stays_so_until_a_person_makes_another(running: Desk) -> None:
    running.run("pages", "show", "1000001")
    before = page(running)
    revoked = running.run("pages", "revoke", "1000001")
    assert revoked.exit_code == 0
    assert not page(running).is_open(NOW)
    shown = running.run("pages", "show", "1000001")
    assert shown.exit_code == 1
    assert before.id not in shown.stdout + shown.stderr
    assert "pages show 1000001 --new" in shown.stderr
    again = running.run("pages", "show", "1000001", "--new")
    assert page(running).id in again.stdout
    assert page(running).id != before.id
    assert steps(running) == [("page_made", ME), ("page_revoked", ME), ("page_made", ME)]


def test_the_trail_does_not_hold_the_address(running: Desk) -> None:
    running.run("pages", "show", "1000001")
    found = page(running)
    assert found.id not in str(running.ports.orders.audit(found.order))


def test_an_order_without_a_parcel_has_no_page(running: Desk) -> None:
    running.takes("1000002")
    shown = running.run("pages", "show", "1000002")
    assert shown.exit_code == 1
    assert "has no parcel yet" in shown.stderr
    nothing = running.run("pages", "revoke", "1000002")
    assert nothing.exit_code == 1
    assert "no address that could be revoked" in nothing.stderr
