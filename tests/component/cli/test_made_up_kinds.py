"""The command line names no vendor: kinds that it has never heard of are set up as the others are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from cli.connections.commented import LONGER, covers
from cli.connections.keys import keys_of
from cli.connections.template import kinds_named, template
from cli.connections.unfinished import readable
from shared.registry import KINDS, setup_of
from tests.builders import only_the_first_two, parse
from tests.component.cli.fakes import Desk
from tests.component.cli.test_template import read, uncommented
from tests.made_up import registered
from tests.made_up.burrow.emulator import FIRST
from tests.made_up.burrow.file import BurrowWriteBack

NAME = "acme-burrow-snail"
USER = ("--tenant", FIRST["tenant"], "--user", FIRST["user"])


@pytest.fixture(autouse=True)
def with_the_made_up_ones() -> Iterator[None]:
    with only_the_first_two(), registered():
        yield


def test_a_credential_is_asked_for_as_its_kind_s_form_says(desk: Desk) -> None:
    done = desk.run("secrets", "set", NAME, "erp", *USER, given=f"{FIRST['password']}\n")
    assert done.exit_code == 0, done.stderr
    assert desk.credentials.kept[(NAME, "erp")] == FIRST
    assert f"erp credential stored (tenant {FIRST['tenant']})" in done.stdout
    assert "Password" in done.output
    assert FIRST["password"] not in done.output
    piped = desk.run("secrets", "set", NAME, "carrier", "--name", "ours", "--key-stdin", given="slime-1\n")
    assert "carrier credential stored (key ours)" in piped.stdout
    assert desk.credentials.kept[(NAME, "carrier")] == {"name": "ours", "key": "slime-1"}


def test_a_credential_is_checked_by_its_kind_before_it_is_stored(desk: Desk) -> None:
    wrong = desk.run("secrets", "set", NAME, "carrier", "--name", "ours", "--key-stdin", given="shell-1\n")
    assert wrong.exit_code == 2
    assert "a key of Snail begins with slime-" in wrong.stderr
    assert "shell-1" not in wrong.output
    assert desk.credentials.kept == {}


def test_what_no_kind_takes_is_answered_with_what_each_takes(desk: Desk) -> None:
    wrong = desk.run("secrets", "set", NAME, "erp", "--passwort=carrot")
    assert wrong.exit_code == 2
    assert "--passwort is not taken: infor-m3 takes --ionapi FILE; burrow takes --tenant TENANT" in wrong.stderr
    assert "carrot" not in wrong.output


def test_the_kind_is_asked_for_where_the_options_do_not_tell_it(desk: Desk) -> None:
    unclear = desk.run("secrets", "set", NAME, "erp")
    assert unclear.exit_code == 2
    assert "name the kind of its erp with --kind; allowed: infor-m3, burrow" in unclear.stderr
    assert "burrow takes --tenant" in desk.run("secrets", "set", NAME, "erp", "--kind", "burrow").stderr
    assert "--kind mole is not built" in desk.run("secrets", "set", NAME, "erp", "--kind", "mole").stderr


def test_the_applied_connection_tells_the_kind(desk: Desk) -> None:
    desk.has()
    mixed = desk.run("secrets", "set", "acme-infor-ups", "erp", *USER)
    assert (mixed.exit_code, "infor-m3 takes --ionapi FILE" in mixed.stderr) == (2, True)
    other = desk.run("secrets", "set", "acme-infor-ups", "erp", "--kind", "burrow", *USER)
    assert "the erp of acme-infor-ups is infor-m3, not burrow" in other.stderr
    assert ("acme-infor-ups", "erp") not in desk.credentials.kept


def test_init_writes_a_file_of_both_kinds_that_applies_once_it_is_filled_in(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "acme.yaml"
    made = desk.run("connections", "init", NAME, "--erp", "burrow", "--carrier", "snail", "--file", str(file))
    assert made.exit_code == 0, made.stderr
    text = file.read_text()
    assert [each for each in ("infor-m3", "ups ", "HAZI", "A121", "--ionapi") if each in text] == []
    assert f"parcelbridge secrets set {NAME} erp --tenant TENANT --user USER" in text
    assert "services: {HOP: snail_ground}" in text
    assert "#   tracking_numbers: parcels " in text
    empty = desk.run("connections", "apply", str(file))
    assert (empty.exit_code, "erp.site: " in empty.stderr) == (2, True)
    file.write_text(text.replace('site: ""', "site: HOLE1"))
    applied = desk.run("connections", "apply", str(file))
    assert applied.exit_code == 0, applied.stderr
    assert f"{NAME}: applied, revision 1, paused" in applied.stdout
    assert f"parcelbridge secrets set {NAME} erp --tenant TENANT --user USER" in applied.stdout


def test_every_key_of_both_kinds_stands_in_the_file_and_what_is_commented_applies(tmp_path: Path) -> None:
    text = template(NAME, "burrow", "snail")
    file = read(uncommented(text.replace('site: ""', "site: HOLE1")), tmp_path)
    keys = [key for key in keys_of(*kinds_named("burrow", "snail")) if key.built and not key.path.startswith(LONGER)]
    assert [key.path for key in keys if not covers(file, key.path)] == []
    assert parse(file).write_back.targets().keys() == BurrowWriteBack().targets().keys()


def test_nothing_that_a_kind_says_of_a_new_file_is_lost() -> None:
    for erp, carrier in product(KINDS.erps.values(), KINDS.carriers.values()):
        text = template("acme", erp.name, carrier.name)
        said = [line for kind in (erp, carrier) for line in setup_of(kind).sample.splitlines() if line]
        assert [line for line in said if line not in text.splitlines()] == [], (erp.name, carrier.name)
        again = [line for line in text.splitlines() if re.match(r"\w+:", line)]
        assert len({line.partition(":")[0] for line in again}) == len(again)


def test_an_unfinished_file_can_be_asked_with_before_its_carrier_is_named(tmp_path: Path) -> None:
    text = template(NAME, "burrow", "snail").replace('site: ""', "site: HOLE1").replace("kind: snail", "kind: slug")
    file = tmp_path / "acme.yaml"
    file.write_text(text)
    connection, left_out = readable(file)
    assert (connection.erp.company_code, connection.services) == ("HOLE1", {})
    assert "carrier" in left_out
