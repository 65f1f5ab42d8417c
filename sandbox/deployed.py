"""What both worlds deploy: the ports that all workers share, a worker's own ports, and which use case takes a message.

`sandbox/world.py` lives by hand, one call after the other; `sandbox/simulation/world.py` has many workers at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from shared.http import Transport
from shared.ports import Clock, Kind, Leases, Ports, Secrets, Tokens
from shared.registry import open_systems
from shared.workflow.intake.poll import poll
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
}
"""The queues, each with the kind of message that the function behind it takes."""
STORES = ("orders", "connections", "documents", "tracking", "labels")
Wrap = Callable[[Any, str], Any]
"""Puts a port behind the choke, under its name."""


def shared_ports(wrap: Wrap, stores: Mapping[str, object], queues: Mapping[str, object]) -> dict[str, Any]:
    """The ports of a deployment that all its workers reach, by their names in Ports: stores and queues."""
    ports = {name: stores[name] for name in STORES} | {name: queues[name] for name in QUEUES}
    return {"deployment": DEPLOYMENT, **{name: wrap(port, name) for name, port in ports.items()}}


def worker_ports(
    shared: Mapping[str, Any],
    *,
    secrets: Secrets,
    tokens: Tokens,
    leases: Leases,
    transport: Transport,
    clock: Clock,
    unique: Callable[[], str],
) -> Ports:
    """The ports of one worker: what is shared, and its own clock, leases, secrets and tokens."""
    erp, carrier = open_systems(secrets=secrets, tokens=tokens, transport=transport, clock=clock)
    return Ports(
        **shared,
        clock=clock,
        leases=leases,
        open_erp=erp,
        open_carrier=carrier,
        unique=unique,
        credentials_renewed=lambda connection: secrets.renewed(connection),  # noqa: PLW0108 - looked up at each call
    )


def use(queue: str, ports: Ports, connection: str, order: str, left: Callable[[], float]) -> None:
    """The function behind a queue works on one message."""
    if queue == "poll_queue":
        poll(ports, connection, left)
    elif queue == "order_queue":
        process(ports, order, left)
    elif queue == "write_back_queue":
        write_back(ports, order, left)
    elif queue == "tracking_queue":
        apply_told(ports, connection, order)
    else:
        look(ports, connection, order.split(), left)
