"""The tables of a company's database as far as facts/syspro.md knows their columns (section 5).

A column's kind: sN text of at most N, s text of unknown length, nP.S or n a number, d a date, b8 a rowversion.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

Value = str | Decimal | int | None
"""Text and dates are str (no date is ""), numbers Decimal, a rowversion is int; None is null, in custom forms only."""
PADDED = frozenset({"SalesOrder", "DispatchNote", "PurchaseOrder"})
"""Keys that are stored with leading zeros when they are numeric."""


@dataclass(frozen=True)
class Table:
    """A table by its columns' kinds. `keys` are its key columns in order."""

    name: str
    keys: tuple[str, ...]
    columns: dict[str, str] = field(default_factory=dict)

    @property
    def element(self) -> str:
        """The name as an XML element, which takes no +."""
        return self.name.removesuffix("+")


def stored_key(text: str) -> str:
    """A key as the database has it: numeric ones filled with zeros to 15, others as they are."""
    bare = text.strip()
    return bare.zfill(15) if bare.isdigit() else bare


def shown_key(text: str) -> str:
    """A key as programs and business objects show it: six digits at least."""
    return text.lstrip("0").zfill(6) if text.isdigit() else text


def _columns(text: str) -> dict[str, str]:
    """From "Name Name:kind ...": a name without a kind has the one after the last colon before it."""
    found, kind = {}, "s"
    for word in text.split():
        name, _, given = word.partition(":")
        kind = given or kind
        found[name] = kind
    return found


SHIP_ADDRESS = """ShipAddress1:s40 ShipAddress2 ShipAddress3 ShipAddress3Loc ShipAddress4 ShipAddress5
    ShipPostalCode:s10 ShipToGpsLat:n8.6 ShipToGpsLong:n9.6 State:s2 CountyZip:s5 ExtendedTaxCode:s3 MultiShipCode:s5"""
DISPATCH_ADDRESS = """DispatchName:s50 DispatchCustName DispatchAddress1:s40 DispatchAddress2 DispatchAddress3
    DispatchAddress4 DispatchAddress5 DispatchPostalCode:s10 State:s2 CountyZip:s5 ExtendedTaxCode:s3
    MultiShipCode:s5"""
LINE = """LineType:s1 MStockCode:s30 MStockDes:s50 MWarehouse:s10 MOrderQty:n18.6 MBackOrderQty MStockQtyToShp
    MStockUnitMass MStockUnitVol MOrderUom:s10 MStockingUom MPriceUom MConvFactAlloc:n MMulDivQtyFct:s1 MBomFlag
    MParentKitType MPrice:n15.5 MTariffCode:s MProductClass MLineShipDate:d"""
"""The columns that lines of orders and of dispatch notes share."""

_ALL = (
    Table(
        "SorMaster",
        ("SalesOrder",),
        _columns(f"""SalesOrder:s20 NextDetailLine:n4.0 OrderStatus:s1 ActiveFlag CancelledFlag DocumentType
        Customer:s15 CustomerName:s50 Salesperson:s20 CustomerPoNumber:s30 OrderDate:d EntrySystemDate ReqShipDate
        DateLastDocPrt ShippingInstrs:s50 ShippingInstrsCod:s6 AltShipAddrFlag:s1 InvTermsOverride:s2 Branch:s10
        SpecialInstrs:s30 OrderType:s2 Area:s10 Warehouse LastInvoice:s20 Currency:s3 DeliveryTerms Nationality
        TransactionNature:n3.0 TransportMode:n2.0 LastOperator:s20 Operator DeliveryNote LiveDispExist:s1
        NumDispatches:n4.0 {SHIP_ADDRESS} WebCreated:s1 Quote:s20 GtrReference Email:s255 User1:s1 CompanyTaxNo:s15
        LanguageCode:s2 ShippingLocation:s10 TimeStamp:b8"""),
    ),
    Table(
        "SorDetail",
        ("SalesOrder", "SalesOrderLine"),
        _columns(f"""SalesOrder:s20 SalesOrderLine:n4.0 {LINE} MShipQty:n18.6 MUnitCost:n15.5 NComment:s
        SalesOrderInitLine:n4.0 TimeStamp:b8"""),
    ),
    Table(
        "MdnMaster",
        ("DispatchNote",),
        _columns(f"""DispatchNote:s20 NextDetailLine:n4.0 SalesOrder:s20 Customer:s15 CustomerName:s50
        ShippingInstrs SpecialInstrs:s30 DispatchComments1:s DispatchComments2 DispatchComments3 DispatchComments4
        UserField1 UserField2 Salesperson:s20 Branch:s10 Area Currency:s3 OrderType:s2 {DISPATCH_ADDRESS}
        PlannedDeliverDate:d ActualDeliveryDate ShipAddressFlag:s1 CustomerPoNumber:s30 CompanyTaxNo:s15 Invoice:s20
        InvoiceCreatedDate:d DateLastInvPrt ConsolidateInvFlag:s1 DispatchNoteStatus PrevStatus Reason:s
        StatusWhenHeld:s1 Nationality:s3 DeliveryTerms TransactionNature:n3.0 TransportMode:n2.0 ProcessFlag:n1.0
        WebCreated:s1 Email:s255 Quote:s20 GtrReference LastOperator CreditAuthority:s3 TimeStamp:b8"""),
    ),
    Table(
        "MdnDetail",
        ("DispatchNote", "DispatchNoteLine"),
        _columns(f"""DispatchNote:s20 DispatchNoteLine:n4.0 SalesOrder:s20 SalesOrderLine:n4.0 {LINE}
        DispatchStatus:s1 MQtyToDispatch:n18.6 TimeStamp:b8"""),
    ),
    Table("CusSorMaster+", ("SalesOrder", "InvoiceNumber"), _columns("SalesOrder:s20 InvoiceNumber")),
    Table("CusMdnMaster+", ("DispatchNote", "KeyInvoice"), _columns("DispatchNote:s20 KeyInvoice")),
    Table("ArCustomer+", ("Customer",), _columns("Customer:s15")),
    Table("ArMultAddress+", ("Customer", "AddrCode"), _columns("Customer:s15 AddrCode:s5")),
    Table("InvMaster+", ("StockCode",), _columns("StockCode:s30")),
    Table(
        "AdmFormValidation",
        ("FormType", "FieldName", "Item"),
        _columns("FormType:s FieldName:s6 Item:s Description"),
    ),
    Table(
        "ArCustomer",
        ("Customer",),
        _columns("""Customer:s15 Name:s50 ShortName:s20 CustomerOnHold:s1 Branch:s10 Area SpecialInstrs:s30
        Contact:s50 Telephone:s20 AddTelephone Email:s255 Currency:s3 Nationality DeliveryTerms ShippingInstrs:s6
        SoldToAddr1:s40 SoldToAddr2 SoldToAddr3 SoldToAddr3Loc SoldToAddr4 SoldToAddr5 SoldPostalCode:s10
        ShipToAddr1:s40 ShipToAddr2 ShipToAddr3 ShipToAddr3Loc ShipToAddr4 ShipToAddr5 ShipPostalCode:s10 State:s2
        UserField1:s UserField2 TimeStamp:b8"""),
    ),
    Table(
        "ArMultAddress",
        ("Customer", "AddrCode"),
        _columns("""Customer:s15 AddrCode:s5 ShipToName:s50 ShipToAddr1:s40 ShipToAddr2 ShipToAddr3 ShipToAddr3Loc
        ShipToAddr4 ShipToAddr5 ShipPostalCode:s10 State:s2 Area:s10 ShippingInstrs:s6"""),
    ),
    Table(
        "InvMaster",
        ("StockCode",),
        _columns("""StockCode:s30 Description:s50 LongDesc:s StockUom:s10 AlternateUom OtherUom ConvFactAltUom:n
        ConvMulDiv:s1 ConvFactOthUom:n MulDiv:s1 Mass:n Volume Decimals ProductClass:s UserField1 UserField2:n
        UserField3:s WarehouseToUse StockOnHold CountryOfOrigin TariffCode StorageSecurity StorageHazard
        StorageCondition TimeStamp:b8"""),
    ),
    Table(
        "InvWarehouse",
        ("StockCode", "Warehouse"),
        _columns("StockCode:s30 Warehouse:s10 QtyOnHand:n18.6 DefaultSourceWh:s10"),
    ),
    Table("InvWhControl", ("Warehouse",), _columns("Warehouse:s10 Description:s")),
    Table("TblSoShipInst", ("ShippingInstrs",), _columns("ShippingInstrs:s6 InstructionText:s")),
    Table("TblSaDelTerms", ("DeliveryTerms",), _columns("DeliveryTerms:s3 Description:s")),
    Table("TblShipLocation", ("ShippingLocation",), _columns("ShippingLocation:s10 Description:s")),
    Table(
        "ArInvoice",
        ("Customer", "Invoice", "DocumentType"),
        _columns("""Customer:s15 Invoice:s20 DocumentType:s1 SalesOrder:s20 InvoiceDate:d PostDate Branch:s10
        Salesperson:s20 CustomerPoNumber:s30 TimeStamp:b8"""),
    ),
    Table(
        "PorMasterHdr",
        ("PurchaseOrder",),
        _columns("""PurchaseOrder:s20 OrderStatus:s1 CancelledFlag Supplier:s15 Customer OrderEntryDate:d
        OrderDueDate ShippingInstrs:s50 DeliveryName DeliveryAddr1:s40 DeliveryAddr2 DeliveryAddr3 DeliveryAddr4
        DeliveryAddr5 PostalCode:s10 Warehouse TimeStamp:b8"""),
    ),
    Table("ApSupplier", ("Supplier",), _columns("Supplier:s15 SupplierName:s50 Telephone:s20 Email:s255")),
)
TABLES = {each.name: each for each in _ALL}
