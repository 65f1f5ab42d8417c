"""`receipts list|show|replay ...`: what a person sees and says of purchase orders at a warehouse (S61)."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from cli.wiring import Stack
from tests.component.cli.fakes import HOOKS, ME, FakeCredentials, FakeHooks, FakeQueues, FakeSchedules
from tests.component.workflow.yard import HOUR, ORDER, SETTLED, Yard, key_of


class Counter(Yard):
    """A Yard with a terminal."""

    def run(self, *arguments: str) -> Result:
        credentials: Any = FakeCredentials()
        given = (self.ports, FakeSchedules(), credentials, FakeQueues(), lambda: ME, "s3://labels/")
        hooks = FakeHooks(lambda: self.ports, credentials)
        stack = Stack("test", *given, webhook_base=HOOKS, transport=hooks)
        return CliRunner().invoke(app, list(arguments), obj=lambda: stack)

    def says(self, *arguments: str, ends: int = 0) -> str:
        done = self.run(*arguments)
        assert done.exit_code == ends, done.output
        return done.output


@pytest.fixture
def refused() -> Counter:
    """An order with a receipt that M3 refuses."""
    yard = Counter()
    yard.order()
    yard.turn()
    yard.comes_in(5)
    yard.tenant.set_status(ORDER, "85", "1")
    yard.turn()
    return yard


def test_s61_what_waits_is_listed_with_its_reason_shown_with_its_tries_and_replayed(refused: Counter) -> None:
    listed = refused.says("receipts", "list")
    assert "5 of 10 VALVE-1" in listed
    assert "receipt 1: PPS001MI.Receipt" in listed
    shown = refused.says("receipts", "show", ORDER)
    assert "waiting refused" in shown
    assert "receipt_held" in shown
    assert refused.record().reference in shown
    refused.tenant.set_status(ORDER, "35", "1")
    assert "tried again at once" in refused.says("receipts", "replay", ORDER)
    refused.turn()
    assert refused.booked() == {"1": Decimal(5)}
    (entry,) = [each for each in refused.ports.receiving.audit(key_of()) if each.what == "replayed"]
    assert entry.who == ME


def test_programs_read_it_as_json(refused: Counter) -> None:
    (listed,) = json.loads(refused.says("receipts", "list", "--json"))
    assert (listed["document"], listed["held_receipts"]) == (ORDER, 1)
    told = json.loads(refused.says("receipts", "show", key_of(), "--json"))
    assert [each["held"] for each in told["receipts"]] == ["refused"]
    assert told["audit"][0]["what"] == "taken"


def test_a_receipt_is_dismissed_with_a_reason(refused: Counter) -> None:
    assert "receipt 1 is dismissed" in refused.says("receipts", "dismiss", ORDER, "1", "--why", "booked by hand")
    refused.remote().status = "closed"
    refused.turn()
    assert "no purchase order is under way" in refused.says("receipts", "list")
    assert ORDER in refused.says("receipts", "list", "--all")


def test_what_is_in_doubt_says_what_to_do_and_a_person_ends_it() -> None:
    yard = Counter()
    yard.order()
    yard.fails("create_purchase_order", "reset_before")
    yard.turn()
    yard.turn(SETTLED)
    shown = yard.says("receipts", "show", ORDER)
    assert f"parcelbridge receipts adopt {ORDER} PURCHASE" in shown
    assert f"parcelbridge receipts declare-not-made {ORDER}" in shown
    assert "made again at once" in yard.says("receipts", "declare-not-made", ORDER)
    yard.turn()
    assert yard.stands() == "OPEN"


def test_an_order_that_a_person_found_is_adopted() -> None:
    yard = Counter()
    yard.order()
    yard.fails("create_purchase_order", "reset_after")
    yard.turn()
    yard.manners.reference_number = "dropped"
    made = yard.remote().purchase_order_id
    yard.remote().reference = None
    yard.turn(SETTLED)
    assert "may be ours" in yard.says("receipts", "list")
    assert f"{made} is taken as ours" in yard.says("receipts", "adopt", ORDER, made)
    yard.turn(HOUR)
    assert (yard.stands(), len(yard.remotes)) == ("OPEN", 1)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("show", "4009999"), "there is no purchase order 4009999 at a warehouse"),
        (("show", "a/b/c/d"), "there is no purchase order a/b/c/d at a warehouse"),
        (("replay", ORDER), "nothing of it waits for a person"),
        (("replay", ORDER, "--receipt", "7"), "receipt 7 waits for a person"),
        (("declare-not-made", ORDER), "nobody is asked whether it was made"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(arguments: tuple[str, ...], said: str) -> None:
    yard = Counter()
    yard.order()
    yard.turn()
    assert said in yard.says("receipts", *arguments, ends=1)


def test_s66_the_connection_test_proves_programs_places_and_names_of_the_way_in() -> None:
    yard = Counter()
    yard.order()
    yard.turn()
    told = yard.run("connections", "test", "acme-infor-shipstation").output
    failed = [line.split()[2] for line in told.splitlines() if line.strip().startswith("FAILED")]
    assert failed == ["ShipStation", "schedule"]
    assert "W01: se-1 is none; there are" in told
    assert "quantities are quantity, what came in received_quantity" in told
    assert "no label is bought" in told


def test_a_start_tells_the_backlog_and_prices_nothing_and_status_names_what_waits(refused: Counter) -> None:
    assert "1 purchase orders that wait for a person" in refused.says("status", ends=1)
    refused.ports.connections.set_status("acme-infor-shipstation", "paused", "", ME, refused.clock.now())
    started = refused.says("connections", "start", "acme-infor-shipstation", "--yes")
    assert "no label is bought: purchase orders are sent to a warehouse" in started
    assert "buys no labels" in refused.says("connections", "dry-run", "acme-infor-shipstation", ends=1)


def test_s39_inbound_add_notes_a_parcel_of_a_purchase_order_and_its_record_shows_where_it_is() -> None:
    yard = Counter(receipts={"moment": "delivered", "in_transit": "advise"})
    yard.order()
    yard.turn()
    number = "1Z999AA10123456784"
    yard.station.parcels.of_another(number, "ups", yard.clock.now())
    assert "followed for its receipt" in yard.says("inbound", "add", ORDER, "1z999aa1 0123456784")
    assert f"{number} not yet seen" in yard.says("receipts", "show", ORDER)
    yard.turn()
    shown = yard.says("receipts", "show", ORDER)
    assert f"{number} with its carrier, seen" in shown
    assert "advice posted" in shown
    yard.turn(HOUR * 72)
    assert f"{number} delivered, seen" in yard.says("receipts", "show", ORDER)
    assert "allowed: a number of UPS" in yard.says("inbound", "add", key_of(), "12345678", ends=1)


def test_a_parcel_that_nothing_follows_is_noted_and_that_is_said() -> None:
    yard = Counter()
    yard.order()
    yard.turn()
    said = yard.says("inbound", "add", ORDER, "1Z999AA10123456784")
    assert "is noted and not followed: no receipt is posted by it" in said
    assert "set receipts.moment or receipts.in_transit" in said


def test_a_parcel_that_was_named_by_mistake_is_taken_off_with_a_reason_and_brings_no_receipt() -> None:
    yard = Counter(receipts={"moment": "delivered"})
    yard.order()
    yard.turn()
    number = "1Z999AA10123456784"
    yard.station.parcels.of_another(number, "ups", yard.clock.now())
    yard.says("inbound", "add", ORDER, number)
    assert "is taken off, and followed no more" in yard.says("inbound", "remove", ORDER, number, "--why", "mistyped")
    yard.turn(HOUR * 72)
    assert (yard.record().parcels, yard.receipts(), yard.booked()) == ((), (), {})
    (entry,) = [each for each in yard.ports.receiving.audit(key_of()) if each.what == "parcel_removed"]
    assert (entry.who, entry.why) == (ME, f"{number}: mistyped")
    assert "has no parcel" in yard.says("inbound", "remove", ORDER, number, "--why", "mistyped", ends=1)
