"""The connection file's model: what a file gives, and what is the default of what it leaves out."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import ValidationError

from sandbox.erps.m3.seed import ionapi
from sandbox.local_tls import make_certificate
from sandbox.memory import ManualClock, MemoryBudgets, MemorySecrets, MemoryTokens
from shared.connection import Connection, ShipWhen, notation, overlaps, read_back
from shared.domain.address import Address, Party
from shared.domain.calendar import ShipRule
from shared.domain.measures import Dimensions, Weight
from shared.domain.money import Money
from shared.domain.packing import PackingRule, Rule
from shared.domain.shipment import LabelSpec
from shared.erp.infor.file import FreeField
from shared.errors import Retry
from shared.http import NotSent, Request, Response
from shared.registry import KINDS, open_systems
from tests.builders import FILE, a_connection, parse


def test_a_file_gives_attributes_named_as_its_keys() -> None:
    connection = a_connection(erp={"cono": "770"})
    assert (connection.id, connection.flow, connection.company) == ("acme-infor-ups", "inbound", "770")
    assert (connection.select.status.from_, connection.select.status.to) == ("20", "35")  # type: ignore[union-attr]
    assert connection.services == {"UPS": "03"}
    assert connection.packing.max_weight == Weight(Decimal(50), "lb")


def test_what_a_file_leaves_out_has_the_documented_default() -> None:
    file = {key: value for key, value in FILE.items() if key not in {"approve", "limits"}}
    connection = parse(file)
    assert connection.erp.overlap == timedelta(minutes=15)
    assert (connection.erp.weight_unit, connection.erp.length_unit, connection.erp.network) == ("kg", "cm", "public")
    assert connection.timezone == "UTC"
    assert connection.start_from is None
    assert connection.approve.mode == "manual"
    assert connection.approve.ceiling is None
    assert (connection.limits.labels_per_hour, connection.limits.labels_per_day) == (50, 200)
    assert connection.limits.amount_per_day == Money(Decimal("1000.00"), "USD")
    assert (connection.address_check, connection.address_not_covered) == ("strict", "note")
    assert connection.label.spec() == LabelSpec("GIF", "4x6")
    assert connection.label.to == "warehouse"
    assert (connection.unknown, connection.settle) == ("hold", timedelta(minutes=15))
    assert (connection.strays, connection.void_window_days) == ("report", 1)
    assert (connection.tracking.push, connection.tracking.quantum_view) == ("v1", None)
    assert connection.retention == timedelta(days=400)
    assert connection.billing.default == "shipper"
    assert not connection.defaults.allow_automatic
    assert connection.defaults.phone == ("supplier_contact", "supplier")
    assert connection.write_back.enabled
    assert {name: target.to for name, target in connection.write_back.targets().items()} == {
        "tracking_numbers": "A121",
        "service": "A230",
        "cost": "N096",
        "currency": "A430",
        "eta": "A530",
        "milestone": "A630",
    }


def test_the_carrier_environment_is_test_unless_the_file_says_production() -> None:
    carrier = {key: value for key, value in FILE["carrier"].items() if key != "environment"}
    assert parse({**FILE, "carrier": carrier}).carrier.environment == "test"


@pytest.mark.parametrize(
    ("changes", "amount"),
    [
        ({"approve": {"mode": "below", "amount": 5, "currency": "EUR"}, "limits": {}}, Money(Decimal(1000), "EUR")),
        ({"approve": {"mode": "manual"}, "limits": {"amount_per_day": 75}}, Money(Decimal(75), "USD")),
        ({"limits": {"amount_per_day": {"amount": "9.50", "currency": "SEK"}}}, Money(Decimal("9.50"), "SEK")),
    ],
)
def test_the_daily_amount_is_in_its_own_currency_or_that_of_approve_or_dollars(
    changes: dict[str, Any], amount: Money
) -> None:
    assert parse({**FILE, **changes}).limits.amount_per_day == amount


def test_a_connection_survives_the_table_as_json() -> None:
    connection = a_connection(
        start_from="2026-11-01T00:00:00+01:00",
        erp={"overlap": "2h", "bindings": {"po.head": {"program": "EXT100MI"}}, "base_url": "http://127.0.0.1:8080"},
        defaults={"unit_weight": {"value": "1.25", "unit": "lb"}, "warehouse": {"W01": {"unit_weight": None}}},
        write_back={"cost": {"to": "N196", "mode": "if_empty", "max": 12}, "eta": "off"},
        packing={"package": {"length": 10, "width": "8.5", "height": 4, "unit": "in"}},
        billing={"rules": [{"supplier": "V1", "bill": "third_party", "account": "D4E5F6", "country": "US"}]},
    )
    kept = json.loads(json.dumps(connection.model_dump(mode="json")))
    assert parse(kept) == connection
    assert read_back(json.loads(connection.model_dump_json(by_alias=True)), KINDS) == connection
    assert kept["select"]["status"] == {"from": "20", "to": "35"}
    assert kept["erp"]["overlap"] == "2h"


def test_a_connection_can_not_be_changed() -> None:
    with pytest.raises(ValidationError):
        a_connection().approve.mode = "automatic"  # type: ignore[misc]


def test_a_location_becomes_a_party() -> None:
    connection = a_connection()
    address = Address(("1 A St",), "Atlanta", "GA", "30301", "US")
    assert connection.shipper.party() == Party("Acme", address, "", "4045550100")


def test_packing_becomes_the_domains_rule() -> None:
    package = {"length": 10, "width": 8, "height": 4, "unit": "in"}
    rule = a_connection(packing={"package": package}).packing.packing_rule()
    box = Dimensions(Decimal(10), Decimal(8), Decimal(4), "in")
    assert rule == PackingRule("max_weight", Weight(Decimal(50), "lb"), box)


@pytest.mark.parametrize("rule", get_args(Rule))
def test_each_packing_rule_of_the_file_is_the_domains_own(rule: Any) -> None:
    packing = a_connection().packing.model_copy(update={"rule": rule})
    assert packing.packing_rule(valued=True) == PackingRule(rule, Weight(Decimal(50), "lb"), None, valued=True)


def test_a_ship_rule_has_its_cut_off_as_a_time_and_its_days_as_weekdays() -> None:
    when = {"confirmed": True, "days_before_needed": 5, "cutoff": "15:30", "working_days": ["Sun", "Mon"]}
    connection = a_connection(ship_when=when)
    assert connection.ship_when
    assert connection.ship_when.rule() == ShipRule(5, time(15, 30), frozenset({0, 6}))
    assert ShipWhen().rule() == ShipRule(None, None, frozenset(range(5)))


def test_s16_a_default_weight_is_the_warehouses_own_or_the_general_one() -> None:
    defaults = a_connection(
        defaults={
            "unit_weight": {"value": 1, "unit": "lb"},
            "warehouse": {"W01": {"unit_weight": {"value": 2, "unit": "lb"}}, "W02": {}},
        }
    ).defaults
    weights = [defaults.unit_weight_of(warehouse) for warehouse in ("W01", "W02", "W03")]
    assert weights == [Weight(Decimal(2), "lb"), Weight(Decimal(1), "lb"), Weight(Decimal(1), "lb")]
    assert a_connection().defaults.unit_weight_of("W01") is None


def test_write_back_targets_are_normalised() -> None:
    write_back = a_connection(
        write_back={"cost": "N196", "eta": "off", "milestone": None, "service": {"to": "A330", "max": 10}}
    ).write_back
    assert write_back.cost == FreeField(to="N196", mode="overwrite", max=None)
    assert write_back.service == FreeField(to="A330", mode="overwrite", max=10)
    assert write_back.eta is None
    assert write_back.milestone is None
    assert write_back.tracking_numbers == FreeField(to="A121")
    assert set(write_back.targets()) == {"tracking_numbers", "service", "cost", "currency"}


def test_approval_below_an_amount_has_a_ceiling() -> None:
    approve = a_connection(approve={"mode": "below", "amount": "99.90", "currency": "EUR"}).approve
    assert approve.ceiling == Money(Decimal("99.90"), "EUR")


@pytest.mark.parametrize(
    ("written", "span"),
    [("30s", timedelta(seconds=30)), ("15m", timedelta(minutes=15)), ("2h", timedelta(hours=2)), ("1d", timedelta(1))],
)
def test_durations_are_written_as_number_and_unit(written: str, span: timedelta) -> None:
    assert a_connection(settle=written).settle == span
    assert notation(span) == written


def test_start_from_keeps_its_offset() -> None:
    assert a_connection(start_from="2026-11-01T02:00:00+02:00").start_from == datetime(2026, 11, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "schedule",
    [
        "rate(1 minute)",
        "rate(10 minutes)",
        "rate(1 hour)",
        "rate(7 days)",
        "cron(0/30 7-18 ? * MON-FRI *)",
        "cron(0 6 * * ? *)",
        "cron(15 10 L * ? 2026-2030)",
        "cron(0 8 ? JAN,JUL 2#1 *)",
        "cron(*/5 * ? 1-12/3 SUN *)",
    ],
)
def test_s14_the_schedule_is_the_users_choice(schedule: str) -> None:
    assert a_connection(schedule=schedule).schedule == schedule


@pytest.mark.parametrize("url", ["https://erp.example", "https://erp.example:8443", "http://127.0.0.1:9000"])
def test_a_base_url_is_https_or_on_this_machine(url: str) -> None:
    assert a_connection(erp={"base_url": url}).erp.base_url == url


# --- overlapping selections ------------------------------------------------------------------------------------------


def selecting(**select: Any) -> Connection:
    return parse({**deepcopy(FILE), "select": select})


RANGE = {"from": "20", "to": "35"}


@pytest.mark.parametrize(
    ("one", "other", "meet"),
    [
        ({"status": RANGE}, {"status": RANGE}, True),
        ({"status": RANGE}, {"status": {"from": "35", "to": "40"}}, True),
        ({"status": RANGE}, {"status": {"from": "36", "to": "40"}}, False),
        ({"status": RANGE}, {"suppliers": ["V1"]}, True),
        ({"suppliers": ["V1", "V2"]}, {"suppliers": ["V2"]}, True),
        ({"suppliers": ["V1"]}, {"suppliers": ["V2"]}, False),
        ({"suppliers": ["V1"], "warehouses": ["W1"]}, {"suppliers": ["V1"], "warehouses": ["W2"]}, False),
        ({"suppliers": ["V1"], "warehouses": []}, {"suppliers": ["V1"], "warehouses": ["W2"]}, True),
        ({"status": RANGE, "suppliers": ["V1"]}, {"status": {"from": "40", "to": "45"}, "suppliers": ["V1"]}, False),
    ],
)
def test_selections_overlap_when_no_key_keeps_them_apart(
    one: dict[str, Any], other: dict[str, Any], meet: bool
) -> None:
    assert overlaps(selecting(**one), selecting(**other)) is meet
    assert overlaps(selecting(**other), selecting(**one)) is meet


def test_another_company_or_a_test_system_never_overlaps() -> None:
    assert overlaps(a_connection(), a_connection(id="other"))
    assert not overlaps(a_connection(), a_connection(erp={"cono": "200"}))
    productive = a_connection(erp={"test_system": False}, carrier={"environment": "production"})
    assert not overlaps(a_connection(), productive)


def test_certificates_of_a_host_are_read_and_its_erp_is_opened_with_them(tmp_path: Path) -> None:
    make_certificate(tmp_path / "ca.crt", tmp_path / "ca.key")
    text = (tmp_path / "ca.crt").read_text()
    connection = a_connection(erp={"ca_certificate": text})
    assert connection.erp.ca_certificate == text
    sent: list[Request] = []

    class Wire:
        def send(self, request: Request, **_: object) -> Response:
            sent.append(request)
            raise NotSent("no host")

    clock = ManualClock()
    open_erp, _ = open_systems(
        secrets=MemorySecrets({(connection.id, "erp"): ionapi()}),
        tokens=MemoryTokens(clock),
        budgets=MemoryBudgets(clock),
        transport=Wire(),
        clock=clock,
    )
    with pytest.raises(Retry):
        open_erp(connection).read("4000001")
    assert [each.trusted for each in sent] == [text]
    assert text not in repr(sent)


@pytest.mark.parametrize(
    ("flow", "given", "to"),
    [
        ("inbound", {}, "supplier"),
        ("inbound", {"format": "ZPL"}, "supplier"),
        ("inbound", {"to": "warehouse"}, "warehouse"),
    ],
)
def test_a_label_that_names_nobody_is_for_the_supplier_where_a_supplier_ships(flow: str, given: Any, to: str) -> None:
    file = {name: value for name, value in FILE.items() if name != "label"}
    assert parse({**file, "flow": flow, **({"label": given} if given else {})}).label.to == to


def test_a_connection_that_was_stored_keeps_who_prints_its_labels() -> None:
    kept = a_connection(label={"to": "warehouse"}).model_dump(mode="json")
    assert parse(kept).label.to == "warehouse"
