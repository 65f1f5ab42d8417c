"""The demo's tenant, lived through in memory: every order ends as the seed declared it, by the ledgers' own word."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from sandbox.carriers.ups.ledger import LedgerShipment
from sandbox.engine import Fault
from sandbox.seed import (
    FIRST_HOUR,
    FIRST_NUMBER,
    NO_WEIGHT,
    SPECIALS,
    Expected,
    enter,
    expectations,
    faults,
    unwanted,
)
from shared.domain.record import Head
from shared.domain.state import HINTS, Reason, State
from tests.samples.local import local_world
from tests.worlds import World

DISCOUNT = Decimal("0.72")


def lived(folder: Path, orders: int, *more: Fault) -> World:
    """The whole seed, for a working day."""
    world = local_world(folder)
    world.start()
    enter(world.erp, orders)
    world.ups.faults.extend([*more, *faults(orders)[1:]])
    world.run(timedelta(hours=8), done=lambda _: False)
    return world


@pytest.fixture(scope="module", params=[60, 400])
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> World:
    orders: int = request.param
    return lived(
        tmp_path_factory.mktemp("connections"),
        orders,
        Fault("ship", "reset_after", skip=orders // 3),
        Fault("ship", "empty", skip=orders // 2),
    )


def orders_of(world: World) -> int:
    return len(world.tenant.orders) - len([*unwanted(0), *FIRST_HOUR, NO_WEIGHT])


def ends(world: World) -> list[tuple[Expected, list[Head], list[LedgerShipment], dict[str, str]]]:
    """Each declared end beside what became of the order's parcel groups, at both sides."""
    heads: dict[str, list[Head]] = {}
    for head in sorted(world.heads(), key=lambda head: head.key):
        heads.setdefault(head.document, []).append(head)
    return [
        (each, heads[each.document], world.ups.ledger.live_of_order(each.document), world.erp.fields_of(document))
        for document, each in expectations(orders_of(world)).items()
    ]


def test_every_order_ends_as_declared_and_is_known_once(world: World) -> None:
    for expected, heads, live, _ in ends(world):
        assert {(head.state, head.reason) for head in heads} == {(expected.state, expected.reason)}
        assert len(live) == expected.shipments
    wanted = {each.document: each.shipments or 1 for each in expectations(orders_of(world)).values()}
    assert Counter(head.document for head in world.heads()) == wanted


def test_s28_no_order_has_two_shipments_live_or_not_although_two_answers_were_lost(world: World) -> None:
    shipments = Counter(shipment.erp_reference for shipment in world.ups.ledger.shipments)
    declared = expectations(orders_of(world)).values()
    assert shipments == {each.document: each.shipments for each in declared if each.shipments}
    adopted = [head for head in world.heads() if head.cost_estimated]
    assert len(adopted) == 2


def test_s32_the_erp_s_fields_are_the_carrier_s_ledger(world: World) -> None:
    for expected, heads, live, fields in ends(world):
        for name, value in expected.fields:
            assert fields.get(name, "") == value, f"{name} of {expected.document}"
        if not live:
            assert fields == {}
            continue
        assert sorted(fields["tracking_numbers"].split()) == sorted(
            number for each in live for number in each.tracking_numbers
        )
        billed = {each.shipment_id: (each.charge * DISCOUNT).quantize(Decimal("0.01")) for each in live}
        assert Decimal(fields["cost"]) == sum(billed.values())
        assert {head.shipment_id: head.cost.amount for head in heads if head.cost} == billed


def test_every_package_has_its_label_image(world: World) -> None:
    for _, heads, live, _ in ends(world):
        packages = [each for head in heads if live for each in world.ports.orders.packages(head.key, 1)]
        made = sorted(number for each in live for number in each.tracking_numbers)
        assert sorted(package.tracking_number for package in packages) == made
        assert all(world.ports.labels.has(package.label) for package in packages)


def test_unwanted_orders_are_untouched(world: World) -> None:
    strangers = set(unwanted(orders_of(world)))
    assert strangers <= set(world.tenant.orders)
    assert not strangers & {head.document for head in world.heads()}
    assert not strangers & {shipment.erp_reference for shipment in world.ups.ledger.shipments}
    assert not strangers & {write.document for write in world.m3.field_writes}


def test_s32_only_our_fields_were_written_and_each_once(world: World) -> None:
    writes = Counter((write.document, write.name) for write in world.erp.written())
    assert set(writes.values()) == {1}
    assert all(name for _, name in writes)


def test_nothing_failed_and_no_message_was_given_up(world: World) -> None:
    assert (world.failures, world.dead_letters) == ([], [])


def test_s17_every_held_order_says_why_and_what_to_do(world: World) -> None:
    held = [head for head in world.heads() if head.state == State.HELD]
    assert {head.reason for head in held} == {str(each.reason) for each in SPECIALS.values() if each.reason}
    for head in held:
        snapshot = world.ports.orders.snapshot(head.key, 1)
        assert snapshot.problem
        assert snapshot.hint or HINTS[Reason(head.reason)]


def test_at_least_thirty_of_the_first_forty_are_done() -> None:
    first = list(expectations(40).values())
    assert sum(each.state == State.DONE for each in first) >= 30
    assert str(FIRST_NUMBER) == first[0].document
