"""The contract of UPS: the bodies of its requests, as far as a connector of parcels sends them.

Names and lengths are those of the official documents, the enumerations those of their texts (facts 3, 4 and 6).
"""

from __future__ import annotations

from sandbox.carriers.ups import papers
from sandbox.carriers.ups.shapes import INDICATOR, Fields, Listed, Shape, Text

SERVICES = frozenset({
    "01", "02", "03", "07", "08", "11", "12", "13", "14", "17", "54", "59", "65", "70", "71", "72", "74", "75", "82",
    "83", "84", "85", "86", "93", "96", "M2", "M3", "M4", "M5", "M6", "M7",
})  # fmt: skip
PACKAGINGS = frozenset({
    "01", "02", "03", "04", "21", "24", "25", "30", "2a", "2b", "2c", "56", "57", "58", "59", "60", "61", "62", "63",
    "64", "65", "66", "67",
})  # fmt: skip
LABELS_CREATED = frozenset({"GIF", "ZPL", "EPL", "SPL"})
CHARACTER_SETS = {
    **dict.fromkeys(("eng", "dan", "nld", "fin", "fra", "deu", "itl", "nor", "por", "spa", "swe"), "iso8859-1"),
    **dict.fromkeys(("pol", "ces", "hun", "slk", "ron", "bul", "est", "ell", "lav", "lit"), "iso8859-2"),
    "rus": "iso8859-5",
    "tur": "iso8859-9",
}
"""The characters that a label can hold, by the code that asks for them (Shipping, LabelSpecification.CharacterSet)."""
LABELS_RECOVERED = LABELS_CREATED | {"PDF"}

ACCOUNT = Text(6, 6, pattern=r"[0-9A-Z]{6}")
COUNTRY = Text(2, 2, pattern=r"[A-Z]{2}")
NAME = Text(1, 35)
DAY = Text(8, 8, pattern=r"\d{8}")
LINES = Listed(Text(1, 35), 3)
PHONE = Fields({"Number": Text(1, 15, pattern=r"\d+")}, {"Extension": Text(1, 4)})
CONTEXT = Fields({}, {"CustomerContext": Text(1, 512)})
DESCRIBED = Text(1, 35)


def _code(longest: int, allowed: frozenset[str]) -> Fields:
    return Fields({"Code": Text(1, longest, allowed)}, {"Description": DESCRIBED})


# --- shipping --------------------------------------------------------------------------------------------------------

_PLACE: dict[str, Shape] = {"AddressLine": LINES, "City": Text(1, 30), "CountryCode": COUNTRY}
_PLACE_OPTIONAL: dict[str, Shape] = {"StateProvinceCode": Text(1, 5), "PostalCode": Text(1, 9, pattern=r"[0-9A-Z ]+")}
_ADDRESS = Fields(_PLACE, _PLACE_OPTIONAL)
_PARTY: dict[str, Shape] = {"AttentionName": NAME, "Phone": PHONE, "TaxIdentificationNumber": Text(1, 15)}
_EMAIL: dict[str, Shape] = {"EMailAddress": Text(1, 50)}
_SHIPPER = Fields({"Name": NAME, "ShipperNumber": ACCOUNT, "Address": _ADDRESS}, {**_PARTY, **_EMAIL})
_SHIP_FROM = Fields({"Name": NAME, "Address": _ADDRESS}, {**_PARTY, "VendorInfo": papers.VENDOR})
_SHIP_TO_ADDRESS = Fields(_PLACE, {**_PLACE_OPTIONAL, "ResidentialAddressIndicator": INDICATOR})
_SHIP_TO = Fields({"Name": NAME, "Address": _SHIP_TO_ADDRESS}, {**_PARTY, **_EMAIL})

_POSTCODE = Text(1, 9)
_PAYERS = {
    "BillShipper": Fields({"AccountNumber": ACCOUNT}),
    "BillReceiver": Fields({"AccountNumber": ACCOUNT}, {"Address": Fields({}, {"PostalCode": _POSTCODE})}),
    "BillThirdParty": Fields(
        {"AccountNumber": ACCOUNT, "Address": Fields({"CountryCode": COUNTRY}, {"PostalCode": _POSTCODE})}
    ),
}
_CHARGE = Fields({"Type": Text(2, 2, frozenset({"01", "02"}))}, _PAYERS, one_of=tuple(_PAYERS))
_PAYMENT = Fields({"ShipmentCharge": Listed(_CHARGE, 2)})

_NUMBER = r"\d+(\.\d+)?"
_WEIGHT_UNIT = _code(3, frozenset({"LBS", "KGS"}))
_LENGTH_UNIT = _code(2, frozenset({"IN", "CM"}))
_SIDE = Text(1, 3, pattern=r"\d+")
_MONEY = Fields({"CurrencyCode": Text(3, 3, pattern=r"[A-Z]{3}"), "MonetaryValue": Text(1, 11, pattern=_NUMBER)})
_PACKAGE_OPTIONS = Fields(
    {},
    {"DeliveryConfirmation": Fields({"DCISType": Text(1, 1, frozenset({"2", "3"}))}), "DeclaredValue": _MONEY},
)
_SHIPMENT_OPTIONS = Fields(
    {},
    {
        "SaturdayDeliveryIndicator": INDICATOR,
        "DeliveryConfirmation": Fields({"DCISType": Text(1, 1, frozenset({"1", "2"}))}),
    },
)
_CREATED_OPTIONS = Fields({}, {**_SHIPMENT_OPTIONS.optional, **papers.OPTIONS})
_REFERENCE = Fields({"Value": Text(1, 35)}, {"Code": Text(1, 2), "BarCodeIndicator": INDICATOR})
_PACKAGE = Fields(
    {
        "Packaging": _code(2, PACKAGINGS),
        "PackageWeight": Fields({"UnitOfMeasurement": _WEIGHT_UNIT, "Weight": Text(1, 5, pattern=_NUMBER)}),
    },
    {
        "Description": DESCRIBED,
        "Dimensions": Fields({"UnitOfMeasurement": _LENGTH_UNIT, "Length": _SIDE, "Width": _SIDE, "Height": _SIDE}),
        "ReferenceNumber": Listed(_REFERENCE, 2),
        "PackageServiceOptions": _PACKAGE_OPTIONS,
    },
)
_RATING_OPTIONS = Fields({}, {"NegotiatedRatesIndicator": INDICATOR})
_STOCK = Fields({"Height": Text(1, 1, frozenset({"6", "8"})), "Width": Text(1, 1, frozenset({"4"}))})
_USER_AGENT = Text(1, 64)

SHIP = Fields(
    {
        "ShipmentRequest": Fields(
            {
                "Request": Fields(
                    {"RequestOption": Text(1, 15, frozenset({"validate", "nonvalidate"}))},
                    {"SubVersion": Text(4, 4), "TransactionReference": CONTEXT},
                ),
                "Shipment": Fields(
                    {
                        "Shipper": _SHIPPER,
                        "ShipTo": _SHIP_TO,
                        "PaymentInformation": _PAYMENT,
                        "Service": _code(2, SERVICES),
                        "Package": Listed(_PACKAGE, 200),
                    },
                    {
                        "Description": Text(1, 50),
                        "ShipFrom": _SHIP_FROM,
                        "ShipmentRatingOptions": _RATING_OPTIONS,
                        "ReferenceNumber": Listed(_REFERENCE, 2),
                        "ShipmentDate": DAY,
                        "ShipmentServiceOptions": _CREATED_OPTIONS,
                        "InvoiceLineTotal": _MONEY,
                        **papers.SHIPMENT,
                    },
                ),
                "LabelSpecification": Fields(
                    {"LabelImageFormat": _code(4, LABELS_CREATED)},
                    {
                        "LabelStockSize": _STOCK,
                        "HTTPUserAgent": _USER_AGENT,
                        "CharacterSet": Text(3, 3, frozenset(CHARACTER_SETS)),
                    },
                ),
            }
        )
    }
)

# --- rating ----------------------------------------------------------------------------------------------------------

_RATED_PLACE: dict[str, Shape] = {
    "City": Text(1, 30),
    "StateProvinceCode": Text(2, 2),
    "PostalCode": Text(1, 9, pattern=r"[0-9A-Z ]+"),
}
_RATED_ADDRESS = Fields({"AddressLine": LINES, "CountryCode": COUNTRY}, _RATED_PLACE)
_RATED_NAMES: dict[str, Shape] = {"Name": NAME, "AttentionName": NAME}
_RATED_SHIP_TO = Fields(
    {"AddressLine": LINES, "CountryCode": COUNTRY}, {**_RATED_PLACE, "ResidentialAddressIndicator": INDICATOR}
)
_RATED_WEIGHT_UNIT = Fields({"Code": Text(1, 3, frozenset({"LBS", "KGS"})), "Description": DESCRIBED})
_RATED_LENGTH_UNIT = Fields({"Code": Text(1, 2, frozenset({"IN", "CM"})), "Description": DESCRIBED})
_RATED_WEIGHT = Fields({"UnitOfMeasurement": _RATED_WEIGHT_UNIT, "Weight": Text(1, 6, pattern=_NUMBER)})
_RATED_SIDE = Text(1, 9, pattern=_NUMBER)
_RATED_PACKAGE = Fields(
    {"PackagingType": _code(2, PACKAGINGS | {"00"}), "PackageWeight": _RATED_WEIGHT},
    {
        "Dimensions": Fields(
            {
                "UnitOfMeasurement": _RATED_LENGTH_UNIT,
                "Length": _RATED_SIDE,
                "Width": _RATED_SIDE,
                "Height": _RATED_SIDE,
            }
        ),
        "PackageServiceOptions": _PACKAGE_OPTIONS,
    },
)
_TIMES = Fields({"PackageBillType": Text(2, 2, frozenset({"02", "03", "04", "07"}))}, {"Pickup": Fields({"Date": DAY})})

RATE = Fields(
    {
        "RateRequest": Fields(
            {
                "Request": Fields(
                    {},
                    {"RequestOption": Text(1, 17), "SubVersion": Text(4, 4), "TransactionReference": CONTEXT},
                ),
                "Shipment": Fields(
                    {
                        "Shipper": Fields({"Address": _RATED_ADDRESS}, {**_RATED_NAMES, "ShipperNumber": ACCOUNT}),
                        "ShipTo": Fields({"Address": _RATED_SHIP_TO}, _RATED_NAMES),
                        "Package": Listed(_RATED_PACKAGE, 200),
                    },
                    {
                        "ShipFrom": Fields({"Address": _RATED_ADDRESS}, _RATED_NAMES),
                        "Service": _code(3, SERVICES),
                        "NumOfPieces": Text(1, 5, pattern=r"\d+"),
                        "PaymentDetails": _PAYMENT,
                        "ShipmentTotalWeight": _RATED_WEIGHT,
                        "ShipmentRatingOptions": _RATING_OPTIONS,
                        "DeliveryTimeInformation": _TIMES,
                        "ShipmentServiceOptions": _SHIPMENT_OPTIONS,
                        "InvoiceLineTotal": _MONEY,
                    },
                ),
            }
        )
    }
)

# --- address validation, label recovery -----------------------------------------------------------------------------

ADDRESS_VALIDATION = Fields(
    {
        "XAVRequest": Fields(
            {
                "AddressKeyFormat": Fields(
                    {"AddressLine": Listed(Text(1, 100), 3), "CountryCode": COUNTRY},
                    {
                        "ConsigneeName": Text(1, 40),
                        "PoliticalDivision2": Text(1, 30),
                        "PoliticalDivision1": Text(1, 30),
                        "PostcodePrimaryLow": Text(1, 10),
                        "PostcodeExtendedLow": Text(1, 10),
                        "Urbanization": Text(1, 30),
                    },
                )
            }
        )
    }
)

_RECOVERED_BY = ("TrackingNumber", "ReferenceValues")
RECOVERY = Fields(
    {
        "LabelRecoveryRequest": Fields(
            {
                "Request": Fields(
                    {},
                    {
                        "RequestOption": Text(0, 15),
                        "SubVersion": Text(4, 4),
                        "TransactionReference": Fields({}, {"CustomerContext": Text(5, 512)}),
                    },
                ),
            },
            {
                "LabelSpecification": Fields(
                    {"LabelImageFormat": _code(4, LABELS_RECOVERED)},
                    {"LabelStockSize": _STOCK, "HTTPUserAgent": _USER_AGENT},
                ),
                "TrackingNumber": Text(1, 18),
                "ReferenceValues": Fields(
                    {"ReferenceNumber": Fields({"Value": Text(1, 35)}), "ShipperNumber": ACCOUNT}
                ),
            },
            one_of=_RECOVERED_BY,
        )
    }
)
