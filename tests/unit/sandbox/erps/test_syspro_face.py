"""SYSPRO behind the face: what a shipping department does, and what the judges see of it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from urllib.parse import quote, urlencode

import pytest

from sandbox.erps.syspro.face import FIELDS, FORM, OTHERS, SysproErp
from sandbox.faces import Entered, Line
from sandbox.memory import ManualClock
from sandbox.places import place
from shared.domain.address import Party
from shared.http import Request
from tests.unit.sandbox.erps.syspro_bench import NO, item

ALBANY = place("Acme", "1 Dock St", "Albany", "NY", "12207", phone="518-555-0100")
ITHACA = place("Dairy", ["Bldg 4", "12 Creamery Ln"], "Ithaca", "NY", "14850", phone="607-555-0121")
TORONTO = place("Fittings", "40 Front St W", "Toronto", "ON", "M5J 1E6", country="CA")


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def erp(clock: ManualClock) -> SysproErp:
    erp = SysproErp(clock.now)
    erp.add_warehouse("W01", ALBANY)
    erp.add_supplier("V100", ITHACA, contact="Ann Lee", contact_phone="607-555-0122")
    erp.add_item("VALVE-1", "Gate valve", weight="8")
    erp.add_item("GASKET-X", "Gasket")
    return erp


def note_of(erp: SysproErp, document: str) -> dict[str, object]:
    return dict(erp.company.row("MdnMaster", document))


def test_a_note_goes_from_the_warehouse_to_the_customer_with_an_order_of_another_number(erp: SysproErp) -> None:
    erp.add(Entered("4000001", (Line("VALVE-1", 5),)))
    note, order = note_of(erp, "4000001"), erp.company.row("SorMaster", "9000001")
    assert (note["DispatchNote"], note["SalesOrder"]) == ("000000004000001", "000000009000001")
    assert (note["DispatchCustName"], note["DispatchAddress2"], note["DispatchAddress3"]) == (
        "Dairy",
        "12 Creamery Ln",
        "Ithaca",
    )
    assert (note["State"], note["DispatchAddress5"], note["DispatchPostalCode"]) == ("NY", "USA", "14850")
    assert (order["ShippingInstrsCod"], order["OrderStatus"], note["DispatchNoteStatus"]) == ("UPS", "4", "5")
    assert note["ShippingInstrs"] == "UPS Ground"
    assert erp.company.row("ArCustomer", "V100")["Telephone"] == "607-555-0122"
    assert (erp.goods("4000001").pieces, erp.goods("4000001").places) == (((5, 8),), {"14850"})


def test_quantities_are_in_the_stocking_unit_and_what_has_left_is_no_part_of_the_note(erp: SysproErp) -> None:
    erp.add_unit("VALVE-1", "CS", "24")
    erp.add(Entered("1", (Line("VALVE-1", 2, "BX", 12), Line("VALVE-1", 1, "CS", 0), Line("VALVE-1", 3, received=3))))
    assert [quantity for quantity, _ in erp.goods("1").pieces] == [24, 24, 0]


def test_a_weight_that_is_entered_later_stands_at_the_stock_code_and_not_on_the_line(erp: SysproErp) -> None:
    erp.add(Entered("1", (Line("GASKET-X", 3),)))
    assert erp.goods("1").pieces == ((3, None),)
    before = note_of(erp, "1")["TimeStamp"]
    erp.weigh("GASKET-X", "0.5")
    assert erp.goods("1").pieces == ((3, Decimal("0.5")),)
    assert erp.company.row("MdnDetail", "1", 1)["MStockUnitMass"] == 0
    assert note_of(erp, "1")["TimeStamp"] == before


def test_what_people_do_to_a_note_moves_its_rowversion(erp: SysproErp) -> None:
    erp.add(Entered("1", (Line("VALVE-1", 5),)))
    seen = [note_of(erp, "1")["TimeStamp"]]
    acts = (
        lambda: erp.edit("1"),
        lambda: erp.change_quantity("1", "1", 2),
        lambda: erp.readdress("1", TORONTO),
        lambda: erp.change_warehouse("1", "W02"),
        lambda: erp.write_beside("1", "user"),
    )
    for act in acts:
        act()
        seen.append(note_of(erp, "1")["TimeStamp"])
    assert sorted(set(seen)) == seen
    assert erp.goods("1").pieces == ((2, 8),)
    assert (note_of(erp, "1")["DispatchAddress5"], erp.goods("1").places) == ("Canada", {"M5J 1E6"})
    assert erp.company.row("MdnDetail", "1", 1)["MWarehouse"] == "W02"


def test_a_received_note_is_invoiced_a_closed_one_cancelled_and_a_deleted_one_gone(erp: SysproErp) -> None:
    for number, received in (("1", True), ("2", False), ("3", False)):
        erp.add(Entered(number, (Line("VALVE-1", 1),), received=received))
    erp.overwrite("3", "service", "03")
    erp.close("2")
    erp.delete("3")
    assert [note_of(erp, each)["DispatchNoteStatus"] for each in "12"] == ["9", "*"]
    assert note_of(erp, "1")["InvoiceCreatedDate"] == "2026-11-02"
    assert erp.documents() == ["1", "2"]
    assert (erp.fields_of("3"), erp.spoilt("3")) == ({}, {})


@pytest.mark.parametrize("who", ["system", "user"])
def test_g4_what_another_keeps_is_spoilt_once_it_is_changed(erp: SysproErp, who: str) -> None:
    erp.add(Entered("1", (Line("VALVE-1", 1),)))
    erp.write_beside("1", who)
    assert erp.spoilt("1") == {}
    field, _ = OTHERS[who]
    if who == "system":
        erp.company.set_value("ORD", "5000001", field, "ours now")
    else:
        erp.company.change("MdnMaster", "1", **{field: "ours now"})
    assert erp.spoilt("1") == {field: "ours now"}
    assert field not in FIELDS.values()


def test_a_user_acts_once_after_our_write_which_stands_in_the_ledger_with_what_was_there(erp: SysproErp) -> None:
    erp.add(Entered("1", (Line("VALVE-1", 1),)))
    erp.overwrite("1", "tracking_numbers", "BY HAND")
    acts: list[str] = []
    erp.after_write("1", lambda: acts.append("act"))
    for number in ("1ZA, 1ZB", "1ZC"):
        write(erp, item("TRACK1", number, "5000001"))
    assert acts == ["act"]
    assert [(each.document, each.name, each.old, each.new) for each in erp.written()] == [
        ("1", "tracking_numbers", "BY HAND", "1ZA, 1ZB"),
        ("1", "tracking_numbers", "1ZA, 1ZB", "1ZC"),
    ]
    assert {each.who for each in erp.written()} == {erp.user}
    assert erp.fields_of("1") == {"tracking_numbers": "1ZC"}


def test_several_numbers_are_told_by_blanks_and_a_cost_of_zero_is_none(erp: SysproErp) -> None:
    erp.add(Entered("1", (Line("VALVE-1", 1),)))
    erp.overwrite("1", "tracking_numbers", "1ZA, 1ZB")
    erp.overwrite("1", "cost", "0.00")
    assert erp.fields_of("1") == {"tracking_numbers": "1ZA 1ZB"}


def test_a_second_operator_holds_beside_the_first_until_that_one_is_withdrawn(erp: SysproErp) -> None:
    second = erp.rotate()
    assert not any(logon(erp, each).startswith("ERROR") for each in (erp.credential, second))
    assert erp.sessions == 2
    erp.withdraw_first()
    assert logon(erp, erp.credential) == "ERROR: Invalid operator password"
    session = logon(erp, second)
    erp.expire_tokens()
    assert call(erp, "Logoff", UserId=session).startswith("ERROR")


def test_the_file_names_fields_that_the_form_has(erp: SysproErp) -> None:
    file = erp.file()
    codes = {each.name for each in FORM}
    assert {each["field"] for each in file["write_back"].values()} <= codes
    assert file["erp"]["url"].startswith(erp.vendor_url("Logon"))


def test_a_lean_world_keeps_no_traffic(clock: ManualClock) -> None:
    erp = SysproErp(clock.now, lean=True)
    clock.advance(timedelta(hours=1))
    logon(erp, erp.credential)
    assert (len(erp.engine.recorded), erp.sessions) == (0, 1)


def call(erp: SysproErp, name: str, **parameters: str) -> str:
    query = urlencode(parameters, quote_via=quote, safe="")
    url = f"{erp.vendor_url(name)}/SYSPROWCFService/Rest/{name}?{query}"
    return erp.engine.handle(Request("GET", url)).body.decode()


def logon(erp: SysproErp, credential: object) -> str:
    assert isinstance(credential, dict)
    named = {"Operator": "operator", "OperatorPassword": "operator_password", "CompanyPassword": "company_password"}
    return call(erp, "Logon", CompanyId="A", **{name: credential[field] for name, field in named.items()})


def write(erp: SysproErp, sent: str) -> None:
    asked = {"UserId": logon(erp, erp.credential), "BusinessObject": "COMSFM"}
    parameters = f"<SetupCustomForm>{NO}</SetupCustomForm>"
    xml = f"<SetupCustomForm>{sent}</SetupCustomForm>"
    answer = call(erp, "Setup/Update", **asked, XmlParameters=parameters, XmlIn=xml)
    assert "<recordsinvalid>000000</recordsinvalid>" in answer, answer


def test_the_customer_is_a_party_of_the_face(erp: SysproErp) -> None:
    erp.add(Entered("1", (Line("VALVE-1", 1),), to=Party("Elsewhere", TORONTO.address)))
    assert note_of(erp, "1")["DispatchCustName"] == "Elsewhere"
    assert note_of(erp, "1")["CustomerName"] == "Dairy"


def test_what_was_sent_in_vain_is_told_to_the_judges_once(erp: SysproErp) -> None:
    erp.add(Entered("1", (Line("VALVE-1", 1),)))
    erp.overwrite("1", "service", "03")
    for _ in range(2):
        write(erp, item("SHPSVC", "02", "5000001").replace("</Item>", "<Telephone>1</Telephone></Item>"))
    assert erp.overlooked() == ["COMSFM: Item/Telephone"]
