"""Whatever an M3 tenant holds: the requests are good, its shippable lines are divided without loss, what is written is
ours alone. Properties, over drawn tenants."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.erps.m3.seed import Line, add_item, add_supplier, add_unit, add_warehouse, place
from sandbox.judging import judges
from shared.domain.money import Money
from shared.domain.parcel_group import by_line, line_group
from shared.errors import Refused
from shared.ports import WriteBack
from shared.url import rebase
from tests.samples.m3.world import AUSTIN, CHICAGO, DAYTON, World

VENDOR = "https://mingle-ionapi.inforcloudsuite.com"
BY_DAY = {"po.list_changed": {"use": "EXPORTMI.Select"}}


@pytest.fixture(scope="module")
def judge(contracts: Path) -> Any:
    return judges(contracts)["m3"]


codes = st.text("ABC019-/&. é", min_size=1, max_size=15).map(str.strip).filter(bool)
quantities = st.sampled_from(["1", "2.5", "12", "0", "-3", "100000"])
places = st.sampled_from(
    [None, AUSTIN, CHICAGO, place("Ünit 4/5", ["A & B", "#7"], "São", "SP", "01000", country="BR")]
)
lines = st.builds(
    Line,
    item=codes,
    quantity=quantities,
    unit=st.sampled_from(["EA", "BX", "CS"]),
    per_unit=st.sampled_from([1, 12, 0]),
    to=places,
    warehouse=st.sampled_from(["", "W02", "W99"]),
    status=st.sampled_from(["", "20", "45", "50", "85", "99"]),
    advised=st.sampled_from([0, 1]),
    received=st.sampled_from([0, 1, 2]),
)
orders = st.fixed_dictionaries(
    {
        "number": st.text("0123456789A", min_size=1, max_size=10),
        "lines": st.lists(lines, max_size=6),
        "supplier": st.sampled_from(["V100", "V 2/#?", "V999"]),
        "to": places,
        "reference": st.sampled_from(["", "REF1"]),
        "delivery_method": st.sampled_from(["UPS", ""]),
    }
)


def tenant_with(order: dict[str, Any]) -> World:
    """A tenant with that order; of its items some are known, some weigh nothing, some have units of their own."""
    world = World()
    add_warehouse(world.tenant, "W02", AUSTIN)
    add_supplier(world.tenant, "V 2/#?", DAYTON, contact="Zoë", contact_phone="n/a")
    for number, line in enumerate(order["lines"]):
        if number % 3:
            add_item(world.tenant, line.item, "An item", weight=["", "1.25"][number % 2], stocked=bool(number % 2))
            add_unit(world.tenant, line.item, "CS", "6", form=str(1 + number % 3))
    world.order(**order)
    return world


def read(world: World, number: str, **changes: Any) -> list[Any]:
    """The order's groups; none where it has no lines at all."""
    with suppress(Refused):
        return list(world.erp(**changes).read(number))
    assert not world.tenant.orders[number].lines
    return []


some = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@some
@given(order=orders)
def test_S01_S03_any_order_of_a_tenant_is_read_and_written_by_requests_that_the_judge_accepts(
    judge: Any, order: dict[str, Any]
) -> None:
    world = tenant_with(order)
    number = order["number"]
    for changes in ({}, {"erp": {"bindings": BY_DAY}}, {"flow": "drop-ship"}):
        erp = world.erp(**changes)
        erp.changed("", world.clock.now())
        read(world, number, **changes)
    note = WriteBack(number, "D1", "1Z", tuple(f"1Z12345E029198{n:04}" for n in range(8)), "03", None)
    world.erp().write(note)
    world.erp().write(replace(note, cost=Money(Decimal("1234567.89"), "USD"), eta="2026-11-05", milestone="delivered"))
    for each in world.engine.recorded:
        request = each.request
        url = rebase(request.url, VENDOR)
        assert judge.check(request.method, url, dict(request.headers), request.body) == [], url


@some
@given(order=orders)
def test_S15_the_parcel_groups_of_any_order_are_a_partition_of_its_shippable_lines(order: dict[str, Any]) -> None:
    world = tenant_with(order)
    found = [each for each in read(world, order["number"]) if not each.cancelled]
    shipped = [line.number for each in found for line in each.lines]
    skipped = [each.line for one in found for each in one.skipped]
    assert len(shipped) == len(set(shipped))
    if found:
        assert sorted(shipped + skipped, key=by_line) == [str(n) for n in range(1, len(order["lines"]) + 1)]
    if len(found) > 1:
        assert [each.delivery for each in found] == [line_group(min(numbers(each), key=by_line)) for each in found]
        assert len({(each.ship_to.name, each.ship_to.address) for each in found}) == len(found)
    else:
        assert [each.delivery for each in found] == [""] * len(found)


def numbers(order: Any) -> list[str]:
    return [line.number for line in order.lines]
