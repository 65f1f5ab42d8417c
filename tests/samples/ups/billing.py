"""Billing files of UPS with invented data: rows of 250 columns as facts/ups-extras.md (6) has them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

PARCEL, OTHER = "1ZA1B2C30300000011", "1ZA1B2C30300000099"
PLACES = {
    "version": 1, "recipient": 2, "account": 3, "date": 5, "invoice": 6, "currency": 10, "amount": 11, "day": 12,
    "lead": 14, "reference": 16, "bill_option": 18, "packages": 19, "number": 21, "entered": 27, "entered_unit": 28,
    "billed": 29, "billed_unit": 30, "zone": 34, "category": 35, "reason": 36, "classification": 44, "code": 45,
    "words": 46,
    "of": 51, "incentive": 52, "net": 53, "sender": 67, "text": 175, "original": 201,
}  # fmt: skip
PLAIN: dict[str, str] = {
    "version": "2.1", "recipient": "0000A1B2C3", "account": "0000A1B2C3", "date": "2026-11-21",
    "invoice": "000000A1B2C3476",
    "currency": "USD", "day": "2026-11-16", "number": PARCEL, "lead": PARCEL, "category": "SHP", "reason": "DSD",
    "classification": "FRT", "code": "003", "words": "Ground Commercial", "of": "USD", "incentive": "-3.10",
    "net": "10.00", "sender": "Jane Private",
}  # fmt: skip


def a_row(**changes: str) -> dict[str, str]:
    """A freight row, with what is changed."""
    return {**PLAIN, **changes}


def write_bill(path: Path, rows: Iterable[dict[str, str]], *, total: str = "", **written: Any) -> Path:
    """The file with these rows, whose invoice amount is their sum without INF unless another `total` is given."""
    rows = list(rows)
    counted = [Decimal(each["net"]) for each in rows if each["classification"] != "INF"]
    amount = total or str(sum(counted, Decimal(0)))
    return write_cells(path, [cells_of({"amount": amount, **each}) for each in rows], **written)


def cells_of(row: dict[str, str]) -> list[str]:
    cells = [""] * 250
    for name, value in row.items():
        cells[PLACES[name] - 1] = value
    return cells


def write_cells(path: Path, rows: Iterable[Sequence[str]], *, separator: str = ",", encoding: str = "utf-8") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=separator).writerows(rows)
    return path
