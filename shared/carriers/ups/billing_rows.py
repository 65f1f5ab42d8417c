"""A row of UPS's billing file: its columns by name, read strictly. Refusals name the field and its value."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NoReturn

from shared.domain.billing import Charge, Sort
from shared.errors import Refused

VERSION, LEAST, MOST = "2.1", 53, 250
"""The version, the columns up to the last one that is always needed, and all columns."""
FIELDS: Mapping[str, int] = {
    "Version": 1,
    "Account Number": 3,
    "Invoice Date": 5,
    "Invoice Number": 6,
    "Invoice Currency Code": 10,
    "Invoice Amount": 11,
    "Transaction Date": 12,
    "Lead Shipment Number": 14,
    "Tracking Number": 21,
    "Entered Weight": 27,
    "Entered Weight Unit": 28,
    "Billed Weight": 29,
    "Billed Weight Unit": 30,
    "Charge Category": 35,
    "Charge Category Detail": 36,
    "Charge Classification": 44,
    "Charge Description Code": 45,
    "Charge Description": 46,
    "Transaction Currency Code": 51,
    "Net Amount": 53,
    "Original Tracking Number": 201,
}
"""The columns that are read, counted from 1 (facts/ups-extras.md, 6)."""

SORTS: Mapping[str, Sort] = {
    "FRT": "transport",
    "FSC": "transport",
    "ACC": "transport",
    "TAX": "tax",
    "GOV": "duty",
    "BRK": "brokerage",
    "INF": "information",
}
"""By classification; exemptions (EXM), MSC and what is new are neither transport nor a duty."""
_WORDS: tuple[tuple[str, str], ...] = (
    ("intercept", "intercept"),
    ("void ", "credit for a void"),
    ("not previously billed", "not billed before"),
    ("residential adjustment", "residential address"),
    ("address correction", "address correction"),
    ("shipping charge correction", "charge correction"),
)
"""Causes by words of the description, which are in the account's language: the codes say less, and always."""
_REASONS: Mapping[str, str] = {
    "ADC": "address correction",
    "RADJ": "rate adjustment",
    "RTS": "returned to sender",
    "ADJ": "adjustment",
    "SVCH": "weekly service charge",
}
_CATEGORIES: Mapping[str, str] = {"RTN": "return", "ADJ": "adjustment"}
_NUMBER = re.compile(r"-?(\d{1,15}(\.\d{0,6})?|\.\d{1,6})")
_INVOICE, _ACCOUNT, _CURRENCY = re.compile(r"[A-Z0-9]{1,15}"), re.compile(r"[A-Z0-9]{6,10}"), re.compile(r"[A-Z]{3}")
_TRACKING = re.compile(r"[A-Z0-9]{7,35}")


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its line in the file, its number, and its cells. With a semicolon between them decimals have a comma."""

    line: int
    number: int
    cells: Sequence[str]
    separator: str

    def text(self, field: str) -> str:
        place = FIELDS[field] - 1
        return self.cells[place].strip() if place < len(self.cells) else ""

    def matching(self, field: str, form: re.Pattern[str], allowed: str) -> str:
        value = self.text(field)
        return value if form.fullmatch(value) else _refuse(field, value, allowed)

    def number_in(self, field: str) -> str:
        """The tracking number in a field, "" where there is none."""
        value = self.text(field).upper()
        return value if not value or _TRACKING.fullmatch(value) else _refuse(field, value, "no tracking number")

    def amount(self, field: str) -> Decimal:
        value = self.text(field)
        semicolon = self.separator == ";"
        plain = value.replace(",", ".") if semicolon and "." not in value else value
        if not _NUMBER.fullmatch(plain) or (semicolon and "." in value):
            _refuse(field, value, f"an amount such as {'-12,34' if semicolon else '-12.34'} is expected")
        return Decimal(plain)

    def day(self, field: str) -> date:
        """A day as ISO has it, as DD/MM/YYYY or as M/D/YY."""
        value = self.text(field)
        try:
            if found := re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", value):
                return date(int(found[1]), int(found[2]), int(found[3]))
            if found := re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", value):
                return date(int(found[3]), int(found[2]), int(found[1]))
            if found := re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d\d)", value):
                return date(2000 + int(found[3]), int(found[1]), int(found[2]))
        except ValueError:
            pass
        return _refuse(field, value, "a day such as 2026-11-21, 21/11/2026 or 11/21/26 is expected")


@dataclass(frozen=True, slots=True)
class HeadOfRow:
    """The facts of an invoice, which each row repeats."""

    account: str
    invoice: str
    day: date
    currency: str
    total: Decimal

    def unlike(self, first: HeadOfRow) -> Iterator[tuple[str, str, str]]:
        """The fields in which it differs from the first row: name, value and the first one's."""
        names = ("Account Number", "Invoice Number", "Invoice Date", "Invoice Currency Code", "Invoice Amount")
        mine = (self.account, self.invoice, self.day, self.currency, self.total)
        its = (first.account, first.invoice, first.day, first.currency, first.total)
        return ((n, str(a), str(b)) for n, a, b in zip(names, mine, its, strict=True) if a != b)


def is_heading(cells: Sequence[str]) -> bool:
    """Tell if a person pasted the names of the columns above the rows: column 21 is then a word."""
    place = FIELDS["Tracking Number"] - 1
    named = cells[place].strip() if len(cells) > place else ""
    return cells[0].strip() != VERSION and named != "" and not any(each.isdigit() for each in named)


def head_of(row: Row) -> HeadOfRow:
    """The invoice of a row. Raises Refused."""
    version = row.text("Version")
    if version != VERSION:
        _refuse("Version", version, f"only version {VERSION} of the file is read")
    return HeadOfRow(
        account=row.matching("Account Number", _ACCOUNT, "an account number has 6 to 10 letters and digits"),
        invoice=row.matching("Invoice Number", _INVOICE, "an invoice number has up to 15 letters and digits"),
        day=row.day("Invoice Date"),
        currency=row.matching("Invoice Currency Code", _CURRENCY, "a currency such as USD is expected"),
        total=row.amount("Invoice Amount"),
    )


def charge_of(row: Row) -> Charge:
    """The charge of a row. Raises Refused."""
    currency, of_invoice = row.text("Transaction Currency Code"), row.text("Invoice Currency Code")
    if currency not in {"", of_invoice}:
        allowed = f"the invoice is in {of_invoice}, and no rate between them is known"
        _refuse("Transaction Currency Code", currency, allowed)
    classification, words = row.text("Charge Classification"), row.text("Charge Description")
    category, reason = row.text("Charge Category"), row.text("Charge Category Detail")
    return Charge(
        row=row.number,
        number=row.number_in("Tracking Number"),
        net=row.amount("Net Amount"),
        sort=SORTS.get(classification, "other"),
        lead=row.number_in("Lead Shipment Number"),
        original=row.number_in("Original Tracking Number"),
        category=category[:10],
        reason=reason[:10],
        classification=classification[:10],
        code=row.text("Charge Description Code")[:10],
        words=words[:60],
        cause=_cause(category, reason, words),
        day=row.day("Transaction Date") if row.text("Transaction Date") else None,
        entered=_weight(row, "Entered Weight"),
        weighed=_weight(row, "Billed Weight"),
    )


def _cause(category: str, reason: str, words: str) -> str:
    said = f"{words.lower()} "
    named = next((cause for sign, cause in _WORDS if sign in said), "")
    return named or _REASONS.get(reason, "") or _CATEGORIES.get(category, "")


def _weight(row: Row, field: str) -> str:
    """A weight with its unit; "" where there is none, as on rows that are no package's."""
    value, unit = row.text(field), row.text(f"{field} Unit")
    if not value or not value.strip("0.,"):
        return ""
    return f"{row.amount(field).normalize():f} {unit}".strip()[:20]


def _refuse(field: str, value: str, allowed: str) -> NoReturn:
    raise Refused("bill", allowed, field=field, value=value)
