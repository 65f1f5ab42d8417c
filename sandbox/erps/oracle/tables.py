"""The resources of the emulated pod: fields, lengths, what can be queried and written, children, actions.

Written from facts/oracle.md. A field is written `Name:kind` with flags behind a `!`. Kinds: N int64, D number,
T<length> text (0: no length is known), M date-time, Y date, B boolean. Flags: q can be queried, c is taken by POST,
u by PATCH.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

HEADER_FLEXFIELD = "shipmentHeaderDFFs"
"""The name of the advice's flexfield unless a pod has another one."""


@dataclass(frozen=True)
class Field:
    """One field of a resource."""

    name: str
    kind: str
    length: int = 0
    queryable: bool = False
    created: bool = False
    updated: bool = False


@dataclass(frozen=True)
class Node:
    """A resource or a child. `key` is the field that is the key in an address, "" for a hash. `segments` takes the
    tenant's flexfield segments besides its fields. `plain` writes are taken as application/json alone."""

    name: str
    fields: Mapping[str, Field]
    collection: frozenset[str] = frozenset({"GET"})
    item: frozenset[str] = frozenset({"GET"})
    key: str = ""
    children: Mapping[str, Node] = field(default_factory=dict)
    actions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    collection_actions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    finders: Mapping[str, str] = field(default_factory=dict)
    segments: bool = False
    plain: bool = False


def fields(text: str) -> dict[str, Field]:
    """The fields of a table's text."""
    return {item.name: item for item in map(_field, text.split())}


def _field(word: str) -> Field:
    word, _, flags = word.partition("!")
    name, _, kind = word.partition(":")
    length = int(kind[1:]) if kind[0] == "T" else 0
    return Field(name, kind[0], length, "q" in flags, "c" in flags, "u" in flags)


def _methods(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _children(*nodes: Node) -> dict[str, Node]:
    return {node.name: node for node in nodes}


def _flexfield(name: str, key: str, collection: str, item: str) -> Node:
    table = fields("__FLEX_Context:T30!cu __FLEX_Context_DisplayValue:T0!cu")
    return Node(name, table, _methods(collection), _methods(item), key, segments=True)


_READ_SCHEDULE = """LineLocationId:N!q POLineId:N POHeaderId:N!q ScheduleNumber:D StatusCode:T0 Status:T0 Quantity:D
    Ordered:D CountryOfOriginCode:T2 ShipToLocationId:N ShipToLocation:T0 ShipToLocationCode:T0
    ShipToLocationAddress:T0 ShipToOrganizationId:N ShipToOrganization:T0 ShipToOrganizationCode:T18
    DestinationTypeCode:T25 RequestedDeliveryDate:Y PromisedDeliveryDate:Y RequestedShipDate:Y PromisedShipDate:Y
    Carrier:T0 ServiceLevel:T0 ModeOfTransport:T0 ShipToCustomer:T0 CustomerPurchaseOrder:T0 SecondaryQuantity:D
    SecondaryUOMCode:T3 ShipToCustomerContact:T0"""
_DRAFT_SCHEDULE = """LineLocationId:N!q POLineId:N POHeaderId:N ScheduleNumber:D StatusCode:T0 Status:T0 Quantity:D
    Ordered:D ShipToLocationId:N!cu ShipToLocation:T0 ShipToLocationAddress:T0 ShipToOrganizationId:N
    ShipToOrganizationCode:T18!cu DestinationTypeCode:T25!cu ReceiptRequiredFlag:B!cu RequestedDeliveryDate:Y!cu
    PromisedDeliveryDate:Y!cu RequestedShipDate:Y!cu PromisedShipDate:Y!cu Carrier:T0 CountryOfOriginCode:T2
    CustomerPurchaseOrder:T0 ModeOfTransport:T0 ServiceLevel:T0 ShipToCustomer:T0 ShipToLocationCode:T0
    ShipToOrganization:T0 SecondaryQuantity:D SecondaryUOMCode:T3 ShipToCustomerContact:T0"""
_READ_LINE = """POLineId:N!q POHeaderId:N!q LineNumber:D LineType:T30 ItemId:N Item:T300 Description:T240 Category:T0
    Quantity:D UOMCode:T3 UOM:T0 PricingUOM:T0 Price:D Ordered:D Total:D CurrencyCode:T15 SupplierItem:T300 Status:T0
    StatusCode:T0 LastUpdateDate:M CategoryId:N Currency:T0 LineTypeId:N"""
_DRAFT_LINE = """POLineId:N!q POHeaderId:N!q LineNumber:D!cu ItemId:N!cu Item:T300!cu Description:T240!cu
    Quantity:D!cu UOMCode:T3!cu UOM:T0!cu Price:D!cu Ordered:D Total:D Status:T0 StatusCode:T0 LastUpdateDate:M
    NoteToSupplier:T1000!cu CancelFlag:B Amount:D!cu Category:T0!cu CategoryId:N!cu CurrencyCode:T15 Currency:T0
    LineType:T30!cu LineTypeId:N!cu PricingUOM:T0 SupplierItem:T300!cu"""
_ORDER = """POHeaderId:N!q OrderNumber:T30!q StatusCode:T0!q Status:T0!q Description:T240 SoldToLegalEntityId:N
    SoldToLegalEntity:T0 ProcurementBUId:N!q ProcurementBU:T0 BillToBU:T0 BuyerId:N Buyer:T0!q SupplierId:N
    Supplier:T360!q SupplierSiteId:N SupplierSite:T240 CurrencyCode:T15 Currency:T0 Ordered:D Total:D Revision:D
    FrozenFlag:B PaymentTerms:T0 ShippingMethod:T0 ShipToLocationAddress:T0 BillToLocationAddress:T0
    BillToLocationId:N BuyerManagedTransportFlag:B Carrier:T0 CarrierId:N ModeOfTransport:T0 ServiceLevel:T0
    FreightTerms:T0 OrderDate:M CreationDate:M!q LastUpdateDate:M!q BillToBUId:N DocumentStyleId:N FundsStatus:T0
    PurchaseBasis:T0 Requisition:T0 RequisitioningBU:T0 RequisitioningBUId:N SupplierCommunicationMethod:T0
    SupplierContact:T0 SupplierEmailAddress:T0 TotalTax:D"""
_DRAFT = """POHeaderId:N!q VersionId:N OrderNumber:T30!c Status:T0 StatusCode:T0 ChangeOrderStatusCode:T0
    ChangeOrderDescription:T0!u Description:T240!cu NoteToSupplier:T1000!cu NoteToReceiver:T1000!cu BuyerId:N!cu
    Buyer:T0!cu SupplierId:N!c Supplier:T0!c SupplierSiteId:N!cu SupplierSite:T0 ProcurementBUId:N!c ProcurementBU:T0
    CurrencyCode:T15!c BillToLocationId:N!cu DefaultShipToLocationId:N!cu SupplierOrder:T0!u PayOnReceiptFlag:B!cu
    BuyerManagedTransportFlag:B!c Carrier:T0!u CarrierId:N!u ModeOfTransport:T0!u ModeOfTransportCode:T30!u
    ServiceLevel:T0!u ServiceLevelCode:T30!u FreightTerms:T0!u FreightTermsCode:T0!u RequiredAcknowledgment:T0!cu
    CreationDate:M LastUpdateDate:M BillToBUId:N!c BuyerEmail:T0!cu DocumentStyle:T0 DocumentStyleId:N!c
    FundsStatus:T0 OrderedAmountBeforeAdjustments:D RequisitioningBU:T0!c RequisitioningBUId:N!c"""
_REQUEST = """HeaderInterfaceId:N!q HeaderInterfaceNumber:T30!cu ASNType:T25!cu ReceiptSourceCode:T25!cu
    OrganizationCode:T18!cu OrganizationId:N!cu BusinessUnit:T240!cu BusinessUnitId:N!cu VendorName:T360!cu
    VendorId:N!cu VendorNumber:T30!cu VendorSiteCode:T240!cu VendorSiteId:N!cu ShipmentNumber:T30!qcu
    ReceiptNumber:T30!cu ReceiptHeaderId:N!cu ShippedDate:M!cu ExpectedReceiptDate:M!cu TransactionDate:M!cu
    GLDate:Y!cu BillOfLading:T25!cu PackingSlip:T25!cu WaybillAirbillNumber:T20!cu FreightCarrierName:T360!cu
    FreightTerms:T25!cu NumberOfContainers:D!cu Comments:T4000!cu EmployeeId:N!cu EmployeeName:T240!cu
    CustomerId:N!cu CurrencyCode:T15!qcu InsertAndProcessFlag:B!cu ExternalSystemTransactionReference:T300!cu
    ProcessingStatusCode:T25 ReturnStatus:T0 ReturnMessage:T0 CreationDate:M LastUpdateDate:M"""
_REQUEST_LINE = """InterfaceTransactionId:N HeaderInterfaceId:N ReceiptSourceCode:T25!cu SourceDocumentCode:T25!cu
    TransactionType:T25!cu AutoTransactCode:T25!cu TransactionDate:M!cu OrganizationCode:T18!cu OrganizationId:N!cu
    DocumentNumber:T0!cu DocumentLineNumber:D!cu DocumentScheduleNumber:D!cu DocumentDistributionNumber:D!cu
    POHeaderId:N!cu POLineId:N!cu POLineLocationId:N!cu ItemNumber:T300!cu ItemId:N!cu ItemDescription:T240!cu
    CategoryId:N!cu Quantity:D!cu UnitOfMeasure:T25!cu UOMCode:T3!cu Amount:D!cu CurrencyCode:T15!cu
    SoldtoLegalEntity:T240!cu SoldtoLegalEntityId:N!cu DestinationTypeCode:T25!cu Subinventory:T10!cu Locator:T0!cu
    Comments:T4000!cu PackingSlip:T25!cu CountryOfOriginCode:T2!cu CreationDate:M LastUpdateDate:M"""
_INBOUND = """ShipmentHeaderId:N!q ShipmentNumber:T30!q ASNType:T25 ReceiptSourceCode:T25 ReceiptNumber:T30
    OrganizationId:N OrganizationCode:T18 VendorName:T0!q VendorSiteCode:T0 BillOfLading:T25!u Carrier:T360!u
    Comments:T4000!u ContainerNumber:T30!u ExpectedReceiptDate:M!u FreightCarrierId:N!u PackingSlip:T25!u
    WaybillAirbillNumber:T20!u NumberOfContainers:D FreightTerms:T25 GrossWeight:D NetWeight:D ShippedDate:M
    CreationDate:M!q LastUpdateDate:M"""
_INBOUND_LINE = """ShipmentLineId:N ShipmentHeaderId:N LineNumber:N ItemNumber:T300 ItemDescription:T240
    DestinationTypeCode:T25 BuyerManagedTransportation:T0 DropShipTransaction:T0 ShipmentLineStatusCode:T0"""
_ADVISED = """POLineId:N LineNumber:D LineLocationId:N ScheduleNumber:D ShipmentId:N Shipment:T0 Carrier:T0
    Tracking:T0 ShippedDate:Y ExpectedReceiptDate:Y ShippedQuantity:D UOM:T0 UOMCode:T3 ReceiptDate:Y"""
_OUTBOUND_LINE = """ShipmentLine:N!q OrderTypeCode:T0 OrderType:T0 Order:T0!q OrderLine:T0 OrderSchedule:T0
    InventoryItemId:N Item:T300 ItemDescription:T240 RequestedQuantity:D RequestedQuantityUOMCode:T3
    TrackingNumber:T30 Shipment:T0!q ShippingMethod:T0 LineStatusCode:T0 LastUpdateDate:M!q"""
_ADDRESS = """SupplierAddressId:N AddressName:T240 CountryCode:T2 AddressLine1:T240 AddressLine2:T240
    AddressLine3:T240 AddressLine4:T240 City:T60 State:T60 Province:T60 PostalCode:T60 PhoneCountryCode:T0
    PhoneAreaCode:T0 PhoneNumber:T0 Email:T320 AddressPurposeOrderingFlag:B AddressPurposeRemitToFlag:B
    AddressPurposeRFQOrBiddingFlag:B Status:T0 FormattedAddress:T0"""
_SITE = """SupplierSiteId:N SupplierSite:T240 ProcurementBUId:N ProcurementBU:T0 SupplierAddressId:N
    SupplierAddressName:T240 SitePurposePurchasingFlag:B Email:T2000 Status:T0"""
_ITEM = """ItemId:N ItemNumber:T300!q OrganizationId:N!q OrganizationCode:T18 ItemDescription:T240 PrimaryUOMValue:T0
    UnitWeightQuantity:D WeightUOMCode:T0 WeightUOMValue:T0 UnitLengthQuantity:D UnitWidthQuantity:D
    UnitHeightQuantity:D DimensionUOMCode:T0 DimensionUOMValue:T0 HazardousMaterialFlag:B LongDescription:T0
    UnitVolumeQuantity:D VolumeUOMCode:T0 MaximumLoadWeight:D ContainerTypeValue:T0 LotControlValue:T0"""
_PLACE = """LocationId:N!q AddressLine1:T240 AddressLine2:T240 AddressLine3:T240 {city}:T60 {more} PostalCode:T60
    Country:T60"""
_ATTACHMENT = "AttachedDocumentId:N DatatypeCode:T30 CategoryName:T30 Title:T80 Description:T255"


def _orders() -> Node:
    attachments = Node("attachments", fields(_ATTACHMENT), item=frozenset())
    flexfield = _flexfield("DFF", "", "GET", "")
    account = Node("distributions", fields("PODistributionId:N DistributionNumber:D Quantity:D POChargeAccount:T0"))
    schedules = Node("schedules", fields(_READ_SCHEDULE), children=_children(flexfield, attachments, account))
    under = _children(schedules, flexfield, attachments)
    lines = Node("lines", fields(_READ_LINE), key="POLineId", children=under)
    return Node(
        "purchaseOrders",
        fields(_ORDER),
        children=_children(lines, flexfield, attachments),
        actions={"submit": ("bypassApprovalsFlag",), "acknowledge": (), "communicate": (), "close": (), "cancel": ()},
        finders={"PrimaryKey": "POHeaderId"},
    )


def _drafts() -> Node:
    inner = _flexfield("DFF", "LineLocationId", "GET POST", "GET PATCH")
    write, change = _methods("GET POST"), _methods("GET PATCH DELETE")
    schedules = Node("schedules", fields(_DRAFT_SCHEDULE), write, change, children=_children(inner))
    lines = Node("lines", fields(_DRAFT_LINE), write, change, "POLineId", children=_children(schedules))
    flexfield = _flexfield("DFF", "PoHeaderId", "GET POST", "GET PATCH")
    return Node(
        "draftPurchaseOrders",
        fields(_DRAFT),
        write,
        change,
        children=_children(flexfield, lines),
        actions={
            "submit": ("validateBeforeSubmitFlag", "bypassApprovalsFlag"),
            "deleteChangeOrder": (),
            "cancelChangeOrder": (),
            "validateDocument": (),
        },
    )


def _receiving() -> Node:
    write, change = _methods("GET POST"), _methods("GET PATCH DELETE")
    errors = Node("processingErrors", fields("ErrorMessage:T0 ErrorMessageName:T0 ItemDescription:T0"))
    units = Node("ASNPackingUnits", fields("LicensePlateNumber:T30!cu ParentLicensePlateNumber:T30!cu"), write, change)
    flexfield = _flexfield("ASNLineDFF", "", "GET POST", "GET PATCH")
    under = _children(flexfield, units, errors)
    lines = Node("lines", fields(_REQUEST_LINE), write, change, "InterfaceTransactionId", under)
    return Node("receivingReceiptRequests", fields(_REQUEST), write, change, "HeaderInterfaceId", _children(lines))


def _inbound() -> Node:
    change = _methods("GET PATCH")
    inner = _flexfield("shipmentLineDFFs", "ShipmentLineId", "GET", "GET PATCH")
    lines = Node("shipmentLines", fields(_INBOUND_LINE), item=change, children=_children(inner))
    header = _flexfield(HEADER_FLEXFIELD, "ShipmentHeaderId", "GET", "GET PATCH")
    return Node(
        "inboundShipments",
        fields(_INBOUND),
        item=change,
        children=_children(lines, header),
        collection_actions={"cancelASN": (), "cancelASNLine": (), "closeASNLine": ()},
        plain=True,
    )


def _life_cycle() -> Node:
    receipts = "LineLocationId:N Receipt:T0 ReceiptDate:Y ReceivedQuantity:D DeliveredQuantity:D"
    return Node(
        "purchaseOrderLifeCycleDetails",
        fields("POHeaderId:N OrderNumber:T0 OrderedAmount:D InTransitAmount:D InReceivingAmount:D DeliveredAmount:D"),
        frozenset(),
        key="POHeaderId",
        children=_children(Node("shipments", fields(_ADVISED)), Node("receipts", fields(receipts))),
    )


def _partners() -> tuple[Node, ...]:
    methods = Node("shippingMethods", fields("ShipMethodCode:T0 ActiveFlag:B ServiceLevel:T30 ModeOfTransport:T30"))
    sites = Node("sites", fields(_SITE))
    addresses = Node("addresses", fields(_ADDRESS), key="SupplierAddressId")
    contact = "SupplierContactId:N FirstName:T0 LastName:T0 PhoneAreaCode:T0 PhoneNumber:T0 Email:T0 Status:T0"
    contacts = Node("contacts", fields(contact), key="SupplierContactId")
    supplier = """SupplierId:N!q Supplier:T360!q SupplierNumber:T30!q Status:T0 SupplierType:T0!q CreationDate:M
        LastUpdateDate:M"""
    under = _children(addresses, sites, contacts, _flexfield("DFF", "", "GET", "GET"))
    carrier = "CarrierId:N!q CarrierName:T360!q CarrierNumber:T30 ActiveFlag:B"
    return (
        Node("suppliers", fields(supplier), key="SupplierId", children=under),
        Node("carriers", fields(carrier), key="CarrierId", children=_children(methods)),
    )


def _outbound() -> tuple[Node, ...]:
    line = """ShipmentLine:N!c TrackingNumber:T30!c GrossWeight:D!c BackorderedQuantity:D!c ItemRevision:T0!c
        ShippedQuantity:D!c"""
    change = Node("shipmentLines", fields(line), _methods("POST"), frozenset())
    return (
        Node("shipmentLines", fields(_OUTBOUND_LINE), key="ShipmentLine"),
        Node("shipments", fields("Shipment:T0!q ShipmentStatus:T0 ActualShipDate:M"), key="Shipment"),
        Node(
            "shipmentLineChangeRequests",
            fields("ActionCode:T0!c EnforceFullLPNFlag:B!c"),
            _methods("POST"),
            frozenset(),
            children=_children(change),
            plain=True,
        ),
    )


_FLAT = f"""{_READ_SCHEDULE} OrderNumber:T30 SoldToLegalEntityId:N BuyerId:N ItemDescription:T240 ItemId:N
    LineNumber:D UOMCode:T3 CategoryId:N SupplierItem:T300"""
_ORGANIZATION = "OrganizationId:N!q OrganizationCode:T18!q OrganizationName:T240!q LocationId:N Status:T0"
_HCM = _PLACE.format(city="TownOrCity", more="Region1:T0 Region2:T0 LocationCode:T0 LocationName:T0")
_ONE_TIME = _PLACE.format(city="City", more="County:T0 State:T60")

RESOURCES: Mapping[str, Mapping[str, Node]] = {
    "fscmRestApi": _children(
        _orders(),
        Node("purchaseOrderSchedules", fields(_FLAT)),
        _drafts(),
        _life_cycle(),
        _receiving(),
        _inbound(),
        *_outbound(),
        *_partners(),
        Node("itemsV2", fields(_ITEM)),
        Node("inventoryOrganizations", fields(_ORGANIZATION), key="OrganizationId"),
        Node(
            "b2bShipToLocationsLOV", fields("LocationId:N!q LocationName:T0 Address:T0 SetName:T0!q"), key="LocationId"
        ),
        Node("requisitionOneTimeLocations", fields(_ONE_TIME), key="LocationId"),
    ),
    "hcmRestApi": _children(Node("locations", fields(_HCM))),
}
"""Root → resource → node."""
