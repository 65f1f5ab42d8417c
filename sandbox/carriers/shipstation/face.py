"""ShipStation behind the face of an emulated carrier."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sandbox.carriers.shipstation.engine import HOST, KEYS_HOST, V1_HOSTS, ShipStationEngine
from sandbox.carriers.shipstation.lives import Life
from sandbox.carriers.shipstation.v1_wire import V1_HOST
from sandbox.carriers.shipstation.wire import V2_HOST
from sandbox.faces import EmulatedCarrier, GivenCredential, Now, Post, Truth
from sandbox.ledger import LedgerShipment
from sandbox.posting import Mishaps

CREDENTIAL = {"api": "v2", "api_key": "sandbox-v2-key"}
SECOND = {"api": "v2", "api_key": "second-v2-key"}
V1_CREDENTIAL = {"api": "v1", "api_key": "sandbox-v1-key", "api_secret": "sandbox-v1-secret"}
V1_SECOND = {"api": "v1", "api_key": "second-v1-key", "api_secret": "second-v1-secret"}


class ShipStation(EmulatedCarrier):
    """One account, asked by V2. A label is a shipment of the ledger: its id is that of the label in the version that
    bought it, its first reference
    the external_shipment_id, its second what else names the order. A key is no session: none is ever asked for."""

    kind = "shipstation"
    name = "shipstation"
    hosts = frozenset({HOST, KEYS_HOST, *V1_HOSTS})
    operations = MappingProxyType(
        {
            "token": "token",
            "check_address": "validate_address",
            "rate": "rates",
            "create": "create_label",
            "find": "list_labels",
            "labels": "get_label",
            "void": "void_label",
            "track": "track_label",
            "subscribe": "create_webhook",
        }
    )
    service = "ups_ground"
    uncontracted = frozenset({"jwks"})
    validates = False
    lives = tuple(Life)

    engine: ShipStationEngine

    def __init__(self, now: Now, *, lean: bool = False) -> None:
        self.engine = ShipStationEngine(now)
        if lean:
            recorded: Any = deque(maxlen=0)
            self.engine.recorded = recorded
            self.engine.hooks.sent = recorded
        self.ledger = self.engine.ledger

    @classmethod
    def file(cls) -> dict[str, Any]:
        carrier = {"kind": cls.kind, "api": "v2", "accounts": {"ups": "se-101"}, "shipper": {"location": "HQ"}}
        return {"carrier": carrier, "label": {"format": "ZPL", "stock": "4x6"}}

    @property
    def credential(self) -> Mapping[str, str]:
        return CREDENTIAL

    def credential_in(self, folder: Path) -> GivenCredential:
        key = CREDENTIAL["api_key"]
        return GivenCredential(("--api", "v2", "--api-key-stdin"), f"{key}\n", key)

    def vendor_url(self, operation: str) -> str:
        if operation == "jwks":
            return f"https://{KEYS_HOST}"
        return f"https://{V1_HOST}" if operation.startswith("v1_") else V2_HOST

    @classmethod
    def shown_in_the_demo(cls) -> Sequence[str]:
        return ("carriers", "rates", "create_label", "list_labels")

    def rotate(self) -> dict[str, str]:
        self.engine.keys.add(SECOND["api_key"])
        return dict(SECOND)

    def withdraw_first(self) -> None:
        self.engine.keys.discard(CREDENTIAL["api_key"])

    def expire_tokens(self) -> None:
        """Do nothing: a key has no end."""

    def revoke_tokens(self) -> None:
        """Do nothing: a key that is withdrawn is refused at once."""

    @property
    def sessions(self) -> int:
        return 0

    def billed(self, shipment: LedgerShipment) -> Decimal:
        """Return all four amounts of the price."""
        return shipment.charge

    def visible(self, reference: str) -> list[LedgerShipment]:
        book = self.engine.book
        found = (book.of_number(each.tracking_numbers[0]) for each in self.ledger.live() if each.reference == reference)
        return [each.made for each in found if each and book.seen(each)]

    def lag_by(self, lag: timedelta | Callable[[LedgerShipment], timedelta]) -> None:
        if isinstance(lag, timedelta):
            self.engine.book.index_lag, self.engine.book.lag_of = lag, None
        else:
            self.engine.book.lag_of = lag

    # --- parcels under way -------------------------------------------------------------------------------------------

    def choose_life(self, number: str, life: str, *, start: datetime | None = None, pace: float = 1) -> None:
        self.engine.choose(number, Life(life), start or self.engine.now(), pace)

    def live_by(
        self, choose: Callable[[LedgerShipment, str], str | None], *, after: timedelta, pace: float = 1
    ) -> None:
        def born(shipment: LedgerShipment, number: str) -> None:
            life = choose(shipment, number)
            if life is not None:
                self.engine.choose(number, Life(life), shipment.created_at + after, pace)

        self.engine.book.born = born

    def truth(self, number: str) -> Truth | None:
        return self.engine.parcels.truth(number, self.engine.now())

    def advance(self) -> None:
        self.engine.move()
        self.engine.push()

    def next_due(self) -> datetime | None:
        dues = (self.engine.parcels.next_due(), self.engine.hooks.next_due(), self.engine.batches.next_due())
        return min((each for each in dues if each), default=None)

    def push_to(self, post: Post) -> None:
        self.engine.hooks.post = post

    # --- what people do in ShipStation -------------------------------------------------------------------------------

    def buy_by_hand(self, external: str) -> str:
        """Buy the label of a shipment that was only sent, as a person does in the UI; return the label's id. Raises
        KeyError for a shipment that is none."""
        shipment = self.engine.book.by_external[external]
        shipment.asked = {"carrier_id": "se-101", "service_code": self.service, **shipment.asked}
        return self.engine.buy(shipment)

    def split(self, external: str) -> tuple[str, ...]:
        """Split a shipment's packages over two shipments, and return the ids of the labels that a person buys."""
        return tuple(self.engine.buy(part) for part in self.engine.split(self.engine.book.by_external[external]))

    def take_in(self, reference: str, sku: str, quantity: int, location: str) -> None:
        """Receive goods at the dock for the purchase order with our number. Raises LookupError for one that is none."""
        found = [each for each in self.engine.orders.orders.values() if each.reference == reference]
        if not found:
            raise LookupError(reference)
        self.engine.orders.take_in(found[-1], sku, location, quantity)

    def mishap(self, mishaps: Mishaps) -> None:
        """Say what goes wrong with webhooks from now on."""
        self.engine.hooks.mishaps = mishaps


class ShipStationV1(ShipStation):
    """The same account, asked by V1: a key with its secret, one package a label."""

    operations = MappingProxyType(
        {
            "token": "token",
            "check_address": "validate_address",
            "rate": "v1_rates",
            "create": "v1_label_of_order",
            "find": "v1_list_shipments",
            "labels": "v1_list_shipments",
            "void": "v1_void",
            "track": "v1_list_shipments",
            "subscribe": "v1_subscribe",
        }
    )

    @classmethod
    def file(cls) -> dict[str, Any]:
        carrier = {"kind": cls.kind, "api": "v1", "accounts": {"ups": "ups"}, "shipper": {"location": "HQ"}}
        return {"carrier": carrier, "label": {"format": "PDF", "stock": "4x6"}}

    @property
    def credential(self) -> Mapping[str, str]:
        return V1_CREDENTIAL

    def rotate(self) -> dict[str, str]:
        self.engine.v1.users[V1_SECOND["api_key"]] = V1_SECOND["api_secret"]
        return dict(V1_SECOND)

    def withdraw_first(self) -> None:
        self.engine.v1.users.pop(V1_CREDENTIAL["api_key"], None)
