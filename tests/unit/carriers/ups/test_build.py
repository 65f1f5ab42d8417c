"""Each request as it is built."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from shared.carriers.ups import build
from shared.domain.shipment import Billing, LabelSpec
from shared.errors import Refused
from tests.samples.ups.plans import HOLDER, PUERTO_RICO, REFERENCE, SWEDEN, WAREHOUSE, a_plan, at, every_plan
from tests.samples.ups.wire import settings


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


def test_one_service_is_rated_and_several_are_shopped_both_with_times() -> None:
    assert build.rate_path(["03"]) == "/api/rating/v2409/Ratetimeintransit?additionalinfo=timeintransit"
    assert build.rate_path(["03", "02"]) == "/api/rating/v2409/Shoptimeintransit?additionalinfo=timeintransit"


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


def test_shopping_names_no_service() -> None:
    assert "Service" not in build.rate(a_plan(), ["03", "02"])["RateRequest"]["Shipment"]


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


def test_ship_from_stands_only_where_it_differs_from_the_shipper() -> None:
    assert "ShipFrom" not in shipment(ship_from=HOLDER)
    assert "ShipFrom" not in build.rate(a_plan(ship_from=HOLDER), ["03"])["RateRequest"]["Shipment"]


def test_domestic_references_stand_on_every_package_and_others_on_the_shipment() -> None:
    both = [{"Value": REFERENCE}, {"Value": "1000001"}]
    domestic = build.ship(every_plan()["two_packages"], REFERENCE)["ShipmentRequest"]["Shipment"]
    assert [package["ReferenceNumber"] for package in domestic["Package"]] == [both, both]
    assert "ReferenceNumber" not in domestic
    abroad = shipment(ship_to=SWEDEN, service="65")
    assert abroad["ReferenceNumber"] == both
    assert all("ReferenceNumber" not in package for package in abroad["Package"])


@pytest.mark.parametrize(("residential", "sent"), [(True, True), (False, False), (None, False)])
def test_residential_has_three_values_and_its_indicator_stands_for_one(residential: bool | None, sent: bool) -> None:
    party = replace(WAREHOUSE, residential=residential)
    for built in (shipment(ship_to=party), build.rate(a_plan(ship_to=party), ["03"])["RateRequest"]["Shipment"]):
        assert ("ResidentialAddressIndicator" in built["ShipTo"]["Address"]) is sent


@pytest.mark.parametrize(
    ("billing", "charge"),
    [
        (Billing("shipper", "A1B2C3"), {"BillShipper": {"AccountNumber": "A1B2C3"}}),
        (Billing("receiver", "R1R2R3"), {"BillReceiver": {"AccountNumber": "R1R2R3"}}),
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
def test_s24_the_payer_is_shipper_receiver_or_a_third_party(billing: Billing, charge: dict[str, Any]) -> None:
    expected = {"ShipmentCharge": [{"Type": "01", **charge}]}
    assert shipment(billing=billing)["PaymentInformation"] == expected
    assert build.rate(a_plan(billing=billing), ["03"])["RateRequest"]["Shipment"]["PaymentDetails"] == expected


def test_a_third_party_without_a_country_is_refused() -> None:
    with pytest.raises(Refused) as refusal:
        shipment(billing=Billing("third_party", "T1T2T3", "10001"))
    assert refusal.value.field == "billing.country"


@pytest.mark.parametrize(("form", "stock", "height"), [("ZPL", "4x6", "6"), ("EPL", "4x8", "8"), ("SPL", "4x6", "6")])
def test_a_printer_language_has_its_stock(form: Any, stock: str, height: str) -> None:
    label = build.ship(a_plan(label=LabelSpec(form, stock)), REFERENCE)["ShipmentRequest"]["LabelSpecification"]
    assert label == {"LabelImageFormat": {"Code": form}, "LabelStockSize": {"Height": height, "Width": "4"}}


def test_a_gif_has_a_user_agent_and_no_stock() -> None:
    label = build.ship(a_plan(), REFERENCE)["ShipmentRequest"]["LabelSpecification"]
    assert label == {"LabelImageFormat": {"Code": "GIF"}, "HTTPUserAgent": "Mozilla/4.5"}


def test_ups_makes_no_pdf_at_creation() -> None:
    with pytest.raises(Refused) as refusal:
        build.ship(a_plan(label=LabelSpec("PDF", "4x6")), REFERENCE)
    assert refusal.value.field == "label.format"


@pytest.mark.parametrize(
    ("ship_to", "option"), [(WAREHOUSE, "nonvalidate"), (PUERTO_RICO, "nonvalidate"), (SWEDEN, "validate")]
)
def test_where_no_street_is_validated_the_create_validates_the_city(ship_to: Any, option: str) -> None:
    request = build.ship(a_plan(ship_to=ship_to), REFERENCE)["ShipmentRequest"]["Request"]
    assert request == {"RequestOption": option}


@pytest.mark.parametrize(
    ("party", "role", "field"),
    [
        ({"phone": ""}, "ship_to", "ship_to.phone"),
        ({"attention": ""}, "ship_to", "ship_to.attention"),
        ({"phone": ""}, "shipper", "shipper.phone"),
    ],
)
def test_s17_across_a_border_the_missing_contact_is_named_before_anything_is_sent(
    party: dict[str, str], role: str, field: str
) -> None:
    changes = {"ship_to": SWEDEN, "shipper": HOLDER}
    with pytest.raises(Refused) as refusal:
        shipment(service="65", **{**changes, role: replace(changes[role], **party)})
    assert (refusal.value.reason, refusal.value.field) == ("missing", field)


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
def test_a_service_that_is_no_code_of_ups_is_refused(service: str) -> None:
    with pytest.raises(Refused) as refusal:
        shipment(service=service)
    assert refusal.value.reason == "service"


def test_recovery_asks_by_reference_and_account_or_by_number() -> None:
    zpl = LabelSpec("ZPL", "4x6")
    by_reference = build.recovery_by_reference(REFERENCE, "A1B2C3", zpl)["LabelRecoveryRequest"]
    assert by_reference["ReferenceValues"] == {"ReferenceNumber": {"Value": REFERENCE}, "ShipperNumber": "A1B2C3"}
    assert by_reference["LabelSpecification"]["LabelImageFormat"] == {"Code": "ZPL"}
    by_number = build.recovery_by_number("1ZA1B2C30300000018", LabelSpec("PDF", "4x6"))["LabelRecoveryRequest"]
    assert by_number["TrackingNumber"] == "1ZA1B2C30300000018"
    assert by_number["LabelSpecification"]["LabelImageFormat"] == {"Code": "PDF"}
    assert build.recovery_path(settings(recovery_version="v1903")) == "/api/labels/v1903/recovery"


def test_tracking_by_reference_names_the_account_and_the_days() -> None:
    path = build.track_by_reference_path("PB/1", "A1B2C3", settings(), date(2026, 11, 2), date(2026, 11, 4))
    assert path == (
        "/api/track/v1/reference/details/PB%2F1?locale=en_US&fromPickUpDate=20261101&toPickUpDate=20261105"
        "&shipperNum=A1B2C3&refNumType=SmallPackage"
    )


def test_a_void_names_the_shipment_and_no_parcel() -> None:
    assert build.void_path("1ZA1B2C30300000018") == "/api/shipments/v2409/void/cancel/1ZA1B2C30300000018"
