"""The connection test, and the lists for people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from sandbox.erps.oracle.face import FIRST, HOST, IDENTITY, OracleErp
from sandbox.erps.oracle.token_server import SCOPE
from sandbox.faces import Entered, Line
from sandbox.memory import ManualClock, MemorySecrets, MemoryTokens
from shared.domain.address import Address, Party
from shared.erp.oracle.adapter import open_erp
from shared.erp.oracle.auth import Auth
from shared.errors import Refused
from shared.http import Request, Response
from shared.ports import Check
from tests.unit.erp.oracle.bench import ID, NOW, Wire, a_connection, open_on
from tests.unit.erp.oracle.pod import TOKEN, Pod, answer

Make = Callable[..., Pod]
BOTH = {
    "advice": {"enabled": True, "confirmed": True, "cancel": {"number": "ShipmentNumber"}},
    "order": {"enabled": True, "tracking_numbers": {"segment": "trackingNumber"}},
}


def checks(pod: Pod, **changes: Any) -> dict[str, Check]:
    return {each.name: each for each in open_on(pod, **changes).ping()}


def describes(pod: Pod, resource: str, **fields: dict[str, Any]) -> None:
    attributes = [{"name": name, **said} for name, said in fields.items()]
    body = {"Resources": {resource: {"attributes": attributes}}}
    pod.hooks.append(lambda request: answer(200, body) if request.url.endswith(f"/{resource}/describe") else None)


def catalogue(pod: Pod, *versions: str) -> None:
    row = {"version": "11.13.18.05", "adf:extension": {"allowedFrameworkVersions": versions}}
    pod.hooks.append(lambda request: answer(200, {"items": [row]}) if request.url.endswith("/resources") else None)


@pytest.fixture
def well(pod: Pod) -> Pod:
    catalogue(pod, "1", "2", "3", "4")
    yes = {"queryable": True}
    describes(pod, "purchaseOrders", StatusCode=yes, POHeaderId=yes, OrderNumber=yes, LastUpdateDate=yes)
    return pod


def test_s66_a_connection_that_is_well_passes_and_nothing_is_changed(well: Pod) -> None:
    found = checks(well)
    assert [each for each in found.values() if not each.ok] == []
    assert found["orders"].detail == "order US164535 is seen"
    assert found["addresses"].detail == "Albany, US"
    assert found["suppliers"].detail == "V100: Buffalo"
    assert {method for method, _ in well.calls()} == {"GET"}


def test_trust_right_and_data_are_told_apart(a_judged_pod: Make) -> None:
    pod = a_judged_pod()
    pod.hooks.append(lambda request: answer(401, {"error": "invalid_client"}) if request.url == TOKEN else None)
    assert [(each.name, each.ok) for each in checks(pod).values()] == [("login", False)]
    pod = a_judged_pod()
    pod.refused["purchaseOrders"] = answer(403, b"Forbidden")
    found = checks(pod)["orders"]
    assert not found.ok
    assert "duties" in str(found.hint)
    pod = a_judged_pod()
    pod.rows["purchaseOrders"] = []
    found = checks(pod)["orders"]
    assert (found.ok, "no access to the data" in found.detail) == (True, True)


@pytest.mark.parametrize(
    ("changes", "said"),
    [({}, "client id"), ({"login": "basic"}, "password"), ({"login": "jwt", "issuer": "acme"}, "Security Console")],
)
def test_a_login_that_the_pod_does_not_trust_is_no_lack_of_rights_and_ends_the_test(
    pod: Pod, changes: dict[str, str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Auth, "_signed", lambda *_: "a.b.c")
    pod.hooks.append(lambda request: answer(401) if request.url != TOKEN else None)
    found = checks(pod, erp=changes)
    assert [(name, each.ok) for name, each in found.items()] == [("login", True), ("trust", False)]
    assert said in str(found["trust"].hint)


def test_q11_a_catalogue_that_is_not_open_to_the_user_is_no_lack_of_trust(pod: Pod) -> None:
    pod.hooks.append(lambda request: answer(403) if request.url.endswith("/resources") else None)
    found = checks(pod)
    assert (found["trust"].ok, found["framework"].ok, found["orders"].ok) == (True, True, True)


def test_on_the_emulated_pod_trust_right_and_data_are_each_told_by_their_own_line() -> None:
    def tested(spoil: Callable[[Any], object]) -> dict[str, Check]:
        clock = ManualClock(NOW)
        emulated = OracleErp(clock.now)
        place = Party("Acme", Address(("1 A St",), "Atlanta", "GA", "30301", "US"), "", "4045550100")
        emulated.add_warehouse("W01", place)
        emulated.add_supplier("V100", place)
        emulated.add_item("BOLT-1", "Bolt", weight="1")
        emulated.add(Entered("US1", (Line("BOLT-1", 2),)))
        clock.advance(timedelta(minutes=5))
        spoil(emulated)
        urls = {"url": f"https://{HOST}", "token_url": f"https://{IDENTITY}/oauth2/v1/token", "scope": SCOPE}
        connection = a_connection(erp=urls)
        secrets = MemorySecrets({(connection.id, "erp"): dict(FIRST)})
        wire = Wire(emulated.engine)
        erp = open_erp(connection, secrets=secrets, tokens=MemoryTokens(clock), transport=wire, clock=clock)
        return {each.name: each for each in erp.ping()}

    well = tested(lambda emulated: None)
    assert [each for each in well.values() if not each.ok] == []
    untold = tested(lambda emulated: emulated.withdraw_first())
    assert [(name, each.ok) for name, each in untold.items()] == [("login", False)]
    barred = tested(lambda emulated: emulated.pod.refused.add("purchaseOrders.read"))
    assert (barred["trust"].ok, barred["orders"].ok, "duties" in str(barred["orders"].hint)) == (True, False, True)
    for name in ("data_access", "client_user"):
        blind = tested(lambda emulated, name=name: setattr(emulated.pod, name, False))["orders"]  # type: ignore[misc]
        assert (blind.ok, blind.warns, "client id" in str(blind.hint)) == (True, True, True)


def test_q02_a_framework_that_the_pod_does_not_take_is_named(pod: Pod) -> None:
    catalogue(pod, "1", "2")
    found = checks(pod)["framework"]
    assert (found.ok, found.detail, found.hint) == (False, "the pod takes 1, 2", "set erp.framework")


def test_q07_the_test_names_what_cannot_be_filtered_and_what_can(pod: Pod) -> None:
    yes, no = {"queryable": True}, {"queryable": False}
    describes(
        pod, "purchaseOrders", StatusCode=yes, POHeaderId=yes, OrderNumbr=yes, LastUpdateDate=no, CreationDate=yes
    )
    found = checks(pod)["fields that can be filtered"]
    assert not found.ok
    assert found.detail == "OrderNumber is not there (is it OrderNumbr?); LastUpdateDate cannot be filtered"
    assert found.hint == "set erp.cursor: CreationDate"


def test_a_description_that_may_not_be_read_is_no_fault(pod: Pod) -> None:
    assert checks(pod)["fields that can be filtered"].ok


def test_q10_a_field_that_an_order_has_not_is_named_with_the_nearest(pod: Pod) -> None:
    row = pod.rows["purchaseOrders"][0]
    row["ShipMethod"] = row.pop("ShippingMethod")
    found = checks(pod)["fields of an order"]
    assert (found.ok, "(is it ShipMethod?)" in found.detail) == (False, True)


def test_both_doors_are_probed_where_they_are_open(well: Pod) -> None:
    well.rows["draftPurchaseOrders"] = [{"POHeaderId": ID}]
    well.rows[f"draftPurchaseOrders/{ID}/child/DFF"] = [{"PoHeaderId": ID, "trackingNumber": None}]
    well.rows["inboundShipments"] = [
        {"ShipmentHeaderId": 1, "ASNType": "ASN", "CreationDate": "2026-10-30T08:00:00+00:00", "Comments": "portal"},
        {
            "ShipmentHeaderId": 2,
            "ASNType": "ASN",
            "CreationDate": "2026-10-30T08:00:00+00:00",
            "Comments": "[parcelbridge] x",
        },
        {"ShipmentHeaderId": 3, "ASNType": "ASN", "CreationDate": "2026-01-30T08:00:00+00:00", "Comments": ""},
    ]
    describes(
        well,
        "receivingReceiptRequests",
        WaybillAirbillNumber={"maxLength": 20},
        PackingSlip={},
        ShipmentNumber={},
        Comments={},
    )
    found = checks(well, write_back=BOTH)
    assert [each for each in found.values() if not each.ok] == []
    assert found["advices of others"].detail == "1 advices of the last 90 days were made by others"
    assert "revision" in found["order changes"].detail


@pytest.mark.parametrize("code", ["V100", "88", "Valve Works"])
def test_q20_advices_of_a_selected_supplier_are_counted_whichever_of_its_codes_the_file_has(
    well: Pod, code: str
) -> None:
    made = {"ASNType": "ASN", "CreationDate": "2026-10-30T08:00:00+00:00", "Comments": "portal"}
    well.rows["inboundShipments"] = [
        {"ShipmentHeaderId": 1, "VendorName": "Valve Works", **made},
        {"ShipmentHeaderId": 2, "VendorName": "Others", **made},
    ]
    found = checks(well, write_back=BOTH, select={"supplier_codes": [code]})
    assert found["advices of others"].detail == "1 advices of the last 90 days were made by others"


def test_q27_what_a_door_needs_and_the_pod_has_not_is_named(well: Pod) -> None:
    well.rows["draftPurchaseOrders"] = [{"POHeaderId": ID}]
    well.rows[f"draftPurchaseOrders/{ID}/child/DFF"] = [{"PoHeaderId": ID, "trackingNo": None}]
    describes(
        well, "receivingReceiptRequests", WaybillAirbillNumber={"maxLength": "15"}, ShipmentNumber={}, Comments={}
    )
    advice = {"enabled": True}
    found = checks(well, write_back={**BOTH, "advice": advice})
    assert not found["advices"].ok
    for said in ("no PackingSlip", "takes 15 characters, not 20", "cancelASN"):
        assert said in found["advices"].detail
    assert found["order changes"].detail == "the order's flexfield has no trackingNumber (is it trackingNo?)"


@pytest.mark.parametrize("spoilt", [b"<html>", b"", b"[]", b'{"items": 5}'])
def test_an_answer_that_cannot_be_read_is_a_line_and_no_crash(pod: Pod, spoilt: bytes) -> None:
    def hook(request: Request) -> Response | None:
        return answer(200, spoilt) if request.url != TOKEN else None

    pod.hooks.append(hook)
    assert any(not each.ok for each in checks(pod, write_back=BOTH).values())


# --- lists -----------------------------------------------------------------------------------------------------------


def test_suppliers_methods_and_organizations_are_listed_by_code(pod: Pod) -> None:
    pod.rows["carriers"] = [{"CarrierId": 5, "CarrierName": "UPS"}]
    pod.rows["carriers/5/child/shippingMethods"] = [
        {"ShipMethodCode": "UPS-GND-P", "ServiceLevel": "Ground", "ModeOfTransport": "Parcel"}
    ]
    pod.rows["inventoryOrganizations"] = [
        {"OrganizationId": 204, "OrganizationCode": "M1", "OrganizationName": "Seattle"},
        {"OrganizationId": 205, "OrganizationCode": "M2", "OrganizationName": "Shop"},
    ]
    erp = open_on(pod)
    assert [(each.code, each.name) for each in erp.lookup("suppliers", "valve")] == [("V100", "Valve Works")]
    assert [(each.code, each.name) for each in erp.lookup("methods")] == [
        ("UPS", "UPS"),
        ("UPS-GND-P", "UPS Ground Parcel"),
    ]
    assert [each.code for each in erp.lookup("warehouses", "shop")] == ["M2"]
    with pytest.raises(Refused):
        erp.lookup("terms")


def test_a_confirmation_that_no_schedule_tells_is_found_before_anything_waits_for_it(well: Pod) -> None:
    assert checks(well, ship_when={"confirmed": True})["schedules"].ok
    for schedule in well.rows["purchaseOrderSchedules"]:
        del schedule["PromisedDeliveryDate"]
    assert checks(well)["schedules"].ok
    found = checks(well, ship_when={"confirmed": True})["schedules"]
    assert (found.ok, "no PromisedDeliveryDate" in found.detail) == (False, True)
