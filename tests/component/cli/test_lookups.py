"""`connections lookup`: the ERP's codes beside what the file makes of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.connections.template import template
from sandbox.erps.m3.releases import lack
from sandbox.erps.m3.seed import add_supplier, add_warehouse
from tests.component.cli.fakes import written
from tests.component.cli.office import CONNECTION, Office
from tests.component.workflow.scene import BUFFALO


def rows(office: Office, kind: str, *options: str) -> dict[str, str]:
    """Code → what the file says of it."""
    found = json.loads(office.says("connections", "lookup", CONNECTION, kind, "--json", *options))
    return {each["code"]: each["mapped"] for each in found}


def test_s23_each_delivery_method_of_the_erp_is_shown_with_its_service() -> None:
    office = Office(services={"UPS": "03", "TRK": "02"})
    assert rows(office, "methods") == {"PIC": "not mapped", "TRK": "02, not selected", "UPS": "03"}
    shown = office.says("connections", "lookup", CONNECTION, "methods")
    for seen in ("UPS Ground", "not mapped", "in the file"):
        assert seen in shown


def test_s23_each_freight_term_is_shown_with_who_pays() -> None:
    assert rows(Office(), "terms") == {"COL": "we_pay", "EXW": "not mapped", "PPD": "not_ours"}


def test_s23_suppliers_and_warehouses_say_whether_they_are_selected_and_what_the_file_has_for_them() -> None:
    rule = {"supplier": "V200", "bill": "third_party", "account": "X1Y2Z3", "postcode": "10001", "country": "US"}
    office = Office(
        select={"suppliers": ["V100"]},
        billing={"rules": [rule]},
        defaults={"warehouse": {"W02": {"unit_weight": {"value": 2, "unit": "lb"}}}},
    )
    add_supplier(office.tenant, "V200", BUFFALO)
    add_warehouse(office.tenant, "W02", BUFFALO)
    assert rows(office, "suppliers") == {"V100": "selected", "V200": "not selected; billed to third_party X1Y2Z3"}
    assert rows(office, "warehouses") == {
        "W01": "selected, as all are",
        "W02": "selected, as all are; default weight 2 lb",
    }


def test_s23_codes_of_the_file_that_the_erp_does_not_have_are_named_with_their_key() -> None:
    office = Office(select={"delivery_method": ["UPS", "UPX"]}, services={"UPS": "03", "UPX": "02"})
    shown = office.says("connections", "lookup", CONNECTION, "methods")
    assert "select.delivery_method: UPX is not among the ERP's methods" in shown
    assert "services.UPX: UPX is not among the ERP's methods" in shown
    assert "is not among" not in office.says("connections", "lookup", CONNECTION, "methods", "--like", "ups")


def test_a_long_list_ends_at_its_limit_and_says_how_to_see_the_rest() -> None:
    office = Office()
    for number in range(4):
        add_supplier(office.tenant, f"S{number}", BUFFALO)
    shown = office.says("connections", "lookup", CONNECTION, "suppliers", "--limit", "2")
    assert "3 more; --like narrows, --limit 5 shows all" in shown
    assert "the ERP has no such suppliers" in office.says(
        "connections", "lookup", CONNECTION, "suppliers", "--like", "nobody"
    )


def test_a_kind_that_is_none_is_answered_with_those_there_are() -> None:
    assert "allowed: suppliers, methods, terms, warehouses" in Office().says(
        "connections", "lookup", CONNECTION, "items", ends=2
    )


def test_an_erp_without_such_a_list_is_a_sentence_with_the_entry_to_replace() -> None:
    office = Office()
    lack(office.tenant, "EXPORTMI")
    said = office.says("connections", "lookup", CONNECTION, "terms", ends=1)
    assert "EXPORTMI.Select" in said
    assert "what to do:" in said


@pytest.fixture
def unapplied(tmp_path: Path) -> str:
    """The file of `init` with nothing but its company filled in, for the id that has a credential."""
    return written(tmp_path, template(CONNECTION, "infor-m3", "ups").replace('cono: ""', 'cono: "100"'))


def test_s23_a_file_that_is_being_filled_in_can_be_asked_for_before_it_is_applied(unapplied: str) -> None:
    office = Office()
    shown = office.says("connections", "lookup", CONNECTION, "methods", "--file", unapplied)
    assert "is not finished: carrier, locations cannot be used yet" in shown
    assert rows(office, "methods", "--file", unapplied)["PIC"] == "not mapped"
    assert "NONE" not in shown


def test_a_part_of_the_file_that_is_wrong_maps_nothing(unapplied: str) -> None:
    text = Path(unapplied).read_text().replace("COL: we_pay", "COL: perhaps")
    Path(unapplied).write_text(text)
    assert rows(Office(), "terms", "--file", unapplied) == {"COL": "", "EXW": "", "PPD": ""}
    Path(unapplied).write_text(text.replace("delivery_method: [UPS]", "delivery_method: [TRK]"))
    assert rows(Office(), "methods", "--file", unapplied)["UPS"] == ""


def test_a_file_without_its_company_or_of_another_connection_is_refused(unapplied: str) -> None:
    office = Office()
    assert f"is the file of {CONNECTION}, not of other" in office.says(
        "connections", "lookup", "other", "methods", "--file", unapplied, ends=2
    )
    Path(unapplied).write_text(template(CONNECTION, "infor-m3", "ups"))
    assert "erp.cono: " in office.says("connections", "lookup", CONNECTION, "methods", "--file", unapplied, ends=2)
