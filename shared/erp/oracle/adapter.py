"""Oracle Fusion Cloud through its REST resources: purchase orders are read and told by an advice or a change order,
shipments of sales orders are read and their lines told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from shared.connection import Connection
from shared.domain.order import Order
from shared.erp.oracle import actions, changes, decisions, ping, shipment_numbers, shipments, write
from shared.erp.oracle.auth import Auth
from shared.erp.oracle.client import Client
from shared.erp.oracle.listing import listing
from shared.erp.oracle.lookup import lookup
from shared.erp.oracle.read import PurchaseOrders
from shared.erp.oracle.settings import settings_of
from shared.erp.oracle.shipments import Shipments
from shared.http import Transport
from shared.ports import (
    Change,
    Check,
    Clock,
    Entry,
    Erp,
    ErpAction,
    Listed,
    LookupKind,
    Secrets,
    Tokens,
    Verdict,
    WriteBack,
)


def open_erp(
    connection: Connection, *, secrets: Secrets, tokens: Tokens, transport: Transport, clock: Clock, **_: object
) -> Erp:
    """The connection's pod. Calls nothing yet."""
    settings = settings_of(connection)
    auth = Auth(settings, secrets.get(connection.id, "erp"), tokens, transport, clock)
    return OracleFusion(Client(settings, auth, transport, clock), auth, clock)


class OracleFusion:
    """`Erp` and `ErpActions` on a Fusion pod, for one connection."""

    def __init__(self, client: Client, auth: Auth, clock: Clock) -> None:
        self._client, self._auth, self._clock = client, auth, clock

    @property
    def system(self) -> str:
        return f"oracle-fusion:{self._client.settings.pod}"

    @property
    def _ships(self) -> bool:
        return self._client.settings.part.source == "shipments"

    @property
    def company(self) -> str:
        return self._client.settings.part.company_code

    @property
    def changes_have_time(self) -> bool:
        return True

    def changed(self, cursor: str, floor: datetime) -> Sequence[Change]:
        listed = shipments.changed if self._ships else changes.changed
        return listed(self._client, cursor, floor, self._clock.now())

    def listing(self, day: date, floor: datetime) -> Iterator[Listed]:
        account = shipments.listing if self._ships else listing
        return account(self._client, day, floor, self._clock.now())

    def read(self, document: str) -> tuple[Order, ...]:
        source = Shipments if self._ships else PurchaseOrders
        return source(self._client, self.system).read(document)

    def write(self, note: WriteBack) -> tuple[str, ...]:
        tell = shipment_numbers.write if self._ships else write.write
        return tell(self._client, note)

    def actions(self, note: WriteBack) -> Sequence[ErpAction]:
        return actions.actions(self._client.settings.doors, note)

    def find_action(self, action: ErpAction) -> str:
        return actions.find_action(self._client, action)

    def decided(self, action: ErpAction) -> str:
        return actions.decided(self._client, action)

    def verdict(self, found: str) -> Verdict:
        return decisions.verdict(found)

    def act(self, action: ErpAction) -> str:
        return actions.act(self._client, action, self._clock.now())

    def lookup(self, kind: LookupKind, like: str = "") -> Sequence[Entry]:
        return lookup(self._client, kind, like)

    def ping(self) -> tuple[Check, ...]:
        return tuple(ping.checks(self._client, self._auth, self._clock.now()))
