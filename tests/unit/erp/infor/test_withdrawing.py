"""Taking numbers out of the ERP again: ours alone, and a field of ours is emptied when nothing is left to say."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.engine import Fault
from sandbox.erps.m3.tenant import ExtensionKey
from shared.domain.money import Money
from shared.erp.fields.clearing import is_blank, without
from shared.erp.infor.bindings import default_bindings
from shared.errors import Refused, Unknown
from shared.ports import WriteBack
from tests.samples.m3.world import World

ONE, TWO = "1Z12345E0291980793", "1Z12345E0291980802"
TOLD = WriteBack("4000001", "D1-1", ONE, (ONE, TWO), "03", Money(Decimal("12.50"), "USD"), eta="2026-11-05")
NOTHING = WriteBack("4000001", "", "", (), "", None, withdrawn=(ONE, TWO), before=TOLD)
ONE_LEFT = replace(TOLD, tracking_numbers=(TWO,), withdrawn=(ONE,), before=TOLD)


@pytest.fixture
def world(world: World) -> World:
    world.order()
    return world


def stands(world: World, **fields: str) -> None:
    world.tenant.extensions[ExtensionKey("MPHEAD", ("4000001",))] = dict(fields)


def fields(world: World) -> dict[str, str]:
    return {name: value for name, value in world.tenant.free_fields("4000001").items() if value not in ("", "0")}


def test_everything_of_ours_is_emptied_in_one_write_and_read_back(world: World) -> None:
    erp = world.erp()
    erp.write(TOLD)
    world.calls()
    assert all(each.endswith(" emptied") for each in erp.write(NOTHING))
    assert fields(world) == {}
    assert world.calls() == ["CUSEXTMI.GetFieldValue", "CUSEXTMI.ChgFieldValue", "CUSEXTMI.GetFieldValue"]


def test_emptying_twice_writes_once(world: World) -> None:
    erp = world.erp()
    erp.write(TOLD)
    erp.write(NOTHING)
    world.calls()
    erp.write(NOTHING)
    assert world.calls() == ["CUSEXTMI.GetFieldValue"]


def test_nothing_is_emptied_that_was_never_written(world: World) -> None:
    world.erp().write(NOTHING)
    assert world.calls() == ["CUSEXTMI.GetFieldValue"]
    assert not world.engine.field_writes


def test_what_somebody_else_put_into_our_fields_stays(world: World) -> None:
    stands(world, A121=f"see  {ONE} and {TWO} , Bob", A230="by truck", N096="99", A430="USD", A530="tomorrow")
    world.erp().write(NOTHING)
    assert fields(world) == {"A121": "see  and , Bob", "A230": "by truck", "N096": "99", "A530": "tomorrow"}


def test_one_of_two_numbers_goes_and_the_rest_is_as_told(world: World) -> None:
    erp = world.erp()
    erp.write(TOLD)
    erp.write(ONE_LEFT)
    assert fields(world) == {"A121": TWO, "A230": "03", "N096": "12.5", "A430": "USD", "A530": "2026-11-05"}


@pytest.mark.parametrize("mode", ["append", "overwrite", "if_empty"])
def test_in_every_mode_our_withdrawn_number_goes(world: World, mode: str) -> None:
    erp = world.erp(write_back={"tracking_numbers": {"to": "A121", "mode": mode}})
    if mode == "append":
        stands(world, A121="PO 7 part")
    erp.write(TOLD)
    erp.write(ONE_LEFT)
    assert fields(world)["A121"] == ("PO 7 part " if mode == "append" else "") + TWO
    erp.write(NOTHING)
    assert fields(world).get("A121", "") == ("PO 7 part" if mode == "append" else "")


def test_the_count_of_numbers_that_did_not_fit_is_made_anew(world: World) -> None:
    many = tuple(f"1Z12345E029198{n:04}" for n in range(8))
    erp = world.erp(write_back={"tracking_numbers": {"to": "A121", "mode": "append"}})
    erp.write(replace(TOLD, tracking_numbers=many))
    assert fields(world)["A121"].endswith(" +2")
    erp.write(replace(TOLD, tracking_numbers=many[1:], withdrawn=many[:1]))
    assert fields(world)["A121"].split() == [*many[1:7], "+1"]


def test_a_field_that_still_holds_something_is_told(world: World) -> None:
    world.erp().write(TOLD)
    kept = {**default_bindings()["shipment.write_back"].model_dump(exclude_defaults=True), "settings": {"blank": " "}}
    with pytest.raises(Refused, match="A121, A230, A430, A530 of order 4000001 could not be emptied") as caught:
        world.erp(erp={"bindings": {"shipment.write_back": kept}}).write(NOTHING)
    assert caught.value.field.endswith("settings.blank")


def test_a_lost_answer_to_the_emptying_is_unknown_and_repeated_without_a_second_write(world: World) -> None:
    erp = world.erp()
    erp.write(TOLD)
    world.engine.faults.append(Fault("CUSEXTMI.ChgFieldValue", "reset_after"))
    with pytest.raises(Unknown):
        erp.write(NOTHING)
    world.calls()
    erp.write(NOTHING)
    assert world.calls() == ["CUSEXTMI.GetFieldValue"]


@given(st.text(alphabet="ab +,\n ", max_size=30))
def test_a_text_without_our_words_is_left_to_the_letter(text: str) -> None:
    assert without(text, [ONE]) == text


def test_blank_is_no_text_and_a_zero() -> None:
    assert [is_blank(each) for each in ("", "  ", "0", "0.000000", "x", "1")] == [True, True, True, True, False, False]
