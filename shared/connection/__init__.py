"""The connection file: one ERP, one carrier, and what moves between them. Names no vendor.

`parse` takes the file as plain dicts, lists and scalars together with the kinds that there are, and gives a Connection,
or a ConnectionFileError that names every problem by its path. `model_dump(mode="json")` is what the table keeps;
`read_back` makes an equal Connection of it.
"""

from __future__ import annotations

from shared.connection.checks import SHORTEST_SETTLE, overlaps
from shared.connection.customs import Customs
from shared.connection.kind_parts import CarrierPart, ErpPart, OrderFact, TrackingPart, as_part
from shared.connection.kinds import CarrierKind, ErpKind, Kinds
from shared.connection.model import Connection, ServiceChoice, model_of
from shared.connection.parse import parse, read_back
from shared.connection.part import Part
from shared.connection.places import LabelSetting, Location
from shared.connection.policies import BillingRule, BillingSetting, Hazard, Packing, ShipWhen
from shared.connection.problem import NOT_BUILT, ConnectionFileError, FieldPath, NotBuilt, Problem
from shared.connection.receiving import Items, Receipts, ReceivingRules, Stock, StockRules, receiving_rules, stock_rules
from shared.connection.schema import schema_of
from shared.connection.select_part import SelectPart
from shared.connection.setup import Asked, CredentialForm, Setup
from shared.connection.values import Allowed, BaseUrl, Code, Count, Duration, InWords, Zone, notation, shaped
from shared.connection.write_back import Mapped, Target, WriteBackPart, target

__all__ = [
    "NOT_BUILT",
    "SHORTEST_SETTLE",
    "Allowed",
    "Asked",
    "BaseUrl",
    "BillingRule",
    "BillingSetting",
    "CarrierKind",
    "CarrierPart",
    "Code",
    "Connection",
    "ConnectionFileError",
    "Count",
    "CredentialForm",
    "Customs",
    "Duration",
    "ErpKind",
    "ErpPart",
    "FieldPath",
    "Hazard",
    "InWords",
    "Items",
    "Kinds",
    "LabelSetting",
    "Location",
    "Mapped",
    "NotBuilt",
    "OrderFact",
    "Packing",
    "Part",
    "Problem",
    "Receipts",
    "ReceivingRules",
    "SelectPart",
    "ServiceChoice",
    "Setup",
    "ShipWhen",
    "Stock",
    "StockRules",
    "Target",
    "TrackingPart",
    "WriteBackPart",
    "Zone",
    "as_part",
    "model_of",
    "notation",
    "overlaps",
    "parse",
    "read_back",
    "receiving_rules",
    "schema_of",
    "shaped",
    "stock_rules",
    "target",
]  # fmt: skip
