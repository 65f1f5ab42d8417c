"""IFS behind the face: what a shipping department does, and what the judges see of it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from sandbox.erps.ifs.face import FIELDS, OTHERS, IfsErp
from sandbox.faces import Entered, Line
from sandbox.memory import ManualClock
from sandbox.places import place
from shared.http import Request

ALBANY = place("Acme", "1 Dock St", "Albany", "NY", "12207", phone="518-555-0100")
ITHACA = place("Dairy", "12 Creamery Ln", "Ithaca", "NY", "14850", phone="607-555-0121")


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def erp(clock: ManualClock) -> IfsErp:
    erp = IfsErp(clock.now)
    erp.add_warehouse("W01", ALBANY)
    erp.add_supplier("V100", ITHACA, contact="Ann Lee")
    erp.add_item("VALVE-1", "Gate valve", weight="8")
    erp.add_item("GASKET-X", "Gasket")
    return erp


def gross(erp: IfsErp) -> list[Decimal]:
    return [Decimal(str(each.values["OperativeGrossWeight"])) for each in erp.tenant.table("HandlingUnits").values()]


def test_a_shipment_goes_from_the_site_to_the_customer_in_cartons_of_22_kg(erp: IfsErp) -> None:
    erp.add(Entered("4000001", (Line("VALVE-1", 5),)))
    row = erp.tenant.shipment(4000001).values
    assert (row["Contract"], row["SenderZipCode"], row["ReceiverZipCode"]) == ("W01", "12207", "14850")
    assert (row["ReceiverId"], row["ReceiverReference"], row["Objstate"]) == ("V100", "Ann Lee", "Completed")
    assert gross(erp) == [16, 16, 8]
    assert erp.goods("4000001").pieces == ((5, 8),)
    assert erp.goods("4000001").places == {"14850"}


def test_a_changed_quantity_is_packed_anew_and_moves_the_version(erp: IfsErp, clock: ManualClock) -> None:
    erp.add(Entered("4000001", (Line("VALVE-1", 5),)))
    before = erp.tenant.shipment(4000001).version
    clock.advance(timedelta(minutes=1))
    erp.change_quantity("4000001", "1", 2)
    assert gross(erp) == [16]
    assert erp.tenant.shipment(4000001).version > before


def test_a_weight_that_is_entered_is_worked_out_and_moves_no_version(erp: IfsErp, clock: ManualClock) -> None:
    erp.add(Entered("4000001", (Line("GASKET-X", 3),)))
    before = erp.tenant.shipment(4000001).version
    assert gross(erp) == [0]
    clock.advance(timedelta(minutes=1))
    erp.weigh("GASKET-X", "0.5")
    assert gross(erp) == [Decimal("1.5")]
    assert erp.tenant.shipment(4000001).version == before


def test_what_has_left_is_no_part_of_the_shipment_and_a_closed_one_is_past_selection(erp: IfsErp) -> None:
    erp.add(Entered("4000001", (Line("VALVE-1", 5, received=5),)))
    assert gross(erp) == []
    erp.add(Entered("4000002", (Line("VALVE-1", 5),), received=True))
    assert erp.tenant.shipment(4000002).values["Objstate"] == "Closed"


def test_a_cancelled_shipment_is_seen_and_a_deleted_one_is_not(erp: IfsErp) -> None:
    for number in ("1", "2"):
        erp.add(Entered(number, (Line("VALVE-1", 1),)))
    erp.close("1")
    erp.delete("2")
    assert erp.documents() == ["1"]
    assert erp.tenant.shipment(1).values["Objstate"] == "Cancelled"
    assert (erp.fields_of("2"), erp.spoilt("2")) == ({}, {})


def test_backdated_it_has_the_version_of_then(erp: IfsErp, clock: ManualClock) -> None:
    erp.add(Entered("1", (Line("VALVE-1", 1),)))
    then = clock.now() - timedelta(hours=2)
    erp.backdate("1", then)
    assert erp.tenant.shipment(1).version == f"{then:%Y%m%d%H%M%S}"


@pytest.mark.parametrize("who", ["system", "user"])
def test_g4_what_another_keeps_is_spoilt_once_it_is_changed(erp: IfsErp, who: str) -> None:
    erp.add(Entered("1", (Line("VALVE-1", 1),)))
    erp.write_beside("1", who)
    assert erp.spoilt("1") == {}
    field, _ = OTHERS[who]
    erp.tenant.change("ShipmentSet", (Decimal(1),), **{field: "ours now"})
    assert erp.spoilt("1") == {field: "ours now"}
    assert field not in FIELDS.values()


def test_a_user_acts_once_after_our_write_which_stands_in_the_ledger_with_what_was_there(erp: IfsErp) -> None:
    erp.add(Entered("1", (Line("VALVE-1", 1),)))
    erp.overwrite("1", "tracking_numbers", "BY HAND")
    acts: list[str] = []
    erp.after_write("1", lambda: acts.append("act"))
    for number in ("1ZA, 1ZB", "1ZC"):
        patch(erp, f'{{"AirwayBillNo": "{number}"}}')
    assert acts == ["act"]
    assert [(each.document, each.name, each.old, each.new) for each in erp.written()] == [
        ("1", "tracking_numbers", "BY HAND", "1ZA, 1ZB"),
        ("1", "tracking_numbers", "1ZA, 1ZB", "1ZC"),
    ]
    assert erp.fields_of("1") == {"tracking_numbers": "1ZC"}


def test_a_second_secret_holds_beside_the_first_until_that_is_withdrawn(erp: IfsErp) -> None:
    second = erp.rotate()
    assert (token(erp, erp.credential), token(erp, second)) == (200, 200)
    erp.withdraw_first()
    assert (token(erp, erp.credential), token(erp, second)) == (401, 200)


def token(erp: IfsErp, credential: object) -> int:
    assert isinstance(credential, dict)
    form = "&".join(f"{name}={value}" for name, value in {**credential, "grant_type": "client_credentials"}.items())
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    url = f"{erp.vendor_url('token')}/auth/realms/acmetst/protocol/openid-connect/token"
    return erp.engine.handle(Request("POST", url, headers, form.encode())).status


def patch(erp: IfsErp, body: str) -> None:
    token(erp, erp.credential)
    headers = {
        "Authorization": f"Bearer {list(erp.engine.token_server.tokens)[-1]}",
        "Content-Type": "application/json",
        "If-Match": erp.tenant.shipment(1).etag,
    }
    path = "main/ifsapplications/projection/v1/ShipmentHandling.svc/ShipmentSet(ShipmentId=1)"
    answer = erp.engine.handle(Request("PATCH", f"{erp.vendor_url('write')}/{path}", headers, body.encode()))
    assert answer.status < 300, answer.body
