"""`connections test` asks both systems about all that the file names, and says where to correct it (S66, S23)."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from sandbox.engine import Fault
from sandbox.erps.m3.releases import lack
from shared.domain.address import Address
from shared.domain.money import Money
from shared.domain.shipment import AddressCheck, Quote
from tests.component.cli.fakes import Desk
from tests.component.cli.office import CONNECTION, Office
from tests.component.workflow.refusing import refusing

ALBANY_HQ = {
    "HQ": {
        "name": "Acme",
        "phone": "4045550100",
        "address": {"lines": ["1 A St"], "city": "Albany", "state": "NY", "postcode": "12207", "country": "US"},
    }
}


def asked(office: Any) -> dict[str, dict[str, Any]]:
    found = json.loads(office.run("connections", "test", CONNECTION, "--json").stdout)
    return {each["name"]: each for each in found}


def failed(office: Any) -> dict[str, str]:
    return {name: each["detail"] for name, each in asked(office).items() if not each["ok"]}


def test_s66_all_that_the_file_names_is_asked_for_and_nothing_is_written() -> None:
    office = Office(select={"suppliers": ["V100"], "warehouses": ["W01"]}, locations=ALBANY_HQ)
    ports = office.ports
    office.with_ports(**{name: getattr(refusing(ports), name) for name in ports.__slots__})
    checks = asked(office)
    assert [each for each in checks.values() if not each["ok"]] == []
    assert checks["suppliers"]["detail"] == "the ERP has V100"
    assert checks["methods"]["detail"] == "the ERP has UPS"
    assert checks["terms"]["detail"] == "the ERP has COL, PPD"
    assert checks["warehouses"]["detail"] == "the ERP has W01"
    assert checks["location"]["detail"] == "locations.HQ.address: valid"
    assert checks["sample rate"]["detail"].startswith("5 lb: 03 ")
    assert checks["currency"]["detail"] == "USD"
    assert office.creates() == 0
    assert office.tenant.field_writes == []


def test_s23_a_code_that_the_erp_does_not_have_is_named_with_its_key_and_the_command_that_lists_them() -> None:
    rule = {"supplier": "V300", "bill": "third_party", "account": "X1Y2Z3", "postcode": "10001", "country": "US"}
    office = Office(
        select={"suppliers": ["V100", "V200"], "delivery_method": ["UPS", "UPX"], "warehouses": ["W09"]},
        services={"UPS": "03", "UPX": "02"},
        freight_terms={"COL": "we_pay", "XXX": "not_ours"},
        billing={"rules": [rule]},
    )
    said = failed(office)
    assert "select.suppliers: V200 is not among the ERP's suppliers" in said["suppliers"]
    assert "billing.rules.0.supplier: V300 is not among" in said["suppliers"]
    assert f"parcelbridge connections lookup {CONNECTION} suppliers" in said["suppliers"]
    assert "select.delivery_method: UPX" in said["methods"]
    assert "services.UPX: UPX" in said["methods"]
    assert "freight_terms.XXX: XXX" in said["terms"]
    assert "select.warehouses: W09" in said["warehouses"]


def test_s66_a_list_that_the_tenant_does_not_give_fails_nothing_and_is_said() -> None:
    office = Office()
    lack(office.tenant, "EXPORTMI")
    checks = asked(office)
    assert checks["methods"]["ok"]
    assert checks["methods"]["detail"].startswith("not checked: EXPORTMI.Select")


def test_s66_a_list_that_could_not_be_asked_for_just_now_fails() -> None:
    office = Office(select={"suppliers": ["V100"]})
    office.m3.faults.append(Fault("CRS620MI.LstSuppliers", "error_before"))
    assert failed(office)["suppliers"].startswith("not checked: CRS620MI.LstSuppliers")


def test_s66_an_account_that_the_carrier_does_not_know_is_named_with_its_key() -> None:
    office = Office(carrier={"account": "ZZZZZZ"})
    assert "correct carrier.account" in failed(office)["sample rate"]


def test_s46_the_length_of_our_page_s_address_is_said_and_held_against_the_field() -> None:
    takes = len("https://hooks.example/t/") + 22
    fields: dict[str, Any] = {"tracking_numbers": "A130", "tracking_url": {"to": "A121", "max": takes}}
    checks = asked(Office(tracking={"page": "ours"}, write_back=fields))
    assert checks["tracking page"]["ok"]
    assert f"an address has {takes} characters" in checks["tracking page"]["detail"]
    fields["tracking_url"] = {"to": "A121", "max": takes - 1}
    said = failed(Office(tracking={"page": "ours"}, write_back=fields))["tracking page"]
    assert f"write_back.tracking_url takes {takes - 1} characters, an address of our page has {takes}" in said
    assert "tracking_url is off" in asked(Office(tracking={"page": "ours"}))["tracking page"]["detail"]
    assert "tracking page" not in asked(Office())


def test_s66_a_location_that_the_carrier_does_not_know_is_named_with_its_key() -> None:
    address = {**ALBANY_HQ["HQ"]["address"], "lines": ["1 Nowhere Ln"]}  # type: ignore[dict-item]
    office = Office(locations={"HQ": {**ALBANY_HQ["HQ"], "address": address}})
    assert failed(office)["location"] == "locations.HQ.address: the carrier does not know it"


def test_s66_an_ambiguous_location_is_shown_with_what_the_carrier_knows(desk: Desk) -> None:
    desk.has()
    candidate = Address(("1 A ST N",), "ATLANTA", "GA", "30301", "US")
    desk.carrier.address = AddressCheck("ambiguous", (candidate,), note="another street")
    assert failed(desk)["location"].startswith("locations.HQ.address: the carrier knows 1 A ST N, ATLANTA GA 30301, US")


def test_s66_a_service_that_is_not_offered_is_named_with_the_method_that_is_mapped_to_it(desk: Desk) -> None:
    """It may be right for other places, so it fails nothing; whether there is such a code at all, the carrier says."""
    desk.has(services={"UPS": "03", "AIR": "77"})
    said = desk.run("connections", "test", "acme-infor-ups", "--json")
    (check,) = [each for each in json.loads(said.output) if each["name"] == "sample rate"]
    line = check["detail"]
    assert check["ok"]
    assert "77 is not offered for 5 lb" in line
    assert "It stands at services.AIR; offered: 03 12.34 USD" in line


def test_s66_one_service_that_the_real_carrier_refuses_is_a_failed_check() -> None:
    assert "correct services" in failed(Office(services={"UPS": "11"}, locations=ALBANY_HQ))["sample rate"]


def test_s66_a_carrier_that_bills_in_another_currency_than_the_file_says_so(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.has()
    quotes = (Quote("03", Money(Decimal("9.00"), "EUR")),)
    monkeypatch.setattr(desk.carrier, "rate", lambda *_: quotes, raising=False)
    assert failed(desk)["currency"] == (
        "the account is billed in EUR; limits.amount_per_day is in USD; approve.amount is in USD"
    )


def test_s66_a_carrier_that_does_not_answer_the_sample_is_a_failed_check() -> None:
    office = Office()
    office.ups.faults.append(Fault("rate", "error_before"))
    office.ups.faults.append(Fault("address_validation", "error_before", skip=1))
    said = failed(office)
    assert set(said) == {"location", "sample rate"}


def test_s66_a_refused_credential_asks_nothing_more_of_that_side() -> None:
    office = Office()
    office.ups.clients.clear()
    checks = asked(office)
    assert "UPS refuses the credential" in checks["UPS token"]["detail"]
    assert "then set the secret again" in checks["UPS token"]["detail"]
    assert not {"location", "sample rate", "currency"} & set(checks)
