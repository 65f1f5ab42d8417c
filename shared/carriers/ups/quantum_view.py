"""Quantum View: what happened to all parcels of the account's subscription, in files (facts 9 and 14.31). Pure.

Its days and times are the place's own and name no zone, so no instant is made of them. Whether a parcel has moved on
since an exception cannot be told without one: only what stays true whatever comes later (a delivery, a void) has a
milestone here, and the workflow asks Tracking for the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from shared.carriers.ups.codes import Kind, UpsError, kind_of
from shared.carriers.ups.plain import as_list, inside, moments, text
from shared.carriers.ups.verdict import read_error
from shared.domain.milestones import Milestone
from shared.domain.state import Reason
from shared.domain.tracking import AccountEvents, Place, TrackingEvent
from shared.errors import ParcelbridgeError, Refused, Retry

PATH = "/api/quantumview/v3/events"
REACH = timedelta(days=7) - timedelta(hours=1)
"""A range may begin at most 7 days back (facts 9); an hour less, for a slow request and other clocks."""
TYPE = "QV"
"""The type of its events: their codes are none of Tracking's."""
_WORDS = {
    "VM": "Shipment voided",
    "UR": "Undeliverable return",
    "TC": "Scanned by the postal service",
    "PS": "Taken over by the postal service",
    "DS": "Destination scan",
    "AG": "On its way to a UPS facility",
    "UD": "Delivery date updated",
    "OD": "Out for delivery",
    "SD": "Scheduled for delivery",
    "OT": "Out for delivery today",
    "AD": "At the place of delivery",
    "Origin": "Picked up",
    "Exception": "Exception",
    "Delivery": "Delivered",
}
_MILESTONES = {"Delivery": Milestone.DELIVERED, "VM": Milestone.VOIDED}
_WORKING = frozenset({"A", "AT", ""})


def request(subscription: str, since: datetime, page: str) -> dict[str, Any]:
    """The range of a subscription, without an end: that is 7 days after its begin, so it holds whatever there is.

    A bookmark goes beside the request as it was (facts 9)."""
    asked = {"Name": subscription, "DateTimeRange": {"BeginDateTime": f"{since:%Y%m%d%H%M%S}"}}
    body = {"Request": {"RequestAction": "QVEvents"}, "SubscriptionRequest": [asked]}
    return {"QuantumViewRequest": {**body, **({"Bookmark": page} if page else {})}}


def read(body: Any, subscription: str) -> AccountEvents | None:
    """The events of an answer; None when it is no answer of Quantum View. Raises Retry and Refused: what is wrong
    stands inside a 200."""
    answer = inside(body, "QuantumViewResponse")
    if not isinstance(answer, dict):
        return None
    if text(inside(answer, "Response", "ResponseStatusCode")) != "1":
        raise _failure(answer)
    told = as_list(inside(answer, "QuantumViewEvents", "SubscriptionEvents"))
    files = [file for each in told for file in as_list(inside(each, "SubscriptionFile"))]
    states = {text(inside(each, "SubscriptionStatus", "Code")): each for each in told}
    for state in states.keys() - _WORKING if not files else ():
        words = text(inside(states[state], "SubscriptionStatus", "Description")) or state
        raise _no_subscription(f"UPS calls the Quantum View subscription {subscription} {words}")
    return AccountEvents(tuple(event for file in files for event in _events(file)), text(answer.get("Bookmark")))


def _failure(answer: Any) -> ParcelbridgeError:
    """The error behind an answer that says that it failed."""
    errors = as_list(inside(answer, "Response", "Error"))
    named = tuple(UpsError(text(inside(e, "ErrorCode")), text(inside(e, "ErrorDescription"))) for e in errors)
    waits = [text(inside(each, "MinimumRetrySeconds")) for each in errors]
    after = max((float(each) for each in waits if each.isdecimal()), default=None)
    transient = {text(inside(each, "ErrorSeverity")).lower() for each in errors} == {"transient"}
    if transient or not named or any(kind_of(each.code) is Kind.TRANSIENT for each in named):
        return Retry("; ".join(map(str, named)) or "Quantum View failed without a word", after)
    return read_error(200, named, after)


def _no_subscription(said: str) -> Refused:
    hint = "see the name and the state of the subscription at ups.com, Quantum View Data; then apply the file again"
    return Refused(Reason.REFUSED, said, field="tracking.quantum_view", hint=hint)


def _events(file: Any) -> Iterator[tuple[str, TrackingEvent]]:
    """The events of a file. A manifest tells of labels, which are known here since they were bought."""
    for kind in ("Origin", "Exception", "Delivery", "Generic"):
        for record in as_list(inside(file, kind)):
            number = text(inside(record, "TrackingNumber")).upper()
            code = text(inside(record, "ActivityType")) if kind == "Generic" else kind
            if number and code:
                yield number, _event(code, record)


def _event(code: str, record: Any) -> TrackingEvent:
    when = inside(record, "Activity") if inside(record, "Date") is None else record
    _, local = moments((inside(when, "Date"), inside(when, "Time")), ("", ""), "")
    where = inside(record, "ActivityLocation", "AddressArtifactFormat")
    parts = ("PoliticalDivision2", "PoliticalDivision1", "PostcodePrimaryLow", "CountryCode")
    said = text(inside(record, "StatusDescription")) or text(inside(record, "ReasonDescription"))
    return TrackingEvent(
        at=None,
        local=local,
        type=TYPE,
        code=code,
        status_code=text(inside(record, "ReasonCode")) or text(inside(record, "StatusCode")),
        description=said or _WORDS.get(code, code),
        place=Place(*(text(inside(where, each)) for each in parts)),
        milestone=_MILESTONES.get(code),
        received_by=text(inside(record, "DeliveryLocation", "SignedForByName")),
    )
