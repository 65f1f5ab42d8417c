"""karrio's side, in an environment of its own: its UPS mapper, from its unified models to the bytes and back.

Its mapper is called as its gateway does, less the checks and logs around it: the network is left out on both sides.
"""

from __future__ import annotations

import base64
import logging
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

import karrio.sdk as karrio  # type: ignore[import-not-found,unused-ignore]
from karrio import lib  # type: ignore[import-not-found,unused-ignore]
from karrio.core import models  # type: ignore[import-not-found,unused-ignore]
from karrio.providers.ups.units import ServiceCode  # type: ignore[import-not-found,unused-ignore]

from benchmarks import facts, samples
from benchmarks.worker import Operation, serve

_CREDENTIAL = {"client_id": "sandbox-client", "client_secret": "sandbox-secret"}
_LABEL = {"label": {"type": "ZPL", "height": 6, "width": 4}}


def _mapper(account: str) -> Any:
    return karrio.gateway["ups"].create({**_CREDENTIAL, "account_number": account}).mapper


def _address(party: dict[str, Any]) -> Any:
    first, *second = party["lines"]
    return models.Address(
        company_name=party["name"],
        person_name=party["attention"] or None,
        phone_number=party["phone"],
        address_line1=first,
        address_line2=" ".join(second) or None,
        city=party["city"],
        state_code=party["state"],
        postal_code=party["postcode"],
        country_code=party["country"],
        residential=bool(party["residential"]),
    )


def _parcels(shipment: dict[str, Any]) -> list[Any]:
    return [
        models.Parcel(
            weight=float(parcel["weight"]),
            weight_unit="LB",
            **{side: float(parcel[side]) for side in ("length", "width", "height")},
            dimension_unit="IN",
            packaging_type="your_packaging",
            description=shipment["description"],
            reference_number=shipment["reference"],
        )
        for parcel in shipment["packages"]
    ]


def _parties(shipment: dict[str, Any]) -> dict[str, Any]:
    """karrio's return address becomes UPS's ShipFrom."""
    return {
        "shipper": _address(shipment["shipper"]),
        "recipient": _address(shipment["ship_to"]),
        "return_address": _address(shipment["ship_from"]),
        "parcels": _parcels(shipment),
        "reference": shipment["reference"],
    }


def _sent(request: Any) -> bytes:
    """The bytes that its proxy sends."""
    encoded: bytes = lib.to_json(request.serialize()).encode("utf-8")
    return encoded


def _build_ship(operation: str) -> Callable[[], bytes]:
    shipment = samples.shipment(operation)
    mapper = _mapper(shipment["account"])
    payload = models.ShipmentRequest(
        **_parties(shipment),
        service=ServiceCode(shipment["service"]).name,
        label_type="ZPL",
        options={"shipping_date": f"{shipment['ship_date']}T10:00"},
    )
    return lambda: _sent(mapper.create_shipment_request(payload))


def _build_rate() -> Callable[[], bytes]:
    shipment = samples.shipment("build_rate")
    mapper = _mapper(shipment["account"])
    services = [ServiceCode(code).name for code in shipment["services"]]
    options = {"shipment_date": shipment["ship_date"]}
    payload = models.RateRequest(**_parties(shipment), services=services, options=options)
    return lambda: _sent(mapper.create_rate_request(payload))


def _parse_rate() -> Callable[[], Any]:
    body, mapper = samples.answer("parse_rate"), _mapper("A1B2C3")
    context = {"origin": "US"}
    return lambda: mapper.parse_rate_response(lib.Deserializable(lib.decode(body), lib.to_dict, context))


def _parse_ship() -> Callable[[], Any]:
    """karrio leaves the label in base64. Ours are bytes, ready to be stored or printed, so its are made bytes too."""
    body, mapper = samples.answer("parse_ship_zpl"), _mapper("A1B2C3")

    def read() -> Any:
        shipment, _ = mapper.parse_shipment_response(lib.Deserializable(lib.decode(body), lib.to_dict, _LABEL))
        return shipment, base64.b64decode(shipment.docs.label)

    return read


def _parse_track() -> Callable[[], Any]:
    body, mapper = samples.answer("parse_track"), _mapper("A1B2C3")

    def read() -> Any:
        answers = [("1ZA1B2C30300000418", lib.decode(body))]
        decoded = lib.Deserializable(answers, lambda found: [(number, lib.to_dict(text)) for number, text in found])
        return mapper.parse_tracking_response(decoded)

    return read


def _quoted(read: Any) -> dict[str, Any]:
    rates, _ = read
    return {ServiceCode[rate.service].value: f"{facts.number(rate.total_charge)} {rate.currency}" for rate in rates}


def _made(read: Any) -> dict[str, Any]:
    shipment, image = read
    numbers = {"shipment": shipment.shipment_identifier, "tracking_numbers": shipment.meta["tracking_numbers"]}
    return {**numbers, "format": shipment.label_type, "label": facts.of_label(image)}


def _tracked(read: Any) -> dict[str, Any]:
    ((parcel,), _) = read
    return {
        "tracking_number": parcel.tracking_number,
        "delivered": parcel.estimated_delivery,  # the day of delivery where there is one
        "received_by": parcel.info.signed_by,
        "events": [
            {
                "local": f"{event.date} {event.time[:5]}",
                "code": event.code,
                # It keeps the line ends and blanks that UPS leaves in its texts.
                "description": event.description.replace("&#xD;", "").strip(),
                "place": event.location or "",
            }
            for event in parcel.events
        ],
    }


def operations() -> dict[str, Operation]:
    """The operations by name."""
    return {
        "build_ship_1": Operation(_build_ship("build_ship_1"), facts.of_ship_request),
        "build_ship_10": Operation(_build_ship("build_ship_10"), facts.of_ship_request),
        "build_rate": Operation(_build_rate(), facts.of_rate_request),
        "parse_rate": Operation(_parse_rate(), _quoted),
        "parse_ship_zpl": Operation(_parse_ship(), _made),
        "parse_track": Operation(_parse_track(), _tracked),
    }


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)  # a line for every field that it does not know would be timed as well
    serve(operations(), {"karrio": version("karrio"), "karrio-ups": version("karrio-ups")})
