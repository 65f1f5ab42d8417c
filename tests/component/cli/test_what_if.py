"""`connections what-if`: which of the last orders would go otherwise under a changed file; and nothing is bought."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from sandbox.erps.m3.seed import Line
from shared.workflow.desk.what_if import what_if
from tests.builders import FILE, a_connection
from tests.component.cli.office import CONNECTION, Office
from tests.component.workflow.refusing import refusing

Shown = Callable[..., dict[str, Any]]


@pytest.fixture
def office() -> Office:
    made = Office(approve={"mode": "automatic"})
    made.through("4000001")
    made.passes(timedelta(days=3))
    made.through("4000002", [Line("VALVE-1", 2)])
    return made


def changed(folder: Path, **parts: Any) -> str:
    file = folder / "changed.yaml"
    approve = {**FILE["approve"], "mode": "automatic", **parts.pop("approve", {})}
    file.write_text(json.dumps({**FILE, "approve": approve, **parts}))
    return str(file)


def compared(office: Office, *arguments: str) -> dict[str, Any]:
    """By document; under a terminal that may write nothing."""
    office.with_ports(**{name: getattr(refusing(office.ports), name) for name in office.ports.__slots__})
    result = office.run("connections", "what-if", *arguments, "--json")
    told: dict[str, Any] = json.loads(result.stdout)
    return {each["document"]: each for each in told["orders"]} | {"totals": told["totals"]}


def test_another_service_is_told_with_the_difference_in_cost(office: Office, tmp_path: Path) -> None:
    creates, file = office.creates(), changed(tmp_path, services={"UPS": "02"})
    found = compared(office, file)
    assert set(found) == {"4000001", "4000002", "totals"}
    one = found["4000001"]
    assert {"service", "price"} <= set(one["differs"])
    assert (one["before"]["plan"]["service"], one["after"]["plan"]["service"]) == ("03", "02")
    (total,) = found["totals"]
    assert total["before"] != total["after"]
    assert office.creates() == creates
    shown = office.says("connections", "what-if", file)
    for seen in (
        "would be bought: 03",
        "would be bought: 02",
        "2 orders of the last 7 days: 2 would go otherwise",
        "cost of",
    ):
        assert seen in shown


def test_the_applied_file_itself_changes_nothing_and_asks_no_carrier(office: Office, tmp_path: Path) -> None:
    asked = len(office.ups.recorded)
    shown = office.says("connections", "what-if", changed(tmp_path))
    assert "2 orders of the last 7 days: 0 would go otherwise" in shown
    assert len(office.ups.recorded) == asked


def test_only_orders_of_the_last_days_are_compared_the_newest_first(office: Office, tmp_path: Path) -> None:
    file = changed(tmp_path, services={"UPS": "02"})
    assert set(compared(office, file, "--days", "2")) == {"4000002", "totals"}
    assert set(compared(office, file, "--limit", "1")) == {"4000002", "totals"}


def test_an_order_that_goes_now_and_would_be_held_ends_with_1(office: Office, tmp_path: Path) -> None:
    select = {**FILE["select"], "delivery_method": ["AIR"]}
    file = changed(tmp_path, services={"AIR": "02"}, select=select)
    shown = office.says("connections", "what-if", file, ends=1)
    assert "erp and select are not tried" in shown
    assert "would be HELD: delivery method 'UPS' is not mapped" in shown
    assert "2 would go otherwise" in shown


def test_an_approval_that_would_be_asked_is_otherwise_and_costs_the_same(office: Office, tmp_path: Path) -> None:
    found = compared(office, changed(tmp_path, approve={"mode": "manual"}))
    assert found["4000001"]["differs"] == ["outcome", "reason"]
    assert found["4000001"]["after"]["outcome"] == "approval"
    (total,) = found["totals"]
    assert total["before"] == total["after"]


def test_what_another_account_pays_costs_us_nothing(office: Office, tmp_path: Path) -> None:
    rules = {"default": "shipper", "rules": [{"supplier": "V100", "bill": "receiver", "account": "X1Y2Z3"}]}
    found = compared(office, changed(tmp_path, billing=rules))
    assert "payer" in found["4000001"]["differs"]
    (total,) = found["totals"]
    assert total["after"]["amount"] in ("0", "0.00")


def test_the_same_question_is_asked_once_for_both_files(office: Office, tmp_path: Path) -> None:
    office.says("connections", "what-if", changed(tmp_path, approve={"mode": "manual"}))
    rates = [each for each in office.ups.recorded if each.operation == "rate"]
    bought = 2
    assert len(rates) == bought + 2, "each order's price was asked once more, for both files together"


def test_a_fix_of_a_person_still_lies_over_the_order(office: Office, tmp_path: Path) -> None:
    office.through("4000003", [Line("GASKET-X", 1)])
    office.says("orders", "fix", "4000003", "weight=2lb")
    office.work()
    found = compared(office, changed(tmp_path, services={"UPS": "02"}))
    assert found["4000003"]["after"]["outcome"] == "bought"


def test_a_needed_date_is_as_far_ahead_as_it_was(tmp_path: Path) -> None:
    office = Office(
        approve={"mode": "automatic"}, services={"UPS": {"any": ["03", "02", "01"], "pick": "cheapest_by_date"}}
    )
    office.through("4000001", needed=f"{office.clock.now() + timedelta(days=5):%Y%m%d}")
    office.passes(timedelta(days=6))
    (only,) = what_if(
        refusing(office.ports),
        office.connection(),
        a_connection(services={"UPS": "02"}),
        office.clock.now() - timedelta(days=7),
    )
    assert only.before
    assert only.before.outcome == "bought", "the day that it was needed is over, and it is compared as if it came today"


def test_a_connection_that_is_not_applied_is_named(office: Office, tmp_path: Path) -> None:
    assert "there is no connection" in office.says("connections", "what-if", changed(tmp_path, id="other-one"), ends=1)
    assert CONNECTION in office.says("connections", "list")
