"""Purchase orders as a warehouse expects them, and receipts booked in M3: found by our mark, and booked by it once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from sandbox.engine import Fault
from sandbox.erps.m3.releases import lack
from sandbox.erps.m3.seed import Line, add_item, add_unit
from shared.domain.purchase import PurchaseLine
from shared.domain.receiving import InboundOrder, Receipt, Stage
from shared.erp.infor.adapter import InforM3
from shared.erp.infor.bindings import bindings_of
from shared.errors import Misconfigured, Refused, Retry, Unknown
from shared.ports.receiving import ReceivesGoods
from tests.samples.m3.world import World

NOW = datetime(2026, 11, 2, 14, 0, tzinfo=UTC)
DAY = date(2026, 11, 2)
ORDER = InboundOrder(
    "k", "acme", "4000001", "W01", "V100", "N10", Stage.OPEN, 1, NOW, NOW, "reference", (), "terms"
)  # fmt: skip
RECEIPT = Receipt(1, "1", "BOLT-10", 5, Decimal(5), "EA", "PBABCDEFGHIJKL0001", "receipt.post", "waiting", NOW, NOW)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture(autouse=True)
def _receives(monkeypatch: pytest.MonkeyPatch) -> None:
    """Entries for receipts are bound, as for a connection that receives."""
    monkeypatch.setattr("shared.erp.infor.settings.bindings_of", lambda given, **_: bindings_of(given, receives=True))


def receives(world: World, **changes: Any) -> InforM3:
    erp = world.erp(**changes)
    assert isinstance(erp, ReceivesGoods)
    return erp


def test_s37_an_order_has_its_lines_in_pieces_with_what_was_received(world: World) -> None:
    add_item(world.tenant, "GLUE", "Glue", unit="EA")
    world.order(lines=[Line("BOLT-10", 12, received=2), Line("GLUE", 3, unit="BOX", per_unit=6)])
    found = receives(world).purchase_order("4000001")
    assert found
    assert (found.supplier, found.seller.name, found.order_type) == ("V100", "Widget Works", "N10")
    first, second = found.lines
    assert (first.number, first.sku, first.received, first.to_come) == ("1", "BOLT-10", Decimal(2), Decimal(10))
    assert (second.ordered, second.unit, second.per_unit, second.to_come) == (
        Decimal(3),
        "BOX",
        Decimal(6),
        Decimal(18),
    )
    assert found.expected == date(2026, 12, 15)


def test_the_ratio_of_a_unit_comes_from_the_item_s_units_where_the_line_has_none(world: World) -> None:
    add_unit(world.tenant, "BOLT-10", "BOX", "4")
    world.order(lines=[Line("BOLT-10", 3, unit="BOX", per_unit=0), Line("NUT-10", 3, unit="BOX", per_unit=0)])
    found = receives(world).purchase_order("4000001")
    assert found
    assert [line.to_come for line in found.lines] == [Decimal(12), None]


def test_closed_lines_returns_and_services_are_not_expected(world: World) -> None:
    add_item(world.tenant, "WORK", "Assembly", stocked=False)
    lines = [Line("BOLT-10", 12), Line("NUT-10", 5, status="99"), Line("BOLT-10", -1), Line("WORK", 1)]
    world.order(lines=lines)
    found = receives(world).purchase_order("4000001")
    assert found
    assert [line.number for line in found.lines] == ["1"]


def test_an_order_that_is_gone_or_closed_is_cancelled_and_another_s_is_not_wanted(world: World) -> None:
    assert receives(world).purchase_order("4009999").cancelled  # type: ignore[union-attr]
    world.order()
    world.tenant.cancel("4000001")
    assert receives(world).purchase_order("4000001").cancelled  # type: ignore[union-attr]
    world.order("4000002", delivery_method="TRK")
    assert receives(world).purchase_order("4000002") is None


def test_s37_a_receipt_is_booked_in_the_purchase_unit_under_our_mark_and_found_by_it(world: World) -> None:
    world.order()
    erp = receives(world)
    assert erp.find_receipt(ORDER, RECEIPT) == ""
    erp.post_receipt(ORDER, RECEIPT, DAY)
    (booked,) = world.tenant.bookings
    assert (booked.document, booked.line, booked.quantity, booked.mark) == ("4000001", "1", Decimal(5), RECEIPT.mark)
    assert booked.day == "20261102"
    assert erp.find_receipt(ORDER, RECEIPT) == booked.number
    assert erp.find_receipt(ORDER, replace(RECEIPT, mark="PBABCDEFGHIJKL0002")) == ""
    assert world.tenant.orders["4000001"].lines[0]["RVQA"] == "5"


def test_a_receipt_posted_twice_is_visible_as_two(world: World) -> None:
    world.order()
    erp = receives(world)
    erp.post_receipt(ORDER, RECEIPT, DAY)
    erp.post_receipt(ORDER, RECEIPT, DAY)
    assert len(world.tenant.bookings) == 2


@pytest.mark.parametrize(
    ("kind", "error", "booked"),
    [
        ("reset_before", Unknown, 0),
        ("reset_after", Unknown, 1),
        ("error_after", Unknown, 1),
        ("empty", Unknown, 1),
        ("throttled", Retry, 0),
    ],
)
def test_a_lost_answer_is_unknown_and_a_throttled_one_a_proof(
    world: World, kind: Any, error: type[Exception], booked: int
) -> None:
    world.order()
    erp = receives(world)
    erp.find_receipt(ORDER, RECEIPT)
    world.engine.faults.append(Fault("PPS001MI.Receipt", kind, status=504))
    with pytest.raises(error):
        erp.post_receipt(ORDER, RECEIPT, DAY)
    assert len(world.tenant.bookings) == booked


def test_a_lock_is_tried_again_and_a_closed_line_and_a_refused_surplus_are_refused(world: World) -> None:
    world.order()
    erp = receives(world)
    world.tenant.lock("4000001")
    with pytest.raises(Retry, match="locked"):
        erp.post_receipt(ORDER, RECEIPT, DAY)
    world.tenant.over_receipts = "refused"
    with pytest.raises(Refused, match="exceeds"):
        erp.post_receipt(ORDER, replace(RECEIPT, quantity=Decimal(13)), DAY)
    world.tenant.set_status("4000001", "85", "1")
    with pytest.raises(Refused, match="status 85"):
        erp.post_receipt(ORDER, RECEIPT, DAY)
    assert world.tenant.bookings == []


def test_a_quantity_that_the_field_does_not_take_is_refused_before_the_call(world: World) -> None:
    world.order()
    with pytest.raises(Refused, match="more than 10 characters"):
        receives(world).post_receipt(ORDER, replace(RECEIPT, quantity=Decimal("1234.333333")), DAY)
    assert "PPS001MI.Receipt" not in world.calls()


def test_the_buyer_is_responsible_unless_the_entry_names_somebody(world: World) -> None:
    world.order()
    world.tenant.orders["4000001"].head["BUYE"] = ""
    with pytest.raises(Refused, match="no buyer"):
        receives(world).post_receipt(ORDER, RECEIPT, DAY)
    assert world.tenant.bookings == []


def test_s37_a_job_without_a_program_and_a_program_that_the_tenant_lacks_are_named(world: World) -> None:
    world.order()
    with pytest.raises(Misconfigured) as unbound:
        receives(world).post_receipt(ORDER, replace(RECEIPT, job="receipt.inventory"), DAY)
    assert unbound.value.field == "erp.bindings.receipt.inventory"
    lack(world.tenant, "PPS330MI")
    with pytest.raises(Misconfigured) as lacking:
        receives(world).find_receipt(ORDER, RECEIPT)
    assert lacking.value.field == "erp.bindings.receipt.list"


def test_the_connection_test_asks_for_the_programs_of_receipts(world: World) -> None:
    world.order()
    assert {"PPS001MI", "PPS330MI"} <= {each.name for each in receives(world).ping()}


def test_pieces_to_come_never_fall_below_nothing() -> None:
    line = PurchaseLine("1", "X", "", Decimal(3), Decimal(5), "EA", Decimal(1), "W01")
    assert line.to_come == 0
