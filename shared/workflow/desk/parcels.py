"""Parcels as people look at them: those of an order, those of a heading, and what a carrier told of one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from shared.domain.parcel import ParcelEvent, Watch, in_order
from shared.domain.record import Head
from shared.ports import Ports
from shared.workflow.orders.watched import supplier_numbers


def parcels_of(ports: Ports, head: Head) -> list[Watch]:
    """The watched parcels of the order's last shipment, in the order of its packages."""
    kind = ports.connections.revision(head.connection, head.revision).carrier.kind
    packages = ports.orders.packages(head.key, head.generation)
    numbers = [each.tracking_number for each in packages if each.tracking_number]
    numbers += supplier_numbers(ports, head)
    return ports.tracking.watches([(kind, number) for number in numbers])


def parcels_numbered(ports: Ports, number: str) -> list[Watch]:
    """The watched parcels that have this number, whatever blanks it was written with: one a carrier at most."""
    kinds = {each.connection.carrier.kind for each in ports.connections.all()}
    written = "".join(number.split()).upper()
    return ports.tracking.watches([(kind, written) for kind in sorted(kinds)])


def watches_in(ports: Ports, connections: Sequence[str], buckets: Iterable[str]) -> Iterator[Watch]:
    """The parcels of these headings, one heading after another."""
    for bucket in buckets:
        for each in connections:
            yield from ports.tracking.listing(each, bucket)


def heard_since(ports: Ports, connection: str, since: datetime) -> Iterator[Watch]:
    """The parcels of a connection that were heard of since, or whose watch began since; each once."""
    met: set[str] = set()
    for watch in watches_in(ports, [connection], ("moving", "exception", "silent", "finished")):
        if watch.number not in met and (watch.facts.heard or watch.since) >= since:
            met.add(watch.number)
            yield watch


def events_of(ports: Ports, watch: Watch) -> list[ParcelEvent]:
    """The events of a parcel in the order of time, without what a carrier told as a fact alone."""
    events = in_order(ports.tracking.events(watch.carrier, watch.number, watch.connection))
    return [each for each in events if not each.is_fact]
