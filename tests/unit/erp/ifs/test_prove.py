"""The proof of writing: the field keeps its value, a change from an older reading must be refused, and it says so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from shared.ports import Check, ProvesWriting
from tests.unit.erp.ifs.bench import Bench, judged


@pytest.fixture
def bench() -> Iterator[Bench]:
    made = Bench()
    yield made
    assert judged(made) == {}


def proven(bench: Bench, document: str, **changes: Any) -> dict[str, Check]:
    erp = bench.erp(**changes)
    assert isinstance(erp, ProvesWriting)
    return {each.name: each for each in erp.prove_write(document)}


@pytest.mark.parametrize("equal_moves", [False, True])
@pytest.mark.parametrize("standing", [None, "1ZBYHAND"])
def test_the_field_is_written_to_its_own_value_and_a_stale_change_is_refused(
    bench: Bench, equal_moves: bool, standing: str | None
) -> None:
    bench.engine.manners.equal_moves = equal_moves
    number = bench.shipment(AirwayBillNo=standing)
    before = dict(bench.stored(number))
    found = proven(bench, number)
    assert [(each.name, each.ok) for each in found.values()] == [("write", True), ("stale change", True)]
    assert found["write"].detail == f"AirwayBillNo of shipment {number} was written to the value that it has"
    assert "was refused, as it must be" in found["stale change"].detail
    assert bench.stored(number) == before


def test_a_tenant_that_compares_no_etags_is_found_out(bench: Bench) -> None:
    number = bench.shipment()
    bench.engine.writer._check_match = lambda *_: None  # type: ignore[method-assign]
    found = proven(bench, number)["stale change"]
    assert not found.ok
    assert "could be lost" in found.detail


def test_a_field_that_may_not_be_changed_is_found_out_before_the_first_label(bench: Bench) -> None:
    number = bench.shipment()
    bench.tenant.granted["ShipmentHandling"] = {"read"}
    assert "403" in proven(bench, number)["write"].detail
    bench.tenant.granted["ShipmentHandling"] = {"read", "update"}
    bench.engine.manners.uneditable = {"ShipmentSet"}
    assert "ODP_ILLEGAL_STATE" in proven(bench, number)["write"].detail


def test_nothing_is_written_to_what_is_not_there_or_not_mapped(bench: Bench) -> None:
    number = bench.shipment()
    assert proven(bench, "4711")["write"].detail == "there is no shipment 4711"
    found = proven(bench, number, write_back={"enabled": False})
    assert [(each.name, each.ok) for each in found.values()] == [("write", False)]
    assert bench.tenant.writes == []


def test_the_connection_test_itself_writes_nothing(bench: Bench) -> None:
    bench.shipment()
    bench.erp().ping()
    assert {each.method for each in bench.wire.sent} == {"GET", "POST"}
    assert all("/auth/realms/" in each.url for each in bench.wire.sent if each.method == "POST")
