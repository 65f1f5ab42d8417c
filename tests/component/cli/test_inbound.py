"""`inbound add`: a person names the parcel by which a supplier sends an order on its own (S39)."""

from __future__ import annotations

import pytest

from shared.domain.state import State
from tests.component.cli.fakes import Desk
from tests.component.cli.test_parcels import LIFE, ONE, TWO, shipped


@pytest.fixture
def running(desk: Desk) -> Desk:
    desk.has()
    desk.carrier.tracking_url = lambda number: f"https://carrier.example/{number}"  # type: ignore[attr-defined]
    return desk


def test_s39_a_number_as_people_write_it_is_taken_in_and_shown(running: Desk) -> None:
    key = running.takes("1000001")
    added = running.run("inbound", "add", "1000001", f"{ONE[:6]} {ONE[6:].lower()}")
    assert added.exit_code == 0, added.output
    assert f"1000001: parcel {ONE} is its supplier's own" in added.stdout
    assert ONE in running.run("parcels", "show", "1000001").stdout
    assert ONE in running.run("orders", "show", "1000001").stdout
    assert running.run("inbound", "add", "1000001", ONE).exit_code == 0
    assert [each.what for each in running.ports.orders.audit(key)].count("inbound_added") == 1
    assert TWO not in running.run("parcels", "list").stdout


def test_s39_an_order_that_was_not_taken_in_is_asked_for_in_the_erp(running: Desk) -> None:
    running.erp.system, running.erp.company = "infor-m3:ACME_TST", "100"  # type: ignore[attr-defined]
    added = running.run("inbound", "add", "1000009", ONE)
    assert added.exit_code == 0, added.output
    assert f"1000009: parcel {ONE} is its supplier's own" in added.stdout
    head = running.ports.orders.head("infor-m3:ACME_TST/100/1000009/-")
    assert head
    assert (head.state, head.label) == (State.CANCELLED, "inbound")
    assert running.run("inbound", "add", "no/such/order/-", TWO).exit_code == 1


def test_among_several_connections_the_one_whose_erp_has_the_order_is_named(running: Desk) -> None:
    running.has(webhook=False, id="other-infor-ups")
    refused = running.run("inbound", "add", "1000009", ONE)
    assert refused.exit_code == 1
    assert "there are 2 connections" in refused.stderr
    assert "--connection" in refused.stderr


def test_what_cannot_be_is_refused_in_a_sentence(running: Desk) -> None:
    shipped(running, "1000001", ONE, *LIFE)
    running.takes("1000002")
    labelled = running.run("inbound", "add", "1000001", TWO)
    assert labelled.exit_code == 1
    assert f"has a label of ours: {ONE}" in labelled.stderr
    another = running.run("inbound", "add", "1000002", ONE)
    assert another.exit_code == 1
    assert f"{ONE} is a parcel of order" in another.stderr
    wrong = running.run("inbound", "add", "1000002", "HELLO")
    assert wrong.exit_code == 1
    assert "HELLO is no number of ups" in wrong.stderr


def test_a_page_of_a_cancelled_order_can_be_revoked(running: Desk) -> None:
    key = running.takes("1000001")
    running.run("inbound", "add", "1000001", ONE)
    assert running.run("pages", "show", "1000001").exit_code == 0
    head = running.ports.orders.head(key)
    assert head
    assert head.state == State.CANCELLED
    revoked = running.run("pages", "revoke", "1000001")
    assert revoked.exit_code == 0, revoked.output
    (found,) = running.ports.pages.of(key)
    assert found.revoked
