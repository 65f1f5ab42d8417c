"""EXPORTMI.Select: a query on one table, answered with one field a record, columns joined by the caller's separator.

Strict in what its manual says of a query: keywords in lower case, `and` and `or` only, dates as yyyymmdd, columns with
the table's prefix, no filter on the company, which is the session's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta

from sandbox.m3.catalogue import nok
from sandbox.m3.tenant import PurchaseOrder, Row, Tenant

_QUERY = re.compile(r"(?P<columns>[A-Z0-9,]+) from (?P<table>[A-Z0-9]+)(?: where (?P<where>.+))?")
_TERM = re.compile(r"(?P<column>[A-Z0-9]{6}) *(?P<sign>>=|<=|<>|=|>|<) *'?(?P<value>[A-Za-z0-9*]*)'?")
_SIGNS: Mapping[str, Callable[[str, str], bool]] = {
    "=": lambda one, other: one == other,
    "<>": lambda one, other: one != other,
    ">=": lambda one, other: one >= other,
    "<=": lambda one, other: one <= other,
    ">": lambda one, other: one > other,
    "<": lambda one, other: one < other,
}
_COLUMNS = (
    "CONO", "DIVI", "PUNO", "SUNO", "PUSL", "PUST", "FACI", "WHLO", "MODL", "ORTY", "TEAF", "DWDT", "RFID", "LMDT",
    "CHNO",
)  # fmt: skip


def select(tenant: Tenant, record: Mapping[str, str]) -> Iterable[Row]:
    """The heading when it is asked for, then one record a row."""
    query = _QUERY.fullmatch(record["QERY"].strip())
    if not query:
        raise nok("XEX0001", "The query can not be read", "QERY")
    if query["table"] != "MPHEAD":
        raise nok("XEX0002", f"Table {query['table']} does not exist", "QERY")
    names = query["columns"].split(",")
    for name in names:
        _known(name)
    separator = record.get("SEPC", "").strip()
    join = separator.join if separator else "".join
    if record.get("HDRS") == "1":
        yield {"REPL": join(names)}
    wanted = _condition(query["where"] or "")
    for order in sorted(tenant.orders.values(), key=lambda order: order.head["PUNO"]):
        row = _row(tenant, order)
        if wanted(row):
            yield {"REPL": join(row[name] if separator else row[name].ljust(10) for name in names)}


def _condition(text: str) -> Callable[[Row], bool]:
    """Terms joined by and/or, left to right as they stand; no brackets."""
    if not text:
        return lambda _: True
    alternatives = [list(_terms(part)) for part in text.split(" or ")]
    return lambda row: any(all(term(row) for term in terms) for terms in alternatives)


def _terms(text: str) -> Iterator[Callable[[Row], bool]]:
    for part in text.split(" and "):
        term = _TERM.fullmatch(part.strip())
        if not term:
            raise nok("XEX0003", f"Operator or keyword not supported: {part.strip()}", "QERY")
        column, sign, value = _known(term["column"]), _SIGNS[term["sign"]], term["value"]
        if column == "IACONO":
            raise nok("XEX0004", "Filtering on company is not supported", "QERY")
        yield lambda row, c=column, s=sign, v=value: s(row[c], v)  # type: ignore[misc]


def _known(name: str) -> str:
    if not (name.startswith("IA") and name[2:] in _COLUMNS):
        raise nok("XEX0005", f"Column {name} does not exist in MPHEAD", "QERY")
    return name


def _row(tenant: Tenant, order: PurchaseOrder) -> Row:
    changed = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=order.stamp // tenant.ticks_per_second)
    facts = {**order.head, "CONO": tenant.company, "PUSL": order.lowest, "PUST": order.highest}
    facts |= {"LMDT": changed.strftime("%Y%m%d"), "CHNO": str(order.edits)}
    return {f"IA{name}": facts.get(name, "") for name in _COLUMNS}
