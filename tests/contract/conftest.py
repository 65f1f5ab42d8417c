"""The ports in memory and on AWS, side by side. tests/e2e runs the same suite against the local AWS."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from sandbox.memory import ManualClock
from tests.contract.backends import AwsBackend, MemoryBackend
from tests.contract.fixtures import clock, connections, labels, orders, tokens

pytest.register_assert_rewrite("tests.contract.erp_suite", "tests.contract.carrier_suite")

__all__ = ["clock", "connections", "labels", "orders", "tokens"]


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch, clock: ManualClock) -> Iterator[AwsBackend]:
    """AWS in this process, for what only the ports on AWS have to keep."""
    for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE", "AWS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with mock_aws():
        session: Any = boto3.Session(region_name="us-east-1")
        yield AwsBackend(session.client, clock)


@pytest.fixture(params=["memory", "moto"])
def backend(request: pytest.FixtureRequest, clock: ManualClock) -> Any:
    return MemoryBackend(clock) if request.param == "memory" else request.getfixturevalue("aws")
