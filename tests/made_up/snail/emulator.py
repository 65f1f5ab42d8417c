"""Snail, emulated: shipments are processed for a minute before there are labels."""

from __future__ import annotations

import base64
import json
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qs, urlsplit

from sandbox.engine import Engine, reply
from sandbox.faces import EmulatedCarrier, GivenCredential, Now
from sandbox.ledger import Ledger, LedgerShipment
from shared.http import Request, Response

FIRST, SECOND = {"key": "slime-1"}, {"key": "slime-2"}
PROCESSING = timedelta(minutes=1)
SERVICES = {"snail_ground": Decimal("0.42"), "snail_sprint": Decimal("1.30")}
"""Dollars a pound."""


@dataclass
class SnailEngine(Engine):
    """Shipments in a ledger; `keys` are those that are accepted."""

    ledger: Ledger = field(default_factory=Ledger)
    keys: set[str] = field(default_factory=lambda: {FIRST["key"]})
    lag: Callable[[LedgerShipment], timedelta] = lambda _: timedelta(0)

    def operation(self, request: Request) -> str:
        path = urlsplit(request.url).path.split("/")[1:]
        if path[0] == "rates":
            return "rates"
        if request.method == "POST":
            return "buy"
        return "void" if request.method == "DELETE" else "labels" if len(path) == 3 else "list"

    def answer(self, operation: str, request: Request) -> Response:
        if request.headers.get("Api-Key") not in self.keys:
            return reply(401, {"error": {"code": "key", "message": "unknown key"}})
        path = urlsplit(request.url).path.split("/")[1:]
        body = json.loads(request.body) if request.body else {}
        if operation == "rates":
            rates = [{"service": each, "price": price_of(each, body["pounds"])} for each in SERVICES]
            return reply(200, {"rates": rates})
        if operation == "buy":
            return self._buy(body)
        if operation == "list":
            (like,) = parse_qs(urlsplit(request.url).query)["like"]
            known = [each for each in self.seen() if each.reference.startswith(like)]
            return reply(200, {"shipments": [self._row(each) for each in known]})
        shipment = self.ledger.of_id(path[1])
        if shipment is None:
            return refused(404, "unknown", f"there is no shipment {path[1]}")
        return self._void(shipment) if operation == "void" else self._labels(shipment)

    def seen(self) -> list[LedgerShipment]:
        """Return the shipments that the index knows by now."""
        return [each for each in self.ledger.shipments if self.now() >= each.created_at + self.lag(each)]

    def _buy(self, body: Mapping[str, Any]) -> Response:
        service, pounds = body["service"], body["pounds"]
        if service not in SERVICES:
            return refused(422, "service", f"there is no service {service}", "service")
        serials = list(self.ledger.serials(len(pounds)))
        amount, _, currency = price_of(service, pounds).partition(" ")
        shipment = LedgerShipment(
            shipment_id=f"snl_{serials[0]:06d}",
            account="",
            service=service,
            references=(body["reference"], body["order"]),
            tracking_numbers=tuple(f"SNL{serial:09d}" for serial in serials),
            created_at=self.now(),
            ship_from=tuple(body["from"].values()),
            ship_to=tuple(body["to"].values()),
            destination=(body["to"]["zip"], body["to"]["country"]),
            weights=tuple(map(Decimal, pounds)),
            charge=Decimal(amount),
            currency=currency,
            payer="",
        )
        self.ledger.add(shipment)
        return reply(201, {**self._row(shipment), "status": "processing", "price": f"{amount} {currency}"})

    def _row(self, each: LedgerShipment) -> dict[str, Any]:
        status = "ready" if each.live else "void"
        return {
            "id": each.shipment_id,
            "status": "under_way" if each.live and each.picked_up_at else status,
            "reference": each.reference,
            "service": each.service,
            "numbers": each.tracking_numbers,
        }

    def _labels(self, shipment: LedgerShipment) -> Response:
        if self.now() < shipment.created_at + PROCESSING:
            return reply(202, {"status": "processing", "wait": 30})
        drawn = [{"number": each, "png": base64.b64encode(png(each)).decode()} for each in shipment.tracking_numbers]
        return reply(200, {"labels": drawn})

    def _void(self, shipment: LedgerShipment) -> Response:
        if not shipment.live:
            return refused(409, "already_void", "it is void")
        if shipment.picked_up_at:
            return refused(409, "under_way", "it is under way")
        shipment.void(shipment.tracking_numbers, self.now())
        return reply(200, {"status": "void"})


class EmulatedSnail(EmulatedCarrier):
    """Snail behind the face."""

    kind = name = "snail"
    hosts = frozenset({"snail.example.invalid"})
    operations = MappingProxyType(
        {"token": "-", "rate": "rates", "create": "buy", "find": "list", "labels": "labels", "void": "void"}
    )
    service = "snail_ground"
    validates = False
    engine: SnailEngine

    def __init__(self, now: Now, *, lean: bool = False) -> None:
        self.engine = SnailEngine(now)
        if lean:
            nothing: Any = deque(maxlen=0)
            self.engine.recorded = nothing
        self.ledger = self.engine.ledger

    @classmethod
    def file(cls) -> dict[str, Any]:
        return {"carrier": {"kind": "snail"}, "label": {"format": "PNG", "stock": "4x6"}}

    @property
    def credential(self) -> Mapping[str, str]:
        return FIRST

    def credential_in(self, folder: Path) -> GivenCredential:
        return GivenCredential(("--key-stdin",), f"{FIRST['key']}\n", FIRST["key"])

    def vendor_url(self, operation: str) -> str:
        return "https://snail.example.invalid"

    @classmethod
    def shown_in_the_demo(cls) -> Sequence[str]:
        return ("rates", "buy", "labels")

    def rotate(self) -> dict[str, str]:
        self.engine.keys.add(SECOND["key"])
        return dict(SECOND)

    def withdraw_first(self) -> None:
        self.engine.keys.discard(FIRST["key"])

    def expire_tokens(self) -> None:
        """A key does not expire."""

    def revoke_tokens(self) -> None:
        """Nor is anything made of it that could be revoked."""

    @property
    def sessions(self) -> int:
        return 0

    def billed(self, shipment: LedgerShipment) -> Decimal:
        return shipment.charge

    def visible(self, reference: str) -> list[LedgerShipment]:
        return [each for each in self.engine.seen() if each.reference == reference and each.live]

    def lag_by(self, lag: timedelta | Callable[[LedgerShipment], timedelta]) -> None:
        self.engine.lag = (lambda _: lag) if isinstance(lag, timedelta) else lag


def price_of(service: str, pounds: list[str]) -> str:
    total = sum(map(Decimal, pounds), Decimal(0)) * SERVICES[service] + 2 * len(pounds)
    return f"{total.quantize(Decimal('0.01'))} USD"


def refused(status: int, code: str, message: str, at: str = "") -> Response:
    return reply(status, {"error": {"code": code, "message": message, "field": at}})


def png(number: str) -> bytes:
    """A picture as far as its first bytes go, with the number in a comment."""
    return b"\x89PNG\r\n\x1a\n" + b"tEXtnumber\0" + number.encode()
