"""The file has room for every kind of the design: its five examples parse once their kinds are registered."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from openapi_schema_validator import OAS31Validator
from ruamel.yaml import YAML

from shared.connection import ConnectionFileError, Kinds, model_of, parse, read_back, schema_of
from shared.erp.oracle.file import KIND as ORACLE
from shared.registry import KINDS
from tests.builders import FILE

SHIPSTATION = replace(KINDS.carriers["shipstation"], not_built=())
"""With its way in, for which the file has room: what is not acted on yet is refused by name elsewhere."""
EVERY = Kinds.of(*KINDS.erps.values(), *KINDS.carriers.values(), ORACLE, SHIPSTATION)
EXAMPLES = ("acme-infor-ups", "acme-ifs-ups", "acme-infor-shipstation", "acme-syspro-ups", "acme-oracle-ups")


def examples(contracts: Path) -> dict[str, dict[str, object]]:
    text = (contracts / "connections.md").read_text()
    files = [YAML(typ="safe", pure=True).load(block) for block in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)]
    return {file["id"]: file for file in files}


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_example_of_each_product_page_parses_and_reads_back(name: str, contracts: Path) -> None:
    file = examples(contracts)[name]
    connection = parse(file, EVERY)
    assert connection.id == name
    assert read_back(json.loads(connection.model_dump_json(by_alias=True)), EVERY) == connection


def test_there_are_no_other_examples(contracts: Path) -> None:
    assert sorted(examples(contracts)) == sorted(EXAMPLES)


def test_a_service_code_has_the_shape_of_its_carrier() -> None:
    file = {**FILE, "carrier": {"kind": "shipstation"}, "services": {"UPS": "ups_ground"}}
    assert parse(file, EVERY).services == {"UPS": "ups_ground"}
    with pytest.raises(ConnectionFileError, match=r"services\.UPS: allowed: a ShipStation service code"):
        parse({**file, "services": {"UPS": "UPS Ground"}}, EVERY)


def test_packing_and_services_are_asked_for_only_where_a_label_is_bought() -> None:
    file = {key: value for key, value in FILE.items() if key not in {"packing", "services", "freight_terms"}}
    place = {"ship_from": "se-1", "inventory_warehouse": "se-5", "inventory_location": "se-9"}
    receives = {"carrier": {"kind": "shipstation", "inbound_as": "purchase_order"}, "warehouses": {"W01": place}}
    assert parse({**file, **receives, "select": {"suppliers": ["V100"]}}, EVERY).services == {}
    with pytest.raises(ConnectionFileError) as refused:
        parse({**file, "carrier": {"kind": "shipstation"}}, EVERY)
    assert [problem.field for problem in refused.value.problems] == ["packing", "services"]


def test_the_schema_takes_a_file_and_refuses_what_the_model_refuses() -> None:
    validator = OAS31Validator(schema_of(model_of(KINDS.erps["infor-m3"], KINDS.carriers["ups"])))
    assert [error.message for error in validator.iter_errors(FILE)] == []
    for wrong in ({"schedule": 5}, {"colour": "red"}, {"settle": "soon"}, {"flow": "sideways"}):
        assert not validator.is_valid({**FILE, **wrong}), wrong


def test_defaults_and_examples_of_the_schema_are_what_the_schema_takes() -> None:
    schema = schema_of(model_of(KINDS.erps["infor-m3"], KINDS.carriers["ups"]))
    wrong = [
        f"{part['title']}.{name}: {value!r}"
        for part in (schema, *schema["$defs"].values())
        for name, key in part["properties"].items()
        for value in (*key.get("examples", ()), *([key["default"]] if "default" in key else []))
        if not OAS31Validator({**key, "$defs": schema["$defs"]}).is_valid(value)
    ]
    assert wrong == []
    assert schema["properties"]["settle"]["default"] == "15m"
    assert schema["$defs"]["InforWriteBack"]["properties"]["failure"]["default"] == "off"
