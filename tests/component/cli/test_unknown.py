"""`unknown list|adopt|declare-absent` as a person types them."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from sandbox.engine import FaultKind
from tests.component.cli.fakes import ME
from tests.component.cli.office import Office
from tests.component.workflow.scene import ORDER, SETTLE, bought_once


def office(kind: FaultKind = "reset_before", *, settled: bool = True, **connection: Any) -> Office:
    """An order in doubt; looked up once when it has `settled`."""
    made = Office(**connection)
    made.ups_will(kind)
    made.through()
    if settled:
        made.passes(SETTLE)
    return made


def test_an_order_in_doubt_is_listed_with_its_reference_its_time_and_what_was_asked_for() -> None:
    made = office(settled=False)
    shown = made.says("unknown", "list")
    for seen in (ORDER, made.head().reference, "2026-11-02 14:00 UTC", "1 packages (15.43 lb), service 03, to Albany"):
        assert seen in shown
    assert "looked up at 2026-11-02 14:16 UTC" in shown
    assert str(made.head().quote) in shown
    made.passes(SETTLE)
    made.process()
    assert "waits for a person" in made.says("unknown", "list")
    (only,) = json.loads(made.says("unknown", "list", "--json"))
    assert (only["document"], only["in_doubt"], only["state"]) == (ORDER, True, "HELD")
    assert only["asked_for"].startswith("1 packages")


def test_nothing_in_doubt_is_a_sentence() -> None:
    assert "no order is in doubt" in Office().says("unknown", "list")
    assert json.loads(Office().says("unknown", "list", "--json")) == []


def test_the_held_list_sends_a_person_to_these_commands() -> None:
    made = office()
    made.process()
    assert "parcelbridge unknown list" in made.says("orders", "list", "--held")


def test_a_shipment_is_adopted_by_its_number() -> None:
    made = office("reset_after", settled=False)
    made.passes(SETTLE)
    (shipment,) = made.live()
    said = made.says("unknown", "adopt", ORDER, shipment.shipment_id)
    assert f"{ORDER}: {shipment.shipment_id} adopted by {ME}" in said
    made.work()
    assert bought_once(made)


def test_a_wrong_number_is_refused_with_what_was_found() -> None:
    made = office("reset_after")
    (shipment,) = made.live()
    said = made.says("unknown", "adopt", ORDER, "1Z999", ends=1)
    assert "1Z999 does not carry the reference" in said
    assert f"{shipment.shipment_id} (1 packages)" in said


def test_declare_absent_names_the_amount_and_asks_before_it_buys_again() -> None:
    made = office()
    price = made.head().quote
    asked = made.says("unknown", "declare-absent", ORDER, given="n\n", ends=1)
    assert f"If it was made after all, {price} is paid twice" in asked
    assert f"Buy it again for {price}?" in asked
    assert "nothing was changed" in asked
    assert made.head().in_doubt
    said = made.says("unknown", "declare-absent", ORDER, given="y\n")
    assert f"declared absent by {ME}; it is READY, and it is bought again" in said
    made.work()
    assert bought_once(made)


def test_declare_absent_without_a_terminal_and_without_yes_changes_nothing() -> None:
    made = office()
    made.says("unknown", "declare-absent", ORDER, ends=1)
    assert made.head().in_doubt
    made.says("unknown", "declare-absent", ORDER, "--yes")
    assert not made.head().in_doubt


def test_who_declares_too_early_is_told_until_when_or_waits_until_then(monkeypatch: pytest.MonkeyPatch) -> None:
    made = office(settled=False)
    assert "a look-up now proves nothing" in made.says("unknown", "declare-absent", ORDER, "--yes", ends=1)
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        made.passes(timedelta(seconds=seconds))

    monkeypatch.setattr("cli.orders.unknown.time.sleep", sleep)
    said = made.says("unknown", "declare-absent", ORDER, "--yes", "--wait")
    assert "waits until its outcome is settled" in said
    assert "it is bought again" in said
    assert len(slept) == 1


def test_a_label_that_the_carrier_has_is_offered_instead() -> None:
    made = office("reset_after")
    (shipment,) = made.live()
    said = made.says("unknown", "declare-absent", ORDER, "--yes", ends=1)
    assert f"what to do: parcelbridge unknown adopt {ORDER} {shipment.shipment_id}" in said


@pytest.mark.parametrize("command", [("adopt", ORDER, "1Z"), ("declare-absent", ORDER, "--yes")])
def test_s65_nobody_acts_unnamed(command: tuple[str, ...]) -> None:
    made = office()

    def nobody() -> str:
        raise PermissionError

    made.who = nobody
    assert made.run("unknown", *command).exit_code != 0
    assert made.head().in_doubt
