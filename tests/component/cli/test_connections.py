"""`connections list|test|start|pause|resume`."""

from __future__ import annotations

import json
import tomllib
from datetime import timedelta
from pathlib import Path

import pytest

from sandbox.memory import MemoryQueue
from shared.errors import Misconfigured, Retry
from shared.ports import Change, Check, OpenDocument
from tests.builders import NOW
from tests.component.cli.fakes import ME, Desk

NAME = "acme-infor-ups"


def status_of(desk: Desk) -> str:
    stored = desk.ports.connections.get(NAME)
    assert stored
    return stored.status


def test_list_shows_each_connection_with_its_last_poll(desk: Desk) -> None:
    desk.has()
    desk.has("paused", id="acme-two", erp={"cono": "200"})
    shown = desk.run("connections", "list")
    assert shown.exit_code == 0
    assert "infor-m3 100" in shown.stdout
    assert "ups A1B2C3 (test)" in shown.stdout
    assert "paused: applied, not started yet" in shown.stdout
    assert "never" in shown.stdout
    described = json.loads(desk.run("connections", "list", "--json").stdout)
    assert [(each["id"], each["status"], each["outcome"]) for each in described] == [
        (NAME, "running", "3 taken"),
        ("acme-two", "paused", ""),
    ]


def test_list_of_nothing_says_how_to_begin(desk: Desk) -> None:
    assert "connections init" in desk.run("connections", "list").stdout
    assert json.loads(desk.run("connections", "list", "--json").stdout) == []


@pytest.mark.parametrize("command", ["test", "start", "pause", "resume"])
def test_a_connection_that_is_not_there_is_answered_with_the_nearest(desk: Desk, command: str) -> None:
    desk.has()
    result = desk.run("connections", command, "acme-infor-usp")
    assert result.exit_code == 1
    assert "there is no connection acme-infor-usp; did you mean acme-infor-ups?" in result.stderr


# --- test ---


def test_s66_the_test_shows_a_line_for_each_check_of_both_systems(desk: Desk) -> None:
    desk.has()
    desk.erp.checks = (Check("token", True, "tenant ACME_TST"), Check("PPS200MI", True, "GetHead, LstLine"))
    result = desk.run("connections", "test", NAME)
    assert result.exit_code == 0
    for seen in (
        "tenant ACME_TST",
        "GetHead, LstLine",
        "labels are samples; the ERP is a test system",
        "rate(10 minutes)",
    ):
        assert seen in result.stdout
    assert "FAILED" not in result.stdout


def test_s66_a_refused_credential_fails_its_side_and_the_other_is_asked_all_the_same(desk: Desk) -> None:
    desk.has()
    desk.erp.fault = Misconfigured("M3 refuses the credential: invalid_client", hint="parcelbridge secrets set")
    result = desk.run("connections", "test", NAME, "--json")
    assert result.exit_code == 1
    checks = json.loads(result.stdout)
    assert checks[0] == {
        "side": "erp",
        "name": "call",
        "ok": False,
        "warning": False,
        "detail": "M3 refuses the credential: invalid_client; parcelbridge secrets set",
    }
    assert [check["side"] for check in checks] == ["erp", *["carrier"] * 4, *["connection"] * 3]
    assert all(check["ok"] for check in checks[1:])


def test_s66_an_unreachable_host_is_a_failed_check(desk: Desk) -> None:
    desk.has()
    desk.carrier.fault = Retry("onlinetools.ups.com does not answer: no such host")
    result = desk.run("connections", "test", NAME)
    assert result.exit_code == 1
    assert "FAILED" in result.stdout
    assert "onlinetools.ups.com does not answer: no such host" in result.stdout


def test_s66_one_failed_program_is_enough_to_fail(desk: Desk) -> None:
    desk.has()
    desk.erp.checks = (Check("token", True, "ok"), Check("PPS300MI", False, "this tenant has no such program"))
    assert desk.run("connections", "test", NAME).exit_code == 1


def test_s66_a_warning_is_shown_as_one_and_fails_nothing(desk: Desk) -> None:
    desk.has()
    desk.erp.checks = (Check("token", True, "ok"), Check("site 2", True, "no shipment is seen", "look at its grant"))
    result = desk.run("connections", "test", NAME)
    assert result.exit_code == 0
    (line,) = [each for each in result.stdout.splitlines() if "site 2" in each]
    assert "WARNING" in line
    assert "look at its grant" in line


def test_s66_writing_is_proven_on_the_document_that_a_person_names_and_on_no_other(desk: Desk) -> None:
    desk.has()
    named: list[str] = []

    def prove_write(document: str) -> tuple[Check, ...]:
        named.append(document)
        return (Check("write", True, f"AirwayBillNo of {document} was written to the value that it has"),)

    desk.erp.prove_write = prove_write  # type: ignore[attr-defined]
    assert desk.run("connections", "test", NAME).exit_code == 0
    assert named == []
    result = desk.run("connections", "test", NAME, "--write", "19")
    assert result.exit_code == 0
    assert named == ["19"]
    assert "AirwayBillNo of 19 was written to the value that it has" in result.stdout


def test_s66_an_erp_without_a_proof_of_writing_says_so(desk: Desk) -> None:
    desk.has()
    result = desk.run("connections", "test", NAME, "--write", "19")
    assert result.exit_code == 1
    assert "infor-m3 has no proof of writing; test without --write" in " ".join(result.stdout.split())


def test_the_test_reports_a_schedule_that_has_drifted(desk: Desk) -> None:
    desk.has()
    desk.schedules.standing[NAME] = ("rate(1 day)", False)
    result = desk.run("connections", "test", NAME)
    assert result.exit_code == 1
    assert "it is ('rate(1 day)', False)" in result.stdout
    assert "apply the file of acme-infor-ups again" in result.stdout


def test_a_test_carrier_on_a_productive_erp_fails_the_test(desk: Desk) -> None:
    stored = desk.has()
    erp = stored.connection.erp.model_copy(update={"test_system": False})  # as an older version might have let it in
    desk.ports.connections.apply(stored.connection.model_copy(update={"erp": erp}), NOW, ME, NOW)
    result = desk.run("connections", "test", NAME)
    assert result.exit_code == 1
    assert "the ERP is not marked as a test system" in result.stdout


def test_the_test_says_that_real_labels_cost_money(desk: Desk) -> None:
    desk.has("running", carrier={"environment": "production"}, erp={"test_system": False})
    assert "labels cost money; the ERP is productive" in desk.run("connections", "test", NAME).stdout


# --- start, pause, resume ---


def test_start_shows_the_backlog_since_the_cut_over_line_and_asks(desk: Desk) -> None:
    desk.has("paused")
    desk.erp.changes = [Change(str(number), "1") for number in range(17)]
    result = desk.run("connections", "start", NAME, given="y\n")
    assert result.exit_code == 0
    assert "17 documents changed since 2026-11-02 14:00 UTC" in result.stdout
    assert "automatic below 150.00 USD" in result.stdout
    assert "500 labels an hour, 2000 labels and 100000.00 USD a day" in result.stdout
    assert desk.erp.asked == [("", NOW)]
    assert status_of(desk) == "running"
    assert desk.schedules.standing[NAME] == ("rate(10 minutes)", True)
    assert isinstance(desk.polls, MemoryQueue)
    assert desk.polls.take() == [(NAME, "")]


def test_start_starts_nothing_when_the_answer_is_no(desk: Desk) -> None:
    desk.has("paused")
    result = desk.run("connections", "start", NAME, given="n\n")
    assert result.exit_code == 1
    assert "nothing was started" in result.stdout
    assert status_of(desk) == "paused"
    assert desk.schedules.standing[NAME][1] is False


def test_start_without_a_terminal_and_without_yes_starts_nothing(desk: Desk) -> None:
    desk.has("paused")
    assert desk.run("connections", "start", NAME).exit_code == 1
    assert status_of(desk) == "paused"
    assert desk.run("connections", "start", NAME, "--yes").exit_code == 0
    assert status_of(desk) == "running"


def test_start_does_not_begin_while_the_erp_can_not_be_asked(desk: Desk) -> None:
    desk.has("paused")
    desk.erp.fault = Misconfigured("connection acme-infor-ups has no erp credential", hint="parcelbridge secrets set")
    result = desk.run("connections", "start", NAME, "--yes")
    assert result.exit_code == 1
    assert "has no erp credential" in result.stderr
    assert "what to do: parcelbridge secrets set" in result.stderr
    assert status_of(desk) == "paused"


def test_an_erp_that_does_not_answer_is_a_sentence(desk: Desk) -> None:
    desk.has("paused")
    desk.erp.fault = Retry("mingle-ionapi.example does not answer: timed out")
    result = desk.run("connections", "start", NAME, "--yes")
    assert result.exit_code == 1
    assert result.stderr == "mingle-ionapi.example does not answer: timed out\n"


def test_a_closed_connection_is_resumed_not_started(desk: Desk) -> None:
    desk.has("closed")
    result = desk.run("connections", "start", NAME, "--yes")
    assert result.exit_code == 1
    assert "acme-infor-ups is closed: made closed" in result.stderr
    assert "connections resume acme-infor-ups" in result.stderr
    resumed = desk.run("connections", "resume", NAME)
    assert resumed.exit_code == 0
    assert status_of(desk) == "running"


def test_pause_and_resume_switch_the_schedule_and_say_who_did_it(desk: Desk) -> None:
    desk.has()
    paused = desk.run("connections", "pause", NAME)
    assert "paused; poll schedule updated" in paused.stdout
    stored = desk.ports.connections.get(NAME)
    assert stored
    assert (stored.status, stored.why) == ("paused", f"paused by {ME}")
    assert desk.schedules.standing[NAME][1] is False
    assert "is paused already" in desk.run("connections", "pause", NAME).stdout
    resumed = desk.run("connections", "resume", NAME)
    assert "resumed; the first poll is on its way" in resumed.stdout
    assert desk.schedules.standing[NAME][1] is True
    for command in ("resume", "start"):
        assert "is running already" in desk.run("connections", command, NAME).stdout


def test_resume_does_not_get_around_the_question_of_start(desk: Desk) -> None:
    desk.has("paused")
    result = desk.run("connections", "resume", NAME)
    assert result.exit_code == 1
    assert "was never started" in result.stderr
    assert status_of(desk) == "paused"


def test_show_gives_the_keys_as_they_were_applied(desk: Desk) -> None:
    desk.has("paused")
    shown = desk.run("connections", "show", NAME).stdout
    assert f"{NAME}: paused" in shown
    assert "  carrier.kind: ups" in shown
    assert json.loads(desk.run("connections", "show", NAME, "--json").stdout)["id"] == NAME


def test_show_names_each_document_that_could_not_be_read(desk: Desk) -> None:
    desk.has()
    now = desk.clock.now()
    failed = OpenDocument("4000001", now, now + timedelta(hours=1), now, "17", 3, "the gateway answered 503")
    desk.ports.connections.keep_open(NAME, failed, None)
    desk.ports.connections.keep_open(NAME, OpenDocument("4000002", now, now), None)
    shown = desk.run("connections", "show", NAME).stdout
    said = "3 reads failed, the last one: the gateway answered 503"
    assert f"  not read: 4000001 since {now:%Y-%m-%d %H:%M} UTC; {said}\n" in shown
    assert "4000002" not in shown


def test_the_version_is_that_of_the_project() -> None:
    project = tomllib.loads((Path(__file__).resolve().parents[3] / "pyproject.toml").read_text())["project"]
    assert Desk().run("--version").stdout == f"parcelbridge {project['version']}\n"
