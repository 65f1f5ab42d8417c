"""The sources of documents: tables, keys, statuses, and the columns of an address (facts/syspro.md, section 5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Map = Mapping[str, tuple[str, ...]]
"""Part of an address → the columns that have it, the first that is filled counts."""

NOTE_ADDRESS: Map = {
    "name": ("DispatchCustName", "DispatchName"),
    "line1": ("DispatchAddress1",),
    "line2": ("DispatchAddress2",),
    "line3": (),
    "city": ("DispatchAddress3",),
    "state": ("State", "DispatchAddress4"),
    "country": ("DispatchAddress5",),
    "postcode": ("DispatchPostalCode",),
}
ORDER_ADDRESS: Map = {
    "name": ("CustomerName",),
    "line1": ("ShipAddress1",),
    "line2": ("ShipAddress2",),
    "line3": ("ShipAddress3Loc",),
    "city": ("ShipAddress3",),
    "state": ("State", "ShipAddress4"),
    "country": ("ShipAddress5",),
    "postcode": ("ShipPostalCode",),
}
PURCHASE_ADDRESS: Map = {
    "name": ("DeliveryName",),
    "line1": ("DeliveryAddr1",),
    "line2": ("DeliveryAddr2",),
    "line3": (),
    "city": ("DeliveryAddr3",),
    "state": ("DeliveryAddr4",),
    "country": ("DeliveryAddr5",),
    "postcode": ("PostalCode",),
}
SUPPLIER_ADDRESS: Map = {
    "name": ("SupplierName",),
    "line1": ("SupplierAddr1",),
    "line2": ("SupplierAddr2",),
    "line3": ("SupplierAddr3Locality",),
    "city": ("SupplierAddr3",),
    "state": ("SupplierAddr4",),
    "country": ("SupplierAddr5",),
    "postcode": ("SupPostalCode",),
}
"""As PORQRY calls them."""
CHANGED = "TimeStamp"
"""A rowversion: it moves when the row does, and says no time. It is compared with itself only."""
NOTE_COLUMNS = (
    "DispatchNote", "SalesOrder", "Customer", "CustomerPoNumber", "DispatchNoteStatus", "Invoice", "InvoiceCreatedDate",
    "PlannedDeliverDate", "ShippingInstrs", "Branch", "UserField1", "UserField2", "ActualDeliveryDate",
)  # fmt: skip
ORDER_COLUMNS = (
    "SalesOrder", "Customer", "CustomerName", "CustomerPoNumber", "OrderStatus", "CancelledFlag", "ReqShipDate",
    "ShippingInstrs", "ShippingInstrsCod", "Warehouse", "Branch", "NumDispatches",
)  # fmt: skip
LINE_COLUMNS = (
    "SalesOrder", "SalesOrderLine", "LineType", "MStockCode", "MStockDes", "MWarehouse", "MStockQtyToShp",
    "MStockingUom", "MStockUnitMass", "MBomFlag",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Source:
    """One table of documents. `dated` is a column with the day on which a document came up, "" where there is none:
    then each poll reads all that is in the set. `lines` is the table of its lines, by the key `line_key`."""

    name: str
    table: str
    key: str
    columns: tuple[str, ...]
    status: str
    statuses: tuple[str, ...]
    cancelled: frozenset[str]
    address: Map
    lines: str
    line_number: str
    needed: str
    dated: str = ""

    def all_columns(self, address: Map) -> tuple[str, ...]:
        """The columns that are asked for, those of the address map included, each once."""
        mapped = (column for columns in address.values() for column in columns)
        return tuple(dict.fromkeys((*self.columns, *mapped)))


DISPATCH = Source(
    "dispatch", "MdnMaster", "DispatchNote", NOTE_COLUMNS, "DispatchNoteStatus", ("5", "7"), frozenset("*"),
    NOTE_ADDRESS, "MdnDetail", "DispatchNoteLine", "PlannedDeliverDate",
)  # fmt: skip
ORDER = Source(
    "order", "SorMaster", "SalesOrder", ORDER_COLUMNS, "OrderStatus", ("4", "8"), frozenset("*\\/"),
    ORDER_ADDRESS, "SorDetail", "SalesOrderLine", "ReqShipDate", "EntrySystemDate",
)  # fmt: skip
INVOICE = Source(
    "invoice", "ArInvoice", "Invoice",
    ("Invoice", "DocumentType", "SalesOrder", "Customer", "InvoiceDate", "Branch"), "", (),
    frozenset(), NOTE_ADDRESS, "MdnDetail", "DispatchNoteLine", "", "InvoiceDate",
)  # fmt: skip
PURCHASE = Source(
    "purchase", "PorMasterHdr", "PurchaseOrder",
    ("PurchaseOrder", "Supplier", "OrderStatus", "CancelledFlag", "OrderDueDate", "ShippingInstrs", "Warehouse"),
    "OrderStatus", (), frozenset("*"), PURCHASE_ADDRESS, "", "Line", "OrderDueDate", "OrderEntryDate",
)  # fmt: skip
"""Its lines are shown by PORQRY alone."""
SOURCES: Mapping[str, Source] = {each.name: each for each in (DISPATCH, ORDER, INVOICE, PURCHASE)}
