"""Write to a shipment: read by key, compare, change against its ETag, and read back (facts/ifs.md, section 6)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from shared.domain.state import Reason
from shared.erp.fields.clearing import same
from shared.erp.fields.mapping import NUMBERS, differing, fields_of, mentioned
from shared.erp.fields.numbers import rest_of
from shared.erp.ifs.answers import Stale
from shared.erp.ifs.client import Client, Row, plain
from shared.erp.ifs.metadata import Property
from shared.erp.ifs.read import key_of
from shared.erp.ifs.shipments import CANCELLED, CLOSED, said
from shared.erp.ifs.typed import TEXT, typed
from shared.errors import Refused
from shared.ports import WriteBack

TRIES = 3
"""Tries against others who change the same shipment; then the write-back is tried again later, and held in the end."""
NOT_TAKEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
"""Characters that IFS refuses in a text: they are written as blanks."""
LENGTHS: Mapping[str, int] = {"AirwayBillNo": 50, "ProNo": 50, "PlaceOfDeparture": 25, "NoteText": 2000}


def write(client: Client, note: WriteBack) -> tuple[str, ...]:
    """See Erp.write: gives the properties that now hold the note. Raises Unknown after a lost answer, which may be
    repeated: the row is read first."""
    targets = mentioned(client.settings.targets, note)
    if not targets:
        return ()
    for left in reversed(range(TRIES)):
        try:
            return _compare_and_change(client, note, targets)
        except Stale as error:
            if not left:
                it = f"{client.settings.source.noun} {note.document}"
                raise Refused(
                    Reason.WRITE_BACK,
                    f"somebody else changes {it} at the same time, {TRIES} times in a row: {error}",
                    field="write_back",
                ) from error
    raise AssertionError  # the last try returns or raises


def _compare_and_change(client: Client, note: WriteBack, targets: Mapping[str, Any]) -> tuple[str, ...]:
    settings, key = client.settings, key_of(client, note.document)
    row = client.row(settings.projection, key)
    if row is None or said(settings, row, "Objstate") == CANCELLED:
        if not note.tracking_numbers:
            return ()  # what was told of a voided label stays on a dead document: no person could take it back either
        state = "gone" if row is None else "cancelled"
        raise Refused(
            Reason.WRITE_BACK,
            f"{settings.source.noun} {note.document} is {state} in IFS: it takes nothing",
            field="write_back",
            hint="void the label if the parcel is not to go",
        )
    standing = {target.field: _text(row, target.field) for target in targets.values()}
    ours = {field: NOT_TAKEN.sub(" ", value) for field, value in fields_of(targets, note, standing, LENGTHS).items()}
    unlike = differing(ours, standing)
    for part in _parts(unlike, targets, said(settings, row, "Objstate")):
        row = _change(client, key, row, part, note.document)
    return tuple(field + (rest_of(value) if value else " emptied") for field, value in ours.items())


def _parts(unlike: Mapping[str, str], targets: Mapping[str, Any], state: str) -> Sequence[dict[str, str]]:
    """Return the changes, one part for each call. A closed shipment refuses a whole change for one property, so there
    the numbers go first, by themselves."""
    first = targets[NUMBERS].field if NUMBERS in targets and state == CLOSED else ""
    parts = [{k: v for k, v in unlike.items() if k == first}, {k: v for k, v in unlike.items() if k != first}]
    return [each for each in parts if each]


def _change(client: Client, key: str, row: Row, values: Mapping[str, str], document: str) -> Row:
    """The row after the change, with our values seen to stand there: IFS can accept a value and not store it."""
    projection = client.settings.projection
    changes = {field: typed(value, _property(client, row, field), document) for field, value in values.items()}
    after = client.change(projection, key, str(row.get("@odata.etag") or ""), changes)
    if after is None or not set(values) <= set(after) or not after.get("@odata.etag"):
        after = client.row(projection, key)
    missing = [field for field, value in values.items() if not same(_text(after or {}, field), value)]
    if missing or after is None:
        raise Refused(
            Reason.WRITE_BACK,
            f"IFS accepted {', '.join(missing)} of {client.settings.source.noun} {document} and did not store it",
            field=", ".join(missing),
            hint="the property cannot be changed through this projection: map another one under write_back",
        )
    return after


def _text(row: Row, field: str) -> str:
    """A property as text. One that is empty may be missing in the row."""
    return plain(row.get(field))


def _property(client: Client, row: Row, field: str) -> Property:
    """A mapped property with its type: that of what stands there, or where nothing does, that of `$metadata`."""
    standing = row.get(field)
    if isinstance(standing, Decimal):
        return Property(field, "Edm.Decimal")
    if isinstance(standing, str) or field in LENGTHS:
        return Property(field, TEXT)
    known = client.known(client.settings.projection).of_set(client.settings.source.entity)
    return known.get(field) or Property(field, TEXT)  # one that is not there is refused by its name
