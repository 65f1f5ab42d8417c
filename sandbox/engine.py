"""The base of every sandbox engine: one way in, a record of the traffic, and misbehaviour on demand.

An engine is plain Python: `handle` takes a request and returns an answer, so that the HTTP servers of the demo and the
simulation use the very same one. It keeps a ledger of its own, by which loss and duplication are judged.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from pydantic_core import to_json

from shared.http import Request, Response

FaultKind = Literal[
    "reset_before",
    "reset_after",
    "silent_before",
    "silent_after",
    "error_before",
    "error_after",
    "throttled",
    "empty",
    "slow_after",
]


class ConnectionDropped(Exception):
    """The engine breaks the connection instead of answering; the HTTP layer closes the socket."""


class NeverAnswered(ConnectionDropped):
    """The engine says nothing at all; the HTTP layer keeps the socket open until the client is gone."""


@dataclass
class Fault:
    """One kind of misbehaviour at an operation: let `skip` requests pass, then strike `times` times.

    before/after: without the effect, or once the effect is made. `silent` is a connection that stays open and brings no
    answer, `throttled` a 429 with Retry-After `seconds`, `empty` a 200 without a body after the effect, `slow_after` an
    answer that comes `seconds` late. With `naming` only requests are struck whose address or body has that text, such
    as an order's number.
    """

    operation: str
    kind: FaultKind
    times: int = 1
    skip: int = 0
    seconds: float = 0.0
    status: int = 503
    naming: str = ""

    def strikes(self, operation: str, request: Request) -> bool:
        """Tell if this request is the one to strike; counts down."""
        if operation != self.operation or self.times == 0:
            return False
        if self.naming.encode() not in request.url.encode() + (request.body or b""):
            return False
        if self.skip:
            self.skip -= 1
            return False
        self.times -= 1
        return True


@dataclass(frozen=True)
class Recorded:
    """One request as it arrived, with the operation it was taken for and the status that it got."""

    at: datetime
    operation: str
    request: Request
    status: int


@dataclass
class Engine(ABC):
    """Base of the emulators. Subclasses name the operation of a request and answer it."""

    now: Callable[[], datetime]
    faults: list[Fault] = field(default_factory=list)
    recorded: list[Recorded] = field(default_factory=list)
    wait: Callable[[float], None] = lambda _: None

    @abstractmethod
    def operation(self, request: Request) -> str:
        """The name of what is asked, as `judge` lists it: "token", "ship", "PPS200MI.GetHead" ..."""

    @abstractmethod
    def answer(self, operation: str, request: Request) -> Response:
        """Has the effect and answers, as the vendor would."""

    def handle(self, request: Request) -> Response:
        """One request; raises ConnectionDropped where a fault says so."""
        operation = self.operation(request)
        fault = next((f for f in self.faults if f.strikes(operation, request)), None)
        try:
            response = self._misbehave(fault, operation, request) if fault else self.answer(operation, request)
        except ConnectionDropped:
            self.recorded.append(Recorded(self.now(), operation, request, 0))
            raise
        self.recorded.append(Recorded(self.now(), operation, request, response.status))
        return response

    def _misbehave(self, fault: Fault, operation: str, request: Request) -> Response:
        if fault.kind == "reset_before":
            raise ConnectionDropped(operation)
        if fault.kind == "silent_before":
            raise NeverAnswered(operation)
        if fault.kind == "error_before":
            return self.unavailable(fault.status)
        if fault.kind == "throttled":
            return self.too_many(fault.seconds)
        response = self.answer(operation, request)
        if fault.kind == "reset_after":
            raise ConnectionDropped(operation)
        if fault.kind == "silent_after":
            raise NeverAnswered(operation)
        if fault.kind == "error_after":
            return self.unavailable(fault.status)
        if fault.kind == "empty":
            return Response(200, {"content-length": "0"}, b"")
        self.wait(fault.seconds)
        return response

    def unavailable(self, status: int) -> Response:
        """The vendor's own envelope of a 5xx."""
        return reply(status, {"message": "Service unavailable"})

    def too_many(self, seconds: float) -> Response:
        """The vendor's own 429."""
        return reply(429, {"message": "Too many requests"}, {"retry-after": str(int(seconds))} if seconds else {})


def reply(status: int, body: object, headers: dict[str, str] | None = None) -> Response:
    """A JSON answer."""
    return Response(status, {"content-type": "application/json", **(headers or {})}, to_json(body))
