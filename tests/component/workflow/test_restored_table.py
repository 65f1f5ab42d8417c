"""A table that was lost is restored under another name, and a new stack goes on with it: nothing is bought twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from moto import mock_aws

from sandbox.table import make_table
from shared.aws.connections import DynamoConnectionStore
from shared.aws.deployment import RestoredTable, deployment_of
from shared.aws.documents import DynamoDocumentStore
from shared.aws.leases import DynamoLeases
from shared.aws.orders import DynamoOrderStore
from shared.registry import KINDS
from shared.workflow.desk.approve import approve
from shared.workflow.shipping.quote import quote
from tests.component.workflow.scene import Scene, bought_once, key_of
from tests.moto_aws import client_of

LATER = "4000077"


@pytest.fixture
def dynamodb() -> Iterator[Any]:
    with mock_aws():
        yield client_of("dynamodb")


def keep_in(scene: Scene, dynamodb: Any, table: str, proposed: str) -> None:
    """The scene's stores stand in the table from now on, its workers are those of a stack that proposes this id."""
    orders: Any = DynamoOrderStore(dynamodb, table)
    connections: Any = DynamoConnectionStore(dynamodb, table, KINDS, RestoredTable(dynamodb, table, scene.clock))
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
    assert scene.ports.connections.accept_restored()
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
    scene.passes(timedelta(hours=1))
    scene.poll()
    scene.work()
    assert scene.live(LATER) == [label]
    assert scene.stands(LATER) == "HELD approval"
    assert scene.stands(LATER).startswith("HELD approval")
    assert "restored from a backup" in scene.snapshot(LATER).problem


def test_what_was_ready_and_approved_before_the_restore_is_asked_for_again(scene: Scene, dynamodb: Any) -> None:
    """It may have been bought in the minutes that the backup lacks."""
    scene.taken_in(LATER)
    head = scene.head(LATER)
    quote(scene.ports, head, scene.connection())
    early = restored(dynamodb, "parcelbridge", "early")
    scene.process(LATER)
    (label,) = scene.live(LATER)
    keep_in(scene, dynamodb, early, "ffffffff")
    assert scene.stands(LATER) == "READY"
    scene.process(LATER)
    assert scene.stands(LATER) == "HELD approval"
    assert scene.live(LATER) == [label]


def test_after_a_person_has_accepted_the_table_orders_are_bought_as_the_file_says(scene: Scene, dynamodb: Any) -> None:
    keep_in(scene, dynamodb, restored(dynamodb, "parcelbridge", "early"), "ffffffff")
    scene.through(LATER)
    assert scene.stands(LATER) == "HELD approval"
    approve(scene.ports, key_of(LATER), "ann", seen=scene.head(LATER).quote)
    scene.work()
    assert bought_once(scene, LATER), "what a person approves since is bought"
    assert scene.ports.connections.accept_restored()
    assert not scene.ports.connections.accept_restored()
    assert scene.connection().restored is None
    scene.through("4000078")
    assert bought_once(scene, "4000078")


def test_a_copy_of_a_copy_is_noticed_again(scene: Scene, dynamodb: Any) -> None:
    keep_in(scene, dynamodb, restored(dynamodb, "parcelbridge", "second"), "ffffffff")
    noticed = scene.connection().restored
    assert noticed
    assert scene.ports.connections.accept_restored()
    keep_in(scene, dynamodb, restored(dynamodb, "second", "third"), "ffffffff")
    assert scene.connection().restored


def test_a_table_of_an_earlier_release_is_its_own(scene: Scene, dynamodb: Any) -> None:
    key = {"pk": {"S": "DEPLOYMENT"}, "sk": {"S": "DEPLOYMENT"}}
    dynamodb.update_item(
        TableName="parcelbridge", Key=key, UpdateExpression="REMOVE #of", ExpressionAttributeNames={"#of": "of"}
    )
    keep_in(scene, dynamodb, "parcelbridge", "ffffffff")
    assert scene.connection().restored is None
    assert dynamodb.get_item(TableName="parcelbridge", Key=key)["Item"]["of"] == {"S": "parcelbridge"}
