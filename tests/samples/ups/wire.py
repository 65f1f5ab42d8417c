"""The wire between the adapter and the other side in tests: a script of answers, or the sandbox engine itself."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from sandbox.carriers.ups import UpsEngine
from sandbox.engine import ConnectionDropped
from sandbox.memory import ManualClock, MemoryBudgets, MemorySecrets, MemoryTokens
from shared.carriers.ups.auth import UpsAuth
from shared.carriers.ups.calls import UpsCalls
from shared.carriers.ups.client import UpsCarrier
from shared.carriers.ups.settings import UpsSettings
from shared.http import Lost, Request, Response, Transport
from tests.samples.ups import answers
from tests.samples.ups.plans import HOLDER

CREDENTIAL = {"client_id": "sandbox-client", "client_secret": "sandbox-secret"}


def said(body: object, status: int = 200, **headers: str) -> Response:
    """An answer of UPS; a header name is written with underscores."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(status, names, b"" if body is None else json.dumps(body).encode())


def refused(*codes: str, status: int = 400, **headers: str) -> Response:
    return said(answers.errors(*codes), status, **headers)


@dataclass
class Sent:
    """One request as the transport got it."""

    request: Request
    timeout: float
    fresh: bool

    @property
    def json(self) -> Any:
        return json.loads(self.request.body)

    @property
    def line(self) -> str:
        return f"{self.request.method} {self.request.url}"


@dataclass
class Script:
    """A transport that answers by a script: a Response is returned, an exception is raised. Tokens are given freely."""

    steps: list[Response | Exception] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    tokens: list[Response | Exception] = field(default_factory=list)
    asked_tokens: list[Sent] = field(default_factory=list)

    def send(self, request: Request, *, timeout: float, fresh: bool = False) -> Response:
        if request.url.endswith("/oauth/token"):
            self.asked_tokens.append(Sent(request, timeout, fresh))
            step = self.tokens.pop(0) if self.tokens else said(answers.token(f"t{len(self.asked_tokens)}"))
        else:
            self.sent.append(Sent(request, timeout, fresh))
            step = self.steps.pop(0)
        if isinstance(step, Exception):
            raise step
        return step


@dataclass
class EngineTransport:
    """The sandbox engine as the other side, without a network: a dropped connection is a lost answer."""

    engine: UpsEngine
    sent: list[Request] = field(default_factory=list)

    def send(self, request: Request, *, timeout: float, fresh: bool = False) -> Response:
        self.sent.append(request)
        try:
            return self.engine.handle(request)
        except ConnectionDropped as error:
            raise Lost(str(error)) from error


def settings(**changes: Any) -> UpsSettings:
    return UpsSettings(**{"connection_id": "acme", "account": "A1B2C3", "shipper": HOLDER, **changes})


def a_carrier(transport: Transport, clock: ManualClock | None = None, **changes: Any) -> UpsCarrier:
    """UPS over `transport`, with tokens and secrets in memory and transIds that count."""
    clock, chosen, numbers = clock or ManualClock(), settings(**changes), count(1)
    secrets = MemorySecrets({("acme", "carrier"): CREDENTIAL})
    auth = UpsAuth(
        chosen,
        secrets=secrets,
        tokens=MemoryTokens(clock),
        budgets=MemoryBudgets(clock),
        transport=transport,
        clock=clock,
    )
    calls = UpsCalls(
        chosen, auth=auth, transport=transport, clock=clock, transaction_id=lambda: f"{next(numbers):032d}"
    )
    return UpsCarrier(chosen, calls, clock=clock)


def scripted(*steps: Response | Exception, **changes: Any) -> tuple[UpsCarrier, Script]:
    script = Script(list(steps))
    return a_carrier(script, **changes), script


def with_engine(engine: UpsEngine, clock: ManualClock, **changes: Any) -> tuple[UpsCarrier, EngineTransport]:
    transport = EngineTransport(engine)
    return a_carrier(transport, clock, **changes), transport


def lines(sent: Sequence[Sent]) -> list[str]:
    return [each.line for each in sent]
