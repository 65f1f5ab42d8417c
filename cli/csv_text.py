"""Tables as CSV whose texts no spreadsheet takes for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""The beginnings of a formula; the last four are the wide forms of the first ones."""


def csv_line(values: Sequence[str]) -> str:
    """One record, with its line end."""
    out = io.StringIO()
    csv.writer(out).writerow([as_data(value) for value in values])
    return out.getvalue()


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """All records below the names of their columns."""
    return "".join(map(csv_line, (columns, *rows)))


def as_data(value: str) -> str:
    """The text; one that a spreadsheet would run is marked as a text."""
    return f"'{value}" if value.startswith(_FORMULA) else value
