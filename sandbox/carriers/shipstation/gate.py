"""The gate that every request passes: its host and route, key, limit, query and the shape of its body."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from pydantic_core import from_json

from sandbox.carriers.shipstation.call import Call
from sandbox.carriers.shipstation.routes import Route
from sandbox.carriers.shipstation.shapes import check
from sandbox.carriers.shipstation.wire import Refusal, invalid
from shared.http import Request

MINUTE = timedelta(minutes=1)


@dataclass
class Meter:
    """How many requests each key has made in its minute, which begins with the first."""

    most: int
    _since: dict[str, tuple[datetime, int]] = field(default_factory=dict)

    def take(self, key: str, now: datetime) -> tuple[bool, int, int]:
        """Count a request. Return True if it may pass, the requests left, and the seconds until the minute ends."""
        since, count = self._since.get(key, (now, 0))
        if now >= since + MINUTE:
            since, count = now, 0
        passes = count < self.most
        self._since[key] = (since, count + passes)
        seconds = math.ceil((since + MINUTE - now).total_seconds())
        return passes, self.most - count - passes, max(seconds, 1)


def headers_of(request: Request) -> dict[str, str]:
    return {name.lower(): value for name, value in request.headers.items()}


def find(routes: Sequence[Route], request: Request) -> tuple[Route, tuple[str, ...]] | None:
    """Return the route of a request, with the parts of its path that name something."""
    path = urlsplit(request.url).path
    for each in routes:
        match = each.path.fullmatch(path) if each.method == request.method else None
        if match:
            return each, tuple(unquote(part) for part in match.groups())
    return None


def call_of(route: Route, found: tuple[str, ...], request: Request, *, unknown_query: str) -> Call:
    """Check the request and return it in its parts. Raises the first Refusal."""
    parts = urlsplit(request.url)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    for name in query:
        if name not in route.query and unknown_query == "refused":
            raise invalid(name, f"'{name}' is not a known query parameter.")
    known = {name: value for name, value in query.items() if name in route.query}
    body = _body(request, empty=route.empty) if route.body else None
    if route.body is not None and body is not None:
        check(route.body, body)
    return Call(route.operation, parts.path, found, known, body)


def _body(request: Request, *, empty: bool) -> Any:
    if empty and not request.body:
        return {}
    content_type = headers_of(request).get("content-type", "").split(";", maxsplit=1)[0].strip().lower()
    if not request.body:
        raise Refusal(400, "request_body_required", "A request body is required.")
    if content_type != "application/json":
        raise Refusal(415, "unspecified", "Content-Type must be application/json.", type="system")
    try:
        return from_json(request.body)
    except ValueError:
        raise Refusal(400, "request_body_required", "The request body is not valid JSON.") from None


def unauthorized() -> Refusal:
    return Refusal(401, "unauthorized", "The API key is invalid.", type="security", source="ShipStation")


def known_key(headers: Mapping[str, str], keys: Mapping[str, Any]) -> str:
    """Return the key of a request to V2. Raises Refusal."""
    key = headers.get("api-key", "")
    if key not in keys:
        raise unauthorized()
    return key
