"""Worlds on the DynamoDB adapters: a table whose indexes lag, whose transactions meet one another and whose batches and
pages come in parts. One world in fifty of a campaign stands on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from sandbox.simulation.campaign import live
from sandbox.simulation.direct_table import DirectClient
from sandbox.simulation.draws import Draws
from sandbox.simulation.faults import NoFaults, Plan, RandomFaults
from sandbox.simulation.hard_table import LAG, HardTable, Pages
from sandbox.simulation.scenario import Scenario, drawn
from sandbox.simulation.scheduler import Scheduler
from sandbox.simulation.world import World
from sandbox.table import make_table
from shared.aws import transactions
from shared.aws.connections import DynamoConnectionStore
from shared.aws.orders import DynamoOrderStore
from shared.domain.state import State
from shared.ports import Change
from shared.registry import KINDS
from tests.builders import NOW, a_received, a_step
from tests.moto_aws import client_of

MANY = 120
LATER = timedelta(days=1)


class Bare(HardTable, Pages):
    """A HardTable without a choke."""

    @property
    def exceptions(self) -> Any:
        return self.client.exceptions


@pytest.fixture
def table() -> Bare:
    client = DirectClient()
    for name in ("table", "indexes"):
        make_table(client, name)
    return Bare(client, "table", "indexes", Scheduler(NOW, "a table"), Draws("a table"))


@pytest.fixture
def orders(table: Bare, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setattr(transactions.time, "sleep", lambda _: None)
    return DynamoOrderStore(table, "table")  # type: ignore[arg-type, return-value]


def test_an_index_does_not_know_of_a_write_at_once_and_knows_the_newest_in_the_end(table: Bare, orders: Any) -> None:
    head, snapshot, entry = a_received()
    head = replace(head, due_at=NOW)
    orders.create(head, snapshot, entry)
    assert orders.due(NOW + LATER, 8) == []
    assert list(orders.listing(head.connection, "open")) == []
    after, step = a_step(head, State.HELD)
    orders.transition(replace(after, due_at=None), step)
    table.scheduler.run(LAG)
    assert orders.due(NOW + LATER, 8) == []
    assert list(orders.listing(head.connection, "open")) == []
    assert list(orders.listing(head.connection, "held")) == [head.key]


def test_nothing_is_lost_where_transactions_meet_and_batches_and_pages_come_in_parts(table: Bare, orders: Any) -> None:
    received = [a_received(str(4000000 + number)) for number in range(MANY)]
    assert all(orders.create(*each) for each in received)
    keys = [head.key for head, _, _ in received]
    assert [head.key for head in orders.heads(keys)] == keys
    table.scheduler.run(LAG)
    for _ in range(10):
        assert sorted(orders.listing(received[0][0].connection, "open")) == keys
    connections: Any = DynamoConnectionStore(table, "table", KINDS)  # type: ignore[arg-type]
    documents = [head.document for head, _, _ in received]
    connections.mark_seen("one", [Change(document, "1") for document in documents], NOW + LATER)
    assert connections.seen("one", documents) == dict.fromkeys(documents, "1")
    assert set(table.came_of_it) == {"conflict", "partial batch", "late index", "short page"}
    assert all(table.came_of_it.values())


@pytest.fixture(params=["a request", "directly"])
def client(request: pytest.FixtureRequest) -> Iterator[Any]:
    if request.param == "directly":
        yield DirectClient()
        return
    with mock_aws():
        yield client_of("dynamodb")


def test_asked_directly_the_emulation_answers_as_it_answers_a_request(client: Any) -> None:
    """Writes, refusals, and a transaction of which nothing stays: its update comes before the write that is refused."""
    make_table(client, "table")
    first, other = ({"pk": {"S": pk}, "sk": {"S": "1"}, "n": {"N": "1"}, "b": {"B": b"\x00\xff"}} for pk in "ab")
    key = {name: first[name] for name in ("pk", "sk")}
    client.put_item(TableName="table", Item=first)
    absent = {"ConditionExpression": "attribute_not_exists(pk)"}
    with pytest.raises(client.exceptions.ConditionalCheckFailedException):
        client.put_item(TableName="table", Item=first, **absent)
    add = {
        "TableName": "table",
        "Key": key,
        "UpdateExpression": "ADD n :one",
        "ExpressionAttributeValues": {":one": {"N": "1"}},
    }
    twice = {"TableName": "table", "Item": other, **absent}
    client.transact_write_items(TransactItems=[{"Update": add}, {"Put": twice}])
    with pytest.raises(ClientError) as refused:
        client.transact_write_items(TransactItems=[{"Update": add}, {"Put": twice}])
    assert refused.value.response["Error"]["Code"] == "TransactionCanceledException"
    assert [each["Code"] for each in refused.value.response["CancellationReasons"]] == [
        "None",
        "ConditionalCheckFailed",
    ]
    found = client.get_item(TableName="table", Key=key, ConsistentRead=True)["Item"]
    assert found == {**first, "n": {"N": "2"}}
    asked = {"KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": {":pk": {"S": "a"}}}
    assert client.query(TableName="table", **asked)["Items"] == [found]


def a_world(orders: int, plan: Plan) -> tuple[Any, list[World]]:
    scenario, worlds = drawn("on a table", orders, "retry", "void", frozenset({"table"})), list[World]()

    def world_of(scenario: Scenario, plan: Plan) -> World:
        worlds.append(World(scenario, plan))
        return worlds[-1]

    return live(scenario, plan, world_of), worlds


def test_orders_on_the_table_end_as_declared_and_the_adapters_are_as_they_were() -> None:
    sleeps, chance = transactions.time, transactions.random
    lived, (world,) = a_world(4, RandomFaults(0.08, "on a table"))
    assert lived.verdict.complaints == ()
    assert len(lived.faults) > 50
    assert {struck.port for struck in lived.faults} >= {"table.get_item", "table.update_item", "table.query"}
    assert isinstance(world.orders, DynamoOrderStore)
    assert world.on_table is not None
    assert all(world.on_table.table.came_of_it.values())
    assert (transactions.time, transactions.random) == (sleeps, chance)


def test_a_world_on_the_table_is_told_again() -> None:
    assert a_world(2, NoFaults())[0].trace == a_world(2, NoFaults())[0].trace
