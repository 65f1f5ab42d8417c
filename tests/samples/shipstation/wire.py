"""A script of answers between the adapter and ShipStation, and what the adapter is given."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from sandbox.carriers.shipstation.signing import FIRST, jwks
from sandbox.memory import ManualClock, MemoryBudgets, MemorySecrets
from shared.carriers.shipstation.adapter import ShipStation
from shared.carriers.shipstation.auth import ShipStationAuth
from shared.carriers.shipstation.calls import ShipStationCalls
from shared.carriers.shipstation.keys import SigningKeys
from shared.carriers.shipstation.legacy import LegacyShipStation
from shared.carriers.shipstation.settings import ShipStationSettings
from shared.domain.shipment import Billing, LabelSpec, ShipmentPlan
from shared.http import Request, Response
from tests.samples.shipstation.answers import ACCOUNT
from tests.samples.ups import plans

KEY, SECOND = "TEST_key-of-v2-0001", "second-half-0002"
CREDENTIALS = {"v2": {"api": "v2", "api_key": KEY}, "v1": {"api": "v1", "api_key": KEY, "api_secret": SECOND}}
REFERENCE = plans.REFERENCE


def a_plan(**changes: Any) -> ShipmentPlan:
    """A parcel from Buffalo to Albany, of a service of the account that the settings name."""
    own = {"service": "ups_ground", "account": "", "billing": Billing("shipper", ""), "label": LabelSpec("PDF", "4x6")}
    return plans.a_plan(**{**own, **changes})


def said(body: object, status: int = 200, **headers: str) -> Response:
    """An answer; a header name is written with underscores."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(status, names, b"" if body is None else json.dumps(body).encode())


def file(content: bytes, status: int = 200) -> Response:
    return Response(status, {}, content)


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
    """A transport that answers by a script: a Response is returned, an exception is raised."""

    steps: list[Response | Exception] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)

    def send(self, request: Request, *, timeout: float, fresh: bool = False) -> Response:
        self.sent.append(Sent(request, timeout, fresh))
        step = self.steps.pop(0)
        if isinstance(step, Exception):
            raise step
        return step


def settings(**changes: Any) -> ShipStationSettings:
    own = {"connection_id": "acme", "accounts": {"ups": ACCOUNT}, "services": ("ups_ground",)}
    return ShipStationSettings(**{**own, **changes})


def scripted(
    *steps: Response | Exception, credential: dict[str, str] | None = None, **changes: Any
) -> tuple[ShipStation, Script]:
    script, clock = Script(list(steps)), ManualClock()
    chosen = settings(**changes)
    auth = ShipStationAuth(chosen, MemorySecrets({("acme", "carrier"): credential or CREDENTIALS[chosen.api]}))
    calls = ShipStationCalls(chosen, auth=auth, budgets=MemoryBudgets(clock), transport=script, clock=clock)
    calls.keys = SigningKeys(chosen, Script([said(jwks([FIRST]))] * 9), clock, {})
    kind: Any = LegacyShipStation if chosen.api == "v1" else ShipStation
    return kind(chosen, calls, clock=clock), script


def legacy(*steps: Response | Exception, **changes: Any) -> tuple[LegacyShipStation, Script]:
    made: Any = scripted(*steps, **{"api": "v1", "accounts": {"ups": "ups", "usps": "stamps_com"}, **changes})
    return made  # type: ignore[no-any-return]
