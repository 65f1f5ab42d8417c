"""Customers, stock, orders and dispatch notes as a shipping department knows them, for tests and the demo."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sandbox.erps.syspro.company import Company, FormField, Operator
from sandbox.erps.syspro.tables import Table, Value, stored_key

OPERATOR, PASSWORD, FEED_PASSWORD = "PBRIDGE", "sandbox & secret #1", "sandbox-feed"
CUSTOMER: dict[str, Any] = {
    "Customer": "C100",
    "DispatchCustName": "Hansen Bikes",
    "DispatchAddress1": "12 Harbor Street",
    "DispatchAddress3": "Boston",
    "DispatchAddress4": "MA",
    "DispatchAddress5": "USA",
    "DispatchPostalCode": "02110",
    "State": "MA",
}


@dataclass(frozen=True)
class Goods:
    """A line of an order and of its note. `mass` is of one stocking unit; `kind` is the LineType, `bom` P for the
    parent of a kit and C for its components."""

    stock: str
    quantity: int | Decimal
    mass: str = "1"
    kind: str = "1"
    bom: str = ""
    warehouse: str = "W01"
    unit: str = "EA"
    order: str = ""


def add_operator(company: Company, name: str = OPERATOR, password: str = PASSWORD) -> Operator:
    """An operator that may log on, with all functional areas."""
    found = company.operators[name] = Operator(name, password)
    return found


def add_lookups(company: Company) -> None:
    """Shipping instructions and delivery terms."""
    for code, text in (("UPS", "UPS Ground"), ("TRK", "Own truck")):
        add_instruction(company, code, text)
    for code, text in (("DAP", "Delivered at place"), ("EXW", "Ex works"), ("COL", "Collect"), ("PPD", "Prepaid")):
        company.insert("TblSaDelTerms", DeliveryTerms=code, Description=text)


def add_instruction(company: Company, code: str, text: str) -> None:
    """A method of delivery that orders may name."""
    company.insert("TblSoShipInst", ShippingInstrs=code, InstructionText=text)


def add_stock(company: Company, code: str, name: str = "", *, mass: str = "1", hazard: str = "") -> None:
    """A stock code; `mass` is of one stocking unit, in the company's unit of mass."""
    facts: dict[str, Value] = {"Mass": Decimal(mass or 0), "StorageHazard": hazard, "StockUom": "EA"}
    company.insert("InvMaster", StockCode=code, Description=name or f"Stock {code}", **facts)


def add_order(company: Company, number: str, *lines: Goods, **fields: Value) -> None:
    """A sales order to the customer's own address; its notes have theirs."""
    facts: dict[str, Value] = {
        "SalesOrder": number,
        "OrderStatus": "4",
        "ActiveFlag": "",
        "DocumentType": "O",
        "Customer": "C100",
        "CustomerPoNumber": f"PO-{number}",
        "OrderDate": company.today(),
        "EntrySystemDate": company.today(),
        "ShippingInstrsCod": "UPS",
        "ShippingInstrs": "UPS Ground",
        "Warehouse": lines[0].warehouse if lines else "W01",
        "DeliveryTerms": "DAP",
        "CustomerName": "Hansen Bikes",
        **{f"ShipAddress{place}": CUSTOMER.get(f"DispatchAddress{place}", "") for place in range(1, 6)},
        "ShipPostalCode": "02110",
        "State": "MA",
    }
    company.insert("SorMaster", **{**facts, **fields})
    for place, line in enumerate(lines, 1):
        facts = _line(company, line) | {"MShipQty": line.quantity}
        company.insert("SorDetail", SalesOrder=number, SalesOrderLine=place, SalesOrderInitLine=place, **facts)


def add_note(company: Company, number: str, order: str, *lines: Goods, **fields: Value) -> None:
    """A dispatch note of an order; a line may name an order of its own."""
    facts: dict[str, Value] = {
        "DispatchNote": number,
        "SalesOrder": order,
        "CustomerName": "Hansen Bikes",
        "DispatchNoteStatus": "5",
        "CustomerPoNumber": f"PO-{order}",
        "ShippingInstrs": "UPS Ground",
        "PlannedDeliverDate": company.today(),
        "DeliveryTerms": "DAP",
    }
    company.insert("MdnMaster", **{**facts, **CUSTOMER, **fields})
    for place, line in enumerate(lines, 1):
        facts = _line(company, line) | {"SalesOrder": line.order or order, "SalesOrderLine": place}
        company.insert("MdnDetail", DispatchNote=number, DispatchNoteLine=place, **facts)
    for each in {stored_key(key) for key in (order, *(line.order for line in lines)) if key}:
        found = company.table("SorMaster").get((each,))
        if found:
            found["NumDispatches"] = Decimal(str(found.get("NumDispatches") or 0)) + 1


SUPPLIER: dict[str, Value] = {
    "SupplierName": "Nordic Castings",
    "SupplierAddr1": "9 Foundry Road",
    "SupplierAddr2": "",
    "SupplierAddr3": "Rochester",
    "SupplierAddr3Locality": "",
    "SupplierAddr4": "NY",
    "SupplierAddr5": "USA",
    "SupPostalCode": "14604",
}


def add_purchase_form(company: Company, *fields: FormField) -> None:
    """The form POR of purchase orders (recorded by PORQRY). The name of the table that keeps its values is a guess."""
    company.tables["PorMasterHdr+"] = Table("PorMasterHdr+", ("PurchaseOrder",), {"PurchaseOrder": "s20"})
    company.form_tables["POR"] = ("PorMasterHdr+", "PorMasterHdr")
    for each in fields:
        company.add_form_field("POR", each)


def add_purchase(company: Company, number: str, *lines: Goods, **fields: Value) -> None:
    """A purchase order of supplier S100 to the company's own address; a line's `order` is the unit that it is ordered
    in, where that is not the stocking unit. Fields of the supplier are given by PORQRY's names."""
    facts: dict[str, Value] = {
        "PurchaseOrder": number,
        "OrderStatus": "4",
        "CancelledFlag": "",
        "Supplier": "S100",
        "OrderEntryDate": company.today(),
        "OrderDueDate": company.today(),
        "ShippingInstrs": "UPS",
        "DeliveryName": "Hansen Works",
        "DeliveryAddr1": "1 Yard Street",
        "DeliveryAddr3": "Boston",
        "DeliveryAddr4": "MA",
        "DeliveryAddr5": "USA",
        "PostalCode": "02110",
        "Warehouse": "W01",
    }
    of_supplier = {name: fields.pop(name, value) for name, value in SUPPLIER.items()}
    company.insert("PorMasterHdr", **{**facts, **fields})
    shown = [_purchased(company, place, line) for place, line in enumerate(lines, 1)]
    company.purchases[stored_key(number)] = (of_supplier, shown)
    if ("S100",) not in company.table("ApSupplier"):
        company.insert("ApSupplier", Supplier="S100", SupplierName="Nordic Castings", Telephone="5855550100")


def _purchased(company: Company, place: int, line: Goods) -> dict[str, Value]:
    """A line as PORQRY names it."""
    stock = company.table("InvMaster").get((line.stock,), {})
    return {
        "Line": str(place),
        "LineType": line.kind,
        "MStockCode": line.stock,
        "MStockDes": str(stock.get("Description", line.stock)),
        "Mass": Decimal(line.mass or 0),
        "MWarehouse": line.warehouse,
        "MOutstandingQty": Decimal(line.quantity),
        "MOrderQty": Decimal(line.quantity),
        "MOrderUom": line.order or line.unit,
        "MStockingUom": line.unit,
        "MConvFactOrdUm": Decimal(12 if line.order else 1),
        "MCompleteFlag": "",
    }


def _line(company: Company, line: Goods) -> dict[str, Value]:
    stock = company.table("InvMaster").get((line.stock,), {})
    return {
        "LineType": line.kind,
        "MStockCode": line.stock,
        "MStockDes": str(stock.get("Description", line.stock)),
        "MWarehouse": line.warehouse,
        "MOrderQty": Decimal(line.quantity),
        "MStockQtyToShp": Decimal(line.quantity),
        "MStockUnitMass": Decimal(line.mass or 0),
        "MOrderUom": line.unit,
        "MStockingUom": "EA",
        "MBomFlag": line.bom,
    }


def move(company: Company, note: str, status: str) -> None:
    """A person moves a note to a status, whatever it was."""
    old = company.row("MdnMaster", note)["DispatchNoteStatus"]
    company.change("MdnMaster", note, DispatchNoteStatus=status, PrevStatus=old)


def invoice(company: Company, note: str) -> None:
    """The invoice run: the note is complete, its invoice has a row, its order is complete."""
    row = company.row("MdnMaster", note)
    number = f"I{stored_key(note)[-8:]}"
    move(company, note, "9")
    company.change("MdnMaster", note, Invoice=number, InvoiceCreatedDate=company.today())
    order = str(row["SalesOrder"])
    facts = {"SalesOrder": order, "InvoiceDate": company.today(), "PostDate": company.today()}
    company.insert("ArInvoice", Customer=row["Customer"], Invoice=number, DocumentType="I", **facts)
    if order:
        company.change("SorMaster", order, OrderStatus="9")
