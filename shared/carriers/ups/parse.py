"""Answers of UPS: pure readers over decoded JSON. Unknown fields are ignored, an unreadable answer is None."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.carriers.ups.codes import UpsError
from shared.carriers.ups.values import as_list, day, image, inside, money, text
from shared.domain.address import Address
from shared.domain.shipment import AddressCheck, CreatedShipment, Label, Quote

_VOIDED_STATUS, _VOIDED_TYPE = "007", "MV"  # facts 7: the codes of a voided label in Tracking
_RESIDENTIAL = {"1": False, "2": True}  # facts 6: 0 is unknown


def envelope(body: Any) -> tuple[UpsError, ...]:
    """UPS's own error envelope, `{"response": {"errors": [{code, message}]}}`; empty when the answer is none."""
    errors = as_list(inside(body, "response", "errors"))
    found = (UpsError(text(inside(error, "code")), text(inside(error, "message"))) for error in errors)
    return tuple(error for error in found if error.code)


def header_errors(headers: Mapping[str, str]) -> tuple[UpsError, ...]:
    """Errors that stand in the headers alone, as with an empty 200 (facts 1 [R])."""
    pairs = (("apierrorcode", "apierrormsg"), ("errorcode", "errordescription"))
    found = (UpsError(text(headers.get(code)), text(headers.get(message))) for code, message in pairs)
    return tuple(error for error in found if error.code)


@dataclass(frozen=True, slots=True)
class TokenAnswer:
    """An access token and its lifetime in seconds."""

    value: str
    expires_in: int


def token(body: Any) -> TokenAnswer | None:
    """Lifetime from the answer, never a constant: 4 hours in recordings, 1 hour as announced (facts 2)."""
    value, seconds = text(inside(body, "access_token")), text(inside(body, "expires_in"))
    return TokenAnswer(value, int(seconds)) if value and seconds.isdigit() else None


def address_check(body: Any) -> AddressCheck | None:
    """What UPS says of an address; all three outcomes are a 200 (facts 6). Candidates are kept as they are."""
    answer = inside(body, "XAVResponse")
    if not isinstance(answer, dict):
        return None
    candidates = tuple(_candidate(inside(each, "AddressKeyFormat")) for each in as_list(answer.get("Candidate")))
    residential = _RESIDENTIAL.get(text(inside(answer, "AddressClassification", "Code")))
    if "ValidAddressIndicator" in answer:
        return AddressCheck("valid", candidates, residential)
    if "AmbiguousAddressIndicator" in answer:
        return AddressCheck("ambiguous", candidates, residential)
    return AddressCheck("none", candidates, residential) if "NoCandidatesIndicator" in answer else None


def _candidate(key: Any) -> Address:
    low, extended = text(inside(key, "PostcodePrimaryLow")), text(inside(key, "PostcodeExtendedLow"))
    return Address(
        lines=tuple(filter(None, map(text, as_list(inside(key, "AddressLine"))))),
        city=text(inside(key, "PoliticalDivision2")),
        state=text(inside(key, "PoliticalDivision1")),
        postcode=f"{low}-{extended}" if low and extended else low,
        country=text(inside(key, "CountryCode")),
    )


def quotes(body: Any, services: Sequence[str]) -> tuple[Quote, ...] | None:
    """The prices of `services`, in the order of the answer; shopping answers with every service there is."""
    if not isinstance(inside(body, "RateResponse"), dict):
        return None
    rated = (_quote(each) for each in as_list(inside(body, "RateResponse", "RatedShipment")))
    return tuple(quote for quote in rated if quote and quote.service in services)


def _quote(rated: Any) -> Quote | None:
    published = money(inside(rated, "TotalCharges"))
    if published is None:
        return None
    arrival = day(inside(rated, "TimeInTransit", "ServiceSummary", "EstimatedArrival", "Arrival", "Date"))
    return Quote(
        service=text(inside(rated, "Service", "Code")),
        published=published,
        # Absent when the account does not qualify: the published rate applies (facts 3).
        negotiated=money(inside(rated, "NegotiatedRateCharges", "TotalCharge")),
        arrival=arrival or day(inside(rated, "GuaranteedDelivery", "ScheduledDeliveryDate")),
        alerts=_alerts(inside(rated, "RatedShipmentAlert")),
    )


def _alerts(alerts: Any) -> tuple[str, ...]:
    return tuple(f"{text(inside(a, 'Code'))} {text(inside(a, 'Description'))}".strip() for a in as_list(alerts))


def created(body: Any, *, service: str, request_id: str) -> CreatedShipment | None:
    """The shipment that a create made, None when its number or a parcel's number can not be read.

    The label's format is the answer's: it can differ from the one asked for (facts 4)."""
    results = inside(body, "ShipmentResponse", "ShipmentResults")
    shipment_id = text(inside(results, "ShipmentIdentificationNumber"))
    parcels = as_list(inside(results, "PackageResults"))
    numbers = tuple(text(inside(parcel, "TrackingNumber")) for parcel in parcels)
    if not (shipment_id and numbers and all(numbers)):
        return None
    return CreatedShipment(
        shipment_id=shipment_id,
        tracking_numbers=numbers,
        cost=money(inside(results, "NegotiatedRateCharges", "TotalCharge"))
        or money(inside(results, "ShipmentCharges", "TotalCharges")),
        labels=_labels(parcels, "ShippingLabel", "ImageFormat"),
        service=service,
        alerts=_alerts(inside(body, "ShipmentResponse", "Response", "Alert")),
        request_id=request_id,
    )


def _labels(parcels: Sequence[Any], where: str, format_name: str) -> tuple[Label, ...]:
    found = []
    for parcel in parcels:
        label = inside(parcel, where)
        picture = image(inside(label, "GraphicImage"))
        if picture:
            code = text(inside(label, format_name, "Code")).upper()  # recovery writes "zpl" (facts 4)
            found.append(Label(text(inside(parcel, "TrackingNumber")), code, picture))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Recovered:
    """What Label Recovery found: one shipment, or the tracking numbers among which somebody has to choose."""

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
        labels=_labels(results, "LabelImage", "LabelImageFormat"),
        request_id=request_id,
        source="label_recovery",
    )
    return Recovered(shipment, candidates)


@dataclass(frozen=True, slots=True)
class Tracked:
    """One parcel that Tracking knows, with its references of both levels. `voided`: its label was cancelled."""

    tracking_number: str
    references: frozenset[str]
    voided: bool


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
    )


@dataclass(frozen=True, slots=True)
class Voided:
    """Whether a void was done, and UPS's words for it."""

    done: bool
    words: str


def voided(body: Any) -> Voided | None:
    """Status 1 means voided or already voided. Package results come under two names (facts 4, issue 63)."""
    answer = inside(body, "VoidShipmentResponse")
    code = text(inside(answer, "SummaryResult", "Status", "Code"))
    if not code:
        return None
    parcels = as_list(inside(answer, "PackageLevelResult")) + as_list(inside(answer, "PackageLevelResults"))
    words = [text(inside(answer, "SummaryResult", "Status", "Description"))]
    words += [
        f"{text(inside(p, 'TrackingNumber'))} {text(inside(p, 'Status', 'Description'))}".strip() for p in parcels
    ]
    return Voided(code == "1", "; ".join(filter(None, words)))
