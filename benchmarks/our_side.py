"""Our side: from the plan to the request's bytes, from the answer's bytes to what the workflow gets."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from importlib.metadata import version
from typing import Any

from benchmarks import facts, samples
from benchmarks.worker import Operation, serve
from shared.carriers.ups import build, parse, track
from shared.carriers.ups.calls import encoded
from shared.domain.address import Address, Party
from shared.domain.measures import Dimensions, Weight
from shared.domain.shipment import Billing, CreatedShipment, LabelSpec, Package, Quote, ShipmentPlan
from shared.domain.tracking import TrackedParcel
from shared.http import Response


def plan_of(shipment: dict[str, Any]) -> ShipmentPlan:
    """The canonical shipment of a sample."""
    label = shipment["label"]
    return ShipmentPlan(
        account=shipment["account"],
        shipper=_party(shipment["shipper"]),
        ship_from=_party(shipment["ship_from"]),
        ship_to=_party(shipment["ship_to"]),
        packages=tuple(_package(parcel) for parcel in shipment["packages"]),
        service=shipment["service"],
        billing=Billing("shipper", shipment["account"]),
        label=LabelSpec(label["format"], f"{label['width']}x{label['height']}"),
        erp_reference=shipment["erp_reference"],
        description=shipment["description"],
        ship_date=date.fromisoformat(shipment["ship_date"]),
    )


def _party(party: dict[str, Any]) -> Party:
    where = Address(tuple(party["lines"]), party["city"], party["state"], party["postcode"], party["country"])
    return Party(party["name"], where, party["attention"], party["phone"], party["residential"])


def _package(parcel: dict[str, str]) -> Package:
    length, width, height = (Decimal(parcel[side]) for side in ("length", "width", "height"))
    return Package(Weight(Decimal(parcel["weight"]), "lb"), Dimensions(length, width, height, "in"))


def _build_ship(operation: str) -> Callable[[], bytes]:
    shipment = samples.shipment(operation)
    plan, reference = plan_of(shipment), shipment["reference"]
    return lambda: encoded(build.ship(plan, reference))


def _build_rate() -> Callable[[], bytes]:
    shipment = samples.shipment("build_rate")
    plan, services = plan_of(shipment), shipment["services"]
    return lambda: encoded(build.rate(plan, services))


def _parse_rate() -> Callable[[], tuple[Quote, ...] | None]:
    response = Response(200, {}, samples.answer("parse_rate"))
    services = samples.shipment("build_rate")["services"]
    return lambda: parse.quotes(response.json(), services)


def _parse_ship() -> Callable[[], CreatedShipment | None]:
    response = Response(200, {}, samples.answer("parse_ship_zpl"))
    return lambda: parse.created(response.json(), service="03", request_id="0")


def _parse_track() -> Callable[[], tuple[TrackedParcel, ...] | None]:
    response = Response(200, {}, samples.answer("parse_track"))
    return lambda: track.parcels(response.json())


def _quoted(quotes: tuple[Quote, ...]) -> dict[str, Any]:
    return {quote.service: f"{facts.number(quote.price.amount)} {quote.price.currency}" for quote in quotes}


def _made(created: CreatedShipment) -> dict[str, Any]:
    (label,) = created.labels
    numbers = {"shipment": created.shipment_id, "tracking_numbers": list(created.tracking_numbers)}
    return {**numbers, "format": label.format, "label": facts.of_label(label.image)}


def _tracked(parcels: tuple[TrackedParcel, ...]) -> dict[str, Any]:
    (parcel,) = parcels
    return {
        "tracking_number": parcel.tracking_number,
        "delivered": f"{parcel.delivered}",
        "received_by": parcel.received_by,
        "events": [
            {
                "local": f"{event.local:%Y-%m-%d %H:%M}",
                "code": event.code,
                "description": event.description,
                "place": ", ".join(filter(None, (event.place.city, event.place.state, event.place.country))),
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
    serve(operations(), {"parcelbridge": version("parcelbridge")})
