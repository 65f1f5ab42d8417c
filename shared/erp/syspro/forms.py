"""Custom forms: their definition and values by COMQFM, values written by COMSFM (facts/syspro.md, section 6).

Unknown elements vanish without a word, and there is no ETag: what was written is read back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from shared.domain.state import Reason
from shared.erp.fields.clearing import same
from shared.erp.syspro import documents
from shared.erp.syspro.answers import (
    COUNTERS,
    DONE,
    DUPLICATE,
    Fault,
    child,
    counted,
    each_in,
    faults_in,
    name_of,
    plain,
    said,
    shown,
)
from shared.erp.syspro.client import Client
from shared.erp.syspro.file import ORDER_FORM
from shared.erp.syspro.orders import Found
from shared.errors import Misconfigured, Refused, Retry, Unknown

ELEMENTS = {"A": "AlphaValue", "N": "NumericValue", "D": "DateValue"}
LENGTHS = {"A": 255}
"""Characters of a field whose definition names no length."""
Method = Literal["Add", "Update"]


@dataclass(frozen=True, slots=True)
class FormField:
    """A field of a form: its definition, and what it holds for the key. `null` says that it holds nothing at all:
    an empty value is something."""

    name: str
    kind: str
    longest: int | None
    decimals: int | None
    value: str
    null: bool

    def typed(self, value: str) -> str:
        """The value as the field takes it. Raises Refused for a text where a number is due."""
        if self.kind != "N":
            return value
        try:
            number = Decimal(value or "0")
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite():
            raise Refused(
                Reason.WRITE_BACK,
                f"{value!r} is no number, which {self.name} takes",
                field="write_back",
                value=value,
                hint="map it to a field of type alphanumeric",
            )
        return f"{number:f}"


class Forms:
    """Forms of one connection."""

    def __init__(self, client: Client, own_key: str) -> None:
        """`own_key` is the column of the document's own key."""
        self._client, self._own_key = client, own_key

    def keys_of(self, form: str, found: Found) -> list[str]:
        """The keys that a document has in a form: its sales orders in theirs, its own in any other."""
        if form != ORDER_FORM:
            return [said(found.head, self._own_key)]
        keys = [said(row, "SalesOrder") for row in (*found.orders, *found.lines, found.head)]
        by_name = {shown(key): key for key in reversed(keys) if key}
        return [by_name[name] for name in dict.fromkeys(shown(key) for key in keys if key)]

    def value(self, form: str, key: str, target: str) -> str:
        """Return the value of a target's field."""
        return self.named(self.read(form, key), target).value

    def read(self, form: str, key: str) -> Mapping[str, FormField]:
        """The form's fields by code, with the values of the key. Raises Misconfigured where there is no such form."""
        root = self._client.query("COMQFM", documents.form(form, key))
        faults = faults_in(root)
        if any(each.of_the_system for each in faults):
            raise Retry(f"form {form}: SYSPRO answered {faults[0]}")
        if name_of(root) != "query":
            raise Retry(f"form {form}: SYSPRO answered with no form")
        fields = {} if faults else {each.name: each for each in _fields_in(root)}
        if not fields:
            why = f": {faults[0]}" if faults else ""
            raise Misconfigured(
                f"SYSPRO shows no form {form} for {shown(key)}{why}",
                field="write_back",
                hint="add the fields in SYSPRO's program Custom Form Design, and check the form's type",
                general=False,
            )
        return fields

    def named(self, fields: Mapping[str, FormField], target: str) -> FormField:
        """The field of a target such as ORD.TRACK1. Raises Misconfigured where the form has none of that code."""
        code = target.partition(".")[2]
        found = fields.get(code.upper())
        if found is None:
            raise Misconfigured(
                f"form {target.partition('.')[0]} has no field {code}; it has {', '.join(sorted(fields)) or 'none'}",
                field="write_back",
                hint="add it in SYSPRO's program Custom Form Design, or name another one under write_back",
            )
        return found

    def write(self, key: str, fields: Mapping[str, FormField], values: Mapping[str, str]) -> bool:
        """Writes values by target, and gives whether SYSPRO clearly said yes. Raises Refused for a clear no, Unknown
        after a lost answer, SessionEnded for an error without a document."""
        clear = True
        new = {target: value for target, value in values.items() if self.named(fields, target).null}
        old = {target: value for target, value in values.items() if target not in new}
        for method, part in (("Add", new), ("Update", old)):
            for items in self._batches(key, fields, part):
                clear = self._put("Add" if method == "Add" else "Update", items) and clear
        return clear

    def probe(self, key: str, fields: Mapping[str, FormField], target: str) -> str:
        """Return the words of SYSPRO on a write that is validated only, "" for a yes."""
        field = self.named(fields, target)
        item = self._item(key, target, field, "0" if field.kind == "N" else "2026-01-31" if field.kind == "D" else "1")
        root = self._client.setup(
            "Setup/Update" if not field.null else "Setup/Add",
            "COMSFM",
            documents.form_parameters(only=True),
            documents.form_items([item]),
            only=True,
        )
        if name_of(root) != "setupcustomform":
            raise Retry(f"COMSFM: SYSPRO answered with {name_of(root)[:40]}")
        return "; ".join(map(str, faults_in(root)))

    # --- one call ----------------------------------------------------------------------------------------------------

    def _batches(self, key: str, fields: Mapping[str, FormField], values: Mapping[str, str]) -> Iterator[list[str]]:
        """Items that fit into one address together."""
        batch: list[str] = []
        for target, value in values.items():
            item = self._item(key, target, self.named(fields, target), value)
            document = documents.form_items([*batch, item])
            if batch and not self._client.fits("COMSFM", documents.form_parameters(only=False), document):
                yield batch
                batch = []
            batch.append(item)
        if batch:
            yield batch

    def _item(self, key: str, target: str, field: FormField, value: str) -> str:
        form, _, code = target.partition(".")
        return documents.form_item(form, key, code, ELEMENTS.get(field.kind, "AlphaValue"), field.typed(value))

    def _put(self, method: Method, items: list[str]) -> bool:
        """One call; where a value is there already, or not yet, the other method, once."""
        root = self._call(method, items)
        faults = faults_in(root)
        if faults and all(_is_there(each) for each in faults) and method == "Add":
            root = self._call("Update", items)
            faults = faults_in(root)
        if any(each.of_the_system for each in faults):
            raise Unknown(f"COMSFM: SYSPRO answered {faults[0]}")
        if faults or counted(root, COUNTERS):
            what = "; ".join(map(str, faults[:3])) or "that items are invalid"
            raise Refused(
                Reason.WRITE_BACK,
                f"SYSPRO refused the form's values: {what}",
                field="write_back",
                hint="the connection test shows lengths and types of the form's fields: correct them or the value",
            )
        return counted(root, DONE) > 0

    def _call(self, method: Method, items: Iterable[str]) -> Any:
        parameters, document = documents.form_parameters(only=False), documents.form_items(items)
        root = self._client.setup(f"Setup/{method}", "COMSFM", parameters, document)
        if name_of(root) != "setupcustomform":
            raise Unknown(f"COMSFM: SYSPRO answered with {name_of(root)[:40]}")
        return root


def holds(fields: Mapping[str, FormField], target: str, value: str) -> bool:
    """True where a field has this value."""
    field = fields.get(target.partition(".")[2].upper())
    return field is not None and same(field.value, value)


def _is_there(fault: Fault) -> bool:
    return fault.number == DUPLICATE or "already exists" in fault.said.lower()


def _fields_in(root: Any) -> Iterator[FormField]:
    for each in each_in(root, "Field"):
        name = child(each, "Name").upper()
        if name:
            kind = child(each, "Type").upper()[:1] or "A"
            length, decimals = child(each, "Length"), child(each, "Decimals")
            value = child(each, "Value")
            yield FormField(
                name,
                kind,
                int(length) if length.isdigit() and int(length) else LENGTHS.get(kind),
                int(decimals) if decimals.isdigit() else None,
                value if kind == "A" else plain(value.replace(",", "")),
                child(each, "ValueNull").upper() == "Y",
            )
