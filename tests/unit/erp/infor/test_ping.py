"""The connection test asks the real system and says what is missing."""

from __future__ import annotations

from typing import Any

import pytest

from cli.hints import worded
from sandbox.engine import Fault
from sandbox.erps.m3.catalogue import Field, nok
from sandbox.erps.m3.releases import change_inputs, change_outputs, have, lack
from sandbox.erps.m3.seed import ionapi
from sandbox.erps.m3.transactions import READS
from shared.carriers.ups.settings import UpsSettings
from shared.erp.fields.checks import LEAST
from shared.erp.infor.bindings import default_bindings
from shared.erp.infor.file import InforWriteBack
from shared.erp.infor.ping import bound
from shared.ports import Check
from tests.samples.m3.world import World

LINES: dict[str, Any] = default_bindings()["po.lines"].model_dump()
PROGRAMS = ["CRS620MI", "CUSEXTMI", "MMS005MI", "MMS015MI", "MMS200MI", "MRS001MI", "PPS200MI", "PPSSPPMI"]


def pinged(world: World, bindings: dict[str, Any] | None = None, **changes: Any) -> dict[str, Check]:
    erp = {"bindings": bindings or {}, **changes.pop("erp", {})}
    return {check.name: check for check in world.erp(erp=erp, **changes).ping()}


def test_S66_token_programs_and_a_listing_are_really_asked_for(world: World) -> None:
    world.order()
    checks = world.erp().ping()
    assert [check.name for check in checks] == ["token", *PROGRAMS, "orders"]
    assert all(check.ok for check in checks)
    assert checks[-1].detail == "company 100: order 4000001 is visible"
    assert not world.engine.field_writes


def test_q29_a_program_or_transaction_that_the_tenant_lacks_is_named(world: World) -> None:
    entry = {**LINES, "program": "PPS300MI", "transaction": "GetTransLine"}
    head = {"program": "PPS200MI", "transaction": "GetHeadX", "kind": "get", "output": {"supplier": "SUNO"}}
    checks = pinged(world, {"po.lines": entry, "po.head": head})
    assert not checks["PPS300MI"].ok
    assert "no such program" in checks["PPS300MI"].detail
    assert not checks["PPS200MI"].ok
    assert "no such transaction: GetHeadX" in checks["PPS200MI"].detail


def test_refused_credentials_end_the_test_with_what_to_do(world: World) -> None:
    world.secrets.fields[("acme-infor-ups", "erp")] = {**ionapi(), "cs": "old"}
    checks = world.erp().ping()
    assert [(check.name, check.ok) for check in checks] == [("token", False)]
    assert "secrets set" in worded(checks[0].hint)


def test_a_failing_program_does_not_hide_the_others(world: World) -> None:
    world.engine.faults.append(Fault("MRS001MI.LstTransactions", "error_before"))
    checks = world.erp().ping()
    assert [check.name for check in checks if not check.ok] == [PROGRAMS[0]]


def test_a_wrong_company_shows_in_every_line_but_the_token(world: World) -> None:
    checks = world.erp(erp={"cono": "200"}).ping()
    assert [check.name for check in checks if check.ok] == ["token"]


def test_every_transaction_of_the_table_is_asked_about() -> None:
    programs = bound(default_bindings())
    assert programs["CUSEXTMI"] == ["AddFieldValue", "ChgFieldValue", "GetFieldValue"]
    assert sorted(programs) == PROGRAMS


@pytest.mark.parametrize(("program", "says"), [
    ("PPS300MI", "PPS300 is the interactive receipt"),
    ("MMS471MI", "found in no list of MI programs"),
])  # fmt: skip
def test_S02_q29_q30_a_name_in_use_elsewhere_is_accepted_and_explained_where_the_tenant_has_no_such_program(
    world: World, program: str, says: str
) -> None:
    entry = {**LINES, "program": program, "transaction": "GetTransLine"}
    check = pinged(world, {"po.lines": entry})[program]
    assert not check.ok
    assert "this tenant has no such program" in check.detail
    assert says in check.detail
    assert "erp.bindings" in check.detail


@pytest.mark.parametrize("program", ["PPS300MI", "MMS471MI"])
def test_S02_q29_q30_it_serves_where_the_tenant_has_it(world: World, program: str) -> None:
    have(world.tenant, program, "GetTransLine", like="PPS200MI.LstLine")
    world.order()
    entry = {**LINES, "program": program, "transaction": "GetTransLine"}
    assert pinged(world, {"po.lines": entry})[program].ok
    (order,) = world.erp(erp={"bindings": {"po.lines": entry}}).read("4000001")
    assert order.lines
    assert f"{program}.GetTransLine" in world.calls()


def test_S02_q28_purchase_agreements_are_not_orders_and_the_connection_test_says_so(world: World) -> None:
    entry = {**default_bindings()["po.list_changed"].model_dump(), "program": "PPS100MI", "transaction": "LstHead"}
    check = pinged(world, {"po.list_changed": entry})["PPS100MI"]
    assert not check.ok
    assert "po.list_changed: no such transaction: LstHead" in check.detail
    assert "purchase agreements" in check.detail


def test_q31_a_program_of_the_customer_s_own_is_checked_like_any_other(world: World) -> None:
    have(world.tenant, "EXT100MI", "LstChanged", like="PPSSPPMI.LstSupHead")
    entry = {**default_bindings()["po.list_changed"].model_dump(), "program": "EXT100MI", "transaction": "LstChanged"}
    assert all(check.ok for check in pinged(world, {"po.list_changed": entry}).values())


def test_a_program_that_this_tenant_lacks_is_named(world: World) -> None:
    lack(world.tenant, "CUSEXTMI")
    lack(world.tenant, "CRS620MI", "LstSupplierRef")
    checks = pinged(world)
    assert {name for name, check in checks.items() if not check.ok} == {"CUSEXTMI", "CRS620MI"}
    assert "supplier.contact: no such transaction: LstSupplierRef" in checks["CRS620MI"].detail


def test_a_field_that_the_transaction_does_not_take_or_return_is_named_with_its_job(world: World) -> None:
    lines = {**LINES, "input": {"PUNO": "{po_number}", "FOOO": "1"}, "output": {**LINES["output"], "unit": "BAAR"}}
    detail = pinged(world, {"po.lines": lines})["PPS200MI"].detail
    assert "po.lines: PPS200MI.LstLine takes no field FOOO" in detail
    assert "po.lines: PPS200MI.LstLine returns no field BAAR" in detail


def test_q42_a_field_that_is_too_short_for_what_is_written_is_named_with_both_lengths(world: World) -> None:
    for name in ("AddFieldValue", "ChgFieldValue"):
        change_inputs(world.tenant, "CUSEXTMI", name, A121=Field("A", 40))
    detail = pinged(world)["CUSEXTMI"].detail
    assert "shipment.write_back: CUSEXTMI.AddFieldValue takes 40 characters in A121, 120 are wanted" in detail
    assert pinged(world, write_back={"tracking_numbers": {"to": "A121", "max": 40}})["CUSEXTMI"].ok


@pytest.mark.parametrize("target", ["A730", {"to": "A730", "max": 120}, {"to": "A131", "max": 30}])
def test_q47_a_tracking_page_s_address_wants_a_field_that_holds_it(world: World, target: Any) -> None:
    change_inputs(world.tenant, "CUSEXTMI", "AddFieldValue", A131=Field("A", 120))
    change_inputs(world.tenant, "CUSEXTMI", "ChgFieldValue", A131=Field("A", 120))
    check = pinged(world, write_back={"tracking_url": target})["CUSEXTMI"]
    said = "takes 30 characters, the address of a UPS number's page has 53: name a field that holds it, such as A121"
    assert not check.ok
    assert check.detail.count(said) == 1
    fitting = {"tracking_numbers": {"to": "A130", "max": 30}, "tracking_url": "A121"}
    assert pinged(world, write_back=fitting)["CUSEXTMI"].ok


def test_q47_q48_every_value_s_least_length_is_known_and_that_of_an_address_is_ups_own() -> None:
    named = set(InforWriteBack.model_fields)
    assert set(LEAST) == named - {"enabled", "cost"}
    assert LEAST["tracking_url"][0] == len(UpsSettings("c", "A1B2C3").tracking_page.format(number="1" * 18))


def test_q42_a_literal_that_is_longer_than_its_field_is_named(world: World) -> None:
    entry = {**default_bindings()["shipment.read_back"].model_dump(), "input": {"FILE": "MPHEAD-TOO-LONG", "PK01": "1"}}
    detail = pinged(world, {"shipment.read_back": entry})["CUSEXTMI"].detail
    assert "shipment.read_back: CUSEXTMI.GetFieldValue takes 10 characters in FILE, 15 are wanted" in detail


def test_q42_a_release_with_longer_fields_is_no_problem(world: World) -> None:
    change_outputs(world.tenant, "PPS200MI", "LstLine", PITD=Field("A", 60))
    assert pinged(world)["PPS200MI"].ok


def test_q43_a_mandatory_input_that_the_entry_does_not_give_is_named(world: World) -> None:
    change_inputs(world.tenant, "MMS005MI", "GetWarehouse", FACI=Field("A", 3, mandatory=True))
    assert "warehouse.address: MMS005MI.GetWarehouse wants FACI, which the entry does not give" in (
        pinged(world)["MMS005MI"].detail
    )


def test_q43_a_mandatory_company_is_given_by_the_context(world: World) -> None:
    change_inputs(world.tenant, "PPS200MI", "GetHead", CONO=Field("N", 3, mandatory=True))
    assert pinged(world)["PPS200MI"].ok


def test_S32_a_field_of_write_back_that_the_tenant_does_not_have_is_named(world: World) -> None:
    detail = pinged(world, write_back={"eta": "Z530"})["CUSEXTMI"].detail
    assert "CUSEXTMI.AddFieldValue takes no field Z530" in detail
    assert "CUSEXTMI.GetFieldValue returns no field Z530" in detail


def test_q26_a_user_without_authority_for_the_repository_is_told_so(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> Any:
        raise nok("XAU0007", "You are not authorized to MRS001MI")

    monkeypatch.setitem(READS, "MRS001MI.LstTransactions", refuse)
    checks = pinged(world)
    assert "not authorized to MRS001MI" in checks["PPS200MI"].detail
    assert checks["orders"].ok


@pytest.mark.parametrize(("ticks", "unit", "hint"), [(1, "ms", "s"), (1000, "s", "ms"), (1_000_000, "ms", "us")])
def test_q32_a_change_stamp_in_another_unit_than_the_connection_s_is_seen(
    world: World, ticks: int, unit: str, hint: str
) -> None:
    world.tenant.ticks_per_second = ticks
    world.order()
    check = pinged(world, erp={"cursor_unit": unit})["orders"]
    assert not check.ok
    assert check.detail.endswith(f"it looks like erp.cursor_unit: {hint}")


def test_a_listing_by_day_is_asked_for_too_past_its_heading(world: World) -> None:
    world.order()
    check = pinged(world, {"po.list_changed": {"use": "EXPORTMI.Select"}})["orders"]
    assert (check.ok, check.detail) == (True, "company 100: order 4000001 is visible")


def test_many_faults_are_counted_rather_than_all_told(world: World) -> None:
    entry = {**LINES, "output": {**LINES["output"], **{f"x{n}": f"XX{n:02}" for n in range(12)}}}
    assert "; and 4 more; correct or replace" in pinged(world, {"po.lines": entry})["PPS200MI"].detail


@pytest.mark.parametrize(("write_back", "says"), [
    ({"tracking_url": "A830"}, "write_back.tracking_url: A830 takes 30 characters, the address of a UPS"),
    ({"tracking_numbers": {"to": "A121", "max": 12}}, "write_back.tracking_numbers: A121 takes 12 characters"),
    ({"currency": "N196"}, "write_back.currency: N196 is a number: map it to a text field"),
])  # fmt: skip
def test_S66_a_field_that_can_not_hold_one_value_is_named_with_its_key(
    world: World, write_back: dict[str, Any], says: str
) -> None:
    check = pinged(world, write_back=write_back)["CUSEXTMI"]
    assert not check.ok
    assert says in check.detail
