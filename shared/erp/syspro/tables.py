"""Rows of SYSPRO's tables: through COMFND, or the OData feed where it is switched on (facts/syspro.md, 3 and 4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol

from shared.erp.syspro import documents
from shared.erp.syspro.answers import (
    NOT_FOUND,
    Fault,
    Row,
    child,
    each_in,
    faults_in,
    name_of,
    plain,
    row_in,
    said,
    stored,
)
from shared.erp.syspro.client import Client
from shared.erp.syspro.documents import Group, Where, equal
from shared.errors import Misconfigured, Refused, Retry

NUMBERED = frozenset({"DispatchNote", "SalesOrder", "PurchaseOrder"})
"""Keys that are stored with zeros to 15, and compared so. Whether an answer shows the zeros is not known."""
SEVERAL = frozenset({"ArInvoice"})
"""Tables whose rows are asked for by a part of their key: an invoice number can be of several customers and types."""
KEYS_AT_ONCE = 15
"""Keys that one query compares: more would make its address too long."""
PAGES = 400


class Reader(Protocol):
    """A way to ask for a page of rows: those of which one comparison of each group holds, ascending by the key."""

    def page(
        self, table: str, columns: Sequence[str], groups: Sequence[Group], key: str, rows: int
    ) -> tuple[list[Row], bool]:
        """At most `rows` rows, and whether there are more."""
        ...

    def has(self, table: str) -> frozenset[str]:
        """The table's columns in lower case, none where nobody can tell."""
        ...


class Comfnd:
    """Rows by e.net's generic query."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def page(
        self, table: str, columns: Sequence[str], groups: Sequence[Group], key: str, rows: int
    ) -> tuple[list[Row], bool]:
        root = self._client.query("COMFND", documents.find(table, columns, groups, key, rows))
        faults = faults_in(root)
        if any(each.number == NOT_FOUND for each in faults):
            return [], False
        if faults:
            raise _refused(table, faults)
        found: list[Row] = [row_in(each) for each in each_in(root, "Row")]
        counted = child(root, "RowsReturned")
        if not found and not counted and not any(True for _ in each_in(root, "HeaderDetails")):
            raise Retry(f"{table}: SYSPRO answered with no rows and no count of them")
        if counted.isascii() and counted.isdigit() and int(counted) != len(found):
            raise Retry(f"{table}: SYSPRO counted {int(counted)} rows and gave {len(found)}")
        return found, len(found) >= rows

    def has(self, table: str) -> frozenset[str]:
        """By fetching one row: COMFCH shows all columns."""
        key = TABLES_KEYS[table]
        found, _ = self.page(table, (key,), (), key, 1)
        if not found:
            return frozenset()
        root = self._client.fetch(table, said(found[0], key))
        return frozenset() if faults_in(root) else frozenset(name_of(each) for each in root)


TABLES_KEYS = {
    "MdnMaster": "DispatchNote", "SorMaster": "SalesOrder", "ArInvoice": "Invoice", "InvMaster": "StockCode",
    "ArCustomer": "Customer", "InvWhControl": "Warehouse", "TblSoShipInst": "ShippingInstrs",
    "TblSaDelTerms": "DeliveryTerms", "MdnDetail": "DispatchNote", "SorDetail": "SalesOrder",
    "PorMasterHdr": "PurchaseOrder", "ApSupplier": "Supplier",
}  # fmt: skip


class Unlisted(Refused):
    """A query that SYSPRO refuses: a column may be missing in this release."""


def _refused(table: str, faults: Sequence[Fault]) -> Exception:
    text = f"{table}: SYSPRO answered {'; '.join(map(str, faults[:3]))}"
    return Retry(text) if any(each.of_the_system for each in faults) else Unlisted("refused", text, field=table)


class Tables:
    """Rows as the adapter asks for them. Columns that a release does not have are left out once that is known."""

    def __init__(self, reader: Reader, page_rows: int) -> None:
        self.reader, self._rows = reader, page_rows
        self._missing: dict[str, frozenset[str]] = {}

    def each(self, table: str, columns: Sequence[str], groups: Sequence[Group], key: str) -> Iterator[Row]:
        """All rows, page by page: each asks from the last key on, and the row that is known is dropped."""
        last, known, zeros = "", list[Row](), key in NUMBERED
        unique = table not in SEVERAL
        for _ in range(PAGES):
            after: Sequence[Group] = ([Where(key, "GE", stored(last)[0] if zeros else last)],) if known else ()
            found, more = self._page(table, columns, (*groups, *after), key, self._rows)
            if known and zeros and found and _goes_back(said(found[0], key), last):
                zeros = False  # they are stored as they are shown
                continue
            fresh = [row for row in found if said(row, key) != last or not (known if unique else row in known)]
            yield from fresh
            if not more:
                return
            if not fresh or not said(fresh[-1], key):
                raise Retry(f"{table}: a page ends where it began, at {key} {last}")
            before, last = last, said(fresh[-1], key)
            known = [*(known if last == before else ()), *(row for row in fresh if said(row, key) == last)]
        raise Retry(f"{table}: more than {PAGES} pages of {self._rows} rows")

    def some(
        self, table: str, columns: Sequence[str], groups: Sequence[Group], key: str, most: int
    ) -> tuple[list[Row], bool]:
        """The first rows, and whether there are more."""
        return self._page(table, columns, groups, key, most)

    def of_keys(self, table: str, columns: Sequence[str], key: str, values: Iterable[str], *, lines: bool) -> list[Row]:
        """The rows that have one of these values, asked for in parts. Of `lines` a value has many rows: more than
        a page are refused. Of anything else it has one."""
        given = (value for value in values if value.strip())
        wanted = list(dict.fromkeys(each for value in given for each in _compared(key, value)))
        found: list[Row] = []
        at_once = 1 if lines else KEYS_AT_ONCE
        most = max(self._rows, 1000) if lines else KEYS_AT_ONCE * 2
        for place in range(0, len(wanted), at_once):
            part = wanted[place : place + at_once]
            rows, more = self._page(table, columns, (equal(key, part),), key, most)
            if more and lines:
                raise Refused("size", f"{table}: {key} {part[0].strip()} has {most} lines or more", field="lines")
            found += rows
        return found

    def one(self, table: str, columns: Sequence[str], key: str, value: str) -> Row | None:
        """The row with this key, however it is padded; None where there is none."""
        rows, _ = self._page(table, columns, (equal(key, stored(value)),), key, 3)
        return rows[0] if rows else None

    def missing(self, table: str, columns: Sequence[str]) -> list[str]:
        """Those columns that the table does not have, as far as anybody can tell."""
        there = self.reader.has(table)
        return [each for each in columns if there and each.lower() not in there]

    def _page(
        self, table: str, columns: Sequence[str], groups: Sequence[Group], key: str, rows: int
    ) -> tuple[list[Row], bool]:
        gone = self._missing.get(table, frozenset())
        asked = [each for each in columns if each not in gone]
        try:
            return self.reader.page(table, asked, groups, key, rows)
        except Unlisted:
            if table in self._missing or table not in TABLES_KEYS:
                raise
            lacking = frozenset(self.missing(table, asked))
            if not lacking:
                raise
            if key in lacking:
                raise Misconfigured(f"{table} has no column {key}", field="erp.source", hint="see the test") from None
        self._missing[table] = lacking
        return self._page(table, columns, groups, key, rows)


def _compared(key: str, value: str) -> tuple[str, ...]:
    """The forms in which a key may be stored."""
    return stored(value) if key in NUMBERED else (value,)


def _goes_back(first: str, last: str) -> bool:
    """True where a page that is asked for from `last` on begins before it."""
    return stored(first)[0] < stored(last)[0]


def value_in(element: Any, name: str) -> str:
    """The text of a child, without blanks."""
    return plain(child(element, name))
