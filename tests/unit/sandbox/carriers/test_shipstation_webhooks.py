"""The webhooks of the sandbox ShipStation: V2's are signed, V1's are not, and most are pointers only."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from sandbox.carriers.shipstation import signing
from sandbox.carriers.shipstation.lives import Life
from sandbox.posting import Mishaps
from shared.http import Lost, Request, Response
from tests.unit.sandbox.carriers.shipstation_account import Account, a_shipment

URL = "https://hooks.example/s3cret"


class Post:
    """A webhook that takes what comes, and remembers it."""

    def __init__(self) -> None:
        self.came: list[tuple[str, Mapping[str, str], bytes]] = []
        self.statuses: list[int] = []

    def __call__(self, url: str, headers: Mapping[str, str], body: bytes) -> Response:
        self.came.append((url, headers, body))
        status = self.statuses.pop(0) if self.statuses else 200
        if not status:
            raise Lost(url)
        return Response(status, {}, b"")

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, _, body in self.came]


class Told(Account):
    def __init__(self, **changes: Any) -> None:
        super().__init__(**changes)
        self.webhook = Post()
        self.engine.hooks.post = self.webhook

    def subscribe(self, event: str, **more: Any) -> str:
        made: str = self.post("/v2/environment/webhooks", {"event": event, "url": URL, **more})["webhook_id"]
        return made

    def pushed(self) -> list[dict[str, Any]]:
        self.engine.push()
        return self.webhook.bodies


@pytest.fixture
def account() -> Told:
    return Told()


# --- subscriptions ----------------------------------------------------------------------------------------------


def test_the_list_of_webhooks_is_a_bare_array_and_takes_no_page(account: Told) -> None:
    webhook = account.subscribe("label_created_v2", headers=[{"key": "x-secret", "value": "s"}])
    (row,) = account.get("/v2/environment/webhooks")
    assert (row["webhook_id"], row["event"], row["url"]) == (webhook, "label_created_v2", URL)
    assert account.refused("GET", "/v2/environment/webhooks", page=1)[2] == "page"
    body = {"event": "label_created_v2", "url": URL}
    assert account.refused("POST", "/v2/environment/webhooks", body)[:2] == (409, "webhook_event_type_conflict")
    assert account.ask("PUT", f"/v2/environment/webhooks/{webhook}", {"url": URL + "2"}).status == 204
    assert account.ask("DELETE", f"/v2/environment/webhooks/{webhook}").status == 204
    assert account.refused("GET", f"/v2/environment/webhooks/{webhook}")[0] == 404


def test_an_account_takes_new_names_old_ones_or_both(account: Told) -> None:
    path = "/v2/environment/webhooks"
    assert account.refused("POST", path, {"event": "track", "url": URL}) == (400, "invalid_field_value", "event")
    account.manners.events = "old"
    assert account.refused("POST", path, {"event": "track_event_v2", "url": URL})[2] == "event"
    account.subscribe("track")
    label = account.buy()
    account.engine.choose(label["tracking_number"], Life.NORMAL, account.clock.now(), 1)
    account.engine.move()
    assert account.pushed()[0]["resource_type"] == "API_TRACK"
    account.manners.events = "both"
    account.subscribe("track_event_v2")


# --- what is told -----------------------------------------------------------------------------------------------


def test_a_pointer_has_two_keys_and_leads_to_several_records(account: Told) -> None:
    account.subscribe("shipment_created_v2")
    parts = account.engine.enter_order(a_shipment(None), a_shipment(None))
    (body,) = account.pushed()
    assert body.keys() == {"resource_url", "resource_type"}
    assert body["resource_type"] == "SHIPMENT_CREATED_V2"
    head, _, batch = body["resource_url"].partition("=")
    assert head == "https://api.shipstation.com/v2/shipments?import_batch_id"
    found = account.get("/v2/shipments", import_batch_id=batch)["shipments"]
    assert {each["shipment_id"] for each in found} == {each.shipment_id for each in parts}


def test_a_label_is_told_by_its_batch_and_an_outside_number_as_a_fulfillment(account: Told) -> None:
    account.subscribe("label_created_v2")
    account.subscribe("fulfillment_shipped_v2")
    label = account.buy("A")
    account.post("/v2/shipments", {"shipments": [a_shipment("B")]})
    row = {"shipment_id": "se-100002", "tracking_number": "1Z9", "carrier_code": "ups"}
    account.post("/v2/fulfillments", {"fulfillments": [row]})
    first, second = account.pushed()
    assert first["resource_url"] == f"https://api.shipstation.com/v2/labels?batch_id={label['batch_id']}"
    assert account.get("/v2/labels", batch_id=label["batch_id"])["total"] == 1
    assert second["resource_url"].endswith("/v2/fulfillments?fulfillment_id=se-80001&shipment_id=se-100002")


def test_a_tracking_event_has_the_whole_record_inline(account: Told) -> None:
    account.subscribe("track_event_v2")
    label = account.buy()
    account.engine.choose(label["tracking_number"], Life.NORMAL, account.clock.now() + timedelta(hours=1), 1)
    for _ in range(60):
        account.passes(hours=1)
        account.engine.move()
    bodies = account.pushed()
    assert [each["data"]["status_code"] for each in bodies] == ["AC", "IT", "IT", "IT", "IT", "IT", "DE"]
    assert bodies[0]["resource_url"] == f"https://api.shipstation.com/v2/labels/{label['label_id']}/track"
    assert bodies[-1]["data"]["actual_delivery_date"] == "2026-11-04T17:00:00.000Z"


def test_a_batch_tells_when_it_is_done(account: Told) -> None:
    account.subscribe("batch_processed_v2")
    account.post("/v2/shipments", {"shipments": [a_shipment("A")]})
    batch = account.post("/v2/batches", {"shipment_ids": ["se-100001"]})["batch_id"]
    account.ask("POST", f"/v2/batches/{batch}/process/labels")
    assert account.pushed() == []
    account.passes(minutes=2)
    account.engine.move()
    (body,) = account.pushed()
    assert body["resource_url"] == f"https://api.shipstation.com/v2/batches/{batch}"


def test_a_voided_parcel_tells_nothing(account: Told) -> None:
    account.subscribe("track_event_v2")
    label = account.buy()
    account.engine.choose(label["tracking_number"], Life.NORMAL, account.clock.now() + timedelta(hours=1), 1)
    account.ask("PUT", f"/v2/labels/{label['label_id']}/void")
    account.passes(days=5)
    account.engine.move()
    assert account.pushed() == []


# --- signatures -------------------------------------------------------------------------------------------------


def opened(n: int, e: int, signature: bytes) -> bytes:
    """What the private key has made of the digest, with nothing but the public one."""
    return pow(int.from_bytes(signature), e, n).to_bytes(256)


def unpadded(value: str) -> int:
    return int.from_bytes(base64.urlsafe_b64decode(value + "=="))


def test_a_webhook_of_v2_is_signed_over_its_timestamp_and_its_bytes(account: Told) -> None:
    account.subscribe("label_created_v2", headers=[{"key": "x-secret", "value": "ours"}])
    account.buy()
    account.engine.push()
    ((url, headers, body),) = account.webhook.came
    assert (url, headers["x-secret"]) == (URL, "ours")
    assert datetime.fromisoformat(headers["x-shipengine-timestamp"]) == account.clock.now()
    (key,) = account.engine.handle(Request("GET", "https://api.shipengine.com/jwks")).json()["keys"]
    assert key["kid"] == headers["x-shipengine-rsa-sha256-key-id"]
    signature = base64.b64decode(headers["x-shipengine-rsa-sha256-signature"])
    padded = opened(unpadded(key["n"]), unpadded(key["e"]), signature)
    assert unpadded(key["n"]).bit_length() == 2048
    digest = hashlib.sha256(headers["x-shipengine-timestamp"].encode() + b"." + body).digest()
    assert padded.startswith(b"\x00\x01" + b"\xff" * 202 + b"\x00")
    assert padded.endswith(digest)
    assert padded[205:-32] == bytes.fromhex("3031300d060960864801650304020105000420")


def test_a_new_key_signs_before_everybody_knows_it(account: Told) -> None:
    account.subscribe("label_created_v2")
    account.engine.hooks.key = signing.SECOND
    account.buy()
    account.engine.push()
    kid = account.webhook.came[0][1]["x-shipengine-rsa-sha256-key-id"]
    known = lambda: {each["kid"] for each in account.engine.handle(Request("GET", "/jwks")).json()["keys"]}  # noqa: E731
    assert kid not in known()
    account.engine.hooks.keys.append(signing.SECOND)
    assert kid in known()


# --- V1 ---------------------------------------------------------------------------------------------------------


def test_a_webhook_of_v1_is_unsigned_and_points_to_a_shard_without_items(account: Told) -> None:
    account.ask_v1("POST", "/webhooks/subscribe", {"target_url": URL, "event": "SHIP_NOTIFY"})
    account.ask_v1("POST", "/webhooks/subscribe", {"target_url": URL, "event": "ORDER_NOTIFY"})
    (order,) = account.engine.enter_order(a_shipment(None, items=[{"sku": "VALVE-1", "quantity": 2}]))
    account.engine.buy(order)
    first, second = account.pushed()
    assert first["resource_type"] == "ORDER_NOTIFY"
    assert first["resource_url"].startswith("https://ssapi6.shipstation.com/orders?importBatch=")
    assert second["resource_url"] == (
        "https://ssapi11.shipstation.com/shipments?batchId=60001&includeShipmentItems=False"
    )
    assert not [name for _, headers, _ in account.webhook.came for name in headers if name.startswith("x-shipengine")]
    query = {"batchId": "60001", "host": "https://ssapi11.shipstation.com"}
    (bare,) = account.ask_v1("GET", "/shipments", includeShipmentItems="False", **query).json()["shipments"]
    assert bare["shipmentItems"] is None
    (whole,) = account.ask_v1("GET", "/shipments", includeShipmentItems="True", **query).json()["shipments"]
    assert [each["sku"] for each in whole["shipmentItems"]] == ["VALVE-1"]
    batch = first["resource_url"].rpartition("=")[2]
    assert account.ask_v1("GET", "/orders", importBatch=batch).json()["total"] == 1


# --- what goes wrong --------------------------------------------------------------------------------------------


def test_what_is_not_taken_is_lost_unless_it_is_sent_again(account: Told) -> None:
    account.subscribe("label_created_v2")
    account.webhook.statuses = [0, 500]
    account.buy("A")
    account.buy("B")
    assert len(account.pushed()) == 2
    account.passes(days=1)
    assert len(account.pushed()) == 2
    account.manners.retries = (timedelta(minutes=30),)
    account.webhook.statuses = [503]
    account.buy("C")
    assert len(account.pushed()) == 3
    assert account.engine.hooks.next_due() == account.clock.now() + timedelta(minutes=30)
    account.passes(minutes=30)
    assert account.pushed()[2] == account.pushed()[3]


def test_webhooks_are_dropped_repeated_and_out_of_order(account: Told) -> None:
    account.subscribe("label_created_v2")
    account.engine.hooks.mishaps = Mishaps(dropped=0.2, repeated=0.2, reordered=0.3, seed=7)
    batches = [account.buy(f"A{number}")["batch_id"] for number in range(40)]
    account.passes(days=1)
    told = [each["resource_url"].rpartition("=")[2] for each in account.pushed()]
    assert set(told) < set(batches)
    assert len(told) > len(set(told))
    assert told != sorted(told)


def test_without_anybody_to_post_webhooks_are_lost() -> None:
    account = Told()
    account.engine.hooks.post = None
    account.subscribe("label_created_v2")
    account.buy()
    account.engine.hooks.post = account.webhook
    assert account.pushed() == []
