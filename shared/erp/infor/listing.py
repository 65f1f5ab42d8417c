"""M3's own account of purchase orders: those within the selected statuses, and those that went beyond them.

PPSSPPMI.LstSupHead knows when an order was changed last and filters its lowest status; the list itself says no status.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from shared.erp.infor.changes import changed_orders
from shared.erp.infor.client import M3Client
from shared.erp.infor.settings import InforSettings
from shared.ports import Listed


def listing(client: M3Client, settings: InforSettings, day: date, floor: datetime, now: datetime) -> Iterator[Listed]:
    """See Erp.listing. What went beyond the statuses was changed on the day or since."""
    ready = {each.document for each in changed_orders(client, settings, "", floor, now)}
    yield from (Listed(document, ready=True) for document in sorted(ready))
    beyond = _beyond(settings)
    if beyond is None:
        return
    began = datetime.combine(day, time(), ZoneInfo(settings.timezone))
    status = f"{beyond.selection.status_from} to {beyond.selection.status_to}"
    for each in changed_orders(client, beyond, "", max(began, floor), now):
        if each.document not in ready:
            yield Listed(each.document, ready=False, status=status)


def _beyond(settings: InforSettings) -> InforSettings | None:
    """The same selection for the statuses behind the selected ones, up to those of closed and deleted lines; None
    where there are none."""
    select = settings.selection
    closed = settings.bindings["po.lines"].settings.get("closed_from", "90")
    if not (select.status_to.isdigit() and closed.isdigit() and int(select.status_to) + 1 < int(closed)):
        return None
    behind = replace(select, status_from=f"{int(select.status_to) + 1:02}", status_to=f"{int(closed) - 1:02}")
    return replace(settings, selection=behind)
