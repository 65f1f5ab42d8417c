"""One company's database, what its people do, and the ledger by which an adapter is judged."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from sandbox.erps.syspro.tables import PADDED, TABLES, Table, Value, stored_key

Row = dict[str, Value]
Key = tuple[Value, ...]
GENERIC = "Generic Query"
PRIMARY_QUERY = "Sales Orders Primary Query"
FORM_SETUP = "Custom Form Setup"
PRIMARY_POSTING = "Sales Orders Primary Posting"
PURCHASE_QUERY = "Purchase Orders Primary Query"
AREAS = frozenset({GENERIC, PRIMARY_QUERY, FORM_SETUP, PRIMARY_POSTING, PURCHASE_QUERY})
"""Functional areas, by which e.net is licensed for an operator (section 2)."""
FORM_TABLES = {
    "ORD": ("CusSorMaster+", "SorMaster"),
    "CUS": ("ArCustomer+", "ArCustomer"),
    "STK": ("InvMaster+", "InvMaster"),
}
"""Form types by the table that keeps their values and the one that has their keys."""


@dataclass
class Operator:
    """Who may log on. `areas` are licensed for it, rows of `hidden` warehouses and branches are left out for it."""

    name: str
    password: str
    areas: set[str] = field(default_factory=lambda: set(AREAS))
    hidden: set[str] = field(default_factory=set)
    wrong: int = 0
    locked: bool = False


@dataclass(frozen=True)
class FormField:
    """A field of a custom form. `name` is its code of at most six, `column` that of the table, `kind` A, N or D;
    `allowed` its list of values, where it has one."""

    name: str
    column: str
    kind: str = "A"
    length: int = 255
    decimals: int = 0
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Write:
    """One value that was written through a business object: `key` as stored, `name` the form field's code or the
    column."""

    at: datetime
    who: str
    object: str
    key: str
    name: str
    old: str
    new: str


@dataclass
class Company:
    """Tables by name. `between_reads` runs after each read of a table or of a form: a person who works meanwhile;
    `afterwards` is what a person does once, when our values stand at a sales order or dispatch note (stored key).
    `purchases` is what PORQRY alone shows of a purchase order, by its stored key: its supplier, and its lines."""

    now: Callable[[], datetime]
    id: str = "A"
    password: str = ""
    operators: dict[str, Operator] = field(default_factory=dict)
    tables: dict[str, Table] = field(default_factory=lambda: dict(TABLES))
    rows: dict[str, dict[Key, Row]] = field(default_factory=dict)
    forms: dict[str, list[FormField]] = field(default_factory=lambda: {"ORD": []})
    form_tables: dict[str, tuple[str, str]] = field(default_factory=lambda: dict(FORM_TABLES))
    notepads: dict[tuple[str, str], str] = field(default_factory=dict)
    purchases: dict[str, tuple[Row, list[Row]]] = field(default_factory=dict)
    writes: list[Write] = field(default_factory=list)
    between_reads: list[Callable[[], object]] = field(default_factory=list)
    afterwards: dict[str, Callable[[], object]] = field(default_factory=dict)
    _version: int = 2000

    def table(self, name: str) -> dict[Key, Row]:
        return self.rows.setdefault(name, {})

    def key_of(self, table: str, *values: Value) -> Key:
        """A key as stored, from values with or without leading zeros."""
        names = self.tables[table].keys
        return tuple(
            stored_key(str(value)) if name in PADDED else value for name, value in zip(names, values, strict=True)
        )

    def row(self, table: str, *values: Value) -> Row:
        """Raises KeyError."""
        return self.table(table)[self.key_of(table, *values)]

    def insert(self, table: str, **values: Value) -> Row:
        """A new row; what is not said is blank, zero or no date. Texts are cut to their columns, as on the screen."""
        columns = self.tables[table].columns
        if unknown := set(values) - set(columns):
            raise KeyError(f"{table} has no {', '.join(sorted(unknown))}")
        row = {name: _as_stored(name, kind, values.get(name)) for name, kind in columns.items()}
        self.table(table)[tuple(row[name] for name in self.tables[table].keys)] = row
        self.touch(row)
        return row

    def change(self, table: str, *key: Value, **values: Value) -> Row:
        """A person changes a row. Raises KeyError."""
        row, columns = self.row(table, *key), self.tables[table].columns
        row.update({name: _as_stored(name, columns[name], value) for name, value in values.items()})
        self.touch(row)
        return row

    def touch(self, row: Row) -> None:
        """A new rowversion: one counter for the whole database, and no time."""
        self._version += 1
        if "TimeStamp" in row:
            row["TimeStamp"] = self._version

    def where(self, table: str, **values: Value) -> Iterator[Row]:
        """Rows with these values, keys with or without zeros."""
        wanted = {name: stored_key(str(each)) if name in PADDED else each for name, each in values.items()}
        for row in self.table(table).values():
            if all(row[name] == value for name, value in wanted.items()):
                yield row

    def today(self) -> str:
        return f"{self.now():%Y-%m-%d}"

    # --- custom forms ----------------------------------------------------------------------------------------------

    def add_form_field(self, form: str, item: FormField) -> None:
        """Made in the program Custom Form Design: a column of the form's table."""
        self.forms.setdefault(form, []).append(item)
        self.add_column(self.form_tables[form][0], item.column, "d" if item.kind == "D" else "s")
        for text in item.allowed:
            self.insert("AdmFormValidation", FormType=form, FieldName=item.name, Item=text, Description=text)

    def add_column(self, table: str, name: str, kind: str) -> None:
        old = self.tables[table]
        self.tables[table] = Table(old.name, old.keys, old.columns | {name: kind})

    def drop_column(self, table: str, name: str) -> None:
        """A release that does not have it."""
        old = self.tables[table]
        self.tables[table] = Table(
            old.name, old.keys, {each: kind for each, kind in old.columns.items() if each != name}
        )

    def form_row(self, form: str, key: str) -> Row:
        """The live row of values, made when it is missing; values are null until they are written."""
        table = self.form_tables[form][0]
        keys = self.tables[table].keys
        found = self.key_of(table, key, *[""] * (len(keys) - 1))
        return self.table(table).setdefault(found, dict(zip(keys, found, strict=True)))

    def value(self, form: str, key: str, name: str) -> Value:
        """Return the value of a form's field, None for null."""
        column = next(each.column for each in self.forms[form] if each.name == name)
        table = self.form_tables[form][0]
        found = self.key_of(table, key, *[""] * (len(self.tables[table].keys) - 1))
        return self.table(table).get(found, {}).get(column)

    def set_value(self, form: str, key: str, name: str, value: Value) -> None:
        """A person, or a program, enters a form's value."""
        column = next(each.column for each in self.forms[form] if each.name == name)
        self.form_row(form, key)[column] = value

    # --- what a licence and rights leave ---------------------------------------------------------------------------

    def visible(self, table: str, who: Operator | None) -> Iterator[Row]:
        """The rows that an operator may see: the others are left out without a word."""
        hidden = who.hidden if who else set()
        if not hidden:
            yield from self.table(table).values()
            return
        for row in self.table(table).values():
            places = (row.get(name, "") for name in ("Warehouse", "MWarehouse", "Branch"))
            if not any(place in hidden for place in places if place):
                yield row


def _as_stored(name: str, kind: str, value: Value) -> Value:
    if kind.startswith("n"):
        return Decimal(str(value or 0))
    if kind == "b8":
        return int(str(value or 0))
    text = str(value or "")
    if name in PADDED:
        return stored_key(text) if text else ""
    return text[: int(kind[1:])] if kind[1:].isdigit() else text
