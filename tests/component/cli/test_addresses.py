"""`addresses check`: the ship-tos of open orders, as the carrier knows them (S22)."""

from __future__ import annotations

import json
from typing import Any

from sandbox.engine import Fault
from sandbox.erps.m3.seed import place
from tests.component.cli.fakes import Desk
from tests.component.cli.office import CONNECTION, Office
from tests.component.workflow.refusing import refusing
from tests.component.workflow.scene import AMBIGUOUS, NOWHERE

TOWER = place("Acme Tower", ["20 Tower St", "Suite 7"], "Albany", "NY", "12207")


def office() -> Office:
    """Three orders held for their addresses, one that waits for approval, one that is shipped."""
    made = Office(approve={"mode": "manual"})
    made.through("4000001", to=NOWHERE)
    made.through("4000002", to=AMBIGUOUS)
    made.through("4000003", to=TOWER)
    made.through("4000004")
    made.through("4000005")
    made.with_ports(**{name: getattr(refusing(made.ports), name) for name in made.ports.__slots__})
    return made


def checked(made: Office, *options: str) -> dict[str, dict[str, Any]]:
    found = json.loads(made.run("addresses", "check", "--json", *options).stdout)
    return {each["orders"][0]: each for each in found}


def test_s22_each_place_of_open_orders_is_asked_for_once_and_reported_with_its_candidates() -> None:
    made = office()
    before = made.asked(made.ups, "address_validation")
    found = checked(made)
    assert {order: each["check"]["outcome"] for order, each in found.items()} == {
        "4000001": "none",
        "4000002": "ambiguous",
        "4000003": "ambiguous",
        "4000005": "valid",
    }
    assert found["4000005"]["orders"] == ["4000005", "4000004"]
    assert made.asked(made.ups, "address_validation") == before + 4
    assert len(found["4000002"]["check"]["candidates"]) == 2
    assert "STE" in found["4000003"]["check"]["note"]


def test_s22_the_table_has_what_the_carrier_knows_and_the_command_ends_with_1() -> None:
    shown = office().says("addresses", "check", "--connection", CONNECTION, ends=1)
    for seen in (
        "LOOK: not found",
        "LOOK: several found",
        "1 Nowhere Ln",
        "100-198 MAIN ST",
        "4000005, 4000004",
        "4 places, 3 of them to look at",
    ):
        assert seen in shown


def test_s22_nothing_is_changed() -> None:
    made = office()
    states = [(head.document, head.version) for head in made.world.heads()]
    checked(made)
    assert [(head.document, head.version) for head in made.world.heads()] == states


def test_an_order_with_a_label_is_no_longer_asked_about() -> None:
    made = Office()
    made.through()
    assert "no order without a label has a ship-to" in made.says("addresses", "check")
    assert checked(made) == {}


def test_good_addresses_end_with_0_and_more_than_the_limit_is_said() -> None:
    made = Office(approve={"mode": "manual"})
    made.through("4000001")
    made.through("4000002", to=place("Acme", "9 Canal St", "Albany", "NY", "12207"))
    made.says("addresses", "check")
    assert "the first 1 places; --limit looks at more" in made.says("addresses", "check", "--limit", "1")


def test_a_carrier_that_does_not_answer_is_told_place_by_place() -> None:
    made = office()
    made.ups.faults.append(Fault("address_validation", "error_before", skip=1))
    assert sum(each["check"] is None for each in checked(made).values()) == 1
    made.ups.faults.append(Fault("address_validation", "error_before"))
    assert "LOOK: carrier did not answer" in made.says("addresses", "check", ends=1)


def test_a_connection_that_is_not_there_is_a_sentence(desk: Desk) -> None:
    assert "there is no connection nobody" in desk.run("addresses", "check", "--connection", "nobody").stderr
