"""The deployment of every world: stores in memory, an emulated ERP and carrier, and the choke before all of them.

A world is stepped in one of two ways: `by_hand.py` has one worker, one call after the other; `world.py` has many
workers at once, whose calls take time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict, Unpack

from sandbox.inprocess import Systems
from sandbox.memory import LeaseBook, MemoryConnectionStore, MemoryDocumentStore, MemoryLabels, MemoryOrderStore
from sandbox.memory_bills import MemoryBills
from sandbox.memory_pickups import MemoryPickups
from sandbox.memory_receiving import MemoryReceivingStore
from sandbox.memory_tracking import MemoryPages, MemoryTrackingStore, MemoryWebhooks
from sandbox.simulation.choke import AWS, Choke, Choked, ChokedOrders, Manners
from shared.connection import Connection
from shared.domain.record import Head
from shared.domain.windows import BUCKETS
from shared.http import Transport
from shared.ports import Budgets, Clock, Kind, Leases, Ports, Secrets, Tokens
from shared.registry import open_systems
from shared.workflow.intake.poll import poll
from shared.workflow.receiving.run import receive
from shared.workflow.shipping.process import process
from shared.workflow.tracking.apply import apply_told
from shared.workflow.tracking.look import look
from shared.workflow.write_back.process import write_back

DEPLOYMENT = "1a2b3c4d"
QUEUES: Mapping[str, Kind] = {
    "order_queue": "order",
    "write_back_queue": "order",
    "poll_queue": "poll",
    "tracking_queue": "parcel",
    "looks_queue": "look",
    "receiving_queue": "receiving",
}
"""The queues, each with the kind of message that the function behind it takes."""
PUBLIC = "https://parcels.example"
"""The address below which pages stand."""
STORES = ("connections", "documents", "tracking", "webhooks", "pages", "bills", "pickups", "labels", "receiving")
RECEIVES = 3
"""After so many receives a message goes to the dead letters: earlier than in the stack (5, infra/work_queue.py), so
that lives meet it more often."""


@dataclass(eq=False)
class Message:
    """A hint on its way."""

    connection: str
    order: str
    receives: int = 0


class Deployed:
    """One deployment with a connection (and `others` beside it). `manners` are those of the calls to AWS."""

    def __init__(
        self,
        connection: Connection,
        outside: Systems,
        choke: Choke,
        *,
        others: tuple[Connection, ...] = (),
        manners: Manners = AWS,
        **stores: Any,
    ) -> None:
        self.connection, self.others, self.choke, self._manners = connection, others, choke, manners
        self.outside, self.erp, self.carrier = outside, outside.erp, outside.carrier
        self.book: LeaseBook = {}
        self.orders: MemoryOrderStore = stores.get("orders") or MemoryOrderStore()
        self.connections: MemoryConnectionStore = stores.get("connections") or MemoryConnectionStore(self.book)
        self.documents: MemoryDocumentStore = stores.get("documents") or MemoryDocumentStore(self.book)
        self.tracking: MemoryTrackingStore = stores.get("tracking") or MemoryTrackingStore(self.book)
        self.receiving: MemoryReceivingStore = stores.get("receiving") or MemoryReceivingStore()
        self.webhooks, self.pages, self.labels = MemoryWebhooks(), MemoryPages(), MemoryLabels()
        self.bills, self.pickups = MemoryBills(), MemoryPickups()

    @property
    def all_connections(self) -> tuple[Connection, ...]:
        return (self.connection, *self.others)

    @property
    def credentials(self) -> dict[tuple[str, str], dict[str, str]]:
        """Return the credentials that each connection's systems accept, by connection and side."""
        sides = {"erp": self.erp.credential, "carrier": self.carrier.credential}
        return {(each.id, side): dict(sides[side]) for each in self.all_connections for side in sides}

    def choked(self, port: object, name: str) -> Any:
        """A port behind the choke, under its name."""
        return Choked(port, name, self.choke, self._manners)

    def shared_ports(self, queues: Mapping[str, object]) -> dict[str, Any]:
        """The ports that all workers reach, by their names in Ports."""
        stores = {name: getattr(self, name) for name in STORES}
        choked = {name: self.choked(port, name) for name, port in {**stores, **queues}.items()}
        orders = ChokedOrders(self.orders, self.choke, self._manners)
        return {"deployment": DEPLOYMENT, "public_base": PUBLIC, "orders": orders, **choked}

    def begin(self, line: datetime, now: datetime) -> None:
        """Applies and starts the connections, with that cut-over line."""
        for each in self.all_connections:
            self.connections.apply(each, line, "world", now)
            self.connections.set_status(each.id, "running", "started", "world", now)

    def heads(self) -> list[Head]:
        """Every order, straight from the store behind the choke."""
        listed = (self.orders.listing(each.id, bucket) for each in self.all_connections for bucket in BUCKETS)
        return self.orders.heads([key for keys in listed for key in keys])


class Outside(TypedDict):
    """The things that a worker's ERPs and carriers are opened with."""

    secrets: Secrets
    tokens: Tokens
    budgets: Budgets
    leases: Leases
    transport: Transport
    clock: Clock
    sleep: Callable[[float], None]


def worker_ports(shared: Mapping[str, Any], *, unique: Callable[[], str], **outside: Unpack[Outside]) -> Ports:
    """The ports of one worker: what is shared, and its own clock, leases, secrets and tokens."""
    erp, carrier = open_systems(**outside)
    secrets, leases, clock = outside["secrets"], outside["leases"], outside["clock"]
    return Ports(
        **shared,
        clock=clock,
        leases=leases,
        open_erp=erp,
        open_carrier=carrier,
        unique=unique,
        credentials_renewed=lambda connection: secrets.renewed(connection),  # noqa: PLW0108 - looked up at each call
    )


def use(queue: str, ports: Ports, message: Message, left: Callable[[], float]) -> None:
    """The function behind a queue works on one message."""
    if queue == "poll_queue":
        poll(ports, message.connection, left)
    elif queue == "order_queue":
        process(ports, message.order, left)
    elif queue == "write_back_queue":
        write_back(ports, message.order, left)
    elif queue == "tracking_queue":
        apply_told(ports, message.connection, message.order)
    elif queue == "receiving_queue":
        receive(ports, message.connection, left)
    else:
        look(ports, message.connection, message.order.split(), left)
