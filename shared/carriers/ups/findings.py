"""Answers about a shipment that exists: label recovery, tracking, void. Pure readers, like parse.py."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from shared.carriers.ups.parse import labels
from shared.carriers.ups.plain import as_list, inside, text
from shared.domain.shipment import CreatedShipment

_VOIDED_STATUS, _VOIDED_TYPE = "007", "MV"  # facts 7: the codes of a voided label in Tracking
_LABEL_TYPES = frozenset({"M", "MV"})  # facts 7: billing information received, voided


@dataclass(frozen=True, slots=True)
class Recovered:
    """The finding of Label Recovery: one shipment, or the tracking numbers among which somebody has to choose."""

    shipment: CreatedShipment | None
    candidates: tuple[str, ...] = ()


def recovered(body: Any, *, request_id: str) -> Recovered | None:
    """One shipment with its labels, or candidates when several match (facts 4). Recovery returns no charges."""
    answer = inside(body, "LabelRecoveryResponse")
    results = as_list(inside(answer, "LabelResults"))
    numbers = tuple(filter(None, (text(inside(result, "TrackingNumber")) for result in results)))
    candidates = tuple(
        filter(None, (text(inside(c, "TrackingNumber")) for c in as_list(inside(answer, "TrackingCandidate"))))
    )
    if not numbers:
        return Recovered(None, candidates) if candidates else None
    shipment = CreatedShipment(
        shipment_id=text(inside(answer, "ShipmentIdentificationNumber")) or numbers[0],
        tracking_numbers=numbers,
        cost=None,
        labels=labels(results, "LabelImage", "LabelImageFormat"),
        request_id=request_id,
        source="label_recovery",
    )
    return Recovered(shipment, candidates)


@dataclass(frozen=True, slots=True)
class Tracked:
    """One parcel that Tracking knows, with its references of both levels. `voided`: its label was cancelled.

    `moved`: the carrier has it, or has had it; None when the answer tells no event.
    """

    tracking_number: str
    references: frozenset[str]
    voided: bool
    moved: bool | None = None


def tracked(body: Any) -> tuple[Tracked, ...] | None:
    """The parcels of a tracking answer; none in it is how UPS says that it knows none (facts 7)."""
    if not isinstance(inside(body, "trackResponse"), dict):
        return None
    shipments = as_list(inside(body, "trackResponse", "shipment"))
    parcels = (_tracked(parcel) for shipment in shipments for parcel in as_list(inside(shipment, "package")))
    return tuple(parcel for parcel in parcels if parcel.tracking_number)


def _tracked(parcel: Any) -> Tracked:
    latest = (as_list(inside(parcel, "activity")) or [{}])[0]  # newest first
    status = inside(latest, "status")
    # currentStatus has no type, and its `code` is what an activity calls `statusCode` (facts 7).
    codes = {text(inside(status, "statusCode")), text(inside(parcel, "currentStatus", "code"))}
    return Tracked(
        tracking_number=text(inside(parcel, "trackingNumber")),
        references=frozenset(
            filter(None, (text(inside(each, "number")) for each in as_list(inside(parcel, "referenceNumber"))))
        ),
        voided=_VOIDED_STATUS in codes or text(inside(status, "type")) == _VOIDED_TYPE,
        moved=_moved(as_list(inside(parcel, "activity"))),
    )


def _moved(activities: list[Any]) -> bool | None:
    """Any event but the label's own making and voiding counts: what is not known is no label that lies untouched."""
    types = {text(inside(each, "status", "type")) for each in activities}
    return not types <= _LABEL_TYPES if types else None


@dataclass(frozen=True, slots=True)
class Voided:
    """The outcome of a void: if it was done, UPS's words for it, and the parcels that were not voided."""

    done: bool
    words: str
    left: tuple[str, ...] = ()


def voided(body: Any) -> Voided | None:
    """Status 1 means voided or already voided, 0 not voided. A whole shipment's answer has no package results; those of
    packages come under two names (facts 4, issue 63)."""
    answer = inside(body, "VoidShipmentResponse")
    code = text(inside(answer, "SummaryResult", "Status", "Code"))
    if not code:
        return None
    parcels = as_list(inside(answer, "PackageLevelResult")) + as_list(inside(answer, "PackageLevelResults"))
    left = tuple(text(inside(p, "TrackingNumber")) for p in parcels if text(inside(p, "Status", "Code")) != "1")
    words = [text(inside(answer, "SummaryResult", "Status", "Description"))]
    words += [
        f"{text(inside(p, 'TrackingNumber'))} {text(inside(p, 'Status', 'Description'))}".strip() for p in parcels
    ]
    return Voided(code == "1" and not left, "; ".join(filter(None, words)), left)
