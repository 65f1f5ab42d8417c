"""The binding table: entries replaced whole, checked with a clear error, inputs rendered."""

from __future__ import annotations

from typing import Any

import pytest

from shared.erp.infor.bindings import Binding, bindings_of, default_bindings
from shared.errors import Misconfigured
from tests.samples.m3.world import World

HEAD = {
    "program": "PPS001MI",
    "transaction": "GetHeadBasic",
    "kind": "get",
    "input": {"PUNO": "{po_number}"},
    "output": {"supplier": "SUNO"},
}


def test_a_replacement_takes_the_place_of_the_whole_default() -> None:
    head = bindings_of({"po.head": HEAD})["po.head"]
    assert (head.program, head.output) == ("PPS001MI", {"supplier": "SUNO"})
    assert head.not_found == ("XRE0103",)
    assert bindings_of({})["po.head"].program == "PPS200MI"


def test_values_are_filled_in_and_empty_optional_ones_left_out() -> None:
    binding = Binding(
        program="EXPORTMI",
        transaction="Select",
        kind="list",
        input={"QERY": "IAPUNO from MPHEAD where IALMDT >= {since}", "SLFR": "{status_from?}", "HDRS": "1"},
    )
    assert binding.render({"since": "20261102", "status_from": ""}) == {
        "QERY": "IAPUNO from MPHEAD where IALMDT >= 20261102",
        "HDRS": "1",
    }
    assert binding.render({"since": "1", "status_from": "20"})["SLFR"] == "20"


@pytest.mark.parametrize(("entry", "says"), [
    ({**HEAD, "transactoin": "X"}, r"po\.head\.transactoin: Extra inputs"),
    ({**HEAD, "program": "pps200"}, r"po\.head\.program"),
    ({**HEAD, "kind": "read"}, r"po\.head\.kind: .*'get', 'list' or 'write'"),
    ({**HEAD, "input": {"puno": "1"}}, r"po\.head\.input: .*'puno' is no MI field"),
    ({**HEAD, "output": {"supplier": "suno"}}, r"po\.head\.output: .*'suno' is no MI field"),
    ({**HEAD, "input": {"PUNO": "{number}"}}, r"po\.head\.input names \{number\}"),
    ({**HEAD, "output": {}}, r"po\.head\.output lacks 'supplier'"),
    ("PPS001MI", r"po\.head: "),
])  # fmt: skip
def test_a_wrong_entry_is_named_with_the_field(entry: Any, says: str) -> None:
    with pytest.raises(Misconfigured, match=says) as caught:
        bindings_of({"po.head": entry})
    assert caught.value.field.startswith("erp.bindings.po.head")
    assert caught.value.hint


def test_a_job_that_does_not_exist_is_refused_with_the_ones_that_do() -> None:
    with pytest.raises(Misconfigured, match=r"no job 'po\.header'") as caught:
        bindings_of({"po.header": HEAD})
    assert "po.head" in caught.value.hint


def test_S02_q31_any_program_name_is_accepted_and_fails_at_the_call_when_the_tenant_has_none(world: World) -> None:
    world.order()
    erp = world.erp(erp={"bindings": {"po.head": {**HEAD, "program": "PPS300MI"}}})
    for _ in range(3):
        with pytest.raises(Misconfigured, match=r"PPS300MI\.GetHeadBasic") as caught:
            erp.read("4000001")
        assert caught.value.field == "erp.bindings.po.head"


def test_every_default_reads_back_as_it_was_written() -> None:
    for job, binding in default_bindings().items():
        assert bindings_of({job: binding.model_dump()})[job] == binding
