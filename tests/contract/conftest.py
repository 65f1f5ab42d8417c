"""The ports in memory and on AWS, side by side. tests/e2e runs the same suite against the local AWS."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from threading import RLock
from typing import Any

import pytest
from botocore.client import BaseClient
from moto import mock_aws

from sandbox.memory import ManualClock
from tests.contract.backends import AwsBackend, MemoryBackend
from tests.contract.fixtures import (
    bills,
    clock,
    connections,
    errands,
    labels,
    leases,
    orders,
    pages,
    pickups,
    tokens,
    tracking,
    webhooks,
)
from tests.moto_aws import client_of

pytest.register_assert_rewrite("tests.contract.erp_suite", "tests.contract.carrier_suite")

__all__ = [
    "bills",
    "clock",
    "connections",
    "errands",
    "labels",
    "leases",
    "orders",
    "pages",
    "pickups",
    "tokens",
    "tracking",
    "webhooks",
]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """List the parts of a new connector that are still to be written, each with how many tests wait for it."""
    failed = [each for name in ("failed", "error") for each in terminalreporter.stats.get(name, ())]
    waits = (re.search(r"NotImplementedError: to do: (.*)", each.longreprtext) for each in failed)
    to_do = Counter(found[1] for found in waits if found)
    if to_do:
        terminalreporter.section("to do")
        for what, tests in to_do.most_common():
            terminalreporter.line(f"{tests:>4}  {what}")


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch, clock: ManualClock) -> Iterator[AwsBackend]:
    """AWS in this process, for what only the ports on AWS have to keep."""
    for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE", "AWS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    _one_call_at_a_time(monkeypatch)
    with mock_aws():
        yield AwsBackend(client_of, clock)


def _one_call_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A transaction is one step at AWS. Moto shares our process and copies its tables back and forth for one, so two
    threads at once would both succeed, or meet a table that changes while it is copied."""
    step, call = RLock(), BaseClient._make_api_call

    def alone(client: Any, *arguments: Any) -> Any:
        with step:
            return call(client, *arguments)

    monkeypatch.setattr(BaseClient, "_make_api_call", alone)


@pytest.fixture(params=["memory", "moto"])
def backend(request: pytest.FixtureRequest, clock: ManualClock) -> Any:
    return MemoryBackend(clock) if request.param == "memory" else request.getfixturevalue("aws")
