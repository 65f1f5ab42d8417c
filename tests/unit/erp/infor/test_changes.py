"""Which orders have changed: cursor, overlap, floor, selection."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest

from sandbox.engine import Fault
from sandbox.erps.m3.seed import Line
from shared.errors import Misconfigured, Retry
from tests.samples.m3.world import World

EARLY = datetime(2026, 11, 1, tzinfo=UTC)


def sent(world: World) -> dict[str, str]:
    request = next(r.request for r in reversed(world.engine.recorded) if r.operation == "PPSSPPMI.LstSupHead")
    return dict(parse_qsl(urlsplit(request.url).query))


def ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def test_S02_q34_changed_orders_come_in_the_order_of_their_stamps(world: World) -> None:
    for number in ("4000003", "4000001", "4000002"):
        world.order(number)
        world.clock.advance(timedelta(seconds=5))
    changes = world.erp().changed("", EARLY)
    assert [change.document for change in changes] == ["4000003", "4000001", "4000002"]
    assert [change.stamp for change in changes] == sorted(change.stamp for change in changes)


def test_q27_q33_without_a_cursor_it_is_asked_from_the_floor(world: World) -> None:
    world.erp().changed("", EARLY)
    assert sent(world) | {"LMTS": str(ms(EARLY) - 1), "SLFR": "20", "SLTO": "35", "maxrecs": "0"} == sent(world)


def test_q32_q34_the_overlap_behind_the_cursor_is_read_again_in_the_unit_of_the_stamp(world: World) -> None:
    cursor = world.clock.now()
    world.erp().changed(str(ms(cursor)), EARLY)
    assert sent(world)["LMTS"] == str(ms(cursor) - 15 * 60 * 1000 - 1)
    world.erp(erp={"cursor_unit": "s", "overlap": "1m"}).changed(str(ms(cursor) // 1000), EARLY)
    assert sent(world)["LMTS"] == str(ms(cursor) // 1000 - 60 - 1)


def test_q34_the_overlap_can_be_a_count_of_orders_too_for_a_unit_that_nobody_is_sure_of(world: World) -> None:
    for number in ("4000001", "4000002", "4000003"):
        world.order(number)
        world.clock.advance(timedelta(hours=1))
    cursor = str(ms(world.clock.now()))
    assert world.erp().changed(cursor, EARLY) == ()
    assert len(world.calls()) == 1
    changes = world.erp(erp={"overlap_count": 2}).changed(cursor, EARLY)
    assert {"4000002", "4000003"} <= {change.document for change in changes}
    assert 2 <= len(world.calls()) <= 5


def test_q34_a_count_that_the_tenant_does_not_have_ends_at_the_floor(world: World) -> None:
    world.order()
    assert len(world.erp(erp={"overlap_count": 50}).changed(str(ms(world.clock.now())), EARLY)) == 1
    assert sent(world)["LMTS"] == str(ms(EARLY) - 1)
    assert len(world.calls()) <= 5


def test_q33_an_order_changed_at_the_very_stamp_of_the_cursor_is_listed_again(world: World) -> None:
    world.order()
    stamp = str(world.tenant.orders["4000001"].stamp)
    assert [change.stamp for change in world.erp(erp={"overlap": "0s"}).changed(stamp, EARLY)] == [stamp]


def test_nothing_older_than_the_floor_is_taken_however_far_the_overlap_reaches(world: World) -> None:
    world.order("4000001")
    world.clock.advance(timedelta(minutes=5))
    floor = world.clock.now()
    world.order("4000002")
    changes = world.erp().changed(str(ms(floor)), floor)
    assert [change.document for change in changes] == ["4000002"]


def test_the_floor_holds_though_a_customer_s_list_knows_no_stamp(world: World) -> None:
    world.order("4000001")
    world.clock.advance(timedelta(minutes=5))
    world.order("4000002")
    entry = {
        "program": "PPSSPPMI", "transaction": "LstSupHead", "kind": "list",
        "output": {"po_number": "PUNO", "changed": "LMTS"},
    }  # fmt: skip
    changes = world.erp(erp={"bindings": {"po.list_changed": entry}}).changed("", world.clock.now())
    assert [change.document for change in changes] == ["4000002"]


def test_an_edit_in_m3_is_a_new_stamp(world: World) -> None:
    world.order()
    erp = world.erp()
    first = erp.changed("", EARLY)[0]
    world.tenant.change_line("4000001", "1", ORQA="4", ORQT="4")
    assert int(erp.changed(first.stamp, EARLY)[-1].stamp) > int(first.stamp)


def test_orders_outside_the_statuses_are_not_listed(world: World) -> None:
    world.order("4000001", status="15")
    world.order("4000002", status="50")
    world.order("4000003", status="35")
    assert [change.document for change in world.erp().changed("", EARLY)] == ["4000003"]


def test_other_suppliers_and_warehouses_are_left_out_as_far_as_the_list_tells(world: World) -> None:
    world.order("4000001", supplier="V100", warehouse="W01")
    world.order("4000002", supplier="V999", warehouse="W01")
    world.order("4000003", supplier="V100", warehouse="W02")
    selected = world.erp(select={"suppliers": ["V100"], "warehouses": ["W01"]})
    assert [change.document for change in selected.changed("", EARLY)] == ["4000001"]


def test_an_order_for_several_warehouses_is_left_to_the_reading(world: World) -> None:
    world.order("4000001", [Line("BOLT-10", 1), Line("BOLT-10", 1, warehouse="W01")], warehouse="W02")
    assert world.erp(select={"warehouses": ["W01"]}).changed("", EARLY)


def test_another_division_s_orders_are_left_out(world: World) -> None:
    world.order("4000001")
    world.tenant.change_head("4000001", DIVI="BBB")
    assert not world.erp(erp={"divi": "AAA"}).changed("", EARLY)
    assert world.erp(erp={"divi": "BBB"}).changed("", EARLY)


def test_a_listing_that_gets_no_answer_is_tried_again(world: World) -> None:
    world.engine.faults.append(Fault("PPSSPPMI.LstSupHead", "reset_after"))
    with pytest.raises(Retry):
        world.erp().changed("", EARLY)


def test_a_stamp_that_is_no_number_is_a_wrong_binding(world: World) -> None:
    world.order()
    entry = {
        "program": "PPSSPPMI", "transaction": "LstSupHead", "kind": "list", "input": {"LMTS": "{since}"},
        "output": {"po_number": "PUNO", "changed": "SUNO"},
    }  # fmt: skip
    with pytest.raises(Misconfigured, match="change stamp 'V100'"):
        world.erp(erp={"bindings": {"po.list_changed": entry}}).changed("", EARLY)
