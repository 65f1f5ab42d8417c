"""Door A: the advice, made once, told of milestones, cancelled with the label."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from shared.errors import Misconfigured, ParcelbridgeError, Refused, Retry, Unknown
from shared.http import Lost, Request, Response
from shared.ports import ErpActions, ShippedLine
from shared.workflow.write_back.document import together
from tests.unit.erp.oracle.bench import DOCUMENT, ID, ONE, REFERENCE, TWO, a_note, a_schedule, open_on
from tests.unit.erp.oracle.pod import Pod, answer

Make = Callable[..., Pod]
ON = {"advice": {"enabled": True, "confirmed": True}}
LIFE = f"purchaseOrderLifeCycleDetails/{ID}/child"
REQUESTS, INBOUND = "receivingReceiptRequests", "inboundShipments"
OTHER = "PB7K2M-ABCDEFGHIJKL-2"
DESCRIBED = {
    "Resources": {
        INBOUND: {
            "collection": {
                "actions": [{"name": "cancelASN", "parameters": [{"name": "shipmentHeaderId"}, {"name": "reason"}]}]
            }
        }
    }
}


def takes(pod: Pod, status: str = "SUCCESS", **fields: Any) -> None:
    """The pod takes requests, and shows them where it would."""

    def hook(request: Request) -> Response | None:
        if request.method == "POST" and pod.path_of(request) == REQUESTS:
            body = json.loads(request.body)
            row = {"HeaderInterfaceId": 41, "ShipmentNumber": body["ShipmentNumber"], "ReturnStatus": status, **fields}
            pod.rows[REQUESTS].append(row)
            if status == "SUCCESS":
                pod.rows[INBOUND].append(standing(Comments=body["Comments"]))
            return answer(201, row)
        if request.method == "DELETE":
            pod.rows[REQUESTS].clear()
            return answer(204)
        return None

    pod.hooks.append(hook)


def standing(**fields: Any) -> dict[str, Any]:
    return {"ShipmentHeaderId": 500, "key": "0003ACED", "ShipmentNumber": REFERENCE, "Comments": "", **fields}


def make(pod: Pod, note: Any = None, **changes: Any) -> list[str]:
    """Do what the workflow does for each action: looks it up, then makes it."""
    erp = open_on(pod, **{"write_back": ON, **changes})
    return [erp.find_action(each) or erp.act(each) for each in erp.actions(note or a_note(ONE))]


def request_of(pod: Pod) -> dict[str, Any]:
    (body,) = pod.bodies("POST", REQUESTS)
    return body


# --- when ------------------------------------------------------------------------------------------------------------


def test_both_doors_are_off_by_default(pod: Pod) -> None:
    erp = open_on(pod)
    assert isinstance(erp, ErpActions)
    assert erp.actions(a_note(ONE, failure="address")) == []
    assert erp.write(a_note(ONE)) == ()
    assert pod.sent == []
    assert open_on(pod, write_back={**ON, "enabled": False}).actions(a_note(ONE)) == []


@pytest.mark.parametrize(
    ("moment", "milestone", "due"),
    [
        ("picked_up", "label_created", False), ("picked_up", "picked_up", True), ("picked_up", "exception", True),
        ("picked_up", "delivered", True), ("picked_up", "voided", False), ("label", "label_created", True),
    ],
)  # fmt: skip
def test_the_advice_is_made_when_the_carrier_has_the_parcel_or_with_the_label(
    pod: Pod, moment: str, milestone: str, due: bool
) -> None:
    erp = open_on(pod, write_back={"advice": {"enabled": True, "moment": moment}})
    assert [each.name for each in erp.actions(a_note(ONE, milestone=milestone))] == [f"advice {REFERENCE}"] * due


def test_the_first_advice_waits_for_a_person_who_is_shown_what_it_says(pod: Pod) -> None:
    with pytest.raises(Refused) as held:
        make(pod, write_back={"advice": {"enabled": True}})
    assert held.value.field == "write_back.advice.confirmed"
    assert ONE in str(held.value)
    assert pod.calls("POST") == []


# --- what ------------------------------------------------------------------------------------------------------------


def test_s36_q18_an_advice_is_asn_and_ship_and_nothing_else(pod: Pod) -> None:
    takes(pod)
    assert make(pod, a_note(ONE, TWO)) == [f"advice {REFERENCE} (request 41)"]
    body = request_of(pod)
    assert (body["ASNType"], body["ReceiptSourceCode"], body["ShipmentNumber"]) == ("ASN", "VENDOR", REFERENCE)
    assert (body["VendorName"], body["VendorSiteCode"], body["OrganizationId"]) == ("Valve Works", "BUFFALO", 204)
    assert (body["WaybillAirbillNumber"], body["FreightCarrierName"], body["NumberOfContainers"]) == (ONE, "UPS", 2)
    assert body["ShippedDate"] == "2026-11-02T13:45:00+00:00"
    assert body["ExpectedReceiptDate"] == "2026-11-20T12:00:00+00:00"
    assert body["Comments"] == f"[parcelbridge] picked_up; arrives 2026-11-20; {ONE}, {TWO} [/parcelbridge]"
    (line,) = body["lines"]
    assert (line["TransactionType"], line["AutoTransactCode"], line["SourceDocumentCode"]) == ("SHIP", "SHIP", "PO")
    assert (line["DocumentNumber"], line["DocumentLineNumber"], line["ItemNumber"]) == (DOCUMENT, 1, "ITEM-1")
    assert (line["Quantity"], line["UnitOfMeasure"], line["SoldtoLegalEntity"]) == (2, "Each", "US1 Legal Entity")


@pytest.mark.parametrize(
    ("number", "field"), [(ONE, "WaybillAirbillNumber"), ("9400111899560123456789", "PackingSlip"), ("9" * 26, "")]
)
def test_q19_a_number_goes_where_it_fits_and_is_never_cut(pod: Pod, number: str, field: str) -> None:
    takes(pod)
    if not field:
        with pytest.raises(Refused):
            make(pod, a_note(number))
        return
    make(pod, a_note(number))
    assert request_of(pod)[field] == number


def test_what_was_shipped_is_advised_not_what_is_ordered(pod: Pod) -> None:
    takes(pod)
    pod.rows["purchaseOrderSchedules"][0]["Quantity"] = 10
    make(pod, a_note(ONE, lines=(ShippedLine("1", Decimal("2.5"), "Each"),)))
    assert request_of(pod)["lines"][0]["Quantity"] == 2.5


@pytest.mark.parametrize(
    "lines",
    [
        (),
        (ShippedLine("1", Decimal(3), "Each"),),
        (ShippedLine("9", Decimal(1), "Each"),),
        (ShippedLine("1", Decimal(1), "Box"),),
    ],
)
def test_what_fusion_has_not_open_is_not_advised(pod: Pod, lines: tuple[ShippedLine, ...]) -> None:
    takes(pod)
    with pytest.raises(Refused):
        make(pod, a_note(ONE, lines=lines))
    assert pod.calls("POST") == []


def test_q20_a_supplier_s_own_advice_is_not_doubled(pod: Pod) -> None:
    pod.rows[f"{LIFE}/shipments"] = [{"LineLocationId": 7001, "ShippedQuantity": 2}]
    with pytest.raises(Refused, match="advised by somebody else"):
        make(pod)


@pytest.mark.parametrize(
    ("destination", "key"), [("DROP SHIP", "drop_ship"), ("EXPENSE", "expense"), ("", "drop_ship")]
)
def test_q21_drop_shipments_and_expenses_need_a_switch_of_their_own(pod: Pod, destination: str, key: str) -> None:
    takes(pod)
    pod.rows["purchaseOrderSchedules"][0]["DestinationTypeCode"] = destination
    with pytest.raises(Refused, match="revenue" if key == "drop_ship" else "expense"):
        make(pod)
    assert pod.calls("POST") == []
    make(pod, write_back={"advice": {**ON["advice"], key: True}})
    assert request_of(pod)


def test_several_receiving_organizations_are_no_one_advice(a_judged_pod: Make) -> None:
    pod = a_judged_pod(2)
    pod.rows["purchaseOrderSchedules"][1]["ShipToOrganizationId"] = 205
    lines = (ShippedLine("1", Decimal(2), "Each"), ShippedLine("2", Decimal(2), "Each"))
    with pytest.raises(Refused, match="organizations"):
        make(pod, a_note(ONE, lines=lines))


def test_a_second_shipment_that_lives_has_an_advice_of_its_own_lines(a_judged_pod: Make) -> None:
    pod = a_judged_pod(2)
    takes(pod)
    first = a_note(ONE, lines=(ShippedLine("1", Decimal(2), "Each"),))
    second = a_note(TWO, reference=OTHER, lines=(ShippedLine("2", Decimal("1.5"), "Each"),))
    assert make(pod, together([first])) == [f"advice {REFERENCE} (request 41)"]
    pod.rows[REQUESTS].clear()
    assert make(pod, together([first, second])) == [f"advice {REFERENCE} (500)", f"advice {OTHER} (request 41)"]
    sent = pod.bodies("POST", REQUESTS)
    assert [(each["ShipmentNumber"], each["WaybillAirbillNumber"]) for each in sent] == [
        (REFERENCE, ONE),
        (OTHER, TWO),
    ]
    assert [[(line["DocumentLineNumber"], line["Quantity"]) for line in each["lines"]] for each in sent] == [
        [(1, 2)],
        [(2, 1.5)],
    ]


def test_of_two_shipments_that_one_is_advised_which_the_carrier_has(pod: Pod) -> None:
    both = together([a_note(ONE, milestone="in_transit"), a_note(TWO, reference=OTHER, milestone="label_created")])
    assert [each.name for each in open_on(pod, write_back=ON).actions(both)] == [f"advice {REFERENCE}"]


def test_of_two_shipments_the_advice_of_the_voided_one_alone_is_cancelled(pod: Pod) -> None:
    first, second = a_note(ONE), a_note(TWO, reference=OTHER)
    erp = open_on(pod, write_back=ON)
    gone = replace(together([first]), withdrawn=(TWO,), before=together([first, second]))
    assert [each.name for each in erp.actions(gone)] == [f"cancel advice {OTHER}", f"advice {REFERENCE}"]


def test_q19_of_two_shipments_that_one_changes_its_number_whose_lead_is_voided(pod: Pod) -> None:
    """Also after another label of the order was begun: the advice keeps the number that it got."""
    first = a_note(TWO, withdrawn=(ONE,), before=a_note(ONE, TWO))
    second = a_note("1ZA1B2C30300000030", reference=OTHER)
    both = together([first, second])
    erp = open_on(pod, write_back=ON)
    names = [each.name for each in erp.actions(replace(both, withdrawn=(ONE,), before=both))]
    assert names == [f"cancel advice {REFERENCE}", f"advice {REFERENCE}.1", f"advice {OTHER}"]


# --- once ------------------------------------------------------------------------------------------------------------


def test_q22_the_advice_is_looked_up_by_our_reference_in_both_places_before_it_is_made(pod: Pod) -> None:
    takes(pod)
    make(pod)
    asked = [path for method, path in pod.calls("GET") if path in (INBOUND, REQUESTS)]
    assert asked[:2] == [INBOUND, REQUESTS]
    assert make(pod) == [f"advice {REFERENCE} (500)"]
    assert len(pod.calls("POST")) == 1


@pytest.mark.parametrize("status", ["SUCCESS", "PENDING", "RUNNING"])
def test_q22_a_request_that_is_still_listed_is_the_advice(pod: Pod, status: str) -> None:
    pod.rows[REQUESTS] = [{"HeaderInterfaceId": 7, "ShipmentNumber": REFERENCE, "ProcessingStatusCode": status}]
    if status == "SUCCESS":
        assert make(pod) == [f"advice {REFERENCE} (request 7)"]
    else:
        with pytest.raises(Retry, match=status):
            make(pod)
    assert pod.calls("POST") == []


def test_q23_a_201_that_failed_is_refused_with_its_errors_and_its_row_is_removed(pod: Pod) -> None:
    takes(pod, "ERROR")
    pod.rows[f"{REQUESTS}/41/child/lines"] = [{"InterfaceTransactionId": 42}]
    pod.rows[f"{REQUESTS}/41/child/lines/42/child/processingErrors"] = [
        {"InterfaceErrorId": 1, "ErrorMessage": "You must enter a valid value in the LINE_NUM column"}
    ]
    with pytest.raises(Refused, match="LINE_NUM"):
        make(pod)
    assert ("DELETE", f"{REQUESTS}/41") in pod.calls()
    assert pod.rows[REQUESTS] == []


def test_q23_a_failed_row_of_before_is_removed_and_its_errors_are_told_before_the_next_try(pod: Pod) -> None:
    takes(pod)
    pod.rows[REQUESTS] = [{"HeaderInterfaceId": 9, "ShipmentNumber": REFERENCE, "ReturnStatus": "ERROR"}]
    pod.rows[f"{REQUESTS}/9/child/lines"] = [{"InterfaceTransactionId": 42}]
    pod.rows[f"{REQUESTS}/9/child/lines/42/child/processingErrors"] = [{"ErrorMessage": "LINE_NUM"}]
    with pytest.raises(Refused, match="LINE_NUM"):
        make(pod)
    assert (pod.calls("DELETE"), pod.calls("POST")) == ([("DELETE", f"{REQUESTS}/9")], [])
    assert make(pod) == [f"advice {REFERENCE} (request 41)"]


def test_q24_a_201_that_was_pending_and_failed_is_not_made_again_by_itself(pod: Pod) -> None:
    takes(pod, "PENDING")
    with pytest.raises(Unknown):
        make(pod)
    pod.rows[REQUESTS][0]["ReturnStatus"] = "ERROR"
    with pytest.raises(Refused, match="did not take"):
        make(pod)
    assert len(pod.calls("POST")) == 1


@pytest.mark.parametrize("status", ["PENDING", ""])
def test_q24_a_201_that_is_pending_is_unknown_and_followed_up(pod: Pod, status: str) -> None:
    takes(pod, status)
    with pytest.raises(Unknown):
        make(pod)
    pod.rows[REQUESTS][0]["ReturnStatus"] = "SUCCESS"
    assert make(pod) == [f"advice {REFERENCE} (request 41)"]
    assert len(pod.calls("POST")) == 1


@pytest.mark.parametrize(
    "response", [answer(500), answer(503, b"x"), answer(504), answer(201, b""), answer(201, b"<html>"), None]
)
def test_a_lost_answer_is_unknown(pod: Pod, response: Response | None) -> None:
    def lost(request: Request) -> Response | None:
        if request.method != "POST" or pod.path_of(request) != REQUESTS:
            return None
        if response is None:
            raise Lost("reset")
        return response

    pod.hooks.append(lost)
    with pytest.raises(Unknown):
        make(pod)
    assert len(pod.calls("POST")) == 1


@pytest.mark.parametrize(("status", "kind"), [(400, Refused), (403, Misconfigured), (429, Retry)])
def test_a_refusal_is_a_proof(pod: Pod, status: int, kind: type[ParcelbridgeError]) -> None:
    pod.hooks.append(
        lambda request: answer(status, {"detail": "no"}) if pod.calls("POST") and request.method == "POST" else None
    )
    with pytest.raises(kind):
        make(pod)


# --- milestones ------------------------------------------------------------------------------------------------------


def test_s46_a_milestone_and_a_new_day_are_written_once_and_other_text_stays(pod: Pod) -> None:
    pod.rows[INBOUND] = [standing(Comments="[parcelbridge] picked_up; 1Z [/parcelbridge]\nDock 4, please")]
    note = a_note(ONE, milestone="in_transit", eta="2026-11-21")
    erp = open_on(pod, write_back=ON)
    names = ("inboundShipments.Comments", "inboundShipments.ExpectedReceiptDate")
    assert erp.write(note) == names
    (body,) = pod.bodies("PATCH", f"{INBOUND}/0003ACED")
    said = f"[parcelbridge] in_transit; arrives 2026-11-21; {ONE} [/parcelbridge]\nDock 4, please"
    assert body == {"Comments": said, "ExpectedReceiptDate": "2026-11-21T12:00:00+00:00"}
    assert erp.write(note) == names
    assert len(pod.calls("PATCH")) == 1
    erp.write(replace(note, milestone="delivered"))
    assert pod.bodies("PATCH", f"{INBOUND}/0003ACED")[1].keys() == {"Comments"}


def test_segments_are_written_by_their_row_s_own_etag_and_a_child_of_another_name_is_named(pod: Pod) -> None:
    pod.rows[INBOUND] = [standing()]
    advice = {"advice": {**ON["advice"], "segments": {"service": "carrierService"}, "milestones": "off"}}
    erp = open_on(pod, write_back=advice)
    with pytest.raises(Misconfigured) as missing:
        erp.write(a_note(ONE, eta=""))
    assert missing.value.field == "write_back.advice.flexfield"
    path = f"{INBOUND}/0003ACED/child/shipmentHeaderDFFs"
    pod.rows[path], pod.tags[f"{path}/500"] = [{"ShipmentHeaderId": 500, "carrierService": None}], 4
    for _ in range(2):
        assert erp.write(a_note(ONE, eta="")) == ("shipmentHeaderDFFs.carrierService",)
    (sent,) = (each for each in pod.sent if each.method == "PATCH")
    assert (sent.headers["If-Match"], pod.bodies("PATCH", f"{path}/500")) == ('"T4"', [{"carrierService": "03"}])


def test_before_there_is_an_advice_nothing_is_told(pod: Pod) -> None:
    assert open_on(pod, write_back=ON).write(a_note(ONE, milestone="label_created")) == ()
    assert pod.calls("PATCH") == []


def test_q25_a_change_names_the_etag_and_a_412_is_read_again(pod: Pod) -> None:
    pod.rows[INBOUND] = [standing(Comments="Dock 4")]
    struck = []

    def somebody(request: Request) -> Response | None:
        if request.method == "PATCH" and not struck:
            struck.append(request)
            pod.rows[INBOUND][0]["Comments"] = "Dock 5"
            pod.touch(f"{INBOUND}/0003ACED")
        return None

    pod.hooks.append(somebody)
    open_on(pod, write_back=ON).write(a_note(ONE))
    first, second = (each.headers["If-Match"] for each in pod.sent if each.method == "PATCH")
    assert (first, second) == ('"T1"', '"T2"')
    assert pod.rows[INBOUND][0]["Comments"].endswith("\nDock 5")


def test_g4_after_three_tries_a_person_looks(pod: Pod) -> None:
    pod.rows[INBOUND] = [standing()]
    pod.hooks.append(lambda request: answer(412, b"changed") if request.method == "PATCH" else None)
    with pytest.raises(Refused, match="3 times"):
        open_on(pod, write_back=ON).write(a_note(ONE))
    assert len(pod.calls("PATCH")) == 3


def test_of_several_groups_each_advice_keeps_its_own_numbers(pod: Pod) -> None:
    pod.rows[INBOUND] = [
        standing(Comments=f"[parcelbridge] picked_up; {ONE} [/parcelbridge]"),
        standing(
            ShipmentHeaderId=501,
            key="0004",
            ShipmentNumber=OTHER,
            Comments=f"[parcelbridge] picked_up; {TWO} [/parcelbridge]",
        ),
    ]
    first, second = a_note(ONE, milestone="in_transit"), a_note(TWO, reference=OTHER, milestone="delivered")
    open_on(pod, write_back=ON).write(together([first, second]))
    said = [row["Comments"] for row in pod.rows[INBOUND]]
    assert [(ONE in each, TWO in each) for each in said] == [(True, False), (False, True)]
    assert [("in_transit" in each, "delivered" in each) for each in said] == [(True, False), (False, True)]


def test_comments_that_are_full_are_refused_and_never_cut(pod: Pod) -> None:
    pod.rows[INBOUND] = [standing(Comments="x" * 3990)]
    with pytest.raises(Refused, match="full"):
        open_on(pod, write_back=ON).write(a_note(ONE))


# --- void ------------------------------------------------------------------------------------------------------------


def voided() -> Any:
    return a_note(document=DOCUMENT, milestone="voided", withdrawn=(ONE,), before=a_note(ONE))


@pytest.mark.parametrize(
    ("result", "kind"),
    [
        ({"status": "Success", "message": "done"}, None),
        ({"Status": "Error", "Message": "received already"}, Refused),
        ({"nothing": "known"}, Unknown),
    ],
)
def test_q26_a_cancelled_advice_is_known_by_the_values_of_the_result(pod: Pod, result: object, kind: Any) -> None:
    pod.rows[INBOUND] = [standing()]
    pod.rows[f"{INBOUND}/0003ACED/child/shipmentLines"] = [{"ShipmentLineId": 1, "ShipmentLineStatusCode": "EXPECTED"}]
    pod.hooks.append(lambda request: answer(200, DESCRIBED) if request.url.endswith(f"{INBOUND}/describe") else None)
    pod.hooks.append(lambda request: answer(200, {"result": result}) if request.url.endswith("cancelASN") else None)
    if kind:
        with pytest.raises(kind):
            make(pod, voided())
    else:
        assert make(pod, voided()) == [f"advice {REFERENCE} is cancelled"]
    assert pod.bodies("POST", f"{INBOUND}/action/cancelASN") == [{"shipmentHeaderId": "500"}]


def test_q26_the_lines_say_that_an_advice_is_cancelled(pod: Pod) -> None:
    pod.rows[INBOUND] = [standing()]
    pod.rows[f"{INBOUND}/0003ACED/child/shipmentLines"] = [{"ShipmentLineId": 1, "ShipmentLineStatusCode": "CANCELLED"}]
    assert make(pod, voided()) == [f"advice {REFERENCE} is cancelled"]
    assert pod.calls("POST") == []


def test_q19_another_advice_takes_the_place_of_one_whose_lead_number_is_voided(pod: Pod) -> None:
    takes(pod)
    note = a_note(TWO, withdrawn=(ONE,), before=a_note(ONE, TWO))
    erp = open_on(pod, write_back=ON)
    assert [each.name for each in erp.actions(note)] == [f"cancel advice {REFERENCE}", f"advice {REFERENCE}.1"]
    assert make(pod, note) == [f"advice {REFERENCE} was never made", f"advice {REFERENCE}.1 (request 41)"]
    assert request_of(pod)["WaybillAirbillNumber"] == TWO
    other = a_note(ONE, withdrawn=(TWO,), before=a_note(ONE, TWO))
    assert [each.name for each in erp.actions(other)] == [f"advice {REFERENCE}"]


def test_an_advice_that_was_never_made_needs_no_cancelling(pod: Pod) -> None:
    assert make(pod, voided()) == [f"advice {REFERENCE} was never made"]
    assert pod.calls("POST") == []


def test_q27_parameters_that_nobody_describes_are_named_by_the_file(pod: Pod) -> None:
    pod.rows[INBOUND] = [standing()]
    pod.rows[f"{INBOUND}/0003ACED/child/shipmentLines"] = []
    pod.hooks.append(lambda request: answer(403) if request.url.endswith("describe") else None)
    with pytest.raises(Misconfigured) as refused:
        make(pod, voided())
    assert refused.value.field == "write_back.advice.cancel"
    pod.hooks.append(lambda request: answer(200, {"result": {"a": "SUCCESS"}}) if "cancelASN" in request.url else None)
    named = {"advice": {**ON["advice"], "cancel": {"number": "ShipmentNumber"}}}
    make(pod, voided(), write_back=named)
    assert pod.bodies("POST", f"{INBOUND}/action/cancelASN") == [{"number": REFERENCE}]


def test_a_schedule_is_told_by_its_number(pod: Pod) -> None:
    takes(pod)
    pod.rows["purchaseOrderSchedules"].append(a_schedule(1, LineLocationId=7100, ScheduleNumber=2, Quantity=5))
    make(pod, a_note(ONE, lines=(ShippedLine("1/2", Decimal(5), "Each"),)))
    (line,) = request_of(pod)["lines"]
    assert (line["DocumentLineNumber"], line["DocumentScheduleNumber"], line["Quantity"]) == (1, 2, 5)
