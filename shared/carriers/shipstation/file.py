"""The connection file's part for ShipStation: which API, which carrier accounts, and how tracking arrives."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field

from shared.connection import (
    CarrierKind,
    CarrierPart,
    Code,
    Duration,
    Items,
    LabelSetting,
    Part,
    Problem,
    Receipts,
    Stock,
    TrackingPart,
    shaped,
)

Family = Annotated[str, shaped(r"[a-z0-9_]{2,40}", "how codes of services begin, such as ups or usps")]
"""The first words of service codes that one carrier account sells."""


class Shipper(Part):
    """Who answers for the account: one of the locations."""

    location: Code = Field(
        description="whose phone stands for a sender that has none: one of `locations`", examples=["HQ"]
    )


class ShipStationCarrier(CarrierPart):
    """One ShipStation account."""

    kind: Literal["shipstation"]
    api: Literal["v1", "v2"] = Field(
        "v2", description="the API that the credential is for; v1 is the legacy one, and does less"
    )
    accounts: dict[Family, Code] = Field(
        {},
        description="how codes of services begin → the account at the carrier that sells them: its carrier_id with v2, "
        "its carrier code with v1. a connection test lists them",
        examples=[{"ups": "se-123456"}],
    )
    order_number: Literal["erp", "reference"] = Field(
        "erp",
        description="what ShipStation shows as the order's number: the ERP's, or our reference, for an account that "
        "takes each number only once",
    )
    label_by: Literal["parcelbridge", "person"] = Field(
        "parcelbridge",
        description="who buys the label: parcelbridge, or a person in ShipStation; then only the order is sent, and "
        "its number comes back",
    )
    label_reminder: Duration = Field(
        timedelta(days=1), description="how long an order waits for a person's label before somebody is reminded"
    )
    shipper: Shipper | None = None
    inbound_as: Literal["purchase_order", "shipment"] | None = Field(
        None, description="what a purchase order becomes; then no labels are bought", examples=["purchase_order"]
    )

    @property
    def holder(self) -> str:
        return self.shipper.location if self.shipper else ""

    @property
    def by_hand(self) -> bool:
        return self.label_by == "person"

    @property
    def remind_after(self) -> timedelta:
        return self.label_reminder

    @property
    def receives(self) -> bool:
        return self.inbound_as is not None

    @property
    def keeps_stock(self) -> bool:
        return self.inbound_as == "purchase_order"

    def problems(self) -> Iterator[Problem]:
        if self.inbound_as and self.api == "v1":
            yield Problem(("carrier", "api"), "allowed with inbound_as: v2; the legacy API knows no way in", self.api)
        if self.inbound_as and self.by_hand:
            yield Problem(("carrier", "label_by"), "leave it out: with inbound_as no label is bought", self.label_by)

    @property
    def host(self) -> tuple[str, ...]:
        return (*super().host, self.api)

    @property
    def words(self) -> str:
        return f"{self.kind} ({self.api})"


class ShipStationLabel(LabelSetting):
    """ShipStation makes PDF, PNG and ZPL; V1 makes PDF alone."""

    format: Literal["PDF", "PNG", "ZPL"] = Field("PDF", description="format of the label's image", examples=["ZPL"])
    stock: Literal["4x6"] = Field("4x6", description="size of the label, in inches")


class ShipStationTracking(TrackingPart):
    """Push or polls: the ways in which ShipStation tells about parcels."""

    push: Literal["off", "v1", "v2"] = Field(
        "off",
        description="by the API of the same name: v2 has events pushed to a webhook, signed; v1 has labels told, as a "
        "hint; off leaves it at asking",
    )

    @property
    def pushes(self) -> bool:
        return self.push != "off"


class Place(Part):
    """One of our warehouses in ShipStation."""

    ship_from: Code = Field(description="warehouse_id of the ship-from location", examples=["se-1"])
    inventory_warehouse: Code = Field(description="inventory_warehouse_id, of another id space", examples=["se-5"])
    inventory_location: Code = Field(description="inventory_location_id", examples=["se-9"])
    erp_location: Code | None = Field(
        None,
        description="the ERP's location whose stock is set where the carrier owns it; without one the warehouse as a "
        "whole is compared",
        examples=["A-01"],
    )


KIND = CarrierKind(
    name="shipstation",
    title="ShipStation",
    adapter="shared.carriers.shipstation.adapter",
    setup="shared.carriers.shipstation.setup",
    hosts=("api.shipstation.com", "ssapi.shipstation.com", "api.shipengine.com"),  # the last has the key set
    part=ShipStationCarrier,
    service=Annotated[
        str,
        shaped(r"[a-z0-9_]{2,40}", "a ShipStation service code, such as ups_ground"),
        Field(examples=["ups_ground", "usps_priority_mail"]),
    ],
    tracking=ShipStationTracking,
    label=ShipStationLabel,
    labels=lambda raw: not (raw.get("carrier") or {}).get("inbound_as"),
    extras={
        "send_to_open": (
            Literal["on_confirmation", "never"],
            Field(
                "on_confirmation",
                description="when a draft of a purchase order is opened: once the supplier has confirmed each line, or "
                "by a person",
                examples=["never"],
            ),
        ),
        "warehouses": (dict[Code, Place], Field({}, examples=[{"W01": {"ship_from": "se-1"}}])),
        "receipts": (Receipts | None, None),
        "stock": (Stock | None, None),
        "items": (Items | None, None),
    },
)
