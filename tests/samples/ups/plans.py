"""Shipments to be sent by UPS: each valid as it stands, each changed by keyword."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from shared.domain.address import Address, Party
from shared.domain.customs import InvoiceLine, Numbers, Papers
from shared.domain.measures import Dimensions, Weight
from shared.domain.money import Money
from shared.domain.shipment import Billing, LabelSpec, Package, ShipmentPlan

ACCOUNTS = frozenset({"A1B2C3", "D4E5F6"})
REFERENCE = "PB1-7K3MZQ2A4XYW-1"

HOLDER = Party("Acme", Address(("1 A St",), "Atlanta", "GA", "30301", "US"), "Kim Ross", "(404) 555-0100")
SUPPLIER = Party("Valve Works", Address(("77 Mill Rd",), "Buffalo", "NY", "14201", "US"), "Ann Lee", "7165550101")
WAREHOUSE = Party("Acme Warehouse 1", Address(("1 Dock St",), "Albany", "NY", "12207", "US"), "Receiving", "5185550100")
SWEDEN = Party(
    "Acme Sverige", Address(("Hamngatan 1",), "Stockholm", "", "111 47", "SE"), "Lars Berg", "+46 8 50 00 00 00"
)
TORONTO = Party("Acme Canada", Address(("1 King St",), "Toronto", "ON", "M5V 3L9", "CA"), "Ed Roy", "416 555 0100")
BERLIN = Party("Acme GmbH", Address(("Hauptstr. 1",), "Berlin", "", "10115", "DE"), "Jörg Groß", "+49 30 5550100")
VIENNA = Party("Acme Österreich", Address(("Ring 2",), "Wien", "", "A-1010", "AT"), "Eva Huber", "+43 1 5550100")
_SWINOUJSCIE = Address(("ul. Świętokrzyska 1",), "Świnoujście", "", "72-600", "PL")
LODZ = Party("Łódź Sp. z o.o.", _SWINOUJSCIE, "Zofia Żak", "+48 22 5550100")
USD_120 = Money(Decimal(120), "USD")
PUERTO_RICO = Party("Isla", Address(("1 Calle Sol",), "San Juan", "", "00901", "PR"), "Eva", "787 555 0100")


def lb(value: str) -> Weight:
    return Weight(Decimal(value), "lb")


def inches(length: str, width: str, height: str) -> Dimensions:
    return Dimensions(Decimal(length), Decimal(width), Decimal(height), "in")


def a_plan(**changes: Any) -> ShipmentPlan:
    """A supplier in Buffalo sends one parcel to a warehouse in Albany, on the account of a holder in Atlanta."""
    plan = ShipmentPlan(
        account="A1B2C3",
        shipper=HOLDER,
        ship_from=SUPPLIER,
        ship_to=WAREHOUSE,
        packages=(Package(lb("12.34"), inches("10", "20.2", "6"), ("1",)),),
        service="03",
        billing=Billing("shipper", "A1B2C3"),
        label=LabelSpec("GIF", "4x6"),
        erp_reference="1000001",
        description="Ball valve DN50",
        street_checked=True,
    )
    if "account" in changes:  # who ships pays, unless said otherwise
        changes = {"billing": Billing("shipper", changes["account"]), **changes}
    return replace(plan, **changes)


def at(party: Party, **changes: Any) -> Party:
    """The party with parts of its address changed."""
    return replace(party, address=replace(party.address, **changes))


MANCHESTER = Party(
    "Muster Ltd", Address(("2 Trial Rd",), "Manchester", "", "M1 1AE", "GB"), "Goods In", "+44 161 555 0100"
)
LONDON = replace(MANCHESTER, name="Sample Parts Ltd", address=Address(("1 Sample St",), "London", "", "EC1A 1BB", "GB"))
BELFAST = replace(MANCHESTER, address=Address(("5 Trial Quay",), "Belfast", "", "BT1 1AA", "GB"))
LYON = Party("Camille Exemple", Address(("4 rue Exemple",), "Lyon", "", "69001", "FR"), "Camille", "+33 4 72 55 01 00")
ZURICH = Party("Muster AG", Address(("Probestr. 3",), "Zürich", "", "8001", "CH"), "Wareneingang", "+41 44 555 01 00")
MONTERREY = Party("Muestra", Address(("Calle 8",), "Monterrey", "NL", "64000", "MX"), "Recibo", "+52 81 5555 0100")
BRACKET = InvoiceLine(
    "BR-200", "steel shelf bracket 200 mm", 40, "PCS", Decimal("6.25"), Decimal(250), "8302500000", "US",
    Weight(Decimal(16), "kg"),
)  # fmt: skip


def papers(sold_to: Party, *lines: InvoiceLine, **facts: Any) -> Papers:
    """An invoice for customs, each fact changed by keyword."""
    found = Papers(
        lines=lines or (BRACKET,), currency="USD", number="INV-10001", day=date(2026, 11, 30), reason="SALE",
        terms="DAP", sold_to=sold_to, exporter=Numbers(), receiver=Numbers(), receiver_kind="business",
        declaration="I hereby certify that the information on this invoice is true and correct.",
        order_number="PO-7001",
    )  # fmt: skip
    return replace(found, **facts)


def with_papers() -> dict[str, ShipmentPlan]:
    """One plan for each way in which customs are told."""
    ids = replace(BRACKET, seller_id="BR-200", maker_id="MFG-88-200")
    consumer: dict[str, Any] = {"receiver_kind": "consumer", "currency": "EUR"}
    britain = {"shipper": LONDON, "ship_from": LONDON}
    return {
        "invoice": a_plan(ship_to=MANCHESTER, service="65", papers=papers(MANCHESTER)),
        "invoice_to_canada": a_plan(
            ship_to=TORONTO, service="11", value=USD_120, papers=papers(replace(TORONTO, attention=""))
        ),
        "invoice_duties_by_us": a_plan(
            shipper=BERLIN, ship_from=BERLIN, ship_to=ZURICH, service="11",
            papers=papers(ZURICH, terms="DDP", duties_by_us=True, exporter=Numbers("DE123456789012345", "DE123456789")),
        ),
        "invoice_tax_number": a_plan(
            ship_to=MONTERREY, service="08", papers=papers(MONTERREY, receiver=Numbers(tax_id="XAXX010101000"))
        ),
        "invoice_ioss": a_plan(
            **britain, ship_to=LYON, service="65",
            papers=papers(LYON, ids, **consumer, collected=("EU", "IM3720000000"), small=True),
        ),
        "invoice_gtin": a_plan(
            **britain, ship_to=LYON, service="65",
            papers=papers(LYON, replace(ids, standard_id="04012345678901"), **consumer, small=False),
        ),
        "northern_ireland": a_plan(
            **britain, ship_to=BELFAST, service="11",
            papers=papers(
                BELFAST, currency="GBP", risk="not_at_risk", exporter=Numbers(ukims="XIUKIM12345678"),
                receiver=Numbers("XI123456789000"),
            ),
        ),
        "northern_ireland_consumer": a_plan(
            **britain, ship_to=BELFAST, service="11",
            papers=replace(papers(BELFAST, receiver_kind="consumer", risk="unknown", form=False), lines=()),
        ),
        "filed": a_plan(ship_to=MANCHESTER, service="65", papers=papers(MANCHESTER, filing="X20261130000001")),
        "exempt": a_plan(ship_to=MANCHESTER, service="65", papers=papers(MANCHESTER, filing="30.37(a)")),
        "filed_to_puerto_rico": a_plan(
            ship_to=PUERTO_RICO, value=USD_120, papers=papers(PUERTO_RICO, filing="X20261130000001")
        ),
        "declared_export": a_plan(
            shipper=BERLIN, ship_from=BERLIN, ship_to=ZURICH, service="11",
            papers=papers(ZURICH, currency="EUR", declared="26DE1234567890ABC1", paperless=True),
        ),
    }  # fmt: skip


def every_plan() -> dict[str, ShipmentPlan]:
    """One plan for each way in which a request differs."""
    two = (Package(lb("5")), Package(lb("149.96"), inches("30", "12", "12")))
    return {
        "inbound": a_plan(),
        "from_the_holder": a_plan(ship_from=HOLDER),
        "two_packages": a_plan(packages=two),
        "no_erp_number": a_plan(erp_reference=""),
        "residential": a_plan(ship_to=replace(WAREHOUSE, residential=True)),
        "commercial": a_plan(ship_to=replace(WAREHOUSE, residential=False)),
        "dated": a_plan(ship_date=date(2026, 11, 4)),
        "bill_receiver": a_plan(billing=Billing("receiver", "R1R2R3", "12207-1234")),
        "bill_third_party": a_plan(billing=Billing("third_party", "T1T2T3", "10001", "US")),
        "bill_receiver_abroad": a_plan(ship_to=SWEDEN, service="65", billing=Billing("receiver", "R1R2R3", "", "SE")),
        "bill_other_account": a_plan(billing=Billing("shipper", "D4E5F6")),
        "pdf": a_plan(label=LabelSpec("PDF", "4x6")),
        "attention_in_a_line": a_plan(
            ship_to=at(replace(WAREHOUSE, attention=""), lines=("Attn: Bob Ray", "1 Dock St"))
        ),
        "outside_the_test_states": a_plan(ship_to=at(WAREHOUSE, city="Atlanta", state="GA", postcode="30301")),
        "zpl": a_plan(label=LabelSpec("ZPL", "4x6")),
        "epl": a_plan(label=LabelSpec("EPL", "4x8")),
        "spl": a_plan(label=LabelSpec("SPL", "4x6")),
        "long_lines": a_plan(ship_to=at(WAREHOUSE, lines=("Building 7, Loading Dock 12, North Entrance", "1 Dock St"))),
        "bare": a_plan(ship_from=replace(SUPPLIER, attention="", phone=""), description=""),
        "inside_sweden": a_plan(shipper=SWEDEN, ship_from=SWEDEN, ship_to=at(SWEDEN, city="Uppsala"), service="11"),
        "inside_puerto_rico": a_plan(shipper=PUERTO_RICO, ship_from=PUERTO_RICO, ship_to=at(PUERTO_RICO, city="Ponce")),
        "across_a_border": a_plan(ship_to=SWEDEN, service="65"),
        "to_puerto_rico": a_plan(ship_to=PUERTO_RICO, value=USD_120),
        "to_canada": a_plan(ship_to=TORONTO, service="11", value=USD_120),
        "on_a_saturday": a_plan(service="01", accessorials=("saturday",), ship_date=date(2026, 11, 6)),
        "inside_the_eu": a_plan(shipper=BERLIN, ship_from=BERLIN, ship_to=VIENNA, service="11"),
        "in_polish": a_plan(shipper=BERLIN, ship_from=BERLIN, ship_to=LODZ, service="11"),
        "nobody_checked": a_plan(street_checked=False),
        "signed_for": a_plan(accessorials=("signature",)),
        "signed_for_by_an_adult": a_plan(accessorials=("adult_signature",)),
        "signed_for_abroad": a_plan(ship_to=SWEDEN, service="65", accessorials=("signature",)),
        "declared": a_plan(
            packages=tuple(replace(each, value=USD_120) for each in two), accessorials=("declared_value", "signature")
        ),
        **with_papers(),
    }
