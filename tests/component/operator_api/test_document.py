"""The OpenAPI document: it is the one of the routes, and the API keeps to it, whatever it is asked (schemathesis)."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, quote

import hypothesis
import pytest
import schemathesis
from hypothesis import Phase
from openapi_spec_validator import validate
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from functions.operator_api.app import Api
from functions.operator_api.document import FILE, document
from shared.domain.money import Money
from shared.domain.state import Reason
from tests.component.operator_api.counter import Counter, event_of, person
from tests.component.operator_api.purchases import a_held_purchase
from tests.deep import deep, size

CASES = size(4, 60)
"""Requests that are made up for each operation."""


def test_the_committed_document_is_the_one_of_the_routes() -> None:
    assert FILE.read_text() == document(), "write it again: make openapi"


def test_the_document_is_one_of_openapi_and_each_operation_declares_the_shape_of_errors() -> None:
    made = json.loads(document())
    validate(made)
    operations = [each for path in made["paths"].values() for each in path.values()]
    assert len({each["operationId"] for each in operations}) == len(operations) == 42
    for each in operations:
        assert {"200", "202"} & set(each["responses"])
        for status in ("400", "401", "403", "404", "409", "415", "422", "429", "503"):
            content = each["responses"][status]["content"]["application/json"]
            assert content["schema"] == {"$ref": "#/components/schemas/Problem"}


class Gateway:
    """The HTTP API as a WSGI application: what it hands on, and who has signed in."""

    def __init__(self, api: Api, claims: dict[str, Any]) -> None:
        self._api, self._claims = api, claims

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        headers = {name[5:].replace("_", "-").lower(): value for name, value in environ.items() if name[:5] == "HTTP_"}
        if environ.get("CONTENT_TYPE"):
            headers["content-type"] = environ["CONTENT_TYPE"]
        raw = environ.get("wsgi.input", io.BytesIO()).read(int(environ.get("CONTENT_LENGTH") or 0))
        path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace").removeprefix("/api/v1")
        query = dict(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True))
        event = event_of(environ["REQUEST_METHOD"], path, self._claims, None, headers, query)
        event["rawPath"] = quote(f"/api/v1{path}")
        if raw:
            event |= {"body": raw.decode("utf-8", "surrogateescape"), "isBase64Encoded": False}
        answer = self._api.answer(event, None)
        start(f"{answer['statusCode']} Told", list(answer["headers"].items()))
        return [answer["body"].encode()]


def furnished() -> Counter:
    """A counter with something of each kind on it."""
    counter = Counter()
    counter.has()
    counter.takes("1000001")
    counter.holds("1000002", Reason.WEIGHT, "line 1 has no weight")
    counter.waits_for_approval("1000003", Money(Decimal("151.00"), "USD"))
    a_held_purchase(counter.ports, "acme-infor-ups")
    return counter


SCHEMA = schemathesis.openapi.from_dict(json.loads(document()))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]


@deep
@pytest.mark.parametrize("operation", [each.ok() for each in SCHEMA.get_all_operations()], ids=lambda each: each.label)
def test_the_api_keeps_to_its_document_whatever_it_is_asked(operation: Any) -> None:
    counter = furnished()
    gateway = Gateway(counter.api, person("engineer"))
    known = [counter.key(document) for document in ("1000001", "1000002", "1000003")]
    places = {"key": known, "number": ["1Z1", "1"], "name": ["acme-infor-ups"], "field": ["weight", "ship_to.phone"]}

    @hypothesis.settings(max_examples=CASES, deadline=None, database=None, phases=[Phase.generate])
    @hypothesis.given(case=operation.as_strategy(), pick=hypothesis.strategies.integers(0, 5))
    def check(case: Any, pick: int) -> None:
        for name in case.path_parameters or {}:
            chosen = places.get(name, [])
            if pick < len(chosen):
                case.path_parameters[name] = chosen[pick]
        case.call_and_validate(checks=CHECKS, app=gateway)

    check()
