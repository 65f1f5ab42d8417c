"""IFS Cloud through its OData projections: shipments are read, and told what became of them."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping, Sequence
from datetime import date, datetime
from typing import Any

from shared.connection import Connection
from shared.domain.order import Order
from shared.erp.ifs import changes, charge, names, ping, prove, read, write
from shared.erp.ifs.auth import Auth
from shared.erp.ifs.client import Client
from shared.erp.ifs.listing import listing
from shared.erp.ifs.lookup import lookup
from shared.erp.ifs.settings import settings_of
from shared.http import Transport
from shared.ports import Change, Check, Clock, Entry, Erp, ErpAction, Listed, LookupKind, Secrets, Tokens, WriteBack


def open_erp(
    connection: Connection,
    *,
    secrets: Secrets,
    tokens: Tokens,
    transport: Transport,
    clock: Clock,
    kept: MutableMapping[str, Any] | None = None,
    **_: object,
) -> Erp:
    """The connection's IFS Cloud. Calls nothing yet. `kept` is what the process remembers between two openings."""
    settings = settings_of(connection)
    auth = Auth(settings, secrets.get(connection.id, "erp"), tokens, transport, clock)
    return IfsCloud(Client(settings, auth, transport, clock, kept), auth, clock)


class IfsCloud:
    """`Erp` on IFS Cloud, for one connection, with `ListsOlder` and `ChecksNames`; `ErpActions` for its freight charge,
    `ProvesWriting` before the first."""

    def __init__(self, client: Client, auth: Auth, clock: Clock) -> None:
        self._client, self._auth, self._clock = client, auth, clock

    @property
    def system(self) -> str:
        part = self._client.settings.part
        orders = "" if self._client.settings.source.packed else ":customer-orders"  # their numbers are others
        return f"ifs-cloud:{part.host}:{part.realm}{orders}"

    @property
    def company(self) -> str:
        return self._client.settings.part.company

    @property
    def changes_have_time(self) -> bool:
        return True

    def changed(self, cursor: str, floor: datetime) -> Sequence[Change]:
        return changes.changed(self._client, cursor, floor, self._clock.now())

    def older(self, floor: datetime) -> Sequence[Change]:
        return changes.older(self._client, floor, self._clock.now())

    def listing(self, day: date, floor: datetime) -> Iterator[Listed]:
        return listing(self._client, day, floor, self._clock.now())

    def read(self, document: str) -> tuple[Order, ...]:
        return read.read(self._client, self.system, document)

    def write(self, note: WriteBack) -> tuple[str, ...]:
        return write.write(self._client, note)

    def lookup(self, kind: LookupKind, like: str = "") -> Sequence[Entry]:
        return lookup(self._client, kind, like, self._clock.now())

    def ping(self) -> tuple[Check, ...]:
        return tuple(ping.checks(self._client, self._auth, self._clock.now()))

    def check_names(self) -> tuple[Check, ...]:
        return tuple(names.checks(self._client))

    def actions(self, note: WriteBack) -> Sequence[ErpAction]:
        return charge.actions(self._client.settings.charge, note)

    def find_action(self, action: ErpAction) -> str:
        return charge.find_action(self._client, self._client.settings.charge, action)

    def act(self, action: ErpAction) -> str:
        return charge.act(self._client, self._client.settings.charge, action)

    def prove_write(self, document: str) -> tuple[Check, ...]:
        return tuple(prove.prove_write(self._client, document))
