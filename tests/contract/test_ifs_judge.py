"""The adapter's requests and the tables of the emulator, both held against the independent contract of IFS."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import pytest

from sandbox.erps.ifs.tables import ENUMS, PROJECTIONS, Property
from sandbox.judging import judge_named
from shared.domain.money import Money
from shared.errors import Refused
from shared.ports import LookupKind, WriteBack
from tests.unit.erp.ifs.bench import Bench, judged

NOT_IN_THE_CONTRACT = {
    "ShipmentFreightChargeSet",
    "Reference_Site",
    "ShipmentSet.PackingListPrinted",
    "HandlingUnits.OperativeGrossWeight",
    "CustomerOrderLineSet.SalesUnitMeas",
}
"""Sets and properties that the facts tell of and the contract does not list: each is a setting, or never asked for."""
TYPES = {"N": "Edm.Decimal", "T": "Edm.String", "M": "Edm.DateTimeOffset", "D": "Edm.Date", "B": "any"}


@pytest.fixture(scope="module")
def contract(contracts: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((contracts / "specs" / "ifs" / "contract.json").read_text())
    return loaded


def traffic() -> Bench:
    """Every operation that the adapter knows, asked for against the emulator."""
    bench = Bench()
    first, second = bench.shipment(), bench.shipment()
    erp = bench.erp(erp={"lookback": "60d"})
    assert [each.document for each in erp.changed("", bench.clock.now())] == [first, second]
    erp.read(first)
    note = WriteBack(first, "D1-1", "1Z12345E0291980793", ("1Z12345E0291980793",), "11", Money(Decimal(1), "USD"))
    erp.write(note)
    for endpoint in ("main", "int"):
        bench.engine.manners.endpoint = endpoint  # type: ignore[assignment]
        assert all(each.ok for each in bench.erp(erp={"endpoint": endpoint}).ping())
    bench.engine.manners.endpoint = "main"
    for kind in get_args(LookupKind):
        try:
            assert erp.lookup(kind)
        except Refused:
            assert kind == "suppliers"
    return bench


def test_s07_every_request_of_the_adapter_is_accepted_by_the_judge(contracts: Path) -> None:
    assert judge_named(contracts, "ifs")
    assert judged(traffic()) == {}


def test_every_operation_occurs() -> None:
    asked = {_operation(each) for each in traffic().wire.sent}
    assert asked >= {"token", "$metadata", "ShipmentSet", "ShipmentLineSet", "HandlingUnits", "PATCH ShipmentSet"}


def _operation(request: Any) -> str:
    if "/auth/realms/" in request.url:
        return "token"
    name = str(request.url.partition(".svc/")[2].partition("?")[0].partition("(")[0])
    return name if request.method == "GET" else f"{request.method} {name}"


@pytest.mark.parametrize("projection", sorted(PROJECTIONS))
def test_the_tables_of_the_emulator_are_the_contract_s(contract: dict[str, Any], projection: str) -> None:
    known = contract["projections"][projection]
    for name, entity in PROJECTIONS[projection].items():
        if name in NOT_IN_THE_CONTRACT:
            continue
        of_set = known["sets"][name]
        assert list(entity.keys) == of_set["key"], name
        for item in entity.properties.values():
            if f"{name}.{item.name}" not in NOT_IN_THE_CONTRACT:
                _same(item, known["types"][of_set["type"]][item.name], f"{name}.{item.name}")


def _same(item: Property, told: dict[str, Any], place: str) -> None:
    assert told["type"] == TYPES.get(item.kind, item.enum), place
    if item.kind == "T":
        assert told.get("max") in (None, item.length), place


def test_the_enumerations_of_the_emulator_are_the_contract_s(contract: dict[str, Any]) -> None:
    told = {name: each["members"] for name, each in contract["enums"].items()}
    assert {name: list(members) for name, members in ENUMS.items()} == {name: told[name] for name in ENUMS}
