"""The sandbox ShipStation through its face, and the list of its quirks held against the tests."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

from sandbox.carriers.shipstation.face import ShipStation, ShipStationV1
from sandbox.carriers.shipstation.lives import Life
from sandbox.carriers.shipstation.quirks import QUIRKS
from sandbox.memory import ManualClock
from shared.domain.milestones import Milestone
from shared.http import Request, Response
from tests.unit.sandbox.carriers import (
    test_shipstation_inbound,
    test_shipstation_outbound,
    test_shipstation_v1,
    test_shipstation_webhooks,
)
from tests.unit.sandbox.carriers.shipstation_account import a_shipment, pounds

MESSAGES = {"reference1": None, "reference2": "4000002", "reference3": None}
KEY = "sandbox-v2-key"


class Faced:
    """The face with a clock."""

    def __init__(self, *, lean: bool = False) -> None:
        self.clock = ManualClock()
        self.face = ShipStation(self.clock.now, lean=lean)

    def ask(self, method: str, path: str, body: object = None, key: str = KEY) -> Response:
        headers = {"API-Key": key, "Content-Type": "application/json"}
        url = f"https://api.shipstation.com{path}"
        return self.face.engine.handle(Request(method, url, headers, json.dumps(body).encode() if body else b""))

    def buy(self, external: str = "PB1-A-1", **changes: object) -> dict[str, object]:
        label: dict[str, object] = self.ask("POST", "/v2/labels", {"shipment": a_shipment(external, **changes)}).json()
        return label


def test_every_quirk_is_numbered_and_names_its_test() -> None:
    modules = (test_shipstation_inbound, test_shipstation_outbound, test_shipstation_v1, test_shipstation_webhooks)
    known = {name for module in modules for name in vars(module)}
    assert [quirk.number for quirk in QUIRKS] == list(range(1, len(QUIRKS) + 1))
    assert [quirk.test for quirk in QUIRKS if f"test_{quirk.test}" not in known] == []
    assert len({quirk.test for quirk in QUIRKS}) == len(QUIRKS)


def test_the_ledger_has_our_reference_the_number_of_the_order_and_what_is_billed() -> None:
    it = Faced()
    label = it.buy(packages=[pounds(5), pounds(7.5)])
    (shipment,) = it.face.ledger.live_of_order("4000001")
    assert (shipment.shipment_id, shipment.reference) == (label["label_id"], "PB1-A-1")
    assert (shipment.destination, shipment.crosses_border) == (("12207", "US"), False)
    assert [float(each) for each in shipment.weights] == [5, 7.5]
    assert float(it.face.billed(shipment)) == label["shipment_cost"]["amount"]  # type: ignore[index]


def test_the_number_of_the_order_may_stand_on_the_label_or_in_a_custom_field() -> None:
    it = Faced()
    it.buy("A", shipment_number=None, packages=[pounds(1) | {"label_messages": MESSAGES}])
    it.buy("B", shipment_number=None, advanced_options={"custom_field1": "4000003"})
    assert len(it.face.ledger.live_of_order("4000002")) == len(it.face.ledger.live_of_order("4000003")) == 1


def test_the_index_lags_for_all_or_for_each() -> None:
    it = Faced()
    it.face.lag_by(timedelta(minutes=5))
    it.buy()
    assert it.face.visible("PB1-A-1") == []
    it.face.lag_by(lambda shipment: timedelta(0))
    assert len(it.face.visible("PB1-A-1")) == 1


def test_a_second_key_holds_beside_the_first_until_that_is_withdrawn() -> None:
    it = Faced()
    second = it.face.rotate()["api_key"]
    it.face.expire_tokens()
    assert [it.ask("GET", "/v2/carriers", key=key).status for key in (KEY, second)] == [200, 200]
    it.face.withdraw_first()
    assert [it.ask("GET", "/v2/carriers", key=key).status for key in (KEY, second)] == [401, 200]
    v1 = ShipStationV1(it.clock.now)
    v1.rotate()
    v1.withdraw_first()
    assert list(v1.engine.v1.users) == ["second-v1-key"]


def test_parcels_live_by_themselves_and_what_is_true_of_them_is_known() -> None:
    it = Faced()
    it.face.live_by(lambda shipment, number: Life.NORMAL, after=timedelta(hours=1))
    number = str(it.buy()["tracking_number"])
    due, truth = it.face.next_due(), it.face.truth(number)
    assert truth is not None
    assert (due, truth.milestone) == (datetime(2026, 11, 2, 15, tzinfo=UTC), Milestone.LABEL_CREATED)
    it.clock.advance(timedelta(days=4))
    it.face.advance()
    delivered = it.face.truth(number)
    assert delivered is not None
    assert (delivered.milestone, delivered.delivered_on) == (Milestone.DELIVERED, date(2026, 11, 4))
    assert it.face.ledger.shipments[0].picked_up_at is not None
    assert it.face.truth("1Z") is None


def test_a_person_buys_the_label_of_what_was_only_sent_or_splits_it_first() -> None:
    it = Faced()
    asked = a_shipment("A", service_code=None, carrier_id=None, create_sales_order=True)
    more = {**asked, "external_shipment_id": "B", "packages": [pounds(1), pounds(2)], "service_code": "ups_ground"}
    it.ask("POST", "/v2/shipments", {"shipments": [asked, {**more, "carrier_id": "se-101"}]})
    assert it.face.ledger.of_id(it.face.buy_by_hand("A")) in it.face.ledger.live_of_order("4000001")
    first, second = (it.ask("GET", f"/v2/labels/{each}").json() for each in it.face.split("B"))
    assert first["external_shipment_id"] == second["external_shipment_id"] != "B"
    assert first["shipment_id"] != second["shipment_id"]


def test_goods_are_taken_in_at_the_dock() -> None:
    it = Faced()
    stock = it.face.engine.stock
    stock.add_product("VALVE-1", "Gate valve")
    place = stock.add_place("A-01", stock.add_warehouse("Albany"))
    supplier = it.ask("POST", "/v2/suppliers", {"supplier_name": "Acme"}).json()["supplier_id"]
    body = {"supplier_id": supplier, "warehouse_id": place.warehouse_id, "reference_number": "100-1"}
    it.ask("POST", "/v2/purchase_orders", {**body, "products": [{"sku": "VALVE-1", "quantity": 5}]})
    it.face.take_in("100-1", "VALVE-1", 5, place.location_id)
    assert it.ask("GET", "/v2/purchase_orders").json()["purchase_orders"][0]["status"] == "received"
    assert stock.levels["VALVE-1", place.location_id].on_hand == 5


def test_a_lean_one_keeps_no_traffic() -> None:
    it = Faced(lean=True)
    it.buy()
    assert len(it.face.engine.recorded) == 0


def test_an_operation_is_asked_at_its_own_host() -> None:
    face = Faced().face
    hosts = [face.vendor_url(each).removeprefix("https://") for each in ("rates", "v1_rates", "jwks")]
    assert hosts == ["api.shipstation.com", "ssapi.shipstation.com", "api.shipengine.com"]
    assert set(hosts) <= face.hosts
