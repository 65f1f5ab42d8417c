"""The sandbox UPS by itself: what it refuses and how, what it keeps, and how it answers."""

from __future__ import annotations

import base64
import json
import zlib
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import pytest

from sandbox.carriers.ups import UpsEngine
from sandbox.carriers.ups.labels import image
from sandbox.carriers.ups.ledger import check_digit, tracking_number
from sandbox.carriers.ups.manners import Manners
from sandbox.carriers.ups.rates import Lane, arrival
from sandbox.engine import ConnectionDropped, Fault
from sandbox.memory import ManualClock
from shared.carriers.ups import inquiries
from shared.domain.shipment import LabelSpec, Package
from shared.http import Request, Response
from tests.samples.ups.plans import (
    BERLIN,
    HOLDER,
    LODZ,
    PUERTO_RICO,
    REFERENCE,
    SUPPLIER,
    SWEDEN,
    TORONTO,
    USD_120,
    VIENNA,
    WAREHOUSE,
    a_plan,
    at,
    lb,
)
from tests.samples.ups.requests import (
    address_request,
    bare,
    every_request,
    rate_request,
    recovery_request,
    ship_request,
    token_request,
)
from tests.samples.ups.wire import settings
from tests.unit.carriers.ups.quirks import keeps

GIF = LabelSpec("GIF", "4x6")


class Desk:
    """An engine with a clock and a token, and short ways to ask it."""

    def __init__(self, **changes: Any) -> None:
        self.clock = ManualClock()
        self.engine = UpsEngine(self.clock.now, **changes)
        self.token = self.engine.handle(token_request()).json()["access_token"]

    def ask(self, request: Request) -> Response:
        headers = {**request.headers, "Authorization": f"Bearer {self.token}"}
        return self.engine.handle(replace(request, headers=headers))

    def code(self, request: Request) -> str:
        answer = self.ask(request)
        assert answer.status >= 400, answer.body
        code: str = answer.json()["response"]["errors"][0]["code"]
        assert answer.headers["apierrorcode"] == code
        return code

    def ship(self, reference: str = REFERENCE, **changes: Any) -> dict[str, Any]:
        answer = self.ask(ship_request(a_plan(**changes), reference=reference))
        assert answer.status == 200, answer.body
        results: dict[str, Any] = answer.json()["ShipmentResponse"]["ShipmentResults"]
        return results

    def recover(self, reference: str = REFERENCE) -> Response:
        return self.ask(recovery_request(inquiries.recovery_by_reference(reference, "A1B2C3", GIF)))

    def recover_number(self, number: str) -> Response:
        return self.ask(recovery_request(inquiries.recovery_by_number(number, GIF)))

    def track(self, reference: str = REFERENCE) -> list[dict[str, Any]]:
        today = self.clock.now().date()
        path = inquiries.track_by_reference_path(reference, "A1B2C3", settings(), today - timedelta(days=10), today)
        shipments = self.ask(bare("GET", path)).json()["trackResponse"]["shipment"]
        return [parcel for shipment in shipments for parcel in shipment.get("package", [])]

    def void(self, number: str) -> Response:
        return self.ask(bare("DELETE", inquiries.void_path(number)))


def spoil(request: Request, *path: Any, value: Any) -> Request:
    """The request with `value` at `path` of its body."""
    body = json.loads(request.body)
    holder = body
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value
    return replace(request, body=json.dumps(body).encode())


# --- tokens ----------------------------------------------------------------------------------------------------------


def test_a_token_is_all_strings_and_has_its_lifetime() -> None:
    engine = UpsEngine(ManualClock().now, token_lifetime=timedelta(hours=1))
    answer = engine.handle(token_request()).json()
    assert all(isinstance(value, str) for value in answer.values())
    assert (answer["expires_in"], answer["status"], answer["token_type"]) == ("3600", "approved", "Bearer")


@pytest.mark.parametrize(
    "authorization",
    ["", "Basic !", "Bearer x", f"Basic {base64.b64encode(b'sandbox-client:wrong').decode()}"],
)
def test_a_wrong_client_or_secret_gets_no_token(authorization: str) -> None:
    request = token_request()
    engine = UpsEngine(ManualClock().now)
    answer = engine.handle(replace(request, headers={**request.headers, "Authorization": authorization}))
    assert (answer.status, answer.json()["response"]["errors"][0]["code"]) == (401, "250002")


def test_another_grant_gets_no_token() -> None:
    request = replace(token_request(), body=b"grant_type=password")
    assert UpsEngine(ManualClock().now).handle(request).status == 400


def test_s52_the_251st_token_of_a_day_is_refused_until_the_next() -> None:
    clock = ManualClock()
    engine = UpsEngine(clock.now, token_quota=2)
    assert [engine.handle(token_request()).status for _ in range(3)] == [200, 200, 429]
    clock.advance(timedelta(days=1))
    assert engine.handle(token_request()).status == 200


def test_an_expired_token_and_an_unknown_one_have_their_own_codes() -> None:
    desk = Desk()
    desk.engine.expire_tokens()
    assert desk.code(address_request(WAREHOUSE)) == "251004"
    desk.engine.revoke_tokens()
    assert desk.code(address_request(WAREHOUSE)) == "UJ0001"
    assert desk.engine.recorded[-1].status == 401


def test_a_token_ends_by_the_clock() -> None:
    desk = Desk(token_lifetime=timedelta(hours=1))
    desk.clock.advance(timedelta(minutes=59))
    assert desk.ask(address_request(WAREHOUSE)).status == 200
    desk.clock.advance(timedelta(minutes=1))
    assert desk.code(address_request(WAREHOUSE)) == "251004"


# --- operations are named --------------------------------------------------------------------------------------------


def test_every_request_is_recorded_under_its_operation() -> None:
    engine = UpsEngine(ManualClock().now)
    names = {name: engine.operation(request) for name, request in every_request().items()}
    assert {names["token"], names["address"], names["void"], names["track"], names["track_by_reference"]} == {
        "token",
        "address_validation",
        "void",
        "track",
        "track_by_reference",
    }
    assert {names["shop"], names["rate_inbound"]} == {"rate"}
    assert (names["ship_inbound"], names["recovery_GIF"]) == ("ship", "recovery")


def test_what_is_no_operation_is_not_found() -> None:
    desk = Desk()
    assert desk.code(bare("GET", "/api/shipments/v2409/ship")) == "10404"
    assert desk.engine.recorded[-1].operation == "unknown"


# --- addresses -------------------------------------------------------------------------------------------------------


def opinion(desk: Desk, **changes: Any) -> dict[str, Any]:
    answer: dict[str, Any] = desk.ask(address_request(at(WAREHOUSE, **changes))).json()["XAVResponse"]
    return answer


def test_a_known_street_is_valid_with_one_candidate_as_an_object() -> None:
    found = opinion(Desk())
    assert found["ValidAddressIndicator"] == ""
    assert found["Response"]["TransactionReference"] == ""
    assert found["Candidate"]["AddressKeyFormat"]["AddressLine"] == "1 DOCK ST"
    assert found["AddressClassification"] == {"Code": "1", "Description": "Commercial"}


def test_a_street_with_an_apartment_is_residential() -> None:
    assert opinion(Desk(), lines=("1 Dock St Apt 4",))["AddressClassification"]["Code"] == "2"


def test_an_unknown_street_and_a_wrong_state_have_no_candidates() -> None:
    assert "NoCandidatesIndicator" in opinion(Desk(), lines=("1 Nowhere Rd",))
    assert "NoCandidatesIndicator" in opinion(Desk(), state="CA")


def test_an_ambiguous_street_has_house_number_ranges() -> None:
    found = opinion(Desk(), lines=("Ambiguous St",))
    assert found["AmbiguousAddressIndicator"] == ""
    assert [c["AddressKeyFormat"]["AddressLine"] for c in found["Candidate"]] == ["100-198 MAIN ST", "200-298 MAIN ST"]


def test_the_test_environment_knows_new_york_and_california_only() -> None:
    desk = Desk(cie=True)
    assert "ValidAddressIndicator" in opinion(desk)
    assert desk.code(address_request(HOLDER)) == "9264030"


# --- prices ----------------------------------------------------------------------------------------------------------


def rated(desk: Desk, services: list[str], **changes: Any) -> Any:
    return desk.ask(rate_request(a_plan(**changes), services)).json()["RateResponse"]["RatedShipment"]


def test_one_rated_service_is_an_object_with_both_prices_and_its_day() -> None:
    found = rated(Desk(), ["03"])
    assert found["Service"] == {"Code": "03", "Description": ""}
    published = Decimal(found["TotalCharges"]["MonetaryValue"])
    assert Decimal(found["NegotiatedRateCharges"]["TotalCharge"]["MonetaryValue"]) == (
        published * Decimal("0.72")
    ).quantize(Decimal("0.01"))
    assert found["TimeInTransit"]["ServiceSummary"]["EstimatedArrival"]["Arrival"]["Date"] == "20261104"


def test_shopping_gives_every_service_of_the_lane() -> None:
    assert {each["Service"]["Code"] for each in rated(Desk(), ["03", "02"])} == {
        "01",
        "02",
        "03",
        "12",
        "13",
        "14",
        "59",
    }
    assert {each["Service"]["Code"] for each in rated(Desk(), ["65", "07"], ship_to=SWEDEN)} == {"07", "54", "65", "08"}


def test_prices_are_the_same_for_the_same_shipment_and_grow_with_weight_distance_and_residence() -> None:
    near, far = Lane("US", "14201", "US", "12207"), Lane("US", "14201", "US", "94103")
    home = replace(near, residential=True)
    prices = [lane.charge("03", [Decimal(w)]) for lane, w in ((near, 5), (near, 50), (far, 50), (home, 50))]
    assert prices == [lane.charge("03", [Decimal(w)]) for lane, w in ((near, 5), (near, 50), (far, 50), (home, 50))]
    assert prices[0] < prices[1] < prices[2]
    assert prices[3] == prices[1] + Decimal("5.10")


def test_an_account_that_does_not_qualify_gets_published_rates_only() -> None:
    assert "NegotiatedRateCharges" not in rated(Desk(discount=None), ["03"])


def test_a_weekend_is_no_business_day() -> None:
    assert arrival(date(2026, 11, 5), 2) == date(2026, 11, 9)


# --- creating --------------------------------------------------------------------------------------------------------


def test_a_create_makes_one_entry_with_unique_numbers_and_a_right_check_digit() -> None:
    desk = Desk()
    first, second = desk.ship(), desk.ship("PB1-OTHER-1", packages=(Package(lb("1")), Package(lb("2"))))
    assert first["ShipmentIdentificationNumber"] == first["PackageResults"]["TrackingNumber"] == "1ZA1B2C30300000012"
    numbers = [parcel["TrackingNumber"] for parcel in second["PackageResults"]]
    assert len({*numbers, "1ZA1B2C30300000012"}) == 3
    assert second["ShipmentIdentificationNumber"] == numbers[0]
    assert [shipment.tracking_numbers for shipment in desk.engine.ledger.shipments] == [
        ("1ZA1B2C30300000012",),
        tuple(numbers),
    ]


@pytest.mark.parametrize("number", ["1Z204W4R0308071865", "1Z023E2X0214323462", "1ZCIETST0111111114"])
def test_the_check_digit_is_that_of_numbers_in_ups_own_documents(number: str) -> None:
    assert str(check_digit(number[2:17])) == number[-1]
    assert tracking_number("A1B2C3", "03", 1) == "1ZA1B2C30300000012"


def test_the_ledger_is_asked_by_the_erps_own_number() -> None:
    desk = Desk()
    desk.ship()
    desk.ship("PB1-OTHER-1", erp_reference="1000002")
    desk.ship("PB1-AGAIN-2")
    ledger = desk.engine.ledger
    assert [shipment.reference for shipment in ledger.of_order("1000001")] == [REFERENCE, "PB1-AGAIN-2"]
    (other,) = ledger.live_of_order("1000002")
    assert (other.erp_reference, other.ship_to[0], other.payer) == ("1000002", "Acme Warehouse 1", "BillShipper:A1B2C3")
    assert len(ledger.live()) == 3


def test_the_same_history_gives_the_same_numbers() -> None:
    def history() -> list[str]:
        desk = Desk()
        return [desk.ship(f"PB1-{n}")["ShipmentIdentificationNumber"] for n in range(5)]

    assert history() == history()


ABROAD = {"ship_to": SWEDEN, "service": "65"}
PAYER = ("PaymentInformation", "ShipmentCharge", 0, "BillShipper", "AccountNumber")
THREE = [{"Value": "x"}] * 3


def spoilt(*path: Any, value: Any, **changes: Any) -> Request:
    return spoil(ship_request(a_plan(**changes)), "ShipmentRequest", "Shipment", *path, value=value)


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        (spoilt("ShipTo", "Address", "AddressLine", value=["X" * 36]), "120202"),
        (spoilt("ShipTo", "Address", "StateProvinceCode", value="XX"), "120206"),
        (spoilt("ShipTo", "Address", "PostalCode", value="1220"), "120207"),
        (ship_request(a_plan(ship_to=at(WAREHOUSE, state="CA"))), "111285"),
        (ship_request(a_plan(ship_from=at(SUPPLIER, state="CA"))), "111285"),
        (ship_request(a_plan(account="ZZZZZZ")), "120100"),
        (rate_request(a_plan(account="ZZZZZZ"), ["03"]), "112111"),
        (spoilt(*PAYER, value="ZZZZZZ"), "120413"),
        (spoilt("ReferenceNumber", value=THREE[:1]), "120541"),
        (spoilt("Package", 0, "ReferenceNumber", value=THREE[:1], **ABROAD), "120542"),
        (spoilt("Package", 0, "ReferenceNumber", value=THREE), "120544"),
        (spoilt("Package", 0, "PackageWeight", "Weight", value="0"), "120601"),
        (ship_request(a_plan(packages=(Package(lb("151")),))), "120601"),
        (ship_request(a_plan(service="65")), "111210"),
        (rate_request(a_plan(service="65"), ["65"]), "111210"),
        (spoilt("Service", "Code", value="99"), "10002"),
        (spoilt("ShipTo", "Nickname", value="x"), "10002"),
        (ship_request(a_plan(ship_date=date(2026, 12, 24))), "10002"),
        (replace(ship_request(a_plan()), body=b"{"), "10001"),
    ],
)
def test_a_wrong_request_gets_ups_own_code_and_makes_nothing(request_: Request, code: str) -> None:
    desk = Desk()
    assert desk.code(request_) == code
    assert desk.engine.ledger.shipments == []


def test_inside_puerto_rico_references_stand_on_the_package() -> None:
    desk = Desk()
    desk.ship(shipper=PUERTO_RICO, ship_from=PUERTO_RICO, ship_to=at(PUERTO_RICO, city="Ponce"))
    assert desk.engine.ledger.shipments[0].references == (REFERENCE, "1000001")


@pytest.mark.parametrize("missing", ["Phone", "AttentionName"])
def test_across_a_border_a_contact_is_asked_for(missing: str) -> None:
    request = ship_request(a_plan(ship_to=SWEDEN, service="65"))
    body = json.loads(request.body)
    del body["ShipmentRequest"]["Shipment"]["ShipTo"][missing]
    assert Desk().code(replace(request, body=json.dumps(body).encode())) in {"120213", "120217"}


# --- finding and voiding ---------------------------------------------------------------------------------------------


def error_code(answer: Response) -> str:
    code: str = answer.json()["response"]["errors"][0]["code"]
    return code


def test_a_new_shipment_is_found_at_both_places_once_the_index_knows_it() -> None:
    desk = Desk(index_lag=timedelta(minutes=10))
    number = desk.ship()["ShipmentIdentificationNumber"]
    assert error_code(desk.recover()) == "300007"
    assert error_code(desk.recover_number(number)) == "300007"
    assert desk.track() == []
    desk.clock.advance(timedelta(minutes=10))
    recovered = desk.recover().json()["LabelRecoveryResponse"]
    assert recovered["ShipmentIdentificationNumber"] == recovered["LabelResults"]["TrackingNumber"] == number
    assert recovered["LabelResults"]["LabelImage"]["LabelImageFormat"]["Code"] == "gif"
    assert [parcel["trackingNumber"] for parcel in desk.track()] == [number]


def test_two_shipments_of_one_reference_are_candidates() -> None:
    desk = Desk()
    desk.ship()
    desk.ship()
    found = desk.recover().json()["LabelRecoveryResponse"]["TrackingCandidate"]
    assert [each["TrackingNumber"] for each in found] == [s.shipment_id for s in desk.engine.ledger.shipments]
    assert len(desk.track()) == 2


def test_a_reference_belongs_to_its_account() -> None:
    desk = Desk(accounts=frozenset({"A1B2C3", "D4E5F6"}))
    desk.ship()
    assert error_code(desk.ask(recovery_request(inquiries.recovery_by_reference(REFERENCE, "D4E5F6", GIF)))) == "300007"


def test_a_voided_shipment_is_no_longer_recovered_and_stays_visible_in_tracking() -> None:
    desk = Desk()
    number = desk.ship()["ShipmentIdentificationNumber"]
    answer = desk.void(number).json()["VoidShipmentResponse"]
    assert answer["SummaryResult"]["Status"] == {"Code": "1", "Description": "Voided"}
    assert not [name for name in answer if name.startswith("PackageLevel")]
    assert error_code(desk.recover()) == "300033"
    assert error_code(desk.recover_number(number)) == "300033"
    assert desk.track()[0]["activity"][0]["status"]["type"] == "MV"
    assert desk.engine.ledger.live() == []
    assert desk.void(number).status == 200  # voided or already voided


def test_a_void_that_is_unknown_late_or_for_a_placeholder_is_190102() -> None:
    desk = Desk(void_window=timedelta(days=1))
    number = desk.ship()["ShipmentIdentificationNumber"]
    placeholder = bare("DELETE", f"{inquiries.void_path(number)}?trackingnumber=")
    assert desk.code(placeholder) == "190102"
    assert error_code(desk.void("1ZA1B2C30300009999")) == "190102"
    desk.clock.advance(timedelta(days=2))
    desk.token = desk.engine.handle(token_request()).json()["access_token"]
    assert error_code(desk.void(number)) == "190102"
    assert len(desk.engine.ledger.live()) == 1


def test_labels_are_recovered_for_30_days() -> None:
    desk = Desk()
    desk.ship()
    desk.clock.advance(timedelta(days=31))
    desk.token = desk.engine.handle(token_request()).json()["access_token"]
    assert error_code(desk.recover()) == "300006"


def test_texts_can_be_polluted_with_line_ends() -> None:
    desk = Desk(polluted=True)
    number = desk.ship()["ShipmentIdentificationNumber"]
    assert "&#xD;" in desk.void(number).json()["VoidShipmentResponse"]["SummaryResult"]["Status"]["Description"]


def test_lists_stay_lists_where_singletons_are_kept() -> None:
    assert isinstance(Desk(manners=Manners(singletons=False)).ship()["PackageResults"], list)


@keeps(105)
def test_a_single_number_is_tracked_or_not_found_in_a_200() -> None:
    desk = Desk()
    number = desk.ship()["ShipmentIdentificationNumber"]
    found = desk.ask(bare("GET", inquiries.track_path(number))).json()["trackResponse"]["shipment"][0]
    assert found["package"][0]["trackingNumber"] == number
    unknown = desk.ask(bare("GET", inquiries.track_path("1Z12345E0291980793")))
    assert unknown.status == 200
    assert unknown.json()["trackResponse"]["shipment"][0]["warnings"][0]["code"] == "TW0001"
    assert desk.code(bare("GET", inquiries.track_path("1Z"))) == "TV1002"


def test_without_a_window_tracking_looks_at_14_days_and_a_window_must_be_one() -> None:
    desk = Desk()
    desk.ship()
    path = f"/api/track/v1/reference/details/{REFERENCE}?shipperNum=A1B2C3"
    assert "package" in desk.ask(bare("GET", path)).json()["trackResponse"]["shipment"][0]
    assert desk.code(bare("GET", f"{path}&fromPickUpDate=2026-11-02")) == "10002"
    desk.clock.advance(timedelta(days=15))
    desk.token = desk.engine.handle(token_request()).json()["access_token"]
    assert "package" not in desk.ask(bare("GET", path)).json()["trackResponse"]["shipment"][0]


# --- misbehaving -----------------------------------------------------------------------------------------------------


def test_faults_strike_before_or_after_the_effect() -> None:
    desk = Desk()
    for kind, made in (("reset_before", 0), ("reset_after", 1)):
        desk.engine.faults = [Fault("ship", kind)]  # type: ignore[arg-type]
        with pytest.raises(ConnectionDropped):
            desk.ask(ship_request(a_plan()))
        assert len(desk.engine.ledger.shipments) == made
    desk.engine.faults = [Fault("ship", "error_after"), Fault("ship", "empty"), Fault("ship", "throttled", seconds=7)]
    error, empty, throttled = (desk.ask(ship_request(a_plan())) for _ in range(3))
    assert (error.status, error_code(error)) == (503, "10004")
    assert (empty.status, empty.body) == (200, b"")
    assert (throttled.status, error_code(throttled), throttled.headers["retry-after"]) == (429, "10429", "7")
    assert len(desk.engine.ledger.shipments) == 3


# --- labels ----------------------------------------------------------------------------------------------------------


def test_a_gif_is_a_real_one_whose_bars_are_the_numbers() -> None:
    picture = base64.b64decode(image("GIF", "1ZA1B2C30300000012", ("Acme", "1 A St")))
    width, height, pixels = gif_pixels(picture)
    assert (width, height, len(pixels)) == (146, 40, 146 * 40)
    first = pixels[1:145]
    characters = [int("".join(map(str, first[at : at + 8])), 2) for at in range(0, 144, 8)]
    assert bytes(characters).decode() == "1ZA1B2C30300000012"
    assert pixels[:146] == pixels[-146:]


def gif_pixels(picture: bytes) -> tuple[int, int, list[int]]:
    """Decodes a GIF89a of two colours: a small LZW reader, so that the label is held against the format itself."""
    assert picture[:6] == b"GIF89a"
    assert picture[-1:] == b";"
    at = 13 + 6
    assert picture[at : at + 2] == b"\x21\xfe"
    at = skip_blocks(picture, at + 2)
    assert picture[at : at + 1] == b"\x2c"
    width, height = (
        int.from_bytes(picture[at + 5 : at + 7], "little"),
        int.from_bytes(picture[at + 7 : at + 9], "little"),
    )
    smallest, at = picture[at + 10], at + 11
    packed = b""
    while picture[at]:
        packed += picture[at + 1 : at + 1 + picture[at]]
        at += 1 + picture[at]
    return width, height, list(lzw(packed, smallest))


def skip_blocks(picture: bytes, at: int) -> int:
    while picture[at]:
        at += 1 + picture[at]
    return at + 1


def lzw(packed: bytes, smallest: int) -> list[int]:
    clear, end = 1 << smallest, (1 << smallest) + 1
    bits, position, size = int.from_bytes(packed, "little"), 0, smallest + 1
    table: list[list[int]] = []
    previous: list[int] | None = None
    pixels: list[int] = []
    while True:
        code = bits >> position & (1 << size) - 1
        position += size
        if code == end:
            return pixels
        if code == clear:
            table, size, previous = [[n] for n in range(clear)] + [[], []], smallest + 1, None
            continue
        entry = table[code] if code < len(table) else [*(previous or []), (previous or [0])[0]]
        pixels += entry
        if previous is not None:
            table.append([*previous, entry[0]])
            if len(table) == 1 << size:
                size += 1
        previous = entry


def test_printer_languages_carry_the_number_and_the_address() -> None:
    zpl = base64.b64decode(image("ZPL", "1ZA1B2C30300000012", ("Acme ^XZ", "1 A St"))).decode()
    assert zpl.startswith("^XA")
    assert zpl.rstrip().endswith("^XZ")
    assert zpl.count("^XZ") == 1  # the consignee's name is no command
    for kind in ("ZPL", "EPL", "SPL"):
        text = base64.b64decode(image(kind, "1ZA1B2C30300000012", ("Acme", "1 A St"))).decode()
        assert "1ZA1B2C30300000012" in text
        assert "1 A St" in text


def test_a_pdf_has_a_cross_reference_table_that_is_right() -> None:
    page = base64.b64decode(image("PDF", "1ZA1B2C30300000012", ("Acme (1)",)))
    assert page.startswith(b"%PDF-1.4")
    start = int(page.rsplit(b"startxref\n", 1)[1].split()[0])
    assert page[start:].startswith(b"xref")
    places = [int(line.split()[0]) for line in page[start:].splitlines()[3:9]]
    assert all(page[place:].startswith(b"%d 0 obj" % number) for number, place in enumerate(places, 1))
    assert b"Acme \\(1\\)" in page


def test_labels_differ_by_number() -> None:
    assert len({zlib.crc32(image("GIF", tracking_number("A1B2C3", "03", n), ()).encode()) for n in range(50)}) == 50


# --- manners ---------------------------------------------------------------------------------------------------------


def members(value: Any) -> list[Any]:
    """Every value of a body, containers too."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [value, *(found for member in inner for found in members(member))]


def test_numbers_are_masked_where_the_test_environment_masks_them_and_the_ledger_keeps_its_own() -> None:
    desk = Desk(manners=Manners(masked=True))
    made = desk.ship(packages=(Package(lb("1")), Package(lb("2"))))
    assert made["ShipmentIdentificationNumber"] == "1ZXXXXXXXXXXXXXXXX"
    assert {parcel["TrackingNumber"] for parcel in made["PackageResults"]} == {"1ZXXXXXXXXXXXXXXXX"}
    assert len(set(desk.engine.ledger.shipments[0].tracking_numbers)) == 2


@pytest.mark.parametrize(("nothing", "written"), [("absent", False), ("blank", ""), ("null", None)])
def test_what_is_not_there_is_left_out_blank_or_null(nothing: Any, written: Any) -> None:
    desk = Desk(manners=Manners(nothing=nothing), discount=None)
    made = desk.ship()
    assert made.get("NegotiatedRateCharges", False) is written
    assert made["PackageResults"].get("ShippingReceipt", False) is written
    (parcel,) = desk.track()
    assert parcel.get("deliveryDate", False) is written


def test_every_object_may_have_a_member_that_nobody_knows() -> None:
    body = Desk(manners=Manners(grown=True)).ask(rate_request(a_plan(), ["03"])).json()
    known = [each for each in members(body) if isinstance(each, dict) and each != {"Code": "new"}]
    assert all("AddedIn2027" in each for each in known)


def test_a_control_character_in_an_address_is_a_200_without_a_body_and_makes_nothing() -> None:
    desk = Desk()
    for request in (spoilt("ShipTo", "Address", "AddressLine", value=["1 Dock\x0bSt"]), address_of("1 Dock\tSt")):
        answer = desk.ask(request)
        assert (answer.status, answer.body, answer.headers["errorcode"]) == (200, b"", "1")
    assert desk.engine.ledger.shipments == []


def address_of(line: str) -> Request:
    path = ("XAVRequest", "AddressKeyFormat", "AddressLine")
    return spoil(address_request(WAREHOUSE), *path, value=[line])


def test_errors_may_stand_in_the_headers_alone() -> None:
    answer = Desk(errors_in_headers=True).ask(ship_request(a_plan(service="65")))
    assert (answer.status, answer.body, answer.headers["apierrorcode"]) == (400, b"", "111210")


def test_times_in_transit_of_an_ambiguous_place_are_a_206_with_a_choice_and_plain_prices_are_not() -> None:
    desk = Desk(ambiguous_cities=frozenset({"ALBANY"}))
    answer = desk.ask(rate_request(a_plan(), ["03"]))
    assert (answer.status, len(answer.json()["destinationPickList"])) == (206, 2)
    assert desk.ask(rate_request(a_plan(), ["03"], times=False)).status == 200


def test_a_hard_code_can_be_spurious() -> None:
    desk = Desk(spurious=1)
    assert desk.code(ship_request(a_plan())) == "120081"
    assert desk.ask(ship_request(a_plan())).status == 200


@pytest.mark.parametrize(("number", "code"), [("5550100", "120213"), ("15185550100", "120213")])
def test_a_phone_in_north_america_has_ten_digits(number: str, code: str) -> None:
    desk = Desk()
    assert desk.code(spoilt("ShipTo", "Phone", value={"Number": number})) == code
    assert desk.code(spoilt("Shipper", "Phone", value={"Number": number})) == "120109"


def test_an_american_payer_is_billed_by_the_postcode_of_the_account() -> None:
    desk = Desk()
    for payer in (
        {"BillReceiver": {"AccountNumber": "R1R2R3"}},
        {"BillThirdParty": {"AccountNumber": "R1R2R3", "Address": {"CountryCode": "CA", "PostalCode": "12207"}}},
    ):
        charges = [{"Type": "01", **payer}]
        assert desk.code(spoilt("PaymentInformation", "ShipmentCharge", value=charges)) == "120413"


def test_a_package_may_weigh_150_pounds_or_70_kilograms() -> None:
    desk = Desk()
    heavy = {"UnitOfMeasurement": {"Code": "KGS", "Description": "Kilograms"}, "Weight": "70"}
    assert desk.ask(spoilt("Package", 0, "PackageWeight", value=heavy)).status == 200
    assert desk.code(spoilt("Package", 0, "PackageWeight", value={**heavy, "Weight": "70.1"})) == "120601"
    light = {"UnitOfMeasurement": {"Code": "LBS", "Description": "Pounds"}, "Weight": "0.1"}
    assert desk.ask(spoilt("Package", 0, "PackageWeight", value=light)).status == 200


def test_a_billing_weight_is_rounded_up() -> None:
    assert rated(Desk(), ["03"])["BillingWeight"]["Weight"] == "13.0"  # 12.34 pounds


def test_packages_are_voided_one_by_one_under_either_name() -> None:
    for documented, name in ((False, "PackageLevelResult"), (True, "PackageLevelResults")):
        desk = Desk(documented_void=documented)
        made = desk.ship(packages=(Package(lb("1")), Package(lb("2"))))
        number, parcels = made["ShipmentIdentificationNumber"], made["PackageResults"]
        first = parcels[0]["TrackingNumber"]
        answer = desk.ask(bare("DELETE", inquiries.void_path(number, [first]))).json()["VoidShipmentResponse"]
        assert answer[name] == {"TrackingNumber": first, "Status": {"Code": "1", "Description": "Voided"}}
        assert [p["activity"][0]["status"]["type"] for p in desk.track()] == ["MV", "M"]
        assert desk.engine.ledger.shipments[0].live
        desk.ask(bare("DELETE", inquiries.void_path(number, [p["TrackingNumber"] for p in parcels])))
        assert not desk.engine.ledger.shipments[0].live


@pytest.mark.parametrize(
    "given", ["[", "[]", "1ZA1B2C30300009999", str([f"1Z{n}" for n in range(21)]).replace("'", '"')]
)
def test_a_void_of_packages_that_names_none_too_many_or_strangers_is_refused(given: str) -> None:
    desk = Desk()
    number = desk.ship()["ShipmentIdentificationNumber"]
    request = bare("DELETE", f"{inquiries.void_path(number)}?trackingnumber={quote(given)}")
    assert desk.code(request) in {"10002", "190102"}
    assert desk.engine.ledger.shipments[0].live


def test_a_valid_street_may_come_back_without_its_suite() -> None:
    desk = Desk()
    found = opinion(desk, lines=("1 Tower Street", "Suite 5"))
    assert found["Candidate"]["AddressKeyFormat"]["AddressLine"] == "1 TOWER ST"
    assert opinion(desk, lines=("1 Dock Street", "Suite 5"))["Candidate"]["AddressKeyFormat"]["AddressLine"] == [
        "1 DOCK ST",
        "STE 5",
    ]


# --- no kinder than UPS ----------------------------------------------------------------------------------------------

FRIDAY, TUESDAY = date(2026, 11, 6), date(2026, 11, 3)


def rows(desk: Desk, services: list[str], **changes: Any) -> list[tuple[str, str]]:
    """Service and whether it is of a Saturday, of each row of a price answer."""
    answer = desk.ask(rate_request(a_plan(**changes), services))
    assert answer.status == 200, answer.body
    found = answer.json()["RateResponse"]["RatedShipment"]
    listed = found if isinstance(found, list) else [found]
    return [(each["Service"]["Code"], each["TimeInTransit"]["ServiceSummary"]["SaturdayDelivery"]) for each in listed]


def test_a_service_that_reaches_a_saturday_stands_twice_and_dearer() -> None:
    desk = Desk()
    found = rows(desk, ["01", "03", "02"], ship_date=FRIDAY)
    assert [service for service, saturday in found if saturday == "1"] == ["14", "01", "03"]
    assert {("01", "0"), ("01", "1"), ("02", "0")} <= set(found)
    assert rows(desk, ["01"], ship_date=FRIDAY) == [("01", "0"), ("01", "1")]
    assert rows(Desk(saturday_rows=False), ["01"], ship_date=FRIDAY) == [("01", "0")]
    assert all(saturday == "0" for _, saturday in rows(desk, ["01", "02"], ship_date=TUESDAY))


def test_asked_for_a_saturday_only_such_rows_are_there() -> None:
    desk, asked = Desk(), {"accessorials": ("saturday",)}
    assert {saturday for _, saturday in rows(desk, ["01", "02"], ship_date=FRIDAY, **asked)} == {"1"}
    assert desk.code(rate_request(a_plan(ship_date=TUESDAY, **asked), ["01"])) == "111562"


@pytest.mark.parametrize("services", [["11"], ["11", "65"]])
def test_times_in_transit_across_any_border_ask_for_a_value(services: list[str]) -> None:
    desk, plan = Desk(), a_plan(shipper=BERLIN, ship_from=BERLIN, ship_to=VIENNA)
    request = rate_request(plan, services)
    body = json.loads(request.body)
    del body["RateRequest"]["Shipment"]["InvoiceLineTotal"]
    bare_of_value = replace(request, body=json.dumps(body).encode())
    assert desk.code(bare_of_value) == "111549"
    assert desk.ask(request).status == 200
    assert Desk(value_within_eu=False).ask(bare_of_value).status == 200
    assert desk.ask(rate_request(plan, services, times=False)).status == 200


def test_a_city_that_ups_does_not_know_is_refused_by_a_create_that_validates_and_by_no_other() -> None:
    desk, atlantis = Desk(), at(WAREHOUSE, city="Atlantis")
    assert desk.code(ship_request(a_plan(ship_to=atlantis, street_checked=False))) == "120802"
    assert desk.ask(ship_request(a_plan(ship_to=atlantis))).status == 200


def test_the_test_environment_has_no_opinion_of_such_a_city_in_new_york_either() -> None:
    atlantis = at(WAREHOUSE, city="Atlantis")
    assert Desk(cie=True).code(address_request(atlantis)) == "9264030"
    assert "NoCandidatesIndicator" in Desk().ask(address_request(atlantis)).json()["XAVResponse"]


@pytest.mark.parametrize(("code", "printed"), [("pol", "Łódź Sp. z o.o."), (None, "?ód? Sp. z o.o.")])
def test_a_label_has_question_marks_for_what_its_character_set_does_not_hold(code: str | None, printed: str) -> None:
    desk = Desk()
    request = ship_request(a_plan(ship_to=LODZ, ship_from=BERLIN, shipper=BERLIN, service="11"))
    body = json.loads(request.body)
    label = body["ShipmentRequest"]["LabelSpecification"]
    assert label["CharacterSet"] == "pol"
    if code is None:
        del label["CharacterSet"]
    assert desk.ask(replace(request, body=json.dumps(body).encode())).status == 200
    assert desk.engine.ledger.shipments[0].ship_to[0] == printed


# --- extra services and values ---------------------------------------------------------------------------------------

IN_SHIPMENT = ("ShipmentRequest", "Shipment")


@pytest.mark.parametrize(
    ("changes", "path", "value", "code"),
    [
        ({}, ("ShipmentServiceOptions",), {"SaturdayDeliveryIndicator": ""}, "10002"),
        ({}, ("ShipmentServiceOptions",), {"DeliveryConfirmation": {"DCISType": "1"}}, "10002"),
        ({}, ("ShipmentServiceOptions",), {"SundayDelivery": ""}, "10002"),
        ({}, ("Package", 0, "PackageServiceOptions"), {"DeliveryConfirmation": {"DCISType": "1"}}, "10002"),
        (
            {"ship_to": SWEDEN, "service": "65"},
            ("Package", 0, "PackageServiceOptions"),
            {"DeliveryConfirmation": {"DCISType": "2"}},
            "10002",
        ),
        (
            {},
            ("Package", 0, "PackageServiceOptions"),
            {"DeclaredValue": {"CurrencyCode": "USD", "MonetaryValue": "0"}},
            "10002",
        ),
        ({}, ("InvoiceLineTotal",), {"CurrencyCode": "USD", "MonetaryValue": "5"}, "10002"),
        (
            {"ship_to": PUERTO_RICO, "value": USD_120},
            ("InvoiceLineTotal",),
            {"CurrencyCode": "USD", "MonetaryValue": "0.5"},
            "111549",
        ),
    ],
)
def test_an_extra_service_where_it_has_no_place_is_refused(
    changes: dict[str, Any], path: tuple[Any, ...], value: Any, code: str
) -> None:
    desk = Desk()
    assert desk.code(spoil(ship_request(a_plan(**changes)), *IN_SHIPMENT, *path, value=value)) == code
    assert desk.engine.ledger.shipments == []


def test_puerto_rico_and_canada_ask_for_what_the_goods_are_worth() -> None:
    desk = Desk()
    for to, service in ((PUERTO_RICO, "03"), (TORONTO, "11")):
        assert desk.code(ship_request(a_plan(ship_to=to, service=service))) == "111549"


def test_an_extra_service_costs_the_same_when_it_is_rated_and_when_it_is_bought() -> None:
    desk = Desk()
    signed = a_plan(accessorials=("signature",))
    rated = desk.ask(rate_request(signed, ["03"])).json()["RateResponse"]["RatedShipment"]
    assert rated["ServiceOptionsCharges"]["MonetaryValue"] == "6.90"
    bought = desk.ship(accessorials=("signature",))
    assert bought["ShipmentCharges"]["TotalCharges"] == rated["TotalCharges"]
    assert desk.ship("OTHER-1")["ShipmentCharges"]["TotalCharges"] != rated["TotalCharges"]


# --- Track Alert -----------------------------------------------------------------------------------------------------

HOOK = {"url": "https://hook.example", "credentialType": "Bearer", "credential": "word"}
NUMBER, OTHER = "1Z12345E0291980793", "1Z12345E0390515214"


def subscribing(version: str = "v1", **changes: Any) -> Request:
    body = {"locale": "en_US", "trackingNumberList": [NUMBER], **({"destination": HOOK} if version == "v1" else {})}
    told = {name: value for name, value in {**body, **changes}.items() if value is not None}
    request = bare("POST", f"/api/track/{version}/subscription/standard/package")
    return replace(request, body=json.dumps(told).encode())


def test_a_subscription_stands_for_14_days_and_names_the_numbers_that_are_none() -> None:
    desk = Desk()
    answer = desk.ask(subscribing(trackingNumberList=[NUMBER, OTHER, "12", "13"]))
    assert answer.json() == {"validTrackingNumbers": [NUMBER, OTHER], "invalidTrackingNumbers": ["12", "13"]}
    assert desk.engine.alerts.standing.keys() == {NUMBER, OTHER}
    standing = desk.engine.alerts.standing[NUMBER]
    assert (standing.number, standing.url, standing.credential) == (NUMBER, "https://hook.example", "word")
    assert standing.ends == desk.clock.now() + timedelta(days=14)
    assert desk.ask(subscribing("v2")).status == 200
    assert desk.engine.alerts.standing[NUMBER].url == "", "v2 has the webhook from the portal"


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        (subscribing(locale=None), "VSS310"),
        (subscribing(trackingNumberList=[]), "VSS200"),
        (subscribing(trackingNumberList=[NUMBER] * 101), "VSS220"),
        (subscribing(trackingNumberList=["12"]), "VSS210"),
        (subscribing(destination=None), "VSS610"),
        (subscribing(destination={**HOOK, "url": "http://hook.example"}), "VSS610"),
        (subscribing(destination={**HOOK, "credentialType": ""}), "VSS700"),
        (subscribing(destination={**HOOK, "credential": ""}), "VSS800"),
        (subscribing("v2", destination=HOOK), "VSS500"),
        (replace(subscribing(), body=b"{"), "10001"),
    ],
)
def test_a_subscription_that_is_wrong_is_refused_as_a_whole(request_: Request, code: str) -> None:
    desk = Desk()
    assert desk.code(request_) == code
    assert desk.engine.alerts.standing == {}


def test_the_test_environment_subscribes_to_its_own_numbers_only() -> None:
    desk = Desk(cie=True)
    assert desk.code(subscribing()) == "VSS215"
    assert desk.ask(subscribing(trackingNumberList=["1ZCIETST0111111114"])).status == 200
