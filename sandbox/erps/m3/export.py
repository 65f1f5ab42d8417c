"""EXPORTMI.Select: a query on one table, answered with one field a record, columns joined by the caller's separator.

Strict in what its manual says of a query: keywords in lower case, `and` and `or` only, dates as yyyymmdd, columns with
the table's prefix, no filter on the company, which is the session's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta

from sandbox.erps.m3.catalogue import nok
from sandbox.erps.m3.tenant import PurchaseOrder, Row, Tenant

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
_HEAD = (
    "CONO", "DIVI", "PUNO", "SUNO", "PUSL", "PUST", "FACI", "WHLO", "MODL", "ORTY", "TEAF", "DWDT", "RFID", "LMDT",
    "CHNO",
)  # fmt: skip
_COLUMNS = {
    "MPHEAD": frozenset(f"IA{name}" for name in _HEAD),
    "CSYTAB": frozenset({"CTCONO", "CTDIVI", "CTSTCO", "CTSTKY", "CTLNCD", "CTTX40", "CTTX15"}),
}


def select(tenant: Tenant, record: Mapping[str, str]) -> Iterable[Row]:
    """The heading when it is asked for, then one record a row."""
    query = _QUERY.fullmatch(record["QERY"].strip())
    if not query:
        raise nok("XEX0001", "The query cannot be read", "QERY")
    if query["table"] not in _TABLES:
        raise nok("XEX0002", f"Table {query['table']} does not exist", "QERY")
    table = query["table"]
    names = query["columns"].split(",")
    for name in names:
        _known(name, table)
    separator = record.get("SEPC", "").strip()
    join = separator.join if separator else "".join
    if record.get("HDRS") == "1":
        yield {"REPL": join(names)}
    wanted = _condition(query["where"] or "", table)
    for row in _TABLES[table](tenant):
        if wanted(row):
            yield {"REPL": join(row[name] if separator else row[name].ljust(10) for name in names)}


def _condition(text: str, table: str) -> Callable[[Row], bool]:
    """Terms joined by and/or, left to right as they stand; no brackets."""
    if not text:
        return lambda _: True
    alternatives = [list(_terms(part, table)) for part in text.split(" or ")]
    return lambda row: any(all(term(row) for term in terms) for terms in alternatives)


def _terms(text: str, table: str) -> Iterator[Callable[[Row], bool]]:
    for part in text.split(" and "):
        term = _TERM.fullmatch(part.strip())
        if not term:
            raise nok("XEX0003", f"Operator or keyword not supported: {part.strip()}", "QERY")
        column, sign, value = _known(term["column"], table), _SIGNS[term["sign"]], term["value"]
        if column.endswith("CONO"):
            raise nok("XEX0004", "Filtering on company is not supported", "QERY")
        yield lambda row, c=column, s=sign, v=value: s(row[c], v)  # type: ignore[misc]


def _known(name: str, table: str) -> str:
    if name not in _COLUMNS[table]:
        raise nok("XEX0005", f"Column {name} does not exist in {table}", "QERY")
    return name


def _heads(tenant: Tenant) -> Iterator[Row]:
    for order in sorted(tenant.orders.values(), key=lambda order: order.head["PUNO"]):
        yield _row(tenant, order)


def _system_table(tenant: Tenant) -> Iterator[Row]:
    """CSYTAB has each code once for all languages and once a language that describes it."""
    for constant, codes in tenant.codes.items():
        for code, text in sorted(codes.items()):
            for language in ("", "GB"):
                row = {"CTCONO": tenant.company, "CTDIVI": "", "CTSTCO": constant, "CTSTKY": code, "CTLNCD": language}
                yield row | {"CTTX40": text, "CTTX15": text[:15]}


def _row(tenant: Tenant, order: PurchaseOrder) -> Row:
    changed = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=order.stamp // tenant.ticks_per_second)
    facts = {**order.head, "CONO": tenant.company, "PUSL": order.lowest, "PUST": order.highest}
    facts |= {"LMDT": changed.strftime("%Y%m%d"), "CHNO": str(order.edits)}
    return {f"IA{name}": facts.get(name, "") for name in _HEAD}


_TABLES: Mapping[str, Callable[[Tenant], Iterator[Row]]] = {"MPHEAD": _heads, "CSYTAB": _system_table}
