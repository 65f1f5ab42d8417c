"""The gate that every request passes: its route, token, headers, query and the shape of its body."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from pydantic_core import from_json

from sandbox.carriers.ups import contract, pickup_contract
from sandbox.carriers.ups.checks import NOT_VALID, Wrong, malformed
from sandbox.carriers.ups.shapes import Fields
from sandbox.carriers.ups.tokens import TokenDesk
from shared.http import Request

ROUTES = (
    ("token", "POST", re.compile(r"/security/v1/oauth/token")),
    ("address_validation", "POST", re.compile(r"/api/addressvalidation/v2/[123]")),
    ("rate", "POST", re.compile(r"/api/rating/v2409/(?i:(rate|shop)(timeintransit)?)")),
    ("ship", "POST", re.compile(r"/api/shipments/v2409/ship")),
    ("void", "DELETE", re.compile(r"/api/shipments/v2409/void/cancel/([^/]+)")),
    ("recovery", "POST", re.compile(r"/api/labels/(?:v1|v1701|v1903|v2603)/recovery")),
    ("track_by_reference", "GET", re.compile(r"/api/track/v1/reference/details/([^/]+)")),
    ("track", "GET", re.compile(r"/api/track/v1/(?:shipment/)?details/([^/]+)")),
    ("subscription", "POST", re.compile(r"/api/track/v[12]/subscription/standard/package")),
    ("pickup_create", "POST", re.compile(r"/api/pickupcreation/v2409/pickup")),
    ("pickup_rate", "POST", re.compile(r"/api/shipments/v2409/pickup/oncall")),
    ("pickup_pending", "GET", re.compile(r"/api/shipments/v2409/pickup/oncall")),
    ("pickup_cancel", "DELETE", re.compile(r"/api/shipments/v2409/pickup/02")),
    ("quantum_view", "POST", re.compile(r"/api/quantumview/v3/events")),
)
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_BODIES = {
    "address_validation": contract.ADDRESS_VALIDATION,
    "rate": contract.RATE,
    "ship": contract.SHIP,
    "recovery": contract.RECOVERY,
    "pickup_create": pickup_contract.CREATE,
    "pickup_rate": pickup_contract.RATE,
}


class Refusal(Exception):
    """The request is refused: UPS's status, code and message."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code = status, code


class Ambiguity(Exception):
    """The request is understood and leaves a choice open: a 206 with this body."""

    def __init__(self, body: object) -> None:
        super().__init__("ambiguous")
        self.body = body


def operation_of(request: Request) -> str:
    path = urlsplit(request.url).path
    found = (name for name, method, route in ROUTES if method == request.method and route.fullmatch(path))
    return next(found, "unknown")


def pass_gate(operation: str, request: Request, tokens: TokenDesk, now: datetime) -> None:
    """Raises the first Refusal, in the order in which UPS looks."""
    if operation == "unknown":
        raise Refusal(404, "10404", f"No operation at {request.method} {urlsplit(request.url).path}")
    headers = headers_of(request)
    wrong = tokens.refusal(headers.get("authorization", ""), now)
    if wrong:
        raise Refusal(401, *wrong)
    named = operation != "quantum_view"  # its document knows neither header (facts 1)
    if named and not 1 <= len(headers.get("transid", "")) <= 32:
        raise Refusal(400, NOT_VALID, "transId must have 1 to 32 characters")
    if named and not 1 <= len(headers.get("transactionsrc", "")) <= 512:
        raise Refusal(400, NOT_VALID, "transactionSrc must have 1 to 512 characters")
    raise_first(_query_wrong(operation, query_of(request)))
    if operation in _BODIES:
        _pass_body(_BODIES[operation], request, headers.get("content-type", ""))


def _pass_body(shape: Fields, request: Request, content_type: str) -> None:
    if content_type.split(";", maxsplit=1)[0].strip().lower() != "application/json":
        raise Refusal(400, NOT_VALID, "Content-Type must be application/json")
    try:
        body = body_of(request)
    except ValueError as error:
        raise Refusal(400, "10001", "The request is not well formed") from error
    wrong = malformed(body, shape)
    if wrong:
        raise Refusal(400, *wrong)


def body_of(request: Request) -> Any:
    """The body's JSON. Raises ValueError. Nobody changes it: several ask for it."""
    return _decoded(request.body)


@lru_cache(maxsize=16)
def _decoded(body: bytes) -> Any:
    return from_json(body)


def headers_of(request: Request) -> dict[str, str]:
    return {name.lower(): value for name, value in request.headers.items()}


def raise_first(wrong: Iterator[Wrong]) -> None:
    for code, message in wrong:
        raise Refusal(400, code, message)


def query_of(request: Request) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(urlsplit(request.url).query, keep_blank_values=True).items()}


def _query_wrong(operation: str, query: dict[str, str]) -> Iterator[Wrong]:
    """Parameters outside their lists and forms."""
    size = query.get("maximumcandidatelistsize", "1")
    if operation == "address_validation" and not (size.isascii() and size.isdigit() and 1 <= int(size) <= 50):
        yield NOT_VALID, "maximumcandidatelistsize must be 1 to 50"
    if operation == "rate" and query.get("additionalinfo", "timeintransit") != "timeintransit":
        yield NOT_VALID, "additionalinfo must be timeintransit"
    if operation == "ship" and query.get("additionaladdressvalidation", "city") != "city":
        yield NOT_VALID, "additionaladdressvalidation must be city"
    if operation == "track":
        yield from _track_query_wrong(query)
    if operation == "track_by_reference":
        if query.get("refNumType", "SmallPackage") not in {"SmallPackage", "fgv"}:
            yield NOT_VALID, "refNumType must be SmallPackage or fgv"
        for name in ("fromPickUpDate", "toPickUpDate"):
            if name in query and day_of(query[name]) is None:
                yield NOT_VALID, f"{name} must be a date of the form YYYYMMDD"


def _track_query_wrong(query: dict[str, str]) -> Iterator[Wrong]:
    for name in ("returnSignature", "returnMilestones", "returnPOD"):
        if query.get(name, "false") not in {"true", "false"}:
            yield NOT_VALID, f"{name} must be true or false"
    for name in ("offset", "count"):
        if not query.get(name, "0").isdecimal():
            yield NOT_VALID, f"{name} must be a number"


def voided_numbers_of(request: Request) -> tuple[str, ...]:
    """The tracking numbers of a void: none, one, or up to 20 as a JSON list (facts 4)."""
    given = query_of(request).get("trackingnumber")
    if given is None:
        return ()
    try:
        numbers = tuple(json.loads(given)) if given.startswith("[") else (given,)
    except ValueError as error:
        raise Refusal(400, NOT_VALID, "trackingnumber must be a number or a list of numbers") from error
    if not 1 <= len(numbers) <= 20:
        raise Refusal(400, NOT_VALID, "trackingnumber must have 1 to 20 numbers")
    return numbers


def control_characters(operation: str, request: Request) -> bool:
    """Tell if an address line of the request has a control character."""
    return operation in _BODIES and any(_CONTROLS.search(line) for line in _address_lines(body_of(request)))


def _address_lines(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value.get("AddressLine", ())
        for member in value.values():
            yield from _address_lines(member)


def day_of(value: str | None) -> date | None:
    try:
        return datetime.strptime(value, "%Y%m%d").date() if value else None  # noqa: DTZ007 - a calendar day
    except ValueError:
        return None


def last_of(request: Request) -> str:
    return unquote(urlsplit(request.url).path.rsplit("/", 1)[1])
