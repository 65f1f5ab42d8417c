"""Where scans are made: towns with their time zones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from sandbox.ledger import LedgerShipment

_STATES = {
    "America/Chicago": "AL AR IA IL KS LA MN MO MS ND NE OK SD TN TX WI",
    "America/Denver": "CO ID MT NM UT WY",
    "America/Phoenix": "AZ",
    "America/Los_Angeles": "CA NV OR WA",
    "Pacific/Honolulu": "HI",
    "America/Anchorage": "AK",
}
_BY_STATE = {state: zone for zone, states in _STATES.items() for state in states.split()}
_BY_COUNTRY = {
    "US": "America/New_York", "PR": "America/Puerto_Rico", "CA": "America/Toronto", "MX": "America/Mexico_City",
    "GB": "Europe/London", "IE": "Europe/Dublin", "PT": "Europe/Lisbon", "FI": "Europe/Helsinki",
    "GR": "Europe/Athens", "RO": "Europe/Bucharest", "CN": "Asia/Shanghai", "IN": "Asia/Kolkata",
}  # fmt: skip
_WITH_STATES = frozenset({"US", "CA", "MX", "PR"})


@dataclass(frozen=True)
class Site:
    """A town; `state` is "" where the country has none."""

    city: str
    state: str
    country: str
    postcode: str = ""

    def local(self, at: datetime) -> datetime:
        """The instant on the town's own clock."""
        zone = _BY_STATE.get(self.state) if self.country == "US" else None
        return at.astimezone(ZoneInfo(zone or _BY_COUNTRY.get(self.country, "Europe/Berlin")))


_HUBS = Site("Louisville", "KY", "US"), Site("Koeln", "", "DE")


def site_of(where: str, shipment: LedgerShipment) -> Site:
    """The town of a step's `where`."""
    if where in {"shipper", "origin"}:
        return _town(shipment.ship_from)
    if where == "hub":
        return _HUBS[shipment.ship_from[-1] not in _WITH_STATES]
    return _town(shipment.ship_to)


@lru_cache(maxsize=4096)
def _town(lines: tuple[str, ...]) -> Site:
    """Of name, street, "City ST POSTCODE" and country, as they stand on the label."""
    country, words = lines[-1], lines[-2].split()
    postcode: list[str] = []
    while len(words) > 1 and any(letter.isdigit() for letter in words[-1]):
        postcode.insert(0, words.pop())
    state = words.pop() if country in _WITH_STATES and len(words) > 1 and len(words[-1]) <= 3 else ""
    return Site(" ".join(words), state, country, " ".join(postcode))
