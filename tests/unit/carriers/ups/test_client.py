"""The Carrier port on UPS: the URL that is called, the answer that is read, the error that is told apart."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest

from cli.hints import worded
from shared.domain.shipment import LabelSpec, ShipmentPlan
from shared.errors import Misconfigured, Refused, Retry, Unknown
from shared.http import Lost, NotSent, Response
from tests.samples.ups import answers
from tests.samples.ups.answers import SECOND, SHIPMENT
from tests.samples.ups.plans import HOLDER, PUERTO_RICO, REFERENCE, SWEDEN, WAREHOUSE, a_plan, at
from tests.samples.ups.wire import refused, said, scripted, settings
from tests.unit.carriers.ups.quirks import keeps

CIE = "https://wwwcie.ups.com"
READS = {
    "check_address": lambda carrier: carrier.check_address(WAREHOUSE),
    "rate": lambda carrier: carrier.rate(a_plan(), ["03"]),
    "void": lambda carrier: carrier.void(SHIPMENT),
    "labels": lambda carrier: carrier.labels(SHIPMENT, a_plan()),
}


@keeps(3)
def test_every_call_has_a_token_a_trans_id_of_32_and_a_source() -> None:
    carrier, script = scripted(said(answers.VALID))
    carrier.check_address(WAREHOUSE)
    headers = script.sent[0].request.headers
    assert headers["Authorization"] == "Bearer t1"
    assert re.fullmatch(r"\d{32}", headers["transId"])
    assert headers["transactionSrc"] == "parcelbridge"
    assert headers["Content-Type"] == "application/json"
    assert len(uuid4().hex) == 32  # str(uuid4()) is four too long


@pytest.mark.parametrize(
    ("plan", "field"),
    [
        (a_plan(ship_to=replace(WAREHOUSE, name="x" * 36)), "ship_to.name"),
        (a_plan(ship_from=replace(HOLDER, name="x" * 36)), "ship_from.name"),
        (a_plan(ship_to=at(WAREHOUSE, lines=("x" * 36,))), "ship_to.address.lines"),
        (a_plan(ship_to=at(WAREHOUSE, city="x" * 31)), "ship_to.address.city"),
        (a_plan(ship_to=replace(SWEDEN, attention=""), service="65"), "ship_to.attention"),
        (a_plan(ship_to=replace(WAREHOUSE, phone="12")), "ship_to.phone"),
        (a_plan(erp_reference="x" * 36), "erp_reference"),
        (a_plan(service="3"), "service"),
    ],
)
def test_s17_what_ups_does_not_take_as_it_stands_is_refused_before_anybody_is_asked(
    plan: ShipmentPlan, field: str
) -> None:
    carrier, script = scripted()
    with pytest.raises(Refused) as refusal:
        carrier.check_plan(plan)
    assert refusal.value.field == field
    carrier.check_plan(a_plan())
    assert script.sent == []


@keeps(92, 99)
def test_s20_an_address_is_validated_and_classified() -> None:
    carrier, script = scripted(said(answers.VALID))
    check = carrier.check_address(WAREHOUSE)
    assert (check.outcome, check.residential) == ("valid", True)
    assert script.sent[0].line == f"POST {CIE}/api/addressvalidation/v2/3"


@pytest.mark.parametrize(("body", "outcome"), [(answers.AMBIGUOUS, "ambiguous"), (answers.NO_CANDIDATES, "none")])
def test_a_bad_address_is_an_outcome_and_no_error(body: object, outcome: str) -> None:
    carrier, _ = scripted(said(body))
    assert carrier.check_address(WAREHOUSE).outcome == outcome


@keeps(93)
def test_an_address_outside_the_us_and_puerto_rico_is_not_covered_and_nobody_is_asked() -> None:
    carrier, script = scripted()
    check = carrier.check_address(SWEDEN)
    note = "UPS validates no streets in SE: the create validates city, state and postcode there"
    assert (check.outcome, check.note) == ("not_covered", note)
    assert not script.sent
    covered, script = scripted(said(answers.NO_CANDIDATES))
    assert covered.check_address(PUERTO_RICO).outcome == "none"


@keeps(95)
def test_the_test_environments_refusal_of_a_state_is_not_covered_with_a_note() -> None:
    carrier, _ = scripted(refused("9264030"))
    check = carrier.check_address(WAREHOUSE)
    assert check.outcome == "not_covered"
    assert "New York and California" in check.note


def test_one_service_is_rated_at_its_url() -> None:
    carrier, script = scripted(said(answers.rates(answers.rated("03", "13.71", "9.87"))))
    (quote,) = carrier.rate(a_plan(), ["03"])
    assert str(quote.price) == "9.87 USD"
    assert script.sent[0].line == f"POST {CIE}/api/rating/v2409/Ratetimeintransit?additionalinfo=timeintransit"


def test_several_services_are_shopped_in_one_call() -> None:
    carrier, script = scripted(said(answers.rates(answers.rated("03", "13.71"), answers.rated("02", "30.00"))))
    assert len(carrier.rate(a_plan(), ["03", "02"])) == 2
    assert "/Shoptimeintransit?" in script.sent[0].line


def test_a_service_that_is_not_offered_there_is_refused_by_ups_own_code() -> None:
    carrier, _ = scripted(refused("111210"))
    with pytest.raises(Refused) as refusal:
        carrier.rate(a_plan(), ["03"])
    assert (refusal.value.reason, refusal.value.field) == ("service", "service")


def test_no_service_has_no_price() -> None:
    carrier, script = scripted()
    with pytest.raises(Refused):
        carrier.rate(a_plan(), [])
    assert not script.sent


@keeps(8)
def test_s27_a_create_goes_out_on_a_fresh_connection_with_its_own_timeout() -> None:
    carrier, script = scripted(said(answers.shipped(answers.parcel(SHIPMENT)), bkndtransid="b1"))
    made = carrier.create(a_plan(), REFERENCE)
    assert (made.shipment_id, made.service) == (SHIPMENT, "03")
    assert made.request_id == f"{1:032d}/b1"
    (sent,) = script.sent
    assert sent.line == f"POST {CIE}/api/shipments/v2409/ship"
    assert (sent.fresh, sent.timeout) == (True, settings().create_timeout)
    assert sent.json["ShipmentRequest"]["Shipment"]["Package"][0]["ReferenceNumber"][0] == {"Value": REFERENCE}


OUTCOMES: list[tuple[str, Response | Exception, type[Exception]]] = [
    ("a hard code in UPS's envelope", refused("120202"), Refused),
    ("an unlisted code in UPS's envelope", refused("999999"), Refused),
    ("a listed transient code in UPS's envelope", refused("120001"), Retry),
    ("a connection that never was", NotSent("no route"), Retry),
    ("a 429", said(None, 429, retry_after="7"), Retry),
    ("a 401 without a word", said(None, 401), Retry),
    ("a 401 with a refused credential", refused("250002", status=401), Misconfigured),
    ("a 403 of a blocked merchant", refused("250003", status=403), Misconfigured),
    ("a lost answer", Lost("timeout"), Unknown),
    ("a 408", refused("10004", status=408), Unknown),
    ("a 409", refused("120202", status=409), Unknown),
    ("a 500", said(None, 500), Unknown),
    ("a 503 with 10004 in UPS's envelope", refused("10004", status=503), Unknown),
    ("a 200 without a body", said(None), Unknown),
    (
        "a 200 without a body and an error in its headers",
        said(None, errorcode="1", errordescription="not valid"),
        Unknown,
    ),
    ("a 200 that is no JSON", Response(200, {}, b"<html>"), Unknown),
    ("a 200 without a shipment number", said({"ShipmentResponse": {"ShipmentResults": ""}}), Unknown),
    ("a 400 that a proxy wrote", Response(400, {}, b"<html>"), Unknown),
    ("a 403 that a proxy wrote", Response(403, {}, b"<html>"), Unknown),
    ("a redirect", said(None, 302), Unknown),
]


@pytest.mark.parametrize(("step", "kind"), [case[1:] for case in OUTCOMES], ids=[case[0] for case in OUTCOMES])
@keeps(9, 12, 90)
def test_s28_the_end_of_a_create_is_told_by_what_is_proven(step: Response | Exception, kind: type[Exception]) -> None:
    carrier, script = scripted(step)
    with pytest.raises(kind):
        carrier.create(a_plan(), REFERENCE)
    assert len(script.sent) == 1  # never repeated


def test_a_throttled_create_passes_on_the_wait() -> None:
    carrier, _ = scripted(said(None, 429, retry_after="7"))
    with pytest.raises(Retry) as error:
        carrier.create(a_plan(), REFERENCE)
    assert error.value.after == 7


def test_an_unknown_end_names_the_request_that_ups_support_wants_to_know() -> None:
    carrier, _ = scripted(said(None, 500, bkndtransid="b1"))
    with pytest.raises(Unknown, match=f"{1:032d}/b1"):
        carrier.create(a_plan(), REFERENCE)


def test_no_token_means_that_nothing_was_made() -> None:
    carrier, script = scripted()
    script.tokens.append(said(None, 503))
    with pytest.raises(Retry):
        carrier.create(a_plan(), REFERENCE)
    assert not script.sent


def test_a_plan_that_does_not_fit_is_refused_before_anything_is_sent() -> None:
    carrier, script = scripted()
    with pytest.raises(Refused):
        carrier.create(a_plan(service=""), REFERENCE)
    assert not script.sent
    assert not script.asked_tokens


@pytest.mark.parametrize("name", READS)
@pytest.mark.parametrize(
    ("step", "kind"),
    [
        (NotSent("x"), Retry),
        (Lost("x"), Retry),
        (said(None, 429, retry_after="7"), Retry),
        (refused("10004", status=503), Retry),
        (said(None), Retry),
        (Response(200, {}, b"<html>"), Retry),
        (Response(404, {}, b"<html>"), Retry),
        (refused("250002", status=401), Misconfigured),
        (refused("250003", status=403), Misconfigured),
        (refused("999999"), Refused),
        (said(None, errorcode="1", errordescription="The request is not valid"), Refused),
    ],
    ids=[
        "not sent",
        "lost",
        "429",
        "503",
        "empty 200",
        "no JSON",
        "proxy's 404",
        "401",
        "403",
        "hard code",
        "header error",
    ],
)
def test_a_call_that_may_be_repeated_fails_as_retry_refused_or_misconfigured(
    name: str, step: Response | Exception, kind: type[Exception]
) -> None:
    carrier, script = scripted(step)
    with pytest.raises(kind):
        READS[name](carrier)
    assert len(script.sent) == 1


def test_a_void_deletes_the_shipment_and_returns_ups_own_words() -> None:
    carrier, script = scripted(said(answers.voided()))
    assert carrier.void(SHIPMENT) == "Voided"
    assert script.sent[0].line == f"DELETE {CIE}/api/shipments/v2409/void/cancel/{SHIPMENT}"
    assert script.sent[0].request.body == b""


def test_a_void_of_packages_is_done_when_each_of_them_is() -> None:
    done = said(answers.voided(PackageLevelResults=answers.parcel_voided(SECOND)))
    carrier, script = scripted(done)
    assert carrier.void(SHIPMENT, [SECOND]) == f"Voided; {SECOND} Voided"
    assert script.sent[0].line.endswith(f"{SHIPMENT}?trackingnumber={SECOND}")
    carrier, _ = scripted(said(answers.voided(PackageLevelResult=answers.parcel_voided(SECOND, "0"))))
    with pytest.raises(Refused, match=f"did not void {SECOND}: .*Not Voided"):
        carrier.void(SHIPMENT, [SECOND])


def test_more_than_20_packages_are_voided_20_at_a_time() -> None:
    numbers = [f"1ZA1B2C303{n:07d}0" for n in range(45)]
    carrier, script = scripted(*[said(answers.voided())] * 3)
    assert carrier.void(SHIPMENT, numbers) == "Voided"
    asked = [json.loads(parse_qs(urlsplit(sent.request.url).query)["trackingnumber"][0]) for sent in script.sent]
    assert [len(each) for each in asked] == [20, 20, 5]
    assert [number for each in asked for number in each] == numbers


@keeps(71)
def test_an_ambiguous_void_says_what_it_may_mean() -> None:
    carrier, _ = scripted(refused("190102"))
    with pytest.raises(Refused, match="190102") as refusal:
        carrier.void(SHIPMENT)
    assert worded(refusal.value.hint).startswith("too late, not known, or not yet processed")


def test_s30_a_pdf_is_created_as_a_gif_and_recovered_as_a_pdf() -> None:
    pdf = answers.recovered(SHIPMENT, kind="PDF")
    carrier, script = scripted(said(answers.shipped(answers.parcel(SHIPMENT))), said(pdf))
    plan = a_plan(label=LabelSpec("PDF", "4x6"))
    made = carrier.create(plan, REFERENCE)
    assert (made.tracking_numbers, made.labels) == ((SHIPMENT,), ())
    assert [label.format for label in carrier.labels(SHIPMENT, plan)] == ["PDF"]
    assert script.sent[1].json["LabelRecoveryRequest"]["LabelSpecification"]["LabelImageFormat"] == {"Code": "PDF"}


@keeps(11)
def test_a_206_with_a_choice_of_places_is_refused_with_them() -> None:
    places = [{"city": "ALBANY", "stateProvince": "NY"}, {"city": "ALBANY", "stateProvince": "GA"}]
    open_ended = {"validationList": {"destinationAmbiguous": True}, "destinationPickList": places}
    carrier, _ = scripted(said(open_ended, 206))
    with pytest.raises(Refused, match="ALBANY NY; ALBANY GA") as refusal:
        carrier.rate(a_plan(), ["03"])
    assert (refusal.value.reason, refusal.value.field) == ("address", "ship_to.address.city")


def test_a_206_that_has_what_was_asked_for_is_read() -> None:
    carrier, _ = scripted(said(answers.rates(answers.rated("03", "13.71")), 206))
    assert len(carrier.rate(a_plan(), ["03"])) == 1


def test_a_206_without_a_word_is_a_retry_and_on_a_create_unknown() -> None:
    carrier, _ = scripted(said(None, 206))
    with pytest.raises(Retry):
        carrier.rate(a_plan(), ["03"])
    carrier, _ = scripted(said(None, 206))
    with pytest.raises(Unknown):
        carrier.create(a_plan(), REFERENCE)


def test_where_times_in_transit_are_off_prices_come_without_days() -> None:
    carrier, script = scripted(said(answers.rates(answers.rated("03", "13.71"))), times_in_transit=False)
    (quote,) = carrier.rate(a_plan(), ["03"])
    assert quote.arrival is None
    assert script.sent[0].line == f"POST {CIE}/api/rating/v2409/Rate"


def test_s20_an_address_whose_candidate_has_lost_the_suite_is_ambiguous_and_shows_it() -> None:
    carrier, _ = scripted(said(answers.VALID))
    check = carrier.check_address(at(WAREHOUSE, lines=("1 Dock St", "Suite 5")))
    assert check.outcome == "ambiguous"
    assert [candidate.lines for candidate in check.candidates] == [("1 DOCK ST",)]
    assert "STE 5" in check.note


def test_s20_an_attention_in_the_lines_is_no_part_of_the_address_that_is_validated() -> None:
    carrier, script = scripted(said(answers.VALID))
    assert carrier.check_address(at(WAREHOUSE, lines=("Attn: Bob Ray", "1 Dock St"))).outcome == "valid"
    assert script.sent[0].json["XAVRequest"]["AddressKeyFormat"]["AddressLine"] == ["1 Dock St"]


@keeps(94)
def test_an_address_validation_never_sends_region() -> None:
    carrier, script = scripted(said(answers.VALID))
    carrier.check_address(WAREHOUSE)
    assert "Region" not in script.sent[0].json["XAVRequest"]["AddressKeyFormat"]


@keeps(1)
def test_the_production_host_is_called_where_the_connection_says_so() -> None:
    carrier, script = scripted(said(answers.VALID), environment="production")
    carrier.check_address(WAREHOUSE)
    assert script.sent[0].line == "POST https://onlinetools.ups.com/api/addressvalidation/v2/3"
    assert script.asked_tokens[0].line == "POST https://onlinetools.ups.com/security/v1/oauth/token"


@keeps(14)
def test_a_spurious_hard_code_is_held_with_the_way_to_try_again() -> None:
    carrier, _ = scripted(refused("120081"))
    with pytest.raises(Refused) as refusal:
        carrier.create(a_plan(), REFERENCE)
    assert "orders retry" in worded(refusal.value.hint)


@keeps(91)
def test_a_code_that_may_speak_of_a_shipment_that_was_made_proves_nothing() -> None:
    carrier, _ = scripted(refused("120021"))
    with pytest.raises(Unknown, match="120021"):
        carrier.create(a_plan(), REFERENCE)


@pytest.mark.parametrize("code", ["111285", "120202", "120601", "120413", "999999"])
@keeps(107, 115)
def test_a_hard_code_is_refused_on_every_call_and_never_asks_to_be_tried_again(code: str) -> None:
    for ask in READS.values():
        carrier, _ = scripted(refused(code))
        with pytest.raises(Refused):
            ask(carrier)
    carrier, _ = scripted(refused(code))
    with pytest.raises(Refused):
        carrier.create(a_plan(), REFERENCE)


@pytest.mark.parametrize("name", READS)
@keeps(13)
def test_s57_a_throttled_call_is_left_to_the_workflows_backoff_with_ups_own_wait(name: str) -> None:
    for step, after in ((said(None, 429, retry_after="7"), 7), (refused("10429", status=429), None)):
        carrier, script = scripted(step)
        with pytest.raises(Retry) as error:
            READS[name](carrier)
        assert (error.value.after, len(script.sent)) == (after, 1)


@keeps(45)
def test_masked_numbers_of_the_test_environment_are_said_to_name_no_parcel() -> None:
    masked = answers.shipped(answers.parcel("1ZXXXXXXXXXXXXXXXX"), answers.parcel("1ZXXXXXXXXXXXXXXXX"))
    masked["ShipmentResponse"]["ShipmentResults"]["ShipmentIdentificationNumber"] = "1ZXXXXXXXXXXXXXXXX"
    carrier, _ = scripted(said(masked))
    made = carrier.create(a_plan(), REFERENCE)
    assert (len(made.tracking_numbers), len(made.labels)) == (2, 2)
    assert made.alerts[-1].endswith("this one names no parcel")
    carrier, _ = scripted(said(answers.shipped(answers.parcel(SHIPMENT))))
    assert "names no parcel" not in str(carrier.create(a_plan(), REFERENCE).alerts)


def test_s25_every_service_that_was_asked_for_comes_with_its_price_its_day_and_its_warnings() -> None:
    first, second = answers.rated("03", "13.71", "9.87", "20261106"), answers.rated("02", "30.00", "", "20261104")
    carrier, _ = scripted(said(answers.rates(first, second, answers.rated("14", "99.00"))))
    quotes = carrier.rate(a_plan(), ["03", "02"])
    assert [(each.service, str(each.price), f"{each.arrival}") for each in quotes] == [
        ("03", "9.87 USD", "2026-11-06"),
        ("02", "30.00 USD", "2026-11-04"),
    ]
    assert all(each.alerts == ("110971 Your invoice may vary",) for each in quotes)


@keeps(72)
def test_a_second_void_is_answered_like_the_first() -> None:
    carrier, _ = scripted(refused("190117"))
    assert carrier.void(SHIPMENT) == "said UPS"


@pytest.mark.parametrize("step", [said(answers.voided("0", "Not Voided")), refused("190102"), refused("190101")])
@keeps(69, 73)
def test_a_void_that_was_not_done_is_refused_with_its_field(step: Response) -> None:
    carrier, _ = scripted(step)
    with pytest.raises(Refused) as refusal:
        carrier.void(SHIPMENT)
    assert refusal.value.field == "shipment_id"


def test_s32_a_parcel_s_page_is_named_and_nobody_is_asked() -> None:
    carrier, script = scripted()
    assert carrier.tracking_url(SHIPMENT) == f"https://www.ups.com/track?tracknum={SHIPMENT}"
    assert script.sent == []


NOWHERE = (refused("300007"), said(answers.tracked()))
"""The answers of both sources of a look-up for a reference that nobody has."""


def test_s66_a_ping_gets_a_token_validates_the_shippers_address_and_asks_both_sources_of_a_look_up() -> None:
    carrier, script = scripted(said(answers.VALID), *NOWHERE)
    names = ["UPS token", "UPS address validation", "UPS label recovery", "UPS tracking by reference"]
    assert [(check.name, check.ok) for check in carrier.ping()] == [(name, True) for name in names]
    assert script.sent[0].json["XAVRequest"]["AddressKeyFormat"]["AddressLine"] == ["1 A St"]
    asked = script.sent[1].json["LabelRecoveryRequest"]["ReferenceValues"]
    assert asked == {"ReferenceNumber": {"Value": "PARCELBRIDGE-TEST"}, "ShipperNumber": "A1B2C3"}
    assert "/reference/details/PARCELBRIDGE-TEST?" in script.sent[2].line
    assert "fromPickUpDate=" in script.sent[2].line


@pytest.mark.parametrize(
    ("recovery", "track", "failed"),
    [
        (refused("250002", status=401), said(answers.tracked()), "UPS label recovery"),
        (refused("300007"), refused("250002", status=401), "UPS tracking by reference"),
        (refused("300007"), refused("TV1003"), "UPS tracking by reference"),
        (said(None, 503), said(answers.tracked()), "UPS label recovery"),
        (refused("300007"), Lost("reset"), "UPS tracking by reference"),
        (said({}), said(answers.tracked()), "UPS label recovery"),
    ],
)
@keeps(86)
def test_a_ping_names_the_source_of_a_look_up_that_does_not_answer(
    recovery: Response, track: Response | Exception, failed: str
) -> None:
    carrier, _ = scripted(said(answers.VALID), recovery, track)
    (wrong,) = [check for check in carrier.ping() if not check.ok]
    assert wrong.name == failed
    assert wrong.detail


def test_s23_a_ping_names_a_mapped_code_that_is_no_service_of_ups() -> None:
    carrier, _ = scripted(said(answers.VALID), *NOWHERE, services=("03", "77", "M4"))
    *_, last = carrier.ping()
    assert (last.name, last.ok) == ("UPS services", False)
    assert last.detail.startswith("services: 77 is no service of UPS; 01 Next Day Air, 02 2nd Day Air, 03 Ground,")


def test_a_ping_says_that_the_shippers_address_is_not_known() -> None:
    carrier, _ = scripted(said(answers.NO_CANDIDATES), *NOWHERE)
    assert [check.ok for check in carrier.ping()] == [True, False, True, True]


def test_a_ping_from_elsewhere_tracks_a_test_number() -> None:
    carrier, script = scripted(said(answers.tracked()), *NOWHERE, shipper=SWEDEN)
    assert [check.ok for check in carrier.ping()] == [True, True, True, True]
    assert script.sent[0].line == f"GET {CIE}/api/track/v1/details/1Z12345E0291980793?locale=en_US"


def test_a_ping_tells_what_failed_and_raises_nothing() -> None:
    carrier, script = scripted()
    script.tokens.append(refused("250002", status=401))
    (token,) = carrier.ping()
    assert not token.ok
    assert "250002" in token.detail
    for shipper, step in ((HOLDER, said(None, 503)), (SWEDEN, said(None, 503)), (None, Lost("reset"))):
        carrier, _ = scripted(step, shipper=shipper)
        assert [check.ok for check in carrier.ping()] == [True, False]
