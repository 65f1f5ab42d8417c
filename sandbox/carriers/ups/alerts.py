"""Track Alert: who is told of which parcel (facts 8). A subscription has no id, and nobody can list or delete it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sandbox.carriers.ups.gate import Refusal

MOST, VALID = 100, timedelta(days=14)
CIE_NUMBERS = frozenset({"1ZCIETST0111111114", "1ZCIETST0422222228"})
_NUMBER = re.compile(r"1Z[0-9A-Z]{16}|1R[0-9A-Z]{14}|1R[0-9A-Z]{26}")


@dataclass(frozen=True)
class Subscription:
    """A parcel's events from `began` on go to `url` with `credential` until `ends`; both are "" where UPS's portal has
    them (v2), for the `client` that subscribed."""

    number: str
    began: datetime
    ends: datetime
    url: str = ""
    credential: str = ""
    client: str = ""

    @property
    def version(self) -> str:
        return "v1" if self.url else "v2"


@dataclass
class Alerts:
    """The subscriptions that stand, by tracking number. The test environment takes its two own numbers only."""

    standing: dict[str, Subscription] = field(default_factory=dict)

    def subscribe(self, body: Any, *, version: str, client: str, now: datetime, cie: bool) -> dict[str, Any]:
        """The answer: which numbers are taken. Raises Refusal for a request of which nothing is. A number that is
        subscribed to again has its 14 days from now on, and goes to whoever asked last."""
        given = body if isinstance(body, dict) else {}
        if given.get("locale") != "en_US":
            raise Refusal(400, "VSS310", "The locale is not valid")
        url, credential = _destination(given, version)
        numbers = given.get("trackingNumberList")
        if not isinstance(numbers, list) or not numbers:
            raise Refusal(400, "VSS200", "The tracking number list is missing")
        if len(numbers) > MOST:
            raise Refusal(400, "VSS220", f"More than {MOST} tracking numbers")
        valid = [each for each in numbers if isinstance(each, str) and _NUMBER.fullmatch(each)]
        if not valid:
            raise Refusal(400, "VSS210", "No tracking number is valid")
        if cie and not CIE_NUMBERS.issuperset(valid):
            raise Refusal(400, "VSS215", "Not a number of the test environment")
        self.standing |= {each: Subscription(each, now, now + VALID, url, credential, client) for each in valid}
        return {
            "validTrackingNumbers": valid,
            "invalidTrackingNumbers": [each for each in numbers if each not in valid],
        }


def _destination(body: Mapping[str, Any], version: str) -> tuple[str, str]:
    """Where v1 sends events, and the credential that it names; v2 has neither in a request."""
    told = body.get("destination")
    if version == "v2":
        if told is not None:
            raise Refusal(400, "VSS500", "The destination is set in the portal")
        return "", ""
    told = told if isinstance(told, dict) else {}
    if not str(told.get("url", "")).startswith("https://"):
        raise Refusal(400, "VSS610", "The URL of the destination is not valid")
    if not told.get("credentialType"):
        raise Refusal(400, "VSS700", "The type of the credential is missing")
    if not told.get("credential"):
        raise Refusal(400, "VSS800", "The credential is missing")
    return str(told["url"]), str(told["credential"])
