"""Every kind of request that the adapter sends, as it leaves, and ways to spoil one."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from shared.carriers.ups import build, inquiries
from shared.domain.address import Party
from shared.domain.shipment import LabelSpec, ShipmentPlan
from shared.http import Request
from tests.samples.ups.plans import REFERENCE, WAREHOUSE, a_plan, at, every_plan
from tests.samples.ups.wire import settings

HOST = "https://wwwcie.ups.com"
HEADERS = {"Authorization": "Bearer t1", "transId": "0" * 32, "transactionSrc": "parcelbridge"}
NUMBER, SECOND = "1ZA1B2C30300000018", "1ZA1B2C30300000026"
SINCE, UNTIL = date(2026, 11, 2), date(2026, 11, 2)


def post(path: str, body: object, token: str = "t1") -> Request:
    headers = {**HEADERS, "Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    return Request("POST", HOST + path, headers, json.dumps(body).encode())


def bare(method: str, path: str, token: str = "t1") -> Request:
    return Request(method, HOST + path, {**HEADERS, "Authorization": f"Bearer {token}"})


def token_request() -> Request:
    headers = {
        "Authorization": "Basic c2FuZGJveC1jbGllbnQ6c2FuZGJveC1zZWNyZXQ=",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    return Request("POST", HOST + build.TOKEN, headers, build.TOKEN_FORM)


def address_request(party: Party, token: str = "t1") -> Request:
    return post(build.ADDRESS_VALIDATION, build.address_validation(party), token)


def rate_request(plan: ShipmentPlan, services: list[str], token: str = "t1", *, times: bool = True) -> Request:
    return post(build.rate_path(services, times=times), build.rate(plan, services, times=times), token)


def ship_request(plan: ShipmentPlan, token: str = "t1", reference: str = REFERENCE) -> Request:
    return post(build.ship_path(plan), build.ship(plan, reference), token)


def recovery_request(body: object, token: str = "t1") -> Request:
    return post(inquiries.recovery_path(settings()), body, token)


def every_request(token: str = "t1") -> dict[str, Request]:
    """By name: each operation, and for rate and ship each plan."""
    found = {
        "token": token_request(),
        "address": address_request(WAREHOUSE, token),
        "address_zip4": address_request(at(WAREHOUSE, postcode="12207-1234"), token),
        "void": bare("DELETE", inquiries.void_path(NUMBER), token),
        "void_package": bare("DELETE", inquiries.void_path(NUMBER, [NUMBER]), token),
        "void_packages": bare("DELETE", inquiries.void_path(NUMBER, [NUMBER, SECOND]), token),
        "track": bare("GET", inquiries.track_path(NUMBER), token),
        "track_by_reference": bare(
            "GET", inquiries.track_by_reference_path(REFERENCE, "A1B2C3", settings(), SINCE, UNTIL), token
        ),
    }
    for form in ("GIF", "ZPL", "EPL", "SPL", "PDF"):
        label = LabelSpec(form, "4x6")  # type: ignore[arg-type]
        found[f"recovery_{form}"] = recovery_request(inquiries.recovery_by_reference(REFERENCE, "A1B2C3", label), token)
    found["recovery_number"] = recovery_request(inquiries.recovery_by_number(NUMBER, LabelSpec("GIF", "4x6")), token)
    for name, plan in every_plan().items():
        found[f"rate_{name}"] = rate_request(plan, [plan.service], token)
        found[f"ship_{name}"] = ship_request(plan, token)
    found["shop"] = rate_request(a_plan(), ["03", "02"], token)
    found["plain_rate"] = rate_request(a_plan(), ["03"], token, times=False)
    found["plain_shop"] = rate_request(a_plan(), ["03", "02"], token, times=False)
    return found


# --- spoiling ---------------------------------------------------------------------------------------------------------


def spoiled(request: Request) -> Iterator[tuple[str, Request]]:
    """The request with one thing wrong at a time: a header, the path, the query, each place of the body."""
    yield from _headers_spoiled(request)
    yield from _url_spoiled(request)
    if request.headers.get("Content-Type") == "application/json":
        yield "body is no JSON", replace(request, body=b"{")
        yield "body is empty", replace(request, body=b"")
        whole = json.loads(request.body)
        for path in _places(whole):
            for what, body in _spoiled_at(whole, path):
                yield f"{'.'.join(map(str, path))} {what}", replace(request, body=json.dumps(body).encode())


def _headers_spoiled(request: Request) -> Iterator[tuple[str, Request]]:
    for name in request.headers:
        yield f"{name} dropped", replace(request, headers={k: v for k, v in request.headers.items() if k != name})
        for value in ("", "0" * 33, "text/plain"):
            yield f"{name} is {value!r}", replace(request, headers={**request.headers, name: value})


def _url_spoiled(request: Request) -> Iterator[tuple[str, Request]]:
    for old, new in (
        ("/v2409/", "/v1/"),
        ("/v1/", "/v9/"),
        ("/v2/3", "/v2/4"),
        ("Ratetimeintransit", "Ratesometimes"),
        ("SmallPackage", "Pallet"),
        ("/api/", "/"),
        ("/api/", "/api/api/"),
    ):
        if old in request.url:
            yield f"{old} became {new}", replace(request, url=request.url.replace(old, new, 1))
    yield "PUT", replace(request, method="PUT")


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, member in items:
        yield from _places(member, (*path, name))


def _spoiled_at(whole: Any, path: tuple[Any, ...]) -> Iterator[tuple[str, Any]]:
    *above, last = path
    for what, change in (
        ("dropped", None),
        ("renamed", None),
        ("null", lambda _: None),
        ("a number", lambda _: 7),
        ("blank", lambda _: ""),
        ("a list", lambda value: [value] if not isinstance(value, list) else value[0]),
        ("very long", lambda value: value + "9" * 600 if isinstance(value, str) else [value[0]] * 300),
        ("one longer than 35", lambda value: (value * 36)[:36] if value else "X" * 36),
        ("an object", lambda _: {"Code": "03", "Value": "x"}),
    ):
        body = copy.deepcopy(whole)
        holder = body
        for step in above:
            holder = holder[step]
        if what in {"dropped", "renamed"}:
            member = holder.pop(last)
            if what == "renamed" and isinstance(holder, dict):
                holder[f"{last}x"] = member
        else:
            try:
                holder[last] = change(holder[last])  # type: ignore[misc]
            except (TypeError, KeyError):
                continue
        yield what, body
