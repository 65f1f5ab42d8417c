"""`orders check`: what customs want and nobody says, before any label."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from shared.domain.address import Address
from shared.domain.record import Snapshot
from shared.domain.state import State
from tests.builders import WAREHOUSE, a_connection, a_line, an_order, usd
from tests.component.cli.fakes import Desk

MANCHESTER = replace(WAREHOUSE, address=Address(("2 Trial Road",), "Manchester", "", "M1 1AE", "GB"))


@pytest.fixture
def running(desk: Desk) -> Desk:
    holder = {**a_connection().model_dump(mode="json")["locations"]["HQ"], "attention": "Kim Ross"}
    desk.has(customs={"terms": "DAP"}, locations={"HQ": holder})
    return desk


def held(desk: Desk, **facts: object) -> None:
    order = an_order(ship_to=MANCHESTER, lines=(a_line(), a_line("2", value=usd("9.00"))), **facts)
    key = desk.takes("1000001")
    desk.moves(key, State.HELD, reason="customs", snapshot=Snapshot(1, order, problem="customs want more"))


def test_every_missing_field_of_every_line_is_listed_with_where_it_is_entered(running: Desk) -> None:
    held(running)
    result = running.run("orders", "check", "1000001", "--json")
    said = json.loads(result.stdout)
    assert result.exit_code == 1
    assert [each["field"] for each in said["missing"]] == [
        "lines.1.commodity_code", "lines.1.origin", "lines.1.value", "lines.2.commodity_code", "lines.2.origin",
    ]  # fmt: skip
    assert all("customs.items.ITEM" in each["where"] for each in said["missing"])
    assert {each["name"] for each in said["rules"]} >= {"border", "us_eei"}
    shown = running.run("orders", "check", "1000001").stdout
    assert "5 facts missing for customs" in shown


def test_a_fix_of_a_person_counts(running: Desk) -> None:
    held(running)
    fixes = ("lines.1.commodity_code=8302500000", "lines.1.origin=us", "lines.1.value=12.50 usd")
    running.run("orders", "fix", "1000001", "--yes", *fixes)
    said = json.loads(running.run("orders", "check", "1000001", "--json").stdout)
    assert [each["field"] for each in said["missing"]] == ["lines.2.commodity_code", "lines.2.origin"]


def test_an_order_at_home_misses_nothing(running: Desk) -> None:
    running.takes("1000001")
    result = running.run("orders", "check", "1000001")
    assert (result.exit_code, "nothing is missing for customs" in result.stdout) == (0, True)
