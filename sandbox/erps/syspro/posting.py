"""SORTDH, SORTDS, SORTOS, SORTOI, COMSNO: what is posted to dispatch notes and orders (facts/syspro.md, section 6)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from xml.etree.ElementTree import Element

from sandbox.erps.syspro.company import Company, Operator, Row, Write
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
    tag,
    wrap,
)
from sandbox.erps.syspro.find import ATTRIBUTES
from sandbox.erps.syspro.manners import Manners
from sandbox.erps.syspro.tables import Value, shown_key, stored_key

HEADER_FIELDS = ("UserField1", "UserField2", "CustomerPoNumber", "ActualDeliveryDate")
HEADER = ("Item/DispatchNote", *(f"Item/{each}" for each in HEADER_FIELDS), "Item/eSignature")
STATUS = (
    "Item/DispatchNote",
    "Item/DispatchStatus",
    "Item/NewDispatchStatus",
    "Item/CreditAuthority",
    "Item/ReasonForHold",
    "Item/InvoiceNumberEntered",
    "Item/InvoiceDateEntered",
    "Item/SctReference",
    "Item/eSignature",
)
ORDER_STATUS = (
    "Item/SalesOrder",
    "Item/OrderStatus",
    "Item/NewOrderStatus",
    "Item/CreditAuthority",
    "Item/DeliveryNoteNumber",
    "Item/DateDeliveryNotePrinted",
    "Item/TimeDeliveryNotePrinted",
    "Item/InvoiceNumberEntered",
    "Item/InvoiceDateEntered",
    "Item/SctReference",
    "Item/ChangeFwdOrderToSched",
    "Item/eSignature",
)
_FREIGHT = "Orders/OrderDetails/FreightLine"
ORDERS = (
    "TransmissionHeader/*",
    "Orders/OrderHeader/SalesOrder",
    "Orders/OrderHeader/CustomerPoNumber",
    "Orders/OrderHeader/OrderActionType",
    "Orders/OrderHeader/Customer",
    *(f"{_FREIGHT}/{each}" for each in ("CustomerPoLine", "LineActionType", "FreightValue", "FreightCost")),
)
NOTEPAD = (
    "Item/Key/Company",
    "Item/Key/NoteType",
    "Item/Key/KeyField",
    "Item/Key/LanguageCode",
    "Item/NotepadText",
)
Act = Callable[[Element, Operator, bool], str]
MOVES = {"3": "5SH", "5": "7SH", "7": "SH", "H": "57", "S": "57"}
"""Where a dispatch note goes from a status; 8 comes from consolidation."""


@dataclass
class Posting:
    """Postings, item by item, into a company."""

    company: Company
    manners: Manners

    def items(self, root: Element, act: Act, who: Operator, parameters: Element, *, only_validates: bool) -> str:
        """The answer to a transaction of Items. `act` does one and gives what it says of it. With
        ApplyIfEntireDocumentValid nothing is done when one item is wrong."""
        whole = given(parameters, "Parameters/ApplyIfEntireDocumentValid") == "Y"
        warnings = given(parameters, "Parameters/IgnoreWarnings") or "N"
        said, wrong, rejected = self._each(root, act, who, warnings, only_validates=only_validates or whole)
        if whole and not only_validates and not wrong and not rejected:
            said, wrong, rejected = self._each(root, act, who, warnings, only_validates=False)
        done = 0 if whole and (wrong or rejected) else len(said) - wrong - rejected
        warned = done if self.manners.warning and warnings == "W" else 0
        counts = tag("ItemsProcessed", f"{done:06}") + tag("ItemsInvalid", f"{wrong:06}")
        counts += tag("ItemsRejectedWithWarnings", f"{rejected:06}")
        counts += tag("ItemsProcessedWithWarnings", f"{warned:06}")
        return wrap(root.tag, "".join(said) + wrap("StatusofItems", counts), ATTRIBUTES)

    def _each(
        self, root: Element, act: Act, who: Operator, warnings: str, *, only_validates: bool
    ) -> tuple[list[str], int, int]:
        """The words about each item, how many were wrong, and how many a warning has kept out: IgnoreWarnings N makes
        a warning an error, W reports it, Y drops it."""
        said, wrong, rejected = [], 0, 0
        told = tag("WarningDescription", self.manners.warning) + tag("WarningNumber", str(GENERAL))
        warning = wrap("WarningMessages", told) if self.manners.warning and warnings != "Y" else ""
        for item in root.findall("Item"):
            kept_out = bool(warning) and warnings == "N"
            try:
                said.append(wrap("Item", act(item, who, only_validates or kept_out) + warning))
                rejected += kept_out
            except Fault as fault:
                wrong += 1
                said.append(wrap("Item", fault.xml()))
        return said, wrong, rejected

    def header(self, item: Element, who: Operator, only_validates: bool) -> str:
        """One item of SORTDH: two user fields, the customer's order number, the day of delivery."""
        note = self._note(item)
        self._check_signature(item)
        values = self._header_values(item)
        said = tag("DispatchNote", shown_key(str(note["DispatchNote"])))
        if only_validates:
            return said
        self._store("SORTDH", "MdnMaster", "DispatchNote", note, values, who)
        return said

    def _header_values(self, item: Element) -> dict[str, str]:
        values = {}
        for name in HEADER_FIELDS:
            if item.find(name) is None and self.manners.left_out == "kept":
                continue
            text = given(item, name)
            most = self.manners.user_field_length if name.startswith("User") else 30
            if name == "ActualDeliveryDate":
                text = day(name, text)
            elif len(text) > most and self.manners.too_long == "refused":
                raise Fault(name, text, GENERAL, f"{name} is longer than {most}")
            values[name] = text[:most]
        return values

    def status(self, item: Element, who: Operator, only_validates: bool) -> str:
        """One item of SORTDS."""
        note, new = self._note(item), needed(item, "NewDispatchStatus")
        self._check_signature(item)
        old = str(note["DispatchNoteStatus"])
        if new not in MOVES.get(old, ""):
            raise Fault("NewDispatchStatus", new, GENERAL, f"Status {old} cannot be changed to {new}")
        if not only_validates:
            values = {"DispatchNoteStatus": new, "PrevStatus": old}
            self._store("SORTDS", "MdnMaster", "DispatchNote", note, values, who)
        return tag("DispatchNote", shown_key(str(note["DispatchNote"])))

    def order_status(self, item: Element, who: Operator, only_validates: bool) -> str:
        """One item of SORTOS: from 4 to 8."""
        order, new = self._order(needed(item, "SalesOrder"), "SalesOrder"), needed(item, "NewOrderStatus")
        old = str(order["OrderStatus"])
        if (old, new) not in (("1", "4"), ("3", "4"), ("4", "8")):
            raise Fault("NewOrderStatus", new, GENERAL, f"Status {old} cannot be changed to {new}")
        if not only_validates:
            self._store("SORTOS", "SorMaster", "SalesOrder", order, {"OrderStatus": new}, who)
        return tag("SalesOrder", shown_key(str(order["SalesOrder"])))

    def orders(self, root: Element, who: Operator, *, only_validates: bool) -> str:
        """The answer to SORTOI, of which only freight on an order that is there is played: a clean import has no
        Order in its answer, a refusal an Order without a number."""
        said, wrong = [], 0
        for each in root.findall("Orders"):
            try:
                self._freight(each, who, only_validates=only_validates)
            except Fault as fault:
                wrong += 1
                said.append(wrap("Order", tag("SalesOrder", "") + fault.xml()))
        done = len(root.findall("Orders")) - wrong
        counts = tag("ItemsProcessed", f"{done:06}") + tag("ItemsRejectedWithWarnings", f"{wrong:06}")
        return wrap("SalesOrders", "".join(said) + wrap("StatusOfItems", counts), ATTRIBUTES)

    def _freight(self, order: Element, who: Operator, *, only_validates: bool) -> None:
        needed(order, "OrderHeader/CustomerPoNumber")
        if needed(order, "OrderHeader/OrderActionType") != "C":
            raise Fault("OrderActionType", given(order, "OrderHeader/OrderActionType"), DENIED, "Access denied")
        found = self._order(needed(order, "OrderHeader/SalesOrder"), "SalesOrder")
        for each in order.findall("OrderDetails/FreightLine"):
            value, cost = (number(name, needed(each, name)) for name in ("FreightValue", "FreightCost"))
            if not only_validates:
                self._add_freight(found, value, cost, who)

    def _add_freight(self, order: Row, value: Decimal, cost: Decimal, who: Operator) -> None:
        """A line of type 4 more, each time that it is posted."""
        key = str(order["SalesOrder"])
        line = 1 + sum(each["SalesOrder"] == key for each in self.company.table("SorDetail").values())
        facts: dict[str, Value] = {"LineType": "4", "NComment": "Freight", "MPrice": value, "MUnitCost": cost}
        self.company.insert("SorDetail", SalesOrder=key, SalesOrderLine=line, **facts)
        self.company.touch(order)
        self.company.writes.append(Write(self.company.now(), who.name, "SORTOI", key, "FreightCost", "", str(cost)))

    def notepad(self, root: Element, action: str, who: Operator, *, only_validates: bool) -> str:
        """The answer to COMSNO."""
        said, wrong = [], 0
        for item in root.findall("Item"):
            try:
                self._note_down(item, who, only_validates=only_validates)
                said.append(wrap("Item", ""))
            except Fault as fault:
                wrong += 1
                said.append(wrap("Item", fault.xml()))
        counts = tag("RecordsRead", f"{len(said):06}") + tag("RecordsInvalid", f"{wrong:06}")
        return wrap("SetupNotepad", "".join(said) + wrap("StatusOfItems", counts), ATTRIBUTES)

    def _note_down(self, item: Element, who: Operator, *, only_validates: bool) -> None:
        kind, key = needed(item, "Key/NoteType"), needed(item, "Key/KeyField")
        text = needed(item, "NotepadText")
        if kind != "ORD":
            raise not_found("NoteType", "Notepad type", kind)
        place = (kind, str(self._order(key, "KeyField")["SalesOrder"]))
        if only_validates:
            return
        old = self.company.notepads.get(place, "")
        new = old + text if self.manners.notepad == "appends" else text
        self.company.notepads[place] = new
        self.company.writes.append(Write(self.company.now(), who.name, "COMSNO", place[1], "Notepad", old, new))

    def _note(self, item: Element) -> Row:
        key = needed(item, "DispatchNote")
        found = self.company.table("MdnMaster").get((stored_key(key),))
        if found is None:
            raise not_found("DispatchNote", "Dispatch note", key)
        return found

    def _order(self, key: str, name: str) -> Row:
        found = self.company.table("SorMaster").get((stored_key(key),))
        if found is None:
            raise not_found(name, "Sales order", key)
        return found

    def _check_signature(self, item: Element) -> None:
        if self.manners.e_signature and not given(item, "eSignature"):
            raise blank("eSignature")

    def _store(self, object_: str, table: str, key: str, row: Row, values: dict[str, str], who: Operator) -> None:
        """A user changes no column that has the value already."""
        for name, value in values.items():
            old = str(row.get(name) or "")
            if old != value:
                write = Write(self.company.now(), who.name, object_, str(row[key]), name, old, value)
                self.company.writes.append(write)
        self.company.change(table, str(row[key]), **values, LastOperator=who.name)
