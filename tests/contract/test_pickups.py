"""One suite for pickups in memory and on DynamoDB; requests held against UPS's document and against the sandbox."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sandbox.carriers.ups import UpsEngine
from sandbox.judging import judges
from sandbox.memory import ManualClock
from shared.carriers.ups import pickups as ups
from shared.domain.measures import Weight
from shared.domain.pickup import Pickup, PickupOrder, PickupState, Pieces
from shared.http import Request
from shared.ports import Pickups
from tests.builders import NOW, SUPPLIER, usd
from tests.samples.ups.requests import bare, post, token_request

DAY = date(2026, 11, 2)
LB = Weight(Decimal(15), "lb")
PIECES = (Pieces("03", "US", 3), Pieces("11", "CA", 1))
ORDER = PickupOrder(SUPPLIER, DAY, time(13), time(17), PIECES, LB, LB, "0A1B2C3D-X-1")


def a_pickup(**changes: Any) -> Pickup:
    facts: dict[str, Any] = {"state": PickupState.ASKED, "version": 1, "token": "t1", "busy_until": NOW, "at": NOW}
    pickup = Pickup("ups/A1B2C3", "acme", "V100", ORDER, by="ann", **facts)
    return replace(pickup, **changes)


def test_a_pickup_is_written_over_the_version_before_it(pickups: Pickups) -> None:
    asked = a_pickup()
    assert pickups.get(asked.account, asked.key) is None
    assert pickups.save(asked)
    assert pickups.save(asked)
    assert not pickups.save(a_pickup(token="t2"))
    made = a_pickup(version=2, state=PickupState.MADE, number="29290ABCDEF", cost=usd("14.70"), token="t3")
    assert pickups.save(made)
    assert not pickups.save(replace(made, token="t4"))
    assert pickups.get(asked.account, asked.key) == made


def test_pickups_of_an_account_are_listed_from_a_day_on(pickups: Pickups) -> None:
    days = [a_pickup(order=replace(ORDER, day=date(2026, 11, number))) for number in (3, 1, 2)]
    for each in (*days, a_pickup(account="ups/OTHER1")):
        assert pickups.save(each)
    assert pickups.since("ups/A1B2C3", date(2026, 11, 2)) == [days[2], days[0]]


REQUESTS = {
    "create": lambda token: post(ups.CREATE, ups.create(ORDER, "A1B2C3"), token),
    "rate": lambda token: post(ups.ONCALL, ups.rate(ORDER, "A1B2C3"), token),
    "pending": lambda token: with_header(bare("GET", ups.ONCALL, token), "AccountNumber", "A1B2C3"),
    "cancel": lambda token: with_header(bare("DELETE", ups.CANCEL, token), "Prn", "29290ABCDEF"),
}


def with_header(request: Request, name: str, value: str) -> Request:
    return replace(request, headers={**request.headers, name: value})


@pytest.mark.parametrize("name", REQUESTS)
def test_the_judge_accepts_every_request_for_a_pickup(contracts: Path, name: str) -> None:
    request = REQUESTS[name]("t1")
    assert judges(contracts)["ups"].check(request.method, request.url, dict(request.headers), request.body) == []


def an_engine() -> tuple[UpsEngine, str]:
    engine = UpsEngine(ManualClock(NOW).now)
    return engine, engine.handle(token_request()).json()["access_token"]


@pytest.mark.parametrize("name", ["create", "rate", "pending"])
def test_the_sandbox_accepts_it_too(name: str) -> None:
    engine, token = an_engine()
    assert engine.handle(REQUESTS[name](token)).status == 200


def test_the_same_number_comes_back_while_a_pickup_exists() -> None:
    engine, token = an_engine()
    numbers = [engine.handle(REQUESTS["create"](token)).json()["PickupCreationResponse"]["PRN"] for _ in range(2)]
    assert (len(set(numbers)), len(numbers[0])) == (1, 11)


SPOILED: dict[str, tuple[str, ...]] = {
    "a service of labels": ("PickupPiece", "0", "ServiceCode", "03"),
    "no pieces": ("PickupPiece", "0", "Quantity", "0"),
    "a long name": ("PickupAddress", "CompanyName", "x" * 28),
    "a long contact": ("PickupAddress", "ContactName", "x" * 23),
    "a closed day": ("PickupDateInfo", "CloseTime", "1200"),
    "a day that was": ("PickupDateInfo", "PickupDate", "20261031"),
}


@pytest.mark.parametrize("name", SPOILED)
def test_the_sandbox_refuses_what_the_facts_do_not_allow(name: str) -> None:
    engine, token = an_engine()
    body: Any = ups.create(ORDER, "A1B2C3")
    at: Any = body["PickupCreationRequest"]
    *path, field, value = SPOILED[name]
    for part in path:
        at = at[int(part)] if part.isdigit() else at[part]
    at[field] = value
    assert engine.handle(post(ups.CREATE, body, token)).status == 400
    assert engine.pickups.book == []


def test_a_cancel_needs_the_number_of_a_pickup_that_exists() -> None:
    engine, token = an_engine()
    assert engine.handle(bare("DELETE", ups.CANCEL, token)).status == 400
    assert engine.handle(REQUESTS["cancel"](token)).status == 400


def test_a_heavy_parcel_is_told_and_further_lines_of_the_address_are_a_note() -> None:
    heavy = replace(ORDER, heaviest=Weight(Decimal("70.1"), "lb"))
    assert ups.create(ORDER, "A1B2C3")["PickupCreationRequest"]["OverweightIndicator"] == "N"
    assert ups.create(heavy, "A1B2C3")["PickupCreationRequest"]["OverweightIndicator"] == "Y"
    address = replace(SUPPLIER.address, lines=("77 Mill Rd", "Dock 4"))
    body = ups.create(replace(ORDER, place=replace(SUPPLIER, address=address)), "A1B2C3")["PickupCreationRequest"]
    assert (body["PickupAddress"]["AddressLine"], body["SpecialInstruction"]) == (["77 Mill Rd"], "Dock 4")
    assert json.dumps(body)
