"""V2's labels: bought, listed, downloaded, voided. Buying knows no idempotency key (facts 2)."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Any

from sandbox.carriers.shipstation.book import Book, Label, Shipment
from sandbox.carriers.shipstation.call import Answer, Call, Raw
from sandbox.carriers.shipstation.images import TYPES, label_image
from sandbox.carriers.shipstation.rates import (
    CarrierAccount,
    Price,
    Service,
    of_service,
    price,
    too_long,
    tracking_number,
    why_not,
)
from sandbox.carriers.shipstation.shipments import Shipments, between
from sandbox.carriers.shipstation.wire import V2_HOST, Pager, conflict, instant, invalid, missing, money, not_found
from sandbox.ledger import LedgerShipment

_STATUSES = frozenset({"processing", "completed", "error", "voided"})
_MESSAGES = ("reference1", "reference2", "reference3")
_TRACKING = {"voided": "unknown", "processing": "unknown"}


class Labels:
    """The desk for labels."""

    def __init__(self, book: Book, shipments: Shipments, pager: Pager) -> None:
        self.book, self.shipments, self.pager = book, shipments, pager

    # --- buying ----------------------------------------------------------------------------------------------------

    def create(self, call: Call) -> Answer:
        asked = call.body["shipment"]
        self.shipments.check(asked)
        for place in ("ship_to", "ship_from") if self.book.manners.phone_needed else ():
            if asked.get(place) and not asked[place].get("phone"):
                raise missing(f"shipment.{place}.phone")
        self._sold(asked)
        shipment = self.shipments.inline(asked)
        return 200, self.told(self.buy(shipment, call.body))

    def of_shipment(self, call: Call) -> Answer:
        return 200, self.told(self.buy(self.book.shipment(call.id), call.body or {}))

    def of_rate(self, call: Call) -> Answer:
        if call.id not in self.book.rates:
            raise not_found("rate", call.id)
        rate = self.book.rates[call.id]
        rate.shipment.asked |= {"carrier_id": rate.carrier.carrier_id, "service_code": rate.service.code}
        return 200, self.told(self.buy(rate.shipment, call.body or {}))

    def _sold(self, asked: dict[str, Any]) -> tuple[CarrierAccount, Service, Price]:
        """Return carrier, service and price. Raises Refusal if no carrier takes the shipment."""
        code, identifier = asked.get("service_code"), asked.get("carrier_id")
        if not code:
            raise missing("shipment.service_code")
        if not identifier and self.book.manners.carrier_needed:
            raise missing("shipment.carrier_id")
        if not asked.get("packages"):
            raise missing("shipment.packages")
        known = self.book.carrier(identifier) if identifier else None
        found = of_service((known,) if known else self.book.carriers, code)
        if found is None:
            raise invalid("shipment.service_code", f"'{code}' is not a service of the carrier.")
        refusal = why_not(*found, self.book.parcel(asked))
        if not refusal and self.book.manners.messages == "refused":
            refusal = too_long(found[0], asked["packages"])
        if refusal:
            raise refusal
        return *found, price(found[1], self.book.parcel(asked))

    def buy(self, shipment: Shipment, printed: dict[str, Any], *, batch: str = "", v1: bool = False) -> Label:
        """Buy a label, even for a shipment that has one already. The ledger knows it by the id of the version that is
        asked. Raises Refusal."""
        if shipment.status == "cancelled":
            raise conflict("invalid_status", f"Shipment {shipment.shipment_id} is cancelled.")
        carrier, service, cost = self._sold(shipment.asked)
        label = Label(
            self.book.se("label", 500001),
            shipment,
            self._ledger(shipment, carrier, service, cost),
            carrier,
            service,
            cost,
            shipment.shared or shipment.external,
            batch or self.book.se("batch", 60001),
            self.book.now() + self.book.manners.processing,
            printed.get("label_format") or "pdf",
            printed.get("label_layout") or "4x6",
            printed.get("label_download_type") == "inline",
            bool(printed.get("test_label")),
            bool(printed.get("is_return_label")),
        )
        label.made.shipment_id = str(label.serial) if v1 else label.label_id
        self.book.file(label)
        shipment.status, shipment.modified = "label_purchased", self.book.now()
        self.book.told("label_created_v2", f"/v2/labels?batch_id={label.batch}")
        if self.book.born:
            for number in label.made.tracking_numbers:
                self.book.born(label.made, number)
        return label

    def _ledger(self, shipment: Shipment, carrier: CarrierAccount, service: Service, cost: Price) -> LedgerShipment:
        asked = shipment.asked
        to, parcel = asked["ship_to"], self.book.parcel(asked)
        serials = self.book.ledger.serials(len(parcel.pounds))
        advanced = asked.get("advanced_options") or {}
        return LedgerShipment(
            shipment_id="",
            account=carrier.carrier_id,
            service=service.code,
            references=references_of(shipment),
            tracking_numbers=tuple(tracking_number(carrier, serial) for serial in serials),
            created_at=self.book.now(),
            ship_from=_printed(self.book.origin(asked)),
            ship_to=_printed(to),
            destination=(str(to["postal_code"]), to["country_code"]),
            weights=parcel.pounds,
            charge=cost.total,
            currency="USD",
            payer=str(advanced.get("bill_to_account") or carrier.account),
        )

    # --- reading ---------------------------------------------------------------------------------------------------

    def get(self, call: Call) -> Answer:
        return 200, self.told(self.book.label(call.id), inline=call.query.get("label_download_type") == "inline")

    def get_by_external(self, call: Call) -> Answer:
        """Return only the first label of several (facts 1)."""
        found = [each for each in self.book.labels_by_external.get(call.id, ()) if self.book.seen(each)]
        if not found:
            raise not_found("label", call.id)
        return 200, self.told(found[0] if self.book.manners.first_label_only else found[-1])

    def listed(self, call: Call) -> Answer:
        query = call.query
        if query.get("label_status", "completed") not in _STATUSES:
            raise invalid("label_status", f"'{query['label_status']}' is not a valid label status.")
        by = query.get("sort_by", "created_at")
        if by not in {"modified_at", "created_at", "voided_at"}:
            raise invalid("sort_by", f"'{by}' is not a valid value for 'sort_by'.")
        external, every = query.get("external_shipment_id"), self.book.labels
        among = every.values() if external is None else self.book.labels_by_external.get(external, ())
        rows = [each for each in among if self.book.seen(each) and self._matches(each, query)]
        rows.sort(key=lambda each: (self._at(each, by), each.serial), reverse=query.get("sort_dir", "desc") != "asc")
        return 200, self.pager.page(call.path, "labels", [self.told(each, listed=True) for each in rows], query)

    def _at(self, label: Label, by: str) -> datetime:
        return (label.made.voided_at or label.made.created_at) if by != "created_at" else label.made.created_at

    def _matches(self, label: Label, query: Any) -> bool:
        equal = {
            "label_status": self.book.status(label, listed=True),
            "service_code": label.service.code,
            "carrier_id": label.carrier.carrier_id,
            "batch_id": label.batch,
            "shipment_id": label.shipment.shipment_id,
            "warehouse_id": label.shipment.asked.get("warehouse_id"),
            "external_shipment_id": label.external,
        }
        if any(name in query and query[name] != value for name, value in equal.items()):
            return False
        if "tracking_number" in query and query["tracking_number"] not in label.made.tracking_numbers:
            return False
        if "rate_id" in query or "refund_status" in query:
            return False
        return between(query, "created_at", label.made.created_at)

    def told(self, label: Label, *, listed: bool = False, inline: bool = False) -> dict[str, Any]:
        """Write a label as the API does. One that is processing has no number and no image (facts 2)."""
        book, made = self.book, label.made
        status, voided = book.status(label, listed=listed), book.voided_at(label, listed=listed)
        done = book.now() >= label.ready
        told_cost = done or book.manners.processing_tells_cost
        asked = label.shipment.asked
        return {
            "label_id": label.label_id,
            "status": status,
            "shipment_id": label.shipment.shipment_id,
            "external_shipment_id": label.external,
            "external_order_id": asked.get("external_order_id"),
            "ship_date": asked.get("ship_date") or f"{made.created_at:%Y-%m-%d}T00:00:00Z",
            "created_at": instant(made.created_at),
            "shipment_cost": money(label.price.without_insurance) if told_cost else None,
            "insurance_cost": money(label.price.insurance) if told_cost else None,
            "requested_comparison_amount": None,
            "tracking_number": made.tracking_numbers[0] if done else None,
            "is_return_label": label.return_label,
            "rma_number": None,
            "is_international": made.crosses_border,
            "batch_id": label.batch,
            "carrier_id": label.carrier.carrier_id,
            "service_code": label.service.code,
            "package_code": "package",
            "voided": voided is not None,
            "voided_at": instant(voided),
            "label_format": label.form,
            "display_scheme": "label",
            "label_layout": label.layout,
            "trackable": True,
            "label_image_id": None,
            "carrier_code": label.carrier.code,
            "tracking_status": _TRACKING.get(status, "in_transit"),
            "label_download": self._download(label, made.tracking_numbers, inline=inline) if done else None,
            "form_download": None,
            "qr_code_download": None,
            "insurance_claim": None,
            "packages": self._packages(label, done=done),
            "ship_to": asked["ship_to"],
            "refund_details": None,
        }

    def _packages(self, label: Label, *, done: bool) -> list[dict[str, Any]]:
        return [
            {
                "package_id": label.serial * 10 + index,
                "package_code": package.get("package_code") or "package",
                "weight": package["weight"],
                "dimensions": package.get("dimensions"),
                "insured_value": package.get("insured_value") or money(0),
                "tracking_number": number if done else None,
                "label_download": self._download(label, (number,)) if done else None,
                "form_download": None,
                "qr_code_download": None,
                "label_messages": package.get("label_messages") or dict.fromkeys(_MESSAGES),
                "external_package_id": package.get("external_package_id"),
                "content_description": package.get("content_description"),
                "sequence": index,
                "has_label_documents": done,
            }
            for index, (package, number) in enumerate(
                zip(label.shipment.asked["packages"], label.made.tracking_numbers, strict=True), 1
            )
        ]

    def _download(self, label: Label, numbers: tuple[str, ...], *, inline: bool = False) -> dict[str, Any]:
        """Return the addresses of the three formats, or the image itself in one of them."""
        if inline or label.inline:
            image = label_image(label.form, numbers, label.made.ship_to)
            return {"href": f"data:{TYPES[label.form]};base64,{base64.b64encode(image).decode()}"}
        name = (
            f"label-{label.serial}" if numbers == label.made.tracking_numbers else f"label-{label.serial}-{numbers[0]}"
        )
        urls = {form: f"{V2_HOST}/v2/downloads/10/{label.serial}/{name}.{form}" for form in TYPES}
        return {**urls, "href": urls[label.form]}

    def download(self, call: Call) -> Answer:
        """Return an image. It needs the key as all else does (facts 2)."""
        *_, name = call.found
        stem, _, form = name.rpartition(".")
        serial, _, number = stem.removeprefix("label-").partition("-")
        label = self.book.label(f"se-{serial}")
        numbers = (number,) if number else label.made.tracking_numbers
        if self.book.now() < label.ready or not set(numbers) <= set(label.made.tracking_numbers):
            raise not_found("file", name)
        return 200, Raw(TYPES[form], label_image(form, numbers, label.made.ship_to))

    # --- voiding ---------------------------------------------------------------------------------------------------

    def void(self, call: Call) -> Answer:
        """Void a label. A refusal is an HTTP 200 too: `approved` tells them apart (facts 2)."""
        label = self.book.label(call.id)
        approved, message, reason = self.voided(label)
        return 200, {"approved": approved, "message": message, "reason_code": reason}

    def voided(self, label: Label) -> tuple[bool, str, str | None]:
        made, now = label.made, self.book.now()
        if made.voided_at:
            return False, "This label has already been voided.", "label_already_voided"
        if made.picked_up_at:
            return False, "The label has been used and cannot be voided.", "label_already_used"
        if now > made.created_at + self.book.manners.void_within:
            return False, "The label was not found within the void period.", "label_not_found_within_void_period"
        if now < label.ready:
            return False, "The label is still being processed.", "validation_failed"
        made.void(made.tracking_numbers, now)
        label.shipment.modified = now
        return True, "This label has been voided.", None


def references_of(shipment: Shipment) -> tuple[str, ...]:
    """Return our reference, then all else that names the order: its number, the texts on the label, the custom
    fields."""
    asked = shipment.asked
    advanced = asked.get("advanced_options") or {}
    messages = [each.get("label_messages") or {} for each in asked.get("packages") or ()][:1]
    others = [
        asked.get("shipment_number"),
        *(each.get(f"reference{n}") for each in messages for n in (1, 2, 3)),
        *(advanced.get(f"custom_field{n}") for n in (1, 2, 3)),
        asked.get("external_order_id"),
    ]
    first = shipment.external or ""
    return tuple(dict.fromkeys((first, *(each for each in others if each and each != first))))


def _printed(address: dict[str, Any]) -> tuple[str, ...]:
    """Return a name and a place, a line each; the country is the last line."""
    place = f"{address['city_locality']} {address['state_province']} {address['postal_code']}"
    names = (address["name"], address.get("company_name"), address["address_line1"], address.get("address_line2"))
    return (*(each for each in names if each), place, address["country_code"])
