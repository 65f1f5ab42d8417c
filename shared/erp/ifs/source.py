"""The documents that are read, shipments or customer orders: their sets, keys, states and names (facts/ifs.md).

Both are told in the words of a shipment: `names` has the property of a source that stands for one of a shipment's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import quote

from shared.erp.ifs import odata
from shared.errors import Refused

LONGEST = 50
"""Characters of an order's number at most; the tenant's own may be shorter."""


@dataclass(frozen=True, slots=True)
class Key:
    """A property of a set's key, by our name, with the type of its literals."""

    name: str
    kind: Literal["number", "text"]

    def literal(self, value: str) -> str:
        """The value in a filter. Raises Refused for one that is no key."""
        return odata.number(value) if self.kind == "number" else odata.text(_checked(value))

    def in_path(self, value: str) -> str:
        """The value in a key of an address, where nothing but itself may be read from it."""
        return quote(self.literal(value), safe="'" if "'" not in value else "")


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of document. `noun` names it in messages, `states` is the enumeration of its states; `used` are the
    properties that a shipment cannot do without, by our names."""

    noun: str
    projection: str
    entity: str
    key: Key
    lines: str
    line_keys: tuple[Key, ...]
    states: str
    used: tuple[str, ...]
    used_of_lines: tuple[str, ...]
    packed: bool = False
    names: Mapping[str, str] = field(default_factory=dict)


_ADDRESS = ("ReceiverAddress1", "ReceiverCity", "ReceiverState", "ReceiverZipCode", "ReceiverCountry")

SHIPMENTS = Source(
    noun="shipment",
    projection="ShipmentHandling",
    entity="ShipmentSet",
    key=Key("ShipmentId", "number"),
    lines="ShipmentLineSet",
    line_keys=(Key("ShipmentLineNo", "number"),),
    states="ShipmentState",
    used=(
        "ShipmentId", "Contract", "Objstate", "ShipmentCategory", "ParentConsolShipmentId", "ReceiverType",
        "ReceiverId", "ReceiverAddressName", *_ADDRESS, "ReceiverReference", "PlannedDeliveryDate", "PlannedShipDate",
        "ActualShipDate",
    ),
    used_of_lines=("ShipmentId", "ShipmentLineNo", "SourcePartNo", "InventoryQty", "QtyPicked", "SourceUnitMeas"),
    packed=True,
)  # fmt: skip

ORDERS = Source(
    noun="customer order",
    projection="CustomerOrderHandling",
    entity="CustomerOrderSet",
    key=Key("ShipmentId", "text"),
    lines="CustomerOrderLineSet",
    line_keys=(Key("LineNo", "text"), Key("RelNo", "text"), Key("LineItemNo", "number")),
    states="CustomerOrderState",
    used=("ShipmentId", "Contract", "Objstate", "ReceiverId", "PlannedDeliveryDate", *_ADDRESS),
    used_of_lines=("ShipmentId", "LineNo", "RelNo", "LineItemNo", "SourcePartNo", "InventoryQty", "Objstate"),
    names={
        "ShipmentId": "OrderNo",
        "ReceiverId": "CustomerNo",
        "ReceiverAddressName": "CustomerName",
        "PlannedDeliveryDate": "WantedDeliveryDate",
        "CreatedDate": "DateEntered",
        "SourcePartNo": "CatalogNo",
        "InventoryQty": "BuyQtyDue",
        "SourceUnitMeas": "SalesUnitMeas",
    },
)
"""An order has no handling unit, no field of its own for our number, and no address whose name is known: the file names
them."""

SOURCES: Mapping[str, Source] = {"shipments": SHIPMENTS, "customer_orders": ORDERS}


def _checked(value: str) -> str:
    """A text that is a key. Raises Refused for what cannot be one."""
    if not value or len(value) > LONGEST or value != value.strip() or not value.isprintable():
        raise Refused("missing", f"{value!r} is no number of a customer order", field="document", value=value)
    return value
