"""Parcels of the demo under way: a driver takes what waits, and each hour of the way lasts a second from then on."""

from __future__ import annotations

import threading
from collections.abc import Collection
from itertools import cycle
from pathlib import Path

from sandbox.faces import EmulatedCarrier
from sandbox.posting import posting
from shared.http import RequestsTransport

PICK_UP_PATH = "/_sandbox/pick-up"
"""Where the carrier's server is told to take the parcels (PUT: a list of order numbers, empty for all of them)."""
PACE = 1 / 3600
LIVES = ("normal", "normal", "delayed", "normal", "exception", "attempted")
"""Lives that end with a delivery, in turn; those whose name is a carrier's own."""
ABROAD = "customs"
STEP_SECONDS = 0.25


def pick_up(carrier: EmulatedCarrier, documents: Collection[str] = ()) -> int:
    """Each live parcel of these orders, of all orders without any, is handed over; returns how many were taken."""
    lives, taken = cycle(each for each in LIVES if each in carrier.lives), 0
    for shipment in list(carrier.ledger.shipments):
        if not shipment.live or shipment.picked_up_at or (documents and shipment.erp_reference not in documents):
            continue
        carrier.pick_up(shipment)
        life = ABROAD if shipment.crosses_border and ABROAD in carrier.lives else next(lives)
        for number in shipment.tracking_numbers:
            carrier.choose_life(number, life, pace=PACE)
            taken += 1
    return taken


class Moving(threading.Thread):
    """Makes the scans as they fall due, and pushes them to whoever subscribed, until `ended` is set.

    `trusted` is the certificate of the local stack, which signs its webhook's address.
    """

    def __init__(self, carrier: EmulatedCarrier, ended: threading.Event, trusted: Path | None) -> None:
        super().__init__(daemon=True, name="parcels")
        self._carrier, self._ended = carrier, ended
        carrier.push_to(posting(RequestsTransport(str(trusted or ""))))

    def run(self) -> None:
        while not self._ended.wait(STEP_SECONDS):
            self._carrier.advance()
