"""The tenant's own account of its documents: those in the selected states, and those that were delivered on a day.

A shipment that was delivered has its ActualShipDate, whatever its state (facts/ifs.md, section 4). A customer order has
no such day: of one that is delivered or invoiced its version says when it was changed last.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from shared.erp.ifs import odata
from shared.erp.ifs.changes import document_of, rows, stamp_of, written_at
from shared.erp.ifs.client import Client, Row
from shared.erp.ifs.shipments import CANCELLED, is_wanted, moment, said
from shared.ports import Listed

_DAY = timedelta(days=1)
ORDERED_WITHIN = timedelta(days=90)
"""How old a delivered customer order may be, where the file sets no `lookback`: their list has no end."""
LEFT = ("PartiallyDelivered", "Delivered", "Invoiced")
"""States of a customer order that has left."""


def listing(client: Client, day: date, floor: datetime, now: datetime) -> Iterator[Listed]:
    """See Erp.listing. Of customer orders those that left are the ones that were changed on the day or since."""
    settings = client.settings
    for row in rows(client, now):
        if is_wanted(settings, row) and not said(settings, row, "ActualShipDate") and _not_before(client, row, floor):
            yield _listed(client, row, ready=True)
    left = _delivered(client, day) if settings.source.packed else _orders_left(client, day)
    for row in left:
        if said(settings, row, "Objstate") != CANCELLED and is_wanted(settings, row, any_state=True):
            yield _listed(client, row, ready=False)


def _listed(client: Client, row: Row, *, ready: bool) -> Listed:
    settings = client.settings
    return Listed(document_of(settings, row), ready, said(settings, row, "Objstate"))


def _not_before(client: Client, row: Row, floor: datetime) -> bool:
    written = written_at(client.settings, stamp_of(row))
    return written is None or written >= floor


def _delivered(client: Client, day: date) -> Iterator[Row]:
    """Shipments delivered on the day, by the calendar of their site."""
    settings = client.settings
    source, shipped = settings.source, settings.name("ActualShipDate")
    on_day = f"{shipped} ge {odata.midnight(day)} and {shipped} lt {odata.midnight(day + _DAY)}"
    for site in settings.select.site or ("",):
        at = f"{settings.name('Contract')} eq {odata.text(site)}" if site else ""
        for row in client.rows(settings.projection, source.entity, odata.both(at, on_day), [source.key]):
            if moment(settings, row, "ActualShipDate"):
                yield row


def _orders_left(client: Client, day: date) -> Iterator[Row]:
    settings = client.settings
    source, since = settings.source, datetime.combine(day, time(), settings.zone)
    first = day - (settings.part.lookback or ORDERED_WITHIN)
    entered = f"{settings.name('CreatedDate')} ge {odata.midnight(first)}"
    for row in client.rows(settings.projection, source.entity, entered, [source.key]):
        written = written_at(settings, stamp_of(row))
        if said(settings, row, "Objstate") in LEFT and (written is None or written >= since):
            yield row
