"""`orders fix` and `orders dismiss`: a clerk corrects an order, or lets it go, and the terminal says what follows."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from cli.errors import CommandError
from sandbox.erps.m3.seed import Line
from shared.domain.address import Address
from shared.domain.record import Snapshot
from shared.domain.shipment import AddressCheck
from shared.domain.state import State
from tests.builders import an_order
from tests.component.cli.fakes import ME, Desk
from tests.component.cli.office import Office
from tests.component.workflow.scene import NOWHERE, ORDER, bought_once

CANDIDATES = (
    Address(("1 Dock Rd",), "Albany", "NY", "12207", "US"),
    Address(("1 Dock Ct",), "Albany", "NY", "12208", "US"),
)


@pytest.fixture
def running(desk: Desk) -> Desk:
    desk.has()
    return desk


def held_for_its_address(desk: Desk) -> str:
    key = desk.takes("1000001")
    snapshot = Snapshot(1, an_order(), address_check=AddressCheck("ambiguous", CANDIDATES), problem="two such streets")
    desk.moves(key, State.HELD, reason="address", snapshot=snapshot)
    return key


def stands(desk: Desk, key: str) -> str:
    head = desk.ports.orders.head(key)
    assert head
    return f"{head.state} {head.reason}".strip()


def test_s20_show_numbers_the_candidates_and_fix_takes_one_by_its_number(running: Desk) -> None:
    key = held_for_its_address(running)
    shown = running.run("orders", "show", "1000001").stdout
    assert "candidate:1" in shown
    assert "1 Dock Ct, Albany NY 12208, US" in shown
    assert "parcelbridge orders fix 1000001 address=candidate:1" in shown
    result = running.run("orders", "fix", "1000001", "address=candidate:2")
    assert result.exit_code == 0
    assert (
        "ship_to.address is 1 Dock Ct, Albany NY 12208, US instead of 1 Dock St, Albany NY 12207, US" in result.stdout
    )
    assert "1000001: RECEIVED, checked and priced next" in result.stdout
    assert running.order_queue.take() == [("acme-infor-ups", key)]
    assert "1 Dock Ct, Albany NY 12208, US" in running.run("orders", "show", "1000001").stdout


def test_several_fields_are_fixed_at_once_under_the_callers_name(running: Desk) -> None:
    key = running.holds("1000001", "missing", "no phone", field="ship_to.phone")
    result = running.run("orders", "fix", "1000001", "ship_to.phone=518-555-0199", "lines.1.unit_weight=2.5 lb")
    assert result.exit_code == 0
    assert f"ship_to.phone is 518-555-0199 instead of 5185550100, by {ME}" in result.stdout
    assert "lines.1.unit_weight is 2.5 lb instead of 3.5 kg" in result.stdout
    assert running.ports.orders.audit(key)[-1].who == ME
    assert "518-555-0199" not in running.run("audit", "show", "1000001", "--json").stdout
    shown = running.run("orders", "show", "1000001").stdout
    assert "518-555-0199" in shown
    assert "2.5 lb" in shown


def test_fix_for_programs_gives_the_order_and_what_lies_over_it(running: Desk) -> None:
    running.holds("1000001", "missing", "no phone")
    found = json.loads(running.run("orders", "fix", "1000001", "ship_to.phone=5185550199", "--json").stdout)
    assert found["head"]["state"] == "RECEIVED"
    assert [(each["field"], each["value"], each["over"]) for each in found["fixes"]] == [
        ("ship_to.phone", "5185550199", "5185550100")
    ]


def test_a_fix_is_taken_back(running: Desk) -> None:
    running.holds("1000001", "missing", "no phone")
    running.run("orders", "fix", "1000001", "ship_to.phone=5185550199")
    result = running.run("orders", "fix", "1000001", "--undo", "ship_to.phone")
    assert result.exit_code == 0
    assert "ship_to.phone is the ERP's again" in result.stdout
    assert json.loads(running.run("orders", "show", "1000001", "--json").stdout)["snapshot"]["fixes"] == []


@pytest.mark.parametrize(
    ("arguments", "code", "messages"),
    [
        ((), 2, ["nothing to fix: name a field and its value"]),
        (("ship_to.phone",), 1, ['"ship_to.phone" is no fix', "say field=value; ship_to.name, .attention"]),
        (("ship_to.phone=abc",), 1, ['ship_to.phone "abc": allowed is 7 to 15 digits']),
        (("service=DHL",), 1, ['service "DHL" is not mapped in the connection file; allowed: UPS', "what to do: map"]),
        (("address=candidate:1",), 1, ["allowed is as-is, for the carrier has no candidate"]),
        (("ship_to.phone=5185550100",), 1, ["order 1000001: ship_to.phone has that value already"]),
        (("--undo", "ship_to.name"), 1, ["order 1000001: ship_to.name is not fixed; nothing of it is"]),
    ],
)
def test_s17_a_wrong_fix_says_field_value_and_what_is_allowed(
    running: Desk, arguments: tuple[str, ...], code: int, messages: list[str]
) -> None:
    key = running.holds("1000001", "missing", "no phone")
    result = running.run("orders", "fix", "1000001", *arguments)
    assert result.exit_code == code
    for message in messages:
        assert message in result.stderr
    assert stands(running, key) == "HELD missing"


def test_an_order_with_a_label_is_refused_with_what_to_do(running: Desk) -> None:
    key = running.takes("1000001")
    running.moves(key, State.READY, State.INTENT, State.SHIPPED, shipment_id="1Z1", tracking_number="1Z1")
    result = running.run("orders", "fix", "1000001", "ship_to.phone=5185550199")
    assert result.exit_code == 1
    assert "order 1000001 has a label (1Z1): a fix would not be on it" in result.stderr
    assert "parcelbridge orders void 1000001" in result.stderr


def test_a_fix_of_an_approved_order_says_that_its_approval_is_gone(running: Desk) -> None:
    key = running.takes("1000001")
    running.moves(key, State.READY, approved_by="bob")
    result = running.run("orders", "fix", "1000001", "ship_to.phone=5185550199")
    assert "checked and priced next; its approval is gone" in result.stdout


@pytest.mark.parametrize(
    "command", [("fix", "1000001", "ship_to.phone=5185550199"), ("dismiss", "1000001", "--reason", "x")]
)
def test_s65_nobody_corrects_or_dismisses_without_a_name(running: Desk, command: tuple[str, ...]) -> None:
    def nobody() -> str:
        raise CommandError("your AWS identity is not known, and the audit trail needs it")

    key = running.holds("1000001", "missing", "no phone")
    running.who = nobody
    assert running.run("orders", *command).exit_code == 1
    assert stands(running, key) == "HELD missing"


def test_s17_a_dismissed_order_is_listed_as_such_and_says_how_it_comes_back(running: Desk) -> None:
    key = running.holds("1000001", "weight", "no weight")
    result = running.run("orders", "dismiss", "1000001", "--reason", "sent by truck")
    assert result.exit_code == 0
    assert "1000001: dismissed; it comes back only if its address, quantities, items or service change" in result.stdout
    assert stands(running, key) == "CANCELLED dismissed"
    shown = running.run("orders", "show", "1000001").stdout
    assert "it was dismissed; parcelbridge orders dismiss 1000001 --undo takes that back" in shown
    assert "sent by truck" in shown
    undone = running.run("orders", "dismiss", "1000001", "--undo", "--json")
    assert json.loads(undone.stdout)["state"] == "HELD"


def test_a_dismissal_wants_its_reason_or_its_undo(running: Desk) -> None:
    running.holds("1000001", "weight", "no weight")
    for arguments in ((), ("--undo", "--reason", "x")):
        result = running.run("orders", "dismiss", "1000001", *arguments)
        assert result.exit_code == 2
    assert running.run("orders", "dismiss", "1000001", "--reason", " ").exit_code == 1


def test_an_order_in_doubt_names_the_commands_that_decide_it(running: Desk) -> None:
    key = running.takes("1000001")
    running.moves(key, State.READY, State.INTENT, State.UNKNOWN)
    running.moves(key, State.HELD, reason="unknown", in_doubt=True)
    result = running.run("orders", "dismiss", "1000001", "--reason", "x")
    assert result.exit_code == 1
    assert "a label may exist, so it cannot be dismissed" in result.stderr
    assert "unknown declare-absent 1000001" in result.stderr


def test_show_tells_what_the_erp_says_beside_what_is_shipped(running: Desk) -> None:
    key = running.takes("1000001")
    head = running.ports.orders.head(key)
    assert head
    running.moves(key, State.HELD, reason="missing", snapshot=Snapshot(1, replace(an_order(), service="")))
    running.run("orders", "fix", "1000001", "service=UPS")
    shown = running.run("orders", "show", "1000001").stdout
    assert f"service is UPS instead of nothing, by {ME}" in shown


def held_for_weight(quantity: int = 6) -> Office:
    made = Office()
    made.through(ORDER, [Line("GASKET-X", quantity)])
    assert made.stands() == "HELD weight"
    return made


def test_a_fix_says_what_it_weighs_and_costs_before_it_ships() -> None:
    made = held_for_weight()
    said = made.says("orders", "fix", ORDER, "unit_weight=0.4 lb")
    assert "line 1 (GASKET-X): 6 x 0.4 lb = 2.4 lb" in said
    assert "1 package (2.4 lb), about " in said
    made.work()
    assert bought_once(made)
    assert f"about {made.head().cost}" in said


def test_a_person_at_a_terminal_is_asked_and_a_no_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cli.orders.fixing.watched", lambda: True)
    made = held_for_weight()
    said = made.says("orders", "fix", ORDER, "weight=0.4 lb", given="n\n", ends=1)
    assert "Ship? [y/N]" in said
    assert "nothing was changed" in said
    assert made.stands() == "HELD weight"
    made.says("orders", "fix", ORDER, "weight=0.4 lb", given="y\n")
    assert made.stands() == "RECEIVED"


def test_the_weight_of_the_whole_parcel_is_shared_by_its_pieces() -> None:
    made = held_for_weight()
    said = made.says("orders", "fix", ORDER, "package_weight=5 lb")
    assert "6 x 0.83 lb = 5 lb" in said
    made.work()
    assert bought_once(made)


def test_a_parcel_that_weighs_less_than_its_other_lines_is_refused() -> None:
    made = Office()
    made.through(ORDER, [Line("VALVE-1", 2), Line("GASKET-X", 1)])
    said = made.says("orders", "fix", ORDER, "package_weight=1 lb", ends=1)
    assert "the other lines weigh as much already" in said


def test_a_fix_that_leaves_the_order_held_says_so_before_it_is_made() -> None:
    made = Office()
    made.through(ORDER, [Line("GASKET-X", 1)], to=NOWHERE)
    said = made.says("orders", "fix", ORDER, "weight=1 lb")
    assert "would be HELD" in said
