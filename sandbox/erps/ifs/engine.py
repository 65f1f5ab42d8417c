"""The emulated IFS Cloud: its token endpoint and its projections over a tenant (facts/ifs.md)."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from threading import Lock
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from sandbox.engine import Engine, reply
from sandbox.erps.ifs.faults import Envelopes, IfsFault, PlainFault, gone
from sandbox.erps.ifs.manners import Manners
from sandbox.erps.ifs.metadata import metadata
from sandbox.erps.ifs.queries import Place, options_of, place_of
from sandbox.erps.ifs.reading import Reader
from sandbox.erps.ifs.tables import EntitySet
from sandbox.erps.ifs.tenant import Tenant, Write
from sandbox.erps.ifs.token_server import TokenServer, header
from sandbox.erps.ifs.writing import Writer
from shared.http import Request, Response

XSRF = "sandbox-xsrf"


@dataclass
class IfsEngine(Engine):
    """One tenant. A request's path matters, its host does not.

    Operations: "token", "Projection.$metadata", "Projection.Set.METHOD" and "unknown" for paths that lead nowhere.
    """

    tenant: Tenant = field(kw_only=True)
    realm: str = "acmetst"
    client_id: str = "sandbox-client"
    client_secret: str = "sandbox-secret"  # noqa: S105
    manners: Manners = field(default_factory=Manners)
    token_server: TokenServer = field(init=False)
    reader: Reader = field(init=False)
    writer: Writer = field(init=False)
    _lock: Lock = field(default_factory=Lock, repr=False)
    _refusals: int = 0
    _patches: int = 0

    def __post_init__(self) -> None:
        self.token_server = TokenServer(self.realm, self.client_id, self.client_secret, self.manners, self.now)
        self.reader = Reader(self.tenant, self.manners)
        self.writer = Writer(self.tenant, self.manners, self.reader.allowed)
        self._envelopes = Envelopes()

    @property
    def writes(self) -> list[Write]:
        """The ledger: every write that was accepted, in order."""
        return self.tenant.writes

    def expire_tokens(self) -> None:
        """Revokes every token that was given out."""
        self.token_server.tokens.clear()

    def operation(self, request: Request) -> str:
        path = unquote(urlsplit(request.url).path)
        if path.startswith("/auth/realms/"):
            return "token"
        place = place_of(request.url)
        if place is None:
            return "unknown"
        if place.set == "$metadata":
            return f"{place.projection}.$metadata"
        return f"{place.projection}.{place.set}.{request.method}"

    def answer(self, operation: str, request: Request) -> Response:
        with self._lock:
            self.tenant.settle()
            try:
                return self._answer(operation, request)
            except PlainFault as fault:
                return Response(fault.status, {"content-type": "text/plain"}, fault.text.encode())
            except IfsFault as fault:
                return self._refused(fault, request)

    def _answer(self, operation: str, request: Request) -> Response:
        if operation == "token":
            return self.token_server.answer(request, unquote(urlsplit(request.url).path))
        place = place_of(request.url)
        if place is None:
            raise IfsFault(404, "MI_METADATA_NOTFOUND", "Not found")
        if not self.token_server.holds(request):
            self._refuse(401, "UNAUTHORIZED", "Unauthorized")
        self._check_gate(place, operation, request)
        if place.set == "$metadata":
            sets = self.tenant.projections[place.projection]
            return Response(200, {"content-type": "application/xml"}, metadata(place.projection, sets))
        entity = self.tenant.projections[place.projection].get(place.set)
        if entity is None:
            raise gone(place.set)
        return self._timed(place, entity, operation, request)

    def _timed(self, place: Place, entity: EntitySet, operation: str, request: Request) -> Response:
        """Over the limit of `Prefer: wait` the server gives up; a write may have happened all the same."""
        needs, allowed = self.manners.seconds.get(operation, 0.0), _waits(request, place.endpoint)
        if needs > allowed:
            if request.method != "GET" and self.manners.late_effect:
                self._serve(place, entity, request)
            raise IfsFault(504, "ODP_OPERATION_TIMEOUT", "The operation timed out")
        return self._serve(place, entity, request)

    def _check_gate(self, place: Place, operation: str, request: Request) -> None:
        if self.manners.endpoint not in ("both", place.endpoint) or place.projection not in self.tenant.projections:
            raise IfsFault(404, "MI_METADATA_NOTFOUND", f"No metadata of {place.projection}")
        grants = self.tenant.granted.get(place.projection, set())
        if ("read" if request.method == "GET" else "update") not in grants:
            self._refuse(403, "FORBIDDEN", "Forbidden")
        if self.manners.reloads > 0 and not operation.endswith("$metadata"):
            self.manners.reloads -= 1
            raise IfsFault((500, 503)[self.manners.reloads % 2], "MI_MODIFIED_ERROR", "The metadata was modified")
        if self.manners.warning_header == "refused" and header(request, "x-ifs-accept-warnings"):
            raise IfsFault(400, "ODP_UNSUPPORTED_HEADER", "X-IFS-Accept-Warnings is not supported")
        if header(request, "if-none-match"):
            raise IfsFault(400, "ODP_UNSUPPORTED_HEADER", "If-None-Match is not supported")
        if self.manners.csrf and place.endpoint == "main" and request.method != "GET":
            cookies = [item.strip() for item in header(request, "cookie").split(";")]
            if header(request, "x-xsrf-token") != XSRF or f"XSRF-TOKEN={XSRF}" not in cookies:
                raise IfsFault(403, "CSRF_ERROR", "CSRF token missing or wrong")

    def _serve(self, place: Place, entity: EntitySet, request: Request) -> Response:
        if request.method == "GET":
            return self._read(place, entity, request)
        if request.method == "PATCH" and place.key is not None and not place.rest:
            key, stored = self.writer.patch(place, entity, request)
            self._patches += 1
            way = self.manners.patched
            if way == "nothing" or (way == "mixed" and self._patches % 2 == 0):
                return Response(204, {"content-length": "0"}, b"")
            return _json(200, self.reader.written(place.projection, entity, key, stored, None))
        if request.method == "POST" and (place.key is None or place.rest):
            work = self.writer.act(place, entity, request) if place.rest else self.writer.create(entity, request)
            status = 200 if place.rest else 201
            return _json(status, self.reader.written(place.projection, entity, *work, None))
        raise IfsFault(405, "METHOD_NOT_ALLOWED", f"{request.method} is not allowed")

    def _read(self, place: Place, entity: EntitySet, request: Request) -> Response:
        options = options_of(request.url)
        if place.rest:
            place, entity, options = self._navigated(place, entity, options)
        if place.key is None:
            body = self.reader.many(place, entity, options, request.url)
        else:
            body = self.reader.one(place, entity, options)
        cookie = {"set-cookie": f"XSRF-TOKEN={XSRF}; Path=/; Secure"} if self.manners.csrf else {}
        return _json(200, body, cookie)

    def _navigated(
        self, place: Place, entity: EntitySet, options: dict[str, str]
    ) -> tuple[Place, EntitySet, dict[str, str]]:
        """OrderLinesArray of a customer order, the one navigation that was seen."""
        if (place.set, place.rest) != ("CustomerOrderSet", "OrderLinesArray") or place.key is None:
            raise gone(place.rest)
        self.reader.one(Place(place.endpoint, place.projection, place.set, place.key, ""), entity, {})
        number = place.key.partition("=")[2]
        inner = f"OrderNo eq {number}"
        given = options.get("$filter")
        lines = Place(place.endpoint, place.projection, "CustomerOrderLineSet", None, "")
        rows = self.tenant.projections[place.projection]["CustomerOrderLineSet"]
        return lines, rows, options | {"$filter": f"{inner} and ({given})" if given else inner}

    def _refuse(self, status: int, code: str, text: str) -> None:
        """Plain text or an envelope, in turn."""
        self._refusals += 1
        way = self.manners.plain_refusals
        if way == "plain" or (way == "mixed" and self._refusals % 2):
            raise PlainFault(status, text)
        raise IfsFault(status, code, text)

    def _refused(self, fault: IfsFault, request: Request) -> Response:
        self._envelopes.shape, self._envelopes.language = self.manners.error_shape, self.manners.language
        body = self._envelopes.body(fault)
        if parse_qs(urlsplit(request.url).query).get("odata-debug") == ["json"]:
            body["error"]["trace"] = ["oracle.jdbc ..."]
        return _json(fault.status or self.manners.business_status, body)

    def unavailable(self, status: int) -> Response:
        """A 5xx that comes from the load balancer: no envelope."""
        return Response(status, {"content-type": "text/html"}, b"<html>Service unavailable</html>")

    def too_many(self, seconds: float) -> Response:
        """No limit is published; Retry-After when there is one."""
        return reply(429, {"error": {"code": "TOO_MANY_REQUESTS", "message": "Too many requests"}}, _after(seconds))


def _after(seconds: float) -> dict[str, str]:
    return {"retry-after": str(int(seconds))} if seconds else {}


def _waits(request: Request, endpoint: str) -> float:
    """The server's limit, lowered by `Prefer: wait=<s>`."""
    limit = (300.0 if request.method == "GET" else 900.0) if endpoint == "main" else 600.0
    found = re.search(r"\bwait=(\d+)", header(request, "prefer"))
    return min(limit, float(found[1])) if found else limit


def _json(status: int, body: dict[str, Any], headers: dict[str, str] | None = None) -> Response:
    kind = {"content-type": "application/json;odata.metadata=minimal"}
    return Response(status, kind | (headers or {}), json.dumps(body, ensure_ascii=False).encode())
