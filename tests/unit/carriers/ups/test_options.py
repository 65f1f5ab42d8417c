"""Extra services and the goods' value: each where the lane has its place, and absent unless the plan asks for it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from shared.carriers.ups import build
from shared.domain.money import Money
from shared.domain.shipment import Accessorial, ShipmentPlan
from shared.errors import Refused
from tests.samples.ups.plans import PUERTO_RICO, REFERENCE, SWEDEN, TORONTO, USD_120, a_plan, every_plan


def shipment(plan: ShipmentPlan) -> dict[str, Any]:
    built: dict[str, Any] = build.ship(plan, REFERENCE)["ShipmentRequest"]["Shipment"]
    return built


def rated(plan: ShipmentPlan) -> dict[str, Any]:
    built: dict[str, Any] = build.rate(plan, [plan.service])["RateRequest"]["Shipment"]
    return built


def test_saturday_signature_and_declared_value_are_absent_unless_the_plan_asks_for_them() -> None:
    for name, plan in every_plan().items():
        plain = replace(plan, accessorials=())
        for built in (shipment(plain), rated(plain)):
            assert built.get("ShipmentServiceOptions", {}).keys() <= {"InternationalForms", "EUDeMinimisIndicator"}, (
                name
            )
            assert all("PackageServiceOptions" not in package for package in built["Package"]), name


def test_a_saturday_is_an_indicator_of_the_shipment_when_it_is_rated_and_when_it_is_bought() -> None:
    plan = a_plan(service="01", accessorials=("saturday",))
    for built in (shipment(plan), rated(plan)):
        assert built["ShipmentServiceOptions"] == {"SaturdayDeliveryIndicator": ""}


@pytest.mark.parametrize(("asked", "package", "whole"), [("signature", "2", "1"), ("adult_signature", "3", "2")])
def test_a_signature_stands_on_the_package_at_home_and_on_the_shipment_abroad(
    asked: Accessorial, package: str, whole: str
) -> None:
    for to in (PUERTO_RICO, a_plan().ship_to):
        home = a_plan(ship_to=to, accessorials=(asked,), value=USD_120)
        for built in (shipment(home), rated(home)):
            assert built["Package"][0]["PackageServiceOptions"] == {"DeliveryConfirmation": {"DCISType": package}}
            assert "ShipmentServiceOptions" not in built
    for to in (SWEDEN, TORONTO):
        abroad = a_plan(ship_to=to, service="65", accessorials=(asked,), value=USD_120)
        for built in (shipment(abroad), rated(abroad)):
            assert built["ShipmentServiceOptions"] == {"DeliveryConfirmation": {"DCISType": whole}}
            assert "PackageServiceOptions" not in built["Package"][0]


def test_a_declared_value_stands_on_each_package_in_its_currency() -> None:
    packages = tuple(replace(a_plan().packages[0], value=Money(Decimal(each), "USD")) for each in ("80", "0.5"))
    plan = a_plan(packages=packages, accessorials=("declared_value",))
    for built in (shipment(plan), rated(plan)):
        declared = [each["PackageServiceOptions"]["DeclaredValue"] for each in built["Package"]]
        assert declared == [{"CurrencyCode": "USD", "MonetaryValue": value} for value in ("80.00", "0.50")]


def test_a_package_that_is_to_be_declared_and_has_no_value_is_refused() -> None:
    with pytest.raises(Refused, match="no value") as refused:
        shipment(a_plan(accessorials=("declared_value",)))
    assert refused.value.field == "packages.value"


def test_what_the_goods_are_worth_is_told_from_the_us_to_puerto_rico_and_canada_and_nowhere_else() -> None:
    for to, service in ((PUERTO_RICO, "03"), (TORONTO, "11")):
        plan = a_plan(ship_to=to, service=service, value=USD_120)
        for built in (shipment(plan), rated(plan)):
            assert built["InvoiceLineTotal"] == {"CurrencyCode": "USD", "MonetaryValue": "120.00"}
    for plan in (a_plan(value=USD_120), a_plan(ship_to=SWEDEN, service="65", value=USD_120)):
        assert "InvoiceLineTotal" not in shipment(plan)


@pytest.mark.parametrize("amount", ["0.99", "100000000"])
def test_a_value_outside_of_ups_s_bounds_is_refused(amount: str) -> None:
    with pytest.raises(Refused) as refused:
        shipment(a_plan(ship_to=PUERTO_RICO, value=Money(Decimal(amount), "USD")))
    assert (refused.value.reason, refused.value.field) == ("international", "value")


def test_the_ship_date_is_told_when_it_is_rated_and_when_it_is_bought() -> None:
    dated = every_plan()["dated"]
    assert shipment(dated)["ShipmentDate"] == "20261104"
    assert rated(dated)["DeliveryTimeInformation"]["Pickup"] == {"Date": "20261104"}
    assert "ShipmentDate" not in shipment(a_plan())
