"""The ports in memory and on AWS, side by side: each test of this folder runs against both."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from sandbox.memory import ManualClock, MemoryConnectionStore, MemoryOrderStore
from shared.aws.connections import DynamoConnectionStore
from shared.aws.orders import DynamoOrderStore
from tests.builders import NOW

TABLE = "parcelbridge"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[boto3.Session]:
    for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE", "AWS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with mock_aws():
        yield boto3.Session(region_name="us-east-1")


@pytest.fixture
def table(aws: boto3.Session) -> Any:
    """The table as infra/ makes it (infra's tests hold the same names against the template)."""
    client = aws.client("dynamodb")
    names = ("pk", "sk", "listing_pk", "listing_sk", "due_pk", "due_sk")
    client.create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in names],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        GlobalSecondaryIndexes=[
            {
                "IndexName": index,
                "KeySchema": [
                    {"AttributeName": f"{index}_pk", "KeyType": "HASH"},
                    {"AttributeName": f"{index}_sk", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
            for index in ("listing", "due")
        ],
    )
    return client


@pytest.fixture(params=["memory", "dynamodb"])
def orders(request: pytest.FixtureRequest) -> Any:
    if request.param == "memory":
        return MemoryOrderStore()
    return DynamoOrderStore(request.getfixturevalue("table"), TABLE)


@pytest.fixture(params=["memory", "dynamodb"])
def connections(request: pytest.FixtureRequest) -> Any:
    if request.param == "memory":
        return MemoryConnectionStore()
    return DynamoConnectionStore(request.getfixturevalue("table"), TABLE)
