"""The sandbox UPS refuses papers as the official document and the facts do."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from sandbox.carriers.ups import UpsEngine
from sandbox.memory import ManualClock
from shared.http import Request, Response
from tests.samples.ups.plans import ACCOUNTS, with_papers
from tests.samples.ups.requests import ship_request, token_request

PLANS = with_papers()
Spoil = Callable[[dict[str, Any]], object]


def create(name: str, spoil: Spoil = lambda _: None, *, paperless: bool = False) -> Response:
    engine = UpsEngine(ManualClock().now, accounts=ACCOUNTS, paperless=paperless)
    request: Request = ship_request(PLANS[name], engine.handle(token_request()).json()["access_token"])
    body = json.loads(request.body)
    spoil(body["ShipmentRequest"]["Shipment"])
    return engine.handle(replace(request, body=json.dumps(body).encode()))


def form(shipment: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = shipment["ShipmentServiceOptions"]["InternationalForms"]
    return found


def product(shipment: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = form(shipment)["Product"][0]
    return found


def without(*names: str, of: Callable[[dict[str, Any]], dict[str, Any]] = form) -> Spoil:
    return lambda shipment: [of(shipment).pop(name) for name in names]


REQUIRED = ("FormType", "Product", "InvoiceNumber", "InvoiceDate", "ReasonForExport", "CurrencyCode", "Contacts")
OF_A_PRODUCT = ("Description", "Unit", "PartNumber")


def with_duties(shipment: dict[str, Any]) -> None:
    charge = {"Type": "02", "BillShipper": {"AccountNumber": "A1B2C3"}}
    shipment["PaymentInformation"]["ShipmentCharge"].append(charge)


SPOILED: dict[str, tuple[str, Spoil]] = {
    **{f"no {name}": ("invoice", without(name)) for name in REQUIRED},
    **{f"a product without {name}": ("invoice", without(name, of=product)) for name in OF_A_PRODUCT},
    "51 products": ("invoice", lambda s: form(s).update(Product=form(s)["Product"] * 51)),
    "a code with dots": ("invoice", lambda s: product(s).update(CommodityCode="8302.50")),
    "a code of 5": ("invoice", lambda s: product(s).update(CommodityCode="83025")),
    "half a piece": ("invoice", lambda s: product(s)["Unit"].update(Number="1.5")),
    "no piece": ("invoice", lambda s: product(s)["Unit"].update(Number="0")),
    "a price of nothing": ("invoice", lambda s: product(s)["Unit"].update(Value="0.00")),
    "a price of 7 decimals": ("invoice", lambda s: product(s)["Unit"].update(Value="1.1234567")),
    "four texts": ("invoice", lambda s: product(s).update(Description=["a"] * 4)),
    "a text of 36": ("invoice", lambda s: product(s).update(Description=["a" * 36])),
    "DDU": ("invoice", lambda s: form(s).update(TermsOfShipment="DDU")),
    "OTH without a word": ("invoice", lambda s: product(s)["Unit"].update(UnitOfMeasurement={"Code": "OTH"})),
    "sold to another country": ("invoice", lambda s: form(s)["Contacts"]["SoldTo"]["Address"].update(CountryCode="FR")),
    "no attention of the sender": ("invoice", lambda s: s["ShipFrom"].pop("AttentionName")),
    "no phone of the receiver": ("northern_ireland", lambda s: s["ShipTo"].pop("Phone")),
    "no description": ("northern_ireland", lambda s: s.pop("Description")),
    "duties inside a country": ("northern_ireland", with_duties),
    "duties to Puerto Rico": ("filed_to_puerto_rico", with_duties),
    "no ITN": ("filed", lambda s: form(s)["EEIFilingOption"]["ShipperFiled"].pop("PreDepartureITNNumber")),
    "no legend": ("exempt", lambda s: form(s)["EEIFilingOption"]["ShipperFiled"].pop("ExemptionLegend")),
    "an MRN of another country": ("declared_export", lambda s: s.update(MovementReferenceNumber="26FR1234567890ABC1")),
    "no standard id": ("invoice_ioss", without("CommodityFieldSpecialConditionCode", of=product)),
    "a risk that there is not": ("northern_ireland", lambda s: s.update(ShipmentRiskEnteringEU="04")),
}  # fmt: skip


@pytest.mark.parametrize("name", SPOILED)
def test_what_the_texts_do_not_allow_is_refused(name: str) -> None:
    plan, spoil = SPOILED[name]
    assert create(plan).status == 200
    assert create(plan, spoil).status == 400


def test_the_document_comes_beside_the_labels() -> None:
    results = create("invoice").json()["ShipmentResponse"]["ShipmentResults"]
    assert results["Form"]["Code"] == "01"
    assert base64.b64decode(results["Form"]["Image"]["GraphicImage"]).startswith(b"%PDF")
    assert "Form" not in create("northern_ireland_consumer").json()["ShipmentResponse"]["ShipmentResults"]


def test_a_paperless_account_gets_a_copy_only_where_it_asks_for_one() -> None:
    def made(name: str) -> bool:
        return "Form" in create(name, paperless=True).json()["ShipmentResponse"]["ShipmentResults"]

    assert made("declared_export"), "OverridePaperlessIndicator"
    assert not made("invoice")
