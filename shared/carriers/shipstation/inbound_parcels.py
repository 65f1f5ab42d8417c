"""Parcels of suppliers, asked for by their number and its carrier (facts 2): ShipStation has no label of them."""

from __future__ import annotations

import re

from shared.carriers.shipstation import build, track
from shared.carriers.shipstation.adapter import ShipStation
from shared.domain.tracking import TrackedParcel
from shared.errors import Retry


class FollowingShipStation(ShipStation):
    """FollowsParcels on V2."""

    def parcel_fault(self, number: str) -> str:
        return "" if self._carrier_of(number) else "allowed: a number of UPS, USPS or FedEx"

    def parcel(self, number: str) -> TrackedParcel | None:
        """None for a status of UN, which is what an unknown number has."""
        answer = self._calls.ask("GET", build.tracking_path(self._carrier_of(number), number))
        found = track.parcel(answer.body)
        if found is None:
            raise Retry("ShipStation answered without a parcel", answer.after)
        return found if found.tracking_number == number and found.events else None

    def _carrier_of(self, number: str) -> str:
        """The carrier whose numbers have this form, "" for none that is known."""
        forms = self._settings.tracking_carriers.items()
        return next((code for form, code in forms if re.fullmatch(form, number)), "")
