"""The proof of writing, on one document that a person names (facts/ifs.md, section 10).

Its field is written to the value that it has, and a change from an older reading must be refused: nothing is different
afterwards."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import datetime, timedelta

from shared.erp.fields.clearing import same
from shared.erp.fields.mapping import NUMBERS
from shared.erp.ifs.answers import Stale
from shared.erp.ifs.changes import version_of
from shared.erp.ifs.client import Client, Row, plain
from shared.erp.ifs.read import key_of
from shared.errors import ParcelbridgeError, hint_of
from shared.ports import Check

WRITE, STALE = "write", "stale change"
_FORM = "%Y%m%d%H%M%S"


def prove_write(client: Client, document: str) -> Iterator[Check]:
    """See ProvesWriting.prove_write."""
    targets = client.settings.targets
    field = (targets.get(NUMBERS) or next(iter(targets.values()))).field if targets else ""
    noun = client.settings.source.noun
    if not field:
        yield Check(WRITE, False, "no field is mapped, so nothing would be written", "map one under write_back")
        return
    try:
        row = client.row(client.settings.projection, key_of(client, document))
        if row is None:
            yield Check(WRITE, False, f"there is no {noun} {document}", f"name a {noun} that is there")
            return
        after = _rewritten(client, document, field, row)
    except (ParcelbridgeError, Stale) as error:
        hint = hint_of(error) if isinstance(error, ParcelbridgeError) else "test again: somebody edits it right now"
        yield Check(WRITE, False, str(error), hint)
        return
    if not same(plain(after.get(field)), plain(row.get(field))):
        yield Check(WRITE, False, f"{field} of {noun} {document} is another one after the write: look at it in IFS")
        return
    yield Check(WRITE, True, f"{field} of {noun} {document} was written to the value that it has")
    yield _stale(client, document, field, _before(str(row["@odata.etag"]), str(after.get("@odata.etag") or "")))


def _rewritten(client: Client, document: str, field: str, row: Row) -> Row:
    projection, key = client.settings.projection, key_of(client, document)
    client.change(projection, key, str(row.get("@odata.etag") or ""), {field: row.get(field)})
    return client.row(projection, key) or {}


def _stale(client: Client, document: str, field: str, etag: str) -> Check:
    """Check that a change from an older reading is refused: it would write the same value, so it harms nobody."""
    if not etag:
        return Check(
            STALE, True, "not proven: the ETag stayed as it is, and holds no version that could be an older one"
        )
    try:
        row = client.row(client.settings.projection, key_of(client, document)) or {}
        client.change(client.settings.projection, key_of(client, document), etag, {field: row.get(field)})
    except Stale as error:
        return Check(STALE, True, f"was refused, as it must be ({str(error).rpartition('answered ')[2][:3]})")
    except ParcelbridgeError as error:
        return Check(STALE, False, f"was refused in a way that is not known as a conflict: {error}", hint_of(error))
    detail = "was taken: IFS does not compare ETags of this projection, and an edit of somebody else could be lost"
    return Check(STALE, False, detail, "ask the IFS administrator, and map no field that people edit")


def _before(first: str, now: str) -> str:
    """An ETag that is not the row's any more: the first one where the write has moved it, else one of a second before;
    "" where it holds no version."""
    version = version_of(now)
    if first != now or not version:
        return first if first != now else ""
    earlier = (datetime.strptime(version, _FORM) - timedelta(seconds=1)).strftime(_FORM)  # noqa: DTZ007 - no moment
    inside = base64.b64decode(now.removeprefix("W/").strip('"')).replace(version.encode(), earlier.encode())
    return f'W/"{base64.b64encode(inside).decode()}"'
