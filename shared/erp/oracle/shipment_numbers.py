"""The tracking numbers on the lines of a shipment: read first, and written by one change request where they differ.

A request sets a value that it names, so it may be repeated. It has no ETag, and an answer says only that it was taken:
the lines are read again afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from shared.erp.fields.mapping import NUMBERS, differing, fields_of
from shared.erp.fields.numbers import rest_of
from shared.erp.oracle.answers import Row, text
from shared.erp.oracle.client import Client
from shared.erp.oracle.query import number
from shared.erp.oracle.shipments import LINES, lines_of
from shared.errors import Unknown
from shared.ports import WriteBack

REQUESTS = "shipmentLineChangeRequests"
LONGEST = 30
"""Characters of a line's tracking number."""


def write(client: Client, note: WriteBack) -> tuple[str, ...]:
    """See Erp.write. Each line has the numbers of the shipment that it is in; what somebody else wrote stays."""
    target = client.settings.segments.get(NUMBERS)
    if target is None:
        return ()
    rows, field = lines_of(client, note.document), target.field
    wanted = _wanted(client, note, rows)
    unlike = _unlike(wanted, rows, field)
    if unlike:
        changes = [{"ShipmentLine": int(number(line)), field: value or None} for line, value in unlike.items()]
        request: dict[str, Any] = {"ActionCode": "UpdateAttributes", "shipmentLines": changes}
        client.create(REQUESTS, request)
        left = _unlike(wanted, lines_of(client, note.document), field)
        if left:
            raise Unknown(f"Fusion took the number of line {', '.join(left)} of {note.document} and does not show it")
    return tuple(
        dict.fromkeys(f"{LINES}.{field}{rest_of(value) if value else ' emptied'}" for value in wanted.values())
    )


def _wanted(client: Client, note: WriteBack, rows: Sequence[Row]) -> dict[str, str]:
    """Line → the value that its field must hold, for the lines that are to hold one of ours, or one no more."""
    targets, found = {NUMBERS: client.settings.segments[NUMBERS]}, dict[str, str]()
    field = targets[NUMBERS].field
    for row in rows:
        line, standing = text(row.get("ShipmentLine")), text(row.get(field))
        ours = fields_of(targets, _of_line(note, line), {field: standing}, {field: LONGEST})
        if field in ours:
            found[line] = ours[field]
    return found


def _of_line(note: WriteBack, line: str) -> WriteBack:
    """The note as it concerns one line: with the numbers of the shipments that it went in, or none."""
    of = [each for each in note.shipments or (note,) if line in [one.number for one in each.lines]]
    return replace(note, tracking_numbers=tuple(number for each in of for number in each.tracking_numbers))


def _unlike(wanted: dict[str, str], rows: Sequence[Row], field: str) -> dict[str, str]:
    standing = {text(row.get("ShipmentLine")): text(row.get(field)) for row in rows}
    return {
        line: value
        for line, value in wanted.items()
        if line in standing and differing({field: value}, {field: standing[line]})
    }
