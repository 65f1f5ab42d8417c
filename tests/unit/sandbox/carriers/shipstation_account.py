"""An account of the sandbox ShipStation with a clock, and short ways to ask it in both versions."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from sandbox.carriers.shipstation.engine import ShipStationEngine
from sandbox.memory import ManualClock
from shared.http import Request, Response

V2, V1 = "https://api.shipstation.com", "https://ssapi.shipstation.com"
ALBANY = {
    "name": "Acme Receiving",
    "phone": "518-555-0100",
    "address_line1": "1 Dock St",
    "city_locality": "Albany",
    "state_province": "NY",
    "postal_code": "12207",
    "country_code": "US",
    "address_residential_indicator": "no",
}
BUFFALO = {**ALBANY, "name": "Valve Works", "city_locality": "Buffalo", "postal_code": "14201"}
TORONTO = {**ALBANY, "city_locality": "Toronto", "state_province": "ON", "postal_code": "M5V 2T6", "country_code": "CA"}


def pounds(value: float) -> dict[str, Any]:
    return {"weight": {"value": value, "unit": "pound"}}


def a_shipment(external: str | None = "PB1-7K3MZQ2A4XYW-1", **changes: Any) -> dict[str, Any]:
    shipment = {
        "external_shipment_id": external,
        "shipment_number": "4000001",
        "carrier_id": "se-101",
        "service_code": "ups_ground",
        "ship_from": BUFFALO,
        "ship_to": ALBANY,
        "packages": [pounds(12.34)],
        **changes,
    }
    return {name: value for name, value in shipment.items() if value is not None}


class Account:
    """The engine, and who asks it."""

    def __init__(self, **changes: Any) -> None:
        self.clock = ManualClock()
        self.engine = ShipStationEngine(self.clock.now, **changes)
        self.manners = self.engine.manners

    def passes(self, **span: float) -> None:
        self.clock.advance(timedelta(**span))

    def ask(self, method: str, path: str, body: Any = None, *, key: str = "sandbox-v2-key", **query: Any) -> Response:
        """A request to V2."""
        return self._send(V2, method, path, {"API-Key": key}, body, query)

    def ask_v1(self, method: str, path: str, body: Any = None, *, host: str = V1, **query: Any) -> Response:
        given = base64.b64encode(b"sandbox-v1-key:sandbox-v1-secret").decode()
        return self._send(host, method, path, {"Authorization": f"Basic {given}"}, body, query)

    def _send(self, host: str, method: str, path: str, headers: dict[str, str], body: Any, query: Any) -> Response:
        url = f"{host}{path}" + (f"?{urlencode(query)}" if query else "")
        if body is None:
            return self.engine.handle(Request(method, url, headers))
        headers = {**headers, "Content-Type": "application/json"}
        return self.engine.handle(Request(method, url, headers, json.dumps(body).encode()))

    def get(self, path: str, **query: Any) -> Any:
        answer = self.ask("GET", path, **query)
        assert answer.status == 200, answer.body
        return answer.json()

    def post(self, path: str, body: Any) -> Any:
        answer = self.ask("POST", path, body)
        assert answer.status in {200, 204}, answer.body
        return answer.json()

    def refused(self, method: str, path: str, body: Any = None, **query: Any) -> tuple[int, str, str | None]:
        """Status, code and field of the first error of a request to V2."""
        answer = self.ask(method, path, body, **query)
        assert answer.status >= 400, answer.body
        told = answer.json()
        assert len(told["request_id"]) == 36
        error = told["errors"][0]
        assert {"error_source", "error_type", "error_code", "message"} <= error.keys()
        return answer.status, error["error_code"], error.get("field_name")

    def buy(self, external: str | None = "PB1-7K3MZQ2A4XYW-1", **changes: Any) -> Any:
        """A label for a shipment that it brings along."""
        printed = {name: changes.pop(name) for name in ("label_format", "label_download_type") if name in changes}
        return self.post("/v2/labels", {"shipment": a_shipment(external, **changes), **printed})
