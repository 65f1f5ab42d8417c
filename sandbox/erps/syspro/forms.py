"""COMQFM and COMSFM: the definition and the values of a custom form (facts/syspro.md, section 6)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from xml.etree.ElementTree import Element

from sandbox.erps.syspro.company import Company, FormField, Operator, Write
from sandbox.erps.syspro.documents import (
    DENIED,
    DUPLICATE,
    GENERAL,
    NOT_FOUND,
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
from sandbox.erps.syspro.find import ATTRIBUTES
from sandbox.erps.syspro.manners import Manners
from sandbox.erps.syspro.tables import Value, shown_key, stored_key

QUERY = ("Key/FormType", "Key/KeyField", "Key/KeyFields/*")
SETUP = (
    "Item/Key/FormType",
    "Item/Key/KeyField",
    "Item/Key/FieldName",
    "Item/AlphaValue",
    "Item/NumericValue",
    "Item/DateValue",
)
ELEMENTS = {"A": "AlphaValue", "N": "NumericValue", "D": "DateValue"}
NAMES = {"ORD": "Sales orders", "CUS": "Customers", "STK": "Stock codes"}


@dataclass
class Forms:
    """The forms of a company. `unknown` counts queries of forms that are none."""

    company: Company
    manners: Manners
    unknown: int = 0

    def query(self, root: Element) -> str:
        """The answer to COMQFM. Raises Fault."""
        form, key = needed(root, "Key/FormType"), needed(root, "Key/KeyField")
        if form not in self.company.forms:
            self.unknown += 1
            empty = self.manners.unknown_form == "empty" or (
                self.manners.unknown_form == "mixed" and self.unknown % 2 == 0
            )
            if not empty:
                raise not_found("FormType", "Form type", form)
            return wrap("Query", wrap("Key", tag("FormType", form) + tag("KeyField", key)), ATTRIBUTES)
        self._check_key(form, key)
        head = tag("FormType", form) + tag("FormDescription", NAMES.get(form, form)) + tag("KeyField", _shown(key))
        keys = self.company.tables[self.company.form_tables[form][0]].keys[:1]
        inner = wrap("Key", head) + "".join(
            wrap("KeyField", tag("Column", each) + tag("Type", "A") + tag("Length", f"{20:>6}")) for each in keys
        )
        fields = enumerate(self.company.forms[form], 1)
        inner += "".join(self._field(place, form, key, each) for place, each in fields)
        for act in list(self.company.between_reads):
            act()
        return wrap("Query", inner, ATTRIBUTES)

    def _field(self, place: int, form: str, key: str, item: FormField) -> str:
        value = self.company.value(form, key, item.name)
        kind = {"A": "s", "N": "n12.6", "D": "d"}[item.kind]
        parts = {
            "Sequence": f"{place:>6}",
            "Name": item.name,
            "Prompt": item.column,
            "Column": item.column,
            "Type": item.kind,
            "Length": f"{item.length:>6}",
            "Decimals": f"{item.decimals:>6}",
            "Default": "",
            "AllowNull": "Y",
            "ValidationType": "L" if item.allowed else "N",
            "Value": "" if value is None else shown(value, kind),
            "ValueNull": "Y" if value is None else "N",
        }
        return wrap("Field", "".join(tag(name, text) for name, text in parts.items()))

    def setup(self, root: Element, action: str, who: Operator, *, only_validates: bool) -> str:
        """The answer to COMSFM: each Item by itself, the good ones are stored though others are not."""
        items, wrong = [], 0
        for item in root.findall("Item"):
            key = "".join(tag(each, given(item, f"Key/{each}")) for each in ("FormType", "KeyField", "FieldName"))
            try:
                self._set(item, action, who, only_validates=only_validates)
                items.append(wrap("Item", wrap("Key", key)))
            except Fault as fault:
                wrong += 1
                items.append(wrap("Item", wrap("Key", key) + fault.xml()))
        counts = tag("RecordsRead", f"{len(items):06}") + tag("RecordsInvalid", f"{wrong:06}")
        return wrap("SetupCustomForm", "".join(items) + wrap("StatusOfItems", counts), ATTRIBUTES)

    def _set(self, item: Element, action: str, who: Operator, *, only_validates: bool) -> None:
        form, key = needed(item, "Key/FormType"), needed(item, "Key/KeyField")
        code = needed(item, "Key/FieldName")
        found = next((each for each in self.company.forms.get(form, []) if each.name == code), None)
        if found is None:
            raise not_found("FieldName", "Form field", code)
        self._check_key(form, key)
        old = self.company.value(form, key, code)
        value = None if action == "Delete" else self._value(found, item)
        self._check_action(action, old, code)
        if only_validates:
            return
        self.company.set_value(form, key, code, value)
        write = Write(self.company.now(), who.name, "COMSFM", stored_key(key), code, _text(old), _text(value))
        self.company.writes.append(write)

    def _check_action(self, action: str, old: Value, code: str) -> None:
        if action == "Add" and old is not None and self.manners.add_existing != "overwrites":
            words = (
                "Duplicate key" if self.manners.add_existing == "duplicate" else f"Form field '{code}' already exists"
            )
            raise Fault("FieldName", code, DUPLICATE if words == "Duplicate key" else GENERAL, words)
        if action != "Add" and old is None:
            raise Fault("FieldName", code, NOT_FOUND, f"Form field '{code}' has no value")

    def _check_key(self, form: str, key: str) -> None:
        """Keys are taken with or without leading zeros."""
        table = self.company.form_tables[form][1]
        if self.company.key_of(table, key) not in self.company.table(table):
            raise not_found("KeyField", "Key", key)

    def _value(self, field: FormField, item: Element) -> Value:
        element = ELEMENTS[field.kind]
        sent = [each for each in ELEMENTS.values() if item.find(each) is not None]
        if sent != [element]:
            raise blank(element) if not sent else Fault(sent[0], field.name, GENERAL, f"{field.name} takes {element}")
        text = given(item, element)
        if field.kind == "D":
            return day(element, text)
        if field.kind == "N":
            return self._number(element, text)
        if len(text) > field.length:
            if self.manners.too_long == "refused":
                raise Fault(element, text, GENERAL, f"{element} is longer than {field.length}")
            text = text[: field.length]
        if field.allowed and text and text not in field.allowed:
            raise not_found(element, "Validation item", text)
        return text

    def _number(self, element: str, text: str) -> Decimal:
        if not text and self.manners.empty_number == "refused":
            raise Fault(element, text, DENIED, f"{element} is not numeric")
        return number(element, text or "0")


def _text(value: Value) -> str:
    return "" if value is None else str(value)


def _shown(key: str) -> str:
    return shown_key(stored_key(key))
