"""The local AWS, twice: bare for the contract suite, and with the app and the sandbox for everything else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox import stack as local
from sandbox.local_aws import LocalAws, launch
from sandbox.local_process import stop, wait_until
from sandbox.memory import ManualClock
from sandbox.pairs import Plan
from sandbox.stack import LocalStack
from tests.contract.backends import AwsBackend
from tests.contract.fixtures import clock, connections, labels, leases, orders, tokens, tracking, webhooks

__all__ = ["clock", "connections", "labels", "leases", "orders", "tokens", "tracking", "webhooks"]

ORDERS = 10
"""The fewest orders whose traffic has every operation that the judge asks for (tests/unit/sandbox/test_seed.py)."""


@pytest.fixture(scope="session")
def bare_aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAws]:
    """An AWS without the app, once for the session."""
    aws, process = launch(tmp_path_factory.mktemp("bare") / "aws")
    try:
        yield aws
    finally:
        stop(process.pid, process)


@pytest.fixture(scope="session")
def connect(bare_aws: LocalAws) -> Iterator[Any]:
    """Makes a client of a service, or gives the one that was made; their kept connections end with the session."""
    made: dict[str, Any] = {}

    def client(service: str) -> Any:
        if service not in made:
            made[service] = bare_aws.client(service)
        return made[service]

    yield client
    for each in made.values():
        each.close()


@pytest.fixture
def aws(connect: Any, clock: ManualClock) -> AwsBackend:
    """The backend of the contract suite in these tests."""
    return AwsBackend(connect, clock)


@pytest.fixture
def backend(aws: AwsBackend) -> AwsBackend:
    return aws


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    """The app deployed with its console, sandbox M3 and UPS beside it, connections applied; once for the session."""
    home = tmp_path_factory.mktemp("home")
    with local.running(Plan(ORDERS), print, home, console=True) as running:
        yield running
    assert wait_until(lambda: not left_running(home), 300), left_running(home)


def left_running(home: Path) -> list[str]:
    """The command lines of processes that still work below `home`."""
    found = []
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = place.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if str(home) in line:
            found.append(line)
    return found
