"""`costs export --journal`: a line a label with its order, cost centre, amount and currency (S34)."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from shared.workflow.desk.void import void
from tests.component.cli.office import Office
from tests.component.workflow.scene import key_of
from tests.corpus import CONTROLS, CORPUS


def with_centre(office: Office, centre: str) -> None:
    """The ERP's orders have that cost centre."""
    opened = office.ports.open_erp

    class Charged:
        def __init__(self, erp: Any) -> None:
            self._erp = erp

        def __getattr__(self, name: str) -> Any:
            return getattr(self._erp, name)

        def read(self, document: str) -> Any:
            return tuple(replace(each, cost_centre=centre) for each in self._erp.read(document))

    office.with_ports(open_erp=lambda connection: Charged(opened(connection)))


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture
def office() -> Office:
    made = Office()
    with_centre(made, "4100")
    made.through("4000001")
    return made


def test_s34_a_journal_has_a_line_a_label(office: Office, tmp_path: Path) -> None:
    file = tmp_path / "journal.csv"
    assert "journal.csv: 1 label" in office.says("costs", "export", "--journal", str(file))
    (line,) = rows(file.read_text())
    head = office.head("4000001")
    assert head.cost
    assert line == {
        "day": office.clock.now().date().isoformat(),
        "connection": head.connection,
        "company": "100",
        "order": "4000001",
        "reference": head.reference,
        "tracking_number": head.tracking_number,
        "cost_centre": "4100",
        "amount": str(head.cost.amount),
        "currency": "USD",
        "estimated": "no",
    }


def test_s34_a_voided_label_and_an_order_without_one_are_not_in_it(office: Office) -> None:
    office.order("4000002")
    void(office.ports, key_of("4000001"), "ann")
    office.work()
    assert rows(office.says("costs", "export", "--journal", "-")) == []


def test_a_period_is_of_days_and_both_ends_are_in_it(office: Office) -> None:
    today = office.clock.now().date()
    before, after = today - timedelta(days=1), today + timedelta(days=1)

    def count(*options: Any) -> int:
        return len(rows(office.says("costs", "export", "--journal", "-", *map(str, options))))

    assert count("--since", today, "--until", today) == 1
    assert count("--until", before) == 0
    assert count("--since", after) == 0
    assert "--until is before --since" in office.says(
        "costs", "export", "--journal", "-", "--since", str(after), "--until", str(before), ends=2
    )


def test_g20_a_text_of_the_erp_is_no_formula_of_a_spreadsheet() -> None:
    office = Office()
    with_centre(office, '=HYPERLINK("http://x","y")')
    office.through("4000001")
    (line,) = rows(office.says("costs", "export", "--journal", "-"))
    assert line["cost_centre"] == '\'=HYPERLINK("http://x","y")'


def test_g20_a_text_of_the_erp_breaks_no_line_of_the_journal(tmp_path: Path) -> None:
    office, file = Office(), tmp_path / "journal.csv"
    with_centre(office, "".join([*CORPUS, *CONTROLS]))
    office.through("4000001")
    office.says("costs", "export", "--journal", str(file))
    (line,) = csv.DictReader(io.StringIO(file.read_bytes().decode(), newline=""))
    assert line["cost_centre"] == "".join([*CORPUS, *CONTROLS])
    assert line["currency"] == "USD"


def test_a_label_without_a_cost_centre_is_counted(tmp_path: Path) -> None:
    office = Office()
    office.through("4000001")
    said = office.says("costs", "export", "--journal", str(tmp_path / "journal.csv"))
    assert "1 label; 1 without a cost centre" in said
