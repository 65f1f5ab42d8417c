"""The watch of a shipment's parcels begins with its label, whatever else becomes of the order."""

from __future__ import annotations

from datetime import datetime, timedelta

from shared.domain.parcel import Watch
from shared.domain.record import Head
from shared.ports import Ports
from shared.workflow.orders.label import INBOUND

FIRST_POLL = timedelta(hours=4)
"""After the label: until then there is nothing to be told, as a rule."""


def watch_parcels(ports: Ports, head: Head) -> None:
    """Begins to watch each parcel of the order's shipment; those that are watched already stay as they are.

    They are due at once: the first look subscribes to their events, and joins what was told before the label.
    """
    kind = ports.connections.revision(head.connection, head.revision).carrier.kind
    now = ports.clock.now()
    for package in ports.orders.packages(head.key, head.generation):
        if package.tracking_number and not package.voided:
            ports.tracking.begin(watch_of(head, kind, package.tracking_number, package.number, now))


def watch_of(head: Head, carrier: str, number: str, package: int, now: datetime) -> Watch:
    """The watch of a parcel of the order, from now on; `package` is 0 for one that its supplier sends on its own."""
    return Watch(
        carrier=carrier,
        number=number,
        connection=head.connection,
        order=head.key,
        generation=head.generation,
        package=package,
        since=now,
        due_at=now,
        subscribe_at=now,
        poll_at=now + FIRST_POLL,
    )


def supplier_numbers(ports: Ports, head: Head) -> list[str]:
    """The numbers by which the order's supplier sends it on its own; none for an order with a label of ours."""
    telling = ports.orders.telling(head.key) if head.label == INBOUND else None
    return telling.now.numbers.split() if telling else []
