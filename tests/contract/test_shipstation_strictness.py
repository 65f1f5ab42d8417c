"""The emulated ShipStation is never kinder than the vendor's documents: what their judge refuses, it refuses too."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from sandbox.judging import judge_named
from shared.http import Request
from tests.unit.sandbox.carriers.shipstation_account import V1, V2, Account, a_shipment, pounds

BASIC = base64.b64encode(b"sandbox-v1-key:sandbox-v1-secret").decode()
PACKAGE = {
    **pounds(5),
    "dimensions": {"unit": "inch", "length": 10, "width": 8, "height": 6.5},
    "insured_value": {"currency": "usd", "amount": 100},
    "label_messages": {"reference1": "PB1", "reference2": "4000001", "reference3": None},
}
SHIPMENT = a_shipment(
    packages=[PACKAGE],
    confirmation="signature",
    items=[{"sku": "VALVE-1", "name": "Gate valve", "quantity": 2}],
    advanced_options={"custom_field1": "4000001", "saturday_delivery": False},
)
ADDRESS = {"name": "Acme", "street1": "1 A St", "city": "Albany", "state": "NY", "postalCode": "12207", "country": "US"}
ORDER = {
    "orderNumber": "4000001",
    "orderKey": "PB1",
    "orderDate": "2026-11-02T06:00:00.0000000",
    "orderStatus": "awaiting_shipment",
    "billTo": {"name": "Acme"},
    "shipTo": ADDRESS,
    "items": [{"sku": "VALVE-1", "quantity": 2}],
    "weight": {"value": 12.5, "units": "pounds"},
}
GOOD: list[tuple[str, str, Any]] = [
    ("POST", "/v2/labels", {"shipment": SHIPMENT, "label_format": "zpl", "label_layout": "4x6"}),
    ("POST", "/v2/rates", {"shipment": SHIPMENT, "rate_options": {"carrier_ids": ["se-101"]}}),
    ("POST", "/v2/shipments", {"shipments": [SHIPMENT]}),
    ("POST", "/v2/suppliers", {"supplier_name": "Acme", "address_line_1": "2 Dock Rd", "country_code": "US"}),
    ("POST", "/v2/environment/webhooks", {"event": "label_created_v2", "url": "https://hooks.example/s"}),
    ("GET", "/v2/labels?external_shipment_id=A&created_at_start=2026-03-01T00:00:00Z&page=2", None),
    ("GET", "/v2/shipments?modified_at_start=2026-03-01T00:00:00Z&sort_by=modified_at&sort_dir=asc", None),
    ("GET", "/v2/purchase_orders?reference_number=4500018&page_size=100", None),
    ("GET", "/v2/carriers", None),
    ("POST", "/orders/createorder", ORDER),
    ("POST", "/webhooks/subscribe", {"target_url": "https://hooks.example/s", "event": "SHIP_NOTIFY"}),
    ("GET", "/orders?modifyDateStart=2026-03-08%2001:30:00&sortBy=ModifyDate&page=1&pageSize=500", None),
    ("GET", "/shipments?orderNumber=4000001&includeShipmentItems=True", None),
]


@pytest.fixture(scope="module")
def judge(contracts: Path) -> Any:
    return judge_named(contracts, "shipstation")


def request_of(method: str, path: str, body: Any) -> Request:
    v2 = path.startswith("/v2/")
    headers = {"API-Key": "sandbox-v2-key"} if v2 else {"Authorization": f"Basic {BASIC}"}
    headers["Content-Type"] = "application/json"
    return Request(method, (V2 if v2 else V1) + path, headers, b"" if body is None else json.dumps(body).encode())


def problems(judge: Any, request: Request) -> list[str]:
    found: list[str] = judge.check(request.method, request.url, dict(request.headers), request.body)
    return found


def spoilt(body: Any) -> Iterator[Any]:
    """The body with each member in turn left out, null, and of another type."""
    for path in list(places(body)):
        for way in ("out", None, "text", 7, True, [], {}):
            copy = deepcopy(body)
            holder = copy
            for step in path[:-1]:
                holder = holder[step]
            if way == "out":
                del holder[path[-1]]
            elif type(way) is type(holder[path[-1]]):
                continue
            else:
                holder[path[-1]] = way
            yield copy


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in pairs:
        yield (*path, name)
        yield from places(inner, (*path, name))


@pytest.mark.parametrize(("method", "path", "body"), GOOD, ids=[f"{m} {p}" for m, p, _ in GOOD])
def test_a_good_request_is_taken_by_both(judge: Any, method: str, path: str, body: Any) -> None:
    request = request_of(method, path, body)
    assert problems(judge, request) == []
    answer = Account().engine.handle(request)
    assert answer.status == 200, answer.body


@pytest.mark.parametrize(
    ("method", "path", "body"), [each for each in GOOD if each[2]], ids=lambda each: str(each)[:30]
)
def test_no_body_that_the_judge_refuses_is_taken(judge: Any, method: str, path: str, body: Any) -> None:
    kind = []
    for each in spoilt(body):
        request = request_of(method, path, each)
        if problems(judge, request) and Account().engine.handle(request).status < 400:
            kind.append(each)
    assert kind == []


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v2/labels?modified_at_start=2026-03-01T00:00:00Z"),
        ("GET", "/v2/fulfillments?created_at_start=2026-03-01T00:00:00Z"),
        ("GET", "/v2/purchase_orders?modified_at_start=2026-03-01T00:00:00Z"),
        ("GET", "/v2/environment/webhooks?page=1"),
        ("GET", "/v2/shipmentz"),
        ("GET", "/shipments?modifyDateStart=2026-03-08%2001:30:00"),
        ("GET", "/orders?page_size=500"),
        ("GET", "/fulfillments?includeShipmentItems=True"),
    ],
)
def test_no_address_that_the_judge_refuses_is_taken(judge: Any, method: str, path: str) -> None:
    request = request_of(method, path, None)
    assert problems(judge, request)
    assert Account().engine.handle(request).status in {400, 404}
