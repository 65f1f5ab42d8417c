"""The cost of a tracked parcel over its life, as docs/costs.md quotes it."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.parcel_cost import ParcelCost, parcel_cost, report
from tests.deep import whole

COSTS = Path(__file__).parents[2] / "docs" / "costs.md"
PUSHED = ParcelCost({"parcel": 40}, {"subscription": 0, "track": 1}, 12, 6)


def test_the_report_ends_with_the_line_that_is_quoted() -> None:
    line = "parcel_cost: write_units=40 pushed=12 subscription=0 track=1 erp_calls=6"
    assert report(PUSHED).splitlines()[-1] == line


@whole
@pytest.mark.parametrize(("pushes", "column"), [(True, 2), (False, 3)])
def test_a_parcel_costs_what_the_document_says(pushes: bool, column: int) -> None:
    cost = parcel_cost(pushes=pushes)
    quoted = {
        cells[1].strip(): cells[column].strip()
        for cells in (line.split("|") for line in COSTS.read_text().splitlines())
        if len(cells) == 5
    }
    assert quoted["write units of DynamoDB"] == f"{cost.write_units:g}"
    assert quoted["pushes that are taken in"] == f"{cost.pushed:g}"
    assert quoted["questions to the carrier"] == f"{cost.calls['track']:g}"
    assert quoted["calls to the ERP (M3: a read and a write a milestone)"] == f"{cost.told:g}"
