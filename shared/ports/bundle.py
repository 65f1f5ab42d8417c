"""The ports together, as a use case is handed them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from shared.ports.billing import Bills
from shared.ports.carrier import Carrier
from shared.ports.connections import ConnectionStore, DocumentStore
from shared.ports.erp import Erp
from shared.ports.leases import Lease, LeaseKind, Leases
from shared.ports.orders import OrderStore
from shared.ports.pages import Pages
from shared.ports.pickups import Pickups
from shared.ports.receiving import ReceivingStore
from shared.ports.services import Clock, LabelStore, Queue
from shared.ports.sessions import session
from shared.ports.tracking import PushTarget, TrackingStore, Webhooks

if TYPE_CHECKING:
    from shared.connection import Connection

    Opener = Callable[[Connection], Carrier]


@dataclass(frozen=True, slots=True)
class Ports:
    """Everything a use case may reach. `erp` and `carrier` open the systems of one connection, with its credentials
    only, for the length of a `with` block; `open_erp` and `open_carrier` are how they are made.

    `deployment` is the short id that begins every reference; `unique` makes the names of writes and leases.
    `credentials_renewed` is `Secrets.renewed` of a connection: asked before a refused credential closes it.
    `webhook` is where a connection's carrier sends its events, None where it sends none. Public addresses stand below
    `public_base`.
    """

    orders: OrderStore
    connections: ConnectionStore
    documents: DocumentStore
    leases: Leases
    order_queue: Queue
    write_back_queue: Queue
    poll_queue: Queue
    tracking: TrackingStore
    tracking_queue: Queue
    looks_queue: Queue
    receiving: ReceivingStore
    receiving_queue: Queue
    webhooks: Webhooks
    pages: Pages
    bills: Bills
    pickups: Pickups
    labels: LabelStore
    clock: Clock
    open_erp: Callable[[Connection], Erp]
    open_carrier: Callable[[Connection], Carrier]
    deployment: str
    public_base: str = ""
    unique: Callable[[], str] = lambda: uuid4().hex
    credentials_renewed: Callable[[str], bool] = lambda _: False
    webhook: Callable[[Connection], PushTarget | None] = lambda _: None

    def erp(self, connection: Connection) -> AbstractContextManager[Erp]:
        """The connection's ERP; its session ends with the block."""
        return session(self.open_erp(connection))

    def carrier(self, connection: Connection) -> AbstractContextManager[Carrier]:
        """The connection's carrier; its session ends with the block."""
        return session(self.open_carrier(connection))

    def with_carriers(self, wrapped: Callable[[Opener], Opener]) -> Ports:
        """The same ports, whose carriers are opened by what `wrapped` makes of the way in which these open them."""
        return replace(self, open_carrier=wrapped(self.open_carrier))

    @contextmanager
    def lease(self, kind: LeaseKind, of: str, span: timedelta) -> Iterator[str]:
        """A lease for the length of the block, `span` at most: the name of its owner, "" while another one has it."""
        owner, lease = self.unique(), Lease(kind, of)
        if not self.leases.take(lease, owner, span):
            yield ""
            return
        try:
            yield owner
        finally:
            self.leases.release(lease, owner)
