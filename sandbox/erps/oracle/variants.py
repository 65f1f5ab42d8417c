"""Fusion as connections read and tell it in other ways than by advices: worlds of their own for the simulation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from sandbox.erps.oracle import seed
from sandbox.erps.oracle.face import SEGMENTS, OracleErp
from sandbox.erps.oracle.orders import OURS, UNDECIDED, change_by_user, settle_changes
from sandbox.erps.oracle.outbound import ADDRESS, ORGANIZATION
from sandbox.faces import Now
from sandbox.seed import WAREHOUSES
from shared.domain.address import Party


class OracleChanges(OracleErp):
    """A pod whose orders are told by change orders (door B), each of which waits hours for its approval, during which
    the order has another status. Buyers change orders, too, and are at it for an hour."""

    untold = frozenset({"service", "currency", "milestone", "cost", "eta"})
    told_once = True
    operations = MappingProxyType({**OracleErp.operations, "write": "draftPurchaseOrders/{}:submit"})

    def __init__(self, now: Now, *, lean: bool = False) -> None:
        super().__init__(now, lean=lean)
        self.pod.manners.approval = timedelta(hours=3)
        self.pod.manners.pending_status = "PENDING CHANGE APPROVAL"

    def edit(self, document: str) -> None:
        """By a change order of a buyer, where none is open."""
        change = change_by_user(self.pod, self._order(document))
        if change:
            change.until = self.pod.now() + timedelta(hours=1)
        super().edit(document)

    def turn_down(self, document: str) -> bool:
        self.pod.rejected.add(document)
        return True

    def undecided(self, document: str) -> bool:
        settle_changes(self.pod)
        change = self.pod.changes.get(self.pod.numbers.get(document, 0))
        return bool(change and change.who == OURS and change.status in UNDECIDED)

    def spoilt(self, document: str) -> Mapping[str, str]:
        """Also a second change order: each document is told once."""
        submits = self.pod.submitted[document]
        return {**super().spoilt(document), **({"Fusion: submitted": f"{submits} times"} if submits > 1 else {})}

    @classmethod
    def file(cls) -> dict[str, Any]:
        order = {"enabled": True, "tracking_numbers": {"segment": SEGMENTS["tracking_numbers"]}}
        return {**super().file(), "write_back": {"order": order}}


class OracleShipments(OracleErp):
    """A pod whose shipments of sales orders are shipped, and told on their lines."""

    source = "shipments"
    flow = "outbound"
    several_places = lists_empty = False
    most_numbers = 1
    untold = frozenset({"service", "currency", "milestone", "cost", "eta"})
    operations = MappingProxyType(
        {
            **OracleErp.operations,
            "changed": "shipmentLines.GET",
            "read": "shipmentLines.GET",
            "write": "shipmentLineChangeRequests.POST",
        }
    )

    @classmethod
    def file(cls) -> dict[str, Any]:
        file = super().file()
        shipment = {"organization": ORGANIZATION, "address_on": "shipment", "address": dict(ADDRESS)}
        return {
            **file,
            "flow": cls.flow,
            "erp": {**file["erp"], "source": cls.source, "shipment": {**shipment, "units": dict(seed.UNITS)}},
            "select": {"shipping_method": ["UPS"]},
            "write_back": {"shipment": {"enabled": True}},
            "locations": {code: _location_of(party) for code, party in WAREHOUSES.items()},
        }


def _location_of(party: Party) -> dict[str, Any]:
    at = party.address
    address = {"lines": list(at.lines), "city": at.city, "state": at.state, "postcode": at.postcode}
    return {"name": party.name, "phone": party.phone, "address": {**address, "country": at.country}}
