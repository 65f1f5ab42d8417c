"""The Carrier port on V2 of ShipStation: what is asked, what is read, and which error is which."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from shared.domain.money import Money
from shared.domain.shipment import Billing, LabelSpec, Package, ShipmentPlan
from shared.errors import Misconfigured, Refused, Retry, Unknown
from shared.http import Lost, NotSent, Response
from shared.ports import Carrier, PushTarget, TracksParcels
from tests.samples.shipstation import answers
from tests.samples.shipstation.answers import ACCOUNT, LABEL, NUMBER, OTHER_NUMBER, a_label, a_rate, errors, listed
from tests.samples.shipstation.wire import KEY, REFERENCE, a_plan, file, said, scripted
from tests.samples.ups.plans import SUPPLIER, TORONTO, WAREHOUSE, at, lb

V2 = "https://api.shipstation.com"
SINCE = datetime(2026, 11, 1, tzinfo=UTC)
GATEWAY = Response(502, {}, b"<html>Bad Gateway</html>")
PDF = b"%PDF-1.4 1Z932R800392060079"


def test_it_is_a_carrier_that_tells_of_parcels() -> None:
    carrier, _ = scripted()
    port: Carrier = carrier
    assert isinstance(port, TracksParcels)


# --- before anybody is asked -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("plan", "field"),
    [
        (a_plan(ship_to=replace(WAREHOUSE, name="x" * 101)), "ship_to.name"),
        (a_plan(ship_to=at(WAREHOUSE, lines=("a", "b", "c", "d"))), "ship_to.address.lines"),
        (a_plan(ship_to=at(WAREHOUSE, lines=())), "ship_to.address.lines"),
        (a_plan(ship_to=at(WAREHOUSE, country="USA")), "ship_to.address.country"),
        (a_plan(ship_to=at(WAREHOUSE, city=" ")), "ship_to.address.city"),
        (a_plan(packages=()), "packages"),
        (a_plan(packages=(Package(lb("0")),)), "packages[1].weight"),
        (a_plan(erp_reference="x" * 51), "erp_reference"),
        (a_plan(service="fedex_ground"), "carrier.accounts"),
        (a_plan(service="upsx"), "carrier.accounts"),
        (a_plan(ship_to=TORONTO), "ship_to.address.country"),
    ],
)
def test_what_shipstation_does_not_take_is_refused_by_its_field_and_nobody_is_asked(
    plan: ShipmentPlan, field: str
) -> None:
    carrier, script = scripted()
    with pytest.raises(Refused) as refused:
        carrier.check_plan(plan)
    assert refused.value.field == field
    assert refused.value.reason
    carrier.check_plan(a_plan())
    assert script.sent == []


def test_who_sends_has_a_phone_q38_() -> None:
    carrier, script = scripted(said(a_label()))
    silent = replace(SUPPLIER, phone="")
    with pytest.raises(Refused) as refused:
        carrier.check_plan(a_plan(ship_from=silent, shipper=silent))
    assert refused.value.field == "ship_from.phone"
    assert "carrier.shipper" in str(refused.value.hint)
    carrier.check_plan(a_plan(ship_to=replace(WAREHOUSE, phone="")))
    carrier.create(a_plan(ship_from=silent), REFERENCE)
    assert script.sent[0].json["shipment"]["ship_from"]["phone"] == "(404) 555-0100"


def test_no_address_is_asked_about() -> None:
    carrier, script = scripted()
    assert carrier.check_address(WAREHOUSE).outcome == "not_covered"
    assert script.sent == []


def test_the_page_of_a_parcel_is_its_carrier_s() -> None:
    carrier, _ = scripted()
    assert carrier.tracking_url(NUMBER) == f"https://www.ups.com/track?tracknum={NUMBER}"
    assert carrier.tracking_url("9400111899223197428490").startswith("https://tools.usps.com/")
    assert carrier.tracking_url("782758401696").startswith("https://www.fedex.com/")
    assert carrier.tracking_url("x&y=1").endswith("nums=x%26y%3D1")


# --- rate ------------------------------------------------------------------------------------------------------------


def test_every_call_has_the_key_and_goes_to_v2_q01_() -> None:
    carrier, script = scripted(said(answers.rates(a_rate())))
    carrier.rate(a_plan(), ["ups_ground"])
    (sent,) = script.sent
    assert sent.line == f"POST {V2}/v2/rates"
    assert sent.request.headers["API-Key"] == KEY
    assert "Authorization" not in sent.request.headers
    assert not sent.fresh
    options = {"carrier_ids": [ACCOUNT], "service_codes": ["ups_ground"], "package_types": ["package"]}
    assert sent.json["rate_options"] == options
    assert "external_shipment_id" not in sent.json["shipment"]
    assert sent.json["shipment"]["packages"] == [
        {
            "package_code": "package",
            "weight": {"value": 12.34, "unit": "pound"},
            "dimensions": {"unit": "inch", "length": 10.0, "width": 20.2, "height": 6.0},
        }
    ]


def test_a_price_is_the_sum_of_four_amounts_in_capitals_q10_q11_() -> None:
    extra = {"insurance_amount": answers.usd(1.1), "confirmation_amount": answers.usd(2.25)}
    carrier, _ = scripted(said(answers.rates(a_rate(other_amount=answers.usd(0.35), **extra))))
    (quote,) = carrier.rate(a_plan(), ["ups_ground"])
    assert quote.price == Money(Decimal("16.00"), "USD")
    assert quote.arrival == date(2026, 11, 5)


@pytest.mark.parametrize(
    "amounts",
    [
        {"shipping_amount": None},
        {"shipping_amount": answers.usd(None)},
        {"other_amount": {"currency": "eur", "amount": 1}},
        {"other_amount": {"currency": "usd", "amount": "much"}},
    ],
)
def test_an_amount_that_cannot_be_read_is_no_price(amounts: dict[str, Any]) -> None:
    carrier, _ = scripted(said(answers.rates(a_rate(**amounts))))
    (quote,) = carrier.rate(a_plan(), ["ups_ground"])
    assert quote.price.amount.is_nan()


def test_only_valid_prices_of_our_account_and_package_count_and_of_two_the_higher_one_q12_() -> None:
    others = (
        a_rate(amount=1, validation_status="invalid"),
        a_rate(amount=2, error_messages=["no"]),
        a_rate(amount=3, package_type="flat_rate_envelope"),
        a_rate(amount=4, carrier_id="se-9"),
        a_rate("ups_2nd_day_air", amount=5),
    )
    carrier, _ = scripted(said(answers.rates(*others, a_rate(amount=7), a_rate(amount=8), a_rate(amount=6))))
    assert [each.price.amount for each in carrier.rate(a_plan(), ["ups_ground"])] == [Decimal("8.0")]


def test_services_of_several_accounts_are_priced_in_one_call() -> None:
    accounts = {"ups": ACCOUNT, "usps": "se-2", "ups_mail": "se-3"}
    listed_rates = [a_rate(), a_rate("usps_priority_mail", carrier_id="se-2"), a_rate("ups_mail_x", carrier_id="se-3")]
    carrier, script = scripted(said(answers.rates(*listed_rates)), accounts=accounts)
    services = ["usps_priority_mail", "ups_ground", "ups_mail_x"]
    assert [each.service for each in carrier.rate(a_plan(), services)] == services
    assert script.sent[0].json["rate_options"]["carrier_ids"] == ["se-2", ACCOUNT, "se-3"]


def test_a_service_that_is_not_offered_is_left_out_and_a_reason_is_told() -> None:
    carrier, _ = scripted(said(answers.rates()))
    assert carrier.rate(a_plan(), ["ups_ground"]) == ()
    reason = {"errors": errors("invalid_address", field="ship_to.postal_code")["errors"]}
    carrier, _ = scripted(said(answers.rates(**reason)))
    with pytest.raises(Refused, match="Something is wrong") as refused:
        carrier.rate(a_plan(), ["ups_ground"])
    assert refused.value.field == "ship_to.address"
    carrier, _ = scripted(said(answers.rates(errors=errors("unspecified", kind="integrations")["errors"])))
    with pytest.raises(Retry):
        carrier.rate(a_plan(), ["ups_ground"])
    carrier, _ = scripted(said(answers.rates(invalid_rates=[a_rate(error_messages=["too heavy"])])))
    with pytest.raises(Refused, match="too heavy"):
        carrier.rate(a_plan(), ["ups_ground"])


# --- create ----------------------------------------------------------------------------------------------------------


def test_a_label_is_bought_in_one_request_under_our_reference_on_a_new_connection() -> None:
    carrier, script = scripted(said(a_label()))
    plan = a_plan(ship_date=date(2026, 11, 3), accessorials=("saturday", "signature"))
    made = carrier.create(plan, REFERENCE)
    (sent,) = script.sent
    assert sent.line == f"POST {V2}/v2/labels"
    assert sent.fresh
    shipment = sent.json["shipment"]
    assert (shipment["external_shipment_id"], shipment["shipment_number"]) == (REFERENCE, "1000001")
    assert (shipment["carrier_id"], shipment["service_code"]) == (ACCOUNT, "ups_ground")
    assert shipment["ship_date"] == "2026-11-03T00:00:00Z"
    assert shipment["confirmation"] == "signature"
    assert shipment["advanced_options"] == {"saturday_delivery": True, "custom_field1": REFERENCE}
    assert shipment["ship_to"] == {
        "name": "Receiving",
        "company_name": "Acme Warehouse 1",
        "phone": "5185550100",
        "address_line1": "1 Dock St",
        "city_locality": "Albany",
        "state_province": "NY",
        "postal_code": "12207",
        "country_code": "US",
        "address_residential_indicator": "unknown",
    }
    assert (made.shipment_id, made.tracking_numbers, made.service) == (LABEL, (NUMBER,), "ups_ground")
    assert made.labels == ()


def test_what_a_label_costs_is_with_its_insurance_q13_() -> None:
    carrier, _ = scripted(said(a_label(insurance_cost=answers.usd(1.07))))
    assert carrier.create(a_plan(), REFERENCE).cost == Money(Decimal("13.37"), "USD")
    carrier, _ = scripted(said(a_label(shipment_cost=None)))
    assert carrier.create(a_plan(), REFERENCE).cost is None


def test_a_reference_that_would_be_cut_is_never_sent_q06_() -> None:
    carrier, script = scripted()
    for reference in ("x" * 51, "", " x"):
        with pytest.raises(ValueError, match="reference"):
            carrier.create(a_plan(), reference)
    assert script.sent == []


def test_the_order_s_number_is_the_erp_s_or_our_reference_q09_() -> None:
    carrier, script = scripted(said(a_label()), order_number="reference")
    carrier.create(a_plan(), REFERENCE)
    shipment = script.sent[0].json["shipment"]
    assert shipment["shipment_number"] == REFERENCE
    assert shipment["advanced_options"]["custom_field1"] == "1000001"
    for status in (400, 409):
        carrier, _ = scripted(said(errors("identifier_conflict", field="shipment.shipment_number"), status))
        with pytest.raises(Refused) as refused:
            carrier.create(a_plan(), REFERENCE)
        assert refused.value.field == "carrier.order_number"
        assert "order_number: reference" in str(refused.value.hint)


def test_who_else_pays_is_named_by_four_fields_q39_() -> None:
    carrier, script = scripted(said(a_label()))
    carrier.create(a_plan(billing=Billing("third_party", "D4E5F6", "10001", "US")), REFERENCE)
    assert script.sent[0].json["shipment"]["advanced_options"] == {
        "bill_to_party": "third_party",
        "bill_to_account": "D4E5F6",
        "bill_to_postal_code": "10001",
        "bill_to_country_code": "US",
        "custom_field1": REFERENCE,
    }
    with pytest.raises(Refused) as refused:
        carrier.check_plan(a_plan(billing=Billing("third_party", "D4E5F6", "", "US")))
    assert refused.value.field == "billing.postcode"


def test_a_declared_value_is_insured_at_the_carrier() -> None:
    carrier, script = scripted(said(a_label()))
    parcel = Package(lb("1"), value=Money(Decimal("120.50"), "USD"))
    carrier.create(a_plan(packages=(parcel,), accessorials=("declared_value",)), REFERENCE)
    shipment = script.sent[0].json["shipment"]
    assert shipment["insurance_provider"] == "carrier"
    assert shipment["packages"][0]["insured_value"] == {"currency": "usd", "amount": 120.5}


def test_each_package_has_its_number_and_ids_may_be_numbers_q18_() -> None:
    carrier, _ = scripted(said(a_label(NUMBER, OTHER_NUMBER)))
    assert carrier.create(a_plan(), REFERENCE).tracking_numbers == (NUMBER, OTHER_NUMBER)
    carrier, _ = scripted(said(a_label(tracking_number=782758401696, packages=[])))
    assert carrier.create(a_plan(), REFERENCE).tracking_numbers == ("782758401696",)


def test_a_label_that_has_no_number_yet_is_bought_and_unknown_q14_() -> None:
    for made in (a_label("", status="processing"), a_label(NUMBER, "", status="processing"), a_label(status="voided")):
        carrier, _ = scripted(said(made))
        with pytest.raises(Unknown, match=LABEL):
            carrier.create(a_plan(), REFERENCE)
    carrier, _ = scripted(said(a_label("", status="error")))
    with pytest.raises(Refused):
        carrier.create(a_plan(), REFERENCE)


def test_a_label_that_is_kept_under_another_reference_says_so() -> None:
    carrier, _ = scripted(said(a_label(external_shipment_id="SEAuto-1")))
    assert carrier.create(a_plan(), REFERENCE).alerts == ("ShipStation keeps it as SEAuto-1",)


UNPROVEN = {
    "a lost answer": Lost("reset"),
    "a gateway": GATEWAY,
    "a 500 of its own": said(errors("unspecified", kind="system"), 500),
    "an empty 200": said(None),
    "a list": said([]),
    "no label": said({"request_id": "x"}),
    "a 408": said(errors("unspecified"), 408),
    "a 409": said(errors("unspecified"), 409),
    "a 404 of somebody else": Response(404, {}, b"<html>"),
    "a redirect": Response(302, {"location": "https://evil.example"}, b""),
    "a carrier that went silent": said(errors("unspecified", kind="integrations", source="carrier"), 400),
    "an error of the system": said(errors("unspecified", kind="system"), 400),
    "half of it": Response(200, {}, b'{"label_id": "se'),
    "too much": Response(200, {}, b"{" + b" " * 17_000_000),
}


@pytest.mark.parametrize("answer", UNPROVEN.values(), ids=list(UNPROVEN))
def test_what_proves_nothing_about_a_create_is_unknown(answer: Any) -> None:
    carrier, script = scripted(answer)
    with pytest.raises(Unknown):
        carrier.create(a_plan(), REFERENCE)
    assert len(script.sent) == 1


def test_an_identifier_that_exists_may_be_of_what_was_bought_before_q15_() -> None:
    carrier, _ = scripted(said(errors("identifier_conflict", field="external_shipment_id"), 400))
    with pytest.raises(Unknown, match="identifier_conflict"):
        carrier.create(a_plan(), REFERENCE)


def test_what_was_not_sent_or_throttled_may_be_tried_again() -> None:
    for answer, after in ((NotSent("no name"), None), (said(None, 429, retry_after="37"), 37.0)):
        carrier, _ = scripted(answer)
        with pytest.raises(Retry) as retry:
            carrier.create(a_plan(), REFERENCE)
        assert retry.value.after == after


@pytest.mark.parametrize(
    ("answer", "reason", "field"),
    [
        (errors("invalid_field_value", field="shipment.ship_to.postal_code"), "address", "ship_to.address"),
        (errors("field_value_required", field="shipment.ship_to.phone"), "missing", "ship_to.phone"),
        (errors("invalid_field_value", field="shipment.service_code"), "service", "service"),
        (errors("field_value_required", field="shipment.packages[0].weight"), "weight", "packages.weight"),
        (errors("carrier_disconnected"), "connection", "carrier.accounts"),
        (errors("invalid_address", source="carrier", kind="business_rules"), "address", "ship_to.address"),
        (errors("unspecified", kind="business_rules"), "refused", "shipment"),
    ],
)
def test_what_shipstation_refuses_is_refused_by_our_field(answer: Any, reason: str, field: str) -> None:
    carrier, _ = scripted(said(answer, 400))
    with pytest.raises(Refused) as refused:
        carrier.create(a_plan(), REFERENCE)
    assert (refused.value.reason, refused.value.field) == (reason, field)
    assert answers.REQUEST in str(refused.value)


def test_errors_come_in_two_forms_q16_() -> None:
    other = {"errors": [{"message": "Shipment number is taken.", "field": "shipment_number"}]}
    carrier, _ = scripted(said(other, 400))
    with pytest.raises(Refused, match=r"Shipment number is taken\."):
        carrier.create(a_plan(), REFERENCE)


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_is_misconfigured_and_told_by_nobody(status: int) -> None:
    carrier, _ = scripted(said(errors("unauthorized", kind="security"), status))
    with pytest.raises(Misconfigured) as refused:
        carrier.create(a_plan(), REFERENCE)
    assert refused.value.field == "carrier secret"
    assert "set_credential" in repr(refused.value.hint).lower()
    assert KEY not in f"{refused.value!s}{refused.value!r}{vars(refused.value)}"


def test_an_account_without_funds_closes_the_connection_once_a_second_order_meets_it() -> None:
    carrier, _ = scripted(said(errors("insufficient_funds", kind="account_status"), 402))
    with pytest.raises(Misconfigured) as refused:
        carrier.create(a_plan(), REFERENCE)
    assert not refused.value.general


# --- find ------------------------------------------------------------------------------------------------------------


def test_a_label_is_found_in_the_list_over_all_its_pages_q07_() -> None:
    second = a_label(OTHER_NUMBER, label_id="se-2")
    pages = (said(listed(a_label(), pages=2)), said(listed(second, page=2, pages=2)))
    moving = said(answers.tracking(answers.an_event()))
    carrier, script = scripted(*pages, moving, said(answers.tracking(status="NY")))
    found = carrier.find(REFERENCE, a_plan(), SINCE)
    assert [(each.shipment_id, each.picked_up) for each in found.shipments] == [(LABEL, True), ("se-2", False)]
    assert all(each.cost is None for each in found.shipments)
    assert found.asked == ("ShipStation's labels",)
    lines = [urlsplit(each.request.url) for each in script.sent]
    assert [each.path for each in lines] == ["/v2/labels"] * 2 + [f"/v2/labels/{LABEL}/track", "/v2/labels/se-2/track"]
    assert parse_qs(lines[1].query) == {"external_shipment_id": [REFERENCE], "page": ["2"]}


def test_what_is_listed_is_compared_once_more_q08_() -> None:
    others = (a_label(external_shipment_id=f"{REFERENCE}0"), a_label(external_shipment_id=None))
    carrier, _ = scripted(said(listed(*others)))
    assert carrier.find(REFERENCE, a_plan(), SINCE).shipments == ()


def test_a_voided_label_a_return_and_one_in_error_are_not_found_q27_() -> None:
    rows = (
        a_label(NUMBER, status="voided", voided=True),
        a_label(OTHER_NUMBER, is_return_label=True),
        a_label("", status="error"),
    )
    carrier, _ = scripted(said(listed(*rows)))
    found = carrier.find(REFERENCE, a_plan(), SINCE)
    assert (found.shipments, found.voided) == ((), frozenset({NUMBER}))


def test_a_label_of_our_reference_that_goes_elsewhere_is_for_a_person() -> None:
    elsewhere = {"postal_code": "94105", "country_code": "US"}
    carrier, _ = scripted(said(listed(a_label(ship_to=elsewhere))))
    with pytest.raises(Refused, match="goes to 94105 US") as refused:
        carrier.find(REFERENCE, a_plan(), SINCE)
    assert refused.value.reason == "unknown"


def test_a_label_without_its_number_tells_nothing_yet() -> None:
    carrier, _ = scripted(said(listed(a_label("", status="processing"))))
    with pytest.raises(Retry):
        carrier.find(REFERENCE, a_plan(), SINCE)


def test_a_list_that_does_not_end_is_no_answer() -> None:
    carrier, script = scripted(*(said(listed(pages=999)) for _ in range(20)))
    with pytest.raises(Retry, match="20 pages"):
        carrier.find(REFERENCE, a_plan(), SINCE)
    assert len(script.sent) == 20


# --- labels ----------------------------------------------------------------------------------------------------------


def test_the_image_is_fetched_with_the_key_from_our_own_host_alone_q17_() -> None:
    evil = {"pdf": "https://evil.example/v2/downloads/10/x/label-1.pdf", "href": "https://api.shipstation.com@evil/x"}
    carrier, script = scripted(said(a_label(label_download=evil)), file(PDF), base_url="http://127.0.0.1:9")
    (label,) = carrier.labels(LABEL, a_plan())
    assert (label.format, label.image, label.tracking_number, label.package) == ("PDF", PDF, NUMBER, 1)
    assert [each.request.url for each in script.sent] == [
        f"http://127.0.0.1:9/v2/labels/{LABEL}",
        "http://127.0.0.1:9/v2/downloads/10/x/label-1.pdf",
    ]


@pytest.mark.parametrize(
    "link",
    [
        "https://api.shipstation.com/v2/downloads/../labels/1.pdf",
        "https://api.shipstation.com/v2/downloads/%2e%2e/1.pdf",
        "https://api.shipstation.com/v2/shipments",
        "https://api.shipstation.com/v2/downloads/x/1.exe",
        "https://api.shipstation.com/v2/downloads/x//1.pdf",
        "http://[::1/v2/downloads/x/1.pdf",
        "data:application/pdf;base64,AAAA",
        "",
        None,
        7,
    ],
)
def test_a_link_of_another_form_is_followed_by_nobody(link: Any) -> None:
    carrier, script = scripted(said(a_label(label_download={"pdf": link, "href": link})))
    with pytest.raises(Retry):
        carrier.labels(LABEL, a_plan())
    assert len(script.sent) == 1


def test_each_package_has_its_own_file() -> None:
    carrier, script = scripted(said(a_label(NUMBER, OTHER_NUMBER)), file(PDF), file(PDF + b"2"))
    labels = carrier.labels(LABEL, a_plan())
    assert [(each.package, each.tracking_number, each.image) for each in labels] == [
        (1, NUMBER, PDF),
        (2, OTHER_NUMBER, PDF + b"2"),
    ]
    assert script.sent[2].request.url.endswith(f"label-{LABEL}-2.pdf")


def test_one_file_for_all_packages_is_parted_where_it_can_be_q40_() -> None:
    whole = a_label(NUMBER, OTHER_NUMBER)
    whole["packages"] = [{**each, "label_download": None} for each in whole["packages"]]
    zpl = b"^XA^FDone^FS^XZ\n^XA^FDtwo^FS^XZ\n"
    carrier, script = scripted(said(whole), file(zpl))
    labels = carrier.labels(LABEL, a_plan(label=LabelSpec("ZPL", "4x6")))
    assert [each.image for each in labels] == [b"^XA^FDone^FS^XZ", b"^XA^FDtwo^FS^XZ"]
    assert len(script.sent) == 2
    carrier, _ = scripted(said(whole), file(PDF))
    assert [each.image for each in carrier.labels(LABEL, a_plan())] == [PDF, PDF]


def test_a_label_that_is_not_ready_may_be_asked_for_again_and_a_voided_one_not() -> None:
    for row in (a_label("", status="processing"), a_label(label_download=None)):
        carrier, _ = scripted(said(row))
        with pytest.raises(Retry):
            carrier.labels(LABEL, a_plan())
    carrier, _ = scripted(said(a_label()), file(b"<html>"))
    with pytest.raises(Retry, match="no PDF"):
        carrier.labels(LABEL, a_plan())
    carrier, _ = scripted(said(a_label(status="voided")))
    with pytest.raises(Refused):
        carrier.labels(LABEL, a_plan())


# --- void ------------------------------------------------------------------------------------------------------------


def test_a_void_is_approved_in_the_body_and_not_by_its_status_q19_() -> None:
    carrier, script = scripted(said({"approved": True, "message": "This label has been voided.", "reason_code": None}))
    assert carrier.void(LABEL) == "This label has been voided."
    assert script.sent[0].line == f"PUT {V2}/v2/labels/{LABEL}/void"
    used = {"approved": False, "message": "Already used.", "reason_code": "label_already_used"}
    carrier, _ = scripted(said(used))
    with pytest.raises(Refused, match="Already used") as refused:
        carrier.void(LABEL)
    assert "returned" in str(refused.value.hint)


def test_a_label_that_was_voided_before_counts_as_voided_q20_() -> None:
    carrier, _ = scripted(said({"approved": False, "message": "", "reason_code": "label_already_voided"}))
    assert carrier.void(LABEL) == "label_already_voided"


def test_a_single_package_is_not_voided_and_a_path_is_never_left() -> None:
    carrier, script = scripted(said(errors("invalid_identifier"), 404))
    with pytest.raises(Refused) as refused:
        carrier.void(LABEL, [NUMBER])
    assert refused.value.field == "packages"
    with pytest.raises(Refused):
        carrier.void("../x?y#z")
    assert [each.line for each in script.sent] == [f"PUT {V2}/v2/labels/..%2Fx%3Fy%23z/void"]


# --- every call ------------------------------------------------------------------------------------------------------

READS: dict[str, Any] = {
    "rate": lambda carrier: carrier.rate(a_plan(), ["ups_ground"]),
    "find": lambda carrier: carrier.find(REFERENCE, a_plan(), SINCE),
    "labels": lambda carrier: carrier.labels(LABEL, a_plan()),
    "void": lambda carrier: carrier.void(LABEL),
    "track": lambda carrier: carrier.track(NUMBER),
    "subscribe": lambda carrier: carrier.subscribe([NUMBER], PushTarget("https://x.example/w", "c")),
}


@pytest.mark.parametrize("method", READS)
@pytest.mark.parametrize(
    "answer", [Lost("x"), NotSent("x"), GATEWAY, said(None), said("ok"), said({}, 500), Response(401, {}, b"<html>")]
)
def test_a_read_that_had_no_answer_may_be_repeated(method: str, answer: Any) -> None:
    carrier, _ = scripted(answer)
    with pytest.raises(Retry):
        READS[method](carrier)


def test_a_key_that_is_throttled_is_left_alone_by_all_and_one_that_a_carrier_throttles_is_not_q03_() -> None:
    carrier, script = scripted(said(errors("rate_limit_exceeded"), 429, retry_after="37"), said(answers.rates()))
    for _ in range(2):
        with pytest.raises(Retry) as retry:
            carrier.rate(a_plan(), ["ups_ground"])
        assert retry.value.after == 37
    assert len(script.sent) == 1
    carrier, script = scripted(
        said(errors("rate_limit_exceeded", source="carrier"), 429, retry_after="37"), said(answers.rates())
    )
    with pytest.raises(Retry):
        carrier.rate(a_plan(), ["ups_ground"])
    assert carrier.rate(a_plan(), ["ups_ground"]) == ()


def test_s56_all_workers_together_ask_less_than_a_minute_takes_q02_() -> None:
    carrier, script = scripted(*(said(answers.rates()) for _ in range(400)))
    for _ in range(1200):  # 120 seconds, ten tries a second
        with suppress(Retry):
            carrier.rate(a_plan(), ["ups_ground"])
        carrier._clock.advance(timedelta(seconds=0.1))  # type: ignore[attr-defined]
    assert 300 < len(script.sent) <= 360


@pytest.mark.parametrize(
    ("api", "credential"),
    [("v1", {"api_key": KEY}), ("v2", {"api_key": KEY, "api_secret": "s"}), ("v2", {}), ("v1", {"api_secret": "s"})],
)
def test_a_credential_of_the_other_api_is_told_and_never_sent(api: str, credential: dict[str, str]) -> None:
    carrier, script = scripted(api=api, credential=credential or {"x": "y"})
    with pytest.raises(Misconfigured) as refused:
        carrier.rate(a_plan(), ["ups_ground"])
    assert refused.value.field == "carrier secret"
    assert KEY not in str(refused.value)
    assert script.sent == []


# --- webhooks --------------------------------------------------------------------------------------------------------

TARGET = PushTarget("https://hooks.example/w/1", "a-credential")
HEADERS = [{"key": "credential", "value": "a-credential"}]


def test_one_webhook_with_our_credential_is_made_for_all_parcels_q29_q30_() -> None:
    carrier, script = scripted(said([]), said({"webhook_id": "se-7"}))
    found = carrier.subscribe([NUMBER, OTHER_NUMBER], TARGET)
    assert found.taken == (NUMBER, OTHER_NUMBER)
    assert script.sent[1].json == {
        "event": "track_event_v2",
        "url": TARGET.url,
        "name": "parcelbridge",
        "headers": HEADERS,
    }
    standing = {"webhook_id": "se-7", "event": "track_event_v2", "url": TARGET.url, "headers": HEADERS}
    carrier, script = scripted(said([{**standing, "event": "track"}, standing]))
    carrier.subscribe([NUMBER], TARGET)
    assert len(script.sent) == 1


def test_an_account_that_knows_the_former_name_of_the_event_gets_that_one_q44_() -> None:
    carrier, script = scripted(said([]), said(errors("invalid_field_value", field="event"), 400), said({}))
    assert carrier.subscribe([NUMBER], TARGET).taken == (NUMBER,)
    assert [each.json["event"] for each in script.sent[1:]] == ["track_event_v2", "track"]
    refusal = said(errors("invalid_field_value", field="event"), 400)
    carrier, _ = scripted(said([]), refusal, refusal)
    with pytest.raises(Refused, match="track_event_v2, track"):
        carrier.subscribe([NUMBER], TARGET)
    carrier, script = scripted(said([]), said({}), refusal, by_hand=True)
    assert carrier.subscribe([], TARGET).taken == ()
    assert [each.json["event"] for each in script.sent[1:]] == ["track_event_v2", "label_created_v2"]


def test_a_webhook_with_another_credential_is_told_the_new_one() -> None:
    standing = {"webhook_id": "se-7", "event": "track_event_v2", "url": TARGET.url, "headers": []}
    carrier, script = scripted(said([standing]), said(None, 204))
    carrier.subscribe([NUMBER], TARGET)
    assert script.sent[1].line == f"PUT {V2}/v2/environment/webhooks/se-7"
    assert script.sent[1].json == {"url": TARGET.url, "headers": HEADERS, "name": "parcelbridge"}
