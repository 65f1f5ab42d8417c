"""The sandbox ShipStation V2 by itself: who may ask, rates, shipments, labels, voids and tracking."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta

import pytest

from sandbox.carriers.shipstation.lives import Life
from sandbox.carriers.shipstation.manners import Manners
from sandbox.carriers.shipstation.wire import Pager
from sandbox.engine import ConnectionDropped, Fault
from tests.unit.sandbox.carriers.shipstation_account import ALBANY, TORONTO, V1, V2, Account, a_shipment, pounds

MESSAGES = ("reference1", "reference2", "reference3")
REFERENCE = "PB1-7K3MZQ2A4XYW-1"


@pytest.fixture
def account() -> Account:
    return Account()


# --- the gate -----------------------------------------------------------------------------------------------------


def test_a_request_without_the_right_key_is_a_401_with_the_envelope(account: Account) -> None:
    for key in ("", "wrong", "sandbox-v1-key"):
        answer = account.ask("GET", "/v2/carriers", key=key)
        assert (answer.status, answer.json()["errors"][0]["error_code"]) == (401, "unauthorized")


def test_the_key_of_v2_does_not_open_v1_and_each_host_has_its_own_paths(account: Account) -> None:
    assert account._send(V1, "GET", "/orders", {"API-Key": "sandbox-v2-key"}, None, {}).status == 401
    assert account._send(V2, "GET", "/orders", {"API-Key": "sandbox-v2-key"}, None, {}).status == 404
    assert account.ask_v1("GET", "/v2/shipments").status == 404


def test_a_minute_has_200_requests_and_the_429_has_retry_after_alone(account: Account) -> None:
    for _ in range(200):
        assert account.ask("GET", "/v2/carriers").status == 200
    account.passes(seconds=20)
    refused = account.ask("GET", "/v2/carriers")
    assert (refused.status, refused.headers["retry-after"]) == (429, "40")
    assert refused.json()["errors"][0]["error_code"] == "rate_limit_exceeded"
    assert not [name for name in refused.headers if name.startswith("x-rate-limit")]
    account.passes(seconds=40)
    assert account.ask("GET", "/v2/carriers").status == 200


def test_v2_may_tell_its_limit_in_headers() -> None:
    account = Account(manners=Manners(headers=True))
    assert account.ask("GET", "/v2/carriers").headers["x-rate-limit-remaining"] == "199"


def test_a_429_may_be_the_carrier_s_own(account: Account) -> None:
    account.engine.busy = 1
    refused = account.ask("POST", "/v2/labels", {"shipment": a_shipment()})
    assert (refused.status, refused.json()["errors"][0]["error_source"]) == (429, "carrier")
    assert "retry-after" not in refused.headers
    assert account.engine.ledger.shipments == []
    assert account.buy()["status"] == "completed"


def test_an_unknown_parameter_is_refused_or_passed_over(account: Account) -> None:
    account.buy()
    late = "2030-01-01T00:00:00Z"
    assert account.refused("GET", "/v2/labels", modified_at_start=late) == (
        400,
        "invalid_field_value",
        "modified_at_start",
    )
    account.manners.unknown_query = "ignored"
    assert account.get("/v2/labels", modified_at_start=late)["total"] == 1


def test_a_wrong_field_of_a_body_is_refused_by_its_name(account: Account) -> None:
    for changes, code, name in (
        ({"serviceCode": "ups_ground"}, "invalid_field_value", "shipment.serviceCode"),
        (
            {"packages": [{"weight": {"value": "12", "unit": "pound"}}]},
            "invalid_field_value",
            "shipment.packages[0].weight.value",
        ),
        (
            {"packages": [{"weight": {"value": 12, "unit": "lb"}}]},
            "invalid_field_value",
            "shipment.packages[0].weight.unit",
        ),
        ({"packages": [pounds(0)]}, "invalid_field_value", "shipment.packages[0].weight.value"),
        ({"ship_to": {**ALBANY, "postal_code": ""}}, "field_value_required", "shipment.ship_to.postal_code"),
        (
            {"ship_to": {**ALBANY, "address_line_1": "1 Dock St"}},
            "invalid_field_value",
            "shipment.ship_to.address_line_1",
        ),
        ({"service_code": "ups_groun9"}, "invalid_field_value", "shipment.service_code"),
        ({"warehouse_id": "se-1", "ship_from": None}, "invalid_identifier", None),
        ({"ship_from": None}, "field_value_required", "shipment.ship_from"),
        ({"ship_to": {**ALBANY, "phone": ""}}, "field_value_required", "shipment.ship_to.phone"),
        ({"create_sales_order": True}, "invalid_field_value", "shipment.create_sales_order"),
        ({"carrier_id": None}, "field_value_required", "shipment.carrier_id"),
        ({"carrier_id": "se-102"}, "invalid_field_value", "shipment.service_code"),
    ):
        body = {"shipment": a_shipment(**changes)}  # type: ignore[arg-type]
        assert account.refused("POST", "/v2/labels", body)[1:] == (code, name)
    assert account.refused("POST", "/v2/labels", {})[1:] == ("field_value_required", "shipment")
    assert account.engine.ledger.shipments == []


def test_one_page_of_the_documentation_has_another_form_of_errors(account: Account) -> None:
    account.manners.errors = "page"
    answer = account.ask("POST", "/v2/labels", {})
    assert answer.json() == {"errors": [{"message": "'shipment' is required.", "field": "shipment"}]}


# --- rates and shipments ------------------------------------------------------------------------------------------


def rated(account: Account, **changes: object) -> dict[str, object]:
    body = {"shipment": a_shipment(**changes), "rate_options": {"carrier_ids": ["se-101", "se-102"]}}  # type: ignore[arg-type]
    told: dict[str, object] = account.post("/v2/rates", body)["rate_response"]
    return told


def test_the_price_is_the_sum_of_four_amounts_and_what_is_billed(account: Account) -> None:
    rates: list[dict[str, dict[str, float]]] = rated(account, confirmation="signature")["rates"]  # type: ignore[assignment]
    ground = next(each for each in rates if each["service_code"] == "ups_ground")  # type: ignore[comparison-overlap]
    parts = [ground[f"{name}_amount"]["amount"] for name in ("shipping", "insurance", "confirmation", "other")]
    assert parts[2] > 0
    assert parts[3] > 0
    label = account.buy(confirmation="signature")
    assert round(sum(parts), 2) == label["shipment_cost"]["amount"] + label["insurance_cost"]["amount"]
    assert float(account.engine.ledger.shipments[0].charge) == round(sum(parts), 2)


def test_what_a_carrier_does_not_take_is_an_invalid_rate_in_a_200(account: Account) -> None:
    told = rated(account, packages=[pounds(5), pounds(7)])
    bad: list[dict[str, object]] = told["invalid_rates"]  # type: ignore[assignment]
    assert "usps_priority_mail" in {each["service_code"] for each in bad}
    assert all(each["validation_status"] == "invalid" and each["error_messages"] for each in bad)
    assert rated(account, ship_to=TORONTO)["status"] == "error"


def test_a_rate_request_may_leave_a_shipment_behind(account: Account) -> None:
    assert rated(account)["shipment_id"] == "se-100001"
    assert account.get("/v2/shipments")["total"] == 1
    account.manners.rates_leave = False
    assert rated(account)["shipment_id"] is None
    assert account.get("/v2/shipments")["total"] == 1


def created(account: Account, *externals: str | None, **changes: object) -> dict[str, object]:
    body = {"shipments": [a_shipment(each, **changes) for each in externals]}
    told: dict[str, object] = account.post("/v2/shipments", body)
    return told


def test_http_200_does_not_mean_that_a_shipment_was_created(account: Account) -> None:
    assert created(account, "A")["has_errors"] is False
    told = created(account, "A", "B")
    assert told["has_errors"] is True
    first, second = told["shipments"]  # type: ignore[misc]
    assert (first["shipment_id"], first["errors"][0]["error_code"]) == (None, "identifier_conflict")  # type: ignore[has-type]
    assert second["shipment_id"] == "se-100002"  # type: ignore[has-type]
    account.manners.duplicate = "refused"
    body = {"shipments": [a_shipment("A")]}
    assert account.refused("POST", "/v2/shipments", body) == (400, "identifier_conflict", "external_shipment_id")


def test_a_long_external_id_is_cut_without_a_word(account: Account) -> None:
    created(account, "X" * 50 + "1")
    assert account.get(f"/v2/shipments/external_shipment_id/{'X' * 50}")["external_shipment_id"] == "X" * 50
    assert created(account, "X" * 50 + "2")["has_errors"] is True


def test_without_an_external_id_the_server_makes_one_and_the_number_is_equal_to_it(account: Account) -> None:
    told = created(account, None, shipment_number=None)["shipments"][0]  # type: ignore[index]
    assert told["external_shipment_id"] == told["shipment_number"]


def test_shipment_numbers_may_repeat_or_not(account: Account) -> None:
    created(account, "A", "B")
    assert [
        each["shipment_number"] for each in account.get("/v2/shipments", shipment_number="4000001")["shipments"]
    ] == [
        "4000001",
        "4000001",
    ]
    account.manners.unique_numbers = True
    assert created(account, "C")["has_errors"] is True


def test_an_external_id_never_changes_and_a_label_locks_the_shipment(account: Account) -> None:
    created(account, "A")
    assert account.ask("PUT", "/v2/shipments/se-100001", a_shipment("A", service_code="ups_2nd_day_air")).status == 200
    assert account.refused("PUT", "/v2/shipments/se-100001", a_shipment("B"))[1] == "identifiers_must_match"
    assert account.ask("POST", "/v2/labels/shipment/se-100001").json()["service_code"] == "ups_2nd_day_air"
    assert account.refused("PUT", "/v2/shipments/se-100001", a_shipment("A"))[1] == "invalid_status"
    assert account.refused("PUT", "/v2/shipments/se-100001/cancel")[1] == "invalid_status"


def test_a_cancelled_shipment_gets_no_label(account: Account) -> None:
    created(account, "A")
    answer = account.ask("PUT", "/v2/shipments/se-100001/cancel")
    assert (answer.status, answer.body) == (204, b"")
    assert account.refused("POST", "/v2/labels/shipment/se-100001", {})[1] == "invalid_status"


def test_shipments_are_listed_by_their_time_of_change_newest_first(account: Account) -> None:
    for name in "ABC":
        created(account, name)
        account.passes(minutes=1)
    account.ask("PUT", "/v2/shipments/se-100001", a_shipment("A"))
    newest = [each["external_shipment_id"] for each in account.get("/v2/shipments")["shipments"]]
    assert newest == ["A", "C", "B"]
    query = {"modified_at_start": "2026-11-02T14:01:00Z", "sort_by": "modified_at", "sort_dir": "asc"}
    assert [each["external_shipment_id"] for each in account.get("/v2/shipments", **query)["shipments"]] == [
        "B",
        "C",
        "A",
    ]


def test_pages_have_links_that_are_empty_at_the_ends_and_a_size_that_is_capped(account: Account) -> None:
    created(account, *[f"A{number}" for number in range(101)])
    first = account.get("/v2/shipments", page_size=500)
    assert (len(first["shipments"]), first["total"], first["pages"]) == (100, 101, 2)
    assert first["links"]["prev"] == {}
    assert first["links"]["next"]["href"].startswith("https://api.shipstation.com/v2/shipments?page_size=500&page=2")
    last = account.get("/v2/shipments", page_size=500, page=2)
    assert (len(last["shipments"]), last["links"]["next"]) == (1, {})
    assert len(account.get("/v2/shipments")["shipments"]) == 25
    strict = Account(pager=Pager(refuses=True))
    assert strict.refused("GET", "/v2/shipments", page_size=500) == (400, "invalid_field_value", "page_size")


# --- labels -------------------------------------------------------------------------------------------------------


def test_a_label_has_a_number_a_package_and_images_that_need_the_key(account: Account) -> None:
    label = account.buy(packages=[pounds(5), pounds(7.5)], label_format="zpl")
    numbers = [each["tracking_number"] for each in label["packages"]]
    assert len(set(numbers)) == 2
    assert label["tracking_number"] == numbers[0]
    for form in ("pdf", "png", "zpl"):
        path = label["label_download"][form].removeprefix(V2)
        image = account.ask("GET", path)
        assert (image.status, all(each.encode() in image.body for each in numbers)) == (200, True)
        assert account.ask("GET", path, key="").status == 401
    one = account.ask("GET", label["packages"][1]["label_download"]["zpl"].removeprefix(V2)).body
    assert numbers[1].encode() in one
    assert numbers[0].encode() not in one
    assert account.refused("GET", "/v2/downloads/10/500009/label-500009.pdf")[0] == 404


def test_a_label_can_bring_its_image_along(account: Account) -> None:
    label = account.buy(label_format="zpl", label_download_type="inline")
    head, _, image = label["label_download"]["href"].partition(",")
    assert head == "data:application/zpl;base64"
    assert label["tracking_number"].encode() in base64.b64decode(image)


def test_the_id_of_a_package_is_a_number_on_labels_and_a_text_on_shipments(account: Account) -> None:
    label = account.buy()
    assert isinstance(label["packages"][0]["package_id"], int)
    assert isinstance(account.get(f"/v2/shipments/{label['shipment_id']}")["packages"][0]["package_id"], str)


def test_buying_again_buys_again(account: Account) -> None:
    ids = {account.buy()["label_id"] for _ in range(2)}
    created(account, "B")
    ids |= {account.ask("POST", "/v2/labels/shipment/se-100003", {}).json()["label_id"] for _ in range(2)}
    assert len(ids) == len(account.engine.ledger.live()) == 4


def test_a_lost_answer_has_bought_a_label(account: Account) -> None:
    account.engine.faults.append(Fault("create_label", "reset_after"))
    with pytest.raises(ConnectionDropped):
        account.buy()
    (label,) = account.get("/v2/labels", external_shipment_id=REFERENCE)["labels"]
    assert label["label_id"] == account.engine.ledger.shipments[0].shipment_id


def test_a_fault_has_the_envelope_of_the_version_that_is_asked(account: Account) -> None:
    account.engine.faults += [Fault("rates", "error_before"), Fault("v1_list_orders", "error_before")]
    assert account.refused("POST", "/v2/rates", {})[0] == 503
    assert account.ask_v1("GET", "/orders").json() == {"message": "An internal error occurred."}
    account.engine.faults += [Fault("rates", "throttled", seconds=37), Fault("v1_list_orders", "throttled", seconds=37)]
    assert account.ask("POST", "/v2/rates", {}).headers["retry-after"] == "37"
    assert account.ask_v1("GET", "/orders").headers["x-rate-limit-reset"] == "37"


def test_what_an_inline_shipment_does_with_a_known_id_is_a_manner(account: Account) -> None:
    account.buy()
    created(account, "B")
    account.buy("B")
    assert account.get("/v2/shipments", external_shipment_id="B")["total"] == 2
    account.manners.inline_external = "refused"
    assert account.refused("POST", "/v2/labels", {"shipment": a_shipment("B")})[1] == "identifier_conflict"
    created(account, "C")
    account.manners.inline_external = "reused"
    assert account.buy("C")["shipment_id"] == account.get("/v2/shipments/external_shipment_id/C")["shipment_id"]


def test_labels_are_found_late(account: Account) -> None:
    account.engine.book.index_lag = timedelta(minutes=5)
    label = account.buy()
    assert account.get("/v2/labels", external_shipment_id=REFERENCE)["labels"] == []
    assert account.get("/v2/labels")["labels"] == []
    assert account.refused("GET", f"/v2/labels/external_shipment_id/{REFERENCE}")[0] == 404
    assert account.get(f"/v2/labels/{label['label_id']}")["label_id"] == label["label_id"]
    account.passes(minutes=5)
    assert account.get("/v2/labels", external_shipment_id=REFERENCE)["total"] == 1


def test_an_external_id_is_not_unique_over_labels_and_the_path_gives_the_first_alone(account: Account) -> None:
    first, second = account.buy()["label_id"], account.buy()["label_id"]
    listed = account.get("/v2/labels", external_shipment_id=REFERENCE)["labels"]
    assert {each["label_id"] for each in listed} == {first, second}
    assert account.get(f"/v2/labels/external_shipment_id/{REFERENCE}")["label_id"] == first


def test_labels_of_a_split_order_share_an_id_that_the_shipments_do_not_show(account: Account) -> None:
    parts = account.engine.enter_order(a_shipment(None), a_shipment(None), money="99.00")
    labels = [account.get(f"/v2/labels/{account.engine.buy(part)}") for part in parts]
    (external,) = {each["external_shipment_id"] for each in labels}
    assert external.startswith("SEAuto-")
    shipments = [account.get(f"/v2/shipments/{each.shipment_id}") for each in parts]
    assert [each["external_shipment_id"] for each in shipments] == [None, None]
    assert len({each["shipment_number"] for each in shipments}) == 1
    assert [each["amount_paid"] for each in shipments] == [{"currency": "usd", "amount": 99.0}, None]
    assert account.get("/v2/labels", external_shipment_id=external)["total"] == 2


def test_a_label_can_be_processing_without_number_cost_and_image(account: Account) -> None:
    account.manners.processing = timedelta(minutes=3)
    label = account.buy()
    assert label["status"] == "processing"
    for name in ("tracking_number", "label_download", "shipment_cost"):
        assert label[name] is None
    assert label["packages"][0]["tracking_number"] is None
    path = f"/v2/labels/{label['label_id']}"
    assert account.ask("PUT", f"{path}/void").json()["reason_code"] == "validation_failed"
    account.passes(minutes=3)
    done = account.get(path)
    assert (done["status"], done["tracking_number"]) == (
        "completed",
        account.engine.ledger.shipments[0].tracking_numbers[0],
    )


def test_what_crosses_a_border_needs_customs(account: Account) -> None:
    abroad = {"ship_to": TORONTO, "service_code": "ups_standard_international"}
    assert account.refused("POST", "/v2/labels", {"shipment": a_shipment(**abroad)})[1] == "customs_items_required"
    items = [{"description": "Valve", "quantity": 1, "value": 10.0, "country_of_origin": "US"}]
    customs = {"contents": "merchandise", "non_delivery": "return_to_sender", "customs_items": items}
    assert account.buy(customs=customs, **abroad)["is_international"] is True


def messages(*texts: str | None) -> dict[str, object]:
    return {"packages": [pounds(5) | {"label_messages": dict(zip(MESSAGES, texts, strict=False))}]}


def test_texts_of_a_label_are_three_and_each_carrier_has_its_lengths(account: Account) -> None:
    asked = lambda *texts: {"shipment": a_shipment(**messages(*texts))}  # noqa: E731
    field = "shipment.packages[0].label_messages.reference2"
    assert account.refused("POST", "/v2/labels", asked("4000001"))[2] == field
    for texts in (("A" * 36, None, None), ("A", None, "C")):
        assert account.refused("POST", "/v2/labels", asked(*texts))[1] == "invalid_string_length"
    assert (
        account.buy(**messages("A" * 35, "4000001", None))["packages"][0]["label_messages"]["reference2"] == "4000001"
    )


def test_a_batch_is_processed_over_minutes(account: Account) -> None:
    created(account, "A", "B")
    created(account, "C", service_code=None)
    asked = {"external_batch_id": "X", "shipment_ids": ["se-100001", "se-100002", "se-100003"]}
    batch = account.post("/v2/batches", asked)["batch_id"]
    path = f"/v2/batches/{batch}"
    assert account.refused("POST", "/v2/batches", asked)[1] == "identifier_conflict"
    assert account.ask("POST", f"{path}/process/labels", {"label_format": "zpl"}).status == 204
    assert account.get(path)["status"] == "processing"
    assert {each["tracking_number"] for each in account.get("/v2/labels", batch_id=batch)["labels"]} == {None}
    assert account.refused("POST", f"{path}/add", {"shipment_ids": []})[1] == "batch_cannot_be_modified"
    account.passes(minutes=2)
    done = account.get(path)
    assert (done["status"], done["count"], done["completed"]) == ("completed_with_errors", 3, 2)
    assert [each["shipment_id"] for each in account.get(f"{path}/errors", pagesize=50)["errors"]] == ["se-100003"]
    assert account.refused("GET", f"{path}/errors", page_size=50)[2] == "page_size"
    assert None not in {each["tracking_number"] for each in account.get("/v2/labels", batch_id=batch)["labels"]}


# --- voids --------------------------------------------------------------------------------------------------------


def void(account: Account, label: str) -> tuple[bool, str | None]:
    answer = account.ask("PUT", f"/v2/labels/{label}/void")
    assert answer.status == 200
    return answer.json()["approved"], answer.json()["reason_code"]


def test_a_void_is_refused_inside_a_200(account: Account) -> None:
    first, second, third = (account.buy()["label_id"] for _ in range(3))
    assert void(account, first) == (True, None)
    assert void(account, first) == (False, "label_already_voided")
    account.engine.ledger.shipments[1].picked_up_at = account.clock.now()
    assert void(account, second) == (False, "label_already_used")
    account.passes(days=29)
    assert void(account, third) == (False, "label_not_found_within_void_period")
    assert account.refused("PUT", "/v2/labels/se-999999/void")[0] == 404
    assert [each.shipment_id for each in account.engine.ledger.live()] == [second, third]


def test_a_void_is_seen_late_in_lists(account: Account) -> None:
    account.engine.book.void_lag = timedelta(minutes=2)
    label = account.buy()["label_id"]
    void(account, label)
    assert account.get(f"/v2/labels/{label}")["status"] == "voided"
    assert account.get("/v2/labels", label_status="completed")["total"] == 1
    account.passes(minutes=2)
    assert account.get("/v2/labels", label_status="completed")["total"] == 0


# --- tracking -----------------------------------------------------------------------------------------------------


def moved(
    account: Account, carrier: str, service: str, life: Life = Life.NORMAL, hours: float = 60
) -> dict[str, object]:
    label = account.buy(carrier_id=carrier, service_code=service)
    account.engine.choose(label["tracking_number"], life, account.clock.now(), 1)
    account.passes(hours=hours)
    record: dict[str, object] = account.get(f"/v2/labels/{label['label_id']}/track")
    return record


def test_a_label_alone_is_ny_and_called_accepted(account: Account) -> None:
    label = account.buy()
    record = account.get(f"/v2/labels/{label['label_id']}/track")
    assert (record["status_code"], record["status_description"]) == ("NY", "Accepted")
    assert record["status_detail_code"] == "ELEC_ADVICE_RECD_BY_CARRIER"


def test_events_are_told_newest_first_and_ups_has_no_details_once_it_moves(account: Account) -> None:
    record = moved(account, "se-101", "ups_ground")
    events: list[dict[str, object]] = record["events"]  # type: ignore[assignment]
    assert [each["status_code"] for each in events] == ["DE", "IT", "IT", "IT", "IT", "IT", "AC", "NY"]
    assert {each["status_detail_code"] for each in events[:-1]} == {None}
    fedex = moved(account, "se-103", "fedex_ground")
    assert fedex["events"][1]["status_detail_code"] == "OUT_FOR_DELIVERY"  # type: ignore[index]


def test_the_estimated_day_has_no_zone_and_one_carrier_s_times_are_wrong(account: Account) -> None:
    record = moved(account, "se-102", "usps_priority_mail")
    assert datetime.fromisoformat(str(record["estimated_delivery_date"])).tzinfo is None
    delivered: dict[str, str] = record["events"][0]  # type: ignore[index]
    actual = datetime.fromisoformat(str(record["actual_delivery_date"]))
    assert datetime.fromisoformat(delivered["occurred_at"]) - actual == timedelta(hours=7)
    assert delivered["carrier_occurred_at"] == "2026-11-04T11:00:00Z"
    assert actual.hour == 16


def test_the_day_of_shipping_has_two_names(account: Account) -> None:
    label = account.buy()["label_id"]
    assert account.get(f"/v2/labels/{label}/track")["ship_date"]
    account.manners.shipped_date = True
    record = account.get(f"/v2/labels/{label}/track")
    assert "ship_date" not in record
    assert record["shipped_date"]


def test_a_number_that_is_not_known_is_a_200_with_un(account: Account) -> None:
    record = account.get("/v2/tracking", carrier_code="ups", tracking_number="1Z999")
    assert (record["status_code"], record["events"]) == ("UN", [])
    number = account.buy()["tracking_number"]
    assert account.get("/v2/tracking", carrier_code="ups", tracking_number=number)["status_code"] == "NY"
    assert account.ask("POST", "/v2/tracking/start", carrier_code="ups", tracking_number=number).status == 204


@pytest.mark.parametrize("life", Life)
def test_each_life_ends_where_the_truth_says(account: Account, life: Life) -> None:
    record = moved(account, "se-103", "fedex_ground", life, hours=240)
    truth = account.engine.parcels.truth(str(record["tracking_number"]), account.clock.now())
    assert truth is not None
    codes = {"delivered": "DE", "returned": "EX", "exception": "EX"}
    assert record["status_code"] == codes[truth.milestone]
    assert bool(truth.delivered_on) == bool(record["actual_delivery_date"])
