"""The watch of a shipment's parcels begins with its label, whatever else becomes of the order."""

from __future__ import annotations

from datetime import timedelta

from shared.domain.parcel import Watch
from shared.domain.record import Head
from shared.ports import Ports

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
            watch = Watch(
                carrier=kind,
                number=package.tracking_number,
                connection=head.connection,
                order=head.key,
                generation=head.generation,
                package=package.number,
                since=now,
                due_at=now,
                subscribe_at=now,
                poll_at=now + FIRST_POLL,
            )
            ports.tracking.begin(watch)
