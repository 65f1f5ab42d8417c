"""The connection file's part for ShipStation, its credential, and what is not built of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sandbox.memory import ManualClock, MemoryBudgets, MemorySecrets, MemoryTokens
from shared.carriers.shipstation.adapter import ShipStation
from shared.carriers.shipstation.legacy import LegacyShipStation
from shared.carriers.shipstation.settings import ShipStationSettings
from shared.carriers.shipstation.setup import fields_of
from shared.connection import ConnectionFileError, StockRules, parse, receiving_rules, stock_rules
from shared.errors import Misconfigured
from shared.registry import KINDS, open_systems
from tests.builders import FILE
from tests.samples.shipstation.wire import KEY, Script

CARRIER = {"kind": "shipstation", "api": "v2", "accounts": {"ups": "se-123456"}}
A_FILE = {**FILE, "carrier": CARRIER, "services": {"UPS": "ups_ground"}, "label": {"format": "PDF"}}
PLACES = {"W01": {"ship_from": "se-1", "inventory_warehouse": "se-5", "inventory_location": "se-9"}}


def test_the_settings_are_the_file_s() -> None:
    settings = ShipStationSettings.of(parse({k: v for k, v in A_FILE.items() if k != "tracking"}, KINDS))
    assert (settings.api, settings.accounts, settings.services) == ("v2", {"ups": "se-123456"}, ("ups_ground",))
    assert settings.url("/v2/labels") == "https://api.shipstation.com/v2/labels"
    assert (settings.push, settings.order_number) == ("off", "erp")


@pytest.mark.parametrize(("api", "kind"), [("v2", ShipStation), ("v1", LegacyShipStation)])
def test_the_registry_opens_the_api_that_the_file_names_and_nobody_is_asked(api: str, kind: type) -> None:
    clock, script = ManualClock(), Script()
    own = {key: value for key, value in A_FILE.items() if key != "tracking"}
    connection = parse({**own, "carrier": {**CARRIER, "api": api}}, KINDS)
    _, carrier = open_systems(
        secrets=MemorySecrets(),
        tokens=MemoryTokens(clock),
        budgets=MemoryBudgets(clock),
        transport=script,
        clock=clock,
    )
    assert type(carrier(connection)) is kind
    assert script.sent == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"carrier": {**CARRIER, "api": "v3"}}, "carrier.api"),
        ({"carrier": {**CARRIER, "accounts": {"UPS Ground": "se-1"}}}, "carrier.accounts"),
        ({"carrier": {**CARRIER, "account": "A1B2C3"}}, "carrier.account"),
        ({"carrier": {**CARRIER, "shipper": {"location": "NOWHERE"}}}, "carrier.shipper.location"),
        ({"label": {"format": "GIF"}}, "label.format"),
        ({"label": {"format": "PDF", "stock": "4x8"}}, "label.stock"),
        ({"services": {"UPS": "03"}}, "services.UPS"),
        ({"tracking": {"push": "v3"}}, "tracking.push"),
    ],
)
def test_what_no_key_takes_is_refused_by_its_path(changes: dict[str, Any], said: str) -> None:
    own = {key: value for key, value in A_FILE.items() if key != "tracking"}
    if said == "services.UPS":
        changes = {"services": {"UPS": "a service"}}
    with pytest.raises(ConnectionFileError, match=said.replace(".", r"\.")):
        parse({**own, **changes}, KINDS)


RECEIVES: dict[str, Any] = {
    "id": "acme-infor-shipstation",
    "flow": "inbound",
    "erp": {"kind": "infor-m3", "cono": "100"},
    "carrier": {"kind": "shipstation", "api": "v2", "inbound_as": "purchase_order"},
    "schedule": "rate(10 minutes)",
    "select": {"status": {"from": "20", "to": "35"}, "suppliers": ["V100"]},
    "send_to_open": "on_confirmation",
    "warehouses": PLACES,
    "receipts": {"moment": "quantity_received", "in_transit": "off", "by_order_type": {"default": "receipt.post"}},
}


def test_a_file_that_receives_needs_no_service_and_says_when_drafts_are_opened() -> None:
    connection = parse(RECEIVES, KINDS)
    assert connection.receives
    assert receiving_rules(connection).opens
    assert receiving_rules(connection).job_of("N10") == "receipt.post"
    assert not receiving_rules(parse({**RECEIVES, "send_to_open": "never"}, KINDS)).opens
    assert not parse({k: v for k, v in A_FILE.items() if k != "tracking"}, KINDS).receives


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"receipts": {"moment": "shipped"}}, "receipts.moment", "in_transit, quantity_received, delivered"),
        ({"receipts": {"in_transit": "post"}}, "receipts.in_transit", "off, advise"),
        ({"stock": {"owner": {"W9": "erp"}}}, "stock.owner.W9", "is none of `warehouses`"),
        ({"stock": {"owner": "carrier", "write": "on"}}, "warehouses.W01.erp_location", "the ERP's location"),
        ({"stock": {"owner": "erp", "schedule": "cron(x)"}}, "stock.schedule", "such as rate(1 hour)"),
        (
            {"stock": {"owner": "erp"}, "warehouses": {**PLACES, "W02": PLACES["W01"]}},
            "warehouses.W02.inventory_location",
            "is that of W01 too",
        ),
        ({"items": {"owner": "erp", "write": "on"}}, "items.write", "allowed: off"),
        ({"items": {"owner": "carrier"}}, "items.owner", "allowed: erp"),
        ({"warehouses": {}}, "warehouses", "is required with carrier.inbound_as"),
        ({"carrier": {**RECEIVES["carrier"], "api": "v1"}}, "carrier.api", "the legacy API knows no way in"),
        ({"flow": "drop-ship"}, "flow", "allowed with carrier.inbound_as: inbound"),
    ],
)
def test_s39_what_cannot_be_received_is_refused_by_its_path(changes: Any, field: str, said: str) -> None:
    with pytest.raises(ConnectionFileError) as refused:
        parse({**RECEIVES, **changes}, KINDS)
    told = {each.field: each.message for each in refused.value.problems}
    assert list(told) == [field]
    assert said in told[field]


@pytest.mark.parametrize("moment", ["in_transit", "quantity_received", "delivered"])
def test_s39_the_moment_of_a_receipt_and_an_advice_are_settings(moment: str) -> None:
    rules = receiving_rules(parse({**RECEIVES, "receipts": {"moment": moment, "in_transit": "advise"}}, KINDS))
    assert (rules.moment, rules.advises, rules.follows) == (moment, True, True)
    assert receiving_rules(parse(RECEIVES, KINDS)).follows is False


def test_s38_stock_has_an_owner_for_each_warehouse_and_items_are_the_erp_s() -> None:
    two = {**PLACES, "W02": {**PLACES["W01"], "inventory_location": "se-7"}}
    all_ours = stock_rules(parse({**RECEIVES, "warehouses": two, "stock": {"owner": "erp"}}, KINDS))
    assert all_ours == StockRules({"W01": "erp", "W02": "erp"}, timedelta(hours=1), writes=False)
    one = {"owner": {"W02": "carrier"}, "schedule": "rate(30 minutes)"}
    assert stock_rules(parse({**RECEIVES, "warehouses": two, "stock": one}, KINDS)) == StockRules(
        {"W02": "carrier"}, timedelta(minutes=30), writes=False
    )
    assert stock_rules(parse(RECEIVES, KINDS)) is None
    assert parse({**RECEIVES, "items": {"owner": "erp"}}, KINDS).items.write == "off"  # type: ignore[attr-defined]


@pytest.mark.parametrize("key", ["stock", "items"])
def test_stock_and_items_are_compared_where_purchase_orders_are_received(key: str) -> None:
    shipment = {**RECEIVES, "carrier": {**RECEIVES["carrier"], "inbound_as": "shipment"}, key: {"owner": "erp"}}
    with pytest.raises(ConnectionFileError, match=r"allowed with carrier\.inbound_as: purchase_order"):
        parse(shipment, KINDS)


def test_a_key_of_v2_is_one_and_of_v1_are_two() -> None:
    assert fields_of({"api": "v2", "api_key": KEY}) == {"api": "v2", "api_key": KEY}
    assert fields_of({"api": "V1", "api_key": "k:s"}) == {"api": "v1", "api_key": "k", "api_secret": "s"}


@pytest.mark.parametrize(("api", "key"), [("v2", "k:s"), ("v1", "k"), ("v1", ":s"), ("v1", "k:"), ("v3", "k")])
def test_a_credential_that_cannot_be_right_is_not_stored(api: str, key: str) -> None:
    with pytest.raises(Misconfigured) as refused:
        fields_of({"api": api, "api_key": key})
    assert key not in str(refused.value) or len(key) < 3


def test_a_person_buys_by_a_setting_and_strays_are_then_never_voided() -> None:
    own = {key: value for key, value in A_FILE.items() if key != "tracking"}
    person = {**CARRIER, "label_by": "person", "label_reminder": "6h"}
    connection = parse({**own, "carrier": person}, KINDS)
    assert (connection.carrier.by_hand, connection.carrier.remind_after) == (True, timedelta(hours=6))
    assert ShipStationSettings.of(connection).by_hand
    with pytest.raises(ConnectionFileError, match="strays"):
        parse({**own, "carrier": person, "strays": "void"}, KINDS)
