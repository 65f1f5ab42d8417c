"""COMFND and COMFCH: rows of a table by conditions, and one row by its key (facts/syspro.md, section 3)."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import Element

from sandbox.erps.syspro.company import Company, Operator, Row
from sandbox.erps.syspro.documents import (
    DENIED,
    GENERAL,
    Fault,
    blank,
    day,
    given,
    needed,
    not_found,
    number,
    shown,
    tag,
    wrap,
)
from sandbox.erps.syspro.manners import Manners
from sandbox.erps.syspro.tables import Table, Value, stored_key

ATTRIBUTES = (
    ' Language="05" Language2="EN" CssStyle="" DecFormat="1" DateFormat="01" Role="01" Version="8.0.161"'
    ' OperatorPrimaryRole="   "'
)
Test = Callable[[Row], bool]
_SEEN: dict[str, Callable[[Any, Any], bool]] = {"EQ": operator.eq, "GE": operator.ge, "LE": operator.le}
_FURTHER: dict[str, Callable[[Any, Any], bool]] = {"GT": operator.gt, "LT": operator.lt, "NE": operator.ne}
FIND = (
    "TableName",
    "ReturnRows",
    "AllColumns",
    "Columns/Column",
    "OrderBy/Column",
    "Sequence/Column",
    *(f"Where/Expression/{each}" for each in ("OpenBracket", "AndOr", "Column", "Condition", "Value", "CloseBracket")),
)
FETCH = (
    "TableName",
    "Key",
    *(f"OptionalKey{place}" for place in range(1, 13)),
    "FullKeyProvided",
    "DefaultType",
    "EspressoFetch",
)


@dataclass
class Finder:
    """`answers` counts, for what goes in turn."""

    company: Company
    manners: Manners
    answers: int = 0

    def find(self, root: Element, who: Operator) -> str:
        """The answer to COMFND. Raises Fault."""
        table = self._table(root)
        columns = self._columns(root, table)
        order = [self._column(table, each.text or "") for each in root.findall("OrderBy/Column")]
        test = _Where(table, self._conditions()).read(root.find("Where"))
        rows = [row for row in self.company.visible(table.name, who) if test(row)]
        rows = sorted(rows, key=lambda row: [_sortable(row[each]) for each in order]) if order else rows[::-1]
        rows = self._turned(root, table, rows)[: self._most(root)]
        page = self._page(table, columns, order, rows)
        for act in list(self.company.between_reads):
            act()
        if not rows and self._says_nothing_found():
            raise not_found(table.keys[0], table.keys[0], "")
        return page

    def _page(self, table: Table, columns: list[str], order: list[str], rows: list[Row]) -> str:
        none = "0000-00-00" if self.manners.no_date == "zeros" else ""
        listed = "".join(tag("Column", each) for each in columns)
        ordered = "".join(tag("Column", each) for each in order)
        head = tag("TableName", table.name) + wrap("Columns", listed) + wrap("OrderBy", ordered)
        body = "".join(
            wrap("Row", "".join(tag(each, shown(row.get(each), table.columns[each], none)) for each in columns))
            for row in rows
        )
        tail = tag("RowsReturned", f"{len(rows):>8}")
        return wrap(table.element, wrap("HeaderDetails", head) + body + tail, ATTRIBUTES)

    def fetch(self, root: Element, who: Operator) -> str:
        """The answer to COMFCH: one row with all columns. Raises Fault."""
        table = self._table(root)
        places = ["Key", *(f"OptionalKey{place}" for place in range(1, len(table.keys)))]
        wanted = [stored_key(given(root, each)) for each in places]
        needed(root, "Key")
        for row in self.company.visible(table.name, who):
            if [stored_key(str(row[each] or "")) for each in table.keys] == wanted:
                break
        else:
            raise not_found("Key", table.keys[0], given(root, "Key"))
        none = "" if self.manners.no_date == "empty" else "0000-00-00"
        inner = "".join(tag(each, shown(row.get(each), kind, none)) for each, kind in table.columns.items())
        return wrap(table.element, inner, ATTRIBUTES)

    def _table(self, root: Element) -> Table:
        name = needed(root, "TableName")
        if name not in self.company.tables:
            raise Fault("TableName", name, GENERAL, f"Table '{name}' is not known")
        return self.company.tables[name]

    def _columns(self, root: Element, table: Table) -> list[str]:
        if self.manners.all_columns and given(root, "AllColumns") == "Y":
            return list(table.columns)
        asked = [self._column(table, each.text or "") for each in root.findall("Columns/Column")]
        if not asked:
            raise blank("Column")
        return asked

    def _column(self, table: Table, name: str) -> str:
        return _known(table, name)

    def _most(self, root: Element) -> int:
        text = given(root, "ReturnRows")
        return int(number("ReturnRows", text)) if text else self.manners.rows_unasked

    def _turned(self, root: Element, table: Table, rows: list[Row]) -> list[Row]:
        """Sequence, of 2025; what is older overlooks it."""
        if not self.manners.all_columns:
            return rows
        for each in reversed(root.findall("Sequence/Column")):
            name = _known(table, each.get("Name", ""))
            rows = sorted(rows, key=lambda row: _sortable(row[name]), reverse=each.get("Orderby") == "D")
        return rows

    def _conditions(self) -> dict[str, Callable[[Any, Any], bool]]:
        return _SEEN | (_FURTHER if self.manners.further_conditions else {})

    def _says_nothing_found(self) -> bool:
        self.answers += 1
        return self.manners.nothing_found == "error" or (
            self.manners.nothing_found == "mixed" and self.answers % 2 == 0
        )


class _Where:
    """Expression blocks, read into a test of a row. And binds closer than Or."""

    def __init__(self, table: Table, conditions: dict[str, Callable[[Any, Any], bool]]) -> None:
        self.table, self.conditions = table, conditions
        self._tokens: list[str | Test] = []
        self._at = 0

    def read(self, where: Element | None) -> Test:
        """Raises Fault; SQL text in Where is one."""
        if where is None:
            return lambda _: True
        blocks = where.findall("Expression")
        if not blocks or (where.text or "").strip():
            raise Fault("Where", (where.text or "").strip()[:40], GENERAL, "Where takes Expression elements only")
        for place, block in enumerate(blocks):
            self._add(block, place)
        test = self._either()
        if self._at < len(self._tokens):
            raise Fault("CloseBracket", ")", GENERAL, "Brackets do not match")
        return test

    def _add(self, block: Element, place: int) -> None:
        joint = given(block, "AndOr").lower()
        if place and joint not in ("and", "or"):
            raise blank("AndOr")
        self._tokens += [joint] if place else []
        self._tokens += list(given(block, "OpenBracket"))
        self._tokens.append(self._test(block))
        self._tokens += list(given(block, "CloseBracket"))

    def _test(self, block: Element) -> Test:
        name = _known(self.table, needed(block, "Column"))
        condition, text = needed(block, "Condition").upper(), given(block, "Value")
        kind = self.table.columns[name]
        if condition == "LIKE":
            pattern = re.compile(re.escape(text).replace("%", ".*"), re.IGNORECASE | re.DOTALL)
            return lambda row: bool(pattern.fullmatch(str(row.get(name) or "")))
        if condition not in self.conditions:
            raise Fault("Condition", condition, GENERAL, f"Condition '{condition}' is invalid")
        compare, value = self.conditions[condition], _wanted(name, kind, text)
        return lambda row: compare(_comparable(row.get(name), kind), value)

    def _either(self) -> Test:
        tests = [self._both()]
        while self._next("or"):
            tests.append(self._both())
        return tests[0] if len(tests) == 1 else lambda row: any(test(row) for test in tests)

    def _both(self) -> Test:
        tests = [self._one()]
        while self._next("and"):
            tests.append(self._one())
        return tests[0] if len(tests) == 1 else lambda row: all(test(row) for test in tests)

    def _one(self) -> Test:
        if self._next("("):
            inner = self._either()
            if not self._next(")"):
                raise Fault("OpenBracket", "(", GENERAL, "Brackets do not match")
            return inner
        token = self._tokens[self._at] if self._at < len(self._tokens) else ""
        if isinstance(token, str):
            raise Fault("Expression", token, GENERAL, "Brackets do not match")
        self._at += 1
        return token

    def _next(self, sign: str) -> bool:
        found = self._at < len(self._tokens) and self._tokens[self._at] == sign
        self._at += found
        return found


def _known(table: Table, name: str) -> str:
    if name.strip() not in table.columns:
        raise Fault("Column", name, GENERAL, f"Column '{name}' is not in table '{table.name}'")
    return name.strip()


def _wanted(name: str, kind: str, text: str) -> object:
    """A condition's value, to be compared as it is stored."""
    if kind == "b8":
        raise Fault(name, text, DENIED, f"{name} cannot be compared")
    if kind.startswith("n"):
        return number(name, text)
    return (day(name, text) or "0000-00-00") if kind == "d" else text.upper()


def _comparable(value: Value, kind: str) -> object:
    if kind.startswith("n"):
        return Decimal(str(value or 0))
    text = str(value or "")
    return (text or "0000-00-00") if kind == "d" else text.rstrip().upper()


def _sortable(value: Value) -> tuple[int, Decimal, str]:
    """Numbers by their size, texts as the database has them."""
    return (0, Decimal(value), "") if isinstance(value, int | Decimal) else (1, Decimal(0), str(value or "").upper())
