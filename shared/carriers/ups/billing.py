"""UPS's billing data file, version 2.1: 250 columns, one invoice, no heading (facts/ups-extras.md, 6).

It is read twice: to its end, where its rows have to add up to the invoice's total, and then for its charges. No more
than a row is in memory. Senders and receivers (columns 67 to 82) and texts (175, 176) are personal and not taken.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import NoReturn

from shared.carriers.ups.billing_rows import FIELDS, LEAST, MOST, HeadOfRow, Row, charge_of, head_of, is_heading
from shared.carriers.ups.billing_text import encoding_of, separator_of
from shared.domain.billing import Charge, Invoice
from shared.domain.money import Money
from shared.errors import Refused

AGAIN = "download the Billing Data File (CSV) of this invoice once more from the UPS Billing Center: nothing was stored"
_CENT = Decimal("0.01")


def open_bill(path: Path) -> UpsBill:
    """The bill of a file, read to its end. Raises Refused, which names file, line, field and value."""
    text = _Text(path, encoding_of(path), separator_of(path))
    sums = _Sums()
    for row in text.rows():
        head, charge = _of(text, row)
        sums.take(text, row, head, charge)
    return sums.bill(text)


@dataclass(frozen=True, slots=True)
class UpsBill:
    """A bill that adds up; `charges` reads it once more."""

    invoice: Invoice
    notes: tuple[str, ...]
    _text: _Text

    def charges(self) -> Iterator[Charge]:
        digest = hashlib.sha256()
        for row in self._text.rows():
            head, charge = _of(self._text, row)
            digest.update(repr((head, charge)).encode())
            yield charge
        if digest.hexdigest()[:16] != self.invoice.edition:
            raise Refused("bill", f"{self._text.path.name} was changed while it was read", field="file", hint=AGAIN)


@dataclass(frozen=True, slots=True)
class _Text:
    """The file as rows of texts."""

    path: Path
    encoding: str
    separator: str

    def rows(self) -> Iterator[Row]:
        """Every row with its line, numbered from 1; a heading that a person pasted in is left out."""
        number = 0
        with self.path.open(encoding=self.encoding, newline="") as file:
            reader = csv.reader(file, delimiter=self.separator, strict=True)
            try:
                for cells in reader:
                    if not any(cells) or (number == 0 and is_heading(cells)):
                        continue
                    number += 1
                    row = Row(reader.line_num, number, cells, self.separator)
                    if not LEAST <= len(cells) <= MOST:
                        allowed = f"a row has {MOST}, of which empty ones after column {LEAST} may be missing"
                        self.refuse(row.line, "columns", str(len(cells)), allowed)
                    yield row
            except csv.Error as error:
                self.refuse(reader.line_num, "row", "", f"it is no complete row of a CSV file ({error})")

    def refuse(self, line: int, field: str, value: str, allowed: str) -> NoReturn:
        at = f"{field} (column {FIELDS[field]})" if field in FIELDS else field
        found = f" is {value!r}" if value else ""
        text = f"{self.path.name}, line {line}: {at}{found}: {allowed}"
        raise Refused("bill", text, field=field, value=value, hint=AGAIN)


def _of(text: _Text, row: Row) -> tuple[HeadOfRow, Charge]:
    """The facts of the invoice in a row, and the row's charge; what cannot be read is refused by line and field."""
    try:
        return head_of(row), charge_of(row)
    except Refused as error:
        text.refuse(row.line, error.field, error.value, str(error))


class _Sums:
    """The sums of a file, and the first row, with which all others have to agree."""

    def __init__(self) -> None:
        self._first: HeadOfRow | None = None
        self._rows = self._fractions = self._last_line = 0
        self._sum = self._information = Decimal(0)
        self._digest = hashlib.sha256()

    def take(self, text: _Text, row: Row, head: HeadOfRow, charge: Charge) -> None:
        first = self._first = self._first or head
        for field, found, stands in head.unlike(first):
            text.refuse(row.line, field, found, f"the rows before have {stands!r}, and a file holds one invoice")
        self._rows, self._last_line = self._rows + 1, row.line
        self._fractions += charge.net != charge.net.quantize(_CENT)
        if charge.sort == "information":
            self._information += charge.net
        else:
            self._sum += charge.net
        self._digest.update(repr((head, charge)).encode())

    def bill(self, text: _Text) -> UpsBill:
        head = self._first
        if head is None:
            text.refuse(1, "rows", "", "the file has none")
        information = self._decided(text, head)
        total = Money(head.total, head.currency)
        edition = self._digest.hexdigest()[:16]
        invoice = Invoice("ups", head.account, head.invoice, head.day, total, self._rows, edition, information)
        counted = self._sum + (self._information if information else 0)
        notes: Mapping[str, bool] = {
            "rows for information (INF) count: only with them do the rows add up": information,
            f"the rows add up to {counted}, a difference of fractions of a cent": counted != head.total,
        }
        return UpsBill(invoice, tuple(note for note, holds in notes.items() if holds), text)

    def _decided(self, text: _Text, head: HeadOfRow) -> bool:
        """Tell if the rows for information count. Every row of whole cents has to be there to the cent; one with
        fractions of a cent may be off by a cent."""
        sums = {False: self._sum, True: self._sum + self._information}
        room = _CENT * self._fractions
        exact = [information for information, found in sums.items() if found == head.total]
        near = [information for information, found in sums.items() if abs(found - head.total) <= room]
        if exact or near:
            return (exact or near)[0]
        without = f"its {self._rows} rows add up to {self._sum} {head.currency}"
        with_them = f" ({sums[True]} with rows for information)" if self._information else ""
        return text.refuse(
            self._last_line,
            "Invoice Amount",
            str(head.total),
            f"{without}{with_them}: rows are missing, or there are too many, or an amount was changed",
        )
