"""SORQDN and SORQRY: one dispatch note and one sales order with their lines (facts/syspro.md, sections 2 and 5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from xml.etree.ElementTree import Element

from sandbox.erps.syspro.company import Company, Operator, Row
from sandbox.erps.syspro.documents import edited, given, needed, not_found, tag, wrap
from sandbox.erps.syspro.find import ATTRIBUTES
from sandbox.erps.syspro.manners import Manners
from sandbox.erps.syspro.tables import PADDED, shown_key, stored_key

_BOTH = (
    "IncludeStockedLines",
    "IncludeNonStockedLines",
    "IncludeFreightLines",
    "IncludeCommentLines",
    "IncludeLots",
    "IncludeBins",
    "IncludeSerials",
    "IncludeCustomForms",
    "XslStylesheet",
)
_ORDER = (
    "IncludeMiscLines",
    "IncludeCompletedLines",
    "IncludeAttachedItems",
    "IncludeDetailLineCustomForms",
    "IncludeValues",
    "ReturnLineShipDate",
)
NOTE = ("Key/DispatchNote", *(f"Option/{each}" for each in (*_BOTH, "IncludeMiscellaneousLines")))
ORDER = ("Key/SalesOrder", "Key/Invoice", *(f"Option/{each}" for each in (*_BOTH, *_ORDER)))
PURCHASE = (
    "Key/PurchaseOrder",
    *(f"Option/{each}" for each in _BOTH if each not in ("IncludeLots", "IncludeBins", "IncludeSerials")),
    *(f"Option/{each}" for each in ("IncludeMiscellaneousLines", "IncludeCompletedLines", "IncludeGrns")),
    *(f"Option/{each}" for each in ("IncludeHistory", "IncludeLctDetails", "IncludeSalesOrders")),
    *(f"Option/{each}" for each in ("IncludeRequisitionDetails", "IncludeRequisitionRouting")),
    "Filter/LineNo",
)
KINDS = {"1": "Merchandise", "7": "Merchandise", "4": "Freight", "5": "MiscCharge", "6": "CommentLine"}
"""Elements of lines by their LineType."""
RENAMED = {
    "ShipAddress3Loc": "ShipAddress3Locality",
    "ShipToGpsLat": "ShipGpsLat",
    "ShipToGpsLong": "ShipGpsLong",
    "MultiShipCode": "MultShipCode",
}
"""Columns of SorMaster that SORQRY calls otherwise."""


@dataclass
class Details:
    """One document with all that hangs on it."""

    company: Company
    manners: Manners

    def note(self, root: Element, who: Operator) -> str:
        """The answer to SORQDN: FixExchangeRate comes twice. Raises Fault."""
        key = stored_key(needed(root, "Key/DispatchNote"))
        head = self._head("MdnMaster", "DispatchNote", key, who)
        inner = self._elements(head, self.company.tables["MdnMaster"].columns, {})
        twice = tag("FixExchangeRate", "N") * 2
        lines = self._lines("MdnDetail", "DispatchNote", key, who, root)
        return wrap("DispatchNoteDetail", inner + twice + wrap("DispatchDetail", lines), ATTRIBUTES)

    def order(self, root: Element, who: Operator) -> str:
        """The answer to SORQRY. The salesperson's name has a prefix whose namespace is the prefix. Raises Fault."""
        key = stored_key(needed(root, "Key/SalesOrder"))
        head = self._head("SorMaster", "SalesOrder", key, who)
        inner = self._elements(head, self.company.tables["SorMaster"].columns, RENAMED)
        inner += '<SALSLS:Name xmlns:SALSLS="SALSLS">House</SALSLS:Name>'
        lines = self._lines("SorDetail", "SalesOrder", key, who, root)
        forms = self._forms(key) if given(root, "Option/IncludeCustomForms") == "Y" else ""
        return wrap("SorDetail", inner + wrap("SalesOrderLine", lines) + forms, ATTRIBUTES)

    def purchase(self, root: Element, who: Operator) -> str:
        """The answer to PORQRY, each line in an element of its own. Raises Fault."""
        key = stored_key(needed(root, "Key/PurchaseOrder"))
        head = self._head("PorMasterHdr", "PurchaseOrder", key, who)
        supplier, lines = self.company.purchases[key]
        inner = self._elements(head, self.company.tables["PorMasterHdr"].columns, {})
        inner += "".join(tag(name, str(value)) for name, value in supplier.items())
        for line in lines:
            kinds = {name: "n18.6" if isinstance(value, Decimal) else "s" for name, value in line.items()}
            inner += wrap("PurchaseOrderLine", wrap("Merchandise", self._elements(line, kinds, {})))
        return wrap("PorDetail", inner, ATTRIBUTES)

    def _head(self, table: str, name: str, key: str, who: Operator) -> Row:
        found = next((each for each in self.company.visible(table, who) if each[name] == key), None)
        if found is None:
            raise not_found(name, name, shown_key(key))
        return found

    def _lines(self, table: str, name: str, key: str, who: Operator, root: Element) -> str:
        wanted = {
            "7": "IncludeNonStockedLines",
            "4": "IncludeFreightLines",
            "6": "IncludeCommentLines",
        }
        said = ""
        for row in self.company.visible(table, who):
            kind = str(row["LineType"])
            option = given(root, f"Option/{wanted.get(kind, 'IncludeStockedLines')}")
            if row[name] == key and option != "N":
                said += wrap(KINDS[kind], self._elements(row, self.company.tables[table].columns, {}))
        return said

    def _elements(self, row: Row, columns: Mapping[str, str], renamed: Mapping[str, str]) -> str:
        """Keys as they are shown; numbers of a thousand and more are edited and have an unedited twin."""
        said = ""
        for name, kind in columns.items():
            element, value = renamed.get(name, name), row.get(name)
            if kind == "b8":
                continue
            if kind.startswith("n"):
                said += tag(element, edited(value))
                if Decimal(str(value or 0)) >= 1000:
                    said += tag(f"Unedited_{element}", f"{Decimal(str(value)):>18.6f}")
            else:
                text = str(value or "")
                said += tag(element, shown_key(text) if name in PADDED else text)
        return said

    def _forms(self, key: str) -> str:
        fields = ""
        for item in self.company.forms.get("ORD", []):
            value = self.company.value("ORD", key, item.name)
            parts = {"Name": item.name, "Column": item.column, "Type": item.kind, "Value": str(value or "")}
            null = tag("ValueNull", "Y" if value is None else "N")
            fields += wrap("Field", "".join(tag(*each) for each in parts.items()) + null)
        return wrap("CustomForm", fields)
