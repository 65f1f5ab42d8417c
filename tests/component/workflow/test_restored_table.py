"""A table that was lost is restored under another name, and a new stack goes on with it: nothing is bought twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from moto import mock_aws

from sandbox.table import make_table
from shared.aws.connections import DynamoConnectionStore
from shared.aws.deployment import deployment_of
from shared.aws.documents import DynamoDocumentStore
from shared.aws.leases import DynamoLeases
from shared.aws.orders import DynamoOrderStore
from shared.registry import KINDS
from tests.builders import a_connection
from tests.component.workflow.scene import Scene, bought_once
from tests.moto_aws import client_of

LATER = "4000077"


@pytest.fixture
def dynamodb() -> Iterator[Any]:
    with mock_aws():
        yield client_of("dynamodb")


def keep_in(scene: Scene, dynamodb: Any, table: str, proposed: str) -> None:
    """The scene's stores stand in the table from now on, its workers are those of a stack that proposes this id."""
    orders: Any = DynamoOrderStore(dynamodb, table)
    connections: Any = DynamoConnectionStore(dynamodb, table, KINDS)
    scene.world.orders, scene.world.connections = orders, connections
    scene.with_ports(
        orders=orders,
        connections=connections,
        documents=DynamoDocumentStore(dynamodb, table),
        leases=DynamoLeases(dynamodb, table, scene.clock),
        deployment=deployment_of(dynamodb, table, proposed),
    )


def restored(dynamodb: Any, table: str, name: str) -> str:
    """A copy of the table as it is now, under another name."""
    make_table(dynamodb, name)
    for item in dynamodb.scan(TableName=table)["Items"]:
        dynamodb.put_item(TableName=name, Item=item)
    return name


@pytest.fixture
def scene(dynamodb: Any) -> Scene:
    scene = Scene(start=False)
    keep_in(scene, dynamodb, make_table(dynamodb, "parcelbridge"), "0a1b2c3d")
    scene.world.start()
    scene.through()
    return scene


def test_a_stack_on_a_restored_table_buys_nothing_twice_and_keeps_the_id_of_its_references(
    scene: Scene, dynamodb: Any
) -> None:
    (label,) = scene.live()
    keep_in(scene, dynamodb, restored(dynamodb, "parcelbridge", "parcelbridge-restored"), "ffffffff")
    scene.passes(timedelta(hours=1))
    scene.poll()
    scene.work()
    assert scene.live() == [label]
    assert bought_once(scene)
    scene.through(LATER)
    (later,) = scene.live(LATER)
    assert scene.ports.deployment == "0a1b2c3d"
    assert label.reference[:5] == later.reference[:5], (label.reference, later.reference)


def test_what_was_bought_after_the_minute_of_the_restore_waits_for_a_person(scene: Scene, dynamodb: Any) -> None:
    """The restored table knows nothing of the order, so the runbook asks for a person's yes until the gap is closed."""
    early = restored(dynamodb, "parcelbridge", "early")
    scene.through(LATER)
    (label,) = scene.live(LATER)
    keep_in(scene, dynamodb, early, "ffffffff")
    asking = a_connection(approve={"mode": "manual"})
    scene.ports.connections.apply(asking, scene.clock.now(), "operator", scene.clock.now())
    scene.passes(timedelta(hours=1))
    scene.poll()
    scene.work()
    assert scene.live(LATER) == [label]
    assert scene.stands(LATER) == "HELD approval"
