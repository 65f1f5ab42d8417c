"""The demo's tenant, lived through in memory: every order ends as the seed declared it, by the ledgers' own word."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest

from sandbox.engine import Fault
from sandbox.seed import FIRST_NUMBER, SPECIALS, Expected, build_tenant, expectations, unwanted
from sandbox.ups.ledger import LedgerShipment
from sandbox.verdict import OUR_FIELDS
from sandbox.world import World
from shared.domain.record import Head
from shared.domain.state import HINTS, Reason, State
from tests.builders import a_connection

DISCOUNT = Decimal("0.72")


def lived(orders: int, *faults: Fault) -> World:
    """The whole seed, for a working day."""
    world = World(a_connection())
    world.start()
    build_tenant(world.tenant, orders)
    world.ups.faults.extend(faults)
    world.run(timedelta(hours=8), done=lambda _: False)
    return world


@pytest.fixture(scope="module", params=[40, 400])
def world(request: pytest.FixtureRequest) -> World:
    orders: int = request.param
    return lived(orders, Fault("ship", "reset_after", skip=orders // 3), Fault("ship", "empty", skip=orders // 2))


def orders_of(world: World) -> int:
    return len(world.tenant.orders) - len(unwanted(0))


def ends(world: World) -> list[tuple[Expected, Head, list[LedgerShipment], dict[str, str]]]:
    """Each declared end beside what became of the order, at both sides."""
    heads = {head.document: head for head in world.heads()}
    return [
        (each, heads[each.document], world.ups.ledger.live_of_order(each.document), world.tenant.free_fields(document))
        for document, each in expectations(orders_of(world)).items()
    ]


def test_every_order_ends_as_declared_and_is_known_once(world: World) -> None:
    for expected, head, live, _ in ends(world):
        assert (head.document, head.state, head.reason) == (expected.document, expected.state, expected.reason)
        assert len(live) == expected.shipments
    documents = Counter(head.document for head in world.heads())
    assert set(documents.values()) == {1}
    assert set(documents) == set(expectations(orders_of(world)))


def test_s28_no_order_has_two_shipments_live_or_not_although_two_answers_were_lost(world: World) -> None:
    shipments = Counter(shipment.erp_reference for shipment in world.ups.ledger.shipments)
    assert set(shipments.values()) == {1}
    adopted = [head for head in world.heads() if head.cost_estimated]
    assert len(adopted) == 2


def test_s32_the_erp_s_fields_are_the_carrier_s_ledger(world: World) -> None:
    for expected, head, live, fields in ends(world):
        for name, value in expected.fields:
            assert fields.get(name, "") == value, f"{name} of {expected.document}"
        if not live:
            assert not any(fields.get(name, "").strip("0") for name in OUR_FIELDS)
            continue
        assert fields["A121"].split() == list(live[0].tracking_numbers)
        billed = (live[0].charge * DISCOUNT).quantize(Decimal("0.01"))
        assert Decimal(fields["N096"]) == billed
        assert head.cost
        assert head.cost.amount == billed


def test_every_package_has_its_label_image(world: World) -> None:
    for _, head, live, _ in ends(world):
        packages = world.ports.orders.packages(head.key, 1) if live else ()
        assert [package.tracking_number for package in packages] == [n for each in live for n in each.tracking_numbers]
        assert all(world.ports.labels.has(package.label) for package in packages)


def test_unwanted_orders_are_untouched(world: World) -> None:
    strangers = set(unwanted(orders_of(world)))
    assert strangers <= set(world.tenant.orders)
    assert not strangers & {head.document for head in world.heads()}
    assert not strangers & {shipment.erp_reference for shipment in world.ups.ledger.shipments}
    assert not strangers & {write.document for write in world.m3.field_writes}


def test_s32_only_our_fields_were_written_and_each_once(world: World) -> None:
    writes = Counter((write.document, write.field) for write in world.m3.field_writes)
    assert set(writes.values()) == {1}
    assert {field for _, field in writes} <= set(OUR_FIELDS)


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
