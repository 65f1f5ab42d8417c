"""A shipment of as many packages as UPS takes, on a table as DynamoDB has it: bought once, and nothing of it lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from moto import mock_aws

from sandbox.erps.m3.seed import Line, add_item
from sandbox.table import make_table
from shared.aws.orders import DynamoOrderStore
from shared.domain.state import State
from tests.component.workflow.scene import DAY, ORDER, Scene, key_of
from tests.contract.backends import Client
from tests.moto_aws import client_of

MOST = 200
LIMITS = {"labels_per_hour": 9, "labels_per_day": 9, "amount_per_day": "90000.00"}


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr("shared.domain.packing.MOST_PACKAGES", MOST)
    with mock_aws():
        yield make_table(client_of("dynamodb"), "parcelbridge")


def keep_in(scene: Scene, table: str, client: Any = None) -> None:
    """The scene's orders stand in the table from now on."""
    store: Any = DynamoOrderStore(client or client_of("dynamodb"), table)
    scene.world.orders = store
    scene.with_ports(orders=store)


def begun(table: str, client: Any = None) -> Scene:
    scene = Scene(approve={"mode": "automatic"}, limits=LIMITS)
    keep_in(scene, table, client)
    add_item(scene.tenant, "PUMP-1", "Pump, one in a package", weight="15")
    scene.order(lines=[Line("PUMP-1", MOST)])
    scene.poll()
    return scene


def recorded(scene: Scene) -> list[str]:
    """The numbers of the order, each of which leads to its package."""
    packages = scene.ports.orders.packages(key_of(ORDER), 1)
    for each in packages:
        found = scene.ports.orders.order_of_parcel("ups", each.tracking_number)
        assert found
        assert (found.order, found.generation, found.package) == (key_of(ORDER), 1, each.number)
    assert all(each.label and scene.ports.labels.has(each.label) for each in packages)
    return [each.tracking_number for each in packages]


def shipped(scene: Scene) -> list[str]:
    (shipment,) = scene.live()
    return list(shipment.tracking_numbers)


def test_a_shipment_of_200_packages_is_bought_stored_and_told(table: str) -> None:
    scene = begun(table)
    scene.work()
    assert scene.head().state == State.DONE
    assert scene.head().packages_made == MOST
    assert scene.creates() == 1
    assert recorded(scene) == shipped(scene)


class Ends(BaseException):
    """The worker's process ends."""


def test_s28_a_worker_that_dies_while_it_stores_200_numbers_loses_none(table: str) -> None:
    """Two thirds of the way: the numbers lead to the order, in two steps of their own, and it is not SHIPPED yet."""
    scene, after = begun(table), 0

    def dies(call: Any) -> Any:
        nonlocal after
        if scene.creates() and after == 2:
            raise Ends
        after += scene.creates()
        return call()

    keep_in(scene, table, Client(client_of("dynamodb"), "transact_write_items", dies))
    with pytest.raises(Ends):
        scene.work()
    keep_in(scene, table)
    assert scene.head().state == State.INTENT
    scene.world.run(DAY, done=lambda _: scene.head().state == State.DONE)
    assert scene.head().state == State.DONE
    assert scene.creates() == 1
    assert sorted(recorded(scene)) == sorted(shipped(scene))
