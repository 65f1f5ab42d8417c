"""`orders void`, `orders ship`, `queues` and `writebacks`: over the sandbox M3 and UPS."""

from __future__ import annotations

from datetime import timedelta

import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from cli.wiring import Stack
from tests.component.cli.fakes import HOOKS, ME, Desk, FakeCredentials, FakeHooks, FakeQueues, FakeSchedules
from tests.component.workflow.scene import CONNECTION, DAY, ORDER, Scene


class Terminal:
    """A terminal to a scene's deployment."""

    def __init__(self) -> None:
        self.scene = Scene()
        self.scene.through()
        self.scene.passes(timedelta(hours=1))

    def run(self, *arguments: str, given: str | None = None) -> Result:
        ports = self.scene.ports
        credentials = FakeCredentials()
        given_to = (ports, FakeSchedules(), credentials, FakeQueues(), lambda: ME, "s3://labels/")
        hooks = FakeHooks(lambda: ports, credentials)
        stack = Stack("test", *given_to, webhook_base=HOOKS, transport=hooks)
        result = CliRunner().invoke(app, list(arguments), input=given, obj=lambda: stack)
        self.scene.work()
        return result


@pytest.fixture
def terminal() -> Terminal:
    return Terminal()


# --- void and ship -------------------------------------------------------------------------------------------------


def test_a_void_asks_names_the_price_and_is_in_the_caller_s_name(terminal: Terminal) -> None:
    scene = terminal.scene
    shipment, cost = scene.head().shipment_id, scene.head().cost
    result = terminal.run("orders", "void", ORDER, "--reason", "wrong supplier", given="y\n")
    assert result.exit_code == 0
    assert f"void shipment {shipment} of order {ORDER}, bought for {cost}?" in result.stdout
    assert f"{ORDER}: voided by {ME}; the ERP's fields are corrected next" in result.stdout
    assert scene.stands() == "CANCELLED voided"
    assert {entry.who for entry in scene.audit() if entry.what in ("void_asked", "voided")} == {ME}
    shown = terminal.run("orders", "show", ORDER).stdout
    assert f"nothing: its label is voided; parcelbridge orders ship {ORDER} ships it again" in shown
    assert " voided" in shown


def test_a_no_voids_nothing(terminal: Terminal) -> None:
    result = terminal.run("orders", "void", ORDER, given="n\n")
    assert result.exit_code == 1
    assert "nothing was done" in result.stderr
    assert terminal.scene.stands() == "DONE"


def test_a_void_in_doubt_is_a_failure_with_what_to_do(terminal: Terminal) -> None:
    terminal.scene.ups_will("reset_after", "void")
    result = terminal.run("orders", "void", ORDER, "--yes")
    assert result.exit_code == 1
    assert "whether it is voided is not known" in result.stderr
    assert f"what to do: ask again: parcelbridge orders void {ORDER}" in result.stderr
    held = terminal.run("orders", "list", "--held").stdout
    assert "whether the void was made is not known" in held
    assert terminal.run("orders", "void", ORDER, "--yes").exit_code == 0
    assert terminal.scene.live() == []


def test_a_void_that_is_too_late_says_the_carrier_s_words(terminal: Terminal) -> None:
    terminal.scene.passes(terminal.scene.ups.void_window)
    result = terminal.run("orders", "void", ORDER, "--yes")
    assert result.exit_code == 1
    assert "No shipment found within the allowed void period" in result.stderr
    assert terminal.scene.stands() == "DONE"


def test_a_package_is_named_by_its_number(terminal: Terminal) -> None:
    result = terminal.run("orders", "void", ORDER, "--package", "1Z999", "--yes")
    assert result.exit_code == 1
    assert "1Z999 is no live package" in result.stderr


def test_shipping_again_shows_what_is_open_and_asks(terminal: Terminal) -> None:
    terminal.run("orders", "void", ORDER, "--yes")
    result = terminal.run("orders", "ship", ORDER, given="y\n")
    assert result.exit_code == 0
    assert "VALVE-1" in result.stdout
    assert "2 EA" in result.stdout
    assert f"{ORDER}: shipment 2 is prepared, for {ME}" in result.stdout
    assert terminal.scene.stands() == "DONE"
    assert len(terminal.scene.live()) == 1


def test_s28_a_line_that_is_under_way_does_not_go_again_for_the_asking(terminal: Terminal) -> None:
    result = terminal.run("orders", "ship", ORDER, "--lines", "1", "--yes")
    assert result.exit_code == 1
    assert "are under way already" in result.stderr
    assert "--all-open" in result.stderr
    assert terminal.scene.creates() == 1


def test_shipping_lines_of_a_shipped_order_names_the_parcel_that_is_under_way(terminal: Terminal) -> None:
    shipment = terminal.scene.head().shipment_id
    result = terminal.run("orders", "ship", ORDER, "--lines", "1", "--all-open", given="n\n")
    assert result.exit_code == 1
    assert f"shipment {shipment} is under way and stays" in result.stdout
    assert len(terminal.scene.live()) == 1


def test_a_shipped_order_is_not_shipped_again_for_the_asking(terminal: Terminal) -> None:
    result = terminal.run("orders", "ship", ORDER, "--yes")
    assert result.exit_code == 1
    assert "--lines 1,2" in result.stderr
    assert terminal.scene.creates() == 1


# --- write-backs -----------------------------------------------------------------------------------------------------


def test_s62_a_write_back_is_replayed_by_number(terminal: Terminal) -> None:
    number = terminal.scene.in_erp()["A121"]
    terminal.scene.tenant.extensions.clear()
    result = terminal.run("writebacks", "replay", ORDER)
    assert result.exit_code == 0
    assert f"{ORDER}: A121, A230, N096, A430, A530" in result.stdout
    assert "1 order checked: 1 correct in the ERP, 0 failed" in result.stdout
    assert terminal.scene.in_erp()["A121"] == number


def test_s62_all_of_a_connection_since_a_time_are_replayed_and_what_fails_does_not_end_the_others(
    terminal: Terminal,
) -> None:
    scene = terminal.scene
    scene.through("4000002")
    scene.tenant.extensions.clear()
    scene.tenant.delete("4000002")
    result = terminal.run("writebacks", "replay", "--connection", CONNECTION, "--since", "2026-11-01")
    assert result.exit_code == 1
    assert "2 orders checked: 1 correct in the ERP, 1 failed" in result.stdout
    assert "4000002: CUSEXTMI.AddFieldValue" in result.stderr
    assert scene.in_erp()["A121"]
    scene.passes(DAY)
    none = terminal.run("writebacks", "replay", "--connection", CONNECTION, "--since", "2026-11-03")
    assert "0 orders" in none.stdout


def test_a_replay_of_everything_must_be_asked_for_by_name(terminal: Terminal) -> None:
    result = terminal.run("writebacks", "replay")
    assert result.exit_code == 2
    assert "name an ORDER, or --connection and --since" in result.stderr


# --- queues ----------------------------------------------------------------------------------------------------------


def test_s61_the_queues_are_listed_with_their_dead_letters(desk: Desk) -> None:
    desk.queues.dead = 3
    result = desk.run("queues", "list")
    assert "orders dead letters" in result.stdout
    assert "parcelbridge queues replay NAME" in result.stdout
    assert '"waiting": 3' in desk.run("queues", "list", "--json").stdout


def test_s61_dead_letters_go_back_in_pages_with_their_counts(desk: Desk) -> None:
    desk.queues.dead = 25
    result = desk.run("queues", "replay", "orders", "--limit", "20")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "10 moved",
        "20 moved",
        "orders: 20 dead letters went back to their queue, about 5 are left",
    ]
    assert "0 dead letters went back" in desk.run("queues", "replay", "polls").stdout


def test_a_queue_that_there_is_not_is_refused_with_those_that_there_are(desk: Desk) -> None:
    result = desk.run("queues", "replay", "orderz")
    assert result.exit_code == 2
    assert "allowed: orders, write-backs, polls, tracking, looks, receiving, errands, schedules" in result.stderr
