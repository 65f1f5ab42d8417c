"""Answers of UPS: pure readers over decoded JSON. Unknown fields are ignored, an unreadable answer is None."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.carriers.ups.addresses import Candidate, Opinion
from shared.carriers.ups.codes import UpsError
from shared.carriers.ups.plain import as_list, day, inside, text
from shared.carriers.ups.values import image, money, stated
from shared.domain.address import Address
from shared.domain.pictures import format_of, is_picture
from shared.domain.shipment import CreatedShipment, Document, Label, Quote

MASKED = "1ZXXXXXXXXXXXXXXXX"  # facts 4 [R]: every number of the test environment; never a key
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
    return TokenAnswer(value, int(seconds[:9])) if value and seconds.isascii() and seconds.isdigit() else None


def pick_list(body: Any) -> tuple[str, ...]:
    """The places among which UPS wants a choice, as a 206 lists them (facts 1 [R] timings/city_zip_mismatch)."""
    places = as_list(inside(body, "destinationPickList")) + as_list(inside(body, "originPickList"))
    names = ("city", "stateProvince", "postalCode", "countryCode")
    written = (" ".join(filter(None, (text(inside(place, name)) for name in names))) for place in places)
    fields = map(text, as_list(inside(body, "validationList", "invalidFieldList")))
    return tuple(filter(None, (*written, *fields)))


_INDICATORS = {
    "ValidAddressIndicator": "valid",
    "AmbiguousAddressIndicator": "ambiguous",
    "NoCandidatesIndicator": "none",
}


def address_opinion(body: Any) -> Opinion | None:
    """Return UPS's opinion of an address; all three outcomes are a 200, told apart by their indicator (facts 6)."""
    answer = inside(body, "XAVResponse")
    if not isinstance(answer, dict):
        return None
    indicator = next((said for name, said in _INDICATORS.items() if answer.get(name) is not None), "")
    candidates = tuple(_candidate(each) for each in as_list(answer.get("Candidate")))
    return Opinion(indicator, candidates, _residential(answer)) if indicator else None


def _residential(element: Any) -> bool | None:
    return _RESIDENTIAL.get(text(inside(element, "AddressClassification", "Code")))


def _candidate(candidate: Any) -> Candidate:
    key = inside(candidate, "AddressKeyFormat")
    low, extended = text(inside(key, "PostcodePrimaryLow")), text(inside(key, "PostcodeExtendedLow"))
    address = Address(
        lines=tuple(filter(None, map(text, as_list(inside(key, "AddressLine"))))),
        city=text(inside(key, "PoliticalDivision2")),
        state=text(inside(key, "PoliticalDivision1")),
        postcode=f"{low}-{extended}" if low and extended else low,
        country=text(inside(key, "CountryCode")),
    )
    return Candidate(address, _residential(candidate))


def quotes(body: Any, services: Sequence[str], *, saturday: bool = False) -> tuple[Quote, ...] | None:
    """The prices of `services`, in the order of the answer; shopping answers with every service there is.

    A service can stand twice: with delivery on a Saturday, and without (facts 14.2). Only the row that the plan asks
    for is an offer; one that says nothing of Saturdays is one either way.
    """
    if not isinstance(inside(body, "RateResponse"), dict):
        return None
    other_day = "0" if saturday else "1"
    rows = as_list(inside(body, "RateResponse", "RatedShipment"))
    rated = (_quote(each) for each in rows if _on_saturday(each) != other_day)
    return tuple(quote for quote in rated if quote and quote.service in services)


def _on_saturday(rated: Any) -> str:
    """ "1" for a row of Saturday delivery, "0" for one without, "" where it is not said."""
    return text(inside(rated, "TimeInTransit", "ServiceSummary", "SaturdayDelivery"))


def _quote(rated: Any) -> Quote | None:
    published = stated(inside(rated, "TotalCharges"))
    if published is None:
        return None
    arrival = day(inside(rated, "TimeInTransit", "ServiceSummary", "EstimatedArrival", "Arrival", "Date"))
    return Quote(
        service=text(inside(rated, "Service", "Code")),
        published=published,
        # Absent when the account does not qualify: the published rate applies (facts 3).
        negotiated=stated(inside(rated, "NegotiatedRateCharges", "TotalCharge")),
        arrival=arrival or day(inside(rated, "GuaranteedDelivery", "ScheduledDeliveryDate")),
        alerts=_alerts(inside(rated, "RatedShipmentAlert")),
    )


def _alerts(alerts: Any) -> tuple[str, ...]:
    return tuple(f"{text(inside(a, 'Code'))} {text(inside(a, 'Description'))}".strip() for a in as_list(alerts))


def created(body: Any, *, service: str, request_id: str) -> CreatedShipment | None:
    """The shipment that a create made, None when its number or a parcel's number cannot be read.

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
        labels=labels(parcels, "ShippingLabel", "ImageFormat"),
        service=service,
        alerts=_alerts(inside(body, "ShipmentResponse", "Response", "Alert")) + _masked(shipment_id),
        request_id=request_id,
        papers=papers(results),
    )


def papers(results: Any) -> Document | None:
    """The invoice of a create: one document of the whole shipment, beside its labels (facts/ups-international.md 2).
    None where the answer has none, or bytes that are no PDF."""
    for form in as_list(inside(results, "Form")):
        picture = image(inside(form, "Image", "GraphicImage"))
        if picture and is_picture("PDF", picture):
            return Document("PDF", picture)
    return None


def _masked(number: str) -> tuple[str, ...]:
    return ("UPS's test environment masks its numbers: this one names no parcel",) if number == MASKED else ()


def labels(parcels: Sequence[Any], where: str, format_name: str) -> tuple[Label, ...]:
    """The images of an answer, each in the format that it says it is: the first label of a COD is a GIF whatever was
    asked for, and recovery writes "zpl" (facts 4)."""
    found = []
    for place, parcel in enumerate(parcels, start=1):
        label = inside(parcel, where)
        picture = image(inside(label, "GraphicImage"))
        if picture:
            # The name becomes a part of the place where the image is stored: it is one of ours, whatever UPS says.
            code = format_of(text(inside(label, format_name, "Code")).upper(), picture)
            found.append(Label(text(inside(parcel, "TrackingNumber")), code, picture, place))
    return tuple(found)
