"""`runs list|show`: each poll, what it read and took, and what it skipped and why."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from sandbox.erps.m3.seed import Line
from shared.domain.run import KEPT, MOST, Fate, Run
from shared.domain.state import State
from shared.errors import Misconfigured
from tests.component.cli.fakes import Desk
from tests.component.cli.office import CONNECTION, Office
from tests.component.workflow.scene import NOWHERE

HEAD = "PPS200MI.GetHead"


def latest(office: Office) -> Run:
    (run,) = office.ports.connections.runs(CONNECTION, 1)
    return run


def fates(office: Office) -> dict[str, tuple[str, str]]:
    return {each.document: (str(each.fate), each.why) for each in latest(office).documents}


@pytest.fixture
def office() -> Office:
    return Office()


def test_a_run_says_what_was_listed_read_and_taken(office: Office) -> None:
    office.order("4000001")
    office.order("4000002")
    office.poll()
    run = latest(office)
    assert (run.listed, run.known, run.read, run.taken) == (2, 0, 2, 2)
    assert fates(office) == {"4000001": ("taken", ""), "4000002": ("taken", "")}
    office.passes(timedelta(minutes=5))
    office.poll()
    again = latest(office)
    assert again.began > run.began
    assert (again.listed, again.known, again.taken) == (2, 2, 0), "listed in the overlap, and known"
    assert office.ports.connections.runs(CONNECTION, 10) == [again, run]


def test_what_is_skipped_is_named_with_why(office: Office) -> None:
    office.order("4000001", delivery_method="TRK")
    office.order("4000002")
    office.order("4000003")
    office.m3_will("error_before", HEAD, times=99, naming="4000003")
    office.poll()
    found = fates(office)
    assert found["4000002"] == ("taken", "")
    assert found["4000001"][0] == "not_selected"
    fate, why = found["4000003"]
    assert fate == "failed"
    assert why in latest(office).outcome
    shown = office.says("runs", "show", CONNECTION)
    assert "skipped: not selected" in shown
    assert "skipped: failed" in shown
    assert latest(office).skipped == 2


def test_a_fault_is_named_by_its_reason_and_field_and_never_by_a_value(office: Office) -> None:
    office.through("4000001", to=NOWHERE)
    office.passes(timedelta(hours=1))
    office.poll()
    assert office.head("4000001").state == State.HELD
    assert NOWHERE.address.lines[0] not in repr(office.ports.connections.runs(CONNECTION, 10))
    assert fates(office)["4000001"] == ("followed", "HELD address")


def test_a_poll_that_cannot_ask_and_one_that_is_skipped_are_kept_too(office: Office) -> None:
    def refuse(_: Any) -> Any:
        raise Misconfigured("401", field="erp secret")

    office.poll()
    office.passes(timedelta(minutes=5))
    office.with_ports(open_erp=refuse)
    office.poll()
    assert latest(office).outcome.startswith("closed: ")
    office.passes(timedelta(minutes=5))
    office.poll()
    assert latest(office).outcome == "skipped: the connection is closed"


def test_a_poll_that_finds_another_one_at_work_says_so(office: Office) -> None:
    office.order("4000001")
    with office.ports.lease("poll", CONNECTION, timedelta(minutes=5)) as owner:
        assert owner
        office.poll()
    assert latest(office).outcome == "skipped: another poll of it was running"


def test_the_lists_of_a_person_show_busy_runs_and_one_run_in_full(office: Office) -> None:
    office.poll()
    office.passes(timedelta(minutes=5))
    office.order("4000001", [Line("VALVE-1", 2)])
    office.poll()
    run = latest(office)
    shown = office.says("runs", "show", CONNECTION)
    for seen in (f"Run {run.name} of {CONNECTION}", "1 new order", "4000001    taken"):
        assert seen in shown
    assert office.says("runs", "show", CONNECTION, run.name) == shown
    busy = json.loads(office.says("runs", "list", "--busy", "--json"))
    assert [each["run"] for each in busy] == [run.name]
    assert len(json.loads(office.says("runs", "list", "--connection", CONNECTION, "--json"))) == 2
    assert "no run 2020 of" in office.says("runs", "show", CONNECTION, "2020", ends=1)


def test_of_very_many_documents_the_first_are_kept_and_the_others_counted(office: Office) -> None:
    for number in range(MOST + 5):
        office.order(str(4000001 + number))
    office.poll()
    run = latest(office)
    assert (len(run.documents), run.more, run.taken) == (MOST, 5, MOST + 5)
    assert "and 5 documents more" in office.says("runs", "show", CONNECTION)
    assert {each.fate for each in run.documents} == {Fate.TAKEN}


def test_runs_end_by_themselves() -> None:
    assert timedelta(days=7) <= KEPT <= timedelta(days=30)


def test_a_connection_that_never_ran_has_none(desk: Desk) -> None:
    desk.has()
    assert "no run is kept" in desk.run("runs", "list").stdout
    assert desk.run("runs", "show", "acme-infor-ups").exit_code == 1
