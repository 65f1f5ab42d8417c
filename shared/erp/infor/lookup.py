"""M3's own lists of codes, for the person who fills in a connection file: suppliers, warehouses, methods, terms.

Delivery methods and freight terms are constants of the system table (CSYTAB by CTSTCO, as XtendM3 code in public
repositories reads it); that freight terms stand there under TEAF is by analogy with the field's name. Both entries can
be replaced, like any other of the binding table.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from shared.erp.infor.client import M3Client, Record
from shared.erp.infor.settings import InforSettings
from shared.ports import Entry, LookupKind

PAGE = 500
"""Records of one call, where the list can begin behind a code."""


def entries(client: M3Client, settings: InforSettings, kind: LookupKind, like: str) -> Sequence[Entry]:
    """See Erp.lookup. A code that stands in the list once a language is one entry."""
    job = f"lookup.{kind}"
    pages = "after" in settings.bindings[job].placeholders()
    rows = _paged(client, job) if pages else client.records(job, {})
    found: dict[str, Entry] = {}
    for row in rows:
        if row["code"] and not found.get(row["code"], Entry("")).name:
            found[row["code"]] = _entry(row)
    wanted = like.casefold()
    return [found[code] for code in sorted(found) if wanted in f"{code}\n{found[code].name}".casefold()]


def _paged(client: M3Client, job: str) -> Iterator[Record]:
    """Page by page, each from the last code on; that code comes twice. A list that does not go on has ended."""
    after = ""
    while True:
        page = client.records(job, {"after": after}, most=PAGE)
        yield from page
        last = page[-1]["code"] if page else after
        if len(page) < PAGE or last == after:
            return
        after = last


def _entry(row: Record) -> Entry:
    beside = [(name, value) for name, value in row.items() if name not in ("code", "name") and value]
    detail = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in beside)
    return Entry(row["code"], row.get("name", ""), detail)
