"""Which shipments are there: a complete scan of the selected states, each with a stamp that moves when its row does.

No standard column says "changed since" (facts/ifs.md, section 9), so each poll lists all that is selected. The stamp is
the version inside the row's ETag, which is compared and never sent; where it does not decode, the ETag itself.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from shared.erp.ifs import odata
from shared.erp.ifs.client import Client, Row, plain
from shared.erp.ifs.settings import IfsSettings
from shared.erp.ifs.shipments import is_wanted, moment
from shared.errors import Refused
from shared.ports import Change

_SCANNED = (
    "Contract", "Objstate", "ShipmentCategory", "ReceiverType", "ApproveBeforeDelivery", "ActualShipDate",
    "CreatedDate",
)  # fmt: skip
"""The properties by which a row is selected, by our names, beside its key and the service."""
_VERSION = re.compile(rb'"?[^":]*:(\d{14})"?')


def changed(client: Client, cursor: str, floor: datetime, now: datetime) -> Sequence[Change]:
    """All selected shipments whose version is not before the cursor less the overlap, nor before `floor`."""
    settings = client.settings
    least = _least(settings, cursor, floor)
    found = {}
    only = scanned(client) if settings.part.use_select else ()
    for row in rows(client, now, only=only):
        stamp = stamp_of(row)
        if is_wanted(settings, row) and _is_after(settings, row, stamp, least, floor):
            found[document_of(settings, row)] = stamp
    return [Change(document, stamp) for document, stamp in sorted(found.items(), key=lambda each: (each[1], each[0]))]


def scanned(client: Client) -> tuple[str, ...]:
    """The properties that a scan compares, those of them that the tenant has: an unknown one would be refused."""
    settings = client.settings
    known = client.known(settings.projection).of_set(settings.source.entity)
    wanted = [settings.key, *map(settings.name, _SCANNED), settings.part.service_field]
    return tuple(each for each in dict.fromkeys(wanted) if each in known)


def rows(
    client: Client, now: datetime, *, most: int = 0, any_state: bool = False, only: Sequence[str] = ()
) -> Iterator[Row]:
    """The rows of the selected sites and states, by site; one listing for all where no site is selected. `only` names
    the properties that are asked for, none for all."""
    settings = client.settings
    part, select, name, source = settings.part, settings.select, settings.name, settings.source
    states = [odata.member(settings.projection, source.states, each) for each in select.state]
    in_state = odata.any_of(name("Objstate"), states) if states and part.filter_state == "server" else ""
    created = ""
    if part.lookback:
        created = f"{name('CreatedDate')} ge {odata.day((now - part.lookback).date())}"
    for site in select.site or ("",):
        at = f"{name('Contract')} eq {odata.text(site)}" if site else ""
        where = odata.both(at, "" if any_state else in_state, created)
        yield from client.rows(settings.projection, source.entity, where, [source.key], most=most, only=only)


def document_of(settings: IfsSettings, row: Row) -> str:
    """The document's number. Raises Refused for a row without one."""
    found = plain(row.get(settings.key))
    if not found:
        raise Refused("missing", f"a {settings.source.noun} without a number", field=settings.key)
    return found


def stamp_of(row: Row) -> str:
    """The version of a row, "" for one without an ETag."""
    etag = str(row.get("@odata.etag") or "")
    return version_of(etag) or etag


def version_of(etag: str) -> str:
    """The 14 digits of the version inside an ETag, "" where it does not decode so."""
    inside = etag.removeprefix("W/").strip('"')
    try:
        decoded = base64.b64decode(inside, validate=True)
    except (binascii.Error, ValueError):
        return ""
    found = _VERSION.fullmatch(decoded.removeprefix(b"W/"))
    return found[1].decode() if found else ""


def written_at(settings: IfsSettings, stamp: str) -> datetime | None:
    """When a version was written, None for a stamp that says no time."""
    try:
        local = datetime.strptime(stamp, "%Y%m%d%H%M%S")  # noqa: DTZ007 - its zone is a setting, added here
    except ValueError:
        return None
    return local.replace(tzinfo=ZoneInfo(settings.part.database_timezone)).astimezone(UTC)


def _least(settings: IfsSettings, cursor: str, floor: datetime) -> datetime:
    last = written_at(settings, cursor)
    return max(floor, last - settings.overlap) if last else floor


def _is_after(settings: IfsSettings, row: Row, stamp: str, least: datetime, floor: datetime) -> bool:
    """Tell if the shipment is not older than the line: by its version, and by its actual ship date where it has one."""
    shipped = moment(settings, row, "ActualShipDate")
    if shipped and shipped < floor:
        return False
    at = written_at(settings, stamp)
    if at:
        return at >= least
    created = plain(row.get(settings.name("CreatedDate")))
    return not created or created[:10] >= floor.astimezone(settings.zone).date().isoformat()
