"""Each answer as it is read: lists that collapse, blanks for nothing, polluted texts, fields that nobody knows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from shared.carriers.ups import findings, parse
from shared.carriers.ups.addresses import Candidate
from shared.carriers.ups.codes import UpsError
from shared.carriers.ups.plain import as_list, day, inside, text
from shared.carriers.ups.values import image, money
from shared.domain.address import Address
from shared.domain.money import Money
from tests.samples.ups import answers
from tests.samples.ups.answers import SECOND, SHIPMENT
from tests.unit.carriers.ups.quirks import keeps


@pytest.mark.parametrize(
    ("given", "read"),
    [(None, []), ("", []), ({}, []), ([], []), ({"a": 1}, [{"a": 1}]), ([{"a": 1}, ""], [{"a": 1}]), ("x", ["x"])],
)
@keeps(17)
def test_a_list_may_come_as_an_object_a_blank_or_nothing(given: Any, read: list[Any]) -> None:
    assert as_list(given) == read


@pytest.mark.parametrize(
    ("given", "read"), [(" Voided&#xD;\n", "Voided"), (None, ""), ({}, ""), (True, ""), (5, "5"), ("&#xA;a&#x9;", "a")]
)
@keeps(70)
def test_text_loses_line_ends_and_blanks_and_is_never_null(given: Any, read: str) -> None:
    assert text(given) == read


def test_base64_with_line_ends_in_it_is_still_the_image() -> None:
    assert image(f"{answers.GIF[:4]}&#xD;\n{answers.GIF[4:]}") == b"GIF89a..."
    assert image("no base64!") == b""
    assert image(None) == b""


def test_money_and_days_that_are_none_are_absent() -> None:
    assert money({"CurrencyCode": "USD", "MonetaryValue": "9.87"}) == Money(Decimal("9.87"), "USD")
    assert money({"CurrencyCode": "USD", "MonetaryValue": "x"}) is None
    assert money({"MonetaryValue": "9.87"}) is None
    assert money("") is None
    assert day("20261104") == date(2026, 11, 4)
    assert day("soon") is None
    assert inside({"a": ""}, "a", "b") is None


@keeps(5)
def test_the_envelope_is_ups_own_and_may_hold_one_error_as_an_object() -> None:
    assert parse.envelope(answers.errors("120202")) == (UpsError("120202", "said UPS"),)
    lone = {"response": {"errors": {"code": 250002, "message": None}}}
    assert parse.envelope(lone) == (UpsError("250002", ""),)


@pytest.mark.parametrize(
    "body", [None, "", [], {}, {"response": {"errors": []}}, {"errors": [{"code": "1"}]}, {"response": ""}]
)
def test_what_others_write_is_no_envelope(body: Any) -> None:
    assert parse.envelope(body) == ()


def test_errors_in_the_headers_are_read_from_both_pairs() -> None:
    headers = {"apierrorcode": "10004", "apierrormsg": "down", "errorcode": "1", "errordescription": "not valid"}
    assert parse.header_errors(headers) == (UpsError("10004", "down"), UpsError("1", "not valid"))
    assert parse.header_errors({}) == ()


@keeps(21)
def test_s52_the_tokens_lifetime_is_the_answers() -> None:
    assert parse.token(answers.token("t1", "3599")) == parse.TokenAnswer("t1", 3599)


@pytest.mark.parametrize("body", [None, {}, {"access_token": "t"}, {"access_token": "t", "expires_in": "soon"}])
def test_a_token_without_value_or_lifetime_is_none(body: Any) -> None:
    assert parse.token(body) is None


def test_a_valid_address_keeps_its_candidate_and_its_classification() -> None:
    opinion = parse.address_opinion(answers.VALID)
    assert opinion is not None
    assert (opinion.indicator, opinion.residential) == ("valid", True)
    assert opinion.candidates == (Candidate(Address(("1 DOCK ST",), "ALBANY", "NY", "12207-1234", "US")),)


def test_an_ambiguous_address_keeps_every_candidate_as_it_is() -> None:
    opinion = parse.address_opinion(answers.AMBIGUOUS)
    assert opinion is not None
    assert (opinion.indicator, opinion.residential) == ("ambiguous", None)
    assert [candidate.address.lines for candidate in opinion.candidates] == [
        ("1300-1398 CANTERBURY RD N",),
        ("1 DOCK ST", "STE 2"),
    ]
    assert opinion.candidates[1].address.postcode == "12207"


@pytest.mark.parametrize("value", ["", "Y", "false", {}, 0])
@keeps(16)
def test_an_indicator_counts_by_being_there_and_null_is_not_there(value: Any) -> None:
    opinion = parse.address_opinion({"XAVResponse": {"ValidAddressIndicator": None, "NoCandidatesIndicator": value}})
    assert opinion is not None
    assert (opinion.indicator, opinion.candidates) == ("none", ())


def test_a_candidate_may_have_a_classification_of_its_own() -> None:
    own = {"AddressClassification": {"Code": "1"}, "AddressKeyFormat": answers.key("1 DOCK ST")}
    opinion = parse.address_opinion({"XAVResponse": {"AmbiguousAddressIndicator": "", "Candidate": own}})
    assert opinion is not None
    assert opinion.candidates[0].residential is False


def test_the_choice_of_a_206_is_read_from_either_list() -> None:
    body = {"originPickList": {"city": "ALBANY", "postalCode": "12207"}, "validationList": {"invalidFieldList": "city"}}
    assert parse.pick_list(body) == ("ALBANY 12207", "city")
    assert parse.pick_list({"destinationPickList": "", "validationList": None}) == ()
    assert parse.pick_list(None) == ()


@keeps(15)
def test_numbers_and_days_are_read_from_strings_and_from_numbers() -> None:
    for amount in ("9.87", 9.87):
        assert money({"CurrencyCode": "USD", "MonetaryValue": amount}) == Money(Decimal("9.87"), "USD")
    assert parse.token({**answers.token(), "expires_in": 3599}) == parse.TokenAnswer("t1", 3599)


@pytest.mark.parametrize("nothing", ["", None])
@keeps(18, 19)
def test_what_is_not_there_may_stand_there_as_blank_or_null(nothing: Any) -> None:
    rated = {**answers.rated("03", "13.71"), "NegotiatedRateCharges": nothing, "TimeInTransit": nothing}
    (quote,) = parse.quotes(answers.rates({**rated, "RatedShipmentAlert": nothing}), ["03"]) or ()
    assert (quote.negotiated, quote.arrival, quote.alerts) == (None, None, ())
    body = answers.shipped(answers.parcel(SHIPMENT))
    body["ShipmentResponse"]["Response"] = {"Alert": nothing, "TransactionReference": nothing}
    body["ShipmentResponse"]["ShipmentResults"]["NegotiatedRateCharges"] = nothing
    made = parse.created(body, service="03", request_id="r1")
    assert made is not None
    assert (str(made.cost), made.alerts) == ("13.71 USD", ())


@keeps(49)
def test_the_first_label_of_a_shipment_may_have_another_format_than_the_rest() -> None:
    body = answers.shipped(answers.parcel(SHIPMENT, kind="GIF"), answers.parcel(SECOND, kind="ZPL"))
    made = parse.created(body, service="03", request_id="r1")
    assert made is not None
    assert [label.format for label in made.labels] == ["GIF", "ZPL"]


@pytest.mark.parametrize("body", [None, "", {}, {"XAVResponse": ""}, {"XAVResponse": {"Response": {}}}])
def test_an_opinion_without_an_outcome_is_unreadable(body: Any) -> None:
    assert parse.address_opinion(body) is None


@keeps(35)
def test_s26_s31_a_quote_has_both_prices_the_arrival_and_the_alerts() -> None:
    (quote,) = parse.quotes(answers.rates(answers.rated("03", "13.71", "9.87", "20261106")), ["03"]) or ()
    assert (quote.published, quote.negotiated) == (Money(Decimal("13.71"), "USD"), Money(Decimal("9.87"), "USD"))
    assert quote.price == Money(Decimal("9.87"), "USD")
    assert quote.arrival == date(2026, 11, 6)
    assert quote.alerts == ("110971 Your invoice may vary",)


@keeps(30)
def test_without_negotiated_rates_the_published_price_applies() -> None:
    (quote,) = parse.quotes(answers.rates(answers.rated("03", "13.71")), ["03"]) or ()
    assert (quote.negotiated, quote.price, quote.arrival) == (None, Money(Decimal("13.71"), "USD"), None)


def test_shopping_answers_with_services_that_nobody_asked_for() -> None:
    body = answers.rates(answers.rated("03", "13.71"), answers.rated("14", "99.00"), answers.rated("02", "31.00"))
    assert [quote.service for quote in parse.quotes(body, ["02", "03"]) or ()] == ["03", "02"]


def test_a_rated_shipment_without_a_price_is_no_quote() -> None:
    assert parse.quotes(answers.rates(answers.rated("03", "")), ["03"]) == ()
    assert parse.quotes({"RateResponse": {"RatedShipment": ""}}, ["03"]) == ()
    assert parse.quotes({}, ["03"]) is None


@keeps(44)
def test_a_created_shipment_has_its_numbers_its_negotiated_cost_its_labels_and_its_alerts() -> None:
    made = parse.created(answers.shipped(answers.parcel(SHIPMENT)), service="03", request_id="r1")
    assert made is not None
    assert (made.shipment_id, made.tracking_numbers) == (SHIPMENT, (SHIPMENT,))
    assert made.cost == Money(Decimal("9.87"), "USD")
    assert [(label.tracking_number, label.format, label.image) for label in made.labels] == [
        (SHIPMENT, "GIF", b"GIF89a...")
    ]
    assert made.alerts == ("120900 User Id and Shipper Number combination is not qualified",)
    assert (made.service, made.request_id, made.source) == ("03", "r1", "create")


def test_without_negotiated_rates_the_published_charge_is_the_cost() -> None:
    made = parse.created(answers.shipped(answers.parcel(SHIPMENT), negotiated=""), service="03", request_id="r1")
    assert made is not None
    assert made.cost == Money(Decimal("13.71"), "USD")


def test_the_labels_format_is_the_answers_and_a_missing_image_is_left_out() -> None:
    body = answers.shipped(answers.parcel(SHIPMENT, kind="gif"), answers.parcel(SECOND, image=""))
    made = parse.created(body, service="03", request_id="r1")
    assert made is not None
    assert made.tracking_numbers == (SHIPMENT, SECOND)
    assert [(label.tracking_number, label.format) for label in made.labels] == [(SHIPMENT, "GIF")]


@pytest.mark.parametrize(
    "results",
    [
        "",
        {},
        {"ShipmentIdentificationNumber": ""},
        {"ShipmentIdentificationNumber": SHIPMENT},
        {"ShipmentIdentificationNumber": SHIPMENT, "PackageResults": {"TrackingNumber": ""}},
        {"PackageResults": {"TrackingNumber": SHIPMENT}},
    ],
)
def test_a_shipment_whose_numbers_can_not_be_read_is_none(results: Any) -> None:
    assert parse.created({"ShipmentResponse": {"ShipmentResults": results}}, service="03", request_id="r") is None


@keeps(48)
def test_recovery_gives_all_numbers_and_labels_but_no_charges() -> None:
    found = findings.recovered(answers.recovered(SHIPMENT, SECOND), request_id="r1")
    assert found is not None
    assert found.shipment is not None
    assert found.shipment.tracking_numbers == (SHIPMENT, SECOND)
    assert (found.shipment.cost, found.shipment.source) == (None, "label_recovery")
    assert [label.format for label in found.shipment.labels] == ["ZPL", "ZPL"]  # sent as "zpl"


def test_recovery_gives_candidates_when_several_shipments_match() -> None:
    assert findings.recovered(answers.candidates(SHIPMENT, SECOND), request_id="r") == findings.Recovered(
        None, (SHIPMENT, SECOND)
    )
    assert findings.recovered({"LabelRecoveryResponse": {"LabelResults": ""}}, request_id="r") is None
    assert findings.recovered(None, request_id="r") is None


@keeps(6, 87, 101)
def test_tracking_gives_parcels_with_trimmed_numbers_their_references_and_whether_they_are_voided() -> None:
    body = answers.tracked((SHIPMENT, ("PB1", "1000001"), "003"), (SECOND, ("PB1",), "007"))
    assert findings.tracked(body) == (
        findings.Tracked(SHIPMENT, frozenset({"PB1", "1000001"}), voided=False, moved=False),
        findings.Tracked(SECOND, frozenset({"PB1"}), voided=True, moved=False),
    )


@keeps(100, 104)
def test_a_void_is_seen_in_the_type_of_the_latest_activity_too() -> None:
    activity = [{"status": {"type": "MV", "statusCode": ""}}, {"status": {"type": "M", "statusCode": "003"}}]
    parcel = {"trackingNumber": SHIPMENT, "activity": activity}
    (found,) = findings.tracked({"trackResponse": {"shipment": [{"package": [parcel]}]}}) or ()
    assert found.voided


@pytest.mark.parametrize(
    ("types", "moved"),
    [(["M"], False), (["MV", "M"], False), (["I", "M"], True), (["D"], True), ([""], True), ([], None)],
)
def test_any_event_but_the_label_s_own_means_that_the_carrier_has_it(types: list[str], moved: bool | None) -> None:
    parcel = {"trackingNumber": SHIPMENT, "activity": [{"status": {"type": each}} for each in types]}
    (found,) = findings.tracked({"trackResponse": {"shipment": [{"package": [parcel]}]}}) or ()
    assert found.moved is moved


@keeps(102)
def test_an_unknown_number_is_a_200_without_a_parcel() -> None:
    assert findings.tracked(answers.tracked()) == ()
    assert findings.tracked({"trackResponse": {}}) == ()
    assert findings.tracked({}) is None


@pytest.mark.parametrize("name", ["PackageLevelResult", "PackageLevelResults"])
@keeps(68)
def test_a_voids_package_results_come_under_two_names(name: str) -> None:
    parcel = {"TrackingNumber": SHIPMENT, "Status": {"Code": "1", "Description": "Voided&#xD;"}}
    assert findings.voided(answers.voided(**{name: parcel})) == findings.Voided(True, f"Voided; {SHIPMENT} Voided")
    both = [parcel, answers.parcel_voided(SECOND, "0")]
    assert findings.voided(answers.voided(**{name: both})) == findings.Voided(
        False, f"Voided; {SHIPMENT} Voided; {SECOND} Not Voided", (SECOND,)
    )


def test_a_void_with_status_0_was_not_done() -> None:
    assert findings.voided(answers.voided("0", "Not Voided")) == findings.Voided(False, "Not Voided")
    assert findings.voided({"VoidShipmentResponse": {"SummaryResult": ""}}) is None
