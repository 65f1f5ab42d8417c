"""The `carrier` part of ShipStation, and the top-level keys that it alone takes."""

from __future__ import annotations

from typing import Annotated, Literal

from shared.connection import CarrierKind, CarrierPart, Code, Part, TrackingPart, shaped


class ShipStation(CarrierPart):
    """One ShipStation account."""

    kind: Literal["shipstation"]
    api: Literal["v1", "v2"] = "v2"
    inbound_as: Literal["purchase_order", "shipment"] | None = None


class NoTracking(TrackingPart):
    """ShipStation tells of its own accord."""


class Place(Part):
    """One of our warehouses in ShipStation."""

    ship_from: Code
    inventory_warehouse: Code
    inventory_location: Code


class Receipts(Part):
    """When a receipt is posted, and by which job."""

    moment: Literal["in_transit", "quantity_received", "delivered"] = "quantity_received"
    in_transit: Literal["off", "advise"] = "off"
    by_order_type: dict[str, Code] = {}


class Owner(Part):
    """Who owns what, and how often it is compared."""

    owner: Literal["erp", "carrier"] | dict[Code, Literal["erp", "carrier"]]
    schedule: str | None = None
    write: Literal["on", "off"] = "off"


KIND = CarrierKind(
    "shipstation",
    "ShipStation",
    "",
    ShipStation,
    service=Annotated[str, shaped(r"[a-z0-9_]{2,40}", "a ShipStation service code, such as ups_ground")],
    tracking=NoTracking,
    labels=lambda raw: not (raw.get("carrier") or {}).get("inbound_as"),
    extras={
        "send_to_open": (Literal["on_confirmation", "never"] | None, None),
        "warehouses": (dict[Code, Place], {}),
        "receipts": (Receipts | None, None),
        "stock": (Owner | None, None),
        "items": (Owner | None, None),
    },
)
