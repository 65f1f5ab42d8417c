"""Shipments, lines, handling units and customer orders as a shipping department knows them, for tests and the demo."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from sandbox.erps.ifs.literals import Value
from sandbox.erps.ifs.tenant import Stored, Tenant

CUSTOMER: dict[str, Value] = {
    "ReceiverId": "C100",
    "ReceiverAddressName": "Hansen Bikes",
    "ReceiverAddress1": "12 Harbor Street",
    "ReceiverCity": "Boston",
    "ReceiverState": "MA",
    "ReceiverZipCode": "02110",
    "ReceiverCountry": "US",
    "ReceiverReference": "Ann Hansen",
}


def add_site(tenant: Tenant, site: str, zone: str = "UTC", *, allowed: bool = True, name: str = "") -> None:
    """A site with its time zone; without `allowed` it is not among the service user's sites: 200 and empty."""
    tenant.zones[site] = zone
    if allowed:
        tenant.sites.add(site)
    _list(tenant, "Reference_Site", Contract=site, Description=name or f"Site {site}")


def add_lookups(tenant: Tenant) -> None:
    """Forwarders, ship-via codes and delivery terms."""
    for code, text in (("UPS", "UPS"), ("DHL", "DHL Freight")):
        add_forwarder(tenant, code, text)
    for code, text in (("GND", "Ground"), ("AIR", "Air")):
        _list(tenant, "Reference_MpccomShipVia", ShipViaCode=code, Description=text)
    _list(tenant, "Reference_OrderDeliveryTerm", DeliveryTerms="DAP", Description="Delivered at place")
    _list(
        tenant, "Reference_HandlingUnitType", HandlingUnitTypeId="BOX", Description="Carton", TareWeight=Decimal("0.3")
    )


def add_forwarder(tenant: Tenant, code: str, text: str) -> None:
    """A carrier that shipments may name."""
    _list(tenant, "Reference_ForwarderInfo", ForwarderId=code, Name=text)


def add_shipment(tenant: Tenant, site: str, *, state: str = "Completed", **fields: Any) -> int:
    """A shipment without lines; `fields` are IFS's properties. Returns its number."""
    number = len(tenant.table("ShipmentSet")) + 1
    now = tenant.site_time(site)
    values: dict[str, Value] = {
        "ShipmentId": Decimal(number),
        "Contract": site,
        "Objstate": state,
        "ShipmentCategory": "Normal",
        "ReceiverType": "Customer",
        "ForwardAgentId": "UPS",
        "ShipViaCode": "GND",
        "DeliveryTerms": "DAP",
        "ShipmentFreightPayer": "NotSpecified",
        "ApproveBeforeDelivery": False,
        "AddrFlag": False,
        "CreatedDate": now.date(),
        "PlannedShipDate": now + timedelta(hours=4),
        "PlannedDeliveryDate": now + timedelta(days=3),
        "ConsignmentNoteId": str(number),
        "BillOfLadingPrinted": False,
        "ConsignmentPrinted": False,
        "PackingListPrinted": False,
    }
    tenant.insert("ShipmentSet", values | CUSTOMER | fields)
    return number


def add_line(tenant: Tenant, shipment: int, part: str, quantity: int, *, order: str = "C1", **fields: Any) -> int:
    """A line of a customer order's; `quantity` is to be shipped and not yet picked. Returns its number."""
    number = 1 + sum(key[0] == shipment for key in tenant.table("ShipmentLineSet"))
    values: dict[str, Value] = {
        "ShipmentId": Decimal(shipment),
        "ShipmentLineNo": Decimal(number),
        "SourcePartNo": part,
        "InventoryPartNo": part,
        "SourcePartDescription": f"Part {part}",
        "InventoryQty": Decimal(quantity),
        "QtyPicked": Decimal(0),
        "QtyToShip": Decimal(quantity),
        "QtyShipped": Decimal(0),
        "SourceUnitMeas": "PCS",
        "SourceRefType": "CustomerOrder",
        "SourceRef1": order,
        "SourceRef2": str(number),
        "SourceRef3": "1",
        "SourceRef4": "0",
    }
    tenant.insert("ShipmentLineSet", values | fields)
    return number


def add_handling_unit(tenant: Tenant, shipment: int, *, weight: float = 0, inside: int = 0, **fields: Any) -> int:
    """A parcel, or with `inside` one within another handling unit. `weight` is worked out, not typed."""
    number = len(tenant.table("HandlingUnits")) + 1
    values: dict[str, Value] = {
        "HandlingUnitId": Decimal(number),
        "ParentHandlingUnitId": Decimal(inside) if inside else None,
        "ShipmentId": Decimal(shipment),
        "HandlingUnitTypeId": "BOX",
        "HandlingUnitCategoryId": "CARTON",
        "Width": Decimal(30),
        "Height": Decimal(20),
        "Depth": Decimal(40),
        "UomForLength": "cm",
        "OperativeGrossWeight": Decimal(str(weight)),
        "Sscc": None,
    }
    tenant.insert("HandlingUnits", values | fields)
    return number


def add_customer_order(
    tenant: Tenant, number: str, site: str, *parts: str, state: str = "Released", **fields: Any
) -> None:
    """A customer order with one line a part; `fields` are IFS's properties, custom ones too."""
    now = tenant.site_time(site)
    values: dict[str, Value] = {"OrderNo": number, "Contract": site, "CustomerNo": "C100", "Objstate": state}
    values |= {"CustomerName": "Hansen Bikes", "DateEntered": now, "WantedDeliveryDate": now + timedelta(days=3)}
    tenant.insert("CustomerOrderSet", values | fields)
    for at, part in enumerate(parts, 1):
        line: dict[str, Value] = {"OrderNo": number, "LineNo": str(at), "RelNo": "1", "LineItemNo": Decimal(0)}
        line |= {"Contract": site, "CatalogNo": part, "BuyQtyDue": Decimal(1), "SalesUnitMeas": "PCS"}
        line["Objstate"] = "Released"
        tenant.insert("CustomerOrderLineSet", line)


def consolidate(tenant: Tenant, site: str, *members: int) -> int:
    """A consolidated shipment over its members; it has no lines of its own."""
    number = add_shipment(tenant, site, ShipmentCategory="Consolidated")
    for member in members:
        edit(tenant, member, ParentConsolShipmentId=Decimal(number))
    return number


def edit(tenant: Tenant, shipment: int, **fields: Any) -> Stored:
    """A user changes fields of a shipment."""
    return tenant.change("ShipmentSet", (Decimal(shipment),), **fields)


def complete(tenant: Tenant, shipment: int) -> None:
    edit(tenant, shipment, Objstate="Completed")


def deliver(tenant: Tenant, shipment: int) -> None:
    """Sets the actual ship date and the lines' shipped quantities; the state stays Completed."""
    edit(tenant, shipment, ActualShipDate=tenant.site_time(str(tenant.shipment(shipment).values["Contract"])))
    for key, line in tenant.table("ShipmentLineSet").items():
        if key[0] == shipment:
            tenant.change("ShipmentLineSet", key, QtyShipped=line.values["QtyToShip"])


def undo_delivery(tenant: Tenant, shipment: int) -> None:
    edit(tenant, shipment, ActualShipDate=None)
    for key in tenant.table("ShipmentLineSet"):
        if key[0] == shipment:
            tenant.change("ShipmentLineSet", key, QtyShipped=Decimal(0))


def close(tenant: Tenant, shipment: int) -> None:
    edit(tenant, shipment, Objstate="Closed")


def cancel(tenant: Tenant, shipment: int) -> None:
    edit(tenant, shipment, Objstate="Cancelled")


def print_papers(tenant: Tenant, shipment: int) -> None:
    """Bill of lading, consignment note and packing list are printed."""
    edit(tenant, shipment, BillOfLadingPrinted=True, ConsignmentPrinted=True, PackingListPrinted=True)


def commit_late(tenant: Tenant, shipment: int, after: timedelta, **fields: Any) -> None:
    """A user's change that begins now and is seen only after a while, with a version of now."""
    tenant.commit_later(after, lambda: edit(tenant, shipment, **fields))


def _list(tenant: Tenant, set_name: str, **values: Value) -> None:
    tenant.insert(set_name, values)
