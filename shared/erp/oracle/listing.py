"""The pod's own account of purchase orders: those that are open, and those that were closed on a day or since."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time

from shared.erp.oracle.answers import Row, text
from shared.erp.oracle.changes import moment, rows, window
from shared.erp.oracle.client import Client
from shared.erp.oracle.orders import ORDERS
from shared.erp.oracle.selection import method_wanted, status_of
from shared.ports import Listed

CLOSED = ("CLOSED", "FINALLY CLOSED")
"""How the status of an order begins that has left: closed for receiving, for invoicing, or for both."""


def listing(client: Client, day: date, floor: datetime, now: datetime) -> Iterator[Listed]:
    """See Erp.listing. Where neither the last update nor the creation can be filtered, nothing tells what was closed
    lately: then only open orders are listed."""
    settings = client.settings
    for row in rows(client, floor, now):
        if _is_ours(client, row, floor, now):
            yield _listed(client, row, ready=True)
    if settings.part.cursor == "key":
        return
    since = max(datetime.combine(day, time(), settings.zone), floor)
    where = window(settings.part.cursor, since, now)
    for row in client.rows(ORDERS, where, key="POHeaderId", keyset=True, bare=True):
        if status_of(row).startswith(CLOSED) and _is_ours(client, row, since, now):
            yield _listed(client, row, ready=False)


def _is_ours(client: Client, row: Row, since: datetime, until: datetime) -> bool:
    """By what the row says: further fields of the selection stand elsewhere."""
    settings, changed = client.settings, moment(row, "LastUpdateDate")
    units = settings.select.business_units
    return (
        bool(text(row.get(settings.part.order_id)))
        and (changed is None or since <= changed <= until)
        and method_wanted(settings, row)
        and (not units or text(row.get("ProcurementBU")) in units)
    )


def _listed(client: Client, row: Row, *, ready: bool) -> Listed:
    return Listed(text(row.get(client.settings.part.order_id)), ready, status_of(row))
