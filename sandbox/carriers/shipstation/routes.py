"""The routes of V2: operation, method, path, names of the query, and the body."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sandbox.carriers.shipstation import fields
from sandbox.carriers.shipstation.shapes import Fields, Shape


@dataclass(frozen=True)
class Route:
    """`body` is None where none is read; `empty` says that there may be none."""

    operation: str
    method: str
    path: re.Pattern[str]
    query: frozenset[str] = frozenset()
    body: Shape | None = None
    empty: bool = False


def route(
    operation: str, method: str, path: str, query: str = "", body: Shape | None = None, *, empty: bool = False
) -> Route:
    """Return a route. {} in its path stands for a part that names something."""
    pattern = re.escape(path).replace(r"\{\}", "([^/]+)")
    return Route(operation, method, re.compile(pattern), frozenset(query.split()), body, empty)


_SHIPMENTS = (
    "shipment_status batch_id pickup_id tag created_at_start created_at_end modified_at_start modified_at_end page "
    "page_size sales_order_id shipment_number ship_to_name item_keyword payment_date_start payment_date_end store_id "
    "external_shipment_id sort_by sort_dir import_batch_id"
)
_LABELS = (
    "label_status service_code carrier_id tracking_number batch_id rate_id shipment_id external_shipment_id "
    "warehouse_id created_at_start created_at_end refund_status page page_size sort_by sort_dir"
)
_FULFILLMENTS = (
    "shipment_id fulfillment_id shipment_number batch_id tracking_number create_date_start create_date_end "
    "ship_date_start ship_date_end page page_size"
)
_ORDERS = "order_number status warehouse_id reference_number create_date_start page_size cursor page"
_INVENTORY = "sku inventory_warehouse_id inventory_location_id group_by page_size page cursor limit"
_NUMBER = "carrier_code tracking_number carrier_id"
_HOOKS = "/v2/environment/webhooks"
_BATCHES = "/v2/batches"
_BATCH_QUERY = (
    "status page page_size sort_dir sort_by batch_number created_at_start created_at_end processed_at_start "
    "processed_at_end"
)
_PO = "/v2/purchase_orders"
OPEN = Fields({}, open=True)
"""A purchase order: its desk knows the names of its members."""

ROUTES = (
    route("list_shipments", "GET", "/v2/shipments", _SHIPMENTS),
    route("create_shipments", "POST", "/v2/shipments", "", fields.SHIPMENTS),
    route("get_shipment_by_external_id", "GET", "/v2/shipments/external_shipment_id/{}"),
    route("get_shipment", "GET", "/v2/shipments/{}"),
    route("update_shipment", "PUT", "/v2/shipments/{}", "", fields.VALIDATED),
    route("cancel_shipment", "PUT", "/v2/shipments/{}/cancel"),
    route("rates", "POST", "/v2/rates", "", fields.RATES),
    route("get_rate", "GET", "/v2/rates/{}"),
    route("list_labels", "GET", "/v2/labels", _LABELS),
    route("create_label", "POST", "/v2/labels", "", fields.LABEL),
    route("create_label_of_shipment", "POST", "/v2/labels/shipment/{}", "", fields.LABEL_OF_SHIPMENT, empty=True),
    route("create_label_of_rate", "POST", "/v2/labels/rates/{}", "", fields.LABEL_OF_RATE, empty=True),
    route("get_label_by_external_id", "GET", "/v2/labels/external_shipment_id/{}", "label_download_type"),
    route("get_label", "GET", "/v2/labels/{}", "label_download_type"),
    route("void_label", "PUT", "/v2/labels/{}/void"),
    route("track_label", "GET", "/v2/labels/{}/track"),
    route("track", "GET", "/v2/tracking", _NUMBER),
    route("start_tracking", "POST", "/v2/tracking/start", _NUMBER),
    route("stop_tracking", "POST", "/v2/tracking/stop", _NUMBER),
    route("download", "GET", "/v2/downloads/{}/{}/{}", "download rotation"),
    route("list_batches", "GET", _BATCHES, _BATCH_QUERY),
    route("create_batch", "POST", _BATCHES, "", fields.BATCH),
    route("get_batch_by_external_id", "GET", f"{_BATCHES}/external_batch_id/{{}}"),
    route("get_batch", "GET", f"{_BATCHES}/{{}}"),
    route("add_to_batch", "POST", f"{_BATCHES}/{{}}/add", "", fields.BATCHED),
    route("remove_from_batch", "POST", f"{_BATCHES}/{{}}/remove", "", fields.BATCHED),
    route("process_batch", "POST", f"{_BATCHES}/{{}}/process/labels", "", fields.PROCESS, empty=True),
    route("batch_errors", "GET", f"{_BATCHES}/{{}}/errors", "page pagesize"),
    route("carriers", "GET", "/v2/carriers", "page page_size"),
    route("carrier", "GET", "/v2/carriers/{}"),
    route("carrier_services", "GET", "/v2/carriers/{}/services"),
    route("carrier_packages", "GET", "/v2/carriers/{}/packages"),
    route("warehouses", "GET", "/v2/warehouses", "page page_size"),
    route("warehouse", "GET", "/v2/warehouses/{}"),
    route("list_fulfillments", "GET", "/v2/fulfillments", _FULFILLMENTS),
    route("create_fulfillments", "POST", "/v2/fulfillments", "", fields.FULFILLMENTS),
    route("inventory_warehouses", "GET", "/v2/inventory_warehouses", "page page_size cursor"),
    route("inventory_locations", "GET", "/v2/inventory_locations", "page page_size cursor"),
    route("create_inventory_location", "POST", "/v2/inventory_locations", "", fields.LOCATION),
    route("inventory", "GET", "/v2/inventory", _INVENTORY),
    route("change_inventory", "POST", "/v2/inventory", "", fields.INVENTORY),
    route("products", "GET", "/v2/products", "sku name active page page_size"),
    route("list_suppliers", "GET", "/v2/suppliers", "supplier_name page page_size"),
    route("create_supplier", "POST", "/v2/suppliers", "", fields.SUPPLIER),
    route("update_supplier", "PUT", "/v2/suppliers/{}", "", fields.SUPPLIER),
    route("list_purchase_orders", "GET", _PO, _ORDERS),
    route("create_purchase_order", "POST", _PO, "", OPEN),
    route("get_purchase_order", "GET", f"{_PO}/{{}}"),
    route("update_purchase_order", "PUT", f"{_PO}/{{}}", "", OPEN),
    route("purchase_order_status", "POST", f"{_PO}/{{}}/status", "", fields.PURCHASE_ORDER_STATUS),
    route("shipping_details", "POST", f"{_PO}/{{}}/shipping_details", "", fields.SHIPPING_DETAILS),
    route("receive_purchase_order", "POST", f"{_PO}/{{}}/receives", "", fields.RECEIVES),
    route("purchase_order_document", "GET", f"{_PO}/{{}}/documents/order_summary"),
    route("purchase_order_document", "GET", f"{_PO}/{{}}/documents/received_summary"),
    route("list_webhooks", "GET", _HOOKS),
    route("create_webhook", "POST", _HOOKS, "", fields.WEBHOOK),
    route("get_webhook", "GET", f"{_HOOKS}/{{}}"),
    route("update_webhook", "PUT", f"{_HOOKS}/{{}}", "", fields.WEBHOOK_UPDATE),
    route("delete_webhook", "DELETE", f"{_HOOKS}/{{}}"),
)
