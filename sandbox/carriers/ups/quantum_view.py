"""Quantum View: files of what the account's subscription delivers, an hour each, for seven days (facts 9 and 14.31).

Nobody can ask for a number. Files say nothing of scans on the way, and their days and times are the place's own,
without a zone.
"""

from __future__ import annotations

import base64
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sandbox.carriers.ups.ledger import LedgerShipment
from sandbox.carriers.ups.parcels import Scan

KEPT, HOUR = timedelta(days=7), timedelta(hours=1)
_GENERIC = {"MV": "VM", "U": "UD"}
_DIGITS = 14


class Wrong(Exception):
    """The request is refused inside a 200."""


@dataclass
class File:
    """The events of an hour; `read` once it was answered to a request for unread files."""

    name: str
    begins: datetime
    records: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    read: bool = False

    def told(self) -> dict[str, Any]:
        status = {"Code": "R", "Description": "Read"} if self.read else {"Code": "U", "Description": "Unread"}
        return {"FileName": self.name, "StatusType": status, **self.records}


@dataclass
class QuantumView:
    """The files of one subscriber, the same for each of its `subscriptions`; without one nothing is kept. An answer
    has at most `page` files."""

    subscriptions: tuple[str, ...] = ()
    subscriber: str = "SANDBOX"
    page: int = 2
    _files: dict[datetime, File] = field(default_factory=dict)

    def add(self, at: datetime, kind: str, record: dict[str, Any]) -> None:
        """`kind` is Manifest, Origin, Exception, Delivery or Generic."""
        if not self.subscriptions:
            return
        hour = at.replace(minute=0, second=0, microsecond=0)
        file = self._files.setdefault(hour, File(f"{hour:%y%m%d_%H%M%S}001", hour))
        file.records[kind].append(record)

    def answer(self, asked: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        """QuantumViewResponse. Refusals are errors inside it."""
        try:
            return {"QuantumViewResponse": self._answer(asked, now)}
        except Wrong as wrong:
            error = {
                "ErrorSeverity": "Hard",
                "ErrorCode": "10002",
                "ErrorDescription": str(wrong)[:50],
                "ErrorLocation": [],
            }
            said = {**_response("0", "Failure"), "Error": [error]}
            return {"QuantumViewResponse": {"Response": said, "QuantumViewEvents": ""}}

    def _answer(self, asked: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        if not self.subscriptions:
            raise Wrong("No subscription")
        given = asked.get("SubscriptionRequest")
        wanted = (given if isinstance(given, list) else [given])[0] if given else {}
        name = wanted.get("Name", self.subscriptions[0])
        if name not in self.subscriptions:
            return self._said(name, {"Code": "UN", "Description": "Unknown"}, [], None)
        files = [each for each in self._closed(now) if _matches(each, wanted)]
        files = self._after(asked.get("Bookmark") or wanted.get("Bookmark") or "", name, files, all_data=bool(given))
        page, more = files[: self.page], files[self.page :]
        told = [each.told() for each in page]
        bookmark = self._bookmark(name, page[-1].name, all_data=bool(given)) if more else None
        if not given:
            for each in page:
                each.read = True
        return self._said(name, {"Code": "A", "Description": "Active"}, told, bookmark)

    def _closed(self, now: datetime) -> list[File]:
        """The files of hours that are over, as long as they are kept."""
        self._files = {hour: file for hour, file in self._files.items() if hour + HOUR + KEPT > now}
        return [file for hour, file in sorted(self._files.items()) if hour + HOUR <= now]

    def _bookmark(self, name: str, last: str, *, all_data: bool) -> str:
        text = f"{self.subscriber}+{name}+{last}" if all_data else self.subscriber
        return base64.b64encode(text.encode()).decode()

    def _after(self, bookmark: str, name: str, files: list[File], *, all_data: bool) -> list[File]:
        """Return the files behind the bookmark; of unread files, all that are still unread."""
        if not bookmark:
            return files
        places = [self._bookmark(name, each.name, all_data=all_data) for each in files]
        if not all_data and bookmark == self._bookmark(name, "", all_data=False):
            return files
        if bookmark not in places:
            raise Wrong("The bookmark does not belong to the request")
        return files[places.index(bookmark) + 1 :]

    def _said(
        self, name: str, status: dict[str, str], files: Sequence[dict[str, Any]], bookmark: str | None
    ) -> dict[str, Any]:
        events = {"Name": name, "Number": "1", "SubscriptionStatus": status, "SubscriptionFile": list(files)}
        return {
            "Response": _response("1", "Success"),
            "QuantumViewEvents": {"SubscriberID": self.subscriber, "SubscriptionEvents": [events]},
            **({"Bookmark": bookmark} if bookmark else {}),
        }


def _response(code: str, words: str) -> dict[str, Any]:
    return {"TransactionReference": "", "ResponseStatusCode": code, "ResponseStatusDescription": words}


def _matches(file: File, wanted: Mapping[str, Any]) -> bool:
    """Of no request the unread ones; else those that are named, or of the range."""
    if not wanted:
        return not file.read
    names, span = wanted.get("FileName"), wanted.get("DateTimeRange")
    if names and file.name not in (names if isinstance(names, list) else [names]):
        return False
    if not span:
        return True
    begin = _moment(span.get("BeginDateTime", ""))
    end = _moment(span["EndDateTime"]) if span.get("EndDateTime") else begin + KEPT
    return begin <= file.begins < end


def check(asked: Any, now: datetime) -> str:
    """Why a request is not well formed; "" when it is."""
    if not isinstance(asked, dict) or asked.get("Request", {}).get("RequestAction") != "QVEvents":
        return "RequestAction must be QVEvents"
    given = asked.get("SubscriptionRequest") or []
    for each in given if isinstance(given, list) else [given]:
        if len(each.get("Name", "")) > 21:
            return "Name must have at most 21 characters"
        span = each.get("DateTimeRange") or {}
        for moment in filter(None, (span.get("BeginDateTime"), span.get("EndDateTime"))):
            if len(moment) != _DIGITS or not moment.isdecimal():
                return "DateTimeRange must be of the form YYYYMMDDHHmmss"
        if span and (not span.get("BeginDateTime") or _moment(span["BeginDateTime"]) < now - KEPT):
            return "DateTimeRange must begin within the last 7 days"
    return ""


def _moment(value: str) -> datetime:
    return datetime.strptime(value, "%Y%m%d%H%M%S").replace(tzinfo=UTC)


def manifest_of(shipment: LedgerShipment) -> dict[str, Any]:
    """UPS's own sample has no reference number, a service of three digits and weights with a sign (facts 14.31)."""
    packages = [
        {
            "TrackingNumber": number,
            "Dimensions": {"Length": "00001000"},
            "PackageWeight": {"Weight": f"+{weight:06.1f}"},
            "PackageServiceOptions": {"COD": ""},
        }
        for number, weight in zip(shipment.tracking_numbers, shipment.weights, strict=False)
    ]
    return {
        "Shipper": {"Name": shipment.ship_from[0][:35], "ShipperNumber": shipment.account},
        "ShipTo": {"CompanyName": shipment.ship_to[0][:35]},
        "Service": {"Code": f"0{shipment.service}"},
        "PickupDate": f"{shipment.created_at:%Y%m%d}",
        "PackageCount": f"{len(packages):06d}",
        "Package": packages,
        "ConsigneeBillIndicator": "2",
        "CollectBillIndicator": "2",
    }


def record_of(scan: Scan, shipment: LedgerShipment) -> tuple[str, dict[str, Any]] | None:
    """The kind of file record that a scan makes; None for a scan on the way, which makes none."""
    step, local = scan.step, scan.local
    when = {"Date": f"{local:%Y%m%d}", "Time": f"{local:%H%M%S}"}
    whose = {"TrackingNumber": scan.number, "ShipperNumber": shipment.account, **_references(shipment)}
    place = {"PoliticalDivision2": scan.site.city, "PoliticalDivision1": scan.site.state}
    where = {"ActivityLocation": {"AddressArtifactFormat": place}}
    if step.status in {"021", "007"} or step.type == "U":
        return "Generic", {**whose, "ActivityType": _GENERIC.get(step.type, "OT"), "Activity": when}
    if step.type == "P":
        return "Origin", {**whose, **when, **where}
    if step.type == "X":
        reason = {"ReasonCode": step.code} if step.code else {}
        return "Exception", {**whose, **when, "StatusDescription": step.words, **reason, **where}
    return ("Delivery", {**whose, **when, **where}) if step.delivers else None


def _references(shipment: LedgerShipment) -> dict[str, Any]:
    level = "Shipment" if shipment.crosses_border else "Package"
    values = [{"Number": str(place), "Code": "01", "Value": each} for place, each in enumerate(shipment.references, 1)]
    return {f"{level}ReferenceNumber": values} if values else {}
