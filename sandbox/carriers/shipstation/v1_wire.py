"""V1's way of writing: Pacific time without offset, camelCase, its routes, bodies and errors (facts 1 and 4)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.carriers.shipstation.routes import route
from sandbox.carriers.shipstation.shapes import Fields, Flag, Many, Number, Shape, Text, texts
from sandbox.carriers.shipstation.wire import Refusal, invalid

PACIFIC = ZoneInfo("America/Los_Angeles")
V1_HOST = "ssapi.shipstation.com"
SHARDS = ("ssapi6.shipstation.com", "ssapi11.shipstation.com")
"""Hosts that stand in webhooks, and answer as the documented one does (facts 5)."""
STATUSES = "awaiting_payment awaiting_shipment pending_fulfillment shipped on_hold cancelled rejected_fulfillment"


def pacific(at: datetime) -> str:
    """Write an instant in Pacific time: seven digits behind the second, and no offset."""
    return f"{at.astimezone(PACIFIC):%Y-%m-%dT%H:%M:%S.%f}0"


def moment(name: str, value: str) -> datetime:
    """Read a filter's time. Raises Refusal if it has a zone or is none."""
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        raise invalid(name, f"'{value[:40]}' is not a valid date for {name}.") from None
    if at.tzinfo:
        raise invalid(name, f"{name} takes Pacific time without an offset.")
    return at


def within(query: Mapping[str, str], name: str, at: datetime | None, *, twice: str) -> bool:
    """Return True if an instant lies in nameStart to nameEnd. In the hour that comes twice wall clocks are compared,
    unless `twice` is "instant" (facts 8)."""
    start, end = query.get(f"{name}Start"), query.get(f"{name}End")
    if start is None and end is None:
        return True
    if at is None:
        return False

    def comparable(value: datetime) -> datetime:
        return value.replace(tzinfo=PACIFIC).astimezone(UTC) if twice == "instant" else value

    mine = at.astimezone(UTC) if twice == "instant" else at.astimezone(PACIFIC).replace(tzinfo=None)
    after = start is None or mine >= comparable(moment(f"{name}Start", start))
    return after and (end is None or mine <= comparable(moment(f"{name}End", end)))


def page(plural: str, rows: list[Any], query: Mapping[str, str]) -> dict[str, Any]:
    """Cut a list into pages of at most 500 (facts 4)."""
    number, size = _positive("page", query.get("page", "1")), _positive("pageSize", query.get("pageSize", "100"))
    size = min(size, 500)
    shown = rows[(number - 1) * size : number * size]
    return {plural: shown, "total": len(rows), "page": number, "pages": -(-len(rows) // size)}


def _positive(name: str, value: str) -> int:
    if not (value.isascii() and value.isdecimal() and int(value)):
        raise invalid(name, f"{name} must be a positive number.")
    return int(value)


def error(refusal: Refusal, shape: str) -> dict[str, Any]:
    """Write an error in one of the two forms that were seen (facts 4)."""
    if shape == "net":
        return {
            "Message": "An error has occurred.",
            "ExceptionMessage": str(refusal),
            "ExceptionType": "System.ArgumentException",
            "StackTrace": None,
        }
    return {"message": str(refusal)}


_ADDRESS = Fields(
    {
        **texts("name company street1 street2 street3 city state postalCode country phone addressVerified"),
        "residential": Flag(),
    },
    ("name",),
)
_TO = Fields(_ADDRESS.members, ("name", "street1", "city", "country"))
_WEIGHT = Fields(
    {
        "value": Number(least=0),
        "units": Text(frozenset({"pounds", "ounces", "grams"})),
        "WeightUnits": Number(whole=True),
    },
    ("value", "units"),
)
_DIMENSIONS = Fields(
    {
        **dict.fromkeys(("length", "width", "height"), Number(least=0)),
        "units": Text(frozenset({"inches", "centimeters"})),
    }
)
_LOOSE: Shape = Fields({}, open=True)
_ITEM = Fields(
    {
        **texts("lineItemKey sku name imageUrl warehouseLocation fulfillmentSku upc"),
        "quantity": Number(whole=True, least=0),
        "unitPrice": Number(),
        "weight": _WEIGHT,
    },
    open=True,
)
_ADVANCED = Fields(
    {**texts("customField1 customField2 customField3 source"), "warehouseId": Number(whole=True)}, open=True
)
_TEXTS = (
    "orderNumber orderKey orderDate paymentDate shipByDate customerUsername customerEmail customerNotes internalNotes "
    "giftMessage paymentMethod requestedShippingService carrierCode serviceCode packageCode confirmation shipDate"
)
ORDER = Fields(
    {
        **texts(_TEXTS),
        "orderStatus": Text(frozenset(STATUSES.split())),
        "orderId": Number(whole=True),
        "customerId": Number(whole=True),
        "billTo": _ADDRESS,
        "shipTo": _TO,
        "items": Many(_ITEM),
        **dict.fromkeys(("amountPaid", "taxAmount", "shippingAmount"), Number()),
        "gift": Flag(),
        "weight": _WEIGHT,
        "dimensions": _DIMENSIONS,
        "insuranceOptions": _LOOSE,
        "internationalOptions": _LOOSE,
        "advancedOptions": _ADVANCED,
        "tagIds": Many(Number(whole=True)),
    },
    ("orderNumber", "orderDate", "orderStatus", "billTo", "shipTo"),
)
ORDERS = Many(ORDER, least=1, most=100)
_LABEL: dict[str, Shape] = {
    **texts("carrierCode serviceCode packageCode confirmation shipDate"),
    "weight": _WEIGHT,
    "dimensions": _DIMENSIONS,
    "insuranceOptions": _LOOSE,
    "internationalOptions": _LOOSE,
    "advancedOptions": _ADVANCED,
    "testLabel": Flag(),
}
LABEL_OF_ORDER = Fields(
    {**_LABEL, "orderId": Number(whole=True)}, ("orderId", "carrierCode", "serviceCode", "shipDate")
)
LABEL = Fields(
    {**_LABEL, "shipFrom": _TO, "shipTo": _TO},
    ("carrierCode", "serviceCode", "packageCode", "shipDate", "weight", "shipFrom", "shipTo"),
)
RATES = Fields(
    {
        **texts(
            "carrierCode serviceCode packageCode fromPostalCode toState toCountry toPostalCode toCity confirmation"
        ),
        "weight": _WEIGHT,
        "dimensions": _DIMENSIONS,
        "residential": Flag(),
    },
    ("carrierCode", "fromPostalCode", "toCountry", "toPostalCode", "weight"),
)
SHIPPED = Fields(
    {
        **texts("carrierCode shipDate trackingNumber"),
        "orderId": Number(whole=True),
        "notifyCustomer": Flag(),
        "notifySalesChannel": Flag(),
    },
    ("orderId", "carrierCode"),
)
VOID = Fields({"shipmentId": Number(whole=True)}, ("shipmentId",))
HOOK = Fields({**texts("target_url event friendly_name"), "store_id": Number(whole=True)}, ("target_url", "event"))
_ORDERS = (
    "customerName itemKeyword createDateStart createDateEnd modifyDateStart modifyDateEnd orderDateStart orderDateEnd "
    "orderNumber orderStatus paymentDateStart paymentDateEnd storeId sortBy sortDir page pageSize importBatch"
)
_SHIPMENTS = (
    "recipientName recipientCountryCode orderNumber orderId carrierCode serviceCode trackingNumber createDateStart "
    "createDateEnd shipDateStart shipDateEnd voidDateStart voidDateEnd storeId includeShipmentItems sortBy sortDir "
    "page pageSize batchId storeID"
)
_FULFILLMENTS = (
    "fulfillmentId orderId orderNumber trackingNumber recipientName createDateStart createDateEnd shipDateStart "
    "shipDateEnd sortBy sortDir page pageSize"
)
_PRODUCTS = "sku name productCategoryId productTypeId tagId startDate endDate sortBy sortDir page pageSize showInactive"
ROUTES = (
    route("v1_list_orders", "GET", "/orders", _ORDERS),
    route("v1_create_order", "POST", "/orders/createorder", "", ORDER),
    route("v1_create_orders", "POST", "/orders/createorders", "", ORDERS),
    route("v1_mark_as_shipped", "POST", "/orders/markasshipped", "", SHIPPED),
    route("v1_label_of_order", "POST", "/orders/createlabelfororder", "", LABEL_OF_ORDER),
    route("v1_get_order", "GET", "/orders/{}"),
    route("v1_delete_order", "DELETE", "/orders/{}"),
    route("v1_list_shipments", "GET", "/shipments", _SHIPMENTS),
    route("v1_create_label", "POST", "/shipments/createlabel", "", LABEL),
    route("v1_rates", "POST", "/shipments/getrates", "", RATES),
    route("v1_void", "POST", "/shipments/voidlabel", "", VOID),
    route("v1_fulfillments", "GET", "/fulfillments", _FULFILLMENTS),
    route("v1_products", "GET", "/products", _PRODUCTS),
    route("v1_product", "GET", "/products/{}"),
    route("v1_update_product", "PUT", "/products/{}", "", _LOOSE),
    route("v1_carriers", "GET", "/carriers"),
    route("v1_services", "GET", "/carriers/listservices", "carrierCode"),
    route("v1_stores", "GET", "/stores", "showInactive marketplaceId"),
    route("v1_warehouses", "GET", "/warehouses"),
    route("v1_list_webhooks", "GET", "/webhooks"),
    route("v1_subscribe", "POST", "/webhooks/subscribe", "", HOOK),
    route("v1_unsubscribe", "DELETE", "/webhooks/{}"),
)
