"""The ports together, as a use case is handed them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

from shared.ports.carrier import Carrier
from shared.ports.connections import ConnectionStore, DocumentStore
from shared.ports.erp import Erp
from shared.ports.orders import OrderStore
from shared.ports.services import Clock, LabelStore, Queue

if TYPE_CHECKING:
    from shared.connection import Connection


@dataclass(frozen=True, slots=True)
class Ports:
    """Everything a use case may reach. `erp` and `carrier` open the systems of one connection, with its credentials
    only.

    `deployment` is the short id that begins every reference; `unique` makes the names of writes and leases.
    `credentials_renewed` is `Secrets.renewed` of a connection: asked before a refused credential closes it.
    """

    orders: OrderStore
    connections: ConnectionStore
    documents: DocumentStore
    order_queue: Queue
    write_back_queue: Queue
    poll_queue: Queue
    labels: LabelStore
    clock: Clock
    erp: Callable[[Connection], Erp]
    carrier: Callable[[Connection], Carrier]
    deployment: str
    unique: Callable[[], str] = lambda: uuid4().hex
    credentials_renewed: Callable[[str], bool] = lambda _: False
