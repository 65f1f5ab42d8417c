"""Which form a purchase order takes at ShipStation: an order of its own, or a shipment that stands for it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import cast

from shared.carriers.shipstation.calls import ShipStationCalls
from shared.carriers.shipstation.reference_shipments import ReferenceShipStation
from shared.carriers.shipstation.settings import ShipStationSettings
from shared.carriers.shipstation.stock import StockedShipStation
from shared.ports import Carrier, Clock


def open_receiving(
    settings: ShipStationSettings, calls: ShipStationCalls, *, clock: Clock, **others: object
) -> Carrier:
    """The side that receives, by `inbound_as`."""
    sleep = cast("Callable[[float], None]", others.get("sleep", time.sleep))
    kind = StockedShipStation if settings.inbound_as == "purchase_order" else ReferenceShipStation
    return kind(settings, calls, clock=clock, sleep=sleep)
