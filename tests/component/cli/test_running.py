"""`connections start` with its estimate, and `pause` and `resume` of one or of all."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cli.connections.estimates import MOST_READ, SAMPLE, in_turn, spread
from sandbox.engine import Fault
from sandbox.erps.m3.seed import Line
from shared.domain.state import State
from shared.ports import Check
from tests.component.cli.fakes import ME, Desk
from tests.component.cli.office import CONNECTION, Office
from tests.component.workflow.refusing import refusing
from tests.component.workflow.scene import NOWHERE

TWO = "acme-two"


def backlog(orders: int, **connection: Any) -> Office:
    """A paused connection with so many alike orders behind its cut-over line."""
    made = Office(start=False, **connection)
    for number in range(orders):
        made.order(f"40{number:05}")
    return made


def estimate(made: Office) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(made.says("connections", "start", CONNECTION, "--json", ends=1))["estimate"]
    return found


def test_start_shows_the_cost_of_a_small_backlog_and_what_would_be_held() -> None:
    made = backlog(2)
    made.order("4100001", [Line("GASKET-X", 1)])
    made.order("4100002", to=NOWHERE)
    shown = made.says("connections", "start", CONNECTION, given="n\n", ends=1)
    assert "4 documents changed since" in shown
    assert " USD for the 2 orders that can be priced" in shown
    assert "1 address, 1 weight" in shown
    assert f"parcelbridge connections dry-run {CONNECTION}" in shown
    assert "nothing was started" in shown


def test_a_large_backlog_is_sampled_and_the_extrapolated_cost_is_labelled_as_such() -> None:
    made = backlog(3 * SAMPLE)
    one = float(estimate(backlog(1))["cost"][0]["amount"])
    found = estimate(made)
    assert (found["documents"], found["sampled"], found["priced"]) == (60, SAMPLE, SAMPLE)
    assert float(found["cost"][0]["amount"]) == pytest.approx(60 * one)
    assert made.asked(made.ups, "rate") == SAMPLE
    shown = made.says("connections", "start", CONNECTION, given="n\n", ends=1)
    assert "about " in shown
    assert "extrapolated from 20 of 60 documents" in shown
    assert "none, among the 20 documents looked at" in shown


def test_the_figures_before_a_start_are_those_of_a_dry_run_though_most_of_the_erp_is_not_selected() -> None:
    made = backlog(3)
    for number in range(2 * SAMPLE):
        made.order(f"42{number:05}", delivery_method="TRUCK")
    made.order("4100001", [Line("GASKET-X", 1)])
    found = estimate(made)
    assert (found["documents"], found["sampled"], found["selected"]) == (44, 44, 4)
    dry = json.loads(made.says("connections", "dry-run", CONNECTION, "--limit", "100", "--json", ends=1))
    prices = [
        float((each["quote"]["negotiated"] or each["quote"]["published"])["amount"]) for each in dry if each["quote"]
    ]
    assert float(found["cost"][0]["amount"]) == pytest.approx(sum(prices))
    assert (found["held"], found["priced"]) == ("1 weight", 3)


def test_no_more_is_read_than_the_bound_and_the_words_say_how_many_are_selected() -> None:
    made = backlog(0)
    for number in range(MOST_READ + 10):
        made.order(f"42{number:05}", delivery_method="TRUCK")
    shown = made.says("connections", "start", CONNECTION, given="n\n", ends=1)
    assert "nothing is priced: read were 100 of 110 documents, 0 of them selected" in shown


def test_the_sample_is_spread_over_the_whole_backlog() -> None:
    numbers = [str(number) for number in range(100)]
    chosen = spread(numbers, 20)
    assert len(set(chosen)) == 20
    assert (chosen[0], chosen[-1]) == ("0", "95")
    assert spread(numbers[:7], 20) == numbers[:7]
    assert spread([], 20) == []
    assert in_turn(numbers)[:20] == chosen
    assert sorted(in_turn(numbers), key=int) == numbers


def test_orders_that_are_shipped_already_cost_nothing_again() -> None:
    made = Office()
    made.through()
    made.sets("paused")
    made.order("4000002")
    found = estimate(made)
    assert (found["documents"], found["orders"], found["priced"]) == (2, 1, 1)


def test_looking_before_the_start_writes_nothing() -> None:
    made = backlog(2)
    ports = made.ports
    made.with_ports(**{name: getattr(refusing(ports), name) for name in ports.__slots__})
    made.says("connections", "start", CONNECTION, given="n\n", ends=1)
    assert made.connection().status == "paused"


def test_a_carrier_that_does_not_answer_leaves_the_cost_open_and_the_choice_to_the_person() -> None:
    made = backlog(2)
    made.ups.faults.append(Fault("rate", "error_before", times=2))
    shown = made.says("connections", "start", CONNECTION, given="y\n")
    assert "nothing is priced" in shown
    assert "2 could not be tried" in shown
    assert made.connection().status == "running"


def test_an_erp_that_falls_silent_after_its_backlog_leaves_the_cost_unknown() -> None:
    made = backlog(1)
    made.m3.faults.append(Fault("PPS200MI.GetHead", "error_before"))
    assert "estimated cost  not known: PPS200MI.GetHead" in made.says(
        "connections", "start", CONNECTION, given="n\n", ends=1
    )


def test_a_refused_carrier_credential_is_told_before_anything_is_started() -> None:
    made = backlog(1)
    made.ups.clients.clear()
    assert "UPS refuses the credential" in made.says("connections", "start", CONNECTION, "--yes", ends=1)
    assert made.connection().status == "paused"


def test_for_programs_it_starts_only_with_yes_and_says_whether_it_did() -> None:
    made = backlog(1)
    assert json.loads(made.says("connections", "start", CONNECTION, "--json", ends=1))["started"] is False
    assert made.connection().status == "paused"
    assert json.loads(made.says("connections", "start", CONNECTION, "--json", "--yes"))["started"] is True
    assert made.connection().status == "running"
    assert json.loads(made.says("connections", "start", CONNECTION, "--json"))["started"] is False


# --- pause and resume ---


def statuses(desk: Desk) -> dict[str, str]:
    return {each.connection.id: each.status for each in desk.ports.connections.all()}


def test_pause_all_stops_every_connection_and_resume_all_brings_back_those_and_no_other(desk: Desk) -> None:
    desk.has()
    desk.has(id=TWO, erp={"cono": "200"})
    desk.has(id="acme-three", erp={"cono": "300"})
    desk.run("connections", "pause", "acme-three")
    paused = desk.run("connections", "pause", "--all")
    assert "acme-three is paused already" in paused.stdout
    assert set(statuses(desk).values()) == {"paused"}
    assert {running for _, running in desk.schedules.standing.values()} == {False}
    resumed = desk.run("connections", "resume", "--all")
    assert resumed.exit_code == 0
    assert statuses(desk) == {CONNECTION: "running", TWO: "running", "acme-three": "paused"}
    assert f"acme-three stays paused: paused by {ME}; parcelbridge connections resume acme-three" in resumed.stdout


def test_resume_all_leaves_a_closed_and_a_never_started_connection_alone(desk: Desk) -> None:
    desk.has("closed")
    desk.has("paused", id=TWO, erp={"cono": "200"})
    resumed = desk.run("connections", "resume", "--all")
    assert resumed.exit_code == 0
    assert statuses(desk) == {CONNECTION: "closed", TWO: "paused"}
    assert f"{CONNECTION} stays closed: made closed" in resumed.stdout


@pytest.mark.parametrize("command", ["pause", "resume"])
@pytest.mark.parametrize("arguments", [(), (CONNECTION, "--all")])
def test_either_one_connection_is_named_or_all(desk: Desk, command: str, arguments: tuple[str, ...]) -> None:
    desk.has()
    result = desk.run("connections", command, *arguments)
    assert result.exit_code == 2
    assert "name one connection, or take --all" in result.stderr


def test_pause_all_stops_buying_what_was_quoted_and_finishes_what_is_under_way() -> None:
    made = Office()
    made.ups_will("reset_after")
    made.through("4000001")
    assert made.head("4000001").state == State.UNKNOWN
    made.taken_in("4000002")
    made.says("connections", "pause", "--all")
    made.lives()
    assert made.head("4000001").state == State.DONE
    assert made.head("4000002").state == State.RECEIVED


def test_resume_wakes_the_orders_that_waited_for_the_connection() -> None:
    made = Office()
    made.order("4000001")
    made.poll()
    made.says("connections", "pause", CONNECTION, "--reason", "stock-taking until Monday")
    made.work()
    assert made.head().state == State.RECEIVED
    assert "stock-taking until Monday" in made.says("connections", "show", CONNECTION)
    assert "1 open order goes on now" in made.says("connections", "resume", CONNECTION)
    made.work()
    assert made.head().state != State.RECEIVED


def test_a_document_that_the_erp_does_not_have_is_an_error_of_a_dry_run() -> None:
    made = Office()
    made.order("4000001")
    assert "mistyped" in made.says("connections", "dry-run", CONNECTION, "4999999", ends=1)


class Named:
    """An ERP whose names are the tenant's own."""

    def __init__(self, erp: Any, *found: Check) -> None:
        self._erp, self._found = erp, found

    def check_names(self) -> tuple[Check, ...]:
        return self._found

    def __getattr__(self, name: str) -> Any:
        return getattr(self._erp, name)


def test_s23_a_start_is_refused_with_each_name_that_the_tenant_does_not_have() -> None:
    made = backlog(1)
    erp = made.ports.open_erp
    wrong = Check("ShipmentHandling", False, "ShipmentSet has no RecieverCity (is it ReceiverCity?)")
    made.with_ports(open_erp=lambda connection: Named(erp(connection), Check("units", True, "all there"), wrong))
    said = made.says("connections", "start", CONNECTION, "--yes", ends=1)
    assert "was not started: ShipmentHandling: ShipmentSet has no RecieverCity (is it ReceiverCity?)" in said
    assert f"parcelbridge connections test {CONNECTION}" in said
    assert made.connection().status == "paused"
    made.with_ports(open_erp=lambda connection: Named(erp(connection), Check("units", True, "all there")))
    made.says("connections", "start", CONNECTION, "--yes")
    assert made.connection().status == "running"
