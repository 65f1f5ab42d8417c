"""The parcels that a driver takes from a location today, and those of earlier days that nobody has scanned."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from shared.connection import Connection
from shared.domain.measures import Weight
from shared.domain.milestones import Milestone
from shared.domain.money import Money
from shared.domain.order import Order
from shared.domain.parcel import Watch
from shared.domain.record import Head, Snapshot
from shared.domain.shipment import Package
from shared.domain.state import State
from shared.ports import Ports, ShippedPackage, StoredConnection
from shared.workflow.desk.labelled import labelled
from shared.workflow.desk.listing import snapshot_of
from shared.workflow.desk.parcels import watches_in
from shared.workflow.orders.label import IN_QUESTION, INBOUND, bought_at

_NOT_SCANNED = frozenset({None, Milestone.LABEL_CREATED})
_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class HandedOver:
    """One parcel of a hand-over list. `day` is the day of its label, or its ship date if that is later, in the
    location's zone. `weight`, `value` (the declared one), `to` and `country` are missing once the order's content has
    expired. `keep` is the reason for which it must not be handed over, "" for none."""

    connection: str
    order: str
    number: str
    package: int
    packages: int
    service: str
    day: date
    weight: Weight | None = None
    value: Money | None = None
    to: str = ""
    country: str = ""
    keep: str = ""


@dataclass(frozen=True, slots=True)
class HandOver:
    """A location's list: `today` goes with today's truck, `earlier` was labelled before and nobody has scanned it,
    `later` counts what has its ship date after today."""

    location: str
    day: date
    zone: str
    today: tuple[HandedOver, ...] = ()
    earlier: tuple[HandedOver, ...] = ()
    later: int = 0


def location_of(order: Order, connection: Connection) -> str:
    """The name of the location that the goods leave from: the supplier, or the warehouse, or the account's holder."""
    if order.flow != "outbound":
        return order.supplier
    return order.warehouse or connection.carrier.holder


def hand_over(ports: Ports, connections: Sequence[StoredConnection], location: str) -> HandOver:
    """The list of a location, over all of these connections, with declared parcels first.

    A connection that gives the location a zone decides the day, else the connection's own zone does."""
    now = ports.clock.now()
    zone = _zone(connections, location)
    today = now.astimezone(zone).date()
    found = [
        _parcel(stored, head, snapshot, package, count, zone)
        for stored, head, snapshot in _leaving(ports, connections, location, now)
        for package, count in _not_scanned(ports, stored, head)
    ]
    found.sort(key=lambda each: (each.value is None, each.service, each.order, each.package))
    return HandOver(
        location,
        today,
        zone.key,
        tuple(each for each in found if each.day == today),
        tuple(sorted((each for each in found if each.day < today), key=lambda each: each.day)),
        sum(each.day > today for each in found),
    )


def locations_in(connections: Sequence[StoredConnection]) -> list[str]:
    """The names of the locations that the files describe."""
    return sorted({name for each in connections for name in each.connection.locations})


def _zone(connections: Sequence[StoredConnection], location: str) -> ZoneInfo:
    named = [each.connection for each in connections if location in each.connection.locations]
    own = [place.timezone for each in named if (place := each.locations[location]).timezone]
    others = [each.timezone for each in named] or [each.connection.timezone for each in connections]
    return ZoneInfo(str(next(iter([*own, *others]), "UTC")))


def _leaving(
    ports: Ports, connections: Sequence[StoredConnection], location: str, now: datetime
) -> Iterator[tuple[StoredConnection, Head, Snapshot | None]]:
    """Orders with a label that leave from the location, of which a parcel may not have been scanned.

    Only labels of the last days are looked at for a parcel that is not watched yet."""
    names = [each.connection.id for each in connections]
    waiting = {each.order for each in watches_in(ports, names, ("moving", "silent")) if _waits(each)}
    for head, stored in labelled(ports, connections):
        recent = bought_at(head) >= now - 2 * _A_DAY
        if head.label != INBOUND and (recent or head.key in waiting):
            snapshot = snapshot_of(ports, head)
            if snapshot and location_of(snapshot.order, stored.connection) == location:
                yield stored, head, snapshot


def _not_scanned(ports: Ports, stored: StoredConnection, head: Head) -> Iterator[tuple[ShippedPackage, int]]:
    packages = ports.orders.packages(head.key, head.generation)
    kind = stored.connection.carrier.kind
    numbers = [(kind, each.tracking_number) for each in packages if each.tracking_number]
    watched = {each.number: each for each in ports.tracking.watches(numbers)}
    for each in packages:
        watch = watched.get(each.tracking_number)
        if not each.voided and each.tracking_number and (watch is None or _waits(watch)):
            yield each, len(packages)


def _waits(watch: Watch) -> bool:
    """Tell if nobody has scanned the parcel."""
    return watch.facts.milestone in _NOT_SCANNED and not watch.finished


def _parcel(
    stored: StoredConnection, head: Head, snapshot: Snapshot | None, package: ShippedPackage, count: int, zone: ZoneInfo
) -> HandedOver:
    plan = snapshot.plan if snapshot else None
    made = bought_at(head).astimezone(zone).date()
    planned = plan.packages[package.number - 1] if plan and package.number <= len(plan.packages) else None
    goes_to = plan.ship_to.address if plan else None
    return HandedOver(
        connection=stored.connection.id,
        order=head.document,
        number=package.tracking_number,
        package=package.number,
        packages=count,
        service=head.service,
        day=max(made, plan.ship_date) if plan and plan.ship_date else made,
        weight=planned.weight if planned else None,
        value=_declared(planned),
        to=" ".join(part for part in (goes_to.postcode, goes_to.city, goes_to.country) if part) if goes_to else "",
        country=goes_to.country if goes_to else "",
        keep=head.reason if head.state == State.HELD and head.reason in IN_QUESTION else "",
    )


def _declared(package: Package | None) -> Money | None:
    return package.value if package else None
