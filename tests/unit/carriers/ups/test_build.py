"""Each request as it is built."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import parse_qs

import pytest

from shared.carriers.ups import build, inquiries
from shared.domain.shipment import Billing, LabelSpec
from shared.errors import Refused
from tests.samples.ups.plans import HOLDER, PUERTO_RICO, REFERENCE, SWEDEN, WAREHOUSE, a_plan, at, every_plan
from tests.samples.ups.wire import settings
from tests.unit.carriers.ups.quirks import keeps


def shipment(**changes: Any) -> dict[str, Any]:
    built: dict[str, Any] = build.ship(a_plan(**changes), REFERENCE)["ShipmentRequest"]["Shipment"]
    return built


def test_address_validation_asks_about_the_address_as_it_would_be_shipped_to() -> None:
    assert build.address_validation(at(WAREHOUSE, postcode="12207-1234")) == {
        "XAVRequest": {
            "AddressKeyFormat": {
                "AddressLine": ["1 Dock St"],
                "PoliticalDivision2": "Albany",
                "PoliticalDivision1": "NY",
                "PostcodePrimaryLow": "12207",
                "PostcodeExtendedLow": "1234",
                "CountryCode": "US",
            }
        }
    }


@keeps(27)
def test_one_service_is_rated_and_several_are_shopped_both_with_times() -> None:
    assert build.rate_path(["03"]) == "/api/rating/v2409/Ratetimeintransit?additionalinfo=timeintransit"
    assert build.rate_path(["03", "02"]) == "/api/rating/v2409/Shoptimeintransit?additionalinfo=timeintransit"


@keeps(28, 29)
def test_a_rate_request_has_the_parties_the_payer_the_parcels_and_asks_for_negotiated_rates() -> None:
    rated = build.rate(a_plan(), ["03"])["RateRequest"]
    assert rated["Request"] == {"RequestOption": "Ratetimeintransit"}
    asked = rated["Shipment"]
    assert asked["Shipper"]["ShipperNumber"] == "A1B2C3"
    assert asked["ShipFrom"]["Name"] == "Valve Works"
    assert asked["ShipTo"]["Address"]["PostalCode"] == "12207"
    assert asked["Service"] == {"Code": "03"}
    assert asked["ShipmentRatingOptions"] == {"NegotiatedRatesIndicator": ""}
    assert asked["DeliveryTimeInformation"] == {"PackageBillType": "03"}
    assert asked["Package"][0]["PackageWeight"]["Weight"] == "12.4"
    assert "Phone" not in asked["ShipTo"]  # Rating knows no phone
    assert "ShipmentTotalWeight" not in asked


@keeps(33, 110)
def test_s29_shopping_names_no_service_and_its_option_whole() -> None:
    request = build.rate(a_plan(), ["03", "02"])["RateRequest"]
    assert "Service" not in request["Shipment"]
    assert request["Request"]["RequestOption"] == "Shoptimeintransit"


@keeps(34)
def test_s26_the_plain_options_ask_for_prices_without_days() -> None:
    for services, option in ((["03"], "Rate"), (["03", "02"], "Shop")):
        assert build.rate_path(services, times=False) == f"/api/rating/v2409/{option}"
        request = build.rate(a_plan(ship_to=SWEDEN), services, times=False)["RateRequest"]
        assert request["Request"] == {"RequestOption": option}
        assert request["Shipment"].keys().isdisjoint({"DeliveryTimeInformation", "ShipmentTotalWeight"})


@keeps(36)
def test_no_request_names_a_sub_version() -> None:
    for built in (build.ship(a_plan(), REFERENCE), build.rate(a_plan(), ["03"])):
        assert "SubVersion" not in str(built)


def test_across_a_border_times_need_the_total_weight() -> None:
    asked = build.rate(a_plan(ship_to=SWEDEN), ["65"])["RateRequest"]["Shipment"]
    assert asked["ShipmentTotalWeight"]["Weight"] == "12.4"


def test_the_day_of_pickup_is_sent_only_when_the_plan_has_one() -> None:
    asked = build.rate(a_plan(ship_date=date(2026, 11, 4)), ["03"])["RateRequest"]["Shipment"]
    assert asked["DeliveryTimeInformation"]["Pickup"] == {"Date": "20261104"}
    assert shipment(ship_date=date(2026, 11, 4))["ShipmentDate"] == "20261104"
    assert "ShipmentDate" not in shipment()


def test_a_create_has_the_holder_as_shipper_the_supplier_as_ship_from_and_the_warehouse_as_ship_to() -> None:
    sent = shipment()
    assert sent["Shipper"] == {
        "Name": "Acme",
        "AttentionName": "Kim Ross",
        "Phone": {"Number": "4045550100"},
        "ShipperNumber": "A1B2C3",
        "Address": {
            "AddressLine": ["1 A St"],
            "City": "Atlanta",
            "StateProvinceCode": "GA",
            "PostalCode": "30301",
            "CountryCode": "US",
        },
    }
    assert (sent["ShipFrom"]["Name"], sent["ShipFrom"]["AttentionName"]) == ("Valve Works", "Ann Lee")
    assert (sent["ShipTo"]["Name"], sent["ShipTo"]["AttentionName"]) == ("Acme Warehouse 1", "Receiving")
    assert sent["Description"] == "Ball valve DN50"


@keeps(42)
def test_ship_from_stands_only_where_it_differs_from_the_shipper() -> None:
    assert "ShipFrom" not in shipment(ship_from=HOLDER)
    assert "ShipFrom" not in build.rate(a_plan(ship_from=HOLDER), ["03"])["RateRequest"]["Shipment"]


@keeps(61)
def test_domestic_references_stand_on_every_package_and_others_on_the_shipment() -> None:
    both = [{"Value": REFERENCE}, {"Value": "1000001"}]
    domestic = build.ship(every_plan()["two_packages"], REFERENCE)["ShipmentRequest"]["Shipment"]
    assert [package["ReferenceNumber"] for package in domestic["Package"]] == [both, both]
    assert "ReferenceNumber" not in domestic
    abroad = shipment(ship_to=SWEDEN, service="65")
    assert abroad["ReferenceNumber"] == both
    assert all("ReferenceNumber" not in package for package in abroad["Package"])


@pytest.mark.parametrize(("residential", "sent"), [(True, True), (False, False), (None, False)])
@keeps(16, 118)
def test_residential_has_three_values_and_its_indicator_stands_for_one(residential: bool | None, sent: bool) -> None:
    party = replace(WAREHOUSE, residential=residential)
    for built in (shipment(ship_to=party), build.rate(a_plan(ship_to=party), ["03"])["RateRequest"]["Shipment"]):
        assert ("ResidentialAddressIndicator" in built["ShipTo"]["Address"]) is sent


@pytest.mark.parametrize(
    ("billing", "charge"),
    [
        (Billing("shipper", "A1B2C3"), {"BillShipper": {"AccountNumber": "A1B2C3"}}),
        (
            Billing("receiver", "R1R2R3", "12207-1234"),
            {"BillReceiver": {"AccountNumber": "R1R2R3", "Address": {"PostalCode": "122071234"}}},
        ),
        (
            Billing("third_party", "T1T2T3", "10001", "US"),
            {"BillThirdParty": {"AccountNumber": "T1T2T3", "Address": {"PostalCode": "10001", "CountryCode": "US"}}},
        ),
    ],
)
@keeps(121)
def test_s24_the_payer_is_shipper_receiver_or_a_third_party(billing: Billing, charge: dict[str, Any]) -> None:
    expected = {"ShipmentCharge": [{"Type": "01", **charge}]}
    assert shipment(billing=billing)["PaymentInformation"] == expected
    assert build.rate(a_plan(billing=billing), ["03"])["RateRequest"]["Shipment"]["PaymentDetails"] == expected


def test_a_third_party_without_a_country_is_refused() -> None:
    with pytest.raises(Refused) as refusal:
        shipment(billing=Billing("third_party", "T1T2T3", "10001"))
    assert refusal.value.field == "billing.country"


@pytest.mark.parametrize(
    ("billing", "reason"),
    [
        (Billing("receiver", "R1R2R3"), "missing"),
        (Billing("receiver", "R1R2R3", "1220"), "connection"),
        (Billing("third_party", "T1T2T3", "", "US"), "missing"),
        (Billing("third_party", "T1T2T3", "", "CA"), "missing"),
        (Billing("third_party", "T1T2T3", "12345", "CA"), "connection"),
    ],
)
def test_s24_us_and_canadian_payers_need_the_postcode_of_their_account(billing: Billing, reason: str) -> None:
    for built in (lambda: shipment(billing=billing), lambda: build.rate(a_plan(billing=billing), ["03"])):
        with pytest.raises(Refused) as refusal:
            built()
        assert (refusal.value.reason, refusal.value.field) == (reason, "billing.postcode")
        assert "billing.rules" in refusal.value.hint


def test_s24_a_payer_elsewhere_needs_no_postcode() -> None:
    billing = Billing("receiver", "R1R2R3", "", "SE")
    assert shipment(billing=billing)["PaymentInformation"]["ShipmentCharge"] == [
        {"Type": "01", "BillReceiver": {"AccountNumber": "R1R2R3"}}
    ]


@keeps(39)
def test_s24_an_order_billed_to_another_account_of_ours_ships_on_that_account() -> None:
    other = Billing("shipper", "D4E5F6")
    for built in (shipment(billing=other), build.rate(a_plan(billing=other), ["03"])["RateRequest"]["Shipment"]):
        assert built["Shipper"]["ShipperNumber"] == "D4E5F6"
    assert shipment(billing=other)["PaymentInformation"]["ShipmentCharge"][0]["BillShipper"] == {
        "AccountNumber": "D4E5F6"
    }
    foreign = shipment(billing=Billing("third_party", "T1T2T3", "10001", "US"))
    assert foreign["Shipper"]["ShipperNumber"] == "A1B2C3"


@pytest.mark.parametrize(("form", "stock", "height"), [("ZPL", "4x6", "6"), ("EPL", "4x8", "8"), ("SPL", "4x6", "6")])
@keeps(47)
def test_a_printer_language_has_its_stock(form: Any, stock: str, height: str) -> None:
    label = build.ship(a_plan(label=LabelSpec(form, stock)), REFERENCE)["ShipmentRequest"]["LabelSpecification"]
    assert label == {"LabelImageFormat": {"Code": form}, "LabelStockSize": {"Height": height, "Width": "4"}}


@keeps(111)
def test_a_gif_has_a_user_agent_and_no_stock() -> None:
    label = build.ship(a_plan(), REFERENCE)["ShipmentRequest"]["LabelSpecification"]
    assert label == {"LabelImageFormat": {"Code": "GIF"}, "HTTPUserAgent": "Mozilla/4.5"}


@keeps(46)
def test_s30_a_plan_for_pdf_is_created_with_a_gif_since_ups_makes_no_pdf_then() -> None:
    label = build.ship(a_plan(label=LabelSpec("PDF", "4x6")), REFERENCE)["ShipmentRequest"]["LabelSpecification"]
    assert label == {"LabelImageFormat": {"Code": "GIF"}, "HTTPUserAgent": "Mozilla/4.5"}


@pytest.mark.parametrize("ship_to", [WAREHOUSE, PUERTO_RICO, SWEDEN])
@pytest.mark.parametrize(("checked", "option"), [(True, "nonvalidate"), (False, "validate")])
@keeps(37, 38)
def test_s20_where_ups_had_no_opinion_of_the_street_the_create_validates_the_city(
    ship_to: Any, checked: bool, option: str
) -> None:
    plan = a_plan(ship_to=ship_to, street_checked=checked)
    assert build.ship(plan, REFERENCE)["ShipmentRequest"]["Request"] == {"RequestOption": option}
    query = "" if checked else "?additionaladdressvalidation=city"
    assert build.ship_path(plan) == f"/api/shipments/v2409/ship{query}"


@pytest.mark.parametrize(
    ("party", "role", "field"),
    [
        ({"phone": ""}, "ship_to", "ship_to.phone"),
        ({"attention": ""}, "ship_to", "ship_to.attention"),
        ({"phone": ""}, "shipper", "shipper.phone"),
        ({"attention": ""}, "shipper", "shipper.attention"),
    ],
)
def test_s17_across_a_border_the_missing_contact_is_named_before_anything_is_sent(
    party: dict[str, str], role: str, field: str
) -> None:
    changes = {"ship_to": SWEDEN, "shipper": HOLDER}
    with pytest.raises(Refused) as refusal:
        shipment(service="65", **{**changes, role: replace(changes[role], **party)})
    assert (refusal.value.reason, refusal.value.field) == ("missing", field)


def test_northern_ireland_and_campione_are_no_inland_to_ups() -> None:
    for country, here, there in (("GB", "EC1A 1BB", "BT1 1AA"), ("IT", "00100", "22061")):
        home = at(WAREHOUSE, country=country, state="", postcode=here)
        away = at(WAREHOUSE, country=country, state="", postcode=there)
        with pytest.raises(Refused) as refused:
            shipment(shipper=home, ship_from=home, ship_to=replace(away, attention=""), service="11")
        assert refused.value.field == "ship_to.attention"
        assert shipment(shipper=home, ship_from=home, ship_to=away, service="11")["ShipTo"]["AttentionName"]


def test_next_day_air_early_needs_a_contact_at_home_too() -> None:
    with pytest.raises(Refused) as refusal:
        shipment(service="14", ship_to=replace(WAREHOUSE, phone=""))
    assert refusal.value.field == "ship_to.phone"


def test_goods_are_described_across_borders_and_at_home_as_far_as_it_fits() -> None:
    assert "Description" not in shipment(description="D" * 51)
    for description, reason in (("D" * 51, "address"), ("", "missing")):
        with pytest.raises(Refused) as refusal:
            shipment(ship_to=SWEDEN, service="65", description=description)
        assert (refusal.value.reason, refusal.value.field) == (reason, "description")


@pytest.mark.parametrize("service", ["", "3", "GND"])
@keeps(63)
def test_a_service_that_is_no_code_of_ups_is_refused(service: str) -> None:
    with pytest.raises(Refused) as refusal:
        shipment(service=service)
    assert refusal.value.reason == "service"


@keeps(76, 77, 112)
def test_recovery_asks_by_reference_and_account_or_by_number() -> None:
    zpl = LabelSpec("ZPL", "4x6")
    by_reference = inquiries.recovery_by_reference(REFERENCE, "A1B2C3", zpl)["LabelRecoveryRequest"]
    assert by_reference.keys() == {"Request", "LabelSpecification", "ReferenceValues"}
    assert by_reference["ReferenceValues"] == {"ReferenceNumber": {"Value": REFERENCE}, "ShipperNumber": "A1B2C3"}
    assert by_reference["LabelSpecification"]["LabelImageFormat"] == {"Code": "ZPL"}
    by_number = inquiries.recovery_by_number("1ZA1B2C30300000018", LabelSpec("PDF", "4x6"))["LabelRecoveryRequest"]
    assert by_number["TrackingNumber"] == "1ZA1B2C30300000018"
    assert by_number["LabelSpecification"]["LabelImageFormat"] == {"Code": "PDF"}
    assert inquiries.recovery_path(settings(recovery_version="v1903")) == "/api/labels/v1903/recovery"


@keeps(86)
def test_tracking_by_reference_names_the_account_and_the_days() -> None:
    path = inquiries.track_by_reference_path("PB/1", "A1B2C3", settings(), date(2026, 11, 2), date(2026, 11, 4))
    assert path == (
        "/api/track/v1/reference/details/PB%2F1?locale=en_US&fromPickUpDate=20261101&toPickUpDate=20261105"
        "&shipperNum=A1B2C3&refNumType=SmallPackage"
    )


@keeps(66)
def test_a_void_names_the_shipment_and_no_parcel() -> None:
    assert inquiries.void_path("1ZA1B2C30300000018") == "/api/shipments/v2409/void/cancel/1ZA1B2C30300000018"


@keeps(65)
def test_a_void_of_packages_names_one_or_up_to_20_as_a_list() -> None:
    one, two = "1ZA1B2C30300000018", "1ZA1B2C30300000026"
    assert inquiries.void_path(one, [two]).endswith(f"{one}?trackingnumber={two}")
    listed = inquiries.void_path(one, [one, two]).partition("?")[2]
    assert parse_qs(listed) == {"trackingnumber": [f'["{one}","{two}"]']}
    with pytest.raises(ValueError, match="21 packages"):
        inquiries.void_path(one, [one] * 21)
