"""The proof of delivery in a tracking answer (facts/ups-extras.md, 5). Pure."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from shared.carriers.ups.plain import as_list, inside, text
from shared.carriers.ups.track import parcels
from shared.carriers.ups.values import image
from shared.domain.proof import Proof, ProofDocument

_PLACES = {
    "proof": ("pod", "content"),
    "signature": ("signature", "image"),
    "photo": ("deliveryPhoto", "photo"),
}


def path(number: str) -> str:
    """Tracking with what stands in it only when it is asked for."""
    asked = "locale=en_US&returnSignature=true&returnPOD=true"
    return f"/api/track/v1/details/{quote(number, safe='')}?{asked}"


def read(body: Any, number: str) -> Proof | None:
    """The proof of the parcel of this number; None where the answer has no such parcel."""
    for shipment in as_list(inside(body, "trackResponse", "shipment")):
        for package in as_list(inside(shipment, "package")):
            if text(inside(package, "trackingNumber")) == number:
                return _of(package, body, number)
    return None


def _of(package: Any, body: Any, number: str) -> Proof:
    told = next((each for each in parcels(body) or () if each.tracking_number == number), None)
    found = ((kind, image(inside(package, "deliveryInformation", *place))) for kind, place in _PLACES.items())
    documents = tuple(ProofDocument(kind, content) for kind, content in found if content)
    return Proof(number, told.delivered if told else None, told.received_by if told else "", documents)
