"""Which shipments are there: a complete scan of the selected states, each with a stamp that moves when its row does.

No standard column says "changed since" (facts/ifs.md, section 9), so each poll lists all that is selected. The stamp is
the version inside the row's ETag, which is compared and never sent; where it does not decode, the ETag itself.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from shared.erp.ifs import odata
from shared.erp.ifs.client import Client, Row, plain
from shared.erp.ifs.settings import IfsSettings
from shared.erp.ifs.shipments import is_wanted, moment
from shared.erp.ifs.typed import DAY
from shared.errors import Refused
from shared.ports import Change

_SCANNED = (
    "Contract", "Objstate", "ShipmentCategory", "ReceiverType", "ApproveBeforeDelivery", "ActualShipDate",
    "CreatedDate",
)  # fmt: skip
"""The properties by which a row is selected, by our names, beside its key and the service."""
GRAIN = timedelta(seconds=30)
"""So long another edit may still get the same version: it has a second's grain, and clocks are some seconds apart."""
_FORM = "%Y%m%d%H%M%S"
_VERSION = re.compile(rb'"?[^":]*:(\d{14})"?')


def changed(client: Client, cursor: str, floor: datetime, now: datetime) -> Sequence[Change]:
    """All selected shipments whose version is not before the cursor less the overlap, nor before `floor`."""
    settings = client.settings
    least = _least(settings, cursor, floor, now)
    found = {}
    only = scanned(client) if settings.part.use_select else ()
    for row in rows(client, now, only=only):
        stamp = stamp_of(row)
        if is_wanted(settings, row) and _is_after(settings, row, stamp, least, floor):
            found[document_of(settings, row)] = _settled(settings, stamp, now)
    return [Change(document, stamp) for document, stamp in sorted(found.items(), key=lambda each: (each[1], each[0]))]


def older(client: Client, floor: datetime, now: datetime) -> Sequence[Change]:
    """All selected shipments that stood there before the line, but for those that were delivered before it: these are
    never listed as changes."""
    settings = client.settings
    only = scanned(client) if settings.part.use_select else ()
    return [
        Change(document_of(settings, row), stamp_of(row))
        for row in rows(client, now, only=only)
        if is_wanted(settings, row)
        and not _has_left(settings, row, floor)
        and not _is_after(settings, row, stamp_of(row), floor, floor)
    ]


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
        known, since = client.known(settings.projection).of_set(source.entity), (now - part.lookback).date()
        found = known.get(name("CreatedDate"))
        created = f"{name('CreatedDate')} ge {(odata.midnight if found and found.type != DAY else odata.day)(since)}"
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


def written_at(settings: IfsSettings, stamp: str, *, first: bool = False) -> datetime | None:
    """When a version was written, None for a stamp that says no time. In the hour that a clock goes through twice it is
    the second time, or the `first` one."""
    try:
        local = datetime.strptime(stamp, _FORM)  # noqa: DTZ007 - its zone is a setting, added here
    except ValueError:
        return None
    zone = ZoneInfo(settings.part.database_timezone)
    return local.replace(tzinfo=zone, fold=0 if first else 1).astimezone(UTC)


def _settled(settings: IfsSettings, stamp: str, now: datetime) -> str:
    """The stamp of a version. While another edit may still get the same one it is that of a second before: so the
    document is listed with another stamp later, and is read once more."""
    at = written_at(settings, stamp)
    if at is None or at < now - GRAIN:
        return stamp
    return (datetime.strptime(stamp, _FORM) - timedelta(seconds=1)).strftime(_FORM)  # noqa: DTZ007 - no moment


def _least(settings: IfsSettings, cursor: str, floor: datetime, now: datetime) -> datetime:
    """From when on versions are listed. A clock that was ahead once leaves nothing out: a cursor later than now is
    now."""
    last = written_at(settings, cursor, first=True)
    return max(floor, min(last, now) - max(settings.overlap, GRAIN)) if last else floor


def _is_after(settings: IfsSettings, row: Row, stamp: str, least: datetime, floor: datetime) -> bool:
    """Tell if the shipment is not older than the line: by its version, and by its actual ship date where it has one."""
    if _has_left(settings, row, floor):
        return False
    at = written_at(settings, stamp)
    if at:
        return at >= least
    created = plain(row.get(settings.name("CreatedDate")))
    return not created or created[:10] >= floor.astimezone(settings.zone).date().isoformat()


def _has_left(settings: IfsSettings, row: Row, floor: datetime) -> bool:
    """Tell if the shipment was delivered before the line."""
    shipped = moment(settings, row, "ActualShipDate")
    return shipped is not None and shipped < floor
