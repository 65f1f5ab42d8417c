"""The ports: all that the workflow needs from outside. Each has an in-memory fake and a real implementation that pass
one contract suite.

Every method may be called twice with the same arguments, at the same time, and leaves one effect, unless it says
otherwise. The model of connection files is named here for types only: a module that imports a port does not load it.
"""

from __future__ import annotations

from shared.ports.billing import Bill, Bills, Kept, KeptCharges
from shared.ports.budgets import Budgets
from shared.ports.bundle import Ports
from shared.ports.carrier import Carrier, SendsOrders
from shared.ports.checks import Check
from shared.ports.connections import (
    ConnectionStore,
    DocumentGroups,
    DocumentStore,
    OpenDocument,
    PollState,
    StoredConnection,
)
from shared.ports.erp import (
    Change,
    ChecksNames,
    DecidesLater,
    Entry,
    Erp,
    ErpAction,
    ErpActions,
    Listed,
    ListsOlder,
    LookupKind,
    ProvesWriting,
    ShippedLine,
    Verdict,
    WriteBack,
)
from shared.ports.leases import Lease, LeaseKind, Leases
from shared.ports.orders import Conflict, Due, LimitReached, OrderStore, Parcel, ShippedPackage, Spend
from shared.ports.pages import Pages
from shared.ports.pickups import PicksUp, Pickups
from shared.ports.schedules import PollSchedules
from shared.ports.services import Clock, Kind, LabelStore, Queue, Secrets, Token, Tokens
from shared.ports.tracking import (
    AccountEvents,
    AccountReading,
    FollowsPointers,
    GivesProof,
    Pointed,
    PushTarget,
    SignsPushes,
    Subscribed,
    TellsOfAccount,
    TrackingStore,
    TracksParcels,
    Webhooks,
)

__all__ = [
    "AccountEvents",
    "AccountReading",
    "Bill",
    "Bills",
    "Budgets",
    "Carrier",
    "Change",
    "Check",
    "ChecksNames",
    "Clock",
    "Conflict",
    "ConnectionStore",
    "DecidesLater",
    "DocumentGroups",
    "DocumentStore",
    "Due",
    "Entry",
    "Erp",
    "ErpAction",
    "ErpActions",
    "FollowsPointers",
    "GivesProof",
    "Kept",
    "KeptCharges",
    "Kind",
    "LabelStore",
    "Lease",
    "LeaseKind",
    "Leases",
    "LimitReached",
    "Listed",
    "ListsOlder",
    "LookupKind",
    "OpenDocument",
    "OrderStore",
    "Pages",
    "Parcel",
    "PicksUp",
    "Pickups",
    "Pointed",
    "PollSchedules",
    "PollState",
    "Ports",
    "ProvesWriting",
    "PushTarget",
    "Queue",
    "Secrets",
    "SendsOrders",
    "ShippedLine",
    "ShippedPackage",
    "SignsPushes",
    "Spend",
    "StoredConnection",
    "Subscribed",
    "TellsOfAccount",
    "Token",
    "Tokens",
    "TrackingStore",
    "TracksParcels",
    "Verdict",
    "Webhooks",
    "WriteBack",
]
