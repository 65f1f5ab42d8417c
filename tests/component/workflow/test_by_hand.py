"""A person buys the label in ShipStation: the order waits there, and its number comes back by poll and by webhook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from sandbox.carriers.shipstation import signing
from sandbox.carriers.shipstation.face import V1_CREDENTIAL, ShipStation
from sandbox.engine import Fault
from sandbox.faces import Entered, Line
from sandbox.simulation.by_hand import ByHand, a_minute
from sandbox.simulation.orders import furnish
from sandbox.simulation.scenario import file_of
from shared.carriers.shipstation.signature import keys_of
from shared.connection import parse
from shared.domain.record import Head
from shared.domain.state import BY_HAND, BY_HAND_LATE, Reason, State
from shared.domain.steps import Step
from shared.domain.tracking import PushTarget
from shared.domain.webhook import Credential, Webhook, digest_of
from shared.http import Response
from shared.pushes import reader_of, verifier_of
from shared.registry import KINDS
from shared.workflow.tracking.look import look
from shared.workflow.tracking.receive import Call, Door, receive

DOCUMENT, ID, CREDENTIAL = "4000001", "aBcDeFgHiJkLmNoPqRsT_-", "a-credential"
TARGET = PushTarget(f"https://hooks.example/webhooks/shipstation/{ID}", CREDENTIAL)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class Shop:
    """A world whose labels a person buys in ShipStation."""

    def __init__(self, api: str = "v2", **carrier: Any) -> None:
        file = file_of("infor-m3", "shipstation")
        accounts = {"ups": "se-101"} if api == "v2" else {"ups": "ups"}
        file["carrier"] = {**file["carrier"], "api": api, "accounts": accounts, "label_by": "person", **carrier}
        file["label"] = {"format": "PDF", "stock": "4x6"}
        file["tracking"] = {"push": api}
        self.world = ByHand(parse(file, KINDS), index_lag=timedelta(0))
        if api == "v1":
            self.world.secrets.fields[self.id, "carrier"] = dict(V1_CREDENTIAL)
        assert isinstance(self.world.carrier, ShipStation)
        self.there = self.world.carrier
        furnish(self.world.erp)
        if api == "v1":
            self.there.engine.book.add_warehouse("Valve Works", BUFFALO)
        self.world.start()

    @property
    def id(self) -> str:
        return self.world.connection.id

    @property
    def head(self) -> Head:
        (head,) = self.world.heads()
        return head

    def order(self) -> Head:
        self.world.erp.add(Entered(DOCUMENT, (Line("VALVE-2IN", 2),)))
        self.lives(30 * MINUTE)
        return self.head

    def lives(self, span: timedelta) -> None:
        self.world.run(span, done=lambda _: False)

    def steps(self) -> list[str]:
        return [str(each.what) for each in self.world.ports.orders.audit(self.head.key)]


BUFFALO = {
    "name": "Valve Works",
    "phone": "716-555-0101",
    "address_line1": "77 Mill Rd",
    "city_locality": "Buffalo",
    "state_province": "NY",
    "postal_code": "14201",
    "country_code": "US",
}


@pytest.mark.parametrize("api", ["v2", "v1"])
def test_an_order_waits_at_the_carrier_and_its_number_comes_back_by_the_poll(api: str) -> None:
    shop = Shop(api)
    head = shop.order()
    assert (head.state, head.reason, head.in_doubt) == (State.UNKNOWN, BY_HAND, True)
    assert shop.there.ledger.live() == []
    shop.there.buy_by_hand(head.reference)
    shop.lives(30 * MINUTE)
    (bought,) = shop.there.ledger.live()
    assert shop.head.state == State.DONE
    assert (shop.head.tracking_number, shop.head.in_doubt) == (bought.tracking_numbers[0], False)
    assert shop.world.erp.fields_of(DOCUMENT)["tracking_numbers"] == bought.tracking_numbers[0]
    assert shop.head.cost
    assert (shop.head.cost_estimated, shop.head.cost.amount) == (False, bought.charge.quantize(Decimal("0.01")))


def test_nobody_is_held_and_somebody_is_reminded_once() -> None:
    shop = Shop(label_reminder="6h")
    shop.order()
    shop.lives(5 * HOUR)
    assert shop.head.reason == BY_HAND
    shop.lives(3 * DAY)
    assert (shop.head.state, shop.head.reason) == (State.UNKNOWN, BY_HAND_LATE)
    assert shop.steps().count(Step.REMINDED) == 1
    assert len(shop.steps()) < 10, "looks leave no steps"
    shop.there.buy_by_hand(shop.head.reference)
    shop.lives(2 * HOUR)
    assert shop.head.state == State.DONE


def test_it_waits_longer_than_the_sweep_has_patience() -> None:
    shop = Shop(label_reminder="2d")
    shop.order()
    shop.lives(10 * DAY)
    assert shop.head.state == State.UNKNOWN
    asked = [each for each in shop.there.engine.recorded if each.operation == "list_labels"]
    assert len(asked) < 10 * 24 + 30


def test_an_order_whose_answer_was_lost_is_sent_once() -> None:
    shop = Shop()
    shop.there.engine.faults.append(Fault("create_shipments", "reset_after"))
    shop.order()
    shop.lives(HOUR)
    assert (shop.head.state, shop.head.reason) == (State.UNKNOWN, BY_HAND)
    sent = [each.external for each in shop.there.engine.book.shipments.values() if each.order]
    assert sent == [shop.head.reference]
    shop.there.buy_by_hand(shop.head.reference)
    shop.lives(HOUR)
    assert shop.head.state == State.DONE
    assert len(shop.there.ledger.live()) == 1


def test_an_order_that_was_cancelled_there_before_its_answer_was_heard_is_for_a_person() -> None:
    shop = Shop()
    shop.there.engine.faults.append(Fault("create_shipments", "reset_after"))
    shop.world.erp.add(Entered(DOCUMENT, (Line("VALVE-2IN", 2),)))
    shop.lives(2 * MINUTE)
    for shipment in shop.there.engine.book.shipments.values():
        shipment.status = "cancelled"
    shop.lives(HOUR)
    assert (shop.head.state, shop.head.reason) == (State.HELD, Reason.UNKNOWN)


def test_s47_the_webhook_of_a_label_brings_its_number_at_once() -> None:
    shop = Shop()
    ports = shop.world.ports
    keys = tuple(keys_of(signing.jwks([signing.FIRST])).items())
    known = (Credential(digest_of(CREDENTIAL.encode())),)
    ports.webhooks.begin(Webhook(ID, shop.id, "shipstation", known, keys=keys))
    shop.world.ports = ports = _with_webhook(ports)
    door = Door(
        ports.webhooks, ports.tracking, ports.tracking_queue, ports.clock, reader_of, ports.looks_queue, verifier_of
    )

    def post(url: str, headers: Mapping[str, str], body: bytes) -> Response:
        answer = receive(door, Call("shipstation", url.rsplit("/", 1)[1], headers, body))
        return Response(answer.status, {}, answer.words.encode())

    shop.there.push_to(post)
    look(ports, shop.id, ["@subscribe"], a_minute)
    events = sorted(each.event for each in shop.there.engine.hooks.standing.values())
    assert events == ["label_created_v2", "track_event_v2"]
    shop.order()
    shop.lives(2 * DAY)
    shop.there.buy_by_hand(shop.head.reference)
    shop.there.advance()
    assert [each.status for each in shop.there.engine.hooks.sent] == [200]
    shop.lives(2 * MINUTE)
    assert shop.head.tracking_number
    assert shop.head.state == State.DONE


def _with_webhook(ports: Any) -> Any:
    return replace(ports, webhook=lambda _: TARGET)


def test_what_the_erp_changes_meanwhile_is_for_a_person() -> None:
    shop = Shop()
    shop.order()
    shop.world.erp.change_quantity(DOCUMENT, "1", 5)
    shop.lives(2 * HOUR)
    assert (shop.head.state, shop.head.reason, shop.head.in_doubt) == (State.HELD, Reason.UNKNOWN, True)
