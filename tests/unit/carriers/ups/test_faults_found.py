"""Faults that public reports and recordings found in the UPS adapter, each as a kind with a few members."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from shared.carriers.ups import build, parse
from shared.carriers.ups.charsets import CHARACTER_SETS, character_set
from shared.carriers.ups.codes import CODES
from shared.carriers.ups.parties import addressed, postcode
from shared.carriers.ups.values import money
from shared.domain.address import Address, Party
from shared.domain.money import Money
from shared.domain.shipment import ShipmentPlan
from shared.domain.state import Reason
from shared.errors import Misconfigured, Refused
from shared.workflow.planning.price import price_fault
from tests.samples.ups import answers
from tests.samples.ups.answers import SHIPMENT
from tests.samples.ups.plans import (
    BERLIN,
    PUERTO_RICO,
    REFERENCE,
    SUPPLIER,
    SWEDEN,
    USD_120,
    VIENNA,
    WAREHOUSE,
    a_plan,
    at,
    every_plan,
)
from tests.samples.ups.wire import refused, said, scripted


def lines(*given: str, attention: str = "") -> tuple[str, tuple[str, ...]]:
    party = replace(WAREHOUSE, attention=attention, address=replace(WAREHOUSE.address, lines=given))
    found = addressed(party)
    return found.attention, found.address.lines


@pytest.mark.parametrize(
    ("line", "person", "street"),
    [
        ("123 East Street,ATTN: ACCOUNTS PAYABLE,STE 12", "ACCOUNTS PAYABLE", "123 East Street, STE 12"),
        ("1 Dock St / Attn Bob Ray / Bldg 4", "Bob Ray", "1 Dock St, Bldg 4"),
        ("1 Dock St (attn. Bob Ray) Unit 7", "Bob Ray", "1 Dock St, Unit 7"),
        ("Attn: Ann Lee, Receiving, 22 Main St", "Ann Lee, Receiving", "22 Main St"),
        ("1 Dock St, Attn: Ann Lee, Receiving", "Ann Lee, Receiving", "1 Dock St"),
        ("1 Dock St Attn Door 9", "", "1 Dock St Attn Door 9"),
    ],
)
def test_only_the_person_leaves_a_line_of_an_address(line: str, person: str, street: str) -> None:
    assert lines(line) == (person, (street,))


@pytest.mark.parametrize(
    ("country", "given", "sent"),
    [
        ("DE", "D-10115", "10115"), ("DE", "DE-10115", "10115"), ("AT", "A-1010", "1010"),
        ("SE", "SE-111 47", "11147"),
        ("CH", "CH-8001", "8001"), ("LV", "LV-1010", "LV1010"), ("NL", "1012 AB", "1012AB"),
        ("GB", "EC1A 1BB", "EC1A1BB"),
        ("FR", "F-75001", "75001"), ("PT", "1000-001", "1000001"), ("MD", "MD-2001", "MD2001"),
    ],
)  # fmt: skip
def test_a_country_s_letters_before_a_postcode_of_digits_are_no_part_of_it(country: str, given: str, sent: str) -> None:
    assert postcode(Address(("1 Weg",), "Stadt", "", given, country), "ship_to") == sent


@pytest.mark.parametrize("amount", ["-0.01", "NaN", "Infinity", "-Infinity", "1E+12", "many", ""])
def test_a_charge_that_cannot_be_true_is_none(amount: str) -> None:
    assert money({"CurrencyCode": "USD", "MonetaryValue": amount}) is None


def test_nothing_to_pay_is_a_charge_when_another_account_pays() -> None:
    found = money({"CurrencyCode": "USD", "MonetaryValue": "0.00"})
    assert found is not None
    assert found.amount == Decimal(0)


def rated(service: str, price: str, saturday: str) -> dict[str, Any]:
    return {
        "Service": {"Code": service},
        "TotalCharges": {"CurrencyCode": "USD", "MonetaryValue": price},
        "TimeInTransit": {"ServiceSummary": {"SaturdayDelivery": saturday}},
    }


@pytest.mark.parametrize(("asked", "price"), [(False, "31.42"), (True, "63.44")])
def test_of_a_service_that_is_offered_twice_only_the_row_that_was_asked_for_is_an_offer(
    asked: bool, price: str
) -> None:
    body = {"RateResponse": {"RatedShipment": [rated("07", "63.44", "1"), rated("07", "31.42", "0")]}}
    quotes = parse.quotes(body, ["07"], saturday=asked)
    assert quotes is not None
    assert [str(each.price.amount) for each in quotes] == [price]


@pytest.mark.parametrize("amount", ["-0.01", "NaN", "many", "0.00", "1E+12"])
def test_a_negotiated_price_that_cannot_be_true_is_not_taken_for_an_absent_one(amount: str) -> None:
    row = {
        **rated("03", "63.44", "0"),
        "NegotiatedRateCharges": {"TotalCharge": {"CurrencyCode": "USD", "MonetaryValue": amount}},
    }
    (quote,) = parse.quotes({"RateResponse": {"RatedShipment": row}}, ["03"]) or ()
    assert price_fault(quote.price, a_plan().billing)


@pytest.mark.parametrize(
    "charge", [{}, "", None, {"CurrencyCode": "USD"}, {"CurrencyCode": "USD", "MonetaryValue": ""}]
)
def test_without_a_negotiated_price_the_published_one_counts(charge: Any) -> None:
    row = {**rated("03", "63.44", "0"), "NegotiatedRateCharges": {"TotalCharge": charge}}
    (quote,) = parse.quotes({"RateResponse": {"RatedShipment": row}}, ["03"]) or ()
    assert str(quote.price) == "63.44 USD"


def test_rows_that_say_nothing_of_saturday_are_offers_either_way() -> None:
    body = {"RateResponse": {"RatedShipment": {**rated("03", "9.00", ""), "TimeInTransit": {}}}}
    assert [len(parse.quotes(body, ["03"], saturday=asked) or ()) for asked in (False, True)] == [1, 1]


@pytest.mark.parametrize("plan", [a_plan(ship_to=VIENNA, ship_from=BERLIN), a_plan(ship_to=SWEDEN, ship_from=BERLIN)])
@pytest.mark.parametrize("services", [["11"], ["11", "65"]])
def test_times_in_transit_are_asked_for_with_a_value_across_any_border(plan: ShipmentPlan, services: list[str]) -> None:
    shipment = build.rate(plan, services)["RateRequest"]["Shipment"]
    assert shipment["InvoiceLineTotal"] == {"CurrencyCode": "EUR", "MonetaryValue": "1.00"}
    assert "InvoiceLineTotal" not in build.rate(plan, services, times=False)["RateRequest"]["Shipment"]
    assert "InvoiceLineTotal" not in build.ship(plan, REFERENCE)["ShipmentRequest"]["Shipment"]
    assert "InvoiceLineTotal" not in build.rate(plan, services, valued=False)["RateRequest"]["Shipment"]


def test_a_known_value_is_told_in_its_own_currency_and_none_is_told_at_home() -> None:
    dear = Money(Decimal("250.5"), "EUR")
    abroad = build.rate(a_plan(ship_from=BERLIN, ship_to=VIENNA, value=dear), ["11"])["RateRequest"]["Shipment"]
    assert abroad["InvoiceLineTotal"] == {"CurrencyCode": "EUR", "MonetaryValue": "250.50"}
    assert "InvoiceLineTotal" not in build.rate(a_plan(), ["03"])["RateRequest"]["Shipment"]
    swedish = build.rate(a_plan(ship_from=SWEDEN, ship_to=BERLIN), ["11"])["RateRequest"]["Shipment"]
    assert swedish["InvoiceLineTotal"]["CurrencyCode"] == "SEK"


def test_a_value_that_ups_does_not_take_leaves_the_price_without_the_days() -> None:
    body = {"RateResponse": {"RatedShipment": {**rated("11", "9.00", ""), "TimeInTransit": {}}}}
    carrier, script = scripted(refused("111549"), said(body))
    (quote,) = carrier.rate(a_plan(ship_from=BERLIN, ship_to=VIENNA), ["11"])
    assert (str(quote.price), quote.arrival) == ("9.00 USD", None)
    assert [each.line.rsplit("/", 1)[1] for each in script.sent] == [
        "Ratetimeintransit?additionalinfo=timeintransit",
        "Rate",
    ]


def test_a_value_that_is_refused_without_days_too_is_told() -> None:
    carrier, _ = scripted(refused("111549"), refused("111549"))
    with pytest.raises(Refused) as error:
        carrier.rate(a_plan(ship_to=PUERTO_RICO, value=USD_120), ["03"])
    assert (error.value.reason, error.value.field) == (Reason.INTERNATIONAL, "value")


@pytest.mark.parametrize(
    ("name", "country", "code"),
    [
        ("Acme Warehouse 1", "US", None),
        ("Mayagüez Café", "PR", None),
        ("Jörg Groß & Søn", "DK", None),
        ("Łódź Sp. z o.o.", "PL", "pol"),
        ("Łódź Sp. z o.o.", "DE", "pol"),
        ("Škoda Plzeň", "CZ", "ces"),
        ("Kőbányai út Kft.", "HU", "hun"),
        ("Değirmen Sk.", "TR", "tur"),
        ("\u041e\u041e\u041e Ромашка", "DE", "rus"),
        ("O\u2019Brien \u201cDock\u201d \u2013 West", "US", None),
        ("Zu\u0308rich", "CH", None),
        ("Acme\u200b GmbH", "DE", None),
    ],
)
def test_a_label_is_asked_for_in_the_character_set_that_its_texts_need(name: str, country: str, code: str) -> None:
    plan = a_plan(ship_to=replace(at(WAREHOUSE, country=country), name=name))
    assert character_set(plan) == (code or "")
    label = build.ship(every_plan()["in_polish"], REFERENCE)["ShipmentRequest"]["LabelSpecification"]
    assert label["CharacterSet"] == "pol"
    assert "CharacterSet" not in build.ship(a_plan(), REFERENCE)["ShipmentRequest"]["LabelSpecification"]


@pytest.mark.parametrize(
    ("changes", "field", "odd"),
    [
        ({"name": "北京商店"}, "ship_to.name", "北京商店"),
        ({"name": "Αθήνα"}, "ship_to.name", "Αθήνα"),
        ({"attention": "Łukasz São"}, "ship_to.attention", "Ł"),
        ({"lines": ("1 Dock St", "Überweg Ждать")}, "ship_to.address.lines", "Ждать"),
    ],
)
def test_what_no_set_of_a_label_holds_is_refused_and_never_sent(changes: dict[str, Any], field: str, odd: str) -> None:
    lines = changes.pop("lines", None)
    to = replace(WAREHOUSE, **changes)
    with pytest.raises(Refused, match=f"{field}: no character set of a label holds {odd}") as error:
        build.ship(a_plan(ship_to=at(to, lines=lines) if lines else to), REFERENCE)
    assert (error.value.reason, error.value.field) == (Reason.ADDRESS, field)


def test_texts_that_no_single_set_holds_together_are_refused() -> None:
    with pytest.raises(
        Refused, match=r"ship_from\.name: no single character set of a label holds, with others, Ł"
    ) as error:
        build.ship(a_plan(ship_from=replace(SUPPLIER, name="Łódź"), ship_to=replace(WAREHOUSE, name="São")), REFERENCE)
    assert error.value.field == "ship_from.name"


def test_a_set_that_is_not_sure_can_be_allowed_by_a_setting() -> None:
    greek = a_plan(ship_to=replace(WAREHOUSE, name="Αθήνα"))
    label = build.ship(greek, REFERENCE, character_sets={**CHARACTER_SETS, "ell": "iso8859-7"})["ShipmentRequest"]
    assert label["LabelSpecification"]["CharacterSet"] == "ell"


@pytest.mark.parametrize("name", every_plan())
def test_the_address_that_is_validated_is_the_one_that_is_printed(name: str) -> None:
    plan = every_plan()[name]
    asked = build.address_validation(plan.ship_to)["XAVRequest"]["AddressKeyFormat"]
    printed = build.ship(plan, REFERENCE)["ShipmentRequest"]["Shipment"]["ShipTo"]["Address"]
    assert asked["AddressLine"] == printed["AddressLine"]
    assert (asked["PoliticalDivision2"], asked["CountryCode"]) == (printed["City"], printed["CountryCode"])
    assert asked["PostcodePrimaryLow"] + asked.get("PostcodeExtendedLow", "") == printed["PostalCode"]


def test_a_city_that_ups_does_not_know_is_told_as_the_address() -> None:
    assert (CODES["120802"].reason, CODES["120802"].field) == (Reason.ADDRESS, "ship_to.address")


def test_a_party_is_untouched_where_no_line_names_anybody() -> None:
    party = Party("Acme", Address(("1 Attention Rd",), "Albany", "NY", "12207", "US"))
    assert addressed(party) == party


@pytest.mark.parametrize(
    ("call", "product"),
    [
        (lambda carrier: carrier.create(a_plan(), REFERENCE), "Shipping"),
        (lambda carrier: carrier.labels(SHIPMENT, a_plan()), "Shipping"),
        (lambda carrier: carrier.rate(a_plan(), ["03"]), "Rating"),
        (lambda carrier: carrier.check_address(WAREHOUSE), "Address Validation"),
    ],
)
def test_a_product_that_the_app_lacks_is_told_from_a_wrong_secret(call: Any, product: str) -> None:
    carrier, _ = scripted(refused("250002", status=401))
    with pytest.raises(Misconfigured, match=f"UPS refuses {product} to the app") as error:
        call(carrier)
    assert f"add the product {product} to the app" in str(error.value.hint)


def test_a_wrong_secret_is_told_as_one() -> None:
    carrier, script = scripted()
    script.tokens.append(refused("250002", status=401))
    with pytest.raises(Misconfigured, match="UPS refuses the credential") as error:
        carrier.check_address(WAREHOUSE)
    assert str(error.value.hint).endswith("then set the secret again")


def test_a_connection_test_says_what_it_cannot_see() -> None:
    carrier, _ = scripted(said(answers.VALID), refused("300007"), said(answers.tracked()))
    assert "product Shipping is seen at the first label" in carrier.ping()[0].detail
