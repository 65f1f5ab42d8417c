"""`costs estimate`: the bounds that are promised, and the words."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from typer.testing import CliRunner

from benchmarks.order_cost import MOST_UNITS
from cli.costs.estimate import CONNECTION, IDLE, ORDER, PARCEL, PRICED, WRITE_UNITS, estimated, usd
from cli.main import app

BOUNDS = [(10_000, Decimal(1)), (1_000_000, Decimal("0.15"))]


@pytest.mark.parametrize(("orders", "most"), BOUNDS)
def test_a_thousand_orders_cost_at_most_what_is_promised(orders: int, most: Decimal) -> None:
    assert estimated(orders).month / orders * 1000 <= most


def test_an_order_is_counted_with_the_write_units_that_are_measured() -> None:
    assert WRITE_UNITS == MOST_UNITS


def test_the_document_quotes_what_the_command_says() -> None:
    from pathlib import Path

    text = Path("docs/costs.md").read_text()
    assert PRICED in text
    quoted = {
        "idle": f"{usd(IDLE):.2f} USD a month",
        "connection": f"{usd(CONNECTION):.2f} USD a month",
        "order": f"{usd(ORDER, 1000):.3f} USD for 1,000",
        "parcel": f"{usd(PARCEL, 1000):.3f} USD for 1,000",
        "small": f"{estimated(10_000).month / 10:.2f} USD",
        "large": f"{estimated(1_000_000).month / 1000:.2f} USD",
    }
    for what, words in quoted.items():
        assert words in text, what


def test_the_command_needs_no_stack() -> None:
    done = CliRunner().invoke(app, ["costs", "estimate", "--orders", "10000", "--parcels", "10000"])
    assert done.exit_code == 0, done.output
    assert "per 1,000 orders" in done.output
    plain = CliRunner().invoke(app, ["costs", "estimate", "--orders", "10000", "--json"])
    assert Decimal(json.loads(plain.output)["per_1000_orders"]) <= 1
