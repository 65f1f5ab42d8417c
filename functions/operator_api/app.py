"""The resolver: its rooms, its errors, and the gate before them."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError

from functions.operator_api.answers import Failed, Problem
from functions.operator_api.errors import EXPECTED, problem_of
from functions.operator_api.office import Office
from functions.operator_api.people import Caller, Claims, Role, caller_of
from functions.operator_api.room import BASE, Entry, Room
from functions.operator_api.rooms import (
    connections,
    costs,
    decisions,
    errands,
    labels,
    orders,
    parcels,
    receipts,
    today,
)
from shared import log

ROOMS: tuple[Room, ...] = tuple(
    each.room for each in (today, orders, decisions, labels, parcels, costs, connections, receipts, errands)
)
LARGEST = 256 * 1024
"""Bytes of a body."""
_HEADERS = {"cache-control": "no-store", "x-content-type-options": "nosniff"}


class Api:
    """The whole API over ports. It is made once a process."""

    def __init__(self, office: Office, claims: Claims, rooms: tuple[Room, ...] = ROOMS) -> None:
        """Raises Misconfigured for a route that does not say who may call it."""
        self._office, self._claims = office, claims
        self.entries: tuple[Entry, ...] = tuple(entry for room in rooms for entry in room.entries())
        self.resolver = APIGatewayHttpResolver(enable_validation=True)
        for room in rooms:
            self.resolver.include_router(room, prefix=BASE)
        for kind in (*EXPECTED, Failed, Exception):
            self.resolver.exception_handler(kind)(self._failed)
        self.resolver.exception_handler(RequestValidationError)(_invalid)
        self.resolver.exception_handler(NotFoundError)(_absent)

    def answer(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        """Answers an event of an HTTP API (payload format 2.0)."""
        try:
            caller = self._admitted(event)
            _check_body(event)
        except Failed as failed:
            return _plain(failed.status, failed.problem)
        self.resolver.append_context(office=self._office, caller=caller)  # type: ignore[no-untyped-call]
        try:
            answer: dict[str, Any] = self.resolver.resolve(event, context)
        finally:
            self.resolver.clear_context()  # type: ignore[no-untyped-call]
        told = {name.lower(): value for name, value in answer.get("headers", {}).items()}
        return {**answer, "headers": {**told, **_HEADERS}}

    def _admitted(self, event: Mapping[str, Any]) -> Caller:
        """The caller, before anything of the request is read. Raises Failed; a path that is no route is for nobody
        without a role."""
        caller = caller_of(event, self._claims)
        if caller is None:
            raise Failed(HTTPStatus.FORBIDDEN, "this token is not one for this API: sign in again")
        http = event["requestContext"]["http"]
        method, path = str(http["method"]).upper(), str(event.get("rawPath", ""))
        if not path.isprintable():  # the router would take a line break at its end for none
            raise Failed(HTTPStatus.NOT_FOUND, "there is no such route")
        needed = next((each.role for each in self.entries if each.serves(method, path)), Role.VIEWER)
        if caller.role < needed:
            have = f"yours is {caller.role.word}" if caller.role else "you have none"
            raise Failed(HTTPStatus.FORBIDDEN, f"this needs the role {needed.word}, and {have}")
        return caller

    def _failed(self, error: Exception) -> Response[str]:
        if isinstance(error, Failed):
            return _response(error.status, error.problem)
        if isinstance(error, EXPECTED):
            status, problem, wait = problem_of(error, self._office.ports)
            return _response(status, problem, {"retry-after": f"{wait}"} if wait else {})
        log.failed("request_failed", error)
        return _response(HTTPStatus.INTERNAL_SERVER_ERROR, Problem(message="an error of ours, which was logged"))


def _check_body(event: dict[str, Any]) -> None:
    """Leaves a body of JSON as a text in the event. Raises Failed for any other."""
    text = event.get("body")
    if not text:
        return
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Failed(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "send the body as application/json", field="content-type")
    try:
        raw = base64.b64decode(text) if event.get("isBase64Encoded") else text.encode()
        if len(raw) > LARGEST:
            raise Failed(HTTPStatus.UNPROCESSABLE_ENTITY, f"the body is larger than {LARGEST} bytes", field="body")
        event["body"], event["isBase64Encoded"] = raw.decode(), False
        json.loads(raw)
    except (ValueError, RecursionError):
        raise Failed(HTTPStatus.BAD_REQUEST, "the body is no JSON", field="body") from None


def _invalid(error: RequestValidationError) -> Response[str]:
    """The first field at fault, in the validator's words, which name no value."""
    first, *_ = error.errors()
    where = [str(each) for each in first["loc"] if each not in ("body", "query", "path")]
    said = str(first.get("msg") or first["type"])
    return _response(HTTPStatus.UNPROCESSABLE_ENTITY, Problem(message=said, field=".".join(where)))


def _absent(_: NotFoundError) -> Response[str]:
    return _response(HTTPStatus.NOT_FOUND, Problem(message="there is nothing at this address"))


def _response(status: HTTPStatus, problem: Problem, headers: Mapping[str, str] | None = None) -> Response[str]:
    kept: dict[str, str | list[str]] = dict(headers or {})
    return Response(status.value, "application/json", problem.model_dump_json(), headers=kept)


def _plain(status: HTTPStatus, problem: Problem) -> dict[str, Any]:
    headers = {"content-type": "application/json", **_HEADERS}
    return {"statusCode": status.value, "headers": headers, "body": problem.model_dump_json()}
