"""Papers for customs in a create: their shape, what UPS refuses of them, and the document that comes back.

From the official Shipping document and facts/ups-international.md (1 to 5) alone. Where the texts ask for a field that
the schema leaves optional, the texts count here; where two limits are told, the lower one.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from sandbox.carriers.ups.labels import image
from sandbox.carriers.ups.shapes import INDICATOR, Fields, Listed, Shape, Text

Wrong = tuple[str, str]
NOT_VALID = "10002"

_COUNTRY, _NAME, _DAY = Text(2, 2, pattern=r"[A-Z]{2}"), Text(1, 35), Text(8, 8, pattern=r"\d{8}")
_TERMS = frozenset(["CFR", "CIF", "CIP", "CPT", "DAF", "DDP", "DAP", "DEQ", "DES", "EXW", "FAS", "FCA", "FOB"])
_UNITS = frozenset(
    [
        "BA",
        "BE",
        "BG",
        "BH",
        "BOX",
        "BT",
        "BU",
        "CI",
        "CM",
        "CON",
        "CR",
        "CS",
        "CT",
        "CY",
        "DOZ",
        "EA",
        "EN",
        "FT",
        "KG",
        "KGS",
        "L",
        "LB",
        "LBS",
        "M",
        "NMB",
        "PA",
        "PAL",
        "PC",
        "PCS",
        "PCF",
        "PF",
        "PKG",
        "PR",
        "PRS",
        "RL",
        "SET",
        "SME",
        "SYD",
        "TU",
        "YD",
        "OTH",
    ]
)
_KIND = Text(2, 2, frozenset({"01", "02"}))
_ADDRESS = Fields(
    {"AddressLine": Listed(_NAME, 3), "City": Text(1, 30), "CountryCode": _COUNTRY},
    {"StateProvinceCode": Text(1, 5), "PostalCode": Text(1, 9, pattern=r"[0-9A-Z ]+")},
)
_PHONE = Fields({"Number": Text(1, 15, pattern=r"\d+")}, {"Extension": Text(1, 4)})
_SOLD_TO = Fields({"Name": _NAME, "AttentionName": _NAME, "Address": _ADDRESS}, {"Phone": _PHONE})
_UNIT = Fields(
    {
        "Number": Text(1, 7, pattern=r"\d+"),
        "UnitOfMeasurement": Fields({"Code": Text(1, 3, _UNITS)}, {"Description": Text(1, 3)}),
        "Value": Text(1, 19, pattern=r"\d+(\.\d{1,6})?"),
    }
)
_WEIGHT = Fields(
    {
        "UnitOfMeasurement": Fields({"Code": Text(3, 3, frozenset({"KGS", "LBS"}))}),
        "Weight": Text(1, 5, pattern=r"\d+(\.\d)?"),
    }
)
_IDENTIFIER = Fields({"ProductID": Text(1, 100), "ProductIDTypeCode": Text(4, 4, frozenset({"0100", "0200", "0300"}))})
_PRODUCT = Fields(
    {"Description": Listed(_NAME, 3), "Unit": _UNIT, "PartNumber": _NAME},
    {
        "CommodityCode": Text(6, 15, pattern=r"[0-9A-Za-z]+"),
        "OriginCountryCode": _COUNTRY,
        "ProductWeight": _WEIGHT,
        "ProductIdentifier": Listed(_IDENTIFIER, 6),
        "CommodityFieldSpecialConditionCode": Text(2, 2, frozenset({"01"})),
    },
)
_SHIPPER_FILED = Fields(
    {"Code": Text(1, 1, frozenset({"A", "B", "C"}))},
    {"PreDepartureITNNumber": Text(15, 17, pattern=r"X\d{14,16}"), "ExemptionLegend": Text(1, 20)},
)
FORMS = Fields(
    {
        "FormType": Listed(Text(2, 2, frozenset({"01"})), 6),
        "Contacts": Fields({"SoldTo": _SOLD_TO}),
        "Product": Listed(_PRODUCT, 50),
        "InvoiceNumber": _NAME,
        "InvoiceDate": _DAY,
        "ReasonForExport": Text(1, 20),
        "CurrencyCode": Text(3, 3, pattern=r"[A-Z]{3}"),
    },
    {
        "TermsOfShipment": Text(3, 3, _TERMS),
        "PurchaseOrderNumber": _NAME,
        "Comments": Text(1, 150),
        "DeclarationStatement": Text(1, 550),
        "OverridePaperlessIndicator": INDICATOR,
        "EEIFilingOption": Fields({"Code": Text(1, 1, frozenset({"1"})), "ShipperFiled": _SHIPPER_FILED}),
    },
)
"""InternationalForms of a commercial invoice, the only form that is asked for."""
OPTIONS: dict[str, Shape] = {"InternationalForms": FORMS, "EUDeMinimisIndicator": Text(1, 1, frozenset({"Y", "N"}))}
VENDOR = Fields(
    {
        "VendorCollectIDTypeCode": Text(
            4, 4, frozenset({"0356", "0357", "0359", "1051", "1052", "1053", "1054", "0000"})
        ),
        "VendorCollectIDNumber": _NAME,
    },
    {"ConsigneeType": _KIND},
)
_TAX_NUMBER = Fields(
    {
        "IdentificationNumber": _NAME,
        "IDNumberTypeCode": Text(4, 4, frozenset({"0001", "0002", "0005", "1001", "1002", "1003", "1004", "1005"})),
        "IDNumberPurposeCode": Text(2, 2, frozenset({"01", "02"})),
        "IDNumberCustomerRole": Text(2, 2, frozenset({"05", "06", "18", "37"})),
        "IDNumberEncryptionIndicator": Text(1, 1, frozenset({"0"})),
    },
    {"IDNumberIssuingCntryCd": _COUNTRY, "IncludeIDNumberOnShippingBrokerageDocs": _KIND},
)
_AGENT = Fields({"AgentRole": Text(2, 2, frozenset({"20", "30"})), "TaxIdentificationNumber": Listed(_TAX_NUMBER, 8)})
SHIPMENT: dict[str, Shape] = {
    "ShipperType": _KIND,
    "ConsigneeType": _KIND,
    "ShipmentRiskEnteringEU": Text(2, 2, frozenset({"01", "02", "03"})),
    "MovementReferenceNumber": Text(18, 18, pattern=r"\d{2}[A-Z]{2}[0-9A-Z]{14}"),
    "GlobalTaxInformation": Fields(
        {}, {"ShipperTypeValue": _KIND, "ConsigneeTypeValue": _KIND, "AgentTaxIdentificationNumber": Listed(_AGENT, 4)}
    ),
}
_EU = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GR",
        "HR",
        "HU",
        "IE",
        "IT",
        "LT",
        "LU",
        "LV",
        "MC",
        "MT",
        "NL",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
    ]
)
_CONSIGNEE_TYPES = frozenset({"1002", "1005", "0005"})


def papers_wrong(shipment: dict[str, Any]) -> Iterator[Wrong]:
    """Yield the faults of a create's papers, and of who pays duties."""
    shipper, ship_to = shipment["Shipper"], shipment["ShipTo"]["Address"]
    origin = shipment.get("ShipFrom", shipper)
    yield from _duties_wrong(shipment, origin["Address"]["CountryCode"], ship_to["CountryCode"])
    yield from _numbers_wrong(shipment, shipper["Address"]["CountryCode"])
    form = shipment.get("ShipmentServiceOptions", {}).get("InternationalForms")
    if form is None:
        return
    for whose, party in (("Shipper", shipper), ("ShipTo", shipment["ShipTo"]), ("ShipFrom", origin)):
        if "AttentionName" not in party:
            yield NOT_VALID, f"{whose}.AttentionName is required with an invoice"
        if "Phone" not in party and whose != "ShipFrom":
            yield NOT_VALID, f"{whose}.Phone is required with an invoice"
    if "Description" not in shipment:
        yield NOT_VALID, "Description is required with an invoice"
    sold_to = form["Contacts"]["SoldTo"]["Address"]["CountryCode"]
    if sold_to != ship_to["CountryCode"] and "CA" not in (sold_to, ship_to["CountryCode"]):
        yield NOT_VALID, "SoldTo must be in the country of ShipTo"
    if ship_to["CountryCode"] == "IE" and "StateProvinceCode" not in ship_to:
        yield "120206", "Missing or invalid ship to state"
    yield from _products_wrong(form)
    yield from _filing_wrong(form)


def _products_wrong(form: dict[str, Any]) -> Iterator[Wrong]:
    for product in form["Product"]:
        unit = product["Unit"]
        if Decimal(unit["Value"]) <= 0 or int(unit["Number"]) <= 0:
            yield NOT_VALID, "Unit.Value and Unit.Number must be above 0"
        if unit["UnitOfMeasurement"]["Code"] == "OTH" and "Description" not in unit["UnitOfMeasurement"]:
            yield NOT_VALID, "UnitOfMeasurement.Description is required with OTH"
        ids = {each["ProductIDTypeCode"] for each in product.get("ProductIdentifier", [])}
        if ids and "0300" not in ids and "CommodityFieldSpecialConditionCode" not in product:
            yield NOT_VALID, "CommodityFieldSpecialConditionCode is required without a standard product id"


def _filing_wrong(form: dict[str, Any]) -> Iterator[Wrong]:
    filed = form.get("EEIFilingOption", {}).get("ShipperFiled")
    if filed is None:
        return
    wanted = {"A": "PreDepartureITNNumber", "B": "ExemptionLegend"}.get(filed["Code"])
    if wanted and wanted not in filed:
        yield NOT_VALID, f"EEIFilingOption.ShipperFiled.{wanted} is required"


def _duties_wrong(shipment: dict[str, Any], origin: str, destination: str) -> Iterator[Wrong]:
    """Type 02 is invalid inside a country, between the US and Puerto Rico, and inside the EU (facts 5)."""
    charges = [each["Type"] for each in shipment["PaymentInformation"]["ShipmentCharge"]]
    if "01" not in charges or len(charges) != len(set(charges)):
        yield "120413", "ShipmentCharge must have type 01, and each type once"
    lane = {origin, destination}
    inside = len(lane) == 1 or lane == {"US", "PR"} or lane <= _EU
    if "02" in charges and inside:
        yield "120413", "ShipmentCharge of type 02 is not valid between these countries"


def _numbers_wrong(shipment: dict[str, Any], country: str) -> Iterator[Wrong]:
    mrn = shipment.get("MovementReferenceNumber")
    if mrn and mrn[2:4] != country:
        yield NOT_VALID, "MovementReferenceNumber must have the shipper's country as its 3rd and 4th character"
    for agent in shipment.get("GlobalTaxInformation", {}).get("AgentTaxIdentificationNumber", []):
        for number in agent["TaxIdentificationNumber"]:
            if agent["AgentRole"] == "30" and number["IDNumberTypeCode"] not in _CONSIGNEE_TYPES:
                yield NOT_VALID, "IDNumberTypeCode is not valid for AgentRole 30"


def form_of(shipment: dict[str, Any], *, paperless: bool) -> dict[str, Any]:
    """The answer's Form, {} for none. An account that is paperless gets a copy only where it asks for one (facts 2)."""
    form = shipment.get("ShipmentServiceOptions", {}).get("InternationalForms")
    if form is None or (paperless and "OverridePaperlessIndicator" not in form):
        return {}
    lines = ("COMMERCIAL INVOICE", form["InvoiceNumber"], form["Contacts"]["SoldTo"]["Name"])
    made = image("PDF", form["InvoiceDate"], lines)
    picture = {"ImageFormat": {"Code": "PDF", "Description": "PDF"}, "GraphicImage": made}
    return {"Form": {"Code": "01", "Description": "All Requested International Forms", "Image": picture}}
