"""Reads EXPORTMI.Select: each record is one field of joined columns, and the first one names them. Pure.

Source: facts/infor.md, section 3 (EXPORTMI): a table's columns carry a two-letter prefix, lengths differ by release.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from shared.erp.infor.bindings import Decode
from shared.errors import Misconfigured

_MARKS = "*#"
"""A release may put one of these before the names in the heading."""


def decoded(
    rows: Sequence[Mapping[str, str]], packed: Decode, wanted: Collection[str], job: str
) -> list[Mapping[str, str]]:
    """The records by the columns of `wanted`, which the heading may name without their prefix (IAPUNO, PUNO).

    Raises Misconfigured when the heading lacks a column, or when a record has another number of columns than it: then
    the separator stands in a text, and what follows would be read as another column.
    """
    if not rows:
        return []
    heading, *records = [row.get(packed.field, "").split(packed.separator) for row in rows]
    names = [name.strip().lstrip(_MARKS) for name in heading]
    places = {column: _place(column, names, job) for column in wanted}
    for record in records:
        if len(record) != len(names):
            raise _torn(packed, job, len(names), len(record))
    return [{column: record[place].strip() for column, place in places.items()} for record in records]


def _place(column: str, names: Sequence[str], job: str) -> int:
    for name in (column, column[2:]):
        if name in names:
            return names.index(name)
    raise Misconfigured(
        f"the heading of {job} names {', '.join(names)[:120]} and no {column}",
        field=f"erp.bindings.{job}.output",
        hint="select the column in QERY, and ask for the heading with HDRS 1",
    )


def _torn(packed: Decode, job: str, named: int, found: int) -> Misconfigured:
    return Misconfigured(
        f"a record of {job} has {found} columns where its heading names {named}: "
        f"the separator {packed.separator!r} stands in a text",
        field=f"erp.bindings.{job}.decode.separator",
        hint="select codes and dates only, or choose another separator, the same in SEPC",
    )
