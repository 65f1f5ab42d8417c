"""SYSPRO through e.net: notes, sales orders, invoices or purchase orders are read, and told what became of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime

from shared.connection import Connection
from shared.domain.order import Order
from shared.erp.syspro import changes, ping
from shared.erp.syspro.auth import Session
from shared.erp.syspro.client import Client
from shared.erp.syspro.forms import Forms
from shared.erp.syspro.listing import listing
from shared.erp.syspro.lookup import lookup
from shared.erp.syspro.odata import Feed
from shared.erp.syspro.read import Reader
from shared.erp.syspro.settings import settings_of
from shared.erp.syspro.tables import Comfnd, Tables
from shared.erp.syspro.wire import Wire
from shared.erp.syspro.write import Writer
from shared.http import Transport
from shared.ports import Change, Check, Clock, Entry, Erp, Leases, Listed, LookupKind, Secrets, WriteBack


def open_erp(
    connection: Connection,
    *,
    secrets: Secrets,
    transport: Transport,
    clock: Clock,
    leases: Leases | None = None,
    sleep: Callable[[float], None] = time.sleep,
    **_: object,
) -> Erp:
    """The connection's SYSPRO. Calls nothing yet: a session begins with the first call, and ends with `close`. Without
    leases nobody else may use the operator."""
    settings, credential = settings_of(connection), secrets.get(connection.id, "erp")
    wire = Wire(settings, transport, clock)
    client = Client(settings, Session(settings, credential, wire, clock, leases, sleep), wire)
    reader = Feed(wire, credential) if settings.part.read == "odata" else Comfnd(client)
    return Syspro(client, Tables(reader, settings.part.page_rows), clock)


class Syspro:
    """`Erp` on SYSPRO, for one connection, with `ListsOlder`."""

    def __init__(self, client: Client, tables: Tables, clock: Clock) -> None:
        self._client, self._tables, self._clock = client, tables, clock
        self._settings = client.settings
        self._forms = Forms(client, self._settings.source.key)
        self._reader = Reader(tables, self._forms, client)
        self._writer = Writer(client, self._reader, self._forms, self._settings)

    @property
    def system(self) -> str:
        return self._settings.system

    @property
    def company(self) -> str:
        return self._settings.part.company

    @property
    def changes_have_time(self) -> bool:
        return False

    def changed(self, cursor: str, floor: datetime) -> Sequence[Change]:  # noqa: ARG002 - each poll lists the whole set
        return changes.changed(self._tables, self._settings, floor, self._clock.now())

    def older(self, floor: datetime) -> Sequence[Change]:  # noqa: ARG002 - the first poll draws the line
        return changes.behind(self._tables, self._settings)

    def listing(self, day: date, floor: datetime) -> Iterator[Listed]:
        return listing(self._tables, self._settings, day, floor, self._clock.now())

    def read(self, document: str) -> tuple[Order, ...]:
        return self._reader.read(document, self._clock.now())

    def write(self, note: WriteBack) -> tuple[str, ...]:
        return self._writer.write(note, self._clock.now())

    def lookup(self, kind: LookupKind, like: str = "") -> Sequence[Entry]:
        return lookup(self._tables, kind, like)

    def ping(self) -> tuple[Check, ...]:
        return tuple(ping.checks(self._client, self._tables, self._forms, self._reader, self._clock.now()))

    def close(self) -> None:
        """Logs the operator off, and gives it to the next worker."""
        self._client.session.close()
