"""Papers for customs as they are built for UPS, against the judged examples."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from shared.carriers.ups import build, parse
from shared.domain.customs import Papers
from shared.errors import Refused
from tests.samples.ups.plans import BRACKET, MANCHESTER, REFERENCE, a_plan, papers, with_papers

PLANS = with_papers()


def built(name: str) -> dict[str, Any]:
    found: dict[str, Any] = build.ship(PLANS[name], REFERENCE)["ShipmentRequest"]["Shipment"]
    return found


def form(name: str) -> dict[str, Any]:
    found: dict[str, Any] = built(name)["ShipmentServiceOptions"]["InternationalForms"]
    return found


def example(contracts: Path, name: str) -> dict[str, Any]:
    text = (contracts / "specs" / "ups" / "examples" / f"{name}.json").read_text()
    found: dict[str, Any] = json.loads(text)["body"]["ShipmentRequest"]["Shipment"]
    return found


def test_a_commercial_invoice_is_the_one_of_the_judged_example(contracts: Path) -> None:
    theirs = example(contracts, "intl-invoice-us-gb")["ShipmentServiceOptions"]["InternationalForms"]
    ours = form("invoice")
    assert set(theirs) - set(ours) == {"FreightCharges", "InsuranceCharges", "Discount"}
    same = ("FormType", "InvoiceNumber", "InvoiceDate", "PurchaseOrderNumber", "TermsOfShipment", "ReasonForExport",
            "CurrencyCode", "DeclarationStatement")  # fmt: skip
    assert {name: ours[name] for name in same} == {name: theirs[name] for name in same}
    product = {name: value for name, value in ours["Product"][0].items() if name != "ProductWeight"}
    assert product == theirs["Product"][0]
    assert ours["Product"][0]["ProductWeight"] == {"UnitOfMeasurement": {"Code": "KGS"}, "Weight": "16.0"}


@pytest.mark.parametrize(
    ("name", "theirs"),
    [("northern_ireland", "intl-gb-ni-not-at-risk"), ("invoice_tax_number", "intl-invoice-us-mx-tax-id")],
)
def test_numbers_and_roles_are_those_of_the_judged_examples(contracts: Path, name: str, theirs: str) -> None:
    told, ours = example(contracts, theirs), built(name)
    agents = "AgentTaxIdentificationNumber"
    assert ours["GlobalTaxInformation"][agents] == told["GlobalTaxInformation"][agents]
    assert ours.get("ShipmentRiskEnteringEU") == told.get("ShipmentRiskEnteringEU")


def test_duties_by_us_are_a_second_charge_and_our_eori_stands_as_in_the_example(contracts: Path) -> None:
    told, ours = example(contracts, "intl-invoice-de-ch-ddp"), built("invoice_duties_by_us")
    assert ours["PaymentInformation"] == told["PaymentInformation"]
    assert ours["GlobalTaxInformation"] == told["GlobalTaxInformation"]
    assert form("invoice_duties_by_us")["Comments"] == "VAT DE123456789"


def test_a_consumer_s_parcel_under_ioss_is_told_as_in_the_example(contracts: Path) -> None:
    told, ours = example(contracts, "intl-eu-b2c-ioss"), built("invoice_ioss")
    for name in ("ShipperType", "ConsigneeType", "GlobalTaxInformation"):
        assert ours[name] == told[name]
    assert ours["ShipFrom"]["VendorInfo"] == told["ShipFrom"]["VendorInfo"]
    assert ours["ShipmentServiceOptions"]["EUDeMinimisIndicator"] == "Y"
    ids = form("invoice_ioss")["Product"][0]
    assert [each["ProductIDTypeCode"] for each in ids["ProductIdentifier"]] == ["0100", "0200"]
    assert ids["CommodityFieldSpecialConditionCode"] == "01"
    assert "CommodityFieldSpecialConditionCode" not in form("invoice_gtin")["Product"][0]


def test_a_filing_is_told_as_it_was_given_and_never_claimed() -> None:
    assert "EEIFilingOption" not in form("invoice")
    itn = form("filed")["EEIFilingOption"]
    assert itn == {"Code": "1", "ShipperFiled": {"Code": "A", "PreDepartureITNNumber": "X20261130000001"}}
    assert form("exempt")["EEIFilingOption"]["ShipperFiled"] == {"Code": "B", "ExemptionLegend": "30.37(a)"}
    assert built("declared_export")["MovementReferenceNumber"] == "26DE1234567890ABC1"


def test_a_consumer_in_northern_ireland_is_told_without_an_invoice() -> None:
    told = built("northern_ireland_consumer")
    assert (told["ConsigneeType"], told["ShipmentRiskEnteringEU"]) == ("02", "03")
    assert "ShipmentServiceOptions" not in told


def test_a_price_request_has_no_papers() -> None:
    for plan in PLANS.values():
        assert "InternationalForms" not in json.dumps(build.rate(plan, [plan.service]))


@pytest.mark.parametrize(("length", "texts"), [(35, 1), (36, 2), (105, 3)])
def test_a_long_description_is_told_in_up_to_three_texts_and_nothing_is_cut(length: int, texts: int) -> None:
    text = "x" * length
    plan = a_plan(ship_to=MANCHESTER, service="65", papers=papers(MANCHESTER, replace(BRACKET, description=text)))
    told = build.ship(plan, REFERENCE)["ShipmentRequest"]["Shipment"]["ShipmentServiceOptions"]["InternationalForms"]
    assert (len(told["Product"][0]["Description"]), "".join(told["Product"][0]["Description"])) == (texts, text)


def test_a_description_that_does_not_fit_names_its_field() -> None:
    long: Papers = papers(MANCHESTER, replace(BRACKET, description="x" * 106))
    with pytest.raises(Refused) as refused:
        build.ship(a_plan(ship_to=MANCHESTER, service="65", papers=long), REFERENCE)
    assert refused.value.field == "lines.customs_description"


@pytest.mark.parametrize(
    "form", [None, {}, {"Code": "01"}, {"Image": {"GraphicImage": "bm90IGEgUERG"}}, {"FormGroupId": "2026"}]
)
def test_an_answer_without_a_document_has_no_papers(form: Any) -> None:
    assert parse.papers({"Form": form}) is None
