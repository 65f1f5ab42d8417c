"""The operator API over a deployment in memory, called as API Gateway calls it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from functions.operator_api.app import Api
from functions.operator_api.fields import key_text
from functions.operator_api.office import Office
from functions.operator_api.people import Claims
from sandbox.memory import MemoryQueue
from sandbox.memory_errands import MemoryErrands
from shared.domain.money import Money
from shared.domain.state import Reason
from tests.component.cli.fakes import Desk

CLIENT = "4ob8xmpl"


@dataclass
class FakeLinks:
    given: list[str] = field(default_factory=list)

    def link(self, place: str, name: str, valid: timedelta) -> str:
        self.given.append(place)
        return f"https://labels.example/{name}?valid={valid.total_seconds():.0f}"


def person(*groups: str, name: str = "clara.jones", **changes: Any) -> dict[str, Any]:
    """The claims of a person's access token, as API Gateway hands them on."""
    claims = {
        "sub": "0b4b1c1e-xmpl",
        "client_id": CLIENT,
        "token_use": "access",
        "scope": "openid profile parcelbridge/api",
        "username": name,
        "exp": "1793635200",
    }
    if groups:
        claims["cognito:groups"] = f"[{' '.join(groups)}]"
    return {**claims, **changes}


def machine(*scopes: str) -> dict[str, Any]:
    """The claims of a machine's token."""
    return {"sub": CLIENT, "client_id": CLIENT, "scope": " ".join(("parcelbridge/api", *scopes))}


@dataclass
class Answered:
    status: int
    body: Any
    headers: dict[str, str]

    @property
    def problem(self) -> str:
        assert set(self.body) == {"message", "field", "hint"}, self.body
        return str(self.body["message"])


class Counter(Desk):
    """A Desk at which people stand in a browser, too."""

    def __init__(self, claims: Claims | None = None) -> None:
        super().__init__()
        self.links = FakeLinks()
        self.errands, self.errand_queue = MemoryErrands(), MemoryQueue("errand")
        office = Office(self.ports, self.schedules, self.links, self.errands, self.errand_queue)
        self.api = Api(office, claims or Claims())

    def ask(
        self,
        method: str,
        path: str,
        claims: dict[str, Any] | None,
        body: Any = None,
        *,
        headers: dict[str, str] | None = None,
        **query: Any,
    ) -> Answered:
        return ask(self.api, method, path, claims, body, headers=headers, **query)

    def key(self, document: str) -> str:
        """The order's key as the API gives it."""
        return key_text(f"infor-m3:ACME_TST/100/{document}/-")

    def version(self, document: str) -> int:
        head = self.ports.orders.head(f"infor-m3:ACME_TST/100/{document}/-")
        assert head
        return head.version

    def waits_for_approval(self, document: str, quote: Money) -> str:
        """An order that a person is asked about; gives its key for the API."""
        self.holds(document, Reason.APPROVAL, f"{quote} is above the limit", quote=quote)
        return self.key(document)


def ask(
    api: Api,
    method: str,
    path: str,
    claims: dict[str, Any] | None,
    body: Any = None,
    *,
    headers: dict[str, str] | None = None,
    **query: Any,
) -> Answered:
    """Asks the API with these claims of a token, None for a request without the authorizer."""
    text = json.dumps(body) if body is not None and not isinstance(body, str) else body
    given = {"content-type": "application/json"} if text is not None else {}
    answer = api.answer(event_of(method, path, claims, text, {**given, **(headers or {})}, query), None)
    is_json = answer["headers"]["content-type"] == "application/json"
    return Answered(answer["statusCode"], json.loads(answer["body"]) if is_json else answer["body"], answer["headers"])


def event_of(
    method: str,
    path: str,
    claims: dict[str, Any] | None,
    body: str | None,
    headers: dict[str, str],
    query: dict[str, Any],
) -> dict[str, Any]:
    """An event of an HTTP API, payload format 2.0."""
    whole = f"/api/v1{path}"
    context: dict[str, Any] = {
        "http": {"method": method, "path": whole, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1", "userAgent": "t"},
        "requestId": "JKJaXmPLvHcESHA=",
        "stage": "$default",
        "accountId": "123456789012",
        "apiId": "api-id",
        "domainName": "id.execute-api.us-east-1.amazonaws.com",
        "routeKey": "ANY /api/v1/{proxy+}",
        "timeEpoch": 1583348638390,
    }
    if claims is not None:
        context["authorizer"] = {"jwt": {"claims": claims, "scopes": ["parcelbridge/api"]}}
    return {
        "version": "2.0",
        "routeKey": "ANY /api/v1/{proxy+}",
        "rawPath": whole,
        "rawQueryString": urlencode(query),
        "headers": headers,
        "queryStringParameters": {name: str(value) for name, value in query.items()},
        "requestContext": context,
        "isBase64Encoded": False,
        **({"body": body} if body is not None else {}),
    }
