"""UPS behind the face of an emulated carrier."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sandbox.carriers.ups.engine import UpsEngine
from sandbox.carriers.ups.lives import Life
from sandbox.carriers.ups.pushes import Mishaps, Portal
from sandbox.faces import EmulatedCarrier, GivenCredential, Now, Post, Truth
from sandbox.ledger import LedgerShipment

CREDENTIAL = {"client_id": "sandbox-client", "client_secret": "sandbox-secret"}
SECOND = {"client_id": "second-client", "client_secret": "second-secret"}
CENT = Decimal("0.01")


class Ups(EmulatedCarrier):
    """One UPS. `lean` keeps no traffic."""

    kind = "ups"
    name = "ups"
    hosts = frozenset({"wwwcie.ups.com", "onlinetools.ups.com"})
    operations = MappingProxyType(
        {
            "token": "token",
            "check_address": "address_validation",
            "rate": "rate",
            "create": "ship",
            "find": "recovery",
            "labels": "recovery",
            "void": "void",
            "track": "track",
            "subscribe": "subscription",
        }
    )
    service = "03"
    lives = tuple(Life)

    engine: UpsEngine

    def __init__(self, now: Now, *, lean: bool = False) -> None:
        self.engine = UpsEngine(now)
        if lean:
            recorded: Any = deque(maxlen=0)
            self.engine.recorded = recorded
            self.engine.pushes.sent = recorded
        self.ledger = self.engine.ledger

    @classmethod
    def file(cls) -> dict[str, Any]:
        shipper = {"location": "HQ"}
        return {
            "carrier": {"kind": cls.kind, "account": "A1B2C3", "environment": "test", "shipper": shipper},
            "label": {"format": "ZPL", "stock": "4x6"},
        }

    @property
    def credential(self) -> Mapping[str, str]:
        return CREDENTIAL

    def credential_in(self, folder: Path) -> GivenCredential:
        name, secret = CREDENTIAL["client_id"], CREDENTIAL["client_secret"]
        return GivenCredential(("--client-id", name, "--client-secret-stdin"), f"{secret}\n", f"{name}, {secret}")

    def vendor_url(self, operation: str) -> str:
        return "https://wwwcie.ups.com"

    @classmethod
    def shown_in_the_demo(cls) -> Sequence[str]:
        return ("token", "address_validation", "rate", "ship", "recovery", "track_by_reference")

    def rotate(self) -> dict[str, str]:
        self.engine.clients[SECOND["client_id"]] = SECOND["client_secret"]
        return dict(SECOND)

    def withdraw_first(self) -> None:
        self.engine.clients.pop(CREDENTIAL["client_id"], None)

    def expire_tokens(self) -> None:
        self.engine.expire_tokens()

    def revoke_tokens(self) -> None:
        self.engine.revoke_tokens()

    @property
    def sessions(self) -> int:
        return sum(self.engine.tokens.asked.values())

    def billed(self, shipment: LedgerShipment) -> Decimal:
        """At the negotiated rate, where the account has one."""
        return (shipment.charge * (self.engine.discount or 1)).quantize(CENT)

    def visible(self, reference: str) -> list[LedgerShipment]:
        return self.engine.visible(reference)

    def lag_by(self, lag: timedelta | Callable[[LedgerShipment], timedelta]) -> None:
        if isinstance(lag, timedelta):
            self.engine.index_lag, self.engine.lag_of = lag, None
        else:
            self.engine.lag_of = lag

    def choose_life(self, number: str, life: str, *, start: datetime | None = None, pace: float = 1) -> None:
        self.engine.choose(number, Life(life), start or self.engine.now(), pace)

    def live_by(
        self, choose: Callable[[LedgerShipment, str], str | None], *, after: timedelta, pace: float = 1
    ) -> None:
        def born(shipment: LedgerShipment, number: str) -> None:
            life = choose(shipment, number)
            if life is not None:
                self.engine.choose(number, Life(life), shipment.created_at + after, pace)

        self.engine.born = born

    def truth(self, number: str) -> Truth | None:
        return self.engine.parcels.truth(number, self.engine.now())

    def advance(self) -> None:
        self.engine.move()
        self.engine.push()

    def next_due(self) -> datetime | None:
        dues = (self.engine.parcels.next_due(), self.engine.pushes.next_due())
        return min((each for each in dues if each), default=None)

    def push_to(self, post: Post) -> None:
        self.engine.pushes.post = post

    def enter_in_the_portal(self, portal: Portal, client_id: str = "") -> None:
        """The webhook of v2, for one of our clients or for all of them."""
        self.engine.pushes.portals[client_id] = portal

    def subscribe_to_quantum_view(self, *names: str) -> None:
        """As a customer does in UPS's portal; files begin now."""
        self.engine.quantum.subscriptions = names

    def mishap(self, mishaps: Mishaps) -> None:
        """Set the mishaps of pushes from now on."""
        self.engine.pushes.mishaps = mishaps
