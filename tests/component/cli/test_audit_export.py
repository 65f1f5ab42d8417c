"""`audit export`: the steps of orders for an auditor, as a table or one object a line."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cli.csv_text import as_csv
from cli.orders.audit import COLUMNS
from sandbox.erps.m3.seed import Line
from tests.component.cli.fakes import ME
from tests.component.cli.office import CONNECTION, Office
from tests.component.workflow.scene import ALBANY, key_of
from tests.corpus import CONTROLS, CORPUS

ONE, TWO = "4000001", "4000002"


@pytest.fixture
def office() -> Office:
    made = Office()
    made.through(ONE)
    made.passes(timedelta(days=2))
    made.through(TWO)
    return made


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_s65_every_step_of_one_order_is_a_line_in_both_forms(office: Office) -> None:
    trail = office.ports.orders.audit(key_of(ONE))
    told = lines(office.says("audit", "export", ONE, "--format", "jsonl"))
    assert [(each["sequence"], each["what"], each["state"]) for each in told] == [
        (entry.sequence, entry.what, entry.state) for entry in trail
    ]
    assert {each["order"] for each in told} == {key_of(ONE)}
    assert any(each["request_ids"] for each in told), "the carrier's request ids stand beside the step"
    table = rows(office.says("audit", "export", ONE))
    assert list(table[0]) == list(COLUMNS)
    assert [each["what"] for each in table] == [each["what"] for each in told]
    assert json.loads(table[1]["changes"]) == told[1]["changes"]


def test_without_an_order_all_of_a_connection_are_written_each_once(office: Office, tmp_path: Path) -> None:
    file = tmp_path / "trail.csv"
    said = office.says("audit", "export", "--connection", CONNECTION, "--file", str(file))
    table = rows(file.read_text())
    steps = [office.ports.orders.audit(key_of(number)) for number in (ONE, TWO)]
    assert len(table) == sum(map(len, steps)) == len({(each["order"], each["sequence"]) for each in table})
    assert f"{file}: {len(table)} steps" in said


def test_a_period_takes_the_steps_in_it_and_a_day_is_included(office: Office) -> None:
    first = office.ports.orders.audit(key_of(ONE))[0].at
    day = f"{first:%Y-%m-%d}"
    told = lines(office.says("audit", "export", "--since", day, "--until", day, "--format", "jsonl"))
    assert {each["document"] for each in told} == {ONE}
    after = f"{first + timedelta(days=1):%Y-%m-%dT%H:%M}"
    told = lines(office.says("audit", "export", "--since", after, "--format", "jsonl"))
    assert {each["document"] for each in told} == {TWO}
    assert office.run("audit", "export", "--since", "2026-11-05", "--until", "2026-11-03").exit_code == 2


def test_of_an_order_that_moved_in_the_period_only_the_steps_in_it_are_written(office: Office) -> None:
    office.through("4000003", [Line("GASKET-X", 1)])
    office.passes(timedelta(days=2))
    since = f"{office.clock.now():%Y-%m-%dT%H:%M}"
    office.says("orders", "dismiss", "4000003", "--reason", "wrong")
    told = lines(office.says("audit", "export", "--since", since, "--format", "jsonl"))
    assert [(each["document"], each["what"]) for each in told] == [("4000003", "dismissed")]
    told = lines(office.says("audit", "export", "4000003", "--until", since, "--format", "jsonl"))
    assert "dismissed" not in {each["what"] for each in told}


def test_a_person_s_reason_is_no_formula_of_a_spreadsheet(office: Office) -> None:
    office.through("4000003", [Line("GASKET-X", 1)])
    office.says("orders", "dismiss", "4000003", "--reason", "=HYPERLINK(1)")
    (step,) = [each for each in rows(office.says("audit", "export", "4000003")) if "HYPERLINK" in each["why"]]
    assert step["why"] == "'=HYPERLINK(1)"
    assert step["who"] == ME


STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


@pytest.mark.parametrize("text", [*CORPUS, *CONTROLS, *(f"{start}1+1" for start in STARTS)])
def test_no_cell_of_any_text_begins_a_formula_and_none_is_lost(text: str) -> None:
    (cell,) = next(csv.reader(io.StringIO(as_csv((text,), ()), newline="")))
    assert not cell.startswith(STARTS)
    assert cell.removeprefix("'") == text.removeprefix("'")


def test_nothing_of_the_receiver_is_in_an_export(office: Office) -> None:
    text = office.says("audit", "export", "--format", "jsonl")
    assert ALBANY.address.lines[0] not in text
    assert ALBANY.phone not in text
