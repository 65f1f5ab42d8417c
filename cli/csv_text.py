"""Tables as CSV whose texts no spreadsheet takes for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""The beginnings of a formula; the last four are the wide forms of the first ones."""


def csv_line(values: Sequence[str], amounts: Sequence[bool] = ()) -> str:
    """One record, with its line end. Where a value is of the `amounts` it is our own number, and may have a minus."""
    out = io.StringIO()
    numbers = amounts or [False] * len(values)
    cells = [value if number else as_data(value) for value, number in zip(values, numbers, strict=True)]
    csv.writer(out).writerow(cells)
    return out.getvalue()


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[str]], amounts: frozenset[str] = frozenset()) -> str:
    """All records below the names of their columns; columns of `amounts` hold numbers of our own."""
    numbers = [name in amounts for name in columns]
    return csv_line(columns) + "".join(csv_line(row, numbers) for row in rows)


def as_data(value: str) -> str:
    """The text; one that a spreadsheet would run is marked as a text."""
    return f"'{value}" if value.startswith(_FORMULA) else value
