"""A shipment of a sales order from the pod to its number on the lines, with the workflow as it is deployed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sandbox.erps.oracle import seed
from sandbox.erps.oracle.face import OracleErp
from sandbox.erps.oracle.pod import Row
from sandbox.simulation.by_hand import ByHand
from shared.connection import Connection
from shared.domain.address import Address, Party
from shared.domain.record import Head
from shared.workflow.desk.void import void
from tests.builders import FILE, parse

SHIPMENT = "5001"
RECEIVER = {
    "ShipToCustomer": "Plant",
    "ShipToPhone": "7165550100",
    "ShipToAddress1": "9 Lake St",
    "ShipToCity": "Buffalo",
    "ShipToState": "NY",
    "ShipToPostalCode": "14203",
    "ShipToCountry": "US",
}
FIELDS = {
    "name": "ShipToCustomer",
    "phone": "ShipToPhone",
    "line1": "ShipToAddress1",
    "city": "ShipToCity",
    "state": "ShipToState",
    "postcode": "ShipToPostalCode",
    "country": "ShipToCountry",
}


def a_connection(**shipment: Any) -> Connection:
    own = OracleErp.file()
    part = {"address_on": "shipment", "address": FIELDS, "units": {"EA": "Each"}, **shipment}
    kept = {name: FILE[name] for name in ("id", "carrier", "schedule", "services", "approve", "locations")}
    return parse(
        {
            **kept,
            "flow": "outbound",
            "erp": {**own["erp"], "source": "shipments", "shipment": part},
            "select": {"shipping_method": ["UPS"]},
            "packing": own["packing"],
            "write_back": {"shipment": {"enabled": True}},
        }
    )


class Shop:
    """A pod that ships one shipment of two lines, and our functions beside it."""

    def __init__(self, **shipment: Any) -> None:
        self.world = ByHand(a_connection(**shipment))
        assert isinstance(self.world.erp, OracleErp)
        self.pod = self.world.erp.pod
        place = Party("Acme", Address(("1 A St",), "Atlanta", "GA", "30301", "US"), "", "4045550100")
        self.world.erp.add_warehouse("W01", place)
        self.world.erp.add_item("VALVE-1", "Gate valve", weight="3.5")
        self.world.start()
        self.lines = [seed.add_outbound(self.pod, "SO1", "VALVE-1", place, Shipment=SHIPMENT) for place in (1, 2)]
        self.header: Row = seed.add_outbound_header(self.pod, SHIPMENT, **RECEIVER)

    def lives(self, span: timedelta = timedelta(hours=2)) -> None:
        self.world.run(span, done=lambda _: False)

    @property
    def head(self) -> Head:
        (head,) = self.world.orders.every()
        return head

    @property
    def numbers(self) -> list[str | None]:
        return [row.values.get("TrackingNumber") for row in self.lines]


@pytest.fixture
def shop() -> Shop:
    made = Shop()
    made.lives()
    return made


def test_s36_a_shipment_gets_one_label_and_its_lines_the_number(shop: Shop) -> None:
    assert (shop.head.state, shop.head.document) == ("DONE", SHIPMENT)
    (live,) = shop.world.carrier.ledger.live()
    assert shop.numbers == [live.tracking_numbers[0]] * 2
    shop.lives(timedelta(hours=6))
    assert shop.head.state == "DONE", "what we wrote ourselves is no change of the shipment"
    assert len(shop.world.carrier.ledger.live()) == 1


def test_what_has_left_stays_done(shop: Shop) -> None:
    for row in shop.lines:
        shop.pod.touch(row, LineStatusCode="SHIPPED")
    shop.lives(timedelta(hours=6))
    assert shop.head.state == "DONE"


def test_a_void_takes_the_number_off_the_lines(shop: Shop) -> None:
    void(shop.world.ports, shop.head.key, "ann")
    shop.lives()
    assert (shop.head.state, shop.numbers) == ("CANCELLED", [None, None])
    assert shop.world.carrier.ledger.live() == []


def test_without_an_address_nothing_is_bought_until_the_file_names_its_fields() -> None:
    shop = Shop(address={})
    shop.lives()
    assert shop.world.carrier.ledger.live() == []
    assert (shop.head.state, shop.head.reason, shop.head.field) == ("HELD", "address", "ship_to.address")
    assert shop.numbers == [None, None]
