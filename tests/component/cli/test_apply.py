"""`connections init` and `connections apply`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.errors import CommandError
from shared.ports import Check
from tests.builders import NOW
from tests.component.cli.fakes import ME, Desk, written
from tests.component.cli.test_files import GOOD


def filled(text: str) -> str:
    """The file of `init` as a person fills it in."""
    for empty, given in (
        ('cono: ""', 'cono: "100"'),
        ('account: ""', "account: A1B2C3"),
        ("test_system: false", "test_system: true"),
        ('name: ""', "name: Acme"),
        ('lines: [""]', "lines: [1 A St]"),
        ('city: ""', "city: Atlanta"),
        ('country: ""', "country: US"),
    ):
        assert empty in text
        text = text.replace(empty, given)
    return text


def test_init_writes_a_file_whose_gaps_apply_names_and_which_then_applies(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "new" / "acme.yaml"
    made = desk.run("connections", "init", "acme", "--erp", "infor-m3", "--carrier", "ups", "--file", str(file))
    assert made.exit_code == 0
    assert "written. Fill in what is empty" in made.stdout
    refused = desk.run("connections", "apply", str(file))
    assert refused.exit_code == 2
    for field in ("erp.cono", "carrier.account", "locations.HQ.name", "locations.HQ.address.country"):
        assert f": {field}: " in refused.stderr
    file.write_text(filled(file.read_text()))
    applied = desk.run("connections", "apply", str(file))
    assert applied.exit_code == 0, applied.stderr
    assert "acme: applied, revision 1, paused" in applied.stdout


def test_init_never_overwrites(desk: Desk, tmp_path: Path) -> None:
    path = written(tmp_path, "mine")
    result = desk.run("connections", "init", "acme", "--erp", "infor-m3", "--carrier", "ups", "--file", path)
    assert result.exit_code == 2
    assert "is there already and stays as it is" in result.stderr
    assert Path(path).read_text() == "mine"


def test_init_says_why_it_can_not_write(desk: Desk, tmp_path: Path) -> None:
    path = f"{written(tmp_path, 'a file')}/acme.yaml"
    result = desk.run("connections", "init", "acme", "--erp", "infor-m3", "--carrier", "ups", "--file", path)
    assert result.exit_code == 2
    assert f"{path}: " in result.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("acme", "--erp", "infor-ln", "--carrier", "ups"),
            "--erp infor-ln is not built in this version; allowed: ifs-cloud, infor",
        ),
        (
            ("acme", "--erp", "infor-m3", "--carrier", "dhl"),
            "--carrier dhl is not built in this version; allowed: shipstation, ups",
        ),
        (("../x", "--erp", "infor-m3", "--carrier", "ups"), "../x: not an id; allowed: 3 to 40 of a-z, 0-9 and -"),
    ],
)
def test_s04_init_names_what_it_can_not_write(desk: Desk, arguments: tuple[str, ...], message: str) -> None:
    result = desk.run("connections", "init", *arguments)
    assert result.exit_code == 2
    assert message in result.stderr


def test_a_new_connection_is_paused_from_now_on_with_its_schedule_off(desk: Desk, tmp_path: Path) -> None:
    text = GOOD.replace("start_from: 2026-11-01T00:00:00Z\n", "")
    result = desk.run("connections", "apply", written(tmp_path, text))
    assert result.exit_code == 0
    stored = desk.ports.connections.get("acme-infor-ups")
    assert stored
    assert (stored.status, stored.revision, stored.start_from) == ("paused", 1, NOW)
    assert desk.schedules.standing == {"acme-infor-ups": ("rate(10 minutes)", False)}
    assert "poll schedule created" in result.stdout
    assert "before 2026-11-02 14:00 UTC is never taken" in result.stdout
    assert "parcelbridge connections start acme-infor-ups" in result.stdout


def test_start_from_of_the_file_is_fixed_at_the_first_apply(desk: Desk, tmp_path: Path) -> None:
    desk.run("connections", "apply", written(tmp_path, GOOD))
    later = written(tmp_path, GOOD.replace("2026-11-01T", "2026-10-01T"))
    result = desk.run("connections", "apply", later)
    stored = desk.ports.connections.get("acme-infor-ups")
    assert stored
    assert stored.start_from.isoformat() == "2026-11-01T00:00:00+00:00"
    assert "start_from stays 2026-11-01 00:00 UTC" in result.stdout


def test_a_change_is_a_revision_and_is_told_key_by_key(desk: Desk, tmp_path: Path) -> None:
    desk.run("connections", "apply", written(tmp_path, GOOD))
    again = desk.run("connections", "apply", written(tmp_path, GOOD))
    assert "unchanged, revision 1, paused; poll schedule unchanged" in again.stdout
    changed = GOOD.replace("rate(10 minutes)", "rate(1 hour)").replace("150.10", "90")
    result = desk.run("connections", "apply", written(tmp_path, changed))
    assert "acme-infor-ups: changed, revision 2, paused; poll schedule updated" in result.stdout
    assert "  schedule: rate(10 minutes) -> rate(1 hour)" in result.stdout
    assert "  approve.amount: 150.10 -> 90" in result.stdout
    assert desk.ports.connections.revision("acme-infor-ups", 1).schedule == "rate(10 minutes)"


def test_diff_shows_what_apply_would_change_and_changes_nothing(desk: Desk, tmp_path: Path) -> None:
    assert "acme-infor-ups: not applied yet" in desk.run("connections", "diff", written(tmp_path, GOOD)).stdout
    desk.run("connections", "apply", written(tmp_path, GOOD))
    alike = desk.run("connections", "diff", written(tmp_path, GOOD))
    assert (alike.exit_code, alike.stdout) == (0, "acme-infor-ups: 0 changes\n")
    result = desk.run("connections", "diff", written(tmp_path, GOOD.replace("150.10", "90")))
    assert (result.exit_code, result.stdout) == (1, "acme-infor-ups: 1 change\n  approve.amount: 150.10 -> 90\n")
    stored = desk.ports.connections.get("acme-infor-ups")
    assert stored
    assert stored.revision == 1


def test_a_running_connection_stays_running_when_its_file_changes(desk: Desk, tmp_path: Path) -> None:
    desk.run("connections", "apply", written(tmp_path, GOOD))
    desk.run("connections", "start", "acme-infor-ups", "--yes")
    desk.run("connections", "apply", written(tmp_path, GOOD.replace("rate(10 minutes)", "rate(1 day)")))
    assert desk.schedules.standing == {"acme-infor-ups": ("rate(1 day)", True)}


def test_another_selection_of_a_running_connection_says_what_the_next_poll_does(desk: Desk, tmp_path: Path) -> None:
    """The cut-over line was drawn for the former one: what stands in the ERP beside it would get labels unasked."""
    desk.run("connections", "apply", written(tmp_path, GOOD))
    wider = GOOD.replace('to: "35"', 'to: "45"')
    assert "stands in the ERP already" not in desk.run("connections", "apply", written(tmp_path, wider)).stdout
    desk.run("connections", "start", "acme-infor-ups", "--yes")
    said = desk.run("connections", "apply", written(tmp_path, GOOD)).stdout
    assert "also of what stands in the ERP already" in said
    assert "parcelbridge connections pause acme-infor-ups" in said


def test_another_selection_at_an_erp_that_lists_its_set_leaves_alone_what_stands_there(
    desk: Desk, tmp_path: Path
) -> None:
    desk.erp.changes_have_time = False  # type: ignore[misc]
    desk.run("connections", "apply", written(tmp_path, GOOD))
    desk.run("connections", "start", "acme-infor-ups", "--yes")
    said = desk.run("connections", "apply", written(tmp_path, GOOD.replace('to: "35"', 'to: "45"'))).stdout
    assert "what stands in the ERP already, and was not selected before, is left alone" in said
    assert "parcelbridge connections dry-run acme-infor-ups" in said


def test_one_wrong_file_keeps_all_of_them_out(desk: Desk, tmp_path: Path) -> None:
    good = written(tmp_path, GOOD)
    bad = written(tmp_path, GOOD.replace("inbound", "inwards"), "bad.yaml")
    result = desk.run("connections", "apply", good, bad, str(tmp_path / "none.yaml"))
    assert result.exit_code == 2
    assert "bad.yaml:2: flow: allowed: inbound, outbound, drop-ship (here: 'inwards')" in result.stderr
    assert "none.yaml: No such file or directory" in result.stderr
    assert desk.ports.connections.all() == []
    assert desk.schedules.standing == {}


def other(name: str) -> str:
    return GOOD.replace("id: acme-infor-ups", f"id: {name}")


def test_s28_a_selection_that_overlaps_an_applied_one_is_refused(desk: Desk, tmp_path: Path) -> None:
    desk.run("connections", "apply", written(tmp_path, GOOD))
    result = desk.run("connections", "apply", written(tmp_path, other("acme-two")))
    assert result.exit_code == 2
    assert "acme.yaml:9: select: overlaps acme-infor-ups in company 100" in result.stderr
    assert desk.ports.connections.get("acme-two") is None


def test_s28_two_files_of_one_command_must_not_overlap_either(desk: Desk, tmp_path: Path) -> None:
    one, two = written(tmp_path, GOOD, "one.yaml"), written(tmp_path, other("acme-two"), "two.yaml")
    result = desk.run("connections", "apply", one, two)
    assert result.exit_code == 2
    assert "two.yaml:9: select: overlaps acme-infor-ups" in result.stderr
    twice = desk.run("connections", "apply", one, one)
    assert "id: acme-infor-ups is the id of another file of this command" in twice.stderr


def test_the_same_company_number_in_another_tenant_does_not_overlap(desk: Desk, tmp_path: Path) -> None:
    desk.run("connections", "apply", written(tmp_path, GOOD))
    desk.credentials.put("acme-infor-ups", "erp", {"ti": "ACME_TST"})
    unknown = desk.run("connections", "apply", written(tmp_path, other("acme-two")))
    assert unknown.exit_code == 2
    desk.credentials.put("acme-two", "erp", {"ti": "OTHER_TST"})
    assert desk.run("connections", "apply", written(tmp_path, other("acme-two"))).exit_code == 0


def test_a_connection_never_moves_to_another_company(desk: Desk, tmp_path: Path) -> None:
    desk.run("connections", "apply", written(tmp_path, GOOD))
    result = desk.run("connections", "apply", written(tmp_path, GOOD.replace('"100"', '"200"')))
    assert result.exit_code == 2
    assert (
        "acme.yaml:3: erp: acme-infor-ups is applied for infor-m3 100: another company needs another id"
        in result.stderr
    )


def test_nobody_applies_without_a_name(desk: Desk, tmp_path: Path) -> None:
    def nobody() -> str:
        raise CommandError("your AWS identity is not known")

    desk.who = nobody
    result = desk.run("connections", "apply", written(tmp_path, GOOD))
    assert result.exit_code == 1
    assert "your AWS identity is not known" in result.stderr
    assert desk.ports.connections.all() == []
    assert ME not in result.output


def test_s04_schema_prints_what_an_editor_completes_the_file_from(desk: Desk) -> None:
    told = desk.run("connections", "schema", "--erp", "infor-m3", "--carrier", "ups")
    assert told.exit_code == 0
    schema = json.loads(told.stdout)
    assert schema["required"] == ["id", "flow", "erp", "carrier", "schedule", "select", "packing", "services"]
    wrong = desk.run("connections", "schema", "--erp", "sap", "--carrier", "ups")
    assert wrong.exit_code == 2
    assert "--erp sap is not built in this version; allowed: ifs-cloud, infor-m3" in wrong.output


def test_s53_an_erp_in_one_s_own_network_needs_a_stack_in_it(desk: Desk, tmp_path: Path) -> None:
    path = written(tmp_path, GOOD.replace("test_system: true", "test_system: true, network: vpc"))
    refused = desk.run("connections", "apply", path)
    assert refused.exit_code == 2
    assert "erp.network: vpc needs a stack in your network" in refused.stderr
    assert "-c vpc_subnets=" in refused.stderr
    desk.network = "vpc"
    assert desk.run("connections", "apply", path).exit_code == 0


def test_another_host_is_asked_for_before_credentials_may_go_there(desk: Desk, tmp_path: Path) -> None:
    path = written(tmp_path, GOOD)
    assert desk.run("connections", "apply", path).exit_code == 0
    moved = GOOD.replace("  account: A1B2C3\n", "  account: A1B2C3\n  base_url: https://collector.example\n")
    other = written(tmp_path, moved, "moved.yaml")
    refused = desk.run("connections", "apply", other, given="n\n")
    assert refused.exit_code == 1
    assert "carrier.base_url names another host: the vendor -> collector.example" in refused.stdout
    assert "nothing was stored" in refused.stdout
    (stored,) = desk.ports.connections.all()
    assert stored.revision == 1
    assert "revision 2" in desk.run("connections", "apply", other, given="y\n").stdout
    assert desk.run("connections", "apply", other).exit_code == 0, "it is named already"
    assert "revision 3" in desk.run("connections", "apply", path, "--yes").stdout


def test_s23_a_running_connection_takes_no_names_that_its_tenant_does_not_have(desk: Desk, tmp_path: Path) -> None:
    desk.run("connections", "apply", written(tmp_path, GOOD))
    desk.run("connections", "start", "acme-infor-ups", "--yes")
    wrong = Check("ShipmentHandling", False, "ShipmentSet has no RecieverCity (is it ReceiverCity?)")
    desk.erp.check_names = lambda: (wrong,)  # type: ignore[attr-defined]
    selected = written(tmp_path, GOOD.replace('to: "35"', 'to: "45"'), "selected.yaml")
    refused = desk.run("connections", "apply", selected)
    assert refused.exit_code == 2
    assert "ShipmentSet has no RecieverCity (is it ReceiverCity?)" in refused.stderr
    (stored,) = desk.ports.connections.all()
    assert stored.revision == 1
    assert desk.run("connections", "apply", written(tmp_path, GOOD.replace("150.10", "90"))).exit_code == 0
    desk.run("connections", "pause", "acme-infor-ups")
    assert desk.run("connections", "apply", selected).exit_code == 0, "it is compared when it goes on"


def test_s23_a_connection_goes_on_with_no_names_that_its_tenant_does_not_have(desk: Desk) -> None:
    desk.has()
    desk.run("connections", "pause", "acme-infor-ups")
    wrong = Check("ShipmentHandling", False, "ShipmentSet has no RecieverCity (is it ReceiverCity?)")
    desk.erp.check_names = lambda: (wrong,)  # type: ignore[attr-defined]
    assert "RecieverCity" in desk.run("connections", "resume", "acme-infor-ups").output
    assert [each.status for each in desk.ports.connections.all()] == ["paused"]
