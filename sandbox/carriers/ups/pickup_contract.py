"""The bodies of requests for pickups, as the document and facts/ups-extras.md (2) have them."""

from __future__ import annotations

from sandbox.carriers.ups.shapes import Fields, Listed, Text

SERVICES = frozenset({"001", "003", "007", "011", "012", "065"})
"""The codes that are known; what UPS says of another one is not, so it is refused."""
_CLOCK = Text(4, 4, pattern=r"([01]\d|2[0-3])[0-5]\d")
_TIMES = Fields({"CloseTime": _CLOCK, "ReadyTime": _CLOCK, "PickupDate": Text(8, 8, pattern=r"\d{8}")})
_ACCOUNT = Fields({"AccountNumber": Text(6, 10), "AccountCountryCode": Text(2, 2)})
_PLACE = {
    "City": Text(1, 50),
    "CountryCode": Text(2, 2, pattern="[A-Z]{2}"),
    "ResidentialIndicator": Text(1, 1, frozenset("YN")),
}
_MORE = {"StateProvince": Text(1, 50), "PostalCode": Text(1, 8)}
_YES_NO = Text(1, 1, frozenset("YN"))
CREATE = Fields(
    {
        "PickupCreationRequest": Fields(
            {
                "Request": Fields({}, {"SubVersion": Text(4, 4)}),
                "RatePickupIndicator": _YES_NO,
                "Shipper": Fields({"Account": _ACCOUNT}),
                "PickupDateInfo": _TIMES,
                "PickupAddress": Fields(
                    {
                        "CompanyName": Text(1, 27),
                        "ContactName": Text(1, 22),
                        "AddressLine": Listed(Text(1, 73), 1),
                        "Phone": Fields({"Number": Text(1, 25)}, {"Extension": Text(1, 10)}),
                        **_PLACE,
                    },
                    _MORE,
                ),
                "AlternateAddressIndicator": _YES_NO,
                "PickupPiece": Listed(
                    Fields(
                        {
                            "ServiceCode": Text(3, 3, SERVICES),
                            "Quantity": Text(1, 3, pattern=r"[1-9]\d{0,2}"),
                            "DestinationCountryCode": Text(2, 2, pattern="[A-Z]{2}"),
                            "ContainerCode": Text(2, 2, frozenset({"01", "02", "03"})),
                        }
                    )
                ),
                "PaymentMethod": Text(2, 2, frozenset({"01"})),
            },
            {
                "TotalWeight": Fields(
                    {
                        "Weight": Text(1, 6, pattern=r"\d+(\.\d)?"),
                        "UnitOfMeasurement": Text(3, 3, frozenset({"LBS", "KGS"})),
                    }
                ),
                "OverweightIndicator": _YES_NO,
                "ShippingLabelsAvailable": _YES_NO,
                "SpecialInstruction": Text(1, 57),
                "ReferenceNumber": Text(1, 35),
            },
        )
    }
)
RATE = Fields(
    {
        "PickupRateRequest": Fields(
            {
                "Request": Fields({}, {"SubVersion": Text(4, 4)}),
                "ShipperAccount": _ACCOUNT,
                "PickupAddress": Fields({"AddressLine": Text(1, 73), **_PLACE}, _MORE),
                "AlternateAddressIndicator": _YES_NO,
                "ServiceDateOption": Text(2, 2, frozenset({"03"})),
                "PickupDateInfo": _TIMES,
            }
        )
    }
)
