"""Pickups in a dictionary: for the simulation and the tests."""

from __future__ import annotations

from datetime import date

from shared.domain.pickup import Pickup


class MemoryPickups:
    """Passes the same contract suite as the pickups on DynamoDB."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], Pickup] = {}

    def get(self, account: str, key: str) -> Pickup | None:
        return self._kept.get((account, key))

    def save(self, pickup: Pickup) -> bool:
        place = (pickup.account, pickup.key)
        stands = self._kept.get(place)
        if (stands.version if stands else 0) != pickup.version - 1:
            return stands == pickup
        self._kept[place] = pickup
        return True

    def since(self, account: str, day: date) -> list[Pickup]:
        found = (place for place in sorted(self._kept) if place[0] == account and place[1] >= day.isoformat())
        return [self._kept[place] for place in found]
