"""The public addresses of an order: its tracking page, with all its live parcels, and those of its labels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from shared.connection import Connection
from shared.domain.page import OnPage, Page, label_place, new_page_id
from shared.domain.record import Head
from shared.ports import Conflict, Ports
from shared.workflow.orders.watched import supplier_numbers


def page_of(ports: Ports, order: str) -> Page | None:
    """The tracking page of an order, also one that has ended or was revoked."""
    return next((each for each in ports.pages.of(order) if each.purpose == "tracking"), None)


def keep_page(ports: Ports, head: Head, connection: Connection, *, again: bool = False) -> Page | None:
    """Makes the order's page where it has none, or where that has ended, and brings it up to date; None for an order
    without a parcel. `again` makes another one in place of one that is revoked.

    Repeating it leaves the same address. Raises Conflict when somebody else was first.
    """
    stands, parcels = page_of(ports, head.key), tuple(_parcels(ports, head, connection))
    now = ports.clock.now()
    if stands and (stands.is_open(now) or (stands.revoked and not again)):
        return _updated(ports, stands, parcels)
    if not parcels:
        return None
    ends = now + timedelta(days=connection.tracking.page_days)
    page = Page(new_page_id(), "tracking", head.connection, head.key, head.document, ends, parcels=parcels)
    if not ports.pages.begin(page, stands.id if stands else ""):
        raise Conflict(head.key)
    return page


def refresh_page(ports: Ports, head: Head, connection: Connection) -> None:
    """Brings the order's page up to date, where it has one. Raises Conflict when somebody else was first."""
    stands = page_of(ports, head.key)
    if stands:
        _updated(ports, stands, tuple(_parcels(ports, head, connection)))


def keep_label_page(ports: Ports, head: Head, package: int, until: datetime) -> Page:
    """The address of the label of a package of the order's last generation, which works until then at least: made where
    there is none, or where it has ended or was revoked. Raises Conflict when somebody else was first."""
    place = label_place(head.generation, package)
    stands = next((each for each in ports.pages.of(head.key) if each.place == place), None)
    if stands is None or not stands.is_open(ports.clock.now()):
        page = Page(new_page_id(), "label", head.connection, head.key, head.document, until, head.generation, package)
        done = ports.pages.begin(page, stands.id if stands else "")
    else:
        page = replace(stands, ends=until, version=stands.version + 1) if stands.ends < until else stands
        done = page is stands or ports.pages.save(page)
    if not done:
        raise Conflict(head.key)
    return page


def _updated(ports: Ports, stands: Page, parcels: tuple[OnPage, ...]) -> Page:
    page = stands.with_parcels(parcels)
    if page is not stands and not ports.pages.save(page):
        raise Conflict(stands.order)
    return page


def _parcels(ports: Ports, head: Head, connection: Connection) -> Iterator[OnPage]:
    """The live parcels of all generations of the order, in their order; or those of its supplier."""
    kind = connection.carrier.kind
    with ports.carrier(connection) as carrier:
        for generation in range(1, head.generation + 1):
            for each in ports.orders.packages(head.key, generation):
                if each.tracking_number and not each.voided:
                    yield OnPage(kind, each.tracking_number, carrier.tracking_url(each.tracking_number))
        for number in supplier_numbers(ports, head):
            yield OnPage(kind, number, carrier.tracking_url(number))
