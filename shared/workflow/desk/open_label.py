"""Open a label by its public address: as it is now, and only while it may be used."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from shared.domain.page import Page, is_page_id
from shared.domain.record import Head
from shared.errors import Refused
from shared.ports import Clock, ShippedPackage
from shared.workflow.orders.label_status import check_usable

OPENS = timedelta(minutes=1)
"""The time for which the store's own address works: a browser follows it at once."""


class KnowsPages(Protocol):
    """The part of Pages that is needed here."""

    def get(self, page: str) -> Page | None: ...


class KnowsOrders(Protocol):
    """The part of OrderStore that is needed here."""

    def head(self, key: str) -> Head | None: ...

    def packages(self, key: str, generation: int) -> tuple[ShippedPackage, ...]: ...


class LabelLinks(Protocol):
    """Addresses in the store of labels."""

    def link(self, place: str, name: str, valid: timedelta) -> str:
        """An address that gives the image at `place` as a file called `name`. It is a key: it belongs in no log."""
        ...


@dataclass(frozen=True, slots=True)
class Counter:
    """The ports of the function that hands labels out."""

    pages: KnowsPages
    orders: KnowsOrders
    links: LabelLinks
    clock: Clock


@dataclass(frozen=True, slots=True)
class Opened:
    """A label that may be used: `url` gives its image, for a minute."""

    order: str
    connection: str
    package: int
    url: str


def open_label(counter: Counter, page: str) -> Opened | None:
    """The label at an address. None alike for an address that never was, has ended or was revoked, and for a label that
    was voided, whose order's shipment is in question, or that has no image."""
    found = counter.pages.get(page) if is_page_id(page) else None
    if found is None or found.purpose != "label" or not found.is_open(counter.clock.now()):
        return None
    package = _usable(counter.orders, found)
    if package is None:
        return None
    name = f"{found.document}-{package.number}.{package.label.rpartition('.')[2]}"
    url = counter.links.link(package.label, name, OPENS)
    return Opened(found.order, found.connection, package.number, url)


def _usable(orders: KnowsOrders, page: Page) -> ShippedPackage | None:
    head = orders.head(page.order)
    if head is None:
        return None
    if head.generation == page.generation:
        try:
            check_usable(head)
        except Refused:
            return None
    packages = orders.packages(page.order, page.generation)
    return next((e for e in packages if e.number == page.package and e.label and not e.voided), None)
