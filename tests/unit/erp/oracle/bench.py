"""A connection to a pod of the tests, the adapter on it, and every request between them held against the contract."""

from __future__ import annotations

import importlib.util
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sandbox.memory import ManualClock, MemorySecrets, MemoryTokens
from shared.carriers.ups.file import KIND as UPS
from shared.connection import Connection, Kinds, parse
from shared.erp.oracle.adapter import OracleFusion, open_erp
from shared.erp.oracle.file import KIND
from shared.http import Request, Response
from shared.ports import ShippedLine, WriteBack
from tests.unit.erp.oracle.pod import POD, TOKEN, Pod

CONTRACTS = Path(os.environ.get("PARCELBRIDGE_CONTRACTS") or Path(__file__).resolve().parents[4] / ".." / "shared")
SECRET = "s3cr3t-of-fusion"
NOW = datetime(2026, 11, 2, 14, 0, tzinfo=UTC)
ONE, TWO = "1ZA1B2C30300000012", "1ZA1B2C30300000021"
REFERENCE = "PB7K2M-ABCDEFGHIJKL-1"
DOCUMENT, ID = "US164535", 300000025673187


def a_connection(**changes: Any) -> Connection:
    """The connection of the design's example, with parts of it changed."""
    raw: dict[str, Any] = {
        "id": "acme-oracle-ups",
        "flow": "inbound",
        "erp": {
            "kind": "oracle-fusion",
            "url": POD,
            "token_url": TOKEN,
            "scope": "urn:opc:resource:fa:instanceid=1urn:opc:resource:consumer::all",
            "test_system": True,
        },
        "carrier": {"kind": "ups", "account": "A1B2C3", "environment": "test", "shipper": {"location": "HQ"}},
        "schedule": "rate(5 minutes)",
        "select": {"shipping_method": ["UPS"]},
        "packing": {"rule": "one_per_order"},
        "services": {"UPS": "03"},
        "approve": {"mode": "automatic"},
        "write_back": {},
        "locations": {
            "HQ": {
                "name": "Acme",
                "phone": "4045550100",
                "address": {
                    "lines": ["1 A St"],
                    "city": "Atlanta",
                    "state": "GA",
                    "postcode": "30301",
                    "country": "US",
                },
            }
        },
    }
    for name, value in changes.items():
        raw[name] = {**raw[name], **value} if isinstance(value, dict) and isinstance(raw.get(name), dict) else value
    return parse(raw, Kinds.of(KIND, UPS))


def a_schedule(place: int, **fields: Any) -> dict[str, Any]:
    """A schedule of line `place` to location 1."""
    return {
        "LineLocationId": 7000 + place,
        "POLineId": 5000 + place,
        "POHeaderId": ID,
        "LineNumber": place,
        "ScheduleNumber": 1,
        "Quantity": 2,
        "UOMCode": "Ea",
        "ItemId": 900 + place,
        "ShipToLocationId": 1,
        "ShipToOrganizationId": 204,
        "DestinationTypeCode": "INVENTORY",
        "PromisedDeliveryDate": "2026-11-20",
        "StatusCode": "OPEN",
        **fields,
    }


def a_line(place: int, **fields: Any) -> dict[str, Any]:
    return {
        "POLineId": 5000 + place,
        "LineNumber": place,
        "Item": f"ITEM-{place}",
        "Description": f"Item {place}",
        "UOM": "Each",
        "UOMCode": "Ea",
        "Price": 12.5,
        **fields,
    }


def a_pod(lines: int = 1, **header: Any) -> Pod:
    """A pod with one open order of so many lines, its supplier, and location 1 in HCM."""
    order = {
        "POHeaderId": ID,
        "key": "00020000000EACED",
        "OrderNumber": DOCUMENT,
        "StatusCode": "OPEN",
        "Supplier": "Valve Works",
        "SupplierId": 88,
        "SupplierSite": "BUFFALO",
        "SupplierSiteId": 881,
        "SoldToLegalEntity": "US1 Legal Entity",
        "ProcurementBU": "US1 Business Unit",
        "ShippingMethod": "UPS",
        "BuyerManagedTransportFlag": True,
        "ShipToLocationAddress": "411 University Street, Seattle, WA 98101, King, United States",
        "BillToLocationAddress": "1 A St, Atlanta, GA 30301, Fulton, United States",
        "CurrencyCode": "USD",
        "CreationDate": "2026-10-30T08:00:00+00:00",
        "LastUpdateDate": "2026-11-02T13:50:00.250+00:00",
        **header,
    }
    path = "purchaseOrders/00020000000EACED/child"
    life = f"purchaseOrderLifeCycleDetails/{ID}/child"
    address = {
        "AddressLine1": "1 Mill St",
        "City": "Buffalo",
        "State": "NY",
        "PostalCode": "14201",
        "CountryCode": "US",
    }
    return Pod(
        rows={
            "purchaseOrders": [order],
            f"{path}/lines": [a_line(place) for place in range(1, lines + 1)],
            "purchaseOrderSchedules": [a_schedule(place) for place in range(1, lines + 1)],
            f"{life}/shipments": [],
            f"{life}/receipts": [],
            "suppliers": [{"SupplierId": 88, "Supplier": "Valve Works", "SupplierNumber": "V100"}],
            "suppliers/88/child/addresses": [
                {
                    "SupplierAddressId": 1,
                    **address,
                    "AddressPurposeOrderingFlag": True,
                    "PhoneCountryCode": "1",
                    "PhoneAreaCode": "716",
                    "PhoneNumber": "5550100",
                }
            ],
            "locations": [
                {
                    "LocationId": 1,
                    "LocationName": "Acme",
                    "AddressLine1": "12 Dock Rd",
                    "TownOrCity": "Albany",
                    "Region2": "NY",
                    "PostalCode": "12207",
                    "Country": "US",
                }
            ],
            "inboundShipments": [],
            "receivingReceiptRequests": [],
        }
    )


def open_on(pod: Pod, credential: dict[str, str] | None = None, **changes: Any) -> OracleFusion:
    """The adapter of a connection on the pod."""
    clock, connection = ManualClock(NOW), a_connection(**changes)
    secrets = MemorySecrets(
        {(connection.id, "erp"): credential or {"client_id": "parcelbridge", "client_secret": SECRET}}
    )
    erp = open_erp(connection, secrets=secrets, tokens=MemoryTokens(clock), transport=pod, clock=clock)
    assert isinstance(erp, OracleFusion)
    return erp


def a_note(*numbers: str, **changes: Any) -> WriteBack:
    facts: dict[str, Any] = {
        "document": DOCUMENT,
        "reference": REFERENCE if numbers else "",
        "shipment_id": numbers[0] if numbers else "",
        "tracking_numbers": numbers,
        "service": "03",
        "cost": None,
        "eta": "2026-11-20",
        "milestone": "picked_up",
        "lines": (ShippedLine("1", 2, "Each"),) if numbers else (),  # type: ignore[arg-type]
        **changes,
    }
    return WriteBack(**facts)


class Wire:
    """The way to an emulated pod. It keeps each request."""

    def __init__(self, engine: Any) -> None:
        self.engine, self.sent = engine, list[Request]()

    def send(self, request: Request, *, timeout: float, fresh: bool = False) -> Response:
        self.sent.append(request)
        answered: Response = self.engine.handle(request)
        return answered


def judge() -> Any:
    """The judge of requests to Fusion, None where the contracts are not beside the project."""
    file = CONTRACTS / "tools" / "judge_oracle.py"
    if not file.exists():
        return None
    spec = importlib.util.spec_from_file_location("judge_oracle", file)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.OracleJudge()


def problems_of(pod: Pod) -> list[str]:
    """Return what the judge finds in what was sent, its house rules included."""
    held = judge()
    if held is None:
        return []
    return [
        f"{each.method} {each.url}: {found}"
        for each in pod.sent
        for found in held.check(each.method, each.url, dict(each.headers), each.body)
    ]
