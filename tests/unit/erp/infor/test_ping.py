"""The connection test asks the real system and says what is missing."""

from __future__ import annotations

from sandbox.engine import Fault
from sandbox.m3.seed import ionapi
from shared.erp.infor.bindings import default_bindings
from shared.erp.infor.ping import bound
from tests.samples.m3.world import World

PROGRAMS = ["CRS620MI", "CUSEXTMI", "MMS005MI", "MMS200MI", "MRS001MI", "PPS200MI", "PPSSPPMI"]


def test_S66_token_programs_and_a_listing_are_really_asked_for(world: World) -> None:
    world.order()
    checks = world.erp().ping()
    assert [check.name for check in checks] == ["token", *PROGRAMS, "orders"]
    assert all(check.ok for check in checks)
    assert checks[-1].detail == "company 100: order 4000001 is visible"
    assert not world.engine.field_writes


def test_a_program_or_transaction_that_the_tenant_lacks_is_named(world: World) -> None:
    entry = {
        "program": "PPS300MI", "transaction": "GetTransLine", "kind": "list",
        "output": {"line": "PNLI", "item": "ITNO", "ordered_qty": "ORQA", "unit": "PUUN"},
    }  # fmt: skip
    head = {"program": "PPS200MI", "transaction": "GetHeadX", "kind": "get", "output": {"supplier": "SUNO"}}
    checks = {c.name: c for c in world.erp(erp={"bindings": {"po.lines": entry, "po.head": head}}).ping()}
    assert not checks["PPS300MI"].ok
    assert "no such program" in checks["PPS300MI"].detail
    assert not checks["PPS200MI"].ok
    assert "no such transaction: GetHeadX" in checks["PPS200MI"].detail


def test_refused_credentials_end_the_test_with_what_to_do(world: World) -> None:
    world.secrets.fields[("acme-infor-ups", "erp")] = {**ionapi(), "cs": "old"}
    checks = world.erp().ping()
    assert [(check.name, check.ok) for check in checks] == [("token", False)]
    assert "secrets set" in checks[0].detail


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
