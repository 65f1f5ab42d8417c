"""EXPORTMI as the second way to list what changed: packed rows, headings, and a cursor by day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from shared.erp.infor.bindings import Binding, Decode, alternatives, bindings_of
from shared.erp.infor.export import decoded
from shared.errors import Misconfigured
from tests.samples.m3.world import World

MIDNIGHT = datetime(2026, 11, 1, tzinfo=UTC)
BY_DAY: dict[str, Any] = {"bindings": {"po.list_changed": {"use": "EXPORTMI.Select"}}}
ENTRY: dict[str, Any] = alternatives()["po.list_changed"]["EXPORTMI.Select"].model_dump()
NUMBERED = {
    **ENTRY,
    "input": {**ENTRY["input"], "QERY": "IAPUNO,IALMDT,IACHNO from MPHEAD where IALMDT >= {since_date}"},
    "output": {"po_number": "IAPUNO", "changed": "IALMDT", "change_number": "IACHNO"},
}


def sent(world: World) -> dict[str, str]:
    request = next(r.request for r in reversed(world.engine.recorded) if r.operation == "EXPORTMI.Select")
    return dict(parse_qsl(urlsplit(request.url).query, keep_blank_values=True))


def rows(*texts: str) -> list[dict[str, str]]:
    return [{"REPL": text} for text in texts]


# --- reading ---------------------------------------------------------------------------------------------------------


def test_q37_q38_the_heading_names_the_columns_of_each_packed_row() -> None:
    packed = Decode(field="REPL", separator="^")
    assert decoded(rows("IAPUNO^IALMDT", "4000001 ^20261102"), packed, ("IALMDT", "IAPUNO"), "po.list_changed") == [
        {"IALMDT": "20261102", "IAPUNO": "4000001"}
    ]
    assert decoded([], packed, ("IAPUNO",), "po.list_changed") == []
    assert decoded(rows("IAPUNO"), packed, ("IAPUNO",), "po.list_changed") == []


@pytest.mark.parametrize("heading", ["PUNO^LMDT", "*IAPUNO^*IALMDT", "#PUNO^#LMDT"])
def test_q41_a_heading_may_leave_the_prefix_out_or_mark_its_names(heading: str) -> None:
    packed = Decode(field="REPL", separator="^")
    (row,) = decoded(rows(heading, "4000001^20261102"), packed, ("IAPUNO", "IALMDT"), "po.list_changed")
    assert row == {"IAPUNO": "4000001", "IALMDT": "20261102"}


def test_q37_a_separator_inside_a_text_is_seen_and_never_read_as_another_column() -> None:
    packed = Decode(field="REPL", separator="^")
    with pytest.raises(Misconfigured, match=r"3 columns where its heading names 2.*'\^' stands in a text") as caught:
        decoded(rows("IAPUNO^IALMDT", "4000001^odd^20261102"), packed, ("IAPUNO",), "po.list_changed")
    assert caught.value.field == "erp.bindings.po.list_changed.decode.separator"


def test_q38_an_answer_without_a_heading_is_told_by_the_column_that_is_missing() -> None:
    with pytest.raises(Misconfigured, match=r"names 4000001, 20261102 and no IAPUNO"):
        decoded(rows("4000001^20261102"), Decode(field="REPL", separator="^"), ("IAPUNO",), "po.list_changed")


@pytest.mark.parametrize("separator", ["*", "#", " ", "A", "1", ".", "-", "^^", ""])
def test_q38_a_separator_that_could_stand_in_a_value_or_means_something_else_is_refused(separator: str) -> None:
    entry = {**ENTRY, "input": {**ENTRY["input"], "SEPC": separator}}
    entry["decode"] = {"field": "REPL", "separator": separator}
    with pytest.raises(Misconfigured, match=r"decode\.separator"):
        bindings_of({"po.list_changed": entry})


@pytest.mark.parametrize("fields", [{"SEPC": "|"}, {"HDRS": "0"}])
def test_q38_the_query_must_ask_for_the_heading_and_the_separator_that_are_read(fields: dict[str, str]) -> None:
    with pytest.raises(Misconfigured, match="same separator as input SEPC, and input HDRS 1"):
        bindings_of({"po.list_changed": {**ENTRY, "input": {**ENTRY["input"], **fields}}})


def test_an_alternative_that_is_not_shipped_is_refused_with_those_that_are() -> None:
    with pytest.raises(Misconfigured, match=r"no 'EXPORTMI\.Sel'") as caught:
        bindings_of({"po.list_changed": {"use": "EXPORTMI.Sel"}})
    assert "EXPORTMI.Select" in caught.value.hint
    with pytest.raises(Misconfigured) as caught:
        bindings_of({"po.head": {"use": "X"}})
    assert "none" in caught.value.hint


# --- what is asked ---------------------------------------------------------------------------------------------------


def test_q39_q40_the_query_names_no_company_the_context_does(world: World) -> None:
    world.erp(erp={**BY_DAY, "divi": "AAA"}).changed("", MIDNIGHT)
    query = sent(world)
    assert query["QERY"] == ("IAPUNO,IASUNO,IAPUSL,IAWHLO,IAMODL,IALMDT from MPHEAD where IALMDT >= 20261101")
    assert (query["cono"], query["divi"], query["maxrecs"]) == ("100", "", "0")
    assert (query["SEPC"], query["HDRS"], query["returncols"]) == ("^", "1", "REPL")
    assert len(query["QERY"]) <= 982


def test_S02_orders_are_listed_through_it_as_through_the_usual_one(world: World) -> None:
    world.order("4000001")
    world.order("4000002", delivery_method="DHL")
    world.order("4000003", status="50")
    assert [change.document for change in world.erp(erp=BY_DAY).changed("", MIDNIGHT)] == ["4000001"]


# --- the cursor ------------------------------------------------------------------------------------------------------


def test_q35_a_second_change_on_one_day_is_seen_since_the_whole_day_is_read_again(world: World) -> None:
    world.order("4000001")
    erp = world.erp(erp=BY_DAY)
    (first,) = erp.changed("", MIDNIGHT)
    world.clock.advance(timedelta(minutes=10))
    world.tenant.change_line("4000001", "1", ORQA="4", ORQT="4")
    (second,) = erp.changed(first.stamp, MIDNIGHT)
    assert (first.stamp, second.stamp) == ("2026-11-02T14:00", "2026-11-02T14:10")
    assert sent(world)["QERY"].endswith("IALMDT >= 20261101")


def test_q35_a_day_that_is_over_has_one_stamp_so_that_its_orders_are_read_once_more_and_then_left(
    world: World,
) -> None:
    world.order("4000001")
    erp = world.erp(erp=BY_DAY)
    world.clock.advance(timedelta(days=1))
    stamps = {erp.changed("2026-11-02T14:00", MIDNIGHT)[0].stamp for _ in range(3)}
    assert stamps == {"2026-11-02T24:00"}


def test_q35_with_the_change_number_each_change_has_its_own_stamp(world: World) -> None:
    world.order("4000001")
    erp = world.erp(erp={"bindings": {"po.list_changed": NUMBERED}})
    stamps = [erp.changed("", MIDNIGHT)[0].stamp for _ in range(2)]
    world.tenant.touch("4000001")
    assert [*stamps, erp.changed("", MIDNIGHT)[0].stamp] == ["2026-11-02#00001"] * 2 + ["2026-11-02#00002"]


def test_the_floor_s_own_day_is_left_out_unless_the_floor_is_its_midnight_in_the_connection_s_zone(
    world: World,
) -> None:
    world.order("4000001")
    world.clock.advance(timedelta(hours=1))
    erp = world.erp(erp=BY_DAY, timezone="America/New_York")
    assert not erp.changed("", world.clock.now())
    midnight_there = datetime(2026, 11, 2, 5, tzinfo=UTC)
    assert erp.changed("", midnight_there)


@pytest.mark.parametrize("cursor", ["1762092000000", "nonsense"])
def test_a_cursor_of_another_kind_of_list_begins_at_the_floor(world: World, cursor: str) -> None:
    world.order("4000001")
    assert world.erp(erp=BY_DAY).changed(cursor, MIDNIGHT)
    assert sent(world)["QERY"].endswith("IALMDT >= 20261101")
    assert world.erp().changed("2026-11-02T14:00", MIDNIGHT)


def test_a_change_that_is_no_day_is_a_wrong_binding(world: World) -> None:
    world.order("4000001")
    entry = {**ENTRY, "output": {**ENTRY["output"], "changed": "IASUNO"}}
    with pytest.raises(Misconfigured, match="change stamp 'V100', a day such as 20261102"):
        world.erp(erp={"bindings": {"po.list_changed": entry}}).changed("", MIDNIGHT)


def test_a_shipped_alternative_is_a_whole_entry() -> None:
    entry = bindings_of({"po.list_changed": {"use": "EXPORTMI.Select"}})["po.list_changed"]
    assert isinstance(entry, Binding)
    assert entry == bindings_of({"po.list_changed": ENTRY})["po.list_changed"]
