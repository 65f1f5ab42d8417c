"""Probes of the connection test for shipments of sales orders: a line, its fields, its address, and its number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from shared.erp.oracle.answers import Row, text
from shared.erp.oracle.client import Client
from shared.erp.oracle.probes import SEEN, attributes, nearest, tried
from shared.erp.oracle.selection import method_of
from shared.erp.oracle.shipment_numbers import LONGEST, REQUESTS
from shared.erp.oracle.shipments import LINES, Shipments, rows, status_of
from shared.ports import Check

LOOKED_AT = 200
"""Lines among which one is looked for that would be shipped."""


def checks(client: Client, now: datetime) -> Iterator[Check]:
    """One line with all that is read of it, and the door where it is open."""
    seen: list[Row] = []
    yield tried("shipments", lambda: _lines(client, now, seen))
    for row in seen:
        yield tried("fields of a line", lambda row=row: _fields(client, row))  # type: ignore[misc]
        yield tried("selection", lambda row=row: _selected(client, row))  # type: ignore[misc]
        yield tried("addresses", lambda row=row: _address(client, row))  # type: ignore[misc]
    if client.settings.doors.enabled and client.settings.doors.shipment.enabled:
        yield tried("numbers", lambda: _numbers(client))


def _lines(client: Client, now: datetime, seen: list[Row]) -> Check:
    """The very listing of a poll: a line that would be shipped, else any."""
    name, part = "shipments", client.settings.part.shipment
    found = list(rows(client, now - SEEN, now, most=LOOKED_AT))
    if not found:
        why = "no line of a shipment of the last year is seen: there is none, or the user has no access to the data"
        return Check(name, True, why, "give the user access to the inventory organizations that ship")
    reader = Shipments(client, "")
    row = next((each for each in found if not reader.why_not(each)), found[0])
    seen.append(row)
    states = ", ".join(sorted({status_of(client.settings, each) for each in found} - {""}))
    shown = text(row.get(part.document)) or "none"
    return Check(name, True, f"line {text(row.get('ShipmentLine'))} of {shown} is seen; statuses: {states or 'none'}")


def _fields(client: Client, row: Row) -> Check:
    part, name = client.settings.part, "fields of a line"
    own = part.shipment
    header = Shipments(client, "").header(row) if own.address_on == "shipment" and own.address else row
    asked = [own.document, own.status, "LastUpdateDate", "RequestedQuantity", "Item"]
    asked += [each for each in (own.organization, own.customer, own.location) if each]
    missing = [f"{each}{nearest(each, row)}" for each in asked if each not in row]
    missing += [f"{each}{nearest(each, header)}" for each in own.address.values() if each not in header]
    if not any(each in row for each in part.method_fields):
        missing.append(" or ".join(part.method_fields))
    if missing:
        return Check(name, False, f"there is no {', no '.join(missing)}", "name them under erp.shipment")
    return Check(name, True, f"shipping method {method_of(client.settings, row) or 'none'}")


def _selected(client: Client, row: Row) -> Check:
    why = Shipments(client, "").why_not(row)
    taken = f"would not be taken: {why}" if why else "would be taken"
    return Check("selection", True, f"line {text(row.get('ShipmentLine'))} {taken}")


def _address(client: Client, row: Row) -> Check:
    party = Shipments(client, "").ship_to(text(row.get(client.settings.part.shipment.document)), row)
    return Check("addresses", True, f"{party.address.city}, {party.address.country}")


def _numbers(client: Client) -> Check:
    """Return whether a change request takes the number, by the pod's own description."""
    name, field = "numbers", client.settings.doors.shipment.field
    children = (client.describe(REQUESTS) or {}).get("children")
    below = children.get(LINES) if isinstance(children, Mapping) else None
    fields = attributes(below if isinstance(below, Mapping) else None)
    if not fields:
        return Check(name, True, "change requests are not described: the first write-back tells")
    if field not in fields:
        return Check(name, False, f"a change request has no {field}{nearest(field, fields)}", "name its own field")
    longest = text(fields[field].get("maxLength"))
    if longest.isdecimal() and int(longest) < LONGEST:
        return Check(name, False, f"{field} takes {longest} characters, not {LONGEST}")
    return Check(name, True, f"a change request takes {field}")
