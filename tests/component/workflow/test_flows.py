"""Flows, services and extra services through the real adapters: what the carrier is asked for, in its own words."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from sandbox.erps.m3.seed import Line, add_item, place
from tests.builders import FILE
from tests.component.workflow.scene import ALBANY, BUFFALO, ORDER, SETTLE, Scene, bought_once

CUSTOMER = place("Jo Doe", "5 Elm St", "Troy", "NY", "12180")
SAN_JUAN = place("Acme Isla", "1 Calle Sol", "San Juan", "PR", "00901", country="PR")
W01 = {
    "name": "Acme",
    "attention": "Receiving",
    "address": {"lines": ["1 Calle Sol"], "city": "San Juan", "state": "PR", "postcode": "00901", "country": "PR"},
}


def asked(scene: Scene, operation: str = "ship") -> dict[str, Any]:
    """The shipment of the last request of that kind."""
    request = next(each.request for each in reversed(scene.ups.recorded) if each.operation == operation)
    name = "ShipmentRequest" if operation == "ship" else "RateRequest"
    shipment: dict[str, Any] = json.loads(request.body)[name]["Shipment"]
    return shipment


def names(shipment: dict[str, Any]) -> tuple[str, str, str]:
    shipper, sender, receiver = (shipment[who]["Name"] for who in ("Shipper", "ShipFrom", "ShipTo"))
    return shipper, sender, receiver


def test_inbound_the_account_s_holder_ships_from_the_supplier_to_the_warehouse() -> None:
    scene = Scene()
    scene.through()
    assert bought_once(scene)
    assert names(asked(scene)) == ("Acme", BUFFALO.name, ALBANY.name)
    assert asked(scene)["Shipper"]["Address"]["City"] == "Atlanta", "its registered address"


def test_drop_ship_the_goods_go_from_the_supplier_to_the_customer() -> None:
    scene = Scene(flow="drop-ship")
    scene.through(to=CUSTOMER)
    assert bought_once(scene)
    assert names(asked(scene)) == ("Acme", BUFFALO.name, CUSTOMER.name)


def test_s17_a_drop_ship_without_a_customer_waits_and_goes_on_once_the_erp_names_one() -> None:
    scene = Scene(flow="drop-ship")
    scene.through()
    assert (scene.stands(), scene.head().field) == ("HELD missing", "ship_to.address")
    scene.tenant.change_delivery(ORDER, "1", _delivery(CUSTOMER))
    scene.lives(SETTLE * 2)
    assert bought_once(scene)
    assert names(asked(scene))[2] == CUSTOMER.name


def _delivery(party: Any) -> dict[str, str]:
    at = party.address
    return {
        "DNAM": party.name, "DAD1": at.lines[0], "DTOW": at.city, "DECA": at.state, "DPON": at.postcode,
        "DCSC": at.country,
    }  # fmt: skip


def test_s19_the_erp_s_bill_to_is_kept_with_the_order() -> None:
    scene = Scene()
    scene.through(bill_to=CUSTOMER)
    bill_to = scene.snapshot().order.bill_to
    assert bill_to
    assert (bill_to.name, bill_to.address) == (CUSTOMER.name, CUSTOMER.address)


# --- services ------------------------------------------------------------------------------------------------


def choosing(pick: str, *services: str) -> dict[str, Any]:
    return {"services": {"UPS": {"any": list(services), "pick": pick}}}


def test_s29_the_cheapest_is_bought_of_what_one_call_offers() -> None:
    scene = Scene(**choosing("cheapest", "02", "12", "03"))
    scene.through()
    assert bought_once(scene)
    assert asked(scene)["Service"] == {"Code": "03"}
    assert scene.head().service == "03"
    calls = [each.operation for each in scene.ups.recorded if each.operation != "token"]
    assert calls == ["address_validation", "rate", "ship"]
    assert "Shop" in next(each.request.url for each in scene.ups.recorded if each.operation == "rate")


def test_s29_s31_the_cheapest_by_date_is_the_cheapest_that_arrives_in_time() -> None:
    scene = Scene(**choosing("cheapest_by_date", "03", "02", "01"))
    scene.through(needed="20261103")
    assert bought_once(scene)
    assert asked(scene)["Service"] == {"Code": "01"}, "Ground arrives on the 4th, as 2nd Day does"
    quote = scene.snapshot().quote
    assert quote
    assert str(quote.arrival) == "2026-11-03"


def test_s29_with_time_enough_the_cheapest_by_date_is_the_cheapest() -> None:
    scene = Scene(**choosing("cheapest_by_date", "03", "02", "01"))
    scene.through(needed="20261120")
    assert bought_once(scene)
    assert asked(scene)["Service"] == {"Code": "03"}


def test_s29_what_is_not_sold_there_is_no_choice() -> None:
    scene = Scene(**choosing("cheapest", "11", "02"))
    scene.through()
    assert bought_once(scene)
    assert asked(scene)["Service"] == {"Code": "02"}


# --- extra services and values -----------------------------------------------------------------------------------


def test_extra_services_are_bought_where_they_are_mapped_and_priced_before() -> None:
    scene = Scene(services={"UPS": "01"}, accessorials={"UPS": "saturday"})
    scene.clock.at = datetime(2026, 11, 6, 15, tzinfo=UTC)  # a Friday
    scene.through()
    assert bought_once(scene)
    assert asked(scene)["ShipmentServiceOptions"] == {"SaturdayDeliveryIndicator": ""}
    assert asked(scene, "rate")["ShipmentServiceOptions"] == {"SaturdayDeliveryIndicator": ""}
    assert scene.head().cost == scene.head().quote


def test_a_declared_value_is_what_the_erp_s_lines_cost() -> None:
    scene = Scene(accessorials={"UPS": "declared_value"})
    scene.through(lines=[Line("VALVE-1", 2, amount="80.50"), Line("VALVE-1", 1, amount="40")])
    assert bought_once(scene)
    (package,) = asked(scene)["Package"] if isinstance(asked(scene)["Package"], list) else [asked(scene)["Package"]]
    declared = {"CurrencyCode": "USD", "MonetaryValue": "120.50"}
    assert package["PackageServiceOptions"] == {"DeclaredValue": declared}


def test_s17_puerto_rico_goes_with_the_goods_value_and_a_contact_of_the_file_s_location() -> None:
    scene = Scene(locations={**FILE["locations"], "HQ": {**FILE["locations"]["HQ"], "attention": "Kim"}, "W01": W01})
    scene.tenant.warehouses["W01"] |= {
        "ADR1": "1 Calle Sol", "TOWN": "San Juan", "ECAR": "PR", "PONO": "00901", "CSCD": "PR", "PHNO": "787-555-0100",
    }  # fmt: skip
    scene.through(lines=[Line("VALVE-1", 2, amount="80.50")])
    assert bought_once(scene), scene.snapshot().problem
    assert asked(scene)["InvoiceLineTotal"] == {"CurrencyCode": "USD", "MonetaryValue": "80.50"}
    assert asked(scene)["ShipTo"]["AttentionName"] == "Receiving"
    assert "ship_to.attention is that of location W01" in scene.snapshot().notes


# --- packing -------------------------------------------------------------------------------------------------


def test_s15_a_carton_a_unit_is_bought_with_the_item_s_own_size() -> None:
    scene = Scene(packing={"rule": "item_carton"})
    add_item(scene.tenant, "PUMP-3", "Pump", weight="3", size=("20", "10.5", "5"))
    scene.through(lines=[Line("PUMP-3", 2)])
    assert bought_once(scene)
    assert [
        [package["Dimensions"][side] for side in ("Length", "Width", "Height")] for package in asked(scene)["Package"]
    ] == [["8", "5", "2"]] * 2


# --- before any call -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "order",
    [
        {"to": replace(CUSTOMER, name="x" * 36)},
        {"to": place("Acme", ["Aaaaaaaaaaaaaaaaaaaa Bbbbbbbbbbbbbbb"] * 4, "Albany", "NY", "12207")},
        {"to": place("Acme", "PO Box 7", "Albany", "NY", "12207")},
        {"freight_terms": "EXW"},
    ],
)
def test_s17_what_can_be_seen_in_the_order_is_held_without_asking_the_carrier(order: dict[str, Any]) -> None:
    scene = Scene()
    scene.through(**order)
    assert scene.stands().startswith("HELD ")
    assert scene.ups.recorded == []


def test_s24_no_cost_is_written_back_when_another_account_pays() -> None:
    rule = {"supplier": "V100", "bill": "third_party", "account": "T1T2T3", "postcode": "10001", "country": "US"}
    scene = Scene(billing={"rules": [rule]})
    scene.through()
    assert bought_once(scene)
    assert scene.live()[0].payer == "BillThirdParty:T1T2T3"
    assert not Decimal(scene.in_erp().get("N096", "").strip() or 0)
