"""The bench's inputs are what UPS takes and sends: requests the judge accepts, answers of real size and manners."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks import our_side, samples
from sandbox.judging import judges
from shared.carriers.ups import build
from shared.domain.shipment import ShipmentPlan
from shared.http import Request
from tests.samples.ups.requests import post


@pytest.fixture(scope="module")
def judge(contracts: Path) -> Any:
    return judges(contracts)["ups"]


def plan_of(operation: str) -> ShipmentPlan:
    return our_side.plan_of(samples.shipment(operation))


def request_of(operation: str) -> Request:
    shipment, plan = samples.shipment(operation), plan_of(operation)
    if operation == "build_rate":
        return post(build.rate_path(shipment["services"]), build.rate(plan, shipment["services"]))
    return post(build.SHIP, build.ship(plan, shipment["reference"]))


@pytest.mark.parametrize("operation", samples.BUILDS)
def test_the_judge_accepts_what_is_built_of_the_inputs(judge: Any, operation: str) -> None:
    request = request_of(operation)
    assert judge.check(request.method, request.url, dict(request.headers), request.body) == []


def test_the_shipments_have_one_package_and_ten_and_three_different_parties() -> None:
    assert [len(plan_of(operation).packages) for operation in samples.BUILDS] == [1, 10, 1]
    plan = plan_of("build_ship_1")
    assert len({plan.shipper, plan.ship_from, plan.ship_to}) == 3


def test_the_rate_answer_has_25_kilobytes_five_services_and_both_kinds_of_charges() -> None:
    body = samples.answer("parse_rate")
    rated = json.loads(body)["RateResponse"]["RatedShipment"]
    assert 24_000 < len(body) < 28_000
    assert len(rated) == len(samples.shipment("build_rate")["services"]) == 5
    assert all(each["TotalCharges"] and each["NegotiatedRateCharges"]["TotalCharge"] for each in rated)


def test_the_tracking_answer_has_twenty_events_with_date_and_time_in_two_zones() -> None:
    (shipment,) = json.loads(samples.answer("parse_track"))["trackResponse"]["shipment"]
    activities = shipment["package"][0]["activity"]
    assert len(activities) == 20
    assert all(each["date"] and each["time"] and each["gmtDate"] and each["gmtTime"] for each in activities)
    assert len({each["gmtOffset"] for each in activities}) == 2


def members(value: Any) -> list[Any]:
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [value, *(each for member in inside for each in members(member))]


@pytest.mark.parametrize("operation", samples.READS)
def test_the_answers_have_blanks_for_what_is_absent(operation: str) -> None:
    assert "" in members(json.loads(samples.answer(operation)))


def test_the_answers_have_lone_elements_as_objects() -> None:
    results = json.loads(samples.answer("parse_ship_zpl"))["ShipmentResponse"]["ShipmentResults"]
    first = json.loads(samples.answer("parse_rate"))["RateResponse"]["RatedShipment"][0]
    assert isinstance(results["PackageResults"], dict)
    assert isinstance(first["RatedShipmentAlert"], dict)
