"""The adapter's requests to ShipStation, held against the contract that others wrote: V2 and V1."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from sandbox.judging import judge_named
from shared.domain.address import Address, Party
from shared.domain.measures import Dimensions, Weight
from shared.domain.money import Money
from shared.domain.shipment import Billing, LabelSpec, Package
from shared.errors import ParcelbridgeError, Refused
from shared.http import Request
from shared.ports import PushTarget
from tests.samples.shipstation import answers
from tests.samples.shipstation.answers import CARRIERS, LABEL, NUMBER, OTHER_NUMBER, PENDING, a_label, errors, listed
from tests.samples.shipstation.wire import REFERENCE, Script, a_plan, file, legacy, said, scripted
from tests.samples.ups.plans import lb

SINCE = datetime(2026, 11, 1, tzinfo=UTC)
TARGET = PushTarget("https://hooks.example/w/1", "a-credential")
EVERYTHING = {
    "ship_date": date(2026, 11, 3),
    "accessorials": ("declared_value", "saturday", "signature"),
    "packages": (Package(lb("1.005"), Dimensions(*map(Decimal, "321"), "mm"), value=Money(Decimal("1.5"), "USD")),),
    "billing": Billing("third_party", "D4E5F6", "10001", "US"),
    "label": LabelSpec("ZPL", "4x6"),
}
STANDING = [{"webhook_id": "se-7", "event": "track_event_v2", "url": TARGET.url}]
V1_HOOKS = [{"WebHookID": 7, "HookType": "SHIP_NOTIFY", "Url": f"{TARGET.url}?credential=former"}]
V2: dict[str, Callable[[], tuple[Any, Script]]] = {
    "rate": lambda: asked(scripted(said(answers.rates())), lambda it: it.rate(a_plan(), ["ups_ground"])),
    "create": lambda: asked(scripted(said(a_label())), lambda it: it.create(a_plan(), REFERENCE)),
    "create with everything": lambda: asked(
        scripted(said(a_label())), lambda it: it.create(a_plan(**EVERYTHING), REFERENCE)
    ),
    "send an order": lambda: asked(
        scripted(said(errors("not_found"), 404), said({"has_errors": False, "shipments": [{"shipment_id": "se-1"}]})),
        lambda it: it.send_order(a_plan(), REFERENCE),
    ),
    "find": lambda: asked(
        scripted(said(listed(a_label())), said(answers.tracking())), lambda it: it.find(REFERENCE, a_plan(), SINCE)
    ),
    "labels": lambda: asked(scripted(said(a_label()), file(b"%PDF-1")), lambda it: it.labels(LABEL, a_plan())),
    "void": lambda: asked(scripted(said({"approved": True})), lambda it: it.void(LABEL)),
    "track": lambda: asked(scripted(said(listed(a_label())), said(answers.tracking())), lambda it: it.track(NUMBER)),
    "track a second package": lambda: asked(
        scripted(said(listed(a_label(NUMBER, OTHER_NUMBER))), said(answers.tracking())),
        lambda it: it.track(OTHER_NUMBER),
    ),
    "subscribe": lambda: asked(scripted(said([]), said({})), lambda it: it.subscribe([NUMBER], TARGET)),
    "subscribe anew": lambda: asked(scripted(said(STANDING), said({})), lambda it: it.subscribe([NUMBER], TARGET)),
    "follow": lambda: asked(scripted(said(listed(a_label()))), lambda it: it.follow("/v2/labels?batch_id=se-7")),
    "ping": lambda: asked(
        scripted(said(CARRIERS), said(listed()), said(PENDING), said([]), push="v2"), lambda it: it.ping()
    ),
}
BEFORE = (said(answers.WAREHOUSES), said(answers.an_order()), said(answers.V1_LABEL))
V1: dict[str, Callable[[], tuple[Any, Script]]] = {
    "rate": lambda: asked(legacy(said([])), lambda it: it.rate(a_plan(), ["ups_ground"])),
    "create": lambda: asked(legacy(*BEFORE), lambda it: it.create(a_plan(), REFERENCE)),
    "send an order": lambda: asked(legacy(*BEFORE[:2]), lambda it: it.send_order(a_plan(), REFERENCE)),
    "create with everything": lambda: asked(
        legacy(*BEFORE), lambda it: it.create(a_plan(**{**EVERYTHING, "label": LabelSpec("PDF", "4x6")}), REFERENCE)
    ),
    "find": lambda: asked(legacy(said(answers.shipments())), lambda it: it.find(REFERENCE, a_plan(), SINCE)),
    "void": lambda: asked(legacy(said({"approved": True})), lambda it: it.void("72513480")),
    "track": lambda: asked(legacy(said(answers.shipments())), lambda it: it.track(NUMBER)),
    "subscribe": lambda: asked(
        legacy(said({"webhooks": V1_HOOKS}), said({"id": 8}), said(None, 200)),
        lambda it: it.subscribe([NUMBER], TARGET),
    ),
    "follow": lambda: asked(legacy(said(answers.shipments())), lambda it: it.follow("/shipments?batchId=7")),
    "ping": lambda: asked(
        legacy(said([{"code": "ups", "name": "UPS"}]), said([]), said(answers.shipments())), lambda it: it.ping()
    ),
}


def asked(opened: tuple[Any, Script], ask: Callable[[Any], object]) -> tuple[Any, Script]:
    ask(opened[0])
    return opened


@pytest.fixture(scope="module")
def judge(contracts: Path) -> Any:
    return judge_named(contracts, "shipstation")


def problems(judge: Any, request: Request) -> list[str]:
    found: list[str] = judge.check(request.method, request.url, dict(request.headers), request.body)
    return found


@pytest.mark.parametrize("name", V2)
def test_the_judge_accepts_every_request_to_v2(judge: Any, name: str) -> None:
    sent = V2[name]()[1].sent
    assert sent
    assert [(each.line, problem) for each in sent for problem in problems(judge, each.request)] == []


@pytest.mark.parametrize("name", V1)
def test_the_judge_accepts_every_request_to_v1(judge: Any, name: str) -> None:
    sent = V1[name]()[1].sent
    assert sent
    assert [(each.line, problem) for each in sent for problem in problems(judge, each.request)] == []


def test_the_judge_refuses_what_is_wrong(judge: Any) -> None:
    request = V2["create"]()[1].sent[0].request
    assert problems(judge, Request(request.method, request.url, request.headers, b'{"shipment": {}}'))
    assert problems(judge, Request("POST", request.url, {}, request.body))


def refusal_of(check: Callable[[], object]) -> Refused | None:
    try:
        check()
    except Refused as refused:
        return refused
    return None


WORDS = st.text(max_size=30) | st.text("abc ü漢\r\n", min_size=1, max_size=130)
PLACES = st.builds(
    Address,
    lines=st.lists(WORDS, min_size=1, max_size=4).map(tuple),
    city=WORDS,
    state=st.sampled_from(["NY", "", "Nordrhein-Westfalen"]),
    postcode=st.sampled_from(["12207", "", "12207-1234", "M5V 3L9"]),
    country=st.sampled_from(["US", "us", "PR"]),
)
PARTIES = st.builds(Party, name=WORDS, address=PLACES, attention=WORDS, phone=st.sampled_from(["5185550100", ""]))
WEIGHTS = st.builds(
    Weight, st.decimals("-1", "5000", allow_nan=False, places=4), st.sampled_from(["lb", "kg", "oz", "g"])
)


@given(ship_to=PARTIES, ship_from=PARTIES, weight=WEIGHTS, number=WORDS)
@hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_s17_what_is_not_refused_with_its_field_is_accepted_by_the_judge(
    judge: Any, ship_to: Party, ship_from: Party, weight: Weight, number: str
) -> None:
    plan = a_plan(ship_to=ship_to, ship_from=ship_from, packages=(Package(weight),), erp_reference=number)
    carrier, script = scripted(said(a_label()))
    refused = refusal_of(lambda: carrier.check_plan(plan))
    if refused:
        assert refused.field
        assert refused.reason
        return
    with suppress(ParcelbridgeError):
        carrier.create(plan, REFERENCE)
    assert problems(judge, script.sent[0].request) == []
