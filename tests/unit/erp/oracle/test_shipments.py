"""Shipments of sales orders: what goes out to customers is read from their lines, and the lines are told the number."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from sandbox.erps.oracle import seed
from sandbox.erps.oracle.face import FIRST, HOST, IDENTITY, SCOPE, OracleErp
from sandbox.memory import ManualClock, MemorySecrets, MemoryTokens
from shared.connection import ConnectionFileError, overlaps
from shared.domain.address import Address
from shared.domain.measures import Weight
from shared.domain.order import Order
from shared.erp.oracle.adapter import open_erp
from shared.errors import Misconfigured, Refused, Retry, Unknown
from shared.http import Lost, Request, Response
from shared.ports import ShippedLine, WriteBack
from shared.workflow.write_back.document import together
from tests.unit.erp.oracle.bench import NOW, ONE, REFERENCE, TWO, Wire, a_connection, a_note, a_pod, judge, open_on
from tests.unit.erp.oracle.pod import Pod, answer

Make = Callable[..., Pod]
SHIPMENT, LINES, REQUESTS = "5001", "shipmentLines", "shipmentLineChangeRequests"
ADDRESS = {
    "name": "ShipToCustomer",
    "phone": "ShipToPhone",
    "line1": "ShipToAddress1",
    "city": "ShipToCity",
    "state": "ShipToState",
    "postcode": "ShipToPostalCode",
    "country": "ShipToCountry",
}
RECEIVER = {
    "ShipToCustomer": "Plant",
    "ShipToPhone": "7165550100",
    "ShipToAddress1": "9 Lake St",
    "ShipToCity": "Buffalo",
    "ShipToState": "NY",
    "ShipToPostalCode": "14203",
    "ShipToCountry": "US",
}
DOOR = {"shipment": {"enabled": True}}


def a_row(line: int, **fields: Any) -> dict[str, Any]:
    return {
        "ShipmentLine": line,
        "Order": "SO1",
        "OrderLine": "1",
        "Item": "ITEM-1",
        "ItemDescription": "Item 1",
        "InventoryItemId": 901,
        "RequestedQuantity": 2,
        "RequestedQuantityUOMCode": "EA",
        "LineStatusCode": "STAGED",
        "ShippingMethod": "UPS_GROUND",
        "Shipment": SHIPMENT,
        "TrackingNumber": None,
        "LastUpdateDate": "2026-11-02T13:50:00.250+00:00",
        **RECEIVER,
        **fields,
    }


def outbound(
    erp: dict[str, Any] | None = None, shipment: dict[str, Any] | None = None, **changes: Any
) -> dict[str, Any]:
    """The changes that make a connection one of shipments."""
    part = {"address": ADDRESS, "units": {"EA": "Each"}, **(shipment or {})}
    return {"flow": "outbound", "erp": {"source": "shipments", "shipment": part, **(erp or {})}, **changes}


@pytest.fixture
def ship(a_judged_pod: Make) -> Pod:
    """A pod with a shipment of two lines, which takes change requests."""
    pod = a_judged_pod()
    pod.rows |= {LINES: [a_row(1), a_row(2, OrderLine="2", RequestedQuantity="1.5")], "shipments": []}

    def takes(request: Request) -> Response | None:
        if request.method != "POST" or pod.path_of(request) != REQUESTS:
            return None
        for change in json.loads(request.body)["shipmentLines"]:
            row = next(each for each in pod.rows[LINES] if each["ShipmentLine"] == change["ShipmentLine"])
            row.update(change)
        return answer(201, {"ActionCode": "UpdateAttributes"})

    pod.hooks.append(takes)
    return pod


def read(pod: Pod, **changes: Any) -> tuple[Order, ...]:
    return open_on(pod, **outbound(**changes)).read(SHIPMENT)


def note(*numbers: str, lines: tuple[str, ...] = ("1", "2"), **changes: Any) -> WriteBack:
    shipped = tuple(ShippedLine(each, Decimal(1), "Each") for each in lines)
    return a_note(*numbers, document=SHIPMENT, lines=shipped, **changes)


# --- reading ---------------------------------------------------------------------------------------------------------


def test_a_shipment_is_read_with_its_lines_and_its_receiver(ship: Pod) -> None:
    ship.rows[LINES].append(a_row(3, Shipment="5002"))
    (order,) = read(ship)
    assert (order.document, order.delivery, order.flow, order.service) == (SHIPMENT, "", "outbound", "UPS")
    assert (order.ship_to.name, order.ship_to.phone) == ("Plant", "7165550100")
    assert order.ship_to.address == Address(("9 Lake St",), "Buffalo", "NY", "14203", "US")
    assert [(line.number, line.item, line.quantity, line.unit) for line in order.lines] == [
        ("1", "ITEM-1", 2, "Each"),
        ("2", "ITEM-1", Decimal("1.5"), "Each"),
    ]
    assert not order.cancelled


def test_the_address_may_stand_on_the_shipment(ship: Pod) -> None:
    for row in ship.rows[LINES]:
        for name in RECEIVER:
            del row[name]
    ship.rows["shipments"] = [{"Shipment": SHIPMENT, **RECEIVER}]
    (order,) = read(ship, shipment={"address_on": "shipment"})
    assert order.ship_to.address.city == "Buffalo"
    assert [path for _, path in ship.calls()].count(f"shipments/{SHIPMENT}") == 1


def test_a_place_of_the_file_goes_before_the_fields(ship: Pod) -> None:
    ship.rows[LINES][1]["ShipToLocationId"] = "HQ"
    groups = read(ship, shipment={"location": "ShipToLocationId"})
    assert [(each.delivery, each.ship_to.address.city) for each in groups] == [
        ("line-1", "Buffalo"),
        ("line-2", "Atlanta"),
    ]


def test_lines_from_another_warehouse_or_by_another_service_are_a_parcel_of_their_own(ship: Pod) -> None:
    """Where an order, and not a shipment, is the document, its lines may leave from several places."""
    ship.rows[LINES][0]["OrganizationCode"], ship.rows[LINES][1]["OrganizationCode"] = "W01", "W02"
    groups = read(ship, shipment={"organization": "OrganizationCode"})
    assert [(each.delivery, each.warehouse) for each in groups] == [("line-1", "W01"), ("line-2", "W02")]
    ship.rows[LINES][1] |= {"OrganizationCode": "W01", "ShippingMethod": "UPS_AIR"}
    groups = read(ship, shipment={"organization": "OrganizationCode"}, services={"UPS": "03", "UPS_AIR": "02"})
    assert [(each.delivery, each.service) for each in groups] == [("line-1", "UPS"), ("line-2", "UPS_AIR")]


@pytest.mark.parametrize("lacks", ["ShipToAddress1", "ShipToCity", "ShipToCountry"])
def test_q34_without_a_whole_address_it_is_held_with_what_to_name_and_nothing_is_guessed(ship: Pod, lacks: str) -> None:
    ship.rows[LINES][0][lacks] = None
    with pytest.raises(Refused, match="line 1 of 5001 has no whole address") as held:
        read(ship)
    assert (held.value.reason, held.value.field) == ("address", "ship_to.address")
    assert "erp.shipment.address" in str(held.value.hint)
    with pytest.raises(Refused, match="no whole address"):
        read(ship, shipment={"address": {}})


def test_a_shipment_whose_address_may_not_be_seen_is_held(ship: Pod) -> None:
    ship.refused["shipments"] = answer(403, b"Forbidden")
    with pytest.raises(Refused, match="no whole address"):
        read(ship, shipment={"address_on": "shipment"})


def test_lines_that_are_not_staged_or_not_selected_do_not_go_and_say_why(ship: Pod) -> None:
    ship.rows[LINES] += [
        a_row(3, LineStatusCode="BACKORDERED"),
        a_row(4, ShippingMethod="FEDEX_GROUND"),
        a_row(5, Site="W02"),
        a_row(6, RequestedQuantity=0),
    ]
    for row in ship.rows[LINES]:
        row.setdefault("Site", "W01")
    select = {"organizations": ["W01"]}
    (order,) = read(ship, shipment={"organization": "Site"}, select=select)
    assert [line.number for line in order.lines] == ["1", "2"]
    assert (order.warehouse, [each.line for each in order.skipped]) == ("W01", ["3", "4", "5", "6"])
    assert order.skipped[0].reason == "its status is BACKORDERED"


def test_a_status_is_meant_whatever_its_capitals(ship: Pod) -> None:
    erp = open_on(ship, **outbound(shipment={"statuses": ["Staged"]}))
    (order,) = erp.read(SHIPMENT)
    assert [line.number for line in order.lines] == ["1", "2"]
    assert [each.ready for each in erp.listing(NOW.date(), NOW - timedelta(days=1))] == [True]


def test_what_has_left_is_wanted_no_more_and_what_is_cancelled_or_gone_is_closed(ship: Pod) -> None:
    for row in ship.rows[LINES]:
        row["LineStatusCode"] = "SHIPPED"
    assert read(ship) == ()
    for row in ship.rows[LINES]:
        row["LineStatusCode"] = "CANCELLED"
    assert [each.cancelled for each in read(ship)] == [True]
    ship.rows[LINES] = []
    assert [(each.cancelled, each.notes) for each in read(ship)] == [
        (True, ("Fusion has no such shipment, or shows none",))
    ]


def test_weights_are_those_of_the_items_in_their_own_unit(ship: Pod) -> None:
    ship.rows["itemsV2"] = [
        {"ItemNumber": "ITEM-1", "PrimaryUOMValue": "Each", "UnitWeightQuantity": "3.5", "WeightUOMCode": "LBS"}
    ]
    packing = {"unit_weight_from": "items"}
    assert read(ship, packing=packing)[0].lines[0].unit_weight == Weight(Decimal("3.5"), "lb")
    other = read(ship, packing=packing, shipment={"units": {}})[0].lines[0]
    assert (other.unit_weight, other.weight_per) == (None, "Each")


def test_a_customer_is_known_where_the_file_names_its_field(ship: Pod) -> None:
    rules = {"billing": {"rules": [{"customer": "Acme Retail", "bill": "receiver", "account": "A1B2C4"}]}}
    with pytest.raises(ConnectionFileError):
        read(ship, **rules)
    ship.rows[LINES][0]["SoldToCustomer"] = "Acme Retail"
    assert read(ship, shipment={"customer": "SoldToCustomer"}, **rules)[0].customer == "Acme Retail"


def test_a_shipment_is_no_purchase_order_of_the_same_number(ship: Pod) -> None:
    """Each numbering is a company of its own: no claim of the one stops the other, nor do both connections overlap."""
    (shipment,) = read(ship)
    (order,) = open_on(a_pod(OrderNumber=SHIPMENT)).read(SHIPMENT)
    assert (shipment.document, shipment.system) == (order.document, order.system)
    assert shipment.key != order.key
    assert not overlaps(a_connection(**outbound()), a_connection())


@pytest.mark.parametrize("document", ["5001'", "5001' or ShipmentLine > 0", '"', "\n"])
def test_g20_a_shipment_s_name_with_a_quote_is_never_asked_for(ship: Pod, document: str) -> None:
    with pytest.raises(Refused, match="cannot be looked up"):
        open_on(ship, **outbound()).read(document)
    assert ship.calls() == []


def test_s11_changes_are_listed_by_the_last_change_of_a_line_in_a_closed_window(ship: Pod) -> None:
    ship.rows[LINES] += [
        a_row(3, LastUpdateDate="2026-11-02T13:58:00+00:00"),
        a_row(4, Shipment="5002", LastUpdateDate="2026-11-02T13:40:00+00:00"),
        a_row(5, Shipment=None),
        a_row(6, Shipment="5003", LastUpdateDate="2026-11-02T13:59:30+00:00"),
        a_row(7, Shipment="5004", LastUpdateDate="2026-11-02T13:29:00+00:00"),
    ]
    changes = open_on(ship, **outbound()).changed("2026-11-02T13:45:00.000Z", NOW - timedelta(days=1))
    assert [(each.document, each.stamp[11:16]) for each in changes] == [("5002", "13:40"), (SHIPMENT, "13:58")]


def test_the_pod_s_own_account_has_what_waits_and_what_left_on_a_day(ship: Pod) -> None:
    old, today = "2026-11-01T13:00:00+00:00", "2026-11-02T13:00:00+00:00"
    ship.rows[LINES] += [
        a_row(3, Shipment="5002", LineStatusCode="SHIPPED", LastUpdateDate=today),
        a_row(4, Shipment="5003", LineStatusCode="SHIPPED", LastUpdateDate=old),
        a_row(5, Shipment="5004", LineStatusCode="CANCELLED"),
        a_row(6, Shipment="5005", LineStatusCode="BACKORDERED"),
        a_row(7, Shipment="5006", ShippingMethod="FEDEX"),
        a_row(8, LineStatusCode="SHIPPED"),
        a_row(9, Shipment=None),
    ]
    account = open_on(ship, **outbound()).listing(NOW.date(), NOW - timedelta(days=30))
    assert [(each.document, each.ready, each.status) for each in account] == [
        (SHIPMENT, True, "STAGED"),
        ("5002", False, "SHIPPED"),
    ]


# --- the number ------------------------------------------------------------------------------------------------------


def test_s36_each_line_gets_the_number_by_one_request_and_nothing_is_written_twice(ship: Pod) -> None:
    erp = open_on(ship, **outbound(write_back=DOOR))
    assert erp.write(note(ONE)) == (f"{LINES}.TrackingNumber",)
    assert ship.bodies("POST", REQUESTS) == [
        {
            "ActionCode": "UpdateAttributes",
            "shipmentLines": [
                {"ShipmentLine": 1, "TrackingNumber": ONE},
                {"ShipmentLine": 2, "TrackingNumber": ONE},
            ],
        }
    ]
    assert erp.write(note(ONE)) == (f"{LINES}.TrackingNumber",)
    assert len(ship.calls("POST")) == 1


def test_the_door_is_closed_by_default(ship: Pod) -> None:
    assert open_on(ship, **outbound()).write(note(ONE)) == ()
    assert open_on(ship, **outbound(write_back={**DOOR, "enabled": False})).write(note(ONE)) == ()
    assert ship.calls() == []


def test_each_line_has_the_number_of_its_own_shipment_and_others_are_left_alone(ship: Pod) -> None:
    ship.rows[LINES].append(a_row(3, LineStatusCode="BACKORDERED"))
    both = together([note(ONE, lines=("1",)), note(TWO, lines=("2",), reference=f"{REFERENCE}2")])
    open_on(ship, **outbound(write_back=DOOR)).write(both)
    assert [row["TrackingNumber"] for row in ship.rows[LINES]] == [ONE, TWO, None]


def test_a_line_that_went_in_two_shipments_has_the_numbers_of_both(ship: Pod) -> None:
    """More of it was ordered after the label, and a person shipped the rest."""
    erp = open_on(ship, **outbound(write_back=DOOR))
    erp.write(note(ONE, lines=("1",)))
    erp.write(together([note(ONE, lines=("1",)), note(TWO, lines=("1",), reference=f"{REFERENCE}2")]))
    assert ship.rows[LINES][0]["TrackingNumber"] == f"{ONE}, +1"


def test_g4_another_s_number_stays_unless_the_file_says_otherwise(ship: Pod) -> None:
    ship.rows[LINES][0]["TrackingNumber"] = "OTHER-1"
    open_on(ship, **outbound(write_back=DOOR)).write(note(ONE))
    assert [row["TrackingNumber"] for row in ship.rows[LINES]] == ["OTHER-1", ONE]
    over = {"shipment": {"enabled": True, "mode": "overwrite"}}
    open_on(ship, **outbound(write_back=over)).write(note(ONE))
    assert [row["TrackingNumber"] for row in ship.rows[LINES]] == [ONE, ONE]


def test_more_numbers_than_fit_are_counted_and_none_is_cut(ship: Pod) -> None:
    held = open_on(ship, **outbound(write_back=DOOR)).write(note(ONE, TWO))
    assert ship.rows[LINES][0]["TrackingNumber"] == f"{ONE}, +1"
    assert held == (f"{LINES}.TrackingNumber (1 more numbers are kept in our store)",)


def test_s39_a_voided_number_leaves_the_lines_and_what_another_wrote_stays(ship: Pod) -> None:
    ship.rows[LINES][0]["TrackingNumber"], ship.rows[LINES][1]["TrackingNumber"] = ONE, "OTHER-1"
    gone = replace(note(), milestone="voided", withdrawn=(ONE,), before=note(ONE))
    open_on(ship, **outbound(write_back=DOOR)).write(gone)
    assert [row["TrackingNumber"] for row in ship.rows[LINES]] == [None, "OTHER-1"]


def test_q35_a_request_that_was_taken_and_shows_nothing_is_unknown(ship: Pod) -> None:
    ship.hooks.insert(
        0,
        lambda request: (
            answer(201, {"ActionCode": "x"}) if request.method == "POST" and REQUESTS in request.url else None
        ),
    )
    with pytest.raises(Unknown, match="line 1, 2 of 5001"):
        open_on(ship, **outbound(write_back=DOOR)).write(note(ONE))


@pytest.mark.parametrize(
    ("response", "kind"),
    [(answer(400, b"no"), Refused), (answer(403), Misconfigured), (answer(429), Retry),
     (answer(503), Unknown), (answer(201), Unknown), (None, Unknown)],
)  # fmt: skip
def test_a_refusal_is_a_proof_and_a_lost_answer_is_unknown(ship: Pod, response: Response | None, kind: Any) -> None:
    def hook(request: Request) -> Response | None:
        if request.method == "POST" and ship.path_of(request) == REQUESTS:
            if response is None:
                raise Lost("reset")
            return response
        return None

    ship.hooks.insert(0, hook)
    with pytest.raises(kind):
        open_on(ship, **outbound(write_back=DOOR)).write(note(ONE))


# --- the file --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"flow": "inbound"}, "flow"),
        ({"erp": {"source": "purchase_orders"}}, "flow"),
        ({"erp": {"cursor": "CreationDate"}}, "LastUpdateDate only"),
        ({"select": {"buyer_managed": True}}, "no line has it"),
        ({"select": {"organizations": ["W01"]}}, "erp.shipment.organization"),
        ({"write_back": {"advice": {"enabled": True}}}, "is for purchase orders"),
        ({"write_back": {"order": {"enabled": True}}}, "is for purchase orders"),
    ],
)
def test_what_does_not_go_together_is_refused_by_name(changes: dict[str, Any], said: str) -> None:
    whole = outbound()
    for name, value in changes.items():
        whole[name] = {**whole.get(name, {}), **value} if isinstance(value, dict) else value
    with pytest.raises(match=said):
        a_connection(**whole)


def test_the_door_of_shipments_is_not_one_of_purchase_orders() -> None:
    with pytest.raises(match="is for source shipments"):
        a_connection(write_back=DOOR)


# --- the connection test ---------------------------------------------------------------------------------------------


def test_s66_the_test_shows_a_line_its_address_and_whether_it_would_be_taken(ship: Pod) -> None:
    ship.rows[LINES].insert(0, a_row(9, LineStatusCode="SHIPPED"))
    found = {each.name: each for each in open_on(ship, **outbound(write_back=DOOR)).ping()}
    assert [each.name for each in found.values() if not each.ok] == []
    assert found["shipments"].detail == "line 1 of 5001 is seen; statuses: SHIPPED, STAGED"
    assert (found["addresses"].detail, found["selection"].detail) == ("Buffalo, US", "line 1 would be taken")
    assert {method for method, _ in ship.calls()} == {"GET"}


def test_the_test_names_fields_that_are_missing_and_the_nearest_there_are(ship: Pod) -> None:
    names = {"address": {**ADDRESS, "city": "ShipToTown", "line1": "ShipToAddres1"}}
    found = {each.name: each for each in open_on(ship, **outbound(shipment=names)).ping()}
    assert "ShipToAddres1 (is it ShipToAddress1?)" in found["fields of a line"].detail
    assert not found["addresses"].ok
    ship.rows[LINES] = []
    found = {each.name: each for each in open_on(ship, **outbound()).ping()}
    assert "no access to the data" in found["shipments"].detail


# --- on the emulated pod ---------------------------------------------------------------------------------------------


def test_on_the_emulated_pod_a_shipment_is_listed_read_and_told_and_the_judge_has_nothing_to_say() -> None:
    clock = ManualClock(datetime(2026, 11, 2, 14, tzinfo=UTC))
    emulated = OracleErp(clock.now)
    pod = emulated.pod
    for place in (1, 2):
        seed.add_outbound(pod, "SO1", "VALVE-1", place, Shipment=SHIPMENT, OrderLine=str(place))
    seed.add_outbound_header(pod, SHIPMENT, **RECEIVER)
    changes = outbound(
        erp={"url": f"https://{HOST}", "token_url": f"https://{IDENTITY}/oauth2/v1/token", "scope": SCOPE, "lag": "0s"},
        shipment={"address_on": "shipment"},
        write_back=DOOR,
    )
    connection = a_connection(**changes)
    secrets, wire = MemorySecrets({(connection.id, "erp"): dict(FIRST)}), Wire(emulated.engine)
    erp = open_erp(connection, secrets=secrets, tokens=MemoryTokens(clock), transport=wire, clock=clock)
    clock.advance(timedelta(minutes=1))
    (change,) = erp.changed("", clock.now() - timedelta(days=1))
    (order,) = erp.read(change.document)
    assert (order.ship_to.address.city, [line.quantity for line in order.lines]) == ("Buffalo", [1, 2])
    told = note(ONE, lines=tuple(line.number for line in order.lines))
    assert erp.write(told) == erp.write(told) == (f"{LINES}.TrackingNumber",)
    assert {row.values["TrackingNumber"] for row in pod.table(LINES).values()} == {ONE}
    assert [each.method for each in wire.sent].count("POST") == 2, "a token and one change request"
    assert all(each.ok for each in erp.ping())
    held = judge()
    said = [held.check(each.method, each.url, dict(each.headers), each.body) for each in wire.sent] if held else []
    assert [each for each in said if each] == []
