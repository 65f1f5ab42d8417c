"""The sandbox ShipStation V1 by itself: Basic, Pacific times, its limit and its errors."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.unit.sandbox.carriers.shipstation_account import V1, Account

TO = {"name": "Acme", "street1": "1 Dock St", "city": "Albany", "state": "NY", "postalCode": "12207", "country": "US"}
ORDER = {
    "orderNumber": "4000001",
    "orderKey": "PB1-7K3MZQ2A4XYW-1",
    "orderDate": "2026-11-02T06:00:00.0000000",
    "orderStatus": "awaiting_shipment",
    "billTo": {"name": "Acme"},
    "shipTo": TO,
    "items": [{"sku": "VALVE-1", "name": "Gate valve", "quantity": 2}],
    "weight": {"value": 12, "units": "pounds"},
}
LABEL = {"orderId": 100001, "carrierCode": "ups", "serviceCode": "ups_ground", "shipDate": "2026-11-02"}


@pytest.fixture
def account() -> Account:
    return Account()


def asked(account: Account, method: str, path: str, body: Any = None, **query: Any) -> Any:
    answer = account.ask_v1(method, path, body, **query)
    assert answer.status == 200, answer.body
    return answer.json()


def at(account: Account, *when: int) -> None:
    account.clock.at = datetime(*when, tzinfo=UTC)  # type: ignore[misc]


def test_v1_wants_key_and_secret(account: Account) -> None:
    for header in ("", "Basic !", "Basic c2FuZGJveC12MS1rZXk6d3Jvbmc=", "Bearer sandbox-v1-key"):
        answer = account._send(V1, "GET", "/orders", {"Authorization": header}, None, {})
        assert answer.status == 401
    assert account.ask_v1("GET", "/stores").status == 200


def test_a_minute_has_40_requests_and_every_answer_tells_what_is_left(account: Account) -> None:
    first = account.ask_v1("GET", "/carriers")
    assert {name: value for name, value in first.headers.items() if name.startswith("x-rate")} == {
        "x-rate-limit-limit": "40",
        "x-rate-limit-remaining": "39",
        "x-rate-limit-reset": "60",
    }
    for _ in range(39):
        account.ask_v1("GET", "/carriers")
    account.passes(seconds=15)
    throttled = [account.ask_v1("GET", "/carriers") for _ in range(2)]
    assert [each.status for each in throttled] == [429, 200]
    assert {each.json()["message"] for each in throttled} == {"Too Many Requests"}
    assert throttled[0].headers["x-rate-limit-reset"] == "45"
    assert "retry-after" not in throttled[0].headers
    assert account.ask("GET", "/v2/carriers").status == 200


def test_errors_come_in_two_forms(account: Account) -> None:
    first, second = (account.ask_v1("GET", "/orders/7").json() for _ in range(2))
    assert first.keys() == {"message"}
    assert {"Message", "ExceptionMessage"} <= second.keys()


def test_an_order_is_made_or_changed_by_its_key_until_it_is_locked(account: Account) -> None:
    first = asked(account, "POST", "/orders/createorder", ORDER)
    again = asked(account, "POST", "/orders/createorder", {**ORDER, "orderNumber": "4000002"})
    assert (first["orderId"], again["orderId"], again["orderNumber"]) == (100001, 100001, "4000002")
    bought = asked(account, "POST", "/orders/createlabelfororder", LABEL)
    assert bought["trackingNumber"] == account.engine.ledger.shipments[0].tracking_numbers[0]
    assert account.engine.ledger.shipments[0].shipment_id == str(bought["shipmentId"])
    assert account.ask_v1("POST", "/orders/createorder", ORDER).status == 400
    assert asked(account, "GET", "/orders/100001")["orderStatus"] == "shipped"


def test_an_order_of_v1_is_a_shipment_of_v2(account: Account) -> None:
    asked(account, "POST", "/orders/createorder", ORDER)
    shipment = account.get(f"/v2/shipments/external_shipment_id/{ORDER['orderKey']}")
    assert (shipment["shipment_id"], shipment["shipment_number"]) == ("se-100001", "4000001")


def test_many_orders_have_each_their_own_result_in_a_200(account: Account) -> None:
    asked(account, "POST", "/orders/createorder", {**ORDER, "orderStatus": "cancelled"})
    told = asked(account, "POST", "/orders/createorders", [ORDER, {**ORDER, "orderKey": "B"}])
    assert told["hasErrors"] is True
    assert [each["success"] for each in told["results"]] == [False, True]
    assert account.ask_v1("POST", "/orders/createorders", [ORDER] * 101).status == 400


def test_a_wrong_order_is_refused(account: Account) -> None:
    for name in ("orderNumber", "orderDate", "orderStatus", "billTo", "shipTo"):
        body = {key: value for key, value in ORDER.items() if key != name}
        assert account.ask_v1("POST", "/orders/createorder", body).status == 400
    for changes in ({"orderStatus": "new"}, {"order_key": "A"}, {"orderDate": "2026-11-02T06:00:00Z"}):
        assert account.ask_v1("POST", "/orders/createorder", {**ORDER, **changes}).status == 400
    assert account.engine.book.shipments == {}


def test_times_are_pacific_without_an_offset(account: Account) -> None:
    asked(account, "POST", "/orders/createorder", ORDER)
    order = asked(account, "GET", "/orders/100001")
    assert order["createDate"] == "2026-11-02T06:00:00.0000000"
    at(account, 2026, 7, 1, 14)
    asked(account, "POST", "/orders/createorder", {**ORDER, "orderKey": "B"})
    assert asked(account, "GET", "/orders/100002")["createDate"] == "2026-07-01T07:00:00.0000000"


def test_a_filter_takes_pacific_time_and_no_offset(account: Account) -> None:
    asked(account, "POST", "/orders/createorder", ORDER)
    total = lambda since: asked(account, "GET", "/orders", modifyDateStart=since)["total"]  # noqa: E731
    assert total("2026-11-02 06:00:00") == 1
    assert total("2026-11-02 06:00:01") == 0
    assert account.ask_v1("GET", "/orders", modifyDateStart="2026-11-02T14:00:00Z").status == 400


def test_in_the_hour_that_comes_twice_wall_clocks_are_compared(account: Account) -> None:
    at(account, 2026, 11, 1, 8, 50)  # 01:50 in summer time
    asked(account, "POST", "/orders/createorder", {**ORDER, "orderKey": "A"})
    at(account, 2026, 11, 1, 9, 10)  # 01:10 in winter time, twenty minutes later
    asked(account, "POST", "/orders/createorder", {**ORDER, "orderKey": "B"})
    since = {"modifyDateStart": "2026-11-01 01:50:00"}
    orders = lambda: [each["orderKey"] for each in asked(account, "GET", "/orders", **since)["orders"]]  # noqa: E731
    assert orders() == ["A"]
    account.manners.twice = "instant"
    assert orders() == ["A", "B"]


def test_the_hour_that_never_comes_is_no_time_of_anything(account: Account) -> None:
    at(account, 2027, 3, 14, 9, 59)
    asked(account, "POST", "/orders/createorder", {**ORDER, "orderKey": "A"})
    at(account, 2027, 3, 14, 10, 1)
    asked(account, "POST", "/orders/createorder", {**ORDER, "orderKey": "B"})
    times = [each["createDate"][11:16] for each in asked(account, "GET", "/orders")["orders"]]
    assert times == ["01:59", "03:01"]


def test_the_number_of_an_order_is_that_by_which_it_starts(account: Account) -> None:
    for number in ("4000001", "40000012"):
        asked(account, "POST", "/orders/createorder", {**ORDER, "orderKey": number, "orderNumber": number})
    assert asked(account, "GET", "/orders", orderNumber="4000001")["total"] == 2


def test_shipments_have_no_filter_by_change_and_no_items_unless_asked(account: Account) -> None:
    asked(account, "POST", "/orders/createorder", ORDER)
    asked(account, "POST", "/orders/createlabelfororder", LABEL)
    (row,) = asked(account, "GET", "/shipments", orderNumber="4000001")["shipments"]
    assert (row["shipmentItems"], row["voidDate"], row["shipDate"]) == (None, None, "2026-11-02")
    (row,) = asked(account, "GET", "/shipments", includeShipmentItems="true")["shipments"]
    assert row["shipmentItems"][0]["sku"] == "VALVE-1"
    assert account.ask_v1("GET", "/shipments", modifyDateStart="2026-11-02 00:00:00").status == 400


def test_an_order_marked_as_shipped_is_a_fulfillment_and_no_shipment(account: Account) -> None:
    asked(account, "POST", "/orders/createorder", ORDER)
    body = {"orderId": 100001, "carrierCode": "ups", "trackingNumber": "1Z9"}
    assert asked(account, "POST", "/orders/markasshipped", body) == {"orderId": 100001, "orderNumber": "4000001"}
    assert asked(account, "GET", "/shipments")["total"] == 0
    assert asked(account, "GET", "/fulfillments")["fulfillments"][0]["trackingNumber"] == "1Z9"


def test_rates_have_two_costs_and_a_label_costs_their_sum(account: Account) -> None:
    body = {"carrierCode": "ups", "fromPostalCode": "12207", "toCountry": "US", "toPostalCode": "12207"}
    weight = {"value": 12, "units": "pounds"}
    rates = asked(account, "POST", "/shipments/getrates", {**body, "weight": weight})
    (ground,) = [each for each in rates if each["serviceCode"] == "ups_ground"]
    asked(account, "POST", "/orders/createorder", ORDER)
    bought = asked(account, "POST", "/orders/createlabelfororder", LABEL)
    assert bought["shipmentCost"] == round(ground["shipmentCost"] + ground["otherCost"], 2)
    assert asked(account, "POST", "/shipments/voidlabel", {"shipmentId": bought["shipmentId"]})["approved"] is True
    assert asked(account, "POST", "/shipments/voidlabel", {"shipmentId": bought["shipmentId"]})["approved"] is False


def test_a_label_without_an_order_has_no_number_to_find_it_by(account: Account) -> None:
    body = {
        "carrierCode": "ups",
        "serviceCode": "ups_ground",
        "packageCode": "package",
        "shipDate": "2026-11-02",
        "weight": {"value": 12, "units": "pounds"},
        "shipFrom": TO,
        "shipTo": TO,
    }
    told = asked(account, "POST", "/shipments/createlabel", body)
    assert (told["orderId"], told["orderNumber"]) == (None, None)
    assert told["labelData"]


def test_a_product_is_replaced_whole_and_never_made(account: Account) -> None:
    product = account.engine.stock.add_product("VALVE-1", "Gate valve")
    path = f"/products/{product.product_id}"
    whole = asked(account, "GET", path)
    assert account.ask_v1("PUT", path, {"name": "Gate valve DN50"}).status == 400
    assert asked(account, "PUT", path, {**whole, "name": "Gate valve DN50"})["success"] is True
    assert asked(account, "GET", "/products", sku="VALVE-1")["products"][0]["name"] == "Gate valve DN50"
    assert account.ask_v1("POST", "/products", whole).status == 404


def test_a_subscription_answers_in_two_forms(account: Account) -> None:
    body = {"target_url": "https://hooks.example/s3cret", "event": "SHIP_NOTIFY"}
    first, second = (asked(account, "POST", "/webhooks/subscribe", body) for _ in range(2))
    assert first.keys() == {"id"}
    assert second["WebHookID"] == first["id"] + 1
    assert account.ask_v1("POST", "/webhooks/subscribe", {**body, "event": "LABEL"}).status == 400
    assert account.ask_v1("DELETE", f"/webhooks/{first['id']}").status == 200
    assert [each["WebHookID"] for each in asked(account, "GET", "/webhooks")["webhooks"]] == [second["WebHookID"]]
