"""M3's own lists of codes, for whoever fills in a connection file (S23)."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.engine import Fault
from sandbox.erps.m3.releases import lack
from sandbox.erps.m3.seed import add_supplier, add_warehouse
from shared.erp.infor import lookup
from shared.erp.infor.bindings import default_bindings
from shared.errors import Misconfigured, Retry
from shared.ports import Entry
from tests.samples.m3.world import AUSTIN, DAYTON, World


def test_s23_suppliers_come_with_their_own_delivery_method_and_freight_terms(world: World) -> None:
    (found,) = world.erp().lookup("suppliers")
    assert found == Entry("V100", "Widget Works", "country US, delivery method UPS, freight terms COL")


def test_s23_warehouses_come_with_their_place(world: World) -> None:
    (found,) = world.erp().lookup("warehouses")
    assert found == Entry("W01", "Acme Distribution", "city Chicago, state IL, country US")


@pytest.mark.parametrize(("kind", "codes"), [("methods", ["PIC", "TRK", "UPS"]), ("terms", ["COL", "EXW", "PPD"])])
def test_s23_methods_and_terms_are_read_from_the_system_table_once_for_all_languages(
    world: World, kind: Any, codes: list[str]
) -> None:
    found = world.erp().lookup(kind)
    assert [entry.code for entry in found] == codes
    assert all(entry.name for entry in found)


def test_a_description_in_one_language_only_is_shown(world: World) -> None:
    world.tenant.codes["MODL"] = {"UPS": ""}
    assert [entry.code for entry in world.erp().lookup("methods")] == ["UPS"]


def test_like_is_looked_for_in_codes_and_names_whatever_the_capitals(world: World) -> None:
    add_supplier(world.tenant, "V200", AUSTIN)
    erp = world.erp()
    assert [entry.code for entry in erp.lookup("suppliers", "widget")] == ["V100"]
    assert [entry.code for entry in erp.lookup("suppliers", "v2")] == ["V200"]
    assert erp.lookup("suppliers", "nobody") == []


def test_a_long_list_is_read_page_by_page_and_each_code_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookup, "PAGE", 4)
    for number in range(10):
        add_supplier(world.tenant, f"S{number:02}", DAYTON)
        add_warehouse(world.tenant, f"X{number}", DAYTON)
    assert len(world.erp().lookup("suppliers")) == 11
    assert world.calls().count("CRS620MI.LstSuppliers") == 4
    assert len(world.erp().lookup("warehouses")) == 11


def test_a_list_that_always_begins_at_its_start_ends_all_the_same(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookup, "PAGE", 1)
    assert [entry.code for entry in world.erp().lookup("suppliers")] == ["V100"]


def test_a_tenant_without_the_program_is_told_which_entry_to_replace(world: World) -> None:
    lack(world.tenant, "EXPORTMI")
    with pytest.raises(Misconfigured, match=r"EXPORTMI\.Select") as caught:
        world.erp().lookup("methods")
    assert caught.value.field == "erp.bindings.lookup.methods"


def test_s23_another_list_can_be_bound_in_its_place(world: World) -> None:
    entry = {**default_bindings()["lookup.warehouses"].model_dump(), "input": {}}
    erp = world.erp(erp={"bindings": {"lookup.warehouses": entry}})
    assert [found.code for found in erp.lookup("warehouses")] == ["W01"]


def test_an_erp_that_does_not_answer_gives_no_empty_list(world: World) -> None:
    world.engine.faults.append(Fault("CRS620MI.LstSuppliers", "error_before"))
    with pytest.raises(Retry):
        world.erp().lookup("suppliers")


def test_the_connection_test_does_not_fail_for_a_list_that_no_order_needs(world: World) -> None:
    lack(world.tenant, "EXPORTMI")
    assert all(check.ok for check in world.erp().ping())
