"""Track Alert tells of scans: what it sends, to whom, and what goes wrong on the way (facts 8, 14.27 to 14.29)."""

from __future__ import annotations

import base64
import heapq
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from threading import Lock
from typing import Any
from urllib.parse import urlencode

from sandbox import posting
from sandbox.carriers.ups.alerts import Subscription
from sandbox.carriers.ups.parcels import Scan
from sandbox.faces import Post
from shared.http import Lost, NotSent, Response

AGENT = "UPSPubSubTrackingService"
_WORDS = {
    "003": "Shipment Ready for UPS", "005": "On the Way", "071": "Preparing for Delivery",
    "072": "Preparing for Delivery", "021": "Out for Delivery", "011": "Delivered",
}  # fmt: skip
_STALE = "20191014"


@dataclass(frozen=True)
class Portal:
    """A customer's entries in UPS's portal for v2: where events go, and where UPS gets a token for that."""

    url: str
    token_url: str
    client_id: str
    client_secret: str


@dataclass
class Mishaps(posting.Mishaps):
    """UPS's mishaps: of a share of the events, place and other values are blank too."""

    blanked: float = 0
    late: timedelta = timedelta(hours=12)


@dataclass(frozen=True)
class Sent:
    """One push as it left; `status` is 0 where nobody answered."""

    at: datetime
    number: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    status: int


@dataclass
class Pushes:
    """Events on their way. Nothing is ever sent again: what the webhook does not take is lost (facts 8).

    `portals` are by the client id that subscribes, "" for every other. `numeric` writes v2's descriptionCode as a
    number, which nobody has ruled out (facts 14.27)."""

    post: Post | None = None
    portals: dict[str, Portal] = field(default_factory=dict)
    mishaps: Mishaps = field(default_factory=Mishaps)
    numeric: bool = False
    sent: list[Sent] = field(default_factory=list)
    _queue: list[tuple[datetime, int, str, Subscription, bytes]] = field(default_factory=list)
    _tokens: dict[Portal, tuple[str, datetime]] = field(default_factory=dict)
    _serial: int = 0
    _lock: Lock = field(default_factory=Lock)

    def add(self, scan: Scan, subscription: Subscription | None, planned: date | None) -> None:
        """The scan's event, for a parcel whose subscription stood before it and stands still."""
        if subscription is None or self.post is None or not subscription.began < scan.at < subscription.ends:
            return
        what = f"{scan.number}:{scan.at:%Y%m%d%H%M%S}:{scan.step.type}:{scan.step.code}:{scan.step.status}"
        if self.mishaps.strikes("dropped", what):
            return
        told = event(scan, planned, version=subscription.version, blanked=self.mishaps.strikes("blanked", what))
        if self.numeric and subscription.version == "v2" and told["activityStatus"]["descriptionCode"]:
            told["activityStatus"]["descriptionCode"] = int(told["activityStatus"]["descriptionCode"])
        late = self.mishaps.late if self.mishaps.strikes("reordered", what) else timedelta(0)
        dues = [scan.at + late]
        if self.mishaps.strikes("repeated", what):
            dues.append(scan.at + late + self.mishaps.late / 2)
        body = json.dumps(told).encode()
        with self._lock:
            for due in dues:
                self._serial += 1
                heapq.heappush(self._queue, (due, self._serial, scan.number, subscription, body))

    def next_due(self) -> datetime | None:
        return self._queue[0][0] if self._queue else None

    def send(self, now: datetime) -> None:
        """Posts what is due, each event by itself. A subscription that has ended by its time gets nothing."""
        while taken := self._taken(now):
            due, _, number, subscription, body = taken
            if due < subscription.ends:
                self._send(number, subscription, body, now)

    def _taken(self, now: datetime) -> tuple[datetime, int, str, Subscription, bytes] | None:
        """The next event that is due. What its webhook asks of us meanwhile may add others."""
        with self._lock:
            return heapq.heappop(self._queue) if self._queue and self._queue[0][0] <= now else None

    def _send(self, number: str, subscription: Subscription, body: bytes, now: datetime) -> None:
        headers, url = {"Content-Type": "application/json", "User-Agent": AGENT}, subscription.url
        if subscription.version == "v1":
            headers["credential"] = subscription.credential
        else:
            portal = self.portals.get(subscription.client) or self.portals.get("")
            token = self._token(portal, now) if portal else ""
            if portal is None or not token:
                return
            url = portal.url
            headers |= {"Authorization": f"Bearer {token}", "x-api-key": portal.client_id}
        status = self._posted(url, headers, body).status
        if status in {401, 403} and subscription.version == "v2":
            self._tokens.clear()
        self.sent.append(Sent(now, number, url, headers, body, status))

    def _token(self, portal: Portal, now: datetime) -> str:
        """Kept as long as it lives; "" where none is given."""
        value, ends = self._tokens.get(portal, ("", now))
        if value and now < ends:
            return value
        basic = base64.b64encode(f"{portal.client_id}:{portal.client_secret}".encode()).decode()
        headers = {
            "Authorization": f"Basic {basic}",
            "Content-Type": "application/x-www-form-urlencoded",
            "User-Agent": AGENT,
        }
        answer = self._posted(portal.token_url, headers, urlencode({"grant_type": "client_credentials"}).encode())
        given = answer.json() if answer.status == 200 else None
        if not isinstance(given, dict) or not given.get("access_token"):
            return ""
        value = str(given["access_token"])
        self._tokens[portal] = value, now + timedelta(seconds=int(given.get("expires_in", 0)))
        return value

    def _posted(self, url: str, headers: Mapping[str, str], body: bytes) -> Response:
        try:
            return self.post(url, headers, body) if self.post else Response(0, {}, b"")
        except (NotSent, Lost, OSError):
            return Response(0, {}, b"")


def event(scan: Scan, planned: date | None, *, version: str, blanked: bool = False) -> dict[str, Any]:
    """The body of a push. v1 writes what is missing as "", v2 leaves it out, or does as v1 (`blanked`)."""
    members = {**_when(scan, blanked=blanked), "activityStatus": _status(scan, version), **_delivery(scan, planned)}
    if version == "v1" or blanked:
        return {"trackingNumber": _number(scan, version), **members}
    told = {name: value for name, value in members.items() if value != ""}
    return {"trackingNumber": scan.number, **told}


def _number(scan: Scan, version: str) -> str:
    """With a leading blank for a label's record, as an official example has it."""
    return f" {scan.number}" if version == "v1" and scan.step.manifest else scan.number


def _status(scan: Scan, version: str) -> dict[str, Any]:
    """v1's delivery has no descriptionCode (facts 14.27)."""
    step = scan.step
    words = _WORDS.get(step.status, step.words.strip())
    told = {"type": step.pushed or step.type, "code": step.code, "description": words}
    return told if version == "v1" and step.delivers else {**told, "descriptionCode": step.status}


def _when(scan: Scan, *, blanked: bool) -> dict[str, Any]:
    """There is no offset in any event that was seen (facts 14.28)."""
    local, site = scan.local, scan.site
    place = {"city": site.city, "stateProvince": site.state, "postalCode": "", "country": site.country}
    if scan.step.delivers:
        place["postalCode"] = site.postcode
    if scan.step.manifest:
        place |= {"city": "", "stateProvince": ""}
    return {
        "localActivityDate": f"{local:%Y%m%d}",
        "localActivityTime": f"{local:%H%M%S}",
        "activityLocation": dict.fromkeys(place, "") if blanked else place,
        "gmtActivityDate": f"{scan.at:%Y%m%d}",
        "gmtActivityTime": f"{scan.at:%H%M%S}",
        "gmtOffset": "",
    }


def _delivery(scan: Scan, planned: date | None) -> dict[str, str]:
    """A delivered event has the scheduled day of years ago, as the official examples do (facts 14.29)."""
    told = dict.fromkeys(("actualDeliveryDate", "actualDeliveryTime", "deliveryStartTime", "deliveryEndTime"), "")
    day = f"{planned:%Y%m%d}" if planned and not scan.step.manifest else ""
    if scan.step.delivers:
        told |= {"actualDeliveryDate": f"{scan.local:%Y%m%d}", "actualDeliveryTime": f"{scan.local:%H%M%S}"}
        return {**told, "scheduledDeliveryDate": _STALE, "deliveryTimeDescription": ""}
    return {**told, "scheduledDeliveryDate": day, "deliveryTimeDescription": "end of day" if day else ""}
