"""Answers of ShipStation as its contract and its captures have them: V2 with nulls, V1 in its own words."""

from __future__ import annotations

from typing import Any

NUMBER, OTHER_NUMBER = "1Z932R800392060079", "1Z932R800390810600"
LABEL, ACCOUNT = "se-28529731", "se-123456"
FILES = "https://api.shipstation.com/v2/downloads/10/F91fByOB-0aJJadf7JLeww"
REQUEST = "d3de3f8a-1f5c-4f3d-9a8b-1a2b3c4d5e6f"


def usd(amount: float | None) -> dict[str, Any]:
    return {"currency": "usd", "amount": amount}


def a_rate(service: str = "ups_ground", amount: float = 12.3, **changes: Any) -> dict[str, Any]:
    return {
        "rate_id": "se-1",
        "rate_type": "shipment",
        "carrier_id": ACCOUNT,
        "carrier_code": "ups",
        "service_code": service,
        "package_type": None,
        "shipping_amount": usd(amount),
        "insurance_amount": usd(0.0),
        "confirmation_amount": usd(0.0),
        "other_amount": usd(0.0),
        "tax_amount": None,
        "estimated_delivery_date": "2026-11-05T00:00:00Z",
        "validation_status": "valid",
        "warning_messages": [],
        "error_messages": [],
        **changes,
    }


def rates(*listed: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "shipment_id": "se-9",
        "rate_response": {"rates": list(listed), "invalid_rates": [], "errors": [], **changes},
    }


def a_label(*numbers: str, **changes: Any) -> dict[str, Any]:
    """A label that was bought, a package for each number; with one number the files are the label's own."""
    numbers = numbers or (NUMBER,)
    several = len(numbers) > 1
    return {
        "label_id": LABEL,
        "status": "completed",
        "shipment_id": "se-9",
        "external_shipment_id": "PB1-7K3MZQ2A4XYW-1",
        "created_at": "2026-11-02T14:00:01.5170000Z",
        "shipment_cost": usd(12.3),
        "insurance_cost": usd(0.0),
        "tracking_number": numbers[0] or None,
        "is_return_label": False,
        "carrier_id": ACCOUNT,
        "carrier_code": "ups",
        "service_code": "ups_ground",
        "voided": False,
        "voided_at": None,
        "label_format": "pdf",
        "label_download": downloads(),
        "ship_to": {"name": "Receiving", "postal_code": "12207-1234", "country_code": "US"},
        "packages": [
            {
                "package_id": 1000 + place,
                "tracking_number": number or None,
                "label_download": downloads(f"-{place}") if several else None,
            }
            for place, number in enumerate(numbers, 1)
        ],
        **changes,
    }


def downloads(tail: str = "") -> dict[str, str]:
    files = {kind: f"{FILES}/label-{LABEL}{tail}.{kind}" for kind in ("pdf", "png", "zpl")}
    return {**files, "href": files["pdf"]}


def listed(*labels: dict[str, Any], page: int = 1, pages: int = 1) -> dict[str, Any]:
    links = {"first": {"href": ""}, "last": {"href": ""}, "prev": {}, "next": {}}
    return {"labels": list(labels), "total": len(labels), "page": page, "pages": pages, "links": links}


def an_event(status: str = "IT", at: str = "2026-11-03T09:15:00Z", **changes: Any) -> dict[str, Any]:
    return {
        "occurred_at": at,
        "carrier_occurred_at": at.replace("Z", "").replace("T09", "T04"),
        "description": "Departed from Facility",
        "city_locality": "BUFFALO",
        "state_province": "NY",
        "postal_code": "14201",
        "country_code": "US",
        "company_name": None,
        "signer": None,
        "event_code": "DP",
        "status_code": status,
        "status_detail_code": None,
        **changes,
    }


def tracking(*events: dict[str, Any], status: str = "IT", **changes: Any) -> dict[str, Any]:
    return {
        "tracking_number": NUMBER,
        "status_code": status,
        "status_detail_code": None,
        "status_description": "In Transit",
        "carrier_code": "ups",
        "ship_date": None,
        "estimated_delivery_date": "2026-11-05T00:00:00",
        "actual_delivery_date": None,
        "exception_description": None,
        "events": list(events),
        **changes,
    }


def errors(
    *codes: str, kind: str = "validation", source: str = "shipengine", field: str | None = None
) -> dict[str, Any]:
    told = {"error_source": source, "error_type": kind, "message": "Something is wrong.", "field_name": field}
    return {"request_id": REQUEST, "errors": [{**told, "error_code": code} for code in codes]}


CARRIERS = {
    "carriers": [
        {
            "carrier_id": ACCOUNT,
            "carrier_code": "ups",
            "nickname": "Our UPS",
            "services": [{"service_code": "ups_ground"}, {"service_code": "ups_2nd_day_air"}],
        },
        {
            "carrier_id": "se-123457",
            "carrier_code": "stamps_com",
            "friendly_name": "Stamps.com",
            "connection_status": "pending_approval",
            "disabled_by_billing_plan": True,
            "services": [{"service_code": "usps_priority_mail"}],
        },
    ],
    "request_id": REQUEST,
    "errors": [],
}
PENDING = {"shipments": [{"shipment_id": "se-9", "shipment_number": "4000001"}], "total": 1, "page": 1, "pages": 1}

# --- V1 --------------------------------------------------------------------------------------------------------------

WAREHOUSES = [
    {"warehouseId": 1, "warehouseName": "Austin", "originAddress": {"street1": "1 X St", "postalCode": "78703"}},
    {"warehouseId": 17977, "warehouseName": "B", "originAddress": {"street1": "77  MILL RD ", "postalCode": "14201"}},
]


def an_order(**changes: Any) -> dict[str, Any]:
    return {"orderId": 94113592, "orderKey": "PB1-7K3MZQ2A4XYW-1", "orderStatus": "awaiting_shipment", **changes}


V1_LABEL = {
    "shipmentId": 72513480,
    "shipmentCost": 7.3,
    "insuranceCost": 0,
    "trackingNumber": NUMBER,
    "labelData": "JVBERi0xLjQKMVo5MzJSODAwMzkyMDYwMDc5",
    "formData": None,
}


def a_shipment(**changes: Any) -> dict[str, Any]:
    return {
        "shipmentId": 72513480,
        "orderId": 94113592,
        "orderKey": "PB1-7K3MZQ2A4XYW-1",
        "orderNumber": "1000001",
        "createDate": "2026-11-02T06:00:01.5170000",
        "trackingNumber": NUMBER,
        "isReturnLabel": False,
        "serviceCode": "ups_ground",
        "voided": False,
        "voidDate": None,
        "shipmentItems": None,
        **changes,
    }


def shipments(*found: dict[str, Any], page: int = 1, pages: int = 1) -> dict[str, Any]:
    return {"shipments": list(found), "total": len(found), "page": page, "pages": pages}
