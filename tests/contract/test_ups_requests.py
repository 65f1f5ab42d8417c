"""The adapter's requests and the sandbox's strictness, held against the official documents of UPS."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from sandbox.carriers.ups import UpsEngine
from sandbox.judging import judges
from sandbox.memory import ManualClock
from shared.carriers.ups import build, inquiries
from shared.domain.shipment import Package, ShipmentPlan
from shared.errors import Refused
from shared.http import Request
from tests.samples.ups.plans import ACCOUNTS, REFERENCE, WAREHOUSE, a_plan, at, lb
from tests.samples.ups.requests import (
    address_request,
    every_request,
    rate_request,
    ship_request,
    spoiled,
    token_request,
)


@pytest.fixture(scope="module")
def judge(contracts: Path) -> Any:
    return judges(contracts)["ups"]


def problems(judge: Any, request: Request) -> list[str]:
    found: list[str] = judge.check(request.method, request.url, dict(request.headers), request.body)
    return found


@pytest.mark.parametrize("name", every_request())
def test_the_judge_accepts_every_request_that_is_built(judge: Any, name: str) -> None:
    assert problems(judge, every_request()[name]) == []


def an_engine() -> tuple[UpsEngine, str]:
    """An engine and a token that it has given out."""
    engine = UpsEngine(ManualClock().now, accounts=ACCOUNTS)
    return engine, engine.handle(token_request()).json()["access_token"]


@pytest.mark.parametrize("name", every_request())
def test_the_sandbox_accepts_every_request_that_is_built(name: str) -> None:
    engine, token = an_engine()
    answer = engine.handle(every_request(token)[name])
    # A void and a recovery of what is not there are refused for that reason alone.
    assert answer.status == 200 or answer.json()["response"]["errors"][0]["code"] in {"190102", "300007"}


BODILESS = ("token", "void", "track", "track_by_reference")
CHEAP = ("token", "address", "void", "track", "track_by_reference", "recovery_ZPL", "recovery_number")
WIDE = ("rate_two_packages", "rate_bill_third_party", "rate_dated", "ship_inbound", "ship_zpl", "ship_across_a_border")
PAYERS = ("ship_bill_receiver", "ship_bill_third_party")


def every_spoiled(names: tuple[str, ...], token: str) -> Iterator[tuple[str, Request]]:
    requests = every_request(token)
    for name in names:
        for what, request in spoiled(requests[name]):
            yield f"{name}: {what}", request


@pytest.mark.parametrize("name", [*CHEAP, *WIDE, *PAYERS])
def test_what_the_judge_refuses_the_sandbox_refuses(judge: Any, name: str) -> None:
    engine, token = an_engine()
    refused = 0
    for what, request in every_spoiled((name,), token):
        found = problems(judge, request)
        if found:
            refused += 1
            assert engine.handle(request).status >= 400, f"{what}: {found}"
    assert refused > (5 if name in BODILESS else 60)


def test_the_sandbox_refuses_with_ups_own_envelope(judge: Any) -> None:
    engine, token = an_engine()
    for what, request in every_spoiled(("address", "ship_inbound"), token):
        answer = engine.handle(request)
        if answer.status >= 400:
            (error,) = answer.json()["response"]["errors"]
            assert isinstance(error["code"], str), what
            assert error["message"], what
            assert answer.headers["apierrorcode"] == error["code"], what


def built_or_refused(build_it: Callable[[ShipmentPlan], Request], plan: ShipmentPlan) -> Request | Refused:
    try:
        return build_it(plan)
    except Refused as refusal:
        return refusal


word = st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=40)


@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    lines=st.lists(word, max_size=4),
    city=word,
    postcode=st.from_regex(r"\A\d{5}(-?\d{4})?\Z"),
    weight=st.decimals("0.001", "200000", allow_nan=False),
    number=word,
)
def test_whatever_an_erp_holds_is_refused_by_name_or_accepted_by_the_judge(
    judge: Any, lines: list[str], city: str, postcode: str, weight: Any, number: str
) -> None:
    plan = a_plan(
        ship_to=at(WAREHOUSE, lines=tuple(lines), city=city, postcode=postcode),
        packages=(Package(lb(str(weight))),),
        erp_reference=number,
        description=city,
    )
    for built in (ship_request, lambda plan: rate_request(plan, ["03"]), lambda plan: address_request(plan.ship_to)):
        outcome = built_or_refused(built, plan)
        assert outcome.field if isinstance(outcome, Refused) else problems(judge, outcome) == []


def test_the_reference_of_a_create_is_the_one_that_is_looked_for() -> None:
    body = build.ship(a_plan(), REFERENCE)["ShipmentRequest"]["Shipment"]["Package"][0]["ReferenceNumber"][0]
    asked = inquiries.recovery_by_reference(REFERENCE, "A1B2C3", a_plan().label)["LabelRecoveryRequest"]
    assert asked["ReferenceValues"]["ReferenceNumber"] == body
