"""V1's labels, which it calls shipments, its rates, products and webhooks (facts 4)."""

from __future__ import annotations

import base64
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from sandbox.carriers.shipstation.book import Book, Label
from sandbox.carriers.shipstation.call import Answer, Call
from sandbox.carriers.shipstation.directory import Directory, Fulfillment
from sandbox.carriers.shipstation.hooks import V1_EVENTS, Hook, Hooks
from sandbox.carriers.shipstation.images import label_image
from sandbox.carriers.shipstation.labels import Labels
from sandbox.carriers.shipstation.rates import CarrierAccount, Parcel, pounds, price, why_not
from sandbox.carriers.shipstation.stock import Product, Stock
from sandbox.carriers.shipstation.v1_orders import Orders, address_v1, address_v2, day, item_v1, package_v2
from sandbox.carriers.shipstation.v1_wire import pacific, page, within
from sandbox.carriers.shipstation.wire import invalid, missing, not_found

STORE = 301
_PRODUCT = (
    "aliases length width height weightOz internalNotes fulfillmentSku productCategory productType warehouseLocation "
    "defaultCarrierCode defaultServiceCode defaultPackageCode defaultIntlCarrierCode defaultIntlServiceCode "
    "defaultIntlPackageCode defaultConfirmation defaultIntlConfirmation customsDescription customsValue "
    "customsTariffNo customsCountryCode noCustoms"
)
_STORE = "companyName phone publicEmail website refreshDate lastRefreshAttempt createDate modifyDate marketplaceId"


class V1Labels:
    """V1's desk for labels."""

    def __init__(self, book: Book, orders: Orders, labels: Labels) -> None:
        self.book, self.orders, self.labels = book, orders, labels

    def of_order(self, call: Call) -> Answer:
        body = call.body
        order = self.orders.order(str(body["orderId"]))
        carrier = carrier_of(self.book, body["carrierCode"])
        more = {"carrier_id": carrier.carrier_id, "service_code": body["serviceCode"]}
        if body.get("weight"):
            more["packages"] = [package_v2(body)]
        order.asked = {**order.asked, **more, "confirmation": body.get("confirmation") or "none"}
        label = self.labels.buy(order, {"test_label": body.get("testLabel")}, v1=True)
        return 200, {**self._bought(label), "formData": None}

    def create(self, call: Call) -> Answer:
        """Buy a label without an order. No number of ours finds it again."""
        body = call.body
        asked = {
            "ship_to": address_v2(body["shipTo"]),
            "ship_from": address_v2(body["shipFrom"]),
            "carrier_id": carrier_of(self.book, body["carrierCode"]).carrier_id,
            "service_code": body["serviceCode"],
            "confirmation": body.get("confirmation") or "none",
            "packages": [package_v2(body)],
        }
        label = self.labels.buy(self.labels.shipments.made(asked, None), {"test_label": body.get("testLabel")}, v1=True)
        return 200, {**self.told(label, items=False), **self._bought(label)}

    def _bought(self, label: Label) -> dict[str, Any]:
        image = label_image("pdf", label.made.tracking_numbers, label.made.ship_to)
        return {
            "shipmentId": label.serial,
            "shipmentCost": float(label.price.without_insurance),
            "insuranceCost": _plain(label.price.insurance),
            "trackingNumber": label.made.tracking_numbers[0],
            "labelData": base64.b64encode(image).decode(),
        }

    def void(self, call: Call) -> Answer:
        label = self.book.labels.get(f"se-{call.body['shipmentId']}")
        if label is None:
            raise not_found("shipment", str(call.body["shipmentId"]))
        approved, message, _ = self.labels.voided(label)
        return 200, {"approved": approved, "message": message}

    def rates(self, call: Call) -> Answer:
        body = call.body
        carrier = carrier_of(self.book, body["carrierCode"])
        parcel = Parcel(
            (body["fromPostalCode"], "US"),
            (body["toPostalCode"], body["toCountry"]),
            (pounds(package_v2(body)["weight"]),),
            bool(body.get("residential")),
            body.get("confirmation") or "none",
            None,
            customs=True,
        )
        rows = []
        for service in carrier.services:
            if body.get("serviceCode", service.code) in {service.code, None} and not why_not(carrier, service, parcel):
                cost = price(service, parcel)
                rows.append(
                    {
                        "serviceName": service.name,
                        "serviceCode": service.code,
                        "shipmentCost": float(cost.shipping),
                        "otherCost": float(cost.other + cost.confirmation),
                    }
                )
        return 200, rows

    def listed(self, call: Call) -> Answer:
        """List the labels made in ShipStation. There is no filter by time of change (facts 4)."""
        query = call.query
        rows = [each for each in self.book.labels.values() if self.book.seen(each) and self._matches(each, call)]
        rows.sort(key=lambda each: each.serial, reverse=query.get("sortDir", "ASC").upper() == "DESC")
        items = query.get("includeShipmentItems", "false").lower() == "true"
        return 200, page("shipments", [self.told(each, items=items) for each in rows], query)

    def _matches(self, label: Label, call: Call) -> bool:
        query, made = call.query, label.made
        equal = {
            "orderId": str(label.shipment.serial),
            "orderNumber": label.shipment.number,
            "carrierCode": label.carrier.code,
            "serviceCode": label.service.code,
            "batchId": label.batch[3:],
            "recipientCountryCode": made.destination[1],
        }
        if any(name in query and query[name] != value for name, value in equal.items()):
            return False
        if "trackingNumber" in query and query["trackingNumber"] not in made.tracking_numbers:
            return False
        if query.get("recipientName", "").lower() not in label.shipment.asked["ship_to"]["name"].lower():
            return False
        times = {"createDate": made.created_at, "shipDate": made.created_at, "voidDate": made.voided_at}
        return all(within(query, name, at, twice=self.book.manners.twice) for name, at in times.items())

    def told(self, label: Label, *, items: bool) -> dict[str, Any]:
        made, shipment = label.made, label.shipment
        voided = self.book.voided_at(label, listed=True)
        rows = [item_v1(each, shipment.serial * 10 + n) for n, each in enumerate(shipment.asked.get("items") or ())]
        weight = shipment.asked["packages"][0]["weight"]
        return {
            "shipmentId": label.serial,
            "orderId": shipment.serial if shipment.order else None,
            "orderKey": shipment.key if shipment.order else None,
            "userId": "123456ab-ab12-3c4d-5e67-89f1abc1defa",
            "customerEmail": None,
            "orderNumber": shipment.number if shipment.order else None,
            "createDate": pacific(made.created_at),
            "shipDate": day(made.created_at),
            "shipmentCost": float(label.price.without_insurance),
            "insuranceCost": _plain(label.price.insurance),
            "trackingNumber": made.tracking_numbers[0],
            "isReturnLabel": label.return_label,
            "batchNumber": label.batch[3:],
            "carrierCode": label.carrier.code,
            "serviceCode": label.service.code,
            "packageCode": "package",
            "confirmation": shipment.asked.get("confirmation"),
            "warehouseId": None,
            "voided": voided is not None,
            "voidDate": pacific(voided) if voided else None,
            "marketplaceNotified": False,
            "notifyErrorMessage": None,
            "shipTo": address_v1(shipment.asked["ship_to"]),
            "weight": {"value": float(Decimal(str(weight["value"]))), "units": f"{weight['unit']}s"},
            "dimensions": None,
            "insuranceOptions": {"provider": None, "insureShipment": False, "insuredValue": 0},
            "advancedOptions": None,
            "shipmentItems": rows if items else None,
            "labelData": None,
            "formData": None,
        }


class V1Desk:
    """V1's desk for what the account has, and for its webhooks."""

    def __init__(self, book: Book, stock: Stock, directory: Directory, hooks: Hooks) -> None:
        self.book, self.stock, self.directory, self.hooks = book, stock, directory, hooks
        self._subscribed = 0

    def fulfillments(self, call: Call) -> Answer:
        rows = [each for each in self.directory.fulfillments.values() if self._matches(each, call)]
        return 200, page("fulfillments", [_fulfillment(each) for each in rows], call.query)

    def _matches(self, made: Fulfillment, call: Call) -> bool:
        equal = {
            "fulfillmentId": str(made.serial),
            "orderId": str(made.shipment.serial),
            "orderNumber": made.shipment.number,
            "trackingNumber": made.tracking_number,
        }
        if any(name in call.query and call.query[name] != value for name, value in equal.items()):
            return False
        return within(call.query, "createDate", made.created, twice=self.book.manners.twice)

    def products(self, call: Call) -> Answer:
        query, rows = call.query, list(self.stock.products.values())
        rows = [each for each in rows if query.get("sku", each.sku) == each.sku]
        return 200, page("products", [_product(each) for each in rows], query)

    def product(self, call: Call) -> Answer:
        return 200, _product(self._product(call.id))

    def update_product(self, call: Call) -> Answer:
        """Replace a product. The body has all of it; what is missing is an error (facts 4)."""
        product = self._product(call.id)
        for name in _product(product):
            if name not in call.body and name not in {"createDate", "modifyDate"}:
                raise missing(name)
        product.name, product.active = call.body["name"], bool(call.body["active"])
        product.modified = self.book.now()
        return 200, {"success": True, "message": "The requested product has been updated"}

    def _product(self, identifier: str) -> Product:
        found = [each for each in self.stock.products.values() if str(each.product_id) == identifier]
        if not found:
            raise not_found("product", identifier)
        return found[0]

    def carriers(self, call: Call) -> Answer:
        return 200, [
            {
                "name": each.name,
                "code": each.code,
                "accountNumber": each.account,
                "requiresFundedAccount": each.funded,
                "balance": 0.0,
                "nickname": None,
                "shippingProviderId": each.number,
                "primary": True,
            }
            for each in self.book.carriers
        ]

    def services(self, call: Call) -> Answer:
        carrier = carrier_of(self.book, call.query.get("carrierCode", ""))
        return 200, [
            {
                "carrierCode": carrier.code,
                "code": each.code,
                "name": each.name,
                "domestic": not each.abroad,
                "international": each.abroad,
            }
            for each in carrier.services
        ]

    def stores(self, call: Call) -> Answer:
        names = {"storeId": STORE, "storeName": "Sandbox", "marketplaceName": "ShipStation"}
        return 200, [{**names, **dict.fromkeys(_STORE.split()), "autoRefresh": False, "active": True}]

    def warehouses(self, call: Call) -> Answer:
        return 200, [
            {
                "warehouseId": int(each.warehouse_id[3:]),
                "warehouseName": each.name,
                "originAddress": address_v1(each.address),
                "isDefault": each.default,
            }
            for each in self.book.warehouses.values()
        ]

    # --- webhooks --------------------------------------------------------------------------------------------------

    def subscribe(self, call: Call) -> Answer:
        """Make a subscription. The reply has one of two forms (facts 4)."""
        body = call.body
        if body["event"] not in V1_EVENTS:
            raise invalid("event", f"'{body['event']}' is not a valid event.")
        if urlsplit(body["target_url"]).scheme not in {"http", "https"}:
            raise invalid("target_url", "target_url is not a valid url.")
        serial = self.book.serial("v1_webhook", 123001)
        name = body.get("friendly_name")
        self.hooks.v1[serial] = Hook(serial, body["event"], body["target_url"], name, store_id=body.get("store_id"))
        self._subscribed += 1
        shape = self.book.manners.subscribed
        if shape == "mixed":
            shape = "id" if self._subscribed % 2 else "WebHookID"
        return (200, {"id": serial}) if shape == "id" else (200, _hook(self.hooks.v1[serial]))

    def webhooks(self, call: Call) -> Answer:
        return 200, {"webhooks": [_hook(each) for each in self.hooks.v1.values()]}

    def unsubscribe(self, call: Call) -> Answer:
        if not call.id.isdecimal() or self.hooks.v1.pop(int(call.id), None) is None:
            raise not_found("webhook", call.id)
        return 200, None


def carrier_of(book: Book, code: str) -> CarrierAccount:
    """Return the carrier with this code. Raises Refusal."""
    found = [each for each in book.carriers if each.code == code]
    if not found:
        raise invalid("carrierCode", f"'{code}' is not a carrier of the account.")
    return found[0]


def _plain(amount: Decimal) -> float:
    """Return the amount as a number; none is 0, without a fraction."""
    return float(amount) if amount else 0


def _hook(hook: Hook) -> dict[str, Any]:
    return {
        "IsLabelAPIHook": False,
        "WebHookID": hook.serial,
        "SellerID": 100000,
        "StoreID": hook.store_id,
        "HookType": hook.event,
        "MessageFormat": "Json",
        "Url": hook.url,
        "Name": hook.name,
        "Active": True,
        "WebhookLogs": [],
    }


def _fulfillment(made: Fulfillment) -> dict[str, Any]:
    return {
        "fulfillmentId": made.serial,
        "orderId": made.shipment.serial,
        "orderNumber": made.shipment.number,
        "userId": None,
        "customerEmail": None,
        "trackingNumber": made.tracking_number,
        "createDate": pacific(made.created),
        "shipDate": pacific(made.created),
        "voidDate": None,
        "deliveryDate": None,
        "carrierCode": made.carrier.upper(),
        "fulfillmentProviderCode": None,
        "fulfillmentServiceCode": None,
        "fulfillmentFee": 0,
        "voidRequested": False,
        "voided": False,
        "marketplaceNotified": False,
        "notifyErrorMessage": None,
        "shipTo": address_v1(made.shipment.asked["ship_to"]),
    }


def _product(product: Product) -> dict[str, Any]:
    return {
        "productId": product.product_id,
        "sku": product.sku,
        "name": product.name,
        "price": 0,
        "defaultCost": 0,
        **{word: product.more.get(word) for word in _PRODUCT.split()},
        "upc": product.upc,
        "active": product.active,
        "tags": [],
        "createDate": pacific(product.created),
        "modifyDate": pacific(product.modified),
    }
