"""The emulated Fusion: its identity domain and its REST resources over a pod (facts/oracle.md)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

from sandbox.engine import Engine, reply
from sandbox.erps.oracle import describing, token_server
from sandbox.erps.oracle.faults import ERROR, FusionFault, gone
from sandbox.erps.oracle.manners import Manners
from sandbox.erps.oracle.orders import settle_changes
from sandbox.erps.oracle.pod import Pod, Row, Write, etag
from sandbox.erps.oracle.queries import Place, framework_of, operation_of, options_of, place_of
from sandbox.erps.oracle.reading import Reader, Style, Target
from sandbox.erps.oracle.requests import settle_requests
from sandbox.erps.oracle.token_server import TokenServer, header
from sandbox.erps.oracle.writing import Writer
from shared.http import Request, Response


@dataclass
class FusionEngine(Engine):
    """One pod. A request's path matters, its host does not.

    Operations: "token", "catalogue", "purchaseOrders.GET", "purchaseOrders/{}.GET", "purchaseOrders/{}/lines.GET",
    "draftPurchaseOrders/{}:submit", "inboundShipments:cancelASN", "purchaseOrders.describe", and "unknown" for paths
    that lead nowhere.
    """

    pod: Pod = field(kw_only=True)
    token_server: TokenServer = field(init=False)
    reader: Reader = field(init=False)
    writer: Writer = field(init=False)
    _lock: Lock = field(default_factory=Lock, repr=False)
    _refusals: int = 0

    def __post_init__(self) -> None:
        self.token_server = TokenServer(self.now)
        self.reader, self.writer = Reader(self.pod), Writer(self.pod)

    @property
    def manners(self) -> Manners:
        return self.pod.manners

    @property
    def writes(self) -> list[Write]:
        """The ledger: every value that was accepted, in order."""
        return self.pod.writes

    def expire_tokens(self) -> None:
        """Revokes every token that was given out."""
        self.token_server.tokens.clear()

    def operation(self, request: Request) -> str:
        if urlsplit(request.url).path == token_server.PATH:
            return "token"
        place = place_of(request.url)
        if place is None:
            return "unknown"
        return operation_of(place, request.method) if place.steps else "catalogue"

    def answer(self, operation: str, request: Request) -> Response:
        with self._lock:
            settle_changes(self.pod)
            settle_requests(self.pod)
            if operation == "token":
                return self.token_server.answer(request)
            try:
                return self._answer(request)
            except FusionFault as fault:
                accepts = ERROR in header(request, "accept") and self.manners.errors == "accepted"
                return fault.told(structured=accepts)

    def _answer(self, request: Request) -> Response:
        place = place_of(request.url)
        if not self.token_server.holds(request):
            return self._unauthorized()
        if place is None:
            raise gone(urlsplit(request.url).path)
        manners, given = self.manners, header(request, "rest-framework-version")
        framework = framework_of(given, manners.default_framework, manners.allowed_frameworks)
        if not place.steps:
            if request.method != "GET":
                raise FusionFault(400, "Batches are not taken here.")
            return _json(200, describing.catalogue(self.pod))
        self._check_privilege(place, request)
        if place.steps[1:] == ("describe",):
            return self._described(place)
        return self._served(place, request, framework)

    def _unauthorized(self) -> Response:
        """Nothing, or a page."""
        self._refusals += 1
        if self._refusals % 2:
            return Response(401, {"content-length": "0"}, b"")
        return Response(401, {"content-type": "text/html"}, b"<html><body>401 Unauthorized</body></html>")

    def _check_privilege(self, place: Place, request: Request) -> None:
        way = "read" if request.method == "GET" else "write"
        if f"{place.resource}.{way}" in self.pod.refused:
            raise FusionFault(403, f"You do not have the privilege for {place.resource}.")

    def _described(self, place: Place) -> Response:
        if not self.manners.describe:
            raise FusionFault(403, "You do not have the privilege for describe.")
        return _json(200, describing.describe(self.pod, self.reader.node_of(place)))

    def _served(self, place: Place, request: Request, framework: int) -> Response:
        single, action = _is_item(place), "action" in place.steps
        kind = "none" if action else "write" if request.method != "GET" else "item" if single else "collection"
        options = options_of(request.url, kind)
        style = Style(framework, options.get("onlyData") == "true")
        if request.method == "GET" and not single and not action:
            self._check_method(self.reader.resolve(place), request)
            return _json(200, self.reader.many(place, options, style))
        target = self.reader.resolve(place)
        if target.action or action:
            if request.method != "POST":
                raise FusionFault(405, "An action is a POST.")
            return _json(200, self.writer.act(target, request))
        self._check_method(target, request)
        return self._written(target, request, options, style)

    def _written(self, target: Target, request: Request, options: dict[str, str], style: Style) -> Response:
        if target.row is None:
            row = self.writer.create(target, request)
            answer = self._row(201, target, row, self.reader.whole(target, row, style))
            row.values.pop("ReturnStatus", None)  # it stands in the answer to the POST only
            return answer
        if request.method == "DELETE":
            self.writer.delete(target, target.row)
            return Response(204, {"content-length": "0"}, b"")
        row = target.row if request.method == "GET" else self.writer.patch(target, target.row, request)
        return self._row(200, target, row, self.reader.one(target, row, options, style))

    @staticmethod
    def _row(status: int, target: Target, row: Row, body: dict[str, Any]) -> Response:
        return _json(status, body, {"etag": etag(target.trail, row)})

    @staticmethod
    def _check_method(target: Target, request: Request) -> None:
        if request.method not in (target.node.item if target.row is not None else target.node.collection):
            raise FusionFault(405, f"{request.method} is not supported by {target.node.name}.")

    def unavailable(self, status: int) -> Response:
        """A 5xx that comes from the load balancer: no envelope."""
        return Response(status, {"content-type": "text/html"}, b"<html>Service unavailable</html>")

    def too_many(self, seconds: float) -> Response:
        """No limit is published; Retry-After when there is one."""
        after = {"retry-after": str(int(seconds))} if seconds else {}
        return reply(429, {"title": "Too Many Requests", "status": "429"}, after)


def _is_item(place: Place) -> bool:
    """resource, key, child, name, key ...: an item ends with a key."""
    return len(place.steps) % 3 == 2


def _json(status: int, body: dict[str, Any], headers: dict[str, str] | None = None) -> Response:
    kind = {"content-type": "application/vnd.oracle.adf.resourceitem+json"}
    return Response(status, kind | (headers or {}), json.dumps(body, ensure_ascii=False).encode())
