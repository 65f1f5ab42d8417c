"""V2's shipments: created, listed, changed and cancelled, and the rates of one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sandbox.carriers.shipstation.book import Book, Rate, Shipment
from sandbox.carriers.shipstation.call import Answer, Call
from sandbox.carriers.shipstation.rates import CarrierAccount, Price, Service, cents, price, why_not
from sandbox.carriers.shipstation.wire import (
    Pager,
    Refusal,
    conflict,
    error_of,
    instant,
    instant_of,
    invalid,
    missing,
    money,
    not_found,
    uuid_of,
)

LONGEST = 50
"""Characters of external_shipment_id and shipment_number; what is longer is cut without a word (facts 1)."""
_WORDS = (
    "carrier_id service_code shipping_rule_id external_order_id ship_date return_to confirmation customs "
    "insurance_provider order_source_code comparison_rate_type warehouse_id"
)
_STATUSES = frozenset({"pending", "processing", "label_purchased", "cancelled"})


class Shipments:
    """The desk for shipments and rates."""

    def __init__(self, book: Book, pager: Pager) -> None:
        self.book, self.pager = book, pager

    # --- making one ----------------------------------------------------------------------------------------------

    def check(self, asked: dict[str, Any], name: str = "shipment") -> None:
        """Check what no shape can say. Raises Refusal."""
        if not asked.get("ship_from") and not asked.get("warehouse_id"):
            raise missing(f"{name}.ship_from")
        self.book.origin(asked)
        carrier, service = asked.get("carrier_id"), asked.get("service_code")
        known = self.book.carrier(carrier) if carrier else None
        if carrier and known is None:
            raise not_found("carrier", carrier)
        sold = [each for each in ((known,) if known else self.book.carriers) if each.service(service or "")]
        if service and not sold:
            raise invalid(f"{name}.service_code", f"'{service}' is not a service of the carrier.")

    def made(self, asked: dict[str, Any], external: str | None, *, keep: bool = True) -> Shipment:
        """Make a shipment. Without an external id it gets one, and without a number its number is that id."""
        book, now = self.book, self.book.now()
        identifier = book.se("shipment", 100001)
        external = external or f"{identifier[3:]}-{uuid_of('shipment', identifier)[:8]}"
        number = (asked.get("shipment_number") or external)[:LONGEST]
        shipment = Shipment(identifier, external, number, asked, now, now, order=bool(asked.get("create_sales_order")))
        shipment.key = external
        if keep:
            book.keep(shipment)
        return shipment

    def create(self, call: Call) -> Answer:
        """Create shipments. HTTP 200 does not mean created: each has its own errors (facts 1)."""
        batch = uuid_of("import", self.book.serial("import", 1))
        rows = [
            self._created(asked, f"shipments[{index}]", batch) for index, asked in enumerate(call.body["shipments"])
        ]
        if any(self.book.shipments[row["shipment_id"]].order for row in rows if row.get("shipment_id")):
            self.book.told("shipment_created_v2", f"/v2/shipments?import_batch_id={batch}")
        return 200, {"has_errors": any(row["errors"] for row in rows), "shipments": rows}

    def _created(self, asked: dict[str, Any], name: str, batch: str) -> dict[str, Any]:
        external = (asked.get("external_shipment_id") or "")[:LONGEST] or None
        number = (asked.get("shipment_number") or external or "")[:LONGEST]
        manners = self.book.manners
        try:
            self.check(asked, name)
            if external and external in self.book.by_external:
                raise self.duplicate(external)
            self._check_number(number)
        except Refusal as refusal:
            if manners.duplicate == "refused" or refusal.code != "identifier_conflict":
                raise
            return {"shipment_id": None, "external_shipment_id": external, "errors": [error_of(refusal)]}
        shipment = self.made(asked, external)
        shipment.batch = batch
        return {**self.told(shipment), "errors": [], "address_validation": None}

    def duplicate(self, external: str) -> Refusal:
        message = f"A shipment with external_shipment_id {external} already exists."
        return conflict("identifier_conflict", message, "external_shipment_id")

    def inline(self, asked: dict[str, Any]) -> Shipment:
        """Return the shipment of a label or a rate request that brings its own. Nobody knows what a known external id
        does there; by default the shipment is made once more (facts 8)."""
        self.check(asked)
        external = (asked.get("external_shipment_id") or "")[:LONGEST] or None
        known = self.book.by_external.get(external or "")
        if known and self.book.manners.inline_external == "refused":
            raise self.duplicate(known.external or "")
        if known and self.book.manners.inline_external == "reused" and known.status == "pending":
            known.asked = asked
            return known
        self._check_number((asked.get("shipment_number") or "")[:LONGEST])
        return self.made(asked, external)

    def _check_number(self, number: str | None) -> None:
        """Refuse a number that stands already, where the account takes each one once (facts 1). Raises Refusal."""
        known = number and any(each.number == number for each in self.book.shipments.values())
        if known and self.book.manners.unique_numbers:
            raise conflict("identifier_conflict", f"Shipment number {number} is already in use.", "shipment_number")

    # --- reading and changing --------------------------------------------------------------------------------------

    def get(self, call: Call) -> Answer:
        return 200, self.told(self.book.shipment(call.id))

    def get_by_external(self, call: Call) -> Answer:
        shipment = self.book.by_external.get(call.id)
        if shipment is None:
            raise not_found("shipment", call.id)
        return 200, self.told(shipment)

    def update(self, call: Call) -> Answer:
        shipment = self.book.shipment(call.id)
        if shipment.status in {"label_purchased", "cancelled"}:
            raise conflict("invalid_status", f"Shipment {call.id} is {shipment.status} and cannot be changed.")
        self.check(call.body)
        external = call.body.get("external_shipment_id")
        if external and external != shipment.external:
            raise conflict("identifiers_must_match", "external_shipment_id cannot be changed.", "external_shipment_id")
        shipment.asked, shipment.modified = call.body, self.book.now()
        shipment.number = (call.body.get("shipment_number") or shipment.number)[:LONGEST]
        return 200, {**self.told(shipment), "errors": [], "address_validation": None}

    def cancel(self, call: Call) -> Answer:
        shipment = self.book.shipment(call.id)
        if shipment.status == "label_purchased":
            raise conflict("invalid_status", f"Shipment {call.id} has a label and cannot be cancelled.")
        shipment.status, shipment.modified = "cancelled", self.book.now()
        return 204, None

    def listed(self, call: Call) -> Answer:
        query = call.query
        status = query.get("shipment_status")
        if status is not None and status not in _STATUSES:
            raise invalid("shipment_status", f"'{status}' is not a valid shipment status.")
        rows = [each for each in self.book.shipments.values() if self._matches(each, call)]
        by = query.get("sort_by", "modified_at")
        if by not in {"modified_at", "created_at"}:
            raise invalid("sort_by", f"'{by}' is not a valid value for 'sort_by'.")
        rows.sort(
            key=lambda each: (each.modified if by == "modified_at" else each.created, each.serial),
            reverse=query.get("sort_dir", "desc") != "asc",
        )
        return 200, self.pager.page(call.path, "shipments", [self.told(each) for each in rows], query)

    def _matches(self, shipment: Shipment, call: Call) -> bool:
        asked, query = shipment.asked, call.query
        equal = {
            "shipment_status": shipment.status,
            "shipment_number": shipment.number,
            "external_shipment_id": shipment.external,
            "store_id": None,
            "import_batch_id": shipment.batch,
            "sales_order_id": f"so-{shipment.serial}" if shipment.order else None,
        }
        if any(name in query and query[name] != value for name, value in equal.items()):
            return False
        if "ship_to_name" in query and query["ship_to_name"].lower() not in asked["ship_to"]["name"].lower():
            return False
        if any(name in query for name in ("batch_id", "pickup_id", "tag", "payment_date_start", "payment_date_end")):
            return False
        words = [f"{item.get('sku') or ''} {item.get('name') or ''}" for item in asked.get("items") or ()]
        if "item_keyword" in query and not any(query["item_keyword"].lower() in each.lower() for each in words):
            return False
        return _between(query, "created_at", shipment.created) and _between(query, "modified_at", shipment.modified)

    def told(self, shipment: Shipment) -> dict[str, Any]:
        """Write a shipment as the API does. Members without a value are null."""
        asked = shipment.asked
        packages = [
            {
                "shipment_package_id": f"se-{shipment.serial * 10 + index}",
                "package_id": "se-3",
                "package_code": package.get("package_code") or "package",
                "package_name": None,
                "weight": package["weight"],
                "dimensions": package.get("dimensions"),
                "insured_value": package.get("insured_value"),
                "label_messages": package.get("label_messages"),
                "external_package_id": package.get("external_package_id"),
                "content_description": package.get("content_description"),
                "products": package.get("products"),
            }
            for index, package in enumerate(asked.get("packages") or (), 1)
        ]
        return {
            "shipment_id": shipment.shipment_id,
            **{word: asked.get(word) for word in _WORDS.split()},
            "external_shipment_id": shipment.external if shipment.shared is None else None,
            "shipment_number": shipment.number,
            "sales_order_id": f"so-{shipment.serial}" if shipment.order else None,
            "created_at": instant(shipment.created),
            "modified_at": instant(shipment.modified),
            "shipment_status": shipment.status,
            "ship_to": asked["ship_to"],
            "ship_from": self.book.origin(asked),
            "is_return": asked.get("is_return"),
            "advanced_options": asked.get("advanced_options"),
            "items": [self._item(each) for each in asked.get("items") or ()],
            "tags": [],
            "packages": packages,
            "total_weight": asked["packages"][0]["weight"] if len(packages) == 1 else None,
            "store_id": None,
            "amount_paid": money(shipment.money) if shipment.money is not None else None,
            "zone": None,
        }

    def _item(self, item: dict[str, Any]) -> dict[str, Any]:
        words = "name sku quantity sales_order_id external_order_id external_order_item_id order_source_code"
        return {word: item.get(word) for word in words.split()} | {"product_id": None, "bundle_sku": None}

    # --- rates -----------------------------------------------------------------------------------------------------

    def calculate(self, call: Call) -> Answer:
        body, options = call.body, call.body["rate_options"]
        if bool(body.get("shipment_id")) == bool(body.get("shipment")):
            raise missing("shipment")
        shipment = self.book.shipment(body["shipment_id"]) if body.get("shipment_id") else self._rated(body["shipment"])
        if not shipment.asked.get("packages"):
            raise missing("shipment.packages")
        carriers = [self._carrier(each) for each in options["carrier_ids"]]
        good: list[dict[str, Any]] = []
        bad: list[dict[str, Any]] = []
        for carrier, service in _services(carriers, options.get("service_codes") or ()):
            refusal = why_not(carrier, service, self.book.parcel(shipment.asked))
            (bad if refusal else good).append(self._row(shipment, carrier, service, refusal))
        request = self.book.se("rate_request", 70001)
        nothing = Refusal(400, "no_rates_returned", "No rates were returned.", type="business_rules")
        information = {
            "rates": good,
            "invalid_rates": bad,
            "rate_request_id": request,
            "shipment_id": shipment.shipment_id if body.get("shipment_id") or self.book.manners.rates_leave else None,
            "created_at": instant(self.book.now()),
            "status": "completed" if good else "error",
            "errors": [] if good else [error_of(nothing)],
        }
        return 200, {**self.told(shipment), "rate_response": information}

    def _rated(self, asked: dict[str, Any]) -> Shipment:
        """Return the shipment of a rate request. Nobody knows if it stays; by default it does (facts 8)."""
        if self.book.manners.rates_leave:
            return self.inline(asked)
        self.check(asked)
        return self.made(asked, asked.get("external_shipment_id"), keep=False)

    def _carrier(self, identifier: str) -> CarrierAccount:
        carrier = self.book.carrier(identifier)
        if carrier is None:
            raise not_found("carrier", identifier)
        return carrier

    def _row(
        self, shipment: Shipment, carrier: CarrierAccount, service: Service, refusal: Refusal | None
    ) -> dict[str, Any]:
        parcel = self.book.parcel(shipment.asked)
        cost = price(service, parcel) if refusal is None else Price(*(cents(parcel.pounds[0] * 0),) * 4)
        rate = Rate(self.book.se("rate", 900001), shipment, carrier, service, cost)
        if refusal is None:
            self.book.rates[rate.rate_id] = rate
        return rate_row(rate, parcel.zone, str(refusal) if refusal else "", instant(self.book.now()))

    def get_rate(self, call: Call) -> Answer:
        if call.id not in self.book.rates:
            raise not_found("rate", call.id)
        rate = self.book.rates[call.id]
        return 200, rate_row(rate, self.book.parcel(rate.shipment.asked).zone, "", instant(self.book.now()))


def rate_row(rate: Rate, zone: int, error: str, at: str | None) -> dict[str, Any]:
    carrier, service, cost = rate.carrier, rate.service, rate.price
    return {
        "rate_id": rate.rate_id,
        "rate_type": "shipment",
        "carrier_id": carrier.carrier_id,
        "shipping_amount": money(cost.shipping),
        "insurance_amount": money(cost.insurance),
        "confirmation_amount": money(cost.confirmation),
        "other_amount": money(cost.other),
        "requested_comparison_amount": None,
        "tax_amount": None,
        "rate_details": [],
        "zone": zone,
        "package_type": "package",
        "delivery_days": service.days,
        "guaranteed_service": False,
        "estimated_delivery_date": None,
        "carrier_delivery_days": str(service.days),
        "ship_date": at,
        "negotiated_rate": False,
        "service_type": service.name,
        "service_code": service.code,
        "trackable": True,
        "carrier_code": carrier.code,
        "carrier_nickname": carrier.name,
        "carrier_friendly_name": carrier.name,
        "validation_status": "invalid" if error else "valid",
        "warning_messages": [],
        "error_messages": [error] if error else [],
    }


def _services(carriers: list[CarrierAccount], codes: Any) -> Iterator[tuple[CarrierAccount, Service]]:
    """Return the services that were asked for, or all of the carriers."""
    for carrier in carriers:
        yield from ((carrier, service) for service in carrier.services if not codes or service.code in codes)


def _between(query: Any, name: str, at: Any) -> bool:
    start, end = query.get(f"{name}_start"), query.get(f"{name}_end")
    after = start is None or at >= instant_of(f"{name}_start", start)
    return after and (end is None or at <= instant_of(f"{name}_end", end))


between = _between
