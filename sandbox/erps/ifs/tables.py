"""The projections of the emulated tenant: their sets, properties, types and lengths (facts/ifs.md, sections 3 to 5, 8).

A property is written `Name:kind`. Kinds: N number, T<length> text, M moment, D day, B boolean, E<Enum> enumeration. A
length that the facts do not give is our assumption; `$metadata` says it, and a tenant may have another.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

ENUMS: Mapping[str, tuple[str, ...]] = {
    "ShipmentState": ("Preliminary", "Completed", "Closed", "Cancelled"),
    "ShipmentCategory": ("Normal", "Consolidated"),
    "SenderReceiverType": ("Customer", "Supplier", "Site", "RemoteWarehouse"),
    "LogisticsSourceRefType": ("CustomerOrder", "ProjectDeliverables", "ShipmentOrder", "PurchReceiptReturn"),
    "ShipmentPayer": ("NotSpecified", "Sender", "Receiver", "ThirdParty"),
    "CustomerOrderLineState": (
        "Released",
        "Reserved",
        "Picked",
        "PartiallyDelivered",
        "Delivered",
        "Invoiced",
        "Cancelled",
    ),
    "CustomerOrderState": (
        "Planned",
        "Released",
        "Blocked",
        "CreditBlocked",
        "Reserved",
        "Picked",
        "PartiallyDelivered",
        "Delivered",
        "Invoiced",
        "Cancelled",
    ),
}


@dataclass(frozen=True)
class Property:
    """One property; `length` is of a text, `enum` the enumeration of a kind E."""

    name: str
    kind: str
    length: int = 0
    enum: str = ""


@dataclass(frozen=True)
class EntitySet:
    """One set of a projection. `site` names the property by which a user's allowed sites bound what is seen."""

    name: str
    entity: str
    keys: tuple[str, ...]
    properties: Mapping[str, Property]
    site: str = ""


def properties(text: str) -> dict[str, Property]:
    """The properties of a table's text."""
    return {item.name: item for item in map(_property, text.split())}


def _property(word: str) -> Property:
    name, _, kind = word.partition(":")
    if kind[0] == "T":
        return Property(name, "T", length=int(kind[1:]))
    return Property(name, "E", enum=kind[1:]) if kind[0] == "E" else Property(name, kind)


def _party(role: str) -> str:
    lines = " ".join(f"{role}Address{number}:T100" for number in range(1, 7))
    return f"{lines} {role}City:T35 {role}State:T35 {role}County:T35 {role}ZipCode:T35 {role}Country:T2"


SHIPMENT = properties(
    f"""ShipmentId:N Contract:T5 Objstate:EShipmentState ShipmentCategory:EShipmentCategory ParentConsolShipmentId:N
    ReceiverType:ESenderReceiverType ReceiverId:T50 ReceiverAddrId:T50 ReceiverAddressName:T100 {_party("Receiver")}
    ReceiverReference:T100 AddrFlag:B SenderName:T100 {_party("Sender")} SenderReference:T100 ForwardAgentId:T20
    ShipViaCode:T3 DeliveryTerms:T5 ShipmentFreightPayer:EShipmentPayer ShipmentFreightPayerId:T50
    ApproveBeforeDelivery:B PlannedShipDate:M PlannedDeliveryDate:M ActualShipDate:M CreatedDate:D AirwayBillNo:T50
    ProNo:T50 ConsignmentNoteId:T50 NoteText:T2000 PlaceOfDeparture:T25 QtyEurPallets:N LanguageCode:T2
    CustomsValueCurrency:T3 ManualGrossWeight:N ManualVolume:N BillOfLadingPrinted:B ConsignmentPrinted:B
    PackingListPrinted:B"""
)
LINE = properties(
    """ShipmentId:N ShipmentLineNo:N SourcePartNo:T25 InventoryPartNo:T25 SourcePartDescription:T200 InventoryQty:N
    QtyPicked:N ShipmentQty:N QtyToShip:N QtyShipped:N SourceUnitMeas:T10 SourceRefType:ELogisticsSourceRefType
    SourceRef1:T50 SourceRef2:T50 SourceRef3:T50 SourceRef4:T50 CustomsValue:N"""
)
CHARGE = properties(
    "ShipmentId:N SequenceNo:N ChargeType:T25 ChargeAmount:N ChargeCost:N ChargedQty:N Collect:B ManuallyCreated:B"
)
HANDLING_UNIT = properties(
    """HandlingUnitId:N ParentHandlingUnitId:N ShipmentId:N HandlingUnitTypeId:T25 HandlingUnitCategoryId:T25 Width:N
    Height:N Depth:N UomForLength:T30 ManualGrossWeight:N ManualTareWeight:N ManualVolume:N OperativeGrossWeight:N
    Sscc:T18 AltHandlingUnitLabelId:T25"""
)
UNIT_TYPE = properties("HandlingUnitTypeId:T25 Description:T200 Width:N Height:N Depth:N UomForLength:T10 TareWeight:N")
ORDER = properties(
    """OrderNo:T12 Contract:T5 CustomerNo:T20 CustomerName:T100 Objstate:ECustomerOrderState DateEntered:M
    WantedDeliveryDate:M"""
)
ORDER_LINE = properties(
    """OrderNo:T12 LineNo:T4 RelNo:T4 LineItemNo:N Contract:T5 CatalogNo:T25 BuyQtyDue:N SalesUnitMeas:T10
    Objstate:ECustomerOrderLineState"""
)


def _set(name: str, entity: str, keys: str, table: Mapping[str, Property], site: str = "") -> EntitySet:
    return EntitySet(name, entity, tuple(keys.split()), table, site)


def _list(entity: str, key: str, words: str = "Description") -> EntitySet:
    return _set(f"Reference_{entity}", entity, key, properties(f"{key}:T20 {words}:T100"))


PROJECTIONS: Mapping[str, Mapping[str, EntitySet]] = {
    projection: {item.name: item for item in sets}
    for projection, sets in {
        "ShipmentHandling": (
            _set("ShipmentSet", "Shipment", "ShipmentId", SHIPMENT, "Contract"),
            _set("ShipmentLineSet", "ShipmentLine", "ShipmentId ShipmentLineNo", LINE),
            _set("ShipmentFreightChargeSet", "ShipmentFreightCharge", "ShipmentId SequenceNo", CHARGE),
            _list("ForwarderInfo", "ForwarderId", "Name"),
            _list("MpccomShipVia", "ShipViaCode"),
            _list("OrderDeliveryTerm", "DeliveryTerms"),
            _list("Site", "Contract"),
        ),
        "HandlingUnitsHandling": (
            _set("HandlingUnits", "HandlingUnit", "HandlingUnitId", HANDLING_UNIT),
            _set("Reference_HandlingUnitType", "HandlingUnitType", "HandlingUnitTypeId", UNIT_TYPE),
        ),
        "CustomerOrderHandling": (
            _set("CustomerOrderSet", "CustomerOrder", "OrderNo", ORDER, "Contract"),
            _set(
                "CustomerOrderLineSet", "CustomerOrderLine", "OrderNo LineNo RelNo LineItemNo", ORDER_LINE, "Contract"
            ),
        ),
    }.items()
}
"""Projection → set → table."""
