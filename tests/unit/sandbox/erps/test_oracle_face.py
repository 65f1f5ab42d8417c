"""Fusion behind the face: what a buying department does, and what the judges see of it."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import pytest

from sandbox.engine import Fault
from sandbox.erps.oracle import orders, seed
from sandbox.erps.oracle.face import HOST, OTHERS, SEGMENTS, OracleErp
from sandbox.erps.oracle.token_server import SCOPE
from sandbox.faces import Entered, Line
from sandbox.memory import ManualClock
from sandbox.places import place
from shared.http import Request, Response

ALBANY = place("Acme", "1 Dock St", "Albany", "NY", "12207")
TROY = place("Acme Plant", "9 River St", "Troy", "NY", "12180")
BUFFALO = place("Valve Works", "77 Mill Rd", "Buffalo", "NY", "14201", phone="716-555-0101")
ROOT = f"https://{HOST}/fscmRestApi/resources/11.13.18.05/"
ACTION = "application/vnd.oracle.adf.action+json"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def erp(clock: ManualClock) -> OracleErp:
    erp = OracleErp(clock.now)
    erp.add_warehouse("W01", ALBANY)
    erp.add_supplier("V100", BUFFALO, contact="Ann Lee", contact_phone="716-555-0102")
    erp.add_item("VALVE-1", "Gate valve", weight="3.5")
    erp.add_item("GASKET-X", "Gasket")
    erp.add(Entered("4000001", (Line("VALVE-1", 5), Line("GASKET-X", 2, received=1))))
    return erp


def token(erp: OracleErp, credential: Mapping[str, str]) -> Response:
    basic = base64.b64encode(f"{credential['client_id']}:{credential['client_secret']}".encode()).decode()
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Authorization": f"Basic {basic}"}
    body = f"grant_type=client_credentials&scope={quote(SCOPE)}".encode()
    return erp.engine.handle(Request("POST", f"{erp.vendor_url('token')}/oauth2/v1/token", headers, body))


def call(erp: OracleErp, method: str, rest: str, body: Any = None, kind: str = "application/json") -> Any:
    headers = {"Authorization": f"Bearer {token(erp, erp.credential).json()['access_token']}"}
    headers |= {"REST-Framework-Version": "4", "Content-Type": kind}
    raw = b"" if body is None else json.dumps(body).encode()
    answer = erp.engine.handle(Request(method, ROOT + rest, headers, raw))
    assert answer.status < 300, answer.body
    return answer.json()


def advise(erp: OracleErp, number: str = "PB1-1", document: str = "4000001", **changes: Any) -> dict[str, Any]:
    line = {"ReceiptSourceCode": "VENDOR", "SourceDocumentCode": "PO", "TransactionType": "SHIP"}
    line |= {"AutoTransactCode": "SHIP", "OrganizationCode": "W01", "DocumentNumber": document}
    line |= {
        "DocumentLineNumber": 1,
        "ItemNumber": "VALVE-1",
        "Quantity": 2,
        "UnitOfMeasure": "Each",
        **changes.pop("line", {}),
    }
    body = {"ASNType": "ASN", "ReceiptSourceCode": "VENDOR", "OrganizationCode": "W01", "VendorName": "Valve Works"}
    body |= {"VendorSiteCode": "V100 US1", "ShipmentNumber": number, "ShippedDate": erp.pod.now().isoformat()}
    body |= {"WaybillAirbillNumber": "1ZONE", "FreightCarrierName": "UPS", "lines": [line], **changes}
    answer = call(erp, "POST", "receivingReceiptRequests", body)
    assert answer["ReturnStatus"] == "SUCCESS"
    return dict(answer)


def advice_of(erp: OracleErp) -> str:
    (found,) = call(erp, "GET", "inboundShipments?q=ShipmentNumber='PB1-1'")["items"]
    return str(found["links"][0]["href"].partition("11.13.18.05/")[2])


def test_an_order_stands_as_it_was_entered(erp: OracleErp) -> None:
    erp.add(Entered("4000002", (Line("VALVE-1", 1), Line("VALVE-1", 2, to=TROY)), service="TRK", freight_terms="PPD"))
    order = erp.pod.order("4000002")
    assert order is not None
    values = order.values
    assert (values["OrderNumber"], values["ShippingMethod"], values["Supplier"]) == ("4000002", "TRK", "Valve Works")
    assert (values["POHeaderId"] != 4000002, values["BuyerManagedTransportFlag"]) == (True, False)
    assert erp.goods("4000002").places == {"12207", "12180"}
    assert erp.goods("4000001").pieces == ((5, Decimal("3.5")), (1, None))
    assert erp.documents() == ["4000001", "4000002"]


def test_a_received_order_is_past_selection_and_one_to_another_place_goes_there(erp: OracleErp) -> None:
    erp.add(Entered("4000002", (Line("VALVE-1", 1),), received=True, to=TROY))
    order = erp.pod.order("4000002")
    assert order is not None
    assert order.values["StatusCode"] == "CLOSED FOR RECEIVING"
    assert erp.goods("4000002").places == {"12180"}


def test_what_users_do_moves_the_order_s_time_and_a_weight_does_not(erp: OracleErp, clock: ManualClock) -> None:
    def changed_at() -> Any:
        return call(erp, "GET", "purchaseOrders?q=OrderNumber='4000001'")["items"][0]["LastUpdateDate"]

    before = changed_at()
    clock.advance(timedelta(minutes=1))
    erp.weigh("GASKET-X", "0.8")
    assert changed_at() == before
    assert erp.goods("4000001").pieces[1] == (1, Decimal("0.8"))
    for act in (
        lambda: erp.edit("4000001"),
        lambda: erp.change_quantity("4000001", "1", 7),
        lambda: erp.readdress("4000001", TROY),
        lambda: erp.close("4000001"),
    ):
        clock.advance(timedelta(minutes=1))
        act()
        assert changed_at() > before
        before = changed_at()
    assert (erp.goods("4000001").pieces[0][0], erp.goods("4000001").places) == (7, {"12207", "12180"})


def test_an_order_that_is_backdated_or_deleted(erp: OracleErp, clock: ManualClock) -> None:
    then = clock.now() - timedelta(hours=2)
    erp.backdate("4000001", then)
    (row,) = call(erp, "GET", "purchaseOrders?q=OrderNumber='4000001'")["items"]
    assert row["LastUpdateDate"][:19] == f"{then:%Y-%m-%dT%H:%M:%S}"
    erp.delete("4000001")
    assert call(erp, "GET", "purchaseOrders?q=OrderNumber='4000001'")["items"] == []
    assert (erp.documents(), erp.fields_of("4000001"), erp.spoilt("4000001")) == ([], {}, {})


def test_a_later_warehouse_has_the_items_and_takes_an_order(erp: OracleErp) -> None:
    erp.add_warehouse("W02", TROY)
    erp.change_warehouse("4000001", "W02")
    at = seed.organization(erp.pod, "W02").id
    (row,) = call(erp, "GET", f"itemsV2?q=ItemNumber='VALVE-1'%20and%20OrganizationId={at}")["items"]
    assert row["UnitWeightQuantity"] == 3.5
    assert erp.goods("4000001").places == {"12180"}


def test_door_a_is_seen_while_the_advice_lives(erp: OracleErp) -> None:
    advise(erp, Comments="[in_transit since 12:00] 1ZTWO2", ExpectedReceiptDate="2026-12-24T12:00:00+00:00")
    path = advice_of(erp)
    key = erp.pod.advised[erp.pod.numbers["4000001"]][0].id
    call(erp, "PATCH", f"{path}/child/shipmentHeaderDFFs/{key}", {"freightCost": "12.30", "carrierService": "03"})
    assert erp.fields_of("4000001") == {
        "tracking_numbers": "1ZONE 1ZTWO2",
        "milestone": "in_transit",
        "eta": "2026-12-24",
        "cost": "12.30",
        "service": "03",
    }
    call(erp, "POST", "inboundShipments/action/cancelASN", {"ShipmentHeaderId": key}, ACTION)
    assert erp.fields_of("4000001") == {}
    told = erp.written()
    assert {each.who for each in told} == {erp.user}
    assert {each.document for each in told} == {"4000001"}
    assert all(each.name for each in told)


def test_door_b_is_seen_once_its_change_is_implemented_and_a_user_acts_then(erp: OracleErp) -> None:
    acts: list[str] = []
    erp.after_write("4000001", lambda: acts.append("act"))
    key = erp.pod.numbers["4000001"]
    call(erp, "PATCH", f"draftPurchaseOrders/{key}/child/DFF/{key}", {"trackingNumber": "1ZA, 1ZB"})
    assert (erp.fields_of("4000001"), acts) == ({}, [])
    call(erp, "POST", f"draftPurchaseOrders/{key}/action/submit", {"validateBeforeSubmitFlag": "true"}, ACTION)
    assert (erp.fields_of("4000001"), acts) == ({"tracking_numbers": "1ZA 1ZB"}, ["act"])
    (told,) = erp.written()
    assert (told.document, told.name, told.old, told.new) == ("4000001", "tracking_numbers", "", "1ZA, 1ZB")


@pytest.mark.parametrize("who", ["system", "user"])
def test_g4_what_another_keeps_is_spoilt_once_it_is_changed(erp: OracleErp, who: str) -> None:
    erp.write_beside("4000001", who)
    assert erp.spoilt("4000001") == {}
    field, _ = OTHERS[who]
    order = erp.pod.order("4000001")
    assert order is not None
    order.children["DFF"][0].values[field] = "ours now"
    assert erp.spoilt("4000001") == {field: "ours now"}
    assert field not in SEGMENTS.values()


def test_g4_a_user_s_text_in_the_comments_must_stay_while_the_advice_lives(erp: OracleErp) -> None:
    advise(erp, Comments="ours")
    erp.write_beside("4000001", "user")
    path = advice_of(erp)
    call(erp, "PATCH", path, {"Comments": "ours, newer\nQC-HOLD-7"})
    assert erp.spoilt("4000001") == {}
    call(erp, "PATCH", path, {"Comments": "ours alone"})
    assert erp.spoilt("4000001") == {"Comments of PB1-1": "ours alone"}
    key = erp.pod.advised[erp.pod.numbers["4000001"]][0].id
    call(erp, "POST", "inboundShipments/action/cancelASN", {"ShipmentHeaderId": key}, ACTION)
    assert erp.spoilt("4000001") == {}


def test_what_no_connection_may_do_spoils_the_document(erp: OracleErp) -> None:
    advise(erp, line={"AutoTransactCode": "DELIVER"})
    assert erp.spoilt("4000001") == {"Fusion: put away": "PB1-1"}
    erp.add(Entered("4000002", (Line("VALVE-1", 1),)))
    order = erp.pod.order("4000002")
    assert order is not None
    assert erp.spoilt("4000002") == {}
    orders.change_by_user(erp.pod, order, Description="New")
    call(erp, "PATCH", f"draftPurchaseOrders/{order.id}/child/DFF/{order.id}", {"trackingNumber": "1Z"})
    assert erp.spoilt("4000002") == {"Fusion: joined": "4000002"}


def test_a_value_by_hand_stands_in_the_flexfield(erp: OracleErp) -> None:
    erp.overwrite("4000001", "service", "BY HAND")
    assert erp.fields_of("4000001") == {"service": "BY HAND"}
    assert erp.written() == []


def test_a_second_secret_holds_beside_the_first_until_that_is_withdrawn(erp: OracleErp) -> None:
    second = erp.rotate()
    assert [token(erp, each).status for each in (erp.credential, second)] == [200, 200]
    erp.withdraw_first()
    assert [token(erp, each).status for each in (erp.credential, second)] == [401, 200]
    assert erp.sessions == 3


def test_the_operations_are_those_of_the_engine(erp: OracleErp) -> None:
    call(erp, "GET", "purchaseOrders")
    call(erp, "GET", "purchaseOrderSchedules")
    advise(erp)
    assert set(erp.operations.values()) <= {each.operation for each in erp.engine.recorded}
    erp.engine.faults.append(Fault(erp.operations["changed"], "throttled", seconds=3))
    with pytest.raises(AssertionError):
        call(erp, "GET", "purchaseOrders")


def test_lean_keeps_no_traffic(clock: ManualClock) -> None:
    erp = OracleErp(clock.now, lean=True)
    token(erp, erp.credential)
    assert len(erp.engine.recorded) == 0
