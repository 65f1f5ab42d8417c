"""The database's rules for a shipment by state, and the effects of a change (facts/ifs.md, sections 4, 6, 8)."""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.erps.ifs.faults import UNSEEN_DATABASE, IfsFault
from sandbox.erps.ifs.literals import Value
from sandbox.erps.ifs.manners import Manners
from sandbox.erps.ifs.tenant import Stored, Tenant

FREE_WHEN_CLOSED = frozenset(
    [
        "AirwayBillNo",
        "ProNo",
        "NoteText",
        "SenderReference",
        "PlaceOfDeparture",
        "QtyEurPallets",
        "LanguageCode",
        "ForwardAgentId",
        "ShipViaCode",
        "DeliveryTerms",
    ]
)
NEVER_WRITTEN = frozenset({"Objstate", "CreatedDate", "ShipmentCategory", "Contract"})
"""Not by a PATCH: passed over without a word, as an update passes over what may not be updated."""
PRINTED = ("BillOfLadingPrinted", "ConsignmentPrinted", "PackingListPrinted")
_NUMBERS = {"AirwayBillNo", "ProNo"}
_FREIGHT = {"ManualGrossWeight", "ManualVolume", "ForwardAgentId", "ShipViaCode", "DeliveryTerms"}


def database_error(number: int, text: str) -> IfsFault:
    """A refusal by the database under its ORA number; the engine sets the status (unseen)."""
    return IfsFault(0, UNSEEN_DATABASE, f"ORA-{number}: Shipment.{text}")


def check_lock(tenant: Tenant, number: int) -> None:
    """Raises IfsFault ORA-20113 while another user holds the row."""
    if tenant.locked.get(number, 0) > 0:
        tenant.locked[number] -= 1
        raise database_error(20113, "LOCKED: the object is locked by another user")


def check_state(stored: Stored, changes: Mapping[str, Value], manners: Manners) -> None:
    """Raises IfsFault ORA-20110 for a change that the shipment's state does not take: the whole PATCH is refused."""
    state = stored.values.get("Objstate")
    if state == "Cancelled":
        raise database_error(20110, "CANCELLED: a cancelled shipment cannot be changed")
    if state != "Closed":
        return
    for name in changes:
        custom = name.startswith("Cf_")
        manner = manners.closed_custom if custom else manners.closed_standard
        if name not in FREE_WHEN_CLOSED and manner == "refused":
            raise database_error(20110, f"CLOSED: {name} cannot be changed")


def side_effects(tenant: Tenant, number: int, stored: Stored, changed: set[str]) -> None:
    """Printed marks are taken back, freight is recalculated."""
    if changed & _NUMBERS:
        stored.values.update(dict.fromkeys(PRINTED, False))
    if not (changed & _FREIGHT or any(name.startswith("ReceiverAddress") for name in changed)):
        return
    tenant.freight_recalculated[number] = tenant.freight_recalculated.get(number, 0) + 1
    for key, charge in tenant.table("ShipmentFreightChargeSet").items():
        if key[0] == number and not charge.values.get("ManuallyCreated"):
            charge.version = tenant.version()
